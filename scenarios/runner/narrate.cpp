#include "scenarios/runner/narrate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "model/notes.hpp"
#include "scenarios/runner/naming.hpp"
#include "scenarios/runner/tell.hpp"

namespace scenarios {

namespace {

using model::Color;
using model::NoteKind;
using sim::Note;

std::string seconds(sim::Due at) { return fmt::format("{}.{:03} s", at.ms / 1000, at.ms % 1000); }

std::string as_sentence(const StoryLine& line) {
  std::string text = seconds(line.at) + " " + line.actor + ": " + line.text;
  return line.rule.empty() ? text : text + " (" + line.rule + ")";
}

class Narrator {
 public:
  Narrator(const model::Plan& plan, const Simulated& run) : plan_(plan), run_(run), teller_(plan) {}

  std::vector<StoryLine> timeline() {
    std::vector<StoryLine> lines;
    for (const Note& note : run_.trace.notes()) {
      if (std::optional<StoryLine> line = teller_.tell(note)) {
        lines.push_back(std::move(*line));
      }
    }
    return with_partitions(std::move(lines));
  }

  std::vector<StoryLine> lines_about(std::uint32_t output) {
    std::vector<StoryLine> lines;
    std::vector<std::uint32_t> gates;
    std::vector<std::int64_t> transactions;
    for (const Note& note : run_.trace.notes()) {
      const bool is_ours = is_about(plan_, run_, note, output);
      if (kind_of(note) == NoteKind::kDecision && is_ours) {
        lines.push_back(decision(note));
        gates.push_back(note.actor);
      } else if (kind_of(note) == NoteKind::kWritten && is_ours) {
        lines.push_back(written(note));
        transactions.push_back(note.b);
      } else if (concerns(note, transactions)) {
        lines.push_back(end_of_transaction(note));
      }
    }
    // In front of the decisions of the same instant: a gate performs a write before it judges
    // (p2:R2.1).
    std::vector<StoryLine> toggles = toggles_known_to(gates);
    lines.insert(lines.begin(), toggles.begin(), toggles.end());
    std::stable_sort(lines.begin(), lines.end(),
                     [](const StoryLine& a, const StoryLine& b) { return a.at < b.at; });
    return lines;
  }

  std::vector<std::string> about(std::uint32_t output) {
    const std::vector<StoryLine> lines = lines_about(output);
    std::vector<std::string> sentences;
    if (const auto time = subject_time(plan_, run_, output)) {
      sentences.push_back(subject_name(plan_, run_, output) + " has " + spelled(*time));
    } else {
      sentences.push_back("this is about " + subject_name(plan_, run_, output));
    }
    for (const StoryLine& line : lines) {
      sentences.push_back(as_sentence(line));
    }
    if (lines.empty()) {
      sentences.emplace_back("no gate and no sink of either job ever saw it");
    }
    return sentences;
  }

  std::vector<std::string> toggles() {
    std::vector<std::string> sentences;
    for (const Note& note : run_.trace.notes()) {
      const std::optional<StoryLine> line = teller_.tell(note);
      if (line && kind_of(note) == NoteKind::kMapStored && unpack(note).has_toggle) {
        sentences.push_back(as_sentence(*line));
      }
    }
    return sentences;
  }

  std::vector<std::string> progress() {
    std::vector<std::string> sentences;
    for (const model::Transition& transition : run_.chronicle.transitions()) {
      if (transition.result == model::Transition::Result::kPending) {
        sentences.push_back(fmt::format("the transition that the user started at {} never ends",
                                        seconds(transition.started)));
      }
    }
    if (!run_.chronicle.nobody_since().is_never()) {
      sentences.push_back(
          fmt::format("from {} on no child has spec RUNNING without a deletion requested",
                      seconds(run_.chronicle.nobody_since())));
    }
    const std::vector<StoryLine> lines = timeline();
    const std::size_t shown = std::min<std::size_t>(lines.size(), 12);
    for (std::size_t i = lines.size() - shown; i < lines.size(); ++i) {
      sentences.push_back(as_sentence(lines[i]));
    }
    return sentences;
  }

 private:
  [[nodiscard]] std::vector<StoryLine> with_partitions(std::vector<StoryLine> lines) const {
    const sim::Due end = lines.empty() ? sim::Due{} : lines.back().at;
    std::vector<StoryLine> partitions = tell_partitions(plan_, end);
    if (!partitions.empty()) {
      lines.insert(lines.begin(), partitions.begin(), partitions.end());
      std::stable_sort(lines.begin(), lines.end(),
                       [](const StoryLine& a, const StoryLine& b) { return a.at < b.at; });
    }
    return lines;
  }

  static bool concerns(const Note& note, const std::vector<std::int64_t>& transactions) {
    const NoteKind kind = kind_of(note);
    return (kind == NoteKind::kCommitted || kind == NoteKind::kDiscarded) && note.a != 0 &&
           std::find(transactions.begin(), transactions.end(), note.a) != transactions.end();
  }

  [[nodiscard]] std::string in_epoch_ms(std::uint32_t relative) const {
    const model::Mark mark{static_cast<std::int32_t>(relative)};
    if (mark.ms == -INT32_MAX) {
      return "0";  // the toggle of a first deployment (p2:G2), too far away for a note
    }
    return mark.is_none() ? "none" : std::to_string(mark.since(plan_.origin()).ms());
  }

  [[nodiscard]] StoryLine decision(const Note& note) const {
    const auto rule = static_cast<model::GateRule>(note.detail & 0xFFU);
    const bool passed = (note.detail >> 8 & 1U) != 0;
    const auto bits = static_cast<std::uint64_t>(note.b);
    return StoryLine{
        note.at, gate_label(plan_, note.actor),
        fmt::format("{} it ({}): toggle {}, watermark {}", passed ? "lets pass" : "drops",
                    model::explain(rule), in_epoch_ms(static_cast<std::uint32_t>(bits)),
                    in_epoch_ms(static_cast<std::uint32_t>(bits >> 32))),
        std::string{model::name_of(rule, plan_.protocol().gate)}};
  }

  [[nodiscard]] StoryLine written(const Note& note) const {
    const Color color = (note.actor >> 31) == 0 ? Color::kBlue : Color::kGreen;
    const std::uint32_t sink = note.actor & 0x7FFF'FFFFU;
    const std::string who =
        fmt::format("{} sink {}", model::name_of(color), plan_.job().sinks[sink].index);
    return note.b == 0 ? StoryLine{note.at, who, "writes it for everybody to see", "rt:X4"}
                       : StoryLine{note.at, who,
                                   fmt::format("writes it into transaction {}", note.b), "rt:X5"};
  }

  // Whether it has been aborted by then.
  [[nodiscard]] bool was_aborted(const Note& commit) const {
    return std::any_of(run_.trace.notes().begin(), run_.trace.notes().end(), [&](const Note& note) {
      return kind_of(note) == NoteKind::kDiscarded && note.a == commit.a && note.at <= commit.at;
    });
  }

  [[nodiscard]] StoryLine end_of_transaction(const Note& note) const {
    const std::string color{model::name_of(static_cast<Color>(note.actor))};
    if (kind_of(note) == NoteKind::kDiscarded) {
      const auto why = static_cast<model::DiscardCause>(note.detail);
      if (why == model::DiscardCause::kTimedOut) {
        return {note.at, "broker",
                fmt::format("aborts transaction {}: it was open for too long", note.a), "rt:X14"};
      }
      const std::string_view rule = why == model::DiscardCause::kLingering    ? "rt:X10"
                                    : why == model::DiscardCause::kRolledBack ? "rt:X7"
                                                                              : "rt:X9";
      return {note.at, color + " job", fmt::format("aborts transaction {}", note.a),
              std::string{rule}};
    }
    if (note.b == 0 && was_aborted(note)) {
      return StoryLine{
          note.at, color + " job",
          fmt::format("cannot commit transaction {}, which is aborted, and goes on", note.a),
          "rt:X3"};
    }
    return note.b == 0
               ? StoryLine{note.at, color + " job",
                           fmt::format("commits transaction {} again: nothing changes", note.a),
                           "rt:X6"}
               : StoryLine{note.at, color + " job",
                           fmt::format("commits transaction {}, {} records", note.a, note.b),
                           "rt:X2"};
  }

  // Who set the toggle or put it in force, and when each gate that judged the record came to know
  // it.
  [[nodiscard]] std::vector<StoryLine> toggles_known_to(
      const std::vector<std::uint32_t>& gates) const {
    std::vector<StoryLine> lines;
    std::map<std::uint32_t, std::int64_t> known;
    auto stage = model::WatermarkStage::kAbsent;  // as stored
    for (const Note& note : run_.trace.notes()) {
      if (kind_of(note) == NoteKind::kMapStored &&
          static_cast<model::GateWrite>(note.detail) == model::GateWrite::kToggle) {
        lines.push_back(StoryLine{note.at, gate_label(plan_, note.actor),
                                  fmt::format("sets the toggle: T = {}", note.a), "p2:R3.2"});
        known[note.actor] = note.a;
      }
      const model::WatermarkStage before = stage;
      if (kind_of(note) == NoteKind::kMapStored &&
          plan_.cluster_of(sim::Slot{note.actor}) == model::Cluster::kFirst) {
        stage = unpack(note).watermark_stage;
      }
      if (before == model::WatermarkStage::kProposed && stage == model::WatermarkStage::kSet) {
        lines.push_back(StoryLine{note.at, "controller",
                                  fmt::format("puts T = {} in force", note.a), "cutover:N4"});
      }
      const bool learns = kind_of(note) == NoteKind::kMapLearned && unpack(note).has_toggle &&
                          std::find(gates.begin(), gates.end(), note.actor) != gates.end();
      const bool is_proposed = unpack(note).watermark_stage == model::WatermarkStage::kProposed;
      if (learns && !is_proposed && known[note.actor] != note.a) {
        known[note.actor] = note.a;
        lines.push_back(StoryLine{note.at, gate_label(plan_, note.actor),
                                  fmt::format("learns T = {} from its informer", note.a), "p2:G3"});
      }
    }
    return lines;
  }

  const model::Plan& plan_;
  const Simulated& run_;
  Teller teller_;
};

}  // namespace

std::vector<StoryLine> narrate(const model::Plan& plan, const Simulated& run) {
  return Narrator{plan, run}.timeline();
}

std::vector<StoryLine> narrate_output(const model::Plan& plan, const Simulated& run,
                                      std::uint32_t output) {
  return Narrator{plan, run}.lines_about(output);
}

std::vector<std::string> explain_output(const model::Plan& plan, const Simulated& run,
                                        std::uint32_t output) {
  return Narrator{plan, run}.about(output);
}

std::vector<std::string> explain_toggles(const model::Plan& plan, const Simulated& run) {
  return Narrator{plan, run}.toggles();
}

std::vector<std::string> explain_progress(const model::Plan& plan, const Simulated& run) {
  return Narrator{plan, run}.progress();
}

}  // namespace scenarios
