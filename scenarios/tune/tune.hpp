// The smallest safe value of a setting: how it is looked for.
//
// Every run has a boundary of its own, the largest value at which it fails; the answer is the value
// after the largest boundary of all runs. It is climbed to from below. A value is first met by few
// drawn runs, then by more and more; each that fails has its boundary found by bisection of that
// one run, and the search goes on above it. In between, the runs with the largest boundaries are
// varied, and a variation whose boundary is no smaller takes the place of another. That fails below
// a value and not above it is the guess behind all this, so it is checked in the end: values above
// and below the answer are tried too.
//
// Deterministic and independent of the number of workers, unless it is stopped early. Values are
// indices of the grid. Errors: sim::Bug for ours, that of the earliest run.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <vector>

#include "scenarios/tune/experiment.hpp"

namespace scenarios {

struct TuneOptions {
  std::uint64_t seed = 1;
  std::uint64_t runs = 4'096;  // drawn ones that the answer must survive
  std::uint64_t probes = 128;  // drawn ones at each value where monotonicity is checked
  unsigned jobs = 1;
};

// What was seen at one value.
struct TriedValue {
  std::uint64_t drawn = 0;   // runs of its campaign
  std::uint64_t varied = 0;  // runs that failed elsewhere, and variations of them
  std::uint64_t events = 0;
  std::optional<Failure> failure;  // the first

  [[nodiscard]] Safety safety() const { return failure ? failure->safety : Safety::kSafe; }
};

// Neighbours among the values tried that are alike.
struct Interval {
  std::int64_t first = 0;
  std::int64_t last = 0;
  Safety safety = Safety::kSafe;
};

struct TuneResult {
  enum class End : std::uint8_t {
    kFound,    // `answer` is safe, the value before it is not
    kAlways,   // nothing speaks against the least value
    kNever,    // the last value of the grid is not safe
    kStopped,  // before there was an answer
  };

  End end = End::kStopped;
  std::optional<std::int64_t> answer;
  bool is_monotone = true;                   // no safe value below the answer, no other above
  std::map<std::int64_t, TriedValue> tried;  // that runs were drawn at, or that were probed
  std::vector<Interval> intervals;           // of them
  std::vector<Failure> below;                // runs that fail one step below the answer
  std::uint64_t runs = 0;                    // in all
  std::uint64_t varied = 0;                  // of them not drawn
  std::uint64_t events = 0;
  bool is_complete = true;  // all that was asked for was done
};

// What is known on the way; false stops the search.
struct TuneProgress {
  std::int64_t index = 0;  // no smaller value is safe
  std::uint64_t runs = 0;
};
using TuneWatch = std::function<bool(const TuneProgress&)>;

// REQUIRES: count >= 1, jobs >= 1.
TuneResult tune(Experiment& experiment, std::int64_t count, const TuneOptions& options,
                const TuneWatch& watch = {});

}  // namespace scenarios
