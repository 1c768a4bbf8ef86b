// The cases of tests/vectors/operator/{controller,build_child}.json (format:
// tests/vectors/README.md), carried out on the rig.
//
// A case that asks for what nobody knows (an unknown key, parameter, step) throws; one that does
// not get what it expects says so.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace operator_cases {

// Comments are allowed. Throws if it is no JSON.
nlohmann::json load(std::string_view file);

// One way to run a case: a set of its parameters, a Flink version, an answer to deletes.
struct Variant {
  nlohmann::json parameters;
  std::string version;
  bool accepts_delete = true;

  [[nodiscard]] std::string name() const;
};
std::vector<Variant> variants_of(const nlohmann::json& file, const nlohmann::json& one);

struct Changes {
  std::span<const std::string_view> mutations = {};
  bool with_fixes = true;  // those that the case names
};
// Where the model does something else than the case says; none: it does the same.
std::optional<std::string> disagreement(const nlohmann::json& file, const nlohmann::json& one,
                                        const Variant& variant, const Changes& changes = {});

// The ids of those cases of a file of which a variant fails.
std::set<std::string> failing(const nlohmann::json& file, const Changes& changes);

}  // namespace operator_cases
