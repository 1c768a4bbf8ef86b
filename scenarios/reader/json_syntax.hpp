// Words for what is wrong with the syntax of a JSON text: where it stopped being JSON, what was
// wanted, what is there.
//
// The parser knows only that a text does not go on as it should; here it is looked at again from
// the end of its last good token. Offsets are in bytes. Errors: none.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace scenarios {

// What the last good token allows to follow.
enum class JsonNext : std::uint8_t {
  kDocument,       // nothing read yet
  kKeyOrEnd,       // after {
  kColon,          // after a key
  kItemOrEnd,      // after [
  kCommaInObject,  // after a value in an object
  kCommaInArray,   // after a value in an array
  kEndOfDocument,  // after the outermost value
};

struct SyntaxError {
  std::size_t offset = 0;
  bool inside_value = false;  // the value itself is wrong, not what stands around it
  std::string text;
};

SyntaxError explain_syntax(std::string_view text, std::size_t after_last_token, JsonNext next);

// The first byte that is not UTF-8 or is a control character other than tab and line ends.
std::optional<SyntaxError> find_bad_byte(std::string_view text);

}  // namespace scenarios
