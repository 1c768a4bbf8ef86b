// One subtask of the gate: decides record by record whether its job writes it (phase2.md 1.1, 2-5).
//
// A state machine with one function per kind of input; which variant of a rule applies is data
// (GateRules). Nothing of it is checkpointed: a restarted job run opens a new one (p2:G4). It
// reaches the API server only to perform a write; no informer event falls into that.
//
// Times: watermark, toggle and timestamps are event time; what is a sim::Due is processing time.
// Errors: an exception out of the gate is a value of its outcome; the task would then fail over.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>
#include <type_traits>

#include "model/config_map.hpp"
#include "model/event_time.hpp"
#include "model/gate_rules.hpp"
#include "model/ids.hpp"
#include "sim/time.hpp"

namespace model {

// A record's extracted timestamp. None at all is not the same as Long.MIN_VALUE (p2:R1.3, R3.6).
struct RecordTime {
  EventTime ts = kNoTimestamp;
  bool is_missing = false;

  static constexpr RecordTime missing() { return RecordTime{kNoTimestamp, true}; }
};

struct GateEnvironment {
  sim::Due now;
  EventTime
      wall_clock;  // the same instant as event time: read by r1, r2 where there is no watermark
};

// Which row decided about the record. Whether it was written is in the outcome.
enum class GateRule : std::uint8_t {
  kNone,                 // no row: an exception before the record was judged
  kActiveByTimestamp,    // p2:R1a, R3.4
  kActiveFirst,          // p2:R3.4
  kActiveCrossed,        // p2:R3.4
  kActiveTransitioning,  // p2:R1b
  kActiveNoToggle,       // p2:R1c
  kStandbyNoToggle,      // p2:R1d
  kStandbyBefore,        // p2:R1e, R3.5
  kStandbyCrossed,       // p2:R1f, R3.5
  kMissingTimestamp,     // p2:R1.3
  kActiveInForce,        // cutover:N5
  kActiveOpen,           // cutover:N5
  kStandbyInForce,       // cutover:N5
  kStandbyClosed,        // cutover:N5
};

// The rule of that row under these rules, such as "p2:R3.5", and what it says, in a clause.
std::string_view name_of(GateRule rule, const GateRules& rules);
std::string_view explain(GateRule rule);

enum class GateWrite : std::uint8_t {
  kNone,      // nothing was owed
  kToggle,    // p2:R2.2 (a)
  kWaiting,   // p2:R2.2 (b)
  kTeardown,  // p2:R2.2 (c)
  kProposal,  // cutover:N1, N2
  kReport,    // cutover:N2, N6
};

std::string_view name_of(GateWrite write);

enum class GateError : std::uint8_t {
  kNone,
  kConflict,   // the API server's 409 left the gate
  kException,  // any other exception
};

struct GateOutcome {
  bool emit = false;  // true too if the record was passed on and an exception followed
  GateRule rule = GateRule::kNone;
  GateWrite write = GateWrite::kNone;  // the write that this record performed or tried
  bool wrote = false;                  // and whether the API server stored it
  GateError error = GateError::kNone;
};

struct Gate {
  ConfigMap context;  // this subtask's own copy of the ConfigMap (p2:G3)
  EventTime watermark = kNoWatermark;
  sim::Due window_opened = sim::Due::never();  // the write window is closed (p2:R2.1)
  std::uint32_t write_delay_ms = 0;
  sim::Due toggle_learned = sim::Due::never();  // no toggle is known. Gauge only (p2:R4.1)
  sim::Due last_standby_record;                 // gauge only
  SubtaskIndex subtask{};
  Color own = Color::kBlue;
  bool teardown_asked = false;       // p2:R2.2 (c)
  bool waiting_written = false;      // "done before" of p2:R1.1
  bool teardown_written = false;     // likewise
  bool dropped_past_toggle = false;  // gauge only
  std::uint8_t reserved = 0;
  // Of gates that agree on a toggle (gate_agreement.cpp). Rounds count from 1, 0: none.
  std::uint16_t crossed = 0;          // whose toggle its watermark has crossed (cutover:N5)
  ResourceVersion version{};          // newest one read, written or taken from the informer
  EventTime newest = kNoTimestamp;    // the largest event time judged (cutover:N2, N8)
  std::uint16_t acknowledged = 0;     // cutover:N2
  std::uint16_t passed = 0;           // whose toggle it reported to be past (cutover:N6)
  std::uint32_t safe_checkpoint = 0;  // the first one taken since it crossed; 0: none (cutover:N6)

  // p2:G1.
  [[nodiscard]] constexpr bool is_active() const { return own == context.active; }

  friend constexpr bool operator==(const Gate&, const Gate&) = default;
};

static_assert(std::is_trivially_copyable_v<Gate>);
static_assert(std::has_unique_object_representations_v<Gate>);
static_assert(sizeof(Gate) <= 96);

// What the job run gives a subtask when it opens.
struct GateOpening {
  Color own = Color::kBlue;
  SubtaskIndex subtask{};
  std::uint32_t write_delay_ms = 0;  // kWriteDelayMs plus the jitter drawn (p2:R3.3)
  sim::Due now;
  ResourceVersion version{};  // of what was read
  // Restored from the job's checkpoint (cutover:N8).
  EventTime newest = kNoTimestamp;
  std::uint16_t crossed = 0;
};

// A new job run of the subtask, with the ConfigMap as just read (p2:G3, G4). REQUIRES: read.exists.
Gate open_gate(const GateOpening& opening, const ConfigMap& read, const GateRules& rules);

// The subtask's watermark is now `wm`; nothing else happens. REQUIRES: not lower than before.
constexpr void on_watermark(Gate& gate, EventTime wm) { gate.watermark = wm; }

// The informer delivers an update event (add and delete events are not passed on, p2:G3).
// `delivered` may be older than the subtask's own last write. After an exception on the informer's
// thread nothing is applied (p2:R1.3).
[[nodiscard]] GateError on_config_map(Gate& gate, const ConfigMap& delivered, sim::Due now,
                                      const GateRules& rules);

// p2:R4.1.
constexpr std::uint32_t kGaugeSilenceMs = 30'000;

// The gauge: whether this subtask's hand-over is done. False without HandOverGauge::kReported.
[[nodiscard]] constexpr bool handover_done(const Gate& gate, sim::Due now) {
  if (gate.dropped_past_toggle) {
    return true;
  }
  return !gate.toggle_learned.is_never() &&
         now >= std::max(gate.toggle_learned, gate.last_standby_record).after(kGaugeSilenceMs);
}

namespace gate_detail {

// What a judged record asks for.
enum class Request : std::uint8_t { kNone, kStrategy, kTeardown };

// The record of a gate that agrees on a toggle (cutover:N3, N5).
GateOutcome judge_agreed(Gate& gate, RecordTime record, const GateRules& rules, ConfigMapApi& api);

// Performs what is owed now (p2:R2.2, R5.1), and says in the outcome what came of it.
void perform_write(Gate& gate, const GateEnvironment& at, const GateRules& rules, ConfigMapApi& api,
                   GateOutcome& outcome);

constexpr bool has_watermark(const Gate& gate) { return gate.watermark > EventTime{}; }

constexpr EventTime bound(const Gate& gate, const GateEnvironment& at, const GateRules& rules) {
  const bool by_clock = rules.bound == WatermarkBound::kOrWallClock && !has_watermark(gate);
  return by_clock ? at.wall_clock : gate.watermark;
}

constexpr bool is_window_over(const Gate& gate, sim::Due now) {
  return !gate.window_opened.is_never() && now.ms - gate.window_opened.ms >= gate.write_delay_ms;
}

// `pass`: what becomes of the record if its timestamp can be compared.
constexpr void judge_by_timestamp(RecordTime record, GateRule rule, bool pass,
                                  const GateRules& rules, GateOutcome& outcome) {
  if (record.is_missing && rules.missing_timestamp == MissingTimestamp::kException) [[unlikely]] {
    outcome.rule = GateRule::kMissingTimestamp;
    outcome.error = GateError::kException;
    return;
  }
  outcome.rule = rule;
  outcome.emit = pass;
}

constexpr Request judge_active(const Gate& gate, RecordTime record, const GateRules& rules,
                               GateOutcome& outcome) {
  const ConfigMap& context = gate.context;
  if (!context.has_effective_toggle()) {
    const bool transitioning = context.stage == Stage::kTransitioning;
    outcome.rule = transitioning ? GateRule::kActiveTransitioning : GateRule::kActiveNoToggle;
    return transitioning ? Request::kStrategy : Request::kNone;
  }
  if (context.is_first && rules.first_deployment == FirstDeployment::kOpenFully) {
    outcome.rule = GateRule::kActiveFirst;
    outcome.emit = true;
    return Request::kNone;
  }
  const EventTime toggle = context.effective_toggle();
  if (gate.watermark > toggle && rules.after_crossing == AfterCrossing::kOpenFully) {
    outcome.rule = GateRule::kActiveCrossed;
    outcome.emit = true;
    return Request::kNone;
  }
  judge_by_timestamp(record, GateRule::kActiveByTimestamp, record.ts >= toggle, rules, outcome);
  return Request::kNone;
}

constexpr Request judge_standby(Gate& gate, RecordTime record, const GateEnvironment& at,
                                const GateRules& rules, GateOutcome& outcome) {
  if (rules.gauge == HandOverGauge::kReported) {
    gate.last_standby_record = at.now;
  }
  if (!gate.context.has_effective_toggle()) {
    outcome.rule = GateRule::kStandbyNoToggle;
    outcome.emit = true;
    return Request::kStrategy;
  }
  const EventTime toggle = gate.context.effective_toggle();
  if (bound(gate, at, rules) <= toggle) {
    judge_by_timestamp(record, GateRule::kStandbyBefore, record.ts < toggle, rules, outcome);
    return Request::kNone;
  }
  if (rules.gauge != HandOverGauge::kNone) {
    gate.dropped_past_toggle = true;
  }
  outcome.rule = GateRule::kStandbyCrossed;
  return Request::kTeardown;
}

constexpr bool may_write(const Gate& gate, const GateRules& rules) {
  return rules.writers == GateWriters::kAnySubtask || gate.subtask == SubtaskIndex{1};
}

}  // namespace gate_detail

// --- Agreeing on a toggle (gate_agreement.cpp) ---------------------------------------------------

// What a subtask does with every watermark: proposes, acknowledges or raises a proposal, crosses
// the toggle and reports it (cutover:N1, N2, N5, N6). What fails is tried again with the next one.
void agree(Gate& gate, bool has_checkpoints, const GateRules& rules, ConfigMapApi& api);
// Whether a delivered version is left alone (cutover:N3); else it is taken note of.
[[nodiscard]] bool is_ignored(Gate& gate, ResourceVersion delivered, const GateRules& rules);
// The subtask takes its part of a checkpoint; and learns that one is complete (cutover:N6).
void on_snapshot(Gate& gate, std::uint32_t checkpoint, const GateRules& rules);
void on_complete(Gate& gate, std::uint32_t checkpoint, const GateRules& rules, ConfigMapApi& api);
// Its watermark has crossed the toggle in force.
[[nodiscard]] constexpr bool has_crossed(const Gate& gate) {
  return gate.crossed != 0 && gate.crossed == gate.context.round &&
         gate.context.has_toggle_in_force();
}
// Whether the completion of a checkpoint matters to it.
[[nodiscard]] constexpr bool awaits_checkpoint(const Gate& gate) {
  return has_crossed(gate) && gate.safe_checkpoint != 0 && gate.passed != gate.context.round;
}

// One record reaches the subtask. After an error the task fails over and this gate is done for.
inline GateOutcome on_record(Gate& gate, RecordTime record, const GateEnvironment& at,
                             const GateRules& rules, ConfigMapApi& api) {
  using gate_detail::Request;
  if (rules.force == ToggleForce::kOnceAgreed) {
    return gate_detail::judge_agreed(gate, record, rules, api);
  }
  GateOutcome outcome;
  if (gate_detail::is_window_over(gate, at.now)) [[unlikely]] {
    gate.window_opened = sim::Due::never();
    gate_detail::perform_write(gate, at, rules, api, outcome);
    if (outcome.error != GateError::kNone) {
      return outcome;
    }
  }
  const Request request = gate.is_active()
                              ? gate_detail::judge_active(gate, record, rules, outcome)
                              : gate_detail::judge_standby(gate, record, at, rules, outcome);
  if (request == Request::kNone || !gate_detail::may_write(gate, rules)) {
    return outcome;
  }
  gate.teardown_asked |= request == Request::kTeardown;
  if (rules.timing == WriteTiming::kAtOnce) {
    gate_detail::perform_write(gate, at, rules, api, outcome);
  } else if (gate.window_opened.is_never()) {
    gate.window_opened = at.now;
  }
  return outcome;
}

}  // namespace model
