// A tournament over slots (Knuth, The Art of Computer Programming 3, 5.4.1): the agenda of up to
// some thousand slots.
//
// A tree with four children a node. A leaf holds the rank of what is pending in its slot, a node
// the smallest rank among its children, so that the next event is at the root. A change plays one
// path again: a fixed number of compares and nothing to mispredict, which is what makes heaps and
// bucket queues slow at the sizes of a run (bench/phold.cpp). A slot that is set again or cleared
// leaves nothing behind. Memory: about 22 bytes a slot.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/pending.hpp"
#include "sim/time.hpp"

namespace sim {

class Tournament {
 public:
  explicit Tournament(std::size_t slots);

  // Makes `event` the one pending in its slot. REQUIRES: such a slot, and not due never().
  void set(const PendingEvent& event) {
    pending_ += is_pending(event.slot) ? 0U : 1U;
    change(event.slot, rank_of(event));
  }
  void clear(Slot slot) {
    if (is_pending(slot)) {
      --pending_;
      change(slot, kNothing);
    }
  }
  bool take(PendingEvent& event) {
    if (pending_ == 0) {
      return false;
    }
    settle();
    event = event_of(root_);
    --pending_;
    tree_[index_of(event.slot)] = kNothing;
    vacated_ = event.slot;
    return true;
  }
  Due next_due() {
    settle();
    return event_of(root_).due;
  }

  [[nodiscard]] std::size_t pending() const { return pending_; }
  [[nodiscard]] bool is_pending(Slot slot) const { return tree_[index_of(slot)] != kNothing; }

 private:
  static constexpr Rank kNothing = ~Rank{0};  // its due time is never()
  static constexpr Slot kNoSlot{UINT32_MAX};

  // By value, unlike std::min: a choice between two values needs no branch and no address.
  static constexpr Rank smaller(Rank a, Rank b) { return b < a ? b : a; }

  void change(Slot slot, Rank rank) {
    tree_[index_of(slot)] = rank;
    if (vacated_ != slot) {
      settle();
    }
    replay(slot);
    vacated_ = kNoSlot;
  }

  // An event taken is most often followed by the next one of its slot, so its path is not played
  // until that is known.
  void settle() {
    if (vacated_ != kNoSlot) {
      replay(vacated_);
      vacated_ = kNoSlot;
    }
  }

  void replay(Slot slot) {
    std::size_t at = index_of(slot);
    Rank* level = tree_.data();
    Rank winner = level[at];
    for (const std::size_t size : level_sizes_) {
      // The rivals do not depend on the level below, so only one compare a level waits for the one
      // before.
      const Rank rivals = smaller(smaller(level[at ^ 1], level[at ^ 2]), level[at ^ 3]);
      winner = smaller(winner, rivals);
      at /= 4;
      level += size;
      level[at] = winner;
    }
    root_ = winner;
  }

  std::size_t pending_ = 0;
  Slot vacated_ = kNoSlot;  // its leaf is empty, and its path not yet played again
  Rank root_ = kNothing;
  std::vector<std::size_t> level_sizes_;  // leaves first, each a multiple of four
  std::vector<Rank> tree_;                // level after level, the leaves first, the root last
};

}  // namespace sim
