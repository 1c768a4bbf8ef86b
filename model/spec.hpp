// The resource's spec as its controller tells it apart, and how two specs differ (op:1.2, op:4).
//
// A template is a list of fields with values; which kind of change a field makes is a table, op:4
// row by row. For the controller all templates of a run are numbered and boiled down to what makes
// a difference (SpecContent). Deployment mode is NATIVE whatever `mode` says (op:4). Durations are
// processing time, but for the deletion delay, which is used on both axes. Errors: values only.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/event_time.hpp"
#include "model/operator_rules.hpp"

namespace model {

enum class UpgradeMode : std::uint8_t { kSavepoint, kLastState, kStateless };

// What a change of one field is to a running child (op:4).
enum class FieldDiff : std::uint8_t {
  kNotCompared,  // dropped before specs are compared (op:H1)
  kIgnore,
  kScale,
  kUpgrade,
  kSavepointRedeploy,
};

// A field of `template.spec`, by its path ("job.parallelism"); no value: it is not there (null).
struct SpecField {
  std::string name;
  std::optional<std::string> value;

  friend bool operator==(const SpecField&, const SpecField&) = default;
};

// Fields in the order of their names, each once, all with a value.
using SpecTemplate = std::vector<SpecField>;

// Whether there is a field of that name; and what a change of it, to that value, is. None: no such
// field.
std::optional<FieldDiff> diff_of_field(std::string_view name, const std::optional<std::string>& to);
// The field set to the value, or removed.
void put_field(SpecTemplate& fields, const SpecField& field);
const std::string* find_field(const SpecTemplate& fields, std::string_view name);

// What the user's parent ingress (`spec.ingress`) is like.
enum class IngressSetting : std::uint8_t {
  kNone,
  kValid,
  kInvalid,  // its template cannot be resolved: each write of it is an exception (op:R11)
};

// A spec, boiled down. Numbers stand for values; 0: absent.
struct SpecContent {
  bool is_suspended = false;  // job.state
  UpgradeMode upgrade_mode = UpgradeMode::kSavepoint;
  bool has_extras = false;    // of a pod template, such as `kind` (op:H1)
  bool has_ingress = false;   // template.spec.ingress: each child gets one of its own (op:H5)
  bool names_itself = false;  // a value contains the name of the resource (op:H2)
  std::uint16_t initial_savepoint = 0;
  std::uint16_t redeploy_nonce = 0;
  std::uint16_t restart_nonce = 0;
  std::uint16_t upgrade = 0;  // all fields of kind UPGRADE or SCALE, together
  std::uint16_t patch = 0;    // all others
  // Outside the template: never compared (op:2.1, op:4).
  IngressSetting ingress = IngressSetting::kNone;
  DeletionDelay deletion_delay;
  std::uint32_t abort_grace_ms = 0;
  std::uint32_t gate_timeout_ms = 0;
  std::uint32_t reschedule_ms = 0;

  friend constexpr bool operator==(const SpecContent&, const SpecContent&) = default;
};

enum class SpecDiff : std::uint8_t {
  kIgnore,
  kPatchChild,
  kTransition,
  kSavepointRedeploy,
  kSuspend,
  kResume,
};

// op:4. Whether pod templates have been cleaned of what is not compared matters before op:H1 only.
struct Compared {
  const SpecContent& content;
  bool is_clean = false;
};
SpecDiff diff(Compared old, Compared live, const OperatorRules& rules);
// The same of two templates.
SpecDiff diff(const SpecTemplate& old, const SpecTemplate& live, const OperatorRules& rules = {});

// A version of the resource's spec: its generation, which grows with each write, and the number of
// what was written, from 1. Ordered by generation.
constexpr std::uint32_t kFirstManifest = 1;
constexpr std::uint32_t revision_of(std::uint32_t generation, std::uint32_t manifest) {
  return generation << 8U | manifest;
}
constexpr std::uint32_t generation_of(std::uint32_t revision) { return revision >> 8U; }
constexpr std::uint32_t manifest_of(std::uint32_t revision) { return revision & 0xFFU; }

// What a user writes over the spec that was there; an empty list of fields stands for some change
// of kind UPGRADE.
struct SpecEdit {
  std::vector<SpecField> fields;
  std::optional<IngressSetting> ingress;
  std::optional<DeletionDelay> deletion_delay;
  std::optional<std::uint32_t> abort_grace_ms;
  std::optional<std::uint32_t> reschedule_ms;

  // It changes something that has a name.
  [[nodiscard]] bool is_named() const {
    return !fields.empty() || ingress || deletion_delay || abort_grace_ms || reschedule_ms;
  }
  friend bool operator==(const SpecEdit&, const SpecEdit&) = default;
};

// What the manifests hold that come of the first one by one edit after the other. `name` is that of
// the resource; `base` gives what is not of the template.
std::vector<SpecContent> contents_of(std::string_view name, const SpecContent& base,
                                     const SpecTemplate& first, std::span<const SpecEdit> edits);

}  // namespace model
