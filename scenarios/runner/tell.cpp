#include "scenarios/runner/tell.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "model/gate.hpp"
#include "model/world.hpp"
#include "scenarios/runner/tell_fault.hpp"

namespace scenarios {

using model::ChildChange;
using model::Color;
using model::NoteKind;
using sim::Note;

namespace {

std::string color_in_capitals(Color color) { return color == Color::kBlue ? "BLUE" : "GREEN"; }

StoryLine happening(const model::Plan& plan, const Note& note) {
  const model::Happening& what = plan.happenings()[static_cast<std::size_t>(note.a)];
  const std::string color{model::name_of(what.job)};
  const std::string of = what.subtask ? fmt::format(" {}", *what.subtask) : std::string{"s"};
  const bool ends = note.detail != 0;
  switch (what.action) {
    case model::Action::kChangeSpec: break;
    case model::Action::kPauseSubtask:
      return StoryLine{
          note.at, "fault",
          fmt::format("{} {} {}[{}]", ends ? "resumes" : "pauses", color, what.operator_id,
                      what.subtask ? std::to_string(*what.subtask) : "*"),
          "rt:P9"};
    case model::Action::kFreezeInformer: {
      constexpr std::array<std::string_view, 4> kOf{"gate", "the controller's ConfigMap",
                                                    "the controller's child", "the controller"};
      const bool is_gate = what.watcher == model::Watcher::kGate;
      return StoryLine{
          note.at, "fault",
          fmt::format("{} the informer of {}{}", ends ? "thaws" : "freezes",
                      is_gate ? color + " gate" + of
                              : std::string{kOf[static_cast<std::size_t>(what.watcher)]},
                      what.watcher == model::Watcher::kChildCache ? " " + color : ""),
          "p2:G3"};
    }
    case model::Action::kConflict: {
      const bool is_gate = what.writer == model::Writer::kGate;
      return StoryLine{note.at, "fault",
                       fmt::format("the next {} writes of {} meet another writer", what.times,
                                   is_gate ? color + "'s gates" : "the controller"),
                       is_gate ? "p2:R3.2" : "p2:K15"};
    }
    case model::Action::kChildNotReady:
      return StoryLine{note.at, "fault",
                       color + (ends ? "'s job can be seen again" : "'s job cannot be seen"),
                       "op:5.1"};
    case model::Action::kSlowSubtask:
      return StoryLine{
          note.at, "fault",
          ends ? fmt::format("{} {}[{}] is as fast as before", color, what.operator_id, of)
               : fmt::format("each record takes {} {}[{}] {} ms", color, what.operator_id, of,
                             what.per_record.ms()),
          "rt:P5"};
    case model::Action::kLoseNotices:
      return StoryLine{
          note.at, "fault",
          fmt::format("the next {} notices of {}'s checkpoints are lost", what.times, color),
          "rt:C12"};
    case model::Action::kKillTask:
      return StoryLine{note.at, "fault",
                       fmt::format("{} {}[{}] fails", color, what.operator_id, *what.subtask),
                       "rt:F3"};
    case model::Action::kKillJobManager:
      return StoryLine{note.at, "fault",
                       ends ? color + "'s JobManager is back" : color + " loses its JobManager",
                       "rt:F4"};
    case model::Action::kFailCheckpoint:
      return StoryLine{note.at, "fault",
                       fmt::format("the next {} checkpoints of {} are declined", what.times, color),
                       "rt:C15"};
    case model::Action::kFailRequests:
      return StoryLine{note.at, "fault",
                       fmt::format("the operator's next {} writes fail", what.times), "op:1.6"};
    case model::Action::kTimeOutRequests:
      return StoryLine{
          note.at, "fault",
          fmt::format("the operator's next {} writes take effect, but it sees an error",
                      what.times),
          "op:R21"};
    case model::Action::kStopApiServer:
      return StoryLine{note.at, "fault", ends ? "the API server is back" : "the API server is down",
                       "op:1.6"};
    case model::Action::kPauseOperator:
      return StoryLine{note.at, "fault", ends ? "the operator goes on" : "the operator pauses",
                       "op:5.3"};
    case model::Action::kChangeLeader:
      return StoryLine{note.at, "fault",
                       ends                    ? "another operator takes over"
                       : note.b != 0           ? "the operator loses its lease between two writes"
                       : what.after_writes > 0 ? "the operator is about to lose its lease"
                                               : "another operator takes over",
                       "op:5.6"};
    case model::Action::kSkewOperatorClock:
      return StoryLine{
          note.at, "fault",
          fmt::format("the operator's clock is {} ms {}", what.by.ms(),
                      what.direction == model::Direction::kBehind ? "behind" : "ahead"),
          "op:5.5"};
    case model::Action::kDeleteChild:
      return StoryLine{note.at, "user", "deletes the deployment " + color, "op:5.2"};
    case model::Action::kSuspendChild:
      return StoryLine{note.at, "user", "suspends the deployment " + color, "op:R19"};
    case model::Action::kDeleteConfigMap:
      return StoryLine{note.at, "user", "deletes the ConfigMap", "p2:K8"};
    case model::Action::kFailIngress:
      return StoryLine{note.at, "fault",
                       fmt::format("the next {} writes of the ingress fail", what.times), "op:R10"};
    case model::Action::kRefuseSavepoints:
      return StoryLine{note.at, "fault",
                       fmt::format("the next {} savepoint triggers are refused", what.times),
                       "op:A6"};
    case model::Action::kLoseAnswers:
      return StoryLine{note.at, "fault",
                       fmt::format("the next {} answers about savepoints are errors", what.times),
                       "op:R7"};
    case model::Action::kKillJob:
      return StoryLine{note.at, "fault", "a task of " + color + " fails", "rt:F4"};
    case model::Action::kRestartOperator:
      return StoryLine{note.at, "fault",
                       ends                    ? "the operator is back"
                       : note.b != 0           ? "the operator dies between two writes"
                       : what.after_writes > 0 ? "the operator is about to die"
                                               : "the operator dies",
                       "op:5.6"};
    default: return tell_fault(what, note);
  }
  return {};
}

StoryLine task_failed(const model::Plan& plan, const Note& note) {
  const bool is_conflict =
      static_cast<model::GateError>(note.detail) == model::GateError::kConflict;
  return StoryLine{note.at, gate_label(plan, note.actor),
                   fmt::format("fails its task: {}", is_conflict ? "409" : "an exception"),
                   "p2:R1.1"};
}

std::optional<StoryLine> child(const Note& note, const std::string& name) {
  const auto by_controller = [&](std::string text, const char* rule) {
    return StoryLine{note.at, "controller", std::move(text), rule};
  };
  switch (static_cast<ChildChange>(note.detail)) {
    case ChildChange::kCreated: return by_controller("creates " + name, "op:W3");
    case ChildChange::kReplaced: return by_controller("overwrites " + name, "op:W3");
    case ChildChange::kStable: return StoryLine{note.at, name, "STABLE, job RUNNING", "op:5.1"};
    case ChildChange::kNotReady: return StoryLine{note.at, name, "not ready", "op:5.1"};
    case ChildChange::kSuspendAsked: return by_controller("asks " + name + " to suspend", "op:5.2");
    case ChildChange::kRedeployAsked:
      return by_controller("asks " + name + " to start again from its savepoint", "p2:R4.4");
    case ChildChange::kSuspended: return StoryLine{note.at, name, "SUSPENDED", "op:5.1"};
    case ChildChange::kRedeploying: return StoryLine{note.at, name, "redeploys", "op:5.2"};
    case ChildChange::kFailed: return StoryLine{note.at, name, "FAILED", "rt:F1"};
    case ChildChange::kDeleteAsked: return by_controller("deletes " + name, "op:W5");
    case ChildChange::kTouchedByUser: break;
    case ChildChange::kGone: return StoryLine{note.at, name, "gone", "op:5.2"};
  }
  return std::nullopt;
}

std::optional<StoryLine> job(const model::Plan& plan, const Note& note, const std::string& name) {
  const bool drains = plan.settings().deployment.drain;
  switch (static_cast<model::JobStatus>(note.detail)) {
    case model::JobStatus::kRunning:
      return StoryLine{note.at, name + " job",
                       note.a == 0 ? "starts" : fmt::format("starts after checkpoint {}", note.a),
                       "rt:SP10"};
    case model::JobStatus::kStopping:
      return StoryLine{note.at, name + " job",
                       drains ? "is drained and stops with a savepoint" : "stops with a savepoint",
                       drains ? "rt:SP6" : "rt:SP5"};
    case model::JobStatus::kFinished:
      return StoryLine{note.at, name + " job", "FINISHED", "rt:SP5"};
    case model::JobStatus::kCancelled:
      return StoryLine{note.at, name + " job", "is cancelled", "rt:SP11"};
    case model::JobStatus::kRestarting:
      return StoryLine{note.at, name + " job", "RESTARTING", "rt:F4"};
    case model::JobStatus::kFailed: return StoryLine{note.at, name + " job", "FAILED", "rt:F1"};
    case model::JobStatus::kLost:
      return StoryLine{note.at, name + " job", "has no JobManager", "rt:F4"};
    case model::JobStatus::kNone:
    case model::JobStatus::kDeploying: return std::nullopt;
  }
  return std::nullopt;
}

StoryLine failed_checkpoint(const Note& note, const std::string& name) {
  const auto role = static_cast<model::SavepointRole>(note.detail);
  return StoryLine{
      note.at, name + " job",
      fmt::format("{} {} {}", role == model::SavepointRole::kNone ? "checkpoint" : "savepoint",
                  note.a, note.b == 0 ? "takes too long" : "is declined"),
      "rt:C15"};
}

StoryLine region(const model::Plan& plan, const Note& note, const std::string& name) {
  const std::size_t all = plan.job().subtasks.size();
  return note.detail == 0
             ? StoryLine{note.at, name + " job",
                         fmt::format("loses {} of its {} subtasks, the others run on", note.b, all),
                         "rt:F3"}
             : StoryLine{note.at, name + " job",
                         fmt::format("starts {} of its {} subtasks again", note.b, all), "rt:F4"};
}

StoryLine discovered(const model::Plan& plan, const Note& note, const std::string& name) {
  const model::SplitPlan& split = plan.job().splits[static_cast<std::size_t>(note.a)];
  return StoryLine{note.at, name + " job",
                   fmt::format("discovers partition {} of {}", split.partition,
                               plan.settings().inputs[split.input].name),
                   "rt:K7"};
}

std::optional<StoryLine> savepoint(const Note& note, const std::string& name) {
  if (static_cast<model::SavepointRole>(note.detail) != model::SavepointRole::kTransition) {
    return std::nullopt;
  }
  return StoryLine{note.at, name + " job",
                   fmt::format("savepoint {} {}", note.a, note.b == 0 ? "triggered" : "complete"),
                   "rt:SP1"};
}

std::string cluster_name(model::Cluster cluster) {
  return cluster == model::Cluster::kFirst ? "first cluster" : "second cluster";
}

// All of it but who writes it next.
StoryLine copied(const Note& note, const StoredMap& map, model::Cluster cluster) {
  std::string text =
      fmt::format("{} := active {}, is-first {}, stage {}", cluster_name(cluster),
                  color_in_capitals(map.active), map.is_first, model::name_of(map.stage));
  if (map.watermark_stage != model::WatermarkStage::kAbsent) {
    text += fmt::format(", {}", model::name_of(map.watermark_stage));
  }
  if (map.has_toggle) {
    text += fmt::format(", T = {}", map.toggle);
  }
  return StoryLine{note.at, "mirror", std::move(text), ""};
}

StoryLine refused(const model::Plan& plan, const Note& note) {
  const model::Cluster to = plan.cluster_of(sim::Slot{note.actor});
  return StoryLine{note.at, "mirror",
                   fmt::format("a copy of the {} is refused: the {} has changed",
                               cluster_name(model::other(to)), cluster_name(to)),
                   ""};
}

}  // namespace

std::vector<StoryLine> tell_partitions(const model::Plan& plan, sim::Due end) {
  std::vector<StoryLine> lines;
  const auto add = [&](sim::ProcessingTime at, std::string_view text, std::string_view way) {
    if (at.ms() <= end.ms) {
      lines.push_back(StoryLine{sim::Due{static_cast<std::uint32_t>(at.ms())}, "mirror",
                                fmt::format("{}{}", text, way), ""});
    }
  };
  constexpr std::array<std::string_view, 3> kWays{"", " to the first cluster",
                                                  " to the second cluster"};
  if (const auto& mirror = plan.settings().environment.mirror) {
    for (const model::Partition& partition : mirror->partitions) {
      const std::string_view way = kWays[static_cast<std::size_t>(partition.carries_not)];
      add(partition.from, "carries nothing any more", way);
      add(partition.until, "carries again", way);
    }
  }
  std::stable_sort(lines.begin(), lines.end(),
                   [](const StoryLine& a, const StoryLine& b) { return a.at < b.at; });
  return lines;
}

StoredMap unpack(const Note& note) {
  const auto bits = static_cast<std::uint64_t>(note.b);
  StoredMap map;
  map.active = static_cast<Color>(bits & 1U);
  map.stage = static_cast<model::Stage>(bits >> 4 & 0xFU);
  map.watermark_stage = static_cast<model::WatermarkStage>(bits >> 8 & 0xFU);
  map.is_first = (bits >> 12 & 1U) != 0;
  map.has_toggle = (bits >> 13 & 1U) != 0;
  map.exists = (bits >> 14 & 1U) != 0;
  map.toggle = note.a;
  return map;
}

std::string spelled(model::EventTime time) {
  return time == model::kNoTimestamp ? "no timestamp" : "event time " + std::to_string(time.ms());
}

std::string gate_label(const model::Plan& plan, std::uint32_t slot) {
  const model::SlotInfo& info = plan.slots()[slot];
  const model::GatePlan& gate = plan.job().gates[info.index];
  const std::string which =
      plan.job().has_several_gates() ? fmt::format("{}/", gate.label) : std::string{};
  return fmt::format("{} gate {}{}", model::name_of(info.color), which, gate.index);
}

bool guards(const model::Plan& plan, const Note& decision, std::uint32_t sink_input) {
  const model::JobPlan& job = plan.job();
  const model::OpPlan& gate = job.ops[job.gates[plan.slots()[decision.actor].index].op];
  const auto guarded = job.guarded_by(gate, decision.detail >> 9U);
  return std::any_of(guarded.begin(), guarded.end(), [sink_input](const model::GuardedInput& of) {
    return of.sink_input == sink_input;
  });
}

std::optional<StoryLine> Teller::tell(const Note& note) {
  const auto color = static_cast<Color>(note.actor & 1U);
  const std::string name{model::name_of(color)};
  switch (kind_of(note)) {
    case NoteKind::kUserChange:
      return StoryLine{note.at, "user", fmt::format("changes the spec (revision {})", note.a), ""};
    case NoteKind::kHappens: return happening(*plan_, note);
    case NoteKind::kTaskFailed: return task_failed(*plan_, note);
    case NoteKind::kFenced:
      return StoryLine{note.at, name + " sink",
                       fmt::format("fails its task: transaction {} is aborted", note.a), "rt:X11"};
    case NoteKind::kState:
      return StoryLine{
          note.at, "controller",
          fmt::format("{} -> {}", model::name_of(static_cast<model::BlueGreenState>(note.a)),
                      model::name_of(static_cast<model::BlueGreenState>(note.b))),
          std::string{model::rule_of(static_cast<model::ControllerRow>(note.detail))}};
    case NoteKind::kMapStored: return stored(note);
    case NoteKind::kCopyRefused: return refused(*plan_, note);
    case NoteKind::kChild: return child(note, name);
    case NoteKind::kJob:
      if (note.at == regions_start_[note.actor & 1U] &&
          static_cast<model::JobStatus>(note.detail) == model::JobStatus::kRunning) {
        return StoryLine{note.at, name + " job", "RUNNING, all of it", "rt:F4"};
      }
      return job(*plan_, note, name);
    case NoteKind::kSavepoint: return savepoint(note, name);
    case NoteKind::kCheckpointFailed: return failed_checkpoint(note, name);
    case NoteKind::kRegion:
      regions_start_[note.actor & 1U] = note.detail == 0 ? sim::Due::never() : note.at;
      return region(*plan_, note, name);
    case NoteKind::kDiscovered: return discovered(*plan_, note, name);
    default: return std::nullopt;
  }
}

std::optional<StoryLine> Teller::stored(const Note& note) {
  const model::Cluster cluster = plan_->cluster_of(sim::Slot{note.actor});
  StoredMap& map = maps_[model::index_of(cluster)];
  const StoredMap before = std::exchange(map, unpack(note));
  if (is_copy(*plan_, note)) {
    return copied(note, map, cluster);
  }
  std::optional<StoryLine> line = written(note, before, map);
  if (line && plan_->settings().environment.mirror) {
    line->text += " (" + cluster_name(cluster) + ")";
  }
  return line;
}

std::optional<StoryLine> Teller::written(const Note& note, const StoredMap& before,
                                         const StoredMap& map) const {
  const auto what = static_cast<model::GateWrite>(note.detail);
  if (!map.exists) {
    return std::nullopt;  // who deletes it has said so
  }
  switch (what) {
    case model::GateWrite::kToggle:
      return StoryLine{note.at, gate_label(*plan_, note.actor),
                       fmt::format("sets the toggle: T = {}", note.a), "p2:R3.2"};
    case model::GateWrite::kWaiting:
      return StoryLine{note.at, gate_label(*plan_, note.actor),
                       "asks for a toggle: WAITING_FOR_WATERMARK", "p2:R2.2"};
    case model::GateWrite::kTeardown:
      return StoryLine{note.at, gate_label(*plan_, note.actor),
                       "is past the toggle: CLEAR_TO_TEARDOWN", "p2:R2.2"};
    case model::GateWrite::kProposal:
      return StoryLine{note.at, gate_label(*plan_, note.actor),
                       fmt::format("proposes T = {}", note.a),
                       before.watermark_stage == map.watermark_stage ? "cutover:N2" : "cutover:N1"};
    case model::GateWrite::kReport: return std::nullopt;  // one a subtask
    case model::GateWrite::kNone: break;
  }
  std::string text;
  std::string rule = "p2:K3";
  if (!before.exists || before.active != map.active || before.is_first != map.is_first ||
      (before.has_toggle && !map.has_toggle)) {
    text = fmt::format("ConfigMap := active {}, is-first {}, stage {}",
                       color_in_capitals(map.active), map.is_first, model::name_of(map.stage));
    rule = map.stage == model::Stage::kFailing ? "p2:R3.8" : "p2:K1";
  } else if (before.watermark_stage == model::WatermarkStage::kProposed &&
             map.watermark_stage == model::WatermarkStage::kSet) {
    text = fmt::format("puts T = {} in force", note.a);
    rule = "cutover:N4";
  } else if (before.stage != map.stage) {
    text = fmt::format("stage := {}", model::name_of(map.stage));
    rule = map.stage == model::Stage::kTransitioning || map.stage == model::Stage::kClearToTeardown
               ? "p2:K4"
               : "p2:K3";
  } else {
    return std::nullopt;
  }
  return StoryLine{note.at, "controller", text, rule};
}

}  // namespace scenarios
