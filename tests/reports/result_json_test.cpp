// The result JSON: which keys, in which order, with which values. Other programs read it.

#include "reports/result_json.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/reports/outcomes.hpp"

namespace reports {
namespace {

using Json = nlohmann::ordered_json;
using Keys = std::vector<std::string>;
using scenarios::Outcome;

Json json_of(const Outcome& outcome) { return Json::parse(result_json({outcome})); }

Keys keys_of(const Json& object) {
  REQUIRE(object.is_object());
  Keys keys;
  for (const auto& item : object.items()) {
    keys.push_back(item.key());
  }
  return keys;
}

const Keys kTopKeys{"cutover", "scenario",    "protocol", "mutations",  "seed",   "fingerprint",
                    "ended",   "transitions", "records",  "properties", "events", "expectation"};
const Keys kRecordKeys{"input",      "owed",     "committed", "lost",
                       "duplicated", "diverged", "exempted",  "schedule_dependent"};
const Keys kProperties{
    "no_loss",         "no_duplicates",       "no_divergence",      "key_order",
    "one_toggle",      "gate_partition",      "teardown_safe",      "progress",
    "survivor_serves", "spec_settles",        "child_matches_spec", "no_idle_writes",
    "savepoint_fresh", "deletion_delay_kept", "ingress_exclusive",  "output_gap"};

TEST_CASE("the keys of a result stand in their order") {
  const Json json = json_of(made_by_hand());
  CHECK(keys_of(json) == kTopKeys);
  CHECK(keys_of(json["ended"]) == Keys{"state", "at_ms", "because"});
  CHECK(keys_of(json["transitions"][0]) == Keys{"started_ms", "toggle", "ended_ms", "result"});
  CHECK(keys_of(json["records"]) == kRecordKeys);
  CHECK(keys_of(json["properties"]) == kProperties);
  CHECK(keys_of(json["properties"]["no_loss"]) == Keys{"verdict", "count", "first"});
  CHECK(keys_of(json["properties"]["no_loss"]["first"]) == Keys{"record", "event_time", "why"});
  CHECK(keys_of(json["properties"]["no_duplicates"]) ==
        Keys{"verdict", "count", "across", "redeploy", "replay"});
  CHECK(keys_of(json["properties"]["teardown_safe"]) == Keys{"verdict", "count"});
  CHECK(keys_of(json["expectation"]) == Keys{"met", "differences"});
}

TEST_CASE("every number of an outcome stands under its own key") {
  const Json json = json_of(made_by_hand());
  CHECK(json["cutover"] == 1);
  CHECK(json["scenario"] == "by_hand");
  CHECK(json["protocol"] == "flip504-r5");
  CHECK(json["seed"] == 18446744073709551615U);
  CHECK(json["fingerprint"] == "0000000000c0ffee");
  CHECK(json["ended"].dump() ==
        R"({"state":"TRANSITIONING_TO_BLUE","at_ms":151800,"because":"horizon"})");
  CHECK(json["records"].dump() ==
        R"({"input":6000,"owed":5990,"committed":5987,"lost":3,"duplicated":0,"diverged":0,)"
        R"("exempted":1,"schedule_dependent":7})");
  CHECK(json["properties"]["no_loss"].dump() ==
        R"({"verdict":"refuted","count":3,"first":{"record":"events/0#1207",)"
        R"("event_time":1700000120700,"why":["green gate 0 drops it","blue gate 0 drops it"]}})");
  CHECK(json["properties"]["no_duplicates"].dump() ==
        R"({"verdict":"holds","count":0,"across":11,"redeploy":12,"replay":13})");
  CHECK(json["properties"]["output_gap"]["ms"] == 900);
  CHECK(json["events"] == 21043);
}

TEST_CASE("where there is no time there is null") {
  const Json transitions = json_of(made_by_hand())["transitions"];
  REQUIRE(transitions.size() == 2);
  CHECK(transitions[0].dump() == R"({"started_ms":30000,"toggle":1700000251999,)"
                                 R"("ended_ms":118250,"result":"ACTIVE_GREEN"})");
  CHECK(transitions[1].dump() ==
        R"({"started_ms":140000,"toggle":null,"ended_ms":null,"result":"PENDING"})");
  CHECK(json_of(Outcome{})["transitions"].dump() == "[]");
}

TEST_CASE("a first violation is told only where the property is refuted") {
  const Json properties = json_of(made_by_hand())["properties"];
  for (const auto& [name, property] : properties.items()) {
    INFO(name);
    CHECK(property.contains("first") == (property["verdict"] == "refuted"));
  }
  CHECK(properties["progress"]["verdict"] == "unknown");
  // One that is about no record names none.
  CHECK(keys_of(properties["output_gap"]["first"]) == Keys{"why"});
}

TEST_CASE("how a run ended and a transition resulted are words of closed lists") {
  Outcome outcome;
  for (const auto& [because, word] :
       {std::pair{sim::Ending::kSettled, "settled"}, std::pair{sim::Ending::kHorizon, "horizon"},
        std::pair{sim::Ending::kBudget, "budget"}}) {
    outcome.end.because = because;
    CHECK(json_of(outcome)["ended"]["because"] == word);
  }
  using Result = model::Transition::Result;
  for (const auto& [result, word] :
       {std::pair{Result::kPending, "PENDING"}, std::pair{Result::kActiveBlue, "ACTIVE_BLUE"},
        std::pair{Result::kActiveGreen, "ACTIVE_GREEN"}, std::pair{Result::kAborted, "ABORTED"}}) {
    outcome.transitions.assign(1, model::Transition{});
    outcome.transitions[0].result = result;
    CHECK(json_of(outcome)["transitions"][0]["result"] == word);
  }
}

TEST_CASE("differences come with the milestones that were missed") {
  CHECK(json_of(made_by_hand())["expectation"].dump() ==
        R"({"met":false,"differences":["no_loss: expected holds, got refuted",)"
        R"("reaches aborted: not reached"]})");
  CHECK(json_of(Outcome{})["expectation"].dump() == R"({"met":true,"differences":[]})");
}

TEST_CASE("several outcomes stand under results and a text ends in a line feed") {
  Outcome second = made_by_hand();
  second.scenario = "second";
  const std::string text = result_json({made_by_hand(), second});
  const Json json = Json::parse(text);
  CHECK(keys_of(json) == Keys{"results"});
  REQUIRE(json["results"].size() == 2);
  CHECK(json["results"][0] == json_of(made_by_hand()));
  CHECK(json["results"][1]["scenario"] == "second");
  for (const std::string& whole : {text, result_json({second})}) {
    CHECK(whole.ends_with("}\n"));
    CHECK_FALSE(whole.ends_with("\n\n"));
  }
}

TEST_CASE("a file name of any bytes gives a result that is UTF-8") {
  Outcome outcome;
  outcome.scenario = "a\xff\"b";
  CHECK(json_of(outcome)["scenario"] == "a\uFFFD\"b");
}

TEST_CASE("results of runs agree with themselves") {
  struct Case {
    std::string file;
    std::string protocol;
    std::vector<std::string> sets;
  };
  const Case one_case =
      GENERATE(Case{"handover/smallest.json", "", {}}, Case{"handover/smallest.json", "basic", {}},
               Case{"handover/no_margin.json", "", {}}, Case{"handover/upstream_e2e.json", "", {}},
               Case{"abort/gate_timeout.json", "", {}},
               Case{"handover/smallest.json", "", {"/horizon=\"5 s\""}},
               Case{"handover/smallest.json", "", {"/budget/events=100"}});
  INFO(one_case.file << " " << one_case.protocol);
  const scenarios::Scenario scenario = load(one_case.file, one_case.sets, one_case.protocol);
  const Outcome outcome = scenarios::run(scenario, 1);
  const Json json = json_of(outcome);
  const Json& properties = json["properties"];
  const Json& records = json["records"];
  CHECK(keys_of(json) == kTopKeys);
  CHECK(keys_of(properties) == kProperties);
  CHECK(properties["output_gap"].contains("ms"));
  CHECK(properties["no_loss"]["count"] == records["lost"]);
  CHECK(properties["no_duplicates"]["count"] == records["duplicated"]);
  CHECK(properties["no_divergence"]["count"] == records["diverged"]);
  for (const auto& [name, property] : properties.items()) {
    INFO(name);
    const bool is_refuted = property["verdict"] == "refuted";
    CHECK(is_refuted == (property["count"] > 0));
    CHECK(is_refuted == property.contains("first"));
    CHECK((!is_refuted || name == "output_gap" || !property["first"]["why"].empty()));
  }
  CHECK(records["committed"] <= records["owed"]);
  CHECK(json["expectation"]["met"] == json["expectation"]["differences"].empty());
  CHECK(json["ended"]["at_ms"] <= scenario.horizon.ms());
  CHECK(json["events"] <= scenario.budget_events);
  // Nothing of the machine or the hour.
  CHECK(result_json({scenarios::run(scenario, 1)}) == result_json({outcome}));
}

}  // namespace
}  // namespace reports
