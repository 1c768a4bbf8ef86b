// One setting of a scenario file, and the values that it may have.
//
// The setting is named by the JSON pointer that `--set` takes. A value is a whole number: of
// milliseconds if the setting is a duration, else an integer. The values that the reader accepts
// are taken to be all those between two of them; what it says of the ones beyond is kept. Errors:
// the problems of the file itself.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scenarios/reader/scenario.hpp"

namespace scenarios {

// A file and what the command line changes in it.
struct TunedFile {
  std::string name;
  std::string text;
  Overrides overrides;
};

class Setting {
 public:
  enum class Kind : std::uint8_t { kDuration, kInteger };

  Setting(TunedFile file, std::string pointer, Kind kind)
      : file_(std::move(file)), pointer_(std::move(pointer)), kind_(kind) {}

  [[nodiscard]] Kind kind() const { return kind_; }
  [[nodiscard]] const std::string& pointer() const { return pointer_; }
  // "2640 ms", "4".
  [[nodiscard]] std::string text(std::int64_t value) const;
  // As it is given to --set.
  [[nodiscard]] std::string assignment(std::int64_t value) const;
  // The scenario with this value in it, or what the reader has against it.
  [[nodiscard]] ReadResult read(std::int64_t value) const;

 private:
  TunedFile file_;
  std::string pointer_;
  Kind kind_;
};

// A value as a person writes it: "10 s", "250 ms", or "4".
struct SettingValue {
  Setting::Kind kind = Setting::Kind::kInteger;
  std::int64_t value = 0;
};
std::optional<SettingValue> setting_value(std::string_view text);

// The values that are looked at: least, least + step, ... as many as `count`.
struct Grid {
  std::int64_t least = 0;
  std::int64_t step = 1;
  std::int64_t count = 1;

  [[nodiscard]] std::int64_t value(std::int64_t index) const { return least + index * step; }
  [[nodiscard]] std::int64_t last() const { return count - 1; }
};

struct GridWish {
  std::optional<SettingValue> least;  // absent: the smallest that is accepted, from 0
  std::optional<SettingValue>
      most;  // absent: the largest that is accepted, up to 30 days, 1 million
  std::optional<SettingValue> step;  // absent: 10 ms, or 1
};

// What can be tuned, or why nothing can.
struct Tunable {
  std::optional<Setting> setting;
  Grid grid;
  std::string below;   // what the reader says of the value one step below the least; empty: nothing
  std::string above;   // of the one after the last
  ReadResult refused;  // without a setting: what is wrong
};

// REQUIRES: the kinds of `wish` agree, its step is above 0.
Tunable find_grid(const TunedFile& file, const std::string& pointer, const GridWish& wish);

}  // namespace scenarios
