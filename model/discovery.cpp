// Partitions that are not there from the start: the enumerator of a source looks for them when its
// job starts, and again and again (rt:K7); a new split is then assigned to its reader (rt:K1, MX2).
//
// What an enumerator knows lives in the JobManager: a failover of the tasks leaves it alone, and
// what was assigned since the checkpoint is assigned again, from its earliest record on (rt:F5,
// K3). A job that is started, also from a savepoint, looks at once: all that its snapshot knows is
// there then, too. Looks that find nothing are no events.

#include <algorithm>

#include "model/system.hpp"

namespace model {

// Before any task opens.
void System::begin_discovery(Color c, bool is_restart) {
  const std::span<KnownSplit> known = world_.known_splits(c);
  for (std::uint32_t s = 0; s < known.size(); ++s) {
    if (!is_restart) {
      known[s] = KnownSplit{job_.splits[s].exists_from <= now_, {}, now_};
    }
  }
  for (std::uint32_t e = 0; !is_restart && e < job_.enumerators.size(); ++e) {
    schedule_discovery(c, e);
  }
}

// The first look at which there is something to find.
void System::schedule_discovery(Color c, std::uint32_t enumerator) {
  const EnumeratorPlan& plan = job_.enumerators[enumerator];
  sim::Due first = sim::Due::never();
  sim::Due since;
  for (std::uint32_t s = plan.first_split; s < plan.first_split + plan.split_count; ++s) {
    const KnownSplit& known = world_.known_splits(c)[s];
    if (!known.is_known) {
      first = std::min(first, job_.splits[s].exists_from);
      since = known.first_look;
    }
  }
  if (first.is_never() || plan.interval_ms == 0) {
    return;
  }
  const std::uint64_t wait = first.ms - since.ms;
  const std::uint64_t looks = (wait + plan.interval_ms - 1) / plan.interval_ms;
  const sim::Due due = since.after(looks * plan.interval_ms);
  schedule(slot(SlotKind::kDiscover, c, enumerator), due, due.ms);
}

void System::discover(Color c, std::uint32_t enumerator) {
  const EnumeratorPlan& plan = job_.enumerators[enumerator];
  for (std::uint32_t s = plan.first_split; s < plan.first_split + plan.split_count; ++s) {
    KnownSplit& known = world_.known_splits(c)[s];
    if (known.is_known || job_.splits[s].exists_from > now_) {
      continue;
    }
    known.is_known = true;
    note(NoteKind::kDiscovered, static_cast<std::uint32_t>(index_of(c)), 0, s, 0);
    const std::uint32_t reader = job_.sources[job_.source_of(s)].subtask;
    if (world_.job(c).has_tasks() && !world_.subtasks(c)[reader].down) {
      send(c, job_.subtasks[reader].mailbox, ElementKind::kSplit, static_cast<std::int32_t>(s));
    }
  }
  schedule_discovery(c, enumerator);
}

// rt:K8: its slot is there at once, at MIN.
void System::on_split(Color c, std::uint32_t split) {
  const std::uint32_t source = job_.source_of(split);
  world_.splits(c)[split].time.absent = false;
  if (!world_.sources(c)[source].stopped) {
    unschedule(slot(SlotKind::kEmit, c, source));
    schedule_reading(c, source);
    schedule_tick(c, source);
  }
}

void System::end_discovery(Color c) {
  for (std::uint32_t e = 0; e < job_.enumerators.size(); ++e) {
    unschedule(slot(SlotKind::kDiscover, c, e));
  }
}

std::uint32_t System::readable(Color c, std::uint32_t split) {
  const SplitPlan& plan = job_.splits[split];
  const std::span<KnownSplit> known = world_.known_splits(c);
  if (!known.empty() && !known[split].is_known) {
    const auto its = std::find_if(
        job_.enumerators.begin(), job_.enumerators.end(), [&](const EnumeratorPlan& e) {
          return split >= e.first_split && split < e.first_split + e.split_count;
        });
    if (its != job_.enumerators.end() && its->interval_ms == 0) {
      return 0;
    }
  }
  return plan_.inputs()[plan.input].length(plan.partition);
}

}  // namespace model
