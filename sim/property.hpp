// What can be said of a property after a run.
#pragma once

#include <cstdint>
#include <string_view>

namespace sim {

enum class Verdict : std::uint8_t {
  kHolds,      // always with its evidence
  kRefuted,    // always with a counterexample that replays
  kUnknown,    // the run never got to where it would have shown
  kNotJudged,  // nothing in this run can violate it, or the model cannot judge it yet
};

constexpr std::string_view name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::kHolds: return "holds";
    case Verdict::kRefuted: return "refuted";
    case Verdict::kUnknown: return "unknown";
    case Verdict::kNotJudged: return "not_judged";
  }
  return "";
}

}  // namespace sim
