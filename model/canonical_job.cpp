// Of a state in canonical form: the jobs, lane by lane.
#include <algorithm>

#include "model/canonical_writer.hpp"
#include "model/metric_store.hpp"
#include "model/restart.hpp"

namespace model {

void CanonicalForm::Writer::write_job(Color c) {
  const Job& job = world_.job(c);
  u16(static_cast<std::uint32_t>(job.status));
  u16((job.trigger_queued ? 1U : 0U) | (job.is_upgrading ? 2U : 0U) | (job.has_latest ? 4U : 0U));
  u16(job.spec);
  u16(job.nonce);
  if (job.is_up()) {
    savepoint(job.start_from);
    until(job.stable_at);
    const bool is_exponential = job_.restart.kind == RestartKind::kExponentialDelay;
    u16(options_.is_reduced && is_exponential ? std::min(job.restarts, form_.restarts_that_matter_)
                                              : job.restarts);
    flag(job.restarts > 0 && now_ > job.last_restart.after(kQuietHourMs));
    if (job_.regions > 1 && form_.jobs_may_fail_) {
      u16(job.down_regions);
      if (job.down_regions != 0) {  // a restart that counts from it is planned
        since(job.last_restart, UINT32_MAX);
      }
    }
    if (form_.checkpoints_may_fail_) {
      u16(job.failed_checkpoints);
    }
    for (const sim::Due failure :
         world_.failures(c).first(job_.restart.remembered() == 0 ? 0 : job.restarts)) {
      since(failure, job_.restart.interval_ms + 1);
    }
    since(job.fetched_at, kMetricUpdateMs + 1);
  } else if (job.status == JobStatus::kFinished) {
    since(job.fetched_at, kMetricUpdateMs + 1);
  }
  if (job.is_up()) {  // one that is known is assigned, or its mail is under way
    for (const KnownSplit& split : world_.known_splits(c)) {
      flag(split.is_known);
    }
  }
  write_snapshots(c);
  if (is_written(job)) {
    write_data_plane(c);
  }
}

void CanonicalForm::Writer::write_lane(Color c, const Lane& lane) {
  for (const std::uint32_t g : lane.gates) {
    const GateSlot& gate = world_.gates(c)[g];
    u16(static_cast<std::uint32_t>(gate.has_metric) | static_cast<std::uint32_t>(gate.metric) << 1);
    u16(gate.acknowledged);
    u16(gate.passed);
  }
  each_snapshot(c, [&](SnapshotArea area, bool is_kept) {
    if (is_kept) {
      write_saved(c, area, lane);
    }
  });
  if (is_written(world_.job(c))) {
    for (const std::uint32_t s : lane.subtasks) {
      write_subtask(c, s);
    }
    for (const std::uint32_t s : lane.sources) {
      write_source(c, s);
    }
    for (const std::uint32_t a : lane.assigners) {
      write_assigner(c, a);
    }
    for (const std::uint32_t g : lane.gates) {
      write_gate(c, g);
    }
  }
}

void CanonicalForm::Writer::write_snapshots(Color c) {
  const Job& job = world_.job(c);
  u16(live_[index_of(c)] == 0 ? 0 : 1);
  each_snapshot(c, [&](SnapshotArea area, bool is_kept) {
    flag(is_kept);
    if (is_kept) {
      const SnapshotHead& head = job.snapshots[index_of(area)];
      // Of a job that is not up ids go on after it, wherever that is; and so they do after a
      // savepoint, which nobody else asks for by its id.
      const bool has_ids = is_written(job) || job.is_coming_back();
      if (has_ids && (is_periodic(area) || !options_.is_reduced)) {
        back(job.next_checkpoint, head.id);
      }
      flag(head.complete != 0);
      if (job_.has_kafka) {
        flag(head.taken_by == c);
      }
    }
  });
}

void CanonicalForm::Writer::write_saved(Color c, SnapshotArea area, const Lane& lane) {
  const std::span<const std::uint32_t> offsets = world_.saved_offsets(c, area);
  for (const std::uint32_t s : lane.sources) {
    const SourcePlan& source = job_.sources[s];
    for (std::uint32_t i = 0; i < source.split_count; ++i) {
      u16(offsets[source.first_split + i]);
    }
  }
  for (const std::uint32_t g : lane.gates) {
    const SavedGate& gate = world_.saved_gates(c, area)[g];
    u32(static_cast<std::uint32_t>(gate.newest.ms));
    u16(gate.crossed);
  }
  write_saved_channels(c, area, lane);
}

void CanonicalForm::Writer::write_data_plane(Color c) {
  const Job& job = world_.job(c);
  u16(job.unread);
  u16(job.in_flight);
  u16(job.uncommitted);
  u16(job.closed_subtasks);
  if (job.status == JobStatus::kStopping) {
    u16(job.unfinished);
    back(job.next_checkpoint, job.snapshots[index_of(SnapshotArea::kStop)].id);
  }
  for (const PendingCheckpoint& pending : job.pending) {
    back(job.next_checkpoint, pending.id);
    if (pending.id != 0) {
      u16(pending.missing);
      u16(static_cast<std::uint32_t>(pending.area) >= 2 ? 2
                                                        : static_cast<std::uint32_t>(pending.area));
      if (form_.checkpoints_may_fail_) {
        flag(pending.is_declined);
      }
      if (plan_.has_action(Action::kHangSavepoint)) {
        flag(pending.hangs);
      }
      if (plan_.has_action(Action::kSlowSavepoint)) {
        u32(pending.slower_ms);
      }
      window(pending.complete_at);
      if (job_.barriers == Barriers::kUnaligned) {
        flag(pending.waits);
      }
      if (job_.aligned_timeout_ms != 0) {
        until(pending.overdue_at);
      }
    }
  }
  if (job.unread != 0 || job.in_flight != 0 || !options_.is_reduced) {
    for (const std::uint32_t next : world_.round_robins(c)) {
      u16(next);
    }
  }
}

void CanonicalForm::Writer::write_subtask(Color c, std::uint32_t s) {
  const Subtask& subtask = world_.subtasks(c)[s];
  const SubtaskPlan& plan = job_.subtasks[s];
  u16((subtask.open ? 1U : 0U) | (subtask.valve.idle ? 2U : 0U) | (subtask.down ? 4U : 0U));
  u32(static_cast<std::uint32_t>(subtask.valve.last.ms));
  for (const CombinedInput& input : world_.inputs(c).subspan(plan.first_input, plan.input_count)) {
    u32(static_cast<std::uint32_t>(input.valve.last.ms));
    u32(static_cast<std::uint32_t>(input.time.mark.ms));
    u16((input.valve.idle ? 1U : 0U) | (input.time.idle ? 2U : 0U));
  }
  back(world_.job(c).next_checkpoint, subtask.aligning);
  until(subtask.paused_until);
  until(subtask.slow_until);
  if (now_ < subtask.slow_until) {
    u32(subtask.slow_ms);
  }
  write_barriers(c, s);
  for (std::uint32_t i = 0; i < plan.channel_count; ++i) {
    const ValveChannel& valve = world_.channels(c)[plan.first_channel + i].valve;
    u32(static_cast<std::uint32_t>(valve.mark.ms));
    u16((valve.idle ? 1U : 0U) | (valve.unaligned ? 2U : 0U));
    write_channel(c, plan.first_channel + i);
  }
  write_channel(c, plan.mailbox);
}

// Where channels do not wait for barriers.
void CanonicalForm::Writer::write_barriers(Color c, std::uint32_t s) {
  if (job_.barriers == Barriers::kAligned) {
    return;
  }
  const std::uint32_t newest = world_.job(c).next_checkpoint;
  const SubtaskPlan& plan = job_.subtasks[s];
  const std::span<const CountedBarriers> counted = world_.counted_barriers(c, s);
  if (job_.barriers == Barriers::kAtLeastOnce) {
    // In no order.
    const std::size_t first = counted[0].id < counted[1].id ? 0 : 1;
    for (const std::size_t i : {first, 1 - first}) {
      back(newest, counted[i].id);
      u16(counted[i].missing);
    }
    return;
  }
  back(newest, counted[0].id);
  u16(counted[0].missing);
  for (std::uint32_t i = 0; i < plan.channel_count; ++i) {
    const std::uint32_t channel = plan.first_channel + i;
    const OvertakenChannel& of = world_.overtaken_channels(c)[channel];
    // What is behind one that is on its way waits for it, also if another one has come first.
    const bool is_ahead = of.barrier > counted[0].id ||
                          !world_.due(plan_.slot(SlotKind::kAhead, c, channel)).earliest.is_never();
    // Also what is still in its place and has gone ahead all the same.
    back(newest, is_ahead || job_.aligned_timeout_ms != 0 ? of.barrier : 0);
    u16(is_ahead ? of.ahead_of : 0);
    back(newest, of.recorded_for);
  }
}

// What a snapshot keeps of the channels, in order within each.
void CanonicalForm::Writer::write_saved_channels(Color c, SnapshotArea area, const Lane& lane) {
  if (job_.barriers != Barriers::kUnaligned) {
    return;
  }
  for (const std::uint32_t s : lane.subtasks) {
    const SubtaskPlan& plan = job_.subtasks[s];
    for (std::uint32_t i = 0; i < plan.channel_count; ++i) {
      for (const SavedElement& saved : world_.saved_elements(c, area)) {
        if (saved.channel == plan.first_channel + i) {
          u16(1U + static_cast<std::uint32_t>(saved.kind));
          element(saved.kind, saved.value, c);
        }
      }
      u16(0);
    }
  }
}

void CanonicalForm::Writer::element(ElementKind kind, std::int32_t value, Color c) {
  if (kind >= ElementKind::kBarrier && kind <= ElementKind::kNotice) {
    back(world_.job(c).next_checkpoint, static_cast<std::uint32_t>(value));
  } else if (kind == ElementKind::kRecord) {
    u32(form_.lanes_.place_of(static_cast<std::uint32_t>(value)));
  } else {
    u32(static_cast<std::uint32_t>(value));
  }
}

void CanonicalForm::Writer::write_channel(Color c, std::uint32_t channel) {
  const Channel& of = world_.channels(c)[channel];
  u16(of.count << 1 | (of.blocked ? 1U : 0U));
  const sim::Slot slot = plan_.slot(SlotKind::kChannel, c, channel);
  // When its head arrives its slot knows.
  std::uint32_t i = 0;
  for (const bool has_slot = !world_.due(slot).earliest.is_never(); i < of.count; ++i) {
    const Element& element = world_.element(c, channel, i);
    u16(static_cast<std::uint32_t>(element.kind));
    this->element(element.kind, element.value, c);
    if (i > 0 || !has_slot || !options_.is_reduced) {
      window(element.due);
    }
  }
}

void CanonicalForm::Writer::write_source(Color c, std::uint32_t s) {
  const Source& source = world_.sources(c)[s];
  const SourcePlan& plan = job_.sources[s];
  flag(source.stopped);
  bool is_read = true;
  for (std::uint32_t i = plan.first_split; i < plan.first_split + plan.split_count; ++i) {
    const SplitPlan& split = job_.splits[i];
    const Split& progress = world_.splits(c)[i];
    u16(progress.next);
    is_read &= progress.next == plan_.inputs()[split.input].length(split.partition);
    if (plan.time.generator != Generator::kNone) {
      u32(static_cast<std::uint32_t>(progress.time.most.ms));
    }
    if (plan.coordinator != kNoCoordinator) {
      u32(static_cast<std::uint32_t>(progress.time.mark.ms));
    }
    if (plan.coordinator != kNoCoordinator || job_.channel_capacity != 0) {
      flag(progress.time.timer.is_stopped());
    }
  }
  u32(static_cast<std::uint32_t>(source.time.emitted.ms));
  if (plan.coordinator != kNoCoordinator) {
    write_alignment(c, s);
  }
  const sim::Slot tick = plan_.slot(SlotKind::kTick, c, s);
  // One that is aligned can come to have ticks again when it is told how far it may go, one that is
  // held back when its clocks go on.
  const bool may_have_ticks = plan.coordinator != kNoCoordinator || has_stopped_clock(c, s) ||
                              !world_.due(tick).earliest.is_never();
  const bool is_over = source.stopped || (is_read && !may_have_ticks);
  flag(is_over);
  if (is_over && options_.is_reduced) {
    return;
  }
  until(source.ready_at);
  u32(source.pace_rest);
  if (plan.split_count > 1) {
    u16(source.polled_split);
    u16(source.polled_left);
  }
  if (world_.subtasks(c)[plan.subtask].open || !options_.is_reduced) {
    write_ticks(source);
  }
  if (plan.time.idle_after_ms != kNeverIdle) {
    write_idleness(c, s);
  }
}

// Whether one that matters stands still.
bool CanonicalForm::Writer::has_stopped_clock(Color c, std::uint32_t s) const {
  const SourcePlan& plan = job_.sources[s];
  const auto waits = [](const IdlenessTimer& timer) { return timer.is_stopped() && !timer.idle; };
  const std::span<const Split> splits =
      world_.splits(c).subspan(plan.first_split, plan.split_count);
  return waits(world_.sources(c)[s].time.main) ||
         std::any_of(splits.begin(), splits.end(),
                     [&](const Split& split) { return waits(split.time.timer); });
}

// What a coordinator knows and says, and the phases of both (rt:AL2, AL3).
void CanonicalForm::Writer::write_alignment(Color c, std::uint32_t s) {
  const AlignedSource& state = world_.aligned_sources(c)[s];
  u32(static_cast<std::uint32_t>(state.reported.ms));
  u32(static_cast<std::uint32_t>(state.sent.ms));
  u32(static_cast<std::uint32_t>(state.allowed.ms));
  const SourceTime& time = world_.sources(c)[s].time;
  flag(time.main.is_stopped());
  flag(time.is_idle);
  const std::uint32_t period = job_.coordinators[job_.sources[s].coordinator].update_ms;
  if (world_.subtasks(c)[job_.sources[s].subtask].open) {
    phase(world_.sources(c)[s].opened, period);
  }
  phase(world_.job(c).started, period);
}

// rt:ID1, ID6. A thread that was held back has as many checks to make up for, three at the most
// (rt:W9).
void CanonicalForm::Writer::write_idleness(Color c, std::uint32_t s) {
  const SourcePlan& plan = job_.sources[s];
  const SourceTime& time = world_.sources(c)[s].time;
  for (const Split& split : world_.splits(c).subspan(plan.first_split, plan.split_count)) {
    write_timer(split.time.timer, split.time.idle, plan.time.idle_after_ms);
  }
  write_timer(time.main, time.main_is_idle, plan.time.idle_after_ms);
  u16((time.splits_are_idle ? 1U : 0U) | (time.is_idle ? 2U : 0U));
  const Subtask& subtask = world_.subtasks(c)[plan.subtask];
  if (subtask.paused_until >= now_ && job_.tick_ms != 0) {
    u16(std::min(piled_ticks(subtask, world_.sources(c)[s], job_.tick_ms, now_),
                 kChecksThatMatter));
  }
}

void CanonicalForm::Writer::write_timer(const IdlenessTimer& of, bool slot_is_idle,
                                        std::uint32_t idle_after_ms) {
  u16((of.seen ? 1U : 0U) | (of.idle ? 2U : 0U) | (slot_is_idle ? 4U : 0U));
  const std::uint32_t quiet_for = of.clock(now_).ms - of.quiet_since.ms;
  u32(of.quiet_since.is_never() ? UINT32_MAX : std::min(quiet_for, idle_after_ms + 1));
}

// rt:W10. When no record can come any more and nothing is due, neither do its moments matter.
void CanonicalForm::Writer::write_assigner(Color c, std::uint32_t a) {
  const Assigner& state = world_.assigners(c)[a];
  const AssignerPlan& plan = job_.assigners[a];
  u32(static_cast<std::uint32_t>(state.time.most.ms));
  u32(static_cast<std::uint32_t>(state.output.emitted.ms));
  flag(state.output.is_idle);
  const Job& job = world_.job(c);
  const bool is_over = job.unread == 0 && job.in_flight == 0 &&
                       world_.due(plan_.slot(SlotKind::kAssignerTick, c, a)).earliest.is_never();
  flag(is_over);
  if (is_over && options_.is_reduced) {
    return;
  }
  if (world_.subtasks(c)[plan.subtask].open && job_.assigner_tick_ms != 0) {
    const bool is_held_back = state.armed > now_;  // a moment of the past it is not
    flag(is_held_back);
    if (is_held_back) {
      until(state.armed);
    } else {
      phase(state.armed, job_.assigner_tick_ms);
    }
    flag(state.last_tick == now_);
  }
  if (plan.time.idle_after_ms != kNeverIdle) {
    write_timer(state.time.timer, state.time.idle, plan.time.idle_after_ms);
    flag(state.output.splits_are_idle);
  }
}

void CanonicalForm::Writer::write_ticks(const Source& source) {
  if (job_.tick_ms != 0) {
    phase(source.opened, job_.tick_ms);
    flag(source.last_tick == now_);
  }
}

void CanonicalForm::Writer::write_gate(Color c, std::uint32_t g) {
  const GateSlot& slot = world_.gates(c)[g];
  if (!world_.subtasks(c)[job_.gates[g].subtask].open && options_.is_reduced) {
    write_watch(slot.watch, globals_.map.newest);
    u32(static_cast<std::uint32_t>(slot.restored.newest.ms));
    u16(slot.restored.crossed);
    return;
  }
  write_watch(slot.watch, globals_.map.newest);
  back(globals_.map.newest, slot.seen);
  const Gate& gate = slot.gate;
  map(gate.context);
  instant(gate.watermark);
  since(gate.window_opened, gate.write_delay_ms);
  const bool has_window =
      rules_.timing == WriteTiming::kInWindow && rules_.force == ToggleForce::kOnceStored;
  if (has_window || !options_.is_reduced) {
    u16(gate.write_delay_ms);
  }
  if (rules_.gauge == HandOverGauge::kReported) {
    const bool knows = !gate.toggle_learned.is_never();
    flag(knows);
    if (knows) {
      since(std::max(gate.toggle_learned, gate.last_standby_record), kGaugeSilenceMs);
    }
  }
  u16((gate.teardown_asked ? 1U : 0U) | (gate.waiting_written ? 2U : 0U) |
      (gate.teardown_written ? 4U : 0U) | (gate.dropped_past_toggle ? 8U : 0U));
  if (rules_.force == ToggleForce::kOnceAgreed) {
    u16(gate.crossed);
    instant(gate.newest);
    u16(gate.acknowledged);
    u16(gate.passed);
    back(world_.job(c).next_checkpoint,
         awaits_checkpoint(gate) || !options_.is_reduced
             ? gate.safe_checkpoint
             : std::min(gate.safe_checkpoint, 1U) * world_.job(c).next_checkpoint);
    if (rules_.older_version == OlderVersion::kIgnored) {
      back(globals_.map.newest, static_cast<std::uint32_t>(gate.version));
    }
  }
}

}  // namespace model
