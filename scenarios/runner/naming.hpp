// What stories call the subject of an output: a record, or what a row is the result of; and which
// notes are about it.
//
// An output is (subject, sink input), see ledger.hpp; notes name items, see rows.hpp. Pure. Errors:
// none. REQUIRES: a run of that plan.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "model/event_time.hpp"
#include "model/plan.hpp"
#include "scenarios/runner/simulate.hpp"
#include "sim/trace.hpp"

namespace scenarios {

// "events/0#17", "hourly(key 3 [1000, 2000))".
std::string subject_name(const model::Plan& plan, const Simulated& run, std::uint32_t output);

// The event time with which it comes to its sink; nullopt for a row of which nothing is recorded.
std::optional<model::EventTime> subject_time(const model::Plan& plan, const Simulated& run,
                                             std::uint32_t output);

// Whether that is a gate's decision about the output, or a sink's write of it.
bool is_about(const model::Plan& plan, const Simulated& run, const sim::Note& note,
              std::uint32_t output);

}  // namespace scenarios
