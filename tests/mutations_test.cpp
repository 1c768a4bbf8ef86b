// docs/mutations.md: every mutation is refuted by a scenario that holds without it, or is neutral
// with its evidence; and the page says what the runs say.
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "docs/tools/mutation_page.hpp"
#include "model/mutations.hpp"

TEST_CASE("every mutation is refuted somewhere or neutral and docs/mutations.md says which",
          "[slow]") {
  const docs::MutationPage found = docs::make_mutation_page(HARNESS_ROOT);
  for (const std::string& problem : found.problems) {
    UNSCOPED_INFO(problem);
  }
  CHECK(found.problems.empty());
  CHECK(found.refuted >= 20);
  CHECK(found.refuted + found.neutral == model::mutations().size());
  std::ifstream file{std::filesystem::path{HARNESS_ROOT} / "docs/mutations.md", std::ios::binary};
  const std::string page{std::istreambuf_iterator<char>{file}, {}};
  INFO(
      "docs/mutations.md is out of date; renew it with ./test --rewrite, read the diff, commit it");
  CHECK((page == found.page));
}
