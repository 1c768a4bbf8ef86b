// A line of the story about a fault that begins or ends.
#pragma once

#include "model/settings.hpp"
#include "scenarios/runner/tell.hpp"
#include "sim/trace.hpp"

namespace scenarios {

// Those that tell.cpp does not tell itself.
StoryLine tell_fault(const model::Happening& what, const sim::Note& note);

}  // namespace scenarios
