#include "model/controller.hpp"

#include "model/not_modelled.hpp"

namespace model {

namespace {

// op:T9 reads the clock a second time: a pass that finds the deadline reached but not passed runs
// again a little later.
constexpr std::uint32_t kSoonMs = 1;
constexpr std::uint32_t kDeleteRetryMs = 500;  // op:2.1

struct PassFailed {
  ControllerRow row;
};

// One pass. Throws PassFailed where upstream throws; `status` is then the caller's to discard.
class Reconciler {
 public:
  Reconciler(BlueGreenStatus& status, ControllerView& view, const ControllerRules& rules,
             const ControllerSettings& settings, sim::Due now, ClusterApi& api)
      : status_(status), view_(view), rules_(rules), settings_(settings), now_(now), api_(api) {}

  Pass run() {
    if (status_.exists == 0) {  // op:3.2 step 1
      status_.exists = 1;
      return done(ControllerRow::kFirstStatus, 0);
    }
    if (status_.state != BlueGreenState::kInitializingBlue && view_.child_count() == 0) {
      throw PassFailed{ControllerRow::kNoChildren};  // op:1.1
    }
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

 private:
  static Pass done(ControllerRow row, std::optional<std::uint32_t> again_ms) {
    return Pass{row, false, false, again_ms};
  }
  void require(bool accepted) const {
    if (!accepted) {
      throw PassFailed{ControllerRow::kConflict};
    }
  }
  [[nodiscard]] bool spec_changed() const { return view_.spec != status_.last_reconciled_spec; }
  [[nodiscard]] bool is_stateful() const {
    return settings_.upgrade_mode != UpgradeMode::kStateless;
  }
  [[nodiscard]] bool past(sim::Due deadline) const {
    return deadline < now_;
  }  // never() is never past

  Pass initializing() {
    if (status_.last_reconciled_spec == 0) {
      stamp();
      initiate(Color::kBlue, {}, true);
      return done(ControllerRow::kI2, settings_.reschedule_ms);
    }
    if (status_.job == BlueGreenJobStatus::kFailing && spec_changed()) {
      throw NotModelled("op:I3", "a new spec after a failed first deployment");
    }
    return done(ControllerRow::kI4, std::nullopt);
  }

  Pass active_in(Color x) {
    if (!spec_changed()) {
      return done(ControllerRow::kA1, std::nullopt);
    }
    if (view_.child(x).is_suspended != 0) {
      throw NotModelled("op:A4", "a new spec for a suspended child");
    }
    if (!view_.child(x).is_ready()) {
      throw NotModelled("op:A11", "a new spec while the active child is not ready");
    }
    if (is_stateful() && status_.savepoint_trigger == 0) {
      if (!settings_.has_savepoint_directory) {
        throw NotModelled("op:A6", "a savepoint without a directory");
      }
      status_.savepoint_trigger = api_.trigger_savepoint(x);
      status_.state = savepointing(x);
      return done(ControllerRow::kA5, settings_.reschedule_ms);
    }
    stamp();
    SavepointRef savepoint;
    if (is_stateful()) {
      if (api_.fetch_savepoint(x, status_.savepoint_trigger) ==
          ClusterApi::SavepointState::kPending) {
        throw NotModelled("op:A8", "a savepoint that is pending again");
      }
      savepoint = SavepointRef{x, SavepointRole::kTransition};
    }
    initiate(other(x), savepoint, false);
    return done(ControllerRow::kA7, settings_.reschedule_ms);
  }

  Pass savepointing_of(Color x) {
    if (view_.child(x).exists == 0) {
      throw PassFailed{ControllerRow::kNoChildren};
    }
    if (api_.fetch_savepoint(x, status_.savepoint_trigger) ==
        ClusterApi::SavepointState::kPending) {
      return done(ControllerRow::kP1, settings_.reschedule_ms);
    }
    status_.state = active(x);
    return done(ControllerRow::kP2, 0);
  }

  // op:3.3 (TRANSITIONING), p2:K10, K11.
  Pass transitioning(Color y) {
    if (spec_changed()) {
      throw NotModelled("op:T2", "a new spec in the middle of a transition");
    }
    if (view_.child(y).exists == 0) {
      throw PassFailed{ControllerRow::kT3};
    }
    if (view_.child(y).is_suspended != 0) {
      if (view_.child(y).lifecycle == Lifecycle::kSuspended) {
        throw NotModelled("op:T4", "a suspended child in a transition");
      }
      return target_not_ready(y);  // op:T5, p2:K11
    }
    if (!view_.child(y).is_ready()) {
      return target_not_ready(y);
    }
    return rules_.advanced ? advanced_hand_over(y) : basic_hand_over(y);
  }

  // p2:K6.
  Pass target_not_ready(Color y) {
    if (status_.abort_at.is_never()) {
      throw PassFailed{ControllerRow::kT10};
    }
    if (past(status_.abort_at)) {
      return abort(y, ControllerRow::kT11);
    }
    return done(ControllerRow::kT12, settings_.reschedule_ms);
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
        status_.abort_at = now_.after(settings_.gate_timeout_ms);  // p2:R3.7
        return done(ControllerRow::kK4, settings_.reschedule_ms);
      }
      write_stage(Stage::kClearToTeardown);
    }
    if (rules_.while_stopping == WhileStopping::kGoOn && has_outgoing &&
        view_.child(x).is_suspended != 0) {
      return end_outgoing(y);  // p2:R5.2
    }
    if (view_.map.stage != Stage::kClearToTeardown) {
      return wait_for_gates(y, ControllerRow::kK12Wait);
    }
    if (!has_outgoing) {
      return finalize(y, ControllerRow::kT6);
    }
    if (rules_.hand_over == HandOverCheck::kClearedAndGauge && !api_.is_hand_over_done(x)) {
      return wait_for_gates(y, ControllerRow::kK12Gauge);
    }
    if (const std::optional<Pass> waiting = deletion_delay()) {
      return *waiting;
    }
    return rules_.outgoing_end == OutgoingEnd::kDelete ? delete_and_finalize(y) : end_outgoing(y);
  }

  // op:T7, T9 and p2:K12 steps 4 and 5: nothing while the delay has passed.
  std::optional<Pass> deletion_delay() {
    const auto delay = static_cast<std::uint32_t>(settings_.deletion_delay.before_delete().ms());
    if (status_.ready_at.is_never()) {
      status_.ready_at = now_;
      return done(ControllerRow::kT7, delay);
    }
    const sim::Due until = status_.ready_at.after(delay);
    if (past(until)) {
      return std::nullopt;
    }
    return done(ControllerRow::kT9, until == now_ ? kSoonMs : until.ms - now_.ms);
  }

  // p2:K12, "wait".
  Pass wait_for_gates(Color y, ControllerRow row) {
    if (!status_.abort_at.is_never() && past(status_.abort_at)) {
      return abort(y, ControllerRow::kR37Abort);
    }
    return done(row, settings_.reschedule_ms);
  }

  // p2:R4.3.
  Pass end_outgoing(Color y) {
    const Color x = other(y);
    if (view_.child(x).lifecycle == Lifecycle::kSuspended || !settings_.has_savepoint_directory) {
      return delete_and_finalize(y);
    }
    if (view_.child(x).is_suspended == 0) {
      const std::uint32_t version = view_.child(x).version;
      view_.child(x).is_suspended = 1;
      require(api_.suspend_child(x, version));
    }
    return done(ControllerRow::kR43Stop, settings_.reschedule_ms);
  }

  // op:T8 with FLINK-40092 fixed: finalized in the pass whose delete was accepted.
  Pass delete_and_finalize(Color y) {
    if (!api_.delete_child(other(y))) {
      return done(ControllerRow::kT8, kDeleteRetryMs);
    }
    return finalize(y, ControllerRow::kT8);
  }

  // op:3.4.
  Pass finalize(Color y, ControllerRow row) {
    reset_markers();
    put_job_status(BlueGreenJobStatus::kRunning, Stage::kRunning);
    status_.state = active(y);
    return done(row, 0);
  }

  // op:3.4 and p2:R3.8. The order of writes is that of p2:K13.
  Pass abort(Color y, ControllerRow row) {
    const Color x = other(y);
    const bool has_survivor = view_.child(x).exists != 0;
    const std::uint32_t version = view_.child(y).version;
    view_.child(y).is_suspended = 1;  // op:R14: the cached copy first
    require(api_.suspend_child(y, version));
    if (rules_.advanced && has_survivor && view_.map.has_toggle) {
      throw NotModelled("p2:R4.4", "an abort after the cutover point");
    }
    reset_markers();
    put_job_status(BlueGreenJobStatus::kFailing, Stage::kFailing);
    if (rules_.advanced) {
      replace_map(has_survivor ? x : Color::kBlue, true, Stage::kFailing);
    }
    status_.state = has_survivor ? active(x) : BlueGreenState::kInitializingBlue;
    Pass pass = done(row, std::nullopt);
    pass.aborted = true;
    return pass;
  }

  // op:3.4, p2:K1.
  void initiate(Color c, SavepointRef savepoint, bool first) {
    if (view_.child(c).is_deleting != 0) {
      throw NotModelled("op:R2", "a new deployment while the old one of its color is still going");
    }
    if (view_.child(c).exists != 0) {
      throw NotModelled("op:5.2", "overwriting the child that an abort left behind");
    }
    if (rules_.advanced) {
      replace_map(c, first, Stage::kInitializing);  // p2:K2: is-first only for I2 here
    }
    Child spec;
    spec.exists = 1;
    spec.initial_savepoint = savepoint;
    spec.spec = view_.spec;
    require(api_.create_or_replace_child(c, spec));
    status_.abort_at = now_.after(settings_.abort_grace_ms);
    status_.state = transitioning_to(c);
    put_job_status(BlueGreenJobStatus::kReconciling, Stage::kInitializing);
  }

  void stamp() { status_.last_reconciled_spec = view_.spec; }

  void reset_markers() {
    status_.abort_at = sim::Due::never();
    status_.ready_at = sim::Due::never();
    status_.savepoint_trigger = 0;
  }

  // p2:K3: the stage is written before the status; skipped while the cache has no ConfigMap.
  void put_job_status(BlueGreenJobStatus job, Stage stage) {
    status_.job = job;
    if (rules_.advanced && view_.map.exists) {
      write_stage(stage);
    }
  }
  void write_stage(Stage stage) {
    view_.map.stage = stage;  // p2:K5: in place, before the request
    require(api_.patch_stage(stage));
  }
  void replace_map(Color color, bool first, Stage stage) {
    ConfigMap content;
    content.exists = true;
    content.active = color;
    content.stage = stage;
    content.is_first = first;
    content.deletion_delay = settings_.deletion_delay;
    require(api_.replace_config_map(content));
  }

  BlueGreenStatus& status_;
  ControllerView& view_;
  const ControllerRules& rules_;
  const ControllerSettings& settings_;
  sim::Due now_;
  ClusterApi& api_;
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
    case ControllerRow::kI4: return "op:I4";
    case ControllerRow::kA1: return "op:A1";
    case ControllerRow::kA5: return "op:A5";
    case ControllerRow::kA7: return "op:A7";
    case ControllerRow::kP1: return "op:P1";
    case ControllerRow::kP2: return "op:P2";
    case ControllerRow::kT3: return "op:T3";
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
    case ControllerRow::kConflict: return "op:W4";
  }
  return "";
}

}  // namespace model
