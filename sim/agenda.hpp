// The pending events of a run: an index over due times that lie in the world itself.
//
// A slot is a place in the world where at most one event can be pending ("tick of source 0", "head
// of channel 7"). Events come out in the total order (due, priority, slot): no insertion order, no
// address, so it is the same everywhere. Times: processing time. Errors: REQUIRES only. Memory: at
// most about 24 bytes a slot.
//
// Inside: a tournament over the slots while they are few, so that it lies in the cache; where they
// are many, a timing wheel, which works through memory in order. Which of them it is depends on the
// number of slots alone, and nothing but the speed depends on which it is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "sim/check.hpp"
#include "sim/pending.hpp"
#include "sim/time.hpp"
#include "sim/timing_wheel.hpp"
#include "sim/tournament.hpp"

namespace sim {

class Agenda {
 public:
  using Entry = PendingEvent;

  // Up to so many slots a tournament is the faster one (bench/phold.cpp).
  static constexpr std::size_t kFewSlots = 16'384;

  explicit Agenda(std::size_t slots)
      : slots_(slots),
        few_(slots <= kFewSlots ? slots : 0),
        many_(slots <= kFewSlots ? nullptr : std::make_unique<TimingWheel>(slots)) {}

  // Makes `entry` the one event pending in its slot. REQUIRES: due not before the last one taken,
  // and not never().
  void set(const Entry& entry) {
    SIM_CHECK(index_of(entry.slot) < slots_, "no such slot", index_of(entry.slot));
    SIM_CHECK(!entry.due.is_never() && entry.due >= last_, "an event is due in the past",
              entry.due.ms);
    many_ == nullptr ? few_.set(entry) : many_->set(entry);
  }
  void clear(Slot slot) { many_ == nullptr ? few_.clear(slot) : many_->clear(slot); }

  // Takes the next event into `entry`; false if nothing is pending.
  bool take(Entry& entry) {
    if (!(many_ == nullptr ? few_.take(entry) : many_->take(entry))) {
      return false;
    }
    last_ = entry.due;
    return true;
  }
  // When the next event is due; never() if nothing is pending. Does not take it.
  Due next_due() { return many_ == nullptr ? few_.next_due() : many_->next_due(); }

  // A slot whose event comes up soon, where that is known: for prefetching alone.
  [[nodiscard]] std::optional<Slot> soon() const {
    return many_ == nullptr ? std::nullopt : many_->soon();
  }

  [[nodiscard]] std::size_t pending() const {
    return many_ == nullptr ? few_.pending() : many_->pending();
  }
  [[nodiscard]] bool is_pending(Slot slot) const {
    return many_ == nullptr ? few_.is_pending(slot) : many_->is_pending(slot);
  }

 private:
  std::size_t slots_;
  Due last_;  // of the last event taken
  Tournament few_;
  std::unique_ptr<TimingWheel> many_;  // none: few_ holds the events
};

}  // namespace sim
