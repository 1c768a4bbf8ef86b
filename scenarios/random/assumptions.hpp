// Assumptions under which a claim is made, as data: "assume" in a scenario.
//
// A closed vocabulary. Each takes something out of a scenario, or raises a setting to what it
// needs, and leaves everything else alone; a scenario that meets an assumption stays as it is.
// Together they hold the preconditions that the drafts state (phase2.md 5.1 and section 6).
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace scenarios {

struct Scenario;

enum class Assumption : std::uint8_t {
  kNoLate,             // no late records, and watermarks leave room for those out of order
  kInOrder,            // nor records out of order
  kWatermarks,         // every subtask of a source makes watermarks above 0
  kBusyInputs,         // no input falls silent before the last hand-over can be done
  kLinearDag,          // one source, and one way from it to the sink
  kOneSubtask,         // parallelism 1 everywhere
  kTransactionalSink,  // sinks are exactly_once
  kFromSavepoint,      // the incoming job starts from a savepoint of the outgoing one
  kOneTransition,      // one change of the spec
  kSpacedTransitions,  // a change only once a deployment or hand-over is done and caught up
  kNoFaults,           // nothing goes wrong
  kNoFailover,         // no job fails
  kNoPause,            // no subtask stands still, is slow, or held back by a full channel
  kNoRestart,          // the operator's process lives on
  kNoBlip,             // a child that runs is seen to run
  kNoConflicts,        // no write of the ConfigMap meets another writer
  kPromptInformers,    // no informer is frozen, and none is slower than kPromptMs
  kNoAbort,            // deadlines leave time for every hand-over
  kMargin,             // the deletion delay is at least sufficient_margin()
};

constexpr std::array<std::string_view, 19> kAssumptionNames{
    "no_late",      "in_order",           "watermarks",     "busy_inputs",    "linear_dag",
    "one_subtask",  "transactional_sink", "from_savepoint", "one_transition", "spaced_transitions",
    "no_faults",    "no_failover",        "no_pause",       "no_restart",     "no_blip",
    "no_conflicts", "prompt_informers",   "no_abort",       "margin"};

constexpr std::uint32_t kPromptMs = 200;

constexpr std::string_view name_of(Assumption assumption) {
  return kAssumptionNames[static_cast<std::size_t>(assumption)];
}

// Makes the scenario meet all of them; the order of the list does not matter. The scenario stays
// valid. Where a limit of the format leaves no room for what is to be raised, it is raised as far
// as that.
void restrict_to(Scenario& scenario, std::span<const Assumption> assumptions);

}  // namespace scenarios
