// The states a search has seen: a canonical hash of each, and how it was first reached.
//
// States are numbered in the order in which they are inserted, from 0; the first one has no parent.
// Two states are one if their 128-bit hashes are equal; `collision_exponent` bounds how likely a
// search of so many states is to take two different ones for one.
//
// Memory: 24 bytes a state in chunks, and an index of buckets, each one cache line with ten numbers
// and ten 16-bit tags. The index is split by hash into 64 shards that grow on their own, by
// doubling, once they are seven eighths full: less than 40 bytes a state from some 100,000 states
// on, at any time.
//
// Insertion is one by one (`insert`), or by many threads with the same outcome: `claim` shard by
// shard, then numbers are given to what was new, then `settle` shard by shard and `put`. Look-ups
// may run in parallel with each other, not with insertion.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sim/check.hpp"
#include "sim/chunked.hpp"
#include "sim/hash.hpp"

namespace sim {

// Which transition of a state: its move by number among the moves of the state, and its list of
// choices by number among the lists of that move, in the order of ExhaustiveChoices.
enum class Branch : std::uint32_t {};

constexpr std::uint32_t kMovesMax = std::uint32_t{1} << 12;  // of one state
constexpr std::uint32_t kListsMax = std::uint32_t{1} << 20;  // of one move

inline Branch branch_of(std::size_t move, std::uint32_t list) {
  SIM_CHECK(move < kMovesMax, "a state has too many moves", static_cast<std::int64_t>(move));
  SIM_CHECK(list < kListsMax, "a move has too many lists of choices", list);
  return Branch{(static_cast<std::uint32_t>(move) * kListsMax) + list};
}
constexpr std::uint32_t move_of(Branch branch) {
  return static_cast<std::uint32_t>(branch) / kListsMax;
}
constexpr std::uint32_t list_of(Branch branch) {
  return static_cast<std::uint32_t>(branch) % kListsMax;
}

constexpr std::uint32_t kNoState = UINT32_MAX;
constexpr std::uint64_t kStatesMax = UINT32_MAX - 1;  // so that two numbers are free

// A search of n states takes two different states for one with a probability of less than 2^-k;
// this is k. The bound is n^2 / 2^129, as if hashes were random.
[[nodiscard]] int collision_exponent(std::uint64_t states);

class VisitedSet {
 public:
  static constexpr std::uint32_t kShards = 64;

  struct Node {
    Hash128 hash;
    std::uint32_t parent = kNoState;
    Branch branch{};
  };
  static_assert(sizeof(Node) == 24);

  VisitedSet();

  [[nodiscard]] std::uint32_t size() const { return static_cast<std::uint32_t>(nodes_.size()); }
  [[nodiscard]] const Node& node(std::uint32_t number) const { return nodes_[number]; }
  // Of states and index, without what is claimed and not settled.
  [[nodiscard]] std::uint64_t bytes() const;
  [[nodiscard]] std::uint64_t claim_bytes() const;
  static std::uint32_t shard_of(const Hash128& hash) {
    return static_cast<std::uint32_t>(hash.high >> 58);
  }

  // A look-up in three parts, so that memory can work on many at once: `prefetch` asks for the
  // bucket, `guess` looks into it and asks for the state it most likely is, `is` makes sure. If it
  // is not that one, `find` knows.
  void prefetch(const Hash128& hash) const {
    const Shard& shard = shards_[shard_of(hash)];
    __builtin_prefetch(&shard.buckets[hash.high & shard.mask]);
  }
  // kNoState if there is none for sure, kUnsure if `find` has to be asked.
  static constexpr std::uint32_t kUnsure = kNoState - 1;
  [[nodiscard]] std::uint32_t guess(const Hash128& hash) const {
    const Shard& shard = shards_[shard_of(hash)];
    const Bucket& bucket = shard.buckets[hash.high & shard.mask];
    const std::uint64_t found = bucket.matches(tag_of(hash));
    if (found == 0) {
      return bucket.used() < kLanes ? kNoState : kUnsure;
    }
    const std::uint32_t number = bucket.numbers[Bucket::lane_of(found)];
    __builtin_prefetch(&nodes_[number]);
    return number;
  }
  [[nodiscard]] bool is(std::uint32_t guess, const Hash128& hash) const {
    return guess < kUnsure && nodes_[guess].hash == hash;
  }

  // The number of the state with this hash; kNoState if there is none.
  [[nodiscard]] std::uint32_t find(const Hash128& hash) const {
    return find_in(shards_[shard_of(hash)], hash,
                   [this](std::uint32_t number) -> const Hash128& { return nodes_[number].hash; });
  }

  // Whether there is a state with the hash of `node` already is in `is_new`. Its number, in either
  // case.
  struct Inserted {
    std::uint32_t number;
    bool is_new;
  };
  Inserted insert(const Node& node);

  // Insertion in parallel. One thread a shard: `claim` says which claim of its shard since
  // `begin_claims` was the first with this hash, counted from 0, and whether that is this one.
  // REQUIRES: find(hash) == kNoState.
  struct Claimed {
    std::uint32_t ordinal;
    bool is_new;
  };
  void begin_claims();
  Claimed claim(const Hash128& hash);
  // Then by one thread: room for all that have been numbered.
  void grow_to(std::uint64_t states) { nodes_.grow_to(states); }
  // Then one thread a shard for `settle`, with the number of each claim by its ordinal, and any
  // thread for `put`, once for each new state. A claim without a number, because the search ends,
  // has kNoState. REQUIRES: numbers rise.
  void settle(std::size_t shard, std::span<const std::uint32_t> numbers);
  void put(std::uint32_t number, const Node& node) { nodes_[number] = node; }

 private:
  static constexpr std::uint32_t kLanes = 10;
  static constexpr std::uint64_t kEveryLane = 0x0001'0001'0001'0001U;

  static std::uint16_t tag_of(const Hash128& hash) { return static_cast<std::uint16_t>(hash.low); }

  // Filled from lane 0 on, never emptied. The last word of tags has two lanes and the number of
  // lanes in use.
  struct alignas(64) Bucket {
    std::array<std::uint64_t, 3> tags{};
    std::array<std::uint32_t, kLanes> numbers{};

    [[nodiscard]] std::uint32_t used() const {
      return static_cast<std::uint32_t>(tags[2] >> 32) & 0xFFFFU;
    }
    // The lanes in use that may hold this tag: all that do, and a few that do not. One bit each;
    // the lanes of the words lie beside each other.
    [[nodiscard]] std::uint64_t matches(std::uint16_t tag) const {
      const std::uint64_t found = zeros(tags[0] ^ (tag * kEveryLane)) >> 15 |
                                  zeros(tags[1] ^ (tag * kEveryLane)) >> 14 |
                                  (zeros(tags[2] ^ (tag * kEveryLane)) & 0x8000'8000U) >> 13;
      return found & kLanesBelow[used()];
    }
    static std::uint32_t lane_of(std::uint64_t found) {
      const auto bit = static_cast<std::uint32_t>(std::countr_zero(found));
      return ((bit % 16) * 4) + (bit / 16);
    }
    void add(std::uint16_t tag, std::uint32_t number) {
      const std::uint32_t lane = used();
      tags[lane / 4] |= static_cast<std::uint64_t>(tag) << (16 * (lane % 4));
      numbers[lane] = number;
      tags[2] += std::uint64_t{1} << 32;
    }
  };
  static_assert(sizeof(Bucket) == 64);
  // The highest bit of each lane of a word that is zero, and of some above such a one.
  static constexpr std::uint64_t zeros(std::uint64_t word) {
    return (word - kEveryLane) & ~word & (kEveryLane << 15);
  }
  // As `matches` has them: of the first so many lanes.
  static constexpr std::array<std::uint64_t, kLanes + 1> kLanesBelow = [] {
    std::array<std::uint64_t, kLanes + 1> masks{};
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      masks[lane + 1] = masks[lane] | std::uint64_t{1} << ((16 * (lane % 4)) + (lane / 4));
    }
    return masks;
  }();

  struct alignas(64) Shard {
    std::vector<Bucket> buckets;  // a power of two of them
    std::uint64_t mask = 0;       // buckets.size() - 1
    std::uint64_t states = 0;
    std::vector<Hash128> claims;  // since begin_claims; their numbers follow on claims_from_
  };

  // The number of the entry with this hash: that of a state or of a claim, or kNoState.
  template <class HashOf>
  static std::uint32_t find_in(const Shard& shard, const Hash128& hash, HashOf hash_of) {
    for (std::uint64_t at = hash.high & shard.mask;; at = (at + 1) & shard.mask) {
      const Bucket& bucket = shard.buckets[at];
      for (std::uint64_t found = bucket.matches(tag_of(hash)); found != 0; found &= found - 1) {
        const std::uint32_t number = bucket.numbers[Bucket::lane_of(found)];
        if (hash_of(number) == hash) {
          return number;
        }
      }
      if (bucket.used() < kLanes) {
        return kNoState;
      }
    }
  }

  static void add_to(Shard& shard, const Hash128& hash, std::uint32_t number);
  void make_room(Shard& shard) const;
  static void renumber(Shard& shard, const Hash128& hash, std::uint32_t from, std::uint32_t to);
  [[nodiscard]] const Hash128& hash_of(const Shard& shard, std::uint32_t number) const {
    return number < claims_from_ ? nodes_[number].hash : shard.claims[number - claims_from_];
  }

  ChunkedArray<Node, 12> nodes_;
  std::vector<Shard> shards_;
  std::uint32_t claims_from_ = kNoState;
};

}  // namespace sim
