// `cutover check`, `replay`, `shrink`: many runs, and the counterexamples they lead to.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace cli {

struct CheckCommandOptions {
  std::vector<std::string> files;
  std::optional<std::string> seed;
  std::optional<std::string> protocol;
  std::optional<std::string> against;
  std::vector<std::string> sets;
  std::vector<std::string> mutations;
  std::optional<std::string> runs;
  std::optional<std::string> time;  // "60s"
  std::optional<std::string> jobs;
  std::optional<std::string> json;
  std::optional<std::string> out;
  bool twice = false;
  bool assumptions = false;
};

int check_command(const CheckCommandOptions& options);

struct ReplayOptions {
  std::string path;  // a counterexample, or its folder
  std::optional<std::string> json;
};

int replay_command(const ReplayOptions& options);

struct ShrinkOptions {
  std::string path;
  std::optional<std::string> against;
  std::optional<std::string> out;  // a folder for the smaller one; absent: in its place
};

int shrink_command(const ShrinkOptions& options);

}  // namespace cli
