// What a person sees after a run: the verdicts, the time line of the transition, who wrote when,
// and what to do next.
#pragma once

#include <string>
#include <vector>

#include "scenarios/runner/outcome.hpp"
#include "scenarios/scenario.hpp"

namespace reports {

struct SummaryRequest {
  const scenarios::Scenario* scenario = nullptr;
  const scenarios::Outcome* outcome = nullptr;
  std::string repeat;                // the command that repeats this run
  std::vector<std::string> remarks;  // what the command line changed or ignored
};

// REQUIRES: both pointers are set. Plain text, no colors, ends in a line feed.
std::string summary(const SummaryRequest& request);

}  // namespace reports
