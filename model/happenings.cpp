// What happens from outside: what the user does, and faults (op:5.1, 5.6; rt:F4, P8, P9).

#include <algorithm>

#include "model/actions.hpp"
#include "model/system.hpp"

namespace model {

// One that lasts comes by twice: when it begins, and when it ends.
void System::happens(std::uint32_t number) {
  Globals& globals = world_.globals();
  const Happening& what = plan_.happenings()[number];
  const sim::Slot at = slot(SlotKind::kHappening, Color::kBlue, number);
  const bool ends = globals.begun[number];
  globals.begun[number] = true;
  changed();
  if (what.action != Action::kChangeSpec) {
    note(NoteKind::kHappens, sim::index_of(at), ends ? 1 : 0, number, 0);
  }
  if (ends) {
    --globals.happenings_left;
    fault_ends(what);
    return;
  }
  const bool is_armed = what.after_writes > 0 || what.action == Action::kSlowDeletion;
  if (what.lasts.ms() == 0 || is_armed) {
    --globals.happenings_left;
  } else {
    const sim::Due until = now_.after(ms_of(what.lasts));
    schedule(at, until, until.ms);
  }
  const auto times = static_cast<std::uint16_t>(what.times);
  switch (what.action) {
    case Action::kChangeSpec:
      plan_.upgrade() == Upgrade::kPlain ? upgrade_in_place() : change_spec();
      break;
    case Action::kPauseSubtask:
    case Action::kSlowSubtask: hamper(what); break;
    case Action::kFreezeInformer: freeze(what); break;
    case Action::kConflict: set_conflicts(what); break;
    case Action::kChildNotReady: make_not_ready(what); break;
    case Action::kKillJob: fail_job(what.job); break;
    case Action::kKillTask: kill_task(what); break;
    case Action::kKillJobManager: lose_job_manager(what.job, now_.after(ms_of(what.lasts))); break;
    case Action::kFailCheckpoint: globals.to_be_declined[index_of(what.job)] = what.times; break;
    case Action::kLoseNotices: globals.lost_notices[index_of(what.job)] = what.times; break;
    case Action::kFailRequests: globals.failed_requests = times; break;
    case Action::kTimeOutRequests: globals.timed_out_requests = times; break;
    case Action::kFailIngress: globals.failed_ingresses = times; break;
    case Action::kRefuseSavepoints: globals.refused_triggers = times; break;
    case Action::kLoseAnswers: globals.failed_fetches = times; break;
    case Action::kStopApiServer: stop_api_server(now_.after(ms_of(what.lasts))); break;
    case Action::kPauseOperator: pause_operator(now_.after(ms_of(what.lasts))); break;
    case Action::kChangeLeader:
      if (is_armed) {
        arm_death(number);
      } else {
        kill_operator();
        start_operator();
      }
      break;
    case Action::kDeleteChild:
      if (globals.children[index_of(what.job)].content().exists != 0) {
        delete_child(what.job, ChildChange::kTouchedByUser);
      }
      break;
    case Action::kSuspendChild: suspend_child(what.job); break;
    case Action::kDeleteConfigMap:
      if (globals.map.content().exists) {
        store_map(ConfigMap{}, slot(SlotKind::kReconcile), GateWrite::kNone);
      }
      break;
    case Action::kRestartOperator:
      if (is_armed) {
        arm_death(number);
      } else {
        kill_operator();
      }
      break;
    default: fault_begins(what, number); break;
  }
}

// What is due before then waits until then.
void System::postpone(sim::Slot at, sim::Due until) {
  if (is_scheduled(at) && world_.due(at).earliest < until) {
    schedule(at, world_.due(at).not_before(until), until.ms);
  }
}

void System::change_spec() {
  Globals& globals = world_.globals();
  // Users write one manifest after the other, in the order in which they are listed.
  const std::uint32_t before = globals.spec.content();
  const std::uint32_t revision =
      revision_of(generation_of(before) + 1, kFirstManifest + ++globals.changes);
  globals.spec.write(revision, now_);
  note(NoteKind::kUserChange, 0, 0, generation_of(revision), 0);
  const ControllerRules& rules = plan_.protocol().controller;
  const BlueGreenStatus& status = globals.status;
  if (!is_transitioning(status.state) && status.last_reconciled_spec != 0 &&
      !controller_.differ(status.last_reconciled_spec, revision, rules)) {
    chronicle_.changes_taken_back();
  } else if (controller_.differ(before, revision, rules)) {
    chronicle_.change_requested(revision, now_);
  }
  watch(slot(SlotKind::kPrimaryWatch), globals.spec_seen, globals.spec.newest);
}

// op:5.2: the child of the active color is given another spec.
void System::upgrade_in_place() {
  const bool is_green = world_.globals().status.state == BlueGreenState::kActiveGreen;
  const Color active = is_green ? Color::kGreen : Color::kBlue;
  Child child = world_.globals().children[index_of(active)].content();
  if (child.exists != 0) {
    child.spec = revision_of(generation_of(child.spec) + 1, manifest_of(child.spec) + 1);
    child.is_suspended = controller_.content(child.spec).is_suspended ? 1 : 0;
    store_child(active, child, ChildChange::kReplaced);
  }
}

void System::hamper(const Happening& what) {
  for (std::uint32_t s = 0; s < job_.subtasks.size(); ++s) {
    const SubtaskPlan& subtask = job_.subtasks[s];
    const bool is_meant = job_.tasks[subtask.task].contains(what.operator_id) &&
                          what.subtask.value_or(subtask.index) == subtask.index;
    if (is_meant) {
      hamper(what, s);
    }
  }
}

void System::hamper(const Happening& what, std::uint32_t subtask) {
  const sim::Due until = now_.after(ms_of(what.lasts));
  if (what.action == Action::kPauseSubtask || what.action == Action::kPauseTaskManager) {
    pause_thread(what.job, subtask, until);
    return;
  }
  Subtask& state = world_.subtasks(what.job)[subtask];
  state.slow_until = until;
  state.slow_ms = ms_of(what.per_record);
}

void System::kill_task(const Happening& what) {
  for (std::uint32_t s = 0; s < job_.subtasks.size(); ++s) {
    const SubtaskPlan& subtask = job_.subtasks[s];
    if (subtask.index == what.subtask && job_.tasks[subtask.task].contains(what.operator_id)) {
      fail_task(what.job, s);
      return;
    }
  }
}

void System::freeze(const Happening& what) {
  const sim::Due until = now_.after(ms_of(what.lasts));
  each_watcher(what, [&](sim::Slot watcher) {
    sim::Due& thaws = faults_of(watcher)->frozen_until;
    thaws = std::max(thaws, until);
    postpone(watcher, until);
  });
}

// Watches are silent until then, requests fail (api_is_down()).
void System::stop_api_server(sim::Due until) {
  Globals& globals = world_.globals();
  globals.api_down_until = std::max(globals.api_down_until, until);
  for (const SlotKind kind : {SlotKind::kPrimaryWatch, SlotKind::kMapCache}) {
    postpone(slot(kind), until);
  }
  for (const Color c : kColors) {
    postpone(slot(SlotKind::kChildCache, c), until);
    postpone(slot(SlotKind::kChildWatch, c), until);
    for (std::uint32_t g = 0; g < job_.gates.size(); ++g) {
      postpone(slot(SlotKind::kGateWatch, c, g), until);
    }
  }
}

// What its informers hear waits in their queues.
void System::pause_operator(sim::Due until) {
  Globals& globals = world_.globals();
  globals.operator_paused_until = std::max(globals.operator_paused_until, until);
  postpone(slot(SlotKind::kReconcile), until);
}

// By hand: not what the resource's spec says (op:R19).
void System::suspend_child(Color c) {
  Child child = world_.globals().children[index_of(c)].content();
  if (child.exists != 0 && child.is_suspended == 0) {
    child.is_suspended = 1;
    store_child(c, child, ChildChange::kTouchedByUser);
  }
}

void System::set_conflicts(const Happening& what) {
  Globals& globals = world_.globals();
  if (what.writer == Writer::kController) {
    globals.controller_conflicts = what.times;
  } else {
    globals.gate_conflicts[index_of(what.job)] = what.times;
  }
}

// The blip of op:5.1. Its end is when the child's controller next sees the job.
void System::make_not_ready(const Happening& what) {
  const std::size_t color = index_of(what.job);
  Globals& globals = world_.globals();
  const sim::Due until = now_.after(ms_of(what.lasts));
  globals.not_ready_until[color] = std::max(globals.not_ready_until[color], until);
  Child child = globals.children[color].content();
  if (child.is_ready()) {
    child.is_job_running = 0;
    store_child(what.job, child, ChildChange::kNotReady);
    schedule(slot(SlotKind::kChildStatus, what.job), until, until.ms);
  }
}

void System::arm_death(std::uint32_t number) {
  Globals& globals = world_.globals();
  globals.operator_dies_after = plan_.happenings()[number].after_writes;
  globals.operator_doom = number;
}

// op:5.6: what is in the process's memory is lost. The children's own controllers are in it, too.
void System::kill_operator() {
  Globals& globals = world_.globals();
  globals.operator_is_down = true;
  globals.remembers_status = false;
  globals.operator_paused_until = {};
  globals.status_told_at = {};
  if (plan_.protocol().controller.aborted_spec == AbortedSpec::kTakenBackFromMemory) {
    globals.status.spec_before = 0;
  }
  globals.operator_dies_after = 0;
  globals.retry_attempt = 0;
  globals.retry_at = {};
  if (PassUnderWay* const pass = world_.pass_under_way()) {
    *pass = PassUnderWay{};
  }
  for (const SlotKind kind : {SlotKind::kReconcile, SlotKind::kPrimaryWatch, SlotKind::kMapCache}) {
    unschedule(slot(kind));
  }
  for (const Color c : kColors) {
    unschedule(slot(SlotKind::kChildCache, c));
    unschedule(slot(SlotKind::kChildWatch, c));
  }
}

// op:5.6: informers list, and one pass follows at once.
void System::start_operator() {
  Globals& globals = world_.globals();
  if (!globals.operator_is_down) {
    return;
  }
  globals.operator_is_down = false;
  globals.passes_in_row = 0;
  globals.cache_watch = {};
  globals.view.spec = globals.spec.content();
  globals.spec_seen = globals.spec.newest;
  globals.view.map = globals.map.content();
  globals.map_seen = globals.map.newest;
  for (const Color c : kColors) {
    const std::size_t color = index_of(c);
    globals.view.children[color] = globals.children[color].content();
    globals.child_seen[color] = globals.children[color].newest;
    unschedule(slot(SlotKind::kChildWatch, c));
    globals.child_watched[color] = globals.children[color].newest;
    const Job& job = world_.job(c);
    const bool all_run = job.status == JobStatus::kRunning && job.closed_subtasks == 0;
    if (all_run && !is_scheduled(slot(SlotKind::kChildStatus, c))) {
      child_is_stable(c);  // also what it would have seen meanwhile
    } else {
      child_controller_goes_on(c);
    }
  }
  reconcile_soon();
}

// One more write of the operator took effect.
void System::operator_wrote(Effect what, Color of) {
  Globals& globals = world_.globals();
  note(NoteKind::kEffect, sim::index_of(slot(SlotKind::kReconcile)),
       static_cast<std::uint16_t>(what), static_cast<std::int64_t>(of), 0);
  if (globals.operator_dies_after > 0 && --globals.operator_dies_after == 0) {
    throw OperatorDied{};
  }
}

// Between two writes of a pass (p2:K13): what was not stored is lost.
void System::operator_died() {
  Globals& globals = world_.globals();
  const std::uint32_t number = globals.operator_doom;
  const std::uint32_t absence = ms_of(plan_.happenings()[number].lasts);
  const sim::Slot at = slot(SlotKind::kHappening, Color::kBlue, number);
  note(NoteKind::kHappens, sim::index_of(at), 0, number, 1);
  ++globals.happenings_left;
  schedule(at, now_.after(absence), now_.ms);
  kill_operator();
}

}  // namespace model
