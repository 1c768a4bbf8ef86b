// The summary: what stands where, how wide it is, what its last line says.

#include "reports/summary.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/reports/outcomes.hpp"

namespace reports {
namespace {

using Lines = std::vector<std::string>;
using model::Property;
using scenarios::Outcome;
using scenarios::Scenario;

Lines lines_of(const std::string& text) {
  Lines lines;
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t end = text.find('\n', begin);
    REQUIRE(end != std::string::npos);  // it ends in a line feed
    lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

Lines summary_of(const Outcome& outcome, const Scenario& scenario,
                 std::vector<std::string> remarks = {}) {
  SummaryRequest request;
  request.scenario = &scenario;
  request.outcome = &outcome;
  request.repeat = "cutover run FILE --seed 1";
  request.remarks = std::move(remarks);
  return lines_of(summary(request));
}

Lines summary_by_hand(const Outcome& outcome) {
  Scenario scenario;
  scenario.title = "made by hand";
  return summary_of(outcome, scenario);
}

// The first line that contains `text`; its number orders parts of the page.
std::size_t find_line(const Lines& lines, const std::string& text) {
  const auto at = std::find_if(lines.begin(), lines.end(), [&](const std::string& line) {
    return line.find(text) != std::string::npos;
  });
  INFO(text);
  REQUIRE(at != lines.end());
  return static_cast<std::size_t>(at - lines.begin());
}

bool has_line(const Lines& lines, const std::string& line) {
  return std::find(lines.begin(), lines.end(), line) != lines.end();
}

std::size_t widest(const Lines& lines) {
  std::size_t width = 0;
  for (const std::string& line : lines) {
    if (line.find("repeat with: ") == std::string::npos) {
      width = std::max(width, line.size());
    }
  }
  return width;
}

TEST_CASE("a page says who it is and what happened and then the verdicts") {
  const Lines page = summary_by_hand(made_by_hand());
  CHECK(page[0] == "made by hand");
  CHECK(page[1] ==
        "by_hand under flip504-r5, seed 18446744073709551615, fingerprint 0000000000c0ffee");
  CHECK(page[2].empty());
  const std::vector<std::string> parts{
      "user",          "  blue ",    "6000 records in", "reached its horizon at 151.800 s",
      "  REFUTED ",    "not judged", "why no_loss",     "not reached: aborted",
      "no_loss: expe", "NOT AS EXPE"};
  for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
    INFO(parts[i]);
    CHECK(find_line(page, parts[i]) < find_line(page, parts[i + 1]));
  }
}

TEST_CASE("the time line is aligned and carries its rules") {
  const Lines page = summary_by_hand(made_by_hand());
  CHECK(has_line(page, "     30.000 s  user          changes the spec"));
  CHECK(has_line(page, "    118.250 s  green gate 0  sets the toggle   p2:R3.2"));
}

TEST_CASE("each color says what it wrote and when") {
  const Lines page = summary_by_hand(made_by_hand());
  CHECK(has_line(page, "  blue      5000 writes, from 10.000 s to 90.005 s"));
  CHECK(has_line(page, "  green        0 writes"));
  CHECK(has_line(page,
                 "  6000 records in, 5990 outputs owed, 5987 committed, 3 lost, 0 duplicated, 1 "
                 "exempted"));
}

TEST_CASE("what is refuted or unknown stands out in the table of verdicts") {
  const Lines page = summary_by_hand(made_by_hand());
  CHECK(has_line(
      page, "  REFUTED   no_loss             5987 of 5990 owed outputs committed; 1 exempted"));
  CHECK(has_line(page, "  holds     no_duplicates       no output committed twice"));
  CHECK(has_line(page,
                 "  UNKNOWN   progress            2 transitions, ended in TRANSITIONING_TO_BLUE"));
  CHECK(has_line(page,
                 "  REFUTED   output_gap          longest pause 1.000 s, 0.100 s without the "
                 "transition"));
}

TEST_CASE("every property is either in the table or among those not judged") {
  const Lines page = summary_by_hand(made_by_hand());
  const std::size_t first = find_line(page, "not judged: ");
  std::string not_judged;
  for (std::size_t i = first; !page[i].empty(); ++i) {
    not_judged += page[i] + " ";
  }
  const Outcome outcome = made_by_hand();
  for (std::size_t i = 0; i < model::kPropertyCount; ++i) {
    const std::string name{model::kPropertyNames[i]};
    INFO(name);
    const bool is_listed = not_judged.find(" " + name) != std::string::npos;
    CHECK(is_listed == (outcome.properties[i].verdict == sim::Verdict::kNotJudged));
  }
}

TEST_CASE("an open verdict does not read like one that holds") {
  Outcome outcome;
  outcome.properties[model::index_of(Property::kOneToggle)].verdict = sim::Verdict::kUnknown;
  outcome.properties[model::index_of(Property::kGatePartition)].verdict = sim::Verdict::kHolds;
  const Lines page = summary_by_hand(outcome);
  CHECK(has_line(page,
                 "  UNKNOWN   one_toggle          nothing seen against it, but not enough seen"));
  CHECK(has_line(page,
                 "  holds     gate_partition      what both gates saw passed exactly one of them"));
}

TEST_CASE("a refutation that the scenario expects is marked") {
  Scenario scenario;
  scenario.expect.verdicts[model::index_of(Property::kNoLoss)] = sim::Verdict::kRefuted;
  const Lines page = summary_of(made_by_hand(), scenario);
  CHECK(page[find_line(page, "REFUTED   no_loss")].ends_with(" (as expected)"));
  CHECK_FALSE(page[find_line(page, "REFUTED   output_gap")].ends_with(" (as expected)"));
}

TEST_CASE("the reasons of a first violation are told once") {
  Outcome outcome = made_by_hand();
  auto& partition = outcome.properties[model::index_of(Property::kGatePartition)];
  partition = outcome.of(Property::kNoLoss);
  partition.count = 4;
  const Lines page = summary_by_hand(outcome);
  const std::size_t at = find_line(page, "why no_loss is refuted, for the first of 3:");
  CHECK(page[at + 1] == "  green gate 0 drops it");
  CHECK(page[at + 2] == "  blue gate 0 drops it");
  CHECK(has_line(page, "why gate_partition is refuted, for the first of 4: as above"));
  partition.first->why.emplace_back("and one thing more");
  CHECK(has_line(summary_by_hand(outcome), "  and one thing more"));
}

TEST_CASE("long lines are broken at spaces and go on indented") {
  Outcome outcome = made_by_hand();
  std::string why = "60.154 s blue gate 3: drops it";
  for (int i = 0; i < 40; ++i) {
    why += " because" + std::to_string(i);
  }
  outcome.properties[model::index_of(Property::kNoLoss)].first->why = {why, std::string(150, 'x')};
  const Lines page = summary_by_hand(outcome);
  const std::size_t at = find_line(page, "60.154 s");
  std::string joined = page[at];
  for (std::size_t i = at + 1; page[i].starts_with("      "); ++i) {
    CHECK(page[i].size() <= 100);
    joined += page[i].substr(5);
  }
  CHECK(joined == "  " + why);
  CHECK(has_line(page, "  " + std::string(150, 'x')));  // a word stays whole
}

TEST_CASE("the last line says whether it is as expected and how to repeat it if not") {
  Outcome outcome = made_by_hand();
  CHECK(summary_by_hand(outcome).back() ==
        "NOT AS EXPECTED   repeat with: cutover run FILE --seed 1");
  outcome.exit_code = 2;
  CHECK(summary_by_hand(outcome).back() == "UNKNOWN   repeat with: cutover run FILE --seed 1");
  CHECK(summary_by_hand(Outcome{}).back() == "AS EXPECTED");
}

TEST_CASE("how a run ended is said") {
  Outcome outcome;
  outcome.end.at = sim::Due{1002};
  outcome.events = 1;
  CHECK(has_line(summary_by_hand(outcome),
                 "  settled at 1.002 s in state INITIALIZING_BLUE, 1 event"));
  outcome.end.because = sim::Ending::kBudget;
  find_line(summary_by_hand(outcome), "used up its budget at 1.002 s");
}

TEST_CASE("a title cannot steer the terminal and remarks follow it") {
  Scenario scenario;
  scenario.title = "a\n\x1b[31mb";
  const Lines page = summary_of(Outcome{}, scenario, {"something is ignored"});
  CHECK(page[0] == "a??[31mb");
  CHECK(page[2] == "note: something is ignored");
}

TEST_CASE("the pages of usual runs fit into 120 columns") {
  const std::string file =
      GENERATE("handover/smallest.json", "handover/no_margin.json", "handover/upstream_e2e.json",
               "handover/basic_overlap.json", "abort/gate_timeout.json", "abort/never_ready.json");
  INFO(file);
  const Scenario scenario = load(file);
  const Lines page = summary_of(scenarios::run(scenario, 1), scenario);
  CHECK(widest(page) <= 120);
  CHECK(page.back() == "AS EXPECTED");
  for (const std::string& line : page) {
    INFO(line);
    CHECK((line.empty() || line.back() != ' '));
  }
}

}  // namespace
}  // namespace reports
