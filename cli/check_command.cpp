#include "cli/check_command.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string_view>
#include <system_error>
#include <utility>

#include "cli/commands.hpp"
#include "cli/options.hpp"
#include "cli/terminal.hpp"
#include "model/protocol.hpp"
#include "reports/assumptions.hpp"
#include "reports/check.hpp"
#include "reports/result_json.hpp"
#include "reports/story.hpp"
#include "scenarios/check/search.hpp"
#include "scenarios/check/state.hpp"
#include "scenarios/reader/problem.hpp"
#include "scenarios/reader/scenario.hpp"
#include "scenarios/writer/write_scenario.hpp"
#include "sim/random.hpp"

namespace cli {

namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::uint64_t kMostRunsByTime = kMostRuns;

// What the options say, understood.
struct CheckPlan {
  scenarios::SearchOptions search;
  std::optional<std::chrono::milliseconds> time;
  std::optional<std::uint64_t> seed;
};

std::optional<CheckPlan> understood(const CheckCommandOptions& options) {
  CheckPlan plan;
  if (options.time) {
    plan.time = wall_time_from(*options.time);
    plan.search.campaign.runs = kMostRunsByTime;
    if (!plan.time) {
      refuse("--for", "a time such as 60s", *options.time);
      return std::nullopt;
    }
  }
  if (!read_number("--runs", options.runs, kMostRuns, plan.search.campaign.runs) ||
      !read_jobs(options.jobs, plan.search.campaign.jobs)) {
    return std::nullopt;
  }
  if (options.seed) {
    plan.seed = seed_from(*options.seed);
    if (!plan.seed) {
      refuse("--seed", "an integer from 0 to 18446744073709551615", *options.seed);
      return std::nullopt;
    }
  }
  if (options.against && !model::find_protocol(*options.against)) {
    refuse("--against", "a protocol", *options.against);
    return std::nullopt;
  }
  if (options.json && options.json->empty()) {
    refuse("--json", "a file or -", "");
    return std::nullopt;
  }
  if (options.out && options.out->empty()) {
    refuse("--out", "a folder", "");
    return std::nullopt;
  }
  if (options.assumptions && options.files.size() > 1) {
    refuse("--assumptions", "one file", std::to_string(options.files.size()) + " files");
    return std::nullopt;
  }
  plan.search.campaign.twice = options.twice;
  return plan;
}

std::string repeat_command(const CheckCommandOptions& options, const std::string& file,
                           std::uint64_t seed, std::uint64_t runs) {
  std::string command =
      fmt::format("cutover check {} --seed {} --runs {}", quoted(file), seed, runs);
  const auto add = [&](std::string_view option, const std::optional<std::string>& value) {
    command += value ? fmt::format(" {} {}", option, quoted(*value)) : "";
  };
  add("--protocol", options.protocol);
  add("--against", options.against);
  for (const std::string& mutation : options.mutations) {
    add("--mutation", mutation);
  }
  for (const std::string& set : options.sets) {
    add("--set", set);
  }
  return command;
}

// A file that is checked, with what was found and where it was written.
class CheckedScenario {
 public:
  CheckedScenario(scenarios::Scenario scenario, std::string file, std::string text)
      : scenario_(std::move(scenario)), file_(std::move(file)), text_(std::move(text)) {}

  [[nodiscard]] const scenarios::Scenario& scenario() const { return scenario_; }

  // False, and a message, if something could not be written.
  bool check(const CheckCommandOptions& options, const CheckPlan& plan, Clock::time_point end) {
    scenarios::SearchOptions search = plan.search;
    search.campaign.seed = plan.seed.value_or(scenario_.seed.value_or(scenarios::kDefaultSeed));
    seed_ = search.campaign.seed;
    subject_.file = &scenario_;
    subject_.against = options.against;
    const std::string digest = digest_of(options, search);
    scenarios::CampaignState from = resumed(options, digest);
    const Clock::time_point started = Clock::now();
    search_ = std::make_unique<scenarios::Search>(subject_, search, std::move(from));
    ProgressLine line;
    Clock::time_point saved = started;
    bool written = write_findings(options);
    while (written && !search_->is_done() && (!plan.time || Clock::now() < end)) {
      const std::size_t findings = search_->findings().size();
      search_->step();
      if (search_->findings().size() > findings) {
        written = write_findings(options);
      }
      const Clock::time_point now = Clock::now();
      if (written && options.out && now - saved >= std::chrono::seconds{1}) {
        written = save(options, digest);
        saved = now;
      }
      seconds_ = std::chrono::duration<double>(now - started).count();
      if (line.is_due()) {
        line.show(reports::check_progress(*search_, seconds_));
      }
    }
    line.clear();
    is_complete_ = search_->is_done();
    repeat_ = repeat_command(options, file_, seed_, search_->state().runs);
    return written && (!options.out || save(options, digest));
  }

  [[nodiscard]] reports::CheckedFile report() const {
    return reports::CheckedFile{search_.get(), seed_, seconds_, is_complete_, folders_, repeat_};
  }
  [[nodiscard]] int exit_code() const { return search_->result().exit_code; }

 private:
  // What a saved state is good for: anything else begins anew.
  [[nodiscard]] std::string digest_of(const CheckCommandOptions& options,
                                      const scenarios::SearchOptions& search) const {
    std::string all = text_ + '\n' + std::to_string(search.campaign.seed) + '\n' +
                      (search.campaign.twice ? "twice" : "once");
    for (const std::optional<std::string>& option : {options.protocol, options.against}) {
      all += '\n' + option.value_or("");
    }
    for (const std::vector<std::string>& list : {options.sets, options.mutations}) {
      for (const std::string& entry : list) {
        all += '\n' + entry;
      }
      all += "\n;";
    }
    return fmt::format("{:016x}", sim::name_hash(all));
  }

  [[nodiscard]] fs::path state_file(const CheckCommandOptions& options) const {
    return fs::path{*options.out} / (scenario_.name + ".search.json");
  }

  [[nodiscard]] scenarios::CampaignState resumed(const CheckCommandOptions& options,
                                                 const std::string& digest) const {
    if (options.out) {
      const std::string path = state_file(options).string();
      std::error_code none;
      if (fs::exists(path, none)) {
        std::optional<scenarios::CampaignState> state =
            scenarios::read_search(read_whole_file(path).value_or(""), digest);
        if (state && !state->unsteady) {
          fmt::print(stderr, "{}: goes on after run {}\n", path, state->runs);
          return std::move(*state);
        }
        fmt::print(stderr, "{}: of another search, which is begun anew\n", path);
      }
    }
    return {};
  }

  bool save(const CheckCommandOptions& options, const std::string& digest) {
    std::error_code none;
    fs::create_directories(*options.out, none);
    if (write_atomically(state_file(options), scenarios::write_search(search_->state(), digest))) {
      return true;
    }
    fmt::print(stderr, "{}: cannot be written\n", state_file(options).string());
    return false;
  }

  bool write_findings(const CheckCommandOptions& options) {
    if (!options.out) {
      return true;
    }
    folders_.clear();
    for (const scenarios::Finding& finding : search_->findings()) {
      const fs::path folder = fs::path{*options.out} / finding.example.name;
      folders_.push_back(folder.string());
      if (!write_folder(folder, finding.example)) {
        fmt::print(stderr, "{}: cannot be written\n", folder.string());
        return false;
      }
    }
    return true;
  }

  scenarios::Scenario scenario_;
  std::string file_;
  std::string text_;
  std::uint64_t seed_ = 1;
  scenarios::Subject subject_;
  std::unique_ptr<scenarios::Search> search_;
  std::vector<std::string> folders_;
  double seconds_ = 0;
  bool is_complete_ = false;
  std::string repeat_;
};

// A scenario that lists its decisions and says what it found; or the exit code.
struct ReadCounterexample {
  std::optional<scenarios::Scenario> scenario;
  int exit_code = 0;
};

ReadCounterexample read_counterexample(const std::string& path) {
  ReadCounterexample read;
  read.exit_code = kBadFile;
  const std::string file = scenario_file(path);
  const std::optional<std::string> text = read_file(file);
  if (!text) {
    fmt::print(stderr, "{}: cannot be read\n", file);
    return read;
  }
  scenarios::ReadResult result = scenarios::read_scenario(file, *text, {});
  if (!result.scenario) {
    read.exit_code = report_problems(result);
    return read;
  }
  if (!result.scenario->choices || !result.scenario->found) {
    fmt::print(stderr, "{}: expected a counterexample, with \"choices\" and \"counterexample\"\n",
               file);
    return read;
  }
  read.scenario = std::move(result.scenario);
  return read;
}

// `check --assumptions` of one file.
int assumptions_command(const CheckCommandOptions& options, const CheckPlan& plan,
                        const scenarios::Scenario& file) {
  scenarios::AssumptionOptions search;
  search.campaign = plan.search.campaign;
  search.campaign.seed = plan.seed.value_or(file.seed.value_or(scenarios::kDefaultSeed));
  if (!options.runs) {
    search.campaign.runs = scenarios::CampaignOptions{}.runs;
  }
  const Clock::time_point end = Clock::now() + plan.time.value_or(std::chrono::milliseconds{0});
  if (plan.time) {
    search.is_out_of_time = [end] { return Clock::now() >= end; };
  }
  ProgressLine line;
  search.progress = [&line](const std::string& text) {
    if (line.is_due()) {
      line.show(text);
    }
  };
  const std::vector<scenarios::NeededAssumptions> needed =
      scenarios::search_assumptions(file, search);
  line.clear();
  reports::AssumptionsReport report{&file, &needed, search.campaign.runs, {}};
  bool is_complete = true;
  for (const scenarios::NeededAssumptions& property : needed) {
    is_complete &= property.is_complete;
    report.folders.emplace_back();
    for (const scenarios::FailingSet& failing : property.failing) {
      if (options.out) {
        const fs::path folder = fs::path{*options.out} / failing.example.name;
        report.folders.back().push_back(folder.string());
        if (!write_folder(folder, failing.example)) {
          fmt::print(stderr, "{}: cannot be written\n", folder.string());
          return kBadFile;
        }
      }
    }
  }
  return !write_all(options.json.value_or(""), reports::assumptions_text(report),
                    reports::assumptions_json(report))
             ? kBadFile
         : is_complete ? 0
                       : 2;
}

}  // namespace

int check_command(const CheckCommandOptions& options) {
  const std::optional<CheckPlan> plan = understood(options);
  if (!plan) {
    return kBadCommandLine;
  }
  const scenarios::Overrides overrides = overrides_of(options);
  std::vector<CheckedScenario> all;
  int bad = 0;
  for (const std::string& file : options.files) {
    const std::optional<std::string> text = read_file(file);
    if (!text) {
      fmt::print(stderr, "{}: cannot be read\n", file);
      bad = worse(bad, kBadFile);
      continue;
    }
    scenarios::ReadResult read = scenarios::read_scenario(file, *text, overrides);
    if (read.scenario) {
      all.emplace_back(std::move(*read.scenario), file, *text);
    } else {
      bad = worse(bad, report_problems(read));
    }
  }
  if (bad != 0) {
    return bad;
  }
  if (options.assumptions) {
    return assumptions_command(options, *plan, all.front().scenario());
  }
  std::vector<reports::CheckedFile> reported;
  std::string page;
  int exit_code = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Clock::time_point end = Clock::now() + plan->time.value_or(std::chrono::milliseconds{0}) /
                                                     static_cast<std::int64_t>(all.size());
    if (!all[i].check(options, *plan, end)) {
      return kBadFile;
    }
    reported.push_back(all[i].report());
    page += (i == 0 ? "" : "\n") + reports::check_summary(reported.back());
    exit_code = worse(exit_code, all[i].exit_code());
  }
  return write_all(options.json.value_or(""), page, reports::check_json(reported)) ? exit_code
                                                                                   : kBadFile;
}

int replay_command(const ReplayOptions& options) {
  const ReadCounterexample read = read_counterexample(options.path);
  if (!read.scenario) {
    return read.exit_code;
  }
  const scenarios::Replay replay = scenarios::replay(*read.scenario);
  const bool written =
      write_all(options.json.value_or(""), reports::replayed(*read.scenario, replay),
                reports::result_json({replay.outcome}));
  return written ? static_cast<int>(replay.result) : kBadFile;
}

int shrink_command(const ShrinkOptions& options) {
  const ReadCounterexample read = read_counterexample(options.path);
  if (!read.scenario) {
    return read.exit_code;
  }
  if (options.against && !model::find_protocol(*options.against)) {
    return refuse("--against", "a protocol", *options.against);
  }
  const scenarios::Runner runner{*read.scenario, scenarios::ReferenceRuns::kIfJudged};
  const scenarios::Simulated run =
      runner.simulate(scenarios::kDefaultSeed, scenarios::Recording::kOff);
  const scenarios::Charge charge{read.scenario->found->property, options.against,
                                 scenarios::features_of(runner.plan(), run)};
  const std::optional<scenarios::Counterexample> smaller = scenarios::make_counterexample(
      scenarios::Trials::Recorded{*read.scenario, scenarios::given(*read.scenario->choices)},
      charge);
  if (!smaller) {
    fmt::print("it no longer fails: nothing to make smaller\n");
    return 1;
  }
  const fs::path file{scenario_file(options.path)};
  const fs::path folder = options.out ? fs::path{*options.out} / smaller->name : file.parent_path();
  const bool is_folder = options.out || file.filename() == "counterexample.json";
  const bool written = is_folder && !folder.empty()
                           ? write_folder(folder, *smaller)
                           : write_atomically(file, scenarios::write_scenario(smaller->scenario));
  if (!written) {
    fmt::print(stderr, "{}: cannot be written\n", folder.string());
    return kBadFile;
  }
  return write_all("", reports::story(*smaller, is_folder ? folder.string() : file.string()), "")
             ? 0
             : kBadFile;
}

}  // namespace cli
