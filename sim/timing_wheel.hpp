// A hierarchical timing wheel (Varghese and Lauck 1987): the agenda of very many slots.
//
// With a million events pending, every access to a place of an event's own waits for memory. So
// events are tickets that are appended to buckets and read from them in order: level 0 has a bucket
// for each of 256 instants, level 1 for each of 256 times 256, and so on; four levels hold all
// instants there are. When the clock reaches a bucket of a higher level, its tickets are dealt to
// the levels below; a bucket of level 0 is sorted when its instant comes. An event is moved at most
// three times, most often once.
//
// A slot that is set again or cleared leaves its old ticket behind: each slot has a version, and a
// ticket that has not the version of its slot is dropped when it comes up. That is the one access
// to a place of the slot's own, and it is prefetched. When more tickets are void than not, all are
// swept out. Tickets lie in chunks that are used again: nothing is allocated in the steady state.
// Memory: 4 bytes a slot and about 20 a ticket.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "sim/check.hpp"
#include "sim/pending.hpp"
#include "sim/time.hpp"

namespace sim {

class TimingWheel {
 public:
  explicit TimingWheel(std::size_t slots);

  // Makes `event` the one pending in its slot. REQUIRES: such a slot, due not before the last one
  // taken, and not never(); a slot is set two billion times at most.
  void set(const PendingEvent& event) {
    if (stored_ > (2 * pending_) + kVoidAllowed) [[unlikely]] {
      sweep();
    }
    std::uint32_t& version = versions_[index_of(event.slot)];
    SIM_CHECK(version < UINT32_MAX - 1, "a slot was set two billion times", index_of(event.slot));
    const bool was_pending = is_pending(event.slot);
    pending_ += was_pending ? 0 : 1;
    version += was_pending ? 2 : 1;
    ++stored_;
    const Ticket ticket = rank_of(event) << 32 | version;
    if (event.due < horizon_) {
      early_.push_back(ticket);
      std::ranges::push_heap(early_, std::greater{});
    } else {
      deal(ticket);
    }
  }
  void clear(Slot slot) {
    if (is_pending(slot)) {
      ++versions_[index_of(slot)];
      --pending_;
    }
  }
  bool take(PendingEvent& event) {
    if (!find_next()) {
      return false;
    }
    event = event_of(pop() >> 32);
    ++versions_[index_of(event.slot)];
    --pending_;
    return true;
  }
  Due next_due() { return find_next() ? due_of(top()) : Due::never(); }

  // A slot whose event, if it is still to come, comes up after some twenty others.
  [[nodiscard]] std::optional<Slot> soon() const {
    const std::size_t ahead = next_ + kAhead;
    return ahead < front_.size() ? std::optional{Slot{slot_of(front_[ahead])}} : std::nullopt;
  }

  [[nodiscard]] std::size_t bytes() const;
  [[nodiscard]] std::size_t pending() const { return pending_; }
  [[nodiscard]] bool is_pending(Slot slot) const { return (versions_[index_of(slot)] & 1U) != 0; }

 private:
  // rank << 32 | version, which compares as the total order does. A slot's version is odd while an
  // event is pending in it.
  using Ticket = Uint128;

  static constexpr unsigned kDigitBits = 8;
  static constexpr std::uint32_t kBuckets = 1U << kDigitBits;
  static constexpr unsigned kLevels = 32 / kDigitBits;
  static constexpr std::size_t kVoidAllowed = 1024;  // tickets, whatever is pending
  static constexpr std::size_t kAhead = 24;          // tickets between prefetch and use

  struct Chunk {
    Chunk* next;
    std::array<Ticket, 63> tickets;
  };
  static constexpr std::uint32_t kChunkSize = 63;
  static constexpr std::size_t kChunksAtOnce = 64;
  struct Bucket {
    Chunk* last = nullptr;
    std::uint32_t room = 0;  // in the last chunk; those before it are full
  };
  struct Level {
    std::array<Bucket, kBuckets> buckets;
    std::array<std::uint64_t, kBuckets / 64> occupied{};  // a bit for each bucket
  };

  static constexpr Due due_of(Ticket ticket) {
    return Due{static_cast<std::uint32_t>(ticket >> 96)};
  }
  static constexpr std::uint32_t slot_of(Ticket ticket) {
    return static_cast<std::uint32_t>(ticket >> 32);
  }
  static constexpr std::uint32_t digit(Due due, unsigned level) {
    return due.ms >> (level * kDigitBits) & (kBuckets - 1);
  }
  [[nodiscard]] bool is_current(Ticket ticket) const {
    return versions_[slot_of(ticket)] == static_cast<std::uint32_t>(ticket);
  }

  // Into the bucket of the highest digit in which it differs from the horizon.
  void deal(Ticket ticket) {
    const std::uint32_t differing = due_of(ticket).ms ^ horizon_.ms;
    const unsigned level =
        (31U - static_cast<unsigned>(__builtin_clz(differing | 1U))) / kDigitBits;
    const std::uint32_t at = digit(due_of(ticket), level);
    Bucket& bucket = levels_[level].buckets[at];
    if (bucket.room == 0) {
      levels_[level].occupied[at / 64] |= std::uint64_t{1} << (at % 64);
      extend(bucket);
    }
    --bucket.room;
    bucket.last->tickets[bucket.room] = ticket;
  }

  // Makes the top() the ticket of the next event; false if nothing is pending.
  bool find_next() {
    if (pending_ == 0) {
      return false;  // void tickets alone must not move the horizon
    }
    while (next_ < front_.size() || !early_.empty() || open_next_instant()) {
      if (is_current(top())) {
        return true;
      }
      pop();
    }
    return false;
  }
  [[nodiscard]] bool early_is_next() const {
    return !early_.empty() && (next_ == front_.size() || early_.front() < front_[next_]);
  }
  // REQUIRES: front or early tickets.
  [[nodiscard]] Ticket top() const { return early_is_next() ? early_.front() : front_[next_]; }
  Ticket pop() {
    --stored_;
    if (early_is_next()) {
      const Ticket ticket = early_.front();
      std::ranges::pop_heap(early_, std::greater{});
      early_.pop_back();
      return ticket;
    }
    prefetch(next_ + kAhead);
    return front_[next_++];
  }

  void prefetch(std::size_t at) const {
    if (at < front_.size()) {
      __builtin_prefetch(&versions_[slot_of(front_[at])], 1);
    }
  }

  void extend(Bucket& bucket);
  template <class Use>
  void empty(unsigned level, std::uint32_t at, Use use);
  [[nodiscard]] std::uint32_t first_occupied(unsigned level, std::uint32_t from) const;
  bool open_next_instant();
  void sort_front();
  void move_horizon(Due horizon);
  void sweep();

  std::size_t pending_ = 0;
  std::size_t stored_ = 0;               // tickets, void ones too
  std::vector<std::uint32_t> versions_;  // of the slots
  std::vector<Ticket> front_;            // of the instant opened last, sorted;
  std::size_t next_ = 0;                 // and as far taken
  std::vector<Ticket> unsorted_;         // becoming the front
  std::vector<std::uint32_t> bins_;      // of that sorting
  std::vector<Ticket> early_;            // set since for instants before the horizon: a heap
  Due horizon_;                          // of instants from here on no ticket is in front or early
  std::array<Level, kLevels> levels_;
  Chunk* free_ = nullptr;
  std::vector<std::unique_ptr<Chunk[]>> chunks_;  // NOLINT(*-avoid-c-arrays)
};

}  // namespace sim
