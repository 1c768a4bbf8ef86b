// The "explore" section: what it fills in, and that a scenario with a grid is on it. The messages
// of whole files are goldens in scenarios/invalid/.
#include "scenarios/reader/check_grid.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "scenarios/reader/scenario.hpp"
#include "tests/scenarios/examples.hpp"
#include "tests/support/scenario_files.hpp"

namespace {

using scenarios::ReadResult;
using scenarios::Scenario;

ReadResult read(const std::vector<std::string>& sets, const std::string& protocol = "") {
  scenarios::Overrides overrides;
  overrides.sets = sets;
  if (!protocol.empty()) {
    overrides.protocol = protocol;
  }
  return scenarios::read_scenario("grid.json", scenarios::kExploredScenario, overrides);
}

// What is wrong after the changes; empty if nothing is.
std::string grid_problems(const std::vector<std::string>& sets, const std::string& protocol = "") {
  std::string text;
  for (const scenarios::Problem& problem : read(sets, protocol).problems) {
    text += to_string(problem) + '\n';
  }
  return text;
}

Scenario on_the_grid(const std::vector<std::string>& sets) {
  INFO(grid_problems(sets));
  const ReadResult result = read(sets);
  REQUIRE(result.scenario);
  return *result.scenario;
}

const std::string kConfiguration = "/deployment/configuration/kubernetes.operator.bluegreen.";

}  // namespace

TEST_CASE("the grid and the jitter are read into settings of their own") {
  const model::GridSettings grid{250, {0, 250, 1'750}};
  CHECK(on_the_grid({}).settings.grid == grid);
  const Scenario every = on_the_grid({R"(/explore={"grid":"50 ms"})"});
  CHECK(every.settings.grid == model::GridSettings{50, {}});
  CHECK_FALSE(support::load("handover/smallest.json").settings.grid);
}

TEST_CASE("whatever is processing time is a multiple of the grid") {
  const std::string listed = R"(/input/clicks/listed/0/at=251 ms)";
  const std::vector<std::string> all{
      "/environment/informer_lag/0=1 ms",
      "/environment/informer_lag/1=251 ms",
      "/environment/channel_delay/1=1 ms",
      "/environment/checkpoint_time/1=251 ms",
      "/environment/notice_delay/1=251 ms",
      "/environment/open_time/1=1 ms",
      "/environment/deploy_time/blue/1=501 ms",
      "/environment/deploy_time/green/0=501 ms",
      R"(/environment/status_lag=["0 ms","1 ms"])",
      "/environment/faults/0/between/0=1999 ms",
      "/environment/faults/0/between/1=2251 ms",
      "/environment/faults/0/for=1001 ms",
      "/timeline/0/at=1251 ms",
      R"(/timeline/-={"at":"2 s","do":"restart_operator","for":"1 ms"})",
      "/job/checkpointing/interval=1001 ms",
      "/job/auto_watermark_interval=200 ms",
      kConfiguration + "deployment-deletion.delay=1 ms",
      kConfiguration + "gate.timeout=8001 ms",
      kConfiguration + "abort.grace-period=8001 ms",
      kConfiguration + "reconciliation.reschedule-interval=1 ms",
      listed,
      "/input/events/rate=3/s",
      "/job/operators/1/rate_limit=8/s"};
  for (const std::string& set : all) {
    INFO(set);
    const std::string said = grid_problems({set});
    const std::string pointer = set.substr(0, set.find('='));
    const std::string place = pointer.ends_with("/-") ? "/timeline/1/for" : pointer;
    CHECK(said.find("--set 1:" + place) == 0);
    CHECK(said.find("a multiple of the grid (250 ms), found ") != std::string::npos);
    CHECK(said.find('\n') == said.size() - 1);
    // Without a section it is nobody's concern.
    scenarios::Overrides overrides;
    overrides.sets = {set};
    std::string plain{scenarios::kExploredScenario};
    plain.erase(plain.find(",\n  \"explore\""));
    CHECK(scenarios::read_scenario("plain.json", plain + "}", overrides).problems.empty());
  }
}

TEST_CASE("event times are not on the grid") {
  CHECK(grid_problems({"/input/events/event_time/step=1 ms", "/clock_start=17",
                       "/input/clicks/listed/0/event_time=1700000000017",
                       R"(/input/events/late={"every":2,"by":"13 ms"})",
                       "/job/operators/0/watermarks/bound=1 ms"})
            .empty());
}

TEST_CASE("what is not given is off the grid under the key that should be given") {
  CHECK(grid_problems({R"(/environment={"informer_lag":["0 ms","0 ms"]})"}) ==
        "--set 1:/environment/channel_delay: expected a multiple of the grid (250 ms), found the "
        "default [0 ms, 5 ms]\n"
        "--set 1:/environment/checkpoint_time: expected a multiple of the grid (250 ms), found the "
        "default [1 ms, 50 ms]\n"
        "--set 1:/environment/notice_delay: expected a multiple of the grid (250 ms), found the "
        "default [1 ms, 20 ms]\n"
        "--set 1:/environment/open_time: expected a multiple of the grid (250 ms), found the "
        "default [0 ms, 200 ms]\n");
  const std::string interval = R"(/job/checkpointing={"interval":"1 s"})";
  CHECK(grid_problems({R"(/deployment/configuration={})", "/explore/grid=7 min",
                       R"(/explore/write_jitter=["0 ms"])"})
            .find("--set 1:/deployment/configuration/"
                  "kubernetes.operator.bluegreen.abort.grace-period: expected a multiple of the "
                  "grid (7 min), found the default 10 min\n") != std::string::npos);
}

TEST_CASE("a setting is off the grid where it was given") {
  const std::string flink = "/deployment/flink_configuration/";
  const std::string without = R"(/job={"operators":[
      {"id":"events","kind":"source","reads":"events","rate_limit":"4/s"},
      {"id":"clicks","kind":"source","reads":"clicks","rate_limit":"4/s"},
      {"id":"output","kind":"sink","inputs":[{"from":"events"},{"from":"clicks"}]}]})";
  CHECK(grid_problems({without, flink + "pipeline.auto-watermark-interval=10 ms",
                       flink + "execution.checkpointing.interval=20 ms"}) ==
        "--set 2:/deployment/flink_configuration/pipeline.auto-watermark-interval: expected a "
        "multiple of the grid (250 ms), found \"10 ms\"\n"
        "--set 3:/deployment/flink_configuration/execution.checkpointing.interval: expected a "
        "multiple of the grid (250 ms), found \"20 ms\"\n");
  CHECK(grid_problems({R"(/environment/deploy_time=["300 ms","500 ms"])"}) ==
        "grid.json:18:/environment/status_lag: expected a multiple of the grid (250 ms), found the "
        "default [0 ms, 300 ms]\n"
        "--set 1:/environment/deploy_time/0: expected a multiple of the grid (250 ms), found "
        "\"300 ms\"\n");
}

TEST_CASE("a record of a subtask takes a multiple of the grid") {
  const auto says = [](const std::string& limit, const std::string& found) {
    return grid_problems({"/job/operators/0/rate_limit=" + limit}) ==
           "--set 1:/job/operators/0/rate_limit: expected a rate limit at which a record of a "
           "subtask takes a multiple of the grid (250 ms), found " +
               found + "\n";
  };
  // Two subtasks share it.
  for (const char* const fits : {"8/s", "4/s", "2/s", "1/s", "60/min", "1/h"}) {
    CHECK(grid_problems({std::string{"/job/operators/0/rate_limit="} + fits}).empty());
  }
  CHECK(says("16/s", "one in 125 ms"));
  CHECK(says("3/s", "3 in 2 s"));
  CHECK(says("1/ms", "one in 2 ms"));
  CHECK(says("1000000/ms", "500000 in 1 ms"));
  const std::string none = R"(/job/operators/1={"id":"clicks","kind":"source","reads":"clicks"})";
  CHECK(grid_problems({none}) ==
        "--set 1:/job/operators/1/rate_limit: expected a rate limit at which a record of a subtask "
        "takes a multiple of the grid (250 ms), found none\n");
  CHECK_FALSE(grid_problems({none, "/explore/grid=1 ms"}).empty());
}

TEST_CASE("constants count where the protocol comes by them") {
  // On a grid of 7 s, with everything else there too.
  const auto constants = [](const std::string& protocol, const std::string& mutations = "[]") {
    const std::vector<std::string> sets{
        R"(/explore={"grid":"7 s"})",
        R"(/input={"events":{"listed":[{"number":0,"at":"7 s","event_time":1}]}})",
        R"(/job={"operators":[{"id":"events","kind":"source","reads":"events","rate_limit":"1/s","parallelism":7},
            {"id":"output","kind":"sink","inputs":[{"from":"events"}]}],
            "checkpointing":{"interval":"7 s"},"auto_watermark_interval":"7 s"})",
        kConfiguration + "deployment-deletion.delay=7 s",
        kConfiguration + "gate.timeout=14 s",
        kConfiguration + "abort.grace-period=14 s",
        kConfiguration + "reconciliation.reschedule-interval=7 s",
        R"(/environment={"informer_lag":["0 s","7 s"],"channel_delay":["0 s","7 s"],
            "checkpoint_time":["0 s","7 s"],"notice_delay":["0 s","7 s"],"open_time":["0 s","7 s"],
            "deploy_time":["7 s","7 s"],"status_lag":["0 s","7 s"]})",
        "/timeline/0/at=7 s",
        "/mutations=" + mutations};
    std::string found;
    const std::string said = grid_problems(sets, protocol);
    for (std::size_t at = 0; at < said.size();) {
      const std::size_t end = said.find('\n', at);
      const std::string line = said.substr(at, end - at);
      const std::string wanted = "--set 1:/explore/grid: expected a divisor of the ";
      INFO(line);
      CHECK(line.starts_with(wanted));
      found += line.substr(wanted.size(), line.find(',') - wanted.size()) + "; ";
      at = end + 1;
    }
    return found;
  };
  const std::string window = "500 ms of the write window (p2:R2.1); ";
  const std::string silence = "30 s of the gauge's silence (p2:R4.1); ";
  const std::string metrics = "10 s of the metric store (rt:M2); ";
  const std::string again = "500 ms of the repeated delete (op:2.1); ";
  CHECK(constants("basic").empty());
  CHECK(constants("flip504-r1") == again);
  CHECK(constants("flip504-r2") == window + again);
  CHECK(constants("flip504-r3") == window);
  CHECK(constants("flip504-r4") == window + silence + metrics);
  CHECK(constants("flip504-r5") == window + silence + metrics);
  CHECK(constants("cutover-1").empty());
  CHECK(constants("flip504-r5", R"(["p2:R1d"])") == silence + metrics);
  CHECK(constants("flip504-r5", R"(["op:H7"])") == window + silence + metrics + again);
}

TEST_CASE("what is explored is small") {
  const auto repeated = [](const std::string& entry, std::size_t count) {
    std::string list = "[" + entry;
    for (std::size_t i = 1; i < count; ++i) {
      list += "," + entry;
    }
    return list + "]";
  };
  // One record is listed.
  CHECK(grid_problems({"/input/events/records=63"}).empty());
  CHECK(grid_problems({"/input/events/records=64"}) ==
        "grid.json:3:/input: expected at most 64 records in all inputs to be explored, found 65\n");
  const std::string change = R"({"at":"2 s","do":"change_spec"})";
  const std::string kill = R"({"between":["2 s","2 s"],"do":"kill_job","job":"BLUE"})";
  CHECK(grid_problems({"/timeline=" + repeated(change, 7)}).empty());
  CHECK(grid_problems({"/timeline=" + repeated(change, 8)}) ==
        "grid.json:21:/environment/faults: expected at most 8 entries of timeline and faults to be "
        "explored, found 9\n");
  CHECK(grid_problems({"/timeline=" + repeated(change, 9)}) ==
        "--set 1:/timeline: expected at most 8 entries of timeline and faults to be explored, "
        "found 10\n");
  CHECK(grid_problems({"/environment/faults=" + repeated(kill, 7)}).empty());
  // Each of the sink's two inputs has gates before it.
  const std::string wide = "/job/operators/2/parallelism=";
  CHECK(grid_problems({wide + "4"}).empty());
  CHECK(grid_problems({wide + "5"}) ==
        "grid.json:7:/job/operators: expected at most 16 subtasks to be explored, found 18\n");
  const std::string maps = R"(/job/operators=[
      {"id":"events","kind":"source","reads":"events","rate_limit":"4/s"},
      {"id":"clicks","kind":"source","reads":"clicks","rate_limit":"4/s"},
      {"id":"a","kind":"map","inputs":[{"from":"events"}]},
      {"id":"b","kind":"map","inputs":[{"from":"events"}]},
      {"id":"c","kind":"map","inputs":[{"from":"events"}]},
      {"id":"output","kind":"sink","inputs":[{"from":"a"},{"from":"b"},{"from":"c"},{"from":"clicks"})";
  CHECK(grid_problems({maps + "]}]"}).empty());
  CHECK(grid_problems({maps + R"(,{"from":"events"}]}])"})
            .find("/job/operators: expected at most 4 inputs of sinks to be explored, found 5\n") !=
        std::string::npos);
}

TEST_CASE("sections that could not be read are not off the grid") {
  CHECK(grid_problems({"/environment/informer_lag/0=fast", "/environment/channel_delay/1=1 ms"}) ==
        "--set 1:/environment/informer_lag/0: expected a duration such as \"10 s\" or \"500 ms\", "
        "found \"fast\"\n");
  CHECK(grid_problems({"/explore/grid=fine", "/environment/channel_delay/1=1 ms"}) ==
        "--set 1:/explore/grid: expected a duration such as \"10 s\" or \"500 ms\", found "
        "\"fine\"\n");
  CHECK(grid_problems({R"(/job/operators/2/inputs=[{"from":"nobody"}])", "/timeline/0/at=1 ms"})
            .find("--set 2:/timeline/0/at: expected a multiple of the grid") != std::string::npos);
}

TEST_CASE("an explored scenario is one scenario whose runs nothing cuts off") {
  CHECK(grid_problems({"/horizon=2 h"}) ==
        "--set 1:/horizon: expected none with \"explore\", whose runs end when they have settled "
        "or never, found \"2 h\"\n");
  CHECK(grid_problems({R"(/random={"clock_ahead":["0 s","1 s"]})"}) ==
        "grid.json:23:/explore: expected one scenario to explore, found \"random\" too\n");
  CHECK(grid_problems({R"(/assume=["no_late","from_savepoint"])"}).empty());
  CHECK(grid_problems({"/environment/informer_lag/1=500 ms", R"(/assume=["prompt_informers"])"}) ==
        "--set 2:/assume: expected assumptions that keep to the grid (250 ms), found that they "
        "change /environment/informer_lag\n");
}

TEST_CASE("one run may be off its grid") {
  const std::string lag = "/environment/informer_lag/0=1 ms";
  CHECK_FALSE(grid_problems({lag}).empty());
  const Scenario one = on_the_grid({lag, "/choices=[]"});
  CHECK(one.settings.grid->step_ms == 250);
  CHECK(scenarios::off_grid(one.settings).size() == 1);
  CHECK_FALSE(grid_problems({"/choices=[]", "/input/events/records=64"}).empty());
  CHECK_FALSE(grid_problems({"/choices=[]", R"(/explore={})"}).empty());
}
