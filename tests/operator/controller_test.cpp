// Upstream's tests of the controller (op:7.2), from tests/vectors/operator/controller.json.

#include <catch2/catch.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/operator/cases.hpp"

using nlohmann::json;

namespace {

const json& of_id(const json& file, const std::string& id) {
  for (const json& one : file.at("cases")) {
    if (one.at("id") == id) {
      return one;
    }
  }
  throw std::out_of_range{"no case " + id};
}

std::string first_disagreement(const json& file, const json& one) {
  return operator_cases::disagreement(file, one, operator_cases::variants_of(file, one).front())
      .value_or("");
}

}  // namespace

TEST_CASE("the controller does what upstream's tests expect of it (op:7.2)") {
  const json file = operator_cases::load("controller.json");
  std::vector<std::string> upstream;
  for (const json& one : file.at("cases")) {
    for (const operator_cases::Variant& variant : operator_cases::variants_of(file, one)) {
      INFO(one.at("id") << " " << variant.name());
      CHECK(operator_cases::disagreement(file, one, variant).value_or("") == "");
    }
    if (!one.value("own", false)) {
      upstream.push_back(one.at("id"));
    }
  }
  CHECK(upstream == std::vector<std::string>{"C1",   "C2",   "C3",  "C4",  "C5",  "C6",
                                             "C7",   "C8",   "C9",  "C10", "C11", "C12a",
                                             "C12b", "C12c", "C13", "C14", "C15", "C16",
                                             "C17",  "C18",  "C19", "C20", "C21", "C22"});
}

TEST_CASE("what is proposed and not on mainline is needed by its test (op:U1 op:U2)") {
  const json file = operator_cases::load("controller.json");
  for (const char* id : {"C21", "C22"}) {
    INFO(id);
    const json& one = of_id(file, id);
    for (const operator_cases::Variant& variant : operator_cases::variants_of(file, one)) {
      CHECK(operator_cases::disagreement(file, one, variant, {{}, false}).has_value());
    }
  }
}

TEST_CASE("a case that expects something else fails and says where") {
  json file = operator_cases::load("controller.json");
  json one = of_id(file, "C7");
  one["steps"][3]["steps"][0]["expect"]["delay"] = 2999;
  CHECK(first_disagreement(file, one) ==
        "C7, step 4, step 1 (op:T12): delay is 3000, expected 2999");
  one["steps"][3]["steps"][0]["expect"] = {{"T_abort", {{"above", "@now"}, {"most", 0}}}};
  CHECK_THAT(first_disagreement(file, one), Catch::Contains("T_abort is "));
  one["steps"][3]["steps"][0]["expect"] = {{"BLUE", {{"spec", {{"job.state", "SUSPENDED"}}}}}};
  CHECK_THAT(first_disagreement(file, one), Catch::Contains("BLUE.spec.job.state is \"RUNNING\""));
}

TEST_CASE("a case that says what nobody understands is refused") {
  json file = operator_cases::load("controller.json");
  const json good = of_id(file, "C1");
  const auto refused = [&](const json& step) {
    json one = good;
    one["steps"].push_back(step);
    CHECK_THROWS_AS(first_disagreement(file, one), std::invalid_argument);
  };
  refused({{"do", "RECONCILE"}});
  refused({{"do", "REC"}, {"expects", json::object()}});
  refused({{"do", "REC"}, {"expect", {{"stat", "ACTIVE_BLUE"}}}});
  refused({{"do", "CHANGE"}, {"v", "$nobody"}});
  refused({{"do", "FINALIZED"}, {"state", "ACTIVE_BLUE"}, {"children", 1}});
  refused({{"do", "START"}, {"child", "blue"}});
  refused({{"do", "SPEC"}, {"template", {{"job.paralelism", "5"}}}});
  refused({{"do", "SPEC"}, {"ingress", "some"}});
  refused({{"do", "FAULT"}, {"of", "delete"}});
}
