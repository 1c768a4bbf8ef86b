#include "sim/exploration.hpp"

#include <algorithm>
#include <bit>
#include <utility>

namespace sim {

namespace {

// Marks a result as equal to an earlier one of its window; `number` is then its claim's ordinal.
bool is_double(const Found& state) { return state.parent == kNoState; }

}  // namespace

void Census::add(const Hash128& hash, Signals shown, std::uint32_t number) {
  ++states;
  fixpoint.low += hash.low;
  fixpoint.high += hash.high + (fixpoint.low < hash.low ? 1U : 0U);
  for (; shown != 0; shown &= shown - 1) {
    SignalCount& count = signals[static_cast<std::size_t>(std::countr_zero(shown))];
    ++count.states;
    count.first = std::min(count.first, number);
  }
}

Exploration::Exploration(const ExploreOptions& options) : options_(options), next_(0) {
  SIM_CHECK(options.workers >= 1, "a search without workers");
  SIM_CHECK(options.states_max >= 1, "a search without states");
  options_.states_max = std::min<std::uint64_t>(
      options.states_max, options.record_edges ? Edge::kTargetMax : kStatesMax);
}

void Exploration::begin(const Hash128& hash, Signals signals, PackedState packed) {
  visited_.insert(VisitedSet::Node{hash});
  now_.append(packed);
  next_ = Level{1};
  note_new(Found{hash, signals}, 0);
}

void Exploration::note_new(const Found& state, std::uint32_t number) {
  census_.add(state.hash, state.signals, number);
  if (options_.record_edges) {
    edges_.append_state((state.signals & kPending) != 0);
  }
}

std::vector<LevelSlice> Exploration::open_window() {
  if (has_ended()) {
    return {};
  }
  if (visited_.bytes() + edges_.bytes() + frontier_bytes_ > options_.memory_max) {
    because_ = Incomplete::kMemory;
    return {};
  }
  if (now_.empty()) {
    if (next_.empty()) {
      because_ = was_cut_ ? Incomplete::kChoicesCut : Incomplete::kComplete;
      return {};
    }
    std::swap(now_, next_);
    next_ = Level{visited_.size()};
    now_base_ = std::move(next_base_);
    next_base_.clear();
    ++level_;
    census_.depth = level_;
  }
  return now_.take(options_.step_weight);
}

Target Exploration::take(const Found& state, PackedState packed) {
  if (visited_.size() == options_.states_max) {
    const std::uint32_t known = visited_.find(state.hash);
    if (known == kNoState) {
      full_at_ = std::min(full_at_, state.parent);
      because_ = Incomplete::kStates;
    }
    return {known};
  }
  const VisitedSet::Inserted inserted =
      visited_.insert(VisitedSet::Node{state.hash, state.parent, state.branch});
  if (inserted.is_new) {
    note_new(state, inserted.number);
    next_.append(packed);
  }
  return {inserted.number};
}

bool Exploration::finish(const Expansion& expansion) {
  count_transitions(expansion);
  return !has_ended();
}

void Exploration::close_edges(Expansion& expansion) {
  for (const Expansion::OpenEdge& open : expansion.open) {
    const std::uint32_t target = expansion.found[open.found].number;
    if (target != kNoState) {  // else the bound was reached before
      expansion.edges[open.edge].set_target(target);
    }
  }
}

void Exploration::count_transitions(const Expansion& expansion) {
  was_cut_ = was_cut_ || expansion.was_cut;
  std::uint32_t state = expansion.first;
  std::size_t edges = 0;
  for (const std::uint32_t degree : expansion.degrees) {
    if (state++ == full_at_) {
      break;
    }
    census_.transitions += degree;
    edges += degree;
    if (options_.record_edges) {
      edges_.append_source(degree);
    }
  }
  if (options_.record_edges) {
    edges_.append_edges({expansion.edges.data(), edges});
  }
}

void Exploration::take_in_all(std::vector<Expansion>& expansions, std::size_t count, Crew& crew) {
  visited_.begin_claims();
  crew.run(VisitedSet::kShards,
           [&](unsigned, std::size_t shard) { claim_shard(expansions, count, shard); });
  number_new(expansions, count);
  visited_.grow_to(window_first_ + window_states_);
  next_.append_block([&](PackedStates& block) {
    block.resize(window_states_, window_bytes_);
    crew.run(VisitedSet::kShards + count, [&](unsigned, std::size_t job) {
      if (job < count) {
        place(expansions[job], job, block);
      } else {
        settle_shard(expansions, count, job - count);
      }
    });
  });
  if (options_.record_edges) {
    crew.run(count, [&](unsigned, std::size_t at) { close_edges(expansions[at]); });
  }
  for (std::size_t i = 0; i < count; ++i) {
    if (expansions[i].first > full_at_) {
      break;
    }
    count_transitions(expansions[i]);
  }
}

void Exploration::claim_shard(std::vector<Expansion>& expansions, std::size_t count,
                              std::size_t shard) {
  for (std::size_t i = 0; i < count; ++i) {
    if (i + 1 < count) {  // memory works on the next ones meanwhile
      for (const std::uint32_t at : expansions[i + 1].of_shard(shard)) {
        visited_.prefetch(expansions[i + 1].found[at].hash);
      }
    }
    for (const std::uint32_t at : expansions[i].of_shard(shard)) {
      Found& state = expansions[i].found[at];
      const VisitedSet::Claimed claimed = visited_.claim(state.hash);
      state.number = claimed.ordinal;
      if (!claimed.is_new) {
        state.parent = kNoState;
      }
    }
  }
}

// In order, so one thread does it; it touches nothing but the list of what was found.
void Exploration::number_new(std::vector<Expansion>& expansions, std::size_t count) {
  window_first_ = visited_.size();
  window_states_ = 0;
  window_bytes_ = 0;
  placements_.resize(count);
  for (std::size_t i = 0; i < count; ++i) {
    placements_[i] = Placement{window_first_ + window_states_, window_states_,
                               static_cast<std::uint32_t>(window_bytes_)};
    std::uint32_t begin = 0;
    for (Found& state : expansions[i].found) {
      if (!is_double(state)) {
        if (!has_ended() && window_first_ + window_states_ == options_.states_max) {
          full_at_ = state.parent;
          because_ = Incomplete::kStates;
        }
        state.number = has_ended() ? kNoState : window_first_ + window_states_;
        if (!has_ended()) {
          note_new(state, state.number);
          ++window_states_;
          window_bytes_ += state.end - begin;
        }
      }
      begin = state.end;
    }
  }
}

// The index learns the numbers, and doubles those of what they equal.
void Exploration::settle_shard(std::vector<Expansion>& expansions, std::size_t count,
                               std::size_t shard) {
  std::vector<std::uint32_t> numbers;
  for (std::size_t i = 0; i < count; ++i) {
    for (const std::uint32_t at : expansions[i].of_shard(shard)) {
      Found& state = expansions[i].found[at];
      if (is_double(state)) {
        state.number = numbers[state.number];
      } else {
        numbers.push_back(state.number);
      }
    }
  }
  visited_.settle(shard, numbers);
}

// The new states of an expansion, to where they belong. Reads nothing that settle_shard writes.
void Exploration::place(const Expansion& expansion, std::size_t at, PackedStates& block) {
  Placement next = placements_[at];
  const std::uint32_t end = window_first_ + window_states_;
  for (std::size_t i = 0; i < expansion.found.size() && next.first_new < end; ++i) {
    const Found& state = expansion.found[i];
    if (!is_double(state)) {
      const PackedState packed = expansion.packed_state(i);
      visited_.put(next.first_new++, VisitedSet::Node{state.hash, state.parent, state.branch});
      block.put(next.place++, next.begin, packed);
      next.begin += static_cast<std::uint32_t>(packed.size());
    }
  }
}

void Exploration::close_window(std::uint64_t buffers) {
  now_.release_taken();
  next_.reuse(now_);
  frontier_bytes_ = now_.bytes() + next_.bytes() + visited_.claim_bytes() + buffers;
  frontier_bytes_max_ = std::max(frontier_bytes_max_, frontier_bytes_);
}

void Exploration::end(Incomplete because) {
  if (!has_ended()) {
    because_ = because;
  }
}

ExploreResult Exploration::result() const {
  return ExploreResult{census_, because_, visited_.bytes(),
                       options_.record_edges ? edges_.bytes() : 0, frontier_bytes_max_};
}

}  // namespace sim
