// The parallel half of a breadth-first search: what some states of a level lead to.
//
// Each thread has an Expander around a worker of its own. It carries out all transitions of a slice
// of a level, looks the results up in the visited set, which nobody changes meanwhile, and keeps
// what is not there. Nothing here depends on other slices or threads.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sim/choice_exhaustive.hpp"
#include "sim/edges.hpp"
#include "sim/explorable.hpp"
#include "sim/packed_states.hpp"
#include "sim/path.hpp"
#include "sim/visited.hpp"

namespace sim {

// A result that was not in the visited set.
struct Found {
  Hash128 hash;
  Signals signals = 0;
  std::uint32_t parent = kNoState;
  Branch branch{};
  std::uint32_t end = 0;     // of its packed bytes
  std::uint32_t number = 0;  // among the states, once it has one; before, a guess
};

// Where a transition leads to: a state with a number, or one of those found, or it does not matter
// any more.
struct Target {
  std::uint32_t number = kNoState;
  std::uint32_t found = kNoState;
};

// What became of a slice.
struct alignas(128) Expansion {  // one thread each at a time
  // An edge whose target is one of `found`.
  struct OpenEdge {
    std::uint32_t edge;
    std::uint32_t found;
  };

  std::uint32_t first = 0;             // number of the slice's first state
  std::vector<std::uint32_t> degrees;  // transitions of each of its states
  std::vector<Found> found;            // in the order of the transitions
  std::vector<std::byte> packed;
  std::vector<Edge> edges;  // if asked for
  std::vector<OpenEdge> open;
  bool was_cut = false;  // a list of choices was

  // `found` by the shard of its hash.
  std::vector<std::uint32_t> by_shard;
  std::array<std::uint32_t, VisitedSet::kShards + 1> shard_begins{};

  void clear();
  void sort_by_shard();
  [[nodiscard]] std::span<const std::uint32_t> of_shard(std::size_t shard) const {
    return {by_shard.data() + shard_begins[shard], by_shard.data() + shard_begins[shard + 1]};
  }
  [[nodiscard]] PackedState packed_state(std::size_t at) const {
    const std::uint32_t begin = at == 0 ? 0 : found[at - 1].end;
    return {packed.data() + begin, found[at].end - begin};
  }
  [[nodiscard]] std::uint64_t bytes() const;
};

// Keeps what an expander finds for later, equal results once.
class alignas(128) Collector {
 public:
  static constexpr bool kLooksUp = false;  // in the visited set, before it takes

  void begin(Expansion& out);
  // The one with that hash, if it has one.
  [[nodiscard]] Target find(const Hash128& hash) const;
  Target take(const Found& state, PackedState packed);

 private:
  // The place of this hash among those found; that of the next one if it is new, which then counts
  // as added.
  std::uint32_t find_or_add(const Hash128& hash);
  void grow();

  Expansion* out_ = nullptr;
  std::vector<std::uint32_t> cells_;  // 0 or 1 + place in `found`; a power of two of them
  std::uint32_t used_ = 0;
};

struct ExpandOptions {
  std::size_t choices_a_step_max = 32;
  bool record_edges = false;
};

template <Explorable W>
class alignas(128) Expander {
 public:
  template <class Make>
  Expander(Make& make, const VisitedSet& visited, const ExpandOptions& options)
      : worker_(make()),
        visited_(&visited),
        options_(options),
        choices_(options.choices_a_step_max) {}

  W& worker() { return worker_; }

  // `taker.take(found, packed)` gets, in order, what is not in the visited set, and may insert it
  // there. If it looks things up itself, it gets some that are, too.
  template <class Taker>
  void expand(const LevelSlice& slice, const LevelBases& bases, Taker& taker, Expansion& out) {
    out.clear();
    out.first = slice.first;
    out_ = &out;
    bases_ = bases;
    // To pack a large state takes longer than to wait.
    looks_up_at_once_ = bases.next.size() >= kLarge;
    for (std::uint32_t i = slice.from; i < slice.to; ++i) {
      expand_state((*slice.block)[i], slice.first + (i - slice.from), taker);
    }
    look_up_waiting(taker);
    out.was_cut = choices_.was_cut();
  }

  // What the first of these states that leads anywhere leads to first, packed whole; empty if none
  // does.
  std::vector<std::byte> first_result(const std::vector<LevelSlice>& slices, PackedState base) {
    std::vector<std::byte> result;
    ExhaustiveChoices choices{options_.choices_a_step_max};
    for (const LevelSlice& slice : slices) {
      for (std::uint32_t i = slice.from; i < slice.to && result.empty(); ++i) {
        each_transition(
            worker_, moves_, choices, [&] { restore_from(worker_, (*slice.block)[i], base); },
            [&](Move, Branch, std::span<const TakenChoice>) {
              worker_.pack(result);
              return false;
            });
      }
    }
    return result;
  }

 private:
  // A result on its way: memory takes its time, so look-ups go by the batch.
  static constexpr std::size_t kBatch = 64;
  static constexpr std::size_t kLarge = 512;  // bytes, packed whole

  template <class Taker>
  void expand_state(PackedState state, std::uint32_t number, Taker& taker) {
    std::uint32_t degree = 0;
    each_transition(
        worker_, moves_, choices_, [&] { restore_from(worker_, state, bases_.now); },
        [&](Move move, Branch branch, std::span<const TakenChoice> list) {
          ++degree;
          if (options_.record_edges) {
            out_->edges.push_back(Edge{move.is_time(), asks_fair(list)});
          }
          Found& next = waiting_[waits_];  // in place: it is not small
          next.hash = worker_.hash();
          next.parent = number;
          next.branch = branch;
          if (looks_up_at_once_) {
            look_up_now(next, taker);
          } else {
            let_wait(next, taker);
          }
          return true;
        });
    out_->degrees.push_back(degree);
  }

  [[nodiscard]] bool asks_fair(std::span<const TakenChoice> list) const {
    return std::any_of(list.begin(), list.end(), [this](const TakenChoice& taken) {
      return taken.count > 1 && worker_.is_fair(taken.what);
    });
  }

  template <class Taker>
  void look_up_now(Found& next, Taker& taker) {
    Target target{visited_->find(next.hash)};
    if constexpr (!Taker::kLooksUp) {
      if (target.number == kNoState) {
        target = taker.find(next.hash);
      }
    }
    if (target.number == kNoState && target.found == kNoState) {
      next.signals = worker_.signals();
      pack_against(worker_, packed_, bases_.next);
      target = taker.take(next, packed_);
      packed_.clear();
    }
    note_edge(target, out_->edges.size() - 1);
  }

  template <class Taker>
  void let_wait(Found& next, Taker& taker) {
    visited_->prefetch(next.hash);
    next.signals = worker_.signals();
    pack_against(worker_, packed_, bases_.next);
    next.end = static_cast<std::uint32_t>(packed_.size());
    if (++waits_ == kBatch) {
      look_up_waiting(taker);
    }
  }

  template <class Taker>
  void look_up_waiting(Taker& taker) {
    for (std::size_t i = 0; i < waits_; ++i) {
      waiting_[i].number = visited_->guess(waiting_[i].hash);
    }
    std::uint32_t begin = 0;
    for (std::size_t i = 0; i < waits_; ++i) {
      const Found& next = waiting_[i];
      Target target{next.number};
      if (!visited_->is(next.number, next.hash)) {
        target.number =
            Taker::kLooksUp || next.number == kNoState ? kNoState : visited_->find(next.hash);
        if (target.number == kNoState) {
          target = taker.take(next, PackedState{packed_.data() + begin, next.end - begin});
        }
      }
      note_edge(target, out_->edges.size() - waits_ + i);
      begin = next.end;
    }
    waits_ = 0;
    packed_.clear();
  }

  void note_edge(const Target& target, std::size_t edge) {
    if (!options_.record_edges) {
      return;
    }
    if (target.number != kNoState) {
      out_->edges[edge].set_target(target.number);
    } else if (target.found != kNoState) {
      out_->open.push_back({static_cast<std::uint32_t>(edge), target.found});
    }
  }

  W worker_;
  const VisitedSet* visited_;
  ExpandOptions options_;
  ExhaustiveChoices choices_;
  std::vector<Move> moves_;
  std::array<Found, kBatch> waiting_;
  std::size_t waits_ = 0;
  std::vector<std::byte> packed_;  // of those that wait
  Expansion* out_ = nullptr;
  LevelBases bases_;
  bool looks_up_at_once_ = false;
};

}  // namespace sim
