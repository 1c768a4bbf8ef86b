#include "model/canonical.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "model/metric_store.hpp"

namespace model {

namespace {

constexpr std::uint32_t kEnded = UINT32_MAX - 1;   // in the place of an instant
constexpr std::uint32_t kQuietHourMs = 3'600'000;  // rt:F2

bool is_running(const Job& job) {
  return job.status == JobStatus::kRunning || job.status == JobStatus::kStopping;
}

constexpr std::uint8_t bit(SnapshotArea area) {
  return static_cast<std::uint8_t>(1U << index_of(area));
}
constexpr std::uint8_t kCheckpoints =
    bit(SnapshotArea::kCheckpointA) | bit(SnapshotArea::kCheckpointB);
constexpr std::uint8_t kNone = 0;
constexpr std::uint8_t kAllAreas =
    kCheckpoints | bit(SnapshotArea::kTransition) | bit(SnapshotArea::kStop);

constexpr std::uint8_t areas_of(SavepointRole role) {
  switch (role) {
    case SavepointRole::kNone: return kNone;
    case SavepointRole::kTransition: return bit(SnapshotArea::kTransition);
    case SavepointRole::kStop: return bit(SnapshotArea::kStop);
    case SavepointRole::kLatest: return kCheckpoints;
  }
  return kAllAreas;
}

bool is_transitioning(const BlueGreenStatus& status) {
  return status.state == BlueGreenState::kTransitioningToBlue ||
         status.state == BlueGreenState::kTransitioningToGreen;
}

}  // namespace

// Puts one state into bytes. Every part says how long it is, or has a length that what is before it
// fixes.
class CanonicalForm::Writer {
 public:
  Writer(CanonicalForm& form, World& world, const Ledger& ledger, const Chronicle& chronicle,
         sim::Due now)
      : plan_(form.plan_),
        job_(form.plan_.job()),
        rules_(form.plan_.protocol().gate),
        options_(form.options_),
        form_(form),
        world_(world),
        globals_(world.globals()),
        ledger_(ledger),
        chronicle_(chronicle),
        now_(now) {
    form_.met_.clear();
    // More than a state can take: no number is longer than four times what it is in the world, and
    // each output is listed with the transactions it is in.
    const std::size_t most = 4'096 + (4 * world.size_bytes()) + (128 * ledger.outputs().size()) +
                             (256 * chronicle.transitions().size());
    if (form_.bytes_.size() < most) {
      form_.bytes_.resize(most);
    }
    at_ = reinterpret_cast<Unit*>(form_.bytes_.data());
  }

  void write() {
    const bool is_absolute = !options_.is_reduced || now_ < form_.last_arrival_ ||
                             (form_.reads_wall_clock_ && may_judge_records());
    u32(is_absolute ? now_.ms : UINT32_MAX);
    find_live_areas();
    write_slots(form_.lanes_.common_slots());
    write_cluster();
    write_controller();
    for (const Color c : kColors) {
      write_job(c);
    }
    write_lanes([this](const Lane& lane) {
      write_slots(lane.slots);
      for (const Color c : kColors) {
        write_lane(c, lane);
      }
      write_outputs(lane);
    });
    for (const Color c : kColors) {
      write_transactions(c);
    }
    write_chronicle(false);
  }

  void write_end() {
    u32(kEnded);
    write_lanes([this](const Lane& lane) { write_outputs(lane); });
    write_chronicle(true);
  }

  [[nodiscard]] std::size_t size() const {
    return static_cast<std::size_t>(reinterpret_cast<const std::byte*>(at_) - form_.bytes_.data());
  }

 private:
  // --- numbers, in units that are no bytes: those could be part of anything, and whoever writes
  // one has to look up everything else again

  using Unit = CanonicalForm::Unit;
  using Two [[gnu::aligned(alignof(Unit))]] = std::uint32_t;

  void u16(std::uint32_t value) { *at_++ = static_cast<Unit>(value); }
  void u32(std::uint32_t value) {
    *reinterpret_cast<Two*>(at_) = value;
    at_ += sizeof value / sizeof(Unit);
  }
  void u64(std::uint64_t value) {
    u32(static_cast<std::uint32_t>(value));
    u32(static_cast<std::uint32_t>(value >> 32));
  }
  void flag(bool value) { u16(value ? 1 : 0); }
  void instant(EventTime time) { u64(static_cast<std::uint64_t>(time.ms())); }
  void whole(const ConfigMap& content) {
    static_assert(sizeof content % sizeof(Unit) == 0);
    std::memcpy(at_, &content, sizeof content);
    at_ += sizeof content / sizeof(Unit);
  }

  // --- times

  // How long until then; 0 once it is there.
  void until(sim::Due instant) {
    if (!options_.is_reduced || instant.is_never()) {
      u32(instant.ms);
    } else {
      u32(instant <= now_ ? 0 : instant.ms - now_.ms);
    }
  }
  // The same of a deadline, which is over only after its instant (op:T11).
  void until_past(sim::Due deadline) {
    if (!options_.is_reduced || deadline.is_never()) {
      u32(deadline.ms);
    } else {
      u32(deadline < now_ ? 0 : deadline.ms - now_.ms + 1);
    }
  }
  // How long ago that was; from `most` on it makes no difference.
  void since(sim::Due instant, std::uint32_t most) {
    if (!options_.is_reduced || instant.is_never()) {
      u32(instant.ms);
    } else {
      u32(std::min(now_.ms - instant.ms, most));
    }
  }
  void window(const sim::Window& due) {
    until_past(due.earliest);
    until(due.latest);
  }

  // --- what is due

  void write_slots(const std::vector<sim::Slot>& slots) {
    for (std::uint32_t first = 0; first < slots.size(); first += 64) {
      // Nobody can predict which of them have an event: without a branch for each.
      const auto count =
          std::min<std::uint32_t>(64, static_cast<std::uint32_t>(slots.size()) - first);
      std::uint64_t pending = 0;
      for (std::uint32_t i = 0; i < count; ++i) {
        const bool is_pending = !world_.due(slots[first + i]).earliest.is_never();
        pending |= std::uint64_t{is_pending ? 1U : 0U} << i;
      }
      for (; pending != 0; pending &= pending - 1) {
        const std::uint32_t place = first + static_cast<std::uint32_t>(std::countr_zero(pending));
        u16(place);
        window(world_.due(slots[place]));
      }
    }
    u16(UINT16_MAX);
  }

  // --- lanes

  // One after the other; of those that are alike the smaller one first.
  template <class Write>
  void write_lanes(Write write) {
    const std::vector<Lane>& lanes = form_.lanes_.lanes();
    if (!form_.lanes_.are_exchanged()) {
      write(lanes.front());
      return;
    }
    Unit* const begin = at_;
    std::vector<CanonicalForm::WrittenLane>& written = form_.written_;
    written.clear();
    for (const Lane& lane : lanes) {
      const auto from = static_cast<std::size_t>(at_ - begin);
      write(lane);
      written.push_back({lane.kind, from, static_cast<std::size_t>(at_ - begin)});
    }
    const auto comes_first = [begin](const CanonicalForm::WrittenLane& a,
                                     const CanonicalForm::WrittenLane& b) {
      return a.kind != b.kind ? a.kind < b.kind
                              : std::lexicographical_compare(begin + a.from, begin + a.to,
                                                             begin + b.from, begin + b.to);
    };
    if (std::is_sorted(written.begin(), written.end(), comes_first)) {
      return;
    }
    std::sort(written.begin(), written.end(), comes_first);
    form_.unsorted_.assign(begin, at_);
    at_ = begin;
    for (const CanonicalForm::WrittenLane& lane : written) {
      at_ = std::copy(form_.unsorted_.begin() + static_cast<std::ptrdiff_t>(lane.from),
                      form_.unsorted_.begin() + static_cast<std::ptrdiff_t>(lane.to), at_);
    }
  }

  // --- versions

  void map(const ConfigMap& content) {
    const ConfigMap& newest = globals_.map.content();
    const bool same = content == newest;
    flag(same);
    if (!same) {
      whole(content);
    }
  }
  void child(const Child& of, const VersionLog<Child, 4>& log) {
    u16(static_cast<std::uint32_t>(of.exists | of.is_deleting << 1 | of.is_suspended << 2 |
                                   of.is_job_running << 3 | static_cast<int>(of.lifecycle) << 4));
    savepoint(of.initial_savepoint);
    u16(static_cast<std::uint32_t>(of.stopped_with));
    u16(of.spec);
    u16(of.nonce);
    back(log.newest, of.version);
  }
  void savepoint(SavepointRef ref) {
    u16(static_cast<std::uint32_t>(ref.of) | static_cast<std::uint32_t>(ref.role) << 1);
  }
  // How far back an id lies; 0 names nothing.
  void back(std::uint32_t newest, std::uint32_t id) {
    u16(!options_.is_reduced ? id : id == 0 ? UINT16_MAX : newest - id);
  }

  // What those who have seen no more than `seen` will be told.
  template <class Log, class Put>
  void log(const Log& log, std::uint32_t seen, Put put) {
    u16(log.newest - seen);
    if (!options_.is_reduced) {
      u32(log.newest);
    }
    if (seen == log.newest) {
      return;
    }
    // The next one is under way, which its slot knows; of those behind it the lag has begun.
    std::uint32_t version = log.after(seen);
    for (bool is_next = true; version < log.newest; ++version, is_next = false) {
      put(log.at(version).content);
      if (!is_next) {
        lag_since(log.at(version).written);
      }
    }
    if (version != log.after(seen)) {
      lag_since(log.at(version).written);
    }
  }
  void lag_since(sim::Due written) {
    until(written.after(plan_.settings().environment.informer_lag.longest_ms));
  }

  void write_cluster() {
    whole(globals_.map.content());
    std::uint32_t seen = std::min(globals_.map_seen, globals_.map.newest);
    for (const Color c : kColors) {
      if (is_running(world_.job(c))) {
        const std::span<const GateSlot> gates = world_.gates(c);
        for (std::uint32_t g = 0; g < gates.size(); ++g) {
          if (world_.subtasks(c)[job_.gates[g].subtask].open) {
            seen = std::min(seen, gates[g].seen);
          }
        }
      }
    }
    log(globals_.map, seen, [this](const ConfigMap& content) { map(content); });
    back(globals_.map.newest, globals_.map_seen);
    for (const Color c : kColors) {
      const std::size_t color = index_of(c);
      const VersionLog<Child, 4>& children = globals_.children[color];
      child(children.content(), children);
      log(children, std::min(globals_.child_seen[color], globals_.child_watched[color]),
          [&](const Child& content) { child(content, children); });
      back(children.newest, globals_.child_seen[color]);
      back(children.newest, globals_.child_watched[color]);
      until(globals_.not_ready_until[color]);
      u16(globals_.gate_conflicts[color]);
    }
    u16(globals_.spec.content());
    log(globals_.spec, globals_.spec_seen, [this](std::uint32_t revision) { u16(revision); });
    u16(globals_.controller_conflicts);
    u16(globals_.operator_dies_after);
    for (std::size_t i = 0; i < plan_.happenings().size(); ++i) {
      flag(globals_.begun[i]);
    }
    u16(globals_.happenings_left);
    flag(globals_.operator_is_down);
    if (globals_.operator_dies_after != 0 || globals_.operator_is_down) {
      u16(globals_.operator_doom);
    }
    for (const sim::Due thaws : globals_.cache_frozen_until) {
      until(thaws);
    }
  }

  // --- the controller

  void write_controller() {
    const ControllerView& view = globals_.view;
    u16(view.spec);
    map(view.map);
    for (const Color c : kColors) {
      child(view.children[index_of(c)], globals_.children[index_of(c)]);
    }
    const BlueGreenStatus& status = globals_.status;
    u16(static_cast<std::uint32_t>(status.state));
    u16(static_cast<std::uint32_t>(status.job) | static_cast<std::uint32_t>(status.exists) << 7);
    u16(status.last_reconciled_spec);
    until_past(status.abort_at);
    until_past(status.ready_at.is_never() ? status.ready_at
                                          : status.ready_at.after(form_.deletion_delay_ms_));
    write_trigger(status);
    u16(globals_.retry_attempt);
    if (options_.is_reduced && next_change_comes_first()) {
      u32(UINT32_MAX);
    } else {
      since(globals_.last_change, form_.reschedule_ms_ + 1);
    }
  }

  // Of the savepoint of the transition only what the controller asks about it (op:P1, A7).
  void write_trigger(const BlueGreenStatus& status) {
    flag(status.savepoint_trigger != 0);
    if (!options_.is_reduced) {
      u32(status.savepoint_trigger);
    }
    for (const Color c : kColors) {
      const Job& job = world_.job(c);
      const SnapshotHead& head = job.snapshots[index_of(SnapshotArea::kTransition)];
      const std::uint32_t id = status.savepoint_trigger;
      const bool is_superseded =
          job.has_latest && job.snapshots[index_of(job.latest)].id > status.savepoint_trigger;
      u16(id == 0 ? 0
                  : (head.id == id ? 1U + head.complete : 0U) |
                        (job.pending[1].id == id ? 4U : 0U) | (is_superseded ? 8U : 0U));
    }
  }

  // Whether a run cannot settle before something changes that ends the quiet.
  [[nodiscard]] bool next_change_comes_first() const {
    return globals_.happenings_left > 0 ||
           std::any_of(globals_.jobs.begin(), globals_.jobs.end(), [](const Job& job) {
             return job.status == JobStatus::kRunning && (job.unread != 0 || job.uncommitted != 0);
           });
  }

  // --- jobs

  // Gates look at the clock when they judge a record (phase2.md section 2, bound).
  [[nodiscard]] bool may_judge_records() const {
    const bool begins =
        globals_.status.savepoint_trigger != 0 && !is_transitioning(globals_.status);
    return begins || may_start_again() ||
           std::any_of(globals_.jobs.begin(), globals_.jobs.end(), [](const Job& job) {
             return job.status == JobStatus::kDeploying || job.status == JobStatus::kRestarting ||
                    (is_running(job) && (job.unread != 0 || job.in_flight != 0));
           });
  }
  // Whether a child can come to start from a savepoint once more.
  [[nodiscard]] bool may_start_again() const {
    const bool is_patched = globals_.spec.content() != globals_.status.last_reconciled_spec ||
                            globals_.happenings_left > 0;
    const bool goes_back = plan_.protocol().controller.after_cutover == AfterCutover::kRedeploy &&
                           is_transitioning(globals_.status);
    const auto differs = [this](Color c) {
      const Child& child = globals_.children[index_of(c)].content();
      return child.exists != 0 && (child.nonce != globals_.jobs[index_of(c)].nonce ||
                                   child.spec != globals_.jobs[index_of(c)].spec);
    };
    return is_patched || goes_back || differs(Color::kBlue) || differs(Color::kGreen);
  }

  // The snapshots of both jobs that something can still start from.
  void find_live_areas() {
    if (!options_.is_reduced || may_start_again()) {
      live_ = {kAllAreas, kAllAreas};
      return;
    }
    live_ = {};
    const auto keep = [this](Color c, std::uint8_t areas) {
      std::uint8_t& live = live_[index_of(c)];
      live = static_cast<std::uint8_t>(live | areas);
    };
    const bool has_trigger =
        globals_.status.savepoint_trigger != 0 && !is_transitioning(globals_.status);
    for (const Color c : kColors) {
      const Job& job = globals_.jobs[index_of(c)];
      if (job.status == JobStatus::kDeploying || job.status == JobStatus::kRestarting) {
        keep(job.start_from.of, areas_of(job.start_from.role));
      }
      const Child& child = globals_.children[index_of(c)].content();
      const bool comes_back = child.lifecycle == Lifecycle::kSuspended && child.is_suspended == 0;
      keep(c, job.is_upgrading || comes_back ? bit(SnapshotArea::kStop) : kNone);
      keep(c, job.is_upgrading || form_.jobs_may_fail_ ? kCheckpoints : kNone);
      keep(c, has_trigger ? bit(SnapshotArea::kTransition) : kNone);
    }
  }

  void write_job(Color c) {
    const Job& job = world_.job(c);
    u16(static_cast<std::uint32_t>(job.status));
    u16((job.trigger_queued ? 1U : 0U) | (job.is_upgrading ? 2U : 0U) | (job.has_latest ? 4U : 0U));
    u16(job.spec);
    u16(job.nonce);
    if (job.is_up()) {
      savepoint(job.start_from);
      until(job.stable_at);
      u16(job.restarts);
      flag(job.restarts > 0 && now_ > job.last_restart.after(kQuietHourMs));
      since(job.fetched_at, kMetricUpdateMs + 1);
    } else if (job.status == JobStatus::kFinished) {
      since(job.fetched_at, kMetricUpdateMs + 1);
    }
    write_snapshots(c);
    if (is_written(job)) {
      write_data_plane(c);
    }
  }
  // Of others only what outlives the job counts.
  [[nodiscard]] bool is_written(const Job& job) const {
    return is_running(job) || !options_.is_reduced;
  }

  // What of a job is in a lane.
  void write_lane(Color c, const Lane& lane) {
    for (const std::uint32_t g : lane.gates) {
      const GateSlot& gate = world_.gates(c)[g];
      u16(static_cast<std::uint32_t>(gate.has_metric) | static_cast<std::uint32_t>(gate.metric)
                                                            << 1);
      u16(gate.acknowledged);
      u16(gate.passed);
    }
    each_snapshot(c, [&](SnapshotArea area, bool is_kept) {
      if (is_kept) {
        write_saved(c, area, lane);
      }
    });
    if (is_written(world_.job(c))) {
      for (const std::uint32_t s : lane.subtasks) {
        write_subtask(c, s);
      }
      for (const std::uint32_t s : lane.sources) {
        write_source(c, s);
      }
      for (const std::uint32_t g : lane.gates) {
        write_gate(c, g);
      }
    }
  }

  // --- snapshots

  void write_snapshots(Color c) {
    const Job& job = world_.job(c);
    u16(live_[index_of(c)] == 0 ? 0 : 1);
    each_snapshot(c, [&](SnapshotArea area, bool is_kept) {
      flag(is_kept);
      if (is_kept) {
        const SnapshotHead& head = job.snapshots[index_of(area)];
        // Of a job that is not up ids go on after it, wherever that is.
        if (is_written(job) || job.status == JobStatus::kRestarting) {
          back(job.next_checkpoint, head.id);
        }
        flag(head.complete != 0);
      }
    });
  }
  // Those that something can still start from. Which of the two places each checkpoint has says
  // nothing.
  template <class Visit>
  void each_snapshot(Color c, Visit visit) {
    if (live_[index_of(c)] == 0) {
      return;
    }
    const Job& job = world_.job(c);
    const auto visit_if = [&](SnapshotArea area, bool is_kept) {
      visit(area, is_kept && job.snapshots[index_of(area)].id != 0 &&
                      (live_[index_of(c)] & bit(area)) != 0);
    };
    visit_if(SnapshotArea::kTransition, true);
    visit_if(SnapshotArea::kStop, true);
    visit_if(job.pending[0].area, job.pending[0].id != 0);
    visit_if(job.latest, job.has_latest);
  }
  void write_saved(Color c, SnapshotArea area, const Lane& lane) {
    const std::span<const std::uint32_t> offsets = world_.saved_offsets(c, area);
    for (const std::uint32_t s : lane.sources) {
      const SourcePlan& source = job_.sources[s];
      for (std::uint32_t i = 0; i < source.split_count; ++i) {
        u16(offsets[source.first_split + i]);
      }
    }
    for (const std::uint32_t g : lane.gates) {
      const SavedGate& gate = world_.saved_gates(c, area)[g];
      u32(static_cast<std::uint32_t>(gate.newest.ms));
      u16(gate.crossed);
    }
  }

  // --- transactions

  void write_transactions(Color c) {
    if (!form_.has_transactions_) {
      return;
    }
    const Job& job = world_.job(c);
    each_snapshot(c, [&](SnapshotArea area, bool is_kept) {
      for (std::uint32_t k = 0; is_kept && k < job_.sinks.size(); ++k) {
        committables(job.snapshots[index_of(area)].id + 1, world_.saved_committables(c, area, k),
                     world_.saved_count(c, area, k));
      }
    });
    for (std::uint32_t k = 0; is_written(job) && k < job_.sinks.size(); ++k) {
      const Sink& sink = world_.sinks(c)[k];
      flag(sink.open_transaction != 0);
      if (sink.open_transaction != 0) {
        transaction(sink.open_transaction);
      }
      committables(job.next_checkpoint, world_.committables(c, k), sink.pending);
    }
  }

  void committables(std::uint32_t newest, std::span<const Committable> all, std::uint32_t count) {
    u16(count);
    for (const Committable& committable : all.first(count)) {
      back(newest, committable.checkpoint);
      transaction(committable.transaction);
    }
  }

  // By the order in which they are met; what is in it, and who wrote it, the first time.
  void transaction(std::uint32_t id) {
    std::vector<std::uint32_t>& met = form_.met_;
    const auto known = std::find(met.begin(), met.end(), id);
    u16(static_cast<std::uint32_t>(known - met.begin()));
    if (known != met.end()) {
      return;
    }
    met.push_back(id);
    std::array<std::uint64_t, 4> outputs{};
    ledger_.visit_open(id, [&](std::uint32_t output) {
      outputs[output / 64 % outputs.size()] |= std::uint64_t{1} << output % 64;
    });
    for (std::size_t i = 0; i <= (ledger_.outputs().size() - 1) / 64; ++i) {
      u64(outputs[i]);
    }
    if (const std::optional<WrittenBy> writer = ledger_.writer_of(id)) {
      u16(static_cast<std::uint32_t>(writer->color));
      u16(static_cast<std::uint8_t>(world_.job(writer->color).deployments - writer->deployment));
    }
  }

  void write_data_plane(Color c) {
    const Job& job = world_.job(c);
    u16(job.unread);
    u16(job.in_flight);
    u16(job.uncommitted);
    u16(job.closed_subtasks);
    if (job.status == JobStatus::kStopping) {
      u16(job.unfinished);
      back(job.next_checkpoint, job.snapshots[index_of(SnapshotArea::kStop)].id);
    }
    for (const PendingCheckpoint& pending : job.pending) {
      back(job.next_checkpoint, pending.id);
      if (pending.id != 0) {
        u16(pending.missing);
        u16(static_cast<std::uint32_t>(pending.area) >= 2
                ? 2
                : static_cast<std::uint32_t>(pending.area));
        window(pending.complete_at);
      }
    }
    if (job.unread != 0 || job.in_flight != 0 || !options_.is_reduced) {
      for (const std::uint32_t next : world_.round_robins(c)) {
        u16(next);
      }
    }
  }

  void write_subtask(Color c, std::uint32_t s) {
    const Subtask& subtask = world_.subtasks(c)[s];
    const SubtaskPlan& plan = job_.subtasks[s];
    u16((subtask.open ? 1U : 0U) | (subtask.valve.idle ? 2U : 0U));
    u32(static_cast<std::uint32_t>(subtask.valve.last.ms));
    back(world_.job(c).next_checkpoint, subtask.aligning);
    until(subtask.paused_until);
    for (std::uint32_t i = 0; i < plan.channel_count; ++i) {
      const ValveChannel& valve = world_.channels(c)[plan.first_channel + i].valve;
      u32(static_cast<std::uint32_t>(valve.mark.ms));
      u16((valve.idle ? 1U : 0U) | (valve.unaligned ? 2U : 0U));
      write_channel(c, plan.first_channel + i);
    }
    write_channel(c, plan.mailbox);
  }

  void write_channel(Color c, std::uint32_t channel) {
    const Channel& of = world_.channels(c)[channel];
    u16(of.count << 1 | (of.blocked ? 1U : 0U));
    const sim::Slot slot = plan_.slot(SlotKind::kChannel, c, channel);
    // When its head arrives its slot knows.
    std::uint32_t i = 0;
    for (const bool has_slot = !world_.due(slot).earliest.is_never(); i < of.count; ++i) {
      const Element& element = world_.element(c, channel, i);
      u16(static_cast<std::uint32_t>(element.kind));
      if (element.kind >= ElementKind::kBarrier) {
        back(world_.job(c).next_checkpoint, static_cast<std::uint32_t>(element.value));
      } else if (element.kind == ElementKind::kRecord) {
        u32(form_.lanes_.place_of(static_cast<std::uint32_t>(element.value)));
      } else {
        u32(static_cast<std::uint32_t>(element.value));
      }
      if (i > 0 || !has_slot || !options_.is_reduced) {
        window(element.due);
      }
    }
  }

  void write_source(Color c, std::uint32_t s) {
    const Source& source = world_.sources(c)[s];
    const SourcePlan& plan = job_.sources[s];
    flag(source.stopped);
    bool is_read = true;
    for (std::uint32_t i = plan.first_split; i < plan.first_split + plan.split_count; ++i) {
      const SplitPlan& split = job_.splits[i];
      const Split& progress = world_.splits(c)[i];
      u16(progress.next);
      is_read &= progress.next == plan_.inputs()[split.input].length(split.partition);
      if (plan.bound_ms >= 0) {
        u32(static_cast<std::uint32_t>(progress.most.ms));
      }
    }
    u32(static_cast<std::uint32_t>(source.emitted.ms));
    const sim::Slot tick = plan_.slot(SlotKind::kTick, c, s);
    const bool is_over = source.stopped || (is_read && world_.due(tick).earliest.is_never());
    flag(is_over);
    if (is_over && options_.is_reduced) {
      return;
    }
    until(source.ready_at);
    u32(source.pace_rest);
    if (plan.split_count > 1) {
      u16(source.polled_split);
      u16(source.polled_left);
    }
    write_ticks(source);
  }

  // The phase of the periodic watermarks (rt:W8).
  void write_ticks(const Source& source) {
    const auto interval =
        static_cast<std::uint32_t>(plan_.settings().job.auto_watermark_interval.ms());
    if (interval == 0) {
      return;
    }
    const std::uint32_t open_for = now_.ms - source.opened.ms;
    u32(!options_.is_reduced || open_for < interval ? open_for : interval + (open_for % interval));
    flag(source.last_tick == now_);
  }

  void write_gate(Color c, std::uint32_t g) {
    const GateSlot& slot = world_.gates(c)[g];
    if (!world_.subtasks(c)[job_.gates[g].subtask].open && options_.is_reduced) {
      until(slot.frozen_until);
      u32(static_cast<std::uint32_t>(slot.restored.newest.ms));
      u16(slot.restored.crossed);
      return;
    }
    until(slot.frozen_until);
    back(globals_.map.newest, slot.seen);
    const Gate& gate = slot.gate;
    map(gate.context);
    instant(gate.watermark);
    since(gate.window_opened, gate.write_delay_ms);
    const bool has_window =
        rules_.timing == WriteTiming::kInWindow && rules_.force == ToggleForce::kOnceStored;
    if (has_window || !options_.is_reduced) {
      u16(gate.write_delay_ms);
    }
    if (rules_.gauge == HandOverGauge::kReported) {
      const bool knows = !gate.toggle_learned.is_never();
      flag(knows);
      if (knows) {
        since(std::max(gate.toggle_learned, gate.last_standby_record), kGaugeSilenceMs);
      }
    }
    u16((gate.teardown_asked ? 1U : 0U) | (gate.waiting_written ? 2U : 0U) |
        (gate.teardown_written ? 4U : 0U) | (gate.dropped_past_toggle ? 8U : 0U));
    if (rules_.force == ToggleForce::kOnceAgreed) {
      u16(gate.crossed);
      instant(gate.newest);
      u16(gate.acknowledged);
      u16(gate.passed);
      back(world_.job(c).next_checkpoint,
           awaits_checkpoint(gate) || !options_.is_reduced
               ? gate.safe_checkpoint
               : std::min(gate.safe_checkpoint, 1U) * world_.job(c).next_checkpoint);
      if (rules_.older_version == OlderVersion::kIgnored) {
        back(globals_.map.newest, static_cast<std::uint32_t>(gate.version));
      }
    }
  }

  // --- the observers

  void write_outputs(const Lane& lane) {
    const std::span<const Output> outputs = ledger_.outputs();
    for (const std::uint32_t o : lane.outputs) {
      const Output& output = outputs[o];
      std::uint32_t bits = static_cast<std::uint32_t>(output.flags) << 2;
      if (!options_.keeps_lateness) {
        bits &= ~(std::uint32_t{Output::kLate} << 2);
      }
      for (const Color c : kColors) {
        bits |= output.commits[index_of(c)] != 0 ? 1U << index_of(c) : 0U;
      }
      u16(bits);
      for (const Color c : kColors) {
        if (output.commits[index_of(c)] != 0) {
          u16(static_cast<std::uint8_t>(world_.job(c).deployments -
                                        output.deployment[index_of(c)]));
        }
      }
    }
  }

  void write_chronicle(bool is_over) {
    std::uint32_t reached = 0;
    for (std::size_t m = 0; m < kMilestoneCount; ++m) {
      reached |= chronicle_.when(static_cast<Milestone>(m)).is_never() ? 0U : 1U << m;
    }
    u32(reached);
    flag(!chronicle_.nobody_since().is_never());
    u16(static_cast<std::uint32_t>(chronicle_.transitions().size()));
    for (const Transition& transition : chronicle_.transitions()) {
      write_transition(transition, is_over);
    }
    chronicle_.visit_open_changes([this](std::uint32_t revision) { u16(revision); });
    u16(static_cast<std::uint32_t>(chronicle_.survivals().size()));
    for (const Survival& survival : chronicle_.survivals()) {
      u16(static_cast<std::uint32_t>(survival.survivor) | (survival.written != 0 ? 2U : 0U) |
          (survival.dropped != 0 ? 4U : 0U));
    }
    if (chronicle_.is_surviving() && !is_over) {
      const Survival& survival = chronicle_.survivals().back();
      until_past(survival.known_at);
      back(globals_.map.newest, survival.version);
    }
  }

  void write_transition(const Transition& transition, bool is_over) {
    const auto fresh = [&] {
      return !transition.savepoint_is_fresh ? 0U : *transition.savepoint_is_fresh ? 1U : 2U;
    };
    u16(static_cast<std::uint32_t>(transition.result) |
        static_cast<std::uint32_t>(transition.outgoing) << 2 | (transition.taken_up ? 8U : 0U) |
        (transition.other_toggles != 0 ? 16U : 0U) |
        (transition.outgoing_ended.is_never() ? 0U : 32U) |
        (transition.left_behind != 0 ? 64U : 0U) | (transition.went_too_soon ? 128U : 0U));
    u16(fresh() | (transition.must_go.is_never() ? 0U : 4U) |
        (transition.toggle.has_value() ? 8U : 0U) | (transition.acted_on.has_value() ? 16U : 0U) |
        (chronicle_.savepoint_triggered() >= transition.started ? 32U : 0U));
    // What of it can still come to be compared.
    if (transition.toggle) {
      instant(*transition.toggle);
    }
    if (transition.acted_on) {
      instant(*transition.acted_on);
    }
    if (transition.result == Transition::Result::kPending) {
      u16(transition.revision);
      if (transition.must_go.is_never() && !is_over) {
        until(transition.ready_seen.is_never()
                  ? transition.ready_seen
                  : transition.ready_seen.after(form_.deletion_delay_ms_));
      }
    }
  }

  const Plan& plan_;
  const JobPlan& job_;
  const GateRules& rules_;
  CanonicalOptions options_;
  CanonicalForm& form_;
  World& world_;
  const Globals& globals_;
  const Ledger& ledger_;
  const Chronicle& chronicle_;
  sim::Due now_;
  std::array<std::uint8_t, 2> live_{};  // areas, a bit each
  Unit* at_ = nullptr;
};

CanonicalForm::CanonicalForm(const Plan& plan, CanonicalOptions options)
    : plan_(plan),
      options_(options),
      lanes_(plan, options.is_symmetric ? Lanes::Symmetry::kUsed : Lanes::Symmetry::kLeftIn),
      reads_wall_clock_(plan.protocol().has_gate &&
                        plan.protocol().gate.bound == WatermarkBound::kOrWallClock),
      bytes_(2'048) {
  const DeploymentSettings& deployment = plan.settings().deployment;
  reschedule_ms_ = static_cast<std::uint32_t>(deployment.reschedule_interval.ms());
  deletion_delay_ms_ = static_cast<std::uint32_t>(deployment.deletion_delay.before_delete().ms());
  has_transactions_ =
      std::any_of(plan.job().sinks.begin(), plan.job().sinks.end(),
                  [](const SinkPlan& sink) { return sink.guarantee == Guarantee::kExactlyOnce; });
  for (const Input& input : plan.inputs()) {
    for (std::uint32_t k = 0; k < input.records(); ++k) {
      last_arrival_ = std::max(last_arrival_, input.arrival(k));
    }
  }
  jobs_may_fail_ = std::any_of(
      plan.happenings().begin(), plan.happenings().end(), [](const Happening& happening) {
        return happening.action == Action::kKillJob || happening.action == Action::kConflict;
      });
}

std::span<const std::byte> CanonicalForm::of_end(World& world, const Ledger& ledger,
                                                 const Chronicle& chronicle) {
  Writer writer{*this, world, ledger, chronicle, sim::Due{}};
  writer.write_end();
  return {bytes_.data(), writer.size()};
}

std::span<const std::byte> CanonicalForm::of(World& world, const Ledger& ledger,
                                             const Chronicle& chronicle, sim::Due now) {
  Writer writer{*this, world, ledger, chronicle, now};
  writer.write();
  return {bytes_.data(), writer.size()};
}

}  // namespace model
