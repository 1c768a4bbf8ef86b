// From a scenario file to an outcome: verdicts, exemptions, expectations, replays.

#include "scenarios/runner/run.hpp"
#include "scenarios/runner/sweep.hpp"

#include <catch2/catch.hpp>
#include <set>
#include <string>
#include <vector>

#include "tests/support/scenario_files.hpp"

namespace {

using model::Property;
using scenarios::Outcome;
using scenarios::Scenario;
using sim::Verdict;
using support::load;

constexpr const char* kDelay =
    "/deployment/configuration/kubernetes.operator.bluegreen.deployment-deletion.delay=";

bool mentions(const std::vector<std::string>& lines, const std::string& text) {
  for (const std::string& line : lines) {
    if (line.find(text) != std::string::npos) {
      return true;
    }
  }
  return false;
}

}  // namespace

TEST_CASE("a run with nothing to complain about is as expected") {
  const Outcome outcome = scenarios::run(load("handover/smallest.json"), 1);
  CHECK(outcome.exit_code == 0);
  CHECK(outcome.of(Property::kNoLoss).verdict == Verdict::kHolds);
  CHECK(outcome.of(Property::kProgress).verdict == Verdict::kHolds);
  CHECK(outcome.of(Property::kTeardownSafe).verdict == Verdict::kHolds);
  CHECK(outcome.of(Property::kSurvivorServes).verdict == Verdict::kUnknown);  // nothing aborted
  CHECK(outcome.of(Property::kKeyOrder).verdict == Verdict::kNotJudged);
  CHECK(outcome.records.owed == 200);
  CHECK(outcome.records.committed == 200);
  CHECK(outcome.events <= 2000);
}

TEST_CASE("without a margin records are lost and the run says why (p2:R3.5 p2:R1b)") {
  const Outcome outcome = scenarios::run(load("handover/no_margin.json"), 1);
  CHECK(outcome.exit_code == 0);  // the scenario expects just that
  const scenarios::PropertyOutcome& loss = outcome.of(Property::kNoLoss);
  CHECK(loss.verdict == Verdict::kRefuted);
  CHECK(loss.count == outcome.records.lost);
  REQUIRE(loss.first.has_value());
  CHECK(mentions(loss.first->why, "sets the toggle"));
  CHECK(mentions(loss.first->why, "drops it"));
  CHECK(mentions(loss.first->why, "learns T"));
}

TEST_CASE("with a margin the expected refutation is not found: unknown") {
  const Outcome outcome =
      scenarios::run(load("handover/no_margin.json", {kDelay + std::string{"\"30 s\""}}), 1);
  CHECK(outcome.of(Property::kNoLoss).verdict == Verdict::kHolds);
  CHECK(outcome.of(Property::kNoDuplicates).verdict == Verdict::kHolds);
  CHECK(outcome.exit_code == 2);
}

TEST_CASE("a refuted property that was expected to hold differs") {
  const Outcome outcome =
      scenarios::run(load("handover/no_margin.json", {"/expect/no_loss=\"holds\""}), 1);
  CHECK(outcome.exit_code == 1);
  CHECK(outcome.differences == std::vector<std::string>{"no_loss: expected holds, got refuted"});
}

TEST_CASE("phase 1 duplicates across the colors and loses nothing (op:T7 rt:X6)") {
  const Outcome outcome = scenarios::run(load("handover/basic_overlap.json"), 1);
  CHECK(outcome.exit_code == 0);
  CHECK(outcome.duplicates.across == outcome.of(Property::kNoDuplicates).count);
  CHECK(outcome.duplicates.redeploy == 0);
  CHECK(outcome.of(Property::kOneToggle).verdict == Verdict::kNotJudged);
  CHECK(outcome.of(Property::kGatePartition).verdict == Verdict::kNotJudged);
}

TEST_CASE("a run that misses a milestone proves nothing") {
  const Outcome outcome =
      scenarios::run(load("handover/smallest.json", {"/reaches=[\"aborted\"]"}), 1);
  CHECK(outcome.exit_code == 2);
  CHECK(outcome.of(Property::kNoLoss).verdict == Verdict::kUnknown);
  CHECK(outcome.not_reached == std::vector<std::string>{"aborted"});
}

TEST_CASE("a used up budget and a reached horizon leave what could still come unknown") {
  const Outcome budget = scenarios::run(
      load("handover/smallest.json", {"/budget={\"events\": 100}", "/reaches=[]"}), 1);
  CHECK(budget.of(Property::kNoLoss).verdict == Verdict::kUnknown);
  CHECK(budget.records.lost == 0);
  CHECK(budget.exit_code == 2);
  CHECK(budget.events == 100);
  const Outcome horizon =
      scenarios::run(load("handover/smallest.json", {"/horizon=\"5 s\"", "/reaches=[]"}), 1);
  CHECK(horizon.of(Property::kNoDuplicates).verdict == Verdict::kUnknown);
  CHECK(horizon.end.because == sim::Ending::kHorizon);
}

TEST_CASE("an abort after the toggle doubles in r5 what it loses in r4 (p2:R4.4 p2:R3.8)") {
  const std::vector<std::string> sets{
      "/deployment/configuration/kubernetes.operator.bluegreen.gate.timeout=\"11 s\""};
  const Outcome r5 = scenarios::run(load("handover/head_of_stream.json", sets), 1);
  CHECK(r5.of(Property::kNoLoss).count == 0);
  CHECK(r5.duplicates.redeploy > 0);
  const Outcome r4 = scenarios::run(load("handover/head_of_stream.json", sets, "flip504-r4"), 1);
  CHECK(r4.of(Property::kNoLoss).verdict == Verdict::kRefuted);
  CHECK(r4.duplicates.redeploy == 0);
}

TEST_CASE("without late records' exemption the same violations count") {
  const Scenario exempting = load("handover/upstream_e2e.json");
  Scenario strict = exempting;
  strict.exemptions.clear();
  bool seen = false;
  for (std::uint64_t seed = 1; seed <= 200 && !seen; ++seed) {
    const Outcome lenient = scenarios::run(exempting, seed);
    if (lenient.records.exempted == 0) {
      continue;
    }
    seen = true;
    const Outcome counted = scenarios::run(strict, seed);
    CHECK(counted.exit_code == 1);
    CHECK(counted.of(Property::kNoLoss).count + counted.of(Property::kNoDuplicates).count ==
          lenient.records.exempted);
    Scenario one_less = exempting;
    one_less.exemptions[0].at_most = lenient.records.exempted - 1;
    CHECK(scenarios::run(one_less, seed).exit_code == 1);  // one more refutes
  }
  CHECK(seen);
}

TEST_CASE("a gap in the output is judged only against a bound") {
  const Outcome unjudged = scenarios::run(load("handover/upstream_e2e.json"), 1);
  CHECK(unjudged.of(Property::kOutputGap).verdict == Verdict::kNotJudged);
  CHECK(unjudged.output_gap.ms > 0);
  const Outcome judged = scenarios::run(
      load("handover/upstream_e2e.json", {"/expect/output_gap={\"at_most\": \"1 s\"}"}), 1);
  CHECK(judged.of(Property::kOutputGap).verdict == Verdict::kRefuted);
  CHECK(judged.exit_code == 1);
}

TEST_CASE("the protocol of the command line wins and with it the expectation for it") {
  const Outcome outcome = scenarios::run(load("handover/smallest.json", {}, "basic"), 1);
  CHECK(outcome.protocol == "basic");
  CHECK(outcome.of(Property::kNoDuplicates).verdict == Verdict::kRefuted);
}

TEST_CASE("a thousand seeds of the upstream job are as expected and all different", "[slow]") {
  const Scenario scenario = load("handover/upstream_e2e.json");
  std::set<std::uint64_t> fingerprints;
  for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
    const Outcome outcome = scenarios::run(scenario, seed);
    INFO("seed " << seed);
    CHECK(outcome.exit_code == 0);
    fingerprints.insert(outcome.fingerprint);
  }
  CHECK(fingerprints.size() == 1000);
}

TEST_CASE("where the incoming job may set the toggle the upstream job duplicates (p2:R2.2)",
          "[slow]") {
  const scenarios::Tally r4 =
      scenarios::sweep(load("handover/upstream_e2e.json", {}, "flip504-r4"), {1, 1000}, 2);
  CHECK(r4.of(Property::kNoDuplicates).with(Verdict::kRefuted) == 363);  // docs/findings.md
  CHECK(r4.of(Property::kNoLoss).with(Verdict::kHolds) == 1000);
}
