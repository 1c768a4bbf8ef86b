// `explore`: every run of a scenario, over its grid and up to its bounds.
//
// Step by step, so that its caller can show progress, stop, and save. No result depends on the
// number of workers. Errors: sim::Bug for ours (a cycle in which no time passes, a counterexample
// that does not replay), model::WorldTooLarge.
#pragma once

#include <array>
#include <cstdint>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/explore/explored_run.hpp"
#include "scenarios/scenario.hpp"
#include "scenarios/shrink/counterexample.hpp"
#include "sim/exploration.hpp"

namespace scenarios {

enum class SearchOrder : std::uint8_t {
  kBreadthFirst,  // counterexamples are shortest
  kDepthFirst,    // one worker; cannot be saved, and finds no lassos
};

struct ExploreSettings {
  Reductions reductions;
  SearchOrder order = SearchOrder::kBreadthFirst;
  unsigned workers = 1;
  std::uint64_t states_max = UINT32_MAX - 1;
  std::uint64_t memory_max = std::uint64_t{8} << 30;  // bytes
  bool liveness = true;  // look for runs that never end; breadth first only
};

// What an exploration covers. Nothing outside of it was looked at.
struct Bounds {
  std::uint32_t grid_ms = 0;
  std::uint32_t inputs = 0;
  std::uint32_t partitions = 0;
  std::uint32_t records = 0;
  std::uint32_t subtasks = 0;                  // of one job
  std::uint32_t transitions = 0;               // changes of the spec
  std::vector<std::string> faults;             // by kind, "1 kill_job"
  std::vector<std::uint32_t> write_jitter_ms;  // empty: none, or every step of p2:R3.3's range
};
Bounds bounds_of(const model::Settings& settings);

// Enough to see whether another search saw the same.
struct Certificate {
  sim::Hash128 configuration;  // of the scenario and of what was left out
  std::uint64_t states = 0;
  std::uint64_t transitions = 0;
  sim::Hash128 fixpoint;  // sum of the hashes of all states

  friend bool operator==(const Certificate&, const Certificate&) = default;
};

struct ExploredProperty {
  sim::Verdict verdict = sim::Verdict::kNotJudged;
  std::uint64_t refuting = 0;  // states that violate it for good
  std::uint64_t holding = 0;   // ways for a run to end that exercise it and do not
  std::uint64_t open = 0;      // ways to end that say nothing about it
  std::optional<Counterexample> example;
};

struct Explored {
  sim::ExploreResult search;
  std::array<ExploredProperty, model::kPropertyCount> properties;
  std::uint64_t ends = 0;    // different ways for a run to end
  std::uint64_t missed = 0;  // of them, without one of the scenario's milestones
  // Whether there are runs that never end; without a search for them that is not known.
  std::optional<bool> has_endless_runs;
  Certificate certificate;
  std::string lanes_told_apart;          // why (model/lanes.hpp); empty: they are not
  std::vector<std::string> differences;  // from what the scenario expects
  int exit_code = 0;                     // as of a run

  [[nodiscard]] const ExploredProperty& of(model::Property property) const {
    return properties[model::index_of(property)];
  }
};

class ExhaustiveSearch {
 public:
  // REQUIRES: the scenario has a grid, and outlives it.
  ExhaustiveSearch(const Scenario& scenario, const ExploreSettings& settings);
  ExhaustiveSearch(const ExhaustiveSearch&) = delete;
  ExhaustiveSearch& operator=(const ExhaustiveSearch&) = delete;
  ExhaustiveSearch(ExhaustiveSearch&&) = delete;
  ExhaustiveSearch& operator=(ExhaustiveSearch&&) = delete;
  ~ExhaustiveSearch();

  // One piece of work; false if there was none left.
  bool step();
  // Ends the search before it is complete.
  void stop(sim::Incomplete because);
  [[nodiscard]] sim::ExploreResult so_far() const;
  // Of a search breadth first: steps to the states being looked at, and how many are waiting.
  [[nodiscard]] std::uint64_t level() const;
  [[nodiscard]] std::uint64_t waiting() const;

  // The search written down between two steps, and taken up again: see sim::Explorer.
  [[nodiscard]] bool can_save() const;
  void save(std::ostream& out) const;
  [[nodiscard]] std::string resume(std::istream& in);

  // What was seen, with a counterexample for each property that is refuted.
  [[nodiscard]] Explored result();

 private:
  class Engine;

  [[nodiscard]] sim::Hash128 configuration() const;
  void look_for_endless_runs(Explored& explored);
  void conclude(Explored& explored) const;

  const Scenario& scenario_;
  model::Plan plan_;
  ExploreSettings settings_;
  std::unique_ptr<Engine> engine_;
};

}  // namespace scenarios
