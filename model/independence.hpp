// Which of the events due at one instant can be taken first without losing anything: a persistent
// set of the partial-order reduction (Godefroid, Partial-Order Methods for the Verification of
// Concurrent Systems, chapter 4).
//
// Events are grouped by what they work on: a subtask with its channels, gate, source and sink; the
// control of a job (its start, triggers, completions, its child and that child's controller); the
// blue/green controller with its caches; each thing from outside. Two groups depend on one another
// if, in this state and within this instant, one can see or undo what the other does, or bring new
// events into it. A set of groups that is closed under that, and has an event that cannot wait, is
// enough: whatever else happens at this instant commutes with it, and time does not go on before.
// Where a delay can be 0 more groups depend on one another; where an informer's lag can, all do.
// Errors: none.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "model/chronicle.hpp"
#include "model/plan.hpp"
#include "model/world.hpp"
#include "sim/agenda.hpp"
#include "sim/time.hpp"

namespace model {

class Independence {
 public:
  // REQUIRES: `plan` outlives it.
  explicit Independence(const Plan& plan);

  // Keeps of `enabled`, all that is due at `now`, a set that is enough to take first; all of it if
  // no smaller one is found. REQUIRES: some of it cannot wait.
  void reduce(World& world, const Chronicle& chronicle, sim::Due now,
              std::vector<sim::Slot>& enabled) const;

 private:
  using Group = std::uint8_t;
  using Groups = std::uint64_t;  // a set of them
  class Instant;

  const Plan& plan_;
  std::vector<Group> group_of_;    // by slot
  std::vector<Groups> upstream_;   // by subtask of one color: whom records can come from
  std::vector<Groups> releasing_;  // and who can make it go on
  bool travels_at_once_ = false;   // some element may arrive at the instant that it is sent
  std::uint32_t subtasks_ = 0;
  bool share_ids_ = false;  // the jobs can abort what the other has in Kafka (rt:X12, rt:X13)
  bool is_possible_ = false;
};

}  // namespace model
