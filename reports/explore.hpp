// What an exploration found, as a page and as JSON.
//
// Runs nothing and judges nothing; seconds come from the caller, who has a clock. Stable and
// versioned like the result of a run.
#pragma once

#include <string>
#include <vector>

#include "scenarios/explore/exhaustive_search.hpp"

namespace reports {

struct ExploredFile {
  const scenarios::Scenario* scenario = nullptr;
  const scenarios::Explored* explored = nullptr;
  scenarios::ExploreSettings settings;
  double seconds = 0;
  std::vector<std::string> folders;  // of the counterexamples, by property; empty: not written
  std::string repeat;                // the command that does it again
};

std::string explore_summary(const ExploredFile& file);
std::string explore_json(const std::vector<ExploredFile>& files);

// One line for a terminal while it runs.
std::string explore_progress(const scenarios::ExhaustiveSearch& search, double seconds);

// "grid 500 ms; 1 transition; ...": what was covered.
std::string bounds_text(const scenarios::Bounds& bounds);
// Why not everything was seen; "" if it was.
std::string_view reason_of(sim::Incomplete because);
std::string hex(const sim::Hash128& hash);

}  // namespace reports
