// docs/fidelity.md: for every rule of phase2.md and flink-runtime.md, where it is implemented,
// where tested, and if neither, why not. Generated from the citations in the code, so that it
// cannot say more than the code does.
//
// Reasons for what is left out on purpose stand in docs/not_modelled.txt: `PREFIX:ID  what that
// hides`.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "docs/tools/reference.hpp"
#include "docs/tools/source_tree.hpp"

namespace docs {

struct Fidelity {
  std::string page;                   // the text of docs/fidelity.md
  std::vector<std::string> problems;  // `path:line: what`; none: the page can be trusted
};

// `files` are those of the project that may cite; `not_modelled` is the text of
// docs/not_modelled.txt.
Fidelity make_fidelity(const std::vector<Reference>& references,
                       const std::vector<SourceFile>& files, std::string_view not_modelled);

// The same, of the project at `root`.
Fidelity make_fidelity(const std::filesystem::path& root);

}  // namespace docs
