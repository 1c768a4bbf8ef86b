// Paths of an explored model: carried out again from the links that a search keeps.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "sim/check.hpp"
#include "sim/choice_exhaustive.hpp"
#include "sim/choice_recorded.hpp"
#include "sim/explorable.hpp"
#include "sim/visited.hpp"

namespace sim {

// One step of a path: what happened, and the choices it took.
struct PathStep {
  Move move;
  std::vector<TakenChoice> choices;

  friend bool operator==(const PathStep&, const PathStep&) = default;
};
using Path = std::vector<PathStep>;

// A path from the initial state to another one, and from there back to it, or to one that counts as
// the same.
struct LoopPath {
  Path stem;
  Path loop;
};

// Carries out every move of a state under every list of choices: `each(move, branch, choices)`
// after each, with the result in *next*; false ends it. `restore` makes the state *here*, as often
// as it is needed. REQUIRES: `choices` plays the first list.
template <Explorable W, class Restore, class Each>
void each_transition(W& worker, std::vector<Move>& moves, ExhaustiveChoices& choices,
                     Restore restore, Each each) {
  restore();
  moves.clear();
  worker.moves(moves);
  for (std::size_t at = 0; at < moves.size(); ++at) {
    bool is_here = true;
    for (std::uint32_t list = 0;; ++list) {
      if (!is_here) {
        restore();
        is_here = true;
      }
      if constexpr (StepsAway<W>) {
        is_here = at + 1 < moves.size();
        is_here ? worker.step(moves[at], choices) : worker.step_away(moves[at], choices);
      } else {
        worker.step(moves[at], choices);
      }
      if (!each(moves[at], branch_of(at, list), choices.taken())) {
        return;
      }
      if (choices.taken().empty() || !choices.advance()) {
        break;
      }
    }
  }
}

// Walks from the initial state, a transition at a time.
template <Explorable W>
class PathWalker {
 public:
  PathWalker(W& worker, std::size_t choices_a_step_max)
      : worker_(&worker), choices_max_(choices_a_step_max) {
    worker.begin();
    arrive();
  }

  // Of the state that the walk has come to.
  [[nodiscard]] const Hash128& hash() const { return hash_; }

  // The transition with this name.
  PathStep take(Branch branch) {
    return take_first([branch](Branch other, Move) { return other == branch; });
  }
  // The first transition into that state in which time passes, or none does. Where states that are
  // alike but not the same count as one, a name means nothing any more once a walk has come to
  // another one of them.
  PathStep take_to(const Hash128& hash, bool with_time) {
    return take_first(
        [&](Branch, Move move) { return move.is_time() == with_time && worker_->hash() == hash; });
  }

 private:
  template <class Fits>
  PathStep take_first(Fits fits) {
    ExhaustiveChoices choices{choices_max_};
    PathStep taken;
    bool found = false;
    each_transition(
        *worker_, moves_, choices, [&] { worker_->restore(here_); },
        [&](Move move, Branch branch, std::span<const TakenChoice> list) {
          if (!fits(branch, move)) {
            return true;
          }
          taken = PathStep{move, {list.begin(), list.end()}};
          found = true;
          arrive();
          return false;
        });
    SIM_CHECK(found, "a state has fewer transitions than before");
    return taken;
  }

  void arrive() {
    hash_ = worker_->hash();
    here_.clear();
    worker_->pack(here_);
  }

  W* worker_;
  std::size_t choices_max_;
  std::vector<Move> moves_;
  std::vector<std::byte> here_;
  Hash128 hash_;
};

// The transitions that first led to a state, from the initial state on.
[[nodiscard]] inline std::vector<std::uint32_t> states_to(const VisitedSet& visited,
                                                          std::uint32_t state) {
  std::vector<std::uint32_t> states;
  for (; state != kNoState; state = visited.node(state).parent) {
    states.push_back(state);
  }
  std::reverse(states.begin(), states.end());
  return states;
}

// Walks to a state by its links, checking every hash on the way.
template <Explorable W>
Path walk_to(PathWalker<W>& walker, const VisitedSet& visited, std::uint32_t state) {
  Path path;
  for (const std::uint32_t next : states_to(visited, state)) {
    const VisitedSet::Node& node = visited.node(next);
    if (node.parent != kNoState) {
      path.push_back(walker.take(node.branch));
    }
    SIM_CHECK(walker.hash() == node.hash, "carried out again, a path leads elsewhere", next);
  }
  return path;
}

}  // namespace sim
