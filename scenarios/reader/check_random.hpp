// What the ranges of a "random" section must agree on, so that everything drawn from them is valid:
// the extremes stay within the limits of the format. Errors: problems, at the range.
#pragma once

#include "scenarios/reader/document.hpp"
#include "scenarios/scenario.hpp"

namespace scenarios {

// REQUIRES: a section, inputs, a job and a deployment that could be read.
void check_random(const Scenario& scenario, const Document& document);

}  // namespace scenarios
