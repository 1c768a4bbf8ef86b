#include "scenarios/reader/values.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <string>

namespace scenarios {
namespace {

constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kLower = "abcdefghijklmnopqrstuvwxyz";
constexpr std::string_view kUpper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

std::string_view without_spaces(std::string_view text) {
  const std::size_t first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) {
    return {};
  }
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

// The digits at the front of `text`, taken off it; nullopt if there are none or more than 18.
std::optional<std::int64_t> take_number(std::string_view& text) {
  const std::size_t length = std::min(text.find_first_not_of(kDigits), text.size());
  if (length == 0 || length > 18) {
    return std::nullopt;
  }
  std::int64_t number = 0;
  for (const char digit : text.substr(0, length)) {
    number = number * 10 + (digit - '0');
  }
  text.remove_prefix(length);
  return number;
}

// Exactly `digits` digits.
std::optional<int> take_digits(std::string_view& text, std::size_t digits) {
  if (text.size() < digits ||
      text.substr(0, digits).find_first_not_of(kDigits) != std::string_view::npos) {
    return std::nullopt;
  }
  std::string_view head = text.substr(0, digits);
  text.remove_prefix(digits);
  return static_cast<int>(*take_number(head));
}

bool take(std::string_view& text, char wanted) {
  if (text.empty() || text.front() != wanted) {
    return false;
  }
  text.remove_prefix(1);
  return true;
}

// Milliseconds in a Flink unit; 0: finer than that; -1: no unit.
std::int64_t unit_ms(std::string_view unit) {
  struct Unit {
    std::string_view name;
    std::int64_t ms;
  };
  static constexpr std::array kUnits{Unit{"d", 86'400'000},
                                     Unit{"day", 86'400'000},
                                     Unit{"days", 86'400'000},
                                     Unit{"h", 3'600'000},
                                     Unit{"hour", 3'600'000},
                                     Unit{"hours", 3'600'000},
                                     Unit{"m", 60'000},
                                     Unit{"min", 60'000},
                                     Unit{"minute", 60'000},
                                     Unit{"minutes", 60'000},
                                     Unit{"s", 1'000},
                                     Unit{"sec", 1'000},
                                     Unit{"secs", 1'000},
                                     Unit{"second", 1'000},
                                     Unit{"seconds", 1'000},
                                     Unit{"", 1},
                                     Unit{"ms", 1},
                                     Unit{"milli", 1},
                                     Unit{"millis", 1},
                                     Unit{"millisecond", 1},
                                     Unit{"milliseconds", 1},
                                     Unit{"us", 0},
                                     Unit{"\u00b5s", 0},
                                     Unit{"micro", 0},
                                     Unit{"micros", 0},
                                     Unit{"microsecond", 0},
                                     Unit{"microseconds", 0},
                                     Unit{"ns", 0},
                                     Unit{"nano", 0},
                                     Unit{"nanos", 0},
                                     Unit{"nanosecond", 0},
                                     Unit{"nanoseconds", 0}};
  const auto* const found = std::find_if(kUnits.begin(), kUnits.end(),
                                         [&](const Unit& known) { return known.name == unit; });
  return found == kUnits.end() ? -1 : found->ms;
}

bool consists_of(std::string_view text, std::string_view allowed, std::size_t longest) {
  return !text.empty() && text.size() <= longest &&
         text.find_first_not_of(allowed) == std::string_view::npos;
}

}  // namespace

DurationText parse_duration(std::string_view text) {
  std::string_view rest = without_spaces(text);
  if (rest.size() > 64) {
    return {};
  }
  const bool starts_with_digit =
      !rest.empty() && kDigits.find(rest.front()) != std::string_view::npos;
  const std::optional<std::int64_t> number = take_number(rest);
  if (!number) {
    return {starts_with_digit ? DurationText::Kind::kTooLong : DurationText::Kind::kMalformed, 0};
  }
  std::string unit(without_spaces(rest));
  std::transform(unit.begin(), unit.end(), unit.begin(), [](char c) {
    const std::size_t at = kUpper.find(c);
    return at == std::string_view::npos ? c : kLower[at];
  });
  const std::int64_t ms = unit_ms(unit);
  if (ms < 0) {
    return {};
  }
  if (ms == 0) {
    return {DurationText::Kind::kTooFine, 0};
  }
  if (*number > model::limits::kDurationMs / ms) {
    return {DurationText::Kind::kTooLong, 0};
  }
  return {DurationText::Kind::kOk, *number * ms};
}

std::optional<std::int64_t> parse_instant(std::string_view text) {
  const auto year = take_digits(text, 4);
  if (!year || !take(text, '-')) {
    return std::nullopt;
  }
  const auto month = take_digits(text, 2);
  if (!month || !take(text, '-')) {
    return std::nullopt;
  }
  const auto day = take_digits(text, 2);
  if (!day || !take(text, 'T')) {
    return std::nullopt;
  }
  const auto hour = take_digits(text, 2);
  if (!hour || *hour > 23 || !take(text, ':')) {
    return std::nullopt;
  }
  const auto minute = take_digits(text, 2);
  if (!minute || *minute > 59 || !take(text, ':')) {
    return std::nullopt;
  }
  const auto second = take_digits(text, 2);
  if (!second || *second > 59) {
    return std::nullopt;
  }
  std::int64_t ms = 0;
  if (take(text, '.')) {
    const std::size_t digits = std::min(text.find_first_not_of(kDigits), text.size());
    const std::optional<std::int64_t> fraction = digits <= 3 ? take_number(text) : std::nullopt;
    if (!fraction) {
      return std::nullopt;
    }
    ms = *fraction * (digits == 1 ? 100 : digits == 2 ? 10 : 1);
  }
  const std::chrono::year_month_day date{std::chrono::year{*year},
                                         std::chrono::month{static_cast<unsigned>(*month)},
                                         std::chrono::day{static_cast<unsigned>(*day)}};
  if (text != "Z" || *year < 1 || !date.ok()) {
    return std::nullopt;
  }
  const std::int64_t days = std::chrono::sys_days{date}.time_since_epoch().count();
  return ((days * 24 + *hour) * 60 + *minute) * 60'000 + *second * 1'000 + ms;
}

std::optional<model::Rate> parse_rate(std::string_view text) {
  const std::optional<std::int64_t> count = take_number(text);
  if (!count || *count < 1 || *count > kLargestRateCount) {
    return std::nullopt;
  }
  std::uint32_t per_ms = 0;
  if (text == "/ms") {
    per_ms = 1;
  } else if (text == "/s") {
    per_ms = 1'000;
  } else if (text == "/min") {
    per_ms = 60'000;
  } else if (text == "/h") {
    per_ms = 3'600'000;
  } else {
    return std::nullopt;
  }
  return model::Rate{static_cast<std::uint32_t>(*count), per_ms};
}

bool is_operator_id(std::string_view text) {
  return consists_of(text, "abcdefghijklmnopqrstuvwxyz0123456789_-", 64);
}

bool is_input_name(std::string_view text) {
  return consists_of(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-", 64);
}

bool is_claim_id(std::string_view text) {
  const std::string_view group = text.substr(0, 1);
  const std::string_view number = text.substr(group.size());
  if (group == "L") {
    return number.size() == 1 && number >= "1" && number <= "8";
  }
  return (group == "S" || group == "D") &&
         (number == "10" || (number.size() == 1 && number >= "1" && number <= "9"));
}

bool is_rule_id(std::string_view text) {
  constexpr std::array<std::string_view, 4> kPrefixes{"p2:", "op:", "rt:", "cutover:"};
  const auto* const prefix =
      std::find_if(kPrefixes.begin(), kPrefixes.end(),
                   [text](std::string_view known) { return text.starts_with(known); });
  if (prefix == kPrefixes.end()) {
    return false;
  }
  const std::string_view rule = text.substr(prefix->size());
  const std::size_t rest = std::min(rule.find_first_not_of(kUpper), rule.size());
  return rest > 0 && rule.size() <= 16 &&
         (rest == rule.size() ||
          consists_of(rule.substr(rest), "0123456789.abcdefghijklmnopqrstuvwxyz", 16));
}

bool is_fingerprint(std::string_view text) {
  constexpr std::size_t kLength = 16;
  return text.size() == kLength &&
         text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace scenarios
