// Ranges that several sections of the format share; durations in ms.
#pragma once

#include "model/settings.hpp"
#include "scenarios/reader/format.hpp"

namespace scenarios {

inline constexpr Range kAny{};
inline constexpr Range kDuration{0, model::limits::kDurationMs};
inline constexpr Range kPositiveDuration{1, model::limits::kDurationMs};
inline constexpr Range kEventDuration{0, model::limits::kEventSpreadMs};
inline constexpr Range kPositiveEventDuration{1, model::limits::kEventSpreadMs};
inline constexpr Range kDelay{0, 86'400'000};

}  // namespace scenarios
