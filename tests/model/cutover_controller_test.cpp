// The controller of cutover-1, rule by rule (docs/cutover-protocols.md), against an API server that
// only takes notes.
#include <catch2/catch.hpp>
#include <string>

#include "tests/support/controller_rig.hpp"

namespace {

using namespace controller_rig;  // NOLINT(google-build-using-namespace): as one vocabulary
using model::EventTime;
using model::WatermarkStage;

enum class Toggle { kNone, kProposed, kInForce };

// Green is ready, and the ConfigMap on the API server is like this.
Rig handing_over(Toggle toggle) {
  Rig rig = Rig::handing_over(Stage::kTransitioning, "cutover-1");
  model::ConfigMap& live = rig.api.live.content;
  live.exists = true;
  live.active = Color::kGreen;
  live.stage = Stage::kTransitioning;
  live.round = 3;
  if (toggle != Toggle::kNone) {
    live.has_toggle = true;
    live.toggle = EventTime{sim::milliseconds{5'000}};
    live.watermark_stage =
        toggle == Toggle::kProposed ? WatermarkStage::kProposed : WatermarkStage::kSet;
  }
  return rig;
}

}  // namespace

TEST_CASE("a proposal is put in force once all gates of both jobs acknowledged it (cutover:N4)") {
  Rig rig = handing_over(Toggle::kProposed);
  CHECK(rig.pass(5'000).row == ControllerRow::kN4Wait);
  CHECK(rig.api.said.empty());
  rig.api.live.is_acknowledged = true;
  CHECK(rig.pass(5'000).row == ControllerRow::kN4InForce);
  CHECK(rig.api.said == "T=5000");
  rig.api.conflicts_in_force = true;
  CHECK(rig.pass(5'000).failed);
}

TEST_CASE("without a proposal nothing is put in force (cutover:N4)") {
  Rig rig = handing_over(Toggle::kNone);
  rig.api.live.is_acknowledged = true;
  CHECK(rig.pass(5'000).row == ControllerRow::kN4Wait);
  CHECK(rig.api.said.empty());
}

TEST_CASE("the decision rests on the API server and not on the cache (cutover:N4)") {
  Rig rig = handing_over(Toggle::kInForce);
  CHECK_FALSE(rig.view.map.has_toggle);
  CHECK(rig.pass(5'000).row == ControllerRow::kN6Wait);
}

TEST_CASE("the outgoing job goes once all gates of both jobs have passed (cutover:N6)") {
  Rig rig = handing_over(Toggle::kInForce);
  rig.api.live.has_passed = {true, false};
  CHECK(rig.pass(5'000).row == ControllerRow::kN6Wait);
  rig.api.live.has_passed = {false, true};
  CHECK(rig.pass(5'000).row == ControllerRow::kN6Wait);
  rig.api.live.has_passed = {true, true};
  CHECK(rig.pass(5'000).row == ControllerRow::kT7);
  CHECK(rig.api.said.empty());
  CHECK(rig.pass(6'001).row == ControllerRow::kR43Stop);
  CHECK(rig.api.said == "suspend blue");
}

TEST_CASE("before it is in force a transition is aborted at its deadline (cutover:N7)") {
  for (const Toggle toggle : {Toggle::kNone, Toggle::kProposed}) {
    Rig rig = handing_over(toggle);
    CHECK(rig.pass(60'000).row == ControllerRow::kN4Wait);
    const model::Pass pass = rig.pass(60'001);
    CHECK(pass.row == ControllerRow::kR37Abort);
    CHECK(pass.aborted);
    CHECK(rig.api.said == "suspend green, stage FAILING, map blue first FAILING");
  }
}

TEST_CASE("once it is in force no deadline aborts a transition (cutover:N7)") {
  Rig rig = handing_over(Toggle::kInForce);
  CHECK(rig.pass(60'001).row == ControllerRow::kN6Wait);
  rig.view.child(Color::kGreen) = unready_child(2);
  const model::Pass pass = rig.pass(60'001);
  CHECK(pass.row == ControllerRow::kN7NoAbort);
  CHECK_FALSE(pass.aborted);
  CHECK(pass.again_ms == 500);
  CHECK(rig.api.said.empty());
}

TEST_CASE("a patch in mid-transition keeps a toggle that is in force (cutover:N7)") {
  Rig rig = handing_over(Toggle::kInForce);
  rig.api.live.content.deletion_delay = {sim::milliseconds{77}};
  rig.view.spec = 3;
  CHECK(rig.pass(5'000).row == ControllerRow::kT2);
  CHECK(rig.api.map.has_toggle_in_force());
  CHECK(rig.api.map.toggle == rig.api.live.content.toggle);
  CHECK(rig.api.map.deletion_delay.value.count() == 77);
  CHECK(rig.api.map.round == 3);
}

TEST_CASE("a patch in mid-transition drops a mere proposal but not its round (cutover:N1)") {
  Rig rig = handing_over(Toggle::kProposed);
  rig.view.spec = 3;
  CHECK(rig.pass(5'000).row == ControllerRow::kT2);
  CHECK_FALSE(rig.api.map.has_toggle);
  CHECK(rig.api.map.round == 3);
}

TEST_CASE("a new transition has no toggle and goes on counting rounds (cutover:N1)") {
  Rig rig = Rig::changed("cutover-1");
  rig.status.savepoint_trigger = 41;
  rig.api.live = handing_over(Toggle::kInForce).api.live;
  CHECK(rig.pass(2'000).row == ControllerRow::kA7);
  CHECK_FALSE(rig.api.map.has_toggle);
  CHECK(rig.api.map.round == 3);
}

TEST_CASE("a transition whose outgoing child is gone is finalized again (cutover:N7)") {
  Rig rig = handing_over(Toggle::kInForce);
  rig.view.child(Color::kBlue) = Child{};
  CHECK(rig.pass(5'000).row == ControllerRow::kT6);
  CHECK(rig.api.said == "stage RUNNING");
  CHECK(rig.status.state == BlueGreenState::kActiveGreen);
}

TEST_CASE("the incoming job waits for a checkpoint after the savepoint (cutover:N9)") {
  Rig rig = Rig::changed("cutover-1");
  CHECK(rig.pass(100).row == ControllerRow::kA5);
  rig.api.superseded = false;
  CHECK(rig.pass(1'000).row == ControllerRow::kP1);
  rig.api.savepoint = model::ClusterApi::SavepointState::kFailed;
  CHECK(rig.pass(1'000).row == ControllerRow::kP2);
}
