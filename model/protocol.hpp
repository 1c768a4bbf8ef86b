// A protocol revision as data: which variant of each rule applies. Components read these fields and
// never ask which revision they belong to. Source: phase2.md; the ids are those of its section 9.
// Our own protocols: cutover-protocols.md.
//
// One field a difference, so that each can be switched on alone (mutations.hpp). The first variant
// of each is the oldest.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "model/gate_rules.hpp"
#include "model/operator_rules.hpp"

namespace model {

// Which resourceVersion an entry write of the controller carries.
enum class EntryVersion : std::uint8_t {
  kCached,  // p2:R1.5: 409 if anybody, the controller included, wrote what the cache has not seen
  kLive,    // p2:R4.6: that of a GET just before; a stale decision can overwrite a newer stage
};

// Storing a job status while the cache has no ConfigMap.
enum class UncachedMap : std::uint8_t {
  kException,  // p2:K3, r1: its first deployment takes two passes
  kSkipped,    // p2:K3, r2 on
};

// How long the controller waits for the gates.
enum class GateDeadline : std::uint8_t {
  kNone,     // p2:R1.4: for ever
  kOfStart,  // the one set when the transition began; in no draft
  kRearmed,  // p2:R3.7: gate timeout, from stage TRANSITIONING on
};

// What an abort does to the ConfigMap.
enum class AbortMap : std::uint8_t {
  kKeepsToggle,  // p2:R1.6: the survivor's color and FAILING are entered, all else stays
  kReplaced,     // p2:R3.8: all data, with is-first-deployment=true
};

// Which markers of the status an abort resets.
enum class AbortMarkers : std::uint8_t {
  kNone,     // before op:H6
  kTrigger,  // op:H6, before op:H8
  kAll,      // op:H8
};

// What the survivor of an abort after the cutover point is told.
enum class AfterCutover : std::uint8_t {
  kNoWord,    // p2:R3.8: what it had left to the incoming job is gone
  kRedeploy,  // p2:R4.4: to start again from the savepoint of the transition
};

// How the old deployment goes away once the hand-over is done.
enum class OutgoingEnd : std::uint8_t {
  kDelete,             // op:T8, p2:R1.4: a cancel; what is not committed is discarded
  kStopWithSavepoint,  // p2:R4.3: suspended first, which commits transactional sinks
};

// What a cleared teardown is worth to the controller.
enum class HandOverCheck : std::uint8_t {
  kCleared,           // p2:R1.4: the stage alone
  kClearedAndGauge,   // p2:R4.2: and every gate subtask reports hand-over done
  kPassedByOutgoing,  // every gate subtask of the outgoing job says so; in no protocol
  kPassedByBoth,      // cutover:N6
};

// Whether stage and gauge are asked again while the old deployment is being stopped.
enum class WhileStopping : std::uint8_t {
  kAskAgain,  // p2:R4.7
  kGoOn,      // p2:R5.2
};

// When a transition is finalized.
enum class Finalize : std::uint8_t {
  kWhenGone,    // before op:H7: in a later pass, once the old deployment has left the cache
  kWithDelete,  // op:H7: in the pass whose DELETE was accepted
};

// Who puts a toggle in force.
enum class ToggleCommit : std::uint8_t {
  kNobody,            // p2:R3.2: it is so as soon as it is stored
  kAtSight,           // the controller, as soon as there is a proposal; in no protocol
  kWhenAcknowledged,  // cutover:N4: the controller, once all gate subtasks of both jobs agree
};

// What becomes of a toggle in force before the transition is over.
enum class CommittedToggle : std::uint8_t {
  kMayBeDropped,  // p2:K1, R3.8: an abort and a mid-transition patch replace the ConfigMap
  kStays,         // cutover:N7: no abort, and a patch carries it over
};

// When the incoming job may start from the savepoint that was taken for it.
enum class SavepointUse : std::uint8_t {
  kOnceComplete,    // op:P2
  kOnceSuperseded,  // cutover:N9: and a later checkpoint of the outgoing job is complete too
};

struct ControllerRules : OperatorRules {
  bool advanced = false;  // keeps the ConfigMap and waits for the gates; otherwise phase 1
                          // (operator.md section 3)
  EntryVersion entry_version = EntryVersion::kCached;
  UncachedMap uncached_map = UncachedMap::kException;
  GateDeadline gate_deadline = GateDeadline::kNone;
  AbortMap abort_map = AbortMap::kKeepsToggle;
  AbortMarkers abort_markers = AbortMarkers::kTrigger;
  AfterCutover after_cutover = AfterCutover::kNoWord;
  OutgoingEnd outgoing_end = OutgoingEnd::kDelete;
  HandOverCheck hand_over = HandOverCheck::kCleared;
  WhileStopping while_stopping = WhileStopping::kAskAgain;
  Finalize finalize = Finalize::kWhenGone;
  ToggleCommit commit = ToggleCommit::kNobody;
  CommittedToggle committed = CommittedToggle::kMayBeDropped;
  SavepointUse savepoint = SavepointUse::kOnceComplete;

  friend constexpr bool operator==(const ControllerRules&, const ControllerRules&) = default;
};

// What a resource must be like to be accepted.
struct ValidationRules {
  bool gate_timeout_above_delay = false;  // p2:R3.9, from r4 on
  bool refuses_stateless = false;         // p2:R4.5

  friend constexpr bool operator==(const ValidationRules&, const ValidationRules&) = default;
};

// Which of several inputs gives the watermark of an operator, and so of the gates behind it.
enum class InputClock : std::uint8_t {
  kFastest,  // in no version of Flink
  kSlowest,  // rt:CW1
};

// What becomes of the partitioner of an edge that the injection puts a gate on.
enum class GatePartitioner : std::uint8_t {
  kForwardOrRebalance,  // phase2.md section 7, r2: a keyBy in front of the gate is lost
  kKept,                // section 7, r4 on
};

// Whether gates are put into the job graph by themselves, and what can be said about the target.
enum class Injection : std::uint8_t {
  kNone,      // p2:R2.6: before r2, jobs place their gates themselves
  kLastNode,  // phase2.md section 7, r2
  kByUid,     // section 7, r4 on: or an operator, by its uid
};

struct Protocol {
  std::string_view id;
  std::string_view source;  // the public commit it was read from
  bool has_gate = false;
  GateRules gate;
  ControllerRules controller;
  ValidationRules validation;
  InputClock clock = InputClock::kSlowest;  // of both jobs
  GatePartitioner partitioner = GatePartitioner::kKept;
  Injection injection = Injection::kNone;
};

// What was published, in a fixed order: basic, then the drafts from the oldest on.
std::span<const Protocol> protocols();
// These, then our own (cutover-protocols.md).
std::span<const Protocol> all_protocols();
// The one of all of them that has this id, if there is one.
std::optional<Protocol> find_protocol(std::string_view id);

}  // namespace model
