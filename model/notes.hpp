// What the trace of a run says: one kind of note a thing that can happen, and what its fields mean.
//
// `actor` is a slot unless said otherwise, `a` and `b` as listed. Notes of the control plane are
// always kept (they are few), those of single records only when a run is recorded. The versions of
// the ConfigMap count from 1, one a kMapStored; where it is in two clusters, those of each.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "model/config_map.hpp"

namespace model {

enum class NoteKind : std::uint16_t {
  // Of single records and elements.
  kEvent,     // something was taken from the agenda; a: value of the element, if it is one
  kDecision,  // a gate judged a record; actor: gate slot; detail: GateRule | emit << 8 | input <<
              // 9,
              // the input of the gate; a: record;
  // b: watermark << 32 | toggle, both relative to the plan's origin, saturated; MIN: none
  kWritten,    // a sink wrote a record; actor: sink number | color << 31; detail: sink input; a:
               // record; b: transaction
               // (0: at once)
  kCommitted,  // a transaction became visible; actor: color; a: transaction; b: outputs
  kDiscarded,  // a transaction will never be; actor: color of who aborts it, or of whose ids it is
               // when the broker does; detail: DiscardCause; a: transaction
  // Of the control plane.
  kUserChange,  // a: revision
  kHappens,     // a fault; actor: its slot; detail: 0 begins, 1 ends; a: its number
  kTaskFailed,  // actor: gate slot; detail: GateError; a: GateWrite that it was about; b: record
  kMapStored,   // actor: slot of the gate that wrote, of the controller, or of the mirror, which
                // also says in which cluster (mirror.hpp); detail: GateWrite or 0;
                // a: toggle; b: packed (see pack_map)
  kMapLearned,  // actor: gate slot; a: toggle; b: packed
  kMapCached,   // the controller's cache; a: toggle; b: packed
  kPass,        // detail: ControllerRow | failed << 8; a: state after; b: delay asked for, -1 none
  kState,       // the controller's state changed; detail: ControllerRow; a: state before; b: after
  kChild,       // a child's resource changed; actor: color; detail: what (ChildChange); a: version
  kJob,  // a job's life changed; actor: color; detail: JobStatus; a: checkpoint id it starts from
  kSavepoint,         // actor: color; detail: role; a: id; b: 0 triggered, 1 complete
  kFenced,            // a Kafka writer's task fails (rt:X11); actor: color; a: transaction
  kCheckpointFailed,  // actor: color; detail: role; a: id; b: 0 expired, 1 declined (rt:C15)
  kRegion,  // tasks that are connected fail (rt:F3) or start again (rt:F4); actor: color; detail: 0
            // fail, 1 start; a: the first of them; b: how many
  kDiscovered,  // an enumerator has found a partition (rt:K7); actor: color; a: split
  kIngress,     // the parent ingress; detail: 1 it is there; a: color of its backend
  // Remarks: what else a gate subtask sees. In recorded runs only, no part of a fingerprint.
  kGateOpened,     // actor: gate slot; a: version of the ConfigMap that it read; b: write delay, ms
  kGateWatermark,  // actor: gate slot; a: epoch ms
  kGateTold,       // actor: gate slot; a: version of the ConfigMap that kMapLearned then is about
  kGaugeRead,      // actor: gate slot; a: 1 done, 0 not
  kMapKept,        // as kMapStored, of a write that changed nothing and made no version
  kCopyRefused,    // likewise, of a copy that is not put
  kEffect,         // the operator has done something to the world; detail: Effect; a: color
};

// What a pass does to the world, one after the other (op:3.4, p2:K13).
enum class Effect : std::uint16_t {
  kMap,  // the whole ConfigMap, or an entry
  kCreateChild,
  kSuspendChild,
  kRedeployChild,
  kDeleteChild,
  kIngress,
  kTriggerSavepoint,
  kSpec,
  kClearStatus,
  kStatus,
};
constexpr std::array<std::string_view, 10> kEffectNames{
    "ConfigMap", "PUT child",         "suspend child", "redeploy child",     "DELETE child",
    "ingress",   "trigger savepoint", "spec",          "clear child status", "status"};

// From here on notes are always kept, up to the remarks.
constexpr NoteKind kFirstKept = NoteKind::kUserChange;
constexpr NoteKind kFirstRemark = NoteKind::kGateOpened;

// Why a transaction is aborted.
enum class DiscardCause : std::uint16_t {
  kClosed,      // its writer ends (rt:X9)
  kRolledBack,  // the restored state does not know it (rt:X7)
  kLingering,   // a new writer found it left open in Kafka, or took its id (rt:X10, rt:X11)
  kTimedOut,    // the broker gave up waiting (rt:X14)
};

enum class ChildChange : std::uint16_t {
  kCreated,
  kReplaced,  // op:W3 over one that was there
  kStable,
  kNotReady,  // its status shows no RUNNING job any more
  kSuspendAsked,
  kRedeployAsked,  // p2:R4.4
  kSuspended,
  kRedeploying,  // its own controller starts it again (op:5.2)
  kFailed,
  kDeleteAsked,
  kGone,
  kTouchedByUser,  // deleted or suspended by hand, which the user's own line says
};

// A ConfigMap in the field of a note; its toggle stands in the other one.
inline std::int64_t pack_map(const ConfigMap& map) {
  return static_cast<std::int64_t>(map.active) | static_cast<std::int64_t>(map.stage) << 4 |
         static_cast<std::int64_t>(map.watermark_stage) << 8 |
         static_cast<std::int64_t>(map.is_first) << 12 |
         static_cast<std::int64_t>(map.has_toggle) << 13 |
         static_cast<std::int64_t>(map.exists) << 14;
}

}  // namespace model
