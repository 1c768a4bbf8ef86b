// Reads a line of a vector file (format: tests/vectors/README.md).
//
// A line is a case if every key is known, every value has its type and its range, times never run
// back and an error of a record ends it; nothing is ignored but entries of a ConfigMap that no gate
// knows. Limits: a line of 1 MiB, integers of 64 bits, the ranges below. Errors: problems, never
// exceptions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "scenarios/reader/problem.hpp"
#include "scenarios/vectors/gate_case.hpp"

namespace scenarios::vectors {

struct CaseLimits {
  static constexpr std::size_t kIdLength = 100;
  static constexpr std::int64_t kParallelism = 32'768;  // rt:T9
  static constexpr std::int64_t kCount = INT32_MAX;     // of times, lag, milliseconds
  static constexpr std::size_t kWrites = 10;            // of one record
};

// None if it adds a problem. Their lines are of no meaning: it is one line.
std::optional<GateCase> read_case(std::string_view line, Problems& problems);

}  // namespace scenarios::vectors
