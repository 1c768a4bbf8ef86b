// The controller row by row (operator.md section 3, phase2.md 1.2 and 1.3), against an API server
// that only takes notes.

#include "model/controller.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "tests/support/controller_rig.hpp"

namespace {

using namespace controller_rig;  // NOLINT(google-build-using-namespace): as one vocabulary

}  // namespace

TEST_CASE("the first pass writes a status and nothing else (op:3.2)") {
  Rig rig;
  rig.status = model::BlueGreenStatus{};
  const model::Pass pass = rig.pass(0);
  CHECK(pass.again_ms == 0);
  CHECK(rig.status.exists == 1);
  CHECK(rig.api.said.empty());
}

TEST_CASE(
    "the first deployment replaces the ConfigMap and then creates blue (op:I2 p2:K1 p2:K2 "
    "p2:K13)") {
  Rig rig;
  rig.status = model::BlueGreenStatus{};
  rig.status.exists = 1;
  rig.view.map = model::ConfigMap{};
  const model::Pass pass = rig.pass(100);
  CHECK(pass.row == ControllerRow::kI2);
  CHECK(rig.api.said ==
        "map blue first INITIALIZING, create blue");  // K3 is skipped: no ConfigMap in the cache
  CHECK(rig.api.map.deletion_delay.value.count() == 1000);
  CHECK(pass.again_ms == 500);
  CHECK(rig.status.state == BlueGreenState::kTransitioningToBlue);
  CHECK(rig.status.job == BlueGreenJobStatus::kReconciling);
  CHECK(rig.status.abort_at == Due{60'100});
  CHECK(rig.status.last_reconciled_spec == 1);
}

TEST_CASE("an unchanged spec asks for nothing (op:A1 op:I4)") {
  Rig rig = Rig::changed();
  rig.view.spec = 1;
  const model::Pass pass = rig.pass(100);
  CHECK(pass.row == ControllerRow::kA1);
  CHECK_FALSE(pass.again_ms.has_value());
  CHECK(rig.api.said.empty());
}

TEST_CASE("a stateful transition takes a savepoint first and does not stamp (op:A5 op:P1 op:P2)") {
  Rig rig = Rig::changed();
  model::Pass pass = rig.pass(100);
  CHECK(pass.row == ControllerRow::kA5);
  CHECK(rig.api.said == "savepoint blue");
  CHECK(rig.status.state == BlueGreenState::kSavepointingBlue);
  CHECK(rig.status.savepoint_trigger == 41);
  CHECK(rig.status.last_reconciled_spec == 1);
  rig.api.savepoint = model::ClusterApi::SavepointState::kPending;
  pass = rig.pass(600);
  CHECK(pass.row == ControllerRow::kP1);
  CHECK(pass.again_ms == 500);
  rig.api.savepoint = model::ClusterApi::SavepointState::kCompleted;
  pass = rig.pass(1100);
  CHECK(pass.row == ControllerRow::kP2);
  CHECK(pass.again_ms == 0);
  CHECK(rig.status.state == BlueGreenState::kActiveBlue);
  CHECK(rig.status.savepoint_trigger == 41);
}

TEST_CASE(
    "the transition stamps and replaces the ConfigMap and creates green from the savepoint (op:A7 "
    "p2:K1 K3)") {
  Rig rig = Rig::changed();
  rig.status.savepoint_trigger = 41;
  const model::Pass pass = rig.pass(2000);
  CHECK(pass.row == ControllerRow::kA7);
  CHECK(rig.api.said == "map green INITIALIZING, create green, stage INITIALIZING");
  CHECK(rig.api.created.initial_savepoint ==
        model::SavepointRef{Color::kBlue, model::SavepointRole::kTransition});
  CHECK(rig.api.created.spec == 2);
  CHECK(rig.status.state == BlueGreenState::kTransitioningToGreen);
  CHECK(rig.status.last_reconciled_spec == 2);
  CHECK(rig.status.abort_at == Due{62'000});
}

TEST_CASE("a stateless transition takes no savepoint (op:A7)") {
  Rig rig = Rig::changed("basic");
  rig.settings.base.upgrade_mode = model::UpgradeMode::kStateless;
  CHECK(rig.pass(100).row == ControllerRow::kA7);
  CHECK(rig.api.said == "create green");
  CHECK(rig.api.created.initial_savepoint.role == model::SavepointRole::kNone);
}

TEST_CASE("a missing child in the cache fails the pass (op:1.1 op:T3)") {
  Rig rig = Rig::handing_over(Stage::kInitializing);
  rig.view.child(Color::kGreen) = Child{};
  CHECK(rig.pass(100).failed);
  rig.view.child(Color::kBlue) = Child{};
  CHECK(rig.pass(100).failed);
  CHECK(rig.api.said.empty());
}

TEST_CASE(
    "a target that is not ready is waited for until the deadline has passed (op:T10 T11 T12 "
    "p2:K6)") {
  Rig rig = Rig::handing_over(Stage::kInitializing);
  rig.view.child(Color::kGreen) = unready_child(2);
  CHECK(rig.pass(60'000).row == ControllerRow::kT12);  // strict: at the deadline is not past it
  CHECK(rig.api.said.empty());
  const model::Pass pass = rig.pass(60'001);
  CHECK(pass.row == ControllerRow::kT11);
  CHECK(pass.aborted);
  CHECK_FALSE(pass.again_ms.has_value());
  CHECK(rig.api.said.empty() == false);
  rig = Rig::handing_over(Stage::kInitializing);
  rig.view.child(Color::kGreen) = unready_child(2);
  rig.status.abort_at = Due::never();
  CHECK(rig.pass(100).failed);
}

TEST_CASE(
    "an abort suspends the target and resets the ConfigMap in the order of p2:K13 (p2:R3.8 "
    "op:T11)") {
  Rig rig = Rig::handing_over(Stage::kInitializing);
  rig.view.child(Color::kGreen) = unready_child(2);
  rig.pass(60'001);
  CHECK(rig.api.said == "suspend green, stage FAILING, map blue first FAILING");
  CHECK(rig.status.state == BlueGreenState::kActiveBlue);
  CHECK(rig.status.job == BlueGreenJobStatus::kFailing);
  CHECK(rig.status.abort_at.is_never());
  CHECK(rig.status.ready_at.is_never());
  CHECK(rig.status.savepoint_trigger == 0);
  CHECK(rig.status.last_reconciled_spec == 2);  // keeps the aborted spec
}

TEST_CASE(
    "an abort whose suspend meets another version fails and changes the cached child all the same "
    "(op:W4 R14)") {
  Rig rig = Rig::handing_over(Stage::kInitializing);
  rig.view.child(Color::kGreen) = unready_child(2);
  rig.view.child(Color::kGreen).version = 6;
  CHECK(rig.pass(60'001).failed);
  CHECK(rig.view.child(Color::kGreen).is_suspended == 1);
  CHECK(rig.status.state == BlueGreenState::kTransitioningToGreen);
}

TEST_CASE("an aborted first deployment goes back to INITIALIZING_BLUE (op:T11)") {
  Rig rig = Rig::handing_over(Stage::kInitializing);
  rig.view.child(Color::kBlue) = unready_child(1);
  rig.view.child(Color::kGreen) = Child{};
  rig.status.state = BlueGreenState::kTransitioningToBlue;
  CHECK(rig.pass(60'001).aborted);
  CHECK(rig.status.state == BlueGreenState::kInitializingBlue);
}

TEST_CASE("r5 redeploys the survivor of an abort after the cutover point (p2:R4.4 p2:K13)") {
  Rig rig = Rig::handing_over(Stage::kTransitioning);
  rig.view.map.has_toggle = true;
  rig.view.child(Color::kGreen).initial_savepoint = {Color::kBlue,
                                                     model::SavepointRole::kTransition};
  rig.pass(60'001);
  CHECK(rig.api.said == "suspend green, redeploy blue, stage FAILING, map blue first FAILING");
  CHECK(rig.api.redeployed_from == rig.view.child(Color::kGreen).initial_savepoint);

  rig = Rig::handing_over(Stage::kTransitioning);  // without a path nothing can be done
  rig.view.map.has_toggle = true;
  rig.pass(60'001);
  CHECK(rig.api.said == "suspend green, stage FAILING, map blue first FAILING");

  rig = Rig::handing_over(Stage::kTransitioning, "flip504-r4");
  rig.view.map.has_toggle = true;
  rig.view.child(Color::kGreen).initial_savepoint = {Color::kBlue,
                                                     model::SavepointRole::kTransition};
  rig.pass(60'001);
  CHECK(rig.api.said == "suspend green, stage FAILING, map blue first FAILING");
}

TEST_CASE("r1 and r2 enter the survivor's color and FAILING and keep the rest (p2:R1.6)") {
  for (const char* protocol : {"flip504-r1", "flip504-r2"}) {
    Rig rig = Rig::handing_over(Stage::kTransitioning, protocol);
    rig.view.child(Color::kGreen) = unready_child(2);
    rig.view.map.active = Color::kGreen;
    rig.view.map.has_toggle = true;
    CHECK(rig.pass(60'001).aborted);
    CHECK(rig.api.said == "suspend green, put blue TRANSITIONING, put blue FAILING");
    CHECK(rig.view.map.has_toggle);
    CHECK((rig.status.savepoint_trigger == 0) == (std::string{protocol} == "flip504-r1"));  // H6
  }
}

TEST_CASE("an abort of r1 whose second entry write gets 409 fails and stores nothing (p2:K15)") {
  Rig rig = Rig::handing_over(Stage::kTransitioning, "flip504-r1");
  rig.view.child(Color::kGreen) = unready_child(2);
  rig.api.conflicts_from = 1;
  CHECK(rig.pass(60'001).failed);
  CHECK(rig.status.state == BlueGreenState::kTransitioningToGreen);
}

TEST_CASE("r1 and r2 wait for the gates without a deadline and go on after K4 (p2:R1.4)") {
  Rig rig = Rig::handing_over(Stage::kInitializing, "flip504-r2");
  CHECK(rig.pass(5000).row == ControllerRow::kK12Wait);
  CHECK(rig.api.said == "put blue TRANSITIONING");
  CHECK(rig.status.abort_at == Due{60'000});
  CHECK(rig.pass(90'000).row == ControllerRow::kK12Wait);
}

TEST_CASE("r1 deletes and finalizes only when the old deployment is gone (p2:R1.4 op:H7)") {
  Rig rig = Rig::handing_over(Stage::kClearToTeardown, "flip504-r1");
  rig.pass(5000);
  const model::Pass pass = rig.pass(6001);
  CHECK(pass.row == ControllerRow::kT8);
  CHECK(pass.again_ms == 500);
  CHECK(rig.api.said == "delete blue");
  CHECK(rig.status.state == BlueGreenState::kTransitioningToGreen);
  rig.view.child(Color::kBlue) = Child{};
  CHECK(rig.pass(6500).row == ControllerRow::kT6);
  CHECK(rig.status.state == BlueGreenState::kActiveGreen);
}

TEST_CASE("without a ConfigMap in the cache r1 takes two passes to begin (p2:K3)") {
  Rig rig{"flip504-r1"};
  rig.status = model::BlueGreenStatus{};
  rig.status.exists = 1;
  rig.view.map = model::ConfigMap{};
  CHECK(rig.pass(100).failed);
  CHECK(rig.api.said == "map blue first INITIALIZING, create blue");
  CHECK(rig.status.last_reconciled_spec == 0);
}

TEST_CASE(
    "an exception after the state was set leaves a transition that has failed (p2:K15 op:A8)") {
  Rig rig = Rig::changed("flip504-r1");
  rig.status.savepoint_trigger = 41;
  rig.api.conflicts_from = 1;  // INITIALIZING gets through, FAILING does not
  rig.pass(5000);
  CHECK(rig.status.state == BlueGreenState::kTransitioningToGreen);
  CHECK(rig.status.job == BlueGreenJobStatus::kReconciling);
  rig = Rig::changed("flip504-r1");
  rig.status.savepoint_trigger = 41;
  rig.api.savepoint = model::ClusterApi::SavepointState::kFailed;
  CHECK(rig.pass(5000).row == ControllerRow::kA8);
  CHECK(rig.status.job == BlueGreenJobStatus::kFailing);
  CHECK(rig.status.last_reconciled_spec == 2);
  CHECK(rig.status.savepoint_trigger == 0);
}

TEST_CASE("a savepoint that the job refuses is a failure and tried again (op:A6)") {
  Rig rig = Rig::changed();
  rig.api.takes_savepoints = false;
  CHECK(rig.pass(5000).row == ControllerRow::kA6);
  CHECK(rig.status.job == BlueGreenJobStatus::kFailing);
  CHECK(rig.status.last_reconciled_spec == 1);
  rig.api.takes_savepoints = true;
  CHECK(rig.pass(5001).row == ControllerRow::kA5);
}

TEST_CASE(
    "a change in mid-transition overwrites the target and arms the deadline anew (op:T2 p2:K2)") {
  Rig rig = Rig::handing_over(Stage::kTransitioning);
  rig.view.spec = 3;
  rig.status.ready_at = Due{4'000};
  rig.view.child(Color::kGreen).initial_savepoint = {Color::kBlue,
                                                     model::SavepointRole::kTransition};
  CHECK(rig.pass(5000).row == ControllerRow::kT2);
  CHECK(rig.api.said == "map green INITIALIZING, create green, stage INITIALIZING");
  CHECK(rig.api.created.initial_savepoint == rig.view.child(Color::kGreen).initial_savepoint);
  CHECK(rig.status.abort_at == Due{65'000});
  CHECK(rig.status.ready_at == Due{4'000});
}

TEST_CASE("a change while nobody serves is stamped and not deployed (op:A11 op:A12)") {
  Rig rig = Rig::changed();
  rig.view.child(Color::kBlue) = unready_child(1);
  CHECK(rig.pass(5000).row == ControllerRow::kA11);
  CHECK(rig.status.last_reconciled_spec == 2);
  CHECK(rig.status.job == BlueGreenJobStatus::kFailing);
  rig.view.spec = 3;
  CHECK(rig.pass(5001).row == ControllerRow::kA12);
  CHECK(rig.status.last_reconciled_spec == 2);
}

TEST_CASE("a change wakes a suspended child in place (op:A4)") {
  Rig rig = Rig::changed();
  rig.view.child(Color::kBlue).is_suspended = 1;
  rig.view.child(Color::kBlue).lifecycle = Lifecycle::kSuspended;
  CHECK(rig.pass(5000).row == ControllerRow::kA4);
  CHECK(rig.api.said == "map blue first INITIALIZING, create blue, stage INITIALIZING");
  CHECK(rig.status.state == BlueGreenState::kTransitioningToBlue);
}

TEST_CASE(
    "phase 1 waits the deletion delay from the first ready pass and deletes (op:T6 op:T7 op:T8 "
    "op:T9)") {
  Rig rig = Rig::handing_over(Stage::kRunning, "basic");
  model::Pass pass = rig.pass(5000);
  CHECK(pass.row == ControllerRow::kT7);
  CHECK(pass.again_ms == 1000);
  CHECK(rig.status.ready_at == Due{5000});
  pass = rig.pass(5600);
  CHECK(pass.row == ControllerRow::kT9);
  CHECK(pass.again_ms == 400);
  pass = rig.pass(6000);
  CHECK(pass.row == ControllerRow::kT9);  // strict
  CHECK(pass.again_ms == 1);
  pass = rig.pass(6001);
  CHECK(pass.row == ControllerRow::kT8);
  CHECK(rig.api.said == "delete blue");
  CHECK(rig.status.state == BlueGreenState::kActiveGreen);
  CHECK(rig.status.job == BlueGreenJobStatus::kRunning);
  CHECK(pass.again_ms == 0);
  CHECK(rig.status.savepoint_trigger == 0);
}

TEST_CASE("a delete that is not accepted is tried again after 500 ms (op:T8)") {
  Rig rig = Rig::handing_over(Stage::kRunning, "basic");
  rig.status.ready_at = Due{0};
  rig.api.accepts_delete = false;
  const model::Pass pass = rig.pass(5000);
  CHECK(pass.again_ms == 500);
  CHECK(rig.status.state == BlueGreenState::kTransitioningToGreen);
}

TEST_CASE("without an old child the target is finalized at once (op:T6)") {
  Rig rig = Rig::handing_over(Stage::kRunning, "basic");
  rig.view.child(Color::kBlue) = Child{};
  CHECK(rig.pass(5000).row == ControllerRow::kT6);
  CHECK(rig.status.state == BlueGreenState::kActiveGreen);
}

TEST_CASE("a ready target opens the gate phase and gets a new deadline (p2:K4 p2:R3.7)") {
  Rig rig = Rig::handing_over(Stage::kInitializing);
  const model::Pass pass = rig.pass(5000);
  CHECK(pass.row == ControllerRow::kK4);
  CHECK(rig.api.said == "stage TRANSITIONING");
  CHECK(rig.status.abort_at == Due{35'000});
  CHECK(pass.again_ms == 500);
}

TEST_CASE("a first deployment is cleared and finalized in one pass (p2:K4 p2:K12)") {
  Rig rig = Rig::handing_over(Stage::kInitializing);
  rig.view.child(Color::kGreen) = Child{};
  rig.status.state = BlueGreenState::kTransitioningToBlue;
  rig.view.child(Color::kBlue) = ready_child(2);
  CHECK(rig.pass(5000).row == ControllerRow::kT6);
  CHECK(rig.api.said == "stage CLEAR_TO_TEARDOWN, stage RUNNING");
  CHECK(rig.status.state == BlueGreenState::kActiveBlue);
}

TEST_CASE("the gates are waited for until cleared and until the gauge says done (p2:K12 p2:R4.2)") {
  Rig rig = Rig::handing_over(Stage::kTransitioning);
  CHECK(rig.pass(5000).row == ControllerRow::kK12Wait);
  CHECK(rig.api.said.empty());
  rig.view.map.stage = Stage::kClearToTeardown;
  rig.api.hand_over_done = false;
  CHECK(rig.pass(5000).row == ControllerRow::kK12Gauge);
  CHECK(rig.api.said == "gauge blue");
  CHECK(rig.pass(60'001).row == ControllerRow::kR37Abort);
}

TEST_CASE(
    "the old deployment is suspended first and deleted once it is suspended (p2:R4.3 p2:R5.2)") {
  Rig rig = Rig::handing_over(Stage::kClearToTeardown);
  CHECK(rig.pass(5000).row == ControllerRow::kT7);
  model::Pass pass = rig.pass(6001);
  CHECK(pass.row == ControllerRow::kR43Stop);
  CHECK(rig.api.said == "gauge blue, gauge blue, suspend blue");
  CHECK(pass.again_ms == 500);
  rig.api.said.clear();
  rig.api.hand_over_done = false;
  rig.view.map.stage = Stage::kTransitioning;
  pass = rig.pass(200'000);  // neither stage nor gauge nor deadline is looked at any more
  CHECK(pass.row == ControllerRow::kR43Stop);
  CHECK(rig.api.said.empty());
  rig.view.child(Color::kBlue).lifecycle = Lifecycle::kSuspended;
  pass = rig.pass(200'500);
  CHECK(rig.api.said == "delete blue, stage RUNNING");
  CHECK(rig.status.state == BlueGreenState::kActiveGreen);
}

TEST_CASE("without a savepoint directory the old deployment is deleted directly (p2:R4.3)") {
  Rig rig = Rig::handing_over(Stage::kClearToTeardown);
  rig.settings.has_savepoint_directory = false;
  rig.status.ready_at = Due{0};
  rig.pass(5000);
  CHECK(rig.api.said == "gauge blue, delete blue, stage RUNNING");
}

TEST_CASE("a hand-over without a ConfigMap in the cache fails the pass (p2:K8)") {
  Rig rig = Rig::handing_over(Stage::kInitializing);
  rig.view.map = model::ConfigMap{};
  CHECK(rig.pass(5000).failed);
}

TEST_CASE("a failed pass is retried after the delays of the operator (op:5.3)") {
  CHECK(model::retry_delay_ms(0) == 5000U);
  CHECK(model::retry_delay_ms(1) == 5000U);
  CHECK(model::retry_delay_ms(2) == 7500U);
  CHECK(model::retry_delay_ms(14) == 973'075U);
  CHECK_FALSE(model::retry_delay_ms(15).has_value());
}
