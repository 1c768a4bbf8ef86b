#include "sim/expansion.hpp"

namespace sim {

void Expansion::clear() {
  degrees.clear();
  found.clear();
  packed.clear();
  edges.clear();
  open.clear();
  was_cut = false;
}

void Expansion::sort_by_shard() {
  shard_begins.fill(0);
  for (const Found& state : found) {
    ++shard_begins[VisitedSet::shard_of(state.hash) + 1];
  }
  for (std::size_t shard = 0; shard < VisitedSet::kShards; ++shard) {
    shard_begins[shard + 1] += shard_begins[shard];
  }
  std::array<std::uint32_t, VisitedSet::kShards + 1> next = shard_begins;
  by_shard.resize(found.size());
  for (std::uint32_t i = 0; i < found.size(); ++i) {
    by_shard[next[VisitedSet::shard_of(found[i].hash)]++] = i;
  }
}

std::uint64_t Expansion::bytes() const {
  return ((degrees.capacity() + by_shard.capacity()) * sizeof(std::uint32_t)) +
         (found.capacity() * sizeof(Found)) + packed.capacity() +
         (edges.capacity() * sizeof(Edge)) + (open.capacity() * sizeof(OpenEdge));
}

void Collector::begin(Expansion& out) {
  out_ = &out;
  if (used_ > 0) {
    std::fill(cells_.begin(), cells_.end(), 0);
  }
  used_ = 0;
}

Target Collector::take(const Found& state, PackedState packed) {
  const std::uint32_t at = find_or_add(state.hash);
  if (at == out_->found.size()) {
    out_->packed.insert(out_->packed.end(), packed.begin(), packed.end());
    SIM_CHECK(out_->packed.size() <= UINT32_MAX, "a slice of a level leads to too many states");
    out_->found.push_back(state);
    out_->found.back().end = static_cast<std::uint32_t>(out_->packed.size());
  }
  return {kNoState, at};
}

Target Collector::find(const Hash128& hash) const {
  if (cells_.empty()) {
    return {};
  }
  const std::size_t mask = cells_.size() - 1;
  for (std::size_t at = hash.low & mask; cells_[at] != 0; at = (at + 1) & mask) {
    if (out_->found[cells_[at] - 1].hash == hash) {
      return {kNoState, cells_[at] - 1};
    }
  }
  return {};
}

std::uint32_t Collector::find_or_add(const Hash128& hash) {
  if ((used_ + 1) * 2 > cells_.size()) {
    grow();
  }
  const std::size_t mask = cells_.size() - 1;
  for (std::size_t at = hash.low & mask;; at = (at + 1) & mask) {
    if (cells_[at] == 0) {
      cells_[at] = static_cast<std::uint32_t>(out_->found.size()) + 1;
      ++used_;
      return cells_[at] - 1;
    }
    if (out_->found[cells_[at] - 1].hash == hash) {
      return cells_[at] - 1;
    }
  }
}

void Collector::grow() {
  std::vector<std::uint32_t> old(std::max<std::size_t>(cells_.size() * 2, 1024));
  old.swap(cells_);
  const std::size_t mask = cells_.size() - 1;
  for (const std::uint32_t cell : old) {
    if (cell != 0) {
      std::size_t at = out_->found[cell - 1].hash.low & mask;
      while (cells_[at] != 0) {
        at = (at + 1) & mask;
      }
      cells_[at] = cell;
    }
  }
}

}  // namespace sim
