// `cutover tune`: the smallest safe value of a setting.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace cli {

struct TuneCommandOptions {
  std::string file;
  std::string setting;  // a JSON pointer
  std::vector<std::string> properties;
  std::optional<std::string> runs;
  std::optional<std::string> time;  // "60s"
  std::optional<std::string> jobs;
  std::optional<std::string> least;
  std::optional<std::string> most;
  std::optional<std::string> step;
  std::optional<std::string> seed;
  std::optional<std::string> protocol;
  std::vector<std::string> mutations;
  std::vector<std::string> sets;
  std::optional<std::string> json;
  std::optional<std::string> out;
};

int tune_command(const TuneCommandOptions& options);

}  // namespace cli
