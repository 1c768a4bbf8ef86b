// Operators that make other records of those they get, and look-ups, on their way through files:
// read, written, made small, told of.
#include <catch2/catch.hpp>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "model/notes.hpp"
#include "scenarios/random/assumptions.hpp"
#include "scenarios/random/draw.hpp"
#include "scenarios/reader/scenario.hpp"
#include "scenarios/reader/schema.hpp"
#include "scenarios/runner/naming.hpp"
#include "scenarios/runner/narrate.hpp"
#include "scenarios/runner/run.hpp"
#include "scenarios/runner/tell.hpp"
#include "scenarios/shrink/elements.hpp"
#include "scenarios/writer/write_scenario.hpp"
#include "tests/scenarios/examples.hpp"
#include "tests/support/drawing.hpp"
#include "tests/support/scenario_files.hpp"

namespace {

using model::EventSpan;
using model::OperatorKind;
using model::OperatorSettings;
using model::WindowType;
using nlohmann::json;
using scenarios::Candidate;
using scenarios::Scenario;

std::string complaints(const scenarios::ReadResult& read) {
  std::string all;
  for (const scenarios::Problem& problem : read.problems) {
    all += to_string(problem) + '\n';
  }
  return all;
}

// What the reader says of it, written down; empty if it is valid and reads as what it is.
std::string problems_of(const Scenario& scenario) {
  const scenarios::ReadResult read =
      scenarios::read_scenario(scenario.name + ".json", scenarios::write_scenario(scenario), {});
  if (!read.scenario) {
    return complaints(read);
  }
  return *read.scenario == scenario ? "" : "it reads as something else";
}

constexpr std::string_view kJoin = R"({
  "title": "a join of two inputs, and what becomes of its results",
  "input": {
    "left": { "partitions": 2, "records": 150, "rate": "5/s", "event_time": { "start": 1700000000000, "step": "200 ms" },
              "late": { "every": 20, "offset": 3, "by": "10 s" } },
    "right": { "records": 150, "rate": "5/s", "event_time": { "start": 1700000000000, "step": "200 ms" }, "keys": 3 } },
  "job": {
    "operators": [
      { "id": "left", "kind": "source", "reads": "left", "watermarks": { "strategy": "monotonous" } },
      { "id": "right", "kind": "source", "reads": "right", "watermarks": { "strategy": "monotonous" } },
      { "id": "keyed", "kind": "re_key", "keys": 3, "inputs": [ { "from": "left" } ] },
      { "id": "asked", "kind": "look_up", "latency": ["0 ms", "50 ms"], "inputs": [ { "from": "keyed" } ] },
      { "id": "pairs", "kind": "window_join", "window": { "type": "tumbling", "size": "2 s" },
        "inputs": [ { "from": "asked", "ship": "hash" }, { "from": "right", "ship": "hash" } ] },
      { "id": "output", "kind": "sink", "inputs": [ { "from": "pairs" }, { "from": "pairs", "output": "late" } ] } ],
    "checkpointing": { "interval": "2 s" } },
  "deployment": {
    "protocol": "flip504-r5", "transition_mode": "ADVANCED",
    "flink_configuration": { "state.savepoints.dir": "s3://savepoints" },
    "configuration": { "kubernetes.operator.bluegreen.deployment-deletion.delay": "4 s",
                       "kubernetes.operator.bluegreen.gate.timeout": "40 s",
                       "kubernetes.operator.bluegreen.reconciliation.reschedule-interval": "1 s" } },
  "environment": { "deploy_time": ["1 s", "2 s"], "status_lag": ["0 ms", "500 ms"] },
  "timeline": [ { "at": "8 s", "do": "change_spec" } ]
})";

scenarios::ReadResult read_join(const std::vector<std::string>& sets) {
  scenarios::Overrides overrides;
  overrides.sets = sets;
  return scenarios::read_scenario("join.json", kJoin, overrides);
}

Scenario join_with(const std::vector<std::string>& sets = {}) {
  const scenarios::ReadResult read = read_join(sets);
  INFO(complaints(read));
  REQUIRE(read.scenario);
  return *read.scenario;
}

const OperatorSettings& op_of(const Scenario& scenario, const std::string& id) {
  const auto& all = scenario.settings.job.operators;
  return *std::find_if(all.begin(), all.end(), [&](const auto& op) { return op.id == id; });
}

bool has(const Scenario& scenario, OperatorKind kind) {
  const auto& all = scenario.settings.job.operators;
  return std::any_of(all.begin(), all.end(), [&](const auto& op) { return op.kind == kind; });
}

}  // namespace

TEST_CASE("each key of an operator that makes other records is read into its own setting") {
  const auto read = scenarios::read_scenario("every.json", scenarios::kEveryKeyScenario);
  INFO(complaints(read));
  REQUIRE(read.scenario);
  const Scenario& every = *read.scenario;
  const auto ms = [](std::int64_t length) { return EventSpan{sim::milliseconds{length}}; };
  CHECK(op_of(every, "split").copies == 3);
  CHECK(op_of(every, "keyed").keys == 5);
  CHECK(op_of(every, "asked").latency == model::Delay{1, 20});
  CHECK(op_of(every, "counted").kind == OperatorKind::kKeyedProcess);
  CHECK(op_of(every, "sums").window ==
        model::WindowSettings{WindowType::kSliding, ms(10'000), ms(2'000), {}, ms(500), ms(3'000)});
  CHECK(op_of(every, "visits").window ==
        model::WindowSettings{WindowType::kSession, {}, {}, ms(4'000), {}, {}});
  CHECK(op_of(every, "pairs").kind == OperatorKind::kWindowJoin);
  CHECK(op_of(every, "pairs").window.size == ms(20'000));
  CHECK(op_of(every, "near").before == ms(6'000));
  CHECK(op_of(every, "near").after == ms(0));
  CHECK(op_of(every, "near").inputs.at(0).takes_late);
  CHECK_FALSE(op_of(every, "near").inputs.at(1).takes_late);
  const scenarios::RandomJob& job = *every.random->job;
  CHECK(job.kinds == std::vector{OperatorKind::kWindow, OperatorKind::kFlatMap});
  CHECK(job.copies == scenarios::Between{1, 4});
  CHECK(job.new_keys == scenarios::Between{2, 9});
  CHECK(job.latency_ms == scenarios::Between{3, 4});
  CHECK(job.window_ms == scenarios::Between{5'000, 6'000});
  CHECK(job.lateness_ms == scenarios::Between{0, 7'000});
  CHECK(job.reads_late);
}

TEST_CASE("a key of a window belongs to its types and reader and schema agree (rt:L4 rt:L8)") {
  const json schema = json::parse(scenarios::schema_json())["$defs"]["window_settings"];
  const std::vector<std::string> keys{"size", "slide", "gap", "offset", "allowed_lateness"};
  const std::vector<std::vector<std::string>> needed{{"size"}, {"size", "slide"}, {"gap"}};
  const std::vector<std::set<std::string>> allowed{{"size", "offset", "allowed_lateness"},
                                                   {"size", "slide", "offset", "allowed_lateness"},
                                                   {"gap", "allowed_lateness"}};
  const std::vector<std::string> types{"tumbling", "sliding", "session"};
  int right = 0;
  for (std::size_t type = 0; type < types.size(); ++type) {
    for (unsigned which = 0; which < 1U << keys.size(); ++which) {
      json window{{"type", types[type]}};
      for (std::size_t i = 0; i < keys.size(); ++i) {
        if ((which >> i & 1U) != 0) {
          window[keys[i]] = keys[i] == "offset" ? "1 ms" : "1 s";
        }
      }
      const auto is_there = [&](const std::string& key) { return window.contains(key); };
      const auto may_be = [&](const std::string& key) {
        return !is_there(key) || allowed[type].count(key) != 0;
      };
      const bool wanted = std::all_of(needed[type].begin(), needed[type].end(), is_there) &&
                          std::all_of(keys.begin(), keys.end(), may_be);
      INFO(window.dump());
      CHECK(read_join({"/job/operators/4/window=" + window.dump()}).scenario.has_value() == wanted);
      bool fits = true;
      for (const json& rule : schema["allOf"]) {
        if (rule["if"]["properties"]["type"]["const"] != types[type]) {
          continue;
        }
        const json required = rule["then"].value("required", json::array());
        const json never = rule["then"].value("properties", json::object());
        for (const json& key : required) {
          fits = fits && window.contains(key);
        }
        for (const std::string& key : keys) {
          fits = fits && !(never.contains(key) && window.contains(key));
        }
      }
      CHECK(fits == wanted);
      right += wanted ? 1 : 0;
    }
  }
  CHECK(right == 4 + 4 + 2);
}

TEST_CASE("windows may have whole sizes up to a thousand slides and any offset below a step") {
  const std::string window = "/job/operators/4/window=";
  CHECK(read_join({window + R"({"type":"sliding","size":"1 s","slide":"1 ms"})"}).scenario);
  CHECK(read_join({window + R"({"type":"sliding","size":"1 s","slide":"1 s","offset":"999 ms"})"})
            .scenario);
  CHECK(read_join({window + R"({"type":"tumbling","size":"1 s","offset":"999 ms"})"}).scenario);
  CHECK_FALSE(read_join({window + R"({"type":"tumbling","size":"1 s","offset":"1 s"})"}).scenario);
}

TEST_CASE("a new key is a key to whatever is behind it (rt:T7)") {
  CHECK(read_join({}).scenario);
  const std::string said = complaints(
      read_join({"/job/operators/2/kind=map", "/job/operators/2/inputs/0/ship=forward"}));
  CHECK(said.find("/job/operators/4/inputs/0/ship: expected \"keys\" in /input/left") !=
        std::string::npos);
  CHECK(said.find("/input/right") == std::string::npos);
}

TEST_CASE("what cannot stand behind other records may stand beside them") {
  const std::string sink =
      R"({"id":"second","kind":"sink","guarantee":"upsert","inputs":[{"from":"right"}]})";
  CHECK(read_join({"/job/operators/-=" + sink, "/deployment/protocol=basic"}).scenario);
  const std::string timed =
      R"({"id":"timed","kind":"assign_timestamps","inputs":[{"from":"right"}]})";
  CHECK(read_join({"/job/operators/-=" + timed, "/job/operators/4/inputs/1/from=timed"}).scenario);
}

TEST_CASE("of a look-up the latency is changed and checked like any other delay") {
  CHECK(op_of(join_with({R"(/job/operators/3/latency=["1 s","2 s"])"}), "asked").latency ==
        model::Delay{1'000, 2'000});
  CHECK(complaints(read_join({R"(/job/operators/3/latency=["2 s","1 s"])"}))
            .find("/job/operators/3/latency: expected") != std::string::npos);
  const std::string asked =
      R"({"id":"asked","kind":"look_up","latency":["0 ms","LONGEST"],"inputs":[{"from":"events"}]})";
  const auto explored = [&](const std::string& longest) {
    std::string text = asked;
    text.replace(text.find("LONGEST"), 7, longest);
    scenarios::Overrides overrides;
    overrides.sets = {"/job/operators/-=" + text, "/job/operators/2/inputs/0/from=asked"};
    return scenarios::read_scenario("explored.json", scenarios::kExploredScenario, overrides);
  };
  CHECK(explored("250 ms").scenario);
  CHECK(complaints(explored("251 ms"))
            .find("/job/operators/3/latency/1: expected a multiple of the grid (250 ms)") !=
        std::string::npos);
}

// --- made small

// Whatever is taken away from a drawn job or changed in it, what is left is valid.
TEST_CASE("a job with windows and joins is made small in valid steps") {
  const Scenario file = support::load("random/windows.json");
  std::set<std::string> seen;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    Candidate candidate;
    candidate.scenario = support::draw(file, seed);
    for (int step = 0; step < 6; ++step) {
      const auto elements = scenarios::elements_of(candidate);
      for (const scenarios::Element& element : elements) {
        if (element.axis == scenarios::Element::Axis::kOperator ||
            element.what.find(" of step-") != std::string::npos) {
          Candidate without = candidate;
          element.remove(without);
          INFO("seed " << seed << " without " << element.what << "\n"
                       << scenarios::write_scenario(candidate.scenario));
          REQUIRE(problems_of(without.scenario).empty());
          CHECK_FALSE(without.scenario.settings == candidate.scenario.settings);
          seen.insert(element.what.substr(0, element.what.find(" of step-")));
        }
      }
      if (elements.empty()) {
        break;
      }
      elements[(seed * 7 + static_cast<std::uint64_t>(step)) % elements.size()].remove(candidate);
    }
  }
  for (const char* const what : {"the copies", "the new keys", "the latency", "the sessions",
                                 "the sliding", "the window offset", "the allowed lateness"}) {
    INFO(what);
    CHECK(seen.count(what) == 1);
  }
}

TEST_CASE("numbers of windows and joins keep to each other while they are made small") {
  const Scenario file = support::load("random/windows.json");
  std::set<std::string> seen;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    Candidate candidate;
    candidate.scenario = support::draw(file, seed);
    for (const scenarios::Quantity& quantity : scenarios::quantities_of(candidate)) {
      if (quantity.what.find("step-") == std::string::npos &&
          quantity.what.find("right record") == std::string::npos) {
        continue;
      }
      for (const std::int64_t value :
           {quantity.least, std::int64_t{3}, std::min(quantity.most, std::int64_t{16})}) {
        Candidate changed = candidate;
        quantity.set(changed, value);
        INFO("seed " << seed << ": " << quantity.pointer << " = " << value << "\n"
                     << scenarios::write_scenario(candidate.scenario));
        REQUIRE(problems_of(changed.scenario).empty());
      }
      seen.insert(quantity.pointer.substr(quantity.pointer.rfind('/') + 1));
    }
  }
  for (const char* const key : {"copies", "keys", "size", "slide", "gap", "offset",
                                "allowed_lateness", "before", "after"}) {
    INFO(key);
    CHECK(seen.count(key) == 1);
  }
}

TEST_CASE("neighbours of an operator that goes are connected and a join that loses one is none") {
  Candidate join;
  join.scenario = join_with();
  const auto without = [&](const std::string& what) {
    for (const scenarios::Element& element : scenarios::elements_of(join)) {
      if (element.what == what) {
        Candidate smaller = join;
        element.remove(smaller);
        return smaller.scenario;
      }
    }
    FAIL("no such element: " << what);
    return join.scenario;
  };
  const Scenario no_join = without("the operator pairs");
  const auto& sink = op_of(no_join, "output").inputs;
  REQUIRE(sink.size() == 2);  // of both outputs the same
  CHECK(sink[0].from == "asked");
  CHECK(sink[1].from == "right");
  const Scenario one_input = without("the edge from right to pairs");
  CHECK(op_of(one_input, "pairs").kind == OperatorKind::kWindow);
  CHECK(one_input.settings.inputs.size() == 1);
  CHECK(op_of(one_input, "output").inputs.at(1).takes_late);
  CHECK(op_of(without("the edge from late pairs to output"), "output").inputs.size() == 1);
  // Without new keys there would be none.
  const auto elements = scenarios::elements_of(join);
  CHECK(std::none_of(elements.begin(), elements.end(),
                     [](const auto& element) { return element.what == "the operator keyed"; }));
  CHECK(std::none_of(elements.begin(), elements.end(), [](const auto& element) {
    return element.what == "how pairs is reached from asked";
  }));
}

// --- drawn

TEST_CASE("every kind of operator is drawn with and without what belongs to it") {
  const Scenario file = support::load("random/windows.json");
  std::set<OperatorKind> kinds;
  std::set<WindowType> types;
  int late = 0;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    for (const OperatorSettings& op : support::draw(file, seed).settings.job.operators) {
      kinds.insert(op.kind);
      if (op.kind == OperatorKind::kWindow) {
        types.insert(op.window.type);
      }
      late += std::any_of(op.inputs.begin(), op.inputs.end(),
                          [](const auto& input) { return input.takes_late; })
                  ? 1
                  : 0;
    }
  }
  for (std::size_t kind = static_cast<std::size_t>(OperatorKind::kFlatMap);
       kind <= static_cast<std::size_t>(OperatorKind::kIntervalJoin); ++kind) {
    CHECK(kinds.count(static_cast<OperatorKind>(kind)) == 1);
  }
  CHECK(types.size() == 3);
  CHECK(late > 5);
}

TEST_CASE("without kinds the rest is drawn as before") {
  Scenario file = support::load("random/everything.json");
  Scenario more = file;
  more.random->job->kinds = {OperatorKind::kLookUp};
  int with = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    const Scenario plain = support::draw(file, seed);
    Scenario drawn = support::draw(more, seed);
    with += has(drawn, OperatorKind::kLookUp) ? 1 : 0;
    REQUIRE(drawn.settings.job.operators.size() == plain.settings.job.operators.size());
    CHECK(drawn.settings.inputs == plain.settings.inputs);
    CHECK(drawn.settings.environment == plain.settings.environment);
    CHECK(drawn.settings.deployment == plain.settings.deployment);
    for (std::size_t i = 0; i < plain.settings.job.operators.size(); ++i) {
      const OperatorSettings& op = drawn.settings.job.operators[i];
      if (op.kind != OperatorKind::kLookUp && op.kind != OperatorKind::kSink) {
        CHECK(op == plain.settings.job.operators[i]);
      }
    }
  }
  CHECK(with > 10);
}

TEST_CASE("assumptions leave a job with windows and joins valid") {
  Scenario file = support::load("random/windows.json");
  for (std::size_t i = 0; i < scenarios::kAssumptionNames.size(); ++i) {
    file.assumptions = {static_cast<scenarios::Assumption>(i)};
    for (std::uint64_t seed = 1; seed <= 25; ++seed) {
      const Scenario drawn = support::draw(file, seed);
      INFO(scenarios::kAssumptionNames[i] << " seed " << seed << "\n"
                                          << scenarios::write_scenario(drawn));
      REQUIRE(problems_of(drawn).empty());
    }
  }
}

TEST_CASE("what is drawn with windows and joins runs and settles") {
  const Scenario file = support::load("random/windows.json");
  int settled = 0;
  int with_rows = 0;
  constexpr int kRuns = 60;
  for (std::uint64_t seed = 1; seed <= kRuns; ++seed) {
    const Scenario drawn = support::draw(file, seed);
    const scenarios::Runner runner{drawn, scenarios::ReferenceRuns::kIfJudged};
    const scenarios::Simulated run = runner.simulate(seed, scenarios::Recording::kOff);
    const scenarios::Simulated again = runner.simulate(seed, scenarios::Recording::kOff);
    INFO("seed " << seed << "\n" << scenarios::write_scenario(drawn));
    CHECK(run.trace.fingerprint() == again.trace.fingerprint());
    CHECK(run.end.because == sim::Ending::kSettled);
    settled += run.end.because == sim::Ending::kSettled ? 1 : 0;
    with_rows += run.ledger.shown_rows().empty() ? 0 : 1;
  }
  CHECK(settled == kRuns);
  CHECK(with_rows > kRuns / 3);
}

// --- told of

TEST_CASE("a result is named by what it is of and its story is told like that of a record") {
  const Scenario scenario = join_with();
  const scenarios::Runner runner{scenario, scenarios::ReferenceRuns::kIfJudged};
  const scenarios::Simulated run = runner.simulate(1, scenarios::Recording::kOn);
  const model::Plan& plan = runner.plan();
  REQUIRE_FALSE(run.ledger.shown_rows().empty());
  std::set<std::string> forms;
  for (const model::Ledger::Shown& shown : run.ledger.shown_rows()) {
    const std::string name = scenarios::subject_name(plan, run, shown.output);
    forms.insert(name.substr(0, name.find('/')));
    const auto time = scenarios::subject_time(plan, run, shown.output);
    REQUIRE(time);
    CHECK(*time == run.world.rows().time(shown.item, 0).since(plan.origin()));
  }
  CHECK(forms == std::set<std::string>{"pairs(keyed(left", "pairs(late keyed(left"});
  const std::uint32_t first = run.ledger.shown_rows().front().output;
  const std::vector<scenarios::StoryLine> lines = scenarios::narrate_output(plan, run, first);
  const auto says = [&](const std::string& text) {
    return std::any_of(lines.begin(), lines.end(), [&](const scenarios::StoryLine& line) {
      return line.text.find(text) != std::string::npos;
    });
  };
  CHECK(says("lets pass it"));
  CHECK(says("writes it into transaction"));
  CHECK(says("commits transaction"));
  const std::vector<std::string> sentences = scenarios::explain_output(plan, run, first);
  CHECK(sentences.front().find(scenarios::subject_name(plan, run, first) +
                               " has event time 17000") == 0);
}

TEST_CASE("a result of which nothing is recorded is named all the same") {
  const Scenario scenario = join_with();
  const scenarios::Runner runner{scenario, scenarios::ReferenceRuns::kIfJudged};
  const model::Plan& plan = runner.plan();
  const scenarios::Simulated run = runner.simulate(1, scenarios::Recording::kOff);
  // The new key of a record: no sink ever sees it.
  const std::uint32_t inside = plan.job().records * plan.job().sink_inputs;
  CHECK(scenarios::subject_name(plan, run, inside).starts_with("keyed(left/"));
  CHECK_FALSE(scenarios::subject_time(plan, run, inside));
  const std::vector<std::string> sentences = scenarios::explain_output(plan, run, inside);
  REQUIRE_FALSE(sentences.empty());
  CHECK(sentences.front().starts_with("this is about keyed(left/"));
}
