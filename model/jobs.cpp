// The life of a job: deployed, started and restored, opened subtask by subtask, failed over,
// stopped with a savepoint or cancelled (rt:F1, F2, F4, C10, SP5, SP10, X6, X7, X9).

#include <algorithm>

#include "model/restart.hpp"
#include "model/system.hpp"

namespace model {

namespace {

// Names a job run in choices: by the spec, which deployment of it this is, and which start.
std::uint32_t run_name(std::uint32_t spec, std::uint32_t again, std::uint32_t starts) {
  return spec | again << 16 | starts << 20;
}

}  // namespace

// op:5.1: the tasks start some time before the child's controller stores STABLE/RUNNING.
void System::deploy_job(Color c, const Child& child, SavepointRef from) {
  const EnvironmentSettings& environment = plan_.settings().environment;
  const sim::Slot actor = slot(SlotKind::kStart, c);
  const Job before = world_.job(c);
  const std::uint32_t again = before.spec == child.spec ? ((before.run >> 16) & 15U) + 1 : 0;
  const std::uint32_t run = run_name(child.spec, again, 0);
  const std::uint32_t takes =
      draw(ChoiceKind::kDeployTime, actor, run, environment.deploy_time[index_of(c)]);
  const std::uint32_t lag =
      std::min(takes, draw(ChoiceKind::kStatusLag, actor, run, environment.status_lag));
  Job& job = world_.job(c);
  job = Job{};
  job.snapshots = before.snapshots;  // savepoints outlive the job that took them
  job.has_latest = before.has_latest;
  job.latest = before.latest;
  job.deployments = static_cast<std::uint8_t>(before.deployments + 1);
  job.spec = child.spec;
  job.nonce = child.nonce;
  job.run = run;
  job.start_from = from;
  job.stable_at = now_.after(takes);
  set_status(c, JobStatus::kDeploying);
  schedule(actor, now_.after(takes - lag), run);
}

void System::start_job(Color c) {
  Job& job = world_.job(c);
  const bool is_restart = job.status == JobStatus::kRestarting;
  world_.reset_job(c, is_restart ? World::Metrics::kKept : World::Metrics::kForgotten);
  job.unread = job.in_flight = job.uncommitted = 0;
  if (draws_ != nullptr) {
    draws_->on_job_reset(c);
  }
  restore(c);
  begin_discovery(c, is_restart);
  job.closed_subtasks = static_cast<std::uint32_t>(job_.subtasks.size());
  for (std::uint32_t s = 0; s < job_.splits.size(); ++s) {
    const SplitPlan& split = job_.splits[s];
    if (split.competes) {  // what is taken does not come back
      world_.splits(c)[s].next = world_.taken()[s];
    }
    job.unread += readable(c, s) - world_.splits(c)[s].next;
  }
  job.started = now_;
  const std::uint32_t run = job.run;
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
        at, after(now_, at, ChoiceKind::kOpenTime, at, run, plan_.settings().environment.open_time),
        run);
  }
  if (const auto interval = plan_.settings().job.checkpoint_interval) {
    const sim::Slot at = slot(SlotKind::kTrigger, c);
    const Delay first{0, static_cast<std::uint32_t>(interval->ms())};
    schedule(at, after(now_, at, ChoiceKind::kFirstTrigger, at, run, first), run);
  }
  // Before any of them has opened (rt:M10).
  set_status(c, JobStatus::kRunning);
}

// rt:C10, SP10: offsets, which go to the readers that had them (rt:K6), and committables; the id
// counter goes on after the snapshot's. Nothing of event time (rt:RS1). What a job starts from is
// its first recovery point.
void System::restore(Color c) {
  Job& job = world_.job(c);
  if (job.start_from.role == SavepointRole::kNone) {
    job.has_latest = false;
    return;
  }
  const Color of = job.start_from.of;
  if (job.start_from.role == SavepointRole::kLatest && !job.has_latest) {
    return;  // rt:F6: from scratch
  }
  SnapshotArea from = job.latest;
  if (job.start_from.role != SavepointRole::kLatest) {
    from = job.start_from.role == SavepointRole::kStop ? SnapshotArea::kStop
                                                       : SnapshotArea::kTransition;
    copy_snapshot(of, from, c);
    job.has_latest = true;
    job.latest = from = SnapshotArea::kCheckpointA;
    job.start_from = SavepointRef{c, SavepointRole::kLatest};
  }
  job.next_checkpoint = std::max(job.next_checkpoint, job.snapshots[index_of(from)].id + 1);
  for (std::uint32_t s = 0; s < job_.splits.size(); ++s) {
    world_.splits(c)[s].next = world_.saved_offsets(c, from)[s];
  }
  if (plan_.protocol().gate.memory == GateMemory::kCheckpointed) {
    for (std::uint32_t g = 0; g < job_.gates.size(); ++g) {
      world_.gates(c)[g].restored = world_.saved_gates(c, from)[g];
    }
  }
  for (std::uint32_t k = 0; k < job_.sinks.size(); ++k) {
    const auto& kafka = job_.sinks[k].kafka;
    const bool is_foreign = job.snapshots[index_of(from)].taken_by != c;
    const bool is_restored = !is_foreign || !kafka || kafka->inherits_state;
    const std::uint32_t count = is_restored ? world_.saved_count(c, from, k) : 0;
    for (std::uint32_t i = 0; i < count; ++i) {
      world_.push_committable(c, k, world_.saved_committables(c, from, k)[i]);
      ++world_.job(c).uncommitted;
    }
  }
}

// A snapshot of one color becomes a checkpoint of another, or of the same.
void System::copy_snapshot(Color of, SnapshotArea from, Color c) {
  constexpr SnapshotArea kTo = SnapshotArea::kCheckpointA;
  const auto copy = [](auto source, auto target) {
    std::copy(source.begin(), source.end(), target.begin());
  };
  world_.job(c).snapshots[index_of(kTo)] = world_.job(of).snapshots[index_of(from)];
  copy(world_.saved_offsets(of, from), world_.saved_offsets(c, kTo));
  copy(world_.saved_gates(of, from), world_.saved_gates(c, kTo));
  for (std::uint32_t k = 0; k < job_.sinks.size(); ++k) {
    world_.saved_count(c, kTo, k) = world_.saved_count(of, from, k);
    copy(world_.saved_committables(of, from, k), world_.saved_committables(c, kTo, k));
  }
}

void System::open_subtask(Color c, std::uint32_t subtask) {
  world_.subtasks(c)[subtask].open = true;
  Job& job = world_.job(c);
  if (--job.closed_subtasks == 0) {  // a child's job counts as RUNNING only when all its tasks run
    const sim::Due due = std::max(now_, job.stable_at);
    schedule(slot(SlotKind::kChildStatus, c), due, due.ms);
  }
  const SubtaskPlan& plan = job_.subtasks[subtask];
  for (const std::uint32_t op_id : job_.tasks[plan.task].ops) {
    const OpPlan& op = job_.ops[op_id];
    switch (op.kind) {
      case NodeKind::kGate: open_gate_subtask(c, op.instance_base + plan.index); break;
      case NodeKind::kSink:  // rt:X6: commits what it restored before any record
        commit_up_to(c, op.instance_base + plan.index, UINT32_MAX);
        open_kafka_writer(c, op.instance_base + plan.index);
        break;
      case NodeKind::kSource: open_source(c, op.instance_base + plan.index); break;
      case NodeKind::kAssigner: open_assigner(c, op.instance_base + plan.index); break;
      case NodeKind::kMap:
      case NodeKind::kCoMap:
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
  const std::uint32_t run = world_.job(c).run;
  const sim::Slot actor = slot(SlotKind::kGateWatch, c, gate);
  const std::uint32_t jitter = draw_write_jitter(actor, run);
  GateSlot& state = world_.gates(c)[gate];
  const GateOpening opening{c,
                            SubtaskIndex{job_.gates[gate].index},
                            kWriteDelayMs + jitter,
                            now_,
                            ResourceVersion{globals.map.newest},
                            state.restored.newest.since(plan_.origin()),
                            state.restored.crossed};
  state.gate = open_gate(opening, globals.map.content(), rules);
  state.seen = globals.map.newest;
  note(NoteKind::kGateOpened, sim::index_of(actor), 0, state.seen, opening.write_delay_ms);
}

// p2:R3.3. Of the values that a grid lists, if it does.
std::uint32_t System::draw_write_jitter(sim::Slot actor, std::uint64_t occurrence) {
  const std::uint32_t values = write_delay_choices(plan_.protocol().gate);
  const auto& grid = plan_.settings().grid;
  if (!grid || grid->write_jitter_ms.empty() || values == 1) {
    return draw(ChoiceKind::kWriteJitter, actor, occurrence, Delay{0, values - 1});
  }
  const std::vector<std::uint32_t>& listed = grid->write_jitter_ms;
  return listed[choose(ChoiceKind::kWriteJitter, actor, occurrence,
                       static_cast<std::uint32_t>(listed.size()))];
}

// rt:F4: everything of this run is gone but what is checkpointed; the tasks come back after a
// delay. The child's status does not move: the restart falls between two looks of its controller.
void System::fail_job(Color c) {
  Job& job = world_.job(c);
  if (job.status != JobStatus::kRunning && job.status != JobStatus::kStopping) {
    return;
  }
  roll_back(c);
  close_job(c);
  job.pending = {};
  job.trigger_queued = false;
  if (!plan_.settings().job.checkpoint_interval) {  // rt:F1
    end_discovery(c);
    set_status(c, JobStatus::kFailed);
    Child child = world_.globals().children[index_of(c)].content();
    child.lifecycle = Lifecycle::kFailed;
    child.is_job_running = 0;
    store_child(c, child, ChildChange::kFailed);
    return;
  }
  job.start_from = SavepointRef{c, SavepointRole::kLatest};
  const bool is_quiet = job.restarts > 0 && now_ > job.last_restart.after(kQuietHourMs);
  job.restarts = is_quiet ? 1 : job.restarts + 1;
  job.last_restart = now_;
  job.run += run_name(0, 0, 1);
  const sim::Slot actor = slot(SlotKind::kStart, c);
  const std::uint32_t delay = restart_delay_ms(job.restarts - 1);
  const Delay jittered{delay, std::min(delay + (delay / 10), kMostRestartDelayMs)};
  const sim::Window back = after(now_, actor, ChoiceKind::kRestartDelay, actor, job.run, jittered);
  set_status(c, JobStatus::kRestarting);
  schedule(actor, back, job.run);
}

void System::discard(Color by, std::uint32_t transaction, DiscardCause why) {
  ledger_.discarded(transaction);
  note(NoteKind::kDiscarded, static_cast<std::uint32_t>(index_of(by)),
       static_cast<std::uint16_t>(why), transaction, 0);
}

// rt:X9: the open transactions are aborted, what was handed over stays.
void System::close_writers(Color c) {
  for (std::uint32_t k = 0; k < job_.sinks.size(); ++k) {
    const std::uint32_t transaction = world_.sinks(c)[k].open_transaction;
    world_.sinks(c)[k].open_transaction = 0;
    if (transaction == 0) {
      continue;
    }
    if (!job_.sinks[k].kafka) {
      discard(c, transaction, DiscardCause::kClosed);
    } else if (const auto held = held_id(k, transaction)) {
      abort_id(c, k, *held);
    }
  }
}

// Open transactions, and those handed over after the checkpoint that the job goes back to: a
// restarted sink aborts what its restored state does not know (rt:X7). What is in Kafka stays as it
// is until its writers are back.
void System::roll_back(Color c) {
  const Job& job = world_.job(c);
  const std::uint32_t back_to = job.has_latest ? job.snapshots[index_of(job.latest)].id : 0;
  for (std::uint32_t k = 0; k < job_.sinks.size(); ++k) {
    Sink& sink = world_.sinks(c)[k];
    if (job_.sinks[k].kafka) {
      continue;
    }
    if (sink.open_transaction != 0) {
      discard(c, sink.open_transaction, DiscardCause::kRolledBack);
      sink.open_transaction = 0;
    }
    for (const Committable& handed_over : world_.committables(c, k).first(sink.pending)) {
      if (handed_over.checkpoint > back_to) {
        discard(c, handed_over.transaction, DiscardCause::kRolledBack);
      }
    }
  }
}

// rt:SP5. Periodic checkpoints stop first; what they had under way is given up. Refused while a
// task is not running: the child's controller tries again when all are (rt:SP8, op:5.2).
void System::stop_with_savepoint(Color c) {
  Job& job = world_.job(c);
  if (job.status != JobStatus::kRunning || job.closed_subtasks != 0) {
    return;
  }
  unschedule(slot(SlotKind::kTrigger, c));
  unschedule(slot(SlotKind::kComplete, c, 0));
  job.pending[0] = PendingCheckpoint{};
  job.trigger_queued = false;
  set_status(c, JobStatus::kStopping);
  trigger_checkpoint(c, SavepointRole::kStop);
}

void System::finish_job(Color c) {
  outgoing_ends(c);
  close_writers(c);
  close_job(c);
  end_discovery(c);
  set_status(c, JobStatus::kFinished);
  child_has_stopped(c, SavepointRole::kStop);
}

// rt:SP11, X9: open transactions are aborted, pre-committed ones left as they are.
void System::cancel_job(Color c) {
  const Job& job = world_.job(c);
  if (job.status == JobStatus::kRunning || job.status == JobStatus::kStopping) {
    outgoing_ends(c);
    close_writers(c);
  }
  close_job(c);
  end_discovery(c);
  set_status(c, JobStatus::kCancelled);
}

// What the outgoing job of a transition leaves behind: what it wrote and did not commit, and what
// its sources had read and no gate has seen.
void System::outgoing_ends(Color c) {
  const Transition* transition = chronicle_.awaiting_end_of(c);
  if (transition == nullptr) {
    return;
  }
  std::uint32_t count = 0;
  std::optional<std::uint32_t> first;
  const auto leave = [&](std::uint32_t output) {
    ++count;
    first = std::min(first.value_or(output), output);
  };
  for (std::uint32_t k = 0; k < job_.sinks.size(); ++k) {
    const Sink& sink = world_.sinks(c)[k];
    ledger_.visit_open(sink.open_transaction, leave);
    for (const Committable& handed_over : world_.committables(c, k).first(sink.pending)) {
      ledger_.visit_open(handed_over.transaction, leave);
    }
  }
  const std::optional<EventTime> toggle = transition->toggle;
  for (std::uint32_t channel = 0; toggle && channel < job_.data_channels.size(); ++channel) {
    for (std::uint32_t i = 0; i < world_.channels(c)[channel].count; ++i) {
      const Element& element = world_.element(c, channel, i);
      const auto record = static_cast<std::uint32_t>(element.value);
      if (element.kind == ElementKind::kRecord && is_before(*toggle, channel, record)) {
        leave(ledger_.output_of(record, 0));
      }
    }
  }
  chronicle_.outgoing_ended(c, count, first, now_);
}

// Whether a record in that channel is before the toggle at any gate that it can come to.
bool System::is_before(EventTime toggle, std::uint32_t channel, std::uint32_t record) const {
  if (job_.retimed.empty()) {
    return job_.marks[record].since(plan_.origin()) < toggle;
  }
  const std::vector<std::uint32_t>& inputs =
      job_.inputs_behind[job_.tasks[job_.subtasks[job_.data_channels[channel].to].task].head];
  return std::any_of(inputs.begin(), inputs.end(), [&](std::uint32_t input) {
    return plan_.range_of(record).paths[input].reaches && plan_.event_time(record, input) < toggle;
  });
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
  unschedule_all(SlotKind::kAssignerTick, job_.assigners.size());
  if (!job_.coordinators.empty()) {
    unschedule_all(SlotKind::kReport, job_.sources.size());
    unschedule_all(SlotKind::kAllow, job_.coordinators.size());
  }
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
