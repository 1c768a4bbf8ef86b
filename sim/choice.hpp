// Where a run gets its decisions: how long a delay lasts, which of several things due at one
// instant comes first, whether a fault strikes. Each is a number below a bound, asked for by name.
//
// Same model + same choices = same run, bit for bit.
#pragma once

#include <cstdint>

#include "sim/time.hpp"

namespace sim {

// Names a decision: what is decided, and about whom. Two small integers that a model defines; a
// name when shown.
struct ChoiceId {
  std::uint16_t kind = 0;
  std::uint32_t actor = 0;

  friend constexpr bool operator==(ChoiceId, ChoiceId) = default;
};

class ChoiceSource {
 public:
  ChoiceSource() = default;
  ChoiceSource(const ChoiceSource&) = default;
  ChoiceSource& operator=(const ChoiceSource&) = default;
  ChoiceSource(ChoiceSource&&) = default;
  ChoiceSource& operator=(ChoiceSource&&) = default;
  virtual ~ChoiceSource() = default;

  // A number in [0, count). REQUIRES: count >= 1. `occurrence` tells apart the times one decision
  // is taken: the identity of the element it is about (a record, a checkpoint, a version), a count
  // only where it has none. Alternative 0 is the uneventful one (no fault, no delay), so that
  // shrinking moves toward a quiet run.
  virtual std::uint32_t choose(ChoiceId what, std::uint64_t occurrence, std::uint32_t count) = 0;
};

// An instant inside the window, earliest first.
inline Due choose_due(ChoiceSource& choices, ChoiceId what, std::uint64_t occurrence,
                      Window window) {
  const std::uint32_t width = window.latest.ms - window.earliest.ms;
  return width == 0 ? window.earliest
                    : window.earliest.after(choices.choose(what, occurrence, width + 1));
}

}  // namespace sim
