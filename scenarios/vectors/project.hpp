// A recorded run as vector cases: what each gate subtask of both jobs saw and answered, from one
// open() to the end of that job run (format: tests/vectors/README.md).
//
// Whatever other writers did to the ConfigMap appears as changes on the server. Steps that say
// nothing to a gate are left out: a clock that nobody reads, changes after the last answer. Errors:
// none; what the format cannot express is left out and counted.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <string_view>
#include <vector>

#include "model/plan.hpp"
#include "scenarios/runner/simulate.hpp"
#include "scenarios/vectors/gate_case.hpp"

namespace scenarios::vectors {

// Why the case of a gate subtask is missing.
enum class LeftOut : std::uint8_t {
  kNoRevision,   // its rules are those of no public revision: a protocol of our own, a mutation
  kBefore1970,   // its clock has no epoch ms that the format takes
  kTooLong,      // its line would be longer than the format allows
  kOtherAnswer,  // alone it answers something else: what it saw has no step in the format
};
constexpr std::size_t kLeftOutKinds = 4;

// "rules of no public revision".
std::string_view describe(LeftOut why);

struct Projection {
  std::vector<GateCase> cases;  // in the order in which the gates opened
  std::array<std::size_t, kLeftOutKinds> left_out{};

  [[nodiscard]] std::size_t left_out_for(LeftOut why) const {
    return left_out[static_cast<std::size_t>(why)];
  }
  [[nodiscard]] std::size_t left_out_in_all() const {
    return std::accumulate(left_out.begin(), left_out.end(), std::size_t{0});
  }
};

// `name` becomes part of the ids: "r5-<name>-green0-1" is the first job run of green gate 0.
// REQUIRES: `run` was recorded, and is one of `plan`.
Projection project(const model::Plan& plan, const Simulated& run, std::string_view name);

}  // namespace scenarios::vectors
