// The Kubernetes side: the API server and its informers, the children and their own controllers,
// the user, and the passes of the blue/green controller (op:1.5, 1.6, 5.2, 5.3; p2:G3, K5, K7;
// rt:M1, M2, M3, M5).

#include <algorithm>

#include "model/metric_store.hpp"
#include "model/system.hpp"
#include "sim/check.hpp"

namespace model {

namespace {

std::int64_t pack_map(const ConfigMap& map) {
  return static_cast<std::int64_t>(map.active) | static_cast<std::int64_t>(map.stage) << 4 |
         static_cast<std::int64_t>(map.watermark_stage) << 8 |
         static_cast<std::int64_t>(map.is_first) << 12 |
         static_cast<std::int64_t>(map.has_toggle) << 13 |
         static_cast<std::int64_t>(map.exists) << 14;
}

}  // namespace

// The API server as the blue/green controller sees it. Calls take no time: what it reads live is
// still so when it writes.
class System::OperatorApi final : public ClusterApi {
 public:
  explicit OperatorApi(System& system) : system_(system) {}

  bool replace_config_map(const ConfigMap& content) override {
    store(content);
    return true;
  }
  bool patch_stage(Stage stage) override {
    ConfigMap content = system_.world_.globals().map.content();
    if (!content.exists) {
      return false;
    }
    content.stage = stage;
    store(content);
    return true;
  }
  bool create_or_replace_child(Color color, const Child& spec) override {
    system_.store_child(color, spec, ChildChange::kCreated);
    system_.deploy_job(color, spec);
    return true;
  }
  bool suspend_child(Color color, std::uint32_t cached_version) override {
    Child child = system_.world_.globals().children[index_of(color)].content();
    if (child.exists == 0 || child.version != cached_version) {
      return false;  // op:W4: 409
    }
    child.is_suspended = 1;
    system_.store_child(color, child, ChildChange::kSuspendAsked);
    return true;
  }
  bool delete_child(Color color) override {
    Child child = system_.world_.globals().children[index_of(color)].content();
    if (child.exists == 0) {
      return false;  // op:W5: 404 counts as not deleted
    }
    if (child.is_deleting == 0) {
      child.is_deleting = 1;
      system_.store_child(color, child, ChildChange::kDeleteAsked);
    }
    return true;
  }
  std::uint32_t trigger_savepoint(Color color) override {
    return system_.trigger_checkpoint(color, SavepointRole::kTransition);
  }
  SavepointState fetch_savepoint(Color color, std::uint32_t id) override {
    const SnapshotHead& head = system_.world_.job(color).snapshots[0];
    return head.id == id && head.complete != 0 ? SavepointState::kCompleted
                                               : SavepointState::kPending;
  }
  bool is_hand_over_done(Color color) override { return system_.hand_over_done(color); }

 private:
  void store(const ConfigMap& content) {
    system_.store_map(content, system_.slot(SlotKind::kReconcile), GateWrite::kNone);
  }

  System& system_;
};

void System::store_map(const ConfigMap& content, sim::Slot writer, GateWrite what) {
  auto& log = world_.globals().map;
  const bool was_waiting = log.content().watermark_stage == WatermarkStage::kWaiting;
  log.write(content, now_);
  changed();
  note(NoteKind::kMapStored, sim::index_of(writer), static_cast<std::uint16_t>(what),
       content.toggle.ms(), pack_map(content));
  for (const Color c : kColors) {
    const std::span<GateSlot> gates = world_.gates(c);
    for (std::uint32_t g = 0; g < gates.size(); ++g) {
      if (world_.subtasks(c)[job_.gates[g].subtask].open) {
        watch(slot(SlotKind::kGateWatch, c, g), gates[g].seen, log.newest);
      }
    }
  }
  watch(slot(SlotKind::kMapCache), world_.globals().map_seen, log.newest);
  if (content.has_toggle && what == GateWrite::kToggle) {
    chronicle_.toggle_stored(content.toggle, now_);
  }
  if (content.watermark_stage == WatermarkStage::kWaiting && !was_waiting) {
    chronicle_.reached(Milestone::kWaitingForWatermark, now_);
  }
  if (content.stage == Stage::kTransitioning) {
    chronicle_.reached(Milestone::kTransitioning, now_);
  }
  if (content.stage == Stage::kClearToTeardown && what == GateWrite::kTeardown) {
    chronicle_.reached(Milestone::kClearToTeardown, now_);
  }
}

void System::store_child(Color c, Child content, ChildChange what) {
  Globals& globals = world_.globals();
  auto& log = globals.children[index_of(c)];
  content.version = log.newest + 1;
  log.write(content, now_);
  changed();
  note(NoteKind::kChild, static_cast<std::uint32_t>(index_of(c)), static_cast<std::uint16_t>(what),
       content.version, content.spec);
  watch(slot(SlotKind::kChildCache, c), globals.child_seen[index_of(c)], log.newest);
  watch(slot(SlotKind::kChildWatch, c), globals.child_watched[index_of(c)], log.newest);
  const bool was_activated = !chronicle_.when(Milestone::kActiveBlue).is_never();
  const bool anybody =
      std::any_of(globals.children.begin(), globals.children.end(), [](const auto& child) {
        return child.content().exists != 0 && child.content().is_suspended == 0 &&
               child.content().is_deleting == 0;
      });
  if (was_activated && !anybody) {
    chronicle_.nobody_serves(now_);
  }
}

// A new version is there. Versions are delivered one by one, in order, each after its own lag but
// never before the one ahead.
void System::watch(sim::Slot watcher, std::uint32_t seen, std::uint32_t newest) {
  if (!is_scheduled(watcher) && seen < newest) {
    schedule_delivery(watcher, newest, now_);
  }
}

void System::schedule_delivery(sim::Slot watcher, std::uint32_t version, sim::Due written) {
  const std::uint32_t lag =
      draw(ChoiceKind::kInformerLag, watcher, version, plan_.settings().environment.informer_lag);
  schedule(watcher, std::max(now_, written.after(lag)), version);
}

template <class Log>
const auto& System::deliver_next(sim::Slot watcher, const Log& log, std::uint32_t& seen) {
  SIM_CHECK(seen < log.newest, "an informer delivers a version that is not there");
  seen = log.after(seen);
  if (seen < log.newest) {
    const std::uint32_t next = log.after(seen);
    schedule_delivery(watcher, next, log.at(next).written);
  }
  return log.at(seen).content;
}

// p2:G3.
void System::deliver_to_gate(Color c, std::uint32_t gate) {
  GateSlot& state = world_.gates(c)[gate];
  const sim::Slot actor = slot(SlotKind::kGateWatch, c, gate);
  const ConfigMap& content = deliver_next(actor, world_.globals().map, state.seen);
  if (on_config_map(state.gate, content, now_, plan_.protocol().gate) != GateError::kNone) {
    throw NotModelled("p2:R1.3", "an exception on the informer's thread");
  }
  note(NoteKind::kMapLearned, sim::index_of(actor), 0, content.toggle.ms(), pack_map(content));
}

// op:1.5, K7: each delivery replaces the cached object and makes the controller run.
void System::deliver_to_cache(SlotKind what, Color c) {
  Globals& globals = world_.globals();
  const sim::Slot watcher = slot(what, c);
  const std::size_t color = index_of(c);
  if (what == SlotKind::kPrimaryWatch) {
    globals.view.spec = deliver_next(watcher, globals.spec, globals.spec_seen);
  } else if (what == SlotKind::kChildCache) {
    globals.view.children[color] =
        deliver_next(watcher, globals.children[color], globals.child_seen[color]);
  } else {
    globals.view.map = deliver_next(watcher, globals.map, globals.map_seen);
    note(NoteKind::kMapCached, sim::index_of(watcher), 0, globals.view.map.toggle.ms(),
         pack_map(globals.view.map));
  }
  reconcile_soon();
}

// op:5.2: the child's own controller reacts to the newest version it has been told of.
void System::child_controller(Color c) {
  Globals& globals = world_.globals();
  auto& log = globals.children[index_of(c)];
  const Child child =
      deliver_next(slot(SlotKind::kChildWatch, c), log, globals.child_watched[index_of(c)]);
  if (child.exists == 0) {
    return;
  }
  const JobStatus status = world_.job(c).status;
  if (child.is_deleting != 0) {
    if (status != JobStatus::kFinished && status != JobStatus::kCancelled) {
      cancel_job(c);
    }
    Child gone;
    store_child(c, gone, ChildChange::kGone);
    return;
  }
  if (child.is_suspended == 0 || status == JobStatus::kStopping || status == JobStatus::kFinished ||
      status == JobStatus::kCancelled) {
    return;
  }
  // Its own status it knows as it is stored. Another upgrade mode than SAVEPOINT cancels (op:5.2).
  if (log.content().lifecycle == Lifecycle::kStable &&
      controller_.upgrade_mode == UpgradeMode::kSavepoint) {
    stop_with_savepoint(c);
    return;
  }
  // Not RUNNING as far as its controller knows: last-state fallback, which commits nothing.
  cancel_job(c);
  Child suspended = log.content();
  suspended.lifecycle = Lifecycle::kSuspended;
  suspended.is_job_running = 0;
  store_child(c, suspended, ChildChange::kSuspended);
}

void System::child_is_stable(Color c) {
  Child child = world_.globals().children[index_of(c)].content();
  child.lifecycle = Lifecycle::kStable;
  child.is_job_running = 1;
  store_child(c, child, ChildChange::kStable);
}

void System::user_acts() {
  Globals& globals = world_.globals();
  const auto& timeline = plan_.settings().timeline;
  const std::uint32_t revision = globals.spec.content() + 1;
  globals.spec.write(revision, now_);
  changed();
  note(NoteKind::kUserChange, 0, 0, revision, 0);
  chronicle_.change_requested(revision, now_);
  watch(slot(SlotKind::kPrimaryWatch), globals.spec_seen, globals.spec.newest);
  if (++globals.timeline_next < timeline.size()) {
    const auto at = static_cast<std::uint32_t>(timeline[globals.timeline_next].at.ms());
    schedule(slot(SlotKind::kUser), std::max(now_, sim::Due{at}), globals.timeline_next);
  }
}

// p2:R4.2 through the JobManager's metric store: asked first, answered from what the store holds,
// updated afterwards and at most every 10 s (rt:M1, M2); subtasks without a value are not missed
// (rt:M5).
bool System::hand_over_done(Color c) {
  Job& job = world_.job(c);
  if (job.status != JobStatus::kRunning && job.status != JobStatus::kStopping) {
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
    for (std::uint32_t g = 0; g < job_.gates.size(); ++g) {
      GateSlot& gate = world_.gates(c)[g];
      if (world_.subtasks(c)[job_.gates[g].subtask].open) {
        gate.has_metric = 1;
        gate.metric = handover_done(gate.gate, now_) ? 1 : 0;
      }
    }
  }
  return any && all_done;
}

// op:5.3: one timer slot; an event makes the next pass run at once and drops the delay that was
// asked for.
void System::reconcile_soon() {
  const sim::Slot at = slot(SlotKind::kReconcile);
  if (world_.due(at) > now_) {
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
  const Pass pass =
      reconcile(after, globals.view, plan_.protocol().controller, controller_, now_, api);
  globals.status = after;
  globals.retry_attempt = pass.failed ? globals.retry_attempt + 1 : 0;
  const std::optional<std::uint32_t> again =
      pass.failed ? retry_delay_ms(globals.retry_attempt - 1) : pass.again_ms;
  note(NoteKind::kPass, sim::index_of(slot(SlotKind::kReconcile)),
       static_cast<std::uint16_t>(static_cast<unsigned>(pass.row) | (pass.failed ? 1U << 8 : 0U)),
       static_cast<std::int64_t>(after.state), again ? static_cast<std::int64_t>(*again) : -1);
  chronicle_.deadline_set(after.abort_at);
  if (after.state != before.state) {
    note(NoteKind::kState, sim::index_of(slot(SlotKind::kReconcile)),
         static_cast<std::uint16_t>(pass.row), static_cast<std::int64_t>(before.state),
         static_cast<std::int64_t>(after.state));
    chronicle_.state_changed(
        before.state, after.state, pass.aborted,
        {ledger_.writing(Color::kBlue).last_number, ledger_.writing(Color::kGreen).last_number},
        after.last_reconciled_spec, now_);
  }
  if (again) {
    const sim::Due next = now_.after(*again);
    schedule(slot(SlotKind::kReconcile), next, next.ms);
  }
}

}  // namespace model
