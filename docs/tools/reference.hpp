// The rules of a reference (docs/reference/*.md, docs/cutover-protocols.md), and the places that
// cite them.
//
// A citation is PREFIX:ID, a range PREFIX:ID-ID (all ids between the two, in the order of the
// reference) or a list of both with one prefix in front and ", " between. ID is a rule's or a
// section's. Errors: collected as `path:line: what`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "docs/tools/source_tree.hpp"

namespace docs {

struct Rule {
  std::string id;
  std::string section;  // number or letter of the heading it stands under
};

struct Reference {
  std::string prefix;
  std::string path;
  std::vector<Rule> rules;            // in the order of the document
  std::vector<std::string> sections;  // of all headings

  // Position of a rule in `rules`; its size if there is none.
  [[nodiscard]] std::size_t find(std::string_view id) const;
  [[nodiscard]] bool has_section(std::string_view id) const;
};

// p2, rt and op, from `root`/docs/reference, and the rules of our own protocols.
std::vector<Reference> read_references(const std::filesystem::path& root);

// What `text` defines: a bullet or a table row that begins with an id; for op also a bold heading
// ("**H1 - ...").
Reference read_reference(std::string_view prefix, std::string_view path, std::string_view text);

struct Citation {
  std::string prefix;
  std::string id;
};

struct Citations {
  std::vector<Citation> found;  // ranges and lists resolved; no sections
  std::vector<std::string> problems;
};

Citations find_citations(const SourceFile& file, const std::vector<Reference>& references);

}  // namespace docs
