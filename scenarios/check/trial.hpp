// One run of a search: which run, and what came of it.
//
// A recipe gives the run back: the layers that its decisions, and with a "random" section its
// scenario, are drawn from. Errors: sim::Bug for ours.
#pragma once

#include <bitset>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/check/coverage.hpp"
#include "scenarios/runner/decisions.hpp"
#include "scenarios/runner/outcome.hpp"
#include "scenarios/runner/run.hpp"
#include "scenarios/scenario.hpp"
#include "sim/choice_layered.hpp"

namespace scenarios {

struct Recipe {
  std::vector<sim::DrawLayer> layers;

  friend bool operator==(const Recipe&, const Recipe&) = default;
};

using PropertySet = std::bitset<model::kPropertyCount>;

// What a search looks for, and in what.
struct Subject {
  const Scenario* file = nullptr;
  // If given, only what this protocol, without mutations, does not show under the same decisions.
  std::optional<std::string> against;
  const Decisions::Wrap* wrap = nullptr;
};

// The scenario as the protocol of `against` runs it; none if that refuses it.
std::optional<Scenario> baseline(const Scenario& scenario, const std::string& protocol);

struct Trial {
  Outcome outcome;
  PropertySet refuted;                  // and not by the baseline
  std::vector<std::uint64_t> coverage;  // states of the model that it came by, each once, sorted
  Features features;                    // of a run that refutes something
};

// Carries out one recipe after the other on one file. Keeps what does not change from run to run;
// not to be shared between threads.
class Trials {
 public:
  // REQUIRES: what `subject` points to outlives it.
  explicit Trials(const Subject& subject);

  [[nodiscard]] Trial run(const Recipe& recipe) const;
  // The scenario that the recipe stands for, and what was decided in it, recorded.
  struct Recorded {
    Scenario scenario;
    std::vector<sim::GivenChoice> choices;
  };
  [[nodiscard]] Recorded record(const Recipe& recipe) const;
  // Runs it again and compares with what was seen; none if they agree, else where they part.
  [[nodiscard]] std::optional<std::string> difference(const Recipe& recipe,
                                                      const Outcome& seen) const;

 private:
  [[nodiscard]] Trial run(const Runner& runner, const Runner* base, const Recipe& recipe) const;
  [[nodiscard]] Decisions decisions(const Recipe& recipe) const;
  [[nodiscard]] Scenario drawn(const Recipe& recipe) const;

  Subject subject_;
  // Without a "random" section: the same for all runs.
  std::optional<Scenario> fixed_;
  std::optional<Runner> runner_;
  std::optional<Scenario> fixed_base_;
  std::optional<Runner> base_runner_;
};

}  // namespace scenarios
