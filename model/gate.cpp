#include "model/gate.hpp"

#include <optional>

#include "sim/check.hpp"

namespace model {

namespace {

// The key that a write is about, and what it must hold for a guarded write (p2:R3.2).
bool guard_holds(GateWrite write, const ConfigMap& stored) {
  switch (write) {
    case GateWrite::kToggle: return !stored.has_toggle;
    case GateWrite::kWaiting: return stored.watermark_stage == WatermarkStage::kAbsent;
    case GateWrite::kTeardown: return stored.stage == Stage::kTransitioning;
    case GateWrite::kProposal:
    case GateWrite::kReport:
    case GateWrite::kNone: break;
  }
  return false;
}

std::uint32_t attempts(GateWrite write, ConflictRetry retry) {
  switch (retry) {
    case ConflictRetry::kNone: return 1;
    case ConflictRetry::kThriceNoStage: return write == GateWrite::kTeardown ? 1 : 4;
    case ConflictRetry::kTenAttempts: return 10;
  }
  return 1;
}

struct Written {
  GateError error = GateError::kNone;
  bool wrote = false;
  std::optional<ConfigMap>
      stored;  // what the API server holds afterwards; none: nothing of ours (p2:R3.2)
};

// GET, put the entries, update with the version read; again on a conflict (p2:R1.1, R2.3, R3.2).
Written write_entries(GateWrite write, const ConfigMapEntries& entries, Color believed,
                      const GateRules& rules, ConfigMapApi& api) {
  Written result;
  for (std::uint32_t left = attempts(write, rules.retry); left > 0; --left) {
    const ConfigMapApi::Read read = api.get();
    if (read.failed) {
      result.error = GateError::kException;
      return result;
    }
    if (!read.content.exists) {
      const bool is_error = rules.missing_map == MissingMap::kException;
      result.error = is_error ? GateError::kException : GateError::kNone;
      return result;
    }
    if (rules.guard == WriteGuard::kColorAndValue && read.content.active != believed) {
      return result;
    }
    if (rules.guard != WriteGuard::kNone && !guard_holds(write, read.content)) {
      result.stored = read.content;
      return result;
    }
    const ConfigMapApi::Result answer = api.update(entries, read.version);
    if (answer == ConfigMapApi::Result::kError) {
      result.error = GateError::kException;
      return result;
    }
    if (answer == ConfigMapApi::Result::kStored) {
      result.wrote = true;
      result.stored = read.content;
      put(*result.stored, entries);
      return result;
    }
  }
  // The last 409 itself leaves the gate, except that ten in a row get an exception of their own.
  result.error =
      rules.retry == ConflictRetry::kTenAttempts ? GateError::kException : GateError::kConflict;
  return result;
}

// REQUIRES: none was known.
void learn_toggle(Gate& gate, EventTime toggle, sim::Due now, const GateRules& rules) {
  gate.context.toggle = toggle;
  gate.context.has_toggle = true;
  if (rules.gauge == HandOverGauge::kReported) {
    gate.toggle_learned = now;
  }
}

bool owes_toggle(const Gate& gate, const GateRules& rules) {
  const bool side = rules.sides == WriteSides::kAnySide || !gate.is_active();
  const bool proposes =
      rules.bound == WatermarkBound::kOrWallClock || gate_detail::has_watermark(gate);  // p2:R3.1
  return side && proposes && !gate.context.has_effective_toggle() &&
         gate.context.watermark_stage == WatermarkStage::kWaiting;
}

bool owes_waiting(const Gate& gate, const GateRules& rules) {
  const bool side = rules.sides == WriteSides::kAnySide || gate.is_active();
  const bool again = rules.repetition == WriteRepetition::kOncePerRun
                         ? !gate.waiting_written
                         : gate.context.watermark_stage != WatermarkStage::kWaiting;
  return side && again && !gate.context.has_effective_toggle() &&
         gate.context.stage == Stage::kTransitioning;
}

// Looks at the request for teardown, which uses it up (p2:R2.2 (c)).
bool owes_teardown(Gate& gate, const GateRules& rules) {
  const bool asked = gate.teardown_asked;
  gate.teardown_asked = false;
  return asked && (rules.repetition == WriteRepetition::kOncePerRun
                       ? !gate.teardown_written
                       : gate.context.stage != Stage::kClearToTeardown);
}

GateWrite owed_write(Gate& gate, const GateRules& rules) {
  if (owes_toggle(gate, rules)) {
    return GateWrite::kToggle;
  }
  if (owes_waiting(gate, rules)) {
    return GateWrite::kWaiting;
  }
  return owes_teardown(gate, rules) ? GateWrite::kTeardown : GateWrite::kNone;
}

// Wraps around as Java's long does: the watermark at the end of an input is the largest there is.
EventTime later(EventTime wm, DeletionDelay delay) {
  const auto sum =
      static_cast<std::uint64_t>(wm.ms()) + static_cast<std::uint64_t>(delay.past_watermark().ms());
  return EventTime{sim::milliseconds{static_cast<std::int64_t>(sum)}};
}

ConfigMapEntries entries_of(GateWrite write, EventTime proposal) {
  ConfigMapEntries entries;
  switch (write) {
    case GateWrite::kToggle:
      entries.toggle = proposal;
      entries.watermark_stage = WatermarkStage::kSet;
      break;
    case GateWrite::kWaiting: entries.watermark_stage = WatermarkStage::kWaiting; break;
    case GateWrite::kTeardown: entries.stage = Stage::kClearToTeardown; break;
    case GateWrite::kProposal:
    case GateWrite::kReport:
    case GateWrite::kNone: break;
  }
  return entries;
}

}  // namespace

namespace gate_detail {

void perform_write(Gate& gate, const GateEnvironment& at, const GateRules& rules, ConfigMapApi& api,
                   GateOutcome& outcome) {
  const GateWrite write = owed_write(gate, rules);
  if (write == GateWrite::kNone) {
    return;
  }
  const EventTime proposal = later(bound(gate, at, rules), gate.context.deletion_delay);
  const Written written =
      write_entries(write, entries_of(write, proposal), gate.context.active, rules, api);
  outcome.write = write;
  outcome.wrote = written.wrote;
  outcome.error = written.error;
  if (written.error != GateError::kNone) {
    return;  // the task fails: what the gate holds is forgotten
  }
  gate.waiting_written |= write == GateWrite::kWaiting;
  gate.teardown_written |= write == GateWrite::kTeardown;
  if (write != GateWrite::kToggle) {
    return;
  }
  if (rules.adoption == ToggleAdoption::kOwn) {
    learn_toggle(gate, proposal, at.now, rules);
  } else if (written.stored && written.stored->has_toggle) {
    learn_toggle(gate, written.stored->toggle, at.now, rules);
  }
}

}  // namespace gate_detail

Gate open_gate(const GateOpening& opening, const ConfigMap& read, const GateRules& rules) {
  SIM_CHECK(read.exists, "a gate opens on a ConfigMap that exists");
  Gate gate;
  gate.context = read;
  gate.own = opening.own;
  gate.subtask = opening.subtask;
  gate.write_delay_ms = opening.write_delay_ms;
  gate.version = opening.version;
  gate.newest = opening.newest;
  gate.crossed = opening.crossed;
  if (rules.gauge == HandOverGauge::kReported && read.has_effective_toggle()) {
    gate.toggle_learned = opening.now;
  }
  return gate;
}

namespace {

// Equal as far as r1 gets before it compares toggles (p2:R1.3). Absent is NOT_SET to it.
bool are_equal_but_for_toggle(const ConfigMap& a, const ConfigMap& b) {
  const auto stage = [](const ConfigMap& map) {
    return map.watermark_stage == WatermarkStage::kAbsent ? WatermarkStage::kNotSet
                                                          : map.watermark_stage;
  };
  return a.active == b.active && a.stage == b.stage && a.is_first == b.is_first &&
         a.deletion_delay.value == b.deletion_delay.value && stage(a) == stage(b);
}

}  // namespace

GateError on_config_map(Gate& gate, const ConfigMap& delivered, sim::Due now,
                        const GateRules& rules) {
  if (rules.comparison == InformerComparison::kThrowsWithoutToggle &&
      !gate.context.has_effective_toggle() && are_equal_but_for_toggle(gate.context, delivered)) {
    return GateError::kException;
  }
  gate.context = delivered;
  if (!delivered.has_effective_toggle()) {
    gate.toggle_learned = sim::Due::never();
    gate.dropped_past_toggle = false;
  } else if (rules.gauge == HandOverGauge::kReported && gate.toggle_learned.is_never()) {
    gate.toggle_learned = now;
  }
  return GateError::kNone;
}

std::string_view name_of(GateRule rule, const GateRules& rules) {
  const bool opens_fully = rules.after_crossing == AfterCrossing::kOpenFully;
  const bool watermark_only = rules.bound == WatermarkBound::kWatermarkOnly;
  switch (rule) {
    case GateRule::kNone: return "";
    case GateRule::kActiveByTimestamp: return opens_fully ? "p2:R3.4" : "p2:R1a";
    case GateRule::kActiveFirst:
    case GateRule::kActiveCrossed: return "p2:R3.4";
    case GateRule::kActiveTransitioning: return "p2:R1b";
    case GateRule::kActiveNoToggle: return "p2:R1c";
    case GateRule::kStandbyNoToggle: return "p2:R1d";
    case GateRule::kStandbyBefore: return watermark_only ? "p2:R3.5" : "p2:R1e";
    case GateRule::kStandbyCrossed: return watermark_only ? "p2:R3.5" : "p2:R1f";
    case GateRule::kMissingTimestamp: return "p2:R1.3";
    case GateRule::kActiveInForce:
    case GateRule::kActiveOpen:
    case GateRule::kStandbyInForce:
    case GateRule::kStandbyClosed: return "cutover:N5";
  }
  return "";
}

std::string_view explain(GateRule rule) {
  switch (rule) {
    case GateRule::kNone: return "not judged: the write before it failed";
    case GateRule::kActiveByTimestamp: return "active, not past T: writes what is not before T";
    case GateRule::kActiveFirst: return "active, first deployment: writes everything";
    case GateRule::kActiveCrossed: return "active, watermark past T: writes everything";
    case GateRule::kActiveTransitioning: return "active, no T yet: drops, wants a cutover point";
    case GateRule::kActiveNoToggle: return "active, no T, not transitioning: drops";
    case GateRule::kStandbyNoToggle: return "standby, no T: writes everything";
    case GateRule::kStandbyBefore: return "standby, watermark not past T: writes what is before T";
    case GateRule::kStandbyCrossed: return "standby, watermark past T: drops, asks for teardown";
    case GateRule::kMissingTimestamp: return "no timestamp to compare with T: exception";
    case GateRule::kActiveInForce: return "active, T in force: writes what is not before T";
    case GateRule::kActiveOpen: return "active, past T and the delay: writes everything";
    case GateRule::kStandbyInForce: return "standby, T in force: writes what is before T";
    case GateRule::kStandbyClosed: return "standby, past T and the delay: drops";
  }
  return "";
}

std::string_view name_of(GateWrite write) {
  switch (write) {
    case GateWrite::kNone: return "";
    case GateWrite::kToggle: return "toggle";
    case GateWrite::kWaiting: return "waiting";
    case GateWrite::kTeardown: return "teardown";
    case GateWrite::kProposal: return "proposal";
    case GateWrite::kReport: return "report";
  }
  return "";
}

}  // namespace model
