// One gate subtask: its copy of the ConfigMap (p2:G1 to G4), its hand-over-done gauge (p2:R4.1),
// and what both gates together do with one record.
#include <rapidcheck.h>

#include <catch2/catch.hpp>
#include <cstdint>
#include <vector>

#include "model/gate.hpp"
#include "model/gate_rules.hpp"
#include "tests/support/gate_bench.hpp"

namespace {

using namespace gate_bench;  // NOLINT(google-build-using-namespace): the vocabulary of these tests

}  // namespace

// --- The ConfigMap as the gate sees it -----------------------------------------------------------

TEST_CASE("a gate is active if its color is the active one (p2:G1)") {
  CHECK(active(transition()).gate.is_active());
  CHECK_FALSE(standby(transition()).gate.is_active());
}

TEST_CASE("the toggle of a first deployment is 0 whatever is stored (p2:G2)") {
  const ConfigMap map = as_first(with_toggle(transition(), 5'000));
  CHECK(map.effective_toggle() == at(0));
  CHECK(as_first(transition()).has_effective_toggle());
  CHECK_FALSE(transition().has_effective_toggle());
  CHECK(with_toggle(transition(), -7).effective_toggle() == at(-7));
}

TEST_CASE(
    "a delivered version replaces the local copy even if it is older than the own write (p2:G3)") {
  Bench bench = standby(waiting(transition()));
  bench.watermark(4'000).record(1);
  bench.pass(500).record(1);
  REQUIRE(bench.gate.context.has_toggle);
  bench.deliver(waiting(transition()));
  CHECK_FALSE(bench.gate.context.has_toggle);
  CHECK(bench.record(9'000).emit);
}

TEST_CASE("a gate that opens again has forgotten everything (p2:G4)") {
  Bench bench = standby(with_toggle(transition(), 5'000));
  bench.watermark(5'001).record(1);
  const model::GateOpening again{Color::kBlue, model::SubtaskIndex{0}, 777, Due{90}};
  const Gate gate = model::open_gate(again, transition(), kR5);
  CHECK(gate.watermark == model::kNoWatermark);
  CHECK(gate.window_opened.is_never());
  CHECK_FALSE(gate.teardown_asked);
  CHECK_FALSE(model::handover_done(gate, Due{1'000'000}));
}

TEST_CASE("r1 fails to compare an unchanged version while it knows no toggle (p2:R1.3)") {
  Bench bench = standby(transition(), model::gate_rules_r1());
  const Gate before = bench.gate;
  ConfigMap not_set = transition();
  not_set.watermark_stage = WatermarkStage::kNotSet;
  for (const ConfigMap& same : {transition(), not_set}) {
    CHECK(model::on_config_map(bench.gate, same, Due{1}, bench.rules) == GateError::kException);
  }
  CHECK(bench.gate == before);
  bench.deliver(with_toggle(transition(), 5'000)).deliver(transition());
}

// --- The hand-over-done gauge (p2:R4.1) ----------------------------------------------------------

TEST_CASE("the gauge is done once a standby drops a record past the toggle (p2:R4.1)") {
  Bench bench = standby(with_toggle(transition(), 5'000));
  bench.watermark(5'001);
  CHECK_FALSE(bench.is_done());
  bench.record(1);
  CHECK(bench.is_done());
}

TEST_CASE(
    "the gauge is done 30 s after the toggle became known or the last standby record (p2:R4.1)") {
  Bench bench = standby(transition());
  CHECK_FALSE(bench.pass(100'000).is_done());
  bench.deliver(with_toggle(transition(), 5'000));
  CHECK_FALSE(bench.pass(29'999).is_done());
  bench.record(1);
  CHECK_FALSE(bench.pass(29'999).is_done());
  CHECK(bench.pass(1).is_done());
}

TEST_CASE("records of an active gate do not restart the 30 s (p2:R4.1)") {
  Bench bench = active(with_toggle(transition(), 5'000));
  bench.pass(29'999).record(1);
  CHECK(bench.pass(1).is_done());
}

TEST_CASE("only a delivered version without toggle resets the gauge (p2:R4.1)") {
  Bench bench = standby(with_toggle(transition(), 5'000));
  bench.watermark(5'001).record(1);
  CHECK(bench.deliver(with_toggle(transition(), 9'000)).is_done());
  CHECK_FALSE(bench.deliver(transition()).is_done());
}

TEST_CASE("an abort keeps the gauge (p2:R4.1)") {
  Bench bench = standby(with_toggle(transition(), 5'000));
  bench.watermark(5'001).record(1);
  ConfigMap aborted = as_first(with_stage(transition(), Stage::kFailing));
  aborted.active = Color::kBlue;
  CHECK(bench.deliver(aborted).is_done());
}

// --- Properties ----------------------------------------------------------------------------------

namespace {

// Small numbers around the toggle, where everything happens.
rc::Gen<std::int64_t> near(std::int64_t toggle) { return rc::gen::inRange(toggle - 4, toggle + 5); }

void check_property(bool holds) { CHECK(holds); }

}  // namespace

TEST_CASE(
    "until either watermark passes the toggle each record is written by exactly one side (p2:R3.4 "
    "R3.5)") {
  check_property(rc::check([] {
    const std::int64_t toggle = *rc::gen::inRange<std::int64_t>(-3, 10'000);
    const ConfigMap map = with_toggle(transition(), toggle);
    const std::int64_t ts = *near(toggle);
    const GateRules rules = *rc::gen::element(model::gate_rules_r3(), model::gate_rules_r5());
    const auto emits = [&](Color color) {
      const std::int64_t wm = toggle - *rc::gen::inRange<std::int64_t>(0, 5);
      return Bench{color, map, rules}.watermark(wm).record(ts).emit;
    };
    RC_ASSERT(emits(Color::kBlue) != emits(Color::kGreen));
  }));
}

TEST_CASE(
    "whatever the watermarks are only a late record is written twice or dropped twice (p2:R3.4 "
    "R3.5)") {
  check_property(rc::check([] {
    const ConfigMap map = with_toggle(transition(), 5'000);
    const std::int64_t ts = *near(5'000);
    const std::int64_t blue_wm = *near(5'000);
    const std::int64_t green_wm = *near(5'000);
    const bool blue = standby(map).watermark(blue_wm).record(ts).emit;
    const bool green = active(map).watermark(green_wm).record(ts).emit;
    const bool is_late = ts <= (blue ? green_wm : blue_wm);
    RC_ASSERT(blue != green || is_late);
  }));
}

TEST_CASE("a record that is not due for a write leaves the API server alone (p2:R2.1)") {
  check_property(rc::check([] {
    const GateRules rules = *rc::gen::element(model::gate_rules_r2(), model::gate_rules_r4(), kR5);
    Bench bench{*rc::gen::element(Color::kBlue, Color::kGreen), waiting(transition()), rules};
    bench.watermark(*rc::gen::inRange<std::int64_t>(-2, 5'000));
    for (const std::uint32_t pause : *rc::gen::container<std::vector<std::uint32_t>>(
             4, rc::gen::inRange<std::uint32_t>(0, 125))) {
      RC_ASSERT(bench.pass(pause).record(1).write == GateWrite::kNone);
    }
    RC_ASSERT(bench.server.writes.empty());
  }));
}
