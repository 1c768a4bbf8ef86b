// Everything a model can do, depth first, with one worker: a second opinion on sim/explorer.hpp.
//
// Another order, other code for everything but the visited set; a complete search sees the same
// states, transitions, signals and fixpoint. Depth and numbers are those of this order.
//
// It also notices a cycle in which no time passes, of which a model with time must have none: for
// ever at one instant. For that, steps in which time passes wait until all that happens without has
// been searched; so what is searched depth first is the model without time, and each of its cycles
// comes back to a state on the stack. A model without time switches this off, its cycles are its
// own affair.
#pragma once

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "sim/choice_exhaustive.hpp"
#include "sim/explorable.hpp"
#include "sim/exploration.hpp"
#include "sim/path.hpp"
#include "sim/visited.hpp"

namespace sim {

struct DepthFirstOptions {
  std::uint64_t states_max = kStatesMax;
  std::uint64_t memory_max = UINT64_MAX;  // bytes, about
  std::size_t choices_a_step_max = 32;
  bool finds_timeless_cycles = true;
};

template <Explorable W>
class DepthFirst {
 public:
  DepthFirst(W worker, const DepthFirstOptions& options)
      : worker_(std::move(worker)), options_(options), choices_(options.choices_a_step_max) {
    worker_.begin();
    worker_.pack(base_);
    roots_.push(Ahead{worker_.hash(), worker_.signals()}, worker_, base_);
  }

  // One piece of work: some thousand transitions. False if there was none left to do.
  bool step() {
    if (because_ != Incomplete::kGoesOn) {
      return false;
    }
    constexpr std::uint64_t kTransitions = 4096;
    const std::uint64_t until = census_.transitions + kTransitions;
    while (because_ == Incomplete::kGoesOn && census_.transitions < until && go_on()) {
    }
    frontier_bytes_max_ = std::max(frontier_bytes_max_, frontier_bytes());
    if (because_ == Incomplete::kGoesOn &&
        visited_.bytes() + frontier_bytes() > options_.memory_max) {
      because_ = Incomplete::kMemory;
    }
    return true;
  }
  // Ends the search; `because` is kStopped or kTime.
  void stop(Incomplete because) { because_ = because_ == Incomplete::kGoesOn ? because : because_; }

  [[nodiscard]] ExploreResult result() const {
    return ExploreResult{census_, because_, visited_.bytes(), 0, frontier_bytes_max_};
  }
  [[nodiscard]] const VisitedSet& visited() const { return visited_; }

  // The first cycle found in which no time passes.
  [[nodiscard]] std::optional<LoopPath> timeless_cycle() {
    if (cycle_entry_ == kNoState) {
      return std::nullopt;
    }
    PathWalker<W> walker{worker_, options_.choices_a_step_max};
    LoopPath cycle{walk_to(walker, visited_, cycle_entry_), {}};
    for (const Branch branch : cycle_) {
      cycle.loop.push_back(walker.take(branch));
    }
    SIM_CHECK(walker.hash() == visited_.node(cycle_entry_).hash, "a cycle does not close");
    return cycle;
  }
  // How a state was first reached, not by a shortest path.
  Path path_to(std::uint32_t state) {
    PathWalker<W> walker{worker_, options_.choices_a_step_max};
    return walk_to(walker, visited_, state);
  }

 private:
  // A result that was new when it was found.
  struct Ahead {
    Hash128 hash;
    Signals signals = 0;
    std::uint32_t parent = kNoState;
    Branch branch{};
    std::uint64_t depth = 0;
    std::size_t begin = 0;  // of its packed bytes
  };
  // Of such, the last one first.
  struct Stack {
    std::vector<Ahead> states;
    std::vector<std::byte> packed;

    void push(Ahead state, W& worker, PackedState base) {
      state.begin = packed.size();
      states.push_back(state);
      pack_against(worker, packed, base);
    }
    Ahead pop(std::vector<std::byte>& bytes) {
      const Ahead top = states.back();
      states.pop_back();
      const auto begin = packed.begin() + static_cast<std::ptrdiff_t>(top.begin);
      bytes.assign(begin, packed.end());
      packed.erase(begin, packed.end());
      return top;
    }
    [[nodiscard]] std::uint64_t bytes() const {
      return (states.capacity() * sizeof(Ahead)) + packed.capacity();
    }
  };
  // A state whose results are being searched.
  struct Frame {
    std::uint32_t state = 0;
    std::size_t ahead_below = 0;  // results of states further down
    std::uint64_t depth = 0;
  };

  // Takes up the next state, or goes back by one. False at the end.
  bool go_on() {
    if (!path_.empty() && ahead_.states.size() == path_.back().ahead_below) {
      set_on_path(path_.back().state, false);
      path_.pop_back();
      return true;
    }
    Stack& from = path_.empty() ? roots_ : ahead_;
    if (from.states.empty()) {
      because_ = choices_.was_cut() ? Incomplete::kChoicesCut : Incomplete::kComplete;
      return false;
    }
    const Ahead next = from.pop(here_);
    if (const std::uint32_t known = visited_.find(next.hash); known != kNoState) {
      close_cycle(known, next.branch);  // a root's path is empty
      return true;
    }
    if (visited_.size() == options_.states_max) {
      because_ = Incomplete::kStates;
      return false;
    }
    const std::uint32_t number =
        visited_.insert(VisitedSet::Node{next.hash, next.parent, next.branch}).number;
    census_.add(next.hash, next.signals, number);
    census_.depth = std::max(census_.depth, next.depth);
    path_.push_back(Frame{number, ahead_.states.size(), next.depth});
    set_on_path(number, true);
    expand(number, next.depth);
    return true;
  }

  void expand(std::uint32_t number, std::uint64_t depth) {
    fresh_.states.clear();
    fresh_.packed.clear();
    each_transition(
        worker_, moves_, choices_, [&] { restore_from(worker_, here_, base_); },
        [&](Move move, Branch branch, std::span<const TakenChoice>) {
          ++census_.transitions;
          look_at(move, Ahead{worker_.hash(), 0, number, branch, depth + 1});
          return true;
        });
    while (!fresh_.states.empty()) {  // so that the first is searched first
      Ahead next = fresh_.pop(here_);
      next.begin = ahead_.packed.size();
      ahead_.packed.insert(ahead_.packed.end(), here_.begin(), here_.end());
      ahead_.states.push_back(next);
    }
  }

  void look_at(Move move, Ahead next) {
    const bool waits = options_.finds_timeless_cycles && move.is_time();
    const std::uint32_t known = visited_.find(next.hash);
    if (known == kNoState) {
      next.signals = worker_.signals();
      (waits ? roots_ : fresh_).push(next, worker_, base_);
    } else if (!waits) {
      close_cycle(known, next.branch);
    }
  }

  // A step without time from the top of the path leads to a known state.
  void close_cycle(std::uint32_t known, Branch last) {
    if (!options_.finds_timeless_cycles || cycle_entry_ != kNoState || !is_on_path(known)) {
      return;
    }
    cycle_entry_ = known;
    auto at = path_.end();
    while ((--at)->state != known) {
      cycle_.push_back(visited_.node(at->state).branch);
    }
    std::reverse(cycle_.begin(), cycle_.end());
    cycle_.push_back(last);
  }

  [[nodiscard]] bool is_on_path(std::uint32_t state) const {
    return state / 64 < on_path_.size() && (on_path_[state / 64] >> (state % 64) & 1U) != 0;
  }
  void set_on_path(std::uint32_t state, bool is_on) {
    on_path_.resize(std::max<std::size_t>(on_path_.size(), (state / 64) + 1));
    on_path_[state / 64] ^= std::uint64_t{is_on != is_on_path(state)} << (state % 64);
  }
  [[nodiscard]] std::uint64_t frontier_bytes() const {
    return ahead_.bytes() + roots_.bytes() + fresh_.bytes() + (path_.capacity() * sizeof(Frame)) +
           (on_path_.capacity() * sizeof(std::uint64_t));
  }

  W worker_;
  DepthFirstOptions options_;
  ExhaustiveChoices choices_;
  VisitedSet visited_;
  Census census_;
  Incomplete because_ = Incomplete::kGoesOn;
  std::vector<Frame> path_;
  std::vector<std::uint64_t> on_path_;  // a bit a state
  Stack ahead_;                         // results of the states of the path
  Stack roots_;                         // to be searched with an empty path
  Stack fresh_;                         // of the state being expanded
  std::vector<std::byte> here_;
  std::vector<std::byte> base_;  // the initial state: what all others are packed against
  std::vector<Move> moves_;
  std::uint64_t frontier_bytes_max_ = 0;
  std::uint32_t cycle_entry_ = kNoState;
  std::vector<Branch> cycle_;
};

}  // namespace sim
