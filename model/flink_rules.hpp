// Where versions of Flink differ (flink-runtime.md S18).
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace model {

enum class FlinkVersion : std::uint8_t { kOneTwenty, kTwoTwo };
constexpr std::array<std::string_view, 2> kFlinkVersionNames{"1.20", "2.2"};
constexpr FlinkVersion kDefaultFlinkVersion = FlinkVersion::kTwoTwo;

// Fixes that are in no version compared here; each can be had with any of them.
enum class FlinkFix : std::uint8_t {
  kValveRederives,   // FLINK-40475, rt:V5
  kEndEndsIdleness,  // FLINK-40499, rt:W14
};
constexpr std::array<std::string_view, 2> kFlinkFixNames{"FLINK-40475", "FLINK-40499"};

struct FlinkRules {
  // What is combined of inputs that are all idle: the maximum over all of them (rt:MX3, CW1), or
  // nothing (rt:MX4).
  bool flushes_all_idle = true;
  // The valve flushes whenever the last channel goes idle, and looks at its minimum again when one
  // becomes active (rt:V5).
  bool valve_rederives = false;
  // A source that is idle when it ends says that nothing follows all the same (rt:W14).
  bool end_ends_idleness = false;
  // Of an operator with several inputs the fastest gives the watermark; in no version.
  bool follows_fastest = false;
};

constexpr FlinkRules flink_rules(FlinkVersion version, std::span<const FlinkFix> fixes) {
  FlinkRules rules;
  rules.flushes_all_idle = version != FlinkVersion::kOneTwenty;
  for (const FlinkFix fix : fixes) {
    rules.valve_rederives |= fix == FlinkFix::kValveRederives;
    rules.end_ends_idleness |= fix == FlinkFix::kEndEndsIdleness;
  }
  return rules;
}

}  // namespace model
