// What a run is about: the outside world, the job, its deployment, the environment. Immutable while
// it runs.
//
// Filled by hand in tests and by the scenario reader; knows no file format. Defaults are those of
// the rule cited. Units: each duration says its axis by its name: event_* and the deletion delay
// are event time, the rest processing time.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/event_time.hpp"
#include "model/flink_rules.hpp"
#include "model/ids.hpp"
#include "model/spec.hpp"
#include "model/transactional_ids.hpp"
#include "sim/time.hpp"

namespace model {

// `count` things in every `per`: 50/s is {50, 1000 ms}.
struct Rate {
  std::uint32_t count = 1;
  std::uint32_t per_ms = 1;

  friend constexpr bool operator==(Rate, Rate) = default;
};

// A delay drawn from [shortest, longest]; the draw is a choice.
struct Delay {
  std::uint32_t shortest_ms = 0;
  std::uint32_t longest_ms = 0;

  friend constexpr bool operator==(Delay, Delay) = default;
};

// Every record k with k mod every == offset; none if every is 0.
struct Selection {
  std::uint32_t every = 0;
  std::uint32_t offset = 0;

  [[nodiscard]] constexpr bool selects(std::uint32_t k) const {
    return every != 0 && k % every == offset;
  }
  friend constexpr bool operator==(Selection, Selection) = default;
};

// Selected records carry an event time that lies `by` earlier than their place in the input.
struct Outliers {
  Selection which;
  EventSpan by;

  friend constexpr bool operator==(Outliers, Outliers) = default;
};

// What an operator that assigns timestamps makes of those that records carry; of none it makes none
// (rt:W1, W10).
struct Retiming {
  EventSpan later;   // of all records
  Outliers earlier;  // of some again, by their numbers in their input

  [[nodiscard]] constexpr std::int64_t shift_ms(std::uint32_t number) const {
    return later.ms() - (earlier.which.selects(number) ? earlier.by.ms() : 0);
  }
  friend constexpr bool operator==(const Retiming&, const Retiming&) = default;
};

// A record written down by itself.
struct ListedRecord {
  std::uint32_t number = 0;
  std::uint32_t partition = 0;
  sim::ProcessingTime at;  // of arrival
  EventTime event_time;    // kNoTimestamp: it carries none (rt:W1)
  std::optional<std::uint32_t> key;

  friend constexpr bool operator==(const ListedRecord&, const ListedRecord&) = default;
};

// A stretch in which a partition is sent nothing.
struct Silence {
  std::uint32_t partition = 0;
  sim::ProcessingTime from;
  std::optional<sim::ProcessingTime> until;  // absent: for good
  bool comes_later = false;  // what was due in it arrives when it is over, in order;
                             // else it is never sent

  [[nodiscard]] bool contains(sim::ProcessingTime at) const {
    return at >= from && (!until || at < *until);
  }
  friend bool operator==(const Silence&, const Silence&) = default;
};

// From when on a partition that is not there from the start exists. Nothing is sent to it before.
struct Appearance {
  std::uint32_t partition = 0;
  sim::ProcessingTime at;

  friend constexpr bool operator==(const Appearance&, const Appearance&) = default;
};

// Who gets a record: each job reads it for itself, also under one group id (rt:K2), or the jobs
// compete for it as consumers of one queue do.
enum class Delivery : std::uint8_t { kToEach, kCompeting };

// One input topic: what the outside world sends, shared by both jobs. Record k is in partition k
// mod partitions, arrives at floor(1000 k / rate) ms, has event time start + k step less what
// outliers take away, and key k mod keys. Or its records are listed one by one: numbers ascend,
// within a partition arrivals do not fall, all have a key or none has.
struct InputSettings {
  std::string name;
  std::uint32_t partitions = 1;
  std::uint32_t records = 0;
  Rate rate;
  EventTime event_start;  // listed: not after any event time; draws about watermarks are named by
                          // how far they are from it
  EventSpan event_step;
  Outliers out_of_order;
  Outliers late;
  std::uint32_t keys = 0;  // 0: records have no key
  Selection no_timestamp;  // records that carry no event time
  std::vector<Silence> silences;
  std::vector<Appearance> appears;  // one a partition at most
  Delivery delivery = Delivery::kToEach;
  std::vector<ListedRecord> listed;  // if there are any, all else but name, partitions,
                                     // appears, delivery and event_start has no meaning

  [[nodiscard]] bool is_listed() const { return !listed.empty(); }
  [[nodiscard]] std::uint32_t count() const {
    return is_listed() ? static_cast<std::uint32_t>(listed.size()) : records;
  }
  [[nodiscard]] bool has_keys() const {
    return is_listed() ? listed.front().key.has_value() : keys != 0;
  }
  friend bool operator==(const InputSettings&, const InputSettings&) = default;
};

// The earliest event time that the input lists; none if no record carries one.
std::optional<EventTime> earliest_listed(const InputSettings& input);

enum class OperatorKind : std::uint8_t {
  kSource,
  kMap,
  kFilter,
  kSink,
  kCoMap,
  kAssignTimestamps,  // assigns timestamps and makes watermarks away from the source (rt:W10)
  kFlatMap,           // makes several records of one
  kReKey,             // gives records another key
  kLookUp,            // asks somebody about each record and passes it on when the answer comes
  kKeyedProcess,      // to each record what its key had so far
  kWindow,            // event-time windows over the records of a key (rt:L2-L8)
  kWindowJoin,        // the pairs in one window of two inputs
  kIntervalJoin,      // pairs of two inputs that lie close to each other (rt:L9)
};

// Operators that put records of one key together: their inputs are distributed by key.
constexpr bool is_keyed(OperatorKind kind) {
  return kind >= OperatorKind::kKeyedProcess && kind <= OperatorKind::kIntervalJoin;
}
// What comes out of these are other records than those that went in.
constexpr bool makes_rows(OperatorKind kind) {
  return kind == OperatorKind::kFlatMap || kind == OperatorKind::kReKey || is_keyed(kind);
}
constexpr bool has_two_inputs(OperatorKind kind) {
  return kind == OperatorKind::kCoMap || kind == OperatorKind::kWindowJoin ||
         kind == OperatorKind::kIntervalJoin;
}
enum class Ship : std::uint8_t { kForward, kRebalance, kHash };  // rt:T4
enum class Guarantee : std::uint8_t {
  kAtLeastOnce,  // rt:X4
  kExactlyOnce,  // rt:X5
  kUpsert,       // at least once, and of each key the last value counts (rt:X16)
};

// An exactly-once sink that writes to Kafka (rt:X8-X15). Without it transactions have names that
// nobody else can use, and are aborted when their job fails.
struct KafkaSettings {
  std::array<std::string, 2> prefix;  // of the transactional ids, by color
  TransactionNaming naming = TransactionNaming::kIncrementing;
  sim::ProcessingSpan timeout{std::chrono::minutes{15}};  // of an open transaction (rt:X14)
  bool inherits_state = true;  // the incoming job's sink restores what the outgoing one's left;
                               // false: it has another uid (rt:X13)

  friend bool operator==(const KafkaSettings&, const KafkaSettings&) = default;
};

enum class WindowType : std::uint8_t { kTumbling, kSliding, kSession };

// Event-time windows [start, end) (rt:L2-L8).
struct WindowSettings {
  WindowType type = WindowType::kTumbling;
  EventSpan size;    // tumbling, sliding
  EventSpan slide;   // sliding: from one start to the next
  EventSpan gap;     // session: after which another one begins
  EventSpan offset;  // tumbling, sliding: of the starts, from whole multiples of size or slide
  EventSpan allowed_lateness;

  friend bool operator==(const WindowSettings&, const WindowSettings&) = default;
};

struct Connection {
  std::string from;
  std::optional<Ship> ship;  // absent: forward at equal parallelism, else rebalance (rt:T3)
  bool takes_late = false;   // not the results of a window or join but its late records (rt:L3, L9)

  friend bool operator==(const Connection&, const Connection&) = default;
};

// Sources of one group, in one job, do not run further ahead of the slowest than that (rt:AL1).
struct Alignment {
  std::string group;
  EventSpan max_drift;
  sim::ProcessingSpan update_interval{std::chrono::seconds{1}};

  friend bool operator==(const Alignment&, const Alignment&) = default;
};

struct OperatorSettings {
  std::string id;
  OperatorKind kind = OperatorKind::kMap;
  std::uint32_t parallelism = 1;
  std::vector<Connection> inputs;
  // Sources.
  std::string reads;               // name of the input
  std::optional<Rate> rate_limit;  // over all subtasks; absent: at most one record a ms and subtask
  // Between two looks for new partitions; 0: none but the first, at the job's start (rt:K7).
  sim::ProcessingSpan discovery_interval{std::chrono::minutes{5}};
  // Sources, and those that assign timestamps.
  std::optional<EventSpan>
      out_of_orderness;  // bound of the watermark strategy (rt:W3); absent: no watermarks (rt:W5)
  std::optional<Selection> punctuated;          // watermarks come right after each of these records
                                                // (rt:W11); absent: with the ticks
  std::optional<sim::ProcessingSpan> idleness;  // after which a silent split is idle (rt:ID1)
  std::optional<Alignment> alignment;           // sources only (rt:AL8)
  Retiming retiming;                            // not of sources
  // Filters.
  Selection keep;
  std::uint32_t copies = 1;  // flat maps: of each record
  std::uint32_t keys = 1;    // re-keying: a record's new key is its number modulo this
  Delay latency;             // look-ups: until the answer comes
  WindowSettings window;     // windows, window joins
  EventSpan before;          // interval joins: how much earlier than the left record
  EventSpan after;           // the right one may be, and how much later
  // Sinks.
  Guarantee guarantee = Guarantee::kExactlyOnce;
  std::optional<KafkaSettings> kafka;

  friend bool operator==(const OperatorSettings&, const OperatorSettings&) = default;
};

// What a barrier does to the elements ahead of it and beside it.
enum class Barriers : std::uint8_t {
  kAligned,      // the channels that it came through wait for those that it has yet to come through
                 // (rt:C6)
  kAtLeastOnce,  // nobody waits (rt:C7)
  kUnaligned,    // it overtakes them, and they become part of the checkpoint (rt:C9)
};

enum class RestartKind : std::uint8_t { kExponentialDelay, kFixedDelay, kFailureRate, kNone };

// When a job that has failed starts again (rt:F2), with Flink's defaults. Each kind has its own
// numbers.
struct RestartStrategy {
  RestartKind kind = RestartKind::kExponentialDelay;
  sim::ProcessingSpan initial{std::chrono::seconds{1}};  // kExponentialDelay: the first delay,
  sim::ProcessingSpan most{std::chrono::minutes{1}};     // and the longest
  std::uint32_t attempts = 1;  // kFixedDelay: restarts in all; kFailureRate: failures that may be
  sim::ProcessingSpan interval{std::chrono::minutes{1}};  // within this time
  sim::ProcessingSpan delay{std::chrono::seconds{1}};     // of both of them

  friend bool operator==(const RestartStrategy&, const RestartStrategy&) = default;
};

// What restarts with a failed task: the tasks that it is connected with, or all (rt:F3).
enum class FailoverStrategy : std::uint8_t { kRegion, kFull };

struct JobSettings {
  std::vector<OperatorSettings> operators;
  std::optional<sim::ProcessingSpan> checkpoint_interval;  // absent: no checkpoints (rt:C1)
  std::optional<sim::ProcessingSpan> checkpoint_timeout;   // absent: none expires (rt:C15)
  std::uint32_t tolerable_failed = 0;      // checkpoints in a row; one more fails the job (rt:C15)
  std::optional<RestartStrategy> restart;  // absent: exponential delay, without checkpoints none
                                           // (rt:F1)
  FailoverStrategy failover = FailoverStrategy::kRegion;
  Barriers barriers = Barriers::kAligned;         // of periodic checkpoints
  sim::ProcessingSpan aligned_timeout;            // kUnaligned: barriers overtake only once their
                                                  // checkpoint is so old (rt:C9); 0: always
  std::optional<std::uint32_t> channel_capacity;  // elements between two subtasks, beyond which the
                                                  // sender waits (rt:N2, N5); absent: it never does
  sim::ProcessingSpan auto_watermark_interval{sim::milliseconds{200}};  // rt:W6; 0: never
  FlinkVersion flink_version = kDefaultFlinkVersion;
  std::vector<FlinkFix> flink_fixes;

  friend bool operator==(const JobSettings&, const JobSettings&) = default;
};

enum class GatePosition : std::uint8_t {
  kBeforeSink,
  kAfterSource,
  kManual,  // where the job puts them itself
  kInSink,  // likewise, as a part of each sink (claim S6)
};

// Where gates go (phase2.md section 7).
struct GatePlacement {
  struct Edge {
    std::string from;
    std::string to;

    friend bool operator==(const Edge&, const Edge&) = default;
  };

  GatePosition position = GatePosition::kBeforeSink;
  std::string before_uid;       // kBeforeSink: the operator that they stand before; empty: the sink
  std::vector<Edge> edges;      // kManual
  bool allows_several = false;  // sinks (kBeforeSink) or sources (kAfterSource), where the
                                // automatic placement fails (claim S5)

  friend bool operator==(const GatePlacement&, const GatePlacement&) = default;
};

struct DeploymentSettings {
  std::string protocol;                // "basic", "flip504-r5": see protocol.hpp
  std::string release = "mainline";    // of the operator: see mutations.hpp
  std::vector<std::string> fixes;      // that were proposed to it, likewise
  std::vector<std::string> mutations;  // switched on over all that: see mutations.hpp
  UpgradeMode upgrade_mode = UpgradeMode::kSavepoint;
  GatePlacement gate;
  bool has_savepoint_directory = true;  // state.savepoints.dir is set (op:A5, p2:R4.3)
  DeletionDelay deletion_delay;         // op:2.1
  sim::ProcessingSpan abort_grace{std::chrono::minutes{10}};          // op:2.1
  sim::ProcessingSpan reschedule_interval{std::chrono::seconds{15}};  // op:2.1
  std::string name = "job";                                           // of the resource (op:1.1)
  SpecTemplate spec_template;  // fields of template.spec that matter for how specs differ (op:4)
  IngressSetting ingress = IngressSetting::kNone;  // spec.ingress
  bool drain = false;  // jobs that are stopped with a savepoint say first that nothing follows
                       // (rt:SP6)
  std::optional<sim::ProcessingSpan> gate_timeout;  // absent: the abort grace period (p2:R3.7)

  friend bool operator==(const DeploymentSettings&, const DeploymentSettings&) = default;
};

// What can happen to a deployment: by its user, or as a fault.
enum class Action : std::uint8_t {
  kChangeSpec,       // the user edits the template: a new revision of the spec
  kPauseSubtask,     // its thread does nothing for a while (rt:P9); its informer goes on (rt:P8)
  kFreezeInformer,   // a watcher is told nothing for a while (p2:G3, K5)
  kConflict,         // the next writes of the ConfigMap meet another writer: 409 (p2:R1.1, R4.6)
  kChildNotReady,    // for a while a child's status shows no RUNNING job (op:5.1, the blip)
  kKillJob,          // a task fails, and with it the whole job (rt:F4)
  kRestartOperator,  // the operator's process ends and comes back (op:5.6)
  kLoseNotices,      // the next notices that a checkpoint is complete do not arrive (rt:C12)
  kSlowSubtask,      // for a while each record keeps its thread busy (rt:N5, P5)
  kKillTask,         // a task fails, and with it what it is connected with (rt:F3)
  kKillJobManager,   // the JobManager's process ends and comes back, and all tasks with it
  kFailCheckpoint,   // the next checkpoints are declined by the first task to answer (rt:C15)
  kPauseJob,         // all its threads do nothing for a while (rt:P9)
  kKillTaskManager,  // the subtasks of one slot fail, one of each task (rt:F3)
  kPauseJobManager,  // its JobManager neither does nor answers anything for a while
  kFailSavepoint,    // the next savepoints are declined by the first task to answer (rt:C15)
  kHangSavepoint,    // of the next savepoints nobody hears again (op:R9)
  kSlowSavepoint,    // the next savepoints take longer
  kStaleMetrics,     // for a while the JobManager's metric store is not filled anew (rt:M4)
  kMissingMetrics,   // and it is empty (rt:M5)
  kSlowDeletion,     // tearing down a child takes a while (op:5.2)
  kPauseChildController,  // a child's own controller does nothing for a while (op:5.2)
  kDropWatchEvent,        // the next events of a watcher are lost (p2:G3)
  kBreakWatch,            // a watcher is cut off for a while, then lists (p2:G3, op:5.6)
  kSkewClock,             // the wall clock of a job's nodes is off from now on
  kDriftClock,            // it and its gates' clock run too fast or too slow for a while
  kSlowChannels,          // for a while what a job sends takes longer (rt:N1)
  kPauseSource,           // for a while a source gets nothing from the broker (rt:ID1)
  kSlowRestart,           // the next restart of a job takes longer (rt:F2)
  kLoseAcknowledgement,   // the next acknowledgements of checkpoints are lost (rt:C15)
  kUnreachableMap,        // for a while a job's gates cannot read or write the ConfigMap (p2:R1.1)
  kFailRequests,          // the operator's next writes fail, without effect (op:1.6)
  kTimeOutRequests,       // they take effect, but it sees an error (op:R21)
  kStopApiServer,         // for a while nobody gets an answer from it, nor hears of a change
  kPauseOperator,         // its process does nothing for a while
  kChangeLeader,          // another process takes over (op:5.6)
  kSkewOperatorClock,     // the operator's wall clock jumps (op:5.5)
  kDeleteChild,           // the user deletes a child
  kSuspendChild,          // the user suspends a child, not the resource (op:R19)
  kDeleteConfigMap,       // the user deletes the ConfigMap (p2:K8)
  kFailIngress,           // the next writes of the parent ingress fail (op:R10, R11)
  kRefuseSavepoints,      // the JobManager refuses the next triggers of the operator (op:A6)
  kLoseAnswers,           // its next answers about a savepoint are errors (op:R7)
  kSlowOperator,          // for a while whatever it asks takes longer (op:3.2)
  kSlowApiServer,     // for a while whatever is asked of it, or told by it, takes longer (op:1.6)
  kPauseTaskManager,  // the threads of all subtasks of one slot do nothing for a while (rt:P9)
  kSlowTaskManager,   // for a while each record keeps them busy (rt:P5)
  kSlowJobManager,    // for a while what it is asked, and what it tells its tasks, takes longer
};
constexpr std::array<std::string_view, 48> kActionNames{
    "change_spec",         "pause_subtask",
    "freeze_informer",     "conflict",
    "child_not_ready",     "kill_job",
    "restart_operator",    "lose_notices",
    "slow_subtask",        "kill_task",
    "kill_job_manager",    "fail_checkpoint",
    "pause_job",           "kill_task_manager",
    "pause_job_manager",   "fail_savepoint",
    "hang_savepoint",      "slow_savepoint",
    "stale_metrics",       "missing_metrics",
    "slow_deletion",       "pause_child_controller",
    "drop_watch_event",    "break_watch",
    "skew_clock",          "drift_clock",
    "slow_channels",       "pause_source",
    "slow_restart",        "lose_acknowledgement",
    "unreachable_map",     "fail_requests",
    "time_out_requests",   "stop_api_server",
    "pause_operator",      "change_leader",
    "skew_operator_clock", "delete_child",
    "suspend_child",       "delete_config_map",
    "fail_ingress",        "refuse_savepoints",
    "lose_answers",        "slow_operator",
    "slow_api_server",     "pause_task_manager",
    "slow_task_manager",   "slow_job_manager"};
constexpr std::string_view name_of(Action action) {
  return kActionNames[static_cast<std::size_t>(action)];
}

// Whose informer is frozen.
enum class Watcher : std::uint8_t {
  kGate,            // that of one gate subtask
  kConfigMapCache,  // the controller's, of the ConfigMap
  kChildCache,      // of one child
  kSpecCache,       // of the FlinkBlueGreenDeployment
};

// Whose writes meet another writer.
enum class Writer : std::uint8_t { kGate, kController };

// Which way a clock is off.
enum class Direction : std::uint8_t { kAhead, kBehind };

// One thing that happens. Which fields count depends on the action (actions.hpp); the reader
// refuses the others.
struct Happening {
  sim::ProcessingTime at;      // the moment, or the earliest one
  sim::ProcessingTime latest;  // the same, or the end of the window that it is drawn from
  Action action = Action::kChangeSpec;
  Color job = Color::kBlue;              // of the subtask, gate, child, job
  std::string operator_id;               // of a subtask: the task is the one that contains it
  std::optional<std::uint32_t> subtask;  // likewise, and of a gate whose informer it is; absent:
                                         // all. kKillTask, kKillTaskManager: always there
  Watcher watcher = Watcher::kGate;      // kFreezeInformer, kDropWatchEvent, kBreakWatch
  Writer writer = Writer::kGate;         // kConflict
  sim::ProcessingSpan
      lasts;  // of a pause, a freeze, a blip, the operator's or JobManager's absence
  sim::ProcessingSpan per_record;  // kSlowSubtask
  std::uint32_t times = 1;         // how many writes, notices (each to one subtask), checkpoints,
                                   // savepoints, acknowledgements (each of one subtask), events
  SpecEdit edit;                   // kChangeSpec
  std::uint32_t after_writes = 0;  // kRestartOperator: not at once but after so many of its
                                   // writes, wherever in a pass that is (p2:K13); 0: at once
  sim::ProcessingSpan by;          // how much longer something takes, or a clock is off
  Direction direction = Direction::kAhead;  // kSkewClock, kDriftClock
  std::uint32_t per_thousand = 0;           // kDriftClock: of what it measures

  friend bool operator==(const Happening&, const Happening&) = default;
};

// Whether the controller's informer has returned a write of the ConfigMap by the time that the same
// pass writes it again. Matters where an entry write carries the cached version (p2:R1.5, K15).
enum class Echo : std::uint8_t {
  kInTime,  // always
  kLate,    // never: the second write gets 409
  kDrawn,   // a choice, for each such write
};

// What a copy of a ConfigMap does to the one that it comes to, in the other cluster.
enum class ConflictRule : std::uint8_t {
  kFirstClusterWins,  // one from the second is put only if the first has not changed since what the
                      // second had been told of when it was written
  kLastWriterWins,    // it overwrites what is there
  kMergeEntries,      // only the keys that its writer changed are put
};

// What a partition keeps from being carried.
enum class CutWay : std::uint8_t { kBoth, kToFirst, kToSecond };

struct Partition {
  sim::ProcessingTime from;
  sim::ProcessingTime until;
  CutWay carries_not = CutWay::kBoth;

  friend bool operator==(const Partition&, const Partition&) = default;
};

struct MirrorSettings {
  Delay delay;  // from a version's write to its copy in the other cluster
  ConflictRule on_conflict = ConflictRule::kMergeEntries;
  std::vector<Partition> partitions;

  friend bool operator==(const MirrorSettings&, const MirrorSettings&) = default;
};

// How many passes of the blue/green controller the operator's framework lets through in a row, and
// for how long none after them (op:5.3). The defaults are the operator's (op:2.2).
struct RateLimiter {
  std::uint32_t limit = 5;
  sim::ProcessingSpan refresh_period{std::chrono::seconds{15}};

  friend bool operator==(const RateLimiter&, const RateLimiter&) = default;
};

struct EnvironmentSettings {
  Delay informer_lag{5, 200};  // from a version's write to its delivery, per watcher and version
  Delay channel_delay{
      0, 5};  // from the emission of an element to its arrival, per element; FIFO per channel
  Delay checkpoint_time{1,
                        50};  // from a subtask's snapshot to its acknowledgement at the coordinator
  Delay notice_delay{1, 20};  // JobManager to task: checkpoint triggers and completion notices
  Delay open_time{
      0,
      200};  // from the start of the tasks to the open() of one subtask (rt:W7: unrelated phases)
  std::array<Delay, 2> deploy_time{
      Delay{10'000, 20'000},
      Delay{10'000, 20'000}};  // per color: child's write to STABLE/RUNNING stored (op:5.1)
  Delay status_lag{
      0, 5'000};  // part of deploy_time: from the start of the tasks to STABLE/RUNNING stored
  Echo echo = Echo::kInTime;
  bool strict_patches = false;  // a patch of the status that removes a key which is gone already is
                                // refused, and with it the pass (op:1.6, Q1)
  std::optional<RateLimiter> rate_limiter;            // absent: passes run as they are due
  std::optional<sim::ProcessingSpan> wakes_up_after;  // a pass that asks for no other one is
                                                      // followed by one after so long (op:5.3);
                                                      // absent: only after an event
  bool stopped_job_answers = true;  // the JobManager of a job that was stopped with a savepoint
                                    // goes on answering from its metric store (p2:R4.7)
  std::optional<MirrorSettings> mirror;  // green's gates are in a second cluster (mirror.hpp);
                                         // absent: there is one cluster
  std::vector<Happening> faults;         // drawn: each happens once, somewhere in its window

  friend bool operator==(const EnvironmentSettings&, const EnvironmentSettings&) = default;
};

// Discrete time, for explorations: a delay is drawn in whole steps above its shortest. Absent: in
// milliseconds.
struct GridSettings {
  std::uint32_t step_ms = 1;
  std::vector<std::uint32_t> write_jitter_ms;  // what a subtask's jitter is drawn from (p2:R3.3),
                                               // ascending; empty: from every step of its range

  friend bool operator==(const GridSettings&, const GridSettings&) = default;
};

struct Settings {
  std::optional<EventTime> clock_start;  // what the wall clock shows at the start of the run, for
                                         // gates that read it (r1, r2); absent: the first input's
                                         // event_start
  std::vector<InputSettings> inputs;
  JobSettings job;
  DeploymentSettings deployment;
  EnvironmentSettings environment;
  std::vector<Happening> timeline;
  std::optional<GridSettings> grid;

  // Defined in the source: copying it is much code, and many include this.
  Settings();
  Settings(const Settings&);
  Settings(Settings&&) noexcept;
  Settings& operator=(const Settings&);
  Settings& operator=(Settings&&) noexcept;
  ~Settings();
  bool operator==(const Settings&) const;
};

// Documented maxima: no file can make a run too large to finish or a number too large for the
// world.
namespace limits {
constexpr std::uint32_t kRecords = 4'000'000;  // over all inputs
constexpr std::uint32_t kListed = 10'000;      // of one input
constexpr std::uint32_t kSilences = 64;        // likewise
constexpr std::uint32_t kPartitions = 1'024;   // of one input
constexpr std::uint32_t kParallelism = 512;    // of one operator
constexpr std::uint32_t kOperators = 64;
constexpr std::uint32_t kInputs = 16;
constexpr std::uint32_t kChannels = 100'000;  // of one job
constexpr std::uint32_t kChannelCapacity = 1'000'000;
constexpr std::int64_t kEventSpreadMs =
    1LL << 28;  // latest less earliest event time of all inputs, about 3 days
constexpr std::int64_t kDurationMs = 30LL * 86'400'000;  // any duration in a scenario: 30 days
constexpr std::uint32_t kTimeline = 64;                  // also of the faults
constexpr std::uint32_t kMirrorPartitions = 64;
constexpr std::uint32_t kConflicts = 1'000;  // of one happening
constexpr std::uint32_t kRestarts = 1'000;   // attempts, or failures in an interval
constexpr std::uint32_t kTolerableFailed = 1'000;
constexpr std::uint32_t kAfterWrites = 1'000;
constexpr std::uint32_t kPassesInARow = 1'000;
constexpr std::uint32_t kPerThousand = 500;  // of a clock that drifts
constexpr std::size_t kWorldBytes = std::size_t{1}
                                    << 30;     // beyond it a run ends as if its budget were used up
constexpr std::size_t kContents = 20'000'000;  // of records that operators make of others; beyond
                                               // it likewise
constexpr std::uint64_t kEvents = 1'000'000'000;  // budget
}  // namespace limits

}  // namespace model
