// Options that several commands have, and the folders that they write.
//
// Errors: none or false; `refuse` says why.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "scenarios/shrink/counterexample.hpp"

namespace cli {

// At most so many runs of one file, however long they may go on.
constexpr std::uint64_t kMostRuns = 1'000'000'000;

// Says what was wanted, on standard error; the exit code of a bad command line.
int refuse(std::string_view option, std::string_view wanted, const std::string& found);

// The worse of two exit codes: our bug, bad command line, bad file, refuted, unknown, all well.
int worse(int a, int b);

// "60s", "5min", "500ms", "1h"; a blank in between is allowed.
std::optional<std::chrono::milliseconds> wall_time_from(std::string_view text);

// A folder for one counterexample: complete, or not there.
bool write_folder(const std::filesystem::path& folder, const scenarios::Counterexample& example);

}  // namespace cli
