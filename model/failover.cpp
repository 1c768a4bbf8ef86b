// What becomes of a job that fails: the whole of it or the tasks that a failed one is connected
// with start again from the latest checkpoint, or it is over (rt:F1-F4, RS7, SP8, SP9, X7).

#include <algorithm>
#include <utility>

#include "model/restart.hpp"
#include "model/system.hpp"

namespace model {

namespace {

constexpr std::uint32_t kOneMoreStart = 1U << 20;  // in the name of a job run

}  // namespace

// Its tasks are not there, while others are.
bool System::is_down(Color c, std::uint32_t region) {
  for (std::uint32_t s = 0; s < job_.subtasks.size(); ++s) {
    if (job_.subtasks[s].region == region) {
      return world_.subtasks(c)[s].down;
    }
  }
  return false;
}

// Whether some source in it emits nothing any more (rt:SP5).
bool System::has_stopped(Color c, Part part) {
  for (std::uint32_t i = 0; i < job_.sources.size(); ++i) {
    if (is_in(part, job_.sources[i].subtask) && world_.sources(c)[i].stopped) {
      return true;
    }
  }
  return false;
}

// rt:F3. Before the savepoint of a stop is complete, those that have stopped for it fail with it
// (rt:SP8).
void System::fail_task(Color c, std::uint32_t subtask) {
  const Job& job = world_.job(c);
  if (job_.regions == 1 || job.unfinished != 0) {
    fail_job(c);
    return;
  }
  const bool was_stopping = job.status == JobStatus::kStopping;
  fail_region(c, job_.subtasks[subtask].region);
  if (was_stopping) {
    fail_stopped_regions(c);
  }
}

void System::fail_stopped_regions(Color c) {
  for (std::uint32_t region = 0; region < job_.regions; ++region) {
    if (has_stopped(c, region)) {
      fail_region(c, region);
    }
  }
}

// rt:F4: the rest of the job runs on. Its status moves, which ends checkpoints until all tasks are
// deployed again (rt:C2).
void System::fail_region(Color c, std::uint32_t region) {
  Job& job = world_.job(c);
  if (!job.has_tasks() || is_down(c, region)) {
    return;
  }
  // rt:F2: what fails before the planned restart comes back with it.
  const bool is_planned =
      job_.restart.kind == RestartKind::kExponentialDelay && job.down_regions != 0;
  std::optional<Restart> restart;
  if (!is_planned) {
    restart = next_restart(c);
    if (!restart) {
      give_up(c);
      return;
    }
  }
  roll_back(c, region);
  forget_tasks(c, region);
  unschedule(slot(SlotKind::kTrigger, c));
  unschedule(slot(SlotKind::kChildStatus, c));
  forget_checkpoint(c, 0);
  forget_checkpoint(c, 1);
  job.trigger_queued = false;
  job.start_from = SavepointRef{c, SavepointRole::kLatest};
  ++job.down_regions;
  if (restart) {
    restart_at(c, slot(SlotKind::kRegion, c, region), *restart);
  }
  if (job.status != JobStatus::kRestarting) {
    set_status(c, JobStatus::kRestarting);
  }
}

// What its tasks held, and what was on its way between them; with which they are connected with
// nobody else.
void System::forget_tasks(Color c, std::uint32_t region) {
  Job& job = world_.job(c);
  std::uint32_t first = 0;
  std::uint32_t count = 0;
  for (std::uint32_t s = 0; s < job_.subtasks.size(); ++s) {
    job.closed_subtasks += is_in(region, s) && world_.subtasks(c)[s].open ? 1U : 0U;
  }
  stop_tasks(c, region);
  for (std::uint32_t s = 0; s < job_.subtasks.size(); ++s) {
    if (!is_in(region, s)) {
      continue;
    }
    first = count++ == 0 ? s : first;
    const SubtaskPlan& plan = job_.subtasks[s];
    const auto forget_channel = [&](std::uint32_t channel) {
      for (std::uint32_t i = 0; i < world_.channels(c)[channel].count; ++i) {
        job.in_flight -= world_.element(c, channel, i).kind == ElementKind::kRecord ? 1U : 0U;
      }
      world_.reset_channel(c, channel);
      if (draws_ != nullptr) {
        draws_->on_slot_reset(slot(SlotKind::kChannel, c, channel));
      }
    };
    for (std::uint32_t i = 0; i < plan.channel_count; ++i) {
      forget_channel(plan.first_channel + i);
      if (job_.barriers == Barriers::kUnaligned) {
        world_.overtaken_channels(c)[plan.first_channel + i] = OvertakenChannel{};
      }
    }
    forget_channel(plan.mailbox);
    for (std::uint32_t i = 0; i < plan.input_count; ++i) {
      world_.inputs(c)[plan.first_input + i] = CombinedInput{};
    }
    world_.subtasks(c)[s] = Subtask{};
    world_.subtasks(c)[s].down = true;
    if (job_.barriers != Barriers::kAligned) {
      for (CountedBarriers& counted : world_.counted_barriers(c, s)) {
        counted = CountedBarriers{};
      }
    }
  }
  for (std::uint32_t i = 0; i < job_.sources.size(); ++i) {
    const SourcePlan& source = job_.sources[i];
    if (!is_in(region, source.subtask)) {
      continue;
    }
    for (std::uint32_t s = source.first_split; s < source.first_split + source.split_count; ++s) {
      job.unread -= readable(c, s) - world_.splits(c)[s].next;
      world_.splits(c)[s] = Split{};
    }
    world_.sources(c)[i] = Source{};
    if (!job_.coordinators.empty()) {
      World::reset(world_.aligned_sources(c)[i], World::Metrics::kKept);
    }
  }
  for (std::uint32_t a = 0; a < job_.assigners.size(); ++a) {
    if (is_in(region, job_.assigners[a].subtask)) {
      world_.assigners(c)[a] = Assigner{};
    }
  }
  for (std::uint32_t k = 0; k < job_.keyed.size(); ++k) {
    if (is_in(region, job_.keyed[k].subtask)) {
      world_.keyed(c)[k] = KeyedState{};
    }
  }
  for (std::uint32_t g = 0; g < job_.gates.size(); ++g) {
    if (is_in(region, job_.gates[g].subtask)) {
      World::reset(world_.gates(c)[g], World::Metrics::kKept);
    }
  }
  for (std::uint32_t k = 0; k < job_.sinks.size(); ++k) {
    if (is_in(region, job_.sinks[k].subtask)) {
      Sink& sink = world_.sinks(c)[k];
      job.uncommitted -= sink.pending + (sink.has_written ? 1U : 0U);
      sink = Sink{};
    }
  }
  note(NoteKind::kRegion, static_cast<std::uint32_t>(index_of(c)), 0, first, count);
}

// With those that failed since and have no restart of their own.
void System::start_regions(Color c, std::uint32_t region) {
  for (std::uint32_t r = 0; r < job_.regions; ++r) {
    if (r != region && (!is_down(c, r) || is_scheduled(slot(SlotKind::kRegion, c, r)))) {
      continue;
    }
    std::uint32_t first = 0;
    std::uint32_t count = 0;
    for (std::uint32_t s = 0; s < job_.subtasks.size(); ++s) {
      if (is_in(r, s)) {
        first = count++ == 0 ? s : first;
        world_.subtasks(c)[s].down = false;
      }
    }
    restore(c, r);
    start_tasks(c, r);
    --world_.job(c).down_regions;
    note(NoteKind::kRegion, static_cast<std::uint32_t>(index_of(c)), 1, first, count);
  }
  if (world_.job(c).down_regions == 0) {
    start_checkpoints(c);
    set_status(c, JobStatus::kRunning);
  }
}

// rt:F4: everything of this run is gone but what is checkpointed; the tasks come back after a
// delay. The child's status does not move: the restart falls between two looks of its controller.
void System::fail_job(Color c) {
  Job& job = world_.job(c);
  if (!job.has_tasks()) {
    return;
  }
  if (job.unfinished != 0) {  // rt:SP9
    outgoing_ends(c);
    give_up(c);
    return;
  }
  const std::optional<Restart> restart = next_restart(c);
  if (!restart) {
    give_up(c);
    return;
  }
  roll_back(c, {});
  close_job(c);
  job.pending = {};
  job.trigger_queued = false;
  job.start_from = SavepointRef{c, SavepointRole::kLatest};
  restart_at(c, slot(SlotKind::kStart, c), *restart);
  set_status(c, JobStatus::kRestarting);
}

// rt:F1. What was handed over stays as it is (rt:X9).
void System::give_up(Color c) {
  Job& job = world_.job(c);
  close_writers(c);
  close_job(c);
  end_discovery(c);
  job.pending = {};
  job.trigger_queued = false;
  job.unfinished = 0;
  set_status(c, JobStatus::kFailed);
  if (!is_child_controller_held(c)) {
    child_has_failed(c);
  }
}

void System::child_has_failed(Color c) {
  Child child = world_.globals().children[index_of(c)].content();
  child.lifecycle = Lifecycle::kFailed;
  child.is_job_running = 0;
  store_child(c, child, ChildChange::kFailed);
}

// Its tasks end with it. The new one finds the latest checkpoint in the high availability store; of
// failures, metrics and triggered savepoints it knows nothing.
void System::lose_job_manager(Color c, sim::Due until) {
  Job& job = world_.job(c);
  if (!job.has_tasks() && !job.is_coming_back()) {
    return;
  }
  if (job.has_tasks()) {
    roll_back(c, {});
  }
  if (job.status == JobStatus::kLost) {
    until = std::max(until, world_.due(slot(SlotKind::kStart, c)).earliest);
  }
  close_job(c);
  job.pending = {};
  job.trigger_queued = false;
  job.unfinished = 0;
  job.restarts = 0;
  job.failed_checkpoints = 0;
  job.fetched_at = sim::Due::never();
  job.snapshots[index_of(SnapshotArea::kTransition)].complete = 0;
  job.start_from = SavepointRef{c, SavepointRole::kLatest};
  job.run += kOneMoreStart;
  schedule(slot(SlotKind::kStart, c), until, job.run);
  set_status(c, JobStatus::kLost);
}

// rt:F2. Counts the failure.
std::optional<System::Restart> System::next_restart(Color c) {
  Job& job = world_.job(c);
  const RestartPlan& plan = job_.restart;
  switch (plan.kind) {
    case RestartKind::kNone: return std::nullopt;
    case RestartKind::kFixedDelay:
      if (++job.restarts > plan.attempts) {
        return std::nullopt;
      }
      break;
    case RestartKind::kFailureRate: {
      const std::span<sim::Due> all = world_.failures(c);
      if (job.restarts == all.size()) {
        std::copy(all.begin() + 1, all.end(), all.begin());
        --job.restarts;
      }
      all[job.restarts++] = now_;
      if (job.restarts == all.size() && now_ <= all.front().after(plan.interval_ms)) {
        return std::nullopt;
      }
      break;
    }
    case RestartKind::kExponentialDelay: {
      if (job.down_regions == 0) {  // else the restart is planned already
        const bool is_quiet = job.restarts > 0 && now_ > job.last_restart.after(kQuietHourMs);
        job.restarts = is_quiet ? 1 : job.restarts + 1;
        job.last_restart = now_;
      }
      const std::uint32_t delay = restart_delay_ms(job.restarts - 1, plan);
      return Restart{job.last_restart, {delay, std::min(delay + (delay / 10), plan.most_ms)}};
    }
  }
  return Restart{now_, {plan.delay_ms, plan.delay_ms}};
}

void System::restart_at(Color c, sim::Slot at, Restart restart) {
  Job& job = world_.job(c);
  job.run += kOneMoreStart;
  std::uint32_t& later_ms = world_.globals().restart_later_ms[index_of(c)];
  const sim::Window back = after(restart.from.after(std::exchange(later_ms, 0)), at,
                                 ChoiceKind::kRestartDelay, at, job.run, restart.delay);
  schedule(at, back.not_before(now_), job.run);
}

// Open transactions, and those handed over after the checkpoint that the job goes back to: a
// restarted sink aborts what its restored state does not know (rt:X7). What is in Kafka stays as it
// is until its writers are back.
void System::roll_back(Color c, Part part) {
  const Job& job = world_.job(c);
  const std::uint32_t back_to = job.has_latest ? job.snapshots[index_of(job.latest)].id : 0;
  for (std::uint32_t k = 0; k < job_.sinks.size(); ++k) {
    Sink& sink = world_.sinks(c)[k];
    if (job_.sinks[k].kafka || !is_in(part, job_.sinks[k].subtask)) {
      continue;
    }
    if (sink.open_transaction != 0) {
      discard(c, sink.open_transaction, DiscardCause::kRolledBack);
      sink.open_transaction = 0;
      if (part) {
        --world_.job(c).uncommitted;
      }
    }
    for (const Committable& handed_over : world_.committables(c, k).first(sink.pending)) {
      if (handed_over.checkpoint > back_to) {
        discard(c, handed_over.transaction, DiscardCause::kRolledBack);
      }
    }
  }
}

}  // namespace model
