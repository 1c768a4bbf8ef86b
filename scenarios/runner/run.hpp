// Runs a scenario once: the model under seeded choices, its reference, the verdicts, and, if
// something is refuted, the same run again with a recorder on to say why.
//
// Deterministic: scenario and seed give the same outcome on every machine. Errors: sim::Bug for
// ours; everything else is in the outcome.
#pragma once

#include <cstdint>

#include "scenarios/runner/outcome.hpp"
#include "scenarios/scenario.hpp"

namespace scenarios {

constexpr std::uint64_t kDefaultSeed = 1;

Outcome run(const Scenario& scenario, std::uint64_t seed);

}  // namespace scenarios
