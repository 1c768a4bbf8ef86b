#include "scenarios/vectors/project.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

#include "model/notes.hpp"
#include "model/protocol.hpp"
#include "model/world.hpp"
#include "scenarios/reader/json_lines.hpp"
#include "scenarios/runner/tell.hpp"
#include "scenarios/vectors/replay.hpp"
#include "scenarios/vectors/write_case.hpp"
#include "sim/check.hpp"

namespace scenarios::vectors {

namespace {

using model::ConfigMap;
using model::GateWrite;
using model::NoteKind;
using sim::Note;

// The public revision with exactly these rules, the run's own if it is one.
std::optional<model::Protocol> find_revision(const model::Protocol& own) {
  std::optional<model::Protocol> found;
  for (const model::Protocol& known : model::protocols()) {
    const bool is_public = std::string_view{known.id}.starts_with("flip504-") && known.has_gate;
    if (is_public && known.gate == own.gate && (!found || known.id == own.id)) {
      found = known;
    }
  }
  return found;
}

// What the gate put, given what was stored then.
model::ConfigMapEntries entries_of(GateWrite write, const ConfigMap& stored) {
  model::ConfigMapEntries entries;
  switch (write) {
    case GateWrite::kToggle:
      entries.toggle = stored.toggle;
      entries.watermark_stage = stored.watermark_stage;
      break;
    case GateWrite::kWaiting: entries.watermark_stage = stored.watermark_stage; break;
    case GateWrite::kTeardown: entries.stage = stored.stage; break;
    case GateWrite::kProposal:  // of no public revision
    case GateWrite::kReport:
    case GateWrite::kNone: break;
  }
  return entries;
}

// Letters, digits and a few signs, not too many.
std::string name_in_id(std::string_view name) {
  constexpr std::size_t kLongest = 60;
  std::string plain{name.substr(0, kLongest)};
  std::replace_if(
      plain.begin(), plain.end(), [](char c) { return c <= ' ' || c > '~'; }, '_');
  return plain;
}

// One gate subtask in one job run, while it lasts.
struct Watched {
  GateCase made;
  std::uint32_t told = 0;       // version that its informer is about to deliver
  std::uint32_t conflicts = 0;  // that its write under way met
  std::vector<model::ConfigMapEntries> writes;
  std::vector<std::uint32_t> kept_over;  // the newest version at each write that made none
  model::GateError error = model::GateError::kNone;
  std::int64_t clock_ms = 0;
  bool is_over = false;

  void add(const Action& action, Answer answer = Unseen{}) {
    made.steps.push_back(Step{action, std::move(answer)});
  }
};

class Projector {
 public:
  Projector(const model::Plan& plan, const model::Rows& rows, std::string_view name)
      : plan_(plan),
        rows_(rows),
        name_(name_in_id(name)),
        revision_(find_revision(plan.protocol())),
        current_(plan.slots().size(), kNobody),
        runs_(plan.slots().size(), 0) {}

  void take(const Note& note) {
    const bool is_about_region = has_region_failed_;
    has_region_failed_ = kind_of(note) == NoteKind::kRegion && note.detail == 0;
    switch (kind_of(note)) {
      case NoteKind::kGateOpened: opened(note); break;
      case NoteKind::kMapStored: stored(note); break;
      case NoteKind::kMapKept:
        with(note, [&](Watched& gate) {
          gate.kept_over.push_back(static_cast<std::uint32_t>(versions_seen_by(note).size()));
          gate.writes.push_back(entries_of(static_cast<GateWrite>(note.detail), content_of(note)));
        });
        break;
      case NoteKind::kJob:
        if (!is_about_region) {
          job_changed(note);
        }
        break;
      case NoteKind::kRegion:
        if (note.detail == 0) {
          region_failed(note);
        }
        break;
      case NoteKind::kGateTold:
        with(note, [&](Watched& gate) { gate.told = static_cast<std::uint32_t>(note.a); });
        break;
      case NoteKind::kGateWatermark:
        with(note, [&](Watched& gate) {
          gate.add(WatermarkRises{model::EventTime{sim::milliseconds{note.a}}});
        });
        break;
      case NoteKind::kMapLearned: with(note, [&](Watched& gate) { learned(gate, note); }); break;
      case NoteKind::kTaskFailed:
        with(note, [&](Watched& gate) { gate.error = static_cast<model::GateError>(note.detail); });
        break;
      case NoteKind::kDecision: with(note, [&](Watched& gate) { decided(gate, note); }); break;
      case NoteKind::kGaugeRead:
        with(note, [&](Watched& gate) {
          set_clock(gate, note.at);
          gate.add(GaugeIsRead{}, GaugeAnswer{note.a != 0});
        });
        break;
      default: break;
    }
  }

  Projection result() {
    Projection projection;
    for (Watched& gate : gates_) {
      std::vector<Step>& steps = gate.made.steps;
      while (!steps.empty() && std::holds_alternative<Unseen>(steps.back().answer)) {
        steps.pop_back();
      }
      if (const std::optional<LeftOut> why = why_left_out(gate.made)) {
        ++projection.left_out[static_cast<std::size_t>(*why)];
      } else {
        projection.cases.push_back(std::move(gate.made));
      }
    }
    return projection;
  }

 private:
  static constexpr std::size_t kNobody = SIZE_MAX;

  template <class Use>
  void with(const Note& note, const Use& use) {
    const std::size_t current = current_[note.actor];
    if (current != kNobody && !gates_[current].is_over) {
      use(gates_[current]);
    }
  }

  void opened(const Note& note) {
    const model::SlotInfo& slot = plan_.slots()[note.actor];
    const model::JobPlan& job = plan_.job();
    const model::GatePlan& plan = job.gates[slot.index];
    const std::vector<ConfigMap>& versions = versions_seen_by(note);
    SIM_CHECK(static_cast<std::size_t>(note.a) == versions.size(),
              "a gate opens with the newest ConfigMap", note.a);
    Watched gate;
    Opening& opening = gate.made.opening;
    opening.color = slot.color;
    opening.subtask = plan.index;
    opening.parallelism = job.tasks[job.subtasks[plan.subtask].task].parallelism;
    if (plan_.protocol().gate.timing == model::WriteTiming::kInWindow) {
      opening.write_delay_ms = static_cast<std::uint32_t>(note.b);
    }
    opening.content = versions.back();
    opening.clock_ms = gate.clock_ms = clock_at(note.at);
    const std::uint32_t run = ++runs_[note.actor];
    const std::string input =
        job.has_several_gates() ? fmt::format(".{}", plan.label) : std::string{};
    gate.made.protocol = revision_ ? revision_->id : plan_.protocol().id;
    gate.made.id =
        fmt::format("{}-{}-{}{}{}-{}", gate.made.protocol.substr(gate.made.protocol.find('-') + 1),
                    name_, model::name_of(slot.color), plan.index, input, run);
    gate.made.note = fmt::format("{}: {}, run {} of its job, opens at {} ms", name_,
                                 gate_label(plan_, note.actor), run, note.at.ms);
    current_[note.actor] = gates_.size();
    gates_.push_back(std::move(gate));
  }

  [[nodiscard]] ConfigMap content_of(const Note& note) const {
    const StoredMap map = unpack(note);
    ConfigMap content;
    content.exists = map.exists;
    content.active = map.active;
    content.stage = map.stage;
    content.watermark_stage = map.watermark_stage;
    content.is_first = map.is_first;
    content.has_toggle = map.has_toggle;
    content.toggle = model::EventTime{sim::milliseconds{map.toggle}};
    content.deletion_delay = plan_.settings().deployment.deletion_delay;
    return content;
  }

  void stored(const Note& note) {
    const ConfigMap content = content_of(note);
    versions_seen_by(note).push_back(content);
    const auto write = static_cast<GateWrite>(note.detail);
    for (std::uint32_t slot = 0; slot < current_.size(); ++slot) {
      if (current_[slot] == kNobody || gates_[current_[slot]].is_over) {
        continue;
      }
      if (plan_.cluster_of(sim::Slot{slot}) != plan_.cluster_of(sim::Slot{note.actor})) {
        continue;
      }
      Watched& gate = gates_[current_[slot]];
      if (slot != note.actor) {
        gate.add(ServerChanges{content});
      } else if (write == GateWrite::kNone) {  // another writer, just before this one
        ++gate.conflicts;
      } else {
        gate.writes.push_back(entries_of(write, content));
      }
    }
  }

  // Those of its cluster.
  [[nodiscard]] std::vector<ConfigMap>& versions_seen_by(const Note& note) {
    return versions_[model::index_of(plan_.cluster_of(sim::Slot{note.actor}))];
  }

  void job_changed(const Note& note) {
    const auto status = static_cast<model::JobStatus>(note.detail);
    if (status != model::JobStatus::kRunning && status != model::JobStatus::kStopping) {
      end_gates(note.actor, [](const model::SubtaskPlan&) { return true; });
    }
  }

  // rt:F3: the other gates of the job go on; that its status changes the next note says.
  void region_failed(const Note& note) {
    const auto& subtasks = plan_.job().subtasks;
    const std::uint32_t region = subtasks[static_cast<std::size_t>(note.a)].region;
    end_gates(note.actor,
              [region](const model::SubtaskPlan& subtask) { return subtask.region == region; });
  }

  template <class Is>
  void end_gates(std::uint32_t color, Is is_meant) {
    for (std::uint32_t at = 0; at < current_.size(); ++at) {
      const model::SlotInfo& slot = plan_.slots()[at];
      if (current_[at] != kNobody && model::index_of(slot.color) == color &&
          is_meant(plan_.job().subtasks[plan_.job().gates[slot.index].subtask])) {
        current_[at] = kNobody;
      }
    }
  }

  void learned(Watched& gate, const Note& note) {
    set_clock(gate, note.at);
    // In a case every write of the gate makes a version.
    const auto kept_since = std::count_if(gate.kept_over.begin(), gate.kept_over.end(),
                                          [&](std::uint32_t over) { return over >= gate.told; });
    const auto lag = static_cast<std::uint32_t>(versions_seen_by(note).size() - gate.told +
                                                static_cast<std::size_t>(kept_since));
    gate.add(InformerTells{lag}, InformerAnswer{note.detail == 0 ? model::GateError::kNone
                                                                 : model::GateError::kException});
  }

  void decided(Watched& gate, const Note& note) {
    set_clock(gate, note.at);
    if (gate.conflicts > 0) {
      gate.add(UpdatesConflict{std::exchange(gate.conflicts, 0), std::nullopt});
    }
    const model::GatePlan& plan = plan_.job().gates[plan_.slots()[note.actor].index];
    const model::JobPlan& job = plan_.job();
    const std::uint32_t times = job.times_of_gate(job.ops[plan.op], note.detail >> 9U);
    const model::EventTime ts =
        rows_.time(static_cast<std::uint32_t>(note.a), times).since(plan_.origin());
    const bool emit = (note.detail >> 8 & 1U) != 0;
    gate.is_over = gate.error != model::GateError::kNone;
    gate.add(RecordArrives{model::RecordTime{ts, ts == model::kNoTimestamp}},
             RecordAnswer{emit, std::exchange(gate.writes, {}), gate.error});
  }

  // Only where the gate reads it.
  void set_clock(Watched& gate, sim::Due now) const {
    const std::int64_t clock_ms = clock_at(now);
    if (clock_ms != gate.clock_ms) {
      gate.clock_ms = clock_ms;
      gate.add(ClockMoves{clock_ms});
    }
  }
  [[nodiscard]] std::int64_t clock_at(sim::Due now) const {
    return plan_.clock_start().ms() + std::int64_t{now.ms};
  }

  [[nodiscard]] std::optional<LeftOut> why_left_out(const GateCase& made) const {
    constexpr std::size_t kSurelyShort = 1'000;  // steps
    if (!revision_) {
      return LeftOut::kNoRevision;
    }
    if (made.opening.clock_ms < 0) {
      return LeftOut::kBefore1970;
    }
    if (made.steps.size() > kSurelyShort && write_case(made).size() > JsonLimits::kBytes) {
      return LeftOut::kTooLong;
    }
    return replay(made, revision_->gate).got ? std::optional{LeftOut::kOtherAnswer} : std::nullopt;
  }

  const model::Plan& plan_;
  const model::Rows& rows_;
  std::string name_;
  std::optional<model::Protocol> revision_;
  std::array<std::vector<ConfigMap>, 2> versions_;  // by cluster: all that were stored
  std::vector<Watched> gates_;                      // in the order of their openings
  std::vector<std::size_t> current_;                // by slot: the one that is open
  std::vector<std::uint32_t> runs_;                 // by slot: how often it opened
  bool has_region_failed_ = false;                  // says the note before
};

}  // namespace

std::string_view describe(LeftOut why) {
  switch (why) {
    case LeftOut::kNoRevision: return "the rules of the gate are those of no public revision";
    case LeftOut::kBefore1970: return "the clock shows a time before 1970";
    case LeftOut::kTooLong: return "the case is longer than a line may be";
    case LeftOut::kOtherAnswer: return "the gate saw something that no step of the format says";
  }
  return "";
}

Projection project(const model::Plan& plan, const Simulated& run, std::string_view name) {
  Projector projector{plan, run.world.rows(), name};
  for (const Note& note : run.trace.notes()) {
    projector.take(note);
  }
  return projector.result();
}

}  // namespace scenarios::vectors
