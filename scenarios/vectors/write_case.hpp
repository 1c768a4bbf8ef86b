// Writes a vector case as the line that read_case reads, without the end of the line: keys in the
// order of the format, ASCII only (format: tests/vectors/README.md).
//
// Errors: none.
#pragma once

#include <string>

#include "scenarios/vectors/gate_case.hpp"

namespace scenarios::vectors {

std::string write_case(const GateCase& recorded);

}  // namespace scenarios::vectors
