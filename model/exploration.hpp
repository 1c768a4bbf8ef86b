// What can happen next in a state of an exploration: which events, and when time goes on.
//
// Time is discrete, slot by slot: an event happens at the earliest instant of its window, or a
// whole number of grid steps before its latest one. Where events are due, they happen in any order;
// time goes on to the next instant at which one can happen, and not past the latest instant of any.
// A run ends as one of System does: when it has settled, or when nothing is due any more. Times:
// processing time. Errors: none.
#pragma once

#include <cstdint>
#include <vector>

#include "model/independence.hpp"
#include "model/plan.hpp"
#include "model/world.hpp"
#include "sim/agenda.hpp"
#include "sim/time.hpp"

namespace model {

// What is due in a state.
struct Pending {
  std::vector<sim::Slot> now;         // what can happen at this instant, by slot
  bool can_wait = true;               // false: some of it cannot happen later
  sim::Due next = sim::Due::never();  // the next instant at which something can happen
};

class Exploration {
 public:
  enum class PartialOrder : std::uint8_t { kReduced, kFull };

  // REQUIRES: `plan` outlives it.
  Exploration(const Plan& plan, PartialOrder order);

  // Fills `pending`. With a reduced partial order, and where something cannot wait, `now` holds a
  // set of events that is enough to take first.
  void look(World& world, const Chronicle& chronicle, sim::Due now, Pending& pending) const;

 private:
  // Whether this event may happen at this instant; else when it may for the first time after it.
  [[nodiscard]] sim::Due first_from(const sim::Window& window, sim::Due now) const;

  PartialOrder order_;
  Independence independence_;
  std::uint32_t grid_ms_;
};

}  // namespace model
