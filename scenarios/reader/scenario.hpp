// From the text of a scenario file to a scenario, or to all that is wrong with it.
//
// The format is described in scenarios/README.md. Comments and unknown, duplicate, missing or
// contradictory keys are treated as said there; nothing is ignored. Errors: the result; nothing is
// thrown.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/reader/overrides.hpp"
#include "scenarios/reader/problem.hpp"
#include "scenarios/scenario.hpp"

namespace scenarios {

struct ReadResult {
  std::optional<Scenario> scenario;         // present if there is nothing wrong at all
  std::vector<Problem> problems;            // of the file and of what options put into it
  std::vector<std::string> usage_problems;  // of the options' own text: a bad command line
};

// `file_name` is shown in problems; without folders and ending it is the name of the scenario.
ReadResult read_scenario(std::string_view file_name, std::string_view text,
                         const Overrides& overrides = {});

}  // namespace scenarios
