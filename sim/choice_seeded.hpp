// Choices drawn from a seed: simulation.
//
// A draw is a pure function of (seed, choice name, occurrence). The name is the kind and the *hash
// of the actor's name*, not its position, so that adding or removing another actor moves no draw.
#pragma once

#include <span>

#include "sim/choice.hpp"
#include "sim/random.hpp"

namespace sim {

class SeededChoices final : public ChoiceSource {
 public:
  // `actor_names[a]` is the name hash of actor a; it must outlive this object. Actors past its end
  // name themselves.
  SeededChoices(std::uint64_t seed, std::span<const std::uint64_t> actor_names)
      : seed_(mix64(seed + kGoldenGamma)), actor_names_(actor_names) {}

  std::uint32_t choose(ChoiceId what, std::uint64_t occurrence, std::uint32_t count) override {
    const std::uint64_t actor =
        what.actor < actor_names_.size() ? actor_names_[what.actor] : mix64(what.actor);
    const std::uint64_t name =
        actor ^ (static_cast<std::uint64_t>(what.kind) * 0xD6E8FEB86659FD93U);
    return below(draw(seed_, name, occurrence), count);
  }

 private:
  std::uint64_t seed_;
  std::span<const std::uint64_t> actor_names_;
};

}  // namespace sim
