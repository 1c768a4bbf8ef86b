// Taking operators out of a job so that it stays one: neighbours are connected, and what nothing
// leads to or from any more goes. Pure but for the settings given. Errors: none.
#pragma once

#include <string>

#include "model/settings.hpp"

namespace scenarios {

// Null if there is none.
model::OperatorSettings* find_operator(model::Settings& settings, const std::string& id);

// Takes out what nothing leads to or from any more, with what was said about it; what has lost one
// of two inputs becomes what has one.
void prune(model::Settings& settings);

// A forward edge needs equal parallelism, and a fault a subtask that is there.
void fit_parallelism(model::Settings& settings);

// Everybody who read the operator, or what came too late for it, reads what it read. REQUIRES: one
// that is there.
void splice(model::Settings& settings, const std::string& id);

// Whether that leaves a valid job, if this one is.
bool can_be_spliced(const model::Settings& settings, const model::OperatorSettings& op);

}  // namespace scenarios
