#include "scenarios/runner/simulate.hpp"

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

}  // namespace

Simulated simulate(const model::Plan& plan, std::uint64_t seed, const sim::Budget& budget,
                   Recording recording) {
  Simulated run{plan};
  if (recording == Recording::kOn) {
    run.trace.keep();
  }
  sim::Agenda agenda{plan.slots().size()};
  sim::SeededChoices choices{seed, plan.slot_names()};
  model::System system{plan, run.world, agenda, choices, run.ledger, run.chronicle, run.trace};
  system.start();
  Counted counted{system, run.end};
  try {
    run.end = sim::run(counted, agenda, budget);
  } catch (const model::WorldTooLarge&) {
    run.end.because = sim::Ending::kBudget;
  }
  return run;
}

}  // namespace scenarios
