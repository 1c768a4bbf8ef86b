#include "tests/operator/rig.hpp"

#include <stdexcept>
#include <utility>

namespace operator_rig {

using model::Color;
using model::SavepointRole;

namespace {

constexpr const char* kState = "job.state";
constexpr const char* kPath = "job.initialSavepointPath";

[[noreturn]] void not_here(const char* what) {
  throw std::logic_error{std::string{"no case of op:7 comes by this: "} + what};
}

}  // namespace

// op:5.1, as far as these children go.
model::Lifecycle StoredChild::lifecycle() const {
  if (!last_reconciled || reconciliation != "DEPLOYED") {
    return model::Lifecycle::kCreated;
  }
  if (last_reconciled->is_suspended) {
    return model::Lifecycle::kSuspended;
  }
  return last_reconciled == last_stable ? model::Lifecycle::kStable : model::Lifecycle::kCreated;
}

Rig::Rig(Setup setup) : setup_(std::move(setup)), templates_{setup_.first} {
  settings_.base = setup_.base;
  settings_.manifests = model::contents_of(setup_.name, settings_.base, setup_.first, edits_);
}

void Rig::edit(const model::SpecEdit& edit) {
  edits_.push_back(edit);
  templates_.push_back(templates_.back());
  for (const model::SpecField& field : edit.fields) {
    model::put_field(templates_.back(), field);
  }
  settings_.manifests = model::contents_of(setup_.name, settings_.base, setup_.first, edits_);
}

std::uint32_t Rig::revision() const {
  const auto writes = static_cast<std::uint32_t>(edits_.size());
  return model::revision_of(1 + writes, model::kFirstManifest + writes);
}

model::Pass Rig::pass(model::BlueGreenStatus& status) {
  ++now_ms_;
  fetched_.reset();
  model::ControllerView view;
  view.spec = revision();
  for (const Color color : model::kColors) {
    if (const std::optional<StoredChild>& from = stored(color)) {
      model::Child& seen = view.child(color);
      seen = from->built;
      seen.is_suspended = from->spec.is_suspended ? 1 : 0;
      seen.is_job_running = from->job == "RUNNING" ? 1 : 0;
      seen.lifecycle = from->lifecycle();
      seen.version = from->version;
    }
  }
  return model::reconcile(status, view, setup_.rules, settings_, sim::Due{now_ms_}, *this);
}

StoredChild& Rig::child(Color color) {
  std::optional<StoredChild>& found = children_[model::index_of(color)];
  if (!found) {
    throw NoChild{};
  }
  return *found;
}

void Rig::start(Color color) {
  StoredChild& started = child(color);
  started.job = "RUNNING";
  started.reconciliation = "DEPLOYED";
  started.last_reconciled = started.spec;
  started.last_stable = started.spec;
}

void Rig::suspended(Color color) {
  StoredChild& stopped = child(color);
  stopped.job = "FINISHED";
  stopped.reconciliation = "DEPLOYED";
  stopped.last_reconciled = stopped.spec;
}

void Rig::fail(Color color) {
  StoredChild& failed = child(color);
  failed.job = "RECONCILING";
  failed.reconciliation = "UPGRADING";
}

void Rig::mark_triggers(bool is_complete) {
  for (auto& [id, complete] : triggers_) {
    complete = is_complete;
  }
}

std::string Rig::name_of_child(Color color) const {
  return setup_.name + (color == Color::kBlue ? "-blue" : "-green");
}

std::string Rig::renamed(std::string text, Color color) const {
  const std::string name = name_of_child(color);
  for (std::size_t at = text.find(setup_.name); at != std::string::npos;
       at = text.find(setup_.name, at + name.size())) {
    text.replace(at, setup_.name.size(), name);
  }
  return text;
}

// REQUIRES: the child exists.
model::SpecTemplate Rig::fields_of(Color color) const {
  const StoredChild& child = *stored(color);
  model::SpecTemplate fields =
      templates_.at(model::manifest_of(child.spec.revision) - model::kFirstManifest);
  if (child.built.is_renamed != 0) {
    for (model::SpecField& field : fields) {
      field.value = renamed(*field.value, color);
    }
  }
  model::put_field(fields, {kState, child.spec.is_suspended ? "SUSPENDED" : "RUNNING"});
  model::put_field(fields, {kPath, child.spec.path});
  return fields;
}

// A forced overwrite: the status stays (op:W3).
bool Rig::create_or_replace_child(Color color, const model::Child& spec) {
  std::optional<StoredChild>& place = children_[model::index_of(color)];
  const std::optional<std::string> path = path_of(color, spec);
  if (!place) {
    place.emplace();
  }
  place->built = spec;
  place->spec = ChildSpec{spec.spec, spec.is_suspended != 0, path};
  place->version = ++versions_;
  return true;
}

std::optional<std::string> Rig::path_of(Color color, const model::Child& built) const {
  const std::optional<StoredChild>& before = stored(color);
  switch (built.initial_savepoint.role) {
    case SavepointRole::kNone: return std::nullopt;
    case SavepointRole::kGiven: {
      const std::string path = given_path(built.initial_savepoint.given);
      return built.is_renamed != 0 ? renamed(path, color) : path;
    }
    case SavepointRole::kTransition:
      if (fetched_) {
        return fetched_;
      }
      if (before && before->built.initial_savepoint == built.initial_savepoint) {
        return before->spec.path;  // carried (op:3.4)
      }
      break;
    case SavepointRole::kStop:
    case SavepointRole::kLatest: break;
  }
  not_here("a savepoint that nobody was told of");
}

std::string Rig::given_path(std::uint16_t number) const {
  for (std::size_t i = 0; i < templates_.size(); ++i) {
    if (settings_.manifests[i].initial_savepoint == number) {
      return *model::find_field(templates_[i], kPath);
    }
  }
  not_here("a path of no manifest");
}

// op:W4.
bool Rig::suspend_child(Color color, std::uint32_t cached_version) {
  StoredChild& stopped = child(color);
  if (stopped.version != cached_version) {
    return false;
  }
  stopped.spec.is_suspended = true;
  stopped.version = ++versions_;
  return true;
}

bool Rig::delete_child(Color color) {
  std::optional<StoredChild>& place = children_[model::index_of(color)];
  const bool was_there = place.has_value();
  place.reset();
  return was_there && setup_.delete_answer == DeleteAnswer::kAccepted;
}

bool Rig::route_ingress(Color color) {
  ingress_ = color;
  return true;
}
bool Rig::remove_ingress() {
  ingress_.reset();
  return true;
}

std::uint32_t Rig::trigger_savepoint(Color color) {
  if (refuses_triggers_ || !child(color).has_job_id) {
    return 0;
  }
  triggers_[++triggered_] = false;
  return triggered_;
}

model::ClusterApi::SavepointState Rig::fetch_savepoint(Color /*color*/, std::uint32_t id) {
  const auto found = triggers_.find(id);
  if (fails_fetches_ || found == triggers_.end()) {
    return SavepointState::kFailed;
  }
  if (!found->second) {
    found->second = true;
    return SavepointState::kPending;
  }
  fetched_ = "savepoint_" + std::to_string(completed_fetches_++);
  return SavepointState::kCompleted;
}

bool Rig::replace_config_map(const model::ConfigMap& /*content*/) { not_here("ConfigMap"); }
void Rig::refresh_map(model::ControllerView& /*view*/) { not_here("ConfigMap"); }
bool Rig::update_config_map(const model::ConfigMap& /*cached*/) { not_here("ConfigMap"); }
bool Rig::patch_stage(model::Stage /*stage*/) { not_here("ConfigMap"); }
bool Rig::redeploy_child(Color /*color*/, std::uint32_t /*cached_version*/,
                         model::SavepointRef /*from*/) {
  not_here("a survivor's redeployment");
}
bool Rig::restore_spec(std::uint32_t /*revision*/) { not_here("a spec that is taken back"); }
bool Rig::clear_child_status(Color /*color*/) { not_here("a status that is cleared"); }
bool Rig::is_superseded(Color /*color*/, std::uint32_t /*id*/) { not_here("later checkpoints"); }
bool Rig::is_hand_over_done(Color /*color*/) { not_here("the gauge"); }
model::LiveMap Rig::read_map() { not_here("ConfigMap"); }
bool Rig::put_in_force(const model::LiveMap& /*read*/) { not_here("ConfigMap"); }

}  // namespace operator_rig
