#include "cli/claims_command.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string_view>
#include <thread>
#include <vector>

#include "cli/commands.hpp"
#include "reports/claims.hpp"
#include "scenarios/claims/catalogue.hpp"
#include "scenarios/claims/judge.hpp"

namespace cli {

namespace {

constexpr std::uint64_t kMostRuns = 1'000'000;
constexpr std::uint64_t kMostJobs = 256;

// The number that an option gives; the fallback where it is not given. False, and a message, if it
// is none from 1 to `most`.
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

// One line on a terminal that is written over and over, from the second second on.
class ProgressLine {
 public:
  void show(std::string_view what, std::size_t done, std::size_t of) {
    const auto now = std::chrono::steady_clock::now();
    if (!is_terminal_ || now - started_ < std::chrono::seconds{1} ||
        now - shown_ < std::chrono::milliseconds{100}) {
      return;
    }
    shown_ = now;
    fmt::print(stderr, "\r\033[Kclaims: {}, {} of {}", what, done, of);
    std::fflush(stderr);
    is_shown_ = true;
  }
  void clear() {
    if (is_shown_) {
      fmt::print(stderr, "\r\033[K");
      is_shown_ = false;
    }
  }

 private:
  bool is_terminal_ = ::isatty(STDERR_FILENO) == 1;
  std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point shown_;
  bool is_shown_ = false;
};

// What gives the same document again.
std::string command_of(const ClaimsOptions& options) {
  std::string command = "claims --markdown";
  if (options.scenarios != ClaimsOptions{}.scenarios) {
    command += " --scenarios " + quoted(options.scenarios);
  }
  if (options.runs) {
    command += " --runs " + *options.runs;
  }
  return command;
}

}  // namespace

int claims_command(const ClaimsOptions& options) {
  scenarios::ClaimsBudget budget;
  std::uint64_t jobs = std::max(1U, std::thread::hardware_concurrency());
  if (!read_number("--runs", options.runs, kMostRuns, budget.runs) ||
      !read_number("--jobs", options.jobs, kMostJobs, jobs)) {
    return kBadCommandLine;
  }
  budget.jobs = static_cast<unsigned>(jobs);
  if (options.scenarios.empty() || options.json == "") {
    fmt::print(
        stderr, "{}, found ''\n",
        options.json == "" ? "--json: expected a file or -" : "--scenarios: expected a folder");
    return kBadCommandLine;
  }
  const scenarios::Catalogue catalogue = scenarios::read_catalogue(options.scenarios);
  for (const std::string& problem : catalogue.problems) {
    fmt::print(stderr, "{}\n", problem);
  }
  if (!catalogue.problems.empty()) {
    return kBadFile;
  }
  ProgressLine line;
  const std::vector<scenarios::Cell> cells = scenarios::judge_claims(
      catalogue, budget,
      [&](std::string_view what, std::size_t done, std::size_t of) { line.show(what, done, of); });
  line.clear();
  const std::string page = options.markdown ? reports::claims_markdown(cells, command_of(options))
                                            : reports::claims_text(cells);
  return write_all(options.json.value_or(""), page, reports::claims_json(cells)) ? 0 : kBadFile;
}

}  // namespace cli
