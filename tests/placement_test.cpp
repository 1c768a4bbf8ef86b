// docs/placement.md says what the runs say, and what it is there to say.
#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "docs/tools/placement_page.hpp"

TEST_CASE("state behind the gate diverges and docs/placement.md says how much") {
  const docs::PlacementPage found = docs::make_placement_page(HARNESS_ROOT);
  for (const std::string& problem : found.problems) {
    UNSCOPED_INFO(problem);
  }
  CHECK(found.problems.empty());
  for (const docs::Placement& row : found.rows) {
    INFO(row.protocol << " " << row.pipeline
                      << (row.is_after_source ? " after the source" : " before the sink"));
    const bool has_state = row.pipeline != "stateless" && row.pipeline != "look-ups";
    const auto wrong = row.lost + row.doubled + row.partial + row.twice + row.surplus;
    CHECK((wrong > 0) == (has_state && row.is_after_source));
    CHECK((row.look_ups > 0) == (row.pipeline == "look-ups"));
    const auto other = std::find_if(found.rows.begin(), found.rows.end(), [&](const auto& o) {
      return o.protocol == row.protocol && o.pipeline == row.pipeline &&
             o.is_after_source != row.is_after_source;
    });
    REQUIRE(other != found.rows.end());
    CHECK(
        (row.is_after_source ? row.look_ups <= other->look_ups : row.look_ups >= other->look_ups));
  }
  std::ifstream file{std::filesystem::path{HARNESS_ROOT} / "docs/placement.md", std::ios::binary};
  const std::string page{std::istreambuf_iterator<char>{file}, {}};
  INFO(
      "docs/placement.md is out of date; renew it with ./test --rewrite, read the diff, commit it");
  CHECK((page == found.page));
}
