// The "random" section of a scenario: what draw.hpp draws, and from which ranges. What is absent
// stays as the file has it.
//
// Ranges include both ends. Units: names that end in _ms are milliseconds, of event time for speed,
// out_of_order, late and bound, else of processing time. The first entry of a list is the plain
// one.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "model/event_time.hpp"
#include "model/settings.hpp"

namespace scenarios {

struct Between {
  std::uint32_t least = 0;
  std::uint32_t most = 0;

  friend bool operator==(const Between&, const Between&) = default;
};

// `count` of Between in every per_ms.
struct RateBetween {
  Between count;
  std::uint32_t per_ms = 1;

  friend bool operator==(const RateBetween&, const RateBetween&) = default;
};

// Of every input that does not list its records.
struct RandomInput {
  std::optional<Between> partitions;
  std::optional<RateBetween> rate;
  std::optional<Between> goes_on_for_ms;   // after the last change of the spec, instead of a number
                                           // of records
  std::optional<Between> falls_silent_ms;  // one input does, so long after the first change
  std::optional<Between> speed;            // how many times as fast as the clock event time goes
  std::optional<Between> out_of_order_ms;
  std::optional<Between> late_ms;
  std::optional<Between> keys;
  std::optional<Between>
      silent_ms;                    // how long one partition is silent, from after the first change
  bool without_timestamps = false;  // may be drawn, of some records
  std::optional<Between> appears_ms;     // the last partition of one input does, so long after the
                                         // first change, if it has another
  std::vector<model::EventTime> starts;  // of all inputs; the file's own is the plain one

  friend bool operator==(const RandomInput&, const RandomInput&) = default;
};

// How the operators of a drawn job are connected.
enum class DagShape : std::uint8_t {
  kLinear,  // one source, one operator after the other, one sink
  kAny,     // several sources, branches, unions
};

// The whole job is drawn: sources, maps and filters and what `kinds` has, one sink.
struct RandomJob {
  std::vector<DagShape> shapes;
  Between sources{1, 1};
  Between operators{0, 0};  // maps and filters
  Between parallelism{1, 1};
  std::vector<model::Ship> ship;  // those that fit the edge
  // upsert only where all records have keys and no rebalance is on the way (rt:T4, rt:X16).
  std::vector<model::Guarantee> guarantees;
  std::vector<model::KafkaSettings> kafka;  // of a sink that is exactly_once
  std::optional<Between> bound_ms;
  std::optional<Between> idleness_ms;
  bool without_watermarks = false;     // may be drawn
  std::optional<Between> assigned_ms;  // some operators assign timestamps that are so much later,
                                       // or, of some records, earlier
  bool co_maps = false;                // some operators of two inputs keep their watermarks apart
  std::optional<Between> discovery_interval_ms;
  std::optional<Between> checkpoint_interval_ms;
  bool without_checkpoints = false;  // may be drawn, where no sink needs them
  std::optional<Between> checkpoint_timeout_ms;
  std::optional<Between> tolerable_failed;
  std::vector<model::RestartStrategy> restart_strategies;
  std::optional<RateBetween> rate_limit;
  std::vector<model::Barriers> barriers;
  std::optional<Between> aligned_timeout_ms;  // where barriers overtake
  std::optional<Between> channel_capacity;
  // Operators of these kinds besides maps and filters: those that make other records of theirs, and
  // look-ups. Of keyed ones only where all records have keys, of those with two inputs only where
  // two come from different sources; nothing assigns timestamps behind what makes other records.
  std::vector<model::OperatorKind> kinds;
  Between copies{2, 2};
  Between new_keys{1, 4};
  Between latency_ms{0, 100};          // the longest; the shortest is 0
  Between window_ms{1'000, 10'000};    // size, gap, and how far apart records of a pair may be
  std::optional<Between> lateness_ms;  // allowed; off: none
  bool reads_late = false;             // the sink may read late records as well

  friend bool operator==(const RandomJob&, const RandomJob&) = default;
};

struct RandomDeployment {
  std::optional<Between> deletion_delay_ms;
  std::optional<Between> gate_timeout_ms;
  std::optional<Between> abort_grace_ms;
  std::optional<Between> reschedule_interval_ms;
  std::vector<model::UpgradeMode> upgrade_modes;
  bool drains = false;                              // may be drawn
  std::vector<model::GatePosition> gate_positions;  // MANUAL: on edges that every way takes once

  friend bool operator==(const RandomDeployment&, const RandomDeployment&) = default;
};

// Of each delay the longest is drawn; the shortest gives way where it has to.
struct RandomEnvironment {
  std::optional<Between> informer_lag_ms;
  std::optional<Between> channel_delay_ms;
  std::optional<Between> checkpoint_time_ms;
  std::optional<Between> notice_delay_ms;
  std::optional<Between> open_time_ms;
  std::optional<Between> deploy_time_ms;  // for each color on its own
  std::optional<Between> status_lag_ms;
  std::vector<model::Echo> echo;
  bool stopped_job_is_silent = false;  // may be drawn

  friend bool operator==(const RandomEnvironment&, const RandomEnvironment&) = default;
};

// Instead of the faults of the file.
struct RandomFaults {
  std::uint32_t at_most = 0;
  std::vector<model::Action> kinds;
  Between after_change_ms;  // when, from some change of the spec on
  Between lasting_ms{1'000, 1'000};
  Between per_record_ms{10, 10};  // of a slow subtask
  Between times{1, 1};            // of conflicts
  Between after_writes{0, 0};     // of a restart of the operator

  friend bool operator==(const RandomFaults&, const RandomFaults&) = default;
};

// Instead of the timeline of the file.
// What a drawn change of the spec changes (op:4).
enum class ChangeKind : std::uint8_t {
  kUpgrade,   // something that makes a transition
  kPatch,     // something that its own controller ignores
  kSuspend,   // job.state, alone
  kResume,    //
  kRedeploy,  // a new savepointRedeployNonce, and a path with it
  kRevert,    // back to what it was at first, but for job.state
};

struct RandomTransitions {
  Between how_many{1, 1};
  Between first_ms;
  Between apart_ms;
  std::vector<ChangeKind> changes;  // empty: upgrades that name nothing
  bool starts_suspended = false;    // may be, instead of running from the start

  friend bool operator==(const RandomTransitions&, const RandomTransitions&) = default;
};

struct RandomSection {
  std::optional<RandomInput> input;
  std::optional<RandomJob> job;
  std::optional<RandomDeployment> deployment;
  std::optional<RandomEnvironment> environment;
  std::optional<RandomFaults> faults;
  std::optional<RandomTransitions> transitions;
  std::optional<Between> clock_ahead_ms;  // of the event time of record 0, at the start of the run

  friend bool operator==(const RandomSection&, const RandomSection&) = default;
};

}  // namespace scenarios
