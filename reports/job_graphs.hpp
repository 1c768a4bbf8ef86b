// A job as its author drew it and with its gates: for Graphviz, and as JSON.
//
// Both show which operators run in one task, how records are spread over subtasks, and what each
// exchange costs. Errors: none.
#pragma once

#include <string>
#include <string_view>

#include "model/job_graph.hpp"

namespace reports {

struct JobGraphs {
  std::string_view scenario;
  std::string_view protocol;
  std::string_view position;  // of the gates; empty: the protocol has none
  model::JobGraph before;
  model::JobGraph after;
};

// In the DOT language: a cluster for each side, in it one for each task.
std::string graphviz(const JobGraphs& graphs);
// One object, ends in a line feed.
std::string graphs_json(const JobGraphs& graphs);

}  // namespace reports
