// The job as a graph of operators, and which of them run in one task (rt:T1).
//
// Boost.Graph holds it. Gates are put into it by gate_injection.hpp. Errors: REQUIRES a valid job;
// the reader checks that.
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
  bool is_mixin = false;  // a gate that is part of the sink behind it, whose inputs are its own
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

// Whether both ends of the edge run in one task (rt:T1).
bool is_chained(const JobGraph& graph, JobEdgeId edge);
// What it takes to run a graph. An exchange is an edge between two tasks: every record on it is
// serialized (rt:T2). A shuffle is one on which records change subtasks.
struct GraphCounts {
  std::uint32_t tasks = 0;
  std::uint32_t subtasks = 0;
  std::uint32_t exchanges = 0;
  std::uint32_t shuffles = 0;
  std::uint64_t channels = 0;

  friend bool operator==(const GraphCounts&, const GraphCounts&) = default;
};
GraphCounts counts_of(const JobGraph& graph);

// Whether the vertex is the first of its task.
bool heads_a_task(const JobGraph& graph, JobVertex vertex);

std::vector<JobVertex> in_topological_order(const JobGraph& graph);

// The edges into / out of a vertex in the order of the target's inputs / of creation.
std::vector<JobEdgeId> inputs_of(const JobGraph& graph, JobVertex vertex);
// The inputs of a sink as its author drew them: those of the gate that is part of it, if there is
// one.
std::vector<JobEdgeId> drawn_inputs_of(const JobGraph& graph, JobVertex sink);

}  // namespace model
