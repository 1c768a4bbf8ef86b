// docs/exhaustive.md: every exploration of scenarios/small ends as its file says, and the page says
// what they say.
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "docs/tools/exhaustive_page.hpp"

TEST_CASE("docs/exhaustive.md says what the explorations of small scenarios show", "[slow]") {
  const docs::ExhaustivePage found = docs::make_exhaustive_page(HARNESS_ROOT, 2);
  for (const std::string& problem : found.problems) {
    UNSCOPED_INFO(problem);
  }
  CHECK(found.problems.empty());
  std::ifstream file{std::filesystem::path{HARNESS_ROOT} / "docs/exhaustive.md", std::ios::binary};
  const std::string page{std::istreambuf_iterator<char>{file}, {}};
  INFO(
      "docs/exhaustive.md is out of date; renew it with ./test --rewrite, read the diff, commit "
      "it");
  CHECK((page == found.page));
}
