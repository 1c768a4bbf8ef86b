// write_crash_points ROOT: writes ROOT/docs/crash_points.md. Exit code 1, and nothing written, if
// there are problems.
#include <fstream>
#include <iostream>
#include <span>

#include "docs/tools/crash_page.hpp"

int main(int count, char** values) {
  const std::span<char*> arguments{values, static_cast<std::size_t>(count)};
  if (arguments.size() != 2) {
    std::cerr << "usage: write_crash_points ROOT\n";
    return 64;
  }
  const std::filesystem::path root{arguments[1]};
  const docs::CrashPage page = docs::make_crash_page(root);
  for (const std::string& problem : page.problems) {
    std::cerr << problem << '\n';
  }
  if (!page.problems.empty()) {
    return 1;
  }
  std::ofstream{root / "docs/crash_points.md", std::ios::binary} << page.page;
  return 0;
}
