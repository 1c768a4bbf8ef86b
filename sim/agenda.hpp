// The pending events of a run: an index over due times that lie in the world itself.
//
// A slot is a place in the world where at most one event can be pending ("tick of source 0", "head
// of channel 7"). Events come out in the total order (due, priority, slot): no insertion order, no
// address, so it is the same everywhere. Times: processing time. Errors: REQUIRES only. Memory:
// about 22 bytes a slot.
//
// Inside: a tournament tree over the slots (Knuth, The Art of Computer Programming 3, 5.4.1), four
// children a node. A leaf holds the rank of what is pending in its slot, a node the smallest rank
// among its children, so that the next event is at the root. A change plays one path again: a fixed
// number of compares and nothing to mispredict, which is what makes heaps and bucket queues slow at
// the sizes of a run (bench/phold.cpp). A slot that is set again or cleared leaves nothing behind.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/check.hpp"
#include "sim/random.hpp"
#include "sim/time.hpp"

namespace sim {

enum class Slot : std::uint32_t {};

constexpr std::uint32_t index_of(Slot slot) { return static_cast<std::uint32_t>(slot); }

class Agenda {
 public:
  struct Entry {
    Due due;
    std::uint32_t priority =
        0;  // among events due at one instant, smallest first; 0 is the natural order
    Slot slot{};
  };

  explicit Agenda(std::size_t slots);

  // Makes `entry` the one event pending in its slot. REQUIRES: due not before the last one taken,
  // and not never().
  void set(const Entry& entry) {
    SIM_CHECK(index_of(entry.slot) < slots_, "no such slot", index_of(entry.slot));
    SIM_CHECK(!entry.due.is_never() && entry.due >= last_, "an event is due in the past",
              entry.due.ms);
    pending_ += is_pending(entry.slot) ? 0U : 1U;
    change(entry.slot, rank_of(entry));
  }
  void clear(Slot slot) {
    if (is_pending(slot)) {
      --pending_;
      change(slot, kNothing);
    }
  }

  // Takes the next event into `entry`; false if nothing is pending.
  bool take(Entry& entry) {
    if (pending_ == 0) {
      return false;
    }
    settle();
    entry = entry_of(root_);
    last_ = entry.due;
    --pending_;
    tree_[index_of(entry.slot)] = kNothing;
    vacated_ = entry.slot;
    return true;
  }
  // When the next event is due; never() if nothing is pending. Does not take it.
  Due next_due() {
    settle();
    return entry_of(root_).due;
  }

  [[nodiscard]] std::size_t pending() const { return pending_; }
  [[nodiscard]] bool is_pending(Slot slot) const { return tree_[index_of(slot)] != kNothing; }

 private:
  // due << 64 | priority << 32 | slot: one integer that compares as the total order does.
  using Rank = Uint128;
  static constexpr Rank kNothing = ~Rank{0};  // its due time is never()
  static constexpr Slot kNoSlot{UINT32_MAX};

  static constexpr Rank rank_of(const Entry& entry) {
    return static_cast<Rank>(entry.due.ms) << 64 | static_cast<Rank>(entry.priority) << 32 |
           index_of(entry.slot);
  }
  static constexpr Entry entry_of(Rank rank) {
    return Entry{Due{static_cast<std::uint32_t>(rank >> 64)},
                 static_cast<std::uint32_t>(rank >> 32), Slot{static_cast<std::uint32_t>(rank)}};
  }
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

  std::size_t slots_;
  std::size_t pending_ = 0;
  Due last_;                // of the last event taken
  Slot vacated_ = kNoSlot;  // its leaf is empty, and its path not yet played again
  Rank root_ = kNothing;
  std::vector<std::size_t> level_sizes_;  // leaves first, each a multiple of four
  std::vector<Rank> tree_;                // level after level, the leaves first, the root last
};

}  // namespace sim
