// How many of what is drawn a test looks at.
#pragma once

#include <algorithm>
#include <cstdint>

namespace support {

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define CUTOVER_UNDER_SANITIZERS
#endif
#endif

// A quarter under sanitizers, which take about ten times as long and look for other things: the
// other builds draw all of them.
constexpr std::uint64_t drawn_at_most(std::uint64_t count) {
#ifdef CUTOVER_UNDER_SANITIZERS
  return std::max<std::uint64_t>(count / 4, 1);
#else
  return count;
#endif
}

}  // namespace support
