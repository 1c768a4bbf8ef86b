// A pending event: the slot it is pending in, when it is due, and its place in the total order.
//
// A slot is a place in the world where at most one event can be pending ("tick of source 0", "head
// of channel 7"). The order is (due, priority, slot): no insertion order and no address in it.
#pragma once

#include <cstdint>

#include "sim/random.hpp"
#include "sim/time.hpp"

namespace sim {

enum class Slot : std::uint32_t {};

constexpr std::uint32_t index_of(Slot slot) { return static_cast<std::uint32_t>(slot); }

struct PendingEvent {
  Due due;
  std::uint32_t priority =
      0;  // among events due at one instant, smallest first; 0 is the natural order
  Slot slot{};
};

// due << 64 | priority << 32 | slot: one integer that compares as the total order does.
using Rank = Uint128;

constexpr Rank rank_of(const PendingEvent& event) {
  return static_cast<Rank>(event.due.ms) << 64 | static_cast<Rank>(event.priority) << 32 |
         index_of(event.slot);
}
constexpr PendingEvent event_of(Rank rank) {
  return PendingEvent{Due{static_cast<std::uint32_t>(rank >> 64)},
                      static_cast<std::uint32_t>(rank >> 32),
                      Slot{static_cast<std::uint32_t>(rank)}};
}

}  // namespace sim
