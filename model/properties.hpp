// The properties that a run is judged by, and the milestones it can reach: closed lists, with the
// names files use.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace model {

enum class Property : std::uint8_t {
  kNoLoss,
  kNoDuplicates,
  kNoDivergence,
  kKeyOrder,
  kOneToggle,
  kGatePartition,
  kTeardownSafe,
  kProgress,
  kSurvivorServes,
  kSpecSettles,
  kChildMatchesSpec,
  kNoIdleWrites,
  kSavepointFresh,
  kDeletionDelayKept,
  kIngressExclusive,
  kOutputGap,
};

constexpr std::array<std::string_view, 16> kPropertyNames{
    "no_loss",         "no_duplicates",       "no_divergence",      "key_order",
    "one_toggle",      "gate_partition",      "teardown_safe",      "progress",
    "survivor_serves", "spec_settles",        "child_matches_spec", "no_idle_writes",
    "savepoint_fresh", "deletion_delay_kept", "ingress_exclusive",  "output_gap"};
constexpr std::size_t kPropertyCount = kPropertyNames.size();

constexpr std::size_t index_of(Property property) { return static_cast<std::size_t>(property); }
constexpr std::string_view name_of(Property property) { return kPropertyNames[index_of(property)]; }

// Something a run must have come by for its verdicts to mean anything.
enum class Milestone : std::uint8_t {
  kToggleSet,            // a toggle other than 0 is stored in the ConfigMap, and in force
  kWaitingForWatermark,  // watermark-stage WAITING_FOR_WATERMARK is stored
  kTransitioning,        // stage TRANSITIONING is stored
  kClearToTeardown,      // stage CLEAR_TO_TEARDOWN is stored while two children exist
  kCrossed,              // a standby subtask dropped a record with its watermark past the toggle,
                         // or its watermark crossed a toggle in force (cutover:N5)
  kAborted,              // the controller aborted a transition
  kActiveBlue,           // the status went to this state, by finalizing a deployment or transition
  kActiveGreen,
  kSavepointingBlue,
  kSavepointingGreen,
  kTransitioningToBlue,
  kTransitioningToGreen,
  kToggleByIncoming,  // the toggle was written by a gate of the incoming job (p2:R2.2)
  kWaitingOverSet,    // WAITING_FOR_WATERMARK was put over WATERMARK_SET (p2:R2.3)
};

constexpr std::array<std::string_view, 14> kMilestoneNames{"toggle_set",
                                                           "waiting_for_watermark",
                                                           "transitioning",
                                                           "clear_to_teardown",
                                                           "crossed",
                                                           "aborted",
                                                           "ACTIVE_BLUE",
                                                           "ACTIVE_GREEN",
                                                           "SAVEPOINTING_BLUE",
                                                           "SAVEPOINTING_GREEN",
                                                           "TRANSITIONING_TO_BLUE",
                                                           "TRANSITIONING_TO_GREEN",
                                                           "toggle_by_incoming",
                                                           "waiting_over_set"};
constexpr std::size_t kMilestoneCount = kMilestoneNames.size();

constexpr std::size_t index_of(Milestone milestone) { return static_cast<std::size_t>(milestone); }
constexpr std::string_view name_of(Milestone milestone) {
  return kMilestoneNames[index_of(milestone)];
}

}  // namespace model
