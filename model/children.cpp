// The children and their own controllers: what a write of a child's resource does to its job
// (op:5.1, 5.2).

#include <algorithm>

#include "model/system.hpp"

namespace model {

// The child's own controller reacts to the newest version it has been told of.
void System::child_controller(Color c) {
  Globals& globals = world_.globals();
  const Child child = deliver_next(slot(SlotKind::kChildWatch, c), globals.children[index_of(c)],
                                   globals.child_watched[index_of(c)]);
  act_on_child(c, child);
}

// op:5.2, row by row. Its own status it knows as it is stored.
void System::act_on_child(Color c, const Child& child) {
  if (child.exists == 0) {
    return;
  }
  const Job& job = world_.job(c);
  if (child.is_deleting != 0) {
    if (teardown_waits(c)) {
      if (job.is_up()) {
        cancel_job(c);
      }
      return;
    }
    child_is_gone(c);
    return;
  }
  if (job.status == JobStatus::kStopping) {
    return;
  }
  const Child now = world_.globals().children[index_of(c)].content();
  if (child.is_suspended != 0) {
    if (job.is_up()) {
      stop_child(c);
    } else if (job.status == JobStatus::kFailed && now.lifecycle != Lifecycle::kSuspended) {
      child_has_stopped(c, SavepointRole::kLatest);
    }
    return;
  }
  if (now.lifecycle == Lifecycle::kSuspended) {
    // From its own stop: spec.initialSavepointPath is not looked at (op:R8).
    const bool is_stateless = upgrade_mode_of(child) == UpgradeMode::kStateless;
    redeploy_child(c, is_stateless ? SavepointRef{} : SavepointRef{c, now.stopped_with});
  } else if (job.status == JobStatus::kNone || was_cleared(now, job)) {
    redeploy_child(c, child.initial_savepoint);  // never deployed
  } else if (child.nonce != job.nonce && child.nonce != 0) {
    if (job.is_up()) {
      cancel_job(c);
    }
    redeploy_child(c, child.initial_savepoint);
  } else if (!runs_another(child.spec, job.spec)) {
    world_.job(c).spec = child.spec;  // no job action
  } else if (job.is_up()) {
    world_.job(c).is_upgrading = true;
    stop_child(c);
  } else if (job.status == JobStatus::kFailed && has_checkpoints()) {
    world_.job(c).is_upgrading = true;  // last-state fallback
    const bool is_stateless = upgrade_mode_of(child) == UpgradeMode::kStateless;
    child_has_stopped(c, is_stateless ? SavepointRole::kNone : SavepointRole::kLatest);
  }
}

// By upgrade mode. Not RUNNING as far as its controller knows: last-state fallback, which commits
// nothing.
void System::stop_child(Color c) {
  const Child child = world_.globals().children[index_of(c)].content();
  if (upgrade_mode_of(child) == UpgradeMode::kSavepoint && child.is_ready()) {
    stop_with_savepoint(c);
    return;
  }
  cancel_job(c);
  const bool is_stateless = upgrade_mode_of(child) == UpgradeMode::kStateless;
  child_has_stopped(c, is_stateless ? SavepointRole::kNone : SavepointRole::kLatest);
}

UpgradeMode System::upgrade_mode_of(const Child& child) const {
  return controller_.content(child.spec).upgrade_mode;
}

// Whether the difference between two specs is more than what its own controller ignores (op:4,
// op:5.2).
bool System::runs_another(std::uint32_t spec, std::uint32_t other) const {
  if (spec == other) {
    return false;
  }
  const SpecContent a = controller_.content(spec);
  const SpecContent b = controller_.content(other);
  return a.upgrade != b.upgrade || (a.restart_nonce != b.restart_nonce && a.restart_nonce != 0);
}

// Without a finalizer, or once its controller has cleaned up.
void System::child_is_gone(Color c) {
  if (world_.job(c).is_up()) {
    cancel_job(c);
  }
  if (world_.globals().children[index_of(c)].content().exists != 0) {
    store_child(c, Child{}, ChildChange::kGone);
  }
}

void System::child_has_stopped(Color c, SavepointRole left) {
  Child child = world_.globals().children[index_of(c)].content();
  child.stopped_with = left;
  child.is_job_running = 0;
  if (world_.job(c).is_upgrading && child.is_suspended == 0) {
    store_child(c, child, ChildChange::kNotReady);
    redeploy_child(c, SavepointRef{c, left});
    return;
  }
  child.lifecycle = Lifecycle::kSuspended;
  store_child(c, child, ChildChange::kSuspended);
}

void System::redeploy_child(Color c, SavepointRef from) {
  Child child = world_.globals().children[index_of(c)].content();
  child.lifecycle = Lifecycle::kCreated;
  child.is_job_running = 0;
  store_child(c, child, ChildChange::kRedeploying);
  deploy_job(c, child, from);
}

// All tasks run, or a blip is over. Then the controller has another look at its child.
void System::child_is_stable(Color c) {
  Globals& globals = world_.globals();
  if (globals.operator_is_down) {
    return;  // and with it the child's own controller (op:5.6), which looks when it is back
  }
  const sim::Due not_before = globals.not_ready_until[index_of(c)];
  if (now_ < not_before) {
    schedule(slot(SlotKind::kChildStatus, c), not_before, not_before.ms);
    return;
  }
  Child child = globals.children[index_of(c)].content();
  const JobStatus status = world_.job(c).status;
  const bool runs = status == JobStatus::kRunning || status == JobStatus::kStopping ||
                    status == JobStatus::kRestarting;
  if (!runs || child.exists == 0) {
    return;
  }
  if (!child.is_ready()) {
    child.lifecycle = Lifecycle::kStable;
    child.is_job_running = 1;
    store_child(c, child, ChildChange::kStable);
  }
  act_on_child(c, child);
}

}  // namespace model
