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

bool is_chained(const JobGraph& graph, JobEdgeId edge) {
  const JobVertex to = boost::target(edge, graph);
  const bool is_answer = graph[boost::source(edge, graph)].kind == NodeKind::kLookUp;
  return graph[edge].ship == Ship::kForward && boost::in_degree(to, graph) == 1 && !is_answer &&
         !graph[edge].takes_late &&
         graph[boost::source(edge, graph)].parallelism == graph[to].parallelism;
}

bool heads_a_task(const JobGraph& graph, JobVertex vertex) {
  const std::vector<JobEdgeId> in = inputs_of(graph, vertex);
  return in.size() != 1 || !is_chained(graph, in.front());
}

GraphCounts counts_of(const JobGraph& graph) {
  GraphCounts counts;
  for (JobVertex v = 0; v < boost::num_vertices(graph); ++v) {
    if (heads_a_task(graph, v)) {
      ++counts.tasks;
      counts.subtasks += graph[v].parallelism;
    }
    for (const JobEdgeId edge : inputs_of(graph, v)) {
      counts.exchanges += is_chained(graph, edge) ? 0U : 1U;
      const std::uint64_t senders = graph[boost::source(edge, graph)].parallelism;
      const bool is_forward = graph[edge].ship == Ship::kForward;
      counts.channels += is_chained(graph, edge) ? 0
                         : is_forward            ? senders
                                                 : senders * graph[v].parallelism;
      counts.shuffles += graph[edge].ship == Ship::kForward ? 0U : 1U;
    }
  }
  return counts;
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

std::vector<JobEdgeId> drawn_inputs_of(const JobGraph& graph, JobVertex sink) {
  std::vector<JobEdgeId> inputs = inputs_of(graph, sink);
  const JobVertex from = boost::source(inputs.front(), graph);
  return graph[from].is_mixin ? inputs_of(graph, from) : inputs;
}

}  // namespace model
