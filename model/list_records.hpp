// Turns computed inputs into listed ones with the same records, so that single records can be taken
// out or changed.
//
// A run of the result is a run of the original, bit for bit. Times as in settings.hpp. Errors:
// REQUIRES only.
#pragma once

#include "model/settings.hpp"

namespace model {

// Lists the records of every input that computes them, and sets `clock_start` where its default
// would be another. REQUIRES: no input has more than limits::kListed records.
void list_records(Settings& settings);

}  // namespace model
