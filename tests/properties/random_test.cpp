// Properties of what is drawn from the files of scenarios/random/: it is valid, it simulates, and
// it shows what its file expects. rapidcheck supplies lists of numbers, which the generators turn
// into scenarios, so that a failure shrinks to the shortest list, and with it to a plain scenario.
#include <rapidcheck.h>
#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "scenarios/random/assumptions.hpp"
#include "scenarios/random/margin.hpp"
#include "scenarios/reader/scenario.hpp"
#include "scenarios/runner/run.hpp"
#include "scenarios/writer/write_scenario.hpp"
#include "tests/support/drawing.hpp"
#include "tests/support/effort.hpp"
#include "tests/support/scenario_files.hpp"

namespace {

using scenarios::Assumption;
using scenarios::Outcome;
using scenarios::Scenario;

// As `cutover check` runs one.
Outcome outcome_of(const Scenario& scenario, std::uint64_t seed) {
  const scenarios::Runner runner{scenario, scenarios::ReferenceRuns::kIfJudged};
  return runner.judged(runner.simulate(seed, scenarios::Recording::kOff), seed);
}

bool refutes(const Outcome& outcome, model::Property property) {
  return outcome.of(property).verdict == sim::Verdict::kRefuted;
}

std::ptrdiff_t count_refuted(const Outcome& outcome) {
  return std::count_if(outcome.properties.begin(), outcome.properties.end(),
                       [](const auto& judged) { return judged.verdict == sim::Verdict::kRefuted; });
}

// What the reader says of it, written down; empty if it is valid and reads as what it is.
std::string problems_of(const Scenario& scenario) {
  const scenarios::ReadResult read =
      scenarios::read_scenario(scenario.name + ".json", scenarios::write_scenario(scenario), {});
  if (!read.scenario) {
    return scenarios::to_string(read.problems.front());
  }
  return *read.scenario == scenario ? "" : "it reads as something else";
}

std::vector<std::uint32_t> any_list() {
  return *rc::gen::container<std::vector<std::uint32_t>>(rc::gen::arbitrary<std::uint32_t>());
}

// Names what fails by itself, since rapidcheck alone shows only its list.
void holds(const std::string& what, const std::function<void()>& property) {
  CHECK(rc::check(what, property));
}

TEST_CASE("what is drawn is valid and reads as what it is") {
  for (const std::string& name : support::random_files()) {
    const Scenario file = support::load(name);
    for (std::uint64_t seed = 1; seed <= support::drawn_at_most(60); ++seed) {
      const Scenario drawn = support::draw(file, seed);
      INFO(name << " seed " << seed << "\n" << scenarios::write_scenario(drawn));
      REQUIRE(problems_of(drawn).empty());
    }
  }
}

TEST_CASE("what is drawn fits the protocol and its mutations (p2:R3.9 p2:R4.5)") {
  std::map<std::string, int> refused_plain;
  for (const char* const mutation : {"p2:R3.9", "p2:R4.5"}) {
    const Scenario file =
        support::load("random/everything.json", {"/mutations=[\"" + std::string{mutation} + "\"]"});
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
      Scenario drawn = support::draw(file, seed);
      INFO(mutation << " seed " << seed);
      REQUIRE(problems_of(drawn).empty());
      drawn.settings.deployment.mutations.clear();
      refused_plain[mutation] += problems_of(drawn).empty() ? 0 : 1;
    }
  }
  CHECK(refused_plain["p2:R3.9"] > 0);
  CHECK(refused_plain["p2:R4.5"] > 0);
  for (const char* const protocol : {"basic", "flip504-r1", "flip504-r4"}) {
    const Scenario file = support::load("random/everything.json", {}, protocol);
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
      const Scenario drawn = support::draw(file, seed);
      INFO(protocol << " seed " << seed << "\n" << scenarios::write_scenario(drawn));
      REQUIRE(problems_of(drawn).empty());
    }
  }
}

TEST_CASE("zeros draw the plain scenario: the least job and what else the file has") {
  const std::vector<std::uint32_t> none;
  support::ListedChoices zeros{none};
  const Scenario file = support::load("random/everything.json");
  const Scenario plain = scenarios::draw_scenario(file, zeros);
  const model::Settings& settings = plain.settings;
  CHECK_FALSE(plain.random.has_value());
  CHECK(settings.job.operators.size() == 2);
  CHECK(settings.job.operators[0].parallelism == 1);
  CHECK(settings.inputs.size() == 1);
  CHECK(settings.inputs[0].rate == file.settings.inputs[0].rate);
  CHECK(settings.inputs[0].late.which.every == 0);
  CHECK(settings.environment.faults.empty());
  CHECK(settings.environment.informer_lag == file.settings.environment.informer_lag);
  CHECK(settings.timeline.size() == 1);
  CHECK(settings.deployment.deletion_delay.value == file.settings.deployment.deletion_delay.value);
  const Outcome outcome = outcome_of(plain, 1);
  CHECK(outcome.state == model::BlueGreenState::kActiveGreen);
  CHECK(outcome.records.lost + outcome.records.duplicated == 0);
}

TEST_CASE("one draw moves no other: a range that is taken away leaves the rest as it was") {
  const Scenario file = support::load("random/everything.json");
  Scenario without = file;
  without.random->input->late_ms.reset();
  without.random->environment->echo.clear();
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    Scenario all = support::draw(file, seed);
    for (model::InputSettings& input : all.settings.inputs) {
      input.late = {};
    }
    all.settings.environment.echo = model::Echo::kInTime;
    CHECK(scenarios::write_scenario(all) ==
          scenarios::write_scenario(support::draw(without, seed)));
  }
}

// The mutation makes of such a record a failure of its task, over and over: it shows where some are
// drawn, and nowhere else.
TEST_CASE("records without a timestamp are drawn and any of them (p2:R1.3 rt:W1)") {
  const Scenario file =
      support::load("random/everything.json", {"/mutations=[\"p2:R1.3/timestamp\"]"});
  std::set<std::uint32_t> offsets;
  int more_refuted = 0;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    const Scenario mutated = support::draw(file, seed);
    Scenario plain = mutated;
    plain.settings.deployment.mutations.clear();
    bool has_some = false;
    for (const model::InputSettings& input : mutated.settings.inputs) {
      has_some |= input.no_timestamp.every != 0;
      offsets.insert(input.no_timestamp.offset);
    }
    const Outcome with = outcome_of(mutated, seed);
    const Outcome without = outcome_of(plain, seed);
    INFO("seed " << seed);
    CHECK((has_some || with.fingerprint == without.fingerprint));
    more_refuted += count_refuted(with) > count_refuted(without) ? 1 : 0;
  }
  CHECK(offsets.size() > 20);
  CHECK(more_refuted > 10);
}

TEST_CASE("each list of choices draws one scenario that simulates") {
  const Scenario file = support::load("random/everything.json");
  holds("the same list, the same scenario; valid; no bug of ours", [&] {
    const std::vector<std::uint32_t> list = any_list();
    support::ListedChoices first{list};
    support::ListedChoices second{list};
    const Scenario drawn = scenarios::draw_scenario(file, first);
    RC_ASSERT(scenarios::write_scenario(drawn) ==
              scenarios::write_scenario(scenarios::draw_scenario(file, second)));
    RC_ASSERT(problems_of(drawn) == "");
    outcome_of(drawn, 1);
  });
}

TEST_CASE("under all preconditions nothing is lost or written twice (p2:R5.1)") {
  for (const char* const name : {"random/linear.json", "random/any_dag.json"}) {
    const Scenario file = support::load(name);
    holds(name, [&] {
      const std::vector<std::uint32_t> list = any_list();
      support::ListedChoices choices{list};
      const Scenario drawn = scenarios::draw_scenario(file, choices);
      const Outcome outcome = outcome_of(drawn, *rc::gen::inRange<std::uint64_t>(1, 1'000));
      RC_ASSERT(outcome.of(model::Property::kNoLoss).verdict == sim::Verdict::kHolds);
      RC_ASSERT(outcome.of(model::Property::kNoDuplicates).verdict == sim::Verdict::kHolds);
      RC_ASSERT(outcome.of(model::Property::kProgress).verdict == sim::Verdict::kHolds);
    });
  }
}

TEST_CASE("the margin is what keeps a linear job safe: without it records are lost (p2:R5.1)") {
  Scenario file = support::load("random/linear.json");
  std::erase(file.assumptions, Assumption::kMargin);
  int losing = 0;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    losing +=
        refutes(outcome_of(support::draw(file, seed), seed), model::Property::kNoLoss) ? 1 : 0;
  }
  CHECK(losing > 10);
}

// Refuted by a drawn scenario, and first by that of which seed.
using FirstRefuted = std::map<std::size_t, std::uint64_t>;

bool lacks_any(const FirstRefuted& first, const scenarios::Expectation& expected) {
  for (std::size_t i = 0; i < model::kPropertyCount; ++i) {
    if (expected.verdicts[i] == sim::Verdict::kRefuted && first.count(i) == 0) {
      return true;
    }
  }
  return false;
}

// What a file expects of everything that is drawn from it: `holds` is refuted by none, `refuted` by
// some, within `seeds`.
void check_expectation(const std::string& name, const std::string& protocol, std::uint64_t seeds) {
  const Scenario file = support::load(name, {}, protocol);
  const scenarios::Expectation expected = file.expected();
  FirstRefuted first;
  for (std::uint64_t seed = 1;
       seed <= support::drawn_at_most(seeds) || (seed <= seeds && lacks_any(first, expected));
       ++seed) {
    const Outcome outcome = outcome_of(support::draw(file, seed), seed);
    for (std::size_t i = 0; i < model::kPropertyCount; ++i) {
      if (refutes(outcome, static_cast<model::Property>(i))) {
        first.emplace(i, seed);
      }
    }
  }
  for (std::size_t i = 0; i < model::kPropertyCount; ++i) {
    INFO(name << " " << protocol << ": " << model::kPropertyNames[i]);
    if (expected.verdicts[i] == sim::Verdict::kHolds) {
      INFO("refuted first by seed " << first[i]);
      CHECK(first[i] == 0);
    } else if (expected.verdicts[i] == sim::Verdict::kRefuted) {
      CHECK(first.count(i) == 1);
    }
  }
}

// Each third of the files, so that the cores share them.
constexpr std::size_t kParts = 3;
void check_expectations(std::size_t part) {
  const std::vector<std::string> files = support::random_files();
  for (std::size_t i = part; i < files.size(); i += kParts) {
    check_expectation(files[i], "", 150);
    for (const auto& [protocol, expectation] : support::load(files[i]).expect_by_protocol) {
      check_expectation(files[i], protocol, 100);
    }
  }
}

TEST_CASE("what is drawn shows what its file expects: 1 of 3") { check_expectations(0); }
TEST_CASE("what is drawn shows what its file expects: 2 of 3") { check_expectations(1); }
TEST_CASE("what is drawn shows what its file expects: 3 of 3") { check_expectations(2); }

// Each takes away what it names, in every scenario that the widest file draws.
TEST_CASE("an assumption holds in whatever it restricts and leaves it valid") {
  // p2:R4.5: with the mutation a start without savepoint is drawn too.
  Scenario file = support::load("random/everything.json", {"/mutations=[\"p2:R4.5\"]"});
  using model::Action;
  const auto has = [](const Scenario& scenario, Action action) {
    const auto& faults = scenario.settings.environment.faults;
    return std::any_of(faults.begin(), faults.end(),
                       [&](const model::Happening& h) { return h.action == action; });
  };
  struct Broken {
    Assumption assumption;
    std::function<bool(const Scenario&)> by;
  };
  const std::vector<Broken> all{
      {Assumption::kNoLate,
       [](const Scenario& s) { return s.settings.inputs[0].late.which.every != 0; }},
      {Assumption::kInOrder,
       [](const Scenario& s) { return s.settings.inputs[0].out_of_order.which.every != 0; }},
      {Assumption::kWatermarks,
       [](const Scenario& s) { return !s.settings.job.operators[0].out_of_orderness; }},
      {Assumption::kBusyInputs,
       [](const Scenario& s) {
         return s.settings.inputs[0].records * std::int64_t{s.settings.inputs[0].rate.per_ms} /
                    s.settings.inputs[0].rate.count <
                s.settings.timeline.back().at.ms() + 10'000;
       }},
      {Assumption::kLinearDag,
       [](const Scenario& s) {
         return std::any_of(s.settings.job.operators.begin(), s.settings.job.operators.end(),
                            [](const auto& op) { return op.inputs.size() > 1; });
       }},
      {Assumption::kOneSubtask,
       [](const Scenario& s) { return s.settings.job.operators[0].parallelism > 1; }},
      {Assumption::kTransactionalSink,
       [](const Scenario& s) {
         return s.settings.job.operators.back().guarantee != model::Guarantee::kExactlyOnce;
       }},
      {Assumption::kFromSavepoint,
       [](const Scenario& s) {
         return s.settings.deployment.upgrade_mode != model::UpgradeMode::kSavepoint;
       }},
      {Assumption::kOneTransition,
       [](const Scenario& s) { return s.settings.timeline.size() > 1; }},
      {Assumption::kSpacedTransitions,
       [](const Scenario& s) {
         const auto& timeline = s.settings.timeline;
         return timeline.size() > 1 && (timeline[1].at - timeline[0].at).ms() < 30'000;
       }},
      {Assumption::kNoFaults,
       [](const Scenario& s) { return !s.settings.environment.faults.empty(); }},
      {Assumption::kNoFailover, [&](const Scenario& s) { return has(s, Action::kKillJob); }},
      {Assumption::kNoPause, [&](const Scenario& s) { return has(s, Action::kPauseSubtask); }},
      {Assumption::kNoRestart, [&](const Scenario& s) { return has(s, Action::kRestartOperator); }},
      {Assumption::kNoBlip, [&](const Scenario& s) { return has(s, Action::kChildNotReady); }},
      {Assumption::kNoConflicts, [&](const Scenario& s) { return has(s, Action::kConflict); }},
      {Assumption::kPromptInformers,
       [](const Scenario& s) {
         return s.settings.environment.informer_lag.longest_ms > scenarios::kPromptMs;
       }},
      {Assumption::kNoAbort,
       [](const Scenario& s) { return s.settings.deployment.abort_grace.ms() < 45'000; }},
      {Assumption::kMargin, [](const Scenario& s) {
         const auto sufficient = scenarios::sufficient_margin(s.settings);
         return sufficient &&
                s.settings.deployment.deletion_delay.value.count() < sufficient->total();
       }}};
  REQUIRE(all.size() == scenarios::kAssumptionNames.size());
  for (const Broken& broken : all) {
    INFO(name_of(broken.assumption));
    file.assumptions = {Assumption::kNoLate, broken.assumption};
    Scenario free = file;
    free.assumptions.clear();
    int without = 0;
    for (std::uint64_t seed = 1; seed <= 120; ++seed) {
      without += broken.by(support::draw(free, seed)) ? 1 : 0;
      const Scenario drawn = support::draw(file, seed);
      INFO("seed " << seed << "\n" << scenarios::write_scenario(drawn));
      CHECK_FALSE(broken.by(drawn));
      CHECK(problems_of(drawn).empty());
    }
    CHECK(without > 0);
  }
}

}  // namespace
