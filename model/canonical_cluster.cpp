// Of a state in canonical form: the cluster and the controller.
#include <algorithm>

#include "model/canonical_writer.hpp"
#include "model/operator_requests.hpp"

namespace model {

void CanonicalForm::Writer::child(const Child& of, const VersionLog<Child, 4>& log) {
  u16(static_cast<std::uint32_t>(of.exists | of.is_deleting << 1 | of.is_suspended << 2 |
                                 of.is_job_running << 3 | static_cast<int>(of.lifecycle) << 4 |
                                 of.is_renamed << 8));
  savepoint(of.initial_savepoint);
  u16(static_cast<std::uint32_t>(of.stopped_with));
  u16(of.spec);
  u16(of.nonce);
  back(log.newest, of.version);
}

void CanonicalForm::Writer::lag_since(sim::Due written) {
  until(written.after(plan_.settings().environment.informer_lag.longest_ms));
}

void CanonicalForm::Writer::write_cluster() {
  whole(globals_.map.content());
  std::uint32_t seen = std::min(globals_.map_seen, globals_.map.newest);
  for (const Color c : kColors) {
    if (world_.job(c).has_tasks()) {
      const std::span<const GateSlot> gates = world_.gates(c);
      for (std::uint32_t g = 0; g < gates.size(); ++g) {
        if (world_.subtasks(c)[job_.gates[g].subtask].open) {
          seen = std::min(seen, gates[g].seen);
        }
      }
    }
  }
  log(globals_.map, seen, [this](const ConfigMap& content) { map(content); });
  back(globals_.map.newest, globals_.map_seen);
  for (const Color c : kColors) {
    const std::size_t color = index_of(c);
    const VersionLog<Child, 4>& children = globals_.children[color];
    child(children.content(), children);
    log(children, std::min(globals_.child_seen[color], globals_.child_watched[color]),
        [&](const Child& content) { child(content, children); });
    back(children.newest, globals_.child_seen[color]);
    back(children.newest, globals_.child_watched[color]);
    const std::uint32_t given = globals_.child_given[color];
    back(children.newest, globals_.child_watched[color] < given ? given : children.newest);
    until(globals_.not_ready_until[color]);
    u16(globals_.gate_conflicts[color]);
    u16(globals_.lost_notices[color]);
    if (form_.checkpoints_may_fail_) {
      u16(globals_.to_be_declined[color]);
    }
    write_waiting_faults(color);
  }
  u16(globals_.spec.content());
  log(globals_.spec, globals_.spec_seen, [this](std::uint32_t revision) { u16(revision); });
  u16(globals_.controller_conflicts);
  flag(globals_.remembers_status);
  u16(globals_.operator_dies_after);
  for (std::size_t i = 0; i < plan_.happenings().size(); ++i) {
    flag(globals_.begun[i]);
  }
  u16(globals_.happenings_left);
  flag(globals_.operator_is_down);
  if (globals_.operator_dies_after != 0 || globals_.operator_is_down) {
    u16(globals_.operator_doom);
  }
  const std::array<std::uint32_t, 4> newest{globals_.map.newest, globals_.children[0].newest,
                                            globals_.children[1].newest, globals_.spec.newest};
  for (std::size_t i = 0; i < newest.size(); ++i) {
    write_watch(globals_.cache_watch[i], newest[i]);
  }
  write_operator_faults();
}

// What is wrong with an informer, of something whose newest version that is.
void CanonicalForm::Writer::write_watch(const WatchFaults& watch, std::uint32_t newest) {
  until(watch.frozen_until);
  if (form_.loses_events_) {
    back(newest, watch.lost);
    u16(watch.events_to_lose);
    flag(watch.relists);
  }
}

// Of those that some scenarios alone have.
void CanonicalForm::Writer::write_operator_faults() {
  const auto number = [&](Action action, std::uint32_t left) {
    if (plan_.has_action(action)) {
      u32(left);
    }
  };
  number(Action::kRefuseSavepoints, globals_.refused_triggers);
  number(Action::kLoseAnswers, globals_.failed_fetches);
  number(Action::kFailRequests, globals_.failed_requests);
  number(Action::kTimeOutRequests, globals_.timed_out_requests);
  number(Action::kFailIngress, globals_.failed_ingresses);
  number(Action::kSkewOperatorClock, static_cast<std::uint32_t>(globals_.operator_clock_ahead_ms));
  if (plan_.has_action(Action::kStopApiServer)) {
    until(globals_.api_down_until);
  }
  if (plan_.has_action(Action::kPauseOperator)) {
    until(globals_.operator_paused_until);
  }
  for (std::size_t c = 0; plan_.has_action(Action::kSlowDeletion) && c < 2; ++c) {
    u16(globals_.slow_deletion[c] << 1U | (globals_.is_torn_down[c] ? 1U : 0U));
  }
  u16(globals_.ingress.exists | static_cast<std::uint32_t>(globals_.ingress.backend) << 1U);
}

// Of those that are in force their slots know.
void CanonicalForm::Writer::write_waiting_faults(std::size_t color) {
  const auto number = [&](Action action, std::uint32_t left) {
    if (plan_.has_action(action)) {
      u32(left);
    }
  };
  number(Action::kFailSavepoint, globals_.savepoints_to_decline[color]);
  number(Action::kHangSavepoint, globals_.savepoints_to_hang[color]);
  number(Action::kSlowSavepoint, globals_.savepoints_to_slow[color]);
  number(Action::kSlowSavepoint, globals_.savepoints_slower_ms[color]);
  number(Action::kLoseAcknowledgement, globals_.lost_acknowledgements[color]);
  number(Action::kSlowRestart, globals_.restart_later_ms[color]);
  number(Action::kSkewClock, static_cast<std::uint32_t>(globals_.clock_skew_ms[color]));
}

void CanonicalForm::Writer::write_controller() {
  const ControllerView& view = globals_.view;
  u16(view.spec);
  map(view.map);
  for (const Color c : kColors) {
    child(view.children[index_of(c)], globals_.children[index_of(c)]);
  }
  write_status(globals_.status);
  write_trigger(globals_.status);
  const bool is_told_late = now_ < globals_.status_told_at;
  flag(is_told_late);
  if (is_told_late) {
    until(globals_.status_told_at);
    write_status(globals_.status_told);
    write_trigger(globals_.status_told);
  }
  if (const PassUnderWay* const pass = world_.pass_under_way()) {
    write_pass(*pass);
  }
  u16(globals_.retry_attempt);
  until(globals_.retry_at);
  if (options_.is_reduced && next_change_comes_first()) {
    u32(UINT32_MAX);
  } else {
    since(globals_.last_change, form_.reschedule_ms_ + 1);
  }
}

void CanonicalForm::Writer::write_status(const BlueGreenStatus& status) {
  u16(static_cast<std::uint32_t>(status.state));
  u16(static_cast<std::uint32_t>(status.job) | static_cast<std::uint32_t>(status.exists) << 7 |
      static_cast<std::uint32_t>(status.has_error) << 8 |
      static_cast<std::uint32_t>(status.has_clean_spec) << 9);
  u16(status.last_reconciled_spec);
  u16(status.spec_before);
  // Both by the operator's clock, which can be behind or come to be.
  const std::uint32_t margin = form_.operator_clock_off_ms_;
  until_past(status.abort_at.is_never() ? status.abort_at : status.abort_at.after(margin));
  until_past(status.ready_at.is_never() ? status.ready_at
                                        : status.ready_at.after(form_.deletion_delay_ms_ + margin));
}

void CanonicalForm::Writer::write_pass(const PassUnderWay& pass) {
  flag(pass.has_begun);
  if (!pass.has_begun) {
    return;
  }
  u16((pass.is_waiting ? 1U : 0U) | (pass.times_out ? 2U : 0U) | (pass.was_told ? 4U : 0U) |
      (pass.wrote_map ? 8U : 0U) | static_cast<std::uint32_t>(pass.echoes_asked) << 4U);
  u16(pass.view.spec);
  map(pass.view.map);
  for (const Color c : kColors) {
    child(pass.view.children[index_of(c)], globals_.children[index_of(c)]);
  }
  back(globals_.spec.newest, pass.spec_seen);
  back(globals_.map.newest, pass.map_seen);
  for (const BlueGreenStatus* const status : {&pass.status, &pass.stored}) {
    write_status(*status);
    write_trigger(*status);
  }
  by_operator_clock(pass.began);
  since(pass.put_at, UINT32_MAX);
  u16(static_cast<std::uint32_t>(pass.answers.size()));
  for (const Answered& answer : pass.answers) {
    write_number(answer);
    by_operator_clock(answer.clock);
    whole(answer.map.content);
    u16((answer.map.is_acknowledged ? 1U : 0U) | (answer.map.has_passed[0] ? 2U : 0U) |
        (answer.map.has_passed[1] ? 4U : 0U));
  }
}

void CanonicalForm::Writer::write_number(const Answered& answer) {
  switch (answer.is) {
    case AnswerIs::kPlain: u32(answer.number); break;
    case AnswerIs::kMap: back(globals_.map.newest, answer.map.version); break;
    case AnswerIs::kCheckpoint: back(world_.job(answer.of).next_checkpoint, answer.number); break;
    case AnswerIs::kChildVersion:
      back(globals_.children[index_of(answer.of)].newest, answer.number);
      break;
    case AnswerIs::kPut:
      u16(std::min<std::uint32_t>(answer.number, kPutRight));
      back(globals_.spec.newest, answer.number < kPutRight ? 0 : answer.number - kPutRight);
      break;
  }
}

void CanonicalForm::Writer::by_operator_clock(sim::Due shown) {
  u32(options_.is_reduced
          ? now_.ms + static_cast<std::uint32_t>(globals_.operator_clock_ahead_ms) - shown.ms
          : shown.ms);
}

namespace {

// Whether the job of that color is the one that the savepoint of a transition is taken from.
bool may_be_asked(BlueGreenState state, Color c) {
  return state == active(c) || state == savepointing(c) || state == transitioning_to(other(c)) ||
         state == BlueGreenState::kInitializingBlue;
}

}  // namespace

void CanonicalForm::Writer::write_trigger(const BlueGreenStatus& status) {
  flag(status.savepoint_trigger != 0);
  if (!options_.is_reduced) {
    u32(status.savepoint_trigger);
  }
  // Ids of the other job mean nothing here.
  for (const Color c : kColors) {
    if (options_.is_reduced && !may_be_asked(status.state, c)) {
      continue;
    }
    const Job& job = world_.job(c);
    const SnapshotHead& head = job.snapshots[index_of(SnapshotArea::kTransition)];
    const std::uint32_t id = status.savepoint_trigger;
    const bool is_superseded =
        job.has_latest && job.snapshots[index_of(job.latest)].id > status.savepoint_trigger;
    u16(id == 0 ? 0
                : (head.id == id ? 1U + head.complete : 0U) | (job.pending[1].id == id ? 4U : 0U) |
                      (is_superseded ? 8U : 0U));
    // A checkpoint that is under way may be older or newer; any later one is newer.
    if (id != 0 && head.id == id && (!is_superseded || !options_.is_reduced)) {
      back(job.next_checkpoint, id);
    }
  }
}

bool CanonicalForm::Writer::next_change_comes_first() const {
  return globals_.happenings_left > 0 ||
         std::any_of(globals_.jobs.begin(), globals_.jobs.end(), [](const Job& job) {
           return job.status == JobStatus::kRunning && (job.unread != 0 || job.uncommitted != 0);
         });
}

}  // namespace model
