#include "cli/options.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cstdint>
#include <cstdio>
#include <system_error>

#include "cli/commands.hpp"
#include "cli/terminal.hpp"
#include "reports/story.hpp"
#include "scenarios/writer/write_scenario.hpp"

namespace cli {

namespace fs = std::filesystem;

int refuse(std::string_view option, std::string_view wanted, const std::string& found) {
  fmt::print(stderr, "{}: expected {}, found {}\nRun with --help for more information.\n", option,
             wanted, quoted(found));
  return kBadCommandLine;
}

int worse(int a, int b) {
  for (const int code : {kOurBug, kBadCommandLine, kBadFile, 1, 2}) {
    if (a == code || b == code) {
      return code;
    }
  }
  return 0;
}

std::optional<std::chrono::milliseconds> wall_time_from(std::string_view text) {
  std::uint64_t number = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  std::string_view unit{rest, static_cast<std::size_t>(text.data() + text.size() - rest)};
  while (unit.starts_with(' ')) {
    unit.remove_prefix(1);
  }
  const std::uint64_t factor = unit == "ms"                   ? 1
                               : unit == "s"                  ? 1'000
                               : unit == "min" || unit == "m" ? 60'000
                               : unit == "h"                  ? 3'600'000
                                                              : 0;
  constexpr std::uint64_t kMost = 7ULL * 24 * 3'600'000;
  if (error != std::errc{} || factor == 0 || number == 0 || number > kMost / factor) {
    return std::nullopt;
  }
  return std::chrono::milliseconds{static_cast<std::int64_t>(number * factor)};
}

bool write_folder(const fs::path& folder, const scenarios::Counterexample& example) {
  std::error_code error;
  const fs::path beside = folder.string() + ".new";
  fs::remove_all(beside, error);
  fs::create_directories(beside, error);
  if (error ||
      !write_file((beside / "counterexample.json").string(),
                  scenarios::write_scenario(example.scenario)) ||
      !write_file((beside / "story.txt").string(), reports::story(example, folder.string()))) {
    return false;
  }
  fs::remove_all(folder, error);
  fs::rename(beside, folder, error);
  return !error;
}

}  // namespace cli
