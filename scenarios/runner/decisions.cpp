#include "scenarios/runner/decisions.hpp"

#include <algorithm>

#include "sim/random.hpp"

namespace scenarios {

std::vector<sim::GivenChoice> given(const std::vector<NamedChoice>& choices) {
  std::vector<sim::GivenChoice> list;
  list.reserve(choices.size());
  for (const NamedChoice& choice : choices) {
    list.push_back(sim::GivenChoice{static_cast<std::uint16_t>(choice.what),
                                    sim::name_hash(choice.who), choice.of, choice.is});
  }
  return list;
}

std::vector<NamedChoice> named(std::span<const sim::GivenChoice> choices, const model::Plan& plan) {
  std::vector<NamedChoice> list;
  const auto names = plan.slot_names();
  for (const sim::GivenChoice& choice : choices) {
    const auto actor = std::find(names.begin(), names.end(), choice.actor);
    if (actor != names.end()) {
      const auto slot = sim::Slot{static_cast<std::uint32_t>(actor - names.begin())};
      list.push_back(NamedChoice{static_cast<model::ChoiceKind>(choice.kind), plan.name_of(slot),
                                 choice.occurrence, choice.chosen});
    }
  }
  return list;
}

}  // namespace scenarios
