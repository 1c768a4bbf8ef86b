// What an explorer needs of a model: one worker's hands on it.
//
// A worker holds one state, *here*, and makes the states that follow from it, one at a time:
// *next*. Each thread of a search has a worker of its own; all of them do the same to the same
// states. States travel between workers as packed bytes, which only the model reads. Two states are
// one if their canonical hashes are equal; equal hashes mean equal futures. Errors: sim::Bug for
// ours, anything else that a step throws ends the search as it is.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sim/agenda.hpp"
#include "sim/choice.hpp"
#include "sim/hash.hpp"

namespace sim {

// Something that can happen next: an event, or that time goes on.
struct Move {
  Slot slot{};

  static constexpr Move time_passes() { return Move{Slot{UINT32_MAX}}; }
  [[nodiscard]] constexpr bool is_time() const { return slot == Slot{UINT32_MAX}; }
  friend constexpr bool operator==(Move, Move) = default;
};

// What there is to say about a state: bits whose meaning is the model's. A search counts the states
// that show a signal and keeps the first one.
using Signals = std::uint64_t;
// The one signal an explorer understands: something that must end has not ended here. A cycle of
// such states, under fairness, is a run that never gets on.
constexpr Signals kPending = Signals{1} << 63;

template <class W>
concept Explorable = requires(W& worker, const W& seen, std::span<const std::byte> packed,
                              std::vector<std::byte>& bytes, std::vector<Move>& moves, Move move,
                              ChoiceSource& choices, ChoiceId choice) {
  worker.begin();              // next := the initial state
  worker.restore(packed);      // here := what was packed
  worker.moves(moves);         // of here, appended in a fixed order; none: the run ends here
  worker.step(move, choices);  // next := what the move makes of here; here stays
  { seen.hash() } -> std::same_as<Hash128>;       // of next, canonical
  { worker.signals() } -> std::same_as<Signals>;  // of next
  worker.pack(bytes);                             // next, appended
  // Whether a run that takes this choice for ever has to take each of its alternatives for ever.
  { seen.is_fair(choice) } -> std::same_as<bool>;
};

// A worker that can also pack a state as what tells it apart from another one, its base, which is
// given as what `pack(bytes)` made of it: states of one level have most in common.
template <class W>
concept PacksDifferences = Explorable<W> &&
    requires(W& worker, std::span<const std::byte> packed, std::span<const std::byte> base,
             std::vector<std::byte>& bytes) {
  worker.restore(packed, base);
  worker.pack(bytes, base);
};

// A worker that can also make *next* out of *here* itself, instead of a copy of it.
template <class W>
concept StepsAway = Explorable<W> && requires(W& worker, Move move, ChoiceSource& choices) {
  worker.step_away(move, choices);  // next := what the move makes of here; here is used up
};

// An empty base: packed whole, as by every worker that cannot do otherwise.
template <Explorable W>
void restore_from(W& worker, std::span<const std::byte> packed, std::span<const std::byte> base) {
  if constexpr (PacksDifferences<W>) {
    if (!base.empty()) {
      worker.restore(packed, base);
      return;
    }
  }
  worker.restore(packed);
}
template <Explorable W>
void pack_against(W& worker, std::vector<std::byte>& bytes, std::span<const std::byte> base) {
  if constexpr (PacksDifferences<W>) {
    if (!base.empty()) {
      worker.pack(bytes, base);
      return;
    }
  }
  worker.pack(bytes);
}

}  // namespace sim
