// The blue/green controller in its process: what it can do to the outside world, when it runs, and
// what a pass leaves behind (op:1.6, 5.3; p2:K5, K13, K15; rt:M1, M2, M3, M5, M7).

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
  // op:W3. A PUT that changes nothing makes no version; one over a terminating object does not keep
  // it.
  bool create_or_replace_child(Color color, const Child& spec) override {
    const Child current = content(color);
    if (current.exists == 0) {
      system_.store_child(color, spec, ChildChange::kCreated);
      system_.world_.job(color).has_latest = false;
      system_.deploy_job(color, spec, spec.initial_savepoint);
    } else {
      Child replaced = current;
      replaced.spec = spec.spec;
      replaced.is_suspended = 0;
      replaced.initial_savepoint = spec.initial_savepoint;
      replaced.nonce = spec.nonce;
      const bool same = replaced.spec == current.spec && current.is_suspended == 0 &&
                        replaced.initial_savepoint == current.initial_savepoint &&
                        replaced.nonce == current.nonce;
      if (!same) {
        system_.store_child(color, replaced, ChildChange::kReplaced);
      }
    }
    system_.operator_wrote();
    return true;
  }
  bool suspend_child(Color color, std::uint32_t cached_version) override {
    Child child = content(color);
    if (child.exists == 0 || child.version != cached_version) {
      return false;  // op:W4: 409
    }
    child.is_suspended = 1;
    system_.outgoing_must_go(color);
    system_.store_child(color, child, ChildChange::kSuspendAsked);
    system_.operator_wrote();
    return true;
  }
  bool redeploy_child(Color color, std::uint32_t cached_version, SavepointRef from) override {
    Child child = content(color);
    if (child.exists == 0 || child.version != cached_version) {
      return false;
    }
    child.initial_savepoint = from;
    ++child.nonce;
    system_.store_child(color, child, ChildChange::kRedeployAsked);
    system_.operator_wrote();
    return true;
  }
  bool delete_child(Color color) override {
    Child child = content(color);
    if (child.exists == 0) {
      return false;  // op:W5: 404 counts as not deleted
    }
    system_.outgoing_must_go(color);
    if (child.is_deleting == 0) {
      child.is_deleting = 1;
      system_.store_child(color, child, ChildChange::kDeleteAsked);
    }
    system_.operator_wrote();
    return true;
  }
  std::uint32_t trigger_savepoint(Color color) override {
    const std::uint32_t id = system_.is_unanswered(color)
                                 ? 0
                                 : system_.trigger_checkpoint(color, SavepointRole::kTransition);
    if (id != 0) {
      system_.chronicle_.savepoint_triggered(system_.now_);
      system_.operator_wrote();
    }
    return id;
  }
  SavepointState fetch_savepoint(Color color, std::uint32_t id) override {
    if (system_.is_unanswered(color)) {
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
      for (const GateSlot& gate : world.gates(c)) {
        live.is_acknowledged &= gate.acknowledged == live.content.round;
        live.has_passed[index_of(c)] &= gate.passed == live.content.round;
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

 private:
  [[nodiscard]] Child content(Color color) const {
    return system_.world_.globals().children[index_of(color)].content();
  }
  // False: somebody else's update came just before (409).
  bool store(const ConfigMap& content) {
    Globals& globals = system_.world_.globals();
    const sim::Slot actor = system_.slot(SlotKind::kReconcile);
    if (globals.controller_conflicts > 0) {
      --globals.controller_conflicts;
      system_.store_map(globals.map.content(), actor, GateWrite::kNone);
      return false;
    }
    wrote_map_ |= system_.put_map(content, actor, GateWrite::kNone);
    system_.operator_wrote();
    return true;
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
  const BlueGreenStatus before = globals.status;
  BlueGreenStatus after = before;
  OperatorApi api{*this};
  Pass pass;
  try {
    pass = reconcile(after, globals.view, plan_.protocol().controller, controller_, now_, api);
    globals.status = after;
    status_is_stored(before, pass);
    if (after != before) {  // W1 is skipped where nothing changed (op:1.6)
      operator_wrote();
    }
  } catch (const OperatorDied&) {
    operator_died();
    return;
  } catch (const AnswerWaits& answer) {
    schedule(slot(SlotKind::kReconcile), answer.until, answer.until.ms);
    return;
  }
  globals.retry_attempt = pass.failed ? globals.retry_attempt + 1 : 0;
  std::optional<std::uint32_t> again =
      pass.failed ? retry_delay_ms(globals.retry_attempt - 1) : pass.again_ms;
  if (api.was_told()) {
    again = 0;
    globals.retry_attempt -= pass.failed ? 1 : 0;
  }
  note(NoteKind::kPass, sim::index_of(slot(SlotKind::kReconcile)),
       static_cast<std::uint16_t>(static_cast<unsigned>(pass.row) | (pass.failed ? 1U << 8 : 0U)),
       static_cast<std::int64_t>(after.state), again ? static_cast<std::int64_t>(*again) : -1);
  if (again) {
    const sim::Due next = now_.after(*again);
    schedule(slot(SlotKind::kReconcile), next, next.ms);
  }
}

// op:H8: the old deployment has to go; not before the deletion delay is over.
void System::outgoing_must_go(Color c) {
  chronicle_.must_go(c, static_cast<std::uint32_t>(controller_.deletion_delay.before_delete().ms()),
                     now_);
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
  if (is_active && (pass.row == ControllerRow::kA8 || pass.row == ControllerRow::kA11)) {
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
  chronicle_.state_changed(before.state, after.state, pass.aborted, last,
                           after.last_reconciled_spec, now_);
  if (after.state == BlueGreenState::kTransitioningToBlue ||
      after.state == BlueGreenState::kTransitioningToGreen) {
    chronicle_.survival_ends();
    if (pass.row == ControllerRow::kA7 && controller_.upgrade_mode != UpgradeMode::kStateless) {
      chronicle_.starts_from_savepoint();
    }
  }
  if (pass.aborted && is_active) {
    const EnvironmentSettings& environment = plan_.settings().environment;
    Survival survival;
    survival.survivor = after.state == BlueGreenState::kActiveBlue ? Color::kBlue : Color::kGreen;
    survival.version = world_.globals().map.newest;
    survival.known_at = now_.after(environment.informer_lag.longest_ms);
    chronicle_.survives(survival);
  }
}

}  // namespace model
