// The scenarios that a "random" section stands for: one for each list of choices.
//
// Pure: the same file and the same answers of `choices` give the same scenario. What is drawn is a
// valid scenario of its own, without the section. Alternative 0 of each choice is the plain one.
// Errors: none.
#pragma once

#include "scenarios/scenario.hpp"
#include "sim/choice.hpp"

namespace scenarios {

// A file without the section is drawn as it is.
Scenario draw_scenario(const Scenario& file, sim::ChoiceSource& choices);

}  // namespace scenarios
