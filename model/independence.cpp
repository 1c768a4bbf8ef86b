#include "model/independence.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "model/gate.hpp"
#include "model/metric_store.hpp"
#include "model/quiet_controller.hpp"

namespace model {

namespace {

constexpr std::uint32_t kMostGroups = 64;

// Groups: the subtasks of blue, those of green; the life, the checkpoints and the child's informer
// of blue and of green; the controller; the informers of the gates of blue, those of green; then
// one for each thing from outside.
struct Numbering {
  std::uint32_t subtasks = 0;
  std::uint32_t gates = 0;

  [[nodiscard]] std::uint32_t subtask(Color c, std::uint32_t s) const {
    return static_cast<std::uint32_t>(index_of(c) * subtasks) + s;
  }
  [[nodiscard]] std::uint32_t life(Color c) const {
    return (2 * subtasks) + static_cast<std::uint32_t>(index_of(c));
  }
  [[nodiscard]] std::uint32_t checkpoints(Color c) const { return life(c) + 2; }
  [[nodiscard]] std::uint32_t child(Color c) const { return life(c) + 4; }
  [[nodiscard]] std::uint32_t controller() const { return (2 * subtasks) + 6; }
  [[nodiscard]] std::uint32_t watch(Color c, std::uint32_t g) const {
    return controller() + 1 + static_cast<std::uint32_t>(index_of(c) * gates) + g;
  }
  [[nodiscard]] std::uint32_t happening(std::uint32_t number) const {
    return watch(Color::kGreen, gates) + number;
  }
};

constexpr std::uint64_t bit(std::uint32_t group) { return std::uint64_t{1} << group; }

std::uint32_t group_of(const JobPlan& job, const Numbering& number, const SlotInfo& slot) {
  switch (slot.kind) {
    case SlotKind::kChannel: {
      const auto data = static_cast<std::uint32_t>(job.data_channels.size());
      const std::uint32_t receiver =
          slot.index < data ? job.data_channels[slot.index].to : slot.index - data;
      return number.subtask(slot.color, receiver);
    }
    case SlotKind::kAhead: return number.subtask(slot.color, job.data_channels[slot.index].to);
    case SlotKind::kOverdue:
    case SlotKind::kOpen: return number.subtask(slot.color, slot.index);
    case SlotKind::kEmit:
    case SlotKind::kReport:
    case SlotKind::kTick: return number.subtask(slot.color, job.sources[slot.index].subtask);
    case SlotKind::kAssignerTick:
      return number.subtask(slot.color, job.assigners[slot.index].subtask);
    case SlotKind::kGateWatch: return number.watch(slot.color, slot.index);
    case SlotKind::kTrigger:
    case SlotKind::kExpire:
    case SlotKind::kComplete: return number.checkpoints(slot.color);
    case SlotKind::kChildWatch: return number.child(slot.color);
    case SlotKind::kAllow:
    case SlotKind::kRegion:
    case SlotKind::kDiscover:
    case SlotKind::kStart:
    case SlotKind::kChildStatus: return number.life(slot.color);
    case SlotKind::kPrimaryWatch:
    case SlotKind::kChildCache:
    case SlotKind::kMapCache:
    case SlotKind::kReconcile: return number.controller();
    case SlotKind::kHappening: return number.happening(slot.index);
    case SlotKind::kMirror: break;  // in no exploration
  }
  return 0;
}

// A checkpoint that fails can take its whole job with it, whatever else is going on (rt:C15).
bool checkpoints_may_fail(const Plan& plan) {
  return plan.job().timeout_ms != 0 || plan.has_action(Action::kFailCheckpoint);
}

// Faults that go on from event to event: what they make depend on each other is not known here.
bool has_lasting_fault(const Plan& plan) {
  const std::vector<Happening>& all = plan.happenings();
  return std::any_of(all.begin(), all.end(),
                     [](const Happening& what) { return what.action >= Action::kPauseJobManager; });
}

}  // namespace

Independence::Independence(const Plan& plan)
    : plan_(plan), subtasks_(static_cast<std::uint32_t>(plan.job().subtasks.size())) {
  const JobPlan& job = plan.job();
  const Numbering number{subtasks_, static_cast<std::uint32_t>(job.gates.size())};
  const auto groups = number.happening(static_cast<std::uint32_t>(plan.happenings().size()));
  // A gate may fail its whole job over a record (p2:R1.3), whatever else is going on.
  const bool any_may_fail =
      plan.protocol().has_gate &&
      plan.protocol().gate.missing_timestamp == MissingTimestamp::kException &&
      std::any_of(job.marks.begin(), job.marks.end(), [](Mark mark) { return mark.is_none(); });
  const EnvironmentSettings& environment = plan.settings().environment;
  const bool may_start_at_once =
      environment.deploy_time[0].shortest_ms == 0 || environment.deploy_time[1].shortest_ms == 0;
  share_ids_ = std::any_of(job.sinks.begin(), job.sinks.end(), [](const SinkPlan& sink) {
    const auto& kafka = sink.kafka;
    return kafka && (kafka->inherits_state || kafka->ids_of[0] == kafka->ids_of[1] ||
                     kafka->lists[0][1] || kafka->lists[1][0]);
  });
  const bool has_named_changes =
      plan.settings().deployment.ingress != IngressSetting::kNone ||
      std::any_of(plan.happenings().begin(), plan.happenings().end(),
                  [](const Happening& what) { return what.edit.is_named(); });
  is_possible_ = !has_named_changes && groups <= kMostGroups && !any_may_fail &&
                 !(share_ids_ && may_start_at_once) && environment.informer_lag.shortest_ms > 0 &&
                 !checkpoints_may_fail(plan) && !has_lasting_fault(plan);
  if (!is_possible_) {
    return;
  }
  for (const SlotInfo& slot : plan.slots()) {
    group_of_.push_back(static_cast<Group>(group_of(job, number, slot)));
  }
  travels_at_once_ = environment.channel_delay.shortest_ms == 0 ||
                     std::any_of(job.data_channels.begin(), job.data_channels.end(),
                                 [](const ChannelPlan& channel) {
                                   return channel.latency && channel.latency->shortest_ms == 0;
                                 });
  upstream_.assign(subtasks_, 0);
  for (std::uint32_t round = 0; round < subtasks_; ++round) {
    for (const ChannelPlan& channel : job.data_channels) {
      upstream_[channel.to] |= bit(channel.from) | upstream_[channel.from];
    }
  }
  // Who takes something out of a full channel lets go on who sends into it (rt:N5).
  releasing_.assign(subtasks_, 0);
  for (std::uint32_t s = 0; s < subtasks_ && job.channel_capacity != 0; ++s) {
    for (std::uint32_t of = 0; of < subtasks_; ++of) {
      releasing_[s] |= (upstream_[of] & bit(s)) != 0 ? bit(of) : 0;
    }
  }
}

// One instant of one state.
class Independence::Instant {
 public:
  Instant(const Independence& of, World& world, const Chronicle& chronicle, sim::Due now,
          std::span<const sim::Slot> enabled)
      : of_(of),
        plan_(of.plan_),
        job_(of.plan_.job()),
        rules_(of.plan_.protocol().gate),
        environment_(of.plan_.settings().environment),
        number_{of.subtasks_, static_cast<std::uint32_t>(of.plan_.job().gates.size())},
        world_(world),
        globals_(world.globals()),
        chronicle_(chronicle),
        now_(now),
        enabled_slots_(enabled) {
    for (const sim::Slot slot : enabled) {
      const Groups group = bit(of.group_of_[sim::index_of(slot)]);
      enabled_ |= group;
      urgent_ |= world.due(slot).latest == now ? group : 0;
    }
    for (const Color c : kColors) {
      if ((enabled_ & bit(number_.child(c))) != 0) {
        const bool is_idle_now = is_idle_watch(c, Versions::kNext);
        idle_now_ |= is_idle_now ? bit(number_.child(c)) : 0;
        idle_ |= is_idle_now && is_idle_watch(c, Versions::kAll) ? bit(number_.child(c)) : 0;
      }
      for (std::uint32_t g = 0; g < job_.gates.size(); ++g) {
        const std::uint32_t subtask = number_.subtask(c, job_.gates[g].subtask);
        with_gate_ |= bit(subtask);
        const bool is_told = (enabled_ & bit(number_.watch(c, g))) != 0;
        // What can be brought to it at this instant counts as there.
        const bool has_work = (enabled_ & bit(subtask)) != 0 || sources_of(subtask) != 0;
        const bool may_talk = has_work && talks(c, g, is_told);
        talking_ |= may_talk ? bit(subtask) : 0;
        talking_now_ |= may_talk && talks(c, g, false) ? bit(subtask) : 0;
        const bool may_be_watched = has_work && is_watched(c, g, is_told);
        watched_ |= may_be_watched ? bit(subtask) : 0;
        watched_now_ |= may_be_watched && is_watched(c, g, false) ? bit(subtask) : 0;
        if (is_told && learns(c, g, may_talk, Versions::kAll)) {
          const Groups watch = bit(number_.watch(c, g));
          learning_ |= watch;
          learning_now_ |= learns(c, g, may_talk, Versions::kNext) ? watch : 0;
        }
      }
    }
    look_at_sinks();
  }

  // The smallest closed set that has an event that cannot wait.
  [[nodiscard]] Groups persistent() {
    Groups best = enabled_;
    for (Groups left = urgent_; left != 0; left &= left - 1) {
      const Groups closed = closure(left & (~left + 1));
      if ((closed & (closed - 1)) == 0) {
        return closed;  // none is smaller
      }
      if (__builtin_popcountll(closed) < __builtin_popcountll(best)) {
        best = closed;
      }
    }
    return best;
  }

 private:
  // Of those that an informer can bring at this instant.
  enum class Versions : std::uint8_t { kNext, kAll };

  // Sinks that write keys, whose order makes a difference (rt:X16), and those that can abort what
  // the other job has in Kafka, with the start and the end of a job, which commit and abort as well
  // (rt:X6, rt:X7, rt:X9). One that may find itself fenced fails its whole job (rt:X11).
  void look_at_sinks() {
    if (job_.key_count == 0 && !job_.has_kafka) {
      return;
    }
    for (const Color c : kColors) {
      for (const SinkPlan& sink : job_.sinks) {
        const std::uint32_t subtask = number_.subtask(c, sink.subtask);
        const bool has_work = (enabled_ & bit(subtask)) != 0 || sources_of(subtask) != 0;
        keyed_ |= has_work && sink.guarantee == Guarantee::kUpsert ? bit(subtask) : 0;
        meeting_ |= has_work && sink.kafka && of_.share_ids_ ? bit(subtask) : 0;
      }
      if (of_.share_ids_ && globals_.jobs[index_of(c)].is_up()) {  // may begin or end
        meeting_ |= bit(number_.life(c)) | bit(number_.child(c));
      }
    }
    for (const Color c : kColors) {
      for (std::uint32_t k = 0; k < job_.sinks.size(); ++k) {
        const bool fails = job_.sinks[k].kafka && may_be_fenced(c, k);
        wild_ |= fails ? bit(number_.subtask(c, job_.sinks[k].subtask)) : 0;
      }
    }
  }
  // Already, by the broker (rt:X14), or by what the other job does at this instant.
  [[nodiscard]] bool may_be_fenced(Color c, std::uint32_t k) const {
    const SinkPlan& sink = job_.sinks[k];
    const Sink& own = world_.sinks(c)[k];
    if (own.open_transaction == 0) {
      return false;
    }
    const auto* held = transactional_id_of(k, own.open_transaction);
    if (held == nullptr ||
        (held->is_open() && now_.ms - held->first_record.ms > sink.kafka->timeout_ms)) {
      return true;
    }
    const Groups of_other = bit(number_.subtask(other(c), sink.subtask));
    if (!of_.share_ids_ || ((meeting_ & of_other) == 0 && !is_starting(other(c)))) {
      return false;
    }
    const Job& job = globals_.jobs[index_of(other(c))];
    const bool begins_next = sink.kafka->naming == TransactionNaming::kIncrementing &&
                             job.closed_subtasks == 0 && !is_starting(other(c));
    return !begins_next ||
           (own.k > world_.sinks(other(c))[k].last_checkpoint && own.k <= job.next_checkpoint + 1);
  }
  [[nodiscard]] const TransactionalId* transactional_id_of(std::uint32_t sink,
                                                           std::uint32_t transaction) const {
    for (const Color prefix : kColors) {
      for (const TransactionalId& id : world_.transactional_ids(prefix, sink)) {
        if (id.transaction == transaction) {
          return &id;
        }
      }
    }
    return nullptr;
  }

  [[nodiscard]] Groups closure(Groups from) {
    Groups closed = from;
    for (Groups to_do = from; to_do != 0;) {
      const auto group = static_cast<std::uint32_t>(__builtin_ctzll(to_do));
      to_do &= to_do - 1;
      const Groups more = met_by(group) & ~closed;
      closed |= more;
      to_do |= more;
    }
    return closed;
  }

  // Of what is enabled and does something: what depends on this group, and what can bring something
  // into it.
  [[nodiscard]] Groups met_by(std::uint32_t group) {
    if ((known_ & bit(group)) == 0) {
      known_ |= bit(group);
      const Groups all = (wild_ & bit(group)) != 0 ? ~Groups{0} : dependent_on(group) | wild_;
      met_by_[group] = with_sources(all | bit(group)) & enabled_ & ~idle_;
    }
    return met_by_[group];
  }

  // And what can bring something into one of them at this instant: the last acknowledgement
  // completes a checkpoint, the last task that opens makes the child stable, and a subtask that has
  // nothing to do gets it from those upstream or from its coordinator.
  [[nodiscard]] Groups with_sources(Groups all) const {
    for (Groups left = all & ~enabled_ & (bit(2 * number_.subtasks) - 1); left != 0;
         left &= left - 1) {
      all |= sources_of(static_cast<std::uint32_t>(__builtin_ctzll(left)));
    }
    for (const Color c : kColors) {
      const bool from_tasks =
          ((all & bit(number_.checkpoints(c))) != 0 && may_complete(c)) ||
          ((all & bit(number_.life(c))) != 0 &&
           (globals_.jobs[index_of(c)].closed_subtasks != 0 || !job_.coordinators.empty()));
      all |= from_tasks ? subtasks_of(c) : 0;
      const std::uint32_t deploys_in = environment_.deploy_time[index_of(c)].shortest_ms;
      if ((all & bit(number_.life(c))) != 0 && deploys_in <= environment_.status_lag.longest_ms) {
        all |= bit(number_.child(c)) | controller();
      }
    }
    return all;
  }
  [[nodiscard]] Groups sources_of(std::uint32_t subtask) const {
    const Color c = subtask < number_.subtasks ? Color::kBlue : Color::kGreen;
    const std::uint32_t base = number_.subtask(c, 0);
    const bool may_open =
        environment_.open_time.shortest_ms == 0 && !world_.subtasks(c)[subtask - base].open;
    const bool may_discover =
        environment_.notice_delay.shortest_ms == 0 && !job_.enumerators.empty();
    return (may_open || may_discover ? bit(number_.life(c)) : 0) |
           (of_.travels_at_once_ ? of_.upstream_[subtask - base] << base : 0) |
           of_.releasing_[subtask - base] << base |
           (environment_.notice_delay.shortest_ms == 0 ? bit(number_.checkpoints(c)) : 0);
  }
  [[nodiscard]] bool may_complete(Color c) const {
    const Job& job = globals_.jobs[index_of(c)];
    return environment_.checkpoint_time.shortest_ms == 0 &&
           (job.pending[0].id != 0 || job.pending[1].id != 0);
  }
  // Its tasks are told that the savepoint of the stop is complete; the last one ends the job.
  [[nodiscard]] bool is_closing(Color c) const {
    const Job& job = globals_.jobs[index_of(c)];
    return job.status == JobStatus::kStopping && job.unfinished != 0;
  }
  [[nodiscard]] Groups subtasks_of(Color c) const {
    const Groups all = bit(number_.subtasks) - 1;
    return all << (index_of(c) * number_.subtasks);
  }

  [[nodiscard]] Groups dependent_on(std::uint32_t group) const {
    Groups all = 0;
    const std::uint32_t subtasks = number_.subtasks;
    if ((idle_now_ & bit(group)) != 0) {
      return 0;
    }
    if (group < 2 * subtasks) {
      const Color c = group < subtasks ? Color::kBlue : Color::kGreen;
      return dependent_on_subtask(c, group);
    }
    for (const Color c : kColors) {
      if (group == number_.checkpoints(c)) {
        all = bit(number_.life(c)) | bit(number_.child(c)) | eventful() | after_start(other(c));
        for_each_subtask(subtasks_of(c), [&](std::uint32_t subtask) {
          all |= meets_checkpoints(c, subtask) ? bit(subtask) : 0;
        });
        all |= watch_meets_checkpoints() ? watches_of(c) & learning_ : 0;
        return all | (controller_meets_checkpoints() || may_die() ? controller() : 0);
      }
      if (group == number_.life(c) || group == number_.child(c)) {
        all = subtasks_of(c) | watches_of(c) | bit(number_.life(c)) | bit(number_.checkpoints(c)) |
              bit(number_.child(c)) | eventful() | after_start(other(c));
        all |= (meeting_ & bit(group)) != 0 ? meeting_ : 0;
        if (is_starting(c)) {  // it reads what the other one left behind
          all |= bit(number_.child(other(c))) | bit(number_.checkpoints(other(c))) |
                 (globals_.jobs[index_of(other(c))].pending[1].id != 0 ? subtasks_of(other(c)) : 0);
        }
        const bool meets = group == number_.child(c) || controller_meets_life(c) || may_die();
        return all | (meets ? controller() : 0);
      }
    }
    if (group > number_.controller() && group < number_.happening(0)) {
      return dependent_on_watch(group);
    }
    if (group == number_.controller()) {
      all = happenings();
      if (controller() == 0) {
        return all;
      }
      for (const Color c : kColors) {
        all |= bit(number_.child(c)) |
               (controller_meets_life(c) || may_die() ? bit(number_.life(c)) : 0) |
               (controller_meets_checkpoints() || may_die() ? bit(number_.checkpoints(c)) : 0);
      }
      for_each_subtask(bit(2 * subtasks) - 1, [&](std::uint32_t subtask) {
        all |= meets_controller(subtask) ? bit(subtask) : 0;
      });
      for (const Color c : kColors) {
        all |= is_gauge_read(c) ? watches_of(c) & learning_ : 0;
      }
      return all;
    }
    return is_eventful(group - number_.happening(0)) ? ~Groups{0}
                                                     : bit(number_.controller()) | happenings();
  }

  template <class Visit>
  void for_each_subtask(Groups among, Visit visit) const {
    for (Groups left = enabled_ & among; left != 0; left &= left - 1) {
      visit(static_cast<std::uint32_t>(__builtin_ctzll(left)));
    }
  }

  [[nodiscard]] Groups dependent_on_subtask(Color c, std::uint32_t group) const {
    const Job& job = globals_.jobs[index_of(c)];
    Groups all = bit(number_.life(c)) | bit(number_.child(c)) | eventful() | learning_of(group);
    if (is_closing(c) || can_fail()) {
      all |= watches_of(c);
    }
    all |= (keyed_ & bit(group)) != 0 ? keyed_ : 0;
    all |= (meeting_ & bit(group)) != 0 ? meeting_ : 0;
    if (job.pending[1].id != 0) {
      all |= after_start(other(c));
    }
    if (meets_checkpoints(c, group)) {
      all |= bit(number_.checkpoints(c));
    }
    if (meets_controller(group)) {
      all |= controller();
    }
    if (job.closed_subtasks != 0 || is_closing(c) || may_complete(c)) {
      all |= subtasks_of(c) | bit(number_.checkpoints(c));
    } else {
      // What can bring something new to it at this instant.
      const std::uint32_t base = number_.subtask(c, 0);
      all |= of_.releasing_[group - base] << base;
      all |= of_.travels_at_once_ ? of_.upstream_[group - base] << base : 0;
    }
    if ((talking_now_ & bit(group)) != 0) {
      all |= talking_ | watched_;
      if (can_fail()) {
        all |= subtasks_of(c);
      }
    }
    if ((watched_now_ & bit(group)) != 0) {
      all |= talking_;
    }
    if (can_fail() && (talking_ & subtasks_of(c)) != 0) {
      all |= subtasks_of(c);
    }
    return all;
  }

  // A gate's informer. Where it brings nothing new the subtask does not see it (p2:G3).
  [[nodiscard]] Groups dependent_on_watch(std::uint32_t group) const {
    const bool is_blue = group < number_.watch(Color::kGreen, 0);
    const Color c = is_blue ? Color::kBlue : Color::kGreen;
    Groups all = bit(number_.life(c)) | bit(number_.child(c)) | eventful();
    all |= is_closing(c) ? subtasks_of(c) : 0;
    if ((learning_now_ & bit(group)) != 0) {
      all |= bit(number_.subtask(c, job_.gates[group - number_.watch(c, 0)].subtask)) |
             (is_gauge_read(c) ? controller() : 0) |
             (watch_meets_checkpoints() ? bit(number_.checkpoints(c)) : 0);
    }
    return all;
  }
  // The controller, if it is due and can do anything.
  [[nodiscard]] Groups controller() const {
    if (!is_quiet_) {
      is_quiet_ = (enabled_ & bit(number_.controller())) == 0 || is_quiet();
    }
    return *is_quiet_ ? 0 : bit(number_.controller());
  }
  [[nodiscard]] bool is_quiet() const {
    ToldCaches told;
    told.spec = is_enabled(plan_.slot(SlotKind::kPrimaryWatch));
    told.map = is_enabled(plan_.slot(SlotKind::kMapCache));
    for (const Color c : kColors) {
      told.children[index_of(c)] = is_enabled(plan_.slot(SlotKind::kChildCache, c));
    }
    return is_controller_quiet(globals_, told, plan_.protocol().controller, plan_.controller(),
                               now_);
  }
  [[nodiscard]] bool watch_meets_checkpoints() const {
    return rules_.force == ToggleForce::kOnceAgreed;
  }
  [[nodiscard]] Groups watches_of(Color c) const {
    return (bit(number_.gates) - 1) << number_.watch(c, 0);
  }
  // The informers of the gates of a subtask that bring something new.
  [[nodiscard]] Groups learning_of(std::uint32_t group) const {
    Groups all = 0;
    const Color c = group < number_.subtasks ? Color::kBlue : Color::kGreen;
    for (std::uint32_t g = 0; g < job_.gates.size(); ++g) {
      all |= number_.subtask(c, job_.gates[g].subtask) == group ? bit(number_.watch(c, g)) : 0;
    }
    return all & learning_;
  }

  // A job that starts reads what this one left behind.
  [[nodiscard]] Groups after_start(Color starting) const {
    return is_starting(starting) ? bit(number_.life(starting)) : 0;
  }
  // A checkpoint is refused while tasks open (rt:C4); its triggers can arrive at once.
  [[nodiscard]] bool meets_trigger(Color c) const {
    return globals_.jobs[index_of(c)].closed_subtasks != 0 ||
           environment_.notice_delay.shortest_ms == 0;
  }
  // The coordinator looks at what sinks have handed over and what gates wait for (rt:C11), which
  // barriers and notices change.
  [[nodiscard]] bool meets_checkpoints(Color c, std::uint32_t group) const {
    if (meets_trigger(c)) {
      return true;
    }
    if (!is_enabled(plan_.slot(SlotKind::kComplete, c, 0)) &&
        !is_enabled(plan_.slot(SlotKind::kComplete, c, 1))) {
      return false;
    }
    if ((with_gate_ & bit(group)) != 0 && rules_.force == ToggleForce::kOnceAgreed) {
      return true;
    }
    const SubtaskPlan& plan = job_.subtasks[group - number_.subtask(c, 0)];
    if (!job_.tasks[plan.task].has_sink) {
      return false;
    }
    if (job_.aligned_timeout_ms != 0 &&
        is_enabled(plan_.slot(SlotKind::kOverdue, c, group - number_.subtask(c, 0)))) {
      return true;
    }
    const auto has_any = [&](std::uint32_t channel) {
      const std::uint32_t count = world_.channels(c)[channel].count;
      for (std::uint32_t i = 0; i < count; ++i) {
        const Element& element = world_.element(c, channel, i);
        if (element.kind >= ElementKind::kBarrier && element.due.earliest <= now_) {
          return true;
        }
      }
      return false;
    };
    for (std::uint32_t i = 0; i < plan.channel_count; ++i) {
      const std::uint32_t channel = plan.first_channel + i;
      const bool is_overtaken = job_.barriers == Barriers::kUnaligned &&
                                is_enabled(plan_.slot(SlotKind::kAhead, c, channel));
      if (is_overtaken || has_any(channel)) {
        return true;
      }
    }
    return has_any(plan.mailbox);
  }
  // Whether the controller may look at a savepoint, or trigger one.
  [[nodiscard]] bool controller_meets_checkpoints() const {
    const BlueGreenStatus& status = globals_.status;
    return status.last_reconciled_spec != globals_.spec.content() ||
           (status.savepoint_trigger != 0 && !is_transitioning(status.state));
  }
  // Whether the controller can see that the job starts, or that its child is stable.
  [[nodiscard]] bool controller_meets_life(Color c) const {
    const bool is_quiet = globals_.status.state == transitioning_to(c) && !may_die() &&
                          globals_.status.last_reconciled_spec == globals_.spec.content() &&
                          environment_.open_time.shortest_ms > 0;
    return !is_quiet || !is_enabled(plan_.slot(SlotKind::kStart, c)) ||
           is_enabled(plan_.slot(SlotKind::kChildStatus, c));
  }
  // The operator, at its next write; and with it the children's own controllers (op:5.6).
  [[nodiscard]] bool may_die() const { return globals_.operator_dies_after != 0; }
  // It can also end, or come back, at this instant.
  [[nodiscard]] bool may_restart() const {
    return globals_.happenings_left != 0 && plan_.has_action(Action::kRestartOperator);
  }
  // The child's own controller is told of versions that leave it nothing to do (op:5.2). When the
  // tasks run it looks at the newest one, which can be one that the controller writes now.
  [[nodiscard]] bool is_idle_watch(Color c, Versions which) const {
    const auto& log = globals_.children[index_of(c)];
    const Job& job = globals_.jobs[index_of(c)];
    if (log.content().lifecycle == Lifecycle::kSuspended || !job.is_up() || may_die() ||
        may_restart()) {
      return false;
    }
    const bool may_look =
        job.closed_subtasks != 0 || is_enabled(plan_.slot(SlotKind::kChildStatus, c));
    const auto leaves_work = [&](const Child& told) {
      const bool is_settled = told.nonce == job.nonce || told.nonce == 0;
      return told.exists != 0 && (told.is_deleting != 0 || told.is_suspended != 0 || !is_settled ||
                                  told.spec != job.spec);
    };
    if (any_next(log, globals_.child_watched[index_of(c)], which, leaves_work) ||
        (may_look && leaves_work(log.content()))) {
      return false;
    }
    return !may_look || controller() == 0;
  }

  // A gate that sees a 409 can take its whole job with it.
  [[nodiscard]] bool can_fail() const {
    return std::any_of(globals_.gate_conflicts.begin(), globals_.gate_conflicts.end(),
                       [](std::uint32_t left) { return left > 0; });
  }

  [[nodiscard]] bool is_starting(Color c) const {
    const Job& job = globals_.jobs[index_of(c)];
    return job.status == JobStatus::kDeploying || job.is_coming_back();
  }

  // Whether what the controller does at this instant can matter to the subtask, or the other way
  // round.
  [[nodiscard]] bool meets_controller(std::uint32_t group) const {
    const Color c = group < number_.subtasks ? Color::kBlue : Color::kGreen;
    if (meets_trigger(c) || is_closing(c)) {
      return true;
    }
    if ((with_gate_ & bit(group)) == 0) {
      return false;
    }
    const bool is_aborting =
        !globals_.status.abort_at.is_never() && now_ > globals_.status.abort_at;
    return (talking_ & bit(group)) != 0 || is_aborting || may_survival_end() || is_gauge_read(c) ||
           ((watched_ & bit(group)) != 0 && may_transition_change());
  }

  // A survivor is watched until the next transition begins.
  [[nodiscard]] bool may_survival_end() const {
    return chronicle_.is_surviving() &&
           globals_.status.last_reconciled_spec != globals_.spec.content();
  }
  // What the chronicle takes note of only while a transition has a toggle and goes on.
  [[nodiscard]] bool may_transition_change() const {
    return chronicle_.transitions().back().toggle.has_value() ||
           rules_.force == ToggleForce::kOnceAgreed;
  }

  // p2:R4.2: while the teardown is cleared, and the metric store is due to be filled (rt:M2).
  [[nodiscard]] bool is_gauge_read(Color c) const {
    return rules_.gauge != HandOverGauge::kNone &&
           starts_refresh(globals_.jobs[index_of(c)].fetched_at, now_) &&
           (globals_.view.map.stage == Stage::kClearToTeardown ||
            globals_.map.content().stage == Stage::kClearToTeardown);
  }

  [[nodiscard]] bool is_enabled(sim::Slot slot) const {
    return std::find(enabled_slots_.begin(), enabled_slots_.end(), slot) != enabled_slots_.end();
  }

  // Whether the gate can read or write the ConfigMap at this instant.
  [[nodiscard]] bool talks(Color c, std::uint32_t g, bool is_told) {
    const GateSlot& slot = world_.gates(c)[g];
    const std::uint32_t subtask = job_.gates[g].subtask;
    if (!world_.subtasks(c)[subtask].open) {
      return true;  // it reads it when it opens (p2:G3)
    }
    const Gate& gate = slot.gate;
    if (rules_.force == ToggleForce::kOnceAgreed) {
      const bool has_mail =
          is_enabled(plan_.slot(SlotKind::kChannel, c, job_.subtasks[subtask].mailbox));
      return agrees(gate, gate.context, has_mail) ||
             (is_told &&
              any_next(globals_.map, slot.seen, Versions::kAll,
                       [&](const ConfigMap& next) { return agrees(gate, next, has_mail); }));
    }
    if (!gate_detail::may_write(gate, rules_)) {
      return false;
    }
    return rules_.timing == WriteTiming::kAtOnce || gate_detail::is_window_over(gate, now_);
  }
  // Whether the versions to come make a difference to the gate, also to what it has written itself
  // before they come, or to how what it judges counts.
  [[nodiscard]] bool learns(Color c, std::uint32_t g, bool may_talk, Versions which) const {
    const GateSlot& slot = world_.gates(c)[g];
    const ConfigMap& context = slot.gate.context;
    const bool may_hold_its_own = rules_.force == ToggleForce::kOnceAgreed
                                      ? rules_.older_version != OlderVersion::kIgnored
                                      : !context.has_effective_toggle() &&
                                            context.watermark_stage == WatermarkStage::kWaiting;
    const std::uint32_t last =
        which == Versions::kNext ? globals_.map.after(slot.seen) : globals_.map.newest;
    return (may_talk && may_hold_its_own) ||
           any_next(globals_.map, slot.seen, which,
                    [&](const ConfigMap& next) { return next != context; }) ||
           chronicle_.counts_as_told(c, slot.seen, now_) !=
               chronicle_.counts_as_told(c, last, now_);
  }
  // Of the versions that an informer can bring at this instant to one who has seen that one.
  template <class Log, class Is>
  [[nodiscard]] bool any_next(const Log& log, std::uint32_t seen, Versions which, Is is) const {
    do {
      seen = log.after(seen);
      const auto& version = log.at(seen);
      if (now_ < version.written.after(environment_.informer_lag.shortest_ms)) {
        return false;
      }
      if (is(version.content)) {
        return true;
      }
    } while (which == Versions::kAll && seen != log.newest);
    return false;
  }
  // cutover:N1-N3, N6.
  [[nodiscard]] bool agrees(const Gate& gate, const ConfigMap& context, bool has_mail) const {
    if (context.is_proposed()) {
      return true;
    }
    if (!context.has_toggle || context.is_first) {
      return context.stage == Stage::kTransitioning && !context.is_first;
    }
    const bool has_checkpoints = plan_.settings().job.checkpoint_interval.has_value() &&
                                 rules_.passed == PassedReport::kWithCheckpoint;
    return gate.passed != context.round && (has_mail || !has_checkpoints);
  }

  // Whether the chronicle would take note of the toggle that the gate acts on (one_toggle), which
  // depends on when a toggle is stored and when a transition ends.
  [[nodiscard]] bool is_watched(Color c, std::uint32_t g, bool is_told) {
    const GateSlot& slot = world_.gates(c)[g];
    const auto counts = [&](const ConfigMap& context) {
      return context.has_toggle_in_force() && !context.is_first &&
             chronicle_.may_count(context.toggle);
    };
    return counts(slot.gate.context) ||
           (is_told && any_next(globals_.map, slot.seen, Versions::kAll, counts));
  }

  // Things from outside; all but a change of the spec can reach into everything.
  [[nodiscard]] Groups happenings() const { return ~Groups{0} << number_.happening(0); }
  [[nodiscard]] bool is_eventful(std::uint32_t number) const {
    return plan_.happenings()[number].action != Action::kChangeSpec;
  }
  [[nodiscard]] Groups eventful() const {
    Groups all = 0;
    for (std::uint32_t i = 0; i < plan_.happenings().size(); ++i) {
      all |= is_eventful(i) ? bit(number_.happening(i)) : 0;
    }
    return all;
  }

  const Independence& of_;
  const Plan& plan_;
  const JobPlan& job_;
  const GateRules& rules_;
  const EnvironmentSettings& environment_;
  Numbering number_;
  World& world_;
  const Globals& globals_;
  const Chronicle& chronicle_;
  sim::Due now_;
  std::span<const sim::Slot> enabled_slots_;
  Groups enabled_ = 0;
  Groups urgent_ = 0;
  Groups with_gate_ = 0;
  // What may be so within the instant, and what is so of what happens first.
  Groups idle_ = 0;  // have nothing to do
  Groups idle_now_ = 0;
  Groups learning_ = 0;  // informers that bring their gate something new
  Groups learning_now_ = 0;
  Groups talking_ = 0;  // subtasks whose gate can read or write the ConfigMap
  Groups talking_now_ = 0;
  Groups watched_ = 0;  // subtasks whose gate the chronicle would take note of
  Groups watched_now_ = 0;
  Groups keyed_ = 0;    // subtasks that write keys
  Groups meeting_ = 0;  // that can abort what the other job has in Kafka, or see it aborted
  Groups wild_ = 0;     // that may meet anything
  Groups known_ = 0;    // those whose met_by_ is filled in
  mutable std::optional<bool> is_quiet_;  // known once it is asked for
  std::array<Groups, kMostGroups> met_by_;
};

void Independence::reduce(World& world, const Chronicle& chronicle, sim::Due now,
                          std::vector<sim::Slot>& enabled) const {
  if (!is_possible_ || enabled.size() < 2) {
    return;
  }
  const Groups kept = Instant{*this, world, chronicle, now, enabled}.persistent();
  std::erase_if(enabled,
                [&](sim::Slot slot) { return (kept & bit(group_of_[sim::index_of(slot)])) == 0; });
}

}  // namespace model
