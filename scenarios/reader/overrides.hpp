// `--set /json/pointer=VALUE`, `--protocol ID` and `--mutation ID`: changes to a scenario between
// its file and its checks.
//
// VALUE is JSON if it parses, else a string. Keys may be created, objects around them too; an index
// addresses an element that exists, `-` appends one. What an option brought in carries the option's
// number as its origin. Errors: an option that is none by its own text is an error of the command
// line; one that does not fit the file is a problem.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "scenarios/reader/json_lines.hpp"
#include "scenarios/reader/problem.hpp"

namespace scenarios {

struct Overrides {
  std::vector<std::string> sets;        // each "/pointer=VALUE", in the order of the command line
  std::optional<std::string> protocol;  // replaces /deployment/protocol, after the sets
  std::vector<std::string> mutations;   // each appended to /mutations, after the sets
};

// What is wrong with the text of the options themselves: one line each, beginning with "--set 1: ".
std::vector<std::string> malformed(const Overrides& overrides);

// Carries the well-formed ones out, in order.
void apply(const Overrides& overrides, Json& root, Problems& problems);

}  // namespace scenarios
