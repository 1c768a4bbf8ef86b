#include "docs/tools/fidelity.hpp"

#include <algorithm>
#include <set>

namespace docs {

namespace {

constexpr std::string_view kReasonsPath = "docs/not_modelled.txt";
constexpr std::size_t kPlacesShown = 4;

struct Places {
  std::set<std::string> code;
  std::set<std::string> tests;
};

// Keyed by "p2:K4".
using PlacesOf = std::map<std::string, Places>;
using ReasonOf = std::map<std::string, std::string>;

std::string key_of(std::string_view prefix, std::string_view id) {
  return std::string{prefix} + ":" + std::string{id};
}

bool is_source(std::string_view path) { return path.ends_with(".cpp") || path.ends_with(".hpp"); }

// A header and its source are one place: "model/gate". A scenario goes by its id: "handover/late".
std::string place_of(std::string_view path) {
  if (path.ends_with(".json") && path.starts_with("scenarios/")) {
    path.remove_prefix(std::string_view{"scenarios/"}.size());
  }
  return std::string{path.substr(0, path.rfind('.'))};
}

PlacesOf places_of(const std::vector<Reference>& references, const std::vector<SourceFile>& files,
                   std::vector<std::string>& problems) {
  PlacesOf places;
  for (const SourceFile& file : files) {
    const bool is_test = !is_source(file.path) || file.path.starts_with("tests/");
    const Citations citations = find_citations(file, references);
    problems.insert(problems.end(), citations.problems.begin(), citations.problems.end());
    for (const Citation& citation : citations.found) {
      Places& of = places[key_of(citation.prefix, citation.id)];
      std::set<std::string>& kind = is_test ? of.tests : of.code;
      kind.insert(place_of(file.path));
    }
  }
  return places;
}

ReasonOf read_reasons(std::string_view text, const std::vector<Reference>& references,
                      const PlacesOf& places, std::vector<std::string>& problems) {
  ReasonOf reasons;
  std::size_t number = 0;
  for (const std::string_view line : lines_of(text)) {
    ++number;
    if (line.empty() || line.starts_with("#")) {
      continue;
    }
    const std::string place = std::string{kReasonsPath} + ":" + std::to_string(number);
    const std::size_t end = line.find(' ');
    const std::size_t reason = line.find_first_not_of(' ', end);
    const std::string key{line.substr(0, end)};
    const bool exists = std::any_of(references.begin(), references.end(), [&](const Reference& r) {
      return key.starts_with(r.prefix + ":") &&
             r.find(std::string_view{key}.substr(r.prefix.size() + 1)) < r.rules.size();
    });
    const auto cited = places.find(key);
    if (!exists) {
      problems.push_back(place + ": " + key + " does not exist");
    } else if (reason == std::string_view::npos) {
      problems.push_back(place + ": " + key + " needs what its absence hides");
    } else if (cited != places.end() && !cited->second.code.empty()) {
      problems.push_back(place + ": " + key + " is implemented in " + *cited->second.code.begin());
    } else if (!reasons.emplace(key, line.substr(reason)).second) {
      problems.push_back(place + ": " + key + " stands here twice");
    }
  }
  return reasons;
}

std::string listed(const std::set<std::string>& places) {
  std::string text;
  std::size_t shown = 0;
  for (const std::string& place : places) {
    if (shown == kPlacesShown) {
      return text + " and " + std::to_string(places.size() - shown) + " more";
    }
    text += (shown == 0 ? "`" : ", `") + place + "`";
    ++shown;
  }
  return text;
}

// Upstream's tests (C) and open questions (Q) of operator.md, and H4, which has five parts.
bool is_no_rule(const Reference& reference, const Rule& rule) {
  return reference.prefix == "op" &&
         (rule.id.starts_with('C') || rule.id.starts_with('Q') || rule.id == "H4");
}

// Sections of flink-runtime.md that hold no rules of their own: vectors, consequences,
// simplifications.
bool stands_apart(const Reference& reference, const Rule& rule) {
  const char part = rule.section.empty() ? ' ' : rule.section.front();
  return reference.prefix == "rt" && part >= 'I' && part <= 'K';
}

struct Counts {
  std::size_t modelled = 0;
  std::size_t not_yet = 0;
  std::size_t left_out = 0;
};

std::string rule_row(const std::string& key, const PlacesOf& places, const ReasonOf& reasons,
                     Counts& counts) {
  const auto at = places.find(key);
  const Places of = at == places.end() ? Places{} : at->second;
  const auto reason = reasons.find(key);
  std::string status;
  if (reason != reasons.end()) {
    ++counts.left_out;
    status = "not modelled: " + reason->second;
  } else if (of.code.empty() && of.tests.empty()) {
    ++counts.not_yet;
    status = "not yet";
  } else {
    ++counts.modelled;
    status = "modelled";
  }
  return "| " + key + " | " + listed(of.code) + " | " + listed(of.tests) + " | " + status + " |\n";
}

std::string table_of(const Reference& reference, const PlacesOf& places, const ReasonOf& reasons) {
  Counts counts;
  std::string rows;
  for (const Rule& rule : reference.rules) {
    if (!stands_apart(reference, rule) && !is_no_rule(reference, rule)) {
      rows += rule_row(key_of(reference.prefix, rule.id), places, reasons, counts);
    }
  }
  return "\n## " + reference.path + "\n\nModelled " + std::to_string(counts.modelled) +
         ", not yet " + std::to_string(counts.not_yet) + ", not modelled " +
         std::to_string(counts.left_out) +
         ".\n\n| rule | implemented in | tested in | status |\n| --- | --- | --- | --- |\n" + rows;
}

std::string table_of_those_apart(const Reference& reference, const PlacesOf& places) {
  std::string rows;
  std::string uncited;
  for (const Rule& rule : reference.rules) {
    if (!stands_apart(reference, rule)) {
      continue;
    }
    const std::string key = key_of(reference.prefix, rule.id);
    const auto at = places.find(key);
    if (at == places.end()) {
      uncited += (uncited.empty() ? "" : " ") + rule.id;
    } else {
      rows +=
          "| " + key + " | " + listed(at->second.code) + " | " + listed(at->second.tests) + " |\n";
    }
  }
  return "\n### Conformance vectors (CV), consequences (H), simplifications (S)\n\n"
         "No rules of their own: a vector is a test to pass, a simplification is cited where it is "
         "made.\n\n"
         "| id | cited in code | cited in tests |\n| --- | --- | --- |\n" +
         rows + "\nNot cited: " + (uncited.empty() ? "none" : uncited) + ".\n";
}

}  // namespace

Fidelity make_fidelity(const std::vector<Reference>& references,
                       const std::vector<SourceFile>& files, std::string_view not_modelled) {
  Fidelity fidelity;
  const PlacesOf places = places_of(references, files, fidelity.problems);
  const ReasonOf reasons = read_reasons(not_modelled, references, places, fidelity.problems);
  fidelity.page =
      "# Fidelity: which rules the model follows\n\n"
      "Generated from the citations in code and tests; `./test --rewrite` renews it. *Modelled*: "
      "code or a test\n"
      "cites the rule (a consequence of other rules has a test alone). *Not yet*: nothing "
      "does.\n"
      "*Not modelled*: left out on purpose, with what that hides (docs/not_modelled.txt).\n";
  for (const Reference& reference : references) {
    fidelity.page += table_of(reference, places, reasons);
    if (reference.prefix == "rt") {
      fidelity.page += table_of_those_apart(reference, places);
    }
  }
  return fidelity;
}

Fidelity make_fidelity(const std::filesystem::path& root) {
  std::vector<SourceFile> files =
      read_tree(root, {"sim", "model", "scenarios", "reports", "cli", "tests"});
  std::erase_if(files, [](const SourceFile& file) {
    return !is_source(file.path) && !file.path.ends_with(".json");
  });
  return make_fidelity(read_references(root), files, read_text(root / kReasonsPath));
}

}  // namespace docs
