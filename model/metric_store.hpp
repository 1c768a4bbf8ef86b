// When the JobManager refreshes what it knows of its tasks' metrics (rt:M1, M2).
//
// A request is answered from the store as it is; then, if enough time has passed since the last
// refresh began, a new one begins. Nothing refreshes without requests. Times: processing time.
#pragma once

#include <cstdint>

#include "sim/time.hpp"

namespace model {

constexpr std::uint32_t kMetricUpdateMs = 10'000;  // metrics.fetcher.update-interval

// Whether a request at `now` starts a refresh; `last` is when the last one started, never() if none
// did.
constexpr bool starts_refresh(sim::Due last, sim::Due now) {
  return last.is_never() || now.ms - last.ms > kMetricUpdateMs;
}

}  // namespace model
