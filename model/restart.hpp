// How long a failed job waits before it starts again, and when it does no more (rt:F1, F2).
// Processing time.
#pragma once

#include <algorithm>
#include <cstdint>

#include "model/settings.hpp"

namespace model {

constexpr std::uint32_t kQuietHourMs = 3'600'000;  // after which restarts are counted anew

// A restart strategy in milliseconds.
struct RestartPlan {
  RestartKind kind = RestartKind::kExponentialDelay;
  std::uint32_t initial_ms = 1'000;
  std::uint32_t most_ms = 60'000;
  std::uint32_t attempts = 1;
  std::uint32_t interval_ms = 60'000;
  std::uint32_t delay_ms = 1'000;

  // How many failures of the past count, one by one.
  [[nodiscard]] constexpr std::uint32_t remembered() const {
    return kind == RestartKind::kFailureRate ? attempts + 1 : 0;
  }
};

inline RestartPlan restart_plan(const JobSettings& job) {
  const auto in_ms = [](sim::ProcessingSpan span) { return static_cast<std::uint32_t>(span.ms()); };
  RestartStrategy strategy = job.restart.value_or(RestartStrategy{});
  if (!job.restart && !job.checkpoint_interval) {
    strategy.kind = RestartKind::kNone;
  }
  return {strategy.kind,     in_ms(strategy.initial),  in_ms(strategy.most),
          strategy.attempts, in_ms(strategy.interval), in_ms(strategy.delay)};
}

// Exponential delay: half as much again with every attempt, up to the most; fractions of a
// millisecond are kept up to then.
constexpr std::uint32_t restart_delay_ms(std::uint32_t attempt, const RestartPlan& plan = {}) {
  constexpr unsigned kFraction = 24;
  const std::uint64_t most = std::uint64_t{plan.most_ms} << kFraction;
  std::uint64_t delay = std::uint64_t{plan.initial_ms} << kFraction;
  for (std::uint32_t i = 0; i < attempt && delay < most; ++i) {
    delay += delay / 2;
  }
  return static_cast<std::uint32_t>(std::min(delay, most) >> kFraction);
}

// From so many restarts on it is the longest.
constexpr std::uint32_t restarts_to_most_delay(const RestartPlan& plan) {
  std::uint32_t restarts = 1;
  while (restart_delay_ms(restarts - 1, plan) < plan.most_ms) {
    ++restarts;
  }
  return restarts;
}
static_assert(restarts_to_most_delay({}) == 12);

}  // namespace model
