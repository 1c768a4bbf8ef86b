// States as packed bytes, one after another, and a level of a breadth-first search made of them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <vector>

#include "sim/check.hpp"

namespace sim {

using PackedState = std::span<const std::byte>;

// A list of packed states of any length, less than 4 GiB in all.
class PackedStates {
 public:
  [[nodiscard]] std::uint32_t size() const { return static_cast<std::uint32_t>(ends_.size()); }
  [[nodiscard]] PackedState operator[](std::uint32_t at) const {
    const std::uint32_t begin = at == 0 ? 0 : ends_[at - 1];
    return {bytes_.data() + begin, ends_[at] - begin};
  }
  [[nodiscard]] std::uint32_t end_of(std::uint32_t at) const { return ends_[at]; }
  [[nodiscard]] std::size_t length() const { return bytes_.size(); }
  [[nodiscard]] std::uint64_t capacity() const {
    return bytes_.capacity() + (ends_.capacity() * sizeof(std::uint32_t));
  }

  void append(PackedState state) {
    bytes_.insert(bytes_.end(), state.begin(), state.end());
    SIM_CHECK(bytes_.size() <= UINT32_MAX, "a block of packed states is too long");
    ends_.push_back(static_cast<std::uint32_t>(bytes_.size()));
  }
  void clear() {
    bytes_.clear();
    ends_.clear();
  }

  // To be filled by several threads, each with states of its own.
  void resize(std::uint32_t states, std::uint64_t bytes) {
    SIM_CHECK(bytes <= UINT32_MAX, "a block of packed states is too long");
    bytes_.resize(bytes);
    ends_.resize(states);
  }
  void put(std::uint32_t at, std::uint32_t begin, PackedState state) {
    std::copy(state.begin(), state.end(), bytes_.begin() + begin);
    ends_[at] = begin + static_cast<std::uint32_t>(state.size());
  }

 private:
  std::vector<std::byte> bytes_;
  std::vector<std::uint32_t> ends_;
};

// What the states of two levels are packed against: those being expanded, and what they lead to.
struct LevelBases {
  PackedState now;
  PackedState next;
};

// Some consecutive states of a level.
struct LevelSlice {
  const PackedStates* block = nullptr;
  std::uint32_t from = 0;  // in the block
  std::uint32_t to = 0;
  std::uint32_t first = 0;  // the number of the state at `from`

  [[nodiscard]] std::uint32_t size() const { return to - from; }
};

// How much work a state is, roughly, in bytes: what must be decided in the same way everywhere
// cannot look at a clock.
inline std::uint64_t weight_of(PackedState state) {
  constexpr std::uint64_t kAnyState = 64;
  return kAnyState + state.size();
}

// The states of one level, in the order of their numbers, in blocks. They are taken from the front.
class Level {
 public:
  explicit Level(std::uint32_t first = 0) : first_(first) {}

  [[nodiscard]] bool empty() const { return states_ == 0; }
  [[nodiscard]] std::uint64_t size() const { return states_; }
  // The number of the first state that has not been taken.
  [[nodiscard]] std::uint32_t first() const { return first_; }
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

  void append(PackedState state);
  // A block at the end that `fill(PackedStates&)` fills.
  template <class Fill>
  void append_block(Fill fill) {
    PackedStates& block = new_block();
    fill(block);
    states_ += block.size();
    bytes_ += block.capacity();
  }

  // The next states, up to this weight or the end of the level. They count as taken; their bytes
  // stay until `release_taken`.
  std::vector<LevelSlice> take(std::uint64_t weight);
  void release_taken();

  // Takes over blocks that an older level has released, to use their memory again.
  void reuse(Level& older);

  // Each state that has not been taken.
  template <class Each>
  void for_each(Each each) const {
    for (std::size_t block = taken_block_; block < blocks_.size(); ++block) {
      for (std::uint32_t i = block == taken_block_ ? taken_ : 0; i < blocks_[block].size(); ++i) {
        each(blocks_[block][i]);
      }
    }
  }

 private:
  PackedStates& new_block();

  std::deque<PackedStates> blocks_;
  std::vector<PackedStates> spare_;
  std::uint32_t first_ = 0;
  std::uint64_t states_ = 0;
  std::uint64_t bytes_ = 0;  // capacities, spare blocks included
  std::size_t taken_block_ = 0;
  std::uint32_t taken_ = 0;  // states of that block
};

// Cuts slices into pieces of about `weight` each.
void split_slices(const std::vector<LevelSlice>& slices, std::uint64_t weight,
                  std::vector<LevelSlice>& pieces);
[[nodiscard]] std::uint64_t weight_of(const LevelSlice& slice);

}  // namespace sim
