#include "scenarios/shrink/candidate.hpp"

#include <algorithm>

#include "model/mutations.hpp"
#include "model/validation.hpp"
#include "scenarios/check/trial.hpp"

namespace scenarios {

namespace {

constexpr std::uint64_t kCostOfARun = 500;  // what it takes besides, in events

// Whether it could be read from a file: nothing that its own protocol refuses is a counterexample
// (p2:R3.9, p2:R4.5).
bool is_accepted(const model::DeploymentSettings& deployment) {
  return !model::refuses(model::effective_protocol(deployment)->validation, deployment);
}

}  // namespace

void Court::note_asked(const std::vector<bool>& asked, bool is_first) {
  if (is_first) {
    asked_ = asked;
    return;
  }
  for (std::size_t i = 0; i < asked.size(); ++i) {
    asked_[i] = asked_[i] || asked[i];
  }
}

bool Court::refutes(const Scenario& scenario, const Candidate& candidate, bool in_the_same_way) {
  ++runs_;
  const Runner runner{scenario, ReferenceRuns::kIfJudged};
  Decisions decisions;
  decisions.from = Decisions::List{candidate.choices};
  sim::Budget budget = budget_of(scenario);
  const std::uint64_t own_events = budget.events;
  budget.events = std::min({budget.events, longest_, events_left_});
  const Simulated run = simulate(runner.plan(), decisions, budget, Recording::kOff);
  events_left_ -= std::min(events_left_, run.end.events + candidate.choices.size() + kCostOfARun);
  // What came of a run that was broken off here is not known: what has gone wrong by then may still
  // be mended.
  if (run.end.because == sim::Ending::kBudget && budget.events < own_events) {
    return false;
  }
  if (in_the_same_way &&
      (run.misfit || !features_of(runner.plan(), run).within(charge_.features))) {
    return false;
  }
  note_asked(run.asked, in_the_same_way);
  const bool is_refuted =
      runner.judged(run, decisions).of(charge_.property).verdict == sim::Verdict::kRefuted;
  if (is_refuted && in_the_same_way && longest_ == UINT64_MAX) {
    longest_ = (2 * run.end.events) + 1'000;
    has_settled_ = run.end.because == sim::Ending::kSettled;
  }
  return is_refuted;
}

bool Court::fails(const Candidate& candidate) {
  if (!is_accepted(candidate.scenario.settings.deployment)) {
    return false;
  }
  if (!charge_.assumptions.empty()) {
    Scenario restricted = candidate.scenario;
    restrict_to(restricted, charge_.assumptions);
    if (!(restricted.settings == candidate.scenario.settings)) {
      return false;
    }
  }
  if (events_left_ == 0 || !refutes(candidate.scenario, candidate, true)) {
    return false;
  }
  if (!charge_.against) {
    return true;
  }
  const std::optional<Scenario> base = baseline(candidate.scenario, *charge_.against);
  return !base || (events_left_ > 0 && !refutes(*base, candidate, false));
}

}  // namespace scenarios
