// Operators that assign timestamps and make watermarks away from the source (rt:W10): one generator
// a subtask, whatever the splits are behind it, and nothing of the watermarks and statuses that
// come in but the end.
//
// The timer is armed anew when it has run, and runs after its millisecond (rt:P12): one that was
// held back moves all that come after it. Runs that change nothing are no events.

#include <algorithm>

#include "model/system.hpp"

namespace model {

void System::open_assigner(Color c, std::uint32_t assigner) {
  Assigner& state = world_.assigners(c)[assigner];
  state.armed = now_;
  state.last_tick = now_;
  hold_back_assigners(c, job_.assigners[assigner].subtask);
  schedule_assigner_tick(c, assigner);
}

// The record has gone downstream with its new timestamp; now the generator sees it (as rt:W11).
void System::show_record(Color c, const OpPlan& op, std::uint32_t index, std::uint32_t record) {
  const std::uint32_t assigner = op.instance_base + index;
  const AssignerPlan& plan = job_.assigners[assigner];
  Assigner& state = world_.assigners(c)[assigner];
  const bool is_marked = plan.time.generator == Generator::kPunctuated &&
                         plan.marked.selects(plan_.record(record).number);
  const SourceAnnouncement what = on_record(state.output, std::span{&state, 1}, 0,
                                            job_.time_of(op.times, record), is_marked, plan.time);
  announce_from(c, op, index, what, world_.assigners(c)[assigner].output.emitted);
  schedule_assigner_tick(c, assigner);
}

void System::schedule_assigner_tick(Color c, std::uint32_t assigner) {
  const AssignerPlan& plan = job_.assigners[assigner];
  const std::uint32_t period = job_.assigner_tick_ms;
  const sim::Slot tick = slot(SlotKind::kAssignerTick, c, assigner);
  const bool has_idleness = plan.time.idle_after_ms != kNeverIdle;
  if (period == 0 || (is_scheduled(tick) && !has_idleness)) {
    return;
  }
  Assigner& state = world_.assigners(c)[assigner];
  const sim::Due next = moment_after(state.armed, period);
  schedule_useful(c, Ticks{tick, state.armed, period, state.last_tick == now_, plan.subtask}, next,
                  next_useful_tick(state.output, std::span{&state, 1}, plan.time, next));
}

void System::assigner_tick(Color c, std::uint32_t assigner) {
  Assigner& state = world_.assigners(c)[assigner];
  state.armed = now_;
  state.last_tick = now_;
  emit_periodically(c, assigner);
  schedule_assigner_tick(c, assigner);
}

void System::emit_periodically(Color c, std::uint32_t assigner) {
  const AssignerPlan& plan = job_.assigners[assigner];
  Assigner& state = world_.assigners(c)[assigner];
  const SourceAnnouncement what = on_tick(state.output, std::span{&state, 1}, plan.time, now_, 1);
  announce_from(c, job_.ops[plan.op], plan.index, what,
                world_.assigners(c)[assigner].output.emitted);
}

// What a generator of this operator says goes downstream; `last`: the watermark before an IDLE.
void System::announce_from(Color c, const OpPlan& op, std::uint32_t index,
                           const SourceAnnouncement& what, Mark last) {
  if (what.active) {
    emit_status(c, op, index, ElementKind::kActive, what.watermark);
  }
  if (!what.watermark.is_none()) {
    emit_watermark(c, op, index, what.watermark);
  }
  if (what.idle) {
    emit_status(c, op, index, ElementKind::kIdle, last);
  }
}

// A subtask's thread does nothing until then: what its timers would have done comes then, and they
// are armed anew.
void System::hold_back_assigners(Color c, std::uint32_t subtask) {
  const sim::Due until = world_.subtasks(c)[subtask].paused_until;
  if (until <= now_) {
    return;
  }
  for (std::uint32_t a = 0; a < job_.assigners.size(); ++a) {
    const std::uint32_t period = job_.assigner_tick_ms;
    if (job_.assigners[a].subtask != subtask || period == 0) {
      continue;
    }
    postpone(slot(SlotKind::kAssignerTick, c, a), until);
    Assigner& state = world_.assigners(c)[a];
    if (world_.subtasks(c)[subtask].open && moment_after(state.armed, period) < until) {
      state.armed = sim::Due{until.ms - period};
    }
  }
}

// MAX goes through, whatever the generator has said (rt:W10, W13).
void System::end_assigner(Color c, const OpPlan& op, std::uint32_t index) {
  const SourceAnnouncement what = on_end(world_.assigners(c)[op.instance_base + index].output);
  announce_from(c, op, index, what, Mark::end());
}

// rt:SP5: no timer runs any more.
void System::stop_assigners(Color c, std::uint32_t subtask) {
  for (std::uint32_t a = 0; a < job_.assigners.size(); ++a) {
    if (job_.assigners[a].subtask == subtask) {
      unschedule(slot(SlotKind::kAssignerTick, c, a));
    }
  }
}

}  // namespace model
