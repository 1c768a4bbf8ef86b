#include "scenarios/tune/setting.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "scenarios/reader/values.hpp"

namespace scenarios {

namespace {

constexpr std::int64_t kMostMs = std::int64_t{30} * 24 * 3'600 * 1'000;  // of any duration
constexpr std::int64_t kMostInteger = 1'000'000;
constexpr std::int64_t kStepMs = 10;

std::int64_t most_of(Setting::Kind kind) {
  return kind == Setting::Kind::kDuration ? kMostMs : kMostInteger;
}

std::string first_problem(const ReadResult& read) {
  return read.problems.empty() ? std::string{} : to_string(read.problems.front());
}

// Any value of this kind that the reader accepts, of those that a person would think of first.
std::optional<std::int64_t> any_accepted(const Setting& setting, const GridWish& wish) {
  std::vector<std::int64_t> tries;
  for (const std::optional<SettingValue>& wished : {wish.least, wish.most}) {
    if (wished) {
      tries.push_back(wished->value);
    }
  }
  const std::int64_t least = wish.least ? wish.least->value : 0;
  const std::int64_t most = wish.most ? wish.most->value : most_of(setting.kind());
  const auto usual =
      setting.kind() == Setting::Kind::kDuration
          ? std::vector<std::int64_t>{0, 1, 10, 100, 1'000, 10'000, 100'000, 1'000'000}
          : std::vector<std::int64_t>{0, 1, 2, 4, 10, 100, 1'000, 10'000};
  for (const std::int64_t value : usual) {
    if (value >= least && value <= most) {
      tries.push_back(value);
    }
  }
  const auto found = std::find_if(tries.begin(), tries.end(), [&](std::int64_t value) {
    return setting.read(value).scenario.has_value();
  });
  return found == tries.end() ? std::nullopt : std::optional{*found};
}

// The end of what is accepted, between a value that is and one that may be.
std::int64_t last_accepted(const Setting& setting, std::int64_t accepted, std::int64_t other) {
  if (setting.read(other).scenario) {
    return other;
  }
  while (std::max(accepted, other) - std::min(accepted, other) > 1) {
    const std::int64_t middle = accepted + (other - accepted) / 2;
    (setting.read(middle).scenario ? accepted : other) = middle;
  }
  return accepted;
}

}  // namespace

std::string Setting::text(std::int64_t value) const {
  return std::to_string(value) + (kind_ == Kind::kDuration ? " ms" : "");
}

std::string Setting::assignment(std::int64_t value) const { return pointer_ + "=" + text(value); }

ReadResult Setting::read(std::int64_t value) const {
  Overrides overrides = file_.overrides;
  overrides.sets.push_back(assignment(value));
  ReadResult read = read_scenario(file_.name, file_.text, overrides);
  // To the reader it is one --set more.
  const std::string option = "--set " + std::to_string(overrides.sets.size());
  for (Problem& problem : read.problems) {
    problem.file = problem.file == option ? "--setting" : problem.file;
  }
  for (std::string& problem : read.usage_problems) {
    if (problem.starts_with(option + ": ")) {
      problem = "--setting: expected a JSON pointer, found " + in_quotes(pointer_);
    }
  }
  return read;
}

std::optional<SettingValue> setting_value(std::string_view text) {
  std::int64_t number = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc{} && rest == text.data() + text.size()) {
    const bool fits = number >= 0 && number <= kMostInteger;
    return fits ? std::optional{SettingValue{Setting::Kind::kInteger, number}} : std::nullopt;
  }
  const DurationText duration = parse_duration(text);
  if (duration.kind != DurationText::Kind::kOk) {
    return std::nullopt;
  }
  return SettingValue{Setting::Kind::kDuration, duration.ms};
}

Tunable find_grid(const TunedFile& file, const std::string& pointer, const GridWish& wish) {
  Tunable tunable;
  std::vector<Setting::Kind> kinds{Setting::Kind::kDuration, Setting::Kind::kInteger};
  for (const std::optional<SettingValue>& wished : {wish.least, wish.most, wish.step}) {
    if (wished) {
      kinds = {wished->kind};
    }
  }
  std::optional<std::int64_t> accepted;
  for (const Setting::Kind kind : kinds) {
    const Setting setting{file, pointer, kind};
    accepted = any_accepted(setting, wish);
    if (accepted) {
      tunable.setting = setting;
      break;
    }
  }
  if (!tunable.setting) {
    // In the words of the reader: about the smallest value that could be meant.
    const std::int64_t least = wish.least ? wish.least->value : 1;
    tunable.refused = Setting{file, pointer, kinds.front()}.read(least);
    return tunable;
  }
  const Setting& setting = *tunable.setting;
  const bool is_duration = setting.kind() == Setting::Kind::kDuration;
  tunable.grid.step = wish.step ? wish.step->value : is_duration ? kStepMs : 1;
  const std::int64_t lowest = wish.least ? wish.least->value : 0;
  const std::int64_t highest = wish.most ? wish.most->value : most_of(setting.kind());
  const std::int64_t least = last_accepted(setting, *accepted, lowest);
  const std::int64_t most = last_accepted(setting, *accepted, highest);
  // Multiples of the step, unless the range begins elsewhere.
  const std::int64_t step = tunable.grid.step;
  const std::int64_t rounded = (least + step - 1) / step * step;
  tunable.grid.least = wish.least || rounded > most ? least : rounded;
  tunable.grid.count = (most - tunable.grid.least) / step + 1;
  if (least > lowest) {
    tunable.below = first_problem(setting.read(least - 1));
  }
  if (most < highest) {
    tunable.above = first_problem(setting.read(most + 1));
  }
  return tunable;
}

}  // namespace scenarios
