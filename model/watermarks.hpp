// The periodic watermark of a source subtask, as pure functions: generator, multiplexer over
// splits, output filter (rt:W3, W5, W12, MX1-MX3 without idleness). Times: event time relative to
// the plan's origin.
#pragma once

#include <algorithm>
#include <cstdint>

#include "model/event_time.hpp"

namespace model {

// rt:W3: what a generator with this bound offers, given the largest event time it has seen; none
// before the first (rt:W5).
constexpr Mark bounded_candidate(Mark most, std::int64_t bound_ms) {
  return most.is_none() ? Mark::none() : Mark{static_cast<std::int32_t>(most.ms - bound_ms - 1)};
}

// rt:W12: only what is greater than everything sent so far goes out.
constexpr bool goes_out(Mark candidate, Mark emitted) { return candidate > emitted; }

}  // namespace model
