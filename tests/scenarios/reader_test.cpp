// The scenario reader: what it fills in, what it says about what is wrong, and that the schema says
// the same.
#include "scenarios/reader/scenario.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "model/mutations.hpp"
#include "model/protocol.hpp"
#include "scenarios/reader/format.hpp"
#include "scenarios/reader/schema.hpp"
#include "tests/scenarios/examples.hpp"

namespace {

using scenarios::Overrides;
using scenarios::ReadResult;
using scenarios::Scenario;

std::string joined(const ReadResult& result) {
  std::string text;
  for (const std::string& problem : result.usage_problems) {
    text += problem + '\n';
  }
  for (const scenarios::Problem& problem : result.problems) {
    text += to_string(problem) + '\n';
  }
  return text;
}

ReadResult read_usual(const std::vector<std::string>& sets) {
  Overrides overrides;
  overrides.sets = sets;
  return scenarios::read_scenario("usual.json", scenarios::kUsualScenario, overrides);
}

// What is wrong after the changes; empty if nothing is.
std::string problems_of(const std::vector<std::string>& sets) { return joined(read_usual(sets)); }

Scenario scenario_of(const std::vector<std::string>& sets) {
  const ReadResult result = read_usual(sets);
  INFO(joined(result));
  REQUIRE(result.scenario);
  return *result.scenario;
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<std::filesystem::path> invalid_files() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(HARNESS_ROOT) /
                                                               "scenarios/invalid")) {
    if (entry.path().extension() == ".json") {
      files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string messages_of(const std::filesystem::path& file) {
  const ReadResult result =
      scenarios::read_scenario("scenarios/invalid/" + file.filename().string(), read_file(file));
  CHECK_FALSE(result.scenario);
  return joined(result);
}

}  // namespace

TEST_CASE("the usual scenario is read as it is written") {
  const Scenario scenario = scenario_of({});
  CHECK(scenario.name == "usual");
  CHECK(scenario.judges.at("D1").properties ==
        std::vector<std::string>{"no_loss", "no_duplicates"});
  const model::InputSettings& input = scenario.settings.inputs.at(0);
  CHECK(input.name == "events");
  CHECK(input.records == 6000);
  CHECK(input.rate == model::Rate{50, 1000});
  CHECK(input.event_start.ms() == 1'700'000'000'000);
  CHECK(input.out_of_order.by.ms() == 1000);
  CHECK(input.late.which.offset == 50);
  const model::OperatorSettings& source = scenario.settings.job.operators.at(0);
  CHECK(source.rate_limit == model::Rate{50, 1000});
  CHECK(source.out_of_orderness->ms() == 2000);
  const model::OperatorSettings& sink = scenario.settings.job.operators.at(1);
  CHECK(sink.kind == model::OperatorKind::kSink);
  CHECK(sink.guarantee == model::Guarantee::kExactlyOnce);
  CHECK(sink.inputs.at(0).ship == model::Ship::kRebalance);
  const model::DeploymentSettings& deployment = scenario.settings.deployment;
  CHECK(scenario.settings.job.checkpoint_interval->ms() == 5000);
  CHECK(deployment.deletion_delay.value.count() == 10'000);
  CHECK(deployment.gate_timeout->ms() == 300'000);
  CHECK(deployment.has_savepoint_directory);
  CHECK(scenario.settings.environment.notice_delay == model::Delay{1, 20});
  CHECK(scenario.settings.timeline.at(0).at.ms() == 30'000);
  CHECK(scenario.reaches.at(1) == model::Milestone::kActiveGreen);
  CHECK(scenario.exemptions.at(0).within_ids == 300U);
}

TEST_CASE("every key of the format is read into its own setting") {
  const ReadResult result =
      scenarios::read_scenario("a/b/every.json", scenarios::kEveryKeyScenario);
  INFO(joined(result));
  REQUIRE(result.scenario);
  const Scenario& scenario = *result.scenario;
  const model::Settings& settings = scenario.settings;
  CHECK(scenario.name == "every");
  CHECK(settings.inputs.at(0).event_start.ms() == 1'700'000'000'500);
  CHECK(settings.inputs.at(0).keys == 16);
  CHECK(settings.inputs.at(1).rate == model::Rate{1, 60'000});
  CHECK_FALSE(settings.job.operators.at(1).out_of_orderness);
  CHECK(settings.job.operators.at(4).keep.offset == 1);
  CHECK(settings.job.auto_watermark_interval.ms() == 100);
  CHECK(settings.deployment.abort_grace.ms() == 540'000);
  CHECK(settings.deployment.reschedule_interval.ms() == 7000);
  CHECK(settings.environment.informer_lag == model::Delay{6, 201});
  CHECK(settings.environment.channel_delay == model::Delay{1, 6});
  CHECK(settings.environment.checkpoint_time == model::Delay{2, 51});
  CHECK(settings.environment.open_time == model::Delay{3, 4});
  CHECK(settings.environment.deploy_time.at(1) == model::Delay{11'000, 21'000});
  CHECK(settings.environment.status_lag == model::Delay{1000, 10'000});
  CHECK(scenario.seed == UINT64_MAX);
  CHECK(scenario.horizon.ms() == 30LL * 86'400'000);
  CHECK(scenario.budget_events == 1'000'000'000);
  CHECK(scenario.expect.output_gap_at_most->ms() == 5000);
  CHECK(scenario.expect_by_protocol.at("basic").output_gap_at_most->ms() == 1000);
  CHECK(scenario.judges.at("D1").assuming.empty());
  CHECK(scenario.judges.at("L8").assuming == "one watermark governs");
  CHECK(scenario.judges.at("L8").properties == std::vector<std::string>{"progress", "output_gap"});
  CHECK(settings.deployment.mutations == std::vector<std::string>{"p2:R2.3", "op:H2", "p2:R1e"});
  CHECK(settings.clock_start == model::EventTime{sim::milliseconds{-1}});
  CHECK(settings.environment.echo == model::Echo::kDrawn);
  CHECK_FALSE(settings.environment.stopped_job_answers);
  const auto since_start = [](int s) { return sim::ProcessingTime{std::chrono::seconds{s}}; };
  CHECK(settings.environment.mirror ==
        model::MirrorSettings{{7, 300},
                              model::ConflictRule::kFirstClusterWins,
                              {{since_start(45), since_start(50), model::CutWay::kBoth},
                               {since_start(60), since_start(120), model::CutWay::kToSecond}}});
  CHECK_FALSE(scenario_of({}).settings.environment.mirror);
}

TEST_CASE("listed records and choices and what they showed are read into their own settings") {
  const ReadResult result = scenarios::read_scenario("every.json", scenarios::kEveryKeyScenario);
  INFO(joined(result));
  REQUIRE(result.scenario);
  const model::InputSettings& input = result.scenario->settings.inputs.at(2);
  CHECK(input.partitions == 2);
  CHECK(input.event_start.ms() == 1'699'999'999'000);
  REQUIRE(input.listed.size() == 3);
  const model::ListedRecord first{17, 1, sim::ProcessingTime{sim::milliseconds{850}},
                                  model::EventTime{sim::milliseconds{1'700'000'000'850}}, 3};
  CHECK(input.listed[0] == first);
  CHECK(input.listed[1].partition == 0);
  CHECK(input.listed[1].key == 3'999'999U);
  using scenarios::NamedChoice;
  CHECK(result.scenario->choices ==
        std::vector<NamedChoice>{
            {model::ChoiceKind::kPriority, "controller", UINT64_MAX, UINT32_MAX},
            {model::ChoiceKind::kInformerLag, "green informer of some[0].timed.0", 4, 195}});
  const scenarios::Found found{
      model::Property::kNoDuplicates, 0x00f0'b921'c0ff'ee09, {"one", "two", "one"}};
  CHECK(result.scenario->found == found);
  CHECK_FALSE(scenario_of({}).choices);
  CHECK_FALSE(scenario_of({}).found);
  CHECK(scenario_of({"/choices=[]"}).choices == std::vector<NamedChoice>{});
}

TEST_CASE("listed records begin where the earliest of them is") {
  const std::string record = R"({"number": 4, "at": "0 s", "event_time": )";
  const std::vector<std::string> sets{"/input/events={\"listed\": [" + record + "50}, " +
                                      R"({"number": 5, "at": "0 s", "event_time": 40}]})"};
  CHECK(scenario_of(sets).settings.inputs.at(0).event_start.ms() == 40);
}

TEST_CASE("timeline and faults are read into happenings of their own") {
  using model::Action;
  using model::Color;
  using model::Watcher;
  const ReadResult result = scenarios::read_scenario("every.json", scenarios::kEveryKeyScenario);
  INFO(joined(result));
  REQUIRE(result.scenario);
  const auto& timeline = result.scenario->settings.timeline;
  REQUIRE(timeline.size() == 54);
  CHECK(timeline[0].action == Action::kChangeSpec);
  CHECK(timeline[1].at == timeline[0].at);
  CHECK(timeline[1].latest.ms() == 30'000);
  CHECK(timeline[1].action == Action::kPauseSubtask);
  CHECK(timeline[1].job == Color::kGreen);
  CHECK(timeline[1].operator_id == "events");
  CHECK(timeline[1].subtask == 1U);
  CHECK(timeline[1].lasts.ms() == 4'000);
  CHECK(timeline[2].action == Action::kFreezeInformer);
  CHECK(timeline[2].watcher == Watcher::kGate);
  CHECK(timeline[2].job == Color::kBlue);
  CHECK_FALSE(timeline[2].subtask);
  CHECK(timeline[3].watcher == Watcher::kConfigMapCache);
  CHECK(timeline[4].watcher == Watcher::kChildCache);
  CHECK(timeline[4].job == Color::kGreen);
  CHECK(timeline[5].watcher == Watcher::kSpecCache);
  CHECK(timeline[6].action == Action::kConflict);
  CHECK(timeline[6].writer == model::Writer::kController);
  CHECK(timeline[6].times == 2);
  CHECK(timeline[7].action == Action::kChildNotReady);
  CHECK(timeline[7].lasts.ms() == 10'000);
  CHECK(timeline[8].action == Action::kKillJob);
  CHECK(timeline[9].action == Action::kRestartOperator);
  CHECK(timeline[9].after_writes == 3);
  CHECK(timeline[10].action == Action::kLoseNotices);
  CHECK(timeline[10].times == 2);
  CHECK(timeline[11].action == Action::kSlowSubtask);
  CHECK(timeline[11].per_record.ms() == 20);
  CHECK(timeline[11].lasts.ms() == 5'000);
  CHECK(timeline[11].subtask == 1U);
  CHECK(timeline[8].after_writes == 0);
  CHECK(timeline[12].action == Action::kKillTask);
  CHECK(timeline[12].operator_id == "some");
  CHECK(timeline[12].subtask == 1U);
  CHECK(timeline[13].action == Action::kKillJobManager);
  CHECK(timeline[13].lasts.ms() == 12'000);
  CHECK(timeline[14].action == Action::kFailCheckpoint);
  CHECK(timeline[14].times == 4);
  CHECK(timeline[15].action == Action::kPauseJob);
  CHECK(timeline[16].action == Action::kKillTaskManager);
  CHECK(timeline[16].subtask == 1U);
  CHECK(timeline[20].action == Action::kSlowSavepoint);
  CHECK(timeline[20].times == 7);
  CHECK(timeline[20].by.ms() == 15'000);
  CHECK(timeline[27].watcher == Watcher::kConfigMapCache);
  CHECK(timeline[27].times == 10);
  CHECK(timeline[30].direction == model::Direction::kBehind);
  CHECK(timeline[31].direction == model::Direction::kAhead);
  CHECK(timeline[31].per_thousand == 500);
  CHECK(timeline[33].operator_id == "events");
  CHECK(timeline[34].by.ms() == 27'000);
  for (std::size_t i = 0; i < model::kActionNames.size(); ++i) {
    CHECK(std::any_of(timeline.begin(), timeline.end(), [&](const model::Happening& happening) {
      return happening.action == static_cast<Action>(i);
    }));
  }
  CHECK(timeline[35].action == Action::kFailRequests);
  CHECK(timeline[35].times == 2);
  CHECK(timeline[37].action == Action::kStopApiServer);
  CHECK(timeline[37].lasts.ms() == 4'000);
  CHECK(timeline[40].by.ms() == 6'000);
  CHECK(timeline[40].direction == model::Direction::kBehind);
  CHECK(timeline[41].job == Color::kGreen);
  CHECK(timeline[46].times == 8);
  CHECK(timeline[47].by.ms() == 11'000);
  CHECK(timeline[48].lasts.ms() == 14'000);
  CHECK(timeline[49].subtask == 1);
  CHECK(timeline[50].per_record.ms() == 16);
  CHECK(timeline[51].by.ms() == 18'000);
  const model::SpecEdit& edit = timeline[52].edit;
  CHECK(edit.ingress == model::IngressSetting::kInvalid);
  CHECK(edit.deletion_delay == model::DeletionDelay{sim::milliseconds{11'000}});
  CHECK(edit.abort_grace_ms == 480'000U);
  CHECK(edit.reschedule_ms == 6'000U);
  REQUIRE(edit.fields.size() == 3);
  CHECK(edit.fields[0] == model::SpecField{"job.state", "SUSPENDED"});
  CHECK(edit.fields[1] == model::SpecField{"job.parallelism", std::nullopt});
  CHECK(edit.fields[2] == model::SpecField{"restartNonce", "3"});
  CHECK_FALSE(timeline[53].edit.is_named());
  const auto& faults = result.scenario->settings.environment.faults;
  REQUIRE(faults.size() == 10);
  CHECK(faults[0].action == Action::kPauseSubtask);
  CHECK(faults[0].at.ms() == 40'000);
  CHECK(faults[0].latest.ms() == 120'000);
  CHECK(faults[1].latest.ms() == 0);
  CHECK_FALSE(faults[1].subtask);
  CHECK(faults[2].subtask == 0U);
  CHECK(faults[3].writer == model::Writer::kGate);
  CHECK(faults[3].job == Color::kGreen);
  CHECK(faults[3].times == 1000);
  CHECK(faults[9].action == Action::kRestartOperator);
  CHECK(faults[9].after_writes == 1000);
  CHECK(faults[9].latest.ms() == 30LL * 86'400'000);
}

TEST_CASE(
    "what is expected is the own protocol's verdict over the base and by default three "
    "properties") {
  using model::Property;
  const auto verdict = [](const std::vector<std::string>& sets, Property property) {
    return scenario_of(sets).expected().verdicts[model::index_of(property)];
  };
  CHECK(verdict({}, Property::kNoLoss) == sim::Verdict::kHolds);
  CHECK(verdict({}, Property::kProgress) == std::nullopt);
  const std::string other = R"(/expect/basic={"no_loss":"refuted"})";
  CHECK(verdict({other}, Property::kNoLoss) == sim::Verdict::kHolds);
  const std::string own = R"(/expect/flip504-r5={"no_loss":"refuted"})";
  CHECK(verdict({own}, Property::kNoLoss) == sim::Verdict::kRefuted);
  CHECK(verdict({own}, Property::kNoDuplicates) == sim::Verdict::kHolds);
  CHECK(verdict({"/expect={}"}, Property::kProgress) == sim::Verdict::kHolds);
  CHECK(verdict({"/expect={}"}, Property::kOneToggle) == std::nullopt);
}

TEST_CASE("defaults follow their rules") {
  const Scenario plain = scenario_of(
      {"/environment={}", "/deployment/flink_configuration={}", "/deployment/configuration={}"});
  CHECK_FALSE(plain.settings.deployment.has_savepoint_directory);  // p2:R4.3
  CHECK_FALSE(plain.settings.deployment.gate_timeout);             // p2:R3.7
  CHECK(plain.settings.environment.status_lag == model::Delay{0, 5000});
  const Scenario quick = scenario_of({R"(/environment/deploy_time=["1 s","2 s"])"});
  CHECK(quick.settings.environment.status_lag == model::Delay{0, 1000});
}

TEST_CASE("monotonous timestamps are a bound of 0 (rt:W4)") {
  const Scenario scenario =
      scenario_of({R"(/job/operators/0/watermarks={"strategy":"monotonous"})"});
  CHECK(scenario.settings.job.operators.at(0).out_of_orderness == model::EventSpan{});
  CHECK(problems_of({R"(/job/operators/0/watermarks/strategy=monotonous)"}) ==
        "usual.json:12:/job/operators/0/watermarks/bound: expected only with strategy "
        "\"bounded_out_of_orderness\", \"punctuated\", found with strategy \"monotonous\"\n");
  CHECK(problems_of({R"(/job/operators/0/watermarks={"strategy":"bounded_out_of_orderness"})"}) ==
        "--set 1:/job/operators/0/watermarks: expected a key \"bound\" with strategy "
        "\"bounded_out_of_orderness\", found none\n");
}

TEST_CASE("durations are Flink's (op:2.1)") {
  const auto horizon = [](const std::string& text) {
    return scenario_of({"/horizon=" + text}).horizon.ms();
  };
  CHECK(horizon("90 s") == 90'000);
  CHECK(horizon("1h") == 3'600'000);
  CHECK(horizon("2 D") == 2 * 86'400'000);
  CHECK(horizon("5 minutes") == 300'000);
  CHECK(horizon("1 m") == 60'000);
  CHECK(horizon("60000 millis") == 60'000);
  CHECK(horizon("\"60000\"") == 60'000);
  for (const char* const bad : {"60000", "1 h 30 min", "-1 h", "1.5 h", "PT1H", "s", "", "1000 ns",
                                "0 s", "31 d", "18446744073709551617 ms"}) {
    INFO(bad);
    CHECK_FALSE(problems_of({std::string("/horizon=") + bad}).empty());
  }
}

TEST_CASE("an override is JSON if it parses and else a string and is named by its number") {
  CHECK(scenario_of({"/input/events/records=7", "/title=a b=c"}).title == "a b=c");
  CHECK(scenario_of(
            {"/deployment/configuration/kubernetes.operator.bluegreen.abort.grace-period=1 h"})
            .settings.deployment.abort_grace.ms() == 3'600'000);
  CHECK(scenario_of({R"(/timeline/-={"at":"40 s","do":"change_spec"})", "/timeline/1/at=50 s"})
            .settings.timeline.at(1)
            .at.ms() == 50'000);
  CHECK(scenario_of({"/budget/events=9"}).budget_events == 9);
  CHECK(problems_of({"/seed=1", "/input/events/records=many"}) ==
        "--set 2:/input/events/records: expected an integer from 1 to 4000000, found \"many\"\n");
  CHECK(problems_of({"/input/a~1b~0c/x=1"}).find("--set 1:/input/a~1b~0c/x: unknown key") !=
        std::string::npos);
  CHECK(problems_of({"/timeline/1/at=1 s"}) ==
        "--set 1:/timeline/1: expected the index of one of 1 elements or - to append one, found "
        "\"1\"\n");
  CHECK(problems_of({"/title/x=1"}) ==
        "--set 1:/title/x: expected an object or array around it, found \"the upstream end-to-end "
        "job: 5x real "
        "tim...\"\n");
  CHECK(problems_of({R"(/budget={"events":1,"events":2})"}) ==
        "--set 1:/budget/events: duplicate key\n");
}

TEST_CASE("an override that is none is an error of the command line") {
  for (const char* const bad : {"/title", "title=x", "=x", "", "/a~2b=1", "/a~=1"}) {
    INFO(bad);
    const ReadResult result = read_usual({"/seed=1", bad});
    CHECK_FALSE(result.scenario);
    CHECK(result.problems.empty());
    REQUIRE(result.usage_problems.size() == 1);
    CHECK(result.usage_problems[0].find("--set 2: expected /json/pointer=VALUE, found ") == 0);
  }
  CHECK(read_usual({"/title=caf\xE9"}).usage_problems ==
        std::vector<std::string>{"--set 1: expected UTF-8, found byte 0xe9"});
}

TEST_CASE("the protocol of the command line wins and is judged like the file's") {
  Overrides overrides;
  overrides.sets = {"/deployment/protocol=flip504-r5"};
  overrides.protocol = "basic";
  const auto read = [&] {
    return scenarios::read_scenario("usual.json", scenarios::kUsualScenario, overrides);
  };
  REQUIRE(read().scenario);
  CHECK(read().scenario->settings.deployment.protocol == "basic");
  overrides.protocol = "flip505";
  CHECK(joined(read()).find("--protocol:/deployment/protocol: expected one of \"basic\"") == 0);
}

TEST_CASE("mutations of the command line are appended and named by their numbers") {
  Overrides overrides;
  overrides.sets = {R"(/mutations=["op:H8"])"};
  overrides.mutations = {"p2:R2.3", "p2:R2.1"};
  const auto read = [&] {
    return scenarios::read_scenario("usual.json", scenarios::kUsualScenario, overrides);
  };
  REQUIRE(read().scenario);
  CHECK(read().scenario->settings.deployment.mutations ==
        std::vector<std::string>{"op:H8", "p2:R2.3", "p2:R2.1"});
  overrides.mutations[1] = "op:H8";
  CHECK(joined(read()) ==
        "--mutation 2:/mutations/2: expected every entry once, found \"op:H8\"\n");
  overrides.mutations = {"p2:R2.3", "p2:R3.2/color"};
  overrides.sets.clear();
  CHECK(joined(read()) ==
        "--mutation 2:/mutations/1: expected one mutation of the same rule, found \"p2:R2.3\" and "
        "\"p2:R3.2/color\"\n");
  overrides.protocol = "basic";
  CHECK(
      joined(read()).find("--mutation 1:/mutations/0: expected a mutation that makes a difference "
                          "to protocol \"basic\", found \"p2:R2.3\"\n") == 0);
  overrides = {};
  overrides.mutations = {"\xE9"};
  CHECK(read().problems.empty());
  CHECK(read().usage_problems ==
        std::vector<std::string>{"--mutation 1: expected UTF-8, found byte 0xe9"});
}

TEST_CASE("every protocol is accepted and every mutation by one of them") {
  std::set<std::string> accepted;
  for (const model::Protocol& protocol : model::all_protocols()) {
    Overrides overrides;
    overrides.protocol = protocol.id;
    const auto read = [&] {
      return scenarios::read_scenario("usual.json", scenarios::kUsualScenario, overrides);
    };
    INFO(joined(read()));
    CHECK(read().scenario);
    for (const model::Mutation& mutation : model::mutations()) {
      overrides.mutations = {std::string(mutation.id)};
      const ReadResult result = read();
      // phase2.md is about protocols with a gate.
      CHECK((!result.scenario || protocol.has_gate || !mutation.id.starts_with("p2:")));
      if (result.scenario) {
        accepted.insert(std::string(mutation.id));
      }
    }
  }
  CHECK(accepted.size() == model::mutations().size());
}

TEST_CASE("records and the wall clock may begin before 1970 and sources need no watermarks") {
  const Scenario scenario = scenario_of(
      {"/input/events/event_time/start=-86400000", "/clock_start=1969-12-31T23:59:59.999Z",
       R"(/job/operators/0={"id":"events","kind":"source","reads":"events"})"});
  CHECK(scenario.settings.inputs.at(0).event_start.ms() == -86'400'000);
  CHECK(scenario.settings.clock_start->ms() == -1);
  CHECK_FALSE(scenario.settings.job.operators.at(0).out_of_orderness);  // rt:W5
  CHECK_FALSE(scenario_of({}).settings.clock_start);
}

TEST_CASE("what a revision demands of its deployment follows its own rules (p2:R3.9 and p2:R4.5)") {
  const auto with = [](const char* protocol, const std::string& set) {
    return problems_of({std::string("/deployment/protocol=") + protocol, set});
  };
  const std::string delay =
      "/deployment/configuration/kubernetes.operator.bluegreen.deployment-deletion.delay=5 min";
  const std::string stateless = "/deployment/upgrade_mode=stateless";
  const std::string basic_mode = "/deployment/transition_mode=BASIC";
  for (const char* const older : {"flip504-r1", "flip504-r2", "flip504-r3"}) {
    CHECK(with(older, delay).empty());
    CHECK(with(older, stateless).empty());
    CHECK_FALSE(with(older, basic_mode).empty());
  }
  CHECK_FALSE(with("flip504-r4", delay).empty());
  CHECK(with("flip504-r4", stateless).empty());
  CHECK_FALSE(with("flip504-r5", delay).empty());
  CHECK_FALSE(with("flip504-r5", stateless).empty());
}

TEST_CASE("an instant of the timeline may be the horizon but not later") {
  CHECK(problems_of({"/horizon=30 s"}).empty());
  CHECK_FALSE(problems_of({"/horizon=29999 ms"}).empty());
  const std::string fault = R"(/environment/faults/-={"do":"kill_job","job":"BLUE","between":)";
  CHECK(problems_of({"/horizon=30 s", fault + R"(["1 s","30 s"]})"}).empty());
  CHECK_FALSE(problems_of({"/horizon=30 s", fault + R"(["1 s","30001 ms"]})"}).empty());
}

TEST_CASE("basic has no gate whose subtasks could be counted") {
  const std::string freeze =
      R"(/timeline=[{"at":"1 s","do":"freeze_informer","of":"gate","job":"BLUE","subtask":7,"for":"1 s"}])";
  CHECK(problems_of({freeze}) ==
        "--set 1:/timeline/0/subtask: expected a subtask below the parallelism of 2, found 7\n");
  CHECK(problems_of({freeze, "/deployment/protocol=basic"}).empty());
}

TEST_CASE("timeline and faults have at most 64 entries") {
  const auto many = [](const std::string& entry, std::size_t count) {
    std::string list = "=[" + entry;
    for (std::size_t i = 1; i < count; ++i) {
      list += ',' + entry;
    }
    return list + ']';
  };
  const std::string moment = R"({"at":"1 s","do":"change_spec"})";
  CHECK(problems_of({"/timeline" + many(moment, 64)}).empty());
  CHECK_FALSE(problems_of({"/timeline" + many(moment, 65)}).empty());
  const std::string fault = R"({"between":["1 s","1 s"],"do":"kill_job","job":"GREEN"})";
  CHECK(problems_of({"/environment/faults" + many(fault, 64)}).empty());
  CHECK_FALSE(problems_of({"/environment/faults" + many(fault, 65)}).empty());
}

TEST_CASE("basic ignores transition mode and how many sinks there are") {
  const std::string sink =
      R"(/job/operators/-={"id":"audit","kind":"sink","inputs":[{"from":"events"}]})";
  const std::string stateless = "/deployment/upgrade_mode=stateless";
  for (const std::string& set : {sink, stateless}) {
    INFO(set);
    CHECK_FALSE(problems_of({set}).empty());
    CHECK(problems_of({set, "/deployment/protocol=basic"}).empty());
  }
}

TEST_CASE("the gate timeout must exceed the deletion delay by default too (p2:R3.9)") {
  const std::string configuration = "/deployment/configuration/kubernetes.operator.bluegreen.";
  const std::string delay = configuration + "deployment-deletion.delay=";
  CHECK(problems_of({delay + "299999 ms"}).empty());
  CHECK_FALSE(problems_of({delay + "5 min"}).empty());
  CHECK(problems_of({delay + "5 min", "/deployment/protocol=basic"}).empty());
  // Without a gate timeout the abort grace period of 10 min stands in (p2:R3.7).
  const std::string without = R"(/deployment/configuration={})";
  CHECK(problems_of({without, delay + "599 s"}).empty());
  CHECK_FALSE(problems_of({without, delay + "10 min"}).empty());
}

TEST_CASE("invalid scenarios are rejected with exactly their golden messages") {
  const auto files = invalid_files();
  CHECK(files.size() >= 20);
  for (const std::filesystem::path& file : files) {
    INFO(file.filename().string());
    std::filesystem::path golden = file;
    golden.replace_extension(".golden");
    CHECK(messages_of(file) == read_file(golden));
  }
}

TEST_CASE("a name that no input may have is not suggested for one") {
  std::string text{scenarios::kUsualScenario};
  const std::string wrong = R"("ev\nts": {)";
  text.replace(text.find(R"("events": {)"), std::string_view{R"("events": {)"}.size(), wrong);
  const std::string said = joined(scenarios::read_scenario("name.json", text));
  CHECK_THAT(said, Catch::Contains("/reads: expected the name of an input, found \"events\"\n"));
}

TEST_CASE("a file with very many problems is cut short") {
  std::string text = "{";
  for (int i = 0; i < 1000; ++i) {
    text += (i == 0 ? "\"k" : ",\"k") + std::to_string(i) + "\":0";
  }
  const ReadResult result = scenarios::read_scenario("many.json", text + "}");
  CHECK(result.problems.size() == 101);
  CHECK(to_string(result.problems.back()) == "many.json: found 904 more problems, not shown");
}

TEST_CASE("a file that is too large is refused") {
  const std::string text(1024 * 1024 + 1, ' ');
  CHECK(joined(scenarios::read_scenario("large.json", text)) ==
        "large.json:1: expected at most 1048576 bytes, found 1048577\n");
}

TEST_CASE("the documented example is valid and every key and value is documented") {
  const std::string readme = read_file(std::filesystem::path(HARNESS_ROOT) / "scenarios/README.md");
  const std::string fence = "```jsonc\n";
  const std::size_t begin = readme.find(fence) + fence.size();
  const std::string example = readme.substr(begin, readme.find("```", begin) - begin);
  CHECK(joined(scenarios::read_scenario("README.md", example)).empty());
  for (const scenarios::Shape& shape : scenarios::all_shapes()) {
    for (const scenarios::Key& key : shape.keys) {
      INFO(shape.name << ": " << key.name);
      const std::string_view prefix = "kubernetes.operator.bluegreen.";
      const std::string name(key.name.starts_with(prefix) ? key.name.substr(prefix.size())
                                                          : key.name);
      CHECK((readme.find('`' + name + '`') != std::string::npos ||
             readme.find('"' + name + '"') != std::string::npos ||
             readme.find("`" + name) != std::string::npos || name.starts_with("flip504-") ||
             name == "alignment" || name == "idleness"));
    }
  }
  for (const scenarios::ChoiceList& list : scenarios::all_choices()) {
    for (const scenarios::Choice& choice : list.choices) {
      INFO(list.name << ": " << choice.name);
      // What the model lists under its own name is not listed again.
      CHECK((list.name == "mutation" || list.name == "protocol" ||
             readme.find('`' + std::string(choice.name) + '`') != std::string::npos ||
             readme.find('"' + std::string(choice.name) + '"') != std::string::npos));
    }
  }
}

TEST_CASE("a byte order mark is no part of the text") {
  CHECK(
      scenarios::read_scenario("bom.json", "\xEF\xBB\xBF" + std::string(scenarios::kUsualScenario))
          .scenario);
}

namespace {

using nlohmann::json;

const json& resolve(const json& schema, const json& root) {
  const json* at = &schema;
  while (at->contains("$ref")) {
    at = &root.at(json::json_pointer(at->at("$ref").get<std::string>().substr(1)));
  }
  return *at;
}

// Walks an example along the schema. `visit(pointer, object schema, object)` sees each object with
// a closed set of keys.
template <class Visit>
void walk(const json& value, const json& unresolved, const json& root, const std::string& pointer,
          const Visit& visit) {
  const json& schema = resolve(unresolved, root);
  if (schema.contains("anyOf")) {
    for (const json& alternative : schema["anyOf"]) {
      if (resolve(alternative, root).value("type", "") == value.type_name()) {
        walk(value, alternative, root, pointer, visit);
      }
    }
    return;
  }
  if (value.is_array()) {
    for (std::size_t i = 0; i < value.size(); ++i) {
      walk(value[i], schema.at("items"), root, pointer + '/' + std::to_string(i), visit);
    }
  } else if (value.is_object()) {
    const bool closed = schema.at("additionalProperties") == false;
    if (closed) {
      visit(pointer, schema, value);
    }
    for (const auto& [key, inner] : value.items()) {
      if (closed && !schema["properties"].contains(key)) {
        FAIL_CHECK("not in the schema: " << pointer << '/' << key);
        continue;
      }
      walk(inner, closed ? schema["properties"][key] : schema["additionalProperties"], root,
           pointer + '/' + key, visit);
    }
  }
}

}  // namespace

namespace {

// The actions as scenarios/README.md has them: whether an object with exactly these keys, besides
// `at` and `do`, is one.
bool is_action(const std::string& action, const json& object) {
  const std::string of = object.value("of", "");
  const std::string writer = object.value("writer", "");
  std::set<std::string> must;
  std::set<std::string> may;
  if (action == "pause_subtask" || action == "pause_source") {
    must = {"job", "operator", "for"};
    may = {"subtask"};
  } else if (action == "slow_subtask") {
    must = {"job", "operator", "per_record", "for"};
    may = {"subtask"};
  } else if (action == "freeze_informer" || action == "break_watch" ||
             action == "drop_watch_event") {
    must = {"of", action == "drop_watch_event" ? "times" : "for"};
    if (of == "gate" || of == "child_cache") {
      must.insert("job");
    }
    may = of == "gate" ? std::set<std::string>{"subtask"} : std::set<std::string>{};
  } else if (action == "conflict") {
    must = writer == "gate" ? std::set<std::string>{"writer", "times", "job"}
                            : std::set<std::string>{"writer", "times"};
  } else if (action == "child_not_ready" || action == "kill_job_manager" || action == "pause_job" ||
             action == "pause_job_manager" || action == "stale_metrics" ||
             action == "missing_metrics" || action == "slow_deletion" ||
             action == "pause_child_controller" || action == "unreachable_map") {
    must = {"job", "for"};
  } else if (action == "kill_task_manager") {
    must = {"job", "subtask"};
  } else if (action == "slow_savepoint") {
    must = {"job", "times", "by"};
  } else if (action == "slow_channels" || action == "slow_job_manager") {
    must = {"job", "by", "for"};
  } else if (action == "slow_restart") {
    must = {"job", "by"};
  } else if (action == "skew_clock") {
    must = {"job", "by", "direction"};
  } else if (action == "drift_clock") {
    must = {"job", "per_thousand", "direction", "for"};
  } else if (action == "kill_job" || action == "delete_child" || action == "suspend_child") {
    must = {"job"};
  } else if (action == "kill_task") {
    must = {"job", "operator", "subtask"};
  } else if (action == "lose_notices" || action == "fail_checkpoint" ||
             action == "fail_savepoint" || action == "hang_savepoint" ||
             action == "lose_acknowledgement") {
    must = {"job", "times"};
  } else if (action == "change_leader") {
    may = {"after_writes"};
  } else if (action == "restart_operator") {
    must = {"for"};
    may = {"after_writes"};
  } else if (action == "stop_api_server" || action == "pause_operator") {
    must = {"for"};
  } else if (action == "fail_requests" || action == "time_out_requests" ||
             action == "fail_ingress" || action == "refuse_savepoints" ||
             action == "lose_answers") {
    must = {"times"};
  } else if (action == "pause_task_manager") {
    must = {"job", "subtask", "for"};
  } else if (action == "slow_task_manager") {
    must = {"job", "subtask", "per_record", "for"};
  } else if (action == "slow_operator" || action == "slow_api_server") {
    must = {"by", "for"};
  } else if (action == "skew_operator_clock") {
    must = {"by", "direction"};
  } else if (action == "change_spec") {
    may = {"template", "configuration", "ingress"};
  }
  may.insert({"at", "do"});
  const bool only_allowed = std::all_of(
      object.items().begin(), object.items().end(),
      [&](const auto& item) { return must.count(item.key()) + may.count(item.key()) > 0; });
  return only_allowed && std::all_of(must.begin(), must.end(),
                                     [&](const std::string& key) { return object.contains(key); });
}

// As far as the schema of an object whose keys depend on each other goes.
bool fits(const json& object, const json& schema) {
  const json required = schema.value("required", json::array());
  bool right = std::all_of(required.begin(), required.end(),
                           [&](const json& key) { return object.contains(key); });
  const json properties = schema.value("properties", json::object());
  for (const auto& [key, inner] : properties.items()) {
    right = right && !(inner == false && object.contains(key));
    right = right && !(inner.is_object() && inner.contains("const") && object.contains(key) &&
                       object[key] != inner["const"]);
  }
  for (const json& rule : schema.value("allOf", json::array())) {
    const bool applies = fits(object, rule["if"]);
    right = right && (!applies || fits(object, rule["then"]));
    right = right && (applies || !rule.contains("else") || fits(object, rule["else"]));
  }
  return right;
}

// One bit a key: those of the format's actions in any combination.
json action_of(const std::string& action, unsigned keys) {
  static const std::vector<std::pair<std::string, json>> all{
      {"job", "BLUE"},    {"operator", ""},         {"subtask", 0},
      {"times", 1},       {"for", "1 s"},           {"after_writes", 1},
      {"writer", "gate"}, {"writer", "controller"}, {"per_record", "1 s"}};
  json object{{"at", "1 s"}, {"do", action}};
  for (std::size_t i = 0; i < all.size(); ++i) {
    if ((keys >> i & 1U) != 0) {
      object[all[i].first] = all[i].second;
    }
  }
  if (object.contains("operator")) {
    object["operator"] = action == "pause_source" ? "events" : "output";
  }
  const std::vector<std::string> watchers{"", "gate", "config_map_cache", "child_cache",
                                          "spec_cache"};
  const std::string& of = watchers[keys >> all.size()];
  if (!of.empty()) {
    object["of"] = of;
  }
  return object;
}
constexpr unsigned kKeySetsOfAWatcher = 1U << 9U;

// The keys that one action has alone, in any combination, added to an object.
constexpr unsigned kRareKeySets = 1U << 6U;
constexpr std::array kOfClocks{1U, 2U, 3U, 6U};  // the first three of them
json with_rare_keys(json object, unsigned keys) {
  static const std::vector<std::pair<std::string, json>> all{{"by", "1 s"},
                                                             {"direction", "ahead"},
                                                             {"per_thousand", 5},
                                                             {"template", {{"job.args", "a"}}},
                                                             {"configuration", json::object()},
                                                             {"ingress", "none"}};
  for (std::size_t i = 0; i < all.size(); ++i) {
    if ((keys >> i & 1U) != 0) {
      object[all[i].first] = all[i].second;
    }
  }
  return object;
}

}  // namespace

TEST_CASE("an action has its own keys and no others and reader and schema agree", "[slow]") {
  const json schema = json::parse(scenarios::schema_json())["$defs"]["timeline_entry"];
  std::size_t right = 0;
  const auto check = [&](std::string_view action, const json& object) {
    const bool wanted = is_action(std::string(action), object);
    right += wanted ? 1U : 0U;
    if (problems_of({"/timeline=[" + object.dump() + "]"}).empty() != wanted ||
        fits(object, schema) != wanted) {
      FAIL_CHECK(object.dump() << (wanted ? " is an action" : " is none"));
    }
    return wanted;
  };
  for (const std::string_view action : model::kActionNames) {
    // What is not about watchers has no `of`, whichever it is.
    const bool is_about_watchers =
        action == "freeze_informer" || action == "break_watch" || action == "drop_watch_event";
    for (unsigned keys = 0; keys < (is_about_watchers ? 5U : 2U) * kKeySetsOfAWatcher; ++keys) {
      const json object = action_of(std::string(action), keys);
      if (check(action, object) || keys == 0) {
        for (unsigned rare = 1; rare < kRareKeySets; ++rare) {
          check(action, with_rare_keys(object, rare));
        }
        continue;
      }
      for (const unsigned rare : kOfClocks) {
        const json more = with_rare_keys(object, rare);
        if (is_action(std::string(action), more)) {
          check(action, more);
        }
      }
    }
  }
  CHECK(right > 10);
}

TEST_CASE("an input computes its records or lists them and reader and schema agree") {
  const json schema = json::parse(scenarios::schema_json())["$defs"]["input"];
  const std::vector<std::pair<std::string, json>> all{
      {"records", 10},
      {"rate", "1/s"},
      {"event_time", {{"start", 0}, {"step", "1 s"}}},
      {"late", {{"every", 2}, {"by", "1 s"}}},
      {"keys", 3},
      {"event_start", 0},
      {"listed", json::array({{{"number", 1}, {"at", "1 s"}, {"event_time", 5}}})}};
  std::size_t right = 0;
  for (unsigned keys = 0; keys < 1U << all.size(); ++keys) {
    json object{{"partitions", 2}};
    for (std::size_t i = 0; i < all.size(); ++i) {
      if ((keys >> i & 1U) != 0) {
        object[all[i].first] = all[i].second;
      }
    }
    const bool is_listed = (keys & 0x40U) != 0;
    const bool wanted = is_listed ? (keys & 0x1FU) == 0 : (keys & 0x27U) == 7;
    right += wanted ? 1U : 0U;
    INFO(object.dump());
    CHECK(problems_of({"/input/events=" + object.dump()}).empty() == wanted);
    CHECK(fits(object, schema) == wanted);
  }
  CHECK(right == 6);
}

TEST_CASE("ranges and assumptions are read as they are written") {
  const Scenario every =
      scenarios::read_scenario("every.json", scenarios::kEveryKeyScenario, {}).scenario.value();
  const scenarios::RandomSection& random = every.random.value();
  const auto is = [](const std::optional<scenarios::Between>& range, std::uint32_t least,
                     std::uint32_t most) {
    return range && range->least == least && range->most == most;
  };
  CHECK(is(random.input->partitions, 1, 64));
  CHECK(random.input->rate->per_ms == 60'000);
  CHECK(is(random.input->rate->count, 2, 10));
  CHECK(is(random.input->late_ms, 5'000, 60'000));
  CHECK(random.input->starts.size() == 2);
  CHECK(random.job->shapes.front() == scenarios::DagShape::kAny);
  CHECK(random.job->ship == std::vector{model::Ship::kForward, model::Ship::kHash});
  CHECK(random.job->without_watermarks);
  CHECK(random.job->co_maps);
  CHECK(is(random.deployment->reschedule_interval_ms, 1, 7'000));
  CHECK(is(random.environment->status_lag_ms, 13, 14));
  CHECK(random.faults->kinds == std::vector{model::Action::kKillJob, model::Action::kConflict});
  CHECK(is(random.faults->lasting_ms, 2'000, 60'000));
  CHECK(is(random.transitions->how_many, 0, 8));
  CHECK(is(random.clock_ahead_ms, 0, 3'600'000));
  CHECK(every.assumptions ==
        std::vector{scenarios::Assumption::kMargin, scenarios::Assumption::kNoLate});
}

TEST_CASE("without ranges the scenario itself is restricted") {
  const std::string file{scenarios::kUsualScenario};
  Overrides assuming;
  assuming.sets = {"/assume=[\"no_late\", \"one_subtask\"]"};
  const Scenario plain = scenarios::read_scenario("usual.json", file, {}).scenario.value();
  const Scenario strict = scenarios::read_scenario("usual.json", file, assuming).scenario.value();
  CHECK(plain.settings.inputs[0].late.which.every == 100);
  CHECK(strict.settings.inputs[0].late.which.every == 0);
  CHECK(strict.settings.inputs[0].out_of_order == plain.settings.inputs[0].out_of_order);
  CHECK(strict.settings.job.operators[1].parallelism == 1);
  CHECK(strict.assumptions.empty());
}

TEST_CASE("records that are listed have no ranges") {
  Overrides ranges;
  ranges.sets = {"/input/events={\"listed\":[{\"number\":0,\"at\":\"1 s\",\"event_time\":0}]}",
                 "/random={\"input\":{\"late\":[\"1 s\",\"2 s\"]}}"};
  const std::string said =
      joined(scenarios::read_scenario("usual.json", scenarios::kUsualScenario, ranges));
  CHECK_THAT(said, Catch::Contains("/random/input: expected an input that computes its records, "
                                   "found none"));
}

TEST_CASE("schema and reader know the same keys") {
  const json root = json::parse(scenarios::schema_json());
  std::set<std::string> shapes_seen;
  std::set<std::string> keys_seen;
  // What excludes each other is in several examples.
  for (const std::string_view example :
       {scenarios::kEveryKeyScenario, scenarios::kExploredScenario, scenarios::kPlacedScenario}) {
    walk(
        json::parse(example), root, root, "",
        [&](const std::string& pointer, const json& schema, const json& object) {
          const std::string shape = schema.dump();
          shapes_seen.insert(shape);
          for (const auto& [key, inner] : object.items()) {
            keys_seen.insert(shape + key);
          }
          for (const auto& [key, inner] : schema["properties"].items()) {
            // Whatever the reader says about null at this place, it is not that it does not know
            // the key.
            Overrides overrides;
            overrides.sets = {pointer + '/' + key + "=null"};
            const std::string said =
                joined(scenarios::read_scenario("every.json", example, overrides));
            INFO(said);
            CHECK(said.find("--set 1:" + pointer + '/' + key) != std::string::npos);
            CHECK(said.find("unknown key") == std::string::npos);
          }
          Overrides overrides;
          overrides.sets = {pointer + "/no_such_key=null"};
          const std::string said =
              joined(scenarios::read_scenario("every.json", example, overrides));
          CHECK(said.find("--set 1:" + pointer + "/no_such_key: unknown key") != std::string::npos);
        });
  }
  // The examples show every shape and, but for settings that have two places, every key of it.
  std::size_t shapes = 0;
  std::vector<std::string> not_shown;
  for (const auto& [name, schema] : root["$defs"].items()) {
    if (!schema.contains("properties")) {
      continue;
    }
    ++shapes;
    for (const auto& [key, inner] : schema["properties"].items()) {
      if (keys_seen.count(schema.dump() + key) == 0 && name != "verdicts" && name != "expect") {
        not_shown.push_back(key);
      }
    }
  }
  CHECK(shapes_seen.size() == shapes);
  CHECK(not_shown == std::vector<std::string>{"execution.checkpointing.interval",
                                              "pipeline.auto-watermark-interval"});
}
