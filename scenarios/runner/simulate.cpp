#include "scenarios/runner/simulate.hpp"

#include <memory>
#include <variant>

#include "model/system.hpp"
#include "sim/choice_seeded.hpp"

namespace scenarios {

namespace {

// Counts as it goes, so that a run that stops in the middle still knows how far it came.
class Counted {
 public:
  Counted(model::System& system, sim::RunEnd& end) : system_(system), end_(end) {}

  void on_event(sim::Slot slot, sim::Due now) {
    ++end_.events;
    end_.at = now;
    system_.on_event(slot, now);
  }
  [[nodiscard]] sim::Due settles_at() { return system_.settles_at(); }

 private:
  model::System& system_;
  sim::RunEnd& end_;
};

void carry_out(const model::Plan& plan, sim::ChoiceSource& choices, const sim::Budget& budget,
               Simulated& run) {
  sim::Agenda agenda{plan.slots().size()};
  model::System system{plan, run.world, agenda, choices, run.ledger, run.chronicle, run.trace};
  system.start();
  Counted counted{system, run.end};
  try {
    run.end = sim::run(counted, agenda, budget);
    if (run.end.because == sim::Ending::kSettled && !plan.job().keyed.empty()) {
      const std::uint64_t before = run.end.events;
      system.close_inputs(run.end.at);
      run.end = sim::run(counted, agenda, sim::Budget{budget.events - before, budget.horizon});
      run.end.events += before;
    }
  } catch (const model::WorldTooLarge&) {
    run.end.because = sim::Ending::kBudget;
  }
}

void carry_out(const model::Plan& plan, const Decisions& decisions, sim::ChoiceSource& source,
               const sim::Budget& budget, Recording recording, Simulated& run) {
  const std::unique_ptr<sim::ChoiceSource> wrapped =
      decisions.wrap != nullptr ? (*decisions.wrap)(source) : nullptr;
  sim::ChoiceSource& choices = wrapped ? *wrapped : source;
  if (recording == Recording::kOff) {
    carry_out(plan, choices, budget, run);
    return;
  }
  run.trace.keep();
  sim::RecordingChoices recorder{choices};
  carry_out(plan, recorder, budget, run);
  run.taken = recorder.taken();
}

}  // namespace

Simulated simulate(const model::Plan& plan, const Decisions& decisions, const sim::Budget& budget,
                   Recording recording) {
  Simulated run{plan};
  if (const auto* seed = std::get_if<Decisions::Seed>(&decisions.from)) {
    sim::SeededChoices choices{seed->value, plan.slot_names()};
    carry_out(plan, decisions, choices, budget, recording, run);
  } else if (const auto* layers = std::get_if<Decisions::Layers>(&decisions.from)) {
    sim::LayeredChoices choices{*layers, plan.slot_names()};
    carry_out(plan, decisions, choices, budget, recording, run);
  } else {
    sim::GivenChoices choices{std::get<Decisions::List>(decisions.from), plan.slot_names()};
    carry_out(plan, decisions, choices, budget, recording, run);
    run.misfit = choices.misfit();
    run.unasked = choices.unasked();
    run.asked = choices.asked();
  }
  return run;
}

}  // namespace scenarios
