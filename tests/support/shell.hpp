// Runs the binary under test from a shell, in a folder of its own if asked.
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace shell {

inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}

inline void write_file(const std::filesystem::path& path, const std::string& text) {
  std::ofstream{path, std::ios::binary} << text;
}

// Gone when it goes out of scope.
class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "cutover-cli-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~Folder() {
    std::error_code none;
    std::filesystem::remove_all(path_, none);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::string operator/(const std::string& name) const {
    return (path_ / name).string();
  }

 private:
  std::filesystem::path path_;
};

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
