#include "model/controller.hpp"

#include "model/operator_requests.hpp"

namespace model {

namespace {

// op:T9 reads the clock a second time: a pass that finds the deadline reached but not passed runs
// again a little later.
constexpr std::uint32_t kSoonMs = 1;

struct PassFailed {
  ControllerRow row;
};
// The resource's validation refused the spec (p2:K16).
struct Rejected {};

// One pass. Throws PassFailed where upstream throws; `status` is then the caller's to discard.
class Reconciler {
 public:
  Reconciler(BlueGreenStatus& status, ControllerView& view, const ControllerRules& rules,
             const ControllerSettings& settings, sim::Due now, ClusterApi& api)
      : status_(status), view_(view), rules_(rules), settings_(settings), began_(now), api_(api) {}

  Pass run() {
    if (status_.exists == 0) {  // op:3.2 step 1
      status_.exists = 1;
      return done(ControllerRow::kFirstStatus, 0);
    }
    if (status_.state != BlueGreenState::kInitializingBlue && view_.child_count() == 0) {
      throw PassFailed{ControllerRow::kNoChildren};  // op:1.1
    }
    try {
      return handle();
    } catch (const Rejected&) {
      status_.has_error = 1;
      if (status_.last_reconciled_spec != 0) {
        require(api_.restore_spec(status_.last_reconciled_spec));
      }
      return done(ControllerRow::kK16, std::nullopt);
    }
  }

 private:
  Pass handle() {
    switch (status_.state) {
      case BlueGreenState::kInitializingBlue: return initializing();
      case BlueGreenState::kActiveBlue: return active_in(Color::kBlue);
      case BlueGreenState::kActiveGreen: return active_in(Color::kGreen);
      case BlueGreenState::kSavepointingBlue: return savepointing_of(Color::kBlue);
      case BlueGreenState::kSavepointingGreen: return savepointing_of(Color::kGreen);
      case BlueGreenState::kTransitioningToBlue: return transitioning(Color::kBlue);
      case BlueGreenState::kTransitioningToGreen: return transitioning(Color::kGreen);
    }
    return {};
  }

  static Pass done(ControllerRow row, std::optional<std::uint32_t> again_ms) {
    return Pass{row, false, false, again_ms};
  }
  void require(bool accepted) const {
    if (!accepted) {
      throw PassFailed{ControllerRow::kConflict};
    }
  }
  // op:4. Evaluating it cleans the live spec, also for a later stamp.
  SpecDiff spec_diff() {
    const bool stays_extra = rules_.diff_order == DiffOrder::kEqualityFirst && spec_.has_extras &&
                             status_.has_clean_spec != 0;
    if (view_.spec == status_.last_reconciled_spec && !stays_extra) {
      return SpecDiff::kIgnore;
    }
    if (status_.last_reconciled_spec == 0) {
      return SpecDiff::kTransition;
    }
    const SpecContent old = settings_.content(status_.last_reconciled_spec);
    const SpecDiff result =
        diff(Compared{old, status_.has_clean_spec != 0}, Compared{spec_, is_clean_}, rules_);
    is_clean_ = true;
    return result;
  }
  [[nodiscard]] bool is_stateful() const { return spec_.upgrade_mode != UpgradeMode::kStateless; }
  [[nodiscard]] bool past(sim::Due deadline) const {
    return deadline < now();
  }  // never() is never past
  [[nodiscard]] sim::Due now() const { return api_.clock(began_); }

  Pass initializing() {
    if (spec_.is_suspended && rules_.initial_suspend == InitialSuspend::kBlocked) {  // I1
      if (rules_.resume_initial == ResumeInitial::kWithDiff) {
        stamp();
      }
      put_job_status(BlueGreenJobStatus::kSuspended, Stage::kInitializing);
      return done(ControllerRow::kI1, std::nullopt);
    }
    const bool is_first = status_.last_reconciled_spec == 0;
    const bool may_retry = status_.job == BlueGreenJobStatus::kFailing ||
                           (rules_.resume_initial == ResumeInitial::kWithDiff &&
                            status_.job == BlueGreenJobStatus::kSuspended);
    if (!is_first && (!may_retry || spec_diff() == SpecDiff::kIgnore)) {
      return done(ControllerRow::kI4, std::nullopt);
    }
    validate();
    stamp_before_start();
    initiate(Color::kBlue, {}, true);
    stamp_after_start();
    return done(is_first ? ControllerRow::kI2 : ControllerRow::kI3, spec_.reschedule_ms);
  }

  Pass active_in(Color x) {
    const Child& child = view_.child(x);
    if (child.exists != 0) {
      show_ingress(x, ControllerRow::kA0);
    }
    const SpecDiff diff = spec_diff();
    if (diff == SpecDiff::kIgnore) {
      return done(ControllerRow::kA1, std::nullopt);
    }
    if (child.exists == 0 && rules_.missing_active == MissingActive::kException) {
      throw PassFailed{ControllerRow::kA11};
    }
    if (child.exists != 0 && diff == SpecDiff::kSuspend) {
      return patch_active(x, ControllerRow::kA2);
    }
    if (child.exists != 0 && diff == SpecDiff::kResume) {
      return patch_active(x, ControllerRow::kA3);
    }
    if (child.exists != 0 && child.is_suspended != 0) {
      if (rules_.suspended_patch == SuspendedPatch::kClearsStatus) {
        require(api_.clear_child_status(x));
      }
      return patch_active(x, ControllerRow::kA4);
    }
    if (!child.is_ready()) {
      if (status_.job == BlueGreenJobStatus::kFailing) {
        return done(ControllerRow::kA12, std::nullopt);
      }
      stamp();
      put_failing();
      return done(ControllerRow::kA11, std::nullopt);
    }
    if (diff == SpecDiff::kPatchChild) {
      return patch_active(x, ControllerRow::kA10);
    }
    if (diff == SpecDiff::kSavepointRedeploy) {
      return redeploy_from_nonce(x);
    }
    validate();
    if (is_stateful() && status_.savepoint_trigger == 0) {
      return trigger_savepoint(x);
    }
    stamp_before_start();
    try {
      start_transition(x);
    } catch (const PassFailed&) {
      status_.savepoint_trigger = 0;
      put_failing();
      return done(ControllerRow::kA8, std::nullopt);
    }
    stamp_after_start();
    return done(ControllerRow::kA7, spec_.reschedule_ms);
  }

  // A2, A3, A4, A10.
  Pass patch_active(Color x, ControllerRow row) {
    stamp();
    patch_in_place(x, true);
    return done(row, spec_.reschedule_ms);
  }

  // A9.
  Pass redeploy_from_nonce(Color x) {
    stamp_before_start();
    try {
      initiate(other(x), {}, false);
    } catch (const PassFailed&) {
      put_failing();
      return done(ControllerRow::kA9e, std::nullopt);
    }
    stamp_after_start();
    return done(ControllerRow::kA9, spec_.reschedule_ms);
  }

  Pass trigger_savepoint(Color x) {
    const std::uint32_t id = settings_.has_savepoint_directory ? api_.trigger_savepoint(x) : 0;
    if (id == 0) {
      put_failing();
      return done(ControllerRow::kA6, std::nullopt);
    }
    status_.savepoint_trigger = id;
    status_.state = savepointing(x);
    return done(ControllerRow::kA5, spec_.reschedule_ms);
  }

  // A7. An exception can leave any part of it behind, also in the status (p2:K15).
  void start_transition(Color x) {
    if (!is_stateful()) {
      initiate(other(x), {}, false);
      return;
    }
    switch (api_.fetch_savepoint(x, status_.savepoint_trigger)) {
      case ClusterApi::SavepointState::kCompleted:
        initiate(other(x), SavepointRef{x, SavepointRole::kTransition}, false);
        return;
      case ClusterApi::SavepointState::kPending:  // without a location no child can be built
        if (rules_.advanced) {
          replace_map(other(x), false, Stage::kInitializing);
        }
        break;
      case ClusterApi::SavepointState::kFailed: break;
    }
    throw PassFailed{ControllerRow::kA8};
  }

  Pass savepointing_of(Color x) {
    if (view_.child(x).exists == 0) {
      throw PassFailed{ControllerRow::kNoChildren};
    }
    const ClusterApi::SavepointState savepoint = api_.fetch_savepoint(x, status_.savepoint_trigger);
    const bool may_have_to_wait = rules_.savepoint == SavepointUse::kOnceSuperseded &&
                                  savepoint == ClusterApi::SavepointState::kCompleted;
    if (savepoint == ClusterApi::SavepointState::kPending ||
        (may_have_to_wait && !api_.is_superseded(x, status_.savepoint_trigger))) {
      return done(ControllerRow::kP1, spec_.reschedule_ms);
    }
    status_.state = active(x);
    return done(ControllerRow::kP2, 0);
  }

  // op:3.3 (TRANSITIONING), p2:K10, K11.
  Pass transitioning(Color y) {
    SpecDiff change = spec_diff();
    if (change != SpecDiff::kIgnore) {
      change = spec_diff();  // evaluated twice (op:4), which hides H1 here
    }
    const bool is_deferred =
        change == SpecDiff::kSuspend && rules_.mid_suspend == MidSuspend::kDeferred;
    if (change != SpecDiff::kIgnore && !is_deferred &&
        rules_.mid_change == MidChange::kPatchesTarget) {
      stamp();
      if (view_.child(y).exists == 0) {
        throw PassFailed{ControllerRow::kT2};
      }
      const bool carries = change != SpecDiff::kSavepointRedeploy;
      patch_in_place(y, carries);
      return done(ControllerRow::kT2, spec_.reschedule_ms);
    }
    const Child& x = view_.child(other(y));
    if (rules_.source_gone == SourceGone::kFinalizes && !rules_.advanced &&
        view_.child(y).exists != 0 && (x.exists == 0 || x.is_deleting != 0) &&
        !status_.ready_at.is_never() && past(status_.ready_at.after(deletion_delay_ms()))) {
      return finalize(y, ControllerRow::kU1);
    }
    if (view_.child(y).exists == 0) {
      throw PassFailed{ControllerRow::kT3};
    }
    if (view_.child(y).is_suspended != 0) {
      return view_.child(y).lifecycle == Lifecycle::kSuspended ? finalize_suspended(y)
                                                               : target_not_ready(y);  // op:T5
    }
    if (!view_.child(y).is_ready()) {
      return target_not_ready(y);
    }
    return rules_.advanced ? advanced_hand_over(y) : basic_hand_over(y);
  }

  // op:T4; with a ConfigMap it never succeeds (p2:K14).
  Pass finalize_suspended(Color y) {
    reset_markers();
    put_job_status(BlueGreenJobStatus::kSuspended, Stage::kRunning);
    stamp_at_finalize();
    status_.state = active(y);
    return done(ControllerRow::kT4, after_finalize());
  }

  // p2:K6.
  Pass target_not_ready(Color y) {
    if (status_.abort_at.is_never()) {
      throw PassFailed{ControllerRow::kT10};
    }
    if (past(status_.abort_at)) {
      return deadline_passed(y);
    }
    return done(ControllerRow::kT12, spec_.reschedule_ms);
  }

  // op:T11, and what the first drafts made of it (op:6.3).
  Pass deadline_passed(Color y) {
    switch (rules_.deadline) {
      case DeadlineMeans::kAborts: return abort(y, ControllerRow::kT11);
      case DeadlineMeans::kNothing: break;
      case DeadlineMeans::kFailing: put_failing(); break;
      case DeadlineMeans::kRollsBack: {
        put_failing();
        status_.state = active(other(y));
        Pass pass = done(ControllerRow::kDraftDeadline, std::nullopt);
        pass.aborted = true;
        return pass;
      }
    }
    return done(ControllerRow::kDraftDeadline, std::nullopt);
  }

  Pass basic_hand_over(Color y) {
    const Color x = other(y);
    if (view_.child(x).exists == 0) {
      return finalize(y, ControllerRow::kT6);
    }
    if (const std::optional<Pass> waiting = deletion_delay()) {
      return *waiting;
    }
    return delete_and_finalize(y);
  }

  // p2:K4, K12.
  Pass advanced_hand_over(Color y) {
    const Color x = other(y);
    const bool has_outgoing = view_.child(x).exists != 0;
    require(view_.map.exists);  // p2:K8
    if (view_.map.stage == Stage::kInitializing) {
      if (has_outgoing) {
        write_stage(Stage::kTransitioning);
        if (rules_.gate_deadline == GateDeadline::kRearmed) {
          status_.abort_at = now().after(spec_.gate_timeout_ms);  // p2:R3.7
        }
        if (rules_.gate_deadline != GateDeadline::kNone) {
          return done(ControllerRow::kK4, spec_.reschedule_ms);
        }
      } else {
        write_stage(Stage::kClearToTeardown);
      }
    }
    if (rules_.while_stopping == WhileStopping::kGoOn && has_outgoing &&
        view_.child(x).is_suspended != 0) {
      return end_outgoing(y);  // p2:R5.2
    }
    if (rules_.commit != ToggleCommit::kNobody) {
      const LiveMap live = api_.read_map();
      if (has_outgoing) {
        return agreed_hand_over(y, live);
      }
      if (keeps_committed() && live.content.has_toggle_in_force()) {
        return finalize(y, ControllerRow::kT6);  // cutover:N7
      }
    }
    if (view_.map.stage != Stage::kClearToTeardown) {
      return wait_for_gates(y, ControllerRow::kK12Wait);
    }
    if (!has_outgoing) {
      return finalize(y, ControllerRow::kT6);
    }
    const bool asks = rules_.hand_over == HandOverCheck::kClearedAndGauge;
    if (asks && !api_.is_hand_over_done(x)) {
      return wait_for_gates(y, ControllerRow::kK12Gauge);
    }
    if (const std::optional<Pass> waiting = deletion_delay()) {
      return *waiting;
    }
    return rules_.outgoing_end == OutgoingEnd::kDelete ? delete_and_finalize(y) : end_outgoing(y);
  }

  // cutover:N4, N6: the ConfigMap is read, not taken from the cache.
  Pass agreed_hand_over(Color y, const LiveMap& live) {
    if (!live.content.has_toggle_in_force()) {
      const bool may = rules_.commit == ToggleCommit::kAtSight || live.is_acknowledged;
      if (!live.content.is_proposed() || !may) {
        return wait_for_gates(y, ControllerRow::kN4Wait);
      }
      require(api_.put_in_force(live));
      return done(ControllerRow::kN4InForce, spec_.reschedule_ms);
    }
    const bool incoming_too = rules_.hand_over == HandOverCheck::kPassedByBoth;
    if (!live.has_passed[index_of(other(y))] || (incoming_too && !live.has_passed[index_of(y)])) {
      return done(ControllerRow::kN6Wait, spec_.reschedule_ms);
    }
    if (const std::optional<Pass> waiting = deletion_delay()) {
      return *waiting;
    }
    return end_outgoing(y);
  }

  // op:T7, T9 and p2:K12 steps 4 and 5: nothing while the delay has passed.
  std::optional<Pass> deletion_delay() {
    const std::uint32_t delay = deletion_delay_ms();
    if (status_.ready_at.is_never()) {
      status_.ready_at = now();
      return done(ControllerRow::kT7, delay);
    }
    const sim::Due until = status_.ready_at.after(delay);
    if (past(until)) {
      return std::nullopt;
    }
    return done(ControllerRow::kT9, until == now() ? kSoonMs : until.ms - now().ms);
  }

  [[nodiscard]] std::uint32_t deletion_delay_ms() const {
    return static_cast<std::uint32_t>(spec_.deletion_delay.before_delete().ms());
  }

  // p2:K12, "wait".
  Pass wait_for_gates(Color y, ControllerRow row) {
    const bool has_deadline =
        rules_.gate_deadline != GateDeadline::kNone && !status_.abort_at.is_never();
    if (has_deadline && past(status_.abort_at)) {
      return abort(y, ControllerRow::kR37Abort);
    }
    return done(row, spec_.reschedule_ms);
  }

  // p2:R4.3.
  Pass end_outgoing(Color y) {
    const Color x = other(y);
    if (view_.child(x).has_ended() || !settings_.has_savepoint_directory) {
      return delete_and_finalize(y);
    }
    if (view_.child(x).is_suspended == 0) {
      const std::uint32_t version = view_.child(x).version;
      view_.child(x).is_suspended = 1;
      require(api_.suspend_child(x, version));
    }
    return done(ControllerRow::kR43Stop, spec_.reschedule_ms);
  }

  // op:T8.
  Pass delete_and_finalize(Color y) {
    const bool is_accepted = api_.delete_child(other(y));
    if (!is_accepted || rules_.finalize == Finalize::kWhenGone) {
      return done(ControllerRow::kT8, kDeleteRetryMs);
    }
    return finalize(y, ControllerRow::kT8);
  }

  // op:3.4.
  Pass finalize(Color y, ControllerRow row) {
    reset_markers();
    try {
      show_ingress(y, row);
    } catch (const PassFailed&) {
      if (rules_.parent_ingress != ParentIngress::kCaught) {
        throw;
      }
      put_failing();
      return done(ControllerRow::kH5p, std::nullopt);
    }
    put_job_status(BlueGreenJobStatus::kRunning, Stage::kRunning);
    stamp_at_finalize();
    status_.state = active(y);
    return done(row, after_finalize());
  }
  [[nodiscard]] std::optional<std::uint32_t> after_finalize() const {
    return rules_.after_finalize == AfterFinalize::kAtOnce ? std::optional{0U} : std::nullopt;
  }

  // op:W6, W7.
  void show_ingress(Color c, ControllerRow row) {
    if (rules_.parent_ingress == ParentIngress::kNone) {
      return;
    }
    const bool is_shown = spec_.ingress == IngressSetting::kNone
                              ? api_.remove_ingress()
                              : spec_.ingress == IngressSetting::kValid && api_.route_ingress(c);
    if (!is_shown &&
        (row != ControllerRow::kA0 || rules_.parent_ingress != ParentIngress::kCaught)) {
      throw PassFailed{row};
    }
  }

  // op:3.4 and p2:R1.6, R3.8, R4.4. The order of writes is that of p2:K13.
  Pass abort(Color y, ControllerRow row) {
    if (keeps_committed() && api_.read_map().content.has_toggle_in_force()) {  // cutover:N7
      return done(ControllerRow::kN7NoAbort, spec_.reschedule_ms);
    }
    const Color x = other(y);
    const bool has_survivor = view_.child(x).exists != 0;
    const std::uint32_t version = view_.child(y).version;
    view_.child(y).is_suspended = 1;  // op:R14: the cached copy first
    require(api_.suspend_child(y, version));
    const SavepointRef savepoint = view_.child(y).initial_savepoint;
    if (rules_.after_cutover == AfterCutover::kRedeploy && rules_.advanced && has_survivor) {
      require(view_.map.exists);  // p2:K8
      if (view_.map.has_toggle && savepoint.role != SavepointRole::kNone) {
        require(api_.redeploy_child(x, view_.child(x).version, savepoint));
      }
    }
    reset_markers_of_abort();
    take_back_spec();
    const Color survivor = has_survivor ? x : Color::kBlue;
    if (rules_.advanced && rules_.abort_map == AbortMap::kKeepsToggle) {
      write_active(survivor);
    }
    put_failing();
    if (rules_.advanced && rules_.abort_map == AbortMap::kReplaced) {
      replace_map(survivor, true, Stage::kFailing);
    }
    status_.state = has_survivor ? active(x) : BlueGreenState::kInitializingBlue;
    Pass pass = done(row, std::nullopt);
    pass.aborted = true;
    return pass;
  }

  // op:3.4: the child keeps what it started from; the two-children rule is op:3.4's and p2:K2's.
  void patch_in_place(Color c, bool carries) {
    const Child& child = view_.child(c);
    const bool first = view_.child_count() != 2;
    SavepointRef carried = child.initial_savepoint;
    if (carried.role == SavepointRole::kNone) {
      carried = SavepointRef{c, child.stopped_with};
    }
    initiate(c, carries ? carried : SavepointRef{}, first);
  }

  // op:3.4, p2:K1.
  void initiate(Color c, SavepointRef savepoint, bool first) {
    validate();
    if (rules_.advanced) {
      replace_map(c, first, Stage::kInitializing);
    }
    require(api_.create_or_replace_child(c, build_child(c, savepoint, first)));
    status_.abort_at = now().after(spec_.abort_grace_ms);
    status_.state = transitioning_to(c);
    put_job_status(BlueGreenJobStatus::kReconciling, Stage::kInitializing);
  }

  // op:3.4, "build child".
  [[nodiscard]] Child build_child(Color c, SavepointRef savepoint, bool first) const {
    Child child;
    child.exists = 1;
    child.spec = view_.spec;
    child.is_suspended = spec_.is_suspended ? 1 : 0;
    child.nonce = spec_.redeploy_nonce;
    child.initial_savepoint = savepoint;
    child.is_renamed = rules_.child_spec == ChildSpec::kRenamed && spec_.names_itself ? 1 : 0;
    if (first || savepoint.role == SavepointRole::kNone) {
      child.initial_savepoint =
          spec_.initial_savepoint == 0
              ? SavepointRef{}
              : SavepointRef{c, SavepointRole::kGiven, spec_.initial_savepoint};
    }
    return child;
  }

  // p2:K16; in mainline there is nothing to refuse.
  void validate() const {
    const ValidationRules& rules = settings_.validation;
    const bool refused =
        (rules.refuses_stateless && !is_stateful()) ||
        (rules.gate_timeout_above_delay && spec_.gate_timeout_ms <= deletion_delay_ms());
    if (refused && rules_.advanced) {
      throw Rejected{};
    }
  }

  // op:U3.
  void take_back_spec() {
    if (rules_.aborted_spec == AbortedSpec::kStays || status_.spec_before == 0) {
      return;
    }
    require(api_.restore_spec(status_.spec_before));
    status_.last_reconciled_spec = status_.spec_before;
    status_.spec_before = 0;
  }

  [[nodiscard]] bool keeps_committed() const { return rules_.committed == CommittedToggle::kStays; }
  void stamp() {
    if (rules_.aborted_spec != AbortedSpec::kStays && status_.last_reconciled_spec != view_.spec &&
        !is_transitioning(status_.state)) {
      status_.spec_before = status_.last_reconciled_spec;
    }
    status_.last_reconciled_spec = view_.spec;
    status_.has_clean_spec =
        rules_.diff_order == DiffOrder::kEqualityFirst && spec_.has_extras && is_clean_ ? 1 : 0;
  }
  void stamp_before_start() {
    if (rules_.stamping == Stamping::kBeforeStart) {
      stamp();
    }
  }
  // A first deployment is stamped in any case: initiate relies on it.
  void stamp_after_start() {
    if (rules_.stamping == Stamping::kAfterStart || status_.last_reconciled_spec == 0) {
      stamp();
    }
  }
  void stamp_at_finalize() {
    if (rules_.stamping == Stamping::kAtFinalize) {
      stamp();
    }
  }

  void reset_markers() {
    status_.abort_at = sim::Due::never();
    status_.ready_at = sim::Due::never();
    status_.savepoint_trigger = 0;
  }

  // op:H6, H8: what of it is reset.
  void reset_markers_of_abort() {
    if (rules_.abort_markers == AbortMarkers::kAll) {
      reset_markers();
    } else if (rules_.abort_markers == AbortMarkers::kTrigger) {
      status_.savepoint_trigger = 0;
    }
  }

  // p2:K3: the stage is written before the status.
  void put_job_status(BlueGreenJobStatus job, Stage stage) {
    status_.job = job;
    if (job != BlueGreenJobStatus::kSuspended) {
      status_.has_error = job == BlueGreenJobStatus::kFailing ? 1 : 0;
    }
    if (!rules_.advanced) {
      return;
    }
    if (view_.map.exists) {
      if (job == BlueGreenJobStatus::kSuspended) {
        throw PassFailed{ControllerRow::kK14};
      }
      write_stage(stage);
    } else if (rules_.uncached_map == UncachedMap::kException) {
      throw PassFailed{ControllerRow::kUncachedMap};
    }
  }
  void put_failing() { put_job_status(BlueGreenJobStatus::kFailing, Stage::kFailing); }

  // Entry writes (p2:R1.5, R4.6) change the cached object first (p2:K5).
  void write_stage(Stage stage) {
    if (rules_.entry_version == EntryVersion::kCached) {
      api_.refresh_map(view_);
      view_.map.stage = stage;
      require(api_.update_config_map(view_.map));
    } else {
      view_.map.stage = stage;
      require(api_.patch_stage(stage));
    }
  }
  // Only r1 and r2 enter a color, both under the cached version (p2:R1.6).
  void write_active(Color color) {
    if (!view_.map.exists) {
      return;
    }
    api_.refresh_map(view_);
    view_.map.active = color;
    require(api_.update_config_map(view_.map));
  }
  void replace_map(Color color, bool first, Stage stage) {
    ConfigMap content;
    content.exists = true;
    content.active = color;
    content.stage = stage;
    content.is_first = first;
    content.deletion_delay = spec_.deletion_delay;
    if (rules_.commit == ToggleCommit::kNobody) {
      require(api_.replace_config_map(content));
    } else {
      const LiveMap live = api_.read_map();
      carry_over(live.content, content);
      require(api_.replace_as_read(content, live));
    }
  }

  // cutover:N1: rounds go on counting, so that what a gate said of an earlier toggle is not taken
  // for what it says of this one. cutover:N7: so does a toggle in force between the same two jobs.
  void carry_over(const ConfigMap& live, ConfigMap& content) {
    content.round = live.round;
    const bool is_patch = content.active == live.active && !content.is_first && !live.is_first &&
                          content.stage == Stage::kInitializing && is_transitioning(status_.state);
    if (keeps_committed() && is_patch && live.has_toggle_in_force()) {
      content.toggle = live.toggle;
      content.has_toggle = true;
      content.watermark_stage = live.watermark_stage;
      content.deletion_delay = live.deletion_delay;
    }
  }

  BlueGreenStatus& status_;
  ControllerView& view_;
  const ControllerRules& rules_;
  const ControllerSettings& settings_;
  sim::Due began_;
  ClusterApi& api_;
  SpecContent spec_ = settings_.content(view_.spec);  // the live one
  bool is_clean_ = false;                             // of what is not compared (op:H1)
};

}  // namespace

Pass reconcile(BlueGreenStatus& status, ControllerView& view, const ControllerRules& rules,
               const ControllerSettings& settings, sim::Due now, ClusterApi& api) {
  BlueGreenStatus next = status;
  try {
    const Pass pass = Reconciler{next, view, rules, settings, now, api}.run();
    status = next;
    return pass;
  } catch (const PassFailed& failure) {
    return Pass{failure.row, true, false, std::nullopt};
  }
}

std::optional<std::uint32_t> retry_delay_ms(std::uint32_t attempt) {
  constexpr std::array<std::uint32_t, 15> kDelays{5'000,   5'000,   7'500,   11'250,  16'875,
                                                  25'312,  37'968,  56'952,  85'428,  128'142,
                                                  192'213, 288'319, 432'478, 648'717, 973'075};
  if (attempt >= kDelays.size()) {
    return std::nullopt;
  }
  return kDelays[attempt];
}

std::string_view name_of(BlueGreenState state) {
  switch (state) {
    case BlueGreenState::kInitializingBlue: return "INITIALIZING_BLUE";
    case BlueGreenState::kActiveBlue: return "ACTIVE_BLUE";
    case BlueGreenState::kActiveGreen: return "ACTIVE_GREEN";
    case BlueGreenState::kSavepointingBlue: return "SAVEPOINTING_BLUE";
    case BlueGreenState::kSavepointingGreen: return "SAVEPOINTING_GREEN";
    case BlueGreenState::kTransitioningToBlue: return "TRANSITIONING_TO_BLUE";
    case BlueGreenState::kTransitioningToGreen: return "TRANSITIONING_TO_GREEN";
  }
  return "";
}

std::string_view rule_of(ControllerRow row) {
  switch (row) {
    case ControllerRow::kFirstStatus: return "op:3.2";
    case ControllerRow::kI2: return "op:I2";
    case ControllerRow::kI3: return "op:I3";
    case ControllerRow::kI4: return "op:I4";
    case ControllerRow::kA1: return "op:A1";
    case ControllerRow::kA4: return "op:A4";
    case ControllerRow::kA5: return "op:A5";
    case ControllerRow::kA6: return "op:A6";
    case ControllerRow::kA7: return "op:A7";
    case ControllerRow::kA8: return "op:A8";
    case ControllerRow::kA11: return "op:A11";
    case ControllerRow::kA12: return "op:A12";
    case ControllerRow::kP1: return "op:P1";
    case ControllerRow::kP2: return "op:P2";
    case ControllerRow::kT2: return "op:T2";
    case ControllerRow::kT3: return "op:T3";
    case ControllerRow::kT4: return "op:T4";
    case ControllerRow::kT6: return "op:T6";
    case ControllerRow::kT7: return "op:T7";
    case ControllerRow::kT8: return "op:T8";
    case ControllerRow::kT9: return "op:T9";
    case ControllerRow::kT10: return "op:T10";
    case ControllerRow::kT11: return "op:T11";
    case ControllerRow::kT12: return "op:T12";
    case ControllerRow::kK4: return "p2:K4";
    case ControllerRow::kK12Wait: return "p2:K12";
    case ControllerRow::kK12Gauge: return "p2:R4.2";
    case ControllerRow::kR43Stop: return "p2:R4.3";
    case ControllerRow::kR37Abort: return "p2:R3.7";
    case ControllerRow::kNoChildren: return "op:1.1";
    case ControllerRow::kUncachedMap: return "p2:K3";
    case ControllerRow::kConflict: return "op:W4";
    case ControllerRow::kN4InForce:
    case ControllerRow::kN4Wait: return "cutover:N4";
    case ControllerRow::kN6Wait: return "cutover:N6";
    case ControllerRow::kN7NoAbort: return "cutover:N7";
    case ControllerRow::kI1: return "op:I1";
    case ControllerRow::kA0: return "op:A0";
    case ControllerRow::kA2: return "op:A2";
    case ControllerRow::kA3: return "op:A3";
    case ControllerRow::kA9: return "op:A9";
    case ControllerRow::kA9e: return "op:A9e";
    case ControllerRow::kA10: return "op:A10";
    case ControllerRow::kK14: return "p2:K14";
    case ControllerRow::kK16: return "p2:K16";
    case ControllerRow::kH5p: return "op:H5p";
    case ControllerRow::kDraftDeadline: return "op:6.3";
    case ControllerRow::kU1: return "op:U1";
  }
  return "";
}

}  // namespace model
