#include "docs/tools/reference.hpp"

#include <algorithm>
#include <cctype>
#include <optional>

namespace docs {

namespace {

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word(char c) { return is_upper(c) || is_lower(c) || is_digit(c) || c == '_'; }

template <class Predicate>
std::size_t skip(std::string_view text, std::size_t at, Predicate is_part) {
  while (at < text.size() && is_part(text[at])) {
    ++at;
  }
  return at;
}

std::size_t skip_fraction(std::string_view text, std::size_t at) {
  const bool has_fraction = at + 1 < text.size() && text[at] == '.' && is_digit(text[at + 1]);
  return has_fraction ? skip(text, at + 1, is_digit) : at;
}

// Length of the id at the start of `text`: W6, R1.3, R1a, A9e, CV-MX3; 0 if there is none.
std::size_t rule_id_length(std::string_view text) {
  const std::size_t family = text.starts_with("CV-") ? 3 : 0;
  const std::size_t number = skip(text, family, is_upper);
  std::size_t end = skip(text, number, is_digit);
  if (number == family || end == number) {
    return 0;
  }
  end = skip_fraction(text, end);
  end += end < text.size() && is_lower(text[end]) ? std::size_t{1} : 0;
  return end < text.size() && is_word(text[end]) ? 0 : end;
}

// The same for a section: 2, 5.1, B.
std::size_t section_length(std::string_view text) {
  std::size_t end = skip(text, 0, is_digit);
  end = end > 0 ? skip_fraction(text, end) : skip(text, 0, is_upper);
  return end < text.size() && is_word(text[end]) ? 0 : end;
}

std::string family_of(std::string_view id) {
  const std::size_t end = skip(id, id.starts_with("CV-") ? 3 : 0, is_upper);
  return std::string{id.substr(0, end)};
}

std::string_view trim(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

// phase2.md and cutover-protocols.md have tables about the ids of others; their own families are
// these.
bool defines(std::string_view prefix, std::string_view id) {
  const std::string family = family_of(id);
  if (prefix == "cutover") {
    return family == "N";
  }
  return prefix != "p2" || family == "G" || family == "K" || family == "R";
}

// The ids that a line of a reference defines.
std::vector<std::string> ids_defined_by(std::string_view line, std::string_view prefix) {
  std::vector<std::string> ids;
  const std::string_view opening = prefix == "p2" ? "- " : "**";
  if (prefix != "rt" && line.starts_with(opening)) {
    line.remove_prefix(opening.size());
    ids.emplace_back(line.substr(0, rule_id_length(line)));
  } else if (line.starts_with("| ")) {
    std::string_view cell = trim(line.substr(2, line.find(" |", 1) - 2));
    while (!cell.empty()) {  // "H4a / H4b": several; "CV-MX1 min": an id and its words
      const std::size_t slash = cell.find(" / ");
      const std::string_view part = trim(cell.substr(0, slash));
      const std::size_t length = rule_id_length(part);
      if (length == part.size() || part.starts_with("CV-")) {
        ids.emplace_back(part.substr(0, length));
      }
      cell.remove_prefix(slash == std::string_view::npos ? cell.size() : slash + 3);
    }
  }
  return ids;
}

std::optional<std::string> section_started_by(std::string_view line) {
  const std::size_t hashes = skip(line, 0, [](char c) { return c == '#'; });
  if (hashes < 2 || hashes > 3) {
    return std::nullopt;
  }
  line = trim(line.substr(hashes));
  const std::size_t number = std::max(section_length(line), rule_id_length(line));
  return number == 0 ? std::nullopt : std::optional<std::string>{line.substr(0, number)};
}

// Reads the citations of one line; a cursor over its text.
class LineReader {
 public:
  LineReader(std::string_view line, std::string place, const std::vector<Reference>& references,
             Citations& citations)
      : line_(line), place_(std::move(place)), references_(references), citations_(citations) {}

  void read() {
    for (std::size_t at = 0; at < line_.size(); ++at) {
      for (const Reference& reference : references_) {
        const bool starts_word = at == 0 || !is_word(line_[at - 1]);
        if (starts_word && line_.substr(at).starts_with(reference.prefix + ":")) {
          read_list(reference, at + reference.prefix.size() + 1);
        }
      }
    }
  }

 private:
  void read_list(const Reference& reference, std::size_t at) {
    const std::string_view rest = line_.substr(at);
    if (rest.starts_with(' ') && rule_id_length(rest.substr(1)) > 0) {
      problem(reference, rest.substr(1, rule_id_length(rest.substr(1))), "is cited with a space");
      return;
    }
    if (rest.empty() || !is_word(rest[0])) {
      return;  // another use of the letters
    }
    const std::size_t id = rule_id_length(rest);
    if (id == 0) {
      read_section(reference, rest);
      return;
    }
    at = read_item(reference, at);
    while (line_.substr(at).starts_with(", ") && rule_id_length(line_.substr(at + 2)) > 0) {
      at = read_item(reference, at + 2);
    }
  }

  void read_section(const Reference& reference, std::string_view rest) {
    const std::string_view id = rest.substr(0, section_length(rest));
    if (!reference.has_section(id)) {
      problem(reference, rest.substr(0, skip(rest, 0, is_word)), "is neither a rule nor a section");
    }
  }

  // An id or a range of them at `at`; answers where it ends.
  std::size_t read_item(const Reference& reference, std::size_t at) {
    const std::string_view first = line_.substr(at, rule_id_length(line_.substr(at)));
    at += first.size();
    std::string_view last = first;
    if (line_.substr(at).starts_with("-")) {
      last = line_.substr(at + 1, rule_id_length(line_.substr(at + 1)));
      at += last.empty() ? 0 : last.size() + 1;
      last = last.empty() ? first : last;
    }
    const std::size_t begin = reference.find(first);
    const std::size_t end = reference.find(last);
    if (begin == reference.rules.size() && first == last && reference.has_section(first)) {
      return at;
    }
    if (begin == reference.rules.size() || end == reference.rules.size()) {
      problem(reference, begin == reference.rules.size() ? first : last, "does not exist");
    } else if (begin > end || family_of(first) != family_of(last)) {
      problem(reference, first, "begins a range that does not end after it");
    } else {
      for (std::size_t i = begin; i <= end; ++i) {
        if (family_of(reference.rules[i].id) == family_of(first)) {
          citations_.found.push_back(Citation{reference.prefix, reference.rules[i].id});
        }
      }
    }
    return at;
  }

  void problem(const Reference& reference, std::string_view id, std::string_view what) {
    citations_.problems.push_back(place_ + ": " + reference.prefix + ":" + std::string{id} + " " +
                                  std::string{what} + " (" + reference.path + ")");
  }

  std::string_view line_;
  std::string place_;
  const std::vector<Reference>& references_;
  Citations& citations_;
};

}  // namespace

std::size_t Reference::find(std::string_view id) const {
  const auto at =
      std::find_if(rules.begin(), rules.end(), [id](const Rule& rule) { return rule.id == id; });
  return static_cast<std::size_t>(at - rules.begin());
}

bool Reference::has_section(std::string_view id) const {
  return std::find(sections.begin(), sections.end(), id) != sections.end();
}

Reference read_reference(std::string_view prefix, std::string_view path, std::string_view text) {
  Reference reference{std::string{prefix}, std::string{path}, {}, {}};
  for (const std::string_view line : lines_of(text)) {
    if (std::optional<std::string> section = section_started_by(line)) {
      reference.sections.push_back(*section);
      continue;
    }
    for (const std::string& id : ids_defined_by(line, prefix)) {
      const bool is_new = reference.find(id) == reference.rules.size();
      if (!id.empty() && is_new && defines(prefix, id)) {
        reference.rules.push_back(
            Rule{id, reference.sections.empty() ? "" : reference.sections.back()});
      }
    }
  }
  return reference;
}

std::vector<Reference> read_references(const std::filesystem::path& root) {
  std::vector<Reference> references;
  const auto add = [&](std::string_view prefix, const std::string& path) {
    references.push_back(read_reference(prefix, path, read_text(root / path)));
  };
  add("p2", "docs/reference/phase2.md");
  add("rt", "docs/reference/flink-runtime.md");
  add("op", "docs/reference/operator.md");
  add("cutover", "docs/cutover-protocols.md");
  return references;
}

Citations find_citations(const SourceFile& file, const std::vector<Reference>& references) {
  Citations citations;
  std::size_t number = 0;
  for (const std::string_view line : lines_of(file.text)) {
    ++number;
    LineReader{line, file.path + ":" + std::to_string(number), references, citations}.read();
  }
  return citations;
}

}  // namespace docs
