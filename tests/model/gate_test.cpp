// One gate subtask, rule by rule: the table of r5 (phase2.md 5.1) and the writes. Each test opens a
// gate, feeds it and looks at its answers; what whole revisions do is held against recordings
// (gate_vectors_test.cpp).
#include "model/gate.hpp"

#include <catch2/catch.hpp>
#include <cstdint>
#include <optional>
#include <vector>

#include "model/gate_rules.hpp"
#include "tests/support/gate_bench.hpp"

namespace {

using namespace gate_bench;  // NOLINT(google-build-using-namespace): the vocabulary of these tests

}  // namespace

// --- The table of r5, row by row -----------------------------------------------------------------

TEST_CASE("an active gate of a first deployment writes every record (p2:R3.4)") {
  Bench bench = active(as_first(with_toggle(transition(), 5'000)));
  for (const std::int64_t ts : {-1, 0, 1, 4'999}) {
    const GateOutcome outcome = bench.record(ts);
    CHECK(outcome.emit);
    CHECK(outcome.rule == GateRule::kActiveFirst);
  }
  CHECK(bench.record(RecordTime::missing()).emit);
}

TEST_CASE("an active gate past the toggle writes every record and late ones too (p2:R3.4)") {
  Bench bench = active(with_toggle(transition(), 5'000));
  bench.watermark(5'001);
  CHECK(bench.record(1).emit);
  CHECK(bench.record(1).rule == GateRule::kActiveCrossed);
}

TEST_CASE("an active gate at the toggle still goes by timestamp (p2:R3.4)") {
  Bench bench = active(with_toggle(transition(), 5'000));
  bench.watermark(5'000);
  CHECK_FALSE(bench.record(4'999).emit);
  CHECK(bench.record(5'000).emit);
  CHECK(bench.record(5'000).rule == GateRule::kActiveByTimestamp);
}

TEST_CASE(
    "an active gate without toggle drops and asks for a write only while transitioning (p2:R1b "
    "R1c)") {
  for (const Stage stage : {Stage::kInitializing, Stage::kTransitioning, Stage::kClearToTeardown,
                            Stage::kRunning, Stage::kFailing}) {
    Bench bench = active(with_stage(transition(), stage));
    CHECK_FALSE(bench.record(1).emit);
    CHECK(bench.is_window_open() == (stage == Stage::kTransitioning));
  }
}

TEST_CASE(
    "a standby gate without toggle writes and asks for a write in any stage (p2:R1d p2:R2.1)") {
  for (const Stage stage : {Stage::kInitializing, Stage::kTransitioning, Stage::kClearToTeardown,
                            Stage::kRunning, Stage::kFailing}) {
    Bench bench = standby(with_stage(transition(), stage));
    CHECK(bench.record(1).emit);
    CHECK(bench.is_window_open());
  }
}

TEST_CASE("a standby gate not past the toggle writes what is before it (p2:R3.5)") {
  Bench bench = standby(with_toggle(transition(), 5'000));
  bench.watermark(5'000);
  CHECK(bench.record(4'999).emit);
  CHECK_FALSE(bench.record(5'000).emit);
  CHECK(bench.record(5'000).rule == GateRule::kStandbyBefore);
  CHECK_FALSE(bench.is_window_open());
}

TEST_CASE("a standby gate past the toggle drops and asks for teardown (p2:R3.5)") {
  Bench bench = standby(with_toggle(transition(), 5'000));
  bench.watermark(5'001);
  const GateOutcome outcome = bench.record(1);
  CHECK_FALSE(outcome.emit);
  CHECK(outcome.rule == GateRule::kStandbyCrossed);
  CHECK(bench.gate.teardown_asked);
  CHECK(bench.is_window_open());
}

TEST_CASE("a record without timestamp is older than any toggle from r3 on (p2:R3.6)") {
  CHECK_FALSE(active(with_toggle(transition(), 0)).record(RecordTime::missing()).emit);
  CHECK(standby(with_toggle(transition(), 0)).record(RecordTime::missing()).emit);
}

TEST_CASE(
    "a record without timestamp is an exception in r1 and r2 where it is compared (p2:R1.3)") {
  for (const GateRules& rules : {model::gate_rules_r1(), model::gate_rules_r2()}) {
    Bench compared = active(with_toggle(transition(), 5'000), rules);
    CHECK(compared.record(RecordTime::missing()).error == GateError::kException);
    Bench at_min = active(with_toggle(transition(), 5'000), rules);
    CHECK(at_min.record(RecordTime{}).error == GateError::kNone);
    Bench not_compared = standby(transition(), rules);
    CHECK(not_compared.record(RecordTime::missing()).emit);
  }
}

// --- Writes --------------------------------------------------------------------------------------

TEST_CASE(
    "the first record 500 ms after the opening performs the write before it is judged (p2:R2.1)") {
  Bench bench = standby(waiting(transition()));
  bench.watermark(4'000);
  CHECK(bench.record(4'200).emit);
  CHECK(bench.pass(499).record(4'200).write == GateWrite::kNone);
  const GateOutcome outcome = bench.pass(1).record(4'200);
  CHECK(outcome.write == GateWrite::kToggle);
  CHECK(outcome.wrote);
  CHECK_FALSE(outcome.emit);  // T is 4100 by now
  CHECK_FALSE(bench.is_window_open());
  CHECK(bench.server.writes ==
        std::vector{ConfigMapEntries{std::nullopt, WatermarkStage::kSet, at(4'100)}});
}

TEST_CASE("a gate without positive watermark proposes no toggle (p2:R3.1)") {
  for (const std::int64_t wm : {-5, 0}) {
    Bench bench = standby(waiting(transition()));
    bench.watermark(wm).record(1);
    bench.pass(500).record(1);
    CHECK(bench.server.writes.empty());
    CHECK(bench.gate.window_opened == bench.now);  // the next attempt is a whole window away
  }
}

TEST_CASE("a subtask adopts the stored toggle and not its proposal (p2:R3.2)") {
  Bench bench = standby(waiting(transition()));
  bench.watermark(4'000).record(1);
  bench.server.content = with_toggle(transition(), 7'000);
  const GateOutcome outcome = bench.pass(500).record(6'999);
  CHECK(outcome.emit);
  CHECK_FALSE(outcome.wrote);
  CHECK(bench.gate.context.effective_toggle() == at(7'000));
}

TEST_CASE("a write meant for another color is withheld and leaves the toggle unknown (p2:R3.2)") {
  Bench bench = standby(waiting(transition()));
  bench.watermark(4'000).record(1);
  bench.server.content.active = Color::kBlue;
  bench.pass(500).record(1);
  CHECK(bench.server.writes.empty());
  CHECK_FALSE(bench.gate.context.has_effective_toggle());
}

TEST_CASE("an explicit WATERMARK_NOT_SET blocks WAITING_FOR_WATERMARK (p2:R3.2)") {
  for (const WatermarkStage stage : {WatermarkStage::kAbsent, WatermarkStage::kNotSet}) {
    ConfigMap map = transition();
    map.watermark_stage = stage;
    Bench bench = active(map);
    bench.record(1);
    CHECK(bench.pass(500).record(1).wrote == (stage == WatermarkStage::kAbsent));
  }
}

TEST_CASE("ten conflicts in a row are an exception and nine are not (p2:R3.2)") {
  for (const std::uint32_t conflicts : {9U, 10U}) {
    Bench bench = active(transition());
    bench.record(1);
    bench.server.conflicts = conflicts;
    const GateOutcome outcome = bench.pass(500).record(1);
    CHECK(outcome.error == (conflicts < 10 ? GateError::kNone : GateError::kException));
    CHECK(outcome.wrote == (conflicts < 10));
  }
}

TEST_CASE(
    "only a standby writes the toggle and only an active one WAITING_FOR_WATERMARK (p2:R5.1)") {
  for (const bool by_side : {true, false}) {
    const GateRules rules = by_side ? kR5 : model::gate_rules_r4();
    Bench incoming = active(waiting(transition()), rules);
    incoming.watermark(4'000).record(1);
    incoming.pass(500).record(1);
    CHECK(incoming.server.content.has_toggle != by_side);

    Bench outgoing = standby(transition(), rules);
    outgoing.record(1);
    outgoing.pass(500).record(1);
    CHECK((outgoing.server.content.watermark_stage == WatermarkStage::kWaiting) != by_side);
  }
}

TEST_CASE("the mode that counts for a write is the one at the write (p2:R5.1)") {
  Bench bench = standby(transition());  // blue: asks as standby
  bench.record(1);
  ConfigMap swapped = transition();
  swapped.active = Color::kBlue;
  bench.deliver(swapped).pass(500);
  CHECK(bench.record(1).write == GateWrite::kWaiting);
}

TEST_CASE("a request for teardown outlives an abort and a new transition (p2:R2.2)") {
  Bench bench = standby(with_toggle(transition(), 5'000));
  bench.watermark(5'001).record(1);
  bench.deliver(transition()).pass(500);
  CHECK(bench.record(1).write == GateWrite::kTeardown);
  CHECK(bench.server.content.stage == Stage::kClearToTeardown);
}

TEST_CASE("only the subtask with index 1 writes in r1 and does so at once (p2:R1.2)") {
  for (const std::uint32_t subtask : {0U, 1U, 2U}) {
    Bench bench{Color::kGreen, transition(), model::gate_rules_r1(), subtask};
    CHECK(bench.record(1).wrote == (subtask == 1));
    CHECK_FALSE(bench.record(1).wrote);  // once per job run (p2:R1.1)
  }
}

TEST_CASE("a conflict leaves the gate of r1 as an exception (p2:R1.1)") {
  Bench bench{Color::kBlue, waiting(transition()), model::gate_rules_r1(), 1};
  bench.server.conflicts = 1;
  const GateOutcome outcome = bench.watermark(4'000).record(1);
  CHECK(outcome.emit);  // written before the toggle is
  CHECK(outcome.error == GateError::kConflict);
}

TEST_CASE("r2 puts its toggle over another one (p2:R2.3)") {
  Bench bench = standby(waiting(transition()), model::gate_rules_r2());
  bench.watermark(4'000).record(1);
  bench.server.content = with_toggle(transition(), 7'000);
  bench.pass(500).record(1);
  CHECK(bench.server.content.toggle == at(4'100));
}

TEST_CASE("without a watermark r1 and r2 go by the wall clock (phase2.md section 2)") {
  for (const GateRules& rules : {model::gate_rules_r1(), model::gate_rules_r2()}) {
    Bench bench = standby(with_toggle(transition(), kWallClockAtStart + 10), rules);
    CHECK(bench.pass(10).record(1).emit);
    CHECK_FALSE(bench.pass(1).record(1).emit);
  }
}
