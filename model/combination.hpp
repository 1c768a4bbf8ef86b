// What several inputs - splits of a source, inputs of an operator - are together.
#pragma once

#include <algorithm>
#include <cstdint>

#include "model/event_time.hpp"
#include "model/flink_rules.hpp"

namespace model {

// The minimum of those that are not idle (rt:MX3, MX4, CW1); it never falls (rt:MX6).
struct Combination {
  Mark watermark;  // none: no more than before
  bool all_idle = false;
};
// `mark_of` and `is_idle` ask one of the inputs.
template <class Inputs, class MarkOf, class IsIdle>
Combination combine(Mark& combined, const Inputs& inputs, const FlinkRules& flink, MarkOf mark_of,
                    IsIdle is_idle) {
  Mark least{INT32_MAX};
  Mark most;
  Mark fastest;  // of those that are not idle
  bool all_idle = true;
  for (const auto& input : inputs) {
    most = std::max(most, mark_of(input));
    if (!is_idle(input)) {
      all_idle = false;
      least = std::min(least, mark_of(input));
      fastest = std::max(fastest, mark_of(input));
    }
  }
  if (inputs.empty()) {
    return {};
  }
  const Mark active = flink.follows_fastest ? fastest : least;
  const Mark value = !all_idle ? active : flink.flushes_all_idle ? most : Mark::none();
  if (value <= combined) {
    return {Mark::none(), all_idle};
  }
  combined = value;
  return {value, all_idle};
}

}  // namespace model
