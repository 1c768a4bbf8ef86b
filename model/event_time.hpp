// Event time: what records carry. Data, not a clock; it never mixes with processing time.
//
// Units: whole milliseconds since the epoch, 64 bit. `kNoTimestamp`/`kNoWatermark` are Flink's
// Long.MIN_VALUE (rt:W1).
#pragma once

#include <cstdint>
#include <limits>

#include "sim/time.hpp"

namespace model {

struct EventAxis;
using EventTime = sim::Instant<EventAxis>;
using EventSpan = sim::Span<EventAxis>;

constexpr EventTime kNoWatermark{sim::milliseconds{std::numeric_limits<std::int64_t>::min()}};
constexpr EventTime kNoTimestamp = kNoWatermark;
// Flink's Long.MAX_VALUE: nothing follows (rt:W13).
constexpr EventTime kEndOfTime{sim::milliseconds{std::numeric_limits<std::int64_t>::max()}};

// A watermark inside a flat world: 32-bit milliseconds relative to an origin that the plan fixes,
// MIN for "none", MAX for the end of event time.
struct Mark {
  std::int32_t ms = std::numeric_limits<std::int32_t>::min();

  static constexpr Mark none() { return Mark{}; }
  static constexpr Mark end() { return Mark{std::numeric_limits<std::int32_t>::max()}; }
  [[nodiscard]] constexpr bool is_none() const {
    return ms == std::numeric_limits<std::int32_t>::min();
  }
  [[nodiscard]] constexpr EventTime since(EventTime origin) const {
    if (is_none() || *this == end()) [[unlikely]] {
      return is_none() ? kNoWatermark : kEndOfTime;
    }
    return origin + EventSpan{sim::milliseconds{ms}};
  }
  // REQUIRES: kNoTimestamp, kEndOfTime, or an event time of the plan.
  static constexpr Mark at(EventTime time, EventTime origin) {
    if (time == kNoTimestamp || time == kEndOfTime) {
      return time == kNoTimestamp ? none() : end();
    }
    return Mark{static_cast<std::int32_t>((time - origin).ms())};
  }

  friend constexpr auto operator<=>(Mark, Mark) = default;
};

// One setting, used on both axes, so that each use says which (phase2.md section 1, "deletion
// delay").
struct DeletionDelay {
  sim::milliseconds value{0};

  [[nodiscard]] constexpr EventSpan past_watermark() const { return EventSpan{value}; }
  [[nodiscard]] constexpr sim::ProcessingSpan before_delete() const {
    return sim::ProcessingSpan{value};
  }

  friend constexpr bool operator==(DeletionDelay, DeletionDelay) = default;
};

}  // namespace model
