#include "scenarios/vectors/cursor.hpp"

#include <algorithm>
#include <limits>
#include <vector>

#include "sim/time.hpp"

namespace scenarios::vectors {

namespace {

using Int64 = std::numeric_limits<std::int64_t>;

// None if it is no integer, or does not fit.
std::optional<std::int64_t> value_of(const Json& json) {
  if (json.type == Json::Type::kNegative) {
    return json.negative;
  }
  if (json.type == Json::Type::kNatural && json.natural <= std::uint64_t{Int64::max()}) {
    return static_cast<std::int64_t>(json.natural);
  }
  return std::nullopt;
}

bool contains(std::span<const std::string_view> names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

std::string Cursor::pointer() const {
  if (around_ == nullptr) {
    return {};
  }
  const bool is_item = around_->json().type == Json::Type::kArray;
  return pointer_to(around_->pointer(), is_item ? std::to_string(index_) : std::string{name_});
}

void Cursor::refuse(std::string_view wanted) const {
  problems_->add(json_->origin, pointer(),
                 "expected " + std::string{wanted} + ", found " + json_->described());
}

bool Cursor::is_object() const {
  const bool is = json_->type == Json::Type::kObject;
  if (!is) {
    refuse("an object");
  }
  return is;
}

bool Cursor::is_array() const {
  const bool is = json_->type == Json::Type::kArray;
  if (!is) {
    refuse("an array");
  }
  return is;
}

bool Cursor::is_object(std::span<const std::string_view> required,
                       std::span<const std::string_view> optional) const {
  if (!is_object()) {
    return false;
  }
  bool is = true;
  for (const JsonMember& member : json_->members) {
    if (!contains(required, member.name) && !contains(optional, member.name)) {
      std::vector<std::string_view> known{required.begin(), required.end()};
      known.insert(known.end(), optional.begin(), optional.end());
      problems_->add(member.name_origin, pointer_to(pointer(), member.name),
                     "unknown key" + suggestion(member.name, known));
      is = false;
    }
  }
  for (const std::string_view name : required) {
    if (!has(name)) {
      problems_->add(json_->origin, pointer(),
                     "expected a key " + in_quotes(name) + ", found none");
      is = false;
    }
  }
  return is;
}

Cursor Cursor::at(std::string_view name) const { return Cursor{*json_->find(name), *this, name}; }

std::optional<std::int64_t> Cursor::integer(std::int64_t least, std::int64_t most) const {
  const std::optional<std::int64_t> value = value_of(*json_);
  if (!value || *value < least || *value > most) {
    refuse("an integer from " + std::to_string(least) + " to " + std::to_string(most));
    return std::nullopt;
  }
  return value;
}

std::optional<std::int64_t> Cursor::integer() const { return integer(Int64::min(), Int64::max()); }

std::optional<std::uint32_t> Cursor::small(std::int64_t least, std::int64_t most) const {
  const std::optional<std::int64_t> value = integer(least, most);
  return value ? std::optional{static_cast<std::uint32_t>(*value)} : std::nullopt;
}

std::optional<model::EventTime> Cursor::event_time() const {
  const std::optional<std::int64_t> value = integer();
  return value ? std::optional{model::EventTime{sim::milliseconds{*value}}} : std::nullopt;
}

std::optional<bool> Cursor::boolean() const {
  if (json_->type != Json::Type::kBoolean) {
    refuse("true or false");
    return std::nullopt;
  }
  return json_->boolean;
}

std::optional<std::string_view> Cursor::string() const {
  if (json_->type != Json::Type::kString) {
    refuse("a string");
    return std::nullopt;
  }
  return json_->text;
}

std::optional<std::size_t> Cursor::one_of(std::span<const std::string_view> names) const {
  const auto found = json_->type == Json::Type::kString
                         ? std::find(names.begin(), names.end(), json_->text)
                         : names.end();
  if (found == names.end()) {
    refuse("one of " + list_in_quotes(names));
    return std::nullopt;
  }
  return static_cast<std::size_t>(found - names.begin());
}

}  // namespace scenarios::vectors
