// docs/exhaustive.md: every exploration of scenarios/small ends as its file says, the known bugs
// are found there, and the page says what they say.
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "docs/tools/exhaustive_page.hpp"
#include "docs/tools/known_bugs.hpp"

namespace {

// The two parts of the page: what is before the known bugs, and what is said of them.
struct Parts {
  std::string small;
  std::string known_bugs;
};
Parts parts_of_page() {
  std::ifstream file{std::filesystem::path{HARNESS_ROOT} / "docs/exhaustive.md", std::ios::binary};
  const std::string page{std::istreambuf_iterator<char>{file}, {}};
  const std::size_t at = page.find("## Known bugs\n");
  REQUIRE(at != std::string::npos);
  return {page.substr(0, at), page.substr(at)};
}

void check_none(const std::vector<std::string>& problems) {
  for (const std::string& problem : problems) {
    UNSCOPED_INFO(problem);
  }
  CHECK(problems.empty());
}

constexpr const char* kOutOfDate =
    "docs/exhaustive.md is out of date; renew it with ./test --rewrite, read the diff, commit it";

TEST_CASE("docs/exhaustive.md says what the explorations of small scenarios show", "[slow]") {
  const docs::ExhaustivePage found = docs::make_exhaustive_page(HARNESS_ROOT, 2);
  check_none(found.problems);
  INFO(kOutOfDate);
  CHECK((parts_of_page().small == found.page));
}

TEST_CASE("every known bug that fits is found by explore with a story as short as any of check",
          "[slow]") {
  const docs::KnownBugsSection found = docs::make_known_bugs_section(HARNESS_ROOT, 2);
  check_none(found.problems);
  INFO(kOutOfDate);
  CHECK((parts_of_page().known_bugs == found.text));
}

void check_is_found(const char* name) {
  const docs::KnownBug bug = docs::explore_known_bug(HARNESS_ROOT, name, 1);
  check_none(bug.problems);
  REQUIRE_FALSE(bug.refuted.empty());
  for (const docs::KnownBug::Refuted& refuted : bug.refuted) {
    CHECK(refuted.found_after.has_value());
    CHECK(refuted.searched_lines.has_value());
  }
}

TEST_CASE("explore finds a first deployment that drops what is older than 0 (p2:R1a)") {
  check_is_found("first_deployment");
}
TEST_CASE("explore finds a toggle that survives an abort (p2:R1.6)") {
  check_is_found("toggle_survives");
}
TEST_CASE("explore finds a toggle that is put over another one (p2:R2.3)") {
  check_is_found("overwrite");
}
TEST_CASE("a known bug without a file is a problem") {
  CHECK_FALSE(docs::explore_known_bug(HARNESS_ROOT, "nobody_knows_it", 1).problems.empty());
}

}  // namespace
