#include "reports/job_graphs.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "reports/words.hpp"

namespace reports {

namespace {

using Json = nlohmann::ordered_json;
using model::JobEdgeId;
using model::JobGraph;
using model::JobNode;
using model::JobVertex;
using model::NodeKind;

std::string_view name_of(const JobNode& node) {
  switch (node.kind) {
    case NodeKind::kSource: return "source";
    case NodeKind::kMap: return "map";
    case NodeKind::kFilter: return "filter";
    case NodeKind::kGate: return node.is_mixin ? "gate in the sink" : "gate";
    case NodeKind::kSink: return "sink";
    case NodeKind::kCoMap: return "co_map";
    case NodeKind::kAssigner: return "assign_timestamps";
    case NodeKind::kFlatMap: return "flat_map";
    case NodeKind::kReKey: return "re_key";
    case NodeKind::kLookUp: return "look_up";
    case NodeKind::kKeyedProcess: return "keyed_process";
    case NodeKind::kWindow: return "window";
    case NodeKind::kWindowJoin: return "window_join";
    case NodeKind::kIntervalJoin: return "interval_join";
  }
  return "";
}

std::string_view name_of(model::Ship ship) {
  switch (ship) {
    case model::Ship::kForward: return "forward";
    case model::Ship::kRebalance: return "rebalance";
    case model::Ship::kHash: return "hash";
  }
  return "";
}

// The operators of each task, head first.
std::vector<std::vector<JobVertex>> tasks_of(const JobGraph& graph) {
  std::vector<std::vector<JobVertex>> tasks;
  std::vector<std::size_t> task_of(boost::num_vertices(graph), 0);
  for (const JobVertex v : model::in_topological_order(graph)) {
    if (model::heads_a_task(graph, v)) {
      task_of[v] = tasks.size();
      tasks.emplace_back();
    } else {
      task_of[v] = task_of[boost::source(model::inputs_of(graph, v).front(), graph)];
    }
    tasks[task_of[v]].push_back(v);
  }
  return tasks;
}

// In the order of their targets and their inputs.
std::vector<JobEdgeId> edges_of(const JobGraph& graph) {
  std::vector<JobEdgeId> edges;
  for (const JobVertex v : model::in_topological_order(graph)) {
    const std::vector<JobEdgeId> inputs = model::inputs_of(graph, v);
    edges.insert(edges.end(), inputs.begin(), inputs.end());
  }
  return edges;
}

std::string plural(std::uint32_t count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

std::string counts_text(const model::GraphCounts& counts) {
  return fmt::format("{}, {}, {}, {}", plural(counts.tasks, "task"),
                     plural(counts.subtasks, "subtask"), plural(counts.exchanges, "exchange"),
                     plural(counts.shuffles, "shuffle"));
}

// A side of the picture. `side` is the first part of the names of its nodes.
class Side {
 public:
  Side(const JobGraph& graph, std::string_view side) : graph_(graph), side_(side) {}

  [[nodiscard]] std::string text(std::string_view title) const {
    std::string text = fmt::format("  subgraph cluster_{} {{\n    label=\"{}\\n{}\";\n", side_,
                                   title, counts_text(model::counts_of(graph_)));
    const std::vector<std::vector<JobVertex>> tasks = tasks_of(graph_);
    for (std::size_t i = 0; i < tasks.size(); ++i) {
      text += fmt::format(
          "    subgraph cluster_{}_{} {{\n      label=\"x{}\"; style=filled; "
          "fillcolor=gray95;\n",
          side_, i, graph_[tasks[i].front()].parallelism);
      for (const JobVertex v : tasks[i]) {
        text += node(v);
      }
      text += "    }\n";
    }
    for (const JobEdgeId edge : edges_of(graph_)) {
      text += arrow(edge);
    }
    return text + "  }\n";
  }

 private:
  [[nodiscard]] std::string name(JobVertex v) const {
    return fmt::format("\"{}/{}\"", side_, graph_[v].id);
  }

  [[nodiscard]] std::string node(JobVertex v) const {
    const bool is_gate = graph_[v].kind == NodeKind::kGate;
    return fmt::format("      {} [label=\"{}\\n{}\"{}];\n", name(v), graph_[v].id,
                       name_of(graph_[v]),
                       is_gate ? ", shape=hexagon, style=filled, fillcolor=lightsalmon" : "");
  }

  [[nodiscard]] std::string arrow(JobEdgeId edge) const {
    const JobVertex to = boost::target(edge, graph_);
    const bool is_chained = model::is_chained(graph_, edge);
    const std::string input =
        boost::in_degree(to, graph_) > 1 ? fmt::format(", input {}", graph_[edge].input) : "";
    const std::string_view ship = is_chained ? "chained" : name_of(graph_[edge].ship);
    return fmt::format("    {} -> {} [label=\"{}{}\"{}];\n", name(boost::source(edge, graph_)),
                       name(to), ship, input, is_chained ? ", style=bold" : "");
  }

  const JobGraph& graph_;
  std::string_view side_;
};

Json side_json(const JobGraph& graph) {
  const model::GraphCounts counts = model::counts_of(graph);
  Json operators = Json::array();
  const std::vector<std::vector<JobVertex>> tasks = tasks_of(graph);
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    for (const JobVertex v : tasks[i]) {
      operators.push_back({{"id", graph[v].id},
                           {"kind", graph[v].kind == NodeKind::kGate ? "gate" : name_of(graph[v])},
                           {"in_sink", graph[v].is_mixin},
                           {"parallelism", graph[v].parallelism},
                           {"task", i}});
    }
  }
  Json edges = Json::array();
  for (const JobEdgeId edge : edges_of(graph)) {
    edges.push_back({{"from", graph[boost::source(edge, graph)].id},
                     {"to", graph[boost::target(edge, graph)].id},
                     {"input", graph[edge].input},
                     {"ship", name_of(graph[edge].ship)},
                     {"chained", model::is_chained(graph, edge)}});
  }
  return {{"tasks", counts.tasks},         {"subtasks", counts.subtasks},
          {"exchanges", counts.exchanges}, {"shuffles", counts.shuffles},
          {"operators", operators},        {"edges", edges}};
}

}  // namespace

std::string graphviz(const JobGraphs& graphs) {
  const std::string gates = graphs.position.empty()
                                ? fmt::format("{} has no gate", graphs.protocol)
                                : fmt::format("{}, gates {}", graphs.protocol, graphs.position);
  std::string text = fmt::format(
      "digraph \"{}\" {{\n  rankdir=LR; compound=true; node [shape=box, style=rounded];\n",
      graphs.scenario);
  text += Side{graphs.before, "before"}.text("as drawn");
  text += Side{graphs.after, "after"}.text("as run: " + gates);
  return text + "}\n";
}

std::string graphs_json(const JobGraphs& graphs) {
  Json position = nullptr;
  if (!graphs.position.empty()) {
    position = graphs.position;
  }
  const Json json{{"cutover", kResultVersion},          {"scenario", graphs.scenario},
                  {"protocol", graphs.protocol},        {"position", position},
                  {"before", side_json(graphs.before)}, {"after", side_json(graphs.after)}};
  return json.dump(2) + "\n";
}

}  // namespace reports
