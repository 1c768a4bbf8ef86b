#include "model/system.hpp"

namespace model {

namespace {

constexpr std::uint32_t kPriorities = UINT32_MAX;

}  // namespace

System::System(const Plan& plan, World& world, sim::Agenda& agenda, sim::ChoiceSource& choices,
               Ledger& ledger, Chronicle& chronicle, sim::Trace& trace)
    : plan_(plan),
      job_(plan.job()),
      world_(world),
      agenda_(&agenda),
      choices_(choices),
      ledger_(ledger),
      chronicle_(chronicle),
      trace_(&trace),
      controller_(plan.controller()),
      clock_start_(plan.clock_start()) {}

System::System(const Plan& plan, World& world, sim::ChoiceSource& choices, Ledger& ledger,
               Chronicle& chronicle, DrawLog* draws)
    : plan_(plan),
      job_(plan.job()),
      world_(world),
      agenda_(nullptr),
      choices_(choices),
      ledger_(ledger),
      chronicle_(chronicle),
      trace_(nullptr),
      draws_(draws),
      controller_(plan.controller()),
      clock_start_(plan.clock_start()) {}

void System::start() {
  now_ = sim::Due{};
  world_.globals().spec.write(revision_of(1, kFirstManifest), now_);
  watch(slot(SlotKind::kPrimaryWatch), 0, 1);
  const std::vector<Happening>& all = plan_.happenings();
  world_.globals().happenings_left = static_cast<std::uint32_t>(all.size());
  for (std::uint32_t i = 0; i < all.size(); ++i) {
    const sim::Slot at = slot(SlotKind::kHappening, Color::kBlue, i);
    const auto earliest = static_cast<std::uint32_t>(all[i].at.ms());
    const auto latest = static_cast<std::uint32_t>(all[i].latest.ms());
    schedule(at, after(now_, at, ChoiceKind::kFaultTime, at, 0, Delay{earliest, latest}), 0);
  }
}

void System::on_event(sim::Slot at, sim::Due now) {
  now_ = now;
  world_.due(at) = sim::Window::never();
  const SlotInfo& info = plan_.slots()[sim::index_of(at)];
  note(NoteKind::kEvent, sim::index_of(at), 0, 0, 0);
  try {
    dispatch(info);
  } catch (const TaskFailed& failure) {
    fail_task(failure.color, failure.subtask);
  }
}

void System::dispatch(const SlotInfo& info) {
  switch (info.kind) {
    case SlotKind::kChannel: arrive(info.color, info.index); break;
    case SlotKind::kEmit: read_record(info.color, info.index); break;
    case SlotKind::kTick: tick(info.color, info.index); break;
    case SlotKind::kOpen: open_subtask(info.color, info.index); break;
    case SlotKind::kStart: start_job(info.color); break;
    case SlotKind::kTrigger: periodic_trigger(info.color); break;
    case SlotKind::kComplete: complete(info.color, info.index); break;
    case SlotKind::kGateWatch: deliver_to_gate(info.color, info.index); break;
    case SlotKind::kChildStatus: child_is_stable(info.color); break;
    case SlotKind::kChildWatch: child_controller(info.color); break;
    case SlotKind::kHappening: happens(info.index); break;
    case SlotKind::kPrimaryWatch:
    case SlotKind::kChildCache:
    case SlotKind::kMapCache: deliver_to_cache(info.kind, info.color); break;
    case SlotKind::kReconcile: reconcile_now(); break;
    case SlotKind::kReport: report_watermark(info.color, info.index); break;
    case SlotKind::kAllow: allow(info.color, info.index); break;
    case SlotKind::kAhead: on_ahead(info.color, info.index); break;
    case SlotKind::kExpire:
      checkpoint_fails(info.color, info.index, CheckpointFailure::kExpired);
      break;
    case SlotKind::kRegion: start_regions(info.color, info.index); break;
    case SlotKind::kDiscover: discover(info.color, info.index); break;
    case SlotKind::kAssignerTick: assigner_tick(info.color, info.index); break;
    case SlotKind::kOverdue: on_overdue(info.color, info.index); break;
    case SlotKind::kMirror: put_next_copy(static_cast<Cluster>(info.index)); break;
  }
}

sim::Due System::settles_at() {
  const Globals& globals = world_.globals();
  const PassUnderWay* const pass = world_.pass_under_way();
  const bool is_passing = pass != nullptr && pass->has_begun;
  if (globals.happenings_left > 0 || globals.operator_is_down || is_mirroring() || is_passing) {
    return sim::Due::never();
  }
  for (const Job& job : globals.jobs) {
    const bool busy = job.status == JobStatus::kRunning &&
                      (job.unread != 0 || job.in_flight != 0 || job.uncommitted != 0);
    if (busy || (job.is_up() && job.status != JobStatus::kRunning)) {
      return sim::Due::never();
    }
  }
  for (const VersionLog<Child, 4>& child : globals.children) {
    if (child.content().is_deleting != 0) {
      return sim::Due::never();
    }
  }
  const BlueGreenStatus& status = globals.status;
  const bool at_rest = status.job == BlueGreenJobStatus::kRunning ||
                       status.job == BlueGreenJobStatus::kFailing ||
                       status.job == BlueGreenJobStatus::kSuspended;
  const std::uint32_t spec = globals.spec.content();
  const bool waits_suspended = status.state == BlueGreenState::kInitializingBlue &&
                               status.job == BlueGreenJobStatus::kSuspended &&
                               controller_.content(spec).is_suspended;
  const bool is_reconciled =
      waits_suspended ||
      !controller_.differ(status.last_reconciled_spec, spec, plan_.protocol().controller);
  if (!at_rest || is_transitioning(status.state) || !is_reconciled) {
    return sim::Due::never();
  }
  return globals.last_change.after(controller_.content(spec).reschedule_ms);
}

void System::schedule(sim::Slot at, sim::Window due, std::uint64_t occurrence) {
  if (holds_back_) [[unlikely]] {
    due = due.not_before(held_until(plan_.slots()[sim::index_of(at)]));
  }
  if (agenda_ == nullptr) [[unlikely]] {
    if (draws_ != nullptr) {
      taken_back(at);
      draws_->on_schedule(at, name(ChoiceKind::kPriority, at), occurrence);
    }
    world_.due(at) = due;
    return;
  }
  world_.due(at) = due;
  const std::uint32_t priority = choose(ChoiceKind::kPriority, at, occurrence, kPriorities);
  agenda_->set(sim::Agenda::Entry{due.earliest, priority, at});
}

void System::taken_back(sim::Slot at) {
  if (world_.due(at).earliest <= now_) {
    draws_->on_unschedule(at);
  }
}

void System::unschedule(sim::Slot at) {
  if (draws_ != nullptr) [[unlikely]] {
    taken_back(at);
  }
  world_.due(at) = sim::Window::never();
  if (agenda_ != nullptr) [[likely]] {
    agenda_->clear(at);
  }
}

std::uint32_t System::draw(ChoiceKind kind, sim::Slot actor, std::uint64_t occurrence,
                           Delay delay) {
  const std::uint32_t steps = (delay.longest_ms - delay.shortest_ms) / grid_;
  return delay.shortest_ms + (steps == 0 ? 0 : choose(kind, actor, occurrence, steps + 1) * grid_);
}

sim::Window System::after(sim::Due from, sim::Slot at, ChoiceKind kind, sim::Slot actor,
                          std::uint64_t occurrence, Delay delay) {
  if (agenda_ == nullptr) [[unlikely]] {
    const sim::Due earliest = from.after(delay.shortest_ms);
    const std::uint32_t steps = (delay.longest_ms - delay.shortest_ms) / grid_;
    if (draws_ != nullptr) {
      draws_->on_delay(at, name(kind, actor), occurrence, earliest, steps + 1);
    }
    return {earliest, earliest.after(steps * grid_)};  // a whole step is the least (rt:F2 has less)
  }
  return sim::Window::at(from.after(draw(kind, actor, occurrence, delay)));
}

std::uint32_t System::choose(ChoiceKind kind, sim::Slot actor, std::uint64_t occurrence,
                             std::uint32_t count) {
  return choices_.choose(name(kind, actor), occurrence, count);
}

void System::note(NoteKind kind, std::uint32_t actor, std::uint16_t detail, std::int64_t a,
                  std::int64_t b) {
  if (trace_ == nullptr) [[unlikely]] {
    return;
  }
  const sim::Note what{now_, static_cast<std::uint16_t>(kind), detail, actor, a, b};
  if (kind >= kFirstRemark) {
    trace_->remark(what);
  } else if (kind >= kFirstKept) {
    trace_->add_kept(what);
  } else {
    trace_->add(what);
  }
}

}  // namespace model
