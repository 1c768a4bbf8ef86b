// The gate of each protocol as data: which variant of a rule applies (phase2.md sections 2 to 5,
// cutover-protocols.md).
//
// One field a difference, so that each can be switched on alone; any combination is a working gate.
// The first variant of each is the oldest, so GateRules{} is the gate of the first draft.
#pragma once

#include <cstdint>

namespace model {

// Which subtasks ever write.
enum class GateWriters : std::uint8_t {
  kIndexOne,    // p2:R1.2: only the subtask with index 1; with parallelism 1 nobody
  kAnySubtask,  // p2:R2.1
};

// When a record that wants a write gets it.
enum class WriteTiming : std::uint8_t {
  kAtOnce,    // p2:R1b, R1d, R1f: after the record itself is judged
  kInWindow,  // p2:R2.1: before the first record after the write window is judged
};

// How long the write window of a subtask is.
enum class WriteWindow : std::uint8_t {
  kFixed,     // p2:R2.1: 500 ms
  kJittered,  // p2:R3.3: 500 ms plus a share of 2000 ms drawn at open()
};

// Which side may write the toggle and the watermark stage.
enum class WriteSides : std::uint8_t {
  kBySide,   // p2:R1b, R1d, R5.1: the toggle a standby, WAITING_FOR_WATERMARK an active subtask
  kAnySide,  // p2:R2.2
};

// Whether a job run may write WAITING_FOR_WATERMARK and CLEAR_TO_TEARDOWN more than once.
enum class WriteRepetition : std::uint8_t {
  kOncePerRun,  // p2:R1.1: once each, whatever is cached
  kWhileOwed,   // p2:R2.2: as often as the cached ConfigMap lacks it
};

// bound(wm): what is compared with the toggle, and what a toggle is made from.
enum class WatermarkBound : std::uint8_t {
  kOrWallClock,    // phase2.md section 2: wm if positive, else the processing-time clock
  kWatermarkOnly,  // p2:R3.1: wm; no toggle is proposed before it is positive
};

// What a 409 leads to.
enum class ConflictRetry : std::uint8_t {
  kNone,           // p2:R1.1: an exception
  kThriceNoStage,  // p2:R2.3: 3 retries for toggle and watermark stage, none for the teardown
  kTenAttempts,    // p2:R3.2: for all writes
};

// What a write looks at before it puts its entries.
enum class WriteGuard : std::uint8_t {
  kNone,           // p2:R1.1, R2.3: put over whatever is there
  kValue,          // the guarded key alone; in no draft
  kColorAndValue,  // p2:R3.2: compare-and-set, and the color must be the one believed in
};

// A write that finds no ConfigMap.
enum class MissingMap : std::uint8_t {
  kException,      // p2:R1.1, R2.3
  kWritesNothing,  // p2:R3.2
};

// Which toggle a subtask goes on with after it wrote one.
enum class ToggleAdoption : std::uint8_t {
  kOwn,     // p2:R1d, R2.2: its own, set before the write
  kStored,  // p2:R3.2: what is stored afterwards; none if nothing could be written
};

// An active gate in a first deployment (effective toggle 0).
enum class FirstDeployment : std::uint8_t {
  kByTimestamp,  // p2:R1a: writes what is not before 0
  kOpenFully,    // p2:R3.4
};

// An active gate whose watermark is past the toggle.
enum class AfterCrossing : std::uint8_t {
  kByTimestamp,  // p2:R1a: late records are dropped for ever
  kOpenFully,    // p2:R3.4: every record is written
};

// A record without a timestamp where one is compared.
enum class MissingTimestamp : std::uint8_t {
  kException,  // p2:R1.3, of r1 and r2
  kOldest,     // p2:R3.6: Long.MIN_VALUE
};

// How the informer thread tells whether a delivered version changes anything.
enum class InformerComparison : std::uint8_t {
  kThrowsWithoutToggle,  // p2:R1.3: equal base and watermark stage, no local toggle: exception
  kSound,                // p2:R2.5
};

// Whether the subtask reports its hand-over done.
enum class HandOverGauge : std::uint8_t {
  kNone,
  kOnDropOnly,  // without the 30 s rule; in no draft
  kReported,    // p2:R4.1
};

// When a stored toggle is acted on.
enum class ToggleForce : std::uint8_t {
  kOnceStored,  // p2:R3.2
  kOnceAgreed,  // cutover:N1: what gates store is a proposal, which the controller puts in force
};

// Which proposals a subtask acknowledges.
enum class Acknowledgement : std::uint8_t {
  kAny,    // in no protocol
  kNewer,  // cutover:N2: one that is newer than all that it has judged
};

// A record at or after a proposal, before the subtask has seen it in force.
enum class InDoubt : std::uint8_t {
  kTrustsInformer,  // p2:G3: goes by what its informer has delivered
  kReads,           // cutover:N3: reads the ConfigMap first
};

// A delivered version that is older than one the subtask has read or written.
enum class OlderVersion : std::uint8_t {
  kTaken,    // p2:G3
  kIgnored,  // cutover:N3
};

// Which watermark is past a toggle in force: records then no longer go by their event time.
enum class Crossing : std::uint8_t {
  kAtToggle,    // p2:R3.4, R3.5
  kAfterDelay,  // cutover:N5: one that is past the toggle by more than the deletion delay
};

// When a subtask says that its watermark has passed the toggle.
enum class PassedReport : std::uint8_t {
  kNone,
  kAtOnce,          // with the watermark; in no protocol
  kWithCheckpoint,  // cutover:N6: once a checkpoint that it took after that is complete
};

// The largest event time that a subtask has judged, and whether its watermark has crossed.
enum class GateMemory : std::uint8_t {
  kPerRun,        // p2:G4: forgotten by a restart
  kCheckpointed,  // cutover:N8
};

struct GateRules {
  GateWriters writers = GateWriters::kIndexOne;
  WriteTiming timing = WriteTiming::kAtOnce;
  WriteWindow window = WriteWindow::kFixed;
  WriteSides sides = WriteSides::kBySide;
  WriteRepetition repetition = WriteRepetition::kOncePerRun;
  WatermarkBound bound = WatermarkBound::kOrWallClock;
  ConflictRetry retry = ConflictRetry::kNone;
  WriteGuard guard = WriteGuard::kNone;
  MissingMap missing_map = MissingMap::kException;
  ToggleAdoption adoption = ToggleAdoption::kOwn;
  FirstDeployment first_deployment = FirstDeployment::kByTimestamp;
  AfterCrossing after_crossing = AfterCrossing::kByTimestamp;
  MissingTimestamp missing_timestamp = MissingTimestamp::kException;
  InformerComparison comparison = InformerComparison::kThrowsWithoutToggle;
  HandOverGauge gauge = HandOverGauge::kNone;
  ToggleForce force = ToggleForce::kOnceStored;
  Acknowledgement acknowledgement = Acknowledgement::kAny;
  InDoubt in_doubt = InDoubt::kTrustsInformer;
  OlderVersion older_version = OlderVersion::kTaken;
  Crossing crossing = Crossing::kAtToggle;
  PassedReport passed = PassedReport::kNone;
  GateMemory memory = GateMemory::kPerRun;

  friend constexpr bool operator==(const GateRules&, const GateRules&) = default;
};

constexpr GateRules gate_rules_r1() { return GateRules{}; }

constexpr GateRules gate_rules_r2() {
  GateRules rules = gate_rules_r1();
  rules.writers = GateWriters::kAnySubtask;
  rules.timing = WriteTiming::kInWindow;
  rules.sides = WriteSides::kAnySide;
  rules.repetition = WriteRepetition::kWhileOwed;
  rules.retry = ConflictRetry::kThriceNoStage;
  rules.comparison = InformerComparison::kSound;
  return rules;
}

constexpr GateRules gate_rules_r3() {
  GateRules rules = gate_rules_r2();
  rules.window = WriteWindow::kJittered;
  rules.bound = WatermarkBound::kWatermarkOnly;
  rules.retry = ConflictRetry::kTenAttempts;
  rules.guard = WriteGuard::kColorAndValue;
  rules.missing_map = MissingMap::kWritesNothing;
  rules.adoption = ToggleAdoption::kStored;
  rules.first_deployment = FirstDeployment::kOpenFully;
  rules.after_crossing = AfterCrossing::kOpenFully;
  rules.missing_timestamp = MissingTimestamp::kOldest;
  return rules;
}

constexpr GateRules gate_rules_r4() {
  GateRules rules = gate_rules_r3();
  rules.gauge = HandOverGauge::kReported;
  return rules;
}

constexpr GateRules gate_rules_r5() {
  GateRules rules = gate_rules_r4();
  rules.sides = WriteSides::kBySide;
  return rules;
}

// What of r5 is not about the agreement stays, though most of it is never asked: a gate that agrees
// on a toggle opens no write window and reports no gauge.
constexpr GateRules gate_rules_cutover_1() {
  GateRules rules = gate_rules_r5();
  rules.gauge = HandOverGauge::kNone;
  rules.force = ToggleForce::kOnceAgreed;
  rules.acknowledgement = Acknowledgement::kNewer;
  rules.in_doubt = InDoubt::kReads;
  rules.older_version = OlderVersion::kIgnored;
  rules.crossing = Crossing::kAfterDelay;
  rules.passed = PassedReport::kWithCheckpoint;
  rules.memory = GateMemory::kCheckpointed;
  return rules;
}

constexpr std::uint32_t kWriteDelayMs = 500;  // p2:R2.1

// A subtask's write delay is kWriteDelayMs plus a number below this, drawn at open() (p2:R3.3).
constexpr std::uint32_t write_delay_choices(const GateRules& rules) {
  return rules.window == WriteWindow::kJittered ? 2'000 : 1;
}

}  // namespace model
