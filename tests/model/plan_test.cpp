// The job graph, its gates, its chains, and the tables made from it (phase2.md section 7, rt:T1 T3
// T4).

#include "model/plan.hpp"

#include <catch2/catch.hpp>
#include <set>

#include "tests/support/jobs.hpp"

namespace {

using model::Plan;
using model::Settings;
using model::Ship;

std::string tasks_of(const Plan& plan) {
  std::string text;
  for (const model::TaskPlan& task : plan.job().tasks) {
    text += (text.empty() ? "" : ", ") + task.name + " x" + std::to_string(task.parallelism);
  }
  return text;
}

}  // namespace

TEST_CASE(
    "the gate sits before the sink and takes its parallelism and the edge's partitioner "
    "(p2:R2.6)") {
  Settings settings = support::two_step_job();  // source x1 -> sink x2, rebalance
  const Plan plan{settings};
  CHECK(tasks_of(plan) == "events x1, gate:output:0+output x2");
  REQUIRE(plan.job().edges.size() == 1);
  CHECK(plan.job().edges[0].ship == Ship::kRebalance);
  CHECK(plan.job().gates.size() == 2);
}

TEST_CASE("phase 1 has no gate (p2:R2.6)") {
  Settings settings = support::two_step_job();
  settings.deployment.protocol = "basic";
  const Plan plan{settings};
  CHECK(tasks_of(plan) == "events x1, output x2");
  CHECK(plan.job().gates.empty());
}

TEST_CASE("equal parallelism and a forward edge make one task of the whole job (rt:T1 rt:T3)") {
  Settings settings = support::two_step_job();
  settings.job.operators[1].parallelism = 1;
  settings.job.operators[1].inputs[0].ship.reset();
  const Plan plan{settings};
  CHECK(tasks_of(plan) == "events+gate:output:0+output x1");
  CHECK(plan.job().edges.empty());
  CHECK(plan.job().data_channels.empty());
}

TEST_CASE("a sink with two inputs gets a gate on each and is a task of its own (rt:T1 p2:R2.6)") {
  Settings settings = support::two_step_job();
  model::OperatorSettings second = settings.job.operators[0];
  second.id = "more";
  settings.job.operators.insert(settings.job.operators.begin() + 1, second);
  settings.job.operators[2].inputs.push_back({"more", Ship::kRebalance});
  const Plan plan{settings};
  CHECK(plan.job().gates.size() == 4);
  CHECK(plan.job().sink_inputs == 2);
  CHECK(plan.job().records == 2 * settings.inputs[0].records);
  CHECK(plan.job().ranges.size() == 2);
  // A record of the second source comes out at the second input only.
  const std::uint32_t base = plan.job().ranges[1].base;
  const bool first_is_more = plan.job().ranges[0].paths[1].reaches;
  CHECK(plan.is_owed(base, first_is_more ? 0 : 1));
  CHECK_FALSE(plan.is_owed(base, first_is_more ? 1 : 0));
}

TEST_CASE("a filter decides what is owed") {
  Settings settings = support::two_step_job();
  model::OperatorSettings filter;
  filter.id = "third";
  filter.kind = model::OperatorKind::kFilter;
  filter.keep = {3, 1};
  filter.inputs = {{"events", std::nullopt}};
  settings.job.operators.insert(settings.job.operators.begin() + 1, filter);
  settings.job.operators[2].inputs[0].from = "third";
  const Plan plan{settings};
  CHECK(tasks_of(plan) == "events+third x1, gate:output:0+output x2");
  CHECK_FALSE(plan.is_owed(0, 0));
  CHECK(plan.is_owed(1, 0));
  CHECK(plan.is_owed(4, 0));
}

TEST_CASE("every slot of the world has a name of its own") {
  const Plan plan{support::two_step_job()};
  std::set<std::string> names;
  std::set<std::uint64_t> hashes;
  for (std::uint32_t i = 0; i < plan.slots().size(); ++i) {
    names.insert(plan.name_of(sim::Slot{i}));
    hashes.insert(plan.slot_names()[i]);
  }
  CHECK(names.size() == plan.slots().size());
  CHECK(hashes.size() == plan.slots().size());
}

TEST_CASE("an operator more leaves the names of the others alone") {
  const Plan plan{support::two_step_job()};
  Settings larger = support::two_step_job();
  larger.job.operators[0].parallelism = 2;
  const Plan other{larger};
  std::set<std::uint64_t> hashes(other.slot_names().begin(), other.slot_names().end());
  for (const std::uint64_t hash : plan.slot_names()) {
    CHECK(hashes.contains(hash));
  }
}

TEST_CASE("splits go to the readers that own their partitions (rt:K1)") {
  Settings settings = support::two_step_job();
  settings.inputs[0].partitions = 5;
  settings.job.operators[0].parallelism = 3;  // "events": 2,0,1,2,0
  const Plan plan{settings};
  REQUIRE(plan.job().sources.size() == 3);
  CHECK(plan.job().sources[0].split_count == 2);
  CHECK(plan.job().sources[1].split_count == 1);
  CHECK(plan.job().sources[2].split_count == 2);
  CHECK(plan.job().splits[plan.job().sources[1].first_split].partition == 2);
}
