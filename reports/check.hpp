// What a search found, as a page and as JSON.
//
// Runs nothing and judges nothing; seconds come from the caller, who has a clock. Stable and
// versioned like the result of a run.
#pragma once

#include <string>
#include <vector>

#include "scenarios/check/search.hpp"

namespace reports {

struct CheckedFile {
  const scenarios::Search* search = nullptr;
  std::uint64_t seed = 1;
  double seconds = 0;
  bool is_complete = false;          // all runs asked for were done
  std::vector<std::string> folders;  // of the findings, in their order; empty: not written
  std::string repeat;                // the command that does it again
};

std::string check_summary(const CheckedFile& checked);
std::string check_json(const std::vector<CheckedFile>& checked);

// One line for a terminal while it runs.
std::string check_progress(const scenarios::Search& search, double seconds);

}  // namespace reports
