// Notes as sentences: the time line of a run, and the chain of decisions behind one record or one
// property.
//
// Reads what a run left behind; decides nothing. Times in the text: processing time in seconds,
// event time in epoch ms.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/plan.hpp"
#include "scenarios/runner/outcome.hpp"
#include "scenarios/runner/simulate.hpp"

namespace scenarios {

// Everything of the control plane, from the run's first instant to its last.
std::vector<StoryLine> narrate(const model::Plan& plan, const Simulated& run);

// What happened to one output, in order, with the toggle that its gates went by. REQUIRES: `run`
// was recorded.
std::vector<StoryLine> narrate_output(const model::Plan& plan, const Simulated& run,
                                      std::uint32_t output);

// Why an output came out as often as it did. REQUIRES: `run` was recorded.
std::vector<std::string> explain_output(const model::Plan& plan, const Simulated& run,
                                        std::uint32_t output);
// Why a property that is not about one record is refuted.
std::vector<std::string> explain_toggles(const model::Plan& plan, const Simulated& run);
std::vector<std::string> explain_progress(const model::Plan& plan, const Simulated& run);

}  // namespace scenarios
