// The controller with an API server that only takes notes, and the situations that its rows start
// from.
#pragma once

#include <catch2/catch.hpp>
#include <string>
#include <string_view>

#include "model/controller.hpp"

namespace controller_rig {

using model::BlueGreenJobStatus;
using model::BlueGreenState;
using model::Child;
using model::Color;
using model::ControllerRow;
using model::Lifecycle;
using model::Stage;
using sim::Due;

class NotedApi final : public model::ClusterApi {
 public:
  bool replace_config_map(const model::ConfigMap& content) override {
    map = content;
    return note("map " + std::string{model::name_of(content.active)} +
                (content.is_first ? " first " : " ") + std::string{model::name_of(content.stage)});
  }
  void refresh_map(model::ControllerView& /*view*/) override {}
  bool update_config_map(const model::ConfigMap& cached) override {
    return note("put " + std::string{model::name_of(cached.active)} + " " +
                std::string{model::name_of(cached.stage)}) &&
           conflicts_from > puts_++;
  }
  bool patch_stage(Stage stage) override {
    return note("stage " + std::string{model::name_of(stage)});
  }
  bool create_or_replace_child(Color color, const Child& spec) override {
    created = spec;
    return note("create " + std::string{model::name_of(color)}) && accepts_child;
  }
  bool suspend_child(Color color, std::uint32_t cached_version) override {
    return note("suspend " + std::string{model::name_of(color)}) && cached_version == 7;
  }
  bool redeploy_child(Color color, std::uint32_t cached_version,
                      model::SavepointRef from) override {
    redeployed_from = from;
    return note("redeploy " + std::string{model::name_of(color)}) && cached_version == 7;
  }
  bool delete_child(Color color) override {
    return note("delete " + std::string{model::name_of(color)}) && accepts_delete;
  }
  bool route_ingress(Color color) override {
    return note("ingress " + std::string{model::name_of(color)}) && shows_ingress;
  }
  bool remove_ingress() override { return true; }
  bool restore_spec(std::uint32_t revision) override {
    return note("restore " + std::to_string(revision));
  }
  bool clear_child_status(Color color) override {
    return note("clear " + std::string{model::name_of(color)});
  }
  std::uint32_t trigger_savepoint(Color color) override {
    note("savepoint " + std::string{model::name_of(color)});
    return takes_savepoints ? 41 : 0;
  }
  SavepointState fetch_savepoint(Color /*color*/, std::uint32_t id) override {
    CHECK(id == 41);
    return savepoint;
  }
  bool is_superseded(Color /*color*/, std::uint32_t /*id*/) override { return superseded; }
  bool is_hand_over_done(Color color) override {
    note("gauge " + std::string{model::name_of(color)});
    return hand_over_done;
  }
  model::LiveMap read_map() override { return live; }
  bool put_in_force(const model::LiveMap& read) override {
    return !conflicts_in_force && note("T=" + std::to_string(read.content.toggle.ms()));
  }

  std::string said;
  model::ConfigMap map;
  model::LiveMap live;
  Child created;
  SavepointState savepoint = SavepointState::kCompleted;
  bool hand_over_done = true;
  bool superseded = true;
  bool conflicts_in_force = false;
  bool accepts_child = true;
  bool accepts_delete = true;
  bool takes_savepoints = true;
  bool shows_ingress = true;
  int conflicts_from = 100;  // which update_config_map() is the first to get 409
  model::SavepointRef redeployed_from;

 private:
  int puts_ = 0;
  bool note(const std::string& what) {
    said += (said.empty() ? "" : ", ") + what;
    return true;
  }
};

inline Child ready_child(std::uint32_t spec) {
  Child child;
  child.exists = 1;
  child.lifecycle = Lifecycle::kStable;
  child.is_job_running = 1;
  child.spec = spec;
  child.version = 7;
  return child;
}

inline Child unready_child(std::uint32_t spec) {
  Child child = ready_child(spec);
  child.lifecycle = Lifecycle::kCreated;
  child.is_job_running = 0;
  return child;
}

struct Rig {
  explicit Rig(std::string_view protocol = "flip504-r5")
      : rules(model::find_protocol(protocol)->controller) {
    status.exists = 1;
    status.last_reconciled_spec = 1;
    status.job = BlueGreenJobStatus::kRunning;
    view.spec = 1;
    view.map.exists = true;
    view.map.stage = Stage::kRunning;
    settings.base.deletion_delay = {sim::milliseconds{1000}};
    settings.base.abort_grace_ms = 60'000;
    settings.base.gate_timeout_ms = 30'000;
    settings.base.reschedule_ms = 500;
  }

  model::Pass pass(std::uint32_t now) {
    return reconcile(status, view, rules, settings, Due{now}, api);
  }

  // Blue serves spec 1, the user asks for spec 2.
  static Rig changed(std::string_view protocol = "flip504-r5") {
    Rig rig{protocol};
    rig.status.state = BlueGreenState::kActiveBlue;
    rig.view.child(Color::kBlue) = ready_child(1);
    rig.view.spec = 2;
    return rig;
  }
  // Green is ready for spec 2 at the given stage.
  static Rig handing_over(Stage stage, std::string_view protocol = "flip504-r5") {
    Rig rig{protocol};
    rig.status.state = BlueGreenState::kTransitioningToGreen;
    rig.status.job = BlueGreenJobStatus::kReconciling;
    rig.status.last_reconciled_spec = 2;
    rig.status.savepoint_trigger = 41;
    rig.status.abort_at = Due{60'000};
    rig.view.spec = 2;
    rig.view.child(Color::kBlue) = ready_child(1);
    rig.view.child(Color::kGreen) = ready_child(2);
    rig.view.map.stage = stage;
    return rig;
  }

  model::ControllerRules rules;
  model::BlueGreenStatus status;
  model::ControllerView view;
  model::ControllerSettings settings;
  NotedApi api;
};

}  // namespace controller_rig
