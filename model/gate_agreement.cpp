// How gate subtasks agree on a toggle before any of them acts on it (cutover:N1-N3, N5, N6, N8).

#include <algorithm>
#include <optional>

#include "model/gate.hpp"

namespace model {

namespace {

using gate_detail::has_watermark;

constexpr std::uint32_t kAttempts = 10;  // p2:R3.2

// A proposal lies so far ahead of what its author has judged: a second, and the longer the
// agreement has been going on the farther, so that sooner or later nobody is past it by the time
// that all have heard of it (cutover:N2).
constexpr std::int64_t kLeastLeadMs = 1'000;

EventTime beyond(EventTime judged, const ConfigMap& stored) {
  const std::int64_t so_far = stored.is_proposed() ? (judged - stored.first_proposal).ms() : 0;
  const std::int64_t lead = std::max(kLeastLeadMs, so_far / 4);
  const std::int64_t most = INT64_MAX - lead - 1;
  return EventTime{sim::milliseconds{std::min(judged.ms(), most) + 1 + lead}};
}

// cutover:N1: a standby subtask without a toggle, as soon as it has a watermark.
bool owes_proposal(const Gate& gate) {
  return !gate.is_active() && gate.context.stage == Stage::kTransitioning &&
         !gate.context.is_first && !gate.context.has_toggle && has_watermark(gate);
}

bool owes_acknowledgement(const Gate& gate) {
  return gate.context.is_proposed() && gate.acknowledged != gate.context.round &&
         has_watermark(gate);
}

// Reads the ConfigMap and goes by it from now on; none: it cannot be read.
std::optional<ResourceVersion> read_live(Gate& gate, ConfigMapApi& api) {
  const ConfigMapApi::Read read = api.get();
  if (read.failed) {
    return std::nullopt;
  }
  gate.context = read.content;
  gate.version = read.version;
  return read.version;
}

ConfigMapEntries proposal(EventTime judged, const ConfigMap& stored) {
  ConfigMapEntries entries;
  entries.toggle = beyond(judged, stored);
  entries.watermark_stage = WatermarkStage::kProposed;
  entries.round = static_cast<std::uint16_t>(stored.round + 1);
  if (!stored.is_proposed()) {
    entries.first_proposal = entries.toggle;
  }
  return entries;
}

// Reads what is stored and answers it: a proposal that is newer than `judged` is acknowledged, any
// other is raised above it; where there is none, one that is owed is made. Each write is a
// compare-and-set on the version just read, so that it meets no proposal but that one, and none
// that has come into force meanwhile (cutover:N1-N3).
GateError settle(Gate& gate, EventTime judged, const GateRules& rules, ConfigMapApi& api,
                 GateOutcome& outcome) {
  for (std::uint32_t left = kAttempts; left > 0; --left) {
    const std::optional<ResourceVersion> version = read_live(gate, api);
    const ConfigMap& stored = gate.context;
    if (!version || !stored.exists) {
      return GateError::kException;
    }
    const bool may_acknowledge =
        judged < stored.toggle || rules.acknowledgement == Acknowledgement::kAny;
    if (stored.is_proposed() && may_acknowledge) {
      if (owes_acknowledgement(gate)) {
        if (!api.report(GateReport::kAcknowledged, stored.round)) {
          return GateError::kException;
        }
        gate.acknowledged = stored.round;
      }
      return GateError::kNone;
    }
    if (!stored.is_proposed() && !owes_proposal(gate)) {
      return GateError::kNone;
    }
    const EventTime reached = std::max(judged, gate.watermark);
    const ConfigMapApi::Result answer = api.update(proposal(reached, stored), *version);
    outcome.write = GateWrite::kProposal;
    if (answer == ConfigMapApi::Result::kError) {
      return GateError::kException;
    }
    outcome.wrote |= answer == ConfigMapApi::Result::kStored;
  }
  return GateError::kException;
}

// cutover:N5: the watermark has crossed once it is past T by more than the delay, which the
// ConfigMap holds as it stood when the transition began.
void cross(Gate& gate, const GateRules& rules) {
  const ConfigMap& context = gate.context;
  if (!context.has_toggle_in_force() || context.is_first || gate.crossed == context.round) {
    return;
  }
  const EventSpan delay = rules.crossing == Crossing::kAfterDelay
                              ? context.deletion_delay.past_watermark()
                              : EventSpan{};
  // From any toggle to the end of event time it may be farther than a span can say.
  const bool is_at_end = gate.watermark == kEndOfTime;
  if (gate.watermark > context.toggle && (is_at_end || gate.watermark - context.toggle > delay)) {
    gate.crossed = context.round;
    gate.safe_checkpoint = 0;
  }
}

void judge_in_force(const Gate& gate, RecordTime record, GateOutcome& outcome) {
  const bool crossed = has_crossed(gate);
  const EventTime toggle = gate.context.effective_toggle();
  if (gate.context.is_first && gate.is_active()) {
    outcome.rule = GateRule::kActiveFirst;
    outcome.emit = true;
  } else if (gate.is_active()) {
    outcome.rule = crossed ? GateRule::kActiveOpen : GateRule::kActiveInForce;
    outcome.emit = crossed || record.ts >= toggle;
  } else {
    outcome.rule = crossed ? GateRule::kStandbyClosed : GateRule::kStandbyInForce;
    outcome.emit = !crossed && record.ts < toggle;
  }
}

void report_passed(Gate& gate, ConfigMapApi& api) {
  if (api.report(GateReport::kPassed, gate.context.round)) {
    gate.passed = gate.context.round;
  }
}

}  // namespace

namespace gate_detail {

GateOutcome judge_agreed(Gate& gate, RecordTime record, const GateRules& rules, ConfigMapApi& api) {
  GateOutcome outcome;
  const bool in_doubt = gate.context.is_proposed() && record.ts >= gate.context.toggle;
  if (in_doubt && rules.in_doubt == InDoubt::kReads) [[unlikely]] {
    outcome.error = settle(gate, std::max(gate.newest, record.ts), rules, api, outcome);
    if (outcome.error != GateError::kNone) {
      return outcome;
    }
  }
  gate.newest = std::max(gate.newest, record.ts);
  if (gate.context.has_effective_toggle()) {
    cross(gate, rules);  // the toggle may be younger than the watermark
    judge_in_force(gate, record, outcome);
  } else {
    outcome.emit = !gate.is_active();
    outcome.rule = outcome.emit ? GateRule::kStandbyNoToggle : GateRule::kActiveNoToggle;
  }
  return outcome;
}

}  // namespace gate_detail

void agree(Gate& gate, bool has_checkpoints, const GateRules& rules, ConfigMapApi& api) {
  if (owes_proposal(gate) || owes_acknowledgement(gate)) {
    GateOutcome ignored;
    (void)settle(gate, gate.newest, rules, api, ignored);
  }
  cross(gate, rules);
  const bool at_once = rules.passed == PassedReport::kAtOnce || !has_checkpoints;
  if (at_once && rules.passed != PassedReport::kNone && has_crossed(gate) &&
      gate.passed != gate.context.round) {
    report_passed(gate, api);
  }
}

bool is_ignored(Gate& gate, ResourceVersion delivered, const GateRules& rules) {
  if (rules.older_version == OlderVersion::kIgnored && delivered < gate.version) {
    return true;
  }
  gate.version = delivered;
  return false;
}

void on_snapshot(Gate& gate, std::uint32_t checkpoint, const GateRules& rules) {
  cross(gate, rules);
  if (has_crossed(gate) && gate.safe_checkpoint == 0) {
    gate.safe_checkpoint = checkpoint;
  }
}

void on_complete(Gate& gate, std::uint32_t checkpoint, const GateRules& rules, ConfigMapApi& api) {
  if (rules.passed == PassedReport::kWithCheckpoint && awaits_checkpoint(gate) &&
      checkpoint >= gate.safe_checkpoint) {
    report_passed(gate, api);
  }
}

}  // namespace model
