// The shapes of the pipeline, for the table of format.hpp.
#pragma once

#include <vector>

#include "scenarios/reader/format.hpp"

namespace scenarios {

std::vector<Shape> job_shapes();

}  // namespace scenarios
