// The immutable side of a run: both jobs flattened into tables, the slots of the world, and
// everybody's name.
//
// Both colors run the same job, so one JobPlan serves both. Ids are positions in these tables:
// dense, 32 bit, and the same on every machine. Errors: REQUIRES settings that the reader found
// valid; `Plan` checks only its own arithmetic.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/controller.hpp"
#include "model/input.hpp"
#include "model/node_kind.hpp"
#include "model/protocol.hpp"
#include "model/restart.hpp"
#include "model/settings.hpp"
#include "model/watermarks.hpp"
#include "model/windows.hpp"
#include "sim/agenda.hpp"

namespace model {

// Where a record goes when it leaves a task: one edge of the job graph that is not chained.
struct EdgePlan {
  Ship ship = Ship::kForward;
  std::uint32_t to_task = 0;
  std::uint32_t senders = 0;
  std::uint32_t first_sender = 0;  // subtask id of the sender with index 0
  std::uint32_t receivers = 0;
  std::uint32_t first_receiver = 0;  // subtask id of the receiver with index 0
  std::uint32_t first_in_block =
      0;  // position of this edge's channels within each receiver's block
  std::uint32_t first_round_robin = 0;  // one counter a sender subtask; only for rebalance
  std::uint32_t max_parallelism = 0;    // of the receiver (rt:T9)
  bool is_overtaken = false;            // by the barriers of periodic checkpoints (rt:C9)
};

// One operator of a chain.
struct OpPlan {
  NodeKind kind = NodeKind::kMap;
  Selection keep;                   // filters
  std::uint32_t instance_base = 0;  // sources, assigners, gates, sinks, keyed ones: instance of
                                    // subtask 0 (job-wide numbering per kind)
  std::uint32_t sink_input = 0;     // sinks: number of its first input (job-wide)
  std::uint32_t first_guarded = 0;  // gates: in JobPlan::guarded, what they decide about
  std::uint32_t guarded_count = 0;
  bool is_mixin = false;  // gates: part of a sink; each record is one of the input that it came by
  Guarantee guarantee = Guarantee::kExactlyOnce;
  std::uint64_t name = 0;         // a hash of its id
  std::uint32_t place = 0;        // among the operators of the job; gates come behind them
  std::uint32_t copies = 1;       // flat maps
  std::uint32_t keys = 1;         // re-keying
  WindowRules window;             // windows, window joins
  IntervalRules interval;         // interval joins
  std::uint32_t times = 0;        // of what comes out of it: see JobPlan::time_of
  std::uint32_t first_child = 0;  // in JobPlan::children: chained operators
  std::uint32_t child_count = 0;
  std::uint32_t first_edge = 0;  // in JobPlan::edges
  std::uint32_t edge_count = 0;
  std::uint32_t late_edge_count = 0;  // behind them: those that late records go to (rt:L3, L9)
};

// A chain of operators executed as one step (rt:T2).
struct TaskPlan {
  std::uint32_t head = 0;          // in JobPlan::ops
  std::vector<std::uint32_t> ops;  // all of them, head first
  std::uint32_t parallelism = 1;
  std::uint32_t first_subtask = 0;
  std::uint32_t channels_per_subtask = 0;     // data channels into each subtask
  std::vector<std::uint32_t> first_of_input;  // where those of each input begin among them; the end
  bool has_sink = false;
  std::string name;  // ids of its operators, joined by "+"
  std::vector<std::string> operator_ids;
  std::string actor;  // what its subtasks are called in choices: its first operator that is no
                      // gate, so that neither a gate nor a chained operator more renames them

  [[nodiscard]] bool contains(std::string_view operator_id) const {
    return std::find(operator_ids.begin(), operator_ids.end(), operator_id) != operator_ids.end();
  }
};

struct SubtaskPlan {
  std::uint32_t task = 0;
  std::uint32_t index = 0;  // within its task
  std::uint32_t first_channel =
      0;  // its data channels are [first_channel, first_channel + channel_count)
  std::uint32_t channel_count = 0;
  std::uint32_t mailbox = 0;      // its channel for messages from the JobManager
  std::uint32_t first_input = 0;  // of those with a valve of their own (rt:V9)
  std::uint32_t input_count = 0;  // none: one valve over all its channels
  std::uint32_t region = 0;       // of those that fail one by one
};

constexpr std::uint32_t kNoCoordinator = UINT32_MAX;

// One subtask of a source.
struct SourcePlan {
  std::uint32_t subtask = 0;
  std::uint32_t op = 0;
  std::uint32_t index = 0;        // within its operator
  std::uint32_t first_split = 0;  // its splits are [first_split, first_split + split_count)
  std::uint32_t split_count = 0;
  std::uint64_t pace_num = 1;  // one record every pace_num / pace_den ms
  std::uint64_t pace_den = 1;
  GeneratorRules time;
  Selection marked;                            // the records that a punctuated generator emits for
  std::uint32_t coordinator = kNoCoordinator;  // that it reports to (rt:AL2)
};

// One subtask of an operator that assigns timestamps (rt:W10).
struct AssignerPlan {
  std::uint32_t subtask = 0;
  std::uint32_t op = 0;
  std::uint32_t index = 0;  // within its operator
  std::string id;           // of the operator
  GeneratorRules time;
  Selection marked;  // as of a source
};

// Of one source operator that is aligned with others (rt:AL3).
struct CoordinatorPlan {
  std::uint32_t first_source = 0;  // its subtasks are [first_source, first_source + source_count)
  std::uint32_t source_count = 0;
  std::uint32_t group = 0;
  std::int64_t max_drift_ms = 0;
  std::uint32_t update_ms = 0;
};

struct SplitPlan {
  std::uint32_t input = 0;
  std::uint32_t partition = 0;
  std::uint32_t record_base = 0;  // number of this source operator's record 0 (job-wide numbering)
  bool competes = false;          // with the other job for each record
  sim::Due exists_from;           // its partition
};

// The enumerator of a source operator, some of whose partitions are not there from the start
// (rt:K7).
struct EnumeratorPlan {
  std::uint32_t first_split = 0;  // its splits are [first_split, first_split + split_count)
  std::uint32_t split_count = 0;
  std::uint32_t interval_ms = 0;  // 0: it looks once
};

struct GatePlan {
  std::uint32_t subtask = 0;
  std::uint32_t index = 0;  // within its operator
  std::uint32_t op = 0;
  std::string label;  // tells the gates of a job apart: "0", "enrich.1"
};

// An input of a sink that records come to once a gate has let them pass.
struct GuardedInput {
  std::uint32_t sink_input = 0;
  bool is_last = true;  // no other gate decides after this one
};

// Of a sink that writes to Kafka. The ids of the two colors are the same ones if their prefixes
// are: all are blue's then.
struct KafkaPlan {
  TransactionNaming naming = TransactionNaming::kIncrementing;
  std::uint32_t timeout_ms = 0;
  bool inherits_state = true;
  std::array<Color, 2> ids_of{Color::kBlue, Color::kBlue};  // by color: whose ids it uses
  // By color: whether its prefix is how those ids begin (rt:X10).
  std::array<std::array<bool, 2>, 2> lists{};
};

struct SinkPlan {
  std::uint32_t subtask = 0;
  std::uint32_t index = 0;
  Guarantee guarantee = Guarantee::kExactlyOnce;
  std::optional<KafkaPlan> kafka;
};

constexpr std::uint32_t kNoGate = UINT32_MAX;

// The records of one source operator: a run of job-wide record numbers.
struct RecordRange {
  std::uint32_t base = 0;
  std::uint32_t input = 0;
  bool is_listed = false;  // by the input, so that numbers are not places
  // Per sink input: whether this source reaches it, and through which filters.
  struct Path {
    bool reaches = false;
    std::vector<Selection> filters;
  };
  std::vector<Path> paths;
  std::uint32_t op = 0;                    // the source
  std::vector<std::uint32_t> gate_passed;  // by operator: the last gate up to it on the way of
                                           // these records, in JobPlan::ops, or kNoGate
};

// Both ends of a data channel, for names.
struct ChannelPlan {
  std::uint32_t from = 0;  // subtask
  std::uint32_t to = 0;
  std::uint32_t input = 0;       // which input of the receiving operator
  bool is_overtaken = false;     // as its edge is
  std::optional<Delay> latency;  // behind a look-up: until the answer is there
  std::uint32_t from_op = 0;     // of the sender's, in JobPlan::ops
};

// One subtask of an operator that keeps something for each key.
struct KeyedPlan {
  std::uint32_t subtask = 0;
  std::uint32_t index = 0;  // within its operator
  std::uint32_t op = 0;
};

struct JobPlan {
  FlinkRules flink;
  std::uint32_t tick_ms = 0;  // between those of a source (rt:W8); 0: none
  Barriers barriers = Barriers::kAligned;
  std::uint32_t aligned_timeout_ms = 0;  // of those that overtake (rt:C9); 0: from the start
  std::uint32_t channel_capacity = 0;    // 0: unbounded
  std::vector<OpPlan> ops;
  std::vector<std::uint32_t> children;
  std::vector<EdgePlan> edges;
  std::vector<TaskPlan> tasks;
  std::vector<SubtaskPlan> subtasks;
  std::vector<SourcePlan> sources;
  std::vector<SplitPlan> splits;
  std::vector<CoordinatorPlan> coordinators;
  std::vector<EnumeratorPlan> enumerators;  // of whom there is something to say
  std::vector<AssignerPlan> assigners;
  std::uint32_t assigner_tick_ms = 0;  // between those of an assigner (rt:W10, P12); 0: none
  std::vector<GatePlan> gates;
  std::vector<SinkPlan> sinks;
  std::vector<KeyedPlan> keyed;
  std::vector<std::string> op_ids;
  bool makes_rows = false;  // some operator makes other records of those that it gets
  Mark closing;             // an event time beyond which no window is open
  std::vector<RecordRange> ranges;
  // Event time of each record as its source attaches it, job-wide numbering; and as it is behind
  // operators that assign others. At one place a record has one time: only one way leads there.
  std::vector<Mark> marks;
  std::vector<std::vector<Mark>> retimed;
  std::vector<std::uint32_t> times_at;  // by sink input: which of them count there
  std::vector<std::vector<std::uint32_t>> inputs_behind;  // by operator: the sink inputs that what
                                                          // comes out of it goes to as it is
  std::vector<std::vector<std::uint32_t>> gates_ahead;  // by operator: gates behind it, and itself
  std::vector<bool> is_behind_gate;  // by operator: whether it is one, or behind one
  std::vector<GuardedInput> guarded;
  // What a gate decides about when it judges a record that came by that input of it.
  [[nodiscard]] std::span<const GuardedInput> guarded_by(const OpPlan& gate,
                                                         std::uint32_t input) const {
    return std::span{guarded}.subspan(gate.first_guarded + (gate.is_mixin ? input : 0),
                                      gate.is_mixin ? 1 : gate.guarded_count);
  }
  // In one subtask: on several edges.
  [[nodiscard]] bool has_several_gates() const {
    return !gates.empty() && gates.front().op != gates.back().op;
  }
  [[nodiscard]] bool guards(const OpPlan& gate, std::uint32_t sink_input) const {
    return std::any_of(
        guarded.begin() + gate.first_guarded,
        guarded.begin() + gate.first_guarded + gate.guarded_count,
        [sink_input](const GuardedInput& input) { return input.sink_input == sink_input; });
  }
  // The sink inputs that a channel leads to.
  [[nodiscard]] std::span<const std::uint32_t> inputs_behind_channel(
      const ChannelPlan& channel) const {
    const std::uint32_t head = tasks[subtasks[channel.to].task].head;
    const std::span<const std::uint32_t> behind = inputs_behind[head];
    const bool is_sink = ops[head].kind == NodeKind::kSink || ops[head].is_mixin;
    return is_sink ? behind.subspan(channel.input, 1) : behind;
  }
  // Which times records have at a gate when they come by that input of it: see time_of.
  [[nodiscard]] std::uint32_t times_of_gate(const OpPlan& gate, std::uint32_t input) const {
    return gate.is_mixin ? times_at[guarded[gate.first_guarded + input].sink_input] : gate.times;
  }
  // 0: the source's.
  [[nodiscard]] Mark time_of(std::uint32_t times, std::uint32_t record) const {
    return times == 0 ? marks[record] : retimed[times - 1][record];
  }
  // What draws about each record are named by, job-wide numbering; empty: by its job-wide number.
  std::vector<std::uint64_t> draw_names;
  // A number for the key of each record, by input and key; empty if the order of keys does not
  // matter or there are none.
  std::vector<std::uint32_t> keys;
  std::uint32_t key_count = 0;
  bool has_kafka = false;      // some sink writes to it
  bool has_listed = false;     // some input lists its records
  bool has_competing = false;  // for the records of some input the jobs compete
  // Which subtask of a source a split belongs to (rt:K1).
  [[nodiscard]] std::uint32_t source_of(std::uint32_t split) const {
    const auto source = std::partition_point(
        sources.begin(), sources.end(),
        [split](const SourcePlan& plan) { return plan.first_split + plan.split_count <= split; });
    return static_cast<std::uint32_t>(source - sources.begin());
  }
  std::vector<ChannelPlan> data_channels;
  std::uint32_t channels = 0;  // data channels, then a mailbox a subtask
  std::uint32_t inputs = 0;    // that have a valve of their own
  std::uint32_t round_robins = 0;
  std::uint32_t records = 0;          // job-wide
  std::uint32_t sink_inputs = 0;      // edges into sinks; an output is (record, sink input)
  std::vector<Guarantee> guarantees;  // what the sink behind each of these inputs can promise
  RestartPlan restart;
  std::uint32_t timeout_ms = 0;  // of a checkpoint; 0: none
  std::uint32_t regions = 1;     // that fail one by one (rt:F3)
};

// What a slot of the world is for.
enum class SlotKind : std::uint8_t {
  kChannel,       // the head of a channel arrives; index: channel
  kOpen,          // a subtask opens; index: subtask
  kEmit,          // a source subtask reads its next record; index: source
  kTick,          // a source subtask's periodic watermark (rt:W8); index: source
  kStart,         // the tasks of a job start
  kTrigger,       // the periodic checkpoint trigger (rt:C2)
  kComplete,      // the last acknowledgement arrives; index: 0 checkpoint, 1 savepoint
  kGateWatch,     // a gate's informer delivers the next version; index: gate
  kChildStatus,   // the child's controller stores STABLE/RUNNING
  kChildWatch,    // the child's own controller learns a new version of its resource
  kHappening,     // something on the timeline or a fault begins, or ends; index: its number
  kPrimaryWatch,  // the controller's caches learn a new version: of the primary resource,
  kChildCache,    // of a child (color), of the ConfigMap
  kMapCache,
  kReconcile,     // a pass of the controller
  kReport,        // a source subtask tells its coordinator how far it is (rt:AL2); index: source
  kAllow,         // a coordinator tells its source how far it may go (rt:AL3); index: coordinator
  kAhead,         // a barrier arrives before what it has overtaken (rt:C9); index: channel
  kExpire,        // a checkpoint takes too long (rt:C15); index: 0 checkpoint, 1 savepoint
  kRegion,        // the tasks of a region start again (rt:F4); index: region
  kAssignerTick,  // a periodic watermark away from the source (rt:W10); index: assigner
  kDiscover,      // an enumerator looks for new partitions (rt:K7); index: enumerator
  kOverdue,       // barriers of a checkpoint overtake from now on (rt:C9); index: receiving subtask
  kMirror,        // a copy of the ConfigMap comes to a cluster (mirror.hpp); index: Cluster
};

struct SlotInfo {
  SlotKind kind = SlotKind::kHappening;
  Color color = Color::kBlue;
  std::uint32_t index = 0;
};

// Choices, besides the priority of an event within its instant. The actor is always a slot.
enum class ChoiceKind : std::uint16_t {
  kPriority,
  kChannelDelay,
  kOpenTime,
  kWriteJitter,   // p2:R3.3
  kRoundRobin,    // rt:T4: where a rebalance starts
  kPoll,          // rt:K11: which split is read next
  kPollSize,      // and how many of its records in a row
  kTickOrder,     // a tick due at this very instant: after the record, or just before it
  kFirstTrigger,  // rt:C2
  kNoticeDelay,
  kCheckpointTime,
  kDeployTime,
  kStatusLag,
  kInformerLag,
  kRestartDelay,  // rt:F2
  kFaultTime,     // when a drawn fault happens
  kEcho,          // p2:K15: whether a write has come back through the controller's informer
  kLookUp,        // how long an answer takes
  kMirrorDelay,   // and a copy of the ConfigMap to the other cluster
  kStatusEcho,    // op:H10: until the cache shows a status that was written
};
constexpr std::array<std::string_view, 20> kChoiceKindNames{
    "priority",      "channel_delay", "open_time",       "write_jitter",
    "round_robin",   "poll",          "poll_size",       "tick_order",
    "first_trigger", "notice_delay",  "checkpoint_time", "deploy_time",
    "status_lag",    "informer_lag",  "restart_delay",   "fault_time",
    "echo",          "look_up",       "mirror_delay",    "status_echo"};
constexpr std::string_view name_of(ChoiceKind kind) {
  return kChoiceKindNames[static_cast<std::size_t>(kind)];
}

// What a change of the spec does.
enum class Upgrade : std::uint8_t {
  kBlueGreen,
  kPlain,  // the job that runs is stopped with a savepoint and started again from it; no gates:
           // what Phase 2 is compared with
};

class Plan {
 public:
  explicit Plan(Settings settings, Upgrade upgrade = Upgrade::kBlueGreen);

  [[nodiscard]] Upgrade upgrade() const { return upgrade_; }

  [[nodiscard]] const Settings& settings() const { return settings_; }
  [[nodiscard]] const Protocol& protocol() const { return protocol_; }
  [[nodiscard]] const ControllerSettings& controller() const { return controller_; }
  [[nodiscard]] const JobPlan& job() const { return job_; }
  [[nodiscard]] const std::vector<Input>& inputs() const { return inputs_; }
  // The timeline, then the drawn faults.
  [[nodiscard]] const std::vector<Happening>& happenings() const { return happenings_; }
  // Whether any of them is that.
  [[nodiscard]] bool has_action(Action action) const {
    return (actions_ >> static_cast<unsigned>(action) & 1U) != 0;
  }
  // Whether a pass of the blue/green controller may have to wait for an answer, or for another try.
  [[nodiscard]] bool passes_take_time() const;
  // What the wall clock shows at the start of the run.
  [[nodiscard]] EventTime clock_start() const;
  [[nodiscard]] EventTime origin() const { return origin_; }
  // The steps in which delays are drawn.
  [[nodiscard]] std::uint32_t grid_ms() const {
    return settings_.grid ? settings_.grid->step_ms : 1;
  }

  [[nodiscard]] std::span<const SlotInfo> slots() const { return slots_; }
  [[nodiscard]] std::span<const std::uint64_t> slot_names() const { return slot_names_; }  // hashes
  [[nodiscard]] std::string name_of(sim::Slot slot) const;

  [[nodiscard]] sim::Slot slot(SlotKind kind, Color color = Color::kBlue,
                               std::uint32_t index = 0) const {
    return static_cast<sim::Slot>(
        first_slot_[static_cast<std::size_t>(kind)][model::index_of(color)] + index);
  }

  // In which cluster what it writes of the ConfigMap is.
  [[nodiscard]] Cluster cluster_of(sim::Slot writer) const;
  [[nodiscard]] bool is_mirror(sim::Slot writer) const {
    return slots_[index_of(writer)].kind == SlotKind::kMirror;
  }

  // A job-wide record number and what it stands for.
  struct RecordName {
    std::uint32_t input = 0;
    std::uint32_t number = 0;  // within the input
    std::uint32_t place = 0;   // likewise; the same unless the input lists its records
  };
  [[nodiscard]] const RecordRange& range_of(std::uint32_t id) const;
  [[nodiscard]] RecordName record(std::uint32_t id) const;
  [[nodiscard]] std::string record_name(std::uint32_t id) const;  // "events/0#1207"
  // As it is at that input of a sink.
  [[nodiscard]] EventTime event_time(std::uint32_t id, std::uint32_t sink_input) const;
  // Whether the record, unless lost, comes out at this input of the sink.
  [[nodiscard]] bool is_owed(std::uint32_t id, std::uint32_t sink_input) const;

 private:
  void plan_inputs();
  void plan_slots();

  Settings settings_;
  Upgrade upgrade_;
  Protocol protocol_;
  ControllerSettings controller_;
  EventTime origin_;
  std::vector<Input> inputs_;
  std::vector<Happening> happenings_;
  std::uint64_t actions_ = 0;  // what there is of them, as bits
  JobPlan job_;
  std::vector<SlotInfo> slots_;
  std::vector<std::uint64_t> slot_names_;
  std::array<std::array<std::uint32_t, 2>, 24> first_slot_{};
};

}  // namespace model
