// What operator.md section 7.1 runs the controller on: no framework, an API server with two
// children and an ingress that a test can set, a job that takes savepoints on order.
//
// One pass is one model::reconcile(). It sees children and spec as they are on the server (no
// staleness), and the status that the caller hands it. The clock moves by 1 ms before each pass.
// Not here: both writers of the status (op:W1, W2), so neither conflicts nor timestamps.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "model/controller.hpp"
#include "model/spec.hpp"

namespace operator_rig {

// What a delete of a child is answered with: as by an API server that has to wait for finalizers,
// though the child goes at once in either case (op:3.3, "Deleted").
enum class DeleteAnswer : std::uint8_t { kAccepted, kGone };

// A test meant a child that is not there.
struct NoChild {};

// A child's spec, as far as its controller compares it.
struct ChildSpec {
  std::uint32_t revision = 0;
  bool is_suspended = false;
  std::optional<std::string> path;  // initialSavepointPath

  friend bool operator==(const ChildSpec&, const ChildSpec&) = default;
};

// A child on the server: what its controller would have written into its status is what a test
// puts there (op:5.1).
struct StoredChild {
  model::Child built;  // as the blue/green controller made it
  ChildSpec spec;
  bool has_job_id = false;
  std::string job;                           // status.jobStatus.state; empty: none
  std::string reconciliation = "UPGRADING";  // the state at the beginning
  std::optional<ChildSpec> last_reconciled, last_stable;
  std::uint32_t version = 0;

  [[nodiscard]] model::Lifecycle lifecycle() const;
};

class Rig final : public model::ClusterApi {
 public:
  struct Setup {
    std::string name;
    model::SpecTemplate first;
    model::SpecContent base;
    model::ControllerRules rules;
    DeleteAnswer delete_answer = DeleteAnswer::kAccepted;
  };
  explicit Rig(Setup setup);

  model::Pass pass(model::BlueGreenStatus& status);
  void sleep(std::uint32_t ms) { now_ms_ += ms; }

  // The user writes the spec.
  void edit(const model::SpecEdit& edit);
  // The helper actions on children of op:7.1. REQUIRES: the child exists.
  void submit(model::Color color) { child(color).has_job_id = true; }
  void start(model::Color color);
  void suspended(model::Color color);
  void fail(model::Color color);
  void set_job(model::Color color, const std::string& job) { child(color).job = job; }
  void set_ingress(std::optional<model::Color> backend) { ingress_ = backend; }
  // The job that takes savepoints.
  void clear_triggers() { triggers_.clear(); }
  void mark_triggers(bool is_complete);
  void refuse_triggers(bool refuses) { refuses_triggers_ = refuses; }
  void fail_fetches(bool fails) { fails_fetches_ = fails; }

  [[nodiscard]] std::uint32_t revision() const;  // of the spec on the server
  [[nodiscard]] const model::SpecTemplate& fields() const { return templates_.back(); }
  [[nodiscard]] const model::SpecContent& content() const { return settings_.manifests.back(); }
  [[nodiscard]] std::uint32_t now_ms() const { return now_ms_; }
  [[nodiscard]] const std::optional<StoredChild>& stored(model::Color color) const {
    return children_[model::index_of(color)];
  }
  [[nodiscard]] std::optional<model::Color> ingress() const { return ingress_; }
  [[nodiscard]] std::string name_of_child(model::Color color) const;
  // The child's template.spec: what it was built from, with what a pass has put there.
  [[nodiscard]] model::SpecTemplate fields_of(model::Color color) const;

  bool create_or_replace_child(model::Color color, const model::Child& spec) override;
  bool suspend_child(model::Color color, std::uint32_t cached_version) override;
  bool delete_child(model::Color color) override;
  bool route_ingress(model::Color color) override;
  bool remove_ingress() override;
  std::uint32_t trigger_savepoint(model::Color color) override;
  SavepointState fetch_savepoint(model::Color color, std::uint32_t id) override;
  // Of other protocols, or of fixes that no case of op:7 has on.
  bool replace_config_map(const model::ConfigMap& content) override;
  void refresh_map(model::ControllerView& view) override;
  bool update_config_map(const model::ConfigMap& cached) override;
  bool patch_stage(model::Stage stage) override;
  bool redeploy_child(model::Color color, std::uint32_t cached_version,
                      model::SavepointRef from) override;
  bool restore_spec(std::uint32_t revision) override;
  bool clear_child_status(model::Color color) override;
  bool is_superseded(model::Color color, std::uint32_t id) override;
  bool is_hand_over_done(model::Color color) override;
  model::LiveMap read_map() override;
  bool put_in_force(const model::LiveMap& read) override;

 private:
  StoredChild& child(model::Color color);
  [[nodiscard]] std::optional<std::string> path_of(model::Color color,
                                                   const model::Child& built) const;
  [[nodiscard]] std::string given_path(std::uint16_t number) const;
  [[nodiscard]] std::string renamed(std::string text, model::Color color) const;  // op:H2

  Setup setup_;
  std::vector<model::SpecEdit> edits_;
  std::vector<model::SpecTemplate> templates_;  // of each manifest
  model::ControllerSettings settings_;
  std::array<std::optional<StoredChild>, 2> children_;
  std::uint32_t versions_ = 0;
  std::optional<model::Color> ingress_;
  std::uint32_t now_ms_ = 1'000;
  std::map<std::uint32_t, bool> triggers_;  // by id: whether it is complete
  std::uint32_t triggered_ = 0;
  std::uint32_t completed_fetches_ = 0;
  std::optional<std::string> fetched_;  // the location that this pass was told
  bool refuses_triggers_ = false;
  bool fails_fetches_ = false;
};

}  // namespace operator_rig
