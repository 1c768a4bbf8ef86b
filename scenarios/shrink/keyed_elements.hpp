// How an operator that makes other records of those it gets, or asks somebody about each, can be
// made a simpler one. What is left is valid if the operator was.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "model/settings.hpp"

namespace scenarios {

struct KeyedElement {
  std::string what;
  std::function<void(model::OperatorSettings&)> simplify;
};

std::vector<KeyedElement> keyed_elements(const model::OperatorSettings& op);

}  // namespace scenarios
