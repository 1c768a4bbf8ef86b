#include "scenarios/reader/json_syntax.hpp"

#include <cctype>

#include "scenarios/reader/problem.hpp"

namespace scenarios {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

// The first byte at or after `at` that is neither blank nor in a comment. An unfinished comment is
// where it stops.
std::size_t skip_blanks(std::string_view text, std::size_t at) {
  while (at < text.size()) {
    if (kBlanks.find(text[at]) != std::string_view::npos) {
      ++at;
    } else if (text.substr(at, 2) == "//") {
      const std::size_t end = text.find('\n', at);
      at = end == std::string_view::npos ? text.size() : end + 1;
    } else if (text.substr(at, 2) == "/*") {
      const std::size_t end = text.find("*/", at + 2);
      if (end == std::string_view::npos) {
        return at;
      }
      at = end + 2;
    } else {
      return at;
    }
  }
  return at;
}

bool is_word(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return std::isalnum(byte) != 0 || byte >= 0x80U || c == '_' || c == '.' || c == '-' || c == '+';
}

std::string describe_token(std::string_view text, std::size_t at) {
  if (at >= text.size()) {
    return "the end of the text";
  }
  std::size_t end = at + 1;
  if (text[at] == '"') {
    const std::size_t last = text.find_first_of("\"\n", end);
    return "the string " +
           in_quotes(text.substr(end, last == std::string_view::npos ? last : last - end));
  }
  if (is_word(text[at])) {
    while (end < text.size() && is_word(text[end])) {
      ++end;
    }
  }
  return in_quotes(text.substr(at, end - at));
}

// A string that the parser refused: it never ends, or an escape in it is wrong.
SyntaxError explain_string(std::string_view text, std::size_t start) {
  SyntaxError error{start, true, {}};
  for (std::size_t at = start + 1; at < text.size() && text[at] != '\n'; ++at) {
    if (text[at] == '"') {
      error.text = "expected escapes such as \\n, \\\" or \\u00e9 and no tabs in a string, found " +
                   in_quotes(text.substr(start + 1, at - start - 1));
      return error;
    }
    if (text[at] == '\\') {
      ++at;
    }
  }
  error.text = "expected the string to end in the line it began in, found no closing quote";
  return error;
}

SyntaxError explain_value(std::string_view text, std::size_t at, const std::string& wanted) {
  const char first = at < text.size() ? text[at] : '\0';
  if (first == '"') {
    return explain_string(text, at);
  }
  SyntaxError error{at, true, {}};
  if (first == '-' || std::isdigit(static_cast<unsigned char>(first)) != 0) {
    error.text = "expected a number such as 12, found " + describe_token(text, at);
  } else if (first == '}' || first == ']') {
    error.text = "expected " + wanted + ", found " + describe_token(text, at) +
                 " (is there a comma too many?)";
  } else {
    error.text = "expected " + wanted + ", found " + describe_token(text, at);
  }
  return error;
}

SyntaxError explain_key(std::string_view text, std::size_t at, const std::string& wanted) {
  if (at < text.size() && text[at] == '"') {
    return explain_string(text, at);
  }
  SyntaxError error = explain_value(text, at, wanted);
  error.inside_value = false;
  return error;
}

// How long the UTF-8 sequence at `at` is; 0 if it is none (RFC 3629: no overlong forms, no
// surrogates).
std::size_t sequence_length(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : static_cast<unsigned char>(0);
  };
  const unsigned first = byte(at);
  std::size_t length = 0;
  unsigned least = 0x80U;
  unsigned most = 0xBFU;
  if (first < 0x80U) {
    return 1;
  }
  if (first >= 0xC2U && first <= 0xDFU) {
    length = 2;
  } else if (first >= 0xE0U && first <= 0xEFU) {
    length = 3;
    least = first == 0xE0U ? 0xA0U : least;
    most = first == 0xEDU ? 0x9FU : most;
  } else if (first >= 0xF0U && first <= 0xF4U) {
    length = 4;
    least = first == 0xF0U ? 0x90U : least;
    most = first == 0xF4U ? 0x8FU : most;
  } else {
    return 0;
  }
  for (std::size_t i = 1; i < length; ++i) {
    const unsigned next = byte(at + i);
    if (next < (i == 1 ? least : 0x80U) || next > (i == 1 ? most : 0xBFU)) {
      return 0;
    }
  }
  return length;
}

}  // namespace

SyntaxError explain_syntax(std::string_view text, std::size_t after_last_token, JsonNext next) {
  std::size_t at = skip_blanks(text, after_last_token);
  const char first = at < text.size() ? text[at] : '\0';
  const bool comma = first == ',';
  const auto unfinished_comment = [&] { return text.substr(at, 2) == "/*"; };
  if (unfinished_comment()) {
    return {at, false, "expected the comment to end in */, found the end of the text"};
  }
  const bool goes_on =
      (next == JsonNext::kColon && first == ':') ||
      ((next == JsonNext::kCommaInObject || next == JsonNext::kCommaInArray) && comma);
  if (goes_on) {
    at = skip_blanks(text, at + 1);
    if (unfinished_comment()) {
      return {at, false, "expected the comment to end in */, found the end of the text"};
    }
  }
  const std::string found = ", found " + describe_token(text, at);
  switch (next) {
    case JsonNext::kDocument: return explain_value(text, at, "an object");
    case JsonNext::kKeyOrEnd: return explain_key(text, at, "a key in double quotes or }");
    case JsonNext::kColon:
      return goes_on ? explain_value(text, at, "a value")
                     : SyntaxError{at, false, "expected a colon after the key" + found};
    case JsonNext::kItemOrEnd: return explain_value(text, at, "a value or ]");
    case JsonNext::kCommaInObject:
      return goes_on ? explain_key(text, at, "a key in double quotes")
                     : SyntaxError{at, false, "expected a comma or }" + found};
    case JsonNext::kCommaInArray:
      return goes_on ? explain_value(text, at, "a value")
                     : SyntaxError{at, false, "expected a comma or ]" + found};
    case JsonNext::kEndOfDocument: break;
  }
  return {at, false, "expected the end of the text" + found};
}

std::optional<SyntaxError> find_bad_byte(std::string_view text) {
  static constexpr std::string_view kHex = "0123456789abcdef";
  for (std::size_t at = 0; at < text.size();) {
    const auto byte = static_cast<unsigned char>(text[at]);
    const std::size_t length = sequence_length(text, at);
    const bool control = byte < 0x20U && kBlanks.find(text[at]) == std::string_view::npos;
    if (length == 0 || control) {
      const std::string found =
          std::string(", found byte 0x") + kHex[byte >> 4U] + kHex[byte & 0xFU];
      return SyntaxError{
          at, false,
          (control ? "expected text without control characters" : "expected UTF-8") + found};
    }
    at += length;
  }
  return std::nullopt;
}

}  // namespace scenarios
