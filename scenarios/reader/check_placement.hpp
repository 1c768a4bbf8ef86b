// Whether the gates can go where the deployment puts them (phase2.md section 7).
//
// Errors: problems. Names are checked whatever the protocol, refusals of the automatic placement
// only where there is a gate.
#pragma once

#include "scenarios/reader/document.hpp"
#include "scenarios/scenario.hpp"

namespace scenarios {

// REQUIRES: job and deployment were read without a problem.
void check_placement(const Scenario& scenario, const Document& document);
// Whether the job is small enough with its gates. REQUIRES: a valid graph and a valid placement.
void check_channels(const Scenario& scenario, const Document& document);

}  // namespace scenarios
