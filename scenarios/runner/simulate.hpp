// One simulated run of a plan, with everything that watched it.
#pragma once

#include <cstdint>
#include <string>

#include "model/chronicle.hpp"
#include "model/ledger.hpp"
#include "model/plan.hpp"
#include "model/world.hpp"
#include "sim/simulation.hpp"
#include "sim/trace.hpp"

namespace scenarios {

enum class Recording : std::uint8_t { kOff, kOn };

struct Simulated {
  explicit Simulated(const model::Plan& plan)
      : world(plan), ledger(plan), chronicle(plan.job().gates.size() * 2) {}

  model::World world;
  model::Ledger ledger;
  model::Chronicle chronicle;
  sim::Trace trace;
  sim::RunEnd end;
};

// REQUIRES: `plan` outlives what is returned.
Simulated simulate(const model::Plan& plan, std::uint64_t seed, const sim::Budget& budget,
                   Recording recording);

}  // namespace scenarios
