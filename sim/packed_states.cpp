#include "sim/packed_states.hpp"

#include <algorithm>
#include <utility>

namespace sim {

namespace {

constexpr std::size_t kBlockBytes = std::size_t{1} << 18;  // a block that is appended to

}  // namespace

void Level::append(PackedState state) {
  const bool fits = !blocks_.empty() && blocks_.back().size() > 0 &&
                    blocks_.back().length() + state.size() <= kBlockBytes;
  PackedStates& block = fits ? blocks_.back() : new_block();
  const std::uint64_t before = block.capacity();
  block.append(state);
  bytes_ += block.capacity() - (fits ? before : 0);
  ++states_;
}

// Its bytes are not in bytes_ yet.
PackedStates& Level::new_block() {
  if (spare_.empty()) {
    return blocks_.emplace_back();
  }
  bytes_ -= spare_.back().capacity();
  blocks_.push_back(std::move(spare_.back()));
  spare_.pop_back();
  blocks_.back().clear();
  return blocks_.back();
}

std::vector<LevelSlice> Level::take(std::uint64_t weight) {
  std::vector<LevelSlice> slices;
  std::uint64_t sum = 0;
  while (taken_block_ < blocks_.size() && sum < weight) {
    const PackedStates& block = blocks_[taken_block_];
    LevelSlice slice{&block, taken_, taken_, first_};
    while (slice.to < block.size() && sum < weight) {
      sum += weight_of(block[slice.to++]);
    }
    if (slice.size() > 0) {
      slices.push_back(slice);
    }
    first_ += slice.size();
    states_ -= slice.size();
    taken_ = slice.to;
    if (taken_ == block.size()) {
      ++taken_block_;
      taken_ = 0;
    }
  }
  return slices;
}

void Level::release_taken() {
  for (; taken_block_ > 0; --taken_block_) {
    spare_.push_back(std::move(blocks_.front()));
    blocks_.pop_front();
  }
}

void Level::reuse(Level& older) {
  constexpr std::size_t kSpare = 64;  // blocks; the others go back to the system
  for (PackedStates& block : older.spare_) {
    older.bytes_ -= block.capacity();
    if (spare_.size() < kSpare) {
      bytes_ += block.capacity();
      spare_.push_back(std::move(block));
    }
  }
  older.spare_.clear();
}

std::uint64_t weight_of(const LevelSlice& slice) {
  const PackedStates& states = *slice.block;
  const std::uint32_t begin = slice.from == 0 ? 0 : states.end_of(slice.from - 1);
  const std::uint32_t end = slice.to == 0 ? 0 : states.end_of(slice.to - 1);
  return (weight_of(PackedState{}) * slice.size()) + (end - begin);
}

void split_slices(const std::vector<LevelSlice>& slices, std::uint64_t weight,
                  std::vector<LevelSlice>& pieces) {
  for (const LevelSlice& slice : slices) {
    LevelSlice piece{slice.block, slice.from, slice.from, slice.first};
    std::uint64_t sum = 0;
    for (std::uint32_t at = slice.from; at < slice.to; ++at) {
      sum += weight_of((*slice.block)[at]);
      ++piece.to;
      if (sum >= weight || piece.to == slice.to) {
        pieces.push_back(piece);
        piece = LevelSlice{slice.block, piece.to, piece.to, slice.first + (piece.to - slice.from)};
        sum = 0;
      }
    }
  }
}

}  // namespace sim
