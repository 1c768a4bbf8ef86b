// A search for failures among the runs of one file: many recipes, round by round.
//
// The portfolio of each round is a function of (seed, number of the run, what earlier rounds came
// by): uniform draws, swarm, extremes, priorities, and variations of runs that saw something new.
// Within a round nothing depends on another run, so no result depends on the number of workers; the
// caller decides between rounds whether to go on, and may write the state down and go on from it
// later. Errors: sim::Bug for ours, that of the earliest run where several meet one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/check/trial.hpp"
#include "scenarios/runner/sweep.hpp"

namespace scenarios {

// Failures that look alike before anybody has looked closer.
struct Sighting {
  model::Property property = model::Property::kNoLoss;
  Features features;
  std::uint64_t first_run = 0;  // counted from 0
  // Of the shortest such run of the round that saw the first: the easiest to make small.
  Recipe recipe;
  std::uint64_t events = 0;
  std::uint64_t runs = 0;

  friend bool operator==(const Sighting&, const Sighting&) = default;
};

// Two executions of one run that were not the same.
struct Unsteady {
  std::uint64_t run = 0;
  std::string where;

  friend bool operator==(const Unsteady&, const Unsteady&) = default;
};

// Everything that a search goes on from.
struct CampaignState {
  std::uint64_t runs = 0;  // done
  Tally tally;
  std::vector<std::uint64_t> coverage;  // ascending
  std::vector<Recipe> corpus;           // runs that saw something new, oldest first
  std::vector<Sighting> sightings;      // in the order they were first made
  std::optional<Unsteady> unsteady;

  friend bool operator==(const CampaignState&, const CampaignState&) = default;
};

struct CampaignOptions {
  std::uint64_t seed = 1;
  std::uint64_t runs = 1'000;
  unsigned jobs = 1;
  bool twice = false;  // each run is carried out twice, and both must be the same
};

class Campaign {
 public:
  // REQUIRES: what `subject` points to outlives it. `from`: what an earlier search of the same
  // subject, seed and `twice` left.
  Campaign(Subject subject, const CampaignOptions& options, CampaignState from = {});

  [[nodiscard]] bool is_done() const { return state_.runs >= options_.runs; }
  // Carries out the next round. REQUIRES: !is_done().
  void round();
  [[nodiscard]] const CampaignState& state() const { return state_; }
  // The recipe of the next round's run `number`.
  [[nodiscard]] Recipe recipe(std::uint64_t number) const;

 private:
  struct Result;
  [[nodiscard]] std::vector<Result> carry_out(std::uint64_t first, std::uint64_t count) const;
  void take(std::uint64_t number, const Recipe& recipe, const Trial& trial);
  void sight(model::Property property, std::uint64_t number, const Recipe& recipe,
             const Trial& trial);

  Subject subject_;
  CampaignOptions options_;
  CampaignState state_;
};

}  // namespace scenarios
