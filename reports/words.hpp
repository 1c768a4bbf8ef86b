// What pages and results have in common: the version of the JSON and the word for a verdict.
#pragma once

#include <string_view>

#include "sim/property.hpp"

namespace reports {

// "cutover" in every result; grows when a key changes its meaning or goes.
constexpr int kResultVersion = 1;

// "holds", "REFUTED": in a column, where what is wrong has to stand out.
std::string_view word(sim::Verdict verdict);

}  // namespace reports
