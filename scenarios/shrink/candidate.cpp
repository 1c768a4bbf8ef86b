#include "scenarios/shrink/candidate.hpp"

#include "scenarios/check/trial.hpp"

namespace scenarios {

bool Court::refutes(const Scenario& scenario, const Candidate& candidate, bool in_the_same_way) {
  ++runs_;
  --runs_left_;
  const Runner runner{scenario, References::kIfJudged};
  Decisions decisions;
  decisions.from = Decisions::List{candidate.choices};
  const Simulated run = runner.simulate(decisions, Recording::kOff);
  if (in_the_same_way &&
      (run.misfit || !features_of(runner.plan(), run).within(charge_.features))) {
    return false;
  }
  return runner.judged(run, decisions).of(charge_.property).verdict == sim::Verdict::kRefuted;
}

bool Court::fails(const Candidate& candidate) {
  if (runs_left_ == 0 || !refutes(candidate.scenario, candidate, true)) {
    return false;
  }
  if (!charge_.against) {
    return true;
  }
  const std::optional<Scenario> base = baseline(candidate.scenario, *charge_.against);
  return !base || (runs_left_ > 0 && !refutes(*base, candidate, false));
}

}  // namespace scenarios
