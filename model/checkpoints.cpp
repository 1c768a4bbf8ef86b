// Checkpoints and savepoints: trigger, snapshots, completion or failure, commits
// (rt:C2-C5, C10-C13, C15, SP1-SP5, SP8, X1, X2, X5).

#include <algorithm>

#include "model/system.hpp"

namespace model {

namespace {

constexpr std::uint32_t kPeriodic = 0;
constexpr std::uint32_t kSavepoint = 1;

// Where a checkpoint of that role is kept: a periodic one beside the latest completed one.
SnapshotArea area_for(SavepointRole role, const Job& job) {
  switch (role) {
    case SavepointRole::kTransition: return SnapshotArea::kTransition;
    case SavepointRole::kStop: return SnapshotArea::kStop;
    case SavepointRole::kNone:
    case SavepointRole::kGiven:
    case SavepointRole::kLatest: break;
  }
  return job.has_latest && job.latest == SnapshotArea::kCheckpointA ? SnapshotArea::kCheckpointB
                                                                    : SnapshotArea::kCheckpointA;
}

// Whether a job is being stopped with that savepoint.
bool is_stop(const Job& job, std::uint32_t id) {
  return job.status == JobStatus::kStopping &&
         id == job.snapshots[index_of(SnapshotArea::kStop)].id;
}

}  // namespace

// rt:C4: ids only grow; those of the other job have nothing to do with them (rt:C17). The trigger
// reaches every source subtask at its own moment (rt:C5). A second savepoint takes the place of one
// that is pending, whose alignment its barriers end (rt:C8).
std::uint32_t System::trigger_checkpoint(Color c, SavepointRole role) {
  Job& job = world_.job(c);
  const bool is_running = job.status == JobStatus::kRunning || job.status == JobStatus::kStopping;
  if (!is_running || job.closed_subtasks != 0) {
    return 0;
  }
  PendingCheckpoint& pending = job.pending[role == SavepointRole::kNone ? kPeriodic : kSavepoint];
  pending = PendingCheckpoint{};
  pending.id = job.next_checkpoint++;
  pending.missing = static_cast<std::uint32_t>(job_.subtasks.size());
  pending.complete_at = sim::Window::at(now_);
  pending.area = area_for(role, job);
  job.snapshots[index_of(pending.area)] = SnapshotHead{pending.id, 0, c, {}};
  world_.clear_snapshot(c, pending.area);
  if (role != SavepointRole::kNone) {
    hamper_savepoint(c, pending);
    unschedule(slot(SlotKind::kComplete, c, kSavepoint));
    note(NoteKind::kSavepoint, static_cast<std::uint32_t>(index_of(c)),
         static_cast<std::uint16_t>(role), pending.id, 0);
  }
  const std::uint32_t id = pending.id;
  // rt:SP1: where barriers overtake a savepoint waits its turn.
  pending.waits = role != SavepointRole::kNone && job_.barriers == Barriers::kUnaligned &&
                  job.pending[kPeriodic].id != 0;
  if (!pending.waits) {
    send_triggers(c, id);
  }
  return id;
}

// Its time runs from then on (rt:C15).
void System::send_triggers(Color c, std::uint32_t id) {
  if (job_.timeout_ms != 0) {
    const std::uint32_t which = is_savepoint(c, id) ? kSavepoint : kPeriodic;
    schedule(slot(SlotKind::kExpire, c, which), now_.after(job_.timeout_ms), id);
  }
  if (job_.aligned_timeout_ms != 0 && !is_savepoint(c, id)) {
    schedule_overdue(c);
  }
  for (const SourcePlan& source : job_.sources) {
    send(c, job_.subtasks[source.subtask].mailbox, ElementKind::kTrigger,
         static_cast<std::int32_t>(id));
  }
}

bool System::is_savepoint(Color c, std::uint32_t id) {
  return world_.job(c).pending[kSavepoint].id == id;
}

// rt:C2: when the job turns RUNNING.
void System::start_checkpoints(Color c) {
  if (const auto interval = plan_.settings().job.checkpoint_interval) {
    const std::uint32_t run = world_.job(c).run;
    const sim::Slot at = slot(SlotKind::kTrigger, c);
    const Delay first{0, static_cast<std::uint32_t>(interval->ms())};
    schedule(at, after(now_, at, ChoiceKind::kFirstTrigger, at, run, first), run);
  }
}

// rt:C2, C3: on a fixed schedule; waits while another one is pending; refused unless every task
// runs (rt:C4).
void System::periodic_trigger(Color c) {
  Job& job = world_.job(c);
  const auto interval = static_cast<std::uint32_t>(plan_.settings().job.checkpoint_interval->ms());
  if (job.closed_subtasks == 0) {
    job.trigger_queued = true;
    trigger_queued(c);
  }
  const sim::Due next = now_.after(interval);
  schedule(slot(SlotKind::kTrigger, c), next, next.ms);
}

// rt:C5: sinks pre-commit, the barrier goes out, the snapshot is taken.
void System::take_snapshot(Color c, std::uint32_t subtask, std::uint32_t id) {
  const SubtaskPlan& plan = job_.subtasks[subtask];
  const TaskPlan& task = job_.tasks[plan.task];
  if (plan_.settings().deployment.drain && is_stop(world_.job(c), id)) {
    drain(c, subtask);
  }
  for (const std::uint32_t op : task.ops) {
    if (job_.ops[op].kind == NodeKind::kSink) {
      precommit(c, job_.ops[op].instance_base + plan.index, id);
    }
  }
  for (const std::uint32_t op : task.ops) {
    broadcast(c, job_.ops[op], plan.index, ElementKind::kBarrier, static_cast<std::int32_t>(id));
  }
  for (std::uint32_t which = 0; which < 2; ++which) {
    const PendingCheckpoint& pending = world_.job(c).pending[which];
    if (pending.id == id) {
      save(c, subtask, pending.area, id);
    }
  }
}

void System::acknowledge(Color c, std::uint32_t subtask, std::uint32_t id) {
  for (std::uint32_t which = 0; which < 2; ++which) {
    PendingCheckpoint& pending = world_.job(c).pending[which];
    if (pending.id != id) {
      continue;
    }
    if (pending.is_declined || pending.hangs || loses_acknowledgement(c)) {
      continue;  // nobody waits for it any more, or nobody hears of it
    }
    const sim::Due from = now_.after(pending.slower_ms);
    const sim::Slot actor = slot(SlotKind::kOpen, c, subtask);
    const sim::Slot done = slot(SlotKind::kComplete, c, which);
    if (declines(c, which)) {  // rt:C15: as late as any other answer
      pending.is_declined = true;
      if (draws_ != nullptr) {
        draws_->on_slot_reset(done);
      }
      schedule(done,
               after(from, done, ChoiceKind::kCheckpointTime, actor, id,
                     plan_.settings().environment.checkpoint_time),
               id);
      continue;
    }
    pending.complete_at =
        later_of(pending.complete_at, after(from, done, ChoiceKind::kCheckpointTime, actor, id,
                                            plan_.settings().environment.checkpoint_time));
    if (--pending.missing == 0) {
      schedule(done, pending.complete_at, id);
    }
  }
}

// Whether the next answer to it is a refusal, by a fault.
bool System::declines(Color c, std::uint32_t which) {
  Globals& globals = world_.globals();
  std::uint32_t& savepoints = globals.savepoints_to_decline[index_of(c)];
  const bool is_one_of_those = which == kSavepoint && savepoints > 0;
  return use_up_one(is_one_of_those ? savepoints : globals.to_be_declined[index_of(c)]);
}

// By a fault, on its way to the JobManager.
bool System::loses_acknowledgement(Color c) {
  return use_up_one(world_.globals().lost_acknowledgements[index_of(c)]);
}

// What faults wait for the next savepoint.
void System::hamper_savepoint(Color c, PendingCheckpoint& savepoint) {
  Globals& globals = world_.globals();
  const std::size_t color = index_of(c);
  if (use_up_one(globals.savepoints_to_hang[color])) {
    savepoint.hangs = true;
  } else if (use_up_one(globals.savepoints_to_slow[color])) {
    savepoint.slower_ms = globals.savepoints_slower_ms[color];
  }
}

// rt:SP6: nothing follows, which is said, and operators finish; both in front of the barrier, as
// their channels end right before it. What a sink flushes then it flushes with the barrier.
void System::drain(Color c, std::uint32_t subtask) {
  const SubtaskPlan& plan = job_.subtasks[subtask];
  for (const std::uint32_t op_id : job_.tasks[plan.task].ops) {
    const OpPlan& op = job_.ops[op_id];
    if (op.kind == NodeKind::kSource) {
      end_source(c, op.instance_base + plan.index);
    } else if (op.kind == NodeKind::kAssigner) {
      emit_periodically(c, op.instance_base + plan.index);  // rt:W10
    }
  }
}

// rt:X5: handed over only if it has records.
void System::precommit(Color c, std::uint32_t sink, std::uint32_t id) {
  const Sink state = world_.sinks(c)[sink];
  const bool is_kafka = job_.sinks[sink].kafka.has_value();
  if (is_kafka ? state.has_written : state.open_transaction != 0) {
    world_.push_committable(c, sink, Committable{id, state.open_transaction, state.k});
    world_.sinks(c)[sink].open_transaction = 0;
  }
  if (is_kafka) {
    begin_transaction(c, sink, id + 1);
  }
}

// rt:C10: offsets after the last emitted record, and everything not committed yet, of this id
// included.
void System::save(Color c, std::uint32_t subtask, SnapshotArea area, std::uint32_t id) {
  each_instance(subtask, NodeKind::kSource, [&](std::uint32_t i) {
    const SourcePlan& source = job_.sources[i];
    for (std::uint32_t s = source.first_split; s < source.first_split + source.split_count; ++s) {
      world_.saved_offsets(c, area)[s] = world_.splits(c)[s].next;
    }
    if (area == SnapshotArea::kStop) {  // rt:SP5: no record after this barrier, no other watermark
      world_.sources(c)[i].stopped = true;
      unschedule(slot(SlotKind::kEmit, c, i));
      unschedule(slot(SlotKind::kTick, c, i));
    }
  });
  if (area == SnapshotArea::kStop) {
    stop_assigners(c, subtask);
  }
  each_instance(subtask, NodeKind::kGate, [&](std::uint32_t g) {
    Gate& gate = world_.gates(c)[g].gate;
    on_snapshot(gate, id, plan_.protocol().gate);
    world_.saved_gates(c, area)[g] =
        SavedGate{Mark::at(gate.newest, plan_.origin()), gate.crossed, 0};
  });
  each_instance(subtask, NodeKind::kSink, [&](std::uint32_t k) {
    const std::uint32_t count = world_.sinks(c)[k].pending;
    const auto from = world_.committables(c, k).first(count);
    std::copy(from.begin(), from.end(), world_.saved_committables(c, area, k).begin());
    world_.saved_count(c, area, k) = count;
  });
  each_instance(
      subtask, [](NodeKind kind) { return is_keyed(kind); },
      [&](std::uint32_t k) { world_.saved_keyed(c, area)[k] = world_.keyed(c)[k].entries; });
  if (job_.barriers == Barriers::kUnaligned && is_periodic(area)) {
    save_channels(c, subtask, area, id);
  }
}

void System::complete(Color c, std::uint32_t which) {
  Job& job = world_.job(c);
  const PendingCheckpoint done = job.pending[which];
  if (done.is_declined) {
    checkpoint_fails(c, which, CheckpointFailure::kDeclined);
    return;
  }
  forget_checkpoint(c, which);
  job.failed_checkpoints = 0;
  const auto id = static_cast<std::int32_t>(done.id);
  job.snapshots[index_of(done.area)].complete = 1;
  if (!is_periodic(done.area)) {
    const SavepointRole role =
        done.area == SnapshotArea::kStop ? SavepointRole::kStop : SavepointRole::kTransition;
    note(NoteKind::kSavepoint, static_cast<std::uint32_t>(index_of(c)),
         static_cast<std::uint16_t>(role), done.id, 1);
  }
  if (done.area == SnapshotArea::kStop) {  // rt:SP5: this one is notified, and every task then ends
    job.unfinished = static_cast<std::uint32_t>(job_.subtasks.size());
    for (const SubtaskPlan& subtask : job_.subtasks) {
      send(c, subtask.mailbox, ElementKind::kNotice, id);
    }
    return;
  }
  // Who has nothing to do with the notice is not sent one.
  const auto is_told = [&](std::uint32_t subtask) {
    bool has_pending = false;
    each_instance(subtask, NodeKind::kSink,
                  [&](std::uint32_t k) { has_pending |= world_.sinks(c)[k].pending > 0; });
    return has_pending;
  };
  if (is_periodic(done.area)) {  // rt:C11, C12; a plain savepoint notifies nobody (rt:SP2)
    job.has_latest = true;
    job.latest = done.area;
    for (std::uint32_t k = 0; k < job_.sinks.size(); ++k) {
      if (world_.sinks(c)[k].pending > 0) {
        notify(c, job_.sinks[k].subtask, id);
      }
    }
    for (std::uint32_t g = 0; g < job_.gates.size(); ++g) {
      const std::uint32_t subtask = job_.gates[g].subtask;
      if (awaits_checkpoint(world_.gates(c)[g].gate) && !is_told(subtask)) {
        notify(c, subtask, id);
      }
    }
  }
  trigger_queued(c);
}

// One that is pending, or has been a moment ago.
void System::forget_checkpoint(Color c, std::uint32_t which) {
  unschedule(slot(SlotKind::kComplete, c, which));
  if (job_.timeout_ms != 0) {
    unschedule(slot(SlotKind::kExpire, c, which));
  }
  for (std::uint32_t s = 0; which == kPeriodic && s < job_.subtasks.size(); ++s) {
    forget_overdue(c, s);
  }
  world_.job(c).pending[which] = PendingCheckpoint{};
}

// rt:C15. That a savepoint takes too long does not count; that a task declines one does.
void System::checkpoint_fails(Color c, std::uint32_t which, CheckpointFailure why) {
  Job& job = world_.job(c);
  const PendingCheckpoint failed = job.pending[which];
  const bool is_stop = failed.area == SnapshotArea::kStop;
  const SavepointRole role = which == kPeriodic ? SavepointRole::kNone
                             : is_stop          ? SavepointRole::kStop
                                                : SavepointRole::kTransition;
  forget_checkpoint(c, which);
  if (draws_ != nullptr) {
    draws_->on_slot_reset(slot(SlotKind::kComplete, c, which));
  }
  note(NoteKind::kCheckpointFailed, static_cast<std::uint32_t>(index_of(c)),
       static_cast<std::uint16_t>(role), failed.id, static_cast<std::int64_t>(why));
  if (is_stop) {
    stop_fails(c, why);
    return;
  }
  const bool counts = which == kPeriodic || why == CheckpointFailure::kDeclined;
  if (counts && ++job.failed_checkpoints > plan_.settings().job.tolerable_failed) {
    job.failed_checkpoints = 0;
    fail_job(c);
    return;
  }
  trigger_queued(c);
}

// rt:SP8: a task that declines it fails the job; else those do that have stopped for it. If there
// is none, all go on, and the child's controller tries again (op:5.2).
void System::stop_fails(Color c, CheckpointFailure why) {
  if (!has_stopped(c, {})) {
    start_checkpoints(c);
    set_status(c, JobStatus::kRunning);
    schedule(slot(SlotKind::kChildStatus, c), now_, now_.ms);
  } else if (why == CheckpointFailure::kDeclined || job_.regions == 1) {
    fail_job(c);
  } else {
    fail_stopped_regions(c);
  }
}

// rt:C12: a message of its own to each task, which nobody acknowledges or repeats.
void System::notify(Color c, std::uint32_t subtask, std::int32_t checkpoint) {
  if (!use_up_one(world_.globals().lost_notices[index_of(c)])) {
    send(c, job_.subtasks[subtask].mailbox, ElementKind::kNotice, checkpoint);
  }
}

// rt:C3: what waited for a free place.
void System::trigger_queued(Color c) {
  Job& job = world_.job(c);
  PendingCheckpoint& savepoint = job.pending[kSavepoint];
  if (savepoint.waits && job.pending[kPeriodic].id == 0) {
    savepoint.waits = false;
    send_triggers(c, savepoint.id);
    return;
  }
  if (job.trigger_queued && job.pending[kPeriodic].id == 0 && job.pending[kSavepoint].id == 0) {
    job.trigger_queued = false;
    trigger_checkpoint(c, SavepointRole::kNone);
  }
}

void System::on_notice(Color c, std::uint32_t subtask, std::uint32_t id) {
  each_instance(subtask, NodeKind::kSink, [&](std::uint32_t k) { commit_up_to(c, k, id); });
  each_instance(subtask, NodeKind::kGate, [&](std::uint32_t g) { gate_completes(c, g, id); });
  // Notices of earlier checkpoints may still be on their way when the stop's savepoint is complete.
  if (is_stop(world_.job(c), id)) {
    if (--world_.job(c).unfinished == 0) {
      finish_job(c);
    }
  }
}

// rt:X2, C13: all ids up to the completed one, in ascending order.
void System::commit_up_to(Color c, std::uint32_t sink, std::uint32_t id) {
  const std::span<Committable> ring = world_.committables(c, sink);
  Sink& state = world_.sinks(c)[sink];
  std::uint32_t done = 0;
  while (done < state.pending && ring[done].checkpoint <= id) {
    const std::uint32_t transaction = ring[done].transaction;
    const std::uint32_t shown = job_.sinks[sink].kafka ? commit_in_kafka(sink, transaction)
                                                       : ledger_.committed(transaction, now_);
    note(NoteKind::kCommitted, static_cast<std::uint32_t>(index_of(c)), 0, transaction, shown);
    --world_.job(c).uncommitted;
    ++done;
    changed();
  }
  std::copy(ring.begin() + done, ring.begin() + state.pending, ring.begin());
  state.pending -= done;
}

}  // namespace model
