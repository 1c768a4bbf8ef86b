// Upstream's tests of spec diffs (op:7.3), from tests/vectors/operator/spec_diff.json.

#include <catch2/catch.hpp>
#include <set>

#include "model/spec.hpp"
#include "tests/operator/cases.hpp"
#include "tests/operator/spec_diffs.hpp"

using nlohmann::json;

TEST_CASE("a change of a spec is what upstream's tests say it is (op:7.3 op:4)") {
  const json file = operator_cases::load("spec_diff.json");
  std::set<std::string> tests;
  for (const json& one : file.at("cases")) {
    INFO(one.dump());
    CHECK(spec_diffs::diff_of(file, one, {}) == one.at("expect"));
    tests.insert(one.at("test"));
    if (one.contains("metadata")) {  // it has no place among what is compared
      CHECK_FALSE(model::diff_of_field(one["metadata"].get<std::string>(), "x"));
    }
  }
  CHECK(tests.size() == 19);
  CHECK(file.at("left_out").size() == 1);
}

TEST_CASE("a spec diff of a field that nobody knows is refused") {
  const json file = operator_cases::load("spec_diff.json");
  const json one{{"test", "t"}, {"to", {{"job.paralelism", "10"}}}, {"expect", "IGNORE"}};
  CHECK_THROWS(spec_diffs::diff_of(file, one, {}));
}
