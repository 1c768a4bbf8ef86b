// Runs that never get on, found in the recorded edges of a search (sim/edges.hpp).
//
// A timeless cycle: for ever at one instant, which no model with time may have. A fair lasso: a
// path to a state, and a loop through states in all of which something is pending, that a fair run
// can go round for ever. Fair is a run that, if it comes by a fair choice again and again, takes
// each of its alternatives again and again. So a component of pending states counts only if no fair
// choice leads out of it, from any of its states; a state from which one does is taken out, and
// what is left is looked at again.
//
// The loop that is shown is a shortest one through its entry; it need not take every alternative of
// the fair choices it comes by, since the component holds all of them. Neither search recurses.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/edges.hpp"

namespace sim {

// A cycle in the recorded edges.
struct Loop {
  struct Step {
    std::uint32_t from;
    std::uint32_t transition;  // its number among those of `from`
  };
  std::uint32_t entry;  // the smallest state of all such cycles; a shortest stem leads to it
  std::vector<Step> steps;
  std::uint64_t states;  // of its component
};

[[nodiscard]] std::optional<Loop> find_timeless_cycle(const EdgeList& edges);
[[nodiscard]] std::optional<Loop> find_fair_lasso(const EdgeList& edges);

}  // namespace sim
