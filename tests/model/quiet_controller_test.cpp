// When the blue/green controller can do nothing at an instant, whatever its caches are told.
#include "model/quiet_controller.hpp"

#include <catch2/catch.hpp>

#include "tests/support/controller_rig.hpp"

namespace {

using namespace controller_rig;  // NOLINT(google-build-using-namespace): as one vocabulary
using model::Globals;
using model::ToldCaches;

constexpr std::uint32_t kNow = 5'000;

// The caches hold what the rig's controller sees, and nothing newer is there.
Globals cluster_of(const Rig& rig) {
  Globals globals;
  globals.status = rig.status;
  globals.view = rig.view;
  globals.spec.write(rig.view.spec, sim::Due{0});
  globals.map.write(rig.view.map, sim::Due{0});
  globals.spec_seen = globals.map_seen = 1;
  for (std::size_t c = 0; c < 2; ++c) {
    globals.children[c].write(rig.view.children[c], sim::Due{0});
    globals.child_seen[c] = 1;
  }
  return globals;
}

bool is_quiet(const Rig& rig, const Globals& globals, const ToldCaches& told = {}) {
  return model::is_controller_quiet(globals, told, rig.rules, rig.settings, sim::Due{kNow});
}

}  // namespace

TEST_CASE("a controller with nothing to do is quiet (op:A1)") {
  Rig rig;
  rig.status.state = BlueGreenState::kActiveBlue;
  rig.view.child(Color::kBlue) = ready_child(1);
  Globals globals = cluster_of(rig);
  CHECK(is_quiet(rig, globals));
  globals.spec.write(2, sim::Due{0});
  CHECK(is_quiet(rig, globals));  // of which its cache is not told now
  CHECK_FALSE(is_quiet(rig, globals, {true, false, {}}));
}

TEST_CASE("a controller that waits for its child is quiet until it can be told that it is ready") {
  Rig rig;
  rig.status.state = BlueGreenState::kTransitioningToGreen;
  rig.status.abort_at = sim::Due{kNow};
  rig.view.child(Color::kBlue) = ready_child(1);
  rig.view.child(Color::kGreen) = unready_child(1);
  rig.view.map.stage = Stage::kInitializing;  // p2:K4 is next
  Globals globals = cluster_of(rig);
  CHECK(is_quiet(rig, globals));  // op:T12
  globals.status.abort_at = sim::Due{kNow - 1};
  CHECK_FALSE(is_quiet(rig, globals));  // op:T11
  globals.status.abort_at = sim::Due{kNow};
  globals.children[1].write(unready_child(1), sim::Due{0});
  globals.children[1].write(ready_child(1), sim::Due{0});
  CHECK(is_quiet(rig, globals, {false, false, {true, false}}));
  CHECK_FALSE(is_quiet(rig, globals, {false, false, {false, true}}));  // the second one to come
  globals.children[1].write(unready_child(1), sim::Due{0});
  CHECK_FALSE(is_quiet(rig, globals, {false, false, {false, true}}));  // in between
}

TEST_CASE("a pass that only changes the status is not quiet (op:T7)") {
  Rig rig = Rig::handing_over(Stage::kClearToTeardown, "flip504-r3");
  CHECK_FALSE(is_quiet(rig, cluster_of(rig)));
  CHECK(rig.pass(kNow).row == ControllerRow::kT7);
  CHECK(rig.api.said.empty());
}

TEST_CASE("two caches together can make a controller act") {
  Rig rig = Rig::handing_over(Stage::kTransitioning, "flip504-r3");
  rig.status.ready_at = sim::Due{0};
  rig.view.child(Color::kGreen) = unready_child(1);
  rig.status.abort_at = sim::Due{kNow};
  Globals globals = cluster_of(rig);
  model::ConfigMap cleared = rig.view.map;
  cleared.stage = Stage::kClearToTeardown;
  globals.map.write(cleared, sim::Due{0});
  globals.children[1].write(ready_child(1), sim::Due{0});
  CHECK(is_quiet(rig, globals, {false, true, {}}));
  CHECK(is_quiet(rig, globals, {false, false, {false, true}}));
  CHECK_FALSE(is_quiet(rig, globals, {false, true, {false, true}}));
}
