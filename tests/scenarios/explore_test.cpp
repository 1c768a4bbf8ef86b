// Explorations of small hand-overs: what they refute replays, what they say does not depend on
// workers, on the order or on being interrupted, and what they have not seen they do not claim.
#include <algorithm>
#include <catch2/catch.hpp>
#include <memory>
#include <set>
#include <span>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "scenarios/explore/exhaustive_search.hpp"
#include "scenarios/explore/taken_path.hpp"
#include "scenarios/reader/scenario.hpp"
#include "scenarios/runner/run.hpp"
#include "scenarios/shrink/counterexample.hpp"
#include "scenarios/writer/write_scenario.hpp"
#include "sim/explorer.hpp"
#include "tests/support/explored_worker.hpp"
#include "tests/support/four_records.hpp"
#include "tests/support/scenario_files.hpp"

namespace {

using model::Property;
using scenarios::Certificate;
using scenarios::ExhaustiveSearch;
using scenarios::Explored;
using scenarios::ExploreSettings;
using scenarios::Reductions;
using scenarios::Replay;
using scenarios::Scenario;
using sim::Incomplete;
using sim::Verdict;

const std::vector<std::string> kManyInterleavings{
    "/environment/informer_lag=[\"500 ms\", \"1 s\"]"};

Scenario read(const std::string& text, const scenarios::Overrides& overrides = {}) {
  const scenarios::ReadResult result =
      scenarios::read_scenario("four_records.json", text, overrides);
  for (const scenarios::Problem& problem : result.problems) {
    UNSCOPED_INFO(scenarios::to_string(problem));
  }
  REQUIRE(result.scenario.has_value());
  return *result.scenario;
}

Scenario four_records(const std::string& protocol, const std::vector<std::string>& sets = {}) {
  scenarios::Overrides overrides;
  overrides.protocol = protocol;
  overrides.sets = sets;
  return read(std::string{support::kFourRecords}, overrides);
}

void finish(ExhaustiveSearch& search) {
  while (search.step()) {
  }
}

Explored explored(const Scenario& scenario, const ExploreSettings& settings = {}) {
  ExhaustiveSearch search{scenario, settings};
  finish(search);
  return search.result();
}

Certificate certificate_of(const Scenario& scenario, const ExploreSettings& settings = {}) {
  return explored(scenario, settings).certificate;
}

ExploreSettings with_workers(unsigned workers) {
  ExploreSettings settings;
  settings.workers = workers;
  return settings;
}

// Written, read again and replayed.
void check_replays(const scenarios::Counterexample& example) {
  const Scenario again = read(scenarios::write_scenario(example.scenario));
  const Replay replay = scenarios::replay(again);
  CHECK(replay.result == Replay::Result::kReproduced);
  CHECK(replay.is_identical);
  CHECK_FALSE(replay.misfit.has_value());
  CHECK(replay.outcome.of(example.property).verdict == Verdict::kRefuted);
}

void check_nothing_holds(const Explored& explored) {
  for (std::size_t i = 0; i < model::kPropertyCount; ++i) {
    INFO(model::kPropertyNames[i]);
    CHECK(explored.properties[i].verdict != Verdict::kHolds);
  }
}

TEST_CASE("explore: what it refutes is a counterexample that replays when it is read again") {
  const Scenario scenario = four_records("flip504-r4");
  const Explored all = explored(scenario);
  REQUIRE(all.search.is_complete());
  CHECK(all.has_endless_runs == false);
  CHECK(all.exit_code == 1);
  std::set<Property> refuted;
  for (std::size_t i = 0; i < model::kPropertyCount; ++i) {
    const scenarios::ExploredProperty& of = all.properties[i];
    INFO(model::kPropertyNames[i]);
    CHECK((of.verdict == Verdict::kRefuted) == of.example.has_value());
    CHECK((of.refuting > 0) == of.example.has_value());
    if (of.example) {
      refuted.insert(static_cast<Property>(i));
      CHECK(of.example->property == static_cast<Property>(i));
      check_replays(*of.example);
    }
  }
  CHECK(refuted ==
        std::set<Property>{Property::kNoLoss, Property::kNoDuplicates, Property::kGatePartition});
  CHECK(all.of(Property::kProgress).verdict == Verdict::kHolds);
}

TEST_CASE("explore: where all is well everything that is exercised holds") {
  const Explored all = explored(four_records("flip504-r5"));
  REQUIRE(all.search.is_complete());
  CHECK(all.has_endless_runs == false);
  CHECK(all.exit_code == 0);
  CHECK(all.ends > 1);
  CHECK(all.of(Property::kNoLoss).verdict == Verdict::kHolds);
  CHECK(all.of(Property::kNoLoss).holding == all.ends);
  CHECK(all.of(Property::kProgress).verdict == Verdict::kHolds);
  CHECK(all.of(Property::kTeardownSafe).verdict == Verdict::kUnknown);  // always aborted
}

TEST_CASE("explore: runs that never get there prove nothing") {
  const Explored all = explored(four_records("flip504-r5", {"/reaches=[\"ACTIVE_GREEN\"]"}));
  REQUIRE(all.search.is_complete());
  CHECK(all.missed == all.ends);
  check_nothing_holds(all);
  CHECK(all.exit_code == 2);
}

TEST_CASE("explore: a second search has the same certificate in either order") {
  const Scenario scenario = four_records("flip504-r5");
  const Certificate first = certificate_of(scenario);
  CHECK(first.states < 5'000);
  CHECK(certificate_of(four_records("flip504-r5")) == first);
  ExploreSettings depth_first;
  depth_first.order = scenarios::SearchOrder::kDepthFirst;
  CHECK(certificate_of(scenario, depth_first) == first);
}

TEST_CASE("explore: the certificate does not depend on the number of workers") {
  const Scenario scenario = four_records("flip504-r5", kManyInterleavings);
  const Explored one = explored(scenario, with_workers(1));
  REQUIRE(one.search.is_complete());
  for (const unsigned workers : {2U, 3U}) {
    const Explored more = explored(scenario, with_workers(workers));
    CHECK(more.certificate == one.certificate);
    CHECK(more.search.census == one.search.census);
  }
}

TEST_CASE("explore: saved and resumed in the middle it ends as if it had never stopped") {
  const Scenario scenario = four_records("flip504-r4");
  ExhaustiveSearch whole{scenario, with_workers(1)};
  finish(whole);
  const Explored expected = whole.result();
  for (const int steps : {1, 20, 60}) {
    std::stringstream file;
    {
      ExhaustiveSearch search{scenario, with_workers(2)};
      for (int i = 0; i < steps; ++i) {
        REQUIRE(search.step());
      }
      REQUIRE(search.can_save());
      search.save(file);
    }
    ExhaustiveSearch rest{scenario, with_workers(1)};
    REQUIRE(rest.resume(file).empty());
    CHECK(rest.so_far().census.states > 1);
    CHECK(rest.so_far().census.states < expected.certificate.states);
    finish(rest);
    const Explored resumed = rest.result();
    CHECK(resumed.certificate == expected.certificate);
    CHECK(resumed.search.census == expected.search.census);
    CHECK(resumed.has_endless_runs == expected.has_endless_runs);
    for (std::size_t i = 0; i < model::kPropertyCount; ++i) {
      const auto& example = resumed.properties[i].example;
      CHECK(resumed.properties[i].verdict == expected.properties[i].verdict);
      REQUIRE(example.has_value() == expected.properties[i].example.has_value());
      if (example) {
        CHECK(example->name == expected.properties[i].example->name);
        CHECK(example->scenario == expected.properties[i].example->scenario);
      }
    }
  }
}

TEST_CASE("explore: what another scenario or another reduction saved is refused") {
  const Scenario scenario = four_records("flip504-r5");
  std::stringstream file;
  ExhaustiveSearch search{scenario, {}};
  search.step();
  search.save(file);
  const std::string saved = file.str();
  const auto problem_of = [&](const Scenario& other, const ExploreSettings& settings,
                              const std::string& text) {
    ExhaustiveSearch resumed{other, settings};
    std::istringstream in{text};
    return resumed.resume(in);
  };
  CHECK(problem_of(scenario, {}, saved).empty());
  CHECK_FALSE(problem_of(four_records("flip504-r4"), {}, saved).empty());
  ExploreSettings settings;
  settings.reductions.partial_order = false;
  CHECK_FALSE(problem_of(scenario, settings, saved).empty());
  settings = {};
  settings.order = scenarios::SearchOrder::kDepthFirst;
  CHECK_FALSE(problem_of(scenario, settings, saved).empty());
  for (const std::size_t length : {std::size_t{0}, std::size_t{7}, saved.size() / 2}) {
    CHECK_FALSE(problem_of(scenario, {}, saved.substr(0, length)).empty());
  }
}

TEST_CASE("explore: another scenario or another reduction has another configuration") {
  const auto configuration = [](const Scenario& scenario, const ExploreSettings& settings) {
    const ExhaustiveSearch search{scenario, settings};
    ExploreSettings none = settings;
    none.states_max = 1;
    return certificate_of(scenario, none).configuration;
  };
  const Scenario scenario = four_records("flip504-r5");
  std::vector<sim::Hash128> all;
  all.push_back(configuration(scenario, {}));
  all.push_back(configuration(four_records("flip504-r4"), {}));
  all.push_back(configuration(four_records("flip504-r5", kManyInterleavings), {}));
  all.push_back(configuration(four_records("flip504-r5", {"/timeline/0/at=2500 ms"}), {}));
  all.push_back(configuration(four_records("flip504-r5", {"/mutations=[\"p2:R2.4\"]"}), {}));
  for (int what = 0; what < 3; ++what) {
    ExploreSettings settings;
    settings.reductions.canonical = what != 0;
    settings.reductions.partial_order = what != 1;
    settings.liveness = what != 2;
    all.push_back(configuration(scenario, settings));
  }
  for (std::size_t i = 0; i < all.size(); ++i) {
    CHECK(std::count(all.begin(), all.end(), all[i]) == 1);
  }
  CHECK(configuration(scenario, with_workers(2)) == all.front());
}

TEST_CASE("explore: a bound ends it and then nothing holds") {
  const Scenario scenario = four_records("flip504-r5");
  const auto check = [&](const ExploreSettings& settings, Incomplete because) {
    Explored part = explored(scenario, settings);
    CHECK(part.search.because == because);
    CHECK_FALSE(part.search.is_complete());
    check_nothing_holds(part);
    CHECK(part.of(Property::kNoLoss).verdict == Verdict::kUnknown);
    CHECK_FALSE(part.has_endless_runs.has_value());
    CHECK(part.exit_code == 2);
    return part;
  };
  const std::uint64_t all = certificate_of(scenario).states;
  ExploreSettings settings;
  settings.states_max = 1'000;
  CHECK(check(settings, Incomplete::kStates).certificate.states == 1'000);
  settings.states_max = all - 1;
  const Explored nearly = check(settings, Incomplete::kStates);
  CHECK(nearly.certificate.states == all - 1);
  settings.states_max = all;
  CHECK(explored(scenario, settings).search.is_complete());
  settings = {};
  settings.memory_max = 100'000;
  check(settings, Incomplete::kMemory);
}

TEST_CASE("explore: stopped by its caller it says so and claims nothing") {
  const Scenario scenario = four_records("flip504-r5");
  ExhaustiveSearch search{scenario, {}};
  REQUIRE(search.step());
  REQUIRE(search.step());
  CHECK(search.level() > 0);
  CHECK(search.waiting() > 0);
  search.stop(Incomplete::kTime);
  CHECK_FALSE(search.step());
  const Explored part = search.result();
  CHECK(part.search.because == Incomplete::kTime);
  check_nothing_holds(part);
}

TEST_CASE("explore: where a run never ends nothing holds and progress is refuted (p2:R1.4)") {
  const Scenario scenario = four_records("flip504-r1");
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    const scenarios::Outcome run = scenarios::run(scenario, seed);
    CHECK(run.end.because != sim::Ending::kSettled);
    CHECK(run.of(Property::kProgress).verdict == Verdict::kRefuted);
  }
  const Explored all = explored(scenario);
  REQUIRE(all.search.is_complete());
  CHECK(all.ends == 0);
  CHECK(all.has_endless_runs == true);
  check_nothing_holds(all);
  const scenarios::ExploredProperty& progress = all.of(Property::kProgress);
  CHECK(progress.verdict == Verdict::kRefuted);
  REQUIRE(progress.example.has_value());
  check_replays(*progress.example);
  CHECK(all.exit_code == 1);
  ExploreSettings settings;
  settings.liveness = false;
  const Explored blind = explored(scenario, settings);
  CHECK_FALSE(blind.has_endless_runs.has_value());
  check_nothing_holds(blind);
  CHECK(blind.of(Property::kProgress).verdict != Verdict::kRefuted);
}

TEST_CASE("explore: a run that waits for ever has finitely many states with checkpoints as well") {
  for (const char* const protocol : {"flip504-r1", "cutover-1"}) {
    INFO(protocol);
    const Scenario scenario =
        four_records(protocol, {"/job/checkpointing={\"interval\": \"1 s\"}"});
    ExploreSettings settings;
    settings.states_max = 200'000;
    const Explored all = explored(scenario, settings);
    CHECK(all.search.is_complete());
    CHECK(all.has_endless_runs == true);
    CHECK(all.of(Property::kProgress).verdict == Verdict::kRefuted);
  }
}

// A bit a property, of the signals from `first` on.
std::uint32_t properties_in(sim::Signals signals, unsigned first) {
  return static_cast<std::uint32_t>(signals >> first) & 0xFFFFU;
}

std::uint32_t properties_of(const scenarios::Outcome& outcome, Verdict verdict) {
  std::uint32_t all = 0;
  for (std::size_t i = 0; i < model::kPropertyCount; ++i) {
    all |= outcome.properties[i].verdict == verdict ? 1U << i : 0;
  }
  return all;
}

// Every so many states, and all in which the run has ended.
struct Walked {
  int states = 0;
  int ends = 0;
  int refuting = 0;
  int unasked = 0;  // paths with a decision that the run is never asked for
};
Walked walk_paths(const Scenario& scenario, std::uint32_t every) {
  const scenarios::Runner runner{scenario, scenarios::ReferenceRuns::kIfJudged};
  const model::Plan& plan = runner.plan();
  const Reductions reductions;
  support::Ends ends;
  const auto make = [&] { return support::ExploredWorker{scenario, plan, reductions, &ends}; };
  sim::Explorer<support::ExploredWorker> search{make, {}};
  while (search.step()) {
  }
  REQUIRE(search.result().is_complete());
  Walked walked;
  for (std::uint32_t state = 0; state < search.visited().size(); ++state) {
    const sim::Hash128 hash = search.visited().node(state).hash;
    const bool has_ended = ends.hashes.count({hash.high, hash.low}) != 0;
    if (state % every != 0 && !has_ended) {
      continue;
    }
    const sim::Path path = search.path_to(state);
    const sim::Signals signals = search.worker().signals();
    const std::vector<sim::GivenChoice> choices =
        scenarios::decisions_of(scenario, plan, reductions, path);
    scenarios::Decisions decisions;
    decisions.from = scenarios::Decisions::List{choices};
    const scenarios::Simulated run = runner.simulate(decisions, scenarios::Recording::kOff);
    INFO("state " << state << " of " << path.size() << " steps");
    CHECK_FALSE(run.misfit.has_value());
    const scenarios::Outcome outcome = runner.judged(run, decisions);
    const std::uint32_t refuted = properties_in(signals, scenarios::kSignalRefuted);
    CHECK((refuted & ~properties_of(outcome, Verdict::kRefuted)) == 0);
    if (has_ended) {
      CHECK(properties_of(outcome, Verdict::kRefuted) == refuted);
      CHECK(properties_of(outcome, Verdict::kHolds) ==
            properties_in(signals, scenarios::kSignalHolds));
    }
    ++walked.states;
    walked.unasked += run.unasked ? 1 : 0;
    walked.ends += has_ended ? 1 : 0;
    walked.refuting += refuted != 0 ? 1 : 0;
  }
  return walked;
}

TEST_CASE("explore: the decisions of a path are a run that does what the path does") {
  for (const char* const protocol : {"basic", "flip504-r4", "flip504-r5"}) {
    const Walked walked = walk_paths(four_records(protocol), 50);
    INFO(protocol);
    CHECK(walked.states > 10);
    CHECK(walked.ends > 1);
    CHECK(walked.unasked == 0);
    CHECK((walked.refuting > 5) == (std::string{protocol} != "flip504-r5"));
  }
}

TEST_CASE("explore: so are those of paths with checkpoints and faults and delays with a choice") {
  const std::vector<std::string> with_checkpoints{
      R"(/job/checkpointing={"interval": "2 s"})", "/job/operators/1/guarantee=exactly_once",
      R"(/input/events/listed=[{"number": 0, "at": "4 s", "event_time": 1700000000000}])"};
  const auto walk = [&](const std::string& protocol, const std::vector<std::string>& more) {
    std::vector<std::string> sets = with_checkpoints;
    sets.insert(sets.end(), more.begin(), more.end());
    return walk_paths(four_records(protocol, sets), 100);
  };
  const Walked frozen =
      walk("basic", {R"(/environment/notice_delay=["0 ms", "500 ms"])",
                     R"(/environment/faults=[{"between": ["4 s", "5 s"], "do": "freeze_informer", )"
                     R"("of": "config_map_cache", "for": "1 s"}])"});
  CHECK(frozen.states > 10);
  CHECK(frozen.ends > 1);
  CHECK(frozen.refuting > 5);
  CHECK(frozen.unasked == 0);
  const Walked killed = walk(
      "basic",
      {R"(/environment/faults=[{"between": ["4 s", "5 s"], "do": "kill_job", "job": "GREEN"}])"});
  CHECK(killed.states > 10);
  CHECK(killed.ends > 1);
  CHECK(killed.refuting > 5);
}

}  // namespace

namespace {

// A file of scenarios/small, changed.
Explored explored_file(const std::string& name, const std::string& protocol,
                       const std::vector<std::string>& sets) {
  return explored(support::load("small/" + name, sets, protocol));
}

}  // namespace

TEST_CASE("explore: what had not happened when a run had settled comes later when it is run") {
  const Explored result = explored_file("cutover_handover.json", "flip504-r5",
                                        {R"(/environment/informer_lag=["1 s", "1500 ms"])",
                                         R"(/environment/open_time=["500 ms", "1 s"])"});
  CHECK(result.properties[model::index_of(Property::kNoLoss)].verdict == Verdict::kRefuted);
}

TEST_CASE("explore: what can still be mended is no smaller counterexample") {
  const Explored result = explored_file(
      "known_bugs/no_silence_rule.json", "flip504-r5",
      {R"(/environment/channel_delay=["1 s", "1500 ms"])",
       R"(/environment/open_time=["0 s", "0 s"])",
       R"(/deployment/configuration/kubernetes.operator.bluegreen.gate.timeout="15500 ms")",
       R"(/job/operators/1/guarantee="at_least_once")"});
  CHECK(result.properties[model::index_of(Property::kGatePartition)].verdict == Verdict::kRefuted);
}

TEST_CASE("explore: a wall clock past all records makes no new states (p2:R1e)") {
  const Explored result =
      explored_file("known_bugs/finalize_cannot_be_repeated.json", "flip504-r1", {});
  CHECK(result.search.is_complete());
  CHECK(result.search.census.states < 1'000);
  CHECK(result.properties[model::index_of(Property::kProgress)].verdict == Verdict::kRefuted);
}
