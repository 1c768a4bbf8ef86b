// Inputs whose records are listed one by one.
//
// Errors: problems.
#pragma once

#include <optional>
#include <vector>

#include "model/settings.hpp"
#include "scenarios/reader/value.hpp"

namespace scenarios {

void read_listed(const Value& value, std::vector<model::ListedRecord>& listed);
// What the records of an input must agree on. Where they do not, none is kept. REQUIRES: `input` is
// that of `value` and lists its records.
void check_listed(const Value& value, model::InputSettings& input);
// As given, or the earliest event time. REQUIRES: the same, unless check_listed kept none.
void set_event_start(const Value& value, const std::optional<model::EventTime>& given,
                     model::InputSettings& input);

}  // namespace scenarios
