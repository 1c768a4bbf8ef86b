// What cases in JSON need of JSON: values put in, keys that are known, facts that are as expected.
#pragma once

#include <initializer_list>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace operator_cases {

// A case says what nobody understands: throws std::invalid_argument.
[[noreturn]] void refuse(const std::string& what);
// Refuses an object with other keys.
void allow(const nlohmann::json& object, std::initializer_list<std::string_view> keys);

// With values in the place of texts that name them: $parameter, @what_was_remembered.
nlohmann::json filled(const nlohmann::json& in, char sign, const nlohmann::json& values);

// Which of the expectations is not met, with what is there instead; empty: all are.
std::string unmet(const nlohmann::json& wanted, const nlohmann::json& actual,
                  const std::string& where);

}  // namespace operator_cases
