// cutover graph: the job of a scenario before and after its gates are put into it.
//
// Errors: the exit codes of commands.hpp.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace cli {

struct GraphOptions {
  std::string file;
  std::optional<std::string> protocol;
  std::vector<std::string> sets;       // "/json/pointer=VALUE"
  std::vector<std::string> mutations;  // ids, on top of the scenario's
  std::optional<std::string> json;     // a path, "-" for standard output
};

int graph_command(const GraphOptions& options);

}  // namespace cli
