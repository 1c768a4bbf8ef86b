#include "sim/tournament.hpp"

namespace sim {

Tournament::Tournament(std::size_t slots) {
  std::size_t total = 0;
  std::size_t nodes = slots;
  do {
    const std::size_t parents = (nodes + 3) / 4;
    level_sizes_.push_back(4 * parents);
    total += 4 * parents;
    nodes = parents;
  } while (nodes > 1);
  tree_.assign(total + 1, kNothing);
}

}  // namespace sim
