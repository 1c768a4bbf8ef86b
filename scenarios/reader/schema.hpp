// The scenario format as a JSON Schema (draft 2020-12), for editors and for `cutover schema`.
//
// Made from the tables that the reader reads by. It says what one key may hold; what several keys
// must agree on, and the limits of durations, only the reader checks. Errors: none.
#pragma once

#include <string>

namespace scenarios {

std::string schema_json();

}  // namespace scenarios
