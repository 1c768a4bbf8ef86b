#include "model/spec.hpp"

#include <algorithm>
#include <array>

#include "sim/check.hpp"

namespace model {

namespace {

constexpr std::string_view kState = "job.state";
constexpr std::string_view kSuspended = "SUSPENDED";
constexpr std::string_view kUpgradeMode = "job.upgradeMode";
constexpr std::string_view kSavepointPath = "job.initialSavepointPath";
constexpr std::string_view kRedeployNonce = "job.savepointRedeployNonce";
constexpr std::string_view kRestartNonce = "restartNonce";
constexpr std::string_view kIngress = "ingress";

struct FieldRule {
  std::string_view name;  // with a dot or a key's beginning at its end: of all that begin so
  FieldDiff diff;
};

// op:4, in that order: the first that fits. job.state has a rule of its own, before all of them.
constexpr std::array kFieldRules{
    FieldRule{"podTemplate.apiVersion", FieldDiff::kNotCompared},
    FieldRule{"podTemplate.kind", FieldDiff::kNotCompared},
    FieldRule{"jobManager.podTemplate.apiVersion", FieldDiff::kNotCompared},
    FieldRule{"jobManager.podTemplate.kind", FieldDiff::kNotCompared},
    FieldRule{"taskManager.podTemplate.apiVersion", FieldDiff::kNotCompared},
    FieldRule{"taskManager.podTemplate.kind", FieldDiff::kNotCompared},
    FieldRule{"image", FieldDiff::kUpgrade},
    FieldRule{"imagePullPolicy", FieldDiff::kUpgrade},
    FieldRule{"serviceAccount", FieldDiff::kUpgrade},
    FieldRule{"flinkVersion", FieldDiff::kUpgrade},
    FieldRule{"podTemplate.", FieldDiff::kUpgrade},
    FieldRule{"logConfiguration.", FieldDiff::kUpgrade},
    FieldRule{"mode", FieldDiff::kUpgrade},
    FieldRule{kIngress, FieldDiff::kUpgrade},
    FieldRule{"jobManager.", FieldDiff::kUpgrade},
    FieldRule{"taskManager.", FieldDiff::kUpgrade},
    FieldRule{"job.parallelism", FieldDiff::kUpgrade},
    FieldRule{"job.jarURI", FieldDiff::kUpgrade},
    FieldRule{"job.entryClass", FieldDiff::kUpgrade},
    FieldRule{"job.args", FieldDiff::kUpgrade},
    FieldRule{kState, FieldDiff::kUpgrade},
    FieldRule{kUpgradeMode, FieldDiff::kIgnore},
    FieldRule{kSavepointPath, FieldDiff::kIgnore},
    FieldRule{"job.allowNonRestoredState", FieldDiff::kIgnore},
    FieldRule{"job.savepointTriggerNonce", FieldDiff::kIgnore},
    FieldRule{"job.checkpointTriggerNonce", FieldDiff::kIgnore},
    FieldRule{"job.autoscalerResetNonce", FieldDiff::kIgnore},
    FieldRule{kRedeployNonce, FieldDiff::kSavepointRedeploy},
    FieldRule{kRestartNonce, FieldDiff::kUpgrade},
    FieldRule{"flinkConfiguration.job.autoscaler", FieldDiff::kIgnore},
    FieldRule{"flinkConfiguration.parallelism.default", FieldDiff::kIgnore},
    FieldRule{"flinkConfiguration.kubernetes.operator", FieldDiff::kIgnore},
    FieldRule{"flinkConfiguration.pipeline.jobvertex-parallelism-overrides", FieldDiff::kScale},
    FieldRule{"flinkConfiguration.", FieldDiff::kUpgrade},
};

bool fits(const FieldRule& rule, std::string_view name) {
  const bool is_prefix = rule.name.ends_with('.') || rule.name.starts_with("flinkConfiguration.");
  return is_prefix ? name.starts_with(rule.name) && name.size() > rule.name.size() - 1
                   : name == rule.name;
}

bool is_suspended(const SpecTemplate& fields) {
  const std::string* state = find_field(fields, kState);
  return state != nullptr && *state == kSuspended;
}

// Numbers distinct things from 1 on, in the order in which they come.
template <class T>
class Numbers {
 public:
  std::uint16_t of(const T& thing) {
    const auto found = std::find(seen_.begin(), seen_.end(), thing);
    const auto place = found - seen_.begin();
    if (found == seen_.end()) {
      seen_.push_back(thing);
    }
    return static_cast<std::uint16_t>(place + 1);
  }

 private:
  std::vector<T> seen_;
};

class Boiler {
 public:
  explicit Boiler(std::string_view name) : name_(name) {}

  // `unnamed`: how many changes have been made that name no field.
  void boil(const SpecTemplate& fields, std::uint32_t unnamed, SpecContent& content) {
    SpecTemplate upgrade{SpecField{"", std::to_string(unnamed)}};
    SpecTemplate patch;
    content.has_extras = false;
    content.names_itself = false;
    for (const SpecField& field : fields) {
      content.names_itself |= contains_name(*field.value);
      if (field.name == kState || field.name == kRedeployNonce || field.name == kRestartNonce) {
        continue;
      }
      const std::optional<FieldDiff> diff = diff_of_field(field.name, field.value);
      SIM_CHECK(diff.has_value(), "a field that op:4 does not have");
      switch (*diff) {
        case FieldDiff::kNotCompared: content.has_extras = true; break;
        case FieldDiff::kScale:
        case FieldDiff::kUpgrade: upgrade.push_back(field); break;
        case FieldDiff::kIgnore:
        case FieldDiff::kSavepointRedeploy: patch.push_back(field); break;
      }
    }
    content.upgrade = upgrade_.of(upgrade);
    content.patch = patch_.of(patch);
    content.is_suspended = is_suspended(fields);
    content.has_ingress = find_field(fields, kIngress) != nullptr;
    content.redeploy_nonce = number_of(fields, kRedeployNonce, redeploys_);
    content.restart_nonce = number_of(fields, kRestartNonce, restarts_);
    content.initial_savepoint = number_of(fields, kSavepointPath, paths_);
    if (const std::string* mode = find_field(fields, kUpgradeMode)) {
      content.upgrade_mode = *mode == "stateless"    ? UpgradeMode::kStateless
                             : *mode == "last-state" ? UpgradeMode::kLastState
                                                     : UpgradeMode::kSavepoint;
    }
  }

 private:
  [[nodiscard]] bool contains_name(const std::string& value) const {
    return !name_.empty() && value.find(name_) != std::string::npos;
  }

  static std::uint16_t number_of(const SpecTemplate& fields, std::string_view name,
                                 Numbers<std::string>& values) {
    const std::string* value = find_field(fields, name);
    return value == nullptr ? std::uint16_t{0} : values.of(*value);
  }

  std::string_view name_;
  Numbers<SpecTemplate> upgrade_;
  Numbers<SpecTemplate> patch_;
  Numbers<std::string> redeploys_;
  Numbers<std::string> restarts_;
  Numbers<std::string> paths_;
};

}  // namespace

std::optional<FieldDiff> diff_of_field(std::string_view name,
                                       const std::optional<std::string>& to) {
  const auto found = std::find_if(kFieldRules.begin(), kFieldRules.end(),
                                  [name](const FieldRule& rule) { return fits(rule, name); });
  if (found == kFieldRules.end()) {
    return std::nullopt;
  }
  const bool counts_only_if_there = name == kRedeployNonce || name == kRestartNonce;
  return counts_only_if_there && !to ? FieldDiff::kIgnore : found->diff;
}

void put_field(SpecTemplate& fields, const SpecField& field) {
  const auto at =
      std::lower_bound(fields.begin(), fields.end(), field,
                       [](const SpecField& a, const SpecField& b) { return a.name < b.name; });
  const bool is_there = at != fields.end() && at->name == field.name;
  if (!field.value) {
    if (is_there) {
      fields.erase(at);
    }
  } else if (is_there) {
    at->value = field.value;
  } else {
    fields.insert(at, field);
  }
}

const std::string* find_field(const SpecTemplate& fields, std::string_view name) {
  const auto found = std::find_if(fields.begin(), fields.end(),
                                  [name](const SpecField& field) { return field.name == name; });
  return found == fields.end() ? nullptr : &*found->value;
}

SpecDiff diff(Compared old, Compared live, const OperatorRules& rules) {
  const SpecContent& a = old.content;
  const SpecContent& b = live.content;
  const bool state_differs = a.is_suspended != b.is_suspended;
  if (state_differs && rules.state_change == StateChange::kOwnResult) {
    return b.is_suspended ? SpecDiff::kSuspend : SpecDiff::kResume;
  }
  const bool is_redeploy = a.redeploy_nonce != b.redeploy_nonce && b.redeploy_nonce != 0;
  if (is_redeploy && rules.nonce_redeploy == NonceRedeploy::kOwnResult) {
    return SpecDiff::kSavepointRedeploy;
  }
  const bool is_restart = a.restart_nonce != b.restart_nonce && b.restart_nonce != 0;
  if (is_redeploy || is_restart || a.upgrade != b.upgrade || state_differs) {
    return SpecDiff::kTransition;
  }
  const bool sees_extras = rules.diff_order == DiffOrder::kEqualityFirst &&
                           (a.has_extras && !old.is_clean) != (b.has_extras && !live.is_clean);
  const bool equal = a.patch == b.patch && a.redeploy_nonce == b.redeploy_nonce &&
                     a.restart_nonce == b.restart_nonce && !sees_extras;
  return equal ? SpecDiff::kIgnore : SpecDiff::kPatchChild;
}

SpecDiff diff(const SpecTemplate& old, const SpecTemplate& live, const OperatorRules& rules) {
  Boiler boiler{{}};
  SpecContent a;
  SpecContent b;
  boiler.boil(old, 0, a);
  boiler.boil(live, 0, b);
  return diff(Compared{a}, Compared{b}, rules);
}

std::vector<SpecContent> contents_of(std::string_view name, const SpecContent& base,
                                     const SpecTemplate& first, std::span<const SpecEdit> edits) {
  Boiler boiler{name};
  std::vector<SpecContent> all{base};
  SpecTemplate fields = first;
  std::uint32_t unnamed = 0;
  boiler.boil(fields, unnamed, all.back());
  for (const SpecEdit& edit : edits) {
    SpecContent content = all.back();
    unnamed += edit.is_named() ? 0U : 1U;
    for (const SpecField& field : edit.fields) {
      put_field(fields, field);
    }
    content.ingress = edit.ingress.value_or(content.ingress);
    content.deletion_delay = edit.deletion_delay.value_or(content.deletion_delay);
    content.abort_grace_ms = edit.abort_grace_ms.value_or(content.abort_grace_ms);
    content.reschedule_ms = edit.reschedule_ms.value_or(content.reschedule_ms);
    boiler.boil(fields, unnamed, content);
    all.push_back(content);
  }
  return all;
}

}  // namespace model
