#include "tests/operator/spec_diffs.hpp"

#include <array>
#include <stdexcept>
#include <string_view>
#include <vector>

#include "model/spec.hpp"

namespace spec_diffs {

using model::SpecTemplate;
using nlohmann::json;

namespace {

void put_all(SpecTemplate& fields, const json& changes) {
  for (const auto& [name, value] : changes.items()) {
    if (!model::diff_of_field(name, value)) {
      throw std::invalid_argument{"no field of a template: " + name};
    }
    model::put_field(fields, {name, value.get<std::string>()});
  }
}

std::string name_of(model::SpecDiff diff) {
  constexpr std::array<std::string_view, 6> kNames{
      "IGNORE", "PATCH_CHILD", "TRANSITION", "SAVEPOINT_REDEPLOY", "SUSPEND", "RESUME"};
  return std::string{kNames[static_cast<std::size_t>(diff)]};
}

}  // namespace

std::string diff_of(const json& file, const json& one, const model::OperatorRules& rules) {
  for (const auto& [key, value] : one.items()) {
    if (key != "test" && key != "from" && key != "to" && key != "configuration" &&
        key != "metadata" && key != "expect") {
      throw std::invalid_argument{"unknown key " + key};
    }
  }
  SpecTemplate old;
  put_all(old, file.at("base"));
  put_all(old, one.value("from", json::object()));
  SpecTemplate live;
  put_all(live, file.at("base"));
  put_all(live, one.at("to"));

  // What is outside the template differs as well, if it is to.
  model::SpecEdit edit;
  for (const model::SpecField& field : live) {
    edit.fields.push_back(field);
  }
  const model::SpecContent base;
  edit.reschedule_ms = base.reschedule_ms + (one.value("configuration", false) ? 1 : 0);
  const std::vector<model::SpecContent> both =
      model::contents_of("test-cluster", base, old, std::array{edit});
  const std::string diff =
      name_of(model::diff(model::Compared{both[0]}, model::Compared{both[1]}, rules));
  const std::string alone = name_of(model::diff(old, live, rules));
  return alone == diff ? diff : diff + " with the rest of the spec, " + alone + " alone";
}

std::set<std::string> failing(const json& file, const model::OperatorRules& rules) {
  std::set<std::string> tests;
  for (const json& one : file.at("cases")) {
    if (diff_of(file, one, rules) != one.at("expect")) {
      tests.insert(one.at("test"));
    }
  }
  return tests;
}

}  // namespace spec_diffs
