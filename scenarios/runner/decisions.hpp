// Where the decisions of a run come from: a seed, layers of draws, or a list by name.
//
// A value, so that a run and its references, which are runs of other plans, can be given the same
// one. Errors: none; what of a list does not fit a plan is found when it is played.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <variant>
#include <vector>

#include "scenarios/scenario.hpp"
#include "sim/choice.hpp"
#include "sim/choice_given.hpp"
#include "sim/choice_layered.hpp"

namespace scenarios {

struct RunSeed {
  std::uint64_t value = 1;
};

struct Decisions {
  using Seed = RunSeed;
  using Layers = std::span<const sim::DrawLayer>;
  using List = std::span<const sim::GivenChoice>;

  std::variant<Seed, Layers, List> from;
  // Puts another source in front of the one above; for tests that make runs go wrong.
  using Wrap = std::function<std::unique_ptr<sim::ChoiceSource>(sim::ChoiceSource&)>;
  const Wrap* wrap = nullptr;
};

// Names and their hashes: the list of a counterexample as choices.
std::vector<sim::GivenChoice> given(const std::vector<NamedChoice>& choices);
// And back. Entries whose actor the plan does not know are left out.
std::vector<NamedChoice> named(std::span<const sim::GivenChoice> choices, const model::Plan& plan);

}  // namespace scenarios
