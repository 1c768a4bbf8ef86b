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
// `mark_of` and `is_idle` ask one of the inputs, of those that `counts`.
template <class Inputs, class MarkOf, class IsIdle, class Counts>
Combination combine(Mark& combined, const Inputs& inputs, const FlinkRules& flink, MarkOf mark_of,
                    IsIdle is_idle, Counts counts) {
  Mark least = Mark::end();
  Mark most;
  Mark fastest;  // of those that are not idle
  bool all_idle = true;
  bool any = false;
  for (const auto& input : inputs) {
    if (!counts(input)) {
      continue;
    }
    any = true;
    most = std::max(most, mark_of(input));
    if (!is_idle(input)) {
      all_idle = false;
      least = std::min(least, mark_of(input));
      fastest = std::max(fastest, mark_of(input));
    }
  }
  if (!any) {
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
template <class Inputs, class MarkOf, class IsIdle>
Combination combine(Mark& combined, const Inputs& inputs, const FlinkRules& flink, MarkOf mark_of,
                    IsIdle is_idle) {
  return combine(combined, inputs, flink, mark_of, is_idle, [](const auto&) { return true; });
}

}  // namespace model
