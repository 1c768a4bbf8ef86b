#include "cli/commands.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cstdio>
#include <filesystem>
#include <utility>

#include "cli/terminal.hpp"
#include "reports/result_json.hpp"
#include "reports/summary.hpp"
#include "scenarios/reader/scenario.hpp"
#include "scenarios/reader/schema.hpp"
#include "scenarios/runner/run.hpp"

namespace cli {

namespace {

std::string repeat_command(const RunOptions& options, std::uint64_t seed) {
  // A file that looks like an option is named by its folder.
  const std::string file = (options.file.starts_with('-') ? "./" : "") + options.file;
  std::string command = fmt::format("cutover run {} --seed {}", quoted(file), seed);
  if (options.protocol) {
    command += " --protocol " + quoted(*options.protocol);
  }
  for (const std::string& mutation : options.mutations) {
    command += " --mutation " + quoted(mutation);
  }
  for (const std::string& set : options.sets) {
    command += " --set " + quoted(set);
  }
  return command;
}

// False, and a message, if it does not take everything: a full disk must not look like a result.
bool print_all(std::FILE* stream, std::string_view text) {
  const bool whole = std::fwrite(text.data(), 1, text.size(), stream) == text.size();
  if (std::fflush(stream) == 0 && whole) {
    return true;
  }
  fmt::print(stderr, "standard output: cannot be written\n");
  return false;
}

bool would_overwrite_scenario(const RunOptions& options) {
  std::error_code none;
  return !options.json.empty() && options.json != "-" &&
         std::filesystem::equivalent(options.json, options.file, none);
}

}  // namespace

std::optional<std::uint64_t> seed_from(std::string_view text) {
  std::uint64_t seed = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, seed);
  return error == std::errc{} && rest == end ? std::optional{seed} : std::nullopt;
}

std::string quoted(const std::string& word) {
  const auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view{"_-./:=+,@%"}.find(c) != std::string_view::npos;
  };
  bool plain = !word.empty();
  std::string inside;
  for (const char c : word) {
    plain = plain && is_plain(c);
    inside += c == '\'' ? std::string{"'\\''"} : std::string{c};
  }
  return plain ? word : "'" + inside + "'";
}

bool write_all(const std::string& json, const std::string& summary, const std::string& result) {
  if (json == "-") {
    fmt::print(stderr, "{}", summary);
    return print_all(stdout, result);
  }
  // The file goes first, so that it is there even if nobody reads the summary to its end.
  const bool is_written = json.empty() || write_file(json, result);
  const bool is_printed = print_all(stdout, summary);
  if (!is_written) {
    fmt::print(stderr, "{}: cannot be written\n", json);
  }
  return is_written && is_printed;
}

int run_command(const RunOptions& options) {
  if (would_overwrite_scenario(options)) {
    fmt::print(stderr, "--json: {} is the scenario itself\n", options.json);
    return kBadCommandLine;
  }
  const std::optional<std::string> text = read_file(options.file);
  if (!text) {
    fmt::print(stderr, "{}: cannot be read\n", options.file);
    return kBadFile;
  }
  const scenarios::Overrides overrides = overrides_of(options);
  const scenarios::ReadResult read = scenarios::read_scenario(options.file, *text, overrides);
  if (!read.scenario) {
    return report_problems(read);
  }
  const scenarios::Scenario& scenario = *read.scenario;
  const std::uint64_t seed = options.seed.value_or(scenario.seed.value_or(scenarios::kDefaultSeed));
  const scenarios::Outcome outcome = scenarios::run(scenario, seed);

  reports::SummaryRequest request;
  request.scenario = &scenario;
  request.outcome = &outcome;
  request.repeat = repeat_command(options, seed);
  if (options.protocol == "basic") {
    request.remarks.emplace_back(
        "under basic there is no gate: transition mode and gate section are ignored");
  }
  const bool written =
      write_all(options.json, reports::summary(request), reports::result_json({outcome}));
  return written ? outcome.exit_code : kBadFile;
}

int schema_command() { return print_all(stdout, scenarios::schema_json() + "\n") ? 0 : kBadFile; }

}  // namespace cli
