// A counterexample: a failing run made small, with its story; and what becomes of one that is run
// again later.
//
// Self-contained: its scenario lists its decisions by name and says what it showed. Deterministic.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/check/trial.hpp"
#include "scenarios/runner/story.hpp"
#include "scenarios/shrink/shrink.hpp"

namespace scenarios {

struct Counterexample {
  std::string name;   // "no_loss-3f9a": the property and what tells it from others
  std::string cause;  // the property and the rules of its story: what groups findings
  Scenario scenario;
  model::Property property = model::Property::kNoLoss;
  std::optional<std::string> against;  // the protocol that does not show it, if that was asked for
  Story story;
  std::vector<std::string> needed;
  std::vector<Mark> marks;
  bool is_minimal = false;
  std::uint64_t events = 0;
  std::uint64_t shrink_runs = 0;

  // Defined in the source: copying it is much code, and many include this.
  Counterexample();
  Counterexample(const Counterexample&);
  Counterexample(Counterexample&&) noexcept;
  Counterexample& operator=(const Counterexample&);
  Counterexample& operator=(Counterexample&&) noexcept;
  ~Counterexample();
};

// Shrinks a recorded run and tells it. None if it does not fail when its decisions are given by
// name.
std::optional<Counterexample> make_counterexample(Trials::Recorded recorded, const Charge& charge,
                                                  std::uint64_t events_at_most = kShrinkEvents);

// What a counterexample does now.
struct Replay {
  enum class Result : std::uint8_t {
    kReproduced,
    kNoLongerFails,
    kDoesNotFit,  // it does not fail, and a decision of its list could not be taken
  };

  Result result = Result::kReproduced;
  bool is_identical = false;           // bit for bit
  std::optional<std::string> misfit;   // the first decision that could not be taken
  std::optional<std::string> parting;  // the first step of its story that is another one now
  Outcome outcome;
  Story story;
};

// REQUIRES: `scenario` has choices and says what it found.
Replay replay(const Scenario& scenario);

}  // namespace scenarios
