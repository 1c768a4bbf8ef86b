// `cutover claims`: every claim judged under every protocol, from the scenario files below a
// folder.
//
// Returns the exit code: 0 the table is there, whatever it says; 64 bad command line; 65 a scenario
// or the folder cannot be read, or the result cannot be written.
#pragma once

#include <optional>
#include <string>

namespace cli {

// Numbers as the user wrote them.
struct ClaimsOptions {
  std::string scenarios = "scenarios";
  std::optional<std::string> runs;
  std::optional<std::string> jobs;  // none: as many as the machine has
  bool markdown = false;
  std::optional<std::string> json;  // a path, "-" for standard output
};

int claims_command(const ClaimsOptions& options);

}  // namespace cli
