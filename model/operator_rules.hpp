// The rules of the Phase 1 controller that were once different, or are proposed to be (op:6).
//
// Like the fields of a protocol (protocol.hpp): one field a difference, the oldest variant first; a
// default is what mainline does.
#pragma once

#include <cstdint>

namespace model {

// What is compared first: whole specs, or fields, which drops what is not compared (op:H1).
enum class DiffOrder : std::uint8_t { kEqualityFirst, kFieldsFirst };

// What of the spec a child is given (op:H2).
enum class ChildSpec : std::uint8_t {
  kRenamed,  // every occurrence of the resource's name is replaced by the child's
  kCopied,
};

// What a changed savepointRedeployNonce is (op:H3).
enum class NonceRedeploy : std::uint8_t { kTransition, kOwnResult };

enum class StateChange : std::uint8_t { kUpgrade, kOwnResult };      // of job.state: op:H4a
enum class InitialSuspend : std::uint8_t { kDeployed, kBlocked };    // op:H4b
enum class MidSuspend : std::uint8_t { kPatchesTarget, kDeferred };  // op:H4c
enum class AfterFinalize : std::uint8_t { kNoDelay, kAtOnce };       // op:H4d: the next pass
enum class MissingActive : std::uint8_t { kException, kFailing };    // op:H4e

enum class ParentIngress : std::uint8_t {
  kNone,        // before op:H5: both children get the template's ingress as it is
  kCaught,      // op:H5p: an exception in finalize is caught, once the markers are reset
  kPropagates,  // op:A0, finalize
};

// Who writes the status (op:H9).
enum class StatusWrites : std::uint8_t {
  kPatchOnly,     // W2
  kPutThenPatch,  // W1, then W2, which removes keys that are gone already (op:1.6)
};

// Whether a pass may see a status from before the last one was written (op:H10).
enum class OwnStatus : std::uint8_t { kMayLag, kReadBack };

// When a pass is repeated that fails while a retry is due in more than five seconds (op:5.3).
enum class RetryDeadline : std::uint8_t { kRearmed, kKept };

// When the spec counts as reconciled (op:6.3, U2).
enum class Stamping : std::uint8_t {
  kAtFinalize,   // first draft
  kBeforeStart,  // op:A7, A9
  kAfterStart,   // op:U2
};

// What the deadline of a transition does (op:6.3).
enum class DeadlineMeans : std::uint8_t {
  kNothing,    // before c81ed916: the transition is stuck, silently
  kFailing,    // c81ed916: it is stuck and reported as failed
  kRollsBack,  // 1f3da3e5: to the other color, even if there is none
  kAborts,     // op:T11
};

enum class MidChange : std::uint8_t { kIgnored, kPatchesTarget };  // op:6.3, op:T2

// What becomes of a spec whose transition was aborted (op:U3).
enum class AbortedSpec : std::uint8_t {
  kStays,
  kTakenBack,            // variant A: the one before is remembered in the status
  kTakenBackFromMemory,  // variant B: in the process
};

// What a patch of a suspended child (op:A4) does to its status (op:U4).
enum class SuspendedPatch : std::uint8_t { kKeepsStatus, kClearsStatus };

// Whether a first deployment that was suspended can be resumed once it had failed (op:U5).
enum class ResumeInitial : std::uint8_t { kNever, kWithDiff };

// A transition whose source is gone, with a target that is not ready (op:U1).
enum class SourceGone : std::uint8_t { kWaitsForTarget, kFinalizes };

struct OperatorRules {
  DiffOrder diff_order = DiffOrder::kFieldsFirst;
  ChildSpec child_spec = ChildSpec::kCopied;
  NonceRedeploy nonce_redeploy = NonceRedeploy::kOwnResult;
  StateChange state_change = StateChange::kOwnResult;
  InitialSuspend initial_suspend = InitialSuspend::kBlocked;
  MidSuspend mid_suspend = MidSuspend::kDeferred;
  AfterFinalize after_finalize = AfterFinalize::kAtOnce;
  MissingActive missing_active = MissingActive::kFailing;
  ParentIngress parent_ingress = ParentIngress::kPropagates;
  StatusWrites status_writes = StatusWrites::kPutThenPatch;
  OwnStatus own_status = OwnStatus::kReadBack;
  RetryDeadline retry_deadline = RetryDeadline::kKept;
  Stamping stamping = Stamping::kBeforeStart;
  DeadlineMeans deadline = DeadlineMeans::kAborts;
  MidChange mid_change = MidChange::kPatchesTarget;
  AbortedSpec aborted_spec = AbortedSpec::kStays;
  SuspendedPatch suspended_patch = SuspendedPatch::kKeepsStatus;
  ResumeInitial resume_initial = ResumeInitial::kNever;
  SourceGone source_gone = SourceGone::kWaitsForTarget;

  friend constexpr bool operator==(const OperatorRules&, const OperatorRules&) = default;
};

}  // namespace model
