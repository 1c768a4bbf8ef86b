// The known bugs in small: what `explore` makes of those of scenarios/known_bugs and
// scenarios/mutations that fit its bounds, and how its stories compare with those of `check`.
//
// scenarios/small/known_bugs/NAME.json stands for NAME.json of those. What it expects to be refuted
// an exploration refutes, in a story no longer than the shortest that searches of the same file end
// with; without its mutations, else under the protocols that it says hold, else without its faults
// the same holds in every run. Errors: problems, each a line.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "model/properties.hpp"

namespace docs {

struct KnownBug {
  std::string name;
  std::string what;     // protocol and mutations
  std::string without;  // what it holds without
  std::uint64_t states = 0;
  std::uint64_t states_without = 0;  // 0: the file is refused without it
  struct Refuted {
    model::Property property = model::Property::kNoLoss;
    std::optional<std::uint32_t> found_after;   // states; none: a run that never ends
    std::size_t explored_lines = 0;             // of the story
    std::optional<std::size_t> searched_lines;  // none: no search found it
  };
  std::vector<Refuted> refuted;
  std::vector<std::string> problems;
};

// `root`: the project's. Depends neither on `jobs`, threads, nor on anything outside of `root`.
KnownBug explore_known_bug(const std::filesystem::path& root, const std::string& name,
                           unsigned jobs);

// All of them, as a section of docs/exhaustive.md.
struct KnownBugsSection {
  std::string text;
  std::vector<std::string> problems;
};
KnownBugsSection make_known_bugs_section(const std::filesystem::path& root, unsigned jobs);

}  // namespace docs
