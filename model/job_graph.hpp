// The job as a graph of operators, with the gates injected (phase2.md section 7) and chained into
// tasks (rt:T1).
//
// Boost.Graph holds it. A gate goes on every incoming edge of the one sink (BEFORE_SINK), keeps the
// replaced edge's partitioner on its input and has a forward edge to the sink. Errors: REQUIRES a
// valid job; the reader checks that.
#pragma once

#include <boost/graph/adjacency_list.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "model/node_kind.hpp"
#include "model/settings.hpp"

namespace model {

struct JobNode {
  std::string id;
  NodeKind kind = NodeKind::kMap;
  std::uint32_t parallelism = 1;
  const OperatorSettings* settings = nullptr;  // null for a gate
};

struct JobEdge {
  Ship ship = Ship::kForward;
  std::uint32_t input = 0;  // position among the target's inputs
  bool takes_late = false;  // see Connection
};

using JobGraph =
    boost::adjacency_list<boost::vecS, boost::vecS, boost::bidirectionalS, JobNode, JobEdge>;
using JobVertex = boost::graph_traits<JobGraph>::vertex_descriptor;
using JobEdgeId = boost::graph_traits<JobGraph>::edge_descriptor;

// The job as its author drew it. `job` must outlive the graph.
JobGraph build_job_graph(const JobSettings& job);

// Puts a gate on every incoming edge of the sink.
void inject_gates_before_sink(JobGraph& graph);

// Whether both ends of the edge run in one task (rt:T1).
bool is_chained(const JobGraph& graph, JobEdgeId edge);

std::vector<JobVertex> in_topological_order(const JobGraph& graph);

// The edges into / out of a vertex in the order of the target's inputs / of creation.
std::vector<JobEdgeId> inputs_of(const JobGraph& graph, JobVertex vertex);

}  // namespace model
