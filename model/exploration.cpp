#include "model/exploration.hpp"

#include <algorithm>

namespace model {

Exploration::Exploration(const Plan& plan, PartialOrder order)
    : order_(order), independence_(plan), grid_ms_(plan.grid_ms()) {}

// REQUIRES: window.latest >= now.
sim::Due Exploration::first_from(const sim::Window& window, sim::Due now) const {
  if (window.earliest >= now) {
    return window.earliest;
  }
  return sim::Due{window.latest.ms - ((window.latest.ms - now.ms) / grid_ms_ * grid_ms_)};
}

void Exploration::look(World& world, const Chronicle& chronicle, sim::Due now,
                       Pending& pending) const {
  pending.now.clear();
  pending.can_wait = true;
  pending.next = sim::Due::never();
  const std::span<const sim::Window> dues = world.dues();
  for (std::uint32_t s = 0; s < dues.size(); ++s) {
    const sim::Window& due = dues[s];
    if (due.earliest.is_never()) {
      continue;
    }
    const sim::Due first = first_from(due, now);
    if (first == now) {
      pending.now.push_back(sim::Slot{s});
      if (due.latest == now) {
        pending.can_wait = false;
        continue;
      }
      pending.next = std::min(pending.next, first_from(due, now.after(1)));
    } else {
      pending.next = std::min(pending.next, first);
    }
  }
  if (order_ == PartialOrder::kReduced && !pending.can_wait) {
    independence_.reduce(world, chronicle, now, pending.now);
  }
}

}  // namespace model
