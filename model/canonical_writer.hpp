// How a canonical form is written: for model/canonical*.cpp alone.
//
// One state, part by part, each of which says how long it is or has a length that what is before it
// fixes. Errors: none.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <utility>
#include <vector>

#include "model/canonical.hpp"
#include "model/chronicle.hpp"
#include "model/lanes.hpp"
#include "model/ledger.hpp"
#include "model/plan.hpp"
#include "model/world.hpp"
#include "sim/time.hpp"

namespace model {

namespace canonical_detail {

constexpr std::uint8_t bit(SnapshotArea area) {
  return static_cast<std::uint8_t>(1U << index_of(area));
}

}  // namespace canonical_detail

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
    form_.met_toggles_.clear();
    // More than a state can take: no number is longer than four times what it is in the world, and
    // each output is listed with the transactions it is in.
    const std::size_t most =
        4'096 + (4 * world.size_bytes()) + (128 * ledger.outputs().size()) +
        (16 * ledger.histories().size()) + (256 * chronicle.transitions().size()) +
        (world.pass_under_way() == nullptr ? 0 : 128 * world.pass_under_way()->answers.size());
    if (form_.bytes_.size() < most) {
      form_.bytes_.resize(most);
    }
    at_ = reinterpret_cast<Unit*>(form_.bytes_.data());
  }

  void write();
  void write_end();

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
  void whole(ConfigMap content) {
    static_assert(sizeof content % sizeof(Unit) == 0);
    const bool is_late = content.has_toggle && is_beyond_all(content.toggle);
    if (is_late) [[unlikely]] {
      const EventTime late = std::exchange(content.toggle, form_.last_toggle_);
      beyond_all(late);
    }
    std::memcpy(at_, &content, sizeof content);
    at_ += sizeof content / sizeof(Unit);
  }
  void toggle(EventTime time) {
    if (is_beyond_all(time)) [[unlikely]] {
      beyond_all(time);
    } else {
      instant(time);
    }
  }

  // A toggle later than any that a watermark gives, which a wall clock can give, is later than all
  // records and watermarks: what counts is which of them are the same, and how far the clock still
  // is from it.
  [[nodiscard]] bool is_beyond_all(EventTime time) const {
    return options_.is_reduced && form_.reads_wall_clock_ && time > form_.last_toggle_;
  }
  void beyond_all(EventTime time) {
    std::vector<EventTime>& met = form_.met_toggles_;
    const auto found = std::find(met.begin(), met.end(), time);
    u32(static_cast<std::uint32_t>(found - met.begin()));
    if (found == met.end()) {
      met.push_back(time);
    }
    const EventTime clock = plan_.clock_start() + EventSpan{sim::milliseconds{now_.ms}} -
                            EventSpan{sim::milliseconds{form_.clock_behind_ms_}};
    u64(static_cast<std::uint64_t>(std::max((time - clock).ms() + 1, std::int64_t{0})));
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
  // How far into a period, and whether in the first one, in which nothing has happened yet.
  void phase(sim::Due start, std::uint32_t period) {
    const std::uint32_t passed = now_.ms - start.ms;
    u32(!options_.is_reduced || passed < period ? passed : period + (passed % period));
  }
  void window(const sim::Window& due) {
    until_past(due.earliest);
    until(due.latest);
  }

  // --- what is due

  void write_slots(const std::vector<sim::Slot>& slots);

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
  void child(const Child& of, const VersionLog<Child, 4>& log);
  void savepoint(SavepointRef ref) {
    u16(static_cast<std::uint32_t>(ref.of) | static_cast<std::uint32_t>(ref.role) << 1 |
        static_cast<std::uint32_t>(ref.given) << 4);
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
  void lag_since(sim::Due written);
  void write_cluster();
  void write_waiting_faults(std::size_t color);
  void write_operator_faults();
  void write_watch(const WatchFaults& watch, std::uint32_t newest);

  // --- the controller

  void write_controller();
  void write_status(const BlueGreenStatus& status);
  void write_pass(const PassUnderWay& pass);
  void write_number(const Answered& answer);
  void by_operator_clock(sim::Due shown);  // how long ago

  // Of the savepoint of the transition only what the controller asks about it (op:P1, A7).
  void write_trigger(const BlueGreenStatus& status);

  // Whether a run cannot settle before something changes that ends the quiet.
  [[nodiscard]] bool next_change_comes_first() const;

  // --- jobs

  // Gates look at the clock when they judge a record (phase2.md section 2, bound).
  [[nodiscard]] bool may_judge_records() const;
  // Whether a child can come to start from a savepoint once more.
  [[nodiscard]] bool may_start_again() const;

  // The snapshots of both jobs that something can still start from.
  void find_live_areas();
  void write_job(Color c);
  // Of others only what outlives the job counts.
  [[nodiscard]] bool is_written(const Job& job) const {
    return job.has_tasks() || !options_.is_reduced;
  }

  // What of a job is in a lane.
  void write_lane(Color c, const Lane& lane);

  // --- snapshots

  void write_snapshots(Color c);
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
                      (live_[index_of(c)] & canonical_detail::bit(area)) != 0);
    };
    visit_if(SnapshotArea::kTransition, true);
    visit_if(SnapshotArea::kStop, true);
    visit_if(job.pending[0].area, job.pending[0].id != 0);
    visit_if(job.latest, job.has_latest);
  }
  void write_saved(Color c, SnapshotArea area, const Lane& lane);

  // --- transactions

  void write_transactions(Color c);
  void committables(std::uint32_t sink, std::uint32_t newest, std::span<const Committable> all,
                    std::uint32_t count);

  // By the order in which they are met; what is in it, and who wrote it, the first time.
  void transaction(std::uint32_t id);
  void transactional_id(std::uint32_t transaction);
  void number_in_id(std::uint32_t sink, std::uint32_t k);
  [[nodiscard]] std::uint32_t newest_checkpoint() const;
  void write_used_ids(Color c);
  [[nodiscard]] bool may_begin_anew(Color c) const;
  void write_histories();
  void write_data_plane(Color c);

  void write_subtask(Color c, std::uint32_t s);
  void write_barriers(Color c, std::uint32_t s);
  void write_saved_channels(Color c, SnapshotArea area, const Lane& lane);
  void element(ElementKind kind, std::int32_t value, Color c);
  void write_channel(Color c, std::uint32_t channel);

  void write_source(Color c, std::uint32_t s);

  // The phase of the periodic watermarks (rt:W8).
  void write_ticks(const Source& source);
  void write_idleness(Color c, std::uint32_t s);
  [[nodiscard]] bool has_stopped_clock(Color c, std::uint32_t s) const;
  void write_timer(const IdlenessTimer& of, bool slot_is_idle, std::uint32_t idle_after_ms);
  void write_assigner(Color c, std::uint32_t a);
  void write_alignment(Color c, std::uint32_t s);
  void write_gate(Color c, std::uint32_t g);

  // --- the observers

  void write_outputs(const Lane& lane);
  void write_chronicle(bool is_over);

  void write_tallies();
  void write_transition(const Transition& transition, bool is_over);

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

}  // namespace model
