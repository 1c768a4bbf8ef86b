// docs/margin.md: which deletion delay one small job needs, measured by `tune` one factor at a time
// and in pairs, beside what scenarios/random/margin.hpp computes.
//
// Nothing in it is typed in but the prose. Errors: problems, each a line, where a file cannot be
// read, a search found no answer, or the formula is exceeded or too generous.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace docs {

// By the event time of how many records the formula may exceed the measured value: it adds up worst
// cases that no run need have all at once.
constexpr std::int64_t kMarginSlackRecords = 4;

struct MarginPoint {
  std::string name;
  std::int64_t measured = 0;
  std::int64_t formula = 0;
  std::int64_t slack = 0;  // that is allowed
};

struct MarginPage {
  std::string page;
  std::vector<MarginPoint> points;
  std::vector<std::string> problems;
};

// `root`: the project's. Runs some ten thousands of simulations. `jobs`: threads; the page does not
// depend on it.
MarginPage make_margin_page(const std::filesystem::path& root, unsigned jobs);

}  // namespace docs
