// docs/margin.md: what is needed is never more than the formula says, and not much less; and the
// page says what the runs say.
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "docs/tools/margin_page.hpp"

TEST_CASE("the deletion delay needed is within its formula and docs/margin.md says so", "[slow]") {
  const docs::MarginPage found = docs::make_margin_page(HARNESS_ROOT, 2);
  for (const std::string& problem : found.problems) {
    UNSCOPED_INFO(problem);
  }
  CHECK(found.problems.empty());
  CHECK(found.points.size() >= 20);
  for (const docs::MarginPoint& point : found.points) {
    INFO(point.name);
    CHECK(point.formula >= point.measured);
    CHECK(point.formula - point.measured <= point.slack);
  }
  std::ifstream file{std::filesystem::path{HARNESS_ROOT} / "docs/margin.md", std::ios::binary};
  const std::string page{std::istreambuf_iterator<char>{file}, {}};
  INFO("docs/margin.md is out of date; renew it with ./test --rewrite, read the diff, commit it");
  CHECK((page == found.page));
}
