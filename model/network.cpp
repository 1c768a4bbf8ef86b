// Channels that hold so many elements and no more, and threads that are busy: how the one who
// cannot go on holds back those behind it (rt:N2, N5, N7, P5, P9).

#include <algorithm>

#include "model/system.hpp"

namespace model {

// Into a data channel.
void System::was_sent(Color c, std::uint32_t channel, ElementKind kind, std::int32_t value) {
  if (job_.channel_capacity != 0) [[unlikely]] {
    fill_up(c, channel);
  }
  if (job_.barriers == Barriers::kUnaligned) [[unlikely]] {
    record(c, channel, kind, value);
  }
}

// Out of a data channel.
void System::was_taken(Color c, std::uint32_t channel) {
  if (job_.barriers == Barriers::kUnaligned) [[unlikely]] {
    std::uint32_t& ahead_of = world_.overtaken_channels(c)[channel].ahead_of;
    ahead_of -= ahead_of != 0 ? 1 : 0;
  }
  if (job_.channel_capacity == 0 || world_.channels(c)[channel].count != job_.channel_capacity - 1)
      [[likely]] {
    return;
  }
  const std::uint32_t sender = job_.data_channels[channel].from;
  if (--world_.subtasks(c)[sender].full_outputs == 0) {
    let_go(c, sender);
  }
}

// What a sender has begun it ends, into the buffers that there are for that: a channel can hold
// more than its capacity.
void System::fill_up(Color c, std::uint32_t channel) {
  const std::uint32_t sender = job_.data_channels[channel].from;
  if (world_.channels(c)[channel].count == job_.channel_capacity &&
      world_.subtasks(c)[sender].full_outputs++ == 0) {
    hold_back(c, sender);
  }
}

// Only mail is taken from then on (rt:N5).
void System::hold_back(Color c, std::uint32_t subtask) {
  if (!world_.subtasks(c)[subtask].open) {
    return;  // what a checkpoint held of its channels is there before it opens
  }
  const SubtaskPlan& plan = job_.subtasks[subtask];
  for (std::uint32_t i = 0; i < plan.channel_count; ++i) {
    unschedule(slot(SlotKind::kChannel, c, plan.first_channel + i));
  }
  each_instance(subtask, NodeKind::kSource, [&](std::uint32_t source) {
    unschedule(slot(SlotKind::kEmit, c, source));
    if (job_.sources[source].time.idle_after_ms != kNeverIdle) {
      align_reading(c, source, IdleSplits::kToo);
    }
  });
}

void System::let_go(Color c, std::uint32_t subtask) {
  if (!world_.subtasks(c)[subtask].open) {
    return;
  }
  const SubtaskPlan& plan = job_.subtasks[subtask];
  for (std::uint32_t i = 0; i < plan.channel_count; ++i) {
    schedule_head(c, plan.first_channel + i);
  }
  each_instance(subtask, NodeKind::kSource, [&](std::uint32_t source) {
    if (job_.sources[source].time.idle_after_ms != kNeverIdle) {
      align_reading(c, source, IdleSplits::kToo);
    } else {
      schedule_reading(c, source);
    }
  });
}

// What the subtask would do meanwhile waits; its informers are threads of their own (rt:P8).
void System::pause_thread(Color c, std::uint32_t subtask, sim::Due until) {
  const SubtaskPlan& plan = job_.subtasks[subtask];
  Subtask& state = world_.subtasks(c)[subtask];
  if (state.paused_until <= now_) {
    state.paused_from = now_;
  }
  state.paused_until = std::max(state.paused_until, until);
  for (std::uint32_t i = 0; i < plan.channel_count; ++i) {
    postpone(slot(SlotKind::kChannel, c, plan.first_channel + i), until);
    if (job_.barriers == Barriers::kUnaligned) {
      postpone(slot(SlotKind::kAhead, c, plan.first_channel + i), until);
    }
  }
  postpone(slot(SlotKind::kChannel, c, plan.mailbox), until);
  if (job_.aligned_timeout_ms != 0) {
    postpone(slot(SlotKind::kOverdue, c, subtask), until);
  }
  each_instance(subtask, NodeKind::kSource, [&](std::uint32_t source) {
    postpone(slot(SlotKind::kEmit, c, source), until);
    postpone(slot(SlotKind::kTick, c, source), until);
  });
  hold_back_assigners(c, subtask);
}

// With a record, which a slow one takes its time for. What comes of it has left by then.
void System::was_busy(Color c, std::uint32_t subtask) {
  const Subtask& state = world_.subtasks(c)[subtask];
  if (now_ < state.slow_until) [[unlikely]] {
    pause_thread(c, subtask, now_.after(state.slow_ms));
  }
}

}  // namespace model
