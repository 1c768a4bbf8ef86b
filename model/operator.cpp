// The blue/green controller in its process: what it can do to the outside world, when it runs, and
// what a pass leaves behind (op:1.6, 5.3; p2:K5, K13, K15; rt:M1, M2, M3, M5, M7).

#include <algorithm>
#include <utility>

#include "model/actions.hpp"
#include "model/metric_store.hpp"
#include "model/operator_api.hpp"
#include "model/operator_requests.hpp"

namespace model {

// p2:R4.2 through the JobManager's metric store: asked first, answered from what the store holds,
// updated afterwards and at most every 10 s (rt:M1, M2); subtasks without a value are not missed
// (rt:M5).
bool System::hand_over_done(Color c) {
  Job& job = world_.job(c);
  const bool has_ended = job.status == JobStatus::kFinished;
  const bool answers = job.status == JobStatus::kRunning || job.status == JobStatus::kStopping ||
                       job.status == JobStatus::kRestarting ||
                       (has_ended && plan_.settings().environment.stopped_job_answers);
  if (!answers) {
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
// asked for. While a pass is under way it is only noted that there was one.
void System::reconcile_soon() {
  PassUnderWay* const pass = world_.pass_under_way();
  if (pass != nullptr && pass->has_begun) {
    pass->was_told = true;
    return;
  }
  const sim::Slot at = slot(SlotKind::kReconcile);
  if (world_.due(at).earliest > now_) {
    schedule(at, now_, now_.ms);
  }
}

void System::reconcile_now() {
  const Globals& globals = world_.globals();
  if (globals.view.spec == 0) {
    return;  // the resource is not in the cache yet
  }
  if (now_ < globals.operator_paused_until) {
    schedule(slot(SlotKind::kReconcile), globals.operator_paused_until, now_.ms);
    return;
  }
  PassUnderWay at_once;
  PassUnderWay* const under_way = world_.pass_under_way();
  PassUnderWay& pass = under_way == nullptr ? at_once : *under_way;
  if (!pass.has_begun) {
    if (const std::optional<std::uint32_t> later = limits_rate()) {
      const sim::Due next = now_.after(*later);
      schedule(slot(SlotKind::kReconcile), next, next.ms);
      return;
    }
    begin_pass(pass);
  }
  if (under_way == nullptr) {
    carry_out(pass, world_.globals().view);
    return;
  }
  ControllerView view = pass.view;
  carry_out(pass, view);
}

// How much later a pass is tried again that the rate limiter does not let through: by as long as it
// has been counting (op:5.3).
std::optional<std::uint32_t> System::limits_rate() {
  const std::optional<RateLimiter>& limiter = plan_.settings().environment.rate_limiter;
  if (!limiter) {
    return std::nullopt;
  }
  Globals& globals = world_.globals();
  globals.counted_since = globals.passes_in_row == 0 ? now_ : globals.counted_since;
  if (globals.passes_in_row < limiter->limit) {
    ++globals.passes_in_row;
    return std::nullopt;
  }
  if (globals.counted_since.after(ms_of(limiter->refresh_period)) < now_) {
    globals.counted_since = now_;
    globals.passes_in_row = 1;
    return std::nullopt;
  }
  constexpr std::uint32_t kLeastMs = 50;
  return std::max(now_.ms - globals.counted_since.ms, kLeastMs);
}

void System::begin_pass(PassUnderWay& pass) {
  const Globals& globals = world_.globals();
  pass.has_begun = true;
  pass.spec_seen = globals.spec_seen;
  pass.map_seen = globals.map_seen;
  pass.status = status_in_cache();
  pass.stored = globals.status;
  pass.began = operator_clock();
  if (world_.pass_under_way() != nullptr) {
    pass.view = globals.view;
  }
}

// Up to its end, or to where it has to wait.
void System::carry_out(PassUnderWay& pass, ControllerView& view) {
  BlueGreenStatus after = pass.status;
  OperatorApi api{*this, pass};
  Pass result;
  try {
    result = reconcile(after, view, plan_.protocol().controller, controller_, pass.began, api);
    if (!result.failed) {
      result.failed = !store_status(after, result, pass, api);
    }
  } catch (const OperatorDied&) {
    operator_died();
    return;
  } catch (const PassWaits& waits) {
    keep_in_caches(pass, view);
    schedule(slot(SlotKind::kReconcile), waits.until, waits.until.ms);
    return;
  }
  const bool was_told = pass.was_told;
  if (world_.pass_under_way() != nullptr) {
    keep_in_caches(pass, view);
    pass = PassUnderWay{};
  }
  look_at_ingress();
  end_pass(result, after.state, was_told);
}

// When the next one runs (op:5.3). One that has failed and is followed by another at once, as there
// was an event, uses up no attempt.
void System::end_pass(const Pass& pass, BlueGreenState state, bool was_told) {
  Globals& globals = world_.globals();
  std::optional<std::uint32_t> again = pass.again_ms;
  if (!pass.failed) {
    globals.retry_attempt = 0;
    globals.retry_at = {};
  }
  if (was_told) {
    again = 0;
  } else if (pass.failed) {
    again = next_retry();
  }
  if (const auto& sleeps = plan_.settings().environment.wakes_up_after; sleeps && !again) {
    again = ms_of(*sleeps);
  }
  if (again && now_ < globals.status_told_at) {
    again =
        std::max(*again, 1U);  // a pass takes no time here, and the cache changes with time only
  }
  note(NoteKind::kPass, sim::index_of(slot(SlotKind::kReconcile)),
       static_cast<std::uint16_t>(static_cast<unsigned>(pass.row) | (pass.failed ? 1U << 8 : 0U)),
       static_cast<std::int64_t>(state), again ? static_cast<std::int64_t>(*again) : -1);
  if (again) {
    const sim::Due next = now_.after(*again);
    schedule(slot(SlotKind::kReconcile), next, next.ms);
  }
}

// After which delay a pass that has failed is tried again; none: the attempts are used up.
std::optional<std::uint32_t> System::next_retry() {
  Globals& globals = world_.globals();
  constexpr std::uint32_t kNearMs = 5'000;
  if (plan_.protocol().controller.retry_deadline == RetryDeadline::kKept &&
      now_.after(kNearMs) < globals.retry_at) {
    return globals.retry_at.ms - now_.ms;
  }
  const std::optional<std::uint32_t> delay = retry_delay_ms(globals.retry_attempt++);
  globals.retry_at = delay ? now_.after(*delay) : sim::Due{};
  return delay;
}

// A pass changes cached objects in place, before the request (p2:K5, op:R14); what has come to the
// cache since it began is another object.
void System::keep_in_caches(const PassUnderWay& pass, const ControllerView& view) {
  ControllerView& cached = world_.globals().view;
  for (const Color c : kColors) {
    if (cached.child(c).version == pass.view.children[index_of(c)].version) {
      cached.child(c) = view.children[index_of(c)];
    }
  }
  if (world_.globals().map_seen == pass.map_seen) {
    cached.map = view.map;
  }
}

// A request that takes no time is answered at once. One that a JobManager leaves without an answer
// ends with a time-out (op:2.2).
void System::wait_for_answer(PassUnderWay& pass, std::uint32_t takes_ms,
                             std::optional<Color> job_manager) {
  if (std::exchange(pass.is_waiting, false)) {
    return;  // it is there
  }
  sim::Due until = now_.after(takes_ms);
  pass.times_out = false;
  if (job_manager) {
    const sim::Due answers = in_force_until(Action::kPauseJobManager, *job_manager)
                                 .after(slower_by(Action::kSlowJobManager, *job_manager));
    const sim::Due gives_up = now_.after(kAnswerTimeoutMs);
    pass.times_out = gives_up < answers;
    until = std::max(until, std::min(answers, gives_up));
  }
  if (now_ < until) {
    pass.is_waiting = true;
    throw PassWaits{until};
  }
}

std::uint32_t System::slower_by(Action action, Color c) {
  std::uint32_t ms = 0;
  if (plan_.has_action(action)) {
    each_in_force(action, c, [&](const Happening& what, sim::Due) { ms += ms_of(what.by); });
  }
  return ms;
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
bool System::store_status(const BlueGreenStatus& after, const Pass& result, PassUnderWay& pass,
                          OperatorApi& api) {
  const BlueGreenStatus& before = pass.stored;
  if (after == before) {  // as remembered
    return true;
  }
  const ControllerRules& rules = plan_.protocol().controller;
  // W2 removes a key that W1 has removed: 422, and the delay that was asked for is lost.
  const bool removes_key = (before.savepoint_trigger != 0 && after.savepoint_trigger == 0) ||
                           (before.has_error != 0 && after.has_error == 0);
  const bool puts = rules.status_writes == StatusWrites::kPutThenPatch;
  const bool is_refused = puts && removes_key && plan_.settings().environment.strict_patches;
  Globals& globals = world_.globals();
  const bool is_put = api.put_status([&] {
    globals.status = after;
    globals.status_told_at = {};
    globals.remembers_status = true;
    pass.put_at = now_;
    status_is_stored(before, result);
  });
  const bool is_right = is_put && (!puts || api.patch_status(is_refused));
  // The answer to W2 goes to the cache. Without it the informer brings what was stored.
  const bool is_read_back = is_right && rules.own_status == OwnStatus::kReadBack;
  if (globals.status == after && !is_read_back) {
    const sim::Slot actor = slot(SlotKind::kReconcile);
    globals.status_told = pass.status;
    globals.status_told_at =
        pass.put_at.after(draw(ChoiceKind::kStatusEcho, actor, ++globals.statuses_written,
                               plan_.settings().environment.informer_lag));
  }
  return is_right;
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
  if (pass.row == ControllerRow::kT7) {  // when it looked, not when that is stored
    chronicle_.ready_seen(sim::Due{now_.ms - (operator_clock().ms - after.ready_at.ms)});
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
