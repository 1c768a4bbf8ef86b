// The deletion delay that is enough, computed from the rules: what docs/margin.md holds beside
// measured values.
//
// T is the watermark W of one standby subtask at the moment of its write, plus the delay
// (p2:R3.2). What some gate lets through or drops before it has learned T must lie before T
// (phase2.md section 6: F and D). W lacks what its slowest split has read since the last tick that
// got through, and T spreads for an informer lag. So with
//
//   stale   tick + way through channels + alignment + reading + pauses of the outgoing job
//   spread  the longest informer lag + what gates' informers are frozen for
//
// the delay suffices if, from any record that was the largest of its split up to the next larger
// one, and for stale + spread after that, no event time arrives that is ahead of the first by more
// than the delay less the bound and 2 ms. The write window (p2:R3.3), deploy times, the checkpoint
// interval and how far the incoming job is behind have no part in it.
//
// An upper bound if nothing is late and nothing fails, sources read faster than records arrive, the
// outgoing job has caught up when T is set, and calls to the API server take no time. Units: ms.
#pragma once

#include <cstdint>
#include <optional>

#include "model/settings.hpp"

namespace scenarios {

struct Margin {
  std::int64_t bound = 0;   // event time: the watermark strategy's bound, and 2 ms: W = largest -
                            // bound - 1 (rt:W3), and T itself is already the incoming job's
  std::int64_t stale = 0;   // processing time by which W is behind what the slowest split has read
  std::int64_t spread = 0;  // processing time until every gate has learned T
  std::int64_t ahead = 0;   // event time that goes by: between two largest records of a split, and
                            // meanwhile

  [[nodiscard]] std::int64_t total() const { return bound + ahead; }
};

// None if a source makes no watermarks: then there is no T either.
std::optional<Margin> sufficient_margin(const model::Settings& settings);

}  // namespace scenarios
