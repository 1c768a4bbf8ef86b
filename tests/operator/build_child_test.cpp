// Upstream's tests of how a child is built (op:7.4, op:3.4), from
// tests/vectors/operator/build_child.json.

#include <catch2/catch.hpp>

#include "tests/operator/cases.hpp"

using nlohmann::json;

TEST_CASE("a child is built as upstream's tests say (op:7.4 op:3.4)") {
  const json file = operator_cases::load("build_child.json");
  CHECK(file.at("cases").size() == 5);
  for (const json& one : file.at("cases")) {
    for (const operator_cases::Variant& variant : operator_cases::variants_of(file, one)) {
      INFO(one.at("id") << " " << variant.name());
      CHECK(operator_cases::disagreement(file, one, variant).value_or("") == "");
    }
  }
}
