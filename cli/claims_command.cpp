#include "cli/claims_command.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <string_view>
#include <vector>

#include "cli/commands.hpp"
#include "cli/terminal.hpp"
#include "reports/claims.hpp"
#include "scenarios/claims/catalogue.hpp"
#include "scenarios/claims/judge.hpp"

namespace cli {

namespace {

constexpr std::uint64_t kMostRunsOfACell = 1'000'000;
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
  if (!read_number("--runs", options.runs, kMostRunsOfACell, budget.runs) ||
      !read_jobs(options.jobs, budget.jobs)) {
    return kBadCommandLine;
  }
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
      catalogue, budget, [&](std::string_view what, std::size_t done, std::size_t of) {
        if (line.is_due()) {
          line.show(fmt::format("claims: {}, {} of {}", what, done, of));
        }
      });
  line.clear();
  const std::string page = options.markdown ? reports::claims_markdown(cells, command_of(options))
                                            : reports::claims_text(cells);
  return write_all(options.json.value_or(""), page, reports::claims_json(cells)) ? 0 : kBadFile;
}

}  // namespace cli
