#include <catch2/catch.hpp>

#include <cstdint>
#include <vector>

#include "sim/simulation.hpp"

namespace {

using sim::Due;
using sim::Slot;

// Ticks every 10 ms, at most `ticks` times; settles when told.
class Clockwork {
 public:
  explicit Clockwork(std::uint32_t ticks) : left_(ticks) { schedule(Due{0}); }

  void on_event(Slot, Due now) {
    ticked.push_back(now.ms);
    --left_;
    schedule(now);
  }
  [[nodiscard]] Due settles_at() const { return settled; }

  sim::Agenda agenda{1};
  std::vector<std::uint32_t> ticked;
  Due settled = Due::never();

 private:
  void schedule(Due now) {
    if (left_ > 0) {
      agenda.set({now.after(10), 0, Slot{0}});
    }
  }
  std::uint32_t left_;
};

}  // namespace

TEST_CASE("a run that runs dry has settled at its last event") {
  Clockwork model{3};
  const sim::RunEnd end = sim::run(model, model.agenda, sim::Budget{});
  CHECK(end.because == sim::Ending::kSettled);
  CHECK(end.at == Due{30});
  CHECK(end.events == 3);
  CHECK(model.ticked == std::vector<std::uint32_t>{10, 20, 30});
}

TEST_CASE("a run without events has settled at once") {
  Clockwork model{0};
  const sim::RunEnd end = sim::run(model, model.agenda, sim::Budget{});
  CHECK(end.because == sim::Ending::kSettled);
  CHECK(end.at == Due{0});
  CHECK(end.events == 0);
}

TEST_CASE("a run ends when its model has settled and events due at that instant still happen") {
  Clockwork model{100};
  model.settled = Due{50};
  const sim::RunEnd end = sim::run(model, model.agenda, sim::Budget{});
  CHECK(end.because == sim::Ending::kSettled);
  CHECK(end.at == Due{50});
  CHECK(model.ticked.back() == 50);
}

TEST_CASE("a run ends at its budget of events and goes on from there if called again") {
  Clockwork model{10};
  const sim::RunEnd end = sim::run(model, model.agenda, sim::Budget{4, Due{1000}});
  CHECK(end.because == sim::Ending::kBudget);
  CHECK(end.events == 4);
  CHECK(end.at == Due{40});
  CHECK(sim::run(model, model.agenda, sim::Budget{}).events == 6);
}

TEST_CASE("a budget that is just enough is not used up") {
  Clockwork model{4};
  CHECK(sim::run(model, model.agenda, sim::Budget{4, Due{1000}}).because == sim::Ending::kSettled);
}

TEST_CASE("a run ends at its horizon and an event due there still happens") {
  Clockwork model{100};
  const sim::RunEnd at = sim::run(model, model.agenda, sim::Budget{1000, Due{40}});
  CHECK(at.because == sim::Ending::kHorizon);
  CHECK(at.at == Due{40});
  CHECK(model.ticked.back() == 40);
}
