#include "cli/terminal.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <system_error>
#include <thread>

#include "cli/commands.hpp"
#include "scenarios/reader/problem.hpp"

namespace cli {

namespace {

constexpr std::size_t kLargestFile = std::size_t{1} << 20;  // as the reader says
constexpr std::uint64_t kMostJobs = 256;

}  // namespace

std::optional<std::string> read_file(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  if (!file) {
    return std::nullopt;
  }
  std::string text;
  char chunk[4096];
  // One byte more than the reader takes is enough for it to say that the file is too large.
  while (text.size() <= kLargestFile && (file.read(chunk, sizeof chunk) || file.gcount() > 0)) {
    text.append(chunk, static_cast<std::size_t>(file.gcount()));
  }
  return file.bad() || (text.empty() && !file.eof()) ? std::nullopt
                                                     : std::optional{std::move(text)};
}

std::optional<std::string> read_whole_file(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  return file ? std::optional{std::string{std::istreambuf_iterator<char>{file}, {}}} : std::nullopt;
}

std::string scenario_file(const std::string& path) {
  std::error_code none;
  return std::filesystem::is_directory(path, none)
             ? (std::filesystem::path{path} / "counterexample.json").string()
             : path;
}

bool write_file(const std::string& path, const std::string& text) {
  std::ofstream file{path, std::ios::binary | std::ios::trunc};
  file << text;
  file.close();
  return file.good();
}

bool write_atomically(const std::filesystem::path& path, const std::string& text) {
  const std::filesystem::path beside = path.string() + ".new";
  if (!write_file(beside.string(), text)) {
    return false;
  }
  std::error_code error;
  std::filesystem::rename(beside, path, error);
  return !error;
}

int report_problems(const scenarios::ReadResult& read) {
  for (const std::string& problem : read.usage_problems) {
    fmt::print(stderr, "{}\n", problem);
  }
  if (!read.usage_problems.empty()) {
    return kBadCommandLine;
  }
  for (const scenarios::Problem& problem : read.problems) {
    fmt::print(stderr, "{}\n", scenarios::to_string(problem));
  }
  return kBadFile;
}

bool read_number(std::string_view option, const std::optional<std::string>& given,
                 std::uint64_t most, std::uint64_t& number) {
  if (!given) {
    return true;
  }
  const std::optional<std::uint64_t> read = seed_from(*given);
  if (!read || *read < 1 || *read > most) {
    fmt::print(stderr,
               "{}: expected an integer from 1 to {}, found {}\nRun with --help for more "
               "information.\n",
               option, most, quoted(*given));
    return false;
  }
  number = *read;
  return true;
}

bool read_jobs(const std::optional<std::string>& given, unsigned& jobs) {
  std::uint64_t number = std::max(1U, std::thread::hardware_concurrency());
  if (!read_number("--jobs", given, kMostJobs, number)) {
    return false;
  }
  jobs = static_cast<unsigned>(number);
  return true;
}

bool ProgressLine::is_terminal() { return ::isatty(STDERR_FILENO) == 1; }

bool ProgressLine::is_due() {
  const auto now = std::chrono::steady_clock::now();
  return is_terminal_ && now - started_ >= std::chrono::seconds{1} &&
         now - shown_ >= std::chrono::milliseconds{100};
}

void ProgressLine::show(std::string_view text) {
  shown_ = std::chrono::steady_clock::now();
  fmt::print(stderr, "\r\033[K{}", text);
  std::fflush(stderr);
  is_shown_ = true;
}

void ProgressLine::clear() {
  if (is_shown_) {
    fmt::print(stderr, "\r\033[K");
    is_shown_ = false;
  }
}

}  // namespace cli
