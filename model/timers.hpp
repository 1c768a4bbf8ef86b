// When a processing-time timer runs (rt:P12). Times: processing time, ms. Errors: none.
#pragma once

#include <algorithm>
#include <cstdint>

namespace model {

// The earliest moment at which a timer runs that is registered at `now` for `at`: after its
// millisecond, as the clock is read in whole ones; at once, if that is over.
constexpr std::uint32_t earliest_run(std::uint32_t now, std::uint32_t at) {
  return std::max(now, at + 1);
}

}  // namespace model
