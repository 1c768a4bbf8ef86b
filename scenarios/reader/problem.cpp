#include "scenarios/reader/problem.hpp"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

namespace scenarios {
namespace {

constexpr std::size_t kLongestShown = 40;
constexpr std::size_t kLongestCompared = 80;

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

// Printable: control characters as \u00XX, so that no file can write on the terminal or break a
// line.
std::string printable(std::string_view text, std::size_t longest) {
  static constexpr std::string_view kHex = "0123456789abcdef";
  std::string shown;
  std::size_t at = 0;
  for (; at < text.size() && (at < longest || is_continuation(text[at])); ++at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte < 0x20U || byte == 0x7FU) {
      shown += "\\u00";
      shown += kHex[byte >> 4U];
      shown += kHex[byte & 0xFU];
    } else {
      shown += text[at];
    }
  }
  if (at < text.size()) {
    shown += "...";
  }
  return shown;
}

// Upper and lower case are one: a wrong case alone is always worth a suggestion.
bool same(char a, char b) {
  const auto lower = [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  };
  return lower(a) == lower(b);
}

// Edits (insert, delete, replace, swap of neighbours) from one to the other, in one row pair of the
// table at a time.
std::size_t edits_between(std::string_view a, std::string_view b) {
  using Row = std::array<std::size_t, kLongestCompared + 1>;
  Row before_last{};
  Row last{};
  Row row{};
  for (std::size_t j = 0; j <= b.size(); ++j) {
    last[j] = j;
  }
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replace = last[j - 1] + (same(a[i - 1], b[j - 1]) ? 0U : 1U);
      row[j] = std::min({replace, last[j] + 1, row[j - 1] + 1});
      if (i > 1 && j > 1 && same(a[i - 1], b[j - 2]) && same(a[i - 2], b[j - 1])) {
        row[j] = std::min(row[j], before_last[j - 2] + 1);
      }
    }
    before_last = last;
    last = row;
  }
  return last[b.size()];
}

}  // namespace

std::string to_string(const Problem& problem) {
  std::string text = problem.file;
  if (problem.line > 0) {
    text += ":" + std::to_string(problem.line);
  }
  if (!problem.pointer.empty()) {
    text += ":" + problem.pointer;
  }
  return text + ": " + problem.text;
}

void Problems::add(const Origin& origin, std::string_view pointer, std::string text) {
  ++count_;
  if (full()) {
    return;
  }
  Entry entry;
  entry.origin = origin;
  switch (origin.source) {
    case Origin::Source::kFile: entry.problem.file = file_; break;
    case Origin::Source::kSet: entry.problem.file = "--set " + std::to_string(origin.number); break;
    case Origin::Source::kProtocol: entry.problem.file = "--protocol"; break;
    case Origin::Source::kMutation:
      entry.problem.file = "--mutation " + std::to_string(origin.number);
      break;
  }
  entry.problem.line = origin.source == Origin::Source::kFile ? origin.line : 0;
  entry.problem.pointer = pointer;
  entry.problem.text = std::move(text);
  list_.push_back(std::move(entry));
}

std::vector<Problem> Problems::sorted() const {
  std::vector<Entry> entries = list_;
  std::stable_sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    return std::tuple{a.origin.source, a.origin.number, a.problem.line} <
           std::tuple{b.origin.source, b.origin.number, b.problem.line};
  });
  std::vector<Problem> problems;
  problems.reserve(entries.size() + 1);
  for (Entry& entry : entries) {
    problems.push_back(std::move(entry.problem));
  }
  if (count_ > list_.size()) {
    Problem rest;
    rest.file = file_;
    rest.text = "found " + std::to_string(count_ - list_.size()) + " more problems, not shown";
    problems.push_back(std::move(rest));
  }
  return problems;
}

std::string in_quotes(std::string_view text) { return '"' + printable(text, kLongestShown) + '"'; }

std::string pointer_to(std::string_view pointer, std::string_view part) {
  std::string escaped;
  for (const char c : part) {
    if (c == '~') {
      escaped += "~0";
    } else if (c == '/') {
      escaped += "~1";
    } else {
      escaped += c;
    }
    if (escaped.size() > 2 * kLongestCompared) {
      break;
    }
  }
  return std::string(pointer) + '/' + printable(escaped, kLongestCompared);
}

std::optional<std::size_t> parse_index(std::string_view part, std::size_t size) {
  constexpr std::size_t kLongest = 9;
  if (part.empty() || part.size() > kLongest || (part.size() > 1 && part.front() == '0') ||
      part.find_first_not_of("0123456789") != std::string_view::npos) {
    return std::nullopt;
  }
  std::size_t index = 0;
  for (const char digit : part) {
    index = index * 10 + static_cast<std::size_t>(digit - '0');
  }
  return index < size ? std::optional(index) : std::nullopt;
}

std::string list_in_quotes(std::span<const std::string_view> names) {
  std::string list;
  for (const std::string_view name : names) {
    list += list.empty() ? "\"" : ", \"";
    list += name;
    list += '"';
  }
  return list;
}

std::string suggestion(std::string_view name, std::span<const std::string_view> candidates) {
  std::string_view best;
  std::size_t fewest = kLongestCompared;
  for (const std::string_view candidate : candidates) {
    if (name.empty() || std::max(name.size(), candidate.size()) > kLongestCompared) {
      continue;
    }
    const std::size_t tolerated =
        std::max<std::size_t>(1, std::max(name.size(), candidate.size()) / 3);
    const std::size_t edits = edits_between(name, candidate);
    if (edits <= tolerated && edits < fewest) {
      fewest = edits;
      best = candidate;
    }
  }
  return best.empty() ? "" : "; did you mean \"" + std::string(best) + "\"?";
}

}  // namespace scenarios
