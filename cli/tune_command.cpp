#include "cli/tune_command.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <string_view>
#include <utility>

#include "cli/commands.hpp"
#include "cli/options.hpp"
#include "cli/terminal.hpp"
#include "model/properties.hpp"
#include "reports/tune.hpp"
#include "scenarios/runner/run.hpp"
#include "scenarios/tune/tune_file.hpp"

namespace cli {

namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
using scenarios::SettingValue;

// What the options say, understood.
struct TunePlan {
  scenarios::TuneOptions tune;
  scenarios::GridWish wish;
  scenarios::PropertySet properties;  // none: as the file expects
  std::optional<std::chrono::milliseconds> time;
  std::optional<std::uint64_t> seed;
};

bool read_value(std::string_view option, const std::optional<std::string>& given,
                std::optional<SettingValue>& value) {
  if (!given) {
    return true;
  }
  value = scenarios::setting_value(*given);
  if (!value) {
    refuse(option, "a duration such as \"10 s\" or an integer from 0 to 1000000", *given);
  }
  return value.has_value();
}

bool read_wish(const TuneCommandOptions& options, scenarios::GridWish& wish) {
  if (!read_value("--least", options.least, wish.least) ||
      !read_value("--most", options.most, wish.most) ||
      !read_value("--step", options.step, wish.step)) {
    return false;
  }
  std::optional<scenarios::Setting::Kind> kind;
  for (const std::optional<SettingValue>& value : {wish.least, wish.most, wish.step}) {
    if (value && kind && value->kind != *kind) {
      fmt::print(stderr,
                 "--least, --most, --step: expected durations or integers, found both\n"
                 "Run with --help for more information.\n");
      return false;
    }
    kind = value ? std::optional{value->kind} : kind;
  }
  if (wish.step && wish.step->value == 0) {
    refuse("--step", "more than 0", *options.step);
    return false;
  }
  if (wish.least && wish.most && wish.least->value > wish.most->value) {
    refuse("--most", "no less than --least", *options.most);
    return false;
  }
  return true;
}

bool read_properties(const std::vector<std::string>& names, scenarios::PropertySet& properties) {
  for (const std::string& name : names) {
    const auto known = std::find(model::kPropertyNames.begin(), model::kPropertyNames.end(), name);
    if (known == model::kPropertyNames.end() ||
        name == model::name_of(model::Property::kOutputGap)) {
      refuse("--property", "a property with a verdict, such as no_loss", name);
      return false;
    }
    properties.set(static_cast<std::size_t>(known - model::kPropertyNames.begin()));
  }
  return true;
}

std::optional<TunePlan> understood(const TuneCommandOptions& options) {
  TunePlan plan;
  if (options.time) {
    plan.time = wall_time_from(*options.time);
    plan.tune.runs = kMostRuns;
    if (!plan.time) {
      refuse("--for", "a time such as 60s", *options.time);
      return std::nullopt;
    }
  }
  if (!read_number("--runs", options.runs, kMostRuns, plan.tune.runs) ||
      !read_jobs(options.jobs, plan.tune.jobs) || !read_wish(options, plan.wish) ||
      !read_properties(options.properties, plan.properties)) {
    return std::nullopt;
  }
  if (options.seed) {
    plan.seed = seed_from(*options.seed);
    if (!plan.seed) {
      refuse("--seed", "an integer from 0 to 18446744073709551615", *options.seed);
      return std::nullopt;
    }
  }
  if (options.setting.empty() || options.setting.front() != '/' ||
      options.setting.find('=') != std::string::npos) {
    refuse("--setting", "a JSON pointer such as /deployment/configuration/...", options.setting);
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
  return plan;
}

std::string repeat_command(const TuneCommandOptions& options, std::uint64_t seed) {
  std::string command = fmt::format("cutover tune {} --setting {} --seed {}", quoted(options.file),
                                    quoted(options.setting), seed);
  const auto add = [&](std::string_view option, const std::optional<std::string>& value) {
    command += value ? fmt::format(" {} {}", option, quoted(*value)) : "";
  };
  for (const std::string& property : options.properties) {
    add("--property", property);
  }
  add("--runs", options.runs);
  add("--for", options.time);
  add("--least", options.least);
  add("--most", options.most);
  add("--step", options.step);
  add("--protocol", options.protocol);
  for (const std::string& mutation : options.mutations) {
    add("--mutation", mutation);
  }
  for (const std::string& set : options.sets) {
    add("--set", set);
  }
  return command;
}

int report(const TuneCommandOptions& options, const reports::TunedFile& file) {
  const scenarios::Tuned& tuned = *file.tuned;
  if (!file.folder.empty() && !write_folder(file.folder, *tuned.example)) {
    fmt::print(stderr, "{}: cannot be written\n", file.folder);
    return kBadFile;
  }
  return write_all(options.json.value_or(""), reports::tune_summary(file), reports::tune_json(file))
             ? tuned.exit_code()
             : kBadFile;
}

}  // namespace

int tune_command(const TuneCommandOptions& options) {
  std::optional<TunePlan> plan = understood(options);
  if (!plan) {
    return kBadCommandLine;
  }
  const std::optional<std::string> text = read_file(options.file);
  if (!text) {
    fmt::print(stderr, "{}: cannot be read\n", options.file);
    return kBadFile;
  }
  const scenarios::TunedFile file{options.file, *text, overrides_of(options)};
  const scenarios::Tunable tunable = scenarios::find_grid(file, options.setting, plan->wish);
  if (!tunable.setting) {
    return report_problems(tunable.refused);
  }
  const scenarios::Scenario first = *tunable.setting->read(tunable.grid.least).scenario;
  plan->tune.seed = plan->seed.value_or(first.seed.value_or(scenarios::kDefaultSeed));
  if (plan->properties.none()) {
    plan->properties = scenarios::expected_properties(first);
  }
  const Clock::time_point started = Clock::now();
  const auto seconds = [&] {
    return std::chrono::duration<double>(Clock::now() - started).count();
  };
  ProgressLine line;
  const scenarios::Tuned tuned = scenarios::tune_file(
      tunable, plan->properties, plan->tune, [&](const scenarios::TuneProgress& progress) {
        if (line.is_due()) {
          line.show(reports::tune_progress(tunable, progress, seconds()));
        }
        return !plan->time || Clock::now() - started < *plan->time;
      });
  line.clear();
  const std::string folder =
      options.out && tuned.example ? (fs::path{*options.out} / tuned.example->name).string() : "";
  return report(options, reports::TunedFile{&tuned, &tunable, plan->tune.seed, seconds(), folder,
                                            repeat_command(options, plan->tune.seed)});
}

}  // namespace cli
