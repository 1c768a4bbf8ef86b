// The changing world as one flat, relocatable block.
//
// Everything that changes during a run and that the future depends on lies here: copying the bytes
// copies the world. No pointer, no heap container, no ledger, no graph in it; the job graph and the
// input lie beside it, immutable (Plan). Its layout is sized when the scenario is known; a ring
// that overflows is laid out anew at the end of the block, twice as long. Times are 32-bit
// milliseconds since the start of the run, event times relative to the plan's origin. Errors:
// REQUIRES only.
#pragma once

#include <algorithm>
#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <stdexcept>
#include <type_traits>
#include <vector>

#include "model/config_map.hpp"
#include "model/controller.hpp"
#include "model/event_time.hpp"
#include "model/gate.hpp"
#include "model/mirror.hpp"
#include "model/pass.hpp"
#include "model/plan.hpp"
#include "model/rows.hpp"
#include "model/transactional_ids.hpp"
#include "model/valve.hpp"
#include "model/version_log.hpp"
#include "model/watermarks.hpp"
#include "model/windows.hpp"
#include "sim/time.hpp"

namespace model {

// What travels through channels, and through the mailbox of a subtask: a thread takes one after the
// other, in order, and nothing in between (rt:P5, P6).
enum class ElementKind : std::uint32_t {
  kRecord,     // value: job-wide record number
  kWatermark,  // value: Mark
  kIdle,
  kActive,
  kBarrier,  // value: checkpoint id
  kTrigger,  // to a source: take this checkpoint; value: its id
  kNotice,   // this checkpoint is complete; value: its id
  kAllowed,  // to a source: how far it may go; value: Mark
  kSplit,    // to a source: one more of its splits; value: its number
};

struct Element {
  sim::Window due;  // when it arrives; in a channel never before the one ahead of it (rt:N1, T6)
  ElementKind kind = ElementKind::kRecord;
  std::int32_t value = 0;
};

// A FIFO of elements, in a ring of its own in the arena at the world's end.
struct Channel {
  std::uint32_t head = 0;  // position in the ring
  std::uint32_t count = 0;
  std::uint32_t ring = 0;    // where the ring begins, in elements of the arena
  std::uint32_t length = 0;  // of the ring, a power of two
  ValveChannel valve;
  bool blocked = false;  // by the alignment of a checkpoint (rt:C6)
  std::uint8_t reserved = 0;
};

// One of the inputs of a subtask that combines several (rt:CW1).
struct CombinedInput {
  Valve valve;
  InputTime time;
};

struct Subtask {
  Valve valve;                     // over all its channels, or what it makes of its combined inputs
  bool open = false;               // running: the job is up and open() has returned
  bool down = false;               // its region waits for its restart while others run (rt:F3)
  std::uint16_t full_outputs = 0;  // channels that it sends into and that can take no more: while
                                   // there is one it is held back (rt:N5)
  std::uint32_t aligning = 0;      // checkpoint whose barriers are being collected; 0: none
  std::uint32_t missing = 0;       // channels it is still missing from
  sim::Due paused_from;            // its thread does nothing from here on (rt:P9)
  sim::Due paused_until;
  sim::Due slow_until;  // a record takes it so long until then
  std::uint32_t slow_ms = 0;

  [[nodiscard]] bool is_held_back() const { return full_outputs != 0; }
};

// A checkpoint of which a subtask misses barriers though no channel waits. Where they are only
// counted (rt:C7) two can be under way, a periodic one and a savepoint; where they overtake (rt:C9)
// the first one is the newest whose snapshot it has taken.
struct CountedBarriers {
  std::uint32_t id = 0;  // 0: none
  std::uint32_t missing = 0;
};

// Where they overtake: a channel, whose sender and receiver take their snapshots at different
// moments. What was sent before the one and arrives after the other belongs to the checkpoint.
struct OvertakenChannel {
  std::uint32_t barrier = 0;   // the newest that was sent past it; when it arrives its slot knows
  std::uint32_t ahead_of = 0;  // what it has overtaken and is still there
  std::uint32_t recorded_for = 0;  // the receiver has taken its snapshot, the sender has not: what
                                   // is sent belongs to this checkpoint; 0: none
};

// An element that a checkpoint keeps (rt:C9, RS6).
struct SavedElement {
  std::uint32_t channel = 0;
  ElementKind kind = ElementKind::kRecord;
  std::int32_t value = 0;
};

struct Split {
  std::uint32_t next = 0;  // offset of the next record to emit (rt:C10, K4)
  SplitTime time;          // of this job run
};

struct Source {
  sim::Due opened;
  sim::Due ready_at;               // when the rate limit allows the next record
  sim::Due last_tick;              // the tick that ran last; only that of this very instant matters
  std::uint32_t pace_rest = 0;     // remainder of the rate limit, in 1/pace_den ms
  std::uint32_t polled_split = 0;  // the split being read, relative to the first of this subtask
  std::uint32_t polled_left = 0;   // how many more of its records come in a row (rt:K11)
  SourceTime time;
  bool stopped = false;  // stop-with-savepoint took its snapshot: emits nothing any more (rt:SP5)
  std::array<std::uint8_t, 3> reserved{};
};

constexpr Mark kAnyMark = Mark::end();  // larger than all

// What an enumerator knows of one split; outlives a failover of the job (rt:F5).
struct KnownSplit {
  bool is_known = false;
  std::array<std::uint8_t, 3> reserved{};
  sim::Due first_look;  // of its enumerator, from which it counts
};

// A subtask of an operator that assigns timestamps (rt:W10).
struct Assigner {
  SplitTime time;     // of its one generator
  SourceTime output;  // what it has announced
  sim::Due armed;  // its timer runs so and so long after this, again and again; after the instant
                   // itself while its thread is held back
  sim::Due last_tick;
};

// Of a source subtask that is aligned with others (rt:AL2-AL5).
struct AlignedSource {
  Mark reported;            // what its coordinator knows of it, also after a restart; none: nothing
  Mark sent = kAnyMark;     // what it was sent last
  Mark allowed = kAnyMark;  // and what of that has come
};

// The ticks that have piled up behind a thread that does nothing (rt:W9).
inline std::uint32_t piled_ticks(const Subtask& subtask, const Source& source,
                                 std::uint32_t interval, sim::Due now) {
  const sim::Due from = std::max(subtask.paused_from, source.opened);
  return ((now.ms - source.opened.ms) / interval) - ((from.ms - source.opened.ms) / interval);
}

// What a checkpoint keeps of a gate (cutover:N8).
struct SavedGate {
  Mark newest;
  std::uint16_t crossed = 0;
  std::uint16_t reserved = 0;
};

// What is wrong with an informer.
struct WatchFaults {
  sim::Due frozen_until;             // it delivers nothing before
  std::uint32_t lost = 0;            // the newest version whose event was lost
  std::uint16_t events_to_lose = 0;  // of its next ones
  bool relists = false;              // it was cut off: what it delivers next is the newest version
  std::uint8_t reserved = 0;
};

struct GateSlot {
  Gate gate;
  WatchFaults watch;
  std::uint32_t seen = 0;       // newest version of the ConfigMap that its informer delivered
  std::uint8_t has_metric = 0;  // the JobManager's store has a value for it (rt:M5)
  std::uint8_t metric = 0;      // and this is it
  // Its keys in the ConfigMap, which outlive the job: the rounds last reported (cutover:N2, N6).
  std::uint16_t acknowledged = 0;
  std::uint16_t passed = 0;
  std::array<std::uint8_t, 2> reserved{};
  SavedGate restored;  // by this run of the job
};

struct Sink {
  std::uint32_t open_transaction = 0;  // 0: nothing written since the last barrier (rt:X5)
  std::uint32_t pending = 0;           // committables in its ring
  // Of a Kafka writer, whose transaction is begun with the barrier.
  std::uint32_t k = 0;                // in its id
  std::uint32_t last_checkpoint = 0;  // ids up to it are used up (rt:X8)
  bool has_written = false;           // into the open transaction
  std::array<std::uint8_t, 3> reserved{};
};

struct Committable {
  std::uint32_t checkpoint = 0;
  std::uint32_t transaction = 0;
  std::uint32_t k = 0;  // Kafka: in its id
};

// Where a job keeps what it can start from: the savepoint of the transition, that of its stop, and
// two places for checkpoints, one of which holds the latest completed one.
enum class SnapshotArea : std::uint8_t { kTransition, kStop, kCheckpointA, kCheckpointB };
constexpr std::array kSnapshotAreas{SnapshotArea::kTransition, SnapshotArea::kStop,
                                    SnapshotArea::kCheckpointA, SnapshotArea::kCheckpointB};
constexpr bool is_periodic(SnapshotArea area) {
  return area == SnapshotArea::kCheckpointA || area == SnapshotArea::kCheckpointB;
}
constexpr std::size_t index_of(SnapshotArea area) { return static_cast<std::size_t>(area); }

// A checkpoint or savepoint under way.
struct PendingCheckpoint {
  std::uint32_t id = 0;       // 0: none
  std::uint32_t missing = 0;  // subtasks that have not taken their snapshot
  sim::Window complete_at;    // when the last acknowledgement so far arrives
  sim::Due overdue_at;        // from when on its barriers overtake (rt:C9), where they do
  SnapshotArea area = SnapshotArea::kCheckpointA;
  bool waits = false;           // a savepoint, for the end of a periodic one (rt:SP1)
  bool is_declined = false;     // which its coordinator learns at that moment (rt:C15)
  bool hangs = false;           // by a fault: no acknowledgement of it arrives
  std::uint32_t slower_ms = 0;  // by a fault: its acknowledgements take so much longer
};

// What a snapshot keeps; its offsets and committables lie in arrays of the world.
struct SnapshotHead {
  std::uint32_t id = 0;  // 0: never taken
  std::uint8_t complete = 0;
  Color taken_by = Color::kBlue;
  std::array<std::uint8_t, 2> reserved{};
};

// As far as it makes a difference to anybody (rt:M9).
enum class JobStatus : std::uint8_t {
  kNone,
  kDeploying,
  kRunning,
  kStopping,
  kFinished,
  kCancelled,
  kRestarting,  // rt:F4: from a failure until all tasks are deployed again
  kFailed,      // rt:F1: for good
  kLost,        // its JobManager is gone, and all tasks with it
};

struct Job {
  JobStatus status = JobStatus::kNone;
  bool trigger_queued = false;  // a periodic checkpoint waits for the pending one (rt:C3)
  bool is_upgrading = false;    // being stopped in order to run another spec (op:5.2)
  bool has_latest = false;      // there is a completed checkpoint, or what the job started from
  SnapshotArea latest = SnapshotArea::kCheckpointA;
  SavepointRef start_from;
  std::uint8_t deployments = 0;              // of this color so far, modulo 256
  std::uint32_t spec = 0;                    // revision it was deployed with
  std::uint32_t nonce = 0;                   // and the nonce
  std::uint32_t run = 0;                     // names this job run in choices
  std::uint32_t restarts = 0;                // rt:F2: since the last quiet hour
  sim::Due last_restart;                     //
  std::uint32_t down_regions = 0;            // that wait for their restart while others run (rt:F3)
  std::uint32_t failed_checkpoints = 0;      // in a row (rt:C15)
  sim::Due stable_at;                        // STABLE/RUNNING is not stored before this
  sim::Due started;                          // its tasks, the last time
  std::uint32_t closed_subtasks = 0;         // not open yet
  std::uint32_t unfinished = 0;              // of a job being stopped
  std::uint32_t next_checkpoint = 1;         // rt:C4
  std::array<PendingCheckpoint, 2> pending;  // periodic, savepoint
  std::array<SnapshotHead, 4> snapshots;     // by area
  sim::Due fetched_at = sim::Due::never();   // when the metric store was last filled (rt:M2)
  std::uint32_t unread = 0;                  // records that its sources have not emitted
  std::uint32_t in_flight = 0;               // records in its channels
  std::uint32_t uncommitted = 0;             // transactions with records, not committed

  [[nodiscard]] bool is_up() const {
    return status == JobStatus::kDeploying || status == JobStatus::kRunning ||
           status == JobStatus::kStopping || is_coming_back();
  }
  // After a failure, none of its tasks or not all of them run.
  [[nodiscard]] bool is_coming_back() const {
    return status == JobStatus::kRestarting || status == JobStatus::kLost;
  }
  // Some of them at least are there.
  [[nodiscard]] bool has_tasks() const {
    return status == JobStatus::kRunning || status == JobStatus::kStopping ||
           (status == JobStatus::kRestarting && down_regions != 0);
  }
};

// op:1.1: the parent ingress, and whose service it sends traffic to.
struct Ingress {
  std::uint8_t exists = 0;
  Color backend = Color::kBlue;

  friend constexpr bool operator==(Ingress, Ingress) = default;
};

constexpr std::size_t kMostHappenings = 2 * std::size_t{limits::kTimeline};

// The head of the world: everything that there is one of.
struct Globals {
  VersionLog<ConfigMap, 8> map;
  std::array<VersionLog<Child, 4>, 2> children;
  VersionLog<std::uint32_t, 4> spec;  // revision of the resource's spec
  ControllerView view;                // the controller's caches
  BlueGreenStatus status;
  std::uint32_t map_seen = 0;  // versions that the controller's informers delivered
  std::array<std::uint32_t, 2> child_seen{};
  std::uint32_t spec_seen = 0;
  std::array<std::uint32_t, 2> child_watched{};  // and those of the children's own controllers
  std::uint32_t retry_attempt = 0;
  sim::Due retry_at;                // when the next try is due
  std::uint32_t passes_in_row = 0;  // that the rate limiter has let through
  sim::Due counted_since;           //
  std::uint32_t next_transaction = 1;
  // Faults in force, and what is still to come.
  std::array<WatchFaults, 4> cache_watch;   // ConfigMap, blue, green, spec
  std::array<sim::Due, 2> not_ready_until;  // no RUNNING is stored for this child before
  std::array<std::uint32_t, 2>
      gate_conflicts{};                         // writes of this color's gates yet to meet somebody
  std::uint32_t controller_conflicts = 0;       // likewise
  std::array<std::uint32_t, 2> lost_notices{};  // of checkpoints of this color, still to be lost
  std::array<std::uint32_t, 2> to_be_declined{};         // likewise, checkpoints (rt:C15)
  std::array<std::uint32_t, 2> lost_acknowledgements{};  // likewise, of one subtask each
  std::array<std::uint32_t, 2> savepoints_to_decline{};  // likewise
  std::array<std::uint32_t, 2> savepoints_to_hang{};
  std::array<std::uint32_t, 2> savepoints_to_slow{};
  std::array<std::uint32_t, 2> savepoints_slower_ms{};
  std::array<std::uint32_t, 2> restart_later_ms{};  // the next one of this job
  std::array<std::int32_t, 2> clock_skew_ms{};      // of the wall clock of its nodes
  std::array<std::int32_t, 2>
      clock_drift_ms{};  // of all that they measure, by drifts that are over
  std::array<std::uint32_t, 2> slow_deletion{};  // the number of that fault, and 1; 0: none waits
  std::uint32_t operator_dies_after = 0;  // of so many more writes; 0: no such fault is armed
  std::uint32_t operator_doom = 0;        // the number of that fault
  std::uint32_t happenings_left = 0;      // that have not begun, or not ended
  bool operator_is_down = false;
  bool remembers_status = false;  // this process has written one (op:1.6, W1)
  Ingress ingress;
  std::array<bool, 2> is_torn_down{};  // a child, slowly
  // The version of each child that the blue/green controller wrote last, which has no finalizer;
  // its own controller puts one there when it is told of it (op:5.2).
  std::array<std::uint32_t, 2> child_given{};
  std::uint16_t refused_triggers = 0;    // REST calls of the operator that are still to fail
  std::uint16_t failed_fetches = 0;      //
  std::uint16_t failed_requests = 0;     // its writes that are still to fail, without effect
  std::uint16_t timed_out_requests = 0;  // or with it
  std::uint16_t failed_ingresses = 0;
  sim::Due api_down_until;         // nobody gets an answer, nor hears of a change
  sim::Due operator_paused_until;  // no pass runs
  std::int32_t operator_clock_ahead_ms = 0;
  std::uint32_t changes = 0;  // of the spec, by its user
  // Before op:H10: what the cache shows of the own status until then.
  BlueGreenStatus status_told;
  sim::Due status_told_at;
  std::uint32_t statuses_written = 0;
  std::bitset<kMostHappenings> begun;  // by number
  sim::Due last_change;                // of records, ConfigMap, specs, children
  std::array<Job, 2> jobs;
};

// Whether there was one left of so many.
template <class Count>
constexpr bool use_up_one(Count& left) {
  const bool was_left = left > 0;
  left = static_cast<Count>(left - (was_left ? 1 : 0));
  return was_left;
}

class World {
 public:
  explicit World(const Plan& plan);

  [[nodiscard]] Globals& globals() { return *at<Globals>(0); }
  [[nodiscard]] const Globals& globals() const { return *at<Globals>(0); }
  [[nodiscard]] Job& job(Color c) { return globals().jobs[index_of(c)]; }

  // When the event of a slot is due; never() if none is pending. In a run each window is one
  // instant, and the agenda is an index over them.
  [[nodiscard]] sim::Window& due(sim::Slot slot) { return dues()[sim::index_of(slot)]; }
  [[nodiscard]] std::span<sim::Window> dues() { return {at<sim::Window>(dues_), slots_}; }

  [[nodiscard]] std::span<Channel> channels(Color c) {
    return array<Channel>(c, offsets_.channels, counts_.channels);
  }
  // Of one valve.
  [[nodiscard]] ValveChannels<Channel> valve_channels(Color c, std::uint32_t first,
                                                      std::uint32_t count) {
    return ValveChannels<Channel>{
        channels(c).subspan(first, count),
        count < kManyChannels ? std::span<Mark>{} : valve_trees(c).subspan(first, count)};
  }
  [[nodiscard]] std::span<Subtask> subtasks(Color c) {
    return array<Subtask>(c, offsets_.subtasks, counts_.subtasks);
  }
  [[nodiscard]] std::span<CombinedInput> inputs(Color c) {
    return array<CombinedInput>(c, offsets_.inputs, counts_.inputs);
  }
  [[nodiscard]] std::span<Split> splits(Color c) {
    return array<Split>(c, offsets_.splits, counts_.splits);
  }
  [[nodiscard]] std::span<Source> sources(Color c) {
    return array<Source>(c, offsets_.sources, counts_.sources);
  }
  // How much of each split is taken, by either job; of none, if they compete for none.
  [[nodiscard]] std::span<std::uint32_t> taken() {
    return array<std::uint32_t>(Color::kBlue, offsets_.taken, counts_.taken);
  }
  // Of none, or all splits.
  [[nodiscard]] std::span<KnownSplit> known_splits(Color c) {
    return array<KnownSplit>(c, offsets_.known_splits, counts_.known_splits);
  }
  [[nodiscard]] std::span<Assigner> assigners(Color c) {
    return array<Assigner>(c, offsets_.assigners, counts_.assigners);
  }
  // None, or all sources.
  [[nodiscard]] std::span<AlignedSource> aligned_sources(Color c) {
    return array<AlignedSource>(c, offsets_.aligned, counts_.aligned);
  }
  [[nodiscard]] std::span<GateSlot> gates(Color c) {
    return array<GateSlot>(c, offsets_.gates, counts_.gates);
  }
  [[nodiscard]] std::span<Sink> sinks(Color c) {
    return array<Sink>(c, offsets_.sinks, counts_.sinks);
  }
  [[nodiscard]] std::span<std::uint32_t> round_robins(Color c) {
    return array<std::uint32_t>(c, offsets_.round_robins, counts_.round_robins);
  }
  // Committables of a sink: the first `pending` of its ring, oldest first.
  [[nodiscard]] std::span<Committable> committables(Color c, std::uint32_t sink) {
    return array<Committable>(c, offsets_.committables, counts_.sinks * committable_length_)
        .subspan(std::size_t{sink} * committable_length_, committable_length_);
  }
  // Of each sink the transactional ids with that color's prefix, the latest used last; of none, if
  // no sink writes to Kafka.
  [[nodiscard]] std::span<UsedIds> used_ids(Color prefix) {
    return array<UsedIds>(prefix, offsets_.used_ids, counts_.kafka_sinks);
  }
  [[nodiscard]] std::span<TransactionalId> transactional_ids(Color prefix, std::uint32_t sink) {
    return array<TransactionalId>(prefix, offsets_.transactional_ids,
                                  counts_.kafka_sinks * committable_length_)
        .subspan(std::size_t{sink} * committable_length_, used_ids(prefix)[sink].count);
  }
  // A snapshot of color c: offsets of its splits, and per sink what was not committed.
  [[nodiscard]] std::span<std::uint32_t> saved_offsets(Color c, SnapshotArea area) {
    return array<std::uint32_t>(c, offsets_.saved_offsets, counts_.splits * kAreas)
        .subspan(index_of(area) * counts_.splits, counts_.splits);
  }
  [[nodiscard]] std::uint32_t& saved_count(Color c, SnapshotArea area, std::uint32_t sink) {
    return array<std::uint32_t>(c, offsets_.saved_counts,
                                counts_.sinks * kAreas)[(index_of(area) * counts_.sinks) + sink];
  }
  [[nodiscard]] std::span<Committable> saved_committables(Color c, SnapshotArea area,
                                                          std::uint32_t sink) {
    return array<Committable>(c, offsets_.saved_committables,
                              counts_.sinks * kAreas * committable_length_)
        .subspan(((index_of(area) * counts_.sinks) + sink) * committable_length_,
                 committable_length_);
  }

  // The same of its gates.
  [[nodiscard]] std::span<SavedGate> saved_gates(Color c, SnapshotArea area) {
    return array<SavedGate>(c, offsets_.saved_gates, counts_.gates * kAreas)
        .subspan(index_of(area) * counts_.gates, counts_.gates);
  }

  // Two for each subtask where no channel waits for barriers, else none.
  [[nodiscard]] std::span<CountedBarriers> counted_barriers(Color c, std::uint32_t subtask) {
    return array<CountedBarriers>(c, offsets_.counted, counts_.counted)
        .subspan(std::size_t{2} * subtask, 2);
  }
  // Of all data channels where barriers overtake, else none.
  [[nodiscard]] std::span<OvertakenChannel> overtaken_channels(Color c) {
    return array<OvertakenChannel>(c, offsets_.overtaken, counts_.overtaken);
  }
  // What a snapshot keeps of the channels, in order within each.
  [[nodiscard]] std::span<SavedElement> saved_elements(Color c, SnapshotArea area) {
    if (counts_.overtaken == 0) {
      return {};
    }
    return array<SavedElement>(c, offsets_.saved_elements, kAreas * saved_element_length_)
        .subspan(index_of(area) * saved_element_length_, saved_element_count(c, area));
  }

  // The ConfigMap of a cluster; and the one that the gates of that color see.
  [[nodiscard]] VersionLog<ConfigMap, 8>& map_in(Cluster cluster) {
    return mirror_ && cluster == Cluster::kSecond ? mirror_->second : globals().map;
  }
  [[nodiscard]] VersionLog<ConfigMap, 8>& map_of(Color c) { return map_in(home_of(c)); }
  // Null: there is one cluster. Beside the block, as no exploration has it.
  [[nodiscard]] Mirror* mirror() { return mirror_ ? &*mirror_ : nullptr; }
  // Null: passes of the blue/green controller take no time. Beside the block, as few
  // scenarios have any that do.
  [[nodiscard]] PassUnderWay* pass_under_way() { return pass_ ? &*pass_ : nullptr; }
  // What a gate subtask has said of itself, as the first cluster has it.
  [[nodiscard]] GateReports reports_of(Color c, std::uint32_t gate) {
    const GateSlot& slot = gates(c)[gate];
    return mirror_ ? mirror_->stored[0].reports[(index_of(c) * counts_.gates) + gate]
                   : GateReports{slot.acknowledged, slot.passed};
  }

  // Records that operators make of others. Append-only: not part of what changes, and not of the
  // block.
  [[nodiscard]] Rows& rows() { return rows_; }
  [[nodiscard]] const Rows& rows() const { return rows_; }
  // What each subtask of a keyed operator keeps; and what a snapshot has of it. Beside the block,
  // as no exploration has such operators.
  [[nodiscard]] std::span<KeyedState> keyed(Color c) { return keyed_[index_of(c)].now; }
  [[nodiscard]] std::span<std::vector<KeyedEntry>> saved_keyed(Color c, SnapshotArea area) {
    return keyed_[index_of(c)].saved[index_of(area)];
  }

  // Nothing of what an older snapshot left there.
  void clear_snapshot(Color c, SnapshotArea area);

  // FIFO operations. `push` may lay the world out anew: references into it do not survive. Throws
  // WorldTooLarge.
  void push(Color c, std::uint32_t channel, const Element& element) {
    if (channels(c)[channel].count == channels(c)[channel].length) [[unlikely]] {
      double_ring(channels(c)[channel]);
    }
    Channel& to = channels(c)[channel];
    ring(to)[(to.head + to.count) & (to.length - 1)] = element;
    ++to.count;
  }
  [[nodiscard]] const Element& front(Color c, std::uint32_t channel) {
    const Channel& of = channels(c)[channel];
    return ring(of)[of.head];
  }
  [[nodiscard]] const Element& back(Color c, std::uint32_t channel) {
    const Channel& of = channels(c)[channel];
    return ring(of)[(of.head + of.count - 1) & (of.length - 1)];
  }
  // The element at that place behind the front.
  [[nodiscard]] const Element& element(Color c, std::uint32_t channel, std::uint32_t place) {
    const Channel& of = channels(c)[channel];
    return ring(of)[(of.head + place) & (of.length - 1)];
  }
  void pop(Color c, std::uint32_t channel) {
    Channel& of = channels(c)[channel];
    of.head = (of.head + 1) & (of.length - 1);
    --of.count;
  }
  // Appends to a sink's committables; same caveat as push().
  void push_committable(Color c, std::uint32_t sink, Committable committable);
  void push_transactional_id(Color prefix, std::uint32_t sink, TransactionalId id);
  void push_saved_element(Color c, SnapshotArea area, SavedElement element);

  // rt:F2: when the job failed, oldest first; only as many as its restart strategy looks at.
  [[nodiscard]] std::span<sim::Due> failures(Color c) {
    return array<sim::Due>(c, offsets_.failures, counts_.failures);
  }

  // Everything of one job as before its first start (rt:P13); its snapshots stay. So do, if asked
  // for, the values of its gauges that the JobManager holds (rt:M7).
  enum class Metrics : std::uint8_t { kForgotten, kKept };
  void reset_job(Color c, Metrics metrics);
  // It keeps its ring. REQUIRES: the other channels of its valve are reset as well.
  void reset_channel(Color c, std::uint32_t channel);
  static void reset(AlignedSource& source, Metrics metrics);
  static void reset(GateSlot& gate, Metrics metrics);

  // sim/archive.hpp. REQUIRES, to be read into: a world of the same plan.
  template <class Archive>
  void archive(Archive& a) {
    const std::array<std::uint32_t, 2> before{committable_length_, saved_element_length_};
    a(arena_length_);
    a(committable_length_);
    a(saved_element_length_);
    if (committable_length_ != before[0] || saved_element_length_ != before[1]) {
      lay_out();
    }
    a(block_);
    if (pass_) {
      pass_->archive(a);
    }
  }

  [[nodiscard]] std::size_t size_bytes() const { return block_.size() * sizeof(std::uint64_t); }
  [[nodiscard]] std::span<const std::uint64_t> block() const { return block_; }

 private:
  struct Counts {
    std::uint32_t channels = 0, subtasks = 0, inputs = 0, splits = 0, sources = 0, aligned = 0,
                  gates = 0, sinks = 0, kafka_sinks = 0, taken = 0, round_robins = 0, failures = 0,
                  counted = 0, overtaken = 0, assigners = 0, known_splits = 0, valve_trees = 0;
  };
  // Byte offsets within the part of one job.
  struct Offsets {
    std::uint32_t channels = 0, subtasks = 0, inputs = 0, splits = 0, sources = 0, aligned = 0,
                  gates = 0, sinks = 0, taken = 0, round_robins = 0, failures = 0, committables = 0,
                  used_ids = 0, transactional_ids = 0, saved_offsets = 0, saved_counts = 0,
                  saved_committables = 0, saved_gates = 0, counted = 0, overtaken = 0,
                  saved_element_counts = 0, saved_elements = 0, assigners = 0, known_splits = 0,
                  valve_trees = 0, end = 0;
  };

  template <class T>
  [[nodiscard]] T* at(std::size_t offset) {
    static_assert(std::is_trivially_copyable_v<T>);
    return reinterpret_cast<T*>(reinterpret_cast<std::byte*>(block_.data()) + offset);
  }
  template <class T>
  [[nodiscard]] const T* at(std::size_t offset) const {
    return reinterpret_cast<const T*>(reinterpret_cast<const std::byte*>(block_.data()) + offset);
  }
  template <class T>
  [[nodiscard]] std::span<T> array(Color c, std::uint32_t offset, std::uint32_t count) {
    return {at<T>(job_base_[index_of(c)] + offset), count};
  }
  // A node a data channel, beside those of its valve; none if no valve has many channels.
  [[nodiscard]] std::span<Mark> valve_trees(Color c) {
    return array<Mark>(c, offsets_.valve_trees, counts_.valve_trees);
  }
  [[nodiscard]] Element* ring(const Channel& of) { return at<Element>(arena_) + of.ring; }
  static constexpr auto kAreas = static_cast<std::uint32_t>(kSnapshotAreas.size());

  void lay_out();
  // `of` must not be used afterwards: it lies in the block that moves.
  void double_ring(const Channel& of);
  // Room for so many committables a sink, and saved elements a snapshot.
  void grow(std::uint32_t committable_length, std::uint32_t saved_element_length);
  void copy_job(World& old, Color c);
  [[nodiscard]] std::uint32_t& saved_element_count(Color c, SnapshotArea area) {
    return array<std::uint32_t>(c, offsets_.saved_element_counts, kAreas)[index_of(area)];
  }

  Counts counts_;
  Offsets offsets_;
  std::size_t slots_ = 0;
  std::size_t dues_ = 0;  // byte offset
  std::array<std::size_t, 2> job_base_{};
  std::size_t arena_ = 0;  // byte offset; the rings of both jobs, up to the end of the block
  std::uint32_t arena_length_ = 0;        // in elements
  std::uint32_t committable_length_ = 0;  // a ring each
  std::uint32_t saved_element_length_ = 0;
  std::vector<std::uint64_t> block_;
  struct KeyedStates {
    std::vector<KeyedState> now;
    std::array<std::vector<std::vector<KeyedEntry>>, kSnapshotAreas.size()> saved;
  };
  std::array<KeyedStates, 2> keyed_;
  std::optional<Mirror> mirror_;
  std::optional<PassUnderWay> pass_;
  Rows rows_;
};

}  // namespace model
