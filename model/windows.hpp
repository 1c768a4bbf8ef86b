// What an operator keeps for each key, and event-time windows over it, as pure functions over that
// state (rt:L2-L9, L11-L13).
//
// The window functions know nothing of records: what lies in a window is a number that the caller
// adds to, so that the same code runs in a job and against recorded vectors. Times: event time
// relative to the plan's origin. An operator's clock is the last watermark that reached it; a
// restart forgets the clock and keeps the rest, timers included (rt:RS1). Errors: none.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <tuple>
#include <vector>

#include "model/event_time.hpp"
#include "model/settings.hpp"

namespace model {

constexpr std::uint32_t kNoContent = UINT32_MAX;

// One thing that an operator keeps for a key: a window, a record that waits for its pair, or a
// value.
struct KeyedEntry {
  std::uint32_t key = 0;
  std::int32_t from = 0;  // window: its start; record that waits: its event time; value: its lane
  std::int32_t to = 0;    // window: its end, exclusive; record that waits: until when
  std::array<std::uint32_t, 2> content{kNoContent, kNoContent};  // by input
  bool is_armed = false;  // a window whose timer at its last moment has yet to fire (rt:L5)
  std::array<std::uint8_t, 3> reserved{};

  [[nodiscard]] std::int32_t last_moment() const { return to - 1; }
};

// In the order of keys, then of starts and ends.
struct KeyedState {
  std::vector<KeyedEntry> entries;
  Mark clock;                // of the operator; none after a restart
  Mark next = Mark::none();  // no timer runs before it
};

// A restart keeps what there is, timers included, but no clock (rt:RS1).
inline void restore_keyed(KeyedState& state, const std::vector<KeyedEntry>& saved) {
  state = KeyedState{saved, Mark::none(), Mark::none()};
  if (!saved.empty()) {
    state.next = Mark{INT32_MIN + 1};  // unknown: to be looked for with the first watermark
  }
}

constexpr bool comes_before(const KeyedEntry& a, const KeyedEntry& b) {
  return std::tie(a.key, a.from, a.to) < std::tie(b.key, b.from, b.to);
}

struct WindowRules {
  WindowType type = WindowType::kTumbling;
  std::int32_t size = 1;  // session: the gap
  std::int32_t slide = 1;
  std::int32_t offset = 0;
  std::int32_t lateness = 0;

  static WindowRules of(const WindowSettings& settings, EventTime origin);
};

// rt:L4.
constexpr std::int32_t window_start(std::int32_t at, std::int32_t offset, std::int32_t step) {
  const std::int32_t rest = (at - offset) % step;
  return at - (rest < 0 ? rest + step : rest);
}

// When the state of a window that ends there is cleared (rt:L2).
constexpr std::int64_t cleanup_of(std::int32_t last_moment, const WindowRules& rules) {
  return std::int64_t{last_moment} + rules.lateness;
}
// rt:L2.
constexpr bool is_window_late(std::int32_t last_moment, const WindowRules& rules, Mark clock) {
  return !clock.is_none() && cleanup_of(last_moment, rules) <= clock.ms;
}
// rt:L3.
constexpr bool is_element_late(Mark at, const WindowRules& rules, Mark clock) {
  return !clock.is_none() && std::int64_t{at.ms} + rules.lateness <= clock.ms;
}

namespace windows_detail {

inline void expect_timer(KeyedState& state, std::int64_t at) {
  const std::int64_t most = Mark::end().ms - 1;
  const Mark timer{static_cast<std::int32_t>(std::min(at, most))};
  if (state.next.is_none() || timer < state.next) {
    state.next = timer;
  }
}

// The entry with those bounds, made if there is none.
inline KeyedEntry& entry_at(KeyedState& state, const KeyedEntry& like) {
  const auto at = std::lower_bound(state.entries.begin(), state.entries.end(), like, comes_before);
  if (at != state.entries.end() && !comes_before(like, *at)) {
    return *at;
  }
  return *state.entries.insert(at, like);
}

// rt:L8: a session takes in those of its key that it meets. `join` makes one content of two.
template <class Join>
KeyedEntry take_in_sessions(KeyedState& state, KeyedEntry session, Join join) {
  KeyedEntry first = session;
  first.from = INT32_MIN;
  first.to = INT32_MIN;
  auto at = std::lower_bound(state.entries.begin(), state.entries.end(), first, comes_before);
  while (at != state.entries.end() && at->key == session.key) {
    if (at->from > session.to || at->to < session.from) {
      ++at;
      continue;
    }
    session.from = std::min(session.from, at->from);
    session.to = std::max(session.to, at->to);
    for (std::size_t input = 0; input < session.content.size(); ++input) {
      session.content[input] = join(at->content[input], session.content[input]);
    }
    at = state.entries.erase(at);
  }
  return session;
}

// rt:L5: a window that is over fires at once, and else when its time comes.
template <class Fire>
void trigger(KeyedState& state, KeyedEntry& window, const WindowRules& rules, Fire fire) {
  if (!state.clock.is_none() && window.last_moment() <= state.clock.ms) {
    fire(KeyedEntry{window});
  } else {
    window.is_armed = true;
    expect_timer(state, window.last_moment());
  }
  expect_timer(state, cleanup_of(window.last_moment(), rules));
}

}  // namespace windows_detail

enum class WindowOutcome : std::uint8_t {
  kAdded,
  kMissedSome,   // of the windows that it lies in some are over
  kDropped,      // all are (rt:L3)
  kDroppedLate,  // and it is late itself, so that it goes to the side output
};

// A record comes to a window operator (rt:L3-L5, L8). `add(content)` is the content with the record
// in it; `join(a, b)` that of two; `fire(window)` is told which window fires, as it is then.
// REQUIRES: the record has an event time.
template <class Add, class Join, class Fire>
WindowOutcome on_window_element(KeyedState& state, const WindowRules& rules, std::uint32_t key,
                                std::uint32_t input, Mark at, Add add, Join join, Fire fire) {
  using namespace windows_detail;  // NOLINT(google-build-using-namespace): one function
  bool is_dropped = true;
  bool has_missed = false;
  const auto take = [&](KeyedEntry& window) {
    is_dropped = false;
    window.content[input] = add(window.content[input]);
    trigger(state, window, rules, fire);
  };
  if (rules.type == WindowType::kSession) {
    // Lateness is that of the merged one. What it takes in is kept, so it is not late.
    const KeyedEntry own{key, at.ms, at.ms + rules.size, {kNoContent, kNoContent}, false, {}};
    const KeyedEntry session = take_in_sessions(state, own, join);
    if (!is_window_late(session.last_moment(), rules, state.clock)) {
      take(entry_at(state, session));
    }
  } else {
    const std::int32_t step = rules.type == WindowType::kSliding ? rules.slide : rules.size;
    for (std::int32_t start = window_start(at.ms, rules.offset, step); start > at.ms - rules.size;
         start -= step) {
      const KeyedEntry window{key, start, start + rules.size, {kNoContent, kNoContent}, false, {}};
      if (is_window_late(window.last_moment(), rules, state.clock)) {
        has_missed = true;
      } else {
        take(entry_at(state, window));
      }
    }
  }
  if (!is_dropped) {
    return has_missed ? WindowOutcome::kMissedSome : WindowOutcome::kAdded;
  }
  return is_element_late(at, rules, state.clock) ? WindowOutcome::kDroppedLate
                                                 : WindowOutcome::kDropped;
}

// A watermark comes (rt:L6, L11, L13): everything that is due by then, in the order of time; ties
// in that of keys. `next` is left at the timer that comes then.
template <class Fire>
void on_window_watermark(KeyedState& state, const WindowRules& rules, Mark watermark, Fire fire) {
  state.clock = watermark;
  if (state.next.is_none() || watermark < state.next) {
    return;
  }
  std::vector<KeyedEntry> firing;
  std::vector<KeyedEntry> kept;
  state.next = Mark::none();
  for (KeyedEntry& window : state.entries) {
    if (window.is_armed && window.last_moment() <= watermark.ms) {
      firing.push_back(window);
      window.is_armed = false;
    }
    if (is_window_late(window.last_moment(), rules, watermark)) {
      continue;  // rt:L6: cleared
    }
    windows_detail::expect_timer(
        state, window.is_armed ? window.last_moment() : cleanup_of(window.last_moment(), rules));
    kept.push_back(window);
  }
  state.entries.swap(kept);
  std::stable_sort(firing.begin(), firing.end(),
                   [](const KeyedEntry& a, const KeyedEntry& b) { return a.to < b.to; });
  for (const KeyedEntry& window : firing) {
    fire(window);
  }
}

// How far apart the records of a pair may be (rt:L9): the right one's event time lies in
// [left - before, left + after].
struct IntervalRules {
  std::int32_t before = 0;
  std::int32_t after = 0;
};

// rt:L9, strict.
constexpr bool is_too_late_to_join(Mark at, Mark clock) { return !clock.is_none() && at < clock; }

// A record, which waits for its pair under that number, comes to an interval join. `pair(left,
// right)` is told of each pair, in the order of the other one's event time. REQUIRES: it is not too
// late.
template <class Pair>
void on_interval_element(KeyedState& state, const IntervalRules& rules, std::uint32_t key,
                         std::uint32_t input, Mark at, std::uint32_t number, Pair pair) {
  const bool is_left = input == 0;
  const std::int32_t earliest = at.ms - (is_left ? rules.before : rules.after);
  const std::int32_t latest = at.ms + (is_left ? rules.after : rules.before);
  KeyedEntry first;
  first.key = key;
  first.from = earliest;
  first.to = INT32_MIN;
  std::vector<std::uint32_t> others;
  for (auto it = std::lower_bound(state.entries.begin(), state.entries.end(), first, comes_before);
       it != state.entries.end() && it->key == key && it->from <= latest; ++it) {
    if (it->content[1 - input] != kNoContent) {
      others.push_back(it->content[1 - input]);
    }
  }
  KeyedEntry own;
  own.key = key;
  own.from = at.ms;
  own.to = latest;
  own.content[input] = number;
  const auto behind =
      std::upper_bound(state.entries.begin(), state.entries.end(), own, comes_before);
  state.entries.insert(behind, own);
  windows_detail::expect_timer(state, latest);
  for (const std::uint32_t other : others) {
    is_left ? pair(number, other) : pair(other, number);
  }
}

// What can find no pair any more goes.
inline void on_interval_watermark(KeyedState& state, Mark watermark) {
  state.clock = watermark;
  if (state.next.is_none() || watermark < state.next) {
    return;
  }
  std::erase_if(state.entries, [&](const KeyedEntry& waits) { return waits.to <= watermark.ms; });
  state.next = Mark::none();
  for (const KeyedEntry& waits : state.entries) {
    windows_detail::expect_timer(state, waits.to);
  }
}

}  // namespace model
