// What each command of the binary does, behind its options. Returns the exit code: 70 our bug, 64
// bad command line, 65 bad or unreadable file, 1 a verdict differs from what the scenario expects,
// 2 unknown, 0 as expected.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/reader/overrides.hpp"

namespace cli {

constexpr int kBadCommandLine = 64;
constexpr int kBadFile = 65;
constexpr int kOurBug = 70;

struct RunOptions {
  std::string file;
  std::optional<std::uint64_t> seed;
  std::optional<std::string> protocol;
  std::vector<std::string> sets;       // "/json/pointer=VALUE"
  std::vector<std::string> mutations;  // ids, on top of the scenario's
  std::string json;                    // a path, "-" for standard output, empty: none
};

// What an option of most commands puts in place of what a scenario's file says.
template <class Options>
scenarios::Overrides overrides_of(const Options& options) {
  scenarios::Overrides overrides;
  overrides.sets = options.sets;
  overrides.protocol = options.protocol;
  overrides.mutations = options.mutations;
  return overrides;
}

// Decimal digits and nothing else, up to 2^64 - 1.
std::optional<std::uint64_t> seed_from(std::string_view text);

// As a shell takes it.
std::string quoted(const std::string& word);

// Standard output takes one of the two whole: the result if `json` is "-", and the summary then
// goes to standard error; else the summary, and the result goes to the file `json`, if it is not
// empty. False, and a message, if one of them could not be written.
bool write_all(const std::string& json, const std::string& summary, const std::string& result);

int run_command(const RunOptions& options);
int schema_command();

}  // namespace cli
