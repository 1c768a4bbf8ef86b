// Turns what watched a run into verdicts (design of the properties: holds only with evidence,
// refuted only with a violation, unknown wherever the run did not get far enough).
#pragma once

#include "model/plan.hpp"
#include "scenarios/runner/outcome.hpp"
#include "scenarios/runner/simulate.hpp"
#include "scenarios/scenario.hpp"

namespace scenarios {

// What the same run commits without its transitions.
struct Reference {
  std::uint32_t longest_pause_ms = 0;
  sim::Due last_commit = sim::Due::never();
};

// Fills records, duplicates, properties and the output gap.
void judge(const Scenario& scenario, const model::Plan& plan, const Simulated& run,
           const Reference& reference, Outcome& outcome);

// Of a run that is still under way: the properties it has violated in a way that nothing to come
// can mend, bit by property. Only where the scenario exempts no records.
std::uint32_t standing_violations(const model::Plan& plan, const Simulated& run);

// Fills differences and exit_code; a run that misses a milestone proves nothing that holds.
void compare_with_expectation(const Scenario& scenario, const Simulated& run, Outcome& outcome);

}  // namespace scenarios
