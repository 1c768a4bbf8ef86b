// The blue/green controller in its process: what it can do to the outside world, when it runs, and
// what a pass leaves behind (op:1.6, 5.3; p2:K5, K13, K15; rt:M1, M2, M3, M5, M7).

#include <algorithm>

#include "model/metric_store.hpp"
#include "model/system.hpp"

namespace model {

// The API server as the blue/green controller sees it. Calls take no time: what it reads live is
// still so when it writes.
class System::OperatorApi final : public ClusterApi {
 public:
  explicit OperatorApi(System& system) : system_(system) {}

  bool replace_config_map(const ConfigMap& content) override { return store(content); }
  // p2:K15. What this pass wrote before may have come back; nothing else overtakes its own lag.
  void refresh_map(ControllerView& view) override {
    Globals& globals = system_.world_.globals();
    if (!wrote_map_ || globals.map_seen == globals.map.newest || !comes_back()) {
      return;
    }
    const sim::Slot watcher = system_.slot(SlotKind::kMapCache);
    system_.unschedule(watcher);
    globals.map_seen = globals.map.newest;
    view.map = globals.map.content();
    system_.note(NoteKind::kMapCached, sim::index_of(watcher), 0, view.map.toggle.ms(),
                 pack_map(view.map));
    was_told_ = true;
  }
  bool update_config_map(const ConfigMap& cached) override {
    const Globals& globals = system_.world_.globals();
    return globals.map_seen == globals.map.newest && globals.map.content().exists && store(cached);
  }
  bool patch_stage(Stage stage) override {
    ConfigMap content = system_.world_.globals().map.content();
    content.stage = stage;
    return content.exists && store(content);
  }
  // op:W3: a forced overwrite.
  bool create_or_replace_child(Color color, const Child& spec) override {
    return request(Effect::kCreateChild, color, [&] {
      system_.child_is_given(color, spec);
      replace_child(color, spec);
      return true;
    });
  }
  bool suspend_child(Color color, std::uint32_t cached_version) override {
    return request(Effect::kSuspendChild, color, [&] {
      Child child = content(color);
      if (child.exists == 0 || child.version != cached_version) {
        return false;  // op:W4: 409
      }
      child.is_suspended = 1;
      system_.outgoing_must_go(color);
      system_.store_child(color, child, ChildChange::kSuspendAsked);
      return true;
    });
  }
  bool redeploy_child(Color color, std::uint32_t cached_version, SavepointRef from) override {
    return request(Effect::kRedeployChild, color, [&] {
      Child child = content(color);
      if (child.exists == 0 || child.version != cached_version) {
        return false;
      }
      child.initial_savepoint = from;
      ++child.nonce;
      system_.store_child(color, child, ChildChange::kRedeployAsked);
      return true;
    });
  }
  bool delete_child(Color color) override {
    return request(Effect::kDeleteChild, color, [&] {
      if (content(color).exists == 0) {
        return false;  // op:W5: 404 counts as not deleted
      }
      system_.outgoing_must_go(color);
      return system_.delete_child(color, ChildChange::kDeleteAsked);
    });
  }
  bool route_ingress(Color color) override { return set_ingress(Ingress{1, color}); }
  bool remove_ingress() override { return set_ingress(Ingress{}); }
  bool restore_spec(std::uint32_t revision) override {
    return request(Effect::kSpec, Color::kBlue, [&] {
      auto& log = system_.world_.globals().spec;
      log.write(revision_of(generation_of(log.content()) + 1, manifest_of(revision)), system_.now_);
      system_.watch(system_.slot(SlotKind::kPrimaryWatch), system_.world_.globals().spec_seen,
                    log.newest);
      return true;
    });
  }
  bool clear_child_status(Color color) override {
    return request(Effect::kClearStatus, color, [&] {
      Child child = content(color);
      child.lifecycle = Lifecycle::kCreated;
      child.stopped_with = SavepointRole::kNone;
      system_.store_child(color, child, ChildChange::kNotReady);
      return true;
    });
  }
  std::uint32_t trigger_savepoint(Color color) override {
    if (use_up_one(system_.world_.globals().refused_triggers)) {
      return 0;
    }
    const std::uint32_t id = system_.is_unanswered(color)
                                 ? 0
                                 : system_.trigger_checkpoint(color, SavepointRole::kTransition);
    if (id != 0) {
      system_.chronicle_.savepoint_triggered(system_.now_);
      system_.operator_wrote(Effect::kTriggerSavepoint, color);
    }
    return id;
  }
  SavepointState fetch_savepoint(Color color, std::uint32_t id) override {
    if (use_up_one(system_.world_.globals().failed_fetches) || system_.is_unanswered(color)) {
      return SavepointState::kFailed;
    }
    const Job& job = system_.world_.job(color);
    const SnapshotHead& head = job.snapshots[index_of(SnapshotArea::kTransition)];
    if (head.id == id && head.complete != 0) {
      return SavepointState::kCompleted;
    }
    return job.pending[1].id == id ? SavepointState::kPending : SavepointState::kFailed;
  }
  bool is_superseded(Color color, std::uint32_t id) override {
    const Job& job = system_.world_.job(color);
    return !system_.plan_.settings().job.checkpoint_interval ||
           (job.has_latest && job.snapshots[index_of(job.latest)].id > id);
  }
  bool is_hand_over_done(Color color) override { return system_.hand_over_done(color); }
  LiveMap read_map() override {
    World& world = system_.world_;
    LiveMap live;
    live.content = world.globals().map.content();
    live.is_acknowledged = live.content.round != 0;
    for (const Color c : kColors) {
      live.has_passed[index_of(c)] = live.content.round != 0;
      for (std::uint32_t g = 0; g < world.gates(c).size(); ++g) {
        const GateReports of_gate = world.reports_of(c, g);
        live.is_acknowledged &= of_gate.acknowledged == live.content.round;
        live.has_passed[index_of(c)] &= of_gate.passed == live.content.round;
      }
    }
    return live;
  }
  bool put_in_force(const ConfigMap& read) override {
    ConfigMap content = read;
    content.watermark_stage = WatermarkStage::kSet;
    return store(content);
  }

  // A version came to the cache in the middle of the pass: another pass follows at once (op:5.3).
  [[nodiscard]] bool was_told() const { return was_told_; }

  // A write of the operator: it can fail, or take effect although the operator hears of an error.
  // `write` says whether the API server accepts it, which counts as one of its writes.
  template <class Write>
  bool request(Effect what, Color of, Write write) {
    Globals& globals = system_.world_.globals();
    if (system_.api_is_down() || use_up_one(globals.failed_requests) || !write()) {
      return false;
    }
    const bool is_told = !use_up_one(globals.timed_out_requests);
    system_.operator_wrote(what, of);
    return is_told;
  }

  // W1 goes three rounds, of which only the last one decides whether it was an error (op:1.6).
  template <class Write>
  bool put_status(Write write) {
    constexpr int kRounds = 3;
    bool is_stored = false;
    bool is_right = false;
    for (int round = 0; round < kRounds; ++round) {
      is_right = is_stored ? answers() : request(Effect::kStatus, Color::kBlue, [&] {
        is_stored = true;
        write();
        return true;
      });
    }
    return is_right;
  }

 private:
  [[nodiscard]] Child content(Color color) const {
    return system_.world_.globals().children[index_of(color)].content();
  }
  // A request that changes nothing.
  bool answers() {
    Globals& globals = system_.world_.globals();
    return !use_up_one(globals.failed_requests) && !use_up_one(globals.timed_out_requests) &&
           !system_.api_is_down();
  }
  // A PUT that changes nothing makes no version. One over a terminating object removes it for good,
  // as it carries no finalizer, and succeeds (op:R2); the finalizer comes back with the next look
  // of the child's controller (op:R16).
  void replace_child(Color color, const Child& spec) {
    const Child current = content(color);
    Globals& globals = system_.world_.globals();
    const auto is_given = [&] {
      globals.child_given[index_of(color)] = globals.children[index_of(color)].newest;
    };
    if (current.exists == 0) {
      system_.store_child(color, spec, ChildChange::kCreated);
      is_given();
      system_.world_.job(color).has_latest = false;
      if (spec.is_suspended == 0) {  // op:5.2: else nothing
        system_.deploy_job(color, spec, spec.initial_savepoint);
      }
      return;
    }
    if (current.is_deleting != 0) {
      system_.child_is_gone(color);
      return;
    }
    Child replaced = current;
    replaced.spec = spec.spec;
    replaced.is_suspended = spec.is_suspended;
    replaced.initial_savepoint = spec.initial_savepoint;
    replaced.nonce = spec.nonce;
    replaced.is_renamed = spec.is_renamed;
    if (replaced == current) {
      return;
    }
    system_.store_child(color, replaced, ChildChange::kReplaced);
    is_given();
  }
  // op:W6, W7: nothing is written where nothing changes.
  bool set_ingress(Ingress wanted) {
    Globals& globals = system_.world_.globals();
    if (wanted.exists != 0 && use_up_one(globals.failed_ingresses)) {
      return false;
    }
    if (wanted == globals.ingress) {
      return wanted.exists == 0 || answers();
    }
    return request(Effect::kIngress, wanted.backend, [&] {
      globals.ingress = wanted;
      system_.changed();
      system_.note(NoteKind::kIngress, sim::index_of(system_.slot(SlotKind::kReconcile)),
                   wanted.exists, static_cast<std::int64_t>(wanted.backend), 0);
      return true;
    });
  }
  // False: somebody else's update came just before (409).
  bool store(const ConfigMap& content) {
    return request(Effect::kMap, content.active, [&] {
      Globals& globals = system_.world_.globals();
      const sim::Slot actor = system_.slot(SlotKind::kReconcile);
      if (use_up_one(globals.controller_conflicts)) {
        system_.store_map(globals.map.content(), actor, GateWrite::kNone);
        return false;
      }
      wrote_map_ |= system_.put_map(content, actor, GateWrite::kNone);
      return true;
    });
  }
  bool comes_back() {
    switch (system_.plan_.settings().environment.echo) {
      case Echo::kInTime: return true;
      case Echo::kLate: return false;
      case Echo::kDrawn: break;
    }
    // Asked once more, it may have come back since.
    const std::uint64_t version = system_.world_.globals().map.newest;
    return system_.choose(ChoiceKind::kEcho, system_.slot(SlotKind::kReconcile),
                          version << 8 | asked_++, 2) == 0;
  }

  System& system_;
  bool wrote_map_ = false;  // in this pass
  bool was_told_ = false;
  std::uint8_t asked_ = 0;  // how often whether a write has come back
};

// p2:R4.2 through the JobManager's metric store: asked first, answered from what the store holds,
// updated afterwards and at most every 10 s (rt:M1, M2); subtasks without a value are not missed
// (rt:M5).
bool System::hand_over_done(Color c) {
  Job& job = world_.job(c);
  const bool has_ended = job.status == JobStatus::kFinished;
  const bool answers = job.status == JobStatus::kRunning || job.status == JobStatus::kStopping ||
                       job.status == JobStatus::kRestarting ||
                       (has_ended && plan_.settings().environment.stopped_job_answers);
  if (!answers || is_unanswered(c)) {
    return false;
  }
  bool any = false;
  bool all_done = true;
  for (const GateSlot& gate : world_.gates(c)) {
    any |= gate.has_metric != 0;
    all_done &= gate.has_metric == 0 || gate.metric != 0;
  }
  if (starts_refresh(job.fetched_at, now_)) {
    job.fetched_at = now_;
    // rt:M4: who does not answer keeps its old values.
    const bool are_told =
        !is_in_force(Action::kStaleMetrics, c) && !is_in_force(Action::kMissingMetrics, c);
    for (std::uint32_t g = 0; are_told && g < job_.gates.size(); ++g) {
      GateSlot& gate = world_.gates(c)[g];
      if (has_ended) {  // rt:M7: terminal subtasks lose transient metrics
        gate.has_metric = 0;
      } else if (world_.subtasks(c)[job_.gates[g].subtask].open &&
                 plan_.protocol().gate.gauge != HandOverGauge::kNone) {
        gate.has_metric = 1;
        gate.metric = handover_done(gate.gate, clock_of(c)) ? 1 : 0;
        note(NoteKind::kGaugeRead, sim::index_of(slot(SlotKind::kGateWatch, c, g)), 0, gate.metric,
             0);
      }
    }
  }
  return any && all_done;
}

// op:5.3: one timer slot; an event makes the next pass run at once and drops the delay that was
// asked for.
void System::reconcile_soon() {
  const sim::Slot at = slot(SlotKind::kReconcile);
  if (world_.due(at).earliest > now_) {
    schedule(at, now_, now_.ms);
  }
}

void System::reconcile_now() {
  Globals& globals = world_.globals();
  if (globals.view.spec == 0) {
    return;  // the resource is not in the cache yet
  }
  if (now_ < globals.operator_paused_until) {
    schedule(slot(SlotKind::kReconcile), globals.operator_paused_until, now_.ms);
    return;
  }
  const BlueGreenStatus seen = status_in_cache();
  BlueGreenStatus after = seen;
  OperatorApi api{*this};
  Pass pass;
  try {
    pass = reconcile(after, globals.view, plan_.protocol().controller, controller_,
                     operator_clock(), api);
    if (!pass.failed) {
      pass.failed = !store_status(after, pass, api);
    }
  } catch (const OperatorDied&) {
    operator_died();
    return;
  } catch (const AnswerWaits& answer) {
    schedule(slot(SlotKind::kReconcile), answer.until, answer.until.ms);
    return;
  }
  look_at_ingress();
  globals.retry_attempt = pass.failed ? globals.retry_attempt + 1 : 0;
  std::optional<std::uint32_t> again =
      pass.failed ? retry_delay_ms(globals.retry_attempt - 1) : pass.again_ms;
  if (api.was_told()) {
    again = 0;
    globals.retry_attempt -= pass.failed ? 1 : 0;
  }
  if (again && now_ < globals.status_told_at) {
    again =
        std::max(*again, 1U);  // a pass takes no time here, and the cache changes with time only
  }
  note(NoteKind::kPass, sim::index_of(slot(SlotKind::kReconcile)),
       static_cast<std::uint16_t>(static_cast<unsigned>(pass.row) | (pass.failed ? 1U << 8 : 0U)),
       static_cast<std::int64_t>(after.state), again ? static_cast<std::int64_t>(*again) : -1);
  if (again) {
    const sim::Due next = now_.after(*again);
    schedule(slot(SlotKind::kReconcile), next, next.ms);
  }
}

// op:5.4: what the pass starts from. Before op:H10, and where W2 failed, an own write comes back
// with the informer.
BlueGreenStatus System::status_in_cache() const {
  const Globals& globals = world_.globals();
  const bool is_old = now_ < globals.status_told_at;
  return is_old ? globals.status_told : globals.status;
}

// W1, which runs also after a pass that wants nothing written (op:1.6), and W2. False: an exception
// ends the pass, whether the status is stored or not.
bool System::store_status(const BlueGreenStatus& after, const Pass& pass, OperatorApi& api) {
  Globals& globals = world_.globals();
  const BlueGreenStatus before = globals.status;
  if (after == before) {  // as remembered
    return true;
  }
  const bool puts = plan_.protocol().controller.status_writes == StatusWrites::kPutThenPatch;
  // 409: the user's write has not come to the cache. Retried while the status is the one that this
  // process wrote last, which it does not know after a restart.
  if (puts && globals.spec_seen != globals.spec.newest && !globals.remembers_status) {
    return false;
  }
  // W2 removes a key that W1 has removed: 422, and the delay that was asked for is lost.
  const bool removes_key = (before.savepoint_trigger != 0 && after.savepoint_trigger == 0) ||
                           (before.has_error != 0 && after.has_error == 0);
  const bool is_refused = puts && removes_key && plan_.settings().environment.strict_patches;
  const bool comes_late =
      is_refused || plan_.protocol().controller.own_status == OwnStatus::kMayLag;
  const BlueGreenStatus seen = status_in_cache();
  const bool is_stored = api.put_status([&] {
    globals.status_told_at = {};
    if (comes_late) {
      const sim::Slot actor = slot(SlotKind::kReconcile);
      globals.status_told = seen;
      globals.status_told_at =
          now_.after(draw(ChoiceKind::kStatusEcho, actor, ++globals.statuses_written,
                          plan_.settings().environment.informer_lag));
    }
    globals.status = after;
    globals.remembers_status = true;
    status_is_stored(before, pass);
    return true;
  });
  return is_stored && !is_refused;
}

// The operator's wall clock.
sim::Due System::operator_clock() const {
  const std::int32_t ahead = world_.globals().operator_clock_ahead_ms;
  const std::int64_t shown = std::int64_t{now_.ms} + ahead;
  return sim::Due{static_cast<std::uint32_t>(std::max<std::int64_t>(shown, 0))};
}

// op:H8: the old deployment has to go; not before the deletion delay is over.
void System::outgoing_must_go(Color c) {
  chronicle_.must_go(c, controller_.deletion_delay_ms(world_.globals().view.spec), now_);
}

// op:W5. True: finalizers keep the object, and it is on its way out; false: it is gone at once, and
// the answer is taken for "not deleted" (op:3.3).
bool System::delete_child(Color c, ChildChange what) {
  Globals& globals = world_.globals();
  Child child = globals.children[index_of(c)].content();
  const bool has_finalizer = globals.child_watched[index_of(c)] >= globals.child_given[index_of(c)];
  if (!has_finalizer && child.is_deleting == 0) {
    child_is_gone(c);
    return false;
  }
  if (child.is_deleting == 0) {
    child.is_deleting = 1;
    store_child(c, child, what);
  }
  return true;
}

// What a child is created or overwritten with (op:H2, H3).
void System::child_is_given(Color c, const Child& child) {
  const SpecContent spec = controller_.content(child.spec);
  ChildGiven given;
  given.revision = child.spec;
  given.nonce = spec.redeploy_nonce;
  given.is_renamed = child.is_renamed != 0;
  given.has_own_path =
      spec.initial_savepoint == 0 ||
      child.initial_savepoint == SavepointRef{c, SavepointRole::kGiven, spec.initial_savepoint};
  chronicle_.child_given(given);
}

// Whom traffic goes to, once a pass is over (op:H5, H7, R10).
void System::look_at_ingress() {
  const Globals& globals = world_.globals();
  if (globals.ingress.exists == 0) {
    return;
  }
  const auto is_there = [&](Color c) {
    const Child& child = globals.children[index_of(c)].content();
    return child.exists != 0 && child.is_deleting == 0;
  };
  const Color backend = globals.ingress.backend;
  chronicle_.ingress_seen(is_there(backend) || !is_there(other(backend)));
}

// W1: what a pass leaves in the resource's status.
void System::status_is_stored(const BlueGreenStatus& before, const Pass& pass) {
  const BlueGreenStatus& after = world_.globals().status;
  chronicle_.deadline_set(after.abort_at);
  if (pass.row == ControllerRow::kT7) {
    chronicle_.ready_seen(now_);
  }
  const bool is_active =
      after.state == BlueGreenState::kActiveBlue || after.state == BlueGreenState::kActiveGreen;
  const bool is_in_place = pass.row == ControllerRow::kA2 || pass.row == ControllerRow::kA3 ||
                           pass.row == ControllerRow::kA4 || pass.row == ControllerRow::kA10;
  if (is_active && (pass.row == ControllerRow::kA8 || pass.row == ControllerRow::kA11 ||
                    pass.row == ControllerRow::kA9e)) {
    chronicle_.given_up(after.state, after.last_reconciled_spec, now_);
  }
  if (after.state == before.state) {
    return;
  }
  note(NoteKind::kState, sim::index_of(slot(SlotKind::kReconcile)),
       static_cast<std::uint16_t>(pass.row), static_cast<std::int64_t>(before.state),
       static_cast<std::int64_t>(after.state));
  const std::array<std::int64_t, 2> last{ledger_.writing(Color::kBlue).last_number,
                                         ledger_.writing(Color::kGreen).last_number};
  // An abort may take the spec back (op:U3); what it ends is what had been begun.
  const std::uint32_t reconciled =
      pass.aborted ? before.last_reconciled_spec : after.last_reconciled_spec;
  chronicle_.state_changed(before.state, after.state, pass.aborted, last, reconciled, now_);
  if (is_transitioning(after.state)) {
    chronicle_.survival_ends();
    if (is_in_place) {
      chronicle_.is_in_place();
    }
    const bool is_stateful =
        controller_.content(after.last_reconciled_spec).upgrade_mode != UpgradeMode::kStateless;
    if (pass.row == ControllerRow::kA7 && is_stateful) {
      chronicle_.starts_from_savepoint();
    }
  }
  if (pass.aborted && is_active) {
    const EnvironmentSettings& environment = plan_.settings().environment;
    Survival survival;
    survival.survivor = after.state == BlueGreenState::kActiveBlue ? Color::kBlue : Color::kGreen;
    survival.version = world_.globals().map.newest;
    survival.known_at = now_.after(environment.informer_lag.longest_ms);
    if (environment.mirror && survival.survivor == Color::kGreen) {  // versions of its own cluster
      survival.version = UINT32_MAX;
      survival.known_at = survival.known_at.after(environment.mirror->delay.longest_ms);
    }
    chronicle_.survives(survival);
  }
}

}  // namespace model
