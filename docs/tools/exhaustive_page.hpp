// docs/exhaustive.md: what holds in every run of each scenario of scenarios/small, under each
// protocol; behind it goes the section on known bugs (docs/tools/known_bugs.hpp).
//
// Nothing in it is typed in but the prose. Errors: problems, each a line, where a file cannot be
// read, or an exploration that a file speaks of ends otherwise than it says.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace docs {

struct ExhaustivePage {
  std::string page;
  std::vector<std::string> problems;
};

// `root`: the project's. `jobs`: threads; the page does not depend on it.
ExhaustivePage make_exhaustive_page(const std::filesystem::path& root, unsigned jobs);

}  // namespace docs
