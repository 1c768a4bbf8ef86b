// A failing run as data, and the court that says whether another one still fails.
//
// A candidate is a scenario and the decisions in it that are not the uneventful ones. Errors: none;
// a candidate that is no valid scenario does not fail.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/check/coverage.hpp"
#include "scenarios/runner/run.hpp"
#include "scenarios/scenario.hpp"
#include "sim/choice_given.hpp"

namespace scenarios {

struct Candidate {
  Scenario scenario;
  std::vector<sim::GivenChoice> choices;
};

// What must go on failing.
struct Charge {
  model::Property property = model::Property::kNoLoss;
  std::optional<std::string> against;  // a protocol that must not refute it, if given
  Features features{};                 // nothing may happen that did not happen in the first place
  std::vector<Assumption> assumptions{};  // that the scenario has to go on meeting
  std::string kept{};                     // the pointer of a value that is not rounded; empty: none
};

class Court {
 public:
  Court(Charge charge, std::uint64_t events_at_most)
      : charge_(std::move(charge)), events_left_(events_at_most) {}

  // Whether the run of this candidate refutes the property. False once the events are used up.
  [[nodiscard]] bool fails(const Candidate& candidate);

  // Of the last candidate that failed, entry by entry: whether the choice was asked for, in its run
  // or in that of the protocol that holds.
  [[nodiscard]] const std::vector<bool>& asked() const { return asked_; }

  [[nodiscard]] const Charge& charge() const { return charge_; }
  [[nodiscard]] bool is_exhausted() const { return events_left_ == 0; }
  [[nodiscard]] std::uint64_t runs() const { return runs_; }
  // Whether the first run that failed came to its end.
  [[nodiscard]] bool has_settled() const { return has_settled_; }

 private:
  [[nodiscard]] bool refutes(const Scenario& scenario, const Candidate& candidate,
                             bool in_the_same_way);
  void note_asked(const std::vector<bool>& asked, bool is_first);

  Charge charge_;
  std::uint64_t events_left_;
  std::uint64_t longest_ = UINT64_MAX;  // of a run, in events: a small one is not longer
  bool has_settled_ = false;
  std::vector<bool> asked_;
  std::uint64_t runs_ = 0;
};

}  // namespace scenarios
