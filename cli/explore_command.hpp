// `cutover explore`: every run of a scenario, over its grid.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace cli {

struct ExploreCommandOptions {
  std::vector<std::string> files;
  std::optional<std::string> protocol;
  std::vector<std::string> sets;
  std::vector<std::string> mutations;
  std::optional<std::string> states;  // at most
  std::optional<std::string> memory;  // MB, at most
  std::optional<std::string> time;    // "60s"
  std::optional<std::string> jobs;
  std::optional<std::string> json;
  std::optional<std::string> out;
  bool depth_first = false;
  bool no_canonical = false;
  bool no_symmetry = false;
  bool no_partial_order = false;
  bool no_liveness = false;
};

int explore_command(const ExploreCommandOptions& options);

}  // namespace cli
