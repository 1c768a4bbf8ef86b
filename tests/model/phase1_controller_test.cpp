// The rows of the phase 1 controller that upstream's own tests do not come by (operator.md sections
// 3 and 6), and what the proposals and the first drafts make of them.

#include <catch2/catch.hpp>
#include <string_view>
#include <utility>
#include <vector>

#include "model/mutations.hpp"
#include "tests/support/controller_rig.hpp"

namespace {

using namespace controller_rig;  // NOLINT(google-build-using-namespace): as one vocabulary
using model::SavepointRef;
using model::SavepointRole;
using model::SpecEdit;

// With a mutation or a proposed fix over its rules.
void put_over(Rig& rig, std::string_view id) {
  model::Protocol protocol = *model::find_protocol("basic");
  protocol.controller = rig.rules;
  if (const model::Mutation* mutation = model::find_mutation(id)) {
    mutation->apply(protocol);
  }
  for (const model::ProposedFix& fix : model::proposed_fixes()) {
    if (fix.id == id) {
      fix.apply(protocol);
    }
  }
  REQUIRE_FALSE(protocol.controller == rig.rules);
  rig.rules = protocol.controller;
}

SpecEdit field(std::string_view name, std::string_view value) {
  SpecEdit edit;
  edit.fields.push_back({std::string{name}, std::string{value}});
  return edit;
}
const SpecEdit kSuspend = field("job.state", "SUSPENDED");
const SpecEdit kResume = field("job.state", "RUNNING");
const SpecEdit kUpgrade = field("job.parallelism", "5");
const SpecEdit kPatch = field("job.allowNonRestoredState", "true");
const SpecEdit kNonce = field("job.savepointRedeployNonce", "7");

// The first spec is 1, the one that an edit makes of it 2, and so on.
void write_specs(Rig& rig, const std::vector<SpecEdit>& edits,
                 std::string_view mode = "stateless") {
  const model::SpecTemplate first{{"job.upgradeMode", std::string{mode}}};
  rig.settings.manifests = model::contents_of("bg", rig.settings.base, first, edits);
  rig.view.spec = model::kFirstManifest + static_cast<std::uint32_t>(edits.size());
}

Rig changed(const std::vector<SpecEdit>& edits, std::string_view mode = "stateless") {
  Rig rig = Rig::changed("basic");
  write_specs(rig, edits, mode);
  return rig;
}

// Green is ready for spec 2 beside blue; what comes after is news.
Rig handing_over(const std::vector<SpecEdit>& edits, std::string_view mode = "stateless") {
  Rig rig = Rig::handing_over(Stage::kRunning, "basic");
  write_specs(rig, edits, mode);
  return rig;
}

Child suspended_child(std::uint32_t spec) {
  Child child = ready_child(spec);
  child.is_suspended = 1;
  child.is_job_running = 0;
  child.lifecycle = Lifecycle::kSuspended;
  return child;
}

}  // namespace

TEST_CASE("a change of a suspended resource is written into its suspended child (op:A4 op:U4)") {
  Rig rig = changed({kSuspend, kUpgrade});
  rig.status.last_reconciled_spec = 2;
  rig.status.job = BlueGreenJobStatus::kSuspended;
  rig.view.child(Color::kBlue) = suspended_child(2);
  Rig fixed = rig;
  const model::Pass pass = rig.pass(5000);
  CHECK(pass.row == ControllerRow::kA4);
  CHECK(pass.again_ms == 500U);
  CHECK(rig.api.said == "create blue");
  CHECK(rig.api.created.spec == 3);
  CHECK(rig.api.created.is_suspended == 1);
  CHECK(rig.status.state == BlueGreenState::kTransitioningToBlue);
  CHECK(rig.status.job == BlueGreenJobStatus::kReconciling);
  CHECK(rig.status.last_reconciled_spec == 3);
  CHECK(rig.status.abort_at == Due{65'000});

  put_over(fixed, "op:U4");
  CHECK(fixed.pass(5000).row == ControllerRow::kA4);
  CHECK(fixed.api.said == "clear blue, create blue");
}

TEST_CASE("suspend and resume go in place whether ready or not (op:A2 op:A3)") {
  Rig rig = changed({kSuspend});
  rig.view.child(Color::kBlue) = unready_child(1);
  CHECK(rig.pass(5000).row == ControllerRow::kA2);
  CHECK(rig.api.said == "create blue");
  CHECK(rig.api.created.is_suspended == 1);

  rig = changed({kSuspend, kResume});
  rig.status.last_reconciled_spec = 2;
  rig.view.child(Color::kBlue) = suspended_child(2);
  CHECK(rig.pass(5000).row == ControllerRow::kA3);
  CHECK(rig.api.created.is_suspended == 0);
}

TEST_CASE("a patch in place keeps what a child started from only beside another (op:A10 op:3.4)") {
  const SavepointRef taken{Color::kGreen, SavepointRole::kTransition};
  Rig alone = changed({kPatch}, "savepoint");
  alone.view.child(Color::kBlue).initial_savepoint = taken;
  Rig beside = alone;
  beside.view.child(Color::kGreen) = suspended_child(1);
  Rig stopped = beside;
  stopped.view.child(Color::kBlue).initial_savepoint = {};
  stopped.view.child(Color::kBlue).stopped_with = SavepointRole::kStop;

  CHECK(alone.pass(5000).row == ControllerRow::kA10);
  CHECK(alone.api.said == "create blue");
  CHECK(alone.api.created.initial_savepoint == SavepointRef{});  // the template's
  CHECK(beside.pass(5000).row == ControllerRow::kA10);
  CHECK(beside.api.created.initial_savepoint == taken);
  CHECK(stopped.pass(5000).row == ControllerRow::kA10);
  CHECK(stopped.api.created.initial_savepoint == SavepointRef{Color::kBlue, SavepointRole::kStop});
}

TEST_CASE("a nonce's child that cannot be created is a failure that is stamped (op:A9e op:U2)") {
  Rig rig = changed({kNonce}, "savepoint");
  rig.status.savepoint_trigger = 41;
  rig.api.accepts_child = false;
  Rig fixed = rig;
  const model::Pass pass = rig.pass(5000);
  CHECK(pass.row == ControllerRow::kA9e);
  CHECK_FALSE(pass.failed);
  CHECK_FALSE(pass.again_ms.has_value());
  CHECK(rig.status.state == BlueGreenState::kActiveBlue);
  CHECK(rig.status.job == BlueGreenJobStatus::kFailing);
  CHECK(rig.status.has_error == 1);
  CHECK(rig.status.last_reconciled_spec == 2);
  CHECK(rig.status.savepoint_trigger == 41);
  CHECK(rig.pass(5001).row == ControllerRow::kA1);  // and never deployed (op:R6)

  put_over(fixed, "op:U2");
  CHECK(fixed.pass(5000).row == ControllerRow::kA9e);
  CHECK(fixed.status.last_reconciled_spec == 1);
  fixed.api.accepts_child = true;
  CHECK(fixed.pass(5001).row == ControllerRow::kA9);
  CHECK(fixed.status.last_reconciled_spec == 2);
}

TEST_CASE(
    "a change without an active child is a failure and before H4e an exception (op:A11 op:H4e)") {
  Rig rig = changed({kUpgrade}, "savepoint");
  rig.status.savepoint_trigger = 41;
  rig.view.child(Color::kBlue) = Child{};
  rig.view.child(Color::kGreen) = suspended_child(1);
  Rig older = rig;
  const model::Pass pass = rig.pass(5000);
  CHECK(pass.row == ControllerRow::kA11);
  CHECK_FALSE(pass.failed);
  CHECK_FALSE(pass.again_ms.has_value());
  CHECK(rig.api.said.empty());
  CHECK(rig.status.job == BlueGreenJobStatus::kFailing);
  CHECK(rig.status.last_reconciled_spec == 2);
  CHECK(rig.status.savepoint_trigger == 41);

  put_over(older, "op:H4e");
  CHECK(older.pass(5000).failed);
  CHECK(older.status.last_reconciled_spec == 1);
}

TEST_CASE("a change while it has failed waits for a ready child and is not stamped (op:A12)") {
  Rig rig = changed({kUpgrade});
  rig.status.job = BlueGreenJobStatus::kFailing;
  rig.view.child(Color::kBlue) = unready_child(1);
  const model::Pass pass = rig.pass(5000);
  CHECK(pass.row == ControllerRow::kA12);
  CHECK_FALSE(pass.again_ms.has_value());
  CHECK(rig.status.last_reconciled_spec == 1);
  rig.view.child(Color::kBlue) = ready_child(1);
  CHECK(rig.pass(5001).row == ControllerRow::kA7);
  CHECK(rig.api.said == "create green");
}

TEST_CASE("suspending in a transition waits for its end (op:T1 op:H4c)") {
  Rig rig = handing_over({kUpgrade, kSuspend});
  Rig older = rig;
  CHECK(rig.pass(5000).row == ControllerRow::kT7);  // goes on in the same pass
  CHECK(rig.status.last_reconciled_spec == 2);
  CHECK(rig.pass(6001).row == ControllerRow::kT8);
  CHECK(rig.status.state == BlueGreenState::kActiveGreen);
  CHECK(rig.status.last_reconciled_spec == 2);
  CHECK(rig.api.said == "delete blue");
  rig.view.child(Color::kBlue) = Child{};
  CHECK(rig.pass(6002).row == ControllerRow::kA2);
  CHECK(rig.api.said == "delete blue, create green");
  CHECK(rig.api.created.is_suspended == 1);

  put_over(older, "op:H4c");
  CHECK(older.pass(5000).row == ControllerRow::kT2);
  CHECK(older.api.created.is_suspended == 1);
  CHECK(older.status.last_reconciled_spec == 3);
}

TEST_CASE("a nonce in a transition drops the savepoint of its target (op:T2 op:H3)") {
  const SavepointRef taken{Color::kBlue, SavepointRole::kTransition};
  SpecEdit nonce = kNonce;
  nonce.fields.push_back({"job.initialSavepointPath", "s3://bucket/chosen"});
  Rig rig = handing_over({kUpgrade, nonce}, "savepoint");
  rig.view.child(Color::kGreen).initial_savepoint = taken;
  Rig older = rig;
  Rig other = handing_over({kUpgrade, kPatch}, "savepoint");
  other.view.child(Color::kGreen).initial_savepoint = taken;

  CHECK(rig.pass(5000).row == ControllerRow::kT2);
  CHECK(rig.api.created.initial_savepoint == SavepointRef{Color::kGreen, SavepointRole::kGiven, 1});
  CHECK(other.pass(5000).row == ControllerRow::kT2);
  CHECK(other.api.created.initial_savepoint == taken);
  put_over(older, "op:H3");
  CHECK(older.pass(5000).row == ControllerRow::kT2);
  CHECK(older.api.created.initial_savepoint == taken);
}

TEST_CASE("a change in a transition whose target is missing fails and stores nothing (op:T2)") {
  Rig rig = handing_over({kUpgrade, kPatch});
  rig.view.child(Color::kGreen) = Child{};
  CHECK(rig.pass(5000).failed);
  CHECK(rig.status.last_reconciled_spec == 2);
  CHECK(rig.api.said.empty());
}

TEST_CASE("a target that is suspended ends the transition and the source stays (op:T4 op:T5)") {
  Rig rig = handing_over({kSuspend});
  rig.settings.manifests[1].ingress = model::IngressSetting::kValid;
  rig.status.ready_at = Due{2000};
  rig.view.child(Color::kGreen).is_suspended = 1;
  CHECK(rig.pass(5000).row == ControllerRow::kT12);  // its controller has not acted yet
  CHECK(rig.pass(60'001).row == ControllerRow::kT11);

  rig = handing_over({kSuspend});
  rig.settings.manifests[1].ingress = model::IngressSetting::kValid;
  rig.status.ready_at = Due{2000};
  rig.view.child(Color::kGreen) = suspended_child(2);
  Rig older = rig;
  const model::Pass pass = rig.pass(5000);
  CHECK(pass.row == ControllerRow::kT4);
  CHECK(pass.again_ms == 0U);
  CHECK(rig.api.said.empty());  // neither a delete nor the ingress
  CHECK(rig.status.state == BlueGreenState::kActiveGreen);
  CHECK(rig.status.job == BlueGreenJobStatus::kSuspended);
  CHECK(rig.status.ready_at.is_never());
  CHECK(rig.status.abort_at.is_never());
  CHECK(rig.status.savepoint_trigger == 0);

  put_over(older, "op:H4d");
  CHECK_FALSE(older.pass(5000).again_ms.has_value());
}

TEST_CASE("an abort can take back the spec that failed (op:U3)") {
  for (const char* variant : {"op:U3", "op:U3/memory"}) {
    INFO(variant);
    Rig rig = changed({kUpgrade});
    put_over(rig, variant);
    CHECK(rig.pass(5000).row == ControllerRow::kA7);
    CHECK(rig.status.spec_before == 1);
    rig.view.child(Color::kGreen) = unready_child(2);
    Rig patched = rig;
    Rig restarted = rig;
    Rig mainline = rig;
    CHECK(rig.pass(65'001).row == ControllerRow::kT11);
    CHECK(rig.api.said == "create green, suspend green, restore 1");
    CHECK(rig.status.last_reconciled_spec == 1);
    CHECK(rig.status.spec_before == 0);
    rig.view.spec = model::revision_of(3, 1);  // what the replace made of it
    CHECK(rig.pass(65'002).row == ControllerRow::kA1);

    // A change in the transition does not count as what was there before.
    write_specs(patched, {kUpgrade, kPatch});
    CHECK(patched.pass(6000).row == ControllerRow::kT2);
    CHECK(patched.pass(66'001).row == ControllerRow::kT11);
    CHECK(patched.api.said == "create green, create green, suspend green, restore 1");

    restarted.status.spec_before = 0;  // what a restart does to the variant in memory
    CHECK(restarted.pass(65'001).row == ControllerRow::kT11);
    CHECK(restarted.api.said == "create green, suspend green");
    CHECK(restarted.status.last_reconciled_spec == 2);

    mainline.rules = model::find_protocol("basic")->controller;
    CHECK(mainline.pass(65'001).row == ControllerRow::kT11);
    CHECK(mainline.status.last_reconciled_spec == 2);
  }
}

TEST_CASE("a first deployment that failed and was suspended is never resumed (op:I1 op:I4 op:U5)") {
  Rig rig{"basic"};
  rig.status.job = BlueGreenJobStatus::kFailing;
  rig.view.child(Color::kBlue) = suspended_child(1);
  SpecEdit resume = kResume;
  resume.fields.push_back(kUpgrade.fields.front());  // another spec than the one that failed
  write_specs(rig, {kSuspend, resume});
  Rig fixed = rig;

  rig.view.spec = 2;
  model::Pass pass = rig.pass(5000);
  CHECK(pass.row == ControllerRow::kI1);
  CHECK_FALSE(pass.again_ms.has_value());
  CHECK(rig.status.job == BlueGreenJobStatus::kSuspended);
  CHECK(rig.status.last_reconciled_spec == 1);
  rig.view.spec = 3;
  CHECK(rig.pass(5001).row == ControllerRow::kI4);

  put_over(fixed, "op:U5");
  fixed.view.spec = 2;
  CHECK(fixed.pass(5000).row == ControllerRow::kI1);
  CHECK(fixed.status.last_reconciled_spec == 2);
  fixed.view.spec = 3;
  pass = fixed.pass(5001);
  CHECK(pass.row == ControllerRow::kI3);
  CHECK(fixed.api.said == "create blue");
  CHECK(fixed.status.state == BlueGreenState::kTransitioningToBlue);
}

TEST_CASE("with a ConfigMap no suspend is ever stored (p2:K14)") {
  for (const char* protocol : {"flip504-r1", "flip504-r5"}) {
    INFO(protocol);
    Rig rig = Rig::handing_over(Stage::kInitializing, protocol);
    write_specs(rig, {kSuspend}, "savepoint");
    rig.view.child(Color::kGreen) = suspended_child(2);
    const model::BlueGreenStatus before = rig.status;
    const model::Pass pass = rig.pass(5000);
    CHECK(pass.failed);
    CHECK(pass.row == ControllerRow::kK14);
    CHECK(rig.status == before);
    CHECK(rig.api.said.empty());
  }
  // I1 likewise: r1 always, later if there is a ConfigMap in the cache.
  const auto suspended_from_the_start = [](const char* protocol, bool has_map) {
    Rig rig{protocol};
    rig.status = model::BlueGreenStatus{};
    rig.status.exists = 1;
    rig.view.map.exists = has_map;
    write_specs(rig, {kSuspend}, "savepoint");
    return rig.pass(100).failed;
  };
  CHECK(suspended_from_the_start("flip504-r1", false));
  CHECK(suspended_from_the_start("flip504-r1", true));
  CHECK_FALSE(suspended_from_the_start("flip504-r5", false));
  CHECK(suspended_from_the_start("flip504-r5", true));
}

TEST_CASE("a spec that is refused is replaced by the last one (p2:K16)") {
  const SpecEdit stateless = field("job.upgradeMode", "stateless");
  SpecEdit change = stateless;
  change.fields.push_back(kUpgrade.fields.front());
  Rig rig = Rig::changed("flip504-r5");
  rig.settings.validation = model::find_protocol("flip504-r5")->validation;
  Rig patched = rig;

  write_specs(rig, {change}, "savepoint");
  model::Pass pass = rig.pass(5000);
  CHECK(pass.row == ControllerRow::kK16);
  CHECK_FALSE(pass.failed);
  CHECK_FALSE(pass.again_ms.has_value());
  CHECK(rig.api.said == "restore 1");  // before a savepoint is asked for
  CHECK(rig.status.has_error == 1);
  CHECK(rig.status.job == BlueGreenJobStatus::kRunning);
  CHECK(rig.status.state == BlueGreenState::kActiveBlue);
  CHECK(rig.status.last_reconciled_spec == 1);

  // A patch in place stamps first: the invalid spec is restored, and counts as reconciled.
  write_specs(patched, {stateless}, "savepoint");
  pass = patched.pass(5000);
  CHECK(pass.row == ControllerRow::kK16);
  CHECK(patched.api.said == "restore 2");
  CHECK(patched.status.last_reconciled_spec == 2);
  CHECK(patched.pass(5001).row == ControllerRow::kA1);

  Rig first{"flip504-r5"};  // nothing to go back to
  first.settings.validation = model::find_protocol("flip504-r5")->validation;
  first.status = model::BlueGreenStatus{};
  first.status.exists = 1;
  write_specs(first, {});
  CHECK(first.pass(100).row == ControllerRow::kK16);
  CHECK(first.api.said.empty());
}

TEST_CASE("an ingress that cannot be written fails the pass or once was caught (op:A0 op:H5p)") {
  Rig rig = handing_over({kUpgrade});
  rig.settings.manifests[1].ingress = model::IngressSetting::kInvalid;
  rig.status.ready_at = Due{0};
  Rig caught = rig;
  CHECK(rig.pass(5000).failed);
  CHECK(rig.api.said == "delete blue");
  CHECK(rig.status.state == BlueGreenState::kTransitioningToGreen);
  CHECK(rig.status.ready_at == Due{0});  // nothing is stored

  put_over(caught, "op:H5p");
  const model::Pass pass = caught.pass(5000);
  CHECK(pass.row == ControllerRow::kH5p);
  CHECK_FALSE(pass.failed);
  CHECK_FALSE(pass.again_ms.has_value());
  CHECK(caught.status.state == BlueGreenState::kTransitioningToGreen);
  CHECK(caught.status.job == BlueGreenJobStatus::kFailing);
  CHECK(caught.status.ready_at.is_never());
  CHECK(caught.status.abort_at.is_never());
  caught.view.child(Color::kBlue) = Child{};
  caught.view.child(Color::kGreen) = unready_child(2);
  CHECK(caught.pass(5001).row == ControllerRow::kT10);

  Rig active = changed({kUpgrade});
  active.settings.manifests[1].ingress = model::IngressSetting::kInvalid;
  Rig logged = active;
  CHECK(active.pass(5000).row == ControllerRow::kA0);  // and no spec gets through (op:R11)
  CHECK(active.api.said.empty());
  put_over(logged, "op:H5p");
  CHECK(logged.pass(5000).row == ControllerRow::kA7);
}

TEST_CASE("what the first drafts made of the deadline of a transition (op:6.3)") {
  Rig late = handing_over({kUpgrade});
  late.view.child(Color::kGreen) = unready_child(2);

  Rig stuck = late;
  put_over(stuck, "op:6.3/stuck");
  const model::BlueGreenStatus before = stuck.status;
  model::Pass pass = stuck.pass(60'001);
  CHECK(pass.row == ControllerRow::kDraftDeadline);
  CHECK_FALSE(pass.again_ms.has_value());
  CHECK(stuck.status == before);
  CHECK(stuck.api.said.empty());

  Rig failing = late;
  put_over(failing, "op:6.3/failing");
  pass = failing.pass(60'001);
  CHECK_FALSE(pass.again_ms.has_value());
  CHECK(failing.status.job == BlueGreenJobStatus::kFailing);
  CHECK(failing.status.state == BlueGreenState::kTransitioningToGreen);

  Rig rolled_back = late;
  put_over(rolled_back, "op:6.3/rollback");
  pass = rolled_back.pass(60'001);
  CHECK(pass.aborted);
  CHECK(rolled_back.status.state == BlueGreenState::kActiveBlue);
  CHECK(rolled_back.status.job == BlueGreenJobStatus::kFailing);
  CHECK(rolled_back.api.said.empty());  // green is not suspended

  // A first deployment: green counts as active, which there is none of.
  Rig first = late;
  put_over(first, "op:6.3/rollback");
  first.status.state = BlueGreenState::kTransitioningToBlue;
  first.view.child(Color::kBlue) = unready_child(2);
  first.view.child(Color::kGreen) = Child{};
  CHECK(first.pass(60'001).aborted);
  CHECK(first.status.state == BlueGreenState::kActiveGreen);
}

TEST_CASE("the first drafts forgot a change in a transition (op:6.3)") {
  Rig rig = handing_over({kUpgrade, kPatch});
  rig.status.last_reconciled_spec = 1;  // stamped at the end
  put_over(rig, "op:6.3/ignores");
  CHECK(rig.pass(5000).row == ControllerRow::kT7);
  CHECK(rig.pass(6001).row == ControllerRow::kT8);
  CHECK(rig.api.said == "delete blue");
  CHECK(rig.status.last_reconciled_spec == 3);  // green has 2
  rig.view.child(Color::kBlue) = Child{};
  CHECK(rig.pass(6002).row == ControllerRow::kA1);
}
