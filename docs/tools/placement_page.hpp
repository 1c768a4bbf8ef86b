// docs/placement.md: what the place of the gate does to pipelines of every kind, by running them
// with the gate in either.
//
// Nothing in it is typed in but the prose. Errors: problems, each a line, where a file cannot be
// read.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace docs {

// One kind of pipeline with the gate in one place, under one draft: sums over all runs.
struct Placement {
  std::string protocol;
  std::string pipeline;
  bool is_after_source = false;
  std::uint64_t lost = 0;
  std::uint64_t doubled = 0;
  std::uint64_t partial = 0;
  std::uint64_t twice = 0;  // another content by each color
  std::uint64_t surplus = 0;
  std::uint64_t look_ups = 0;
  std::uint64_t sends = 0;  // records from one task to another
};

struct PlacementPage {
  std::string page;
  std::vector<Placement> rows;
  std::vector<std::string> problems;
};

// `root`: the project's. Some thousand simulations, in one thread.
PlacementPage make_placement_page(const std::filesystem::path& root);

}  // namespace docs
