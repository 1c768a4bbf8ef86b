// Runs a scenario once: the model under seeded choices, its reference, the verdicts, and, if
// something is refuted, the same run again with a recorder on to say why.
//
// Deterministic: scenario and seed give the same outcome on every machine. Errors: sim::Bug for
// ours; everything else is in the outcome.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "model/plan.hpp"
#include "scenarios/runner/outcome.hpp"
#include "scenarios/runner/simulate.hpp"
#include "scenarios/scenario.hpp"

namespace scenarios {

constexpr std::uint64_t kDefaultSeed = 1;

// Where the runs of a scenario end at the latest.
sim::Budget budget_of(const Scenario& scenario);

// The same, faults included, with a spec that never changes.
model::Settings without_transitions(model::Settings settings);

Outcome run(const Scenario& scenario, std::uint64_t seed);

// When a run is compared with the same run without its transitions, which is a second run. Always
// if operators make rows: then also with plain upgrades in their place, which is a third one.
enum class ReferenceRuns : std::uint8_t {
  kAlways,
  kIfJudged,  // only if the scenario expects something of output_gap
};

// A scenario made ready to be run under any number of seeds: all that no seed changes is worked out
// once. Its functions may be called from several threads.
class Runner {
 public:
  // REQUIRES: `scenario` outlives it.
  Runner(const Scenario& scenario, ReferenceRuns when);

  [[nodiscard]] const Scenario& scenario() const { return scenario_; }
  [[nodiscard]] const model::Plan& plan() const { return plan_; }
  [[nodiscard]] Simulated simulate(const Decisions& decisions, Recording recording) const;
  // Verdicts, counts and the comparison with what is expected; nothing made for reading.
  // REQUIRES: `run` was simulated here under these decisions.
  [[nodiscard]] Outcome judged(const Simulated& run, const Decisions& decisions) const;
  // The same, under a seed; or under the choices of the scenario, if it lists them.
  [[nodiscard]] Simulated simulate(std::uint64_t seed, Recording recording) const;
  [[nodiscard]] Outcome judged(const Simulated& run, std::uint64_t seed) const;

 private:
  [[nodiscard]] Decisions own_decisions(std::uint64_t seed) const;

  const Scenario& scenario_;
  model::Plan plan_;
  std::vector<sim::GivenChoice> listed_;    // the choices of the scenario
  std::optional<model::Plan> undisturbed_;  // absent: a run is its own reference
  std::optional<model::Plan> plain_;        // absent: not needed
};

}  // namespace scenarios
