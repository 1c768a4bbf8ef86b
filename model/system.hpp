// The system in motion: carries out one event after the other on a world.
//
// Holds no state of its own: everything that changes is in the World, everything immutable in the
// Plan; ledger, chronicle and trace only watch. Every decision comes from the choice source. In a
// run a delay is drawn when it is scheduled, under the name of its slot and the identity of the
// element it is about, and one instance serves one run. In an exploration nothing is drawn: what is
// scheduled keeps its window, and who explores decides when in it, and in which order, it happens.
// Times: processing time. Errors: WorldTooLarge.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>

#include "model/chronicle.hpp"
#include "model/ledger.hpp"
#include "model/notes.hpp"
#include "model/plan.hpp"
#include "model/world.hpp"
#include "sim/agenda.hpp"
#include "sim/check.hpp"
#include "sim/choice.hpp"
#include "sim/trace.hpp"

namespace model {

// Told, in an exploration, of each delay that a run draws, and under which names.
class DrawLog {
 public:
  DrawLog() = default;
  DrawLog(const DrawLog&) = delete;
  DrawLog& operator=(const DrawLog&) = delete;
  DrawLog(DrawLog&&) = delete;
  DrawLog& operator=(DrawLog&&) = delete;
  virtual ~DrawLog() = default;

  // A delay that ends when what is scheduled in `at` happens; alternative k is k steps long, above
  // a shortest one that ends at `earliest`.
  virtual void on_delay(sim::Slot at, sim::ChoiceId name, std::uint64_t occurrence,
                        sim::Due earliest, std::uint32_t alternatives) = 0;
  // Something is scheduled, with a priority of that name.
  virtual void on_schedule(sim::Slot at, sim::ChoiceId name, std::uint64_t occurrence) = 0;
  // What is due there is taken back, or put off.
  virtual void on_unschedule(sim::Slot at) = 0;
  // Everything that was scheduled of this job run is gone.
  virtual void on_job_reset(Color color) = 0;
  // What was to come there, one after the other, is gone.
  virtual void on_slot_reset(sim::Slot at) = 0;
};

class System {
 public:
  // A run. All must outlive the system.
  System(const Plan& plan, World& world, sim::Agenda& agenda, sim::ChoiceSource& choices,
         Ledger& ledger, Chronicle& chronicle, sim::Trace& trace);
  // An exploration, which leaves no trace; `draws`, if there is one, is told of what a run draws.
  System(const Plan& plan, World& world, sim::ChoiceSource& choices, Ledger& ledger,
         Chronicle& chronicle, DrawLog* draws);

  // What is there at time 0: the resource is created, the timeline waits.
  void start();
  void on_event(sim::Slot at, sim::Due now);
  // From when on nothing that matters can happen: no transition pending, everything read and
  // committed, and then one reconcile interval without change (design of the end of a run).
  [[nodiscard]] sim::Due settles_at();
  // A run that has settled gets one more record a partition, which counts nowhere, later than all
  // others, so that what windows are still open fire (design of the end of a run).
  void close_inputs(sim::Due now);

 private:
  class GateApi;       // the API server as a gate sees it
  class OperatorApi;   // and as the blue/green controller does
  struct TaskFailed {  // an exception out of a task's code (rt:P10)
    Color color;
    std::uint32_t subtask;
  };
  struct OperatorDied {};  // in the middle of a pass
  struct PassWaits {       // for the answer to a request (pass.hpp)
    sim::Due until;
  };
  // A region of the job; none: all of it.
  using Part = std::optional<std::uint32_t>;
  [[nodiscard]] bool is_in(Part part, std::uint32_t subtask) const {
    return !part || job_.subtasks[subtask].region == *part;
  }

  // --- events (system.cpp)
  void dispatch(const SlotInfo& info);
  void schedule(sim::Slot at, sim::Window due, std::uint64_t occurrence);
  void schedule(sim::Slot at, sim::Due due, std::uint64_t occurrence) {
    schedule(at, sim::Window::at(due), occurrence);
  }
  void unschedule(sim::Slot at);
  void taken_back(sim::Slot at);  // tells whoever listens
  [[nodiscard]] bool is_scheduled(sim::Slot slot) { return !world_.due(slot).earliest.is_never(); }
  std::uint32_t draw(ChoiceKind kind, sim::Slot actor, std::uint64_t occurrence, Delay delay);
  // When a delay that begins at `from` is over, for what happens in `at`.
  sim::Window after(sim::Due from, sim::Slot at, ChoiceKind kind, sim::Slot actor,
                    std::uint64_t occurrence, Delay delay);
  std::uint32_t choose(ChoiceKind kind, sim::Slot actor, std::uint64_t occurrence,
                       std::uint32_t count);
  [[nodiscard]] sim::Slot slot(SlotKind kind, Color color = Color::kBlue,
                               std::uint32_t index = 0) const {
    return plan_.slot(kind, color, index);
  }
  static constexpr sim::ChoiceId name(ChoiceKind kind, sim::Slot actor) {
    return sim::ChoiceId{static_cast<std::uint16_t>(kind), sim::index_of(actor)};
  }
  void note(NoteKind kind, std::uint32_t actor, std::uint16_t detail, std::int64_t a,
            std::int64_t b);
  void changed() { world_.globals().last_change = now_; }

  // --- sources (sources.cpp)
  void open_source(Color c, std::uint32_t source);
  void schedule_reading(Color c, std::uint32_t source);
  void read_record(Color c, std::uint32_t source);
  void take(Color c, std::uint32_t source, std::uint32_t split);
  std::uint32_t poll(
      Color c, std::uint32_t source);  // the split to read from, relative to the source's first
  [[nodiscard]] std::uint64_t position(Color c, std::uint32_t source);
  // The next of the periodic moments since `start`. One that is just now, unless it `has_run`, may
  // or may not be over.
  [[nodiscard]] sim::Due next_moment(sim::Slot at, sim::Due start, std::uint32_t period,
                                     bool has_run);
  void schedule_tick(Color c, std::uint32_t source);
  // Among the periodic moments since `start` the first that comes after now.
  [[nodiscard]] sim::Due moment_after(sim::Due start, std::uint32_t period) const;
  // At the first of these moments from `useful` on, the next of which is `next`, unless something
  // is scheduled there before.
  struct Ticks {
    sim::Slot slot{};
    sim::Due start;
    std::uint32_t period = 0;
    bool has_run = false;  // the one of just now
    std::uint32_t subtask = 0;
  };
  void schedule_useful(Color c, const Ticks& ticks, sim::Due next, sim::Due useful);
  void tick(Color c, std::uint32_t source);
  void announce(Color c, std::uint32_t source, const SourceAnnouncement& what);
  void end_source(Color c, std::uint32_t source);
  [[nodiscard]] std::span<Split> splits_of(Color c, std::uint32_t source);
  [[nodiscard]] sim::Due arrival(Color c,
                                 std::uint32_t split);  // of its next record; never() at its end
  [[nodiscard]] std::uint32_t next_record(Color c, std::uint32_t split);

  // --- partitions that appear (discovery.cpp)
  void begin_discovery(Color c, bool is_restart);
  void schedule_discovery(Color c, std::uint32_t enumerator);
  void discover(Color c, std::uint32_t enumerator);
  void on_split(Color c, std::uint32_t split);
  void end_discovery(Color c);
  // How many records of it this job has read or may come to read.
  [[nodiscard]] std::uint32_t readable(Color c, std::uint32_t split);

  // --- timestamps away from the source (assigners.cpp)
  void open_assigner(Color c, std::uint32_t assigner);
  void show_record(Color c, const OpPlan& op, std::uint32_t index, std::uint32_t record);
  void schedule_assigner_tick(Color c, std::uint32_t assigner);
  void assigner_tick(Color c, std::uint32_t assigner);
  void emit_periodically(Color c, std::uint32_t assigner);
  void announce_from(Color c, const OpPlan& op, std::uint32_t index, const SourceAnnouncement& what,
                     Mark last);
  void hold_back_assigners(Color c, std::uint32_t subtask);
  void end_assigner(Color c, const OpPlan& op, std::uint32_t index);
  void stop_assigners(Color c, std::uint32_t subtask);

  // --- alignment of sources (alignment.cpp)
  [[nodiscard]] Mark effective_watermark(Color c, std::uint32_t source);
  void check_alignment(Color c, std::uint32_t source);
  void report_watermark(Color c, std::uint32_t source);
  void allow(Color c, std::uint32_t coordinator);
  void on_allowed(Color c, std::uint32_t subtask, Mark allowed);
  enum class IdleSplits : std::uint8_t { kSkipped, kToo };
  void align_reading(Color c, std::uint32_t source, IdleSplits idle_splits);

  // --- what flows (data_plane.cpp)
  void pass_record(Color c, const OpPlan& op, std::uint32_t index, std::uint32_t record,
                   std::uint32_t input);
  void emit_record(Color c, const OpPlan& op, std::uint32_t index, std::uint32_t record,
                   std::uint32_t at = 0);
  void pass_watermark(Color c, const OpPlan& op, std::uint32_t index, Mark watermark);
  void emit_watermark(Color c, const OpPlan& op, std::uint32_t index, Mark watermark);
  // IDLE or ACTIVE; `last`: the watermark before it, which names it.
  void pass_status(Color c, const OpPlan& op, std::uint32_t index, ElementKind status, Mark last);
  void emit_status(Color c, const OpPlan& op, std::uint32_t index, ElementKind status, Mark last);
  void broadcast(Color c, const OpPlan& op, std::uint32_t index, ElementKind kind,
                 std::int32_t value);
  void send_record(Color c, const EdgePlan& edge, std::uint32_t index, std::uint32_t record);
  void send(Color c, std::uint32_t channel, ElementKind kind, std::int32_t value);
  [[nodiscard]] std::uint64_t occurrence_of(ElementKind kind, std::int32_t value) const;
  void arrive(Color c, std::uint32_t channel);
  void deliver(Color c, std::uint32_t channel, std::uint32_t subtask, const Element& element);
  void advance_time(Color c, std::uint32_t channel, std::uint32_t subtask, const Element& element);
  void pass_time(Color c, std::uint32_t subtask, ValveOutput output);
  void schedule_head(Color c, std::uint32_t channel);
  GateOutcome judge(Color c, const OpPlan& op, std::uint32_t index, std::uint32_t record,
                    std::uint32_t input);
  void note_decision(Color c, std::uint32_t gate, std::span<const GuardedInput> guarded,
                     std::uint32_t record, bool emit, bool late);
  void fail_task_on(GateError error, Color c, std::uint32_t gate) const;
  void gate_agrees(Color c, std::uint32_t gate);
  void gate_completes(Color c, std::uint32_t gate, std::uint32_t checkpoint);
  void write(Color c, const OpPlan& op, std::uint32_t index, std::uint32_t record,
             std::uint32_t input);

  // --- operators that make other records of those they get (rows.hpp, keyed.cpp)
  void make_rows(Color c, const OpPlan& op, std::uint32_t index, std::uint32_t item,
                 std::uint32_t input);
  void copy_item(Color c, const OpPlan& op, std::uint32_t index, std::uint32_t item);
  void process_keyed(Color c, const OpPlan& op, std::uint32_t index, std::uint32_t item);
  void put_into_windows(Color c, const OpPlan& op, std::uint32_t index, std::uint32_t item,
                        std::uint32_t input);
  void join_interval(Color c, const OpPlan& op, std::uint32_t index, std::uint32_t item,
                     std::uint32_t input);
  void fire_window(Color c, const OpPlan& op, std::uint32_t index, const KeyedEntry& window);
  struct Pair {
    std::uint32_t left = 0;
    std::uint32_t right = 0;
    Mark time;
    std::int32_t window = 0;  // its start, if they met in one
  };
  void emit_pair(Color c, const OpPlan& op, std::uint32_t index, const Pair& pair);
  void emit_late(Color c, const OpPlan& op, std::uint32_t index, std::uint32_t item);
  void advance_keyed(Color c, const OpPlan& op, std::uint32_t index, Mark watermark);
  [[nodiscard]] std::uint32_t output_of(std::uint32_t item, std::uint32_t sink_input) {
    return ledger_.output_of(world_.rows().subject_of(item), sink_input);
  }
  [[nodiscard]] std::uint32_t op_number(const OpPlan& op) const {
    return static_cast<std::uint32_t>(&op - job_.ops.data());
  }
  // The numbers, among all of its kind in the job, of what a subtask has of that kind; or of those
  // kinds, which are numbered together.
  template <class IsMeant, class Visit>
  requires std::predicate<IsMeant, NodeKind>
  void each_instance(std::uint32_t subtask, IsMeant is_meant, Visit visit) const {
    const SubtaskPlan& plan = job_.subtasks[subtask];
    for (const std::uint32_t op : job_.tasks[plan.task].ops) {
      if (is_meant(job_.ops[op].kind)) {
        visit(job_.ops[op].instance_base + plan.index);
      }
    }
  }
  template <class Visit>
  void each_instance(std::uint32_t subtask, NodeKind kind, Visit visit) const {
    each_instance(
        subtask, [kind](NodeKind other) { return other == kind; }, visit);
  }

  // --- channels that hold so much, and threads that are busy (network.cpp)
  void was_sent(Color c, std::uint32_t channel, ElementKind kind, std::int32_t value);
  void was_taken(Color c, std::uint32_t channel);
  void fill_up(Color c, std::uint32_t channel);
  void hold_back(Color c, std::uint32_t subtask);
  void let_go(Color c, std::uint32_t subtask);
  void pause_thread(Color c, std::uint32_t subtask, sim::Due until);
  void was_busy(Color c, std::uint32_t subtask);

  // --- barriers (barriers.cpp)
  void on_barrier(Color c, std::uint32_t channel, std::uint32_t subtask, std::uint32_t id);
  void align_barrier(Color c, std::uint32_t channel, std::uint32_t subtask, std::uint32_t id);
  void count_barrier(Color c, std::uint32_t subtask, std::uint32_t id);
  [[nodiscard]] bool is_overdue(Color c, std::uint32_t id);
  void schedule_overdue(Color c);
  void forget_overdue(Color c, std::uint32_t subtask);
  void on_overdue(Color c, std::uint32_t subtask);
  void stop_aligning(Color c, std::uint32_t subtask, std::uint32_t id);
  void overtake_in_channels(Color c, std::uint32_t subtask, std::uint32_t id);
  void unblock(Color c, std::uint32_t subtask);
  void read_on(Color c, std::uint32_t subtask);
  void send_ahead(Color c, std::uint32_t channel, std::uint32_t id, std::uint32_t ahead_of);
  [[nodiscard]] bool is_behind_barrier(Color c, std::uint32_t channel);
  void on_ahead(Color c, std::uint32_t channel);
  void record(Color c, std::uint32_t channel, ElementKind kind, std::int32_t value);
  void save_channels(Color c, std::uint32_t subtask, SnapshotArea area, std::uint32_t id);
  void restore_channels(Color c, SnapshotArea from, Part part);

  // --- checkpoints (checkpoints.cpp)
  // The id, or 0: the job refuses (rt:C4).
  std::uint32_t trigger_checkpoint(Color c, SavepointRole role);
  void start_checkpoints(Color c);
  void periodic_trigger(Color c);
  void trigger_queued(Color c);
  void send_triggers(Color c, std::uint32_t id);
  [[nodiscard]] bool is_savepoint(Color c, std::uint32_t id);
  void take_snapshot(Color c, std::uint32_t subtask, std::uint32_t id);
  void acknowledge(Color c, std::uint32_t subtask, std::uint32_t id);
  [[nodiscard]] bool declines(Color c, std::uint32_t which);
  [[nodiscard]] bool loses_acknowledgement(Color c);
  void hamper_savepoint(Color c, PendingCheckpoint& savepoint);
  void drain(Color c, std::uint32_t subtask);
  void precommit(Color c, std::uint32_t sink, std::uint32_t id);
  void save(Color c, std::uint32_t subtask, SnapshotArea area, std::uint32_t id);
  void complete(Color c, std::uint32_t which);
  enum class CheckpointFailure : std::uint8_t { kExpired, kDeclined };
  void checkpoint_fails(Color c, std::uint32_t which, CheckpointFailure why);
  void stop_fails(Color c, CheckpointFailure why);
  void forget_checkpoint(Color c, std::uint32_t which);
  void notify(Color c, std::uint32_t subtask, std::int32_t checkpoint);
  void on_notice(Color c, std::uint32_t subtask, std::uint32_t id);
  void commit_up_to(Color c, std::uint32_t sink, std::uint32_t id);

  // --- transactions in Kafka (kafka.cpp)
  void open_kafka_writer(Color c, std::uint32_t sink);
  void begin_transaction(Color c, std::uint32_t sink, std::uint32_t checkpoint);
  void send_to_kafka(Color c, std::uint32_t sink);  // throws TaskFailed
  std::uint32_t commit_in_kafka(std::uint32_t sink, std::uint32_t transaction);
  // The place of the id that the transaction holds; none if it is over.
  struct HeldId {
    Color prefix = Color::kBlue;
    std::uint32_t place = 0;
  };
  [[nodiscard]] std::optional<HeldId> held_id(std::uint32_t sink, std::uint32_t transaction);
  void release_id(std::uint32_t sink, HeldId id);
  void abort_id(Color by, std::uint32_t sink, HeldId id);
  void init_transactions(Color by, std::uint32_t sink, Color prefix, std::uint32_t k);
  void probe(Color by, std::uint32_t sink, Color prefix, std::uint32_t from);
  void abort_listed(Color by, std::uint32_t sink, Color prefix);

  // --- the life of a job (jobs.cpp)
  void deploy_job(Color c, const Child& child, SavepointRef from);
  void start_job(Color c);
  void restore(Color c, Part part);
  void start_tasks(Color c, Part part);
  void copy_snapshot(Color of, SnapshotArea from, Color c);
  void open_subtask(Color c, std::uint32_t subtask);
  void open_gate_subtask(Color c, std::uint32_t gate);
  std::uint32_t draw_write_jitter(sim::Slot actor, std::uint64_t occurrence);
  void stop_with_savepoint(Color c);
  void finish_job(Color c);
  void cancel_job(Color c);
  void outgoing_ends(Color c);
  [[nodiscard]] std::optional<std::uint32_t> left_in(std::uint32_t channel, std::uint32_t item,
                                                     EventTime toggle);
  void discard(Color by, std::uint32_t transaction, DiscardCause why);
  void close_writers(Color c);
  void stop_tasks(Color c, Part part);
  void close_job(Color c);
  void set_status(Color c, JobStatus status);

  // --- what becomes of a job that fails (failover.cpp)
  void fail_task(Color c, std::uint32_t subtask);
  void fail_region(Color c, std::uint32_t region);
  void fail_stopped_regions(Color c);
  void fail_job(Color c);
  void give_up(Color c);
  void child_has_failed(Color c);
  void lose_job_manager(Color c, sim::Due until);
  struct Restart {
    sim::Due from;  // the failure that the delay counts from
    Delay delay;
  };
  std::optional<Restart> next_restart(Color c);  // none: the job does not start again
  void restart_at(Color c, sim::Slot at, Restart restart);
  void roll_back(Color c, Part part);
  void forget_tasks(Color c, std::uint32_t region);
  void start_regions(Color c, std::uint32_t region);
  [[nodiscard]] bool is_down(Color c, std::uint32_t region);
  [[nodiscard]] bool has_stopped(Color c, Part part);

  // --- the children and their own controllers (children.cpp)
  void child_controller(Color c);
  void act_on_child(Color c, const Child& child);
  void stop_child(Color c);
  void child_has_stopped(Color c, SavepointRole left);
  void redeploy_child(Color c, SavepointRef from);
  void child_is_stable(Color c);
  void child_is_gone(Color c);
  [[nodiscard]] UpgradeMode upgrade_mode_of(const Child& child) const;
  [[nodiscard]] bool runs_another(std::uint32_t spec, std::uint32_t other) const;
  // op:U4.
  [[nodiscard]] static bool was_cleared(const Child& child, const Job& job) {
    return child.lifecycle == Lifecycle::kCreated && job.status == JobStatus::kFinished;
  }
  [[nodiscard]] bool has_checkpoints() const {
    return plan_.settings().job.checkpoint_interval.has_value();
  }

  // --- what happens from outside (happenings.cpp)
  void happens(std::uint32_t number);
  void change_spec();
  void upgrade_in_place();
  void postpone(sim::Slot at, sim::Due until);
  void hamper(const Happening& what);
  void hamper(const Happening& what, std::uint32_t subtask);
  void kill_task(const Happening& what);
  template <class Visit>
  void each_watcher(const Happening& what, Visit visit);
  void freeze(const Happening& what);
  void set_conflicts(const Happening& what);
  void stop_api_server(sim::Due until);
  void pause_operator(sim::Due until);
  void suspend_child(Color c);
  void make_not_ready(const Happening& what);
  void arm_death(std::uint32_t number);
  void kill_operator();
  void start_operator();
  void operator_wrote(Effect what, Color of);  // throws OperatorDied
  void operator_died();

  // --- faults that last, or wait for their moment (faults.cpp)
  void fault_begins(const Happening& what, std::uint32_t number);
  void fault_ends(const Happening& what);
  [[nodiscard]] bool is_in_force(std::uint32_t number);
  // Calls `visit(what, end)` for those of that kind and job that are in force.
  template <class Visit>
  void each_in_force(Action action, Color c, Visit visit);
  // When the last of them ends; now, if there is none.
  [[nodiscard]] sim::Due in_force_until(Action action, Color c);
  [[nodiscard]] bool is_in_force(Action action, Color c) {
    return plan_.has_action(action) && in_force_until(action, c) > now_;
  }
  // Until when what is due there is held back; now, if it is not.
  [[nodiscard]] sim::Due held_until(const SlotInfo& at);
  void hold_back_all();
  void kill_task_manager(const Happening& what);
  void break_watch(const Happening& what);
  void list_again(sim::Slot watcher);
  void job_manager_goes_on(Color c);
  [[nodiscard]] bool is_child_controller_held(Color c);
  void child_controller_goes_on(Color c);
  [[nodiscard]] bool teardown_waits(Color c);
  [[nodiscard]] sim::Due clock_of(Color c);
  [[nodiscard]] EventTime wall_clock_of(Color c);
  [[nodiscard]] sim::Due sent_at(Color c);

  // --- the API server, its informers, the children (cluster.cpp)
  bool put_map(const ConfigMap& content, sim::Slot writer, GateWrite what);  // made a version
  void store_map(const ConfigMap& content, sim::Slot writer, GateWrite what);
  void store_child(Color c, Child content, ChildChange what);
  void watch(sim::Slot watcher, std::uint32_t seen, std::uint32_t newest);
  // Moves `seen` on to the next version and schedules the one after it.
  template <class Log>
  const auto& deliver_next(sim::Slot watcher, const Log& log, std::uint32_t& seen);
  template <class Log>
  [[nodiscard]] std::uint32_t next_version(sim::Slot watcher, const Log& log, std::uint32_t seen);
  // Whether the event of the next version is lost; then the one after it is scheduled.
  template <class Log>
  bool is_lost(sim::Slot watcher, const Log& log, std::uint32_t seen);
  template <class Log>
  void schedule_after(sim::Slot watcher, const Log& log, std::uint32_t version);
  void schedule_delivery(sim::Slot watcher, std::uint32_t version, sim::Due written);
  void deliver_to_gate(Color c, std::uint32_t gate);
  void deliver_to_cache(SlotKind what, Color c);
  // What is wrong with that informer; null: nothing can be.
  [[nodiscard]] WatchFaults* faults_of(sim::Slot watcher);
  [[nodiscard]] WrittenBy writer(Color c) { return WrittenBy{c, world_.job(c).deployments}; }

  // --- the ConfigMap in two clusters (mirror.cpp)
  void carry(Cluster from, sim::Slot writer);
  void put_next_copy(Cluster to);
  [[nodiscard]] sim::Slot mirror_to(Cluster to) const {
    return slot(SlotKind::kMirror, Color::kBlue, static_cast<std::uint32_t>(to));
  }
  [[nodiscard]] bool is_mirroring() const;

  // --- the blue/green controller (operator.cpp)
  bool hand_over_done(Color c);
  void reconcile_soon();
  void reconcile_now();
  [[nodiscard]] std::optional<std::uint32_t> limits_rate();
  void begin_pass(PassUnderWay& pass);
  void carry_out(PassUnderWay& pass, ControllerView& view);
  std::optional<std::uint32_t> next_retry();
  void end_pass(const Pass& pass, BlueGreenState state, bool was_told);
  void keep_in_caches(const PassUnderWay& pass, const ControllerView& view);
  // Throws PassWaits.
  void wait_for_answer(PassUnderWay& pass, std::uint32_t takes_ms,
                       std::optional<Color> job_manager);
  [[nodiscard]] std::uint32_t slower_by(Action action, Color c = Color::kBlue);
  void outgoing_must_go(Color c);
  [[nodiscard]] BlueGreenStatus status_in_cache() const;
  bool store_status(const BlueGreenStatus& after, const Pass& result, PassUnderWay& pass,
                    OperatorApi& api);
  void status_is_stored(const BlueGreenStatus& before, const Pass& pass);
  [[nodiscard]] sim::Due operator_clock() const;
  [[nodiscard]] bool api_is_down() const { return now_ < world_.globals().api_down_until; }
  bool delete_child(Color c, ChildChange what);  // whether finalizers keep it
  void child_is_given(Color c, const Child& child);
  void look_at_ingress();
  void look_at_child_ingresses();

  const Plan& plan_;
  const JobPlan& job_;
  World& world_;
  sim::Agenda* agenda_;  // none: an exploration
  sim::ChoiceSource& choices_;
  Ledger& ledger_;
  Chronicle& chronicle_;
  sim::Trace* trace_;  // none: an exploration
  DrawLog* draws_ = nullptr;
  ControllerSettings controller_;
  EventTime clock_start_;
  std::uint32_t grid_ = plan_.grid_ms();  // steps of the delays that are drawn
  // Whether anything in this plan can hold back what is due.
  bool holds_back_ =
      plan_.has_action(Action::kPauseSource) || plan_.has_action(Action::kPauseJobManager) ||
      plan_.has_action(Action::kPauseChildController) || plan_.has_action(Action::kRestartOperator);
  bool slows_channels_ = plan_.has_action(Action::kSlowChannels);
  bool slows_mail_ = plan_.has_action(Action::kSlowJobManager);
  sim::Due now_;
};

template <class Visit>
void System::each_watcher(const Happening& what, Visit visit) {
  switch (what.watcher) {
    case Watcher::kGate:
      for (std::uint32_t g = 0; g < job_.gates.size(); ++g) {
        if (what.subtask.value_or(job_.gates[g].index) == job_.gates[g].index) {
          visit(slot(SlotKind::kGateWatch, what.job, g));
        }
      }
      break;
    case Watcher::kConfigMapCache: visit(slot(SlotKind::kMapCache)); break;
    case Watcher::kChildCache: visit(slot(SlotKind::kChildCache, what.job)); break;
    case Watcher::kSpecCache: visit(slot(SlotKind::kPrimaryWatch)); break;
  }
}

template <class Visit>
void System::each_in_force(Action action, Color c, Visit visit) {
  const std::vector<Happening>& all = plan_.happenings();
  for (std::uint32_t i = 0; i < all.size(); ++i) {
    if (all[i].action == action && all[i].job == c && is_in_force(i)) {
      visit(all[i], world_.due(slot(SlotKind::kHappening, Color::kBlue, i)).earliest);
    }
  }
}

template <class Log>
const auto& System::deliver_next(sim::Slot watcher, const Log& log, std::uint32_t& seen) {
  SIM_CHECK(seen < log.newest, "an informer delivers a version that is not there");
  seen = next_version(watcher, log, seen);
  if (WatchFaults* const faults = faults_of(watcher)) {
    faults->relists = false;
  }
  schedule_after(watcher, log, seen);
  return log.at(seen).content;
}

template <class Log>
std::uint32_t System::next_version(sim::Slot watcher, const Log& log, std::uint32_t seen) {
  const WatchFaults* const faults = faults_of(watcher);
  if (faults == nullptr) {
    return log.after(seen);
  }
  return faults->relists ? log.newest : log.after(std::max(seen, faults->lost));
}

template <class Log>
bool System::is_lost(sim::Slot watcher, const Log& log, std::uint32_t seen) {
  WatchFaults* const faults = faults_of(watcher);
  if (faults == nullptr || faults->events_to_lose == 0 || faults->relists) {
    return false;  // a list is no event
  }
  --faults->events_to_lose;
  faults->lost = next_version(watcher, log, seen);
  schedule_after(watcher, log, faults->lost);
  return true;
}

template <class Log>
void System::schedule_after(sim::Slot watcher, const Log& log, std::uint32_t version) {
  if (version < log.newest) {
    const std::uint32_t next = log.after(version);
    schedule_delivery(watcher, next, log.at(next).written);
  }
}

}  // namespace model
