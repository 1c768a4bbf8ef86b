#include "model/job_graph.hpp"

#include <algorithm>
#include <boost/graph/topological_sort.hpp>
#include <iterator>

#include "sim/check.hpp"

namespace model {

namespace {

NodeKind node_kind(OperatorKind kind) {
  switch (kind) {
    case OperatorKind::kSource: return NodeKind::kSource;
    case OperatorKind::kMap: return NodeKind::kMap;
    case OperatorKind::kFilter: return NodeKind::kFilter;
    case OperatorKind::kSink: return NodeKind::kSink;
    case OperatorKind::kCoMap: return NodeKind::kCoMap;
    case OperatorKind::kAssignTimestamps: return NodeKind::kAssigner;
    case OperatorKind::kFlatMap: return NodeKind::kFlatMap;
    case OperatorKind::kReKey: return NodeKind::kReKey;
    case OperatorKind::kLookUp: return NodeKind::kLookUp;
    case OperatorKind::kKeyedProcess: return NodeKind::kKeyedProcess;
    case OperatorKind::kWindow: return NodeKind::kWindow;
    case OperatorKind::kWindowJoin: return NodeKind::kWindowJoin;
    case OperatorKind::kIntervalJoin: return NodeKind::kIntervalJoin;
  }
  return NodeKind::kMap;
}

JobVertex find(const JobGraph& graph, const std::string& id) {
  for (JobVertex v = 0; v < boost::num_vertices(graph); ++v) {
    if (graph[v].id == id) {
      return v;
    }
  }
  SIM_CHECK(false, "an operator reads from one that does not exist");
  return 0;
}

}  // namespace

JobGraph build_job_graph(const JobSettings& job) {
  JobGraph graph;
  for (const OperatorSettings& op : job.operators) {
    boost::add_vertex(JobNode{op.id, node_kind(op.kind), op.parallelism, &op}, graph);
  }
  for (JobVertex to = 0; to < job.operators.size(); ++to) {
    std::uint32_t position = 0;
    for (const Connection& input : job.operators[to].inputs) {
      const JobVertex from = find(graph, input.from);
      const bool equal = graph[from].parallelism == graph[to].parallelism;
      const Ship ship = input.ship.value_or(equal ? Ship::kForward : Ship::kRebalance);  // rt:T3
      boost::add_edge(from, to, JobEdge{ship, position++, input.takes_late}, graph);
    }
  }
  return graph;
}

void inject_gates_before_sink(JobGraph& graph) {
  const std::size_t operators = boost::num_vertices(graph);
  for (JobVertex sink = 0; sink < operators; ++sink) {
    if (graph[sink].kind != NodeKind::kSink) {
      continue;
    }
    for (const JobEdgeId edge : inputs_of(graph, sink)) {
      const JobEdge replaced = graph[edge];
      const JobVertex from = boost::source(edge, graph);
      // A colon cannot be part of an operator's id, so no gate shares its name (and its draws) with
      // one.
      const std::string id = "gate:" + graph[sink].id + ":" + std::to_string(replaced.input);
      const JobVertex gate =
          boost::add_vertex(JobNode{id, NodeKind::kGate, graph[sink].parallelism, nullptr}, graph);
      boost::remove_edge(edge, graph);
      boost::add_edge(from, gate, JobEdge{replaced.ship, 0, replaced.takes_late}, graph);
      boost::add_edge(gate, sink, JobEdge{Ship::kForward, replaced.input, false}, graph);
    }
  }
}

bool is_chained(const JobGraph& graph, JobEdgeId edge) {
  const JobVertex to = boost::target(edge, graph);
  const bool is_answer = graph[boost::source(edge, graph)].kind == NodeKind::kLookUp;
  return graph[edge].ship == Ship::kForward && boost::in_degree(to, graph) == 1 && !is_answer &&
         !graph[edge].takes_late &&
         graph[boost::source(edge, graph)].parallelism == graph[to].parallelism;
}

std::vector<JobVertex> in_topological_order(const JobGraph& graph) {
  std::vector<JobVertex> order;
  boost::topological_sort(graph, std::back_inserter(order));
  std::reverse(order.begin(), order.end());
  return order;
}

std::vector<JobEdgeId> inputs_of(const JobGraph& graph, JobVertex vertex) {
  const auto [begin, end] = boost::in_edges(vertex, graph);
  std::vector<JobEdgeId> edges(begin, end);
  std::sort(edges.begin(), edges.end(),
            [&graph](JobEdgeId a, JobEdgeId b) { return graph[a].input < graph[b].input; });
  return edges;
}

}  // namespace model
