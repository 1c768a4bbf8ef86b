#include "cli/explore_command.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string_view>
#include <system_error>
#include <utility>

#include "cli/commands.hpp"
#include "cli/options.hpp"
#include "cli/terminal.hpp"
#include "model/world.hpp"
#include "reports/explore.hpp"
#include "scenarios/explore/exhaustive_search.hpp"
#include "scenarios/reader/scenario.hpp"

namespace cli {

namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::uint64_t kMostStates = UINT32_MAX - 1;
constexpr std::uint64_t kMegabyte = 1'000'000;
constexpr std::uint64_t kMostMegabytes = 1'000'000;
constexpr std::chrono::seconds kBetweenSaves{30};

struct ExplorePlan {
  scenarios::ExploreSettings settings;
  std::optional<std::chrono::milliseconds> time;
};

std::optional<ExplorePlan> understood(const ExploreCommandOptions& options) {
  ExplorePlan plan;
  if (options.time) {
    plan.time = wall_time_from(*options.time);
    if (!plan.time) {
      refuse("--for", "a time such as 60s", *options.time);
      return std::nullopt;
    }
  }
  std::uint64_t megabytes = plan.settings.memory_max / kMegabyte;
  if (!read_number("--states", options.states, kMostStates, plan.settings.states_max) ||
      !read_number("--memory", options.memory, kMostMegabytes, megabytes) ||
      !read_jobs(options.jobs, plan.settings.workers)) {
    return std::nullopt;
  }
  plan.settings.memory_max = megabytes * kMegabyte;
  for (const auto& [option, value] :
       {std::pair{"--json", options.json}, std::pair{"--out", options.out}}) {
    if (value && value->empty()) {
      refuse(option, "a file or a folder", "");
      return std::nullopt;
    }
  }
  plan.settings.reductions.canonical = !options.no_canonical;
  plan.settings.reductions.symmetry = !options.no_symmetry;
  plan.settings.reductions.partial_order = !options.no_partial_order;
  plan.settings.liveness = !options.no_liveness;
  if (options.depth_first) {
    plan.settings.order = scenarios::SearchOrder::kDepthFirst;
  }
  return plan;
}

std::string repeat_command(const ExploreCommandOptions& options, const std::string& file) {
  std::string command = "cutover explore " + quoted(file);
  if (options.protocol) {
    command += " --protocol " + quoted(*options.protocol);
  }
  for (const std::string& mutation : options.mutations) {
    command += " --mutation " + quoted(mutation);
  }
  for (const std::string& set : options.sets) {
    command += " --set " + quoted(set);
  }
  command += options.no_canonical ? " --no-canonical" : "";
  command += options.no_symmetry ? " --no-symmetry" : "";
  command += options.no_partial_order ? " --no-partial-order" : "";
  command += options.no_liveness ? " --no-liveness" : "";
  command += options.depth_first ? " --depth-first" : "";
  return command;
}

// A file that is explored, with what was found and where it was written.
class ExploredScenario {
 public:
  ExploredScenario(scenarios::Scenario scenario, std::string file)
      : scenario_(std::move(scenario)), file_(std::move(file)) {}

  [[nodiscard]] const scenarios::Scenario& scenario() const { return scenario_; }
  [[nodiscard]] const std::string& file() const { return file_; }

  // False, and a message, if something could not be written.
  bool explore(const ExploreCommandOptions& options, const ExplorePlan& plan,
               Clock::time_point end) {
    settings_ = plan.settings;
    scenarios::ExhaustiveSearch search{scenario_, settings_};
    resume(options, search);
    const Clock::time_point started = Clock::now();
    Clock::time_point saved = started;
    ProgressLine line;
    bool written = true;
    try {
      while (written && search.step()) {
        const Clock::time_point now = Clock::now();
        seconds_ = std::chrono::duration<double>(now - started).count();
        if (plan.time && now >= end) {
          search.stop(sim::Incomplete::kTime);
        }
        if (options.out && now - saved >= kBetweenSaves) {
          written = save(options, search);
          saved = now;
        }
        if (line.is_due()) {
          line.show(reports::explore_progress(search, seconds_));
        }
      }
    } catch (const model::WorldTooLarge& error) {
      fmt::print(stderr, "{}: {}\n", file_, error.what());
    }
    line.clear();
    explored_ = search.result();
    repeat_ = repeat_command(options, file_);
    return written && write_down(options, search);
  }

  [[nodiscard]] reports::ExploredFile report() const {
    return reports::ExploredFile{&scenario_, &explored_, settings_, seconds_, folders_, repeat_};
  }
  [[nodiscard]] int exit_code() const { return explored_.exit_code; }

 private:
  [[nodiscard]] fs::path state_file(const ExploreCommandOptions& options) const {
    return fs::path{*options.out} / (scenario_.name + ".exploration");
  }

  void resume(const ExploreCommandOptions& options, scenarios::ExhaustiveSearch& search) const {
    std::error_code none;
    if (!options.out || options.depth_first || !fs::exists(state_file(options), none)) {
      return;
    }
    const std::string path = state_file(options).string();
    std::ifstream in{path, std::ios::binary};
    const std::string problem = search.resume(in);
    fmt::print(stderr, "{}: {}\n", path,
               problem.empty()
                   ? fmt::format("goes on after {} states", search.so_far().census.states)
                   : problem + "; begun anew");
  }

  bool save(const ExploreCommandOptions& options, scenarios::ExhaustiveSearch& search) const {
    if (!search.can_save()) {
      return true;
    }
    std::error_code error;
    fs::create_directories(*options.out, error);
    const fs::path path = state_file(options);
    const fs::path beside = path.string() + ".new";
    {
      std::ofstream out{beside, std::ios::binary};
      search.save(out);
      out.flush();
      if (!out) {
        fmt::print(stderr, "{}: cannot be written\n", path.string());
        return false;
      }
    }
    fs::rename(beside, path, error);
    return !error;
  }

  // Counterexamples; and what an exploration that is not complete goes on from.
  bool write_down(const ExploreCommandOptions& options, scenarios::ExhaustiveSearch& search) {
    if (!options.out) {
      return true;
    }
    folders_.resize(model::kPropertyCount);
    for (std::size_t i = 0; i < model::kPropertyCount; ++i) {
      const auto& example = explored_.properties[i].example;
      if (!example) {
        continue;
      }
      const fs::path folder = fs::path{*options.out} / example->name;
      folders_[i] = folder.string();
      if (!write_folder(folder, *example)) {
        fmt::print(stderr, "{}: cannot be written\n", folder.string());
        return false;
      }
    }
    if (!explored_.search.is_complete()) {
      return save(options, search);
    }
    std::error_code none;
    fs::remove(state_file(options), none);
    return true;
  }

  scenarios::Scenario scenario_;
  std::string file_;
  scenarios::ExploreSettings settings_;
  scenarios::Explored explored_;
  std::vector<std::string> folders_;
  double seconds_ = 0;
  std::string repeat_;
};

// What cannot be explored, as problems of the file; false if there is any.
bool can_be_explored(const ExploredScenario& file) {
  const scenarios::Scenario& scenario = file.scenario();
  std::string problems;
  if (!scenario.settings.grid) {
    problems += fmt::format("{}:/explore: expected the grid of an exploration, found nothing\n",
                            file.file());
  }
  if (scenario.expected().output_gap_at_most) {
    problems += fmt::format(
        "{}:/expect/output_gap: expected nothing that is compared with another run, found a "
        "bound\n",
        file.file());
  }
  if (scenario.expected().verdicts[model::index_of(model::Property::kKeyOrder)]) {
    problems += fmt::format(
        "{}:/expect/key_order: expected nothing that is judged by all earlier records of a key, "
        "found a verdict\n",
        file.file());
  }
  fmt::print(stderr, "{}", problems);
  return problems.empty();
}

}  // namespace

int explore_command(const ExploreCommandOptions& options) {
  const std::optional<ExplorePlan> plan = understood(options);
  if (!plan) {
    return kBadCommandLine;
  }
  const scenarios::Overrides overrides = overrides_of(options);
  std::vector<std::unique_ptr<ExploredScenario>> all;
  int bad = 0;
  for (const std::string& file : options.files) {
    const std::optional<std::string> text = read_file(file);
    if (!text) {
      fmt::print(stderr, "{}: cannot be read\n", file);
      bad = std::max(bad, kBadFile);
      continue;
    }
    scenarios::ReadResult read = scenarios::read_scenario(file, *text, overrides);
    if (!read.scenario) {
      const int code = report_problems(read);
      bad = bad == kBadCommandLine ? bad : code;
      continue;
    }
    all.push_back(std::make_unique<ExploredScenario>(std::move(*read.scenario), file));
    if (!can_be_explored(*all.back())) {
      bad = bad == kBadCommandLine ? bad : kBadFile;
    }
  }
  if (bad != 0) {
    return bad;
  }
  std::vector<reports::ExploredFile> reported;
  std::string page;
  int exit_code = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Clock::time_point end = Clock::now() + plan->time.value_or(std::chrono::milliseconds{0}) /
                                                     static_cast<std::int64_t>(all.size());
    if (!all[i]->explore(options, *plan, end)) {
      return kBadFile;
    }
    reported.push_back(all[i]->report());
    page += (i == 0 ? "" : "\n") + reports::explore_summary(reported.back());
    exit_code = worse(exit_code, all[i]->exit_code());
  }
  return write_all(options.json.value_or(""), page, reports::explore_json(reported)) ? exit_code
                                                                                     : kBadFile;
}

}  // namespace cli
