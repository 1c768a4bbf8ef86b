// Makes a failing run small: choices, faults, operators and parallelism, records, time values,
// settings, until nothing more can be taken away.
//
// The result is 1-minimal: without any single one of its elements the run does not fail, and that
// was tried. Greedy and deterministic; every step keeps what must go on failing. What is on a time
// grid stays on it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/shrink/candidate.hpp"
#include "scenarios/shrink/elements.hpp"

namespace scenarios {

// How far a value can be changed before the run stops failing. Both ends of a range were run, and
// so was the next value beyond each.
struct Mark {
  enum class Kind : std::uint8_t { kExact, kRange, kArbitrary };

  std::string pointer;
  std::string what;
  std::string unit;
  std::int64_t value = 0;
  std::int64_t step = 1;  // to the next value
  Kind kind = Kind::kExact;
  std::int64_t least = 0;  // of a range
  std::int64_t most = 0;
  bool is_least_bound = false;  // the range ends there because the value can be no smaller
  bool is_most_bound = false;   // or no larger
};

struct Shrunk {
  Candidate minimal;
  std::vector<std::string> needed;  // each element: without it the run does not fail
  std::vector<Mark> marks;
  bool is_minimal = false;  // false: the events were used up before that was certain
  std::uint64_t runs = 0;
};

constexpr std::uint64_t kShrinkEvents = 200'000'000;

// None if the candidate does not fail in the first place, or is too long to be looked at.
std::optional<Shrunk> shrink(Candidate candidate, const Charge& charge,
                             std::uint64_t events_at_most = kShrinkEvents);

}  // namespace scenarios
