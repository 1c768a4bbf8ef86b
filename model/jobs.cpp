// The life of a job: deployed, started and restored, opened subtask by subtask, stopped with a
// savepoint or cancelled (rt:F4, C10, SP5, SP10, X6, X9).

#include <algorithm>

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
  const sim::Due from_now = held_until(SlotInfo{SlotKind::kChildWatch, c, 0});
  const std::uint32_t again =
      generation_of(before.spec) == generation_of(child.spec) ? ((before.run >> 16) & 15U) + 1 : 0;
  const std::uint32_t run = run_name(generation_of(child.spec), again, 0);
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
  job.stable_at = from_now.after(takes);
  set_status(c, JobStatus::kDeploying);
  schedule(actor, from_now.after(takes - lag), run);
}

void System::start_job(Color c) {
  Job& job = world_.job(c);
  const bool is_restart = job.status == JobStatus::kRestarting;
  world_.reset_job(c, is_restart ? World::Metrics::kKept : World::Metrics::kForgotten);
  job.unread = job.in_flight = job.uncommitted = 0;
  if (draws_ != nullptr) {
    draws_->on_job_reset(c);
  }
  restore(c, {});  // moves the world
  begin_discovery(c, is_restart);
  Job& started = world_.job(c);
  started.closed_subtasks = static_cast<std::uint32_t>(job_.subtasks.size());
  started.started = now_;
  start_tasks(c, {});
  start_checkpoints(c);
  // Before any of them has opened (rt:M10).
  set_status(c, JobStatus::kRunning);
}

void System::start_tasks(Color c, Part part) {
  Job& job = world_.job(c);
  for (const SourcePlan& source : job_.sources) {
    for (std::uint32_t s = source.first_split;
         is_in(part, source.subtask) && s < source.first_split + source.split_count; ++s) {
      const SplitPlan& split = job_.splits[s];
      if (split.competes) {  // what is taken does not come back
        world_.splits(c)[s].next = world_.taken()[s];
      }
      if (!world_.known_splits(c).empty()) {  // rt:F5
        world_.splits(c)[s].time.absent = !world_.known_splits(c)[s].is_known;
      }
      job.unread += readable(c, s) - world_.splits(c)[s].next;
    }
  }
  const std::uint32_t run = job.run;
  for (const EdgePlan& edge : job_.edges) {
    if (edge.ship != Ship::kRebalance) {
      continue;
    }
    // rt:T4: a random start per sender. Named by the sender and by whom it sends to.
    const std::uint64_t to =
        plan_.slot_names()[sim::index_of(slot(SlotKind::kOpen, c, edge.first_receiver))];
    for (std::uint32_t i = 0; i < edge.senders && is_in(part, edge.first_sender + i); ++i) {
      const sim::Slot sender = slot(SlotKind::kOpen, c, edge.first_sender + i);
      world_.round_robins(c)[edge.first_round_robin + i] =
          choose(ChoiceKind::kRoundRobin, sender, to + run, edge.receivers);
    }
  }
  for (std::uint32_t s = 0; s < job_.subtasks.size(); ++s) {
    if (is_in(part, s)) {
      const sim::Slot at = slot(SlotKind::kOpen, c, s);
      const Delay open_time = plan_.settings().environment.open_time;
      schedule(at, after(now_, at, ChoiceKind::kOpenTime, at, run, open_time), run);
    }
  }
}

// rt:C10, SP10: offsets, which go to the readers that had them (rt:K6), and committables; the id
// counter goes on after the snapshot's. Nothing of event time (rt:RS1). What a job starts from is
// its first recovery point.
void System::restore(Color c, Part part) {
  Job& job = world_.job(c);
  if (job.start_from.role == SavepointRole::kNone || job.start_from.role == SavepointRole::kGiven) {
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
  for (const SourcePlan& source : job_.sources) {
    for (std::uint32_t s = source.first_split;
         is_in(part, source.subtask) && s < source.first_split + source.split_count; ++s) {
      world_.splits(c)[s].next = world_.saved_offsets(c, from)[s];
    }
  }
  if (plan_.protocol().gate.memory == GateMemory::kCheckpointed) {
    for (std::uint32_t g = 0; g < job_.gates.size(); ++g) {
      if (is_in(part, job_.gates[g].subtask)) {
        world_.gates(c)[g].restored = world_.saved_gates(c, from)[g];
      }
    }
  }
  for (std::uint32_t k = 0; k < job_.sinks.size(); ++k) {
    if (!is_in(part, job_.sinks[k].subtask)) {
      continue;
    }
    const auto& kafka = job_.sinks[k].kafka;
    const bool is_foreign = job.snapshots[index_of(from)].taken_by != c;
    const bool is_restored = !is_foreign || !kafka || kafka->inherits_state;
    const std::uint32_t count = is_restored ? world_.saved_count(c, from, k) : 0;
    for (std::uint32_t i = 0; i < count; ++i) {
      world_.push_committable(c, k, world_.saved_committables(c, from, k)[i]);
      ++world_.job(c).uncommitted;
    }
  }
  for (std::uint32_t k = 0; k < job_.keyed.size(); ++k) {
    if (is_in(part, job_.keyed[k].subtask)) {
      restore_keyed(world_.keyed(c)[k], world_.saved_keyed(c, from)[k]);
    }
  }
  if (job_.barriers == Barriers::kUnaligned) {
    restore_channels(c, from, part);
  }
}

// A snapshot of one color becomes a checkpoint of another, or of the same.
void System::copy_snapshot(Color of, SnapshotArea from, Color c) {
  constexpr SnapshotArea kTo = SnapshotArea::kCheckpointA;
  const auto copy = [](auto source, auto target) {
    std::copy(source.begin(), source.end(), target.begin());
  };
  world_.clear_snapshot(c, kTo);  // savepoints keep nothing of the channels
  world_.job(c).snapshots[index_of(kTo)] = world_.job(of).snapshots[index_of(from)];
  copy(world_.saved_offsets(of, from), world_.saved_offsets(c, kTo));
  copy(world_.saved_gates(of, from), world_.saved_gates(c, kTo));
  copy(world_.saved_keyed(of, from), world_.saved_keyed(c, kTo));
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
      default: break;
    }
  }
  for (std::uint32_t i = 0; i < plan.channel_count; ++i) {
    schedule_head(c, plan.first_channel + i);
  }
  schedule_head(c, plan.mailbox);
}

// p2:G3, G4, G5: reads the ConfigMap from the API server; its informer goes on from there.
void System::open_gate_subtask(Color c, std::uint32_t gate) {
  const auto& log = world_.map_of(c);
  const GateRules& rules = plan_.protocol().gate;
  const std::uint32_t run = world_.job(c).run;
  const sim::Slot actor = slot(SlotKind::kGateWatch, c, gate);
  if (!log.content().exists ||  // nothing has come to the second cluster yet
      is_in_force(Action::kUnreachableMap, c)) {
    note(NoteKind::kTaskFailed, sim::index_of(actor),
         static_cast<std::uint16_t>(GateError::kException), 0, 0);
    throw TaskFailed{c, job_.gates[gate].subtask};
  }
  const std::uint32_t jitter = draw_write_jitter(actor, run);
  GateSlot& state = world_.gates(c)[gate];
  const GateOpening opening{c,
                            SubtaskIndex{job_.gates[gate].index},
                            kWriteDelayMs + jitter,
                            clock_of(c),
                            ResourceVersion{log.newest},
                            state.restored.newest.since(plan_.origin()),
                            state.restored.crossed};
  state.gate = open_gate(opening, log.content(), rules);
  state.seen = log.newest;
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

// rt:SP5. Periodic checkpoints stop first; what they had under way is given up. Refused while a
// task is not running: the child's controller tries again when all are (rt:SP8, op:5.2).
void System::stop_with_savepoint(Color c) {
  Job& job = world_.job(c);
  if (job.status != JobStatus::kRunning || job.closed_subtasks != 0 ||
      is_in_force(Action::kPauseJobManager, c)) {
    return;
  }
  unschedule(slot(SlotKind::kTrigger, c));
  forget_checkpoint(c, 0);
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
  if (!is_child_controller_held(c)) {
    child_has_stopped(c, SavepointRole::kStop);
  }
}

// rt:SP11, X9: open transactions are aborted, pre-committed ones left as they are.
void System::cancel_job(Color c) {
  if (world_.job(c).has_tasks()) {
    outgoing_ends(c);
    close_writers(c);
  }
  close_job(c);
  end_discovery(c);
  set_status(c, JobStatus::kCancelled);
}

// What the outgoing job of a transition leaves behind: what it wrote and did not commit, and what
// its sources had read that has not come to its gates, or from them to a sink.
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
      if (element.kind != ElementKind::kRecord) {
        continue;
      }
      if (const std::optional<std::uint32_t> output = left_in(channel, record, *toggle)) {
        leave(*output);
      }
    }
  }
  chronicle_.outgoing_ended(c, count, first, now_);
}

// An output that depends on what is in that channel, if a gate that it can come to, or the last one
// that let it pass, sees it before the toggle. What becomes something else on its way stands for
// itself.
std::optional<std::uint32_t> System::left_in(std::uint32_t channel, std::uint32_t item,
                                             EventTime toggle) {
  const ChannelPlan& plan = job_.data_channels[channel];
  const std::uint32_t head = job_.tasks[job_.subtasks[plan.to].task].head;
  const auto time = [&](std::uint32_t times) {
    return world_.rows().time(item, times).since(plan_.origin());
  };
  const bool is_row = world_.rows().is_row(item);
  const RecordRange* const range = is_row ? nullptr : &plan_.range_of(item);
  bool goes_as_it_is = false;
  for (const std::uint32_t input : job_.inputs_behind_channel(plan)) {
    if (is_row || !range->paths[input].reaches) {
      continue;
    }
    goes_as_it_is = true;
    const auto is_before = [&](std::uint32_t gate) {
      const OpPlan& op = job_.ops[gate];
      return time(op.is_mixin ? job_.times_at[input] : op.times) < toggle;
    };
    bool is_gate_ahead = false;
    bool is_left = false;
    for (const std::uint32_t gate : job_.gates_ahead[head]) {
      if (job_.guards(job_.ops[gate], input)) {
        is_gate_ahead = true;
        is_left |= is_before(gate);
      }
    }
    const std::uint32_t passed = range->gate_passed[plan.from_op];
    if (!is_gate_ahead && passed != kNoGate) {
      is_left = plan_.is_owed(item, input) && is_before(passed);
    }
    if (is_left) {
      return output_of(item, input);
    }
  }
  const bool is_gated = !job_.gates_ahead[head].empty() || job_.is_behind_gate[plan.from_op];
  return !goes_as_it_is && is_gated && time(job_.ops[plan.from_op].times) < toggle
             ? std::optional{output_of(item, 0)}
             : std::nullopt;
}

// The informers of gates end with them (p2:G4).
void System::stop_tasks(Color c, Part part) {
  for (std::uint32_t s = 0; s < job_.subtasks.size(); ++s) {
    if (!is_in(part, s)) {
      continue;
    }
    const SubtaskPlan& plan = job_.subtasks[s];
    unschedule(slot(SlotKind::kOpen, c, s));
    unschedule(slot(SlotKind::kChannel, c, plan.mailbox));
    forget_overdue(c, s);
    for (std::uint32_t i = 0; i < plan.channel_count; ++i) {
      unschedule(slot(SlotKind::kChannel, c, plan.first_channel + i));
      if (job_.barriers == Barriers::kUnaligned) {
        unschedule(slot(SlotKind::kAhead, c, plan.first_channel + i));
      }
    }
    world_.subtasks(c)[s].open = false;
  }
  for (std::uint32_t i = 0; i < job_.sources.size(); ++i) {
    if (!is_in(part, job_.sources[i].subtask)) {
      continue;
    }
    unschedule(slot(SlotKind::kEmit, c, i));
    unschedule(slot(SlotKind::kTick, c, i));
    if (!job_.coordinators.empty()) {
      unschedule(slot(SlotKind::kReport, c, i));
    }
  }
  for (std::uint32_t a = 0; a < job_.assigners.size(); ++a) {
    if (is_in(part, job_.assigners[a].subtask)) {
      unschedule(slot(SlotKind::kAssignerTick, c, a));
    }
  }
  for (std::uint32_t g = 0; g < job_.gates.size(); ++g) {
    if (is_in(part, job_.gates[g].subtask)) {
      unschedule(slot(SlotKind::kGateWatch, c, g));
    }
  }
}

// Nothing of this job run happens any more.
void System::close_job(Color c) {
  stop_tasks(c, {});
  for (std::uint32_t k = 0; k < job_.coordinators.size(); ++k) {
    unschedule(slot(SlotKind::kAllow, c, k));
  }
  for (std::uint32_t region = 0; job_.regions > 1 && region < job_.regions; ++region) {
    unschedule(slot(SlotKind::kRegion, c, region));
  }
  for (std::uint32_t which = 0; which < 2; ++which) {
    unschedule(slot(SlotKind::kComplete, c, which));
    if (job_.timeout_ms != 0) {
      unschedule(slot(SlotKind::kExpire, c, which));
    }
  }
  for (const SlotKind kind : {SlotKind::kStart, SlotKind::kTrigger, SlotKind::kChildStatus}) {
    unschedule(slot(kind, c));
  }
  world_.job(c).down_regions = 0;
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
