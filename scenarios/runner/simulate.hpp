// One simulated run of a plan, with everything that watched it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/chronicle.hpp"
#include "model/ledger.hpp"
#include "model/plan.hpp"
#include "model/world.hpp"
#include "scenarios/runner/decisions.hpp"
#include "sim/choice_recorded.hpp"
#include "sim/simulation.hpp"
#include "sim/trace.hpp"

namespace scenarios {

enum class Recording : std::uint8_t {
  kOff,
  kOn,  // all notes and all decisions
};

struct Simulated {
  explicit Simulated(const model::Plan& plan)
      : world(plan), ledger(plan), chronicle(plan.job().gates.size() * 2) {}

  model::World world;
  model::Ledger ledger;
  model::Chronicle chronicle;
  sim::Trace trace;
  sim::RunEnd end;
  std::vector<sim::TakenChoice> taken;  // if recorded
  // Of a list of decisions: the first whose answer was out of range, the first nobody asked for.
  std::optional<sim::GivenChoices::Misfit> misfit;
  std::optional<std::size_t> unasked;
  std::vector<bool> asked;
};

// REQUIRES: `plan` outlives what is returned.
Simulated simulate(const model::Plan& plan, const Decisions& decisions, const sim::Budget& budget,
                   Recording recording);

}  // namespace scenarios
