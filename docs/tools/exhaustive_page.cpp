#include "docs/tools/exhaustive_page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <string_view>

#include "model/protocol.hpp"
#include "scenarios/explore/exhaustive_search.hpp"
#include "scenarios/reader/scenario.hpp"

namespace docs {

namespace {

namespace fs = std::filesystem;
using model::Property;

// What cannot be exhausted below this is left open here.
constexpr std::uint64_t kMostStates = 1'500'000;

constexpr std::array kShown{
    Property::kNoLoss,         Property::kNoDuplicates,   Property::kOneToggle,
    Property::kGatePartition,  Property::kTeardownSafe,   Property::kProgress,
    Property::kSurvivorServes, Property::kSavepointFresh, Property::kDeletionDelayKept};

constexpr std::string_view kHead = R"(# Exhaustive explorations

Written by `write_exhaustive`. Each row stands for every run of one scenario of `scenarios/small` under one protocol: every
order of what happens at one instant, every delay of its grid, every draw. `cutover explore FILE --protocol ID` repeats it, with the
counterexamples. Drafts that know no gate deadline wait for ever in some of them: runs that never end refute `progress`, and of
the other properties nothing is said then (`unknown`). `-`: nothing there exercises it.

)";

std::string read(const fs::path& path) {
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}

std::string bounds(const scenarios::Scenario& scenario) {
  const scenarios::Bounds bounds = scenarios::bounds_of(scenario.settings);
  std::string text = fmt::format(
      "Grid {} ms; transitions: {}; records: {}; partitions: {}; subtasks a job: {}; faults: ",
      bounds.grid_ms, bounds.transitions, bounds.records, bounds.partitions, bounds.subtasks);
  text += bounds.faults.empty() ? "none" : "";
  for (std::size_t i = 0; i < bounds.faults.size(); ++i) {
    text += (i == 0 ? "" : ", ") + bounds.faults[i];
  }
  text += "; write jitter:";
  for (const std::uint32_t jitter : bounds.write_jitter_ms) {
    text += fmt::format(" {} ms", jitter);
  }
  return text;
}

std::string_view word(const scenarios::Explored& explored, Property property) {
  const scenarios::ExploredProperty& of = explored.of(property);
  if (of.verdict == sim::Verdict::kUnknown) {
    return of.open > 0 && of.holding == 0 ? "-" : "unknown";
  }
  return of.verdict == sim::Verdict::kRefuted ? "**refuted**" : sim::name_of(of.verdict);
}

class Pages {
 public:
  explicit Pages(unsigned jobs) : jobs_(jobs) {}

  void add(const std::string& file, const scenarios::Scenario& scenario) {
    result.page +=
        fmt::format("## {}\n\n{}: {}.\n\n| protocol | states | transitions | ways to end |", file,
                    scenario.title, bounds(scenario));
    std::string line = "\n|---|---|---|---|";
    for (const Property property : kShown) {
      result.page += fmt::format(" {} |", model::name_of(property));
      line += "---|";
    }
    result.page += line + "\n";
    for (const model::Protocol& protocol : model::all_protocols()) {
      if (protocol.has_gate) {
        add_row(file, scenario, std::string{protocol.id});
      }
    }
    result.page += "\n";
  }

  ExhaustivePage result;

 private:
  void add_row(const std::string& file, scenarios::Scenario scenario, const std::string& protocol) {
    const bool is_spoken_of = protocol == scenario.settings.deployment.protocol ||
                              scenario.expect_by_protocol.contains(protocol);
    scenario.settings.deployment.protocol = protocol;
    if (!is_spoken_of) {  // its milestones are those of another protocol
      scenario.reaches.clear();
    }
    scenarios::ExploreSettings settings;
    settings.workers = jobs_;
    settings.states_max = kMostStates;
    scenarios::ExhaustiveSearch search{scenario, settings};
    while (search.step()) {
    }
    if (!search.so_far().is_complete()) {
      result.page += fmt::format("| {} | more than {} | | |\n", protocol, kMostStates);
      if (is_spoken_of) {
        result.problems.push_back(file + " under " + protocol + ": not exhausted");
      }
      return;
    }
    const scenarios::Explored explored = search.result();
    result.page += fmt::format("| {} | {} | {} | {}{} |", protocol, explored.certificate.states,
                               explored.certificate.transitions, explored.ends,
                               explored.has_endless_runs == true ? ", some runs never end" : "");
    for (const Property property : kShown) {
      result.page += fmt::format(" {} |", word(explored, property));
    }
    result.page += "\n";
    if (is_spoken_of) {
      for (const std::string& difference : explored.differences) {
        result.problems.push_back(file + " under " + protocol + ": " + difference);
      }
    }
  }

  unsigned jobs_;
};

}  // namespace

ExhaustivePage make_exhaustive_page(const fs::path& root, unsigned jobs) {
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::directory_iterator{root / "scenarios/small"}) {
    if (entry.path().extension() == ".json") {
      files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  Pages pages{jobs};
  pages.result.page = kHead;
  for (const fs::path& path : files) {
    const std::string file = "scenarios/small/" + path.filename().string();
    scenarios::ReadResult result = scenarios::read_scenario(file, read(path));
    if (!result.scenario) {
      pages.result.problems.push_back(file + ": cannot be read");
      continue;
    }
    pages.add(file, *result.scenario);
  }
  return pages.result;
}

}  // namespace docs
