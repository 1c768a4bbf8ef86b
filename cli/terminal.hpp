// What commands share: files read and written, numbers of options, a line of progress.
//
// Errors: none or false, and a message where said so.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "scenarios/reader/scenario.hpp"

namespace cli {

// None if it cannot be read. Of a file that is larger than the reader takes, enough for it to say
// so.
std::optional<std::string> read_file(const std::string& path);
// All of it, whatever its size.
std::optional<std::string> read_whole_file(const std::string& path);
// The scenario file that a path names: itself, or that of a counterexample's folder.
std::string scenario_file(const std::string& path);
bool write_file(const std::string& path, const std::string& text);
// Whoever looks finds the old content, or all of the new one.
bool write_atomically(const std::filesystem::path& path, const std::string& text);

// Bad usage or problems of a file, on standard error; the exit code.
int report_problems(const scenarios::ReadResult& read);

// The number that an option gives; the fallback stays where it is not given. False, and a message,
// if it is none from 1 to `most`.
bool read_number(std::string_view option, const std::optional<std::string>& given,
                 std::uint64_t most, std::uint64_t& number);
// Threads of this machine, or what the option says.
bool read_jobs(const std::optional<std::string>& given, unsigned& jobs);

// One line on a terminal that is written over and over, from the second second on.
class ProgressLine {
 public:
  [[nodiscard]] bool is_due();
  // REQUIRES: is_due().
  void show(std::string_view text);
  void clear();

 private:
  bool is_terminal_ = is_terminal();
  std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point shown_;
  bool is_shown_ = false;

  static bool is_terminal();
};

}  // namespace cli
