#include "model/canonical.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "model/actions.hpp"
#include "model/canonical_writer.hpp"

namespace model {

namespace {

constexpr std::uint32_t kEnded = UINT32_MAX - 1;  // in the place of an instant

using canonical_detail::bit;

constexpr std::uint8_t kCheckpoints =
    bit(SnapshotArea::kCheckpointA) | bit(SnapshotArea::kCheckpointB);
constexpr std::uint8_t kNone = 0;
constexpr std::uint8_t kAllAreas =
    kCheckpoints | bit(SnapshotArea::kTransition) | bit(SnapshotArea::kStop);

constexpr std::uint8_t areas_of(SavepointRole role) {
  switch (role) {
    case SavepointRole::kNone:
    case SavepointRole::kGiven: return kNone;
    case SavepointRole::kTransition: return bit(SnapshotArea::kTransition);
    case SavepointRole::kStop: return bit(SnapshotArea::kStop);
    case SavepointRole::kLatest: return kCheckpoints;
  }
  return kAllAreas;
}

// A gate over a record (p2:R1.3).
bool may_throw(const Plan& plan) {
  const std::vector<Mark>& marks = plan.job().marks;
  return plan.protocol().has_gate &&
         plan.protocol().gate.missing_timestamp == MissingTimestamp::kException &&
         std::any_of(marks.begin(), marks.end(), [](Mark mark) { return mark.is_none(); });
}

}  // namespace

void CanonicalForm::Writer::write() {
  const bool is_absolute = !options_.is_reduced || now_ < form_.last_arrival_ ||
                           (form_.reads_wall_clock_ && may_judge_records());
  u32(is_absolute ? std::min(now_, form_.last_instant_).ms : UINT32_MAX);
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
  write_histories();
  write_chronicle(false);
}

void CanonicalForm::Writer::write_end() {
  u32(kEnded);
  write_lanes([this](const Lane& lane) { write_outputs(lane); });
  write_histories();
  write_chronicle(true);
  // Whether the last spec is what runs, or is reported as failed.
  const BlueGreenStatus& status = globals_.status;
  u16(globals_.spec.content());
  u16(status.last_reconciled_spec);
  u16(static_cast<std::uint32_t>(status.state) | static_cast<std::uint32_t>(status.job) << 8);
  for (const VersionLog<Child, 4>& log : globals_.children) {
    const Child& child = log.content();
    const bool exists = child.exists != 0;
    u16((exists ? 1U : 0U) | (exists && child.is_suspended != 0 ? 2U : 0U));
    u16(exists ? child.spec : 0U);
  }
}

void CanonicalForm::Writer::write_slots(const std::vector<sim::Slot>& slots) {
  const std::span<const sim::Window> dues = world_.dues();
  for (std::uint32_t first = 0; first < slots.size(); first += 64) {
    // Nobody can predict which of them have an event: without a branch for each.
    const auto count =
        std::min<std::uint32_t>(64, static_cast<std::uint32_t>(slots.size()) - first);
    std::uint64_t pending = 0;
    for (std::uint32_t i = 0; i < count; ++i) {
      const bool is_pending = !dues[sim::index_of(slots[first + i])].earliest.is_never();
      pending |= std::uint64_t{is_pending ? 1U : 0U} << i;
    }
    for (; pending != 0; pending &= pending - 1) {
      const std::uint32_t place = first + static_cast<std::uint32_t>(std::countr_zero(pending));
      u16(place);
      window(dues[sim::index_of(slots[place])]);
    }
  }
  u16(UINT16_MAX);
}

bool CanonicalForm::Writer::may_judge_records() const {
  return may_start_again() ||
         std::any_of(globals_.jobs.begin(), globals_.jobs.end(), [](const Job& job) {
           return job.status == JobStatus::kDeploying || job.is_coming_back() ||
                  (job.has_tasks() && (job.unread != 0 || job.in_flight != 0));
         });
}

bool CanonicalForm::Writer::may_start_again() const {
  const bool is_patched = globals_.spec.content() != globals_.status.last_reconciled_spec ||
                          globals_.happenings_left > 0 || globals_.operator_dies_after != 0;
  const bool goes_back = plan_.protocol().controller.after_cutover == AfterCutover::kRedeploy &&
                         is_transitioning(globals_.status.state);
  const auto differs = [this](Color c) {
    const Child& child = globals_.children[index_of(c)].content();
    return child.exists != 0 && (child.nonce != globals_.jobs[index_of(c)].nonce ||
                                 child.spec != globals_.jobs[index_of(c)].spec);
  };
  return is_patched || goes_back || differs(Color::kBlue) || differs(Color::kGreen);
}

void CanonicalForm::Writer::find_live_areas() {
  if (!options_.is_reduced || may_start_again()) {
    live_ = {kAllAreas, kAllAreas};
    return;
  }
  live_ = {};
  const auto keep = [this](Color c, std::uint8_t areas) {
    std::uint8_t& live = live_[index_of(c)];
    live = static_cast<std::uint8_t>(live | areas);
  };
  for (const Color c : kColors) {
    const Job& job = globals_.jobs[index_of(c)];
    if (job.status == JobStatus::kDeploying || job.is_coming_back()) {
      keep(job.start_from.of, areas_of(job.start_from.role));
    }
    const Child& child = globals_.children[index_of(c)].content();
    const bool comes_back = child.lifecycle == Lifecycle::kSuspended && child.is_suspended == 0;
    keep(c, job.is_upgrading || comes_back ? bit(SnapshotArea::kStop) : kNone);
    keep(c, job.is_upgrading || form_.jobs_may_fail_ ? kCheckpoints : kNone);
  }
}

void CanonicalForm::Writer::write_outputs(const Lane& lane) {
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
        u16(static_cast<std::uint8_t>(world_.job(c).deployments - output.deployment[index_of(c)]));
      }
    }
  }
}

void CanonicalForm::Writer::write_histories() {
  for (const Ledger::KeyHistory& history : ledger_.histories()) {
    for (const Mark latest : history.latest) {
      u32(static_cast<std::uint32_t>(latest.ms));
    }
    u32(history.output);
  }
}

void CanonicalForm::Writer::write_chronicle(bool is_over) {
  std::uint32_t reached = 0;
  for (std::size_t m = 0; m < kMilestoneCount; ++m) {
    reached |= chronicle_.when(static_cast<Milestone>(m)).is_never() ? 0U : 1U << m;
  }
  u32(reached);
  flag(!chronicle_.nobody_since().is_never());
  write_tallies();
  u16(static_cast<std::uint32_t>(chronicle_.transitions().size()));
  for (const Transition& transition : chronicle_.transitions()) {
    write_transition(transition, is_over);
  }
  chronicle_.visit_open_changes([this](std::uint32_t revision, sim::Due at) {
    u16(revision);
    flag(chronicle_.savepoint_triggered() >= at);
  });
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

// What has been looked at of the control plane, and what is still to be compared with.
void CanonicalForm::Writer::write_tallies() {
  const auto bits = [](const Tally& tally) {
    return (tally.seen != 0 ? 1U : 0U) | (tally.wrong != 0 ? 2U : 0U);
  };
  u16(bits(chronicle_.child_matches()) | bits(chronicle_.child_writes()) << 2U |
      bits(chronicle_.ingress()) << 4U | (chronicle_.has_given() ? 64U : 0U));
  u16(chronicle_.last_nonce());
  u16(chronicle_.settled_generation());
}

void CanonicalForm::Writer::write_transition(const Transition& transition, bool is_over) {
  const auto fresh = [&] {
    return !transition.savepoint_is_fresh ? 0U : *transition.savepoint_is_fresh ? 1U : 2U;
  };
  u16(static_cast<std::uint32_t>(transition.result) |
      static_cast<std::uint32_t>(transition.outgoing) << 2 | (transition.taken_up ? 8U : 0U) |
      (transition.other_toggles != 0 ? 16U : 0U) |
      (transition.outgoing_ended.is_never() ? 0U : 32U) | (transition.left_behind != 0 ? 64U : 0U) |
      (transition.went_too_soon ? 128U : 0U) | (transition.in_place ? 256U : 0U));
  u16(fresh() | (transition.must_go.is_never() ? 0U : 4U) |
      (transition.toggle.has_value() ? 8U : 0U) | (transition.acted_on.has_value() ? 16U : 0U) |
      (chronicle_.savepoint_triggered() >= transition.started ? 32U : 0U));
  // What of it can still come to be compared.
  if (transition.toggle) {
    toggle(*transition.toggle);
  }
  if (transition.acted_on) {
    toggle(*transition.acted_on);
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

CanonicalForm::CanonicalForm(const Plan& plan, CanonicalOptions options)
    : plan_(plan),
      options_(options),
      lanes_(plan, options.is_symmetric ? Lanes::Symmetry::kUsed : Lanes::Symmetry::kLeftIn),
      reads_wall_clock_(plan.protocol().has_gate &&
                        plan.protocol().gate.bound == WatermarkBound::kOrWallClock),
      bytes_(2'048) {
  const ControllerSettings& controller = plan.controller();
  const auto look_at = [this](const SpecContent& spec) {
    reschedule_ms_ = std::max(reschedule_ms_, spec.reschedule_ms);
    deletion_delay_ms_ = std::max(
        deletion_delay_ms_, static_cast<std::uint32_t>(spec.deletion_delay.before_delete().ms()));
  };
  look_at(controller.base);
  std::for_each(controller.manifests.begin(), controller.manifests.end(), look_at);
  loses_events_ = plan.has_action(Action::kDropWatchEvent) || plan.has_action(Action::kBreakWatch);
  has_transactions_ =
      std::any_of(plan.job().sinks.begin(), plan.job().sinks.end(),
                  [](const SinkPlan& sink) { return sink.guarantee == Guarantee::kExactlyOnce; });
  for (const Input& input : plan.inputs()) {
    for (std::uint32_t k = 0; k < input.records(); ++k) {
      last_arrival_ = std::max(last_arrival_, input.arrival(k));
    }
  }
  for (const SplitPlan& split : plan.job().splits) {
    last_arrival_ = std::max(last_arrival_, split.exists_from);
  }
  jobs_may_fail_ = std::any_of(plan.happenings().begin(), plan.happenings().end(),
                               [](const Happening& happening) {
                                 switch (happening.action) {
                                   case Action::kKillJob:
                                   case Action::kKillTask:
                                   case Action::kKillJobManager:
                                   case Action::kFailCheckpoint:
                                   case Action::kKillTaskManager:
                                   case Action::kFailSavepoint:
                                   case Action::kUnreachableMap:
                                   case Action::kConflict: return true;
                                   default: return false;
                                 }
                               }) ||
                   plan.job().has_kafka || plan.job().timeout_ms != 0 || may_throw(plan);
  checkpoints_may_fail_ = plan.job().timeout_ms != 0 || plan.has_action(Action::kFailCheckpoint) ||
                          plan.has_action(Action::kFailSavepoint);
  restarts_that_matter_ = restarts_to_most_delay(plan.job().restart);
  look_at_times(plan);
}

void CanonicalForm::look_at_times(const Plan& plan) {
  last_toggle_ = plan.origin();
  for (const Input& input : plan.inputs()) {
    for (std::uint32_t k = 0; k < input.records(); ++k) {
      const Mark mark = input.event_time(k);
      last_toggle_ =
          mark.is_none() ? last_toggle_ : std::max(last_toggle_, mark.since(plan.origin()));
    }
  }
  for (const OperatorSettings& op : plan.settings().job.operators) {
    last_toggle_ = std::max(last_toggle_, last_toggle_ + op.retiming.later);
  }
  last_toggle_ = last_toggle_ + EventSpan{sim::milliseconds{deletion_delay_ms_}};
  for (const Happening& what : plan.happenings()) {
    if (what.action == Action::kSkewOperatorClock) {
      operator_clock_off_ms_ = std::max(operator_clock_off_ms_, ms_of(what.by));
    }
    if (what.action == Action::kSkewClock && what.direction == Direction::kBehind) {
      clock_behind_ms_ = std::max(clock_behind_ms_, what.by.ms());
    }
  }
  if (options_.is_reduced) {
    const std::int64_t beyond = (last_toggle_ - plan.clock_start()).ms() + clock_behind_ms_ + 1;
    last_instant_ =
        std::max(last_arrival_, sim::Due{static_cast<std::uint32_t>(std::clamp(
                                    beyond, std::int64_t{0}, std::int64_t{UINT32_MAX}))});
  }
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
