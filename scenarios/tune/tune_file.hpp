// `tune`: the smallest safe value of a setting of a file, with the counterexample one step below
// it.
//
// Both sides are run again before they are reported. Errors: sim::Bug for ours.
#pragma once

#include <optional>
#include <string>

#include "scenarios/shrink/counterexample.hpp"
#include "scenarios/tune/file_experiment.hpp"
#include "scenarios/tune/tune.hpp"

namespace scenarios {

struct Tuned {
  Setting setting;
  Grid grid;
  std::string name;  // of the scenario
  std::string protocol;
  PropertySet properties;
  TuneResult result;
  // At the answer less one step; absent: the runs there are open, or there is no answer.
  std::optional<Counterexample> example;

  // 0: there is an answer, and nothing speaks against it; 2: there is not.
  [[nodiscard]] int exit_code() const;
};

// What counts, if nobody says: that which the file expects anything of, whatever it expects.
PropertySet expected_properties(const Scenario& scenario);

Tuned tune_file(const Tunable& tunable, const PropertySet& properties, const TuneOptions& options,
                const TuneWatch& watch = {});

}  // namespace scenarios
