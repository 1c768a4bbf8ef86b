// The machine-readable result of a run: stable, versioned, the same bytes for the same outcome.
#pragma once

#include <string>
#include <vector>

#include "scenarios/runner/outcome.hpp"

namespace reports {

// One outcome as an object; several as {"results": [...]}. Ends in a line feed. REQUIRES: at least
// one.
std::string result_json(const std::vector<scenarios::Outcome>& outcomes);

}  // namespace reports
