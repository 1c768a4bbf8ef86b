// Watermark alignment: a source does not run further ahead of the slowest of its group than it is
// allowed to (rt:AL1-AL5).
//
// Reports and answers that say nothing new are no events. A report reaches its coordinator at once,
// an answer is a mail.

#include <algorithm>

#include "model/system.hpp"

namespace model {

// rt:AL2: an idle subtask holds nobody back, nor does one that has ended (rt:AL6).
Mark System::effective_watermark(Color c, std::uint32_t source) {
  const SourceTime& time = world_.sources(c)[source].time;
  return time.is_idle ? kAnyMark : time.emitted;
}

// After what a source has announced.
void System::check_alignment(Color c, std::uint32_t source) {
  const SourcePlan& plan = job_.sources[source];
  if (plan.coordinator == kNoCoordinator) {
    return;
  }
  align_reading(c, source, IdleSplits::kSkipped);
  const Mark latest = effective_watermark(c, source);
  const sim::Slot at = slot(SlotKind::kReport, c, source);
  if (!latest.is_none() && latest != world_.aligned_sources(c)[source].reported &&
      !is_scheduled(at)) {
    const sim::Due due = next_moment(at, world_.sources(c)[source].opened,
                                     job_.coordinators[plan.coordinator].update_ms, false);
    schedule(at, std::max(due, world_.subtasks(c)[plan.subtask].paused_until), due.ms);
  }
}

void System::report_watermark(Color c, std::uint32_t source) {
  const Mark latest = effective_watermark(c, source);
  AlignedSource& state = world_.aligned_sources(c)[source];
  if (latest == state.reported) {
    return;
  }
  state.reported = latest;
  const std::uint32_t group = job_.coordinators[job_.sources[source].coordinator].group;
  for (std::uint32_t k = 0; k < job_.coordinators.size(); ++k) {
    const sim::Slot at = slot(SlotKind::kAllow, c, k);
    if (job_.coordinators[k].group == group && !is_scheduled(at)) {
      const sim::Due due =
          next_moment(at, world_.job(c).started, job_.coordinators[k].update_ms, false);
      schedule(at, due, due.ms);
    }
  }
}

// rt:AL3: the minimum of the group, in this job alone (rt:AL7), over those who have reported; to
// its own subtasks that have.
void System::allow(Color c, std::uint32_t coordinator) {
  const CoordinatorPlan& plan = job_.coordinators[coordinator];
  Mark least = kAnyMark;
  for (const CoordinatorPlan& other : job_.coordinators) {
    for (const AlignedSource& source :
         world_.aligned_sources(c).subspan(other.first_source, other.source_count)) {
      if (other.group == plan.group && !source.reported.is_none()) {
        least = std::min(least, source.reported);
      }
    }
  }
  const std::int64_t most = std::int64_t{least.ms} + plan.max_drift_ms;
  const Mark allowed{static_cast<std::int32_t>(std::min<std::int64_t>(most, kAnyMark.ms))};
  for (std::uint32_t s = plan.first_source; s < plan.first_source + plan.source_count; ++s) {
    AlignedSource& state = world_.aligned_sources(c)[s];
    if (!state.reported.is_none() && state.sent != allowed) {
      state.sent = allowed;
      send(c, job_.subtasks[job_.sources[s].subtask].mailbox, ElementKind::kAllowed, allowed.ms);
    }
  }
}

void System::on_allowed(Color c, std::uint32_t subtask, Mark allowed) {
  for (std::uint32_t s = 0; s < job_.sources.size(); ++s) {
    if (job_.sources[s].subtask == subtask) {
      world_.aligned_sources(c)[s].allowed = allowed;
      align_reading(c, s, IdleSplits::kSkipped);
    }
  }
}

// rt:AL4, AL5. The clocks of what is not read stand still (rt:ID3): because it has to wait for
// others, or because the whole task is held back (rt:N5).
void System::align_reading(Color c, std::uint32_t source, IdleSplits idle_splits) {
  const SourcePlan& plan = job_.sources[source];
  const Mark allowed =
      plan.coordinator == kNoCoordinator ? kAnyMark : world_.aligned_sources(c)[source].allowed;
  const bool is_held_back = world_.subtasks(c)[plan.subtask].is_held_back();
  const auto waits = [&](Mark mark) { return is_held_back || (!mark.is_none() && allowed < mark); };
  bool any_change = false;
  const auto set = [&](IdlenessTimer& timer, bool stops) {
    if (stops == timer.is_stopped()) {
      return;
    }
    if (stops) {
      timer.stopped_at = now_;
    } else {
      go_on(timer, now_);
    }
    any_change = true;
  };
  SourceTime& time = world_.sources(c)[source].time;
  set(time.main, waits(time.emitted));
  for (Split& split : splits_of(c, source)) {
    if (!split.time.idle || idle_splits == IdleSplits::kToo) {
      set(split.time.timer, waits(split.time.mark));
    }
  }
  if (any_change && !world_.sources(c)[source].stopped) {
    unschedule(slot(SlotKind::kEmit, c, source));
    schedule_reading(c, source);
    schedule_tick(c, source);
  }
}

}  // namespace model
