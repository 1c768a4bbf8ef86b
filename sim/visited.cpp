#include "sim/visited.hpp"

#include <bit>

#include "sim/random.hpp"

namespace sim {

int collision_exponent(std::uint64_t states) {
  const Uint128 square = static_cast<Uint128>(states) * states;
  const auto high = static_cast<std::uint64_t>(square >> 64);
  const int width = high != 0
                        ? 64 + static_cast<int>(std::bit_width(high))
                        : static_cast<int>(std::bit_width(static_cast<std::uint64_t>(square)));
  return 129 - width;
}

VisitedSet::VisitedSet() : shards_(kShards) {
  for (Shard& shard : shards_) {
    shard.buckets.resize(1);
  }
}

std::uint64_t VisitedSet::bytes() const {
  std::uint64_t bytes = nodes_.bytes();
  for (const Shard& shard : shards_) {
    bytes += sizeof shard + (shard.buckets.capacity() * sizeof(Bucket));
  }
  return bytes;
}

std::uint64_t VisitedSet::claim_bytes() const {
  std::uint64_t bytes = 0;
  for (const Shard& shard : shards_) {
    bytes += shard.claims.capacity() * sizeof(Hash128);
  }
  return bytes;
}

VisitedSet::Inserted VisitedSet::insert(const Node& node) {
  const std::uint32_t known = find(node.hash);
  if (known != kNoState) {
    return {known, false};
  }
  SIM_CHECK(nodes_.size() < kStatesMax, "too many states for 32-bit numbers");
  Shard& shard = shards_[shard_of(node.hash)];
  claims_from_ = kNoState;
  make_room(shard);
  const std::uint32_t number = size();
  nodes_.push_back(node);
  add_to(shard, node.hash, number);
  return {number, true};
}

void VisitedSet::begin_claims() {
  claims_from_ = size();
  for (Shard& shard : shards_) {
    shard.claims.clear();
  }
}

VisitedSet::Claimed VisitedSet::claim(const Hash128& hash) {
  Shard& shard = shards_[shard_of(hash)];
  const std::uint32_t known =
      find_in(shard, hash, [&](std::uint32_t number) { return hash_of(shard, number); });
  if (known != kNoState) {
    SIM_CHECK(known >= claims_from_, "a claim of a state that is there", known);
    return {known - claims_from_, false};
  }
  const auto ordinal = static_cast<std::uint32_t>(shard.claims.size());
  SIM_CHECK(ordinal < kStatesMax - claims_from_, "too many states for 32-bit numbers");
  make_room(shard);
  shard.claims.push_back(hash);
  add_to(shard, hash, claims_from_ + ordinal);
  return {ordinal, true};
}

void VisitedSet::settle(std::size_t shard, std::span<const std::uint32_t> numbers) {
  Shard& here = shards_[shard];
  SIM_CHECK(numbers.size() == here.claims.size(), "a claim is not settled");
  // A number is not less than the claim's own place, so from the last to the first no settled
  // number is taken for a claim that is not.
  constexpr std::size_t kAhead = 16;
  for (std::size_t at = numbers.size(); at-- > 0;) {
    if (at >= kAhead) {
      prefetch(here.claims[at - kAhead]);
    }
    renumber(here, here.claims[at], claims_from_ + static_cast<std::uint32_t>(at),
             numbers[at] == kNoState ? 0 : numbers[at]);  // 0 is another state's: never found
  }
}

void VisitedSet::renumber(Shard& shard, const Hash128& hash, std::uint32_t from, std::uint32_t to) {
  for (std::uint64_t at = hash.high & shard.mask;; at = (at + 1) & shard.mask) {
    Bucket& bucket = shard.buckets[at];
    for (std::uint32_t lane = 0; lane < bucket.used(); ++lane) {
      if (bucket.numbers[lane] == from) {
        bucket.numbers[lane] = to;
        return;
      }
    }
    SIM_CHECK(bucket.used() == kLanes, "a claim is not there to be settled", from);
  }
}

// REQUIRES: room.
void VisitedSet::add_to(Shard& shard, const Hash128& hash, std::uint32_t number) {
  std::uint64_t at = hash.high & shard.mask;
  while (shard.buckets[at].used() == kLanes) {
    at = (at + 1) & shard.mask;
  }
  shard.buckets[at].add(tag_of(hash), number);
  ++shard.states;
}

void VisitedSet::make_room(Shard& shard) const {
  if ((shard.states + 1) * 8 <= shard.buckets.size() * kLanes * 7) {
    return;
  }
  std::vector<Bucket> old(shard.buckets.size() * 2);
  old.swap(shard.buckets);
  shard.mask = shard.buckets.size() - 1;
  shard.states = 0;
  constexpr std::size_t kAhead = 4;  // buckets whose nodes are on their way
  for (std::size_t i = 0; i < old.size() + kAhead; ++i) {
    if (i < old.size()) {
      for (std::uint32_t lane = 0; lane < old[i].used(); ++lane) {
        if (old[i].numbers[lane] < claims_from_) {
          __builtin_prefetch(&nodes_[old[i].numbers[lane]]);
        }
      }
    }
    if (i >= kAhead) {
      const Bucket& bucket = old[i - kAhead];
      for (std::uint32_t lane = 0; lane < bucket.used(); ++lane) {
        add_to(shard, hash_of(shard, bucket.numbers[lane]), bucket.numbers[lane]);
      }
    }
  }
}

}  // namespace sim
