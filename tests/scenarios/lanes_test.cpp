// Which jobs have lanes that may be exchanged, and why others have none.
#include <catch2/catch.hpp>
#include <set>
#include <string>
#include <vector>

#include "model/lanes.hpp"
#include "model/plan.hpp"
#include "scenarios/reader/scenario.hpp"

namespace {

using model::Lane;
using model::Lanes;

constexpr std::string_view kTwins = R"({
  "title": "two lanes that hold the same",
  "input": { "events": {
      "partitions": 2,
      "listed": [
        { "number": 0, "partition": 0, "at": "3 s", "event_time": 1700000000000 },
        { "number": 1, "partition": 1, "at": "3 s", "event_time": 1700000000000 },
        { "number": 2, "partition": 0, "at": "5 s", "event_time": 1700000001000 },
        { "number": 3, "partition": 1, "at": "5 s", "event_time": 1700000001000 } ] } },
  "job": {
    "operators": [
      { "id": "events", "kind": "source", "reads": "events", "parallelism": 2, "rate_limit": "4/s", "watermarks": { "strategy": "monotonous" } },
      { "id": "output", "kind": "sink", "parallelism": 2, "guarantee": "at_least_once", "inputs": [ { "from": "events" } ] } ],
    "auto_watermark_interval": "500 ms" },
  "deployment": {
    "protocol": "flip504-r5", "transition_mode": "ADVANCED",
    "flink_configuration": { "state.savepoints.dir": "s3://savepoints" },
    "configuration": { "kubernetes.operator.bluegreen.gate.timeout": "6 s", "kubernetes.operator.bluegreen.abort.grace-period": "6 s" } },
  "timeline": [ { "at": "2 s", "do": "change_spec" } ]
}
)";

model::Plan plan_of(const std::vector<std::string>& sets, const std::string& protocol = "") {
  scenarios::Overrides overrides;
  overrides.sets = sets;
  if (!protocol.empty()) {
    overrides.protocol = protocol;
  }
  const scenarios::ReadResult result =
      scenarios::read_scenario("twins.json", std::string{kTwins}, overrides);
  for (const scenarios::Problem& problem : result.problems) {
    UNSCOPED_INFO(scenarios::to_string(problem));
  }
  REQUIRE(result.scenario.has_value());
  return model::Plan{result.scenario->settings};
}

std::string why(const std::vector<std::string>& sets, const std::string& protocol = "") {
  return Lanes{plan_of(sets, protocol), Lanes::Symmetry::kUsed}.why_told_apart();
}

}  // namespace

TEST_CASE("two subtasks each with the same records in front of them are alike") {
  const model::Plan plan = plan_of({});
  const Lanes lanes{plan, Lanes::Symmetry::kUsed};
  CHECK(lanes.why_told_apart().empty());
  REQUIRE(lanes.lanes().size() == 2);
  const Lane& first = lanes.lanes()[0];
  const Lane& second = lanes.lanes()[1];
  CHECK(first.kind == second.kind);
  CHECK(first.slots.size() == second.slots.size());
  CHECK(first.subtasks.size() == second.subtasks.size());
  CHECK(first.outputs.size() == 2);
  for (std::size_t i = 0; i < first.slots.size(); ++i) {
    const model::SlotInfo& a = plan.slots()[sim::index_of(first.slots[i])];
    const model::SlotInfo& b = plan.slots()[sim::index_of(second.slots[i])];
    CHECK((a.kind == b.kind && a.color == b.color && a.index != b.index));
  }
  // Everything is in one place.
  std::multiset<std::uint32_t> slots;
  for (const std::vector<sim::Slot>* list : {&first.slots, &second.slots, &lanes.common_slots()}) {
    for (const sim::Slot slot : *list) {
      slots.insert(sim::index_of(slot));
    }
  }
  CHECK(slots.size() == plan.slots().size());
  CHECK(std::set<std::uint32_t>{slots.begin(), slots.end()}.size() == plan.slots().size());
  // Records 0 and 1 are each the first one of their lane, whichever partition is whose (rt:K1).
  CHECK(lanes.place_of(0) == 0);
  CHECK(lanes.place_of(1) == 0);
  CHECK(lanes.place_of(2) == 1);
  CHECK(lanes.place_of(3) == 1);
}

TEST_CASE("partitions that hold something else are told apart") {
  const std::string different = "their partitions hold different records";
  CHECK(why({"/input/events/listed/3/event_time=1700000001001"}) == different);
  CHECK(why({"/input/events/listed/3/at=5500 ms"}) == different);
  CHECK(why({"/input/events/listed/3/partition=0"}) == different);
  CHECK(why({"/input/events/listed/3/number=5"}) == different);
}

TEST_CASE("where something names an index subtasks are told apart") {
  CHECK(why({}, "flip504-r1") == "only subtask 1 writes (p2:R1.2)");
  CHECK(why({"/job/operators/1/parallelism=1"}) == "operators of different parallelism");
  CHECK(why({"/job/operators/0/parallelism=1", "/job/operators/1/parallelism=1"}) ==
        "one subtask each");
  CHECK(why({R"(/job/operators/1/inputs/0/ship="rebalance")"}) ==
        "records change subtasks (rt:T4, rt:T7)");
  CHECK(why({R"(/job/operators/1/guarantee="exactly_once")",
             R"(/job/checkpointing={"interval": "2 s"})"}) ==
        "transactions are numbered over all subtasks");
  CHECK(why({R"(/environment={"faults": [{"between": ["3 s", "4 s"], "do": "freeze_informer",)"
             R"( "of": "gate", "job": "BLUE", "subtask": 1, "for": "1 s"}]})"}) ==
        "a fault on one subtask");
  CHECK(Lanes(plan_of({}), Lanes::Symmetry::kLeftIn).why_told_apart() == "as asked for");
}

TEST_CASE("lanes that are told apart are one lane with everything in it") {
  const model::Plan plan = plan_of({}, "flip504-r1");
  const Lanes lanes{plan, Lanes::Symmetry::kUsed};
  CHECK_FALSE(lanes.are_exchanged());
  REQUIRE(lanes.lanes().size() == 1);
  const Lane& all = lanes.lanes()[0];
  CHECK(all.subtasks.size() == plan.job().subtasks.size());
  CHECK(all.sources.size() == plan.job().sources.size());
  CHECK(all.gates.size() == plan.job().gates.size());
  CHECK(all.outputs.size() == 4);
  CHECK(all.slots.size() + lanes.common_slots().size() == plan.slots().size());
}
