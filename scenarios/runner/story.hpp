// The story of how one property came to be violated: about a dozen lines, then what follows from
// them.
//
// Each "because" names a condition of a gate's decision, and was checked: with that condition the
// other way round the same gate decides otherwise. Times in the text: event time in epoch ms.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "model/plan.hpp"
#include "model/properties.hpp"
#include "scenarios/runner/outcome.hpp"
#include "scenarios/runner/simulate.hpp"

namespace scenarios {

struct Story {
  std::vector<StoryLine> lines;        // in order of time
  std::vector<std::string> reasoning;  // sentences; "(3)" points at line 3
  std::vector<std::string> rules;      // of the decisive lines, each once, sorted
};

constexpr std::size_t kStoryLines = 12;

// REQUIRES: `run` was recorded, and `outcome`, which is its verdict, refutes the property.
Story tell_story(const model::Plan& plan, const Simulated& run, const Outcome& outcome,
                 model::Property property);

// "14.435 s blue gate 0: sets the toggle: T = 1700000014159 (p2:R3.2)"
std::string as_sentence(const StoryLine& line);

}  // namespace scenarios
