// A value of a vector case on its way into a field: knows its place, so that what is wrong with it
// can be said.
//
// A cursor stands on the stack beside the one of the value around it, and spells its JSON pointer
// only for a problem. `refuse` and its kin add a problem. Errors: problems.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "model/event_time.hpp"
#include "scenarios/reader/json_lines.hpp"
#include "scenarios/reader/problem.hpp"

namespace scenarios::vectors {

class Cursor {
 public:
  Cursor(const Json& json, Problems& problems) : json_(&json), problems_(&problems) {}
  // `around` must outlive this one.
  Cursor(const Json& json, const Cursor& around, std::string_view name)
      : json_(&json), problems_(around.problems_), around_(&around), name_(name) {}
  Cursor(const Json& json, const Cursor& around, std::size_t index)
      : json_(&json), problems_(around.problems_), around_(&around), index_(index) {}

  [[nodiscard]] const Json& json() const { return *json_; }
  [[nodiscard]] bool is_null() const { return json_->type == Json::Type::kNull; }
  [[nodiscard]] std::string pointer() const;

  // "expected <wanted>, found <this value>".
  void refuse(std::string_view wanted) const;

  // Whether it is an object with no other keys than these, all of `required` among them.
  [[nodiscard]] bool is_object(std::span<const std::string_view> required,
                               std::span<const std::string_view> optional = {}) const;
  [[nodiscard]] bool is_object() const;
  [[nodiscard]] bool is_array() const;
  // REQUIRES: an object that has it.
  [[nodiscard]] Cursor at(std::string_view name) const;
  [[nodiscard]] bool has(std::string_view name) const { return json_->find(name) != nullptr; }

  // None, and a problem, if the value is something else.
  [[nodiscard]] std::optional<std::int64_t> integer(std::int64_t least, std::int64_t most) const;
  [[nodiscard]] std::optional<std::int64_t> integer() const;
  [[nodiscard]] std::optional<std::uint32_t> small(std::int64_t least, std::int64_t most) const;
  [[nodiscard]] std::optional<model::EventTime> event_time() const;
  [[nodiscard]] std::optional<bool> boolean() const;
  [[nodiscard]] std::optional<std::string_view> string() const;
  // The position among the names.
  [[nodiscard]] std::optional<std::size_t> one_of(std::span<const std::string_view> names) const;

 private:
  const Json* json_;
  Problems* problems_;
  const Cursor* around_ = nullptr;
  std::string_view name_;  // in the object around it
  std::size_t index_ = 0;  // in the array around it, if it has no name
};

}  // namespace scenarios::vectors
