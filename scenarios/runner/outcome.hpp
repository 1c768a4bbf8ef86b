// What a run of a scenario showed: verdicts with their counts, and what is needed to tell the
// story. A value; no text made for reading beyond the reasons of a first violation.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/chronicle.hpp"
#include "model/controller.hpp"
#include "model/ledger.hpp"
#include "model/properties.hpp"
#include "sim/property.hpp"
#include "sim/simulation.hpp"

namespace scenarios {

// The first violation of a property, and the chain of decisions behind it.
struct Violation {
  std::optional<std::uint32_t> output;  // of the ledger, if it is about a record or a row
  std::string record;                   // "events/0#1207"; empty if it is about none
  std::optional<std::int64_t> event_time;
  std::vector<std::string> why;
};

struct PropertyOutcome {
  sim::Verdict verdict = sim::Verdict::kNotJudged;
  std::uint32_t count = 0;     // distinct violating identities
  std::uint32_t exempted = 0;  // not among them
  std::optional<Violation> first;
};

struct DuplicateKinds {
  std::uint32_t across = 0;    // once by each color
  std::uint32_t redeploy = 0;  // by one color, restarted by the controller
  std::uint32_t replay = 0;    // by one color after a failover
};

struct RecordCounts {
  std::uint32_t input = 0;      // records that the outside world sends
  std::uint32_t owed = 0;       // outputs
  std::uint32_t committed = 0;  // of them, at least once
  std::uint32_t lost = 0;
  std::uint32_t duplicated = 0;
  std::uint32_t diverged = 0;
  std::uint32_t exempted = 0;
  std::uint32_t schedule_dependent = 0;
};

// Rows whose content is not what it is without the change of the spec.
struct DivergenceKinds {
  std::uint32_t partial = 0;  // something that belongs into it is missing, or something is in it
                              // that does not
  std::uint32_t twice = 0;    // each color showed a content of its own
  std::uint32_t surplus = 0;  // there is no such result
};

// The longest pause in committed output; the reference is the same run without its transitions.
struct OutputGap {
  std::uint32_t ms = 0;  // by how much it is longer than that of the reference
  std::uint32_t pause_ms = 0;
  std::uint32_t reference_pause_ms = 0;
};

// One line of a story.
struct StoryLine {
  sim::Due at;
  std::string actor;  // "controller", "blue gate 0"
  std::string text;
  std::string rule;  // "p2:R3.2"; empty: none
};

struct Outcome {
  std::string scenario;
  std::string protocol;
  std::vector<std::string> mutations;
  std::uint64_t seed = 1;
  std::uint64_t fingerprint = 0;
  std::uint64_t events = 0;
  model::BlueGreenState state = model::BlueGreenState::kInitializingBlue;
  sim::RunEnd end;
  std::vector<model::Transition> transitions;
  RecordCounts records;
  DuplicateKinds duplicates;
  DivergenceKinds divergence;
  std::array<std::uint64_t, 2> look_ups{};  // by color
  std::array<std::uint64_t, 2> sends{};     // likewise: records from one task to another
  OutputGap output_gap;
  std::array<PropertyOutcome, model::kPropertyCount> properties;
  std::vector<std::string> not_reached;  // milestones of the scenario that the run did not come by
  std::vector<std::string> differences;  // from what the scenario expects
  int exit_code = 0;                     // 0 as expected, 1 a verdict differs, 2 unknown
  std::array<model::Ledger::Writing, 2> writing;
  std::vector<StoryLine> timeline;  // of the control plane, from the user's change on

  [[nodiscard]] const PropertyOutcome& of(model::Property property) const {
    return properties[model::index_of(property)];
  }

  // Defined in the source: copying it is much code, and many include this.
  Outcome();
  Outcome(const Outcome&);
  Outcome(Outcome&&) noexcept;
  Outcome& operator=(const Outcome&);
  Outcome& operator=(Outcome&&) noexcept;
  ~Outcome();
};

}  // namespace scenarios
