// What is wrong with a scenario, and where: collected, never thrown.
//
// A place is a JSON pointer, and the line of the file or the command line option that the value
// came from. All texts are ours, on one line, printable, and say what was wanted and what was
// found. Errors: none. Every collection is bounded, so that no file can make the list of its
// mistakes too long to print.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace scenarios {

struct Problem {
  std::string file;  // the file, or the option: "--set 1", "--protocol", "--mutation 1"
  int line = 0;      // from 1; 0 where `file` is an option
  std::string pointer;
  std::string text;
};

// "file:line:/json/pointer: text"; the pointer of the whole document is left out.
std::string to_string(const Problem& problem);

// Where a value came from: the file, or an option of the command line.
struct Origin {
  enum class Source : std::uint8_t { kFile, kSet, kProtocol, kMutation };

  int line = 0;  // of the file
  Source source = Source::kFile;
  int number = 0;  // of an option that can be given more than once, from 1
};

class Problems {
 public:
  static constexpr std::size_t kShown = 100;

  explicit Problems(std::string_view file) : file_(file) {}

  void add(const Origin& origin, std::string_view pointer, std::string text);

  // True once more would only be counted: callers may skip the work of finding good words.
  [[nodiscard]] bool full() const { return list_.size() >= kShown; }
  [[nodiscard]] std::size_t count() const { return count_; }
  // In the order of the file, those of options last.
  [[nodiscard]] std::vector<Problem> sorted() const;

 private:
  struct Entry {
    Origin origin;
    Problem problem;
  };

  std::string file_;
  std::vector<Entry> list_;
  std::size_t count_ = 0;
};

// `text` in double quotes: printable, at most about 40 characters, the rest as "...".
std::string in_quotes(std::string_view text);

// One more part at the end of a JSON pointer, escaped (~0, ~1), printable and cut as in
// `in_quotes`.
std::string pointer_to(std::string_view pointer, std::string_view part);

// The position that a part of a JSON pointer names in an array of this size; nullopt if it names
// none.
std::optional<std::size_t> parse_index(std::string_view part, std::size_t size);

// `"a", "b", "c"`, nothing cut.
std::string list_in_quotes(std::span<const std::string_view> names);

// `; did you mean "a"?` for the candidate that is a typing mistake away from `name`; empty if none
// is near. REQUIRES: printable candidates.
std::string suggestion(std::string_view name, std::span<const std::string_view> candidates);

}  // namespace scenarios
