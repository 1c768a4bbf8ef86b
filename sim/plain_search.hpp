// The slow, obvious search of everything a model can do: breadth first, one state after another.
//
// It stays as the oracle of cleverer ones, so it is written to be read. The states of a model are
// flat blocks of bytes; from each, every enabled slot is stepped under every list of choices that
// the step asks for, and, if the model has time, time is advanced. Two states are one if their
// canonical encodings are equal.
//
// Everything comes in one fixed order: states by discovery, slots as the model lists them, choices
// as ExhaustiveChoices plays them, time last. So a first violation has a shortest path, and always
// the same one. Hash sets answer membership only. Errors: a search that reaches its bounds says so
// (`complete` is false); nothing is thrown but sim::Bug.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <unordered_set>
#include <utility>
#include <vector>

#include "sim/agenda.hpp"
#include "sim/check.hpp"
#include "sim/choice.hpp"
#include "sim/choice_exhaustive.hpp"
#include "sim/choice_recorded.hpp"
#include "sim/hash.hpp"

namespace sim {

using StateView = std::span<const std::byte>;
using StateBlock = std::span<std::byte>;
using Bytes = std::vector<std::byte>;

template <class M>
concept FlatModel = requires(const M& model, StateView state, StateBlock block,
                             std::vector<Slot>& slots, Slot slot, ChoiceSource& choices,
                             Bytes& encoding) {
  { model.state_size() } -> std::convertible_to<std::size_t>;
  model.initial(block);
  model.enabled(state, slots);       // appends, in a fixed order
  model.step(block, slot, choices);  // in place
  model.encode(state, encoding);     // appends; equal encodings mean equal futures
};

// Discrete time: `can_advance` is false where something must happen first (the smallest latest time
// has come).
template <class M>
concept TimedFlatModel = FlatModel<M> &&
    requires(const M& model, StateView state, StateBlock block) {
  { model.can_advance(state) } -> std::convertible_to<bool>;
  model.advance(block);
};

enum class Visited : std::uint8_t {
  kWholeStates,  // exact; the memory of every encoding
  kHashes,  // 16 bytes a state; two different states are taken for one with a chance of about n^2 /
            // 2^129
};

struct SearchOptions {
  Visited visited = Visited::kWholeStates;
  std::uint64_t states_max = UINT32_MAX - 1;
  std::size_t choices_a_step_max = 32;
  bool stop_at_violation = true;
};

// One step of a path. No slot: time advanced.
struct SearchStep {
  std::optional<Slot> slot;
  std::vector<TakenChoice> choices;
};

struct SearchResult {
  std::uint64_t states = 0;       // distinct, the initial one among them
  std::uint64_t transitions = 0;  // steps carried out from distinct states
  std::uint64_t depth = 0;        // steps to the farthest state
  std::uint64_t violations = 0;   // distinct states that violate
  bool complete = true;           // false: stopped at a violation or a bound
  std::vector<SearchStep>
      counterexample;  // shortest path to the first violation; empty if the initial state is one
};

// What has been seen, by canonical encoding.
class VisitedStates {
 public:
  explicit VisitedStates(Visited how) : how_(how) {}

  // True if it was not there before.
  bool insert(const Bytes& encoding) {
    const Hash128 hash = hash128(encoding);
    return how_ == Visited::kHashes ? hashes_.insert(hash).second
                                    : whole_.insert(Whole{encoding, hash.low}).second;
  }

 private:
  struct Whole {
    Bytes encoding;
    std::uint64_t hash = 0;  // only says where to look; equality is that of the bytes
    friend bool operator==(const Whole& a, const Whole& b) { return a.encoding == b.encoding; }
  };
  struct HashOf {
    std::size_t operator()(const Whole& whole) const { return whole.hash; }
    std::size_t operator()(const Hash128& hash) const { return hash.low; }
  };

  Visited how_;
  std::unordered_set<Whole, HashOf> whole_;
  std::unordered_set<Hash128, HashOf> hashes_;
};

template <FlatModel Model>
class PlainSearch {
 public:
  PlainSearch(const Model& model, const SearchOptions& options)
      : model_(&model), options_(options), size_(model.state_size()), visited_(options.visited) {}

  // `violates(StateView)` is asked once of each distinct state.
  template <class Violates>
  SearchResult run(Violates violates) {
    SIM_CHECK(result_.states == 0, "a search runs once");
    Bytes start(size_);
    model_->initial(start);
    reach(start, Link{}, violates);
    std::vector<Slot> slots;
    for (std::uint32_t first = 0; !stopped_ && !next_level_.empty();) {
      ++level_;
      const Bytes level = std::exchange(next_level_, {});
      const auto states = static_cast<std::uint32_t>(level.size() / size_);
      for (std::uint32_t i = 0; i < states && !stopped_; ++i) {
        const StateView from{level.data() + (i * size_), size_};
        slots.clear();
        model_->enabled(from, slots);
        for (const Slot slot : slots) {
          step_all(from, Link{first + i, slot, 0}, violates);
        }
        if constexpr (TimedFlatModel<Model>) {
          if (model_->can_advance(from)) {
            Bytes to(from.begin(), from.end());
            model_->advance(to);
            ++result_.transitions;
            reach(to, Link{first + i, kTimeAdvances, 0}, violates);
          }
        }
      }
      first += states;
    }
    result_.complete = !stopped_ && !cut_;
    return result_;
  }

 private:
  // How a state was first reached: from which one, by which slot, under which of the lists of
  // choices.
  struct Link {
    std::uint32_t parent = kNoParent;
    Slot slot{};
    std::uint32_t list = 0;
  };
  static constexpr std::uint32_t kNoParent = UINT32_MAX;
  static constexpr Slot kTimeAdvances{UINT32_MAX};

  template <class Violates>
  void step_all(StateView from, Link link, Violates& violates) {
    ExhaustiveChoices choices{options_.choices_a_step_max};
    do {
      Bytes to(from.begin(), from.end());
      model_->step(StateBlock{to}, link.slot, choices);
      ++result_.transitions;
      reach(to, link, violates);
      ++link.list;
    } while (choices.advance());
    cut_ = cut_ || choices.was_cut();
  }

  template <class Violates>
  void reach(const Bytes& state, Link link, Violates& violates) {
    if (stopped_) {
      return;
    }
    encoding_.clear();
    model_->encode(state, encoding_);
    if (!visited_.insert(encoding_)) {
      return;
    }
    if (result_.states == options_.states_max) {
      stopped_ = true;
      return;
    }
    ++result_.states;
    result_.depth = level_;
    links_.push_back(link);
    next_level_.insert(next_level_.end(), state.begin(), state.end());
    if (violates(StateView{state})) {
      if (result_.violations++ == 0) {
        result_.counterexample = path_to(links_.size() - 1);
      }
      stopped_ = options_.stop_at_violation;
    }
  }

  // The links name lists of choices by number; playing the path again gives the choices themselves.
  std::vector<SearchStep> path_to(std::size_t state) const {
    std::vector<Link> links;
    for (; links_[state].parent != kNoParent; state = links_[state].parent) {
      links.push_back(links_[state]);
    }
    std::reverse(links.begin(), links.end());
    Bytes now(size_);
    model_->initial(now);
    std::vector<SearchStep> path;
    path.reserve(links.size());
    for (const Link& link : links) {
      path.push_back(play(now, link));
    }
    return path;
  }

  SearchStep play(Bytes& now, const Link& link) const {
    if constexpr (TimedFlatModel<Model>) {
      if (link.slot == kTimeAdvances) {
        model_->advance(now);
        return {};
      }
    }
    ExhaustiveChoices choices{options_.choices_a_step_max};
    for (std::uint32_t list = 0;; ++list) {
      Bytes to = now;
      model_->step(to, link.slot, choices);
      if (list == link.list) {
        now = to;
        return {link.slot, {choices.taken().begin(), choices.taken().end()}};
      }
      SIM_CHECK(choices.advance(), "a step has fewer outcomes than before");
    }
  }

  const Model* model_;
  SearchOptions options_;
  std::size_t size_;
  VisitedStates visited_;
  std::vector<Link> links_;  // per state, in order of discovery
  Bytes next_level_;         // states found and not yet stepped, one after another
  Bytes encoding_;
  SearchResult result_;
  std::uint64_t level_ = 0;  // steps to the states being found
  bool stopped_ = false;
  bool cut_ = false;
};

template <FlatModel Model, class Violates>
SearchResult search(const Model& model, const SearchOptions& options, Violates violates) {
  return PlainSearch<Model>{model, options}.run(violates);
}

}  // namespace sim
