// New vector cases from a seed: what happens is drawn, what the gate answers is the model's.
//
// Draws are steered by the state of the gate, so that all kinds of steps, all rows of its rules and
// all its writes come up often: records around the toggle, clocks at the end of a write window,
// conflicts as many as it takes. Case k is a function of (protocol, seed, k). Errors: none.
#pragma once

#include <cstdint>

#include "model/protocol.hpp"
#include "scenarios/vectors/gate_case.hpp"

namespace scenarios::vectors {

constexpr std::uint32_t kMostCases = 1'000'000;

// Its id is "r5-g<seed>-<k>" for flip504-r5. REQUIRES: protocol.has_gate.
GateCase generate_case(const model::Protocol& protocol, std::uint64_t seed, std::uint32_t k);

}  // namespace scenarios::vectors
