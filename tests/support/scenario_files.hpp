// The scenario files of this project, with changes as the command line makes them.
#pragma once

#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "scenarios/reader/scenario.hpp"
#include "scenarios/scenario.hpp"

namespace support {

// `name` is below scenarios/. Fails the test where the file is not valid.
inline scenarios::Scenario load(const std::string& name, const std::vector<std::string>& sets = {},
                                const std::string& protocol = "") {
  const std::string path = std::string{HARNESS_ROOT} + "/scenarios/" + name;
  std::ifstream file{path};
  const std::string text{std::istreambuf_iterator<char>{file}, {}};
  scenarios::Overrides overrides;
  overrides.sets = sets;
  if (!protocol.empty()) {
    overrides.protocol = protocol;
  }
  const scenarios::ReadResult read = scenarios::read_scenario(path, text, overrides);
  for (const scenarios::Problem& problem : read.problems) {
    UNSCOPED_INFO(scenarios::to_string(problem));
  }
  REQUIRE(read.scenario.has_value());
  return *read.scenario;
}

}  // namespace support
