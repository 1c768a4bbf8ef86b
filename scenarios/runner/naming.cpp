#include "scenarios/runner/naming.hpp"

#include "model/notes.hpp"
#include "model/rows.hpp"
#include "scenarios/runner/tell.hpp"

namespace scenarios {

namespace {

using model::NoteKind;

// Whether a note is about what comes to that input of a sink.
bool is_about_input(const model::Plan& plan, const sim::Note& note, std::uint32_t sink_input) {
  return kind_of(note) == NoteKind::kWritten ? note.detail == sink_input
                                             : guards(plan, note, sink_input);
}

model::EventTime time_of(const model::Plan& plan, const Simulated& run, std::uint32_t item,
                         std::uint32_t sink_input) {
  return run.world.rows().time(item, plan.job().times_at[sink_input]).since(plan.origin());
}

}  // namespace

std::string subject_name(const model::Plan& plan, const Simulated& run, std::uint32_t output) {
  const std::uint32_t subject = output / plan.job().sink_inputs;
  const std::uint32_t records = plan.job().records;
  return subject < records ? plan.record_name(subject)
                           : run.world.rows().describe(subject - records);
}

std::optional<model::EventTime> subject_time(const model::Plan& plan, const Simulated& run,
                                             std::uint32_t output) {
  const std::uint32_t input = output % plan.job().sink_inputs;
  const std::uint32_t subject = output / plan.job().sink_inputs;
  if (subject < plan.job().records) {
    return plan.event_time(subject, input);
  }
  for (const sim::Note& note : run.trace.notes()) {
    if (is_about(plan, run, note, output)) {
      return time_of(plan, run, static_cast<std::uint32_t>(note.a), input);
    }
  }
  for (const model::Ledger::Shown& shown : run.ledger.shown_rows()) {
    if (shown.output == output) {
      return time_of(plan, run, shown.item, input);
    }
  }
  return std::nullopt;
}

bool is_about(const model::Plan& plan, const Simulated& run, const sim::Note& note,
              std::uint32_t output) {
  const NoteKind kind = kind_of(note);
  if (kind != NoteKind::kDecision && kind != NoteKind::kWritten) {
    return false;
  }
  const std::uint32_t inputs = plan.job().sink_inputs;
  const auto item = static_cast<std::uint32_t>(note.a);
  return run.world.rows().subject_of(item) == output / inputs &&
         is_about_input(plan, note, output % inputs);
}

}  // namespace scenarios
