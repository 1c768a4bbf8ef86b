#include "scenarios/runner/run.hpp"

#include <algorithm>
#include <utility>

#include "scenarios/runner/judge.hpp"
#include "scenarios/runner/narrate.hpp"
#include "sim/check.hpp"

namespace scenarios {

sim::Budget budget_of(const Scenario& scenario) {
  return sim::Budget{scenario.budget_events,
                     sim::Due{static_cast<std::uint32_t>(scenario.horizon.ms())}};
}

namespace {

bool is_transition(const model::Happening& what) {
  return what.action == model::Action::kChangeSpec;
}

}  // namespace

model::Settings without_transitions(model::Settings settings) {
  std::erase_if(settings.timeline, is_transition);
  return settings;
}

namespace {

// Runs it again with the recorder on and asks why. The same choices give the same run: that is
// checked.
void explain(const Runner& runner, Outcome& outcome) {
  std::optional<Simulated> again;
  for (std::size_t i = 0; i < model::kPropertyCount; ++i) {
    PropertyOutcome& property = outcome.properties[i];
    if (property.verdict != sim::Verdict::kRefuted || !property.first) {
      continue;
    }
    if (!again) {
      again.emplace(runner.simulate(outcome.seed, Recording::kOn));
      SIM_CHECK(again->trace.fingerprint() == outcome.fingerprint, "a refuted run did not replay");
    }
    Violation& first = *property.first;
    if (first.output) {  // what is known of a result of its parts comes first
      const std::vector<std::string> more = explain_output(runner.plan(), *again, *first.output);
      first.why.insert(first.why.end(), more.begin(), more.end());
    } else if (static_cast<model::Property>(i) == model::Property::kOneToggle) {
      first.why = explain_toggles(runner.plan(), *again);
    } else if (static_cast<model::Property>(i) == model::Property::kProgress) {
      first.why = explain_progress(runner.plan(), *again);
    }
  }
}

}  // namespace

Runner::Runner(const Scenario& scenario, ReferenceRuns when)
    : scenario_(scenario), plan_(scenario.settings) {
  const auto& timeline = scenario.settings.timeline;
  const bool has_transition = std::any_of(timeline.begin(), timeline.end(), is_transition);
  const bool is_judged = scenario.expected().output_gap_at_most.has_value();
  if (scenario.choices) {
    listed_ = given(*scenario.choices);
  }
  const bool has_rows = plan_.job().makes_rows;
  if (has_transition && (when == ReferenceRuns::kAlways || is_judged || has_rows)) {
    undisturbed_.emplace(without_transitions(scenario.settings));
  }
  if (has_transition && has_rows) {
    plain_.emplace(scenario.settings, model::Upgrade::kPlain);
  }
}

Decisions Runner::own_decisions(std::uint64_t seed) const {
  Decisions decisions;
  if (scenario_.choices) {
    decisions.from = Decisions::List{listed_};
  } else {
    decisions.from = Decisions::Seed{seed};
  }
  return decisions;
}

Simulated Runner::simulate(const Decisions& decisions, Recording recording) const {
  return scenarios::simulate(plan_, decisions, budget_of(scenario_), recording);
}

Simulated Runner::simulate(std::uint64_t seed, Recording recording) const {
  return simulate(own_decisions(seed), recording);
}

Outcome Runner::judged(const Simulated& run, const Decisions& decisions) const {
  Outcome outcome;
  outcome.fingerprint = run.trace.fingerprint();
  outcome.events = run.end.events;
  outcome.state = run.world.globals().status.state;
  outcome.end = run.end;
  const auto carried_out = [&](const std::optional<model::Plan>& plan) {
    return plan ? std::optional{scenarios::simulate(*plan, decisions, budget_of(scenario_),
                                                    Recording::kOff)}
                : std::nullopt;
  };
  const std::optional<Simulated> calm = carried_out(undisturbed_);
  const std::optional<Simulated> upgraded = carried_out(plain_);
  References references;
  if (calm) {
    references.undisturbed.emplace(PlannedRun{*undisturbed_, *calm});
  }
  if (upgraded) {
    references.plain.emplace(PlannedRun{*plain_, *upgraded});
  }
  judge(scenario_, PlannedRun{plan_, run}, references, outcome);
  compare_with_expectation(scenario_, run, outcome);
  return outcome;
}

Outcome Runner::judged(const Simulated& run, std::uint64_t seed) const {
  Outcome outcome = judged(run, own_decisions(seed));
  outcome.seed = seed;
  return outcome;
}

Outcome run(const Scenario& scenario, std::uint64_t seed) {
  const Runner runner{scenario, ReferenceRuns::kAlways};
  const Simulated simulated = runner.simulate(seed, Recording::kOff);
  Outcome outcome = runner.judged(simulated, seed);
  outcome.scenario = scenario.name;
  outcome.protocol = scenario.settings.deployment.protocol;
  outcome.mutations = scenario.settings.deployment.mutations;
  outcome.transitions = simulated.chronicle.transitions();
  for (const model::Color color : model::kColors) {
    outcome.writing[model::index_of(color)] = simulated.ledger.writing(color);
  }
  outcome.timeline = narrate(runner.plan(), simulated);
  explain(runner, outcome);
  return outcome;
}

}  // namespace scenarios
