// The recorded vector files, and what a check says of a text.
#pragma once

#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "scenarios/vectors/check.hpp"

namespace vector_files {

// Throws if it cannot be read.
inline std::string load_vectors(const std::string& name) {
  std::ifstream file{HARNESS_ROOT "/tests/vectors/" + name, std::ios::binary};
  std::string text{std::istreambuf_iterator<char>{file}, {}};
  if (text.empty()) {
    throw std::runtime_error{"cannot read tests/vectors/" + name};
  }
  return text;
}

inline std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream{text};
  for (std::string line; std::getline(stream, line);) {
    lines.push_back(line);
  }
  return lines;
}

struct Checked {
  scenarios::vectors::Counts counts;
  std::vector<std::string> disagreements;
  std::vector<std::string> problems;
};

inline Checked check(const std::string& text, const scenarios::vectors::Against& against = {}) {
  Checked checked;
  std::istringstream stream{text};
  checked.counts = scenarios::vectors::check(
      "f", stream, against, [&](scenarios::vectors::FindingKind kind, const std::string& finding) {
        const bool is_problem = kind == scenarios::vectors::FindingKind::kProblem;
        (is_problem ? checked.problems : checked.disagreements).push_back(finding);
      });
  return checked;
}

}  // namespace vector_files
