// docs/mutations.md: every mutation of model/mutations.hpp, the scenario that refutes it, or the
// evidence that it is neutral.
//
// Nothing in it is typed in: each line is a run with the mutation and the same run without it. A
// mutation is refuted by a scenario file that names it alone and expects a property to be refuted,
// if that is so and without the mutation the property holds, or the file is refused. Errors:
// problems, each a line, where a file cannot be read or does not show what it says.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace docs {

struct MutationPage {
  std::string page;
  std::vector<std::string> problems;
  std::size_t refuted = 0;
  std::size_t neutral = 0;
};

// `root`: the project's. Runs a few thousand simulations.
MutationPage make_mutation_page(const std::filesystem::path& root);

}  // namespace docs
