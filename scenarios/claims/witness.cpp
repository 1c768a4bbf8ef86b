#include "scenarios/claims/witness.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string_view>

#include "scenarios/runner/run.hpp"

namespace scenarios {

namespace {

using model::Property;
using sim::Verdict;

template <class Predicate>
std::optional<Property> first_of(const Witness& witness, Predicate is_met) {
  for (const Property property : witness.properties) {
    if (is_met(witness.hearing->tally().of(property))) {
      return property;
    }
  }
  return std::nullopt;
}

std::string plural(std::uint64_t number, std::string_view one) {
  return fmt::format("{} {}{}", grouped(number), one, number == 1 ? "" : "s");
}

// REQUIRES: it is open.
std::string open_text(const Witness& witness) {
  const Property property = *witness.open();
  const Tally& tally = witness.hearing->tally();
  const PropertyTally& judged = tally.of(property);
  const bool is_judged = judged.with(Verdict::kNotJudged) == 0;
  return fmt::format("open in {}: {} is {} in {} of {}", witness.hearing->file().path,
                     model::name_of(property), is_judged ? "unknown" : "not judged",
                     grouped(tally.runs - judged.with(Verdict::kHolds)), plural(tally.runs, "run"));
}

Scenario calm(const Scenario& scenario) {
  Scenario without = scenario;
  without.settings = without_transitions(scenario.settings);
  return without;
}

// Owed and never committed, ascending.
std::vector<std::uint32_t> lost_outputs(const Scenario& scenario, std::uint64_t seed) {
  const Runner runner{scenario, ReferenceRuns::kIfJudged};
  const Simulated run = runner.simulate(seed, Recording::kOff);
  const std::uint32_t edges = runner.plan().job().sink_inputs;
  const std::vector<model::Output>& outputs = run.ledger.outputs();
  std::vector<std::uint32_t> lost;
  for (std::uint32_t i = 0; i < runner.plan().job().records * edges; ++i) {
    if (outputs[i].commits_in_all() == 0 && runner.plan().is_owed(i / edges, i % edges)) {
      lost.push_back(i);
    }
  }
  return lost;
}

}  // namespace

std::optional<Property> Witness::refuted() const {
  return first_of(*this,
                  [](const PropertyTally& tally) { return tally.with(Verdict::kRefuted) > 0; });
}

std::optional<Property> Witness::open() const {
  const std::uint64_t runs = hearing->tally().runs;
  return first_of(*this,
                  [&](const PropertyTally& tally) { return tally.with(Verdict::kHolds) < runs; });
}

Witness witness_of(Hearing& hearing, const Judgement& judgement) {
  Witness witness{&hearing, judgement.assuming, {}};
  for (const std::string& name : judgement.properties) {
    const auto at = std::find(model::kPropertyNames.begin(), model::kPropertyNames.end(), name);
    witness.properties.push_back(static_cast<Property>(at - model::kPropertyNames.begin()));
  }
  return witness;
}

const Witness* first_refuted(const Witnesses& witnesses) {
  const auto found = std::find_if(witnesses.begin(), witnesses.end(),
                                  [](const Witness& w) { return w.refuted().has_value(); });
  return found == witnesses.end() ? nullptr : &*found;
}

bool all_hold(const Witnesses& witnesses) {
  return std::all_of(witnesses.begin(), witnesses.end(),
                     [](const Witness& w) { return !w.open().has_value(); });
}

std::uint64_t runs_of(const Witnesses& witnesses) {
  std::uint64_t runs = 0;
  for (const Witness& witness : witnesses) {
    runs += witness.hearing->tally().runs;
  }
  return runs;
}

std::size_t shapes_of(const Witnesses& witnesses) {
  return static_cast<std::size_t>(
      std::count_if(witnesses.begin(), witnesses.end(),
                    [](const Witness& w) { return !w.hearing->is_pinned(); }));
}

std::vector<std::string> missing_in(const Witnesses& witnesses) {
  std::vector<std::string> missing;
  for (const Witness& witness : witnesses) {
    if (witness.open()) {
      missing.push_back(open_text(witness));
    }
  }
  if (shapes_of(witnesses) < kEnoughFiles) {
    missing.emplace_back(shapes_of(witnesses) == 0 ? "two shapes without a seed of their own"
                                                   : "a second shape");
  }
  if (runs_of(witnesses) < kEnoughRuns) {
    missing.push_back(
        fmt::format("{} runs: {} so far", grouped(kEnoughRuns), grouped(runs_of(witnesses))));
  }
  return missing;
}

std::string grouped(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t at = digits.size(); at > 3; at -= 3) {
    digits.insert(at - 3, ",");
  }
  return digits;
}

std::string refutation_text(const std::string& arguments, Property property,
                            const PropertyTally::Refutation& by) {
  return fmt::format("{} --seed {}: {}, {}", arguments, by.seed, model::name_of(property),
                     plural(by.count, "violation"));
}

std::string counterexample(const Witness& witness) {
  const Property property = *witness.refuted();
  const Hearing& hearing = *witness.hearing;
  const PropertyTally& judged = hearing.tally().of(property);
  const std::string text =
      refutation_text(hearing.file().arguments(hearing.protocol()), property, *judged.first);
  return hearing.is_pinned()
             ? text
             : fmt::format("{} (in {} of {})", text, grouped(judged.with(Verdict::kRefuted)),
                           plural(hearing.tally().runs, "run"));
}

std::string losses_text(const Witness& witness) {
  const std::uint64_t seed = witness.hearing->tally().of(*witness.refuted()).first->seed;
  // Both have the same records and sinks, so an output has the same number in both.
  const std::vector<std::uint32_t> lost = lost_outputs(witness.hearing->scenario(), seed);
  const std::vector<std::uint32_t> lost_calmly =
      lost_outputs(calm(witness.hearing->scenario()), seed);
  std::vector<std::uint32_t> anyway;
  std::set_intersection(lost.begin(), lost.end(), lost_calmly.begin(), lost_calmly.end(),
                        std::back_inserter(anyway));
  return fmt::format("lost because of Phase 2: {}, lost anyway: {}",
                     grouped(lost.size() - anyway.size()), grouped(anyway.size()));
}

std::string results_text(const Witnesses& witnesses) {
  std::string text;
  for (const Witness& witness : witnesses) {
    const Scenario& scenario = witness.hearing->scenario();
    const Runner runner{scenario, ReferenceRuns::kIfJudged};
    if (runner.plan().job().keyed.empty()) {
      continue;
    }
    const std::uint64_t seed = scenario.seed.value_or(kDefaultSeed);
    const Outcome outcome = runner.judged(runner.simulate(seed, Recording::kOff), seed);
    const model::Plan calm_plan{without_transitions(scenario.settings)};
    Decisions decisions;
    decisions.from = Decisions::Seed{seed};
    const Simulated undisturbed =
        simulate(calm_plan, decisions, budget_of(scenario), Recording::kOff);
    std::uint64_t late = 0;
    for (std::uint32_t record = 0; record < calm_plan.job().records; ++record) {
      late += undisturbed.world.rows().late_at(record) != 0 ? 1U : 0U;
    }
    text += fmt::format(
        "; in {} --seed {} results lost or wrong because of Phase 2: {}, records that windows drop "
        "as late anyway: {}",
        witness.hearing->file().arguments(witness.hearing->protocol()), seed,
        grouped(outcome.records.lost + outcome.records.diverged), grouped(late));
  }
  return text;
}

std::string runs_text(const Witnesses& witnesses) {
  std::string files;
  for (const Witness& witness : witnesses) {
    files += fmt::format("{}{} of {}", files.empty() ? "" : ", ",
                         grouped(witness.hearing->tally().runs), witness.hearing->file().path);
  }
  return fmt::format("{}: {}", plural(runs_of(witnesses), "run"), files);
}

}  // namespace scenarios
