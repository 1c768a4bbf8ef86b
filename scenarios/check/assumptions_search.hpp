// `check --assumptions`: which assumptions a property needs.
//
// A failure found under some assumptions is a failure under fewer, so the failing sets of one
// property are closed downwards; the largest ones and the smallest sets without a failure determine
// each other. The search takes the smallest sets that no failure seen so far meets, checks them,
// and lets each new failure grow: made small, it meets as many other assumptions as it can. Ends
// when all the smallest sets stood up to the runs they were given, which is what "holds" rests on
// here. Deterministic; independent of the number of workers. Errors: sim::Bug for ours.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/check/campaign.hpp"
#include "scenarios/random/assumptions.hpp"
#include "scenarios/shrink/counterexample.hpp"

namespace scenarios {

using AssumptionSet = std::vector<Assumption>;  // in the order of the vocabulary

struct FailingSet {
  AssumptionSet assumptions;  // with one more of the candidates it does not fail any more
  Counterexample example;
};

struct NeededAssumptions {
  model::Property property = model::Property::kNoLoss;
  std::vector<AssumptionSet> enough;  // the smallest; under each no run failed
  std::vector<FailingSet> failing;
  std::uint64_t runs = 0;
  bool is_exercised = false;  // some run under one of `enough` held it
  bool is_complete = false;   // false: stopped before all of `enough` had their runs
};

struct AssumptionOptions {
  CampaignOptions campaign;  // of each set that is checked
  std::function<bool()> is_out_of_time = [] { return false; };
  std::function<void(const std::string&)> progress = [](const std::string&) {};
};

// One entry a property that the file expects something of. The candidates are those that the file
// assumes, or, if it assumes none, the whole vocabulary.
std::vector<NeededAssumptions> search_assumptions(const Scenario& file,
                                                  const AssumptionOptions& options);

}  // namespace scenarios
