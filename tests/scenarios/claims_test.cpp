// The verdict on a claim: computed from the files that judge it, with what it rests on.

#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>
#include <regex>
#include <string>
#include <vector>

#include "scenarios/claims/catalogue.hpp"
#include "scenarios/claims/claims.hpp"
#include "scenarios/claims/judge.hpp"
#include "tests/support/claim_files.hpp"

namespace {

using Catch::Contains;
using scenarios::Catalogue;
using scenarios::Cell;
using scenarios::CellVerdict;
using scenarios::ClaimsBudget;
using support::ClaimFile;
using support::ClaimFolder;

constexpr ClaimsBudget kEnough{scenarios::kEnoughRuns, 2};
constexpr ClaimsBudget kFew{40, 1};
const std::string kGranted =
    R"({ "D1": { "properties": ["no_loss"], "assuming": "the delay is long" } })";

ClaimFile with_step(const std::string& step) {
  ClaimFile file;
  file.step = step;
  return file;
}

ClaimFile lossy() {
  ClaimFile file;
  file.delay = "0 ms";
  return file;
}

ClaimFile judging(const std::string& judges, ClaimFile file = {}) {
  file.judges = judges;
  return file;
}

ClaimFile with(const std::string& more, ClaimFile file = {}) {
  file.more = more;
  return file;
}

std::vector<Cell> cells_of(const ClaimFolder& folder, const ClaimsBudget& budget) {
  const Catalogue catalogue = scenarios::read_catalogue(folder.path());
  for (const std::string& problem : catalogue.problems) {
    FAIL_CHECK(problem);
  }
  return scenarios::judge_claims(catalogue, budget,
                                 [](std::string_view, std::size_t, std::size_t) {});
}

Cell cell(const std::vector<Cell>& cells, const std::string& claim,
          const std::string& protocol = "flip504-r5") {
  const auto at = std::find_if(cells.begin(), cells.end(), [&](const Cell& c) {
    return c.claim == claim && c.protocol == protocol;
  });
  REQUIRE(at != cells.end());
  INFO(at->evidence);
  return *at;
}

}  // namespace

TEST_CASE("the claims are those of the document in its order") {
  std::ifstream file{std::string{HARNESS_ROOT} + "/docs/reference/claims.md"};
  const std::regex row{R"(^\| ([SLD][0-9]+) \|)"};
  std::vector<std::string> ids;
  for (std::string line; std::getline(file, line);) {
    std::smatch match;
    if (std::regex_search(line, match, row)) {
      ids.push_back(match[1]);
    }
  }
  REQUIRE(ids.size() == scenarios::claims().size());
  for (std::size_t i = 0; i < ids.size(); ++i) {
    CHECK(ids[i] == scenarios::claims()[i].id);
  }
}

TEST_CASE("without a scenario nothing is judged and every cell says why") {
  const ClaimFolder folder;
  const std::vector<Cell> cells = cells_of(folder, kFew);
  CHECK(cells.size() == scenarios::claims().size() * 6);
  for (const Cell& one : cells) {
    INFO(one.claim << " " << one.protocol);
    const bool is_known = one.verdict == CellVerdict::kNoMeaning;
    CHECK((is_known || one.verdict == CellVerdict::kNotJudged));
    CHECK(one.evidence.empty() == !is_known);
    CHECK(one.needs.empty() == is_known);
  }
  CHECK(cell(cells, "D1").needs == "a scenario that judges it");
  CHECK(cell(cells, "S7", "basic").evidence == "no ConfigMap");
  CHECK(cell(cells, "D4", "basic").verdict == CellVerdict::kNoMeaning);
  CHECK(cell(cells, "S2", "basic").verdict == CellVerdict::kNoMeaning);
  CHECK(cell(cells, "D5", "flip504-r3").evidence == "no gauge");
  CHECK(cell(cells, "D5", "flip504-r4").verdict == CellVerdict::kNotJudged);
}

TEST_CASE("a claim holds where enough runs of two files hold and a mutation refutes it", "[slow]") {
  const ClaimFolder folder;
  folder.add("a.json", ClaimFile{});
  folder.add("deep/down/b.json", with_step("90 ms"));
  const Cell holds = cell(cells_of(folder, kEnough), "D1");
  CHECK(holds.verdict == CellVerdict::kHolds);
  CHECK(holds.needs.empty());
  CHECK_THAT(holds.evidence, Contains(" of " + folder.path() + "/a.json") &&
                                 Contains(" of " + folder.path() + "/deep/down/b.json") &&
                                 Contains("; could have failed: ") && Contains(" --mutation ") &&
                                 Contains(" --seed "));

  // What it says can be done again, and refutes.
  std::smatch match;
  const std::regex mutation{
      R"((/\S+\.json) --mutation (\S+) --seed (\d+): (\w+), (\d+) violation)"};
  REQUIRE(std::regex_search(holds.evidence, match, mutation));
  const Catalogue catalogue = scenarios::read_catalogue(folder.path());
  const auto file = std::find_if(catalogue.files.begin(), catalogue.files.end(),
                                 [&](const auto& f) { return f.path == match[1]; });
  REQUIRE(file != catalogue.files.end());
  const auto mutated = file->mutated("flip504-r5", match[2].str());
  REQUIRE(mutated.has_value());
  const scenarios::Tally tally =
      scenarios::sweep(*mutated, scenarios::SeedRange{std::stoull(match[3]), 1}, 1);
  const auto& property =
      tally.of(match[4] == "no_loss" ? model::Property::kNoLoss : model::Property::kNoDuplicates);
  REQUIRE(property.first.has_value());
  CHECK(std::to_string(property.first->count) == match[5]);
}

TEST_CASE("what no mutation refutes is not judged", "[slow]") {
  const ClaimFolder folder;
  const std::string judges = R"({ "D1": ["savepoint_fresh"] })";
  ClaimFile still;  // no transition: every rule of the hand-over is idle
  std::string text = support::text_of(still);
  text = std::regex_replace(text, std::regex{R"("timeline".*\n)"}, "");
  text = std::regex_replace(text, std::regex{R"(\["toggle_set".*\])"}, "[]");
  folder.add("a.json", text);
  folder.add("b.json", std::regex_replace(text, std::regex{"100 ms"}, "90 ms"));
  const Cell open = cell(cells_of(folder, kEnough), "D1");
  CHECK(open.verdict == CellVerdict::kNotJudged);
  CHECK(open.needs == "a mutation that refutes it");
  CHECK_THAT(open.evidence, Contains("runs: "));
}

TEST_CASE("what is missing for a verdict that holds is said") {
  const ClaimFolder folder;
  folder.add("a.json", ClaimFile{});
  CHECK(cell(cells_of(folder, kFew), "D1").needs == "a second shape; 10,000 runs: 40 so far");

  folder.add("b.json", with(R"( "seed": 1,)"));  // one run more, but no shape
  CHECK(cell(cells_of(folder, kFew), "D1").needs == "a second shape; 10,000 runs: 41 so far");

  ClaimFile unreached;
  unreached.reaches = R"(["aborted"])";
  folder.add("c.json", unreached);
  CHECK(cell(cells_of(folder, kFew), "D1").needs ==
        "open in " + folder.path() +
            "/c.json: no_loss is unknown in 40 of 40 runs; 10,000 runs: 81 so far");

  folder.add("d.json", judging(R"({ "D2": ["no_divergence"] })"));
  CHECK_THAT(cell(cells_of(folder, kFew), "D2").needs,
             Contains("no_divergence is not judged in 40 of 40 runs"));
}

TEST_CASE("one refuted run refutes a claim and comes with the arguments that repeat it") {
  const ClaimFolder folder;
  folder.add("a.json", ClaimFile{});
  folder.add("b.json", with(R"( "expect": { "flip504-r4": { "no_loss": "refuted" } },)", lossy()));
  const std::vector<Cell> cells = cells_of(folder, kFew);
  CHECK(cell(cells, "D1").verdict == CellVerdict::kRefuted);
  CHECK_THAT(cell(cells, "D1").evidence,
             Catch::StartsWith(folder.path() + "/b.json --seed 1: no_loss, ") &&
                 Catch::EndsWith("(in 40 of 40 runs)"));
  // `expect` names r4: it is for both.
  CHECK(cell(cells, "D1", "flip504-r4").verdict == CellVerdict::kRefuted);
  CHECK_THAT(cell(cells, "D1", "flip504-r4").evidence,
             Contains("/b.json --protocol flip504-r4 --seed "));
  CHECK(cell(cells, "D1", "flip504-r3").needs == "a scenario that judges it");
}

TEST_CASE("a scenario with a seed of its own is run with it and with no other") {
  const ClaimFolder folder;
  folder.add("a.json", with(R"( "seed": 12,)", lossy()));
  const Cell refuted = cell(cells_of(folder, kFew), "D1");
  CHECK(refuted.verdict == CellVerdict::kRefuted);
  CHECK_THAT(refuted.evidence, Contains("/a.json --seed 12: ") && !Contains("runs"));
}

TEST_CASE("a claim holds only if what holding files grant is needed") {
  const ClaimFolder folder;
  folder.add("a.json", judging(kGranted));
  folder.add("b.json", judging(kGranted, with_step("90 ms")));
  const Cell no_need = cell(cells_of(folder, kFew), "D1");
  CHECK(no_need.verdict == CellVerdict::kNotJudged);
  CHECK(no_need.needs == "a scenario that does not grant this: the delay is long");

  folder.add("c.json", lossy());
  CHECK(cell(cells_of(folder, kFew), "D1").verdict == CellVerdict::kRefuted);  // 80 runs

  const Cell only_if = cell(cells_of(folder, kEnough), "D1");
  CHECK(only_if.verdict == CellVerdict::kHoldsOnlyIf);
  CHECK(only_if.needs == "the delay is long");
  CHECK_THAT(only_if.evidence,
             Catch::StartsWith("without: " + folder.path() + "/c.json --seed 1: no_loss, ") &&
                 Contains("; with: 10,0") && Contains(" of " + folder.path() + "/b.json"));

  folder.add("d.json", judging(kGranted, lossy()));  // what is granted is not enough
  CHECK(cell(cells_of(folder, kEnough), "D1").verdict == CellVerdict::kRefuted);
}

TEST_CASE("what is refuted although something is granted is refuted without it too") {
  const ClaimFolder folder;
  folder.add("a.json", ClaimFile{});
  folder.add("b.json", judging(kGranted, lossy()));
  CHECK(cell(cells_of(folder, kFew), "D1").verdict == CellVerdict::kRefuted);
}

TEST_CASE("of what a comparison loses it says what would be lost anyway") {
  const ClaimFolder folder;
  folder.add("a.json", judging(R"({ "S2": ["no_loss"] })", lossy()));
  CHECK_THAT(
      cell(cells_of(folder, kFew), "S2").evidence,
      Contains("no_loss, 2 violations") && Contains("lost because of Phase 2: 2, lost anyway: 0"));

  // rt:X14: a transaction may be older than that when it is to be committed.
  std::string impatient = support::text_of(judging(R"({ "S2": ["no_loss"] })", lossy()));
  const std::string sink = R"("kind": "sink",)";
  impatient.replace(
      impatient.find(sink), sink.size(),
      sink + R"( "kafka": { "transactional_id_prefix": "app", "timeout": "100 ms" },)");
  const ClaimFolder other;
  other.add("a.json", impatient);
  CHECK_THAT(cell(cells_of(other, kFew), "S2").evidence,
             Contains("lost because of Phase 2: 0, lost anyway: 141"));
}

TEST_CASE("scenarios with mutations judge no claim and folders called invalid are not read") {
  const ClaimFolder folder;
  folder.add("a.json", with(R"( "mutations": ["p2:R2.3"],)", lossy()));
  folder.add("deep/invalid/b.json", std::string{"{"});
  CHECK(cell(cells_of(folder, kFew), "D1").needs == "a scenario that judges it");
}

TEST_CASE("files that are no scenarios under a protocol that they are for are problems") {
  const ClaimFolder folder;
  folder.add("b.json", std::string{"{"});
  folder.add("a.json", with(R"( "mutations": ["p2:R4.1/gauge"],
                                "expect": { "flip504-r1": { "no_loss": "holds" } },)"));
  const Catalogue catalogue = scenarios::read_catalogue(folder.path());
  REQUIRE(catalogue.problems.size() == 2);
  CHECK_THAT(catalogue.problems[0], Contains("/a.json under --protocol flip504-r1: "));
  CHECK_THAT(catalogue.problems[1], Contains("/b.json:1"));
  CHECK(scenarios::read_catalogue(folder.path() + "/none").problems ==
        std::vector<std::string>{folder.path() + "/none: cannot be read"});
}

TEST_CASE("cells do not depend on the number of workers") {
  const ClaimFolder folder;
  folder.add("a.json", ClaimFile{});
  ClaimFile mixed;
  mixed.delay = "300 ms";
  folder.add("b.json", mixed);
  const std::vector<Cell> one = cells_of(folder, ClaimsBudget{90, 1});
  const std::vector<Cell> three = cells_of(folder, ClaimsBudget{90, 3});
  REQUIRE(one.size() == three.size());
  for (std::size_t i = 0; i < one.size(); ++i) {
    CHECK(one[i].evidence == three[i].evidence);
    CHECK(one[i].needs == three[i].needs);
  }
}
