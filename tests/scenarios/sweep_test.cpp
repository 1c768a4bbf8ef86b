// Sweeps: many runs of one scenario say what each of them says.

#include "scenarios/runner/sweep.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "scenarios/reader/scenario.hpp"
#include "scenarios/runner/run.hpp"
#include "tests/support/claim_files.hpp"
#include "tests/support/scenario_files.hpp"

namespace {

using model::Property;
using scenarios::Scenario;
using scenarios::SeedRange;
using scenarios::sweep;
using scenarios::Tally;
using sim::Verdict;
using support::ClaimFile;

Scenario small(const ClaimFile& file) {
  const scenarios::ReadResult read = scenarios::read_scenario("small.json", support::text_of(file));
  REQUIRE(read.scenario.has_value());
  return *read.scenario;
}

// Some of its runs lose records.
Scenario mixed() {
  ClaimFile file;
  file.delay = "300 ms";
  return small(file);
}

}  // namespace

TEST_CASE("the tally of a sweep does not depend on the number of workers") {
  const Scenario scenario = mixed();
  const Tally one = sweep(scenario, SeedRange{7, 201}, 1);
  REQUIRE(one.runs == 201);
  CHECK(sweep(scenario, SeedRange{7, 201}, 2) == one);
  CHECK(sweep(scenario, SeedRange{7, 201}, 16) == one);
}

TEST_CASE("a sweep counts what single runs say") {
  const Scenario scenario = mixed();
  const SeedRange seeds{3, 40};
  Tally expected;
  for (std::uint64_t seed = seeds.first; seed < seeds.first + seeds.count; ++seed) {
    const scenarios::Outcome outcome = scenarios::run(scenario, seed);
    ++expected.runs;
    expected.events += outcome.events;
    expected.reached += outcome.not_reached.empty() ? 1U : 0U;
    expected.as_expected += outcome.exit_code == 0 ? 1U : 0U;
    for (std::size_t i = 0; i < model::kPropertyCount; ++i) {
      const scenarios::PropertyOutcome& judged = outcome.properties[i];
      ++expected.properties[i].runs[static_cast<std::size_t>(judged.verdict)];
      if (judged.verdict == Verdict::kRefuted && !expected.properties[i].first) {
        expected.properties[i].first = {seed, judged.count};
      }
    }
  }
  CHECK(sweep(scenario, seeds, 2) == expected);
  // Else the test would show little.
  CHECK(expected.of(Property::kNoLoss).with(Verdict::kRefuted) > 0);
  CHECK(expected.of(Property::kNoLoss).with(Verdict::kHolds) > 0);
}

TEST_CASE("two sweeps of neighbouring seeds are one sweep of both") {
  const Scenario scenario = mixed();
  Tally both = sweep(scenario, SeedRange{1, 33}, 2);
  both.append(sweep(scenario, SeedRange{34, 30}, 2));
  CHECK(both == sweep(scenario, SeedRange{1, 63}, 2));
  both.append(sweep(scenario, SeedRange{64, 0}, 2));
  CHECK(both.runs == 63);
}

TEST_CASE("runs that miss a milestone leave open what else would hold") {
  ClaimFile file;
  file.reaches = R"(["aborted"])";
  const Tally tally = sweep(small(file), SeedRange{1, 20}, 1);
  CHECK(tally.reached == 0);
  CHECK(tally.as_expected == 0);
  CHECK(tally.of(Property::kNoLoss).with(Verdict::kUnknown) == 20);
}

TEST_CASE("a sweep judges the output gap where the scenario expects something of it") {
  const Scenario plain = small(ClaimFile{});
  CHECK(sweep(plain, SeedRange{1, 5}, 1).of(Property::kOutputGap).with(Verdict::kNotJudged) == 5);
  ClaimFile file;
  file.more = R"( "expect": { "output_gap": { "at_most": "0 ms" } },)";
  const Scenario bounded = small(file);
  std::uint64_t refuted = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const scenarios::Outcome outcome = scenarios::run(bounded, seed);
    refuted += outcome.of(Property::kOutputGap).verdict == Verdict::kRefuted ? 1U : 0U;
  }
  CHECK((refuted > 0 && refuted < 20));
  const Tally tally = sweep(bounded, SeedRange{1, 20}, 1);
  CHECK(tally.of(Property::kOutputGap).with(Verdict::kRefuted) == refuted);
}
