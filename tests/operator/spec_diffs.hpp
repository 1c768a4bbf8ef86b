// The cases of tests/vectors/operator/spec_diff.json (format: tests/vectors/README.md).
#pragma once

#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "model/operator_rules.hpp"

namespace spec_diffs {

// What the change of a case is. Throws if it has a key or a field that nobody knows.
std::string diff_of(const nlohmann::json& file, const nlohmann::json& one,
                    const model::OperatorRules& rules);
// The tests of which a case says something else.
std::set<std::string> failing(const nlohmann::json& file, const model::OperatorRules& rules);

}  // namespace spec_diffs
