// What a job with operators that make other records of those they get, or put those of one key
// together, must be like as a whole.
//
// Errors: problems. What could not be read is left out.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/settings.hpp"
#include "scenarios/reader/document.hpp"

namespace scenarios {

// Documented maxima of operators that make other records of those they get.
constexpr std::uint32_t kMostCopies = 16;             // of one flat_map
constexpr std::uint32_t kMostCopiesInAll = 256;       // of a record, by all of them
constexpr std::int64_t kMostWindowsOfRecord = 1'000;  // sliding windows that one record lies in

// What may come too late for it goes to a side output, if somebody reads that (rt:L3, L9).
constexpr bool has_late_records(model::OperatorKind kind) {
  return kind == model::OperatorKind::kWindow || kind == model::OperatorKind::kWindowJoin ||
         kind == model::OperatorKind::kIntervalJoin;
}

// With its article: "a window", "an interval_join".
std::string a_kind(model::OperatorKind kind);

void check_keyed(const std::vector<model::OperatorSettings>& operators, const Document& document);

}  // namespace scenarios
