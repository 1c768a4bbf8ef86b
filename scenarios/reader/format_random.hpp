// The shapes of the "random" section, for the table of format.hpp.
#pragma once

#include <vector>

#include "scenarios/reader/format.hpp"

namespace scenarios {

std::vector<Shape> random_shapes();

}  // namespace scenarios
