// The model as something to explore: one worker's hands on the states of a scenario.
//
// A state is a world with its observers, an instant, and whether the run has ended there. The
// verdicts on an ended run are those of `run` (runner/judge); what no continuation can take back is
// seen at once. Satisfies sim::PacksDifferences and sim::StepsAway. Errors: model::WorldTooLarge,
// sim::Bug.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "model/canonical.hpp"
#include "model/exploration.hpp"
#include "model/plan.hpp"
#include "model/system.hpp"
#include "scenarios/runner/simulate.hpp"
#include "scenarios/scenario.hpp"
#include "sim/explorable.hpp"

namespace scenarios {

// What the signals of a state say. Those of a property: its number added to the first one.
constexpr unsigned kSignalRefuted = 0;  // also of states before the end, where nothing can mend it
constexpr unsigned kSignalHolds = 16;   // the run ended there, and exercised it
constexpr unsigned kSignalUnknown = 32;
constexpr unsigned kSignalEnded = 48;
constexpr unsigned kSignalMissed = 49;  // ended without one of the scenario's milestones
constexpr sim::Signals signal(unsigned number) { return sim::Signals{1} << number; }
constexpr sim::Signals signal(unsigned first, model::Property property) {
  return signal(first + static_cast<unsigned>(model::index_of(property)));
}

// What an exploration leaves out, each to be switched off alone.
struct Reductions {
  bool canonical = true;      // model::CanonicalForm
  bool symmetry = true;       // model::Lanes
  bool partial_order = true;  // model::Exploration::PartialOrder
};

// A decision that is asked of nobody in particular: passes it on to whoever explores.
class RelayedChoices final : public sim::ChoiceSource {
 public:
  std::uint32_t choose(sim::ChoiceId what, std::uint64_t occurrence, std::uint32_t count) override {
    return to_->choose(what, occurrence, count);
  }
  void relay_to(sim::ChoiceSource& to) { to_ = &to; }

 private:
  sim::ChoiceSource* to_ = nullptr;
};

class ExploredRun {
 public:
  // REQUIRES: both outlive it. `draws`, if there is one, is told of the steps.
  ExploredRun(const Scenario& scenario, const model::Plan& plan, const Reductions& reductions,
              model::DrawLog* draws = nullptr);
  ExploredRun(const ExploredRun&) = delete;
  ExploredRun& operator=(const ExploredRun&) = delete;
  ExploredRun(ExploredRun&&) = delete;
  ExploredRun& operator=(ExploredRun&&) = delete;
  ~ExploredRun() = default;

  void begin();
  void restore(std::span<const std::byte> packed);
  void restore(std::span<const std::byte> packed, std::span<const std::byte> base);
  void moves(std::vector<sim::Move>& moves);
  void step(sim::Move move, sim::ChoiceSource& choices);
  void step_away(sim::Move move, sim::ChoiceSource& choices);
  [[nodiscard]] sim::Hash128 hash() const { return hash(form_); }
  [[nodiscard]] sim::Hash128 hash(model::CanonicalForm& form) const;  // by another one
  sim::Signals signals();
  void pack(std::vector<std::byte>& bytes) const;
  void pack(std::vector<std::byte>& bytes, std::span<const std::byte> base) const;
  // The echo of a write comes back in time or it does not (p2:K15): none of it for ever.
  [[nodiscard]] static bool is_fair(sim::ChoiceId choice) {
    return choice.kind == static_cast<std::uint16_t>(model::ChoiceKind::kEcho);
  }

  // The instant of `next`, and whether the run has ended there.
  [[nodiscard]] sim::Due now() const { return next_->now; }
  [[nodiscard]] bool has_ended() const { return next_->has_ended; }
  [[nodiscard]] model::World& world() { return next_->run.world; }
  // `here` becomes what `next` is.
  void advance();

 private:
  struct State {
    State(const model::Plan& plan, sim::ChoiceSource& choices, model::DrawLog* draws)
        : run(plan), system(plan, run.world, choices, run.ledger, run.chronicle, draws) {}

    void take(const State& from);
    template <class Archive>
    void archive(Archive& a) {
      a(now);
      a(has_ended);
      run.world.archive(a);
      run.ledger.archive(a);
      run.chronicle.archive(a);
    }

    Simulated run;
    model::System system;
    sim::Due now;
    bool has_ended = false;
  };

  void look_here();
  void go_on(sim::Move move, sim::ChoiceSource& choices);  // of next
  [[nodiscard]] sim::Signals judged();
  void write_raw() const;  // next

  const Scenario& scenario_;
  const model::Plan& plan_;
  model::Exploration exploration_;
  mutable model::CanonicalForm form_;
  RelayedChoices choices_;
  State one_;
  State another_;
  State* here_ = &one_;
  State* next_ = &another_;
  model::Pending pending_;
  bool looked_here_ = false;            // pending_ is of here
  mutable std::vector<std::byte> raw_;  // a state
};

}  // namespace scenarios
