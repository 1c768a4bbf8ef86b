#include "scenarios/check/trial.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <tuple>

#include "model/mutations.hpp"
#include "model/protocol.hpp"
#include "model/validation.hpp"
#include "scenarios/random/draw.hpp"
#include "sim/check.hpp"

namespace scenarios {

namespace {

PropertySet refuted_in(const Outcome& outcome) {
  PropertySet refuted;
  for (std::size_t i = 0; i < model::kPropertyCount; ++i) {
    refuted[i] = outcome.properties[i].verdict == sim::Verdict::kRefuted;
  }
  return refuted;
}

// What two runs of one recipe must agree on.
bool agree(const Outcome& a, const Outcome& b) {
  const auto same_verdict = [](const PropertyOutcome& x, const PropertyOutcome& y) {
    return x.verdict == y.verdict && x.count == y.count && x.exempted == y.exempted;
  };
  return a.fingerprint == b.fingerprint && a.events == b.events && a.end.at == b.end.at &&
         std::equal(a.properties.begin(), a.properties.end(), b.properties.begin(), same_verdict);
}

// Those that have a name of their own.
void add_new(const std::vector<sim::GivenChoice>& some, std::vector<sim::GivenChoice>& all) {
  const auto name = [](const sim::GivenChoice& choice) {
    return std::tuple{choice.kind, choice.actor, choice.occurrence};
  };
  std::set<std::tuple<std::uint16_t, std::uint64_t, std::uint64_t>> known;
  for (const sim::GivenChoice& choice : all) {
    known.insert(name(choice));
  }
  for (const sim::GivenChoice& choice : some) {
    if (known.insert(name(choice)).second) {
      all.push_back(choice);
    }
  }
}

std::string where_they_part(const Simulated& a, const Simulated& b) {
  for (std::size_t i = 0; i < std::min(a.taken.size(), b.taken.size()); ++i) {
    if (a.taken[i] != b.taken[i]) {
      const sim::TakenChoice& one = a.taken[i];
      const sim::TakenChoice& two = b.taken[i];
      return fmt::format("decision {}: {} of {} alternatives, then {} of {}", i + 1, one.chosen,
                         one.count, two.chosen, two.count);
    }
  }
  const auto& first = a.trace.notes();
  const auto& second = b.trace.notes();
  for (std::size_t i = 0; i < std::min(first.size(), second.size()); ++i) {
    const sim::Note& x = first[i];
    const sim::Note& y = second[i];
    if (x.at != y.at || x.what != y.what || x.detail != y.detail || x.actor != y.actor ||
        x.a != y.a || x.b != y.b) {
      return fmt::format("note {} of the trace, at {} ms", i + 1, x.at.ms);
    }
  }
  return fmt::format("the length of the trace: {} notes, then {}", first.size(), second.size());
}

}  // namespace

std::optional<Scenario> baseline(const Scenario& scenario, const std::string& protocol) {
  Scenario base = scenario;
  base.settings.deployment.protocol = protocol;
  base.settings.deployment.mutations.clear();
  const std::optional<model::Protocol> rules = model::find_protocol(protocol);
  SIM_CHECK(rules.has_value(), "a baseline that nobody knows");
  return model::refuses(rules->validation, base.settings.deployment)
             ? std::nullopt
             : std::optional{std::move(base)};
}

Trials::Trials(const Subject& subject) : subject_(subject) {
  if (subject.file->is_random()) {
    return;
  }
  fixed_.emplace(drawn(Recipe{{sim::DrawLayer{}}}));
  runner_.emplace(*fixed_, ReferenceRuns::kIfJudged);
  if (subject.against) {
    fixed_base_ = baseline(*fixed_, *subject.against);
    if (fixed_base_) {
      base_runner_.emplace(*fixed_base_, ReferenceRuns::kIfJudged);
    }
  }
}

Decisions Trials::decisions(const Recipe& recipe) const {
  Decisions all;
  all.from = Decisions::Layers{recipe.layers};
  all.wrap = subject_.wrap;
  return all;
}

// What a scenario looks like is always drawn uniformly: styles are about its runs.
Scenario Trials::drawn(const Recipe& recipe) const {
  std::vector<sim::DrawLayer> layers = recipe.layers;
  for (sim::DrawLayer& layer : layers) {
    layer.style = sim::DrawStyle::kUniform;
  }
  sim::LayeredChoices choices{layers, {}};
  return draw_scenario(*subject_.file, choices);
}

Trial Trials::run(const Recipe& recipe) const {
  if (runner_) {
    return run(*runner_, base_runner_ ? &*base_runner_ : nullptr, recipe);
  }
  const Scenario scenario = drawn(recipe);
  const Runner runner{scenario, ReferenceRuns::kIfJudged};
  return run(runner, nullptr, recipe);
}

Trial Trials::run(const Runner& runner, const Runner* base, const Recipe& recipe) const {
  const Decisions all = decisions(recipe);
  const Simulated simulated = runner.simulate(all, Recording::kOff);
  Trial trial;
  trial.outcome = runner.judged(simulated, all);
  trial.refuted = refuted_in(trial.outcome);
  trial.coverage = coverage_of(runner.plan(), simulated);
  if (trial.refuted.none()) {
    return trial;
  }
  if (base != nullptr) {
    trial.refuted &= ~refuted_in(base->judged(base->simulate(all, Recording::kOff), all));
  } else if (subject_.against && !runner_) {
    const std::optional<Scenario> other = baseline(runner.scenario(), *subject_.against);
    if (other) {
      const Runner its{*other, ReferenceRuns::kIfJudged};
      trial.refuted &= ~refuted_in(its.judged(its.simulate(all, Recording::kOff), all));
    }
  }
  trial.features = features_of(runner.plan(), simulated);
  return trial;
}

Trials::Recorded Trials::record(const Recipe& recipe) const {
  Recorded recorded{fixed_ ? *fixed_ : drawn(recipe), {}};
  const Runner runner{recorded.scenario, ReferenceRuns::kIfJudged};
  const Simulated run = runner.simulate(decisions(recipe), Recording::kOn);
  recorded.choices = sim::eventful(run.taken, runner.plan().slot_names());
  const std::optional<Scenario> base =
      subject_.against ? baseline(recorded.scenario, *subject_.against) : std::nullopt;
  if (base) {
    // What only the baseline has to decide belongs to the comparison too.
    const Runner its{*base, ReferenceRuns::kIfJudged};
    const Simulated other = its.simulate(decisions(recipe), Recording::kOn);
    add_new(sim::eventful(other.taken, its.plan().slot_names()), recorded.choices);
  }
  return recorded;
}

std::optional<std::string> Trials::difference(const Recipe& recipe, const Outcome& seen) const {
  const Scenario scenario = fixed_ ? *fixed_ : drawn(recipe);
  const Runner runner{scenario, ReferenceRuns::kIfJudged};
  const Decisions all = decisions(recipe);
  if (agree(seen, runner.judged(runner.simulate(all, Recording::kOff), all))) {
    return std::nullopt;
  }
  // What came of chance may not come again: a few attempts with everything written down.
  constexpr int kAttempts = 32;
  const Simulated first = runner.simulate(all, Recording::kOn);
  for (int i = 0; i < kAttempts; ++i) {
    const Simulated again = runner.simulate(all, Recording::kOn);
    if (again.trace.fingerprint() != first.trace.fingerprint()) {
      return where_they_part(first, again);
    }
  }
  return "it did not come again while everything was written down";
}

}  // namespace scenarios
