// A path of an exploration as the decisions of a run: what a run has to draw, by name, to do the
// same things in the same order.
//
// An exploration decides when a thing happens at the moment it does; a run draws the delay before.
// So the path is carried out once more, with a log of what a run draws where, and each draw is made
// to end when the thing happened. What the path leaves open happens as soon as it can afterwards.
#pragma once

#include <vector>

#include "model/plan.hpp"
#include "scenarios/explore/explored_run.hpp"
#include "scenarios/scenario.hpp"
#include "sim/choice_given.hpp"
#include "sim/path.hpp"

namespace scenarios {

// REQUIRES: the path is one of this scenario under these reductions.
std::vector<sim::GivenChoice> decisions_of(const Scenario& scenario, const model::Plan& plan,
                                           const Reductions& reductions, const sim::Path& path);

}  // namespace scenarios
