// Sources: reading splits at a rate; when ticks come and what they and records announce (rt:W6-W9,
// W11, K11).

#include <algorithm>

#include "model/system.hpp"
#include "model/watermarks.hpp"

namespace model {

namespace {

// rt:K11: as many records of one partition as the consumer returns from one poll at the most.
constexpr std::uint32_t kMaxPoll = 500;

}  // namespace

void System::open_source(Color c, std::uint32_t source) {
  Source& state = world_.sources(c)[source];
  state.opened = now_;
  state.ready_at = now_;
  state.last_tick = now_;
  if (world_.subtasks(c)[job_.sources[source].subtask].is_held_back() &&
      job_.sources[source].time.idle_after_ms != kNeverIdle) {
    align_reading(c, source, IdleSplits::kToo);
  }
  schedule_reading(c, source);
  schedule_tick(c, source);
}

std::span<Split> System::splits_of(Color c, std::uint32_t source) {
  const SourcePlan& plan = job_.sources[source];
  return world_.splits(c).subspan(plan.first_split, plan.split_count);
}

sim::Due System::arrival(Color c, std::uint32_t split) {
  const SplitPlan& plan = job_.splits[split];
  const Input& input = plan_.inputs()[plan.input];
  const Split& state = world_.splits(c)[split];
  const bool is_over = state.next >= input.length(plan.partition);
  return is_over || state.time.absent || state.time.timer.is_stopped()
             ? sim::Due::never()
             : input.arrival(input.place(plan.partition, state.next));
}

std::uint32_t System::next_record(Color c, std::uint32_t split) {
  const SplitPlan& plan = job_.splits[split];
  return plan.record_base +
         plan_.inputs()[plan.input].place(plan.partition, world_.splits(c)[split].next);
}

void System::schedule_reading(Color c, std::uint32_t source) {
  const SourcePlan& plan = job_.sources[source];
  const Source& state = world_.sources(c)[source];
  const Subtask& subtask = world_.subtasks(c)[plan.subtask];
  if (state.stopped || state.time.main.is_stopped() || subtask.is_held_back()) {
    return;
  }
  sim::Due first = sim::Due::never();
  for (std::uint32_t i = 0; i < plan.split_count; ++i) {
    first = std::min(first, arrival(c, plan.first_split + i));
  }
  if (!first.is_never()) {
    schedule(slot(SlotKind::kEmit, c, source),
             std::max({first, state.ready_at, now_, subtask.paused_until}), position(c, source));
  }
}

// How far this subtask has come: the records of its splits that it is past. Names what it does
// next.
std::uint64_t System::position(Color c, std::uint32_t source) {
  const SourcePlan& plan = job_.sources[source];
  std::uint64_t past = 0;
  for (std::uint32_t i = 0; i < plan.split_count; ++i) {
    const std::uint32_t next = world_.splits(c)[plan.first_split + i].next;
    if (job_.has_listed) [[unlikely]] {
      const SplitPlan& split = job_.splits[plan.first_split + i];
      past += plan_.inputs()[split.input].position(split.partition, next);
    } else {
      past += next;
    }
  }
  return past;
}

// The other job will not get this record.
void System::take(Color c, std::uint32_t source, std::uint32_t split) {
  world_.taken()[split] = world_.splits(c)[split].next;
  const Color other_color = other(c);
  Job& job = world_.job(other_color);
  const std::uint32_t subtask = job_.sources[source].subtask;
  if (!job.has_tasks() || world_.subtasks(other_color)[subtask].down) {
    return;
  }
  world_.splits(other_color)[split].next = world_.taken()[split];
  --job.unread;
  if (world_.subtasks(other_color)[subtask].open) {
    unschedule(slot(SlotKind::kEmit, other_color, source));
    schedule_reading(other_color, source);
  }
}

// Which split the next record comes from: the one being read while its batch lasts, else any that
// has a record.
std::uint32_t System::poll(Color c, std::uint32_t source) {
  const SourcePlan& plan = job_.sources[source];
  Source& state = world_.sources(c)[source];
  if (plan.split_count == 1) {
    return 0;
  }
  if (state.polled_left > 0 && arrival(c, plan.first_split + state.polled_split) <= now_) {
    --state.polled_left;
    return state.polled_split;
  }
  std::uint32_t available = 0;
  for (std::uint32_t i = 0; i < plan.split_count; ++i) {
    available += arrival(c, plan.first_split + i) <= now_ ? 1U : 0U;
  }
  const sim::Slot actor = slot(SlotKind::kEmit, c, source);
  const std::uint64_t here = position(c, source);
  std::uint32_t pick = available > 1 ? choose(ChoiceKind::kPoll, actor, here, available) : 0;
  for (std::uint32_t i = 0;; ++i) {
    if (arrival(c, plan.first_split + i) <= now_ && pick-- == 0) {
      state.polled_split = i;
      break;
    }
  }
  state.polled_left = 0;
  if (available > 1) {  // with nothing else to read the length of the batch makes no difference
    const SplitPlan& split = job_.splits[plan.first_split + state.polled_split];
    const std::uint32_t left = plan_.inputs()[split.input].length(split.partition) -
                               world_.splits(c)[plan.first_split + state.polled_split].next;
    // On a grid every alternative is one more to explore: none beyond the records that there are.
    const std::uint32_t most = plan_.settings().grid ? std::min(kMaxPoll, left) : kMaxPoll;
    state.polled_left = choose(ChoiceKind::kPollSize, actor, here, most);
  }
  return state.polled_split;
}

void System::read_record(Color c, std::uint32_t source) {
  const SourcePlan& plan = job_.sources[source];
  const std::uint32_t split = plan.first_split + poll(c, source);
  const std::uint32_t record = next_record(c, split);
  Source& state = world_.sources(c)[source];
  const std::uint64_t pace = plan.pace_num + state.pace_rest;
  state.pace_rest = static_cast<std::uint32_t>(pace % plan.pace_den);
  state.ready_at = now_.after(std::max(1U, static_cast<std::uint32_t>(pace / plan.pace_den)));
  ++world_.splits(c)[split].next;
  --world_.job(c).unread;
  if (job_.splits[split].competes) {
    take(c, source, split);
  }
  changed();
  // The record goes all the way down its chain before the generator sees it (rt:W11).
  pass_record(c, job_.ops[plan.op], plan.index, record, 0);
  const bool is_marked = plan.time.generator == Generator::kPunctuated &&
                         plan.marked.selects(plan_.record(record).number);
  announce(c, source,
           on_record(world_.sources(c)[source].time, splits_of(c, source), split - plan.first_split,
                     job_.marks[record], is_marked, plan.time));
  was_busy(c, plan.subtask);
  schedule_tick(c, source);
  schedule_reading(c, source);
}

sim::Due System::next_moment(sim::Slot at, sim::Due start, std::uint32_t period, bool has_run) {
  if (now_ < start) {
    return start.after(period);
  }
  const std::uint32_t since = now_.ms - start.ms;
  const bool is_now = since % period == 0 && since > 0 && !has_run;
  if (is_now && choose(ChoiceKind::kTickOrder, at, now_.ms, 2) == 0) {
    return now_;
  }
  return start.after((std::uint64_t{since / period} + 1) * period);
}

// A tick that changes nothing (rt:W12, ID2) is not an event; the next one that does is scheduled
// when that becomes known.
void System::schedule_tick(Color c, std::uint32_t source) {
  const std::uint32_t interval = job_.tick_ms;
  const SourcePlan& plan = job_.sources[source];
  const sim::Slot tick = slot(SlotKind::kTick, c, source);
  const bool has_idleness = plan.time.idle_after_ms != kNeverIdle;
  if (interval == 0 || (is_scheduled(tick) && !has_idleness)) {
    return;
  }
  const Source& state = world_.sources(c)[source];
  const sim::Due next = moment_after(state.opened, interval);
  schedule_useful(c, Ticks{tick, state.opened, interval, state.last_tick == now_, plan.subtask},
                  next, next_useful_tick(state.time, splits_of(c, source), plan.time, next));
}

sim::Due System::moment_after(sim::Due start, std::uint32_t period) const {
  return now_ < start ? start.after(period)
                      : start.after((std::uint64_t{(now_.ms - start.ms) / period} + 1) * period);
}

void System::schedule_useful(Color c, const Ticks& ticks, sim::Due next, sim::Due useful) {
  if (useful.is_never() ||
      (is_scheduled(ticks.slot) && world_.due(ticks.slot).earliest <= useful)) {
    return;
  }
  const std::uint64_t wait = useful.ms - ticks.start.ms;
  const sim::Due due =
      useful <= next ? next_moment(ticks.slot, ticks.start, ticks.period, ticks.has_run)
                     : ticks.start.after((wait + ticks.period - 1) / ticks.period * ticks.period);
  if (is_scheduled(ticks.slot) && world_.due(ticks.slot).earliest <= due) {
    return;
  }
  const sim::Due paused_until = world_.subtasks(c)[ticks.subtask].paused_until;
  schedule(ticks.slot, std::max(due, paused_until), due.ms);
}

void System::tick(Color c, std::uint32_t source) {
  const SourcePlan& plan = job_.sources[source];
  const Subtask& subtask = world_.subtasks(c)[plan.subtask];
  Source& state = world_.sources(c)[source];
  const std::uint32_t checks = subtask.paused_until == now_
                                   ? std::max(1U, piled_ticks(subtask, state, job_.tick_ms, now_))
                                   : 1;
  state.last_tick = now_;
  announce(c, source, on_tick(state.time, splits_of(c, source), plan.time, now_, checks));
  schedule_tick(c, source);
}

// rt:W13. What it says while it is idle nobody hears (rt:W14).
void System::end_source(Color c, std::uint32_t source) {
  SourceTime& time = world_.sources(c)[source].time;
  if (time.is_idle && !job_.flink.end_ends_idleness) {
    return;
  }
  announce(c, source, on_end(time));
}

void System::announce(Color c, std::uint32_t source, const SourceAnnouncement& what) {
  const SourcePlan& plan = job_.sources[source];
  const OpPlan& op = job_.ops[plan.op];
  announce_from(c, op, plan.index, what, world_.sources(c)[source].time.emitted);
  check_alignment(c, source);
}

}  // namespace model
