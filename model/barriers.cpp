// What barriers do on their way: hold channels back until all have come (rt:C6, C8), be counted and
// nothing else (rt:C7), or overtake what is in the channels, which then belongs to the checkpoint
// (rt:C9, RS6).

#include <algorithm>

#include "model/system.hpp"

namespace model {

// In its place among the elements of a channel.
void System::on_barrier(Color c, std::uint32_t channel, std::uint32_t subtask, std::uint32_t id) {
  if (job_.barriers == Barriers::kAtLeastOnce) {
    count_barrier(c, subtask, id);
    return;
  }
  if (job_.barriers == Barriers::kUnaligned && job_.data_channels[channel].is_overtaken) {
    OvertakenChannel& of = world_.overtaken_channels(c)[channel];
    const bool is_taken = id <= world_.counted_barriers(c, subtask).front().id;
    if (of.barrier == id || is_taken) {
      return;  // it has gone ahead, and this is where it was; or it is one that came too late
    }
    if (job_.aligned_timeout_ms != 0 && id > of.barrier && !is_savepoint(c, id)) {
      of = OvertakenChannel{id, 0, 0};
    }
  }
  align_barrier(c, channel, subtask, id);
}

void System::unblock(Color c, std::uint32_t subtask) {
  const SubtaskPlan& plan = job_.subtasks[subtask];
  for (std::uint32_t i = 0; i < plan.channel_count; ++i) {
    world_.channels(c)[plan.first_channel + i].blocked = false;
  }
}

// Heads that a blocked channel held back. After everything else: what they cause comes after it.
void System::read_on(Color c, std::uint32_t subtask) {
  const SubtaskPlan& plan = job_.subtasks[subtask];
  for (std::uint32_t i = 0; i < plan.channel_count; ++i) {
    if (!is_scheduled(slot(SlotKind::kChannel, c, plan.first_channel + i))) {
      schedule_head(c, plan.first_channel + i);
    }
  }
}

// rt:C6, C8.
void System::align_barrier(Color c, std::uint32_t channel, std::uint32_t subtask,
                           std::uint32_t id) {
  Subtask& state = world_.subtasks(c)[subtask];
  if (id < state.aligning) {
    return;  // of a checkpoint that a newer one replaced
  }
  const bool replaces_another = id > state.aligning && state.aligning != 0;
  if (replaces_another) {
    unblock(c, subtask);
  }
  if (id > state.aligning) {
    state.aligning = id;
    state.missing = job_.subtasks[subtask].channel_count;
  }
  world_.channels(c)[channel].blocked = true;
  if (--state.missing > 0) {
    if (replaces_another) {
      read_on(c, subtask);
    }
    return;
  }
  unblock(c, subtask);
  state.aligning = 0;
  if (job_.barriers == Barriers::kUnaligned) {
    world_.counted_barriers(c, subtask).front() = CountedBarriers{id, 0};
  }
  forget_overdue(c, subtask);
  take_snapshot(c, subtask, id);
  acknowledge(c, subtask, id);
  read_on(c, subtask);
}

// rt:C7. Of one that newer ones have replaced nothing is counted any more.
void System::count_barrier(Color c, std::uint32_t subtask, std::uint32_t id) {
  const std::span<CountedBarriers> counted = world_.counted_barriers(c, subtask);
  CountedBarriers* of = &*std::min_element(counted.begin(), counted.end(),
                                           [&](const CountedBarriers& a, const CountedBarriers& b) {
                                             return a.id == id || (b.id != id && a.id < b.id);
                                           });
  if (of->id > id) {
    return;
  }
  if (of->id != id) {
    *of = CountedBarriers{id, job_.subtasks[subtask].channel_count};
  }
  if (--of->missing == 0) {
    *of = CountedBarriers{};
    take_snapshot(c, subtask, id);
    acknowledge(c, subtask, id);
  }
}

// rt:C9: once it is so old, or from the start.
bool System::is_overdue(Color c, std::uint32_t id) {
  const PendingCheckpoint& pending = world_.job(c).pending[0];
  return job_.aligned_timeout_ms == 0 || (id == pending.id && now_ >= pending.overdue_at);
}

// Each task has a timer of its own, from the moment of the trigger on. Those that overtake on no
// input have no use for it.
void System::schedule_overdue(Color c) {
  PendingCheckpoint& pending = world_.job(c).pending[0];
  pending.overdue_at = now_.after(job_.aligned_timeout_ms);
  for (std::uint32_t s = 0; s < job_.subtasks.size(); ++s) {
    const SubtaskPlan& plan = job_.subtasks[s];
    if (plan.channel_count != 0 && job_.data_channels[plan.first_channel].is_overtaken) {
      schedule(slot(SlotKind::kOverdue, c, s),
               std::max(pending.overdue_at, world_.subtasks(c)[s].paused_until), pending.id);
    }
  }
}

void System::forget_overdue(Color c, std::uint32_t subtask) {
  if (job_.aligned_timeout_ms != 0) {
    unschedule(slot(SlotKind::kOverdue, c, subtask));
  }
}

void System::on_overdue(Color c, std::uint32_t subtask) {
  const std::uint32_t id = world_.job(c).pending[0].id;
  if (world_.subtasks(c)[subtask].aligning == id) {
    stop_aligning(c, subtask, id);
  } else {
    overtake_in_channels(c, subtask, id);
  }
}

// rt:C9: what has not come of the barriers overtakes, the snapshot is taken now, and its channels
// are open again. Where none had come, the first to arrive ahead begins it.
void System::stop_aligning(Color c, std::uint32_t subtask, std::uint32_t id) {
  const Subtask& state = world_.subtasks(c)[subtask];
  const bool has_begun = state.aligning == id;
  world_.counted_barriers(c, subtask).front() =
      CountedBarriers{id, has_begun ? state.missing : job_.subtasks[subtask].channel_count};
  if (state.aligning != 0) {  // for it, or for one that it replaces (rt:C8)
    unblock(c, subtask);
    world_.subtasks(c)[subtask].aligning = 0;
  }
  overtake_in_channels(c, subtask, id);
  forget_overdue(c, subtask);
  take_snapshot(c, subtask, id);  // moves the world
  read_on(c, subtask);
}

// Barriers that were sent in their place. That place stays as it is, and means nothing any more.
void System::overtake_in_channels(Color c, std::uint32_t subtask, std::uint32_t id) {
  if (job_.aligned_timeout_ms == 0) {
    return;
  }
  const SubtaskPlan& plan = job_.subtasks[subtask];
  for (std::uint32_t ch = plan.first_channel; ch < plan.first_channel + plan.channel_count; ++ch) {
    const std::uint32_t count = world_.channels(c)[ch].count;
    for (std::uint32_t i = 0; i < count && world_.overtaken_channels(c)[ch].barrier != id; ++i) {
      const Element element = world_.element(c, ch, i);
      if (element.kind == ElementKind::kBarrier &&
          static_cast<std::uint32_t>(element.value) == id) {
        send_ahead(c, ch, id, i);
      }
    }
  }
}

// Before what its channel holds, up to there; one that is still on its way is given up with its
// checkpoint.
void System::send_ahead(Color c, std::uint32_t channel, std::uint32_t id, std::uint32_t ahead_of) {
  const sim::Slot at = slot(SlotKind::kAhead, c, channel);
  world_.overtaken_channels(c)[channel] = OvertakenChannel{id, ahead_of, 0};
  const Subtask& receiver = world_.subtasks(c)[job_.data_channels[channel].to];
  schedule(at,
           after(slows_channels_ ? sent_at(c) : now_, at, ChoiceKind::kChannelDelay, at, id,
                 plan_.settings().environment.channel_delay)
               .not_before(receiver.paused_until),
           id);
}

// What was sent after it comes after it.
bool System::is_behind_barrier(Color c, std::uint32_t channel) {
  return job_.barriers == Barriers::kUnaligned &&
         world_.overtaken_channels(c)[channel].ahead_of == 0 &&
         is_scheduled(slot(SlotKind::kAhead, c, channel));
}

// rt:C9: the first one takes the snapshot, the last one completes what it holds of the channels.
void System::on_ahead(Color c, std::uint32_t channel) {
  const std::uint32_t id = world_.overtaken_channels(c)[channel].barrier;
  const std::uint32_t subtask = job_.data_channels[channel].to;
  const auto under_way = [&]() -> CountedBarriers& {
    return world_.counted_barriers(c, subtask).front();
  };
  if (id > under_way().id && id >= world_.subtasks(c)[subtask].aligning) {
    stop_aligning(c, subtask, id);
  }
  // Else it is of a checkpoint that a newer one replaced (rt:C8).
  if (id == under_way().id && --under_way().missing == 0) {
    acknowledge(c, subtask, id);
  }
  if (!is_scheduled(slot(SlotKind::kChannel, c, channel))) {
    schedule_head(c, channel);
  }
}

// Sent by one who has not taken its snapshot to one who has.
void System::record(Color c, std::uint32_t channel, ElementKind kind, std::int32_t value) {
  const std::uint32_t id = world_.overtaken_channels(c)[channel].recorded_for;
  const PendingCheckpoint& pending = world_.job(c).pending[0];
  if (id != 0 && id == pending.id && kind < ElementKind::kBarrier) {
    world_.push_saved_element(c, pending.area, SavedElement{channel, kind, value});
  }
}

// With the snapshot of the receiver: what was sent before that of the sender.
void System::save_channels(Color c, std::uint32_t subtask, SnapshotArea area, std::uint32_t id) {
  const SubtaskPlan& plan = job_.subtasks[subtask];
  for (std::uint32_t ch = plan.first_channel; ch < plan.first_channel + plan.channel_count; ++ch) {
    if (!job_.data_channels[ch].is_overtaken) {
      continue;
    }
    OvertakenChannel& of = world_.overtaken_channels(c)[ch];
    const bool was_sent = of.barrier >= id;
    of.recorded_for = was_sent ? 0 : id;
    const std::uint32_t count = was_sent ? of.ahead_of : world_.channels(c)[ch].count;
    for (std::uint32_t i = 0; i < count; ++i) {
      const Element element = world_.element(c, ch, i);
      if (element.kind < ElementKind::kBarrier) {
        world_.push_saved_element(c, area, SavedElement{ch, element.kind, element.value});
      }
    }
  }
}

// rt:RS6: before anything new.
void System::restore_channels(Color c, SnapshotArea from, Part part) {
  for (std::uint32_t i = 0; i < world_.saved_elements(c, from).size(); ++i) {
    const SavedElement saved = world_.saved_elements(c, from)[i];
    if (!is_in(part, job_.data_channels[saved.channel].to)) {
      continue;
    }
    world_.push(c, saved.channel, Element{sim::Window::at(now_), saved.kind, saved.value});
    world_.job(c).in_flight += saved.kind == ElementKind::kRecord ? 1 : 0;
    if (job_.channel_capacity != 0) {
      fill_up(c, saved.channel);
    }
  }
}

}  // namespace model
