// JSON with comments, each value with the line it stands in.
//
// Accepts RFC 8259 plus `//` and `/* */` comments, parsed by nlohmann's SAX interface. Duplicate
// keys are problems (the first one counts); a syntax error is the one problem of its text, in our
// words. Limits: 1 MiB, nesting of 64, 64-bit integers (larger numbers stay as written, for whoever
// wants an integer to refuse). Text is UTF-8 without control characters. Errors: problems, never
// exceptions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/reader/problem.hpp"

namespace scenarios {

struct JsonMember;

struct Json {
  enum class Type : std::uint8_t {
    kNull,
    kBoolean,
    kNatural,   // an integer >= 0 that fits 64 bits
    kNegative,  // an integer < 0 that fits 64 bits
    kNumber,    // any other number: `text` as written
    kString,
    kArray,
    kObject
  };

  Type type = Type::kNull;
  bool boolean = false;
  std::uint64_t natural = 0;
  std::int64_t negative = 0;
  std::string text;  // of kString and kNumber
  std::vector<Json> items;
  std::vector<JsonMember> members;  // in the order of the file
  Origin origin;

  // The member of this name; null if there is none or this is no object.
  [[nodiscard]] const Json* find(std::string_view name) const;
  [[nodiscard]] Json* find(std::string_view name);
  // "an object", "12", "\"text\"": for messages.
  [[nodiscard]] std::string described() const;
};

struct JsonMember {
  std::string name;
  Origin name_origin;
  Json value;
};

struct JsonLimits {
  static constexpr std::size_t kBytes = 1U << 20U;
  static constexpr std::size_t kNesting = 64;
};

enum class JsonFailure : std::uint8_t { kNone, kSyntax, kLimit };

enum class JsonComments : std::uint8_t { kAllowed, kRefused };

struct JsonResult {
  std::optional<Json> root;  // absent after a failure
  JsonFailure failure = JsonFailure::kNone;
};

// Adds what is wrong to `problems`, with the source of `origin` and lines counted from 1.
JsonResult parse_json(std::string_view text, JsonComments comments, const Origin& origin,
                      Problems& problems);

}  // namespace scenarios
