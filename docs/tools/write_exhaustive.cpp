// write_exhaustive ROOT: writes ROOT/docs/exhaustive.md. Exit code 1, and nothing written, if there
// are problems.
#include <algorithm>
#include <fstream>
#include <iostream>
#include <span>
#include <thread>

#include "docs/tools/exhaustive_page.hpp"
#include "docs/tools/known_bugs.hpp"

int main(int count, char** values) {
  const std::span<char*> arguments{values, static_cast<std::size_t>(count)};
  if (arguments.size() != 2) {
    std::cerr << "usage: write_exhaustive ROOT\n";
    return 64;
  }
  const std::filesystem::path root{arguments[1]};
  const unsigned jobs = std::max(1U, std::thread::hardware_concurrency());
  const docs::ExhaustivePage page = docs::make_exhaustive_page(root, jobs);
  const docs::KnownBugsSection bugs = docs::make_known_bugs_section(root, jobs);
  for (const auto* problems : {&page.problems, &bugs.problems}) {
    for (const std::string& problem : *problems) {
      std::cerr << problem << '\n';
    }
  }
  if (!page.problems.empty() || !bugs.problems.empty()) {
    return 1;
  }
  std::ofstream{root / "docs/exhaustive.md", std::ios::binary} << page.page << bugs.text;
  return 0;
}
