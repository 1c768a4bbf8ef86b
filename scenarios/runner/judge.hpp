// Turns what watched a run into verdicts (design of the properties: holds only with evidence,
// refuted only with a violation, unknown wherever the run did not get far enough).
#pragma once

#include <optional>

#include "model/plan.hpp"
#include "scenarios/runner/outcome.hpp"
#include "scenarios/runner/simulate.hpp"
#include "scenarios/scenario.hpp"

namespace scenarios {

// A run beside the plan that it is of.
struct PlannedRun {
  const model::Plan& plan;
  const Simulated& run;
};

// What the same run is without its transitions, and with plain upgrades in their place; absent: not
// needed.
struct References {
  std::optional<PlannedRun> undisturbed;
  std::optional<PlannedRun> plain;
};

// Fills records, duplicates, divergence, properties and the output gap.
void judge(const Scenario& scenario, const PlannedRun& judged, const References& references,
           Outcome& outcome);

// Of a run that is still under way: the properties it has violated in a way that nothing to come
// can mend, bit by property. Only where the scenario exempts no records.
std::uint32_t standing_violations(const model::Plan& plan, const Simulated& run);

// Fills differences and exit_code; a run that misses a milestone proves nothing that holds.
void compare_with_expectation(const Scenario& scenario, const Simulated& run, Outcome& outcome);

}  // namespace scenarios
