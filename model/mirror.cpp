#include "model/mirror.hpp"

#include <algorithm>

#include "model/system.hpp"

namespace model {

namespace {

bool cuts(const Partition& partition, Cluster to) {
  return partition.carries_not == CutWay::kBoth ||
         (partition.carries_not == CutWay::kToFirst) == (to == Cluster::kFirst);
}

}  // namespace

Mirror::Mirror(std::size_t gates_of_both_jobs) {
  for (std::vector<GateReports>& of_cluster : reports) {
    of_cluster.resize(gates_of_both_jobs);
  }
  for (WholeMap& of_cluster : stored) {
    of_cluster.reports.resize(gates_of_both_jobs);
  }
}

void put_changes(WholeMap& there, const WholeMap& before, const WholeMap& after) {
  const auto put = [&](auto key) {
    if (before.fields.*key != after.fields.*key) {
      there.fields.*key = after.fields.*key;
    }
  };
  put(&ConfigMap::exists);
  put(&ConfigMap::active);
  put(&ConfigMap::stage);
  put(&ConfigMap::watermark_stage);
  put(&ConfigMap::is_first);
  put(&ConfigMap::deletion_delay);
  put(&ConfigMap::first_proposal);
  put(&ConfigMap::round);
  if (before.fields.toggle != after.fields.toggle ||
      before.fields.has_toggle != after.fields.has_toggle) {  // one key, which may be absent
    there.fields.toggle = after.fields.toggle;
    there.fields.has_toggle = after.fields.has_toggle;
  }
  for (std::size_t i = 0; i < there.reports.size(); ++i) {
    if (before.reports[i].acknowledged != after.reports[i].acknowledged) {
      there.reports[i].acknowledged = after.reports[i].acknowledged;
    }
    if (before.reports[i].passed != after.reports[i].passed) {
      there.reports[i].passed = after.reports[i].passed;
    }
  }
}

Copy joined(const Copy& earlier, const Copy& later, ConflictRule rule) {
  Copy both = later;
  if (rule == ConflictRule::kMergeEntries) {  // what the mirror put between them is in neither
    both.before = earlier.before;
    both.after = earlier.after;
    put_changes(both.after, later.before, later.after);
  }
  return both;
}

std::optional<WholeMap> with_copy(const WholeMap& there, const Copy& copy, Cluster to,
                                  ConflictRule rule, std::uint32_t newest_of_first) {
  switch (rule) {
    case ConflictRule::kFirstClusterWins:
      if (to == Cluster::kFirst && copy.based_on != newest_of_first) {
        return std::nullopt;
      }
      break;
    case ConflictRule::kLastWriterWins: break;
    case ConflictRule::kMergeEntries: {
      WholeMap merged = there;
      put_changes(merged, copy.before, copy.after);
      return merged;
    }
  }
  return copy.after;
}

sim::Due after_partitions(const MirrorSettings& settings, Cluster to, sim::Due due) {
  const auto in = [&](const Partition& partition) {
    return cuts(partition, to) && partition.from.ms() <= due.ms && due.ms < partition.until.ms();
  };
  const auto& all = settings.partitions;
  for (auto at = std::find_if(all.begin(), all.end(), in); at != all.end();
       at = std::find_if(all.begin(), all.end(), in)) {
    due = sim::Due{static_cast<std::uint32_t>(at->until.ms())};
  }
  return due;
}

// The version that was just stored. REQUIRES: a mirror.
void System::carry(Cluster from, sim::Slot writer) {
  Mirror& mirror = *world_.mirror();
  const auto& log = world_.map_in(from);
  const MirrorSettings& settings = *plan_.settings().environment.mirror;
  WholeMap& stored = mirror.stored[index_of(from)];
  const WholeMap before = stored;
  stored = WholeMap{log.content(), mirror.reports[index_of(from)]};
  if (plan_.is_mirror(writer)) {
    return;
  }
  if (from == Cluster::kFirst) {
    mirror.newest_of_first = log.newest;
  }
  const Cluster to = other(from);
  const sim::Slot at = mirror_to(to);
  std::deque<Copy>& queue = mirror.under_way[index_of(to)];
  Copy copy{before, stored, mirror.known_to_second, log.newest, {}, false};
  const sim::Due due =
      after(now_, at, ChoiceKind::kMirrorDelay, at, log.newest, settings.delay).earliest;
  copy.due = after_partitions(settings, to, due);
  copy.has_waited = copy.due != due;
  if (!queue.empty() && copy.due <= queue.back().due) {
    copy.due = queue.back().due;
    copy.has_waited |= queue.back().has_waited;
  }
  queue.push_back(copy);
  if (queue.size() == 1) {
    schedule(at, copy.due, copy.version);
  }
}

void System::put_next_copy(Cluster to) {
  Mirror& mirror = *world_.mirror();
  const ConflictRule rule = plan_.settings().environment.mirror->on_conflict;
  const sim::Slot at = mirror_to(to);
  std::deque<Copy>& queue = mirror.under_way[index_of(to)];
  Copy copy = queue.front();
  queue.pop_front();
  while (copy.has_waited && !queue.empty() && queue.front().due == copy.due) {
    copy = joined(copy, queue.front(), rule);
    queue.pop_front();
  }
  if (!queue.empty()) {
    schedule(at, queue.front().due, queue.front().version);
  }
  if (to == Cluster::kSecond) {
    mirror.known_to_second = copy.version;
  }
  const WholeMap& there = mirror.stored[index_of(to)];
  const std::optional<WholeMap> put = with_copy(there, copy, to, rule, mirror.newest_of_first);
  const ConfigMap fields = put ? put->fields : copy.after.fields;
  if (!put || *put == there) {
    note(put ? NoteKind::kMapKept : NoteKind::kCopyRefused, sim::index_of(at), 0,
         fields.toggle.ms(), pack_map(fields));
    return;
  }
  mirror.reports[index_of(to)] = put->reports;
  store_map(fields, at, GateWrite::kNone);
}

// Copies are still under way.
bool System::is_mirroring() const {
  const Mirror* const mirror = world_.mirror();
  return mirror != nullptr && std::any_of(mirror->under_way.begin(), mirror->under_way.end(),
                                          [](const auto& queue) { return !queue.empty(); });
}

}  // namespace model
