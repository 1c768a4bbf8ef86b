// The breadth-first search against the plain one, and against itself with other numbers of workers.
#include "sim/explorer.hpp"

#include <catch2/catch.hpp>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include "sim/choice_recorded.hpp"
#include "sim/plain_search.hpp"
#include "tests/support/two_phase_commit.hpp"

namespace {

using support::TmCommits;
using support::TwoPhaseCommit;
using support::TwoPhaseWorker;
using Search = sim::Explorer<TwoPhaseWorker>;

Search search_of(std::uint32_t rms, const sim::ExploreOptions& options,
                 TmCommits commits = TmCommits::kWhenAllPrepared) {
  return Search{[=] { return TwoPhaseWorker{TwoPhaseCommit{rms, commits}}; }, options};
}

sim::ExploreOptions with_workers(unsigned workers) {
  sim::ExploreOptions options;
  options.workers = workers;
  options.share_weight = 1000;  // a dozen states: small levels are shared, too
  return options;
}

bool is_inconsistent(sim::StateView state) { return !TwoPhaseCommit::is_consistent(state); }

// All that a search leaves behind, as one list of numbers.
std::vector<std::uint64_t> all_of(const Search& search) {
  std::vector<std::uint64_t> all;
  const sim::VisitedSet& visited = search.visited();
  for (std::uint32_t i = 0; i < visited.size(); ++i) {
    const sim::VisitedSet::Node& node = visited.node(i);
    all.insert(all.end(), {node.hash.high, node.hash.low, node.parent,
                           static_cast<std::uint64_t>(node.branch)});
  }
  for (std::uint32_t i = 0; i < search.edges().sources(); ++i) {
    for (std::uint64_t at = search.edges().begin_of(i); at < search.edges().end_of(i); ++at) {
      all.insert(all.end(), {i, search.edges().edge(at).target()});
    }
  }
  return all;
}

}  // namespace

namespace {

void compare_with_plain(std::uint32_t rms_from, std::uint32_t rms_to) {
  for (std::uint32_t rms = rms_from; rms <= rms_to; ++rms) {
    const sim::SearchResult plain = sim::search(TwoPhaseCommit{rms}, {}, is_inconsistent);
    for (const unsigned workers : {1U, 2U}) {
      Search search = search_of(rms, with_workers(workers));
      while (search.step()) {
      }
      const sim::ExploreResult found = search.result();
      CHECK(found.is_complete());
      CHECK(found.census.states == plain.states);
      CHECK(found.census.transitions == plain.transitions);
      CHECK(found.census.depth == plain.depth);
      CHECK(found.census.signals[0] == sim::SignalCount{});
    }
  }
}

}  // namespace

TEST_CASE("the explorer sees what the plain search sees in two-phase commit") {
  compare_with_plain(3, 5);
}

TEST_CASE("the explorer sees what the plain search sees with 6 resource managers", "[slow]") {
  compare_with_plain(6, 6);
}

TEST_CASE("the explorer knows the 296448 states of 7 resource managers", "[slow]") {
  Search search = search_of(7, with_workers(2));
  while (search.step()) {
  }
  const sim::ExploreResult found = search.result();
  CHECK(found.census.states == 296'448);
  CHECK(found.census.transitions == 1'735'809);
  CHECK(found.census.depth == 22);
  CHECK(found.visited_bytes < 40 * found.census.states);
}

TEST_CASE("any number of workers gives the same numbers and parents and edges") {
  sim::ExploreOptions options = with_workers(1);
  options.record_edges = true;
  options.step_weight = 20'000;
  Search alone = search_of(5, options);
  while (alone.step()) {
  }
  const std::vector<std::uint64_t> expected = all_of(alone);
  CHECK(alone.edges().edges() == alone.result().census.transitions);
  for (const unsigned workers : {2U, 3U, 5U}) {
    options.workers = workers;
    Search search = search_of(5, options);
    while (search.step()) {
    }
    CHECK(search.result().census == alone.result().census);
    CHECK((all_of(search) == expected));
  }
}

TEST_CASE("each parent is the first state that leads to its child by its smallest branch") {
  sim::ExploreOptions options = with_workers(2);
  options.record_edges = true;
  Search search = search_of(4, options);
  while (search.step()) {
  }
  std::vector<std::uint32_t> parents(search.visited().size(), sim::kNoState);
  for (std::uint32_t i = 0; i < search.edges().sources(); ++i) {
    for (std::uint64_t at = search.edges().begin_of(i); at < search.edges().end_of(i); ++at) {
      std::uint32_t& parent = parents[search.edges().edge(at).target()];
      parent = std::min(parent, i);
    }
  }
  for (std::uint32_t i = 1; i < search.visited().size(); ++i) {
    CHECK(search.visited().node(i).parent == parents[i]);
  }
}

TEST_CASE("the first violation comes by a path as short as the plain search's with any workers") {
  const TwoPhaseCommit broken{4, TmCommits::kWhenOnePrepared};
  const sim::SearchResult plain = sim::search(broken, {}, is_inconsistent);
  sim::Path first;
  for (const unsigned workers : {1U, 2U, 3U, 5U}) {
    Search search = search_of(4, with_workers(workers), TmCommits::kWhenOnePrepared);
    while (search.step()) {
    }
    const sim::SignalCount violation = search.result().census.signals[0];
    REQUIRE(violation.states > 0);
    const sim::Path path = search.path_to(violation.first);
    REQUIRE(path.size() == plain.counterexample.size());
    for (std::size_t i = 0; i < path.size(); ++i) {
      CHECK(path[i].move.slot == plain.counterexample[i].slot);
      CHECK(path[i].choices == plain.counterexample[i].choices);
    }
    CHECK((first.empty() || first == path));
    first = path;

    sim::Bytes state(broken.state_size());
    broken.initial(state);
    for (const sim::PathStep& step : path) {
      CHECK_FALSE(is_inconsistent(state));
      sim::ReplayChoices choices{step.choices};
      broken.step(state, step.move.slot, choices);
      CHECK_FALSE(choices.misfit().has_value());
    }
    CHECK(is_inconsistent(state));
  }
}

TEST_CASE("a bound on states is exact and the same for any workers") {
  for (const std::uint64_t bound : {1U, 2U, 100U, 1567U}) {
    sim::ExploreOptions options = with_workers(1);
    options.record_edges = true;
    options.states_max = bound;
    Search alone = search_of(4, options);
    while (alone.step()) {
    }
    CHECK(alone.result().because == sim::Incomplete::kStates);
    CHECK(alone.result().census.states == bound);
    CHECK(alone.visited().size() == bound);
    CHECK_FALSE(alone.can_save());
    CHECK(alone.edges().edges() == alone.result().census.transitions);
    for (const unsigned workers : {2U, 3U}) {
      options.workers = workers;
      options.share_weight = 1;
      Search search = search_of(4, options);
      while (search.step()) {
      }
      CHECK(search.result().because == sim::Incomplete::kStates);
      CHECK(search.result().census == alone.result().census);
      CHECK((all_of(search) == all_of(alone)));
    }
  }
  sim::ExploreOptions enough = with_workers(2);
  enough.states_max = 1568;
  Search search = search_of(4, enough);
  while (search.step()) {
  }
  CHECK(search.result().is_complete());
}

TEST_CASE("a bound on memory ends a search as incomplete") {
  for (const unsigned workers : {1U, 2U}) {
    sim::ExploreOptions options = with_workers(workers);
    options.memory_max = 600'000;
    options.step_weight = 20'000;
    Search search = search_of(6, options);
    while (search.step()) {
    }
    const sim::ExploreResult found = search.result();
    CHECK(found.because == sim::Incomplete::kMemory);
    CHECK(found.census.states > 1000);
    CHECK(found.census.states < 50'816);
    CHECK(found.visited_bytes <= 1'200'000);
    CHECK(search.can_save());
  }
}

TEST_CASE("a search that is stopped says so") {
  Search search = search_of(4, with_workers(1));
  CHECK(search.step());
  CHECK(search.result().because == sim::Incomplete::kGoesOn);
  search.stop(sim::Incomplete::kTime);
  CHECK_FALSE(search.step());
  CHECK(search.result().because == sim::Incomplete::kTime);
}

TEST_CASE("a list of choices that was cut makes a search incomplete") {
  sim::ExploreOptions options = with_workers(2);
  options.choices_a_step_max = 0;
  Search search = search_of(4, options);
  while (search.step()) {
  }
  CHECK(search.result().because == sim::Incomplete::kChoicesCut);
}

namespace {

// A counter modulo 64 with a second byte of scribble that the hash leaves out: how it got here.
// From 40 on it may throw.
class ScribbleWorker {
 public:
  explicit ScribbleWorker(bool throws = false, std::size_t padding = 0)
      : throws_(throws), padding_(padding) {}

  void begin() { next_ = {std::byte{0}, std::byte{255}}; }
  void restore(std::span<const std::byte> packed) { here_ = {packed[0], packed[1]}; }
  static void moves(std::vector<sim::Move>& moves) {
    for (std::uint32_t slot = 0; slot < 3; ++slot) {
      moves.push_back(sim::Move{sim::Slot{slot}});
    }
  }
  void step(sim::Move move, sim::ChoiceSource& choices) {
    const auto here = std::to_integer<std::uint32_t>(here_[0]);
    if (throws_ && here >= 40) {
      throw std::runtime_error{std::to_string(here)};
    }
    const std::uint32_t by = 1 + sim::index_of(move.slot) + choices.choose({1, 0}, 0, 4);
    next_ = {static_cast<std::byte>((here + by) % 64), static_cast<std::byte>((here * 7) + by)};
  }
  [[nodiscard]] sim::Hash128 hash() const { return sim::hash128({next_.data(), 1}); }
  [[nodiscard]] static sim::Signals signals() { return 0; }
  void pack(std::vector<std::byte>& packed) const {
    packed.insert(packed.end(), next_.begin(), next_.end());
    packed.resize(packed.size() + padding_);
  }
  [[nodiscard]] static bool is_fair(sim::ChoiceId) { return false; }

  [[nodiscard]] const std::vector<std::byte>& next() const { return next_; }

 private:
  std::vector<std::byte> here_;
  std::vector<std::byte> next_;
  bool throws_;
  std::size_t padding_;
};

}  // namespace

TEST_CASE("of states with one hash the first one found stands for all") {
  for (const std::size_t padding : {std::size_t{0}, std::size_t{600}}) {
    for (const unsigned workers : {1U, 2U, 3U}) {
      sim::ExploreOptions options = with_workers(workers);
      options.share_weight = 1;
      sim::Explorer<ScribbleWorker> search{[=] { return ScribbleWorker{false, padding}; }, options};
      std::vector<std::byte> scribbles;
      while (search.step()) {
      }
      CHECK(search.result().census.states == 64);
      CHECK(search.result().census.transitions == 64 * 12);
      for (std::uint32_t state = 1; state < 64; ++state) {
        const std::uint32_t parent = search.visited().node(state).parent;
        search.path_to(parent);
        const auto from = std::to_integer<std::uint32_t>(search.worker().next()[0]);
        search.path_to(state);
        const auto to = std::to_integer<std::uint32_t>(search.worker().next()[0]);
        CHECK(to == state);  // from n first n + 1 is found, then n + 2, ...
        CHECK(search.worker().next()[1] == static_cast<std::byte>((from * 7) + ((to - from) % 64)));
        CHECK(parent == (state < 6 ? 0 : state - 6));
      }
    }
  }
}

TEST_CASE("what a step throws ends a search with any workers") {
  for (const unsigned workers : {1U, 2U}) {
    sim::ExploreOptions options = with_workers(workers);
    options.share_weight = 1;
    sim::Explorer<ScribbleWorker> search{[] { return ScribbleWorker{true}; }, options};
    const auto run = [&] {
      while (search.step()) {
      }
    };
    CHECK_THROWS_WITH(run(), "40");
    CHECK_FALSE(search.step());
    CHECK(search.result().because == sim::Incomplete::kThrew);
    CHECK_FALSE(search.can_save());
  }
}
