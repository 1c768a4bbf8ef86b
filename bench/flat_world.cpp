// What exploring flat worlds costs: copy, step, hash and membership, per transition, by the size of
// the world.
//
// Two-phase commit with 7 RMs (tests/support/two_phase_commit.hpp; 296,448 distinct states) as a
// block of 16 bytes, 2 KB and 4 KB. The padding is filled with numbers, copied with every
// transition and hashed with every state.
//   part 1   the plain search (sim/plain_search.hpp): whole states where they fit into memory,
//   hashes, counts compared part 2   the four operations of an explorer's inner loop, each timed
//   over batches of 128 transitions (reading the
//            clock adds some 2 ns to each); membership is a table of 128-bit hashes, sized in
//            advance
//
// Usage: flat_world [rounds] [gigabytes for whole states]. Medians over the rounds; CPU time
// throughout.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "bench/cpu_clock.hpp"
#include "sim/hash.hpp"
#include "sim/plain_search.hpp"
#include "sim/random.hpp"
#include "tests/support/two_phase_commit.hpp"

namespace {

constexpr std::uint32_t kRms = 7;
constexpr std::uint64_t kStates = 296'448;
constexpr std::size_t kBatch = 128;

using bench::nanoseconds_between;
using Clock = bench::CpuClock;

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

// The protocol with a padding that is not zero, so that nothing can be had for free.
class PaddedTwoPhase : public support::TwoPhaseCommit {
 public:
  explicit PaddedTwoPhase(std::size_t size)
      : TwoPhaseCommit(kRms, support::TmCommits::kWhenAllPrepared, size) {}

  void initial(sim::StateBlock block) const {
    TwoPhaseCommit::initial(block);
    sim::SplitMix64 random{1};
    for (std::size_t i = sizeof(support::TwoPhaseState); i < block.size(); ++i) {
      block[i] = static_cast<std::byte>(random.next());
    }
  }
};

// The vote is the only choice and has two alternatives, so a slot of an RM's decision is two
// transitions.
class OneVote final : public sim::ChoiceSource {
 public:
  std::uint32_t choose(sim::ChoiceId, std::uint64_t, std::uint32_t) override { return vote; }
  std::uint32_t vote = 0;
};

// Open addressing, linear probing, hashes only; never grows.
class HashTable {
 public:
  HashTable() : cells_(kCells) {}

  bool insert(const sim::Hash128& hash) {
    for (std::size_t at = hash.low % kCells;; at = (at + 1) % kCells) {
      if (cells_[at] == hash) {
        return false;
      }
      if (cells_[at] == sim::Hash128{}) {
        cells_[at] = hash;
        return true;
      }
    }
  }

 private:
  static constexpr std::size_t kCells = std::size_t{1} << 20;
  std::vector<sim::Hash128> cells_;
};

struct Costs {
  std::array<double, 4> ns{};  // per transition: copy, step, hash, membership
  std::uint64_t states = 0;
  std::uint64_t transitions = 0;
};

// Breadth first like the plain search, but the four operations batch by batch.
class BatchedSearch {
 public:
  explicit BatchedSearch(std::size_t size) : model_(size), size_(size), batch_(kBatch * size) {}

  Costs run() {
    sim::Bytes start(size_);
    model_.initial(start);
    keep(start.data(), sim::hash128(start));
    while (!next_.empty()) {
      level_.swap(next_);
      next_.clear();
      for (std::size_t at = 0; at < level_.size(); at += size_) {
        queue_steps(level_.data() + at);
      }
      flush();
    }
    for (double& ns : costs_.ns) {
      ns /= static_cast<double>(costs_.transitions);
    }
    return costs_;
  }

 private:
  struct Step {
    const std::byte* from;
    sim::Slot slot;
    std::uint32_t vote;
  };

  void queue_steps(const std::byte* from) {
    slots_.clear();
    model_.enabled({from, size_}, slots_);
    for (const sim::Slot slot : slots_) {
      const std::uint32_t index = sim::index_of(slot);
      const bool votes =
          index < kRms * support::TwoPhaseCommit::kActions &&
          index % support::TwoPhaseCommit::kActions == support::TwoPhaseCommit::kDecide;
      for (std::uint32_t vote = 0; vote < (votes ? 2U : 1U); ++vote) {
        steps_[queued_++] = {from, slot, vote};
        if (queued_ == kBatch) {
          flush();
        }
      }
    }
  }

  void flush() {
    std::array<sim::Hash128, kBatch> hashes;
    std::array<bool, kBatch> fresh{};
    std::array<Clock::time_point, 5> times;
    times[0] = Clock::now();
    for (std::size_t i = 0; i < queued_; ++i) {
      std::memcpy(block(i), steps_[i].from, size_);
    }
    times[1] = Clock::now();
    for (std::size_t i = 0; i < queued_; ++i) {
      choices_.vote = steps_[i].vote;
      model_.step({block(i), size_}, steps_[i].slot, choices_);
    }
    times[2] = Clock::now();
    for (std::size_t i = 0; i < queued_; ++i) {
      hashes[i] = sim::hash128({block(i), size_});
    }
    times[3] = Clock::now();
    for (std::size_t i = 0; i < queued_; ++i) {
      fresh[i] = visited_.insert(hashes[i]);
    }
    times[4] = Clock::now();
    for (std::size_t op = 0; op < 4; ++op) {
      costs_.ns[op] += nanoseconds_between(times[op], times[op + 1]);
    }
    for (std::size_t i = 0; i < queued_; ++i) {
      if (fresh[i]) {
        next_.insert(next_.end(), block(i), block(i) + size_);
        ++costs_.states;
      }
    }
    costs_.transitions += queued_;
    queued_ = 0;
  }

  void keep(const std::byte* state, const sim::Hash128& hash) {
    visited_.insert(hash);
    next_.insert(next_.end(), state, state + size_);
    ++costs_.states;
  }
  std::byte* block(std::size_t i) { return batch_.data() + (i * size_); }

  PaddedTwoPhase model_;
  std::size_t size_;
  sim::Bytes batch_;
  sim::Bytes level_;
  sim::Bytes next_;
  std::vector<sim::Slot> slots_;
  std::array<Step, kBatch> steps_{};
  std::size_t queued_ = 0;
  OneVote choices_;
  HashTable visited_;
  Costs costs_;
};

// Part 1. Returns false if the counts are wrong.
bool plain_search(std::size_t size, sim::Visited visited, const char* how) {
  sim::SearchOptions options;
  options.visited = visited;
  const Clock::time_point start = Clock::now();
  const sim::SearchResult found = sim::search(PaddedTwoPhase{size}, options, [](sim::StateView s) {
    return !support::TwoPhaseCommit::is_consistent(s);
  });
  const double ns = nanoseconds_between(start, Clock::now());
  std::printf("%6zu  %-13s  %8llu  %9llu  %7.2f  %12.0f  %9.0f\n", size, how,
              static_cast<unsigned long long>(found.states),
              static_cast<unsigned long long>(found.transitions), ns / 1e9,
              static_cast<double>(found.states) * 1e9 / ns, ns / static_cast<double>(found.states));
  std::fflush(stdout);
  return found.states == kStates && found.violations == 0;
}

// Part 2.
bool operations(std::size_t size, int rounds) {
  std::array<std::vector<double>, 5> ns;
  Costs costs;
  for (int round = 0; round < rounds; ++round) {
    costs = BatchedSearch{size}.run();
    double sum = 0;
    for (std::size_t op = 0; op < 4; ++op) {
      ns[op].push_back(costs.ns[op]);
      sum += costs.ns[op];
    }
    ns[4].push_back(sum);
  }
  const double per_state =
      median(ns[4]) * static_cast<double>(costs.transitions) / static_cast<double>(costs.states);
  std::printf("%6zu  %7.1f  %7.1f  %7.1f  %10.1f  %7.1f  %9.0f  %12.0f\n", size, median(ns[0]),
              median(ns[1]), median(ns[2]), median(ns[3]), median(ns[4]), per_state,
              1e9 / per_state);
  std::fflush(stdout);
  return costs.states == kStates;
}

}  // namespace

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 5;
  const double gigabytes = argc > 2 ? std::atof(argv[2]) : 1;
  constexpr std::array<std::size_t, 3> kSizes{16, 2048, 4096};
  bool right = true;

  std::printf("plain search of two-phase commit, %u RMs\n", kRms);
  std::printf(" bytes  visited         states  transitions  seconds    states/s   ns/state\n");
  for (const std::size_t size : kSizes) {
    if (static_cast<double>(size) * kStates * 1.5 <
        gigabytes * 1e9) {  // the encodings and the widest level
      right = plain_search(size, sim::Visited::kWholeStates, "whole states") && right;
    }
    right = plain_search(size, sim::Visited::kHashes, "hashes") && right;
  }

  std::printf("\nnanoseconds a transition, medians of %d rounds\n", rounds);
  std::printf(" bytes     copy     step     hash  membership      sum   ns/state      states/s\n");
  for (const std::size_t size : kSizes) {
    right = operations(size, rounds) && right;
  }
  std::printf("\ndistinct states: %s\n", right ? "296,448 every time" : "WRONG");
  return right ? 0 : 1;
}
