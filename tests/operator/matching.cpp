#include "tests/operator/matching.hpp"

#include <algorithm>
#include <stdexcept>

namespace operator_cases {

using nlohmann::json;

void refuse(const std::string& what) { throw std::invalid_argument{what}; }

void allow(const json& object, std::initializer_list<std::string_view> keys) {
  for (const auto& [key, value] : object.items()) {
    if (std::find(keys.begin(), keys.end(), key) == keys.end()) {
      refuse("unknown key " + key + " in " + object.dump());
    }
  }
}

json filled(const json& in, char sign, const json& values) {
  if (in.is_string() && in.get_ref<const std::string&>().starts_with(sign)) {
    const std::string name = in.get<std::string>().substr(1);
    if (!values.contains(name)) {
      refuse("nobody has set " + in.dump());
    }
    return values[name];
  }
  json out = in;
  if (in.is_structured()) {
    for (json& part : out) {
      part = filled(part, sign, values);
    }
  }
  return out;
}

std::string unmet(const json& wanted, const json& actual, const std::string& where) {
  const std::string found = where + " is " + actual.dump() + ", expected ";
  if (wanted.is_array()) {
    std::string first;
    for (auto each = wanted.begin(); each != wanted.end() && first.empty(); ++each) {
      first = unmet(*each, actual, where);
    }
    return first;
  }
  if (!wanted.is_object()) {
    return wanted == actual ? "" : found + wanted.dump();
  }
  if (wanted.contains("not")) {
    return wanted["not"] == actual ? found + "anything else" : "";
  }
  if (wanted.contains("most") || wanted.contains("above")) {
    const bool fits = actual.is_number() &&
                      (!wanted.contains("most") || actual <= wanted["most"]) &&
                      (!wanted.contains("above") || actual > wanted["above"]);
    return fits ? "" : found + wanted.dump();
  }
  if (!actual.is_object()) {
    return found + wanted.dump();
  }
  for (const auto& [key, value] : wanted.items()) {
    const std::string place = where.empty() ? key : where + "." + key;
    std::string inside = unmet(value, actual.contains(key) ? actual[key] : json{}, place);
    if (!inside.empty()) {
      return inside;
    }
  }
  return "";
}

}  // namespace operator_cases
