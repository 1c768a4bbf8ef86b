#include "scenarios/runner/run.hpp"

#include <utility>

#include "model/plan.hpp"
#include "scenarios/runner/judge.hpp"
#include "scenarios/runner/narrate.hpp"
#include "scenarios/runner/simulate.hpp"
#include "sim/check.hpp"

namespace scenarios {

namespace {

sim::Budget budget_of(const Scenario& scenario) {
  return sim::Budget{scenario.budget_events,
                     sim::Due{static_cast<std::uint32_t>(scenario.horizon.ms())}};
}

Reference reference_of(const Simulated& run) {
  return Reference{run.ledger.longest_pause_ms(), run.ledger.last_commit()};
}

Reference undisturbed(const Scenario& scenario, std::uint64_t seed) {
  model::Settings settings = scenario.settings;
  settings.timeline.clear();
  const model::Plan plan{std::move(settings)};
  return reference_of(simulate(plan, seed, budget_of(scenario), Recording::kOff));
}

// Runs it again with the recorder on and asks why. The same choices give the same run: that is
// checked.
void explain(const Scenario& scenario, const model::Plan& plan, Outcome& outcome) {
  std::optional<Simulated> again;
  for (std::size_t i = 0; i < model::kPropertyCount; ++i) {
    PropertyOutcome& property = outcome.properties[i];
    if (property.verdict != sim::Verdict::kRefuted || !property.first) {
      continue;
    }
    if (!again) {
      again.emplace(simulate(plan, outcome.seed, budget_of(scenario), Recording::kOn));
      SIM_CHECK(again->trace.fingerprint() == outcome.fingerprint, "a refuted run did not replay");
    }
    Violation& first = *property.first;
    if (first.output) {
      first.why = explain_output(plan, *again, *first.output);
    } else if (static_cast<model::Property>(i) == model::Property::kOneToggle) {
      first.why = explain_toggles(plan, *again);
    } else if (static_cast<model::Property>(i) == model::Property::kProgress) {
      first.why = explain_progress(plan, *again);
    }
  }
}

}  // namespace

Outcome run(const Scenario& scenario, std::uint64_t seed) {
  const model::Plan plan{scenario.settings};
  const Simulated simulated = simulate(plan, seed, budget_of(scenario), Recording::kOff);
  Outcome outcome;
  outcome.scenario = scenario.name;
  outcome.protocol = scenario.settings.deployment.protocol;
  outcome.seed = seed;
  outcome.fingerprint = simulated.trace.fingerprint();
  outcome.events = simulated.end.events;
  outcome.state = simulated.world.globals().status.state;
  outcome.end = simulated.end;
  outcome.not_modelled = simulated.not_modelled;
  outcome.transitions = simulated.chronicle.transitions();
  for (const model::Color color : model::kColors) {
    outcome.writing[model::index_of(color)] = simulated.ledger.writing(color);
  }
  outcome.timeline = narrate(plan, simulated);
  const bool has_reference = !scenario.settings.timeline.empty();
  judge(scenario, plan, simulated,
        has_reference ? undisturbed(scenario, seed) : reference_of(simulated), outcome);
  compare_with_expectation(scenario, simulated, outcome);
  explain(scenario, plan, outcome);
  return outcome;
}

}  // namespace scenarios
