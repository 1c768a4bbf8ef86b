// How much the deletion delay and the deadlines must be for a scenario without faults: upper bounds
// by arithmetic on its settings, not the smallest safe values.
//
// T is the watermark of one gate subtask plus the deletion delay D, at the moment t at which it is
// stored. Until every gate has learned T, at most an informer lag later, any standby subtask may
// let through, and any active one may drop, whatever has arrived by then (phase2.md section 6). So
// D must exceed the largest event time that has arrived by t + lag, less that watermark:
//
//   latest(t + lag) - watermark(t) <= skew(lag + stale) + bound + out of order + gaps + 1
//
//   stale   processing time by which the watermark is behind the input: one watermark interval, the
//           way through the channels, twice because of aligned barriers, the notice that starts
//           those, and how far the sources are behind the input
//   skew(x) the most by which any input, x later, is ahead of any other one
//   gaps    the event time between two records of one partition
//   bound   that of the watermark strategy
//
// The write window (p2:R3.3) has no part in it: a proposal takes the watermark of the moment of its
// write. REQUIRES: a scenario that meets no_late, watermarks, no_faults. Times: whole ms.
#pragma once

#include <cstdint>

#include "model/settings.hpp"

namespace scenarios {

// The largest deletion delay that is ever needed; event time.
std::int64_t sufficient_margin_ms(const model::Settings& settings);

// From the start of the run until blue serves; also from a savepoint to the first record of the job
// that starts from it.
std::int64_t first_deployment_ms(const model::Settings& settings);
// From the change of the spec to the end of its transition, while the input goes on.
std::int64_t hand_over_time_ms(const model::Settings& settings);
// The part of it that the gates need: from stage TRANSITIONING to the last report.
std::int64_t gate_phase_ms(const model::Settings& settings);

}  // namespace scenarios
