#include "scenarios/shrink/counterexample.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "scenarios/runner/decisions.hpp"
#include "sim/check.hpp"
#include "sim/random.hpp"

namespace scenarios {

namespace {

std::vector<std::string> sentences(const Story& story) {
  std::vector<std::string> steps;
  for (const StoryLine& line : story.lines) {
    steps.push_back(as_sentence(line));
  }
  return steps;
}

std::string described(const NamedChoice& choice) {
  return fmt::format("{} of {}, {}", model::name_of(choice.what), choice.who, choice.of);
}

std::optional<std::string> misfit_of(const Scenario& scenario, const Simulated& run) {
  if (run.misfit) {
    const NamedChoice& choice = (*scenario.choices)[run.misfit->entry];
    return fmt::format("/choices/{}: {}: {} of {} alternatives", run.misfit->entry,
                       described(choice), choice.is, run.misfit->count);
  }
  if (run.unasked) {
    return fmt::format("/choices/{}: {}: nobody asks for it", *run.unasked,
                       described((*scenario.choices)[*run.unasked]));
  }
  return std::nullopt;
}

std::optional<std::string> parting_of(const std::vector<std::string>& then,
                                      const std::vector<std::string>& now) {
  for (std::size_t i = 0; i < std::max(then.size(), now.size()); ++i) {
    const std::string was = i < then.size() ? then[i] : "nothing";
    const std::string is = i < now.size() ? now[i] : "nothing";
    if (was != is) {
      return fmt::format("step {} was: {}\n  and is: {}", i + 1, was, is);
    }
  }
  return std::nullopt;
}

}  // namespace

Counterexample::Counterexample() = default;
Counterexample::Counterexample(const Counterexample&) = default;
Counterexample::Counterexample(Counterexample&&) noexcept = default;
Counterexample& Counterexample::operator=(const Counterexample&) = default;
Counterexample& Counterexample::operator=(Counterexample&&) noexcept = default;
Counterexample::~Counterexample() = default;

std::optional<Counterexample> make_counterexample(Trials::Recorded recorded, const Charge& charge,
                                                  std::uint64_t events_at_most) {
  std::optional<Shrunk> shrunk = shrink(
      Candidate{std::move(recorded.scenario), std::move(recorded.choices)}, charge, events_at_most);
  if (!shrunk) {
    return std::nullopt;
  }
  Counterexample example;
  example.property = charge.property;
  example.against = charge.against;
  example.scenario = std::move(shrunk->minimal.scenario);
  const model::Plan plan{example.scenario.settings};
  example.scenario.choices = named(shrunk->minimal.choices, plan);
  example.scenario.found.emplace();
  example.scenario.found->property = charge.property;
  const Replay run = replay(example.scenario);
  SIM_CHECK(run.result == Replay::Result::kReproduced, "a counterexample does not replay");
  example.story = run.story;
  example.scenario.found->fingerprint = run.outcome.fingerprint;
  example.scenario.found->steps = sentences(run.story);
  example.scenario.rules = run.story.rules;
  SIM_CHECK(replay(example.scenario).is_identical, "a counterexample replays differently");

  const std::string property{model::name_of(charge.property)};
  example.cause = property;
  for (const std::string& rule : run.story.rules) {
    example.cause += ' ' + rule;
  }
  example.name = fmt::format("{}-{:04x}", property, run.outcome.fingerprint >> 48);
  example.scenario.title =
      fmt::format("{} under {}: a counterexample", property, plan.protocol().id);
  example.scenario.name = example.name;
  example.needed = std::move(shrunk->needed);
  example.marks = std::move(shrunk->marks);
  example.is_minimal = shrunk->is_minimal;
  example.events = run.outcome.events;
  example.shrink_runs = shrunk->runs;
  return example;
}

Replay replay(const Scenario& scenario) {
  const Runner runner{scenario, ReferenceRuns::kIfJudged};
  const Simulated run = runner.simulate(kDefaultSeed, Recording::kOn);
  Replay replay;
  replay.outcome = runner.judged(run, kDefaultSeed);
  replay.outcome.scenario = scenario.name;
  replay.outcome.protocol = scenario.settings.deployment.protocol;
  replay.misfit = misfit_of(scenario, run);
  const Found& found = *scenario.found;
  replay.story = tell_story(runner.plan(), run, replay.outcome, found.property);
  replay.is_identical = replay.outcome.fingerprint == found.fingerprint;
  if (!found.steps.empty()) {
    replay.parting = parting_of(found.steps, sentences(replay.story));
  }
  const bool fails = replay.outcome.of(found.property).verdict == sim::Verdict::kRefuted;
  replay.result = fails           ? Replay::Result::kReproduced
                  : replay.misfit ? Replay::Result::kDoesNotFit
                                  : Replay::Result::kNoLongerFails;
  return replay;
}

}  // namespace scenarios
