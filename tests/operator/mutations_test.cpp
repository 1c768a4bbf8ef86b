// Which of the operator's historical defects upstream's tests can see (op:6.6, op:7), as
// tests/vectors/operator/mutations.json says: each with exactly the tests that fail under it.

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <set>
#include <string>
#include <string_view>

#include "model/mutations.hpp"
#include "tests/operator/cases.hpp"
#include "tests/operator/spec_diffs.hpp"

using nlohmann::json;

namespace {

std::set<std::string> failing_under(std::string_view id) {
  const std::array mutations{id};
  const operator_cases::Changes changes{mutations};
  model::Protocol protocol = *model::find_protocol("basic");
  model::find_mutation(id)->apply(protocol);
  std::set<std::string> all =
      operator_cases::failing(operator_cases::load("controller.json"), changes);
  all.merge(operator_cases::failing(operator_cases::load("build_child.json"), changes));
  all.merge(spec_diffs::failing(operator_cases::load("spec_diff.json"), protocol.controller));
  return all;
}

// Not upstream's.
bool is_own(const std::string& id) {
  const json file = operator_cases::load("controller.json");
  const json& cases = file.at("cases");
  return std::any_of(cases.begin(), cases.end(), [&](const json& one) {
    return one.at("id") == id && one.value("own", false);
  });
}

}  // namespace

TEST_CASE("each defect of the operator fails exactly the tests that are known to see it (op:6.6)") {
  const json known = operator_cases::load("mutations.json");
  std::size_t of_operator = 0;
  for (const model::Mutation& mutation : model::mutations()) {
    if (!mutation.id.starts_with("op:")) {
      continue;
    }
    ++of_operator;
    INFO(mutation.id << ": " << mutation.title);
    const json& entry = known.at(std::string{mutation.id});
    const std::set<std::string> seen_by = entry.at("seen_by");
    CHECK(failing_under(mutation.id) == seen_by);
    const bool is_seen = std::any_of(seen_by.begin(), seen_by.end(),
                                     [](const std::string& id) { return !is_own(id); });
    CHECK(is_seen != entry.contains("because"));  // unseen for a reason
  }
  CHECK(known.size() == of_operator);
}
