// The canonical form of a state of an exploration: equal bytes mean equal futures.
//
// What the future does not depend on is left out. Times are relative to now, and cut off where only
// their being over matters; versions, checkpoint ids and deployments count back from the newest
// one; transactions are numbered as they are met. Of a job that does not run only what outlives it
// is there, of snapshots only those that something can still start from. Of the observers it holds
// what a verdict can still depend on. Where a gate reads the wall clock (r1, r2), or records are
// still to arrive, the instant itself is part of it. Coarser than the model in one point: a quiet
// hour without failures (rt:F2) counts only from the moment that it is over. Errors: none.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "model/chronicle.hpp"
#include "model/lanes.hpp"
#include "model/ledger.hpp"
#include "model/plan.hpp"
#include "model/world.hpp"
#include "sim/time.hpp"

namespace model {

struct CanonicalOptions {
  bool is_reduced = true;      // false: nothing is left out or cut off, the instant is part of it
  bool keeps_lateness = true;  // whether a verdict can depend on records having been late
  bool is_symmetric = true;    // lanes that are alike in no order (model/lanes.hpp)
};

// Writes canonical forms. One a thread: it keeps its memory from one to the next.
class CanonicalForm {
 public:
  // REQUIRES: `plan` outlives it.
  CanonicalForm(const Plan& plan, CanonicalOptions options);

  // Valid until the next call.
  std::span<const std::byte> of(World& world, const Ledger& ledger, const Chronicle& chronicle,
                                sim::Due now);
  // The same of a run that has ended: only what a verdict depends on.
  std::span<const std::byte> of_end(World& world, const Ledger& ledger, const Chronicle& chronicle);

 private:
  class Writer;
  void look_at_times(const Plan& plan);
  using Unit = std::uint16_t;
  struct WrittenLane {
    std::uint32_t kind = 0;
    std::size_t from = 0;  // in units
    std::size_t to = 0;
  };

  const Plan& plan_;
  CanonicalOptions options_;
  Lanes lanes_;
  sim::Due last_arrival_;  // of all records of all inputs
  bool reads_wall_clock_ = false;
  EventTime last_toggle_;                      // that a watermark can give
  std::int64_t clock_behind_ms_ = 0;           // a node's wall clock, at most
  sim::Due last_instant_ = sim::Due::never();  // from then on the wall clock is past all records
  bool has_transactions_ = false;
  bool jobs_may_fail_ = false;         // something in the scenario can make a task fail (rt:F4)
  bool checkpoints_may_fail_ = false;  // likewise (rt:C15)
  std::uint32_t restarts_that_matter_ = 0;  // beyond them all delays are alike (rt:F2)
  std::uint32_t reschedule_ms_ = 0;
  std::uint32_t deletion_delay_ms_ = 0;      // the longest of all specs, like the interval
  std::uint32_t operator_clock_off_ms_ = 0;  // at most
  bool loses_events_ = false;                // an informer may: something in the scenario makes it
  std::vector<std::byte> bytes_;
  std::vector<WrittenLane> written_;
  std::vector<Unit> unsorted_;          // lanes
  std::vector<std::uint32_t> met_;      // transactions, in the order of their numbers
  std::vector<EventTime> met_toggles_;  // likewise, those later than all records
};

}  // namespace model
