// What a failing run is made of, piece by piece: the elements that can be taken away, and the
// values that can be changed.
//
// Both are lists made anew for each candidate; an element taken away leaves a valid scenario.
// Pointers are those of the scenario's file. Errors: none.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "scenarios/shrink/candidate.hpp"

namespace scenarios {

struct Element {
  enum class Axis : std::uint8_t { kChoice, kFault, kOperator, kRecord, kTime, kSetting };

  Axis axis = Axis::kChoice;
  std::string what;  // "fault kill_job of blue"; for choices made only when shown
  std::function<void(Candidate&)> remove;
};

// Faults and events of the timeline, operators and subtasks, records and partitions, what is set to
// something else than its default; not the choices, which have no structure, and nothing without
// which a scenario would leave its grid.
std::vector<Element> elements_of(const Candidate& candidate);

struct Quantity {
  std::string pointer;  // "/timeline/0/at"
  std::string what;
  std::string unit;  // "ms", or empty for a count
  std::int64_t least = 0;
  std::int64_t most = 0;
  std::int64_t step = 1;       // from a value to the next: of processing time on a grid more than 1
  bool calms_upwards = false;  // a larger value is the more harmless one
  std::function<std::int64_t(const Candidate&)> get;
  std::function<void(Candidate&, std::int64_t)> set;
  bool is_count = false;  // of repetitions, the fewer the plainer
};

// Every number of the candidate that is not its default: times, delays, settings; then its choices.
std::vector<Quantity> quantities_of(const Candidate& candidate);

}  // namespace scenarios
