// write_fidelity ROOT: writes ROOT/docs/fidelity.md. Exit code 1, and nothing written, if there are
// problems.
#include <fstream>
#include <iostream>
#include <span>

#include "docs/tools/fidelity.hpp"

int main(int count, char** values) {
  const std::span<char*> arguments{values, static_cast<std::size_t>(count)};
  if (arguments.size() != 2) {
    std::cerr << "usage: write_fidelity ROOT\n";
    return 64;
  }
  const std::filesystem::path root{arguments[1]};
  const docs::Fidelity fidelity = docs::make_fidelity(root);
  for (const std::string& problem : fidelity.problems) {
    std::cerr << problem << '\n';
  }
  if (!fidelity.problems.empty()) {
    return 1;
  }
  std::ofstream{root / "docs/fidelity.md", std::ios::binary} << fidelity.page;
  return 0;
}
