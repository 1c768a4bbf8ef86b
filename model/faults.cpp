// Faults that hold something back while they last, and those that wait for their moment (op:5.2,
// R9; p2:G3, R1.1, R4.2; rt:C15, F2, F3, ID1, M4, M5, N1, P9).
//
// What is in force needs no state of its own: a fault that has begun and whose end is scheduled is.

#include <algorithm>

#include "model/actions.hpp"
#include "model/system.hpp"

namespace model {

namespace {

// How far a clock that drifts has gone off in that time.
std::int32_t drifted(const Happening& what, std::uint32_t elapsed_ms) {
  const auto off = static_cast<std::int32_t>(std::uint64_t{elapsed_ms} * what.per_thousand / 1'000);
  return what.direction == Direction::kAhead ? off : -off;
}

std::int32_t skew(const Happening& what) {
  const auto off = static_cast<std::int32_t>(what.by.ms());
  return what.direction == Direction::kAhead ? off : -off;
}

}  // namespace

bool System::is_in_force(std::uint32_t number) {
  return world_.globals().begun[number] &&
         is_scheduled(slot(SlotKind::kHappening, Color::kBlue, number));
}

sim::Due System::in_force_until(Action action, Color c) {
  sim::Due until = now_;
  each_in_force(action, c, [&](const Happening&, sim::Due end) { until = std::max(until, end); });
  return until;
}

sim::Due System::held_until(const SlotInfo& at) {
  switch (at.kind) {
    case SlotKind::kEmit: {
      const SubtaskPlan& subtask = job_.subtasks[job_.sources[at.index].subtask];
      sim::Due until = now_;
      each_in_force(Action::kPauseSource, at.color, [&](const Happening& what, sim::Due end) {
        if (job_.tasks[subtask.task].contains(what.operator_id) &&
            what.subtask.value_or(subtask.index) == subtask.index) {
          until = std::max(until, end);
        }
      });
      return until;
    }
    case SlotKind::kStart:
    case SlotKind::kRegion:
    case SlotKind::kTrigger:
    case SlotKind::kComplete:
    case SlotKind::kExpire:
    case SlotKind::kAllow:
    case SlotKind::kDiscover: return in_force_until(Action::kPauseJobManager, at.color);
    case SlotKind::kChildWatch: return in_force_until(Action::kPauseChildController, at.color);
    case SlotKind::kChildStatus:
      return std::max(in_force_until(Action::kPauseJobManager, at.color),
                      in_force_until(Action::kPauseChildController, at.color));
    default: return now_;
  }
}

void System::hold_back_all() {
  for (std::uint32_t s = 0; s < plan_.slots().size(); ++s) {
    const sim::Due until = held_until(plan_.slots()[s]);
    if (until > now_) {
      postpone(sim::Slot{s}, until);
    }
  }
}

// Those that happenings.cpp does not carry out itself.
void System::fault_begins(const Happening& what, std::uint32_t number) {
  Globals& globals = world_.globals();
  const std::size_t color = index_of(what.job);
  switch (what.action) {
    case Action::kPauseJob:
      for (std::uint32_t s = 0; s < job_.subtasks.size(); ++s) {
        pause_thread(what.job, s, now_.after(ms_of(what.lasts)));
      }
      break;
    case Action::kKillTaskManager: kill_task_manager(what); break;
    case Action::kPauseTaskManager:
    case Action::kSlowTaskManager:
      for (std::uint32_t s = 0; s < job_.subtasks.size(); ++s) {
        if (job_.subtasks[s].index == what.subtask) {
          hamper(what, s);
        }
      }
      break;
    case Action::kPauseJobManager:
    case Action::kPauseChildController:
    case Action::kPauseSource: hold_back_all(); break;
    case Action::kFailSavepoint: globals.savepoints_to_decline[color] = what.times; break;
    case Action::kHangSavepoint: globals.savepoints_to_hang[color] = what.times; break;
    case Action::kSlowSavepoint:
      globals.savepoints_to_slow[color] = what.times;
      globals.savepoints_slower_ms[color] = ms_of(what.by);
      break;
    case Action::kMissingMetrics:
      for (GateSlot& gate : world_.gates(what.job)) {
        gate.has_metric = 0;
      }
      break;
    case Action::kSlowDeletion: globals.slow_deletion[color] = number + 1; break;
    case Action::kDropWatchEvent:
      each_watcher(what, [&](sim::Slot watcher) {
        faults_of(watcher)->events_to_lose = static_cast<std::uint16_t>(what.times);
      });
      break;
    case Action::kBreakWatch: break_watch(what); break;
    case Action::kSkewClock: globals.clock_skew_ms[color] = skew(what); break;
    case Action::kSkewOperatorClock: globals.operator_clock_ahead_ms = skew(what); break;
    case Action::kSlowRestart: globals.restart_later_ms[color] = ms_of(what.by); break;
    case Action::kLoseAcknowledgement: globals.lost_acknowledgements[color] = what.times; break;
    default: break;  // what asks whether it is in force
  }
}

void System::fault_ends(const Happening& what) {
  Globals& globals = world_.globals();
  const std::size_t color = index_of(what.job);
  switch (what.action) {
    case Action::kRestartOperator:
    case Action::kChangeLeader: start_operator(); break;
    case Action::kPauseJobManager: job_manager_goes_on(what.job); break;
    case Action::kPauseChildController: child_controller_goes_on(what.job); break;
    case Action::kSlowDeletion:
      globals.is_torn_down[color] = false;
      child_controller_goes_on(what.job);
      break;
    case Action::kBreakWatch:
      each_watcher(what, [&](sim::Slot watcher) { list_again(watcher); });
      break;
    case Action::kDriftClock:
      globals.clock_drift_ms[color] += drifted(what, ms_of(what.lasts));
      break;
    default: break;
  }
}

// rt:F3: the subtasks that share its slot, each of which takes its region with it.
void System::kill_task_manager(const Happening& what) {
  for (std::uint32_t s = 0; s < job_.subtasks.size(); ++s) {
    if (job_.subtasks[s].index == what.subtask) {
      fail_task(what.job, s);
    }
  }
}

// --- Watchers ------------------------------------------------------------------------------------

void System::break_watch(const Happening& what) {
  const sim::Due until = now_.after(ms_of(what.lasts));
  freeze(what);
  each_watcher(what, [&](sim::Slot watcher) {
    WatchFaults& faults = *faults_of(watcher);
    faults.relists = faults.frozen_until == until;
  });
}

// What there is by now is there, also what it had lost. One whose delivery is due anyhow takes the
// newest version with it.
void System::list_again(sim::Slot watcher) {
  const SlotInfo& info = plan_.slots()[sim::index_of(watcher)];
  WatchFaults& faults = *faults_of(watcher);
  if (!faults.relists || is_scheduled(watcher)) {
    return;
  }
  Globals& globals = world_.globals();
  const auto list = [&](std::uint32_t seen, std::uint32_t newest) {
    faults.relists = seen < newest;
    if (faults.relists) {
      schedule_delivery(watcher, newest, now_);
    }
  };
  switch (info.kind) {
    case SlotKind::kGateWatch:
      if (world_.subtasks(info.color)[job_.gates[info.index].subtask].open) {
        list(world_.gates(info.color)[info.index].seen, world_.map_of(info.color).newest);
      }
      break;
    case SlotKind::kMapCache: list(globals.map_seen, globals.map.newest); break;
    case SlotKind::kPrimaryWatch: list(globals.spec_seen, globals.spec.newest); break;
    default:
      list(globals.child_seen[index_of(info.color)], globals.children[index_of(info.color)].newest);
      break;
  }
}

// --- The JobManager ------------------------------------------------------------------------------

// The child's controller tries again to stop the job.
void System::job_manager_goes_on(Color c) {
  const Job& job = world_.job(c);
  const Child& child = world_.globals().children[index_of(c)].content();
  const bool asks = child.exists != 0 && (child.is_suspended != 0 || child.spec != job.spec);
  if (asks && job.status == JobStatus::kRunning && job.closed_subtasks == 0) {
    schedule(slot(SlotKind::kChildStatus, c), now_, now_.ms);
  }
}

// --- The child's own controller ------------------------------------------------------------------

bool System::is_child_controller_held(Color c) {
  return world_.globals().operator_is_down ||
         (holds_back_ && held_until(SlotInfo{SlotKind::kChildWatch, c, 0}) > now_);
}

// It sees what became of its job meanwhile, and what its resource asks for (op:5.2).
void System::child_controller_goes_on(Color c) {
  const Child& child = world_.globals().children[index_of(c)].content();
  if (child.exists == 0 || is_child_controller_held(c)) {
    return;
  }
  const JobStatus status = world_.job(c).status;
  const bool is_seen =
      child.lifecycle == Lifecycle::kSuspended || child.lifecycle == Lifecycle::kFailed;
  if (child.is_deleting == 0 && !is_seen && status == JobStatus::kFinished) {
    child_has_stopped(c, SavepointRole::kStop);
  } else if (child.is_deleting == 0 && !is_seen && status == JobStatus::kFailed) {
    child_has_failed(c);
  }
  act_on_child(c, Child{world_.globals().children[index_of(c)].content()});
}

// Whether the child stays for a while though its job is gone (op:5.2). That begins when its
// controller first sees that it is to be deleted.
bool System::teardown_waits(Color c) {
  Globals& globals = world_.globals();
  const std::size_t color = index_of(c);
  if (globals.slow_deletion[color] != 0 && !globals.is_torn_down[color]) {
    const std::uint32_t number = globals.slow_deletion[color] - 1;
    const sim::Slot at = slot(SlotKind::kHappening, Color::kBlue, number);
    globals.slow_deletion[color] = 0;
    globals.is_torn_down[color] = true;
    ++globals.happenings_left;
    note(NoteKind::kHappens, sim::index_of(at), 0, number, 1);
    schedule(at, now_.after(ms_of(plan_.happenings()[number].lasts)), now_.ms);
  }
  return globals.is_torn_down[color];
}

// --- Clocks and channels -------------------------------------------------------------------------

// What the gates of that job measure durations by.
sim::Due System::clock_of(Color c) {
  if (!plan_.has_action(Action::kDriftClock)) {
    return now_;
  }
  std::int64_t shown = std::int64_t{now_.ms} + world_.globals().clock_drift_ms[index_of(c)];
  each_in_force(Action::kDriftClock, c, [&](const Happening& what, sim::Due end) {
    shown += drifted(what, ms_of(what.lasts) - (end.ms - now_.ms));
  });
  return sim::Due{static_cast<std::uint32_t>(std::max(shown, std::int64_t{0}))};
}

EventTime System::wall_clock_of(Color c) {
  const std::int64_t shown =
      std::int64_t{clock_of(c).ms} + world_.globals().clock_skew_ms[index_of(c)];
  return clock_start_ + EventSpan{sim::milliseconds{shown}};
}

// From when on the delay counts of what that job sends now.
sim::Due System::sent_at(Color c) {
  sim::Due sent = now_;
  each_in_force(Action::kSlowChannels, c, [&](const Happening& what, sim::Due end) {
    if (now_ < end) {
      sent = std::max(sent, now_.after(ms_of(what.by)));
    }
  });
  return sent;
}

}  // namespace model
