// Runs the binary under test from a shell, in a folder of its own if asked.
#pragma once

#include <sys/wait.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "tests/support/folder.hpp"

namespace shell {

using support::Folder;

inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}

inline void write_file(const std::filesystem::path& path, const std::string& text) {
  std::ofstream{path, std::ios::binary} << text;
}

struct Ran {
  int code = -1;
  std::string out;
  std::string err;
};

// What a shell does with this line; `cutover` stands for the binary under test.
inline Ran run(const std::string& line) {
  const Folder folder;
  const std::string script = "cutover() { '" CUTOVER_BINARY "' \"$@\"; }\n( " + line + "\n) >'" +
                             (folder / "out") + "' 2>'" + (folder / "err") + "'";
  const int status = std::system(script.c_str());
  Ran ran;
  ran.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  ran.out = read_file(folder / "out");
  ran.err = read_file(folder / "err");
  UNSCOPED_INFO(line << "\nexit code " << ran.code << "\n" << ran.err);
  return ran;
}

}  // namespace shell
