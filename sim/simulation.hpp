// The loop: take the next event, advance the clock, let the model carry it out; stop at a budget or
// when it has settled.
//
// A model is anything with `void on_event(Slot, Due now)` that keeps the agenda up to date, and
// `Due settles_at() const`: from which instant on nothing that matters can happen any more (never()
// while it still can). A model that is too large for the caches may have `void prefetch(Slot)`: the
// event of that slot comes up soon.
#pragma once

#include <cstdint>
#include <optional>

#include "sim/agenda.hpp"
#include "sim/time.hpp"

namespace sim {

struct Budget {
  std::uint64_t events = 5'000'000;
  Due horizon{7'200'000};  // no event later than this is carried out
};

enum class Ending {
  kSettled,  // the model said so, or nothing is pending any more
  kHorizon,  // the next event lies past the horizon
  kBudget,   // the number of events is used up
};

struct RunEnd {
  Ending because = Ending::kSettled;
  Due at;
  std::uint64_t events = 0;  // taken from the agenda
};

template <class Model>
RunEnd run(Model& model, Agenda& agenda, const Budget& budget) {
  RunEnd end;
  for (;;) {
    const Due next = agenda.next_due();
    const Due settled = model.settles_at();
    if (next > settled) {
      end.at = settled;
      return end;
    }
    if (next.is_never()) {
      return end;
    }
    if (next > budget.horizon) {
      end.because = Ending::kHorizon;
      end.at = budget.horizon;
      return end;
    }
    if (end.events == budget.events) {
      end.because = Ending::kBudget;
      return end;
    }
    Agenda::Entry entry;
    agenda.take(entry);
    if constexpr (requires(Slot slot) { model.prefetch(slot); }) {
      if (const std::optional<Slot> soon = agenda.soon()) {
        model.prefetch(*soon);
      }
    }
    ++end.events;
    end.at = entry.due;
    model.on_event(entry.slot, entry.due);
  }
}

}  // namespace sim
