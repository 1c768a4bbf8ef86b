// What each thing that happens needs to know: one row an action.
//
// Reader, writer and draws of the random section go by this table, as does what may be explored. An
// action that is added takes a row here, a name in settings.hpp and an effect (happenings.cpp,
// faults.cpp).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "model/settings.hpp"

namespace model {

// A field of a happening, besides its moment.
enum class Detail : std::uint16_t {
  kJob = 1U << 0,
  kOperator = 1U << 1,
  kSubtask = 1U << 2,
  kWatcher = 1U << 3,
  kWriter = 1U << 4,
  kTimes = 1U << 5,
  kFor = 1U << 6,
  kPerRecord = 1U << 7,
  kAfterWrites = 1U << 8,
  kBy = 1U << 9,
  kDirection = 1U << 10,
  kPerThousand = 1U << 11,
};
using Details = std::uint16_t;

constexpr Details operator|(Detail a, Detail b) {
  return static_cast<Details>(static_cast<Details>(a) | static_cast<Details>(b));
}
constexpr Details operator|(Details a, Detail b) {
  return static_cast<Details>(a | static_cast<Details>(b));
}
constexpr Details just(Detail detail) { return static_cast<Details>(detail); }

enum class InExplorations : std::uint8_t {
  kYes,
  kNo,  // what is to come depends on more than the canonical form of a state says
};

struct ActionRow {
  Action action = Action::kChangeSpec;
  Details needs = 0;
  Details may = 0;  // be there too, depending on others (of whom, whose writes) or left out
  InExplorations explored = InExplorations::kYes;
};

constexpr Details kOfWatcher = Detail::kJob | Detail::kSubtask;
constexpr Details kNothing = 0;

// In the order of Action.
constexpr std::array kActionRows{
    ActionRow{Action::kChangeSpec},
    ActionRow{Action::kPauseSubtask, Detail::kJob | Detail::kOperator | Detail::kFor,
              just(Detail::kSubtask)},
    ActionRow{Action::kFreezeInformer, Detail::kWatcher | Detail::kFor, kOfWatcher},
    ActionRow{Action::kConflict, Detail::kWriter | Detail::kTimes, just(Detail::kJob)},
    ActionRow{Action::kChildNotReady, Detail::kJob | Detail::kFor},
    ActionRow{Action::kKillJob, just(Detail::kJob)},
    ActionRow{Action::kRestartOperator, just(Detail::kFor), kNothing | Detail::kAfterWrites},
    ActionRow{Action::kLoseNotices, Detail::kJob | Detail::kTimes},
    ActionRow{Action::kSlowSubtask,
              Detail::kJob | Detail::kOperator | Detail::kPerRecord | Detail::kFor,
              just(Detail::kSubtask)},
    ActionRow{Action::kKillTask, Detail::kJob | Detail::kOperator | Detail::kSubtask},
    ActionRow{Action::kKillJobManager, Detail::kJob | Detail::kFor},
    ActionRow{Action::kFailCheckpoint, Detail::kJob | Detail::kTimes},
    ActionRow{Action::kPauseJob, Detail::kJob | Detail::kFor},
    ActionRow{Action::kKillTaskManager, Detail::kJob | Detail::kSubtask},
    ActionRow{Action::kPauseJobManager, Detail::kJob | Detail::kFor},
    ActionRow{Action::kFailSavepoint, Detail::kJob | Detail::kTimes},
    ActionRow{Action::kHangSavepoint, Detail::kJob | Detail::kTimes},
    ActionRow{Action::kSlowSavepoint, Detail::kJob | Detail::kTimes | Detail::kBy},
    ActionRow{Action::kStaleMetrics, Detail::kJob | Detail::kFor},
    ActionRow{Action::kMissingMetrics, Detail::kJob | Detail::kFor},
    ActionRow{Action::kSlowDeletion, Detail::kJob | Detail::kFor},
    ActionRow{Action::kPauseChildController, Detail::kJob | Detail::kFor},
    ActionRow{Action::kDropWatchEvent, Detail::kWatcher | Detail::kTimes, kOfWatcher},
    ActionRow{Action::kBreakWatch, Detail::kWatcher | Detail::kFor, kOfWatcher},
    ActionRow{Action::kSkewClock, Detail::kJob | Detail::kBy | Detail::kDirection},
    ActionRow{Action::kDriftClock,
              Detail::kJob | Detail::kPerThousand | Detail::kDirection | Detail::kFor, kNothing,
              InExplorations::kNo},
    ActionRow{Action::kSlowChannels, Detail::kJob | Detail::kBy | Detail::kFor},
    ActionRow{Action::kPauseSource, Detail::kJob | Detail::kOperator | Detail::kFor,
              just(Detail::kSubtask)},
    ActionRow{Action::kSlowRestart, Detail::kJob | Detail::kBy},
    ActionRow{Action::kLoseAcknowledgement, Detail::kJob | Detail::kTimes},
    ActionRow{Action::kUnreachableMap, Detail::kJob | Detail::kFor},
    ActionRow{Action::kFailRequests, just(Detail::kTimes)},
    ActionRow{Action::kTimeOutRequests, just(Detail::kTimes)},
    ActionRow{Action::kStopApiServer, just(Detail::kFor)},
    ActionRow{Action::kPauseOperator, just(Detail::kFor)},
    ActionRow{Action::kChangeLeader, kNothing, just(Detail::kAfterWrites)},
    ActionRow{Action::kSkewOperatorClock, Detail::kBy | Detail::kDirection},
    ActionRow{Action::kDeleteChild, just(Detail::kJob)},
    ActionRow{Action::kSuspendChild, just(Detail::kJob)},
    ActionRow{Action::kDeleteConfigMap, kNothing},
    ActionRow{Action::kFailIngress, just(Detail::kTimes)},
    ActionRow{Action::kRefuseSavepoints, just(Detail::kTimes)},
    ActionRow{Action::kLoseAnswers, just(Detail::kTimes)},
    ActionRow{Action::kSlowOperator, Detail::kBy | Detail::kFor},
    ActionRow{Action::kSlowApiServer, Detail::kBy | Detail::kFor},
    ActionRow{Action::kPauseTaskManager, Detail::kJob | Detail::kSubtask | Detail::kFor},
    ActionRow{Action::kSlowTaskManager,
              Detail::kJob | Detail::kSubtask | Detail::kPerRecord | Detail::kFor},
    ActionRow{Action::kSlowJobManager, Detail::kJob | Detail::kBy | Detail::kFor}};

static_assert(kActionRows.size() == kActionNames.size());
static_assert([] {
  for (std::size_t i = 0; i < kActionRows.size(); ++i) {
    if (kActionRows[i].action != static_cast<Action>(i)) {
      return false;
    }
  }
  return true;
}());

constexpr const ActionRow& row_of(Action action) {
  return kActionRows[static_cast<std::size_t>(action)];
}
constexpr bool needs(Action action, Detail detail) {
  return (row_of(action).needs & static_cast<Details>(detail)) != 0;
}
constexpr bool takes(Action action, Detail detail) {
  return needs(action, detail) || (row_of(action).may & static_cast<Details>(detail)) != 0;
}

// Whether it names a job: not if it is about a watcher or writer that no job has.
constexpr bool names_job(const Happening& what) {
  if (takes(what.action, Detail::kWatcher)) {
    return what.watcher == Watcher::kGate || what.watcher == Watcher::kChildCache;
  }
  if (takes(what.action, Detail::kWriter)) {
    return what.writer == Writer::kGate;
  }
  return needs(what.action, Detail::kJob);
}

// In a world a length of processing time is a number of milliseconds.
constexpr std::uint32_t ms_of(sim::ProcessingSpan span) {
  return static_cast<std::uint32_t>(span.ms());
}

// How many subtasks there are of what it names: of the operator, of the slots (as many as the
// largest parallelism), of the gate. None: there is no such thing.
std::optional<std::uint32_t> subtasks_meant(const Happening& what, const JobSettings& job,
                                            const GatePlacement& placement);

}  // namespace model
