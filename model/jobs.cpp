// The life of a job: deployed, started and restored, opened subtask by subtask, stopped with a
// savepoint or cancelled.

#include <algorithm>

#include "model/system.hpp"

namespace model {

// op:5.1: the tasks start some time before the child's controller stores STABLE/RUNNING.
void System::deploy_job(Color c, const Child& child) {
  const EnvironmentSettings& environment = plan_.settings().environment;
  const sim::Slot actor = slot(SlotKind::kStart, c);
  const std::uint32_t takes =
      draw(ChoiceKind::kDeployTime, actor, child.spec, environment.deploy_time[index_of(c)]);
  const std::uint32_t lag =
      std::min(takes, draw(ChoiceKind::kStatusLag, actor, child.spec, environment.status_lag));
  Job& job = world_.job(c);
  const std::array<SnapshotHead, 2> kept =
      job.snapshots;  // savepoints outlive the job that took them
  job = Job{};
  job.snapshots = kept;
  job.start_from = child.initial_savepoint;
  job.stable_at = now_.after(takes);
  set_status(c, JobStatus::kDeploying);
  schedule(actor, now_.after(takes - lag), child.spec);
}

void System::start_job(Color c) {
  world_.reset_job(c);
  restore(c);
  Job& job = world_.job(c);
  job.closed_subtasks = static_cast<std::uint32_t>(job_.subtasks.size());
  for (std::uint32_t s = 0; s < job_.splits.size(); ++s) {
    const SplitPlan& split = job_.splits[s];
    job.unread += plan_.inputs()[split.input].length(split.partition) - world_.splits(c)[s].next;
  }
  const std::uint32_t run = world_.globals().children[index_of(c)].content().spec;
  for (const EdgePlan& edge : job_.edges) {
    if (edge.ship != Ship::kRebalance) {
      continue;
    }
    // rt:T4: a random start per sender. Named by the sender and by whom it sends to.
    const std::uint64_t to =
        plan_.slot_names()[sim::index_of(slot(SlotKind::kOpen, c, edge.first_receiver))];
    for (std::uint32_t i = 0; i < edge.senders; ++i) {
      const sim::Slot sender = slot(SlotKind::kOpen, c, edge.first_sender + i);
      world_.round_robins(c)[edge.first_round_robin + i] =
          choose(ChoiceKind::kRoundRobin, sender, to + run, edge.receivers);
    }
  }
  for (std::uint32_t s = 0; s < job_.subtasks.size(); ++s) {
    const sim::Slot at = slot(SlotKind::kOpen, c, s);
    schedule(
        at,
        now_.after(draw(ChoiceKind::kOpenTime, at, run, plan_.settings().environment.open_time)),
        run);
  }
  if (const auto interval = plan_.settings().job.checkpoint_interval) {
    const auto first = choose(ChoiceKind::kFirstTrigger, slot(SlotKind::kTrigger, c), run,
                              static_cast<std::uint32_t>(interval->ms()) + 1);
    schedule(slot(SlotKind::kTrigger, c), now_.after(first), run);
  }
  set_status(c, JobStatus::kRunning);
}

// rt:C10, SP10: offsets and committables; the id counter goes on after the savepoint's. Nothing of
// event time (rt:RS1).
void System::restore(Color c) {
  Job& job = world_.job(c);
  if (job.start_from.role == SavepointRole::kNone) {
    return;
  }
  const Color of = job.start_from.of;
  const SavepointRole role = job.start_from.role;
  const SnapshotHead& head = world_.job(of).snapshots[role == SavepointRole::kTransition ? 0 : 1];
  job.next_checkpoint = head.id + 1;
  for (std::uint32_t s = 0; s < job_.splits.size(); ++s) {
    world_.splits(c)[s].next = world_.saved_offsets(of, role)[s];
  }
  for (std::uint32_t k = 0; k < job_.sinks.size(); ++k) {
    const std::uint32_t count = world_.saved_count(of, role, k);
    for (std::uint32_t i = 0; i < count; ++i) {
      world_.push_committable(c, k, world_.saved_committables(of, role, k)[i]);
      ++world_.job(c).uncommitted;
    }
  }
}

void System::open_subtask(Color c, std::uint32_t subtask) {
  world_.subtasks(c)[subtask].open = true;
  Job& job = world_.job(c);
  if (--job.closed_subtasks ==
      0) {  // a child's job counts as RUNNING only when all of its tasks run
    schedule(slot(SlotKind::kChildStatus, c), std::max(now_, job.stable_at), job.stable_at.ms);
  }
  const SubtaskPlan& plan = job_.subtasks[subtask];
  for (const std::uint32_t op_id : job_.tasks[plan.task].ops) {
    const OpPlan& op = job_.ops[op_id];
    switch (op.kind) {
      case NodeKind::kGate: open_gate_subtask(c, op.instance_base + plan.index); break;
      case NodeKind::kSink:  // rt:X6: commits what it restored before any record
        commit_up_to(c, op.instance_base + plan.index, UINT32_MAX);
        break;
      case NodeKind::kSource: open_source(c, op.instance_base + plan.index); break;
      case NodeKind::kMap:
      case NodeKind::kFilter: break;
    }
  }
  for (std::uint32_t i = 0; i < plan.channel_count; ++i) {
    schedule_head(c, plan.first_channel + i);
  }
  schedule_head(c, plan.mailbox);
}

// p2:G3, G4, G5: reads the ConfigMap from the API server; its informer goes on from there.
void System::open_gate_subtask(Color c, std::uint32_t gate) {
  const Globals& globals = world_.globals();
  const GateRules& rules = plan_.protocol().gate;
  const std::uint32_t run = globals.children[index_of(c)].content().spec;
  const sim::Slot actor = slot(SlotKind::kGateWatch, c, gate);
  const std::uint32_t jitter =
      choose(ChoiceKind::kWriteJitter, actor, run, write_delay_choices(rules));
  const GateOpening opening{c, SubtaskIndex{job_.gates[gate].index}, kWriteDelayMs + jitter, now_};
  GateSlot& state = world_.gates(c)[gate];
  state.gate = open_gate(opening, globals.map.content(), rules);
  state.seen = globals.map.newest;
}

// rt:SP5. Periodic checkpoints stop first; what they had under way is given up.
void System::stop_with_savepoint(Color c) {
  Job& job = world_.job(c);
  if (job.closed_subtasks != 0) {
    throw NotModelled("rt:SP8", "a stop-with-savepoint that is refused");
  }
  unschedule(slot(SlotKind::kTrigger, c));
  unschedule(slot(SlotKind::kComplete, c, 0));
  job.pending[0] = PendingCheckpoint{};
  job.trigger_queued = false;
  set_status(c, JobStatus::kStopping);
  trigger_checkpoint(c, SavepointRole::kStop);
}

void System::finish_job(Color c) {
  close_job(c);
  set_status(c, JobStatus::kFinished);
  Child child = world_.globals().children[index_of(c)].content();
  child.lifecycle = Lifecycle::kSuspended;
  child.is_job_running = 0;
  store_child(c, child, ChildChange::kSuspended);
}

// rt:SP11, X9: open transactions are aborted, pre-committed ones left as they are.
void System::cancel_job(Color c) {
  const Job& job = world_.job(c);
  if (job.status == JobStatus::kRunning || job.status == JobStatus::kStopping) {
    for (Sink& sink : world_.sinks(c)) {
      if (sink.open_transaction != 0) {
        ledger_.discarded(sink.open_transaction);
        note(NoteKind::kDiscarded, static_cast<std::uint32_t>(index_of(c)), 0,
             sink.open_transaction, 0);
        sink.open_transaction = 0;
      }
    }
  }
  close_job(c);
  set_status(c, JobStatus::kCancelled);
}

// Nothing of this job run happens any more; its gates' informers end with it (p2:G4).
void System::close_job(Color c) {
  const auto unschedule_all = [&](SlotKind kind, std::size_t count) {
    for (std::uint32_t i = 0; i < count; ++i) {
      unschedule(slot(kind, c, i));
    }
  };
  unschedule_all(SlotKind::kChannel, job_.channels);
  unschedule_all(SlotKind::kOpen, job_.subtasks.size());
  unschedule_all(SlotKind::kEmit, job_.sources.size());
  unschedule_all(SlotKind::kTick, job_.sources.size());
  unschedule_all(SlotKind::kGateWatch, job_.gates.size());
  unschedule_all(SlotKind::kComplete, 2);
  unschedule_all(SlotKind::kStart, 1);
  unschedule_all(SlotKind::kTrigger, 1);
  unschedule_all(SlotKind::kChildStatus, 1);
  for (Subtask& subtask : world_.subtasks(c)) {
    subtask.open = false;
  }
}

void System::set_status(Color c, JobStatus status) {
  Job& job = world_.job(c);
  job.status = status;
  changed();
  note(NoteKind::kJob, static_cast<std::uint32_t>(index_of(c)), static_cast<std::uint16_t>(status),
       static_cast<std::int64_t>(job.next_checkpoint) - 1,
       static_cast<std::int64_t>(job.start_from.role));
}

}  // namespace model
