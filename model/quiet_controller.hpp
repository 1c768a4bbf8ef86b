// Whether the blue/green controller can do anything at one instant.
//
// Its caches are told of some of the versions that are there, in any order, and it runs after some
// of them. It is quiet if no pass over anything that the caches can hold asks the API server, a
// child or a job for something, or changes the status: then it moves its caches and its timer, and
// nothing else.
// Errors: none.
#pragma once

#include <array>

#include "model/controller.hpp"
#include "model/world.hpp"
#include "sim/time.hpp"

namespace model {

// Which of its informers have something for it now.
struct ToldCaches {
  bool spec = false;
  bool map = false;
  std::array<bool, 2> children{};  // by color
};

bool is_controller_quiet(const Globals& globals, const ToldCaches& told,
                         const ControllerRules& rules, const ControllerSettings& settings,
                         sim::Due now);

}  // namespace model
