// Where event time begins: what the subtask of a source, or an operator that assigns timestamps,
// announces downstream, as pure functions over flat state (rt:W3, W5, W11, W12, ID1-ID10, MX1-MX5).
//
// A generator per split behind an idleness timer, a multiplexer over the splits, the second input
// of the output that no record ever comes to ("main"), and the filter that lets only what is
// greater through. Times: event time relative to the plan's origin; clock readings are processing
// time. Nothing is forgotten but by a restart (rt:RS1). Errors: none.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

#include "model/combination.hpp"
#include "model/event_time.hpp"
#include "model/flink_rules.hpp"
#include "sim/time.hpp"

namespace model {

// rt:W3: what a generator with this bound offers, given the largest event time it has seen; none
// before the first (rt:W5).
constexpr Mark bounded_candidate(Mark most, std::int64_t bound_ms) {
  return most.is_none() ? Mark::none() : Mark{static_cast<std::int32_t>(most.ms - bound_ms - 1)};
}

// rt:ID1. Looks at its clock only at ticks.
struct IdlenessTimer {
  sim::Due quiet_since = sim::Due::never();  // the second tick without a record
  sim::Due stopped_at = sim::Due::never();   // the clock stands still: nothing is read (rt:ID3)
  bool seen = false;                         // a record since the last tick
  bool idle = false;
  std::array<std::uint8_t, 2> reserved{};

  [[nodiscard]] bool is_stopped() const { return !stopped_at.is_never(); }
  // What its clock shows at `now`.
  [[nodiscard]] sim::Due clock(sim::Due now) const { return std::min(now, stopped_at); }
};

constexpr std::uint32_t kNeverIdle = UINT32_MAX;
// At one instant: a further one finds what the second one left.
constexpr std::uint32_t kChecksThatMatter = 3;

enum class Generator : std::uint8_t {
  kNone,        // rt:W5
  kPeriodic,    // rt:W3, W4
  kPunctuated,  // rt:W11: right after each of its records
};

struct GeneratorRules {
  Generator generator = Generator::kNone;
  std::int64_t bound_ms = 0;
  std::uint32_t idle_after_ms = kNeverIdle;
  bool has_main = true;  // rt:ID5: away from a source there is one generator and no more (rt:W10)
  FlinkRules flink;
};

// One split.
struct SplitTime {
  Mark most;  // largest event time that the generator has seen; a punctuated one: has emitted for
  Mark mark;  // what the generator has said last: its slot in the multiplexer
  IdlenessTimer timer;
  bool idle = false;    // its slot in the multiplexer
  bool absent = false;  // not assigned yet, and without a slot (rt:MX2)
  std::array<std::uint8_t, 2> reserved{};
};

// The subtask.
struct SourceTime {
  Mark emitted;  // largest watermark sent (rt:W12)
  IdlenessTimer main;
  // rt:ID6: what each side said last.
  bool splits_are_idle = true;
  bool main_is_idle = true;
  bool is_idle = false;  // IDLE was sent, and no ACTIVE since
  std::uint8_t reserved = 0;
};

// What goes out, in this order: a watermark ahead of its ACTIVE would be lost (rt:V11).
struct SourceAnnouncement {
  bool active = false;
  Mark watermark;
  bool idle = false;
};

namespace watermarks_detail {

// Whether the timer finds its generator idle, at the last of so many ticks at one instant.
constexpr bool check(IdlenessTimer& timer, const GeneratorRules& rules, sim::Due now,
                     std::uint32_t checks) {
  if (rules.idle_after_ms == kNeverIdle) {
    return false;
  }
  const sim::Due clock = timer.clock(now);
  bool is_quiet = false;
  for (std::uint32_t k = 0; k < std::min(checks, kChecksThatMatter); ++k) {
    if (timer.seen || timer.quiet_since.is_never()) {
      timer.quiet_since = timer.seen ? sim::Due::never() : clock;
      timer.seen = false;
      is_quiet = false;
    } else {
      is_quiet = clock.ms - timer.quiet_since.ms > rules.idle_after_ms;
    }
  }
  return is_quiet;
}

// rt:ID6.
inline void announce_idleness(SourceTime& source, SourceAnnouncement& out) {
  if (source.splits_are_idle && source.main_is_idle && !source.is_idle) {
    source.is_idle = true;
    out.idle = true;
  }
}

template <class Split>
void combine_splits(SourceTime& source, std::span<Split> splits, const GeneratorRules& rules,
                    SourceAnnouncement& out) {
  const Combination all = combine(
      source.emitted, splits, rules.flink, [](const Split& s) { return s.time.mark; },
      [](const Split& s) { return s.time.idle; }, [](const Split& s) { return !s.time.absent; });
  if (!all.watermark.is_none()) {  // rt:W12
    source.splits_are_idle = false;
    out.active = source.is_idle;
    source.is_idle = false;
    out.watermark = all.watermark;
  }
  if (all.all_idle) {
    source.splits_are_idle = true;
    announce_idleness(source, out);
  }
}

}  // namespace watermarks_detail

// The generator is shown a record, which has gone downstream already (rt:W11). `is_marked`: a
// punctuated generator emits for it. `Split` has a member `time` of type SplitTime.
template <class Split>
SourceAnnouncement on_record(SourceTime& source, std::span<Split> splits, std::size_t i, Mark ts,
                             bool is_marked, const GeneratorRules& rules) {
  SplitTime& split = splits[i].time;
  split.timer.seen = true;
  split.timer.idle = false;
  SourceAnnouncement out;
  if (rules.generator == Generator::kPeriodic) {
    split.most = std::max(split.most, ts);
  } else if (rules.generator == Generator::kPunctuated && is_marked && !ts.is_none()) {
    split.most = std::max(split.most, ts);
    split.mark = bounded_candidate(split.most, rules.bound_ms);
    split.idle = false;                 // rt:MX1
    if (split.mark > source.emitted) {  // rt:MX5
      watermarks_detail::combine_splits(source, splits, rules, out);
    }
  }
  return out;
}

// `checks` ticks at once: as many as have piled up (rt:W8, W9).
template <class Split>
SourceAnnouncement on_tick(SourceTime& source, std::span<Split> splits, const GeneratorRules& rules,
                           sim::Due now, std::uint32_t checks) {
  SourceAnnouncement out;
  for (Split& each : splits) {
    SplitTime& split = each.time;
    if (split.absent) {
      continue;
    }
    const bool is_quiet = watermarks_detail::check(split.timer, rules, now, checks);
    if (!is_quiet && rules.generator == Generator::kPeriodic) {
      split.mark = bounded_candidate(split.most, rules.bound_ms);
      split.idle = false;  // rt:MX1
    } else if (is_quiet && !split.timer.idle) {
      split.idle = true;
    }
    split.timer.idle = is_quiet;
  }
  watermarks_detail::combine_splits(source, splits, rules, out);
  if (!rules.has_main) {
    return out;
  }
  const bool main_is_quiet = watermarks_detail::check(source.main, rules, now, checks);
  if (main_is_quiet && !source.main.idle) {
    source.main_is_idle = true;
    watermarks_detail::announce_idleness(source, out);
  } else if (!main_is_quiet && rules.generator == Generator::kPeriodic) {
    source.main_is_idle = false;
  }
  source.main.idle = main_is_quiet;
  return out;
}

// Nothing follows (rt:W13).
inline SourceAnnouncement on_end(SourceTime& source) {
  SourceAnnouncement out;
  out.active = source.is_idle;  // rt:W12
  out.watermark = source.emitted < Mark::end() ? Mark::end() : Mark::none();
  source.emitted = Mark::end();
  source.is_idle = false;
  return out;
}

// A clock that has stood still goes on (rt:ID3).
constexpr void go_on(IdlenessTimer& timer, sim::Due now) {
  if (!timer.quiet_since.is_never()) {
    timer.quiet_since = timer.quiet_since.after(now.ms - timer.stopped_at.ms);
  }
  timer.stopped_at = sim::Due::never();
}

// The first moment from which on a tick changes anything, if no record comes; never() if none does.
// `now`: the next tick.
template <class Split>
sim::Due next_useful_tick(const SourceTime& source, std::span<Split> splits,
                          const GeneratorRules& rules, sim::Due now) {
  if (rules.idle_after_ms == kNeverIdle) {
    if (rules.generator != Generator::kPeriodic) {
      return sim::Due::never();
    }
    Mark combined = source.emitted;
    const Combination next = combine(
        combined, splits, rules.flink,
        [&](const Split& s) { return bounded_candidate(s.time.most, rules.bound_ms); },
        [](const Split&) { return false; }, [](const Split& s) { return !s.time.absent; });
    return next.watermark.is_none() ? sim::Due::never() : now;
  }
  sim::Due first = sim::Due::never();
  const auto wait_for = [&](const IdlenessTimer& timer) {
    if (timer.seen || timer.quiet_since.is_never()) {
      first = std::min(first, now);
    } else if (!timer.idle && !timer.is_stopped()) {
      first = std::min(first, timer.quiet_since.after(std::uint64_t{rules.idle_after_ms} + 1));
    }
  };
  for (const Split& split : splits) {
    if (!split.time.absent) {
      wait_for(split.time.timer);
    }
  }
  if (rules.has_main) {
    wait_for(source.main);
  }
  return first;
}

}  // namespace model
