#include "scenarios/runner/tell_fault.hpp"

#include <fmt/format.h>

#include <string>
#include <string_view>

#include "model/ids.hpp"

namespace scenarios {

namespace {

using model::Action;

std::string watcher_of(const model::Happening& what) {
  const std::string color{model::name_of(what.job)};
  switch (what.watcher) {
    case model::Watcher::kGate:
      return what.subtask ? fmt::format("{} gate {}", color, *what.subtask) : color + "'s gates";
    case model::Watcher::kConfigMapCache: return "the controller's ConfigMap";
    case model::Watcher::kChildCache: return "the controller's child " + color;
    case model::Watcher::kSpecCache: return "the controller";
  }
  return "";
}

std::string off_by(const model::Happening& what) {
  const bool is_ahead = what.direction == model::Direction::kAhead;
  return what.action == Action::kSkewClock
             ? fmt::format("{} ms {}", what.by.ms(), is_ahead ? "ahead" : "behind")
             : fmt::format("{} in a thousand too {}", what.per_thousand,
                           is_ahead ? "fast" : "slow");
}

struct Text {
  std::string text;
  std::string_view rule;
};

Text text_of(const model::Happening& what, bool ends, bool is_due) {
  const std::string color{model::name_of(what.job)};
  switch (what.action) {
    case Action::kPauseJob:
      return {(ends ? "resumes all tasks of " : "pauses all tasks of ") + color, "rt:P9"};
    case Action::kKillTaskManager:
      return {fmt::format("{} loses the TaskManager of its subtasks {}", color,
                          what.subtask.value_or(0)),
              "rt:F3"};
    case Action::kPauseTaskManager:
      return {fmt::format("{} the TaskManager of {}'s subtasks {}", ends ? "resumes" : "pauses",
                          color, what.subtask.value_or(0)),
              "rt:P9"};
    case Action::kSlowTaskManager:
      return {ends ? fmt::format("{}'s subtasks {} are as fast as before", color,
                                 what.subtask.value_or(0))
                   : fmt::format("each record takes {}'s subtasks {} {} ms", color,
                                 what.subtask.value_or(0), what.per_record.ms()),
              "rt:P5"};
    case Action::kSlowJobManager:
      return {ends ? color + "'s JobManager is as fast as before"
                   : fmt::format("whatever {}'s JobManager is asked or tells takes {} ms longer",
                                 color, what.by.ms()),
              "op:2.2"};
    case Action::kPauseJobManager:
      return {color + (ends ? "'s JobManager goes on" : "'s JobManager stands still"), "op:2.2"};
    case Action::kFailSavepoint:
      return {fmt::format("the next {} savepoints of {} are declined", what.times, color),
              "rt:C15"};
    case Action::kHangSavepoint:
      return {fmt::format("the next {} savepoints of {} hang", what.times, color), "op:R9"};
    case Action::kSlowSavepoint:
      return {fmt::format("the next {} savepoints of {} take {} ms longer", what.times, color,
                          what.by.ms()),
              "rt:SP1"};
    case Action::kStaleMetrics:
      return {color + (ends ? "'s metrics are fetched again" : "'s metrics stay as they are"),
              "rt:M4"};
    case Action::kMissingMetrics:
      return {color + (ends ? "'s metrics are fetched again" : "'s metrics are gone"), "rt:M5"};
    case Action::kSlowDeletion:
      return {ends     ? "what is left of " + color + " is gone"
              : is_due ? color + " stays while it is torn down"
                       : "the next deletion of " + color + " will take its time",
              "op:5.2"};
    case Action::kPauseChildController:
      return {color + (ends ? "'s own controller goes on" : "'s own controller stands still"),
              "op:5.2"};
    case Action::kDropWatchEvent:
      return {fmt::format("the next {} events of {} are lost", what.times, watcher_of(what)),
              "p2:G3"};
    case Action::kBreakWatch:
      return {(ends ? "the watch is back of " : "the watch breaks of ") + watcher_of(what),
              "p2:G3"};
    case Action::kSkewClock:
      return {fmt::format("{}'s clocks are {} from now on", color, off_by(what)), "p2:R1d"};
    case Action::kDriftClock:
      return {ends ? color + "'s clocks are as fast as before"
                   : fmt::format("{}'s clocks run {}", color, off_by(what)),
              "p2:R2.1"};
    case Action::kSlowChannels:
      return {ends ? color + "'s channels are as fast as before"
                   : fmt::format("what {} sends takes {} ms longer", color, what.by.ms()),
              "rt:N1"};
    case Action::kPauseSource:
      return {fmt::format("{} {}[{}] {}", color, what.operator_id,
                          what.subtask ? std::to_string(*what.subtask) : "*",
                          ends ? "is sent records again" : "gets nothing from the broker"),
              "rt:ID1"};
    case Action::kSlowRestart:
      return {fmt::format("{}'s next restart takes {} ms longer", color, what.by.ms()), "rt:F2"};
    case Action::kLoseAcknowledgement:
      return {fmt::format("the next {} acknowledgements of {}'s checkpoints are lost", what.times,
                          color),
              "rt:C15"};
    case Action::kUnreachableMap:
      return {color + (ends ? "'s gates reach the ConfigMap again"
                            : "'s gates cannot reach the ConfigMap"),
              "p2:R1.1"};
    case Action::kSlowOperator:
      return {ends ? "the operator is as fast as before"
                   : fmt::format("whatever the operator asks takes {} ms longer", what.by.ms()),
              "op:3.2"};
    case Action::kSlowApiServer:
      return {ends ? "the API server is as fast as before"
                   : fmt::format("whatever the API server is asked or tells takes {} ms longer",
                                 what.by.ms()),
              "op:1.6"};
    default: return {std::string{model::name_of(what.action)}, ""};
  }
}

}  // namespace

StoryLine tell_fault(const model::Happening& what, const sim::Note& note) {
  const Text told = text_of(what, note.detail != 0, note.b != 0);
  return StoryLine{note.at, "fault", told.text, std::string{told.rule}};
}

}  // namespace scenarios
