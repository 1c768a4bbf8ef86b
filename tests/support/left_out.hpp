// Why a search that leaves orders out misses an instant that the search in every order sees.
#pragma once

#include <string>

#include "model/plan.hpp"
#include "scenarios/scenario.hpp"

namespace support {

// Of the earliest instant that is missed: what was taken first, and which event before it does not
// come to the same after it. Empty if none is missed. REQUIRES: both searches fit into memory.
std::string left_out(const scenarios::Scenario& scenario, const model::Plan& plan);

}  // namespace support
