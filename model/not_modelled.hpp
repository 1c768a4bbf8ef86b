// A run came to a rule that the model does not have yet. It stops there: a verdict beyond that
// point would be a guess.
#pragma once

#include <stdexcept>
#include <string>

namespace model {

class NotModelled : public std::runtime_error {
 public:
  // `rule` as the reference has it, with its prefix; `what` in a few words.
  NotModelled(const std::string& rule, const std::string& what)
      : std::runtime_error(rule + ": " + what + " is not modelled yet") {}
};

}  // namespace model
