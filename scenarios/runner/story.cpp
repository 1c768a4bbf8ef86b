#include "scenarios/runner/story.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "model/gate.hpp"
#include "model/notes.hpp"
#include "model/world.hpp"
#include "scenarios/runner/naming.hpp"
#include "scenarios/runner/narrate.hpp"
#include "scenarios/runner/tell.hpp"

namespace scenarios {

namespace {

using model::Color;
using model::EventTime;
using model::NoteKind;
using model::Property;
using sim::Note;

// How much a line tells, from 1; 0: nothing here.
struct Weighed {
  int weight = 0;
  StoryLine line;
};

bool is_abort(const Note& note) {
  const auto before = static_cast<model::BlueGreenState>(note.a);
  const auto after = static_cast<model::BlueGreenState>(note.b);
  return (before == model::BlueGreenState::kTransitioningToBlue &&
          after != model::BlueGreenState::kActiveBlue) ||
         (before == model::BlueGreenState::kTransitioningToGreen &&
          after != model::BlueGreenState::kActiveGreen);
}

// Lines from here on are decisive: their rules name the cause.
constexpr int kDecisive = 5;

constexpr int kFault = 8;

// What the mirror does: that a copy is refused, that a toggle comes to the other cluster, others.
int weight_of_copy(const Note& note) {
  return kind_of(note) == NoteKind::kCopyRefused ? 6 : unpack(note).has_toggle ? 5 : 3;
}

// A line about the record itself.
int weight_of(const StoryLine& line) {
  const bool is_bookkeeping = line.rule == "rt:X2" || line.rule == "rt:X5" || line.rule == "rt:X4";
  const bool is_hearsay = line.rule == "p2:G3";
  return is_bookkeeping ? 3 : is_hearsay ? 4 : 9;
}

// About one record: what it took to bring it about, and no more.
int weight_for_record(const Note& note) {
  switch (kind_of(note)) {
    case NoteKind::kHappens:
    case NoteKind::kFenced:
    case NoteKind::kTaskFailed: return kFault;
    case NoteKind::kUserChange: return 7;
    case NoteKind::kDiscovered: return 6;
    case NoteKind::kState: return is_abort(note) ? 6 : 0;
    case NoteKind::kChild:
      switch (static_cast<model::ChildChange>(note.detail)) {
        case model::ChildChange::kRedeployAsked: return 6;
        case model::ChildChange::kSuspendAsked:
        case model::ChildChange::kDeleteAsked: return 2;
        case model::ChildChange::kNotReady: return 3;
        default: return 0;
      }
    case NoteKind::kJob:
      switch (static_cast<model::JobStatus>(note.detail)) {
        case model::JobStatus::kCancelled:
        case model::JobStatus::kFailed: return 5;
        case model::JobStatus::kLost:
        case model::JobStatus::kRestarting: return 4;
        case model::JobStatus::kFinished: return 1;
        default: return 0;
      }
    default: return 0;
  }
}

// About who set which toggle.
int weight_for_toggles(const Note& note) {
  switch (kind_of(note)) {
    case NoteKind::kHappens:
    case NoteKind::kFenced:
    case NoteKind::kTaskFailed: return kFault;
    case NoteKind::kUserChange: return 7;
    case NoteKind::kState: return is_abort(note) ? 6 : 0;
    case NoteKind::kMapStored:
      return static_cast<model::GateWrite>(note.detail) == model::GateWrite::kNone ? 0 : 6;
    default: return 0;
  }
}

// About the control plane.
int weight_for_control(const Note& note) {
  switch (kind_of(note)) {
    case NoteKind::kHappens:
    case NoteKind::kFenced:
    case NoteKind::kTaskFailed: return kFault;
    case NoteKind::kUserChange: return 7;
    case NoteKind::kState: return is_abort(note) ? 7 : 6;
    case NoteKind::kChild:
    case NoteKind::kSavepoint: return 4;
    case NoteKind::kMapStored: return 5;
    case NoteKind::kJob: return 2;
    default: return 0;
  }
}

// A decision of a gate about the record, and its grounds.
struct Decision {
  sim::Due at;
  std::uint32_t slot = 0;
  Color color = Color::kBlue;
  bool passed = false;
  bool is_first = false;  // the first deployment: its gate has nobody to agree with
  std::optional<EventTime> toggle;
  EventTime watermark = model::kNoWatermark;
  EventTime record;  // as the gate saw it
};

class Storyteller {
 public:
  Storyteller(const model::Plan& plan, const Simulated& run, const Outcome& outcome,
              Property property)
      : plan_(plan), run_(run), outcome_(outcome), property_(property) {}

  Story tell() {
    const std::optional<Violation>& first = outcome_.of(property_).first;
    const bool about_record = first && first->output;
    const std::uint32_t output = about_record ? *first->output : 0;
    if (about_record) {
      for (StoryLine& line : narrate_output(plan_, run_, output)) {
        lines_.push_back(Weighed{weight_of(line), std::move(line)});
      }
    }
    add_notes(about_record);
    Story story;
    if (about_record && nobody_passed(output)) {
      // Then it does not matter how the jobs end.
      std::erase_if(lines_, [](const Weighed& weighed) { return weighed.weight <= 2; });
    }
    drop_lightest();
    for (Weighed& weighed : lines_) {
      if (weighed.weight >= kDecisive && !weighed.line.rule.empty()) {
        story.rules.push_back(weighed.line.rule);
      }
      story.lines.push_back(std::move(weighed.line));
    }
    std::sort(story.rules.begin(), story.rules.end());
    story.rules.erase(std::unique(story.rules.begin(), story.rules.end()), story.rules.end());
    story.reasoning = about_record ? reason_about(output, story.lines) : reason_without_record();
    return story;
  }

 private:
  // Of a story about the control plane the first deployment is none of the matter.
  [[nodiscard]] sim::Due first_change() const {
    const auto& notes = run_.trace.notes();
    const auto change = std::find_if(notes.begin(), notes.end(), [](const Note& note) {
      return kind_of(note) == NoteKind::kUserChange;
    });
    return change == notes.end() ? sim::Due{} : change->at;
  }

  void add_notes(bool about_record) {
    const sim::Due begins = first_change();
    Teller teller{plan_};
    for (StoryLine& line : tell_partitions(plan_, run_.trace.notes().back().at)) {
      lines_.push_back(Weighed{kFault, std::move(line)});
    }
    for (const Note& note : run_.trace.notes()) {
      std::optional<StoryLine> line = teller.tell(note);
      const int weight = is_about_copy(note)                 ? weight_of_copy(note)
                         : about_record                      ? weight_for_record(note)
                         : property_ == Property::kOneToggle ? weight_for_toggles(note)
                                                             : weight_for_control(note);
      const bool is_from_start = about_record && !is_about_copy(note);
      if (line && weight > 0 && (is_from_start || note.at >= begins)) {
        lines_.push_back(Weighed{weight, std::move(*line)});
      }
    }
  }

  // A version that the mirror made, or would have made.
  [[nodiscard]] bool is_about_copy(const Note& note) const {
    return (kind_of(note) == NoteKind::kMapStored || kind_of(note) == NoteKind::kCopyRefused) &&
           is_copy(plan_, note);
  }

  // Leaves the weightiest lines, of equals the later ones, in order of time.
  void drop_lightest() {
    std::stable_sort(lines_.begin(), lines_.end(),
                     [](const Weighed& a, const Weighed& b) { return a.line.at < b.line.at; });
    while (lines_.size() > kStoryLines) {
      lines_.erase(
          std::min_element(lines_.begin(), lines_.end(),
                           [](const Weighed& a, const Weighed& b) { return a.weight < b.weight; }));
    }
  }

  [[nodiscard]] bool nobody_passed(std::uint32_t output) const {
    const std::vector<Decision> all = decisions(output);
    return std::none_of(all.begin(), all.end(), [](const Decision& d) { return d.passed; });
  }

  [[nodiscard]] std::vector<Decision> decisions(std::uint32_t output) const {
    std::vector<Decision> all;
    for (const Note& note : run_.trace.notes()) {
      if (kind_of(note) != NoteKind::kDecision || !is_about(plan_, run_, note, output)) {
        continue;
      }
      const model::SlotInfo& slot = plan_.slots()[note.actor];
      const auto bits = static_cast<std::uint64_t>(note.b);
      const auto toggle = static_cast<std::int32_t>(static_cast<std::uint32_t>(bits));
      const auto watermark = static_cast<std::int32_t>(static_cast<std::uint32_t>(bits >> 32));
      Decision decision;
      decision.at = note.at;
      decision.slot = note.actor;
      decision.color = slot.color;
      const model::JobPlan& job = plan_.job();
      const std::uint32_t times =
          job.times_of_gate(job.ops[job.gates[slot.index].op], note.detail >> 9U);
      decision.record =
          run_.world.rows().time(static_cast<std::uint32_t>(note.a), times).since(plan_.origin());
      decision.passed = (note.detail >> 8 & 1U) != 0;
      const auto rule = static_cast<model::GateRule>(note.detail & 0xFFU);
      decision.is_first = rule == model::GateRule::kActiveFirst;
      if (!decision.is_first && toggle != INT32_MIN && toggle != -INT32_MAX) {
        decision.toggle = model::Mark{toggle}.since(plan_.origin());
      }
      if (watermark != INT32_MIN) {
        decision.watermark = model::Mark{watermark}.since(plan_.origin());
      }
      all.push_back(decision);
    }
    return all;
  }

  // Whether the gate lets the record pass under these grounds.
  [[nodiscard]] bool passes(const Decision& decision, EventTime record) const {
    model::Gate gate;
    gate.own = decision.color;
    gate.watermark = decision.watermark;
    gate.context.exists = true;
    gate.context.active = active_at(decision);
    gate.context.stage = model::Stage::kTransitioning;
    gate.context.is_first = decision.is_first;
    gate.context.has_toggle = decision.toggle.has_value();
    gate.context.toggle = decision.toggle.value_or(EventTime{});
    model::GateOutcome outcome;
    const model::GateEnvironment at{};
    const model::RecordTime time{record};
    const model::GateRules& rules = plan_.protocol().gate;
    if (gate.is_active()) {
      model::gate_detail::judge_active(gate, time, rules, outcome);
    } else {
      model::gate_detail::judge_standby(gate, time, at, rules, outcome);
    }
    return outcome.emit;
  }

  // The color that the ConfigMap of this gate named as active when it decided.
  [[nodiscard]] Color active_at(const Decision& decision) const {
    Color active = Color::kBlue;
    for (const Note& note : run_.trace.notes()) {
      if (note.at > decision.at) {
        break;
      }
      const bool is_its = kind_of(note) == NoteKind::kMapLearned && note.actor == decision.slot;
      const bool is_read =
          kind_of(note) == NoteKind::kMapStored &&
          plan_.cluster_of(sim::Slot{note.actor}) == plan_.cluster_of(sim::Slot{decision.slot});
      if (is_its || is_read) {
        active = unpack(note).active;
      }
    }
    return active;
  }

  // Those grounds without which the gate would have decided otherwise.
  [[nodiscard]] std::string grounds(const Decision& decision, EventTime record) const {
    const std::optional<EventTime> stored = toggle_of_run();
    if (passes(decision, record) != decision.passed) {
      return {};  // decided on other grounds than these
    }
    std::vector<std::string> because;
    const auto check = [&](const Decision& other, EventTime other_record, std::string text) {
      if (passes(other, other_record) != decision.passed) {
        because.push_back(std::move(text));
      }
    };
    Decision other = decision;
    if (decision.is_first) {
      other.is_first = false;
      check(other, record, "the ConfigMap said that it was the first deployment");
    } else if (decision.toggle) {
      const EventTime toggle = *decision.toggle;
      const bool past = decision.watermark > toggle;
      other.watermark = past ? toggle : toggle + model::EventSpan{sim::milliseconds{1}};
      check(other, record,
            past ? fmt::format("its watermark {} was past T", decision.watermark.ms())
                 : std::string{"its watermark had not passed T"});
      const bool before = record < toggle;
      check(decision, before ? toggle : toggle - model::EventSpan{sim::milliseconds{1}},
            record == model::kNoTimestamp
                ? fmt::format("no timestamp counts as older than T = {}", toggle.ms())
                : fmt::format("{} {} T = {}", record.ms(), before ? "<" : ">=", toggle.ms()));
    } else if (stored) {
      other.toggle = stored;
      check(other, record, "it knew no T yet");
    }
    return fmt::format("{}", fmt::join(because, " and "));
  }

  [[nodiscard]] std::optional<EventTime> toggle_of_run() const {
    std::optional<EventTime> toggle;
    for (const model::Transition& transition : run_.chronicle.transitions()) {
      toggle = transition.toggle ? transition.toggle : toggle;
    }
    return toggle;
  }

  static std::string line_of(const Decision& decision, const std::vector<StoryLine>& lines) {
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const bool decides =
          lines[i].text.starts_with("lets pass") || lines[i].text.starts_with("drops");
      const bool is_color =
          lines[i].actor.starts_with(std::string{model::name_of(decision.color)} + " gate");
      if (lines[i].at == decision.at && decides && is_color) {
        return fmt::format(" ({})", i + 1);
      }
    }
    return {};
  }

  [[nodiscard]] std::vector<std::string> reason_about(std::uint32_t output,
                                                      const std::vector<StoryLine>& lines) const {
    const std::string name = subject_name(plan_, run_, output);
    const std::optional<EventTime> known = subject_time(plan_, run_, output);
    if (!known) {
      return {fmt::format("No gate and no sink of either job ever saw {}.", name), contradiction()};
    }
    const EventTime time = *known;
    std::vector<std::string> sentences{fmt::format("Let {} have {}.", name, spelled(time))};
    for (const Decision& decision : decisions(output)) {
      const std::string because = grounds(decision, decision.record);
      const std::string there =
          decision.record == time ? "" : fmt::format(", with {},", spelled(decision.record));
      std::string who{model::name_of(decision.color)};
      who[0] = static_cast<char>(who[0] - 'a' + 'A');
      sentences.push_back(
          fmt::format("{}{} {}{}{}{}.", who, there, decision.passed ? "let it pass" : "dropped it",
                      line_of(decision, lines), because.empty() ? "" : " because ", because));
    }
    sentences.push_back(contradiction());
    return sentences;
  }

  [[nodiscard]] std::vector<std::string> reason_without_record() const {
    std::vector<std::string> sentences;
    switch (property_) {
      case Property::kProgress:
        for (const model::Transition& transition : run_.chronicle.transitions()) {
          if (transition.result == model::Transition::Result::kPending) {
            sentences.push_back(
                fmt::format("The transition that the user started at {}.{:03} s never ends.",
                            transition.started.ms / 1000, transition.started.ms % 1000));
          }
        }
        if (!run_.chronicle.nobody_since().is_never()) {
          const std::uint32_t since = run_.chronicle.nobody_since().ms;
          sentences.push_back(
              fmt::format("From {}.{:03} s on no child has spec RUNNING without a deletion "
                          "requested: nobody writes.",
                          since / 1000, since % 1000));
        }
        break;
      case Property::kOneToggle:
        for (const model::Transition& transition : run_.chronicle.transitions()) {
          if (transition.other_toggles > 0 && transition.acted_on) {
            sentences.push_back(
                fmt::format("A gate acted on T = {}, and {} gate subtasks on another one.",
                            transition.acted_on->ms(), transition.other_toggles));
          }
        }
        break;
      default: sentences.push_back(contradiction()); break;
    }
    return sentences;
  }

  [[nodiscard]] std::string contradiction() const {
    switch (property_) {
      case Property::kNoLoss: return "So nobody committed it: it is lost.";
      case Property::kNoDuplicates: return "So it is committed twice.";
      case Property::kGatePartition: return "Exactly one of the two gates should have let it pass.";
      case Property::kTeardownSafe:
        return "The outgoing job ended before it was committed, and nobody else owes it.";
      case Property::kSurvivorServes: return "After an abort the survivor should write everything.";
      case Property::kSavepointFresh:
        return "The transition starts from a savepoint that is older than its change.";
      case Property::kDeletionDelayKept:
        return "The outgoing deployment went before the deletion delay was over.";
      case Property::kSpecSettles:
        return "The last spec is neither deployed nor reported as failed.";
      case Property::kChildMatchesSpec: return "The deployment is not what the template says.";
      case Property::kNoIdleWrites: return "Nobody had changed the spec.";
      case Property::kIngressExclusive:
        return "Traffic goes to two deployments, or to one that is gone.";
      default: return "It should not have come to this.";
    }
  }

  const model::Plan& plan_;
  const Simulated& run_;
  const Outcome& outcome_;
  Property property_;
  std::vector<Weighed> lines_;
};

}  // namespace

Story tell_story(const model::Plan& plan, const Simulated& run, const Outcome& outcome,
                 model::Property property) {
  return Storyteller{plan, run, outcome, property}.tell();
}

std::string as_sentence(const StoryLine& line) {
  std::string text =
      fmt::format("{}.{:03} s {}: {}", line.at.ms / 1000, line.at.ms % 1000, line.actor, line.text);
  return line.rule.empty() ? text : text + " (" + line.rule + ")";
}

}  // namespace scenarios
