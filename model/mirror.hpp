// The ConfigMap in two clusters, each with an API server of its own (claim S7).
//
// Blue's gates and the blue/green controller read, write and watch the ConfigMap of the first
// cluster, green's gates that of the second. A mirror carries every version that a writer of one
// cluster makes to the other, each after a delay of its own ("mirror_delay"), in order. While a
// partition lasts it carries nothing; when it is over, what has waited comes at once, as one copy
// of what is newest. What a copy does to the ConfigMap that it comes to says the conflict rule. A
// version that the mirror made is not carried back. Versions of the two count on their own, so that
// a compare-and-set guards against writers of its own cluster alone (p2:R3.2).
//
// Times: processing time. Errors: none.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "model/config_map.hpp"
#include "model/ids.hpp"
#include "model/settings.hpp"
#include "model/version_log.hpp"
#include "sim/time.hpp"

namespace model {

// What a gate subtask has said of itself (cutover:N2, N6): rounds, 0: nothing yet.
struct GateReports {
  std::uint16_t acknowledged = 0;
  std::uint16_t passed = 0;

  friend constexpr bool operator==(const GateReports&, const GateReports&) = default;
};

// All keys of a ConfigMap: those with a meaning of their own, and those of the gate subtasks of
// both jobs, blue's first.
struct WholeMap {
  ConfigMap fields;
  std::vector<GateReports> reports;

  friend bool operator==(const WholeMap&, const WholeMap&) = default;
};

// A version on its way to the other cluster.
struct Copy {
  WholeMap before;  // what its writer found
  WholeMap after;
  // Of what writers of the first cluster made, the newest version that the second had been told of.
  std::uint32_t based_on = 0;
  std::uint32_t version = 0;  // in the cluster that it comes from
  sim::Due due;
  bool has_waited = false;  // for the end of a partition
};

// Puts the keys in which `after` differs from `before`; leaves all others alone.
void put_changes(WholeMap& there, const WholeMap& before, const WholeMap& after);

// Both in one, as one that comes after a partition.
Copy joined(const Copy& earlier, const Copy& later, ConflictRule rule);

// What a copy makes of the ConfigMap that it comes to; nullopt: it is refused. `newest_of_first`:
// of what writers of the first cluster made, the newest version.
std::optional<WholeMap> with_copy(const WholeMap& there, const Copy& copy, Cluster to,
                                  ConflictRule rule, std::uint32_t newest_of_first);

// What there is of it in a world.
struct Mirror {
  explicit Mirror(std::size_t gates_of_both_jobs);

  VersionLog<ConfigMap, 8> second;  // the first cluster's is where it always is
  std::array<WholeMap, 2> stored;   // by cluster: the newest version
  std::array<std::vector<GateReports>, 2>
      reports;                                // likewise; those that a write is about to store
  std::array<std::deque<Copy>, 2> under_way;  // by the cluster that they go to, the next one first
  std::uint32_t newest_of_first = 0;  // the newest version that a writer of the first cluster made
  std::uint32_t known_to_second = 0;  // the newest of these that was carried to the second
};

// When a copy that would come at that moment comes: after all partitions that it falls into.
sim::Due after_partitions(const MirrorSettings& settings, Cluster to, sim::Due due);

}  // namespace model
