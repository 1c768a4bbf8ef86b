// The whole engine on a model with known answers (TLA+ TwoPhase).
#include <catch2/catch.hpp>

#include "sim/choice_recorded.hpp"
#include "sim/choice_seeded.hpp"
#include "sim/plain_search.hpp"
#include "sim/simulation.hpp"
#include "tests/support/two_phase_commit.hpp"

namespace {

using support::TmCommits;
using support::TwoPhaseCommit;
using support::TwoPhaseRun;

bool is_inconsistent(sim::StateView state) { return !TwoPhaseCommit::is_consistent(state); }

sim::SearchResult search_all(std::uint32_t rms, sim::Visited visited) {
  sim::SearchOptions options;
  options.visited = visited;
  return sim::search(TwoPhaseCommit{rms}, options, is_inconsistent);
}

struct Simulated {
  sim::RunEnd end;
  std::uint64_t fingerprint = 0;
  bool consistent = false;
};

Simulated simulate(sim::ChoiceSource& choices, TmCommits commits = TmCommits::kWhenAllPrepared) {
  const TwoPhaseCommit protocol{4, commits};
  TwoPhaseRun run{protocol, choices};
  const sim::RunEnd end = sim::run(run, run.agenda(), sim::Budget{});
  return {end, run.trace.fingerprint(), run.was_always_consistent()};
}

}  // namespace

TEST_CASE("two-phase commit has the states that TLC counts and is consistent in all of them") {
  struct Known {
    std::uint32_t rms;
    std::uint64_t states;
  };
  for (const Known& known : {Known{3, 288}, Known{4, 1568}, Known{5, 8832}, Known{6, 50816}}) {
    const sim::SearchResult found = search_all(known.rms, sim::Visited::kWholeStates);
    CHECK(found.states == known.states);
    CHECK(found.violations == 0);
    CHECK(found.complete);
  }
}

TEST_CASE("whole states and hashes give the same search of two-phase commit with 7 RMs", "[slow]") {
  const sim::SearchResult whole = search_all(7, sim::Visited::kWholeStates);
  const sim::SearchResult hashed = search_all(7, sim::Visited::kHashes);
  CHECK(whole.states == 296448);
  CHECK(hashed.states == whole.states);
  CHECK(hashed.transitions == whole.transitions);
  CHECK(hashed.depth == whole.depth);
  // The longest of the shortest paths: every RM prepares, is heard, and hears back, and the TM
  // decides once.
  CHECK(whole.depth == 3 * 7 + 1);
}

TEST_CASE("a search that reaches its bound says so") {
  sim::SearchOptions options;
  options.states_max = 100;
  const sim::SearchResult found = sim::search(TwoPhaseCommit{3}, options, is_inconsistent);
  CHECK(found.states == 100);
  CHECK_FALSE(found.complete);
}

TEST_CASE("a TM that commits too early is refuted by a shortest counterexample") {
  const TwoPhaseCommit broken{3, TmCommits::kWhenOnePrepared};
  const sim::SearchResult found = sim::search(broken, {}, is_inconsistent);
  REQUIRE(found.violations == 1);
  CHECK_FALSE(found.complete);
  // One RM prepares, is heard, the TM commits, the RM hears it; another aborts by its own choice.
  // No step can be spared.
  REQUIRE(found.counterexample.size() == 5);

  sim::Bytes state(broken.state_size());
  broken.initial(state);
  std::size_t choices_taken = 0;
  for (const sim::SearchStep& step : found.counterexample) {
    CHECK_FALSE(is_inconsistent(state));
    REQUIRE(step.slot.has_value());
    sim::ReplayChoices choices{step.choices};
    broken.step(state, *step.slot, choices);
    CHECK_FALSE(choices.misfit().has_value());
    choices_taken += choices.played();
  }
  CHECK(is_inconsistent(state));
  CHECK(choices_taken == 2);  // the votes of two RMs
}

TEST_CASE("the same seed gives the same simulation of two-phase commit and another seed another") {
  const auto with_seed = [](std::uint64_t seed) {
    sim::SeededChoices choices{seed, {}};
    return simulate(choices);
  };
  const Simulated first = with_seed(1);
  CHECK(first.end.because == sim::Ending::kSettled);
  CHECK(first.end.events > 4);
  CHECK(first.fingerprint == with_seed(1).fingerprint);
  CHECK(first.end.at == with_seed(1).end.at);
  CHECK(first.fingerprint != with_seed(2).fingerprint);
}

TEST_CASE("a recorded simulation of two-phase commit replays to the same fingerprint") {
  sim::SeededChoices seeded{7, {}};
  sim::RecordingChoices recording{seeded};
  const Simulated first = simulate(recording);
  sim::ReplayChoices replay{recording.taken()};
  const Simulated second = simulate(replay);
  CHECK_FALSE(replay.misfit().has_value());
  CHECK(replay.played() == recording.taken().size());
  CHECK(second.fingerprint == first.fingerprint);
}

TEST_CASE("simulation finds what is wrong with a TM that commits too early and nothing otherwise") {
  int refuted_broken = 0;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    sim::SeededChoices choices{seed, {}};
    CHECK(simulate(choices).consistent);
    sim::SeededChoices again{seed, {}};
    refuted_broken += simulate(again, TmCommits::kWhenOnePrepared).consistent ? 0 : 1;
  }
  CHECK(refuted_broken > 0);
}
