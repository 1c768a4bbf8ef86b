#include "scenarios/tune/tune_file.hpp"

#include <utility>

#include "sim/check.hpp"

namespace scenarios {

namespace {

// Of the runs that fail below the answer the first that can be told by name.
std::optional<Counterexample> example_of(const Scenario& scenario, const std::string& pointer,
                                         const TuneResult& result) {
  Subject subject;
  subject.file = &scenario;
  const Trials trials{subject};
  for (const Failure& failure : result.below) {
    if (failure.safety != Safety::kRefuted) {
      continue;
    }
    const Trial trial = trials.run(failure.recipe);
    SIM_CHECK(trial.refuted[model::index_of(failure.property)],
              "a run that failed below the answer does not when it is run again");
    std::optional<Counterexample> example = make_counterexample(
        trials.record(failure.recipe),
        Charge{failure.property, std::nullopt, trial.features, scenario.assumptions, pointer});
    if (example && replay(example->scenario).result == Replay::Result::kReproduced) {
      return example;
    }
  }
  return std::nullopt;
}

// The runs that fail below do not at the answer, as was seen on the way.
void check_again(const FileExperiment& experiment, const TuneResult& result) {
  const std::unique_ptr<Lane> lane = experiment.lane();
  for (const Failure& failure : result.below) {
    SIM_CHECK(lane->run(*result.answer, failure.recipe).safety == Safety::kSafe,
              "a run that was safe at the answer is not when it is run again");
  }
}

}  // namespace

int Tuned::exit_code() const { return result.answer && result.is_monotone ? 0 : 2; }

PropertySet expected_properties(const Scenario& scenario) {
  PropertySet properties;
  const Expectation expected = scenario.expected();
  for (std::size_t i = 0; i < model::kPropertyCount; ++i) {
    properties[i] = expected.verdicts[i].has_value();
  }
  return properties;
}

Tuned tune_file(const Tunable& tunable, const PropertySet& properties, const TuneOptions& options,
                const TuneWatch& watch) {
  SIM_CHECK(tunable.setting.has_value(), "nothing to tune");
  const Grid& grid = tunable.grid;
  FileExperiment experiment{*tunable.setting, grid, properties,
                            CampaignOptions{options.seed, options.runs, options.jobs, false}};
  const Scenario first = experiment.scenario(0);
  Tuned tuned{*tunable.setting, grid,         first.name,  first.settings.deployment.protocol,
              properties,       TuneResult{}, std::nullopt};
  tuned.result = tune(experiment, grid.count, options, watch);
  if (tuned.result.end == TuneResult::End::kFound) {
    check_again(experiment, tuned.result);
    tuned.example = example_of(experiment.scenario(*tuned.result.answer - 1),
                               tuned.setting.pointer(), tuned.result);
  }
  return tuned;
}

}  // namespace scenarios
