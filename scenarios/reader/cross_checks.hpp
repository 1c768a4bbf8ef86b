// What several keys of a scenario must agree on: limits over all inputs, what a protocol demands of
// its deployment, settings given twice.
//
// Errors: problems. A check whose keys could not be read is left out, so that one mistake is one
// problem.
#pragma once

#include "scenarios/reader/document.hpp"
#include "scenarios/scenario.hpp"

namespace scenarios {

void check_inputs(const Scenario& scenario, const Document& document);
// REQUIRES: `deployment` was read without problems.
void check_deployment(const Scenario& scenario, const Document& document);
// REQUIRES: `deployment` and `job` were read without problems.
void check_sinks(const Scenario& scenario, const Document& document);
void check_settings_given_twice(const Document& document);
void check_guarantees(const Scenario& scenario, const Document& document);
void check_timeline(const Scenario& scenario, const Document& document);

}  // namespace scenarios
