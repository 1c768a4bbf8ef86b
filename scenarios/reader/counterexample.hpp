// The decisions that a counterexample lists, and what it says that they lead to.
//
// Errors: problems.
#pragma once

#include <optional>
#include <vector>

#include "scenarios/reader/document.hpp"
#include "scenarios/reader/value.hpp"
#include "scenarios/scenario.hpp"

namespace scenarios {

void read_choices(const Value& value, std::optional<std::vector<NamedChoice>>& choices);
void read_found(const Value& value, std::optional<Found>& found);
// Whether everybody exists whose decisions are listed. REQUIRES: a scenario without problems.
void check_choices(const Scenario& scenario, const Document& document);

}  // namespace scenarios
