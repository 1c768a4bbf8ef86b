#include "model/protocol.hpp"

#include <array>

namespace model {

namespace {

// Mainline: the fixes up to op:H8 are in.
constexpr ControllerRules controller_of_basic() {
  ControllerRules rules;
  rules.abort_markers = AbortMarkers::kAll;
  rules.finalize = Finalize::kWithDelete;
  return rules;
}

constexpr ControllerRules controller_of_r1() {
  ControllerRules rules;
  rules.advanced = true;
  rules.retry_deadline = RetryDeadline::kRearmed;  // op:H10 came later
  return rules;
}

constexpr ControllerRules controller_of_r2() {
  ControllerRules rules = controller_of_r1();
  rules.uncached_map = UncachedMap::kSkipped;
  rules.abort_markers = AbortMarkers::kNone;  // op:H6 is present again (phase2.md section 8)
  return rules;
}

// Of r3 only the ConfigMap helper was seen: the rest is r4's, less what came with r4 (phase2.md
// section 8).
constexpr ControllerRules controller_of_r3() {
  ControllerRules rules = controller_of_r2();
  rules.retry_deadline = RetryDeadline::kKept;
  rules.gate_deadline = GateDeadline::kRearmed;
  rules.abort_map = AbortMap::kReplaced;
  rules.abort_markers = AbortMarkers::kAll;
  rules.finalize = Finalize::kWithDelete;
  return rules;
}

constexpr ControllerRules controller_of_r4() {
  ControllerRules rules = controller_of_r3();
  rules.entry_version = EntryVersion::kLive;
  rules.outgoing_end = OutgoingEnd::kStopWithSavepoint;
  rules.hand_over = HandOverCheck::kClearedAndGauge;
  return rules;
}

constexpr ControllerRules controller_of_r5() {
  ControllerRules rules = controller_of_r4();
  rules.after_cutover = AfterCutover::kRedeploy;
  rules.while_stopping = WhileStopping::kGoOn;
  return rules;
}

constexpr ControllerRules controller_of_cutover_1() {
  ControllerRules rules = controller_of_r5();
  rules.after_cutover = AfterCutover::kNoWord;  // an abort comes before it or not at all
  rules.hand_over = HandOverCheck::kPassedByBoth;
  rules.commit = ToggleCommit::kWhenAcknowledged;
  rules.committed = CommittedToggle::kStays;
  rules.savepoint = SavepointUse::kOnceSuperseded;
  return rules;
}

constexpr std::size_t kOwn = 1;  // the last ones

constexpr std::array<Protocol, 7> kProtocols{
    Protocol{"basic", "6e9caeb4 (mainline, FLIP-503)", false, {}, controller_of_basic(), {}},
    Protocol{"flip504-r1",
             "062b4dda (first public draft)",
             true,
             gate_rules_r1(),
             controller_of_r1(),
             {}},
    Protocol{"flip504-r2",
             "93a4d1e8 (draft of pull request 1043)",
             true,
             gate_rules_r2(),
             controller_of_r2(),
             {},
             InputClock::kSlowest,
             GatePartitioner::kForwardOrRebalance,
             Injection::kLastNode},
    Protocol{"flip504-r3",
             "summer 2026, its ConfigMap helper only",
             true,
             gate_rules_r3(),
             controller_of_r3(),
             {},
             InputClock::kSlowest,
             GatePartitioner::kForwardOrRebalance,
             Injection::kLastNode},
    Protocol{"flip504-r4", "089a82f6 (draft of pull request 1043)", true, gate_rules_r4(),
             controller_of_r4(), ValidationRules{true, false}, InputClock::kSlowest,
             GatePartitioner::kKept, Injection::kByUid},
    Protocol{"flip504-r5", "0172b31f (draft of pull request 1043)", true, gate_rules_r5(),
             controller_of_r5(), ValidationRules{true, true}, InputClock::kSlowest,
             GatePartitioner::kKept, Injection::kByUid},
    Protocol{"cutover-1", "docs/cutover-protocols.md", true, gate_rules_cutover_1(),
             controller_of_cutover_1(), ValidationRules{true, true}, InputClock::kSlowest,
             GatePartitioner::kKept, Injection::kByUid},
};

}  // namespace

std::span<const Protocol> protocols() { return all_protocols().first(kProtocols.size() - kOwn); }

std::span<const Protocol> all_protocols() { return kProtocols; }

std::optional<Protocol> find_protocol(std::string_view id) {
  for (const Protocol& protocol : kProtocols) {
    if (protocol.id == id) {
      return protocol;
    }
  }
  return std::nullopt;
}

}  // namespace model
