// The blue/green controller: one reconcile pass as a function of what it remembers, what its caches
// show and the clock.
//
// Follows operator.md sections 3 and 4 (rows I*, A*, P*, T*), with the older variants of its
// section 6, and phase2.md 1.2, 1.3 (K*). Decides on caches only; what it writes goes through
// `ClusterApi` in the order of op:3.4 and p2:K13, each write taking effect before the next. A pass
// that fails loses what it changed in memory; what it wrote stays. It looks at nothing else, so
// that the same answers make the same pass (pass.hpp). Times: processing time; both deadlines are
// strict (op:5.5).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "model/config_map.hpp"
#include "model/ids.hpp"
#include "model/protocol.hpp"
#include "model/settings.hpp"
#include "model/spec.hpp"
#include "sim/time.hpp"

namespace model {

// op:3.1.
enum class BlueGreenState : std::uint8_t {
  kInitializingBlue,
  kActiveBlue,
  kActiveGreen,
  kSavepointingBlue,
  kSavepointingGreen,
  kTransitioningToBlue,
  kTransitioningToGreen,
};
std::string_view name_of(BlueGreenState state);

constexpr BlueGreenState active(Color c) {
  return c == Color::kBlue ? BlueGreenState::kActiveBlue : BlueGreenState::kActiveGreen;
}
constexpr BlueGreenState savepointing(Color c) {
  return c == Color::kBlue ? BlueGreenState::kSavepointingBlue : BlueGreenState::kSavepointingGreen;
}
constexpr BlueGreenState transitioning_to(Color c) {
  return c == Color::kBlue ? BlueGreenState::kTransitioningToBlue
                           : BlueGreenState::kTransitioningToGreen;
}
constexpr bool is_transitioning(BlueGreenState state) {
  return state == BlueGreenState::kTransitioningToBlue ||
         state == BlueGreenState::kTransitioningToGreen;
}

enum class BlueGreenJobStatus : std::uint8_t {
  kNone,
  kReconciling,
  kRunning,
  kFailing,
  kSuspended
};

// The status of the resource: what the controller remembers from pass to pass (op:1.3).
struct BlueGreenStatus {
  BlueGreenState state = BlueGreenState::kInitializingBlue;
  BlueGreenJobStatus job = BlueGreenJobStatus::kNone;
  std::uint8_t exists = 0;
  std::uint8_t has_error = 0;
  std::uint8_t has_clean_spec = 0;  // LRS was stored without what is not compared (op:H1)
  std::array<std::uint8_t, 3> reserved{};
  std::uint32_t last_reconciled_spec = 0;  // LRS, as a revision of the spec; 0: none
  std::uint32_t spec_before = 0;           // op:U3: LRS before this transition; 0: none
  std::uint32_t savepoint_trigger = 0;     // TID: checkpoint id of the triggered savepoint; 0: none
  sim::Due abort_at = sim::Due::never();   // T_abort; never: the marker is 0
  sim::Due ready_at = sim::Due::never();   // T_ready; never: the marker is 0

  friend constexpr bool operator==(const BlueGreenStatus&, const BlueGreenStatus&) = default;
};

// Of op:5.1, what the controllers tell apart. kCreated stands for everything on the way up.
enum class Lifecycle : std::uint8_t { kCreated, kStable, kSuspended, kFailed };

// What a job starts from: a savepoint of the controller, that of the child's stop, the latest
// completed checkpoint (rt:F4; also "last state", op:5.2), or what the user names in the template,
// which holds nothing of this run.
enum class SavepointRole : std::uint8_t { kNone, kTransition, kStop, kLatest, kGiven };

struct SavepointRef {
  Color of = Color::kBlue;
  SavepointRole role = SavepointRole::kNone;
  std::uint16_t given = 0;  // kGiven: which (SpecContent::initial_savepoint)

  friend constexpr bool operator==(SavepointRef, SavepointRef) = default;
};

// One version of a child resource (op:1.4).
struct Child {
  std::uint8_t exists = 0;
  std::uint8_t is_deleting = 0;     // deletionTimestamp is set
  std::uint8_t is_suspended = 0;    // spec.job.state
  std::uint8_t is_job_running = 0;  // status.jobStatus.state is RUNNING
  Lifecycle lifecycle = Lifecycle::kCreated;
  SavepointRef initial_savepoint;                     // spec.job.initialSavepointPath
  SavepointRole stopped_with = SavepointRole::kNone;  // status: what its last stop left behind
  std::uint8_t is_renamed = 0;  // the resource's name was replaced in its spec (op:H2)
  std::array<std::uint8_t, 2> reserved{};
  std::uint32_t spec = 0;     // revision of the template it was built from
  std::uint32_t nonce = 0;    // spec.job.savepointRedeployNonce; 0: none
  std::uint32_t version = 0;  // its place among the versions of this child; the guard of op:W4

  friend constexpr bool operator==(const Child&, const Child&) = default;

  // op:3.2: neither generation nor deletionTimestamp is looked at.
  [[nodiscard]] bool is_ready() const {
    return exists != 0 && lifecycle == Lifecycle::kStable && is_job_running != 0;
  }
  // p2:R4.3: suspended, or its job is terminal.
  [[nodiscard]] bool has_ended() const {
    return lifecycle == Lifecycle::kSuspended || lifecycle == Lifecycle::kFailed;
  }
};

// What the controller's caches show in this pass. Not a copy: a write changes it in place before
// the request (p2:K5, op:R14).
struct ControllerView {
  std::uint32_t spec = 0;  // revision of the primary resource's spec
  std::array<Child, 2> children;
  ConfigMap map;

  [[nodiscard]] Child& child(Color color) { return children[index_of(color)]; }
  [[nodiscard]] int child_count() const { return children[0].exists + children[1].exists; }
};

struct ControllerSettings {
  SpecContent base;  // of every spec that is not listed, and then its number stands for a template
  std::vector<SpecContent> manifests;  // by their numbers, from kFirstManifest on
  bool has_savepoint_directory = true;
  ValidationRules validation;

  [[nodiscard]] SpecContent content(std::uint32_t revision) const {
    const std::uint32_t number = manifest_of(revision) - kFirstManifest;
    if (number < manifests.size()) {
      return manifests[number];
    }
    SpecContent content = base;
    content.upgrade = static_cast<std::uint16_t>(revision);
    return content;
  }
  [[nodiscard]] std::uint32_t deletion_delay_ms(std::uint32_t revision) const {
    return static_cast<std::uint32_t>(content(revision).deletion_delay.before_delete().ms());
  }
  // op:4. An absent spec differs from any.
  [[nodiscard]] bool differ(std::uint32_t old, std::uint32_t live,
                            const OperatorRules& rules) const {
    return old != live && (old == 0 || diff(Compared{content(old)}, Compared{content(live)},
                                            rules) != SpecDiff::kIgnore);
  }
};

// The ConfigMap as it is on the API server, with what the gate subtasks say of the toggle of its
// round.
struct LiveMap {
  ConfigMap content;
  bool is_acknowledged = false;      // by all gate subtasks of both jobs (cutover:N4)
  std::array<bool, 2> has_passed{};  // all gate subtasks of that color's job (cutover:N6)
  std::uint8_t reserved = 0;
  std::uint32_t version = 0;
};

// What a pass can do to the outside world. `false`: the API server refused (409, 404), which fails
// the pass.
class ClusterApi {
 public:
  ClusterApi() = default;
  ClusterApi(const ClusterApi&) = default;
  ClusterApi& operator=(const ClusterApi&) = default;
  ClusterApi(ClusterApi&&) = default;
  ClusterApi& operator=(ClusterApi&&) = default;
  virtual ~ClusterApi() = default;

  // What the wall clock shows by now, in a pass that began then: requests may take time.
  [[nodiscard]] virtual sim::Due clock(sim::Due began) const { return began; }
  virtual bool replace_config_map(const ConfigMap& content) = 0;  // p2:K1
  // The cache may have moved on since the pass began (p2:K15): brings the view up to it.
  virtual void refresh_map(ControllerView& view) = 0;
  // p2:R1.5: PUT of the cached object, under the version it was cached with.
  virtual bool update_config_map(const ConfigMap& cached) = 0;
  virtual bool patch_stage(Stage stage) = 0;                                 // p2:R4.6
  virtual bool create_or_replace_child(Color color, const Child& spec) = 0;  // op:W3
  // PUTs under the child's cached version (op:W4; p2:R4.3, R4.4).
  virtual bool suspend_child(Color color, std::uint32_t cached_version) = 0;
  virtual bool redeploy_child(Color color, std::uint32_t cached_version, SavepointRef from) = 0;
  virtual bool delete_child(Color color) = 0;  // op:W5; true: the API server accepted it
  // op:W6, W7: the parent ingress towards that color's service, or gone.
  virtual bool route_ingress(Color color) = 0;
  virtual bool remove_ingress() = 0;
  // p2:K16, op:U3: a forced replace of the user's spec by that of another revision.
  virtual bool restore_spec(std::uint32_t revision) = 0;
  // op:U4: of a child that is suspended.
  virtual bool clear_child_status(Color color) = 0;
  // Its checkpoint id; 0: the job refuses, or does not answer (op:A6).
  virtual std::uint32_t trigger_savepoint(Color color) = 0;
  enum class SavepointState : std::uint8_t { kPending, kCompleted, kFailed };
  virtual SavepointState fetch_savepoint(Color color, std::uint32_t id) = 0;
  // Whether the job, if it restarts, does so from a later checkpoint (cutover:N9). True without
  // checkpoints.
  virtual bool is_superseded(Color color, std::uint32_t id) = 0;
  virtual bool is_hand_over_done(Color color) = 0;  // p2:R4.2, over the REST API (rt:M1, M2, M5)
  virtual LiveMap read_map() = 0;                   // a GET
  // Likewise p2:K1, under the version that was just read (cutover:N1).
  virtual bool replace_as_read(const ConfigMap& content, const LiveMap& /*read*/) {
    return replace_config_map(content);
  }
  // cutover:N4: under the version that was just read.
  virtual bool put_in_force(const LiveMap& read) = 0;
};

// Which row decided a pass: for the trace.
enum class ControllerRow : std::uint8_t {
  kFirstStatus,
  kI2,
  kI3,
  kI4,
  kA1,
  kA4,
  kA5,
  kA6,
  kA7,
  kA8,
  kA11,
  kA12,
  kP1,
  kP2,
  kT2,
  kT3,
  kT4,
  kT6,
  kT7,
  kT8,
  kT9,
  kT10,
  kT11,
  kT12,
  kK4,
  kK12Wait,
  kK12Gauge,
  kR43Stop,
  kR37Abort,
  kNoChildren,
  kUncachedMap,
  kConflict,
  kN4InForce,
  kN4Wait,
  kN6Wait,
  kN7NoAbort,
  kI1,
  kA0,
  kA2,
  kA3,
  kA9,
  kA9e,
  kA10,
  kK14,
  kK16,
  kH5p,
  kDraftDeadline,
  kU1,
};
std::string_view rule_of(ControllerRow row);

struct Pass {
  ControllerRow row = ControllerRow::kFirstStatus;
  bool failed = false;   // an exception: the retry timer decides when the next one is (op:5.3)
  bool aborted = false;  // this pass ended a transition by an abort
  std::optional<std::uint32_t> again_ms;  // the delay it asks for
};

Pass reconcile(BlueGreenStatus& status, ControllerView& view, const ControllerRules& rules,
               const ControllerSettings& settings, sim::Due now, ClusterApi& api);

// op:5.3: the delay before retry `attempt` (from 0); absent when the attempts are used up.
std::optional<std::uint32_t> retry_delay_ms(std::uint32_t attempt);

}  // namespace model
