// Outcomes to report on: of scenario files with changes, and one made by hand in which every number
// is another.
#pragma once

#include <string>
#include <vector>

#include "scenarios/runner/outcome.hpp"
#include "scenarios/runner/run.hpp"
#include "tests/support/scenario_files.hpp"

namespace reports {

using support::load;

inline scenarios::PropertyOutcome refuted(std::uint32_t count, scenarios::Violation first) {
  scenarios::PropertyOutcome outcome;
  outcome.verdict = sim::Verdict::kRefuted;
  outcome.count = count;
  outcome.first = std::move(first);
  return outcome;
}

// Two transitions, the second pending; loss and a gap refuted, progress open, one record exempted.
inline scenarios::Outcome made_by_hand() {
  scenarios::Outcome outcome;
  outcome.scenario = "by_hand";
  outcome.protocol = "flip504-r5";
  outcome.seed = 18446744073709551615U;
  outcome.fingerprint = 0x00C0FFEEU;
  outcome.events = 21043;
  outcome.state = model::BlueGreenState::kTransitioningToBlue;
  outcome.end.because = sim::Ending::kHorizon;
  outcome.end.at = sim::Due{151800};
  model::Transition ended;
  ended.started = sim::Due{30000};
  ended.ended = sim::Due{118250};
  ended.toggle = model::EventTime{std::chrono::milliseconds{1700000251999}};
  ended.result = model::Transition::Result::kActiveGreen;
  model::Transition pending;
  pending.started = sim::Due{140000};
  outcome.transitions = {ended, pending};
  outcome.records = scenarios::RecordCounts{6000, 5990, 5987, 3, 0, 0, 1, 7};
  outcome.duplicates = scenarios::DuplicateKinds{11, 12, 13};
  outcome.output_gap = scenarios::OutputGap{900, 1000, 100};
  scenarios::Violation lost;
  lost.output = 1207;
  lost.record = "events/0#1207";
  lost.event_time = 1700000120700;
  lost.why = {"green gate 0 drops it", "blue gate 0 drops it"};
  auto& properties = outcome.properties;
  properties[model::index_of(model::Property::kNoLoss)] = refuted(3, lost);
  properties[model::index_of(model::Property::kNoLoss)].exempted = 1;
  properties[model::index_of(model::Property::kOutputGap)] = refuted(1, {});
  properties[model::index_of(model::Property::kNoDuplicates)].verdict = sim::Verdict::kHolds;
  properties[model::index_of(model::Property::kProgress)].verdict = sim::Verdict::kUnknown;
  // A first violation that is no refutation must not be shown.
  properties[model::index_of(model::Property::kProgress)].first = scenarios::Violation{};
  outcome.not_reached = {"aborted"};
  outcome.differences = {"no_loss: expected holds, got refuted"};
  outcome.exit_code = 1;
  outcome.writing[0] = model::Ledger::Writing{5000, sim::Due{10000}, sim::Due{90005}, 4999};
  outcome.timeline = {{sim::Due{30000}, "user", "changes the spec", ""},
                      {sim::Due{118250}, "green gate 0", "sets the toggle", "p2:R3.2"}};
  return outcome;
}

}  // namespace reports
