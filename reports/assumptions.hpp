// Which assumptions a property needs, as a page and as JSON.
//
// Runs nothing and judges nothing.
#pragma once

#include <string>
#include <vector>

#include "scenarios/check/assumptions_search.hpp"

namespace reports {

struct AssumptionsReport {
  const scenarios::Scenario* file = nullptr;
  const std::vector<scenarios::NeededAssumptions>* needed = nullptr;
  std::uint64_t runs_a_set = 0;
  std::vector<std::vector<std::string>> folders;  // of the failing sets; empty: not written
};

std::string assumptions_text(const AssumptionsReport& report);
std::string assumptions_json(const AssumptionsReport& report);

}  // namespace reports
