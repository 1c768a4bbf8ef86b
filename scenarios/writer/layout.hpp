// JSON laid out for reading: what is short stands on one line, what belongs together under each
// other, lines have at most 130 columns where that is possible.
//
// A tree is built of texts, lists and objects, with hints where lines should break. Errors:
// REQUIRES only.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace scenarios::writer {

// Where the content of a list or object begins that does not fit on one line.
enum class Opening : std::uint8_t {
  kHanging,   // behind the bracket; the next lines are aligned with it
  kOnNewLine  // two columns further in than the line of the bracket
};

class Node {
 public:
  // A string, quoted and escaped. REQUIRES: UTF-8.
  static Node text(std::string_view text);
  static Node integer(std::int64_t value);
  static Node natural(std::uint64_t value);
  static Node boolean(bool value);
  static Node null();
  static Node list(Opening opening = Opening::kHanging);
  static Node object(Opening opening = Opening::kHanging);

  // To a list. Its entries stand under each other, or, if all are texts and numbers, side by side
  // as long as there is room.
  Node& add(Node entry);
  // To an object. Members stand side by side as long as there is room.
  Node& add(std::string_view key, Node value);
  // The same, on a new line if the object takes more than one.
  Node& add_line(std::string_view key, Node value);
  // Entries or members under each other in any case.
  Node& each_on_a_line() {
    each_on_a_line_ = true;
    return *this;
  }

  [[nodiscard]] bool is_empty() const;

  // The whole tree as a document: its members under each other.
  [[nodiscard]] std::string document() const;

 private:
  enum class Kind : std::uint8_t { kScalar, kList, kObject };
  struct Part;

  [[nodiscard]] std::string flat() const;
  void print(std::string& out, std::size_t column, std::size_t base, std::size_t closers) const;
  [[nodiscard]] bool breaks_before(const Part& part) const;

  Kind kind_ = Kind::kScalar;
  Opening opening_ = Opening::kHanging;
  bool each_on_a_line_ = false;
  std::string scalar_;
  std::vector<Part> parts_;
};

struct Node::Part {
  std::string prefix;  // `"key": `, or nothing in a list
  Node value;
  bool on_new_line = false;
};

}  // namespace scenarios::writer
