// The depth-first search against the breadth-first one.
#include "sim/depth_first.hpp"

#include <catch2/catch.hpp>
#include <cstdint>

#include "sim/explorer.hpp"
#include "tests/support/two_phase_commit.hpp"

namespace {

using support::TmCommits;
using support::TwoPhaseCommit;
using support::TwoPhaseWorker;

sim::DepthFirst<TwoPhaseWorker> depth_first(std::uint32_t rms, sim::DepthFirstOptions options,
                                            TmCommits commits = TmCommits::kWhenAllPrepared) {
  options.finds_timeless_cycles = false;
  return sim::DepthFirst<TwoPhaseWorker>{TwoPhaseWorker{TwoPhaseCommit{rms, commits}}, options};
}

}  // namespace

namespace {

void compare_orders(std::uint32_t rms_from, std::uint32_t rms_to) {
  for (const TmCommits commits : {TmCommits::kWhenAllPrepared, TmCommits::kWhenOnePrepared}) {
    for (std::uint32_t rms = rms_from; rms <= rms_to; ++rms) {
      sim::Explorer<TwoPhaseWorker> broad{[&] {
                                            return TwoPhaseWorker{TwoPhaseCommit{rms, commits}};
                                          },
                                          {}};
      while (broad.step()) {
      }
      sim::DepthFirst<TwoPhaseWorker> deep = depth_first(rms, {}, commits);
      while (deep.step()) {
      }
      const sim::Census found = deep.result().census;
      const sim::Census expected = broad.result().census;
      CHECK(deep.result().is_complete());
      CHECK(found.states == expected.states);
      CHECK(found.transitions == expected.transitions);
      CHECK(found.fixpoint == expected.fixpoint);
      CHECK(found.fixpoint != sim::Hash128{});
      CHECK(found.depth >= expected.depth);
      for (std::size_t bit = 0; bit < found.signals.size(); ++bit) {
        CHECK(found.signals[bit].states == expected.signals[bit].states);
      }
    }
  }
}

}  // namespace

TEST_CASE("depth first and breadth first see the same states") { compare_orders(2, 5); }

TEST_CASE("depth first and breadth first see the same of 6 resource managers", "[slow]") {
  compare_orders(6, 6);
}

TEST_CASE("a depth-first path leads to where its link says") {
  sim::DepthFirst<TwoPhaseWorker> deep = depth_first(3, {}, TmCommits::kWhenOnePrepared);
  while (deep.step()) {
  }
  const std::uint32_t violation = deep.result().census.signals[0].first;
  REQUIRE(violation != sim::kNoState);
  CHECK_FALSE(deep.path_to(violation).empty());  // which checks every hash on the way
}

TEST_CASE("bounds end a depth-first search as incomplete") {
  sim::DepthFirstOptions options;
  options.states_max = 100;
  sim::DepthFirst<TwoPhaseWorker> few = depth_first(4, options);
  while (few.step()) {
  }
  CHECK(few.result().because == sim::Incomplete::kStates);
  CHECK(few.result().census.states == 100);

  options = {};
  options.memory_max = 300'000;
  sim::DepthFirst<TwoPhaseWorker> small = depth_first(6, options);
  while (small.step()) {
  }
  CHECK(small.result().because == sim::Incomplete::kMemory);
  CHECK(small.result().census.states < 50'816);

  options = {};
  options.choices_a_step_max = 0;
  sim::DepthFirst<TwoPhaseWorker> cut = depth_first(3, options);
  while (cut.step()) {
  }
  CHECK(cut.result().because == sim::Incomplete::kChoicesCut);

  sim::DepthFirst<TwoPhaseWorker> stopped = depth_first(3, {});
  stopped.stop(sim::Incomplete::kStopped);
  CHECK_FALSE(stopped.step());
  CHECK(stopped.result().because == sim::Incomplete::kStopped);
}
