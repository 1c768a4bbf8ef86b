#include "scenarios/claims/hearing.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "model/mutations.hpp"
#include "scenarios/runner/run.hpp"

namespace scenarios {

namespace {

// Of the search for a mutation: seeds that are tried first and at most, and about how many events
// all of it may take.
constexpr std::uint64_t kFirstSeeds = 10;
constexpr std::uint64_t kMostSeeds = 100;
constexpr std::uint64_t kFewestSeeds = 3;
constexpr std::uint64_t kSearchEvents = 6'000'000;

void extend(Tally& tally, const Scenario& scenario, std::uint64_t runs, unsigned jobs) {
  if (tally.runs < runs) {
    tally.append(sweep(scenario, SeedRange{kDefaultSeed + tally.runs, runs - tally.runs}, jobs));
  }
}

}  // namespace

void Hearing::run_up_to(std::uint64_t runs, unsigned jobs) {
  const bool is_first = tally_.runs == 0;
  if (!is_pinned()) {
    extend(tally_, scenario(), runs, jobs);
  } else if (is_first) {
    tally_ = sweep(scenario(), SeedRange{*scenario().seed, 1}, 1);
  }
  if (is_first && tally_.runs > 0) {
    events_per_run_ = std::max<std::uint64_t>(1, tally_.events / tally_.runs);
  }
}

void Hearing::make_mutants() {
  mutants_.emplace();
  for (const model::Mutation& mutation : model::mutations()) {
    std::optional<Scenario> scenario = file_->mutated(protocol(), mutation.id);
    if (scenario) {
      mutants_->push_back(Mutant{mutation.id, *std::move(scenario), {}});
    }
  }
}

std::uint64_t Hearing::most_seeds_of_a_mutant() const {
  const std::uint64_t of_all = events_per_run() * std::max<std::size_t>(1, mutants_->size());
  return std::clamp(kSearchEvents / of_all, kFewestSeeds, kMostSeeds);
}

std::optional<Refuter> Hearing::find_refuter(const std::vector<model::Property>& properties,
                                             unsigned jobs) {
  if (!mutants_) {
    make_mutants();
  }
  const std::uint64_t most = most_seeds_of_a_mutant();
  for (const std::uint64_t seeds : {std::min(kFirstSeeds, most), most}) {
    for (Mutant& mutant : *mutants_) {
      extend(mutant.tally, mutant.scenario, seeds, jobs);
      for (const model::Property property : properties) {
        if (const auto& first = mutant.tally.of(property).first) {
          return Refuter{mutant.mutation, property, *first};
        }
      }
    }
  }
  return std::nullopt;
}

}  // namespace scenarios
