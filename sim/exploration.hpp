// The sequential half of a breadth-first search, and all that it keeps: what is visited, the level
// it is at, counts, edges, bounds.
//
// The model does not appear here; sim/explorer.hpp drives this with workers. New states get their
// numbers in the order of the transitions that lead to them, whatever the slices and threads: that
// of a plain search with one queue.
#pragma once

#include <array>
#include <cstdint>
#include <istream>
#include <ostream>
#include <string>
#include <vector>

#include "sim/crew.hpp"
#include "sim/edges.hpp"
#include "sim/expansion.hpp"
#include "sim/explorable.hpp"
#include "sim/framed.hpp"
#include "sim/hash.hpp"
#include "sim/packed_states.hpp"
#include "sim/visited.hpp"

namespace sim {

// Why a search has not seen everything.
enum class Incomplete : std::uint8_t {
  kComplete,    // it has
  kGoesOn,      // not at its end yet
  kStates,      // as many states as were allowed
  kMemory,      // as many bytes as were allowed
  kStopped,     // by its caller
  kTime,        // by its caller, whose time is over
  kChoicesCut,  // a step asked for more choices than were allowed
  kThrew,       // a step threw something
};

struct ExploreOptions {
  unsigned workers = 1;
  std::uint64_t states_max = kStatesMax;  // exact
  std::uint64_t memory_max = UINT64_MAX;  // bytes, about
  std::size_t choices_a_step_max = 32;
  bool record_edges = false;  // for sim/lasso.hpp; not more than 2^30 - 1 states
  // Nothing but time depends on these. A state weighs 64 and its packed bytes.
  std::uint64_t step_weight = std::uint64_t{1} << 20;   // expanded in one step
  std::uint64_t share_weight = std::uint64_t{1} << 15;  // less than that is left to one thread
};

struct SignalCount {
  std::uint64_t states = 0;
  std::uint32_t first = kNoState;  // the state with the smallest number

  friend bool operator==(const SignalCount&, const SignalCount&) = default;
};

// What can be said about the states seen, the same for every order of seeing them but for `first`
// and `depth`.
struct Census {
  std::uint64_t states = 0;       // distinct, the initial one among them
  std::uint64_t transitions = 0;  // steps from states that were expanded completely
  std::uint64_t depth = 0;        // steps to the farthest state
  // The sum of all canonical hashes modulo 2^128: two searches of one model that say they are
  // complete must agree on it.
  Hash128 fixpoint;
  std::array<SignalCount, 64> signals{};  // per bit

  void add(const Hash128& hash, Signals shown, std::uint32_t number);
  friend bool operator==(const Census&, const Census&) = default;
};

struct ExploreResult {
  Census census;
  Incomplete because = Incomplete::kGoesOn;
  std::uint64_t visited_bytes = 0;
  std::uint64_t edge_bytes = 0;
  std::uint64_t frontier_bytes_max = 0;  // the level being expanded, the next one, and buffers

  [[nodiscard]] bool is_complete() const { return because == Incomplete::kComplete; }
};

class Exploration {
 public:
  explicit Exploration(const ExploreOptions& options);

  void begin(const Hash128& hash, Signals signals, PackedState packed);

  // What the states being expanded were packed against, and what those that they lead to are;
  // empty: nothing.
  [[nodiscard]] LevelBases bases() const { return {now_base_, next_base_}; }
  // For the level that begins. REQUIRES: nothing has been found for it.
  void set_next_base(std::vector<std::byte> base) { next_base_ = std::move(base); }

  // The next states to be expanded; none if the search is at its end. How many does not depend on
  // the number of workers.
  std::vector<LevelSlice> open_window();
  // One thread alone takes in what it finds as it goes (an Expander's taker), then counts the
  // transitions of each slice. REQUIRES: in order, all slices of the window. False: the search has
  // ended.
  static constexpr bool kLooksUp = true;
  Target take(const Found& state, PackedState packed);
  bool finish(const Expansion& expansion);
  // All of a window at once, with many threads.
  void take_in_all(std::vector<Expansion>& expansions, std::size_t count, Crew& crew);
  // `buffers`: bytes that the caller holds for expansions.
  void close_window(std::uint64_t buffers);
  void end(Incomplete because);

  [[nodiscard]] bool has_ended() const { return because_ != Incomplete::kGoesOn; }
  [[nodiscard]] const VisitedSet& visited() const { return visited_; }
  [[nodiscard]] const EdgeList& edges() const { return edges_; }
  [[nodiscard]] ExploreResult result() const;
  [[nodiscard]] std::uint64_t level() const { return level_; }
  [[nodiscard]] std::uint64_t waiting() const { return now_.size() + next_.size(); }

  // See Explorer.
  [[nodiscard]] bool can_save() const;
  void save(std::ostream& out, const Hash128& digest) const;
  [[nodiscard]] std::string load(std::istream& in, const Hash128& digest);

 private:
  void claim_shard(std::vector<Expansion>& expansions, std::size_t count, std::size_t shard);
  void settle_shard(std::vector<Expansion>& expansions, std::size_t count, std::size_t shard);
  void number_new(std::vector<Expansion>& expansions, std::size_t count);
  void place(const Expansion& expansion, std::size_t at, PackedStates& block);
  void note_new(const Found& state, std::uint32_t number);
  static void close_edges(Expansion& expansion);
  // Transitions and edges of an expansion whose states have their numbers, up to the state at which
  // the bound was reached.
  void count_transitions(const Expansion& expansion);
  [[nodiscard]] std::string load_into(FrameReader& in, const Hash128& digest);

  ExploreOptions options_;
  VisitedSet visited_;
  EdgeList edges_;
  Level now_;   // being expanded
  Level next_;  // what it leads to
  std::vector<std::byte> now_base_;
  std::vector<std::byte> next_base_;
  Census census_;
  std::uint64_t level_ = 0;  // steps to the states of now_
  bool was_cut_ = false;
  Incomplete because_ = Incomplete::kGoesOn;
  std::uint32_t full_at_ = kNoState;  // the state from which one too many was reached
  std::uint64_t frontier_bytes_ = 0;
  std::uint64_t frontier_bytes_max_ = 0;

  // Of one parallel window.
  struct Placement {
    std::uint32_t first_new = 0;  // number of the expansion's first new state
    std::uint32_t place = 0;      // of it in the window's block
    std::uint32_t begin = 0;      // of its bytes there
  };
  std::vector<Placement> placements_;
  std::uint32_t window_first_ = 0;
  std::uint32_t window_states_ = 0;
  std::uint64_t window_bytes_ = 0;
};

}  // namespace sim
