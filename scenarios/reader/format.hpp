// The scenario format as data: every key with its type, limits and meaning, and every closed list
// of values.
//
// The reader refuses what is not in here and the JSON schema is made from it, so that the two
// cannot drift apart. Units: limits of durations are in milliseconds; those of strings in bytes;
// those of lists and maps in entries.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

namespace scenarios {

enum class Presence : std::uint8_t { kOptional, kRequired };

struct Range {
  std::uint64_t least = 0;
  std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
};

// Values of a closed list by their positions, as bits.
using ValueSet = std::uint64_t;

// What the value of another key of the same object, the selector, says about a key. An object
// without the selector, or with a wrong one, leaves the question open.
struct Condition {
  std::string_view selector;  // a key whose type is a closed list; empty: no condition
  ValueSet allowed = 0;       // the key may be there with these
  ValueSet required = 0;      // and must be with these
};

struct Key {
  static constexpr std::size_t kConditions = 3;

  std::string_view name;
  // The name of a shape, a closed list or a basic type; "[x]" is a list of x, "{x}" a map from
  // names to x.
  std::string_view type;
  Presence presence = Presence::kOptional;
  Range range;
  std::string_view text;
  std::array<Condition, kConditions> conditions{};
  std::string_view replaced_by{};  // a key of the same object that stands in for this one
  std::string_view only_with{};    // a key of the same object without which this one has no meaning
};

// An object of the format.
struct Shape {
  std::string_view name;
  std::span<const Key> keys;
  std::string_view text;
};

// One value of a closed list. `value` is its position in the enumeration that the reader fills.
struct Choice {
  std::string_view name;
  std::size_t value = 0;
  bool modelled = true;
};

struct ChoiceList {
  std::string_view name;
  std::vector<Choice> choices;
};

// What an input takes of an operator (rt:L3, L9).
enum class OperatorOutput : std::uint8_t { kResults, kLate };
// How a source makes watermarks (rt:W3-W5).
enum class Silenced : std::uint8_t { kNone, kLater };
enum class Strategy : std::uint8_t { kNone, kMonotonous, kBoundedOutOfOrderness, kPunctuated };

const Shape& root_shape();
// REQUIRES: a shape of this name.
const Shape& find_shape(std::string_view name);
std::span<const Shape> all_shapes();
// Null if there is no closed list of this name.
const ChoiceList* find_choices(std::string_view name);
// The values of a selector of the shape. REQUIRES: `selector` is that of a condition of a key.
const ChoiceList& choices_of_selector(const Shape& shape, std::string_view selector);
std::span<const ChoiceList> all_choices();

// What a basic type is, for schema and messages: "duration" and so on.
struct BasicType {
  std::string_view name;
  std::string_view json_type;  // JSON schema's name
  std::string_view pattern;    // of a string; empty if any
  std::string_view text;
};
std::span<const BasicType> basic_types();

}  // namespace scenarios
