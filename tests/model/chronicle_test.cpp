// What a run is judged by, kept as it goes (model/chronicle): which toggle gates act on.
#include <catch2/catch.hpp>

#include "model/chronicle.hpp"

namespace {

using model::BlueGreenState;
using model::Chronicle;
using model::EventTime;

constexpr EventTime kFirst{sim::milliseconds{1'000}};
constexpr EventTime kSecond{sim::milliseconds{9'000}};

sim::Due due(std::uint32_t ms) { return sim::Due{ms}; }

// Opens a transition, and ends it.
void begin(Chronicle& chronicle, std::uint32_t revision, std::uint32_t ms) {
  chronicle.change_requested(revision, due(ms));
  chronicle.state_changed(BlueGreenState::kActiveBlue, BlueGreenState::kTransitioningToGreen, false,
                          {0, 0}, revision, due(ms));
}
void end(Chronicle& chronicle, std::uint32_t revision, std::uint32_t ms) {
  chronicle.state_changed(BlueGreenState::kTransitioningToGreen, BlueGreenState::kActiveGreen,
                          false, {0, 0}, revision, due(ms));
}

TEST_CASE("gates that act on two toggles in one transition are counted") {
  Chronicle chronicle{3};
  begin(chronicle, 2, 10);
  chronicle.toggle_stored(kFirst, due(20));
  chronicle.acted_on(0, kFirst, due(30));
  chronicle.acted_on(1, kSecond, due(31));
  chronicle.acted_on(2, kFirst, due(32));
  CHECK(chronicle.transitions().back().acted_on == kFirst);
  CHECK(chronicle.transitions().back().other_toggles == 1);
}

TEST_CASE("the toggle of an earlier transition counts as none in the next one") {
  Chronicle chronicle{2};
  begin(chronicle, 2, 10);
  chronicle.toggle_stored(kFirst, due(20));
  chronicle.acted_on(0, kFirst, due(30));
  end(chronicle, 2, 40);
  begin(chronicle, 3, 50);
  chronicle.toggle_stored(kSecond, due(60));
  chronicle.acted_on(1, kFirst, due(61));
  CHECK_FALSE(chronicle.transitions().back().acted_on.has_value());
  chronicle.acted_on(0, kSecond, due(62));
  chronicle.acted_on(1, kFirst, due(63));
  CHECK(chronicle.transitions().back().acted_on == kSecond);
  CHECK(chronicle.transitions().back().other_toggles == 0);
  chronicle.acted_on(1, EventTime{sim::milliseconds{5'000}}, due(64));
  CHECK(chronicle.transitions().back().other_toggles == 1);
}

TEST_CASE("a toggle of the same value in the next transition is acted on") {
  Chronicle chronicle{1};
  begin(chronicle, 2, 10);
  chronicle.toggle_stored(kFirst, due(20));
  chronicle.acted_on(0, kFirst, due(30));
  end(chronicle, 2, 40);
  begin(chronicle, 3, 50);
  chronicle.toggle_stored(kFirst, due(60));
  chronicle.acted_on(0, kFirst, due(61));
  CHECK(chronicle.transitions().back().acted_on == kFirst);
}

}  // namespace
