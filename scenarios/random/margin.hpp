// How much the deletion delay and the deadlines must be, by arithmetic on a scenario's settings:
// upper bounds, not the smallest safe values. docs/margin.md holds the delay beside measured
// values.
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
// than the delay less the bound and 2 ms. The write window (p2:R3.3) has no part in it.
//
// An upper bound if nothing is late, no job fails, and calls to the API server take no time. Where
// the outgoing job may not have caught up with its input by then, reading is all it missed. Times:
// whole ms.
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

// From the start of the run until blue serves; also from a savepoint to the first record of the job
// that starts from it.
std::int64_t first_deployment_ms(const model::Settings& settings);
// From the change of the spec to the end of its transition, while the input goes on. `margin_ms`:
// what sufficient_margin() says, of a computation that costs as much as the input is long.
std::int64_t hand_over_time_ms(const model::Settings& settings, std::int64_t margin_ms);

}  // namespace scenarios
