// What flows between sources and sinks: records, watermarks and barriers, through chains, channels,
// valves and gates.

#include <algorithm>

#include "model/partitioning.hpp"
#include "model/system.hpp"

namespace model {

namespace {

// An event time relative to the plan's origin, in 32 bits, saturating: for notes only.
std::uint32_t short_form(EventTime time, EventTime origin) {
  if (time == kNoWatermark) {
    return static_cast<std::uint32_t>(Mark::none().ms);
  }
  constexpr std::int64_t kMost = INT32_MAX;
  return static_cast<std::uint32_t>(
      time == kEndOfTime ? kMost : std::clamp((time - origin).ms(), -kMost, kMost));
}

// The subtask that a channel leads to; mailboxes follow the data channels, one a subtask.
std::uint32_t receiver_of(const JobPlan& job, std::uint32_t channel) {
  const auto data = static_cast<std::uint32_t>(job.data_channels.size());
  return channel < data ? job.data_channels[channel].to : channel - data;
}

}  // namespace

// The API server as a gate sees it. Calls take no time, so nobody can write between a read and an
// update.
class System::GateApi final : public ConfigMapApi {
 public:
  GateApi(System& system, sim::Slot gate) : system_(system), gate_(gate) {}

  Read get() override {
    keeps_thread_waiting();
    const auto& log = system_.world_.map_of(own());
    return Read{log.content(), ResourceVersion{log.newest}, is_unreachable()};
  }
  Result update(const ConfigMapEntries& entries, ResourceVersion version) override {
    keeps_thread_waiting();
    if (is_unreachable()) {
      return Result::kError;
    }
    const auto& log = system_.world_.map_of(own());
    if (use_up_one(system_.world_.globals().gate_conflicts[index_of(own())])) {
      // Somebody else's update comes just before.
      system_.store_map(log.content(), gate_, GateWrite::kNone);
    }
    if (version != ResourceVersion{log.newest}) {
      return Result::kConflict;
    }
    ConfigMap content = log.content();
    put(content, entries);
    const GateWrite what = entries.stage    ? GateWrite::kTeardown
                           : entries.round  ? GateWrite::kProposal
                           : entries.toggle ? GateWrite::kToggle
                                            : GateWrite::kWaiting;
    system_.put_map(content, gate_, what);
    return Result::kStored;
  }
  // A new version of the ConfigMap, whose typed fields are as before (cutover:N2, N6).
  bool report(GateReport what, std::uint16_t round) override {
    keeps_thread_waiting();
    if (is_unreachable()) {
      return false;
    }
    const SlotInfo& info = system_.plan_.slots()[sim::index_of(gate_)];
    GateSlot& gate = system_.world_.gates(info.color)[info.index];
    (what == GateReport::kAcknowledged ? gate.acknowledged : gate.passed) = round;
    if (Mirror* const mirror = system_.world_.mirror()) {
      const std::size_t gates = system_.job_.gates.size();
      GateReports& key =
          mirror
              ->reports[index_of(home_of(info.color))][(index_of(info.color) * gates) + info.index];
      (what == GateReport::kAcknowledged ? key.acknowledged : key.passed) = round;
    }
    system_.store_map(ConfigMap{system_.world_.map_of(info.color).content()}, gate_,
                      GateWrite::kReport);
    return true;
  }

 private:
  [[nodiscard]] Color own() const { return system_.plan_.slots()[sim::index_of(gate_)].color; }
  [[nodiscard]] bool is_unreachable() const {
    return system_.api_is_down() || system_.is_in_force(Action::kUnreachableMap, own());
  }
  // A request of a gate takes effect at once, and its thread goes on when the answer is there.
  void keeps_thread_waiting() {
    if (const std::uint32_t ms = system_.slower_by(Action::kSlowApiServer); ms != 0) [[unlikely]] {
      const std::uint32_t subtask =
          system_.job_.gates[system_.plan_.slots()[sim::index_of(gate_)].index].subtask;
      const sim::Due busy = system_.world_.subtasks(own())[subtask].paused_until;
      system_.pause_thread(own(), subtask, std::max(busy, system_.now_).after(ms));
    }
  }

  System& system_;
  sim::Slot gate_;
};

void System::pass_record(Color c, const OpPlan& op, std::uint32_t index, std::uint32_t record,
                         std::uint32_t input) {
  GateError error = GateError::kNone;
  switch (op.kind) {
    case NodeKind::kFilter:
      if (!op.keep.selects(world_.rows().number(record))) {
        return;
      }
      break;
    case NodeKind::kGate: {
      const GateOutcome outcome = judge(c, op, index, record, input);
      error = outcome.error;
      if (!outcome.emit) {
        fail_task_on(error, c, op.instance_base + index);
        return;
      }
      break;
    }
    case NodeKind::kSink: write(c, op, index, record, input); return;
    case NodeKind::kFlatMap:
    case NodeKind::kReKey:
    case NodeKind::kKeyedProcess:
    case NodeKind::kWindow:
    case NodeKind::kWindowJoin:
    case NodeKind::kIntervalJoin: make_rows(c, op, index, record, input); return;
    case NodeKind::kLookUp: ledger_.looked_up(c); break;
    case NodeKind::kSource:
    case NodeKind::kMap:
    case NodeKind::kCoMap:
    case NodeKind::kAssigner: break;
  }
  // To a sink that a gate is part of, a record comes by the input of that gate.
  emit_record(c, op, index, record, op.is_mixin ? input : 0);
  fail_task_on(error, c,
               op.instance_base + index);  // what was passed on before the exception has been
  if (op.kind == NodeKind::kAssigner) [[unlikely]] {
    show_record(c, op, index, record);
  }
}

void System::emit_record(Color c, const OpPlan& op, std::uint32_t index, std::uint32_t record,
                         std::uint32_t at) {
  for (std::uint32_t i = 0; i < op.child_count; ++i) {
    pass_record(c, job_.ops[job_.children[op.first_child + i]], index, record, at);
  }
  for (std::uint32_t i = 0; i < op.edge_count; ++i) {
    send_record(c, job_.edges[op.first_edge + i], index, record);
  }
}

// rt:P10.
void System::fail_task_on(GateError error, Color c, std::uint32_t gate) const {
  if (error != GateError::kNone) {
    throw TaskFailed{c, job_.gates[gate].subtask};
  }
}

// By the last watermark that came before the record (rt:P1).
GateOutcome System::judge(Color c, const OpPlan& op, std::uint32_t index, std::uint32_t record,
                          std::uint32_t input) {
  const std::uint32_t number = op.instance_base + index;
  const sim::Slot actor = slot(SlotKind::kGateWatch, c, number);
  Gate& gate = world_.gates(c)[number].gate;
  GateApi api{*this, actor};
  const EventTime ts =
      world_.rows().time(record, job_.times_of_gate(op, input)).since(plan_.origin());
  const bool late = ts <= gate.watermark;
  const GateEnvironment at{clock_of(c), wall_clock_of(c)};
  const GateOutcome outcome =
      on_record(gate, RecordTime{ts, ts == kNoTimestamp}, at, plan_.protocol().gate, api);
  if (outcome.error != GateError::kNone) {
    note(NoteKind::kTaskFailed, sim::index_of(actor), static_cast<std::uint16_t>(outcome.error),
         static_cast<std::int64_t>(outcome.write), record);
  }
  const ConfigMap& context = gate.context;
  const EventTime toggle =
      context.has_effective_toggle() ? context.effective_toggle() : kNoWatermark;
  note(NoteKind::kDecision, sim::index_of(actor),
       static_cast<std::uint16_t>(static_cast<unsigned>(outcome.rule) |
                                  (outcome.emit ? 1U << 8 : 0U) | input << 9),
       record,
       static_cast<std::int64_t>(
           static_cast<std::uint64_t>(short_form(gate.watermark, plan_.origin())) << 32 |
           short_form(toggle, plan_.origin())));
  note_decision(c, number, job_.guarded_by(op, input), record, outcome.emit, late);
  if (context.has_toggle_in_force() && !context.is_first) {
    chronicle_.acted_on(static_cast<std::uint32_t>((index_of(c) * job_.gates.size()) + number),
                        context.toggle, now_);
    if (outcome.rule == GateRule::kStandbyCrossed) {
      chronicle_.reached(Milestone::kCrossed, now_);
    }
  }
  return outcome;
}

// What it means for every output that depends on it. Of those that filters behind the gate take out
// nobody asks.
void System::note_decision(Color c, std::uint32_t gate, std::span<const GuardedInput> guarded,
                           std::uint32_t record, bool emit, bool late) {
  for (const GuardedInput& of : guarded) {
    const Decision decision = !emit        ? Decision::kDropped
                              : of.is_last ? Decision::kPassed
                                           : Decision::kGoesOn;
    ledger_.decided(c, output_of(record, of.sink_input), decision, late);
  }
  if (!chronicle_.is_surviving()) [[likely]] {
    return;
  }
  const auto counts = [&](const GuardedInput& of) {
    return (of.is_last || !emit) &&
           (world_.rows().is_row(record) || plan_.is_owed(record, of.sink_input));
  };
  const auto owed = std::find_if(guarded.begin(), guarded.end(), counts);
  if (owed != guarded.end() || guarded.empty()) {  // what becomes something else stands for itself
    const std::uint32_t input = guarded.empty() ? 0 : owed->sink_input;
    chronicle_.judged(c, world_.gates(c)[gate].seen, output_of(record, input), emit, now_);
  }
}

// What a gate does without a record (cutover:N1, N2, N6).
void System::gate_agrees(Color c, std::uint32_t gate) {
  if (plan_.protocol().gate.force != ToggleForce::kOnceAgreed) {
    return;
  }
  GateApi api{*this, slot(SlotKind::kGateWatch, c, gate)};
  Gate& state = world_.gates(c)[gate].gate;
  const bool has_checkpoints = plan_.settings().job.checkpoint_interval.has_value();
  agree(state, has_checkpoints, plan_.protocol().gate, api);
  if (!state.is_active() && has_crossed(state)) {
    chronicle_.reached(Milestone::kCrossed, now_);
  }
}

void System::gate_completes(Color c, std::uint32_t gate, std::uint32_t checkpoint) {
  GateApi api{*this, slot(SlotKind::kGateWatch, c, gate)};
  on_complete(world_.gates(c)[gate].gate, checkpoint, plan_.protocol().gate, api);
}

void System::write(Color c, const OpPlan& op, std::uint32_t index, std::uint32_t record,
                   std::uint32_t input) {
  const std::uint32_t number = op.instance_base + index;
  const std::uint32_t output = output_of(record, op.sink_input + input);
  Sink& sink = world_.sinks(c)[number];
  if (op.guarantee != Guarantee::kExactlyOnce) {  // rt:X4, X16
    ledger_.written_through(writer(c), output, record, now_);
  } else {  // rt:X5
    if (job_.sinks[number].kafka) {
      send_to_kafka(c, number);
    } else if (sink.open_transaction == 0) {
      sink.open_transaction = world_.globals().next_transaction++;
      ++world_.job(c).uncommitted;
    }
    ledger_.written(writer(c), sink.open_transaction, output, record, now_);
  }
  changed();
  note(NoteKind::kWritten, number | static_cast<std::uint32_t>(index_of(c)) << 31,
       static_cast<std::uint16_t>(op.sink_input + input), record, sink.open_transaction);
}

// rt:W16: everything that a watermark causes precedes it downstream; here only the gates look at
// it.
void System::pass_watermark(Color c, const OpPlan& op, std::uint32_t index, Mark watermark) {
  if (op.kind == NodeKind::kGate) {
    const std::uint32_t gate = op.instance_base + index;
    const EventTime wm = watermark.since(plan_.origin());
    on_watermark(world_.gates(c)[gate].gate, wm);
    note(NoteKind::kGateWatermark, sim::index_of(slot(SlotKind::kGateWatch, c, gate)), 0, wm.ms(),
         0);
    gate_agrees(c, gate);
  } else if (op.kind == NodeKind::kAssigner) [[unlikely]] {
    if (watermark == Mark::end()) {
      end_assigner(c, op, index);
    }
    return;
  } else if (is_keyed(op.kind)) [[unlikely]] {
    advance_keyed(c, op, index, watermark);
  }
  emit_watermark(c, op, index, watermark);
}

void System::emit_watermark(Color c, const OpPlan& op, std::uint32_t index, Mark watermark) {
  for (std::uint32_t i = 0; i < op.child_count; ++i) {
    pass_watermark(c, job_.ops[job_.children[op.first_child + i]], index, watermark);
  }
  broadcast(c, op, index, ElementKind::kWatermark, watermark.ms);
}

// rt:ID11, but for those who have nothing from upstream (rt:W10).
void System::pass_status(Color c, const OpPlan& op, std::uint32_t index, ElementKind status,
                         Mark last) {
  if (op.kind != NodeKind::kAssigner) [[likely]] {
    emit_status(c, op, index, status, last);
  }
}

void System::emit_status(Color c, const OpPlan& op, std::uint32_t index, ElementKind status,
                         Mark last) {
  for (std::uint32_t i = 0; i < op.child_count; ++i) {
    pass_status(c, job_.ops[job_.children[op.first_child + i]], index, status, last);
  }
  broadcast(c, op, index, status, last.ms);
}

// rt:W17: watermarks, statuses and barriers go to every channel, whatever the partitioner.
void System::broadcast(Color c, const OpPlan& op, std::uint32_t index, ElementKind kind,
                       std::int32_t value) {
  // Savepoints overtake nothing (rt:C9).
  const bool may_overtake = kind == ElementKind::kBarrier &&
                            !is_savepoint(c, static_cast<std::uint32_t>(value)) &&
                            is_overdue(c, static_cast<std::uint32_t>(value));
  const auto to = [&](const EdgePlan& edge, std::uint32_t channel) {
    if (may_overtake && edge.is_overtaken) [[unlikely]] {
      send_ahead(c, channel, static_cast<std::uint32_t>(value), world_.channels(c)[channel].count);
    } else {
      send(c, channel, kind, value);
    }
  };
  for (std::uint32_t i = 0; i < op.edge_count + op.late_edge_count; ++i) {
    const EdgePlan& edge = job_.edges[op.first_edge + i];
    if (edge.ship == Ship::kForward) {
      to(edge, job_.subtasks[edge.first_receiver + index].first_channel + edge.first_in_block);
      continue;
    }
    for (std::uint32_t r = 0; r < edge.receivers; ++r) {
      to(edge, job_.subtasks[edge.first_receiver + r].first_channel + edge.first_in_block + index);
    }
  }
}

// rt:T4.
void System::send_record(Color c, const EdgePlan& edge, std::uint32_t index, std::uint32_t record) {
  std::uint32_t receiver = index;
  std::uint32_t sender = 0;
  if (edge.ship == Ship::kRebalance) {
    std::uint32_t& next = world_.round_robins(c)[edge.first_round_robin + index];
    receiver = next;
    next = next + 1 == edge.receivers ? 0 : next + 1;
    sender = index;
  } else if (edge.ship == Ship::kHash) {
    const auto key = static_cast<std::int32_t>(world_.rows().key(record));
    receiver = subtask_of_key_group(key_group(key, edge.max_parallelism), edge.receivers,
                                    edge.max_parallelism);
    sender = index;
  }
  ++world_.job(c).in_flight;
  ledger_.sent(c);
  send(c,
       job_.subtasks[edge.first_receiver + receiver].first_channel + edge.first_in_block + sender,
       ElementKind::kRecord, static_cast<std::int32_t>(record));
}

// What an element's draws are named by.
std::uint64_t System::occurrence_of(ElementKind kind, std::int32_t value) const {
  if (kind == ElementKind::kRecord && (!job_.draw_names.empty() || job_.makes_rows)) [[unlikely]] {
    return world_.rows().name(static_cast<std::uint32_t>(value));
  }
  return static_cast<std::uint64_t>(kind) << 32 | static_cast<std::uint32_t>(value);
}

// rt:N1, T6: never before the element ahead of it.
void System::send(Color c, std::uint32_t channel, ElementKind kind, std::int32_t value) {
  const sim::Slot at = slot(SlotKind::kChannel, c, channel);
  const EnvironmentSettings& environment = plan_.settings().environment;
  const bool is_mail = channel >= job_.data_channels.size();
  Delay delay = is_mail ? environment.notice_delay : environment.channel_delay;
  ChoiceKind choice = is_mail ? ChoiceKind::kNoticeDelay : ChoiceKind::kChannelDelay;
  if (kind == ElementKind::kRecord && job_.data_channels[channel].latency) [[unlikely]] {
    delay = *job_.data_channels[channel].latency;
    choice = ChoiceKind::kLookUp;
  }
  sim::Due sent = slows_channels_ && !is_mail ? sent_at(c) : now_;
  if (is_mail && slows_mail_) [[unlikely]] {
    sent = now_.after(slower_by(Action::kSlowJobManager, c));
  }
  sim::Window due = after(sent, at, choice, at, occurrence_of(kind, value), delay);
  const bool is_head = world_.channels(c)[channel].count == 0;
  if (!is_head) {
    due = later_of(due, world_.back(c, channel).due);
  }
  world_.push(c, channel, Element{due, kind, value});
  if (is_head) {
    schedule_head(c, channel);
  }
  if (!is_mail) {
    was_sent(c, channel, kind, value);
  }
}

// REQUIRES: nothing is scheduled for this channel yet.
void System::schedule_head(Color c, std::uint32_t channel) {
  const Channel& of = world_.channels(c)[channel];
  const Subtask& receiver = world_.subtasks(c)[receiver_of(job_, channel)];
  const bool is_mail = channel >= job_.data_channels.size();
  if (of.count == 0 || of.blocked || !receiver.open ||
      (!is_mail && (receiver.is_held_back() || is_behind_barrier(c, channel)))) {
    return;
  }
  const Element& head = world_.front(c, channel);
  schedule(slot(SlotKind::kChannel, c, channel),
           head.due.not_before(std::max(now_, receiver.paused_until)),
           occurrence_of(head.kind, head.value));
}

void System::arrive(Color c, std::uint32_t channel) {
  const Element element = world_.front(c, channel);
  world_.pop(c, channel);
  if (channel < job_.data_channels.size()) {
    was_taken(c, channel);
  }
  deliver(c, channel, receiver_of(job_, channel), element);
  if (!is_scheduled(slot(SlotKind::kChannel, c, channel))) {  // else an unblocking has done it
    schedule_head(c, channel);
  }
}

void System::deliver(Color c, std::uint32_t channel, std::uint32_t subtask,
                     const Element& element) {
  const SubtaskPlan& plan = job_.subtasks[subtask];
  const OpPlan& head = job_.ops[job_.tasks[plan.task].head];
  switch (element.kind) {
    case ElementKind::kRecord:
      --world_.job(c).in_flight;
      pass_record(c, head, plan.index, static_cast<std::uint32_t>(element.value),
                  job_.data_channels[channel].input);
      was_busy(c, subtask);
      break;
    case ElementKind::kWatermark:
    case ElementKind::kIdle:
    case ElementKind::kActive: advance_time(c, channel, subtask, element); break;
    case ElementKind::kBarrier:
      on_barrier(c, channel, subtask, static_cast<std::uint32_t>(element.value));
      break;
    case ElementKind::kTrigger:
      take_snapshot(c, subtask, static_cast<std::uint32_t>(element.value));
      acknowledge(c, subtask, static_cast<std::uint32_t>(element.value));
      break;
    case ElementKind::kNotice:
      on_notice(c, subtask, static_cast<std::uint32_t>(element.value));
      break;
    case ElementKind::kAllowed: on_allowed(c, subtask, Mark{element.value}); break;
    case ElementKind::kSplit: on_split(c, static_cast<std::uint32_t>(element.value)); break;
  }
}

namespace {

// What arrives, at the valve over these channels.
ValveOutput at_valve(Valve& valve, const ValveChannels<Channel>& channels, std::size_t i,
                     const Element& element, const FlinkRules& flink) {
  switch (element.kind) {
    case ElementKind::kIdle: return on_idle(valve, channels, i, flink);
    case ElementKind::kActive: return on_active(valve, channels, i, flink);
    default: return {on_watermark(valve, channels, i, Mark{element.value})};
  }
}

}  // namespace

// rt:V9: all channels are one input, or each input has a valve, behind which they are combined.
void System::advance_time(Color c, std::uint32_t channel, std::uint32_t subtask,
                          const Element& element) {
  using Status = ValveOutput::Status;
  const SubtaskPlan& plan = job_.subtasks[subtask];
  Valve& whole = world_.subtasks(c)[subtask].valve;
  const bool is_combined = plan.input_count != 0;
  const std::uint32_t i = is_combined ? job_.data_channels[channel].input : 0;
  const std::vector<std::uint32_t>& first = job_.tasks[plan.task].first_of_input;
  const std::uint32_t from = is_combined ? first[i] : 0;
  const std::uint32_t count = is_combined ? first[i + 1] - from : plan.channel_count;
  const std::span<CombinedInput> inputs =
      world_.inputs(c).subspan(plan.first_input, plan.input_count);
  const ValveOutput out = at_valve(is_combined ? inputs[i].valve : whole,
                                   world_.valve_channels(c, plan.first_channel + from, count),
                                   channel - plan.first_channel - from, element, job_.flink);
  const auto tell_status = [&](Status status) {
    if (out.status == status) {
      pass_time(c, subtask,
                is_combined ? on_input_status(whole, inputs, i, status == Status::kIdle, job_.flink)
                            : ValveOutput{Mark::none(), status});
    }
  };
  tell_status(Status::kActive);  // rt:V5
  if (!out.watermark.is_none()) {
    pass_time(c, subtask,
              is_combined ? on_input_watermark(whole, inputs, i, out.watermark, job_.flink)
                          : ValveOutput{out.watermark});
  }
  tell_status(Status::kIdle);
}

// The watermark first, then the status (rt:V4, CW3).
void System::pass_time(Color c, std::uint32_t subtask, ValveOutput output) {
  const SubtaskPlan& plan = job_.subtasks[subtask];
  const OpPlan& head = job_.ops[job_.tasks[plan.task].head];
  if (!output.watermark.is_none()) {
    pass_watermark(c, head, plan.index, output.watermark);
  }
  if (output.status != ValveOutput::Status::kUnchanged) {
    const bool is_idle = output.status == ValveOutput::Status::kIdle;
    pass_status(c, head, plan.index, is_idle ? ElementKind::kIdle : ElementKind::kActive,
                world_.subtasks(c)[subtask].valve.last);
  }
}

}  // namespace model
