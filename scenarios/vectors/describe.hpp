// A disagreement between a vector case and the model's gate in words, on one line.
//
// Errors: none.
#pragma once

#include <string>

#include "scenarios/vectors/gate_case.hpp"
#include "scenarios/vectors/replay.hpp"

namespace scenarios::vectors {

// "r5-h050, step 3 (record at 4100): expected emit=true, got emit=false": only what differs.
// REQUIRES: replayed.got.
std::string describe(const GateCase& recorded, const Replayed& replayed);

}  // namespace scenarios::vectors
