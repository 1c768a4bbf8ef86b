// A value of a scenario on its way into a setting: knows its place, so that what is wrong with it
// can be said.
//
// `to(target)` fills the target if the value is what the format wants there, and else adds a
// problem and leaves the target as it was. `read_object` reads the keys of an object by the
// format's table, exactly those. Errors: problems.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "model/settings.hpp"
#include "scenarios/reader/format.hpp"
#include "scenarios/reader/json_lines.hpp"
#include "scenarios/reader/problem.hpp"
#include "sim/time.hpp"

namespace scenarios {

// A stretch of processing time, both ends included.
struct Window {
  sim::ProcessingTime earliest;
  sim::ProcessingTime latest;
};

class Value {
 public:
  // `type` is that of the format ("duration", "[milestone]"). `json` and `problems` must outlive
  // this object.
  Value(const Json& json, std::string pointer, std::string_view type, Range range,
        Problems& problems)
      : json_(&json),
        pointer_(std::move(pointer)),
        type_(type),
        range_(range),
        problems_(&problems) {}

  [[nodiscard]] const Json& json() const { return *json_; }
  [[nodiscard]] const std::string& pointer() const { return pointer_; }
  [[nodiscard]] Problems& problems() const { return *problems_; }
  [[nodiscard]] std::string_view type() const { return type_; }
  [[nodiscard]] Range range() const { return range_; }

  void complain(std::string text) const {
    problems_->add(json_->origin, pointer_, std::move(text));
  }
  // "expected <wanted>, found <this value>"; always false, for callers that return it.
  // NOLINTNEXTLINE(modernize-use-nodiscard): the complaint is what counts
  bool refuse(std::string_view wanted) const;

  // Each returns whether the target was filled.
  bool to(bool& target) const;
  bool to(std::string& target) const;
  bool to(std::uint32_t& target) const;
  bool to(std::uint64_t& target) const;
  bool to(sim::milliseconds& target) const;
  bool to(model::EventTime& target) const;
  bool to(model::Rate& target) const;
  bool to(model::Delay& target) const;
  bool to(Window& target) const;
  template <class Axis>
  bool to(sim::Span<Axis>& target) const {
    sim::milliseconds length{0};
    const bool read = to(length);
    target = read ? sim::Span<Axis>{length} : target;
    return read;
  }
  template <class Axis>
  requires(!std::is_same_v<Axis, model::EventAxis>) bool to(sim::Instant<Axis>& target) const {
    sim::milliseconds since_origin{0};
    const bool read = to(since_origin);
    target = read ? sim::Instant<Axis>{since_origin} : target;
    return read;
  }
  template <class Enum>
  requires std::is_enum_v<Enum>
  bool to(Enum& target) const {
    std::size_t position = 0;
    const bool read = to_choice(position);
    target = read ? static_cast<Enum>(position) : target;
    return read;
  }
  // Filled with a default first where the value is wrong, so that its presence is known.
  template <class T>
  bool to(std::optional<T>& target) const {
    return to(target.emplace());
  }

  // A string that `accepts`; else "expected <wanted>".
  bool to_name(std::string& target, bool (*accepts)(std::string_view),
               std::string_view wanted) const;
  // The position of a value in the closed list that is its type.
  bool to_choice(std::size_t& position) const;

  // The entries of a list; a list that is none, or of a wrong length, has none.
  void each_item(const std::function<void(const Value&)>& read) const;
  // The entries of a map with free keys.
  void each_entry(const std::function<void(std::string_view, const Value&)>& read) const;
  // A list without repetitions.
  template <class T>
  void to_list(std::vector<T>& target) const {
    each_item([&](const Value& item) {
      T entry{};
      if (item.to(entry)) {
        for (const T& earlier : target) {
          if (earlier == entry) {
            item.refuse("every entry once");
            return;
          }
        }
        target.push_back(std::move(entry));
      }
    });
  }

 private:
  // Two durations, not in descending order; `wanted` for a value that is no such pair, `first` for
  // one that descends.
  bool to_pair(std::array<sim::milliseconds, 2>& target, std::string_view wanted,
               std::string_view first) const;
  [[nodiscard]] bool has_size(std::size_t size, std::string_view what) const;

  const Json* json_;
  std::string pointer_;
  std::string_view type_;
  Range range_;
  Problems* problems_;
};

// What to do with the value of one key.
struct Field {
  std::string_view name;
  std::function<void(const Value&)> read;
};

template <class T>
Field into(std::string_view name, T& target) {
  return Field{name, [&target](const Value& value) { value.to(target); }};
}

// Reads an object of the shape: complains of unknown, missing, misplaced and not yet modelled keys,
// hands each other key to its field. REQUIRES: one field for each key of the shape that is
// modelled.
void read_object(const Value& value, const Shape& shape, std::initializer_list<Field> fields);
void read_object(const Value& value, const Shape& shape, std::span<const Field> fields);
// The same with one reader for all keys.
void read_keys(const Value& value, const Shape& shape,
               const std::function<void(const Key&, const Value&)>& read);

// A number of milliseconds as a person would write it: "24 h", "500 ms".
std::string spelled_duration(std::uint64_t ms);

}  // namespace scenarios
