// The small languages inside strings: durations, instants, rates, names.
//
// Pure functions. Durations are Flink's (op:2.1), in whole milliseconds: `"10 s"`, `"500 ms"`,
// `"1h"`, no unit = ms. Errors: a result that says why, or nullopt.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "model/settings.hpp"

namespace scenarios {

struct DurationText {
  enum class Kind : std::uint8_t {
    kOk,
    kMalformed,
    kTooFine,  // in micro- or nanoseconds
    kTooLong   // more than limits::kDurationMs
  };

  Kind kind = Kind::kMalformed;
  std::int64_t ms = 0;
};

DurationText parse_duration(std::string_view text);

// `2023-11-14T22:13:20Z`, with an optional fraction of one to three digits: milliseconds since the
// epoch.
std::optional<std::int64_t> parse_instant(std::string_view text);

// `50/s`, with `ms`, `s`, `min` or `h` and a count from 1 to 1,000,000.
std::optional<model::Rate> parse_rate(std::string_view text);
constexpr std::uint32_t kLargestRateCount = 1'000'000;

// `[a-z0-9_-]`, 1 to 64 of them: operators.
bool is_operator_id(std::string_view text);
// `[A-Za-z0-9._-]`, 1 to 64 of them: inputs.
bool is_input_name(std::string_view text);
// Those of docs/reference/claims.md: `S1` to `S10`, `L1` to `L8`, `D1` to `D10`.
bool is_claim_id(std::string_view text);
// `p2:R4.1`, `op:T8`, `rt:W5`.
bool is_rule_id(std::string_view text);
// Sixteen hexadecimal digits in lower case.
bool is_fingerprint(std::string_view text);

}  // namespace scenarios
