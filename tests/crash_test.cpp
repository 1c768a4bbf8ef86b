// docs/crash_points.md says what the runs say, and what it is there to say.
#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include "docs/tools/crash_page.hpp"

TEST_CASE("what a dead operator leaves behind is what docs/crash_points.md says (op:5.6 op:U1)") {
  const docs::CrashPage found = docs::make_crash_page(HARNESS_ROOT);
  for (const std::string& problem : found.problems) {
    UNSCOPED_INFO(problem);
  }
  CHECK(found.problems.empty());
  std::set<std::string> protocols;
  for (const docs::CrashPoint& point : found.points) {
    INFO(point.protocol << " after " << point.after << ", before " << point.before);
    protocols.insert(point.protocol);
    // Of the first phase every pass can be repeated (op:5.6), but for what is over with the DELETE:
    // the ingress points at what is gone until the operator is back (op:R10), and a target that is
    // not ready then is suspended (op:U1).
    const bool is_basic = point.protocol == "basic";
    const bool is_deleted = point.after.starts_with("DELETE");
    CHECK((!is_basic || !point.is_refuted || is_deleted));
    const bool is_gone = is_deleted || point.after == "ingress green";
    CHECK((!is_basic || point.is_refuted_late == is_gone));
  }
  CHECK(protocols.size() == 7);
  const auto deletes = std::count_if(found.points.begin(), found.points.end(), [](const auto& p) {
    return p.after == "DELETE child blue" && p.is_refuted_late;
  });
  CHECK(deletes >= 5);
  std::ifstream file{std::filesystem::path{HARNESS_ROOT} / "docs/crash_points.md",
                     std::ios::binary};
  const std::string page{std::istreambuf_iterator<char>{file}, {}};
  INFO(
      "docs/crash_points.md is out of date; renew it with ./test --rewrite, read the diff, commit "
      "it");
  CHECK((page == found.page));
}
