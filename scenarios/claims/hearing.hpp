// What a catalogue's scenarios showed when they were run: one tally for each scenario and protocol,
// whatever number of claims it judges, and which single changes of a rule refute it.
//
// Work is measured in events, not in time, so that the same files give the same numbers of runs on
// every machine and with any number of workers. Errors: sim::Bug for ours.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/properties.hpp"
#include "scenarios/claims/catalogue.hpp"
#include "scenarios/runner/sweep.hpp"

namespace scenarios {

// Told what is being done, and how much of it.
using Progress = std::function<void(std::string_view what, std::size_t done, std::size_t of)>;

// A mutation and a seed under which it refutes a property.
struct Refuter {
  std::string_view mutation;
  model::Property property = model::Property::kNoLoss;
  PropertyTally::Refutation by;
};

// One scenario under one protocol.
class Hearing {
 public:
  // REQUIRES: both outlive it; `variant` is one of `file`.
  Hearing(const ScenarioFile& file, const Variant& variant) : file_(&file), variant_(&variant) {}

  [[nodiscard]] const ScenarioFile& file() const { return *file_; }
  [[nodiscard]] const Scenario& scenario() const { return variant_->scenario; }
  [[nodiscard]] const std::string& protocol() const { return variant_->protocol; }
  [[nodiscard]] const Tally& tally() const { return tally_; }
  // Its seed is part of it: there is only one run.
  [[nodiscard]] bool is_pinned() const { return scenario().seed.has_value(); }
  // What a run costs, as the first ones showed. REQUIRES: it was run.
  [[nodiscard]] std::uint64_t events_per_run() const { return events_per_run_; }

  // Runs it until there are so many runs; a pinned one once. From seed 1 on, without gaps.
  void run_up_to(std::uint64_t runs, unsigned jobs);

  // The first mutation that refutes one of the properties, over some seeds of each; few of them
  // where runs are long. Remembers what it ran.
  std::optional<Refuter> find_refuter(const std::vector<model::Property>& properties,
                                      unsigned jobs);

 private:
  struct Mutant {
    std::string_view mutation;
    Scenario scenario;
    Tally tally;
  };

  void make_mutants();
  [[nodiscard]] std::uint64_t most_seeds_of_a_mutant() const;

  const ScenarioFile* file_;
  const Variant* variant_;
  Tally tally_;
  std::uint64_t events_per_run_ = 1;  // at least
  std::optional<std::vector<Mutant>> mutants_;
};

}  // namespace scenarios
