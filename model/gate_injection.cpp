#include "model/gate_injection.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace model {

namespace {

bool is_automatic(GatePosition position) {
  return position == GatePosition::kBeforeSink || position == GatePosition::kAfterSource;
}

bool gets_a_gate(const JobGraph& graph, const GatePlacement& placement, JobEdgeId edge) {
  const JobVertex from = boost::source(edge, graph);
  const JobVertex to = boost::target(edge, graph);
  switch (placement.position) {
    case GatePosition::kBeforeSink:
      return placement.before_uid.empty() ? boost::out_degree(to, graph) == 0
                                          : graph[to].id == placement.before_uid;
    case GatePosition::kAfterSource: return boost::in_degree(from, graph) == 0;
    case GatePosition::kManual:
      return std::find(placement.edges.begin(), placement.edges.end(),
                       GatePlacement::Edge{graph[from].id, graph[to].id}) != placement.edges.end();
    case GatePosition::kInSink: break;
  }
  return false;
}

// Of the edge into a gate that stands on this one (section 7; r2: rt:T3).
Ship into_gate(const JobGraph& graph, JobEdgeId edge, GatePartitioner partitioner) {
  if (partitioner == GatePartitioner::kKept) {
    return graph[edge].ship;
  }
  const bool are_equal = graph[boost::source(edge, graph)].parallelism ==
                         graph[boost::target(edge, graph)].parallelism;
  return are_equal ? Ship::kForward : Ship::kRebalance;
}

// Of the edge from it. A sink has no keyed state, whatever is in front of it.
Ship out_of_gate(const JobGraph& graph, JobEdgeId edge, GatePartitioner partitioner) {
  if (partitioner != GatePartitioner::kKept) {
    return Ship::kForward;
  }
  const JobVertex to = boost::target(edge, graph);
  const bool is_keyed = graph[edge].ship == Ship::kHash && graph[to].kind != NodeKind::kSink;
  const bool chains = boost::in_degree(to, graph) == 1;
  return is_keyed && !chains ? Ship::kHash : Ship::kForward;
}

JobVertex add_gate(JobGraph& graph, JobVertex before, std::string id) {
  return boost::add_vertex(
      JobNode{std::move(id), NodeKind::kGate, graph[before].parallelism, nullptr}, graph);
}

// A colon cannot be part of an operator's id, so no gate shares its name (and its draws) with one.
std::string name_of_gate(const JobGraph& graph, JobVertex before) {
  return "gate:" + graph[before].id;
}

void put_on(JobGraph& graph, JobEdgeId edge, GatePartitioner partitioner) {
  const JobEdge replaced = graph[edge];
  const JobVertex from = boost::source(edge, graph);
  const JobVertex to = boost::target(edge, graph);
  const Ship in = into_gate(graph, edge, partitioner);
  const Ship out = out_of_gate(graph, edge, partitioner);
  const JobVertex gate =
      add_gate(graph, to, name_of_gate(graph, to) + ":" + std::to_string(replaced.input));
  boost::remove_edge(edge, graph);
  boost::add_edge(from, gate, JobEdge{in, 0, replaced.takes_late}, graph);
  boost::add_edge(gate, to, JobEdge{out, replaced.input, false}, graph);
}

void put_into(JobGraph& graph, JobVertex sink) {
  const JobVertex gate = add_gate(graph, sink, name_of_gate(graph, sink));
  graph[gate].is_mixin = true;
  for (const JobEdgeId edge : inputs_of(graph, sink)) {
    const JobEdge replaced = graph[edge];
    const JobVertex from = boost::source(edge, graph);
    boost::remove_edge(edge, graph);
    boost::add_edge(from, gate, replaced, graph);
  }
  boost::add_edge(gate, sink, JobEdge{Ship::kForward, 0, false}, graph);
}

}  // namespace

std::vector<JobVertex> sources_of(const JobGraph& graph) {
  std::vector<JobVertex> sources;
  for (JobVertex v = 0; v < boost::num_vertices(graph); ++v) {
    if (boost::in_degree(v, graph) == 0) {
      sources.push_back(v);
    }
  }
  return sources;
}

std::vector<JobVertex> sinks_of(const JobGraph& graph) {
  std::vector<JobVertex> sinks;
  for (JobVertex v = 0; v < boost::num_vertices(graph); ++v) {
    if (boost::out_degree(v, graph) == 0) {
      sinks.push_back(v);
    }
  }
  return sinks;
}

std::vector<JobEdgeId> gated_edges(const JobGraph& graph, const GatePlacement& placement) {
  std::vector<JobEdgeId> gated;
  for (JobVertex to = 0; to < boost::num_vertices(graph); ++to) {
    for (const JobEdgeId edge : inputs_of(graph, to)) {
      if (gets_a_gate(graph, placement, edge)) {
        gated.push_back(edge);
      }
    }
  }
  return gated;
}

JobGraph with_gates(const JobGraph& job, const GatePlacement& placement,
                    GatePartitioner partitioner) {
  JobGraph graph = job;
  if (placement.position == GatePosition::kInSink) {
    for (const JobVertex sink : sinks_of(job)) {
      put_into(graph, sink);
    }
    return graph;
  }
  const GatePartitioner applied =
      is_automatic(placement.position) ? partitioner : GatePartitioner::kKept;
  for (const JobEdgeId edge : gated_edges(graph, placement)) {
    put_on(graph, edge, applied);
  }
  return graph;
}

GatePlacement fitted(GatePlacement placement, const JobSettings& job) {
  const auto find = [&job](const std::string& id) {
    return std::find_if(job.operators.begin(), job.operators.end(),
                        [&](const OperatorSettings& op) { return op.id == id; });
  };
  const auto count = [&job](OperatorKind kind) {
    return std::count_if(job.operators.begin(), job.operators.end(),
                         [kind](const OperatorSettings& op) { return op.kind == kind; });
  };
  if (find(placement.before_uid) == job.operators.end()) {
    placement.before_uid.clear();
  }
  std::erase_if(placement.edges, [&](const GatePlacement::Edge& edge) {
    const auto to = find(edge.to);
    return to == job.operators.end() ||
           std::none_of(to->inputs.begin(), to->inputs.end(),
                        [&](const Connection& input) { return input.from == edge.from; });
  });
  if (placement.position == GatePosition::kManual && placement.edges.empty()) {
    placement = GatePlacement{};
  }
  placement.allows_several |=
      (placement.position == GatePosition::kBeforeSink && count(OperatorKind::kSink) > 1) ||
      (placement.position == GatePosition::kAfterSource && count(OperatorKind::kSource) > 1);
  return placement;
}

std::uint32_t most_gates(const JobSettings& job, const GatePlacement& placement) {
  const auto is_source = [&job](const std::string& id) {
    return std::any_of(job.operators.begin(), job.operators.end(), [&](const auto& op) {
      return op.id == id && op.kind == OperatorKind::kSource;
    });
  };
  const auto is_target = [&](const OperatorSettings& op) {
    switch (placement.position) {
      case GatePosition::kBeforeSink:
        return placement.before_uid.empty() ? op.kind == OperatorKind::kSink
                                            : op.id == placement.before_uid;
      case GatePosition::kAfterSource:
        return std::any_of(op.inputs.begin(), op.inputs.end(),
                           [&](const Connection& input) { return is_source(input.from); });
      case GatePosition::kManual:
        return std::any_of(placement.edges.begin(), placement.edges.end(),
                           [&](const GatePlacement::Edge& edge) { return edge.to == op.id; });
      case GatePosition::kInSink: return op.kind == OperatorKind::kSink;
    }
    return false;
  };
  std::uint32_t most = 0;
  for (const OperatorSettings& op : job.operators) {
    most = is_target(op) ? std::max(most, op.parallelism) : most;
  }
  return most;
}

}  // namespace model
