// What the writer writes reads well, and is read as what was written.
#include "scenarios/writer/write_scenario.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include "model/list_records.hpp"
#include "scenarios/reader/scenario.hpp"
#include "scenarios/runner/run.hpp"
#include "tests/scenarios/examples.hpp"
#include "tests/support/scenario_files.hpp"

namespace {

using scenarios::ReadResult;
using scenarios::Scenario;

std::string problems_in(const ReadResult& result) {
  std::string text;
  for (const scenarios::Problem& problem : result.problems) {
    text += to_string(problem) + '\n';
  }
  return text;
}

void check_round_trip(const Scenario& scenario) {
  const std::string text = scenarios::write_scenario(scenario);
  const ReadResult again = scenarios::read_scenario(scenario.name + ".json", text);
  INFO(scenario.name << "\n" << text << problems_in(again));
  REQUIRE(again.scenario);
  CHECK(*again.scenario == scenario);
  CHECK(scenarios::write_scenario(*again.scenario) == text);
}

// Of this project, that are valid.
std::vector<Scenario> all_scenarios() {
  const std::filesystem::path root = std::filesystem::path{HARNESS_ROOT} / "scenarios";
  std::vector<Scenario> all;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    if (entry.path().extension() != ".json") {
      continue;
    }
    std::ifstream file{entry.path(), std::ios::binary};
    const std::string text{std::istreambuf_iterator<char>{file}, {}};
    const ReadResult read = scenarios::read_scenario(entry.path().string(), text);
    if (read.scenario) {
      all.push_back(*read.scenario);
    }
  }
  return all;
}

Scenario example(std::string_view text) {
  const ReadResult read = scenarios::read_scenario("example.json", text);
  REQUIRE(read.scenario);
  return *read.scenario;
}

scenarios::Found found_for_layout() {
  return {model::Property::kNoDuplicates,
          0x9f10'b921'c0ff'ee00,
          {"12.000 s  controller  stage := TRANSITIONING", "a \"quoted\" step \xC3\xA9"}};
}

}  // namespace

TEST_CASE("every scenario is read as what was written") {
  const std::vector<Scenario> all = all_scenarios();
  CHECK(all.size() >= 70);
  for (const Scenario& scenario : all) {
    check_round_trip(scenario);
  }
  check_round_trip(example(scenarios::kUsualScenario));
  check_round_trip(example(scenarios::kEveryKeyScenario));
  check_round_trip(example(scenarios::kExploredScenario));
}

bool needs_keys(const model::JobSettings& job) {
  return std::any_of(job.operators.begin(), job.operators.end(), [](const auto& op) {
    return op.guarantee == model::Guarantee::kUpsert ||
           std::any_of(op.inputs.begin(), op.inputs.end(),
                       [](const auto& input) { return input.ship == model::Ship::kHash; });
  });
}

TEST_CASE("listed records and choices and what they showed are written too") {
  constexpr std::uint32_t kFew = 1'000;
  for (Scenario scenario : all_scenarios()) {
    if (scenario.is_random() || scenario.settings.inputs[0].records > kFew) {
      continue;
    }
    model::list_records(scenario.settings);
    auto& listed = scenario.settings.inputs[0].listed;
    listed.erase(listed.begin(), listed.begin() + static_cast<std::ptrdiff_t>(listed.size() / 2));
    for (model::ListedRecord& record : listed) {
      if (!needs_keys(scenario.settings.job)) {
        record.key.reset();
      }
    }
    scenario.choices = {{model::ChoiceKind::kPriority, "controller", 7, 4'294'967'295},
                        {model::ChoiceKind::kEcho, "controller", UINT64_MAX, 1}};
    scenario.found = found_for_layout();
    check_round_trip(scenario);
  }
}

TEST_CASE("a counterexample keeps its grid though its own times may be off it") {
  Scenario scenario = example(scenarios::kExploredScenario);
  scenario.settings.environment.informer_lag = {1, 251};
  scenario.settings.job.operators[0].rate_limit.reset();
  scenario.choices = {
      {model::ChoiceKind::kInformerLag, "controller's informer of the ConfigMap", 1, 1}};
  check_round_trip(scenario);
}

TEST_CASE("a written scenario runs as the one that it was written from") {
  const Scenario scenario = support::load("handover/late_records.json");
  const Scenario again = example(scenarios::write_scenario(scenario));
  CHECK(scenarios::run(again, 3).fingerprint == scenarios::run(scenario, 3).fingerprint);
}

namespace {

constexpr const char* kLaidOut = R"({
  "title": "both jobs fail, each at a drawn moment",
  "rules": ["rt:F4", "rt:X7", "p2:G4"],
  "input": { "events": {
      "partitions": 2,
      "listed": [
        { "number": 0, "partition": 0, "at": "0 ms", "event_time": 1700000000000 },
        { "number": 1, "partition": 1, "at": "50 ms", "event_time": 1700000000050 } ] } },
  "job": {
    "operators": [
      { "id": "events", "kind": "source", "reads": "events", "parallelism": 2,
        "watermarks": { "strategy": "bounded_out_of_orderness", "bound": "100 ms" } },
      { "id": "output", "kind": "sink", "parallelism": 2, "inputs": [ { "from": "events", "ship": "rebalance" } ] } ],
    "checkpointing": { "interval": "2 s" } },
  "deployment": {
    "protocol": "flip504-r5", "transition_mode": "ADVANCED",
    "flink_configuration": { "state.savepoints.dir": "s3://savepoints" },
    "configuration": { "kubernetes.operator.bluegreen.deployment-deletion.delay": "6 s",
                       "kubernetes.operator.bluegreen.gate.timeout": "1 min",
                       "kubernetes.operator.bluegreen.abort.grace-period": "1 min",
                       "kubernetes.operator.bluegreen.reconciliation.reschedule-interval": "1 s" } },
  "environment": { "deploy_time": ["1 s", "2 s"], "status_lag": ["0 ms", "500 ms"],
                   "faults": [ { "between": ["10500 ms", "35 s"], "do": "kill_job", "job": "BLUE" },
                               { "between": ["12 s", "35 s"], "do": "kill_job", "job": "GREEN" } ] },
  "timeline": [ { "at": "10 s", "do": "change_spec" } ],
  "reaches": ["ACTIVE_BLUE"],
  "expect": { "no_loss": "holds", "no_duplicates": "holds", "progress": "holds",
              "cutover-1": { "no_loss": "holds", "no_duplicates": "holds", "progress": "holds" },
              "flip504-r3": { "no_loss": "holds", "no_duplicates": "holds" },
              "flip504-r4": { "no_loss": "holds", "no_duplicates": "holds" } },
  "counterexample": {
    "property": "no_duplicates", "fingerprint": "9f10b921c0ffee00",
    "steps": [
      "12.000 s  controller  stage := TRANSITIONING",
      "a \"quoted\" step é" ] },
  "choices": [
    { "what": "informer_lag", "who": "green informer of output[1].0", "of": 4, "is": 195 },
    { "what": "priority", "who": "controller", "of": 7, "is": 1 } ]
}
)";

}  // namespace

TEST_CASE("a written scenario is laid out for reading") {
  Scenario scenario = support::load("handover/any_failure.json");
  model::list_records(scenario.settings);
  scenario.settings.inputs[0].listed.resize(2);
  scenario.choices = {{model::ChoiceKind::kInformerLag, "green informer of output[1].0", 4, 195},
                      {model::ChoiceKind::kPriority, "controller", 7, 1}};
  scenario.found = found_for_layout();
  CHECK(scenarios::write_scenario(scenario) == kLaidOut);
}

TEST_CASE("a grid is written in one line") {
  const std::string text = scenarios::write_scenario(example(scenarios::kExploredScenario));
  CHECK_THAT(text,
             Catch::Contains("  \"explore\": { \"grid\": \"250 ms\", \"write_jitter\": [\"0 ms\", "
                             "\"250 ms\", \"1750 ms\"] }\n"));
  Scenario plain = example(scenarios::kExploredScenario);
  plain.settings.grid->write_jitter_ms.clear();
  CHECK_THAT(scenarios::write_scenario(plain),
             Catch::Contains("  \"explore\": { \"grid\": \"250 ms\" }\n"));
}

TEST_CASE("no line of a written scenario is longer than 130 columns but for long texts") {
  for (const Scenario& scenario : all_scenarios()) {
    std::istringstream lines{scenarios::write_scenario(scenario)};
    for (std::string line; std::getline(lines, line);) {
      INFO(scenario.name << ": " << line);
      const bool is_text = line.find("\"title\"") != std::string::npos ||
                           line.find("\"assuming\"") != std::string::npos;
      CHECK((line.size() <= 130 || is_text));
    }
  }
}
