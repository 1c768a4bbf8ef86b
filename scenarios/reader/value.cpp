#include "scenarios/reader/value.hpp"

#include <algorithm>
#include <array>

#include "scenarios/reader/values.hpp"
#include "sim/check.hpp"

namespace scenarios {
namespace {

constexpr std::string_view kDurationWanted = "a duration such as \"10 s\" or \"500 ms\"";

std::string bounds(Range range) {
  return "from " + std::to_string(range.least) + " to " + std::to_string(range.most);
}

std::size_t code_points(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

}  // namespace

std::string spelled_duration(std::uint64_t ms) {
  struct Unit {
    std::uint64_t ms;
    std::string_view name;
  };
  for (const Unit unit :
       {Unit{86'400'000, " d"}, Unit{3'600'000, " h"}, Unit{60'000, " min"}, Unit{1'000, " s"}}) {
    if (ms >= unit.ms && ms % unit.ms == 0) {
      return std::to_string(ms / unit.ms) + std::string(unit.name);
    }
  }
  return std::to_string(ms) + " ms";
}

bool Value::refuse(std::string_view wanted) const {
  complain("expected " + std::string(wanted) + ", found " + json_->described());
  return false;
}

bool Value::to(bool& target) const {
  if (json_->type != Json::Type::kBoolean) {
    return refuse("true or false");
  }
  target = json_->boolean;
  return true;
}

bool Value::to(std::string& target) const {
  if (json_->type != Json::Type::kString) {
    return refuse("a string");
  }
  const std::size_t length = code_points(json_->text);
  if (length < range_.least || length > range_.most) {
    return refuse("a string " + bounds(range_) + " characters long");
  }
  target = json_->text;
  return true;
}

bool Value::to(std::uint64_t& target) const {
  if (json_->type != Json::Type::kNatural || json_->natural < range_.least ||
      json_->natural > range_.most) {
    return refuse("an integer " + bounds(range_));
  }
  target = json_->natural;
  return true;
}

bool Value::to(std::uint32_t& target) const {
  SIM_CHECK(range_.most <= UINT32_MAX, "a key of 32 bits whose limit in the format has more");
  std::uint64_t wide = 0;
  const bool read = to(wide);
  target = read ? static_cast<std::uint32_t>(wide) : target;
  return read;
}

bool Value::to(sim::milliseconds& target) const {
  if (json_->type == Json::Type::kNatural) {
    return refuse("a duration with its unit such as \"" + json_->described() + " ms\"");
  }
  if (json_->type != Json::Type::kString) {
    return refuse(kDurationWanted);
  }
  const DurationText duration = parse_duration(json_->text);
  switch (duration.kind) {
    case DurationText::Kind::kOk: break;
    case DurationText::Kind::kMalformed: return refuse(kDurationWanted);
    case DurationText::Kind::kTooFine: return refuse("a duration in whole milliseconds");
    case DurationText::Kind::kTooLong:
      return refuse("a duration of at most " + spelled_duration(std::min<std::uint64_t>(
                                                   range_.most, model::limits::kDurationMs)));
  }
  const auto ms = static_cast<std::uint64_t>(duration.ms);
  if (ms < range_.least) {
    return refuse("a duration of at least " + spelled_duration(range_.least));
  }
  if (ms > range_.most) {
    return refuse("a duration of at most " + spelled_duration(range_.most));
  }
  target = sim::milliseconds{duration.ms};
  return true;
}

bool Value::to(model::EventTime& target) const {
  constexpr std::int64_t kYear1 = -62'135'596'800'000;
  constexpr std::int64_t kYear10000 = 253'402'300'800'000;
  std::optional<std::int64_t> ms;
  if (json_->type == Json::Type::kString) {
    ms = parse_instant(json_->text);
  } else if (json_->type == Json::Type::kNatural && json_->natural < kYear10000) {
    ms = static_cast<std::int64_t>(json_->natural);
  } else if (json_->type == Json::Type::kNegative && json_->negative >= kYear1) {
    ms = json_->negative;
  }
  if (!ms) {
    return refuse(
        "an instant of the years 1 to 9999 such as \"2023-11-14T22:13:20Z\" or 1700000000000 "
        "(epoch ms)");
  }
  target = model::EventTime{sim::milliseconds{*ms}};
  return true;
}

bool Value::to(model::Rate& target) const {
  const auto rate = json_->type == Json::Type::kString ? parse_rate(json_->text) : std::nullopt;
  if (!rate) {
    return refuse("a rate such as \"50/s\" (1 to 1000000 per ms, s, min or h)");
  }
  target = *rate;
  return true;
}

bool Value::to_pair(std::array<sim::milliseconds, 2>& target, std::string_view wanted,
                    std::string_view first) const {
  if (json_->type != Json::Type::kArray || json_->items.size() != target.size()) {
    return refuse(wanted);
  }
  std::array<sim::milliseconds, 2> ends{};
  bool read = true;
  for (std::size_t i = 0; i < ends.size(); ++i) {
    const Value end(json_->items[i], pointer_to(pointer_, std::to_string(i)), "duration", range_,
                    *problems_);
    read = end.to(ends[i]) && read;
  }
  if (!read) {
    return false;
  }
  if (ends[0] > ends[1]) {
    complain("expected the " + std::string(first) + " first, found " + json_->items[0].described() +
             " before " + json_->items[1].described());
    return false;
  }
  target = ends;
  return true;
}

bool Value::to(model::Delay& target) const {
  std::array<sim::milliseconds, 2> ends{};
  if (!to_pair(ends, "[shortest, longest] such as [\"5 ms\", \"200 ms\"]", "shortest")) {
    return false;
  }
  target = model::Delay{static_cast<std::uint32_t>(ends[0].count()),
                        static_cast<std::uint32_t>(ends[1].count())};
  return true;
}

bool Value::to(Window& target) const {
  std::array<sim::milliseconds, 2> ends{};
  if (!to_pair(ends, "[earliest, latest] such as [\"30 s\", \"2 min\"]", "earliest")) {
    return false;
  }
  target = Window{sim::ProcessingTime{ends[0]}, sim::ProcessingTime{ends[1]}};
  return true;
}

bool Value::to_name(std::string& target, bool (*accepts)(std::string_view),
                    std::string_view wanted) const {
  if (json_->type != Json::Type::kString || !accepts(json_->text)) {
    return refuse(wanted);
  }
  target = json_->text;
  return true;
}

bool Value::to_choice(std::size_t& position) const {
  const ChoiceList* list = find_choices(type_);
  SIM_CHECK(list != nullptr, "a choice whose type is no closed list");
  std::vector<std::string_view> names;
  for (const Choice& choice : list->choices) {
    if (json_->type == Json::Type::kString && choice.name == json_->text) {
      if (!choice.modelled) {
        complain(in_quotes(choice.name) + " is not modelled yet");
        return false;
      }
      position = choice.value;
      return true;
    }
    names.push_back(choice.name);
  }
  // A list that fills a screen is left out where one of its values must be the right one.
  constexpr std::size_t kFewEnoughToList = 20;
  const std::string meant =
      json_->type == Json::Type::kString ? suggestion(json_->text, names) : "";
  const bool listed = meant.empty() || names.size() <= kFewEnoughToList;
  complain("expected " +
           (listed ? (names.size() == 1 ? "" : "one of ") + list_in_quotes(names)
                   : "a known " + std::string(type_)) +
           ", found " + json_->described() + meant);
  return false;
}

bool Value::has_size(std::size_t size, std::string_view what) const {
  if (size < range_.least || size > range_.most) {
    complain("expected " + std::to_string(range_.least) + " to " + std::to_string(range_.most) +
             ' ' + std::string(what) + ", found " + std::to_string(size));
    return false;
  }
  return true;
}

void Value::each_item(const std::function<void(const Value&)>& read) const {
  SIM_CHECK(type_.size() > 2 && type_.front() == '[', "a list whose type in the format is none");
  if (json_->type != Json::Type::kArray) {
    refuse("an array");
    return;
  }
  if (!has_size(json_->items.size(), "entries")) {
    return;
  }
  const std::string_view type = type_.substr(1, type_.size() - 2);
  for (std::size_t i = 0; i < json_->items.size(); ++i) {
    read(
        Value(json_->items[i], pointer_to(pointer_, std::to_string(i)), type, Range{}, *problems_));
  }
}

void Value::each_entry(const std::function<void(std::string_view, const Value&)>& read) const {
  SIM_CHECK(type_.size() > 2 && type_.front() == '{', "a map whose type in the format is none");
  if (json_->type != Json::Type::kObject) {
    refuse("an object");
    return;
  }
  if (!has_size(json_->members.size(), "keys")) {
    return;
  }
  const std::string_view type = type_.substr(1, type_.size() - 2);
  for (const JsonMember& member : json_->members) {
    read(member.name,
         Value(member.value, pointer_to(pointer_, member.name), type, Range{}, *problems_));
  }
}

}  // namespace scenarios
