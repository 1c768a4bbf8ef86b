// Choices drawn in layers: how a search varies runs.
//
// A layer draws as SeededChoices does, in a style of its own, and covers all names or some of them;
// of several layers that cover a name the last one answers. So a run is a short list of numbers,
// and a variation of it is one layer more. Pure functions of (layers, name, occurrence).
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "sim/choice.hpp"
#include "sim/random.hpp"

namespace sim {

enum class DrawStyle : std::uint8_t {
  kUniform,     // every alternative alike
  kSwarm,       // per kind and actor, for the whole run: always 0, always the last, or uniform
  kExtremes,    // either 0 or the last alternative, mostly 0
  kPriorities,  // per actor one rank for the whole run, changed at few points (PCT)
};

struct DrawLayer {
  std::uint64_t seed = 1;
  DrawStyle style = DrawStyle::kUniform;
  std::uint8_t share = kEverything;  // sixteenths of all (kind, actor) that it covers
  std::uint32_t kinds = kAllKinds;   // a bit for each kind that it covers, modulo 32

  static constexpr std::uint8_t kEverything = 16;
  static constexpr std::uint32_t kAllKinds = UINT32_MAX;

  [[nodiscard]] constexpr bool covers(std::uint16_t kind, std::uint64_t name) const {
    return (kinds >> (kind % 32U) & 1U) != 0 && draw(seed, name, 1) % kEverything < share;
  }
  friend constexpr bool operator==(const DrawLayer&, const DrawLayer&) = default;
};

// What a layer answers. `name` is the hash of kind and actor. REQUIRES: count >= 1.
constexpr std::uint32_t drawn(const DrawLayer& layer, std::uint64_t name, std::uint64_t occurrence,
                              std::uint32_t count) {
  const std::uint64_t seed = mix64(layer.seed + kGoldenGamma);
  const std::uint64_t habit = draw(seed ^ 0x5157'4152'4DU, name, 0);  // of the whole run
  const std::uint64_t here = draw(seed, name, occurrence);
  switch (layer.style) {
    case DrawStyle::kUniform: break;
    case DrawStyle::kSwarm:
      if (habit % 4 == 0) {
        return 0;
      }
      if (habit % 4 == 1) {
        return count - 1;
      }
      break;
    case DrawStyle::kExtremes: return here % 8 == 0 ? count - 1 : 0;
    case DrawStyle::kPriorities:
      // One in 64 occurrences breaks the habit.
      return below(here % 64 == 0 ? here : habit, count);
  }
  return below(here, count);
}

class LayeredChoices final : public ChoiceSource {
 public:
  // The first layer must cover everything. Both must outlive this object; actors past the end of
  // `actor_names` name themselves.
  LayeredChoices(std::span<const DrawLayer> layers, std::span<const std::uint64_t> actor_names)
      : layers_(layers), actor_names_(actor_names) {}

  std::uint32_t choose(ChoiceId what, std::uint64_t occurrence, std::uint32_t count) override {
    const std::uint64_t actor =
        what.actor < actor_names_.size() ? actor_names_[what.actor] : mix64(what.actor);
    const std::uint64_t name =
        actor ^ (static_cast<std::uint64_t>(what.kind) * 0xD6E8FEB86659FD93U);
    std::size_t last = layers_.size() - 1;
    while (last > 0 && !layers_[last].covers(what.kind, name)) {
      --last;
    }
    return drawn(layers_[last], name, occurrence, count);
  }

 private:
  std::span<const DrawLayer> layers_;
  std::span<const std::uint64_t> actor_names_;
};

}  // namespace sim
