// docs/: the references parse, citations exist, docs/fidelity.md is what they say.
#include <algorithm>
#include <catch2/catch.hpp>
#include <iostream>
#include <string>
#include <vector>

#include "docs/tools/fidelity.hpp"
#include "docs/tools/reference.hpp"

namespace docs {
namespace {

const char* const kRules =
    "## 1. Parts\n- K1. One.\n- K2. Two, see K9.\n- K10. Three.\n### 1.2 More\n"
    "| id | mode |\n|---|---|\n| R1a | x |\n- R1.1 Four.\n| H6 | of another reference |\n";

// Spelled in two parts, so that no test of a wrong citation is one.
std::string cite(const std::string& prefix, const std::string& ids) { return prefix + ":" + ids; }

std::string found_in(const std::string& line) {
  const std::vector<Reference> references{read_reference("p2", "rules.md", kRules)};
  const Citations citations = find_citations(SourceFile{"a.cpp", line}, references);
  std::string text;
  for (const Citation& citation : citations.found) {
    text += (text.empty() ? "" : " ") + citation.id;
  }
  for (const std::string& problem : citations.problems) {
    text += (text.empty() ? "" : " ") + ("!" + problem);
  }
  return text;
}

TEST_CASE("a reference defines the ids that its bullets and rows begin with") {
  const Reference reference = read_reference("p2", "rules.md", kRules);
  std::string ids;
  for (const Rule& rule : reference.rules) {
    ids += rule.id + "@" + rule.section + " ";
  }
  CHECK(ids == "K1@1 K2@1 K10@1 R1a@1.2 R1.1@1.2 ");
  CHECK(reference.has_section("1.2"));
  CHECK_FALSE(reference.has_section("2"));
}

TEST_CASE("a citation is an id or a range or a list with one prefix") {
  CHECK(found_in("// " + cite("p2", "K1.")) == "K1");
  CHECK(found_in("(" + cite("p2", "R1.1") + ")") == "R1.1");
  CHECK(found_in(cite("p2", "K1-K10, R1a") + ", and more") == "K1 K2 K10 R1a");
  CHECK(found_in(cite("p2", "1.2") + " is a section").empty());
  CHECK(found_in("std::map<p2::K9>, loop" + cite("p2", "K9")).empty());
}

TEST_CASE("a citation of what does not exist is a problem with its place") {
  const std::string place = "!a.cpp:1: " + cite("p2", "");
  CHECK(found_in(cite("p2", "K3")) == place + "K3 does not exist (rules.md)");
  CHECK(found_in(cite("p2", "K1, K3")) == "K1 " + place + "K3 does not exist (rules.md)");
  CHECK(found_in(cite("p2", " K1")) == place + "K1 is cited with a space (rules.md)");
  CHECK(found_in(cite("p2", "7.1")) == place + "7 is neither a rule nor a section (rules.md)");
  CHECK(found_in(cite("p2", "K2-K1")) ==
        place + "K2 begins a range that does not end after it (rules.md)");
}

TEST_CASE("a reason for leaving a rule out must name a rule that no code cites") {
  const std::vector<Reference> references{read_reference("p2", "rules.md", kRules)};
  const std::vector<SourceFile> files{{"model/gate.cpp", "// " + cite("p2", "K1")},
                                      {"scenarios/abort/late.json", cite("p2", "K2")}};
  const Fidelity good = make_fidelity(references, files, "# why\n" + cite("p2", "K10  nothing\n"));
  CHECK(good.problems.empty());
  CHECK_THAT(good.page, Catch::Contains("K1 | `model/gate` |  | modelled |"));
  CHECK_THAT(good.page, Catch::Contains("K2 |  | `abort/late` | modelled |"));
  CHECK_THAT(good.page, Catch::Contains("K10 |  |  | not modelled: nothing |"));
  CHECK_THAT(good.page, Catch::Contains("R1a |  |  | not yet |"));

  const std::string bad = cite("p2", "K1 has code\n") + cite("p2", "K3 is none\n") +
                          cite("p2", "K2\n") + cite("p2", "K10 a\n") + cite("p2", "K10 b\n");
  const Fidelity refused = make_fidelity(references, files, bad);
  REQUIRE(refused.problems.size() == 4);
  CHECK_THAT(refused.problems[0], Catch::Contains(":1: ") && Catch::EndsWith("model/gate"));
  CHECK_THAT(refused.problems[1], Catch::Contains(":2: ") && Catch::EndsWith("does not exist"));
  CHECK_THAT(refused.problems[2], Catch::Contains(":3: ") && Catch::Contains("needs what"));
  CHECK_THAT(refused.problems[3], Catch::Contains(":5: ") && Catch::EndsWith("twice"));
}

TEST_CASE("the references of this project define their rules") {
  const std::vector<Reference> references = read_references(HARNESS_ROOT);
  const auto has = [&](std::size_t reference, const char* id) {
    return references[reference].find(id) < references[reference].rules.size();
  };
  for (const char* id : {"G1", "G5", "K1", "K23", "R1a", "R1f", "R1.7", "R3.9", "R5.3"}) {
    CHECK(has(0, id));
  }
  for (const char* id :
       {"W19", "ID11", "MX7", "V11", "CW5", "AL8", "RS7", "L15", "T12", "N7",
        "C17", "SP12", "F7",  "X17", "K13", "P15", "M11", "H11", "S18", "CV-MX1"}) {
    CHECK(has(1, id));
  }
  for (const char* id : {"W7", "I4", "A9e", "P2", "T12", "H4a", "H10", "U5", "R1b", "R21", "C22"}) {
    CHECK(has(2, id));
  }
  for (const char* id : {"N1", "N5", "N9"}) {
    CHECK(has(3, id));
  }
  CHECK_FALSE(has(0, "H6"));
  CHECK_FALSE(has(3, "R1"));
  CHECK(references[0].rules.size() == 67);
}

TEST_CASE("every rule cited exists and docs/fidelity.md is what the citations say") {
  const Fidelity fidelity = make_fidelity(HARNESS_ROOT);
  for (const std::string& problem : fidelity.problems) {
    std::cout << problem << '\n';
  }
  CHECK(fidelity.problems.empty());
  const std::string page = read_text(std::filesystem::path{HARNESS_ROOT} / "docs/fidelity.md");
  const std::vector<std::string_view> wanted = lines_of(fidelity.page);
  const std::vector<std::string_view> found = lines_of(page);
  const auto [want, find] = std::mismatch(wanted.begin(), wanted.end(), found.begin(), found.end());
  INFO("docs/fidelity.md:" << want - wanted.begin() + 1 << " is out of date; renew it with "
                           << "./test --rewrite, read the diff, commit it");
  CHECK((want == wanted.end() ? "(end)" : *want) == (find == found.end() ? "(end)" : *find));
}

}  // namespace
}  // namespace docs
