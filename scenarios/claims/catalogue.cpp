#include "scenarios/claims/catalogue.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>

#include "scenarios/reader/scenario.hpp"

namespace scenarios {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLargestFile = std::size_t{1} << 20;  // as the reader says

std::optional<std::string> read_file(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  std::string text;
  char part[4096];
  // One byte more than the reader takes is enough for it to say that the file is too large.
  while (text.size() <= kLargestFile && (file.read(part, sizeof part) || file.gcount() > 0)) {
    text.append(part, static_cast<std::size_t>(file.gcount()));
  }
  return file.eof() || text.size() > kLargestFile ? std::optional{std::move(text)} : std::nullopt;
}

// Every .json file below it, sorted.
std::vector<std::string> scenario_paths(const std::string& folder,
                                        std::vector<std::string>& problems) {
  std::vector<std::string> paths;
  std::error_code error;
  fs::recursive_directory_iterator at{folder, error};
  for (; !error && at != fs::recursive_directory_iterator{}; at.increment(error)) {
    std::error_code none;
    if (at->is_directory(none) && at->path().filename() == "invalid") {
      at.disable_recursion_pending();
    } else if (!at->is_directory(none) && at->path().extension() == ".json") {
      paths.push_back(at->path().string());
    }
  }
  if (error) {
    problems.push_back(folder + ": cannot be read");
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

// The file under a protocol, or under its own if none is given.
std::optional<Scenario> read_under(const ScenarioFile& file,
                                   const std::optional<std::string>& protocol,
                                   std::vector<std::string>& problems) {
  Overrides overrides;
  overrides.protocol = protocol;
  ReadResult read = read_scenario(file.path, file.text, overrides);
  for (const Problem& problem : read.problems) {
    const std::string context =
        protocol ? file.path + " under --protocol " + *protocol + ": " : std::string{};
    problems.push_back(context + to_string(problem));
  }
  return std::move(read.scenario);
}

void read_variants(ScenarioFile& file, std::vector<std::string>& problems) {
  std::optional<Scenario> own = read_under(file, std::nullopt, problems);
  if (!own) {
    return;
  }
  const std::string own_protocol = own->settings.deployment.protocol;
  std::vector<std::string> others;
  for (const auto& [protocol, expectation] : own->expect_by_protocol) {
    if (protocol != own_protocol) {
      others.push_back(protocol);
    }
  }
  file.variants.push_back(Variant{own_protocol, *std::move(own)});
  for (const std::string& protocol : others) {
    std::optional<Scenario> scenario = read_under(file, protocol, problems);
    if (scenario) {
      file.variants.push_back(Variant{protocol, *std::move(scenario)});
    }
  }
}

}  // namespace

std::string ScenarioFile::arguments(std::string_view protocol) const {
  const bool is_own = protocol == variants.front().protocol;
  return is_own ? path : path + " --protocol " + std::string{protocol};
}

std::optional<Scenario> ScenarioFile::mutated(std::string_view protocol,
                                              std::string_view mutation) const {
  Overrides overrides;
  overrides.protocol = protocol;
  overrides.mutations.emplace_back(mutation);
  return read_scenario(path, text, overrides).scenario;
}

Catalogue read_catalogue(const std::string& folder) {
  Catalogue catalogue;
  for (const std::string& path : scenario_paths(folder, catalogue.problems)) {
    std::optional<std::string> text = read_file(path);
    if (!text) {
      catalogue.problems.push_back(path + ": cannot be read");
      continue;
    }
    ScenarioFile file{path, *std::move(text), {}};
    read_variants(file, catalogue.problems);
    if (!file.variants.empty()) {
      catalogue.files.push_back(std::move(file));
    }
  }
  return catalogue;
}

}  // namespace scenarios
