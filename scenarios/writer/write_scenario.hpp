// A scenario as the text of a file: what the reader would have read it from.
//
// Sections in the usual order, only keys that differ from their defaults, durations in the largest
// unit that fits ("10 s", "1500 ms"), event times in epoch ms. read_scenario() of the text gives an
// equal scenario, but for its name, which is that of the file. Errors: REQUIRES only.
#pragma once

#include <string>

#include "scenarios/scenario.hpp"

namespace scenarios {

// REQUIRES: a scenario that the reader could have read; rates per ms, s, min or h.
std::string write_scenario(const Scenario& scenario);

}  // namespace scenarios
