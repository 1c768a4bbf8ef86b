// Where gates go in a job graph, and what they leave as it was (phase2.md section 7, rt:T1 T3 T7).

#include "model/gate_injection.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "model/notes.hpp"
#include "tests/support/jobs.hpp"

namespace {

using model::GatePartitioner;
using model::GatePlacement;
using model::GatePosition;
using model::JobGraph;
using model::JobVertex;
using model::OperatorKind;
using model::OperatorSettings;
using model::Plan;
using model::Settings;
using model::Ship;

OperatorSettings op(std::string id, OperatorKind kind, std::uint32_t parallelism,
                    std::vector<model::Connection> inputs = {}) {
  OperatorSettings settings;
  settings.id = std::move(id);
  settings.kind = kind;
  settings.parallelism = parallelism;
  settings.inputs = std::move(inputs);
  settings.guarantee = model::Guarantee::kAtLeastOnce;
  settings.reads = kind == OperatorKind::kSource ? "events" : "";
  return settings;
}

// source x1 -hash-> keyed x2 -> sink "main" x2; keyed -rebalance-> sink "side" x3.
model::JobSettings two_sinks() {
  model::JobSettings job;
  job.operators = {op("source", OperatorKind::kSource, 1),
                   op("keyed", OperatorKind::kMap, 2, {{"source", Ship::kHash}}),
                   op("main", OperatorKind::kSink, 2, {{"keyed", {}}}),
                   op("side", OperatorKind::kSink, 3, {{"keyed", {}}})};
  return job;
}

// Two sources, by key into an operator with two inputs, and on to one sink.
model::JobSettings two_keyed_inputs() {
  model::JobSettings job;
  job.operators = {op("a", OperatorKind::kSource, 2), op("b", OperatorKind::kSource, 2),
                   op("both", OperatorKind::kCoMap, 2, {{"a", Ship::kHash}, {"b", Ship::kHash}}),
                   op("sink", OperatorKind::kSink, 2, {{"both", {}}})};
  return job;
}

GatePlacement at(GatePosition position) {
  GatePlacement placement;
  placement.position = position;
  return placement;
}

std::string_view name_of(Ship ship) {
  return ship == Ship::kForward ? "forward" : ship == Ship::kHash ? "hash" : "rebalance";
}

// "source -hash-> keyed.0, ...": target by target, input by input; "=>" where they chain.
std::set<std::string> edges_of(const JobGraph& graph) {
  std::set<std::string> edges;
  for (JobVertex v = 0; v < boost::num_vertices(graph); ++v) {
    for (const model::JobEdgeId edge : model::inputs_of(graph, v)) {
      const std::string way = model::is_chained(graph, edge)
                                  ? " => "
                                  : " -" + std::string{name_of(graph[edge].ship)} + "-> ";
      edges.insert(graph[boost::source(edge, graph)].id + way + graph[v].id + "." +
                   std::to_string(graph[edge].input));
    }
  }
  return edges;
}

JobGraph gated(const model::JobSettings& job, const GatePlacement& placement,
               GatePartitioner partitioner = GatePartitioner::kKept) {
  return model::with_gates(model::build_job_graph(job), placement, partitioner);
}

using Edges = std::set<std::string>;

}  // namespace

TEST_CASE("gates before each sink keep the partitioner of the edge that they stand on (p2:R2.6)") {
  const model::JobSettings job = two_sinks();
  CHECK(edges_of(gated(job, at(GatePosition::kBeforeSink))) ==
        Edges{"source -hash-> keyed.0", "keyed => gate:main:0.0", "gate:main:0 => main.0",
              "keyed -rebalance-> gate:side:0.0", "gate:side:0 => side.0"});
}

TEST_CASE("the graph that gates are put into stays as it was (p2:R2.6)") {
  const model::JobSettings job = two_sinks();
  const JobGraph before = model::build_job_graph(job);
  const Edges edges = edges_of(before);
  for (const GatePosition position :
       {GatePosition::kBeforeSink, GatePosition::kAfterSource, GatePosition::kInSink}) {
    CHECK(boost::num_vertices(model::with_gates(before, at(position), GatePartitioner::kKept)) > 4);
    CHECK(edges_of(before) == edges);
  }
}

TEST_CASE("a gate behind the source has the parallelism of what follows (p2:R2.6)") {
  const model::JobSettings job = two_sinks();
  const JobGraph graph = gated(job, at(GatePosition::kAfterSource));
  CHECK(edges_of(graph) == Edges{"source -hash-> gate:keyed:0.0", "gate:keyed:0 => keyed.0",
                                 "keyed => main.0", "keyed -rebalance-> side.0"});
  CHECK(graph[4].parallelism == 2);
}

TEST_CASE("r2 loses the keyBy in front of a gate that it injects (p2:R2.6)") {
  const model::JobSettings job = two_sinks();
  CHECK(edges_of(gated(job, at(GatePosition::kAfterSource), GatePartitioner::kForwardOrRebalance))
            .contains("source -rebalance-> gate:keyed:0.0"));
  GatePlacement manual = at(GatePosition::kManual);
  manual.edges = {{"source", "keyed"}};
  CHECK(edges_of(gated(job, manual, GatePartitioner::kForwardOrRebalance))
            .contains("source -hash-> gate:keyed:0.0"));
}

TEST_CASE("a gate that cannot chain into a keyed operator sends to it by key group (p2:R2.6)") {
  const model::JobSettings job = two_keyed_inputs();
  const JobGraph graph = gated(job, at(GatePosition::kAfterSource));
  CHECK(edges_of(graph) == Edges{"a -hash-> gate:both:0.0", "gate:both:0 -hash-> both.0",
                                 "b -hash-> gate:both:1.0", "gate:both:1 -hash-> both.1",
                                 "both => sink.0"});
  GatePlacement by_uid;
  by_uid.before_uid = "both";
  CHECK(edges_of(gated(job, by_uid)) == edges_of(graph));
}

TEST_CASE("a sink has no keyed state: in front of it the gate forwards (p2:R2.6)") {
  model::JobSettings job = two_keyed_inputs();
  job.operators[2].kind = OperatorKind::kSink;
  job.operators.pop_back();
  CHECK(edges_of(gated(job, at(GatePosition::kBeforeSink)))
            .contains("gate:both:0 -forward-> both.0"));
}

TEST_CASE("a job puts its gates on the edges that it names and on no other (p2:R2.6)") {
  const model::JobSettings job = two_sinks();
  GatePlacement placement = at(GatePosition::kManual);
  placement.edges = {{"keyed", "side"}};
  CHECK(edges_of(gated(job, placement)) == Edges{"source -hash-> keyed.0", "keyed => main.0",
                                                 "keyed -rebalance-> gate:side:0.0",
                                                 "gate:side:0 => side.0"});
}

TEST_CASE("a gate that is part of a sink takes all inputs of it (claim S6)") {
  model::JobSettings job = two_keyed_inputs();
  job.operators[2].kind = OperatorKind::kSink;
  job.operators.pop_back();
  const JobGraph graph = gated(job, at(GatePosition::kInSink));
  CHECK(edges_of(graph) ==
        Edges{"a -hash-> gate:both.0", "b -hash-> gate:both.1", "gate:both => both.0"});
  CHECK(model::drawn_inputs_of(graph, 2).size() == 2);
}

TEST_CASE(
    "a gate adds and drops no shuffle and costs an exchange only where it stands alone (rt:T1)") {
  struct Case {
    model::JobSettings job;
    GatePosition position;
    std::uint32_t exchanges_more;
  };
  const std::vector<Case> cases{{two_sinks(), GatePosition::kBeforeSink, 0},
                                {two_sinks(), GatePosition::kAfterSource, 0},
                                {two_sinks(), GatePosition::kInSink, 0},
                                {two_keyed_inputs(), GatePosition::kBeforeSink, 0},
                                {two_keyed_inputs(), GatePosition::kAfterSource, 2}};
  for (const Case& c : cases) {
    const JobGraph before = model::build_job_graph(c.job);
    const JobGraph after = model::with_gates(before, at(c.position), GatePartitioner::kKept);
    CHECK(model::counts_of(after).exchanges ==
          model::counts_of(before).exchanges + c.exchanges_more);
  }
}

TEST_CASE("what is left of a placement fits the job") {
  const model::JobSettings job = two_sinks();
  GatePlacement placement = at(GatePosition::kManual);
  placement.edges = {{"source", "keyed"}, {"source", "gone"}, {"main", "side"}};
  CHECK(model::fitted(placement, job).edges ==
        std::vector<GatePlacement::Edge>{{"source", "keyed"}});
  CHECK(model::most_gates(job, placement) == 3);
  placement.edges = {{"source", "gone"}};
  const GatePlacement usual = model::fitted(placement, job);
  CHECK(usual.position == GatePosition::kBeforeSink);
  CHECK(usual.allows_several);
  CHECK(model::most_gates(job, usual) == 3);
}

namespace {

// The two_step_job with a map by key in front of the sink.
Settings keyed_job(GatePosition position, const std::string& protocol) {
  Settings settings = support::two_step_job();
  settings.inputs[0].keys = 7;
  settings.job.operators.insert(settings.job.operators.begin() + 1,
                                op("keyed", OperatorKind::kMap, 3, {{"events", Ship::kHash}}));
  settings.job.operators[2].inputs = {{"keyed", Ship::kHash}};
  settings.deployment.protocol = protocol;
  settings.deployment.gate.position = position;
  return settings;
}

// Which subtask of the sink wrote each record.
std::map<std::int64_t, std::uint32_t> writers_in(const Settings& settings) {
  support::Run run{settings};
  run.finish();
  std::map<std::int64_t, std::uint32_t> writers;
  for (const sim::Note& note : run.trace.notes()) {
    if (static_cast<model::NoteKind>(note.what) == model::NoteKind::kWritten) {
      writers[note.a] = note.actor & 0x7FFF'FFFFU;
    }
  }
  return writers;
}

}  // namespace

TEST_CASE("every key stays on its key group wherever the gate stands (p2:R2.6 rt:T7)") {
  const auto without = writers_in(keyed_job(GatePosition::kBeforeSink, "basic"));
  REQUIRE(without.size() == 300);
  for (const GatePosition position :
       {GatePosition::kBeforeSink, GatePosition::kAfterSource, GatePosition::kInSink}) {
    CHECK(writers_in(keyed_job(position, "flip504-r5")) == without);
  }
  CHECK(writers_in(keyed_job(GatePosition::kBeforeSink, "flip504-r2")) != without);
}

TEST_CASE("a gate decides about all outputs behind it and the last one on a way has the word") {
  Settings settings = support::two_step_job();
  settings.job.operators.insert(settings.job.operators.begin() + 1,
                                op("middle", OperatorKind::kMap, 1, {{"events", {}}}));
  settings.job.operators[2].inputs = {{"middle", {}}};
  settings.job.operators.push_back(op("side", OperatorKind::kSink, 1, {{"middle", {}}}));
  settings.deployment.gate.position = GatePosition::kManual;
  settings.deployment.gate.edges = {{"events", "middle"}, {"middle", "side"}};
  const Plan plan{settings};
  const model::JobPlan& job = plan.job();
  REQUIRE(job.gates.size() == 2);
  const auto guarded = [&](std::size_t gate) {
    return job.guarded_by(job.ops[job.gates[gate].op], 0);
  };
  const std::size_t first = job.gates[0].label == "middle.0" ? 0 : 1;
  REQUIRE(guarded(first).size() == 2);
  REQUIRE(guarded(1 - first).size() == 1);
  const std::uint32_t side = guarded(1 - first)[0].sink_input;
  CHECK(guarded(1 - first)[0].is_last);
  for (const model::GuardedInput& input : guarded(first)) {
    CHECK(input.is_last == (input.sink_input != side));
  }
  CHECK(job.gates_ahead[job.gates[first].op].size() == 2);
  CHECK(job.ranges[0].gate_passed[job.ranges[0].op] == model::kNoGate);
}

TEST_CASE("the slots of gates have names of their own wherever they stand") {
  Settings settings = keyed_job(GatePosition::kManual, "flip504-r5");
  settings.deployment.gate.edges = {{"events", "keyed"}, {"keyed", "output"}};
  const Plan plan{settings};
  std::set<std::string> names;
  for (std::uint32_t i = 0; i < plan.slots().size(); ++i) {
    names.insert(plan.name_of(sim::Slot{i}));
  }
  CHECK(names.size() == plan.slots().size());
}
