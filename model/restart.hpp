// How long a failed job waits before it starts again: the default, exponential delay (rt:F2).
// Processing time.
#pragma once

#include <algorithm>
#include <cstdint>

namespace model {

constexpr std::uint32_t kMostRestartDelayMs = 60'000;
constexpr std::uint32_t kQuietHourMs = 3'600'000;  // after which restarts are counted anew

// 1 s, half as much again with every attempt, one minute at the most.
constexpr std::uint32_t restart_delay_ms(std::uint32_t attempt) {
  std::uint32_t delay = 1'000;
  for (std::uint32_t i = 0; i < attempt && delay < kMostRestartDelayMs; ++i) {
    delay = delay * 3 / 2;
  }
  return std::min(delay, kMostRestartDelayMs);
}

// From so many restarts on it is the longest.
constexpr std::uint32_t kRestartsToMostDelay = 12;
static_assert(restart_delay_ms(kRestartsToMostDelay - 1) == kMostRestartDelayMs);

}  // namespace model
