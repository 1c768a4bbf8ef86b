// What a search for the smallest safe value of a setting found, as a page and as JSON.
//
// Runs nothing and judges nothing. Seconds come from the caller, who has a clock.
#pragma once

#include <string>

#include "scenarios/tune/tune_file.hpp"

namespace reports {

struct TunedFile {
  const scenarios::Tuned* tuned = nullptr;
  const scenarios::Tunable* tunable = nullptr;
  std::uint64_t seed = 1;
  double seconds = 0;
  std::string folder;  // of the counterexample; empty: not written
  std::string repeat;  // the command that does it again
};

std::string tune_summary(const TunedFile& file);
std::string tune_json(const TunedFile& file);

// One line for a terminal while it runs.
std::string tune_progress(const scenarios::Tunable& tunable,
                          const scenarios::TuneProgress& progress, double seconds);

}  // namespace reports
