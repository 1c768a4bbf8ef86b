#include "scenarios/reader/format_job.hpp"

#include <array>

#include "model/settings.hpp"
#include "scenarios/reader/format_conditions.hpp"
#include "scenarios/reader/format_ranges.hpp"
#include "scenarios/reader/keyed_checks.hpp"

namespace scenarios {
namespace {

using enum Presence;
namespace limits = model::limits;

using model::OperatorKind;
using model::RestartKind;
using model::WindowType;

constexpr std::array kJobKeys{
    Key{"operators", "[operator]", kRequired, {1, limits::kOperators}, "The DAG."},
    Key{"checkpointing", "checkpointing", kOptional, kAny, "Absent: no checkpoints (rt:C1)."},
    Key{"channel_capacity",
        "integer",
        kOptional,
        {1, limits::kChannelCapacity},
        "Elements on their way between two subtasks, beyond which the sender waits (default: it "
        "never does; rt:N2, rt:N5)."},
    Key{"restart_strategy", "restart_strategy", kOptional, kAny,
        "When the job starts again after a failure (default: exponential_delay with checkpoints, "
        "none without; rt:F1)."},
    Key{"failover_strategy", "failover_strategy", kOptional, kAny,
        "What restarts with a failed task: the tasks that it is connected with, or all (default "
        "region, rt:F3)."},
    Key{"auto_watermark_interval", "duration", kOptional, kDuration,
        "Time between two watermarks of a source; 0: none (default 200 ms, rt:W6)."},
    Key{"flink_version", "flink_version", kOptional, kAny,
        "Whose rules count where versions differ (default 2.2)."},
    Key{"flink_fixes",
        "[flink_fix]",
        kOptional,
        {0, model::kFlinkFixNames.size()},
        "Fixes on top of it that are in no version yet."}};

constexpr std::array kCheckpointingKeys{
    Key{"interval", "duration", kRequired, kPositiveDuration, "Time between two checkpoints."},
    Key{"timeout", "duration", kOptional, kPositiveDuration,
        "After which one that is not complete has failed (default: never, rt:C15)."},
    Key{"tolerable_failed",
        "integer",
        kOptional,
        {0, limits::kTolerableFailed},
        "How many may fail in a row; one more fails the job (default 0, rt:C15)."},
    Key{"barriers", "barriers", kOptional, kAny,
        "Whether channels wait for barriers, only count them, or are overtaken by them (default "
        "aligned; rt:C6, rt:C7, rt:C9)."},
    Key{"aligned_timeout",
        "duration",
        kOptional,
        kDuration,
        "Barriers overtake only once their checkpoint is so old (default 0 ms: from the start).",
        {may("barriers", model::Barriers::kUnaligned)}}};

constexpr std::array kRestartKeys{
    Key{"type", "restart_kind", kRequired, kAny, "How restarts come about (rt:F2)."},
    Key{"initial_delay",
        "duration",
        kOptional,
        kPositiveDuration,
        "Before the first restart; half as long again before each of the next (default 1 s).",
        {may("type", RestartKind::kExponentialDelay)}},
    Key{"max_delay",
        "duration",
        kOptional,
        kPositiveDuration,
        "Not below initial_delay (default 1 min).",
        {may("type", RestartKind::kExponentialDelay)}},
    Key{"attempts",
        "integer",
        kOptional,
        {1, limits::kRestarts},
        "How many restarts there are in all (default 1).",
        {may("type", RestartKind::kFixedDelay)}},
    Key{"failures",
        "integer",
        kOptional,
        {1, limits::kRestarts},
        "How many failures there may be within the interval (default 1).",
        {may("type", RestartKind::kFailureRate)}},
    Key{"interval",
        "duration",
        kOptional,
        kPositiveDuration,
        "In which failures count (default 1 min).",
        {may("type", RestartKind::kFailureRate)}},
    Key{"delay",
        "duration",
        kOptional,
        kDuration,
        "Before each restart (default 1 s).",
        {may("type", RestartKind::kFixedDelay, RestartKind::kFailureRate)}}};

constexpr std::array kOperatorKeys{
    Key{"id", "operator_id", kRequired, kAny, "Unique in the job."},
    Key{"kind", "kind", kRequired, kAny, "What the operator does."},
    Key{"parallelism", "integer", kOptional, {1, limits::kParallelism}, "Subtasks (default 1)."},
    Key{"reads",
        "input_name",
        kOptional,
        kAny,
        "The input that a source reads.",
        {must("kind", OperatorKind::kSource)}},
    Key{"rate_limit",
        "rate",
        kOptional,
        kAny,
        "What a source emits at most, over all subtasks (default: one record per ms and subtask).",
        {may("kind", OperatorKind::kSource)}},
    Key{"discovery_interval",
        "duration",
        kOptional,
        kDuration,
        "Time between two looks for new partitions; 0: only at the job's start (default 5 min, "
        "rt:K7).",
        {may("kind", OperatorKind::kSource)}},
    Key{"watermarks",
        "watermarks",
        kOptional,
        kAny,
        "Of a source, or behind an operator that assigns timestamps (default: none, rt:W5).",
        {may("kind", OperatorKind::kSource, OperatorKind::kAssignTimestamps)}},
    Key{"event_time",
        "retiming",
        kOptional,
        kAny,
        "What an operator makes of the timestamps that records carry (default: the same, rt:W10).",
        {may("kind", OperatorKind::kAssignTimestamps)}},
    Key{"keep",
        "selection",
        kOptional,
        kAny,
        "The records that a filter lets pass.",
        {must("kind", OperatorKind::kFilter)}},
    Key{"copies",
        "integer",
        kOptional,
        {1, kMostCopies},
        "What a flat_map makes of each record.",
        {must("kind", OperatorKind::kFlatMap)}},
    Key{"keys",
        "integer",
        kOptional,
        {1, limits::kRecords},
        "The new key of a record is its number modulo this.",
        {must("kind", OperatorKind::kReKey)}},
    Key{"latency",
        "delay",
        kOptional,
        kDelay,
        "From a look-up's question about a record to the answer, with which it goes on.",
        {must("kind", OperatorKind::kLookUp)}},
    Key{"window",
        "window_settings",
        kOptional,
        kAny,
        "Event-time windows over the records of a key (rt:L2-L8).",
        {must("kind", OperatorKind::kWindow, OperatorKind::kWindowJoin)}},
    Key{"before",
        "duration",
        kOptional,
        kEventDuration,
        "How much earlier than the left record of a pair the right one may be (rt:L9).",
        {must("kind", OperatorKind::kIntervalJoin)}},
    Key{"after",
        "duration",
        kOptional,
        kEventDuration,
        "And how much later.",
        {must("kind", OperatorKind::kIntervalJoin)}},
    Key{"guarantee",
        "guarantee",
        kOptional,
        kAny,
        "Delivery of a sink; exactly_once needs checkpoints, upsert keys (default exactly_once, "
        "rt:X4, rt:X5, rt:X16).",
        {may("kind", OperatorKind::kSink)}},
    Key{"kafka",
        "kafka",
        kOptional,
        kAny,
        "An exactly_once sink writes to Kafka (default: its transactions have names that nobody "
        "else can use).",
        {may("kind", OperatorKind::kSink), may("guarantee", model::Guarantee::kExactlyOnce)}},
    Key{"inputs",
        "[connection]",
        kOptional,
        {1, limits::kOperators},
        "Where the operator's records come from.",
        {must("kind", OperatorKind::kMap, OperatorKind::kFilter, OperatorKind::kSink,
              OperatorKind::kCoMap, OperatorKind::kAssignTimestamps, OperatorKind::kFlatMap,
              OperatorKind::kReKey, OperatorKind::kLookUp, OperatorKind::kKeyedProcess,
              OperatorKind::kWindow, OperatorKind::kWindowJoin, OperatorKind::kIntervalJoin)}}};

constexpr std::array kWindowKeys{
    Key{"type", "window_type", kRequired, kAny, "How records are put into windows."},
    Key{"size",
        "duration",
        kOptional,
        kPositiveEventDuration,
        "From the start of a window to its end (rt:L4).",
        {must("type", WindowType::kTumbling, WindowType::kSliding)}},
    Key{"slide",
        "duration",
        kOptional,
        kPositiveEventDuration,
        "From the start of a window to that of the next; not above size, nor below a thousandth of "
        "it.",
        {must("type", WindowType::kSliding)}},
    Key{"gap",
        "duration",
        kOptional,
        kPositiveEventDuration,
        "Without a record of its key, after which a session is over (rt:L8).",
        {must("type", WindowType::kSession)}},
    Key{"offset",
        "duration",
        kOptional,
        kEventDuration,
        "Of the starts, from whole multiples of size or slide since 1970 (default 0 ms); below "
        "that.",
        {may("type", WindowType::kTumbling, WindowType::kSliding)}},
    Key{"allowed_lateness", "duration", kOptional, kEventDuration,
        "For how long a window that has fired is kept for late records (default 0 ms, rt:L2)."}};

constexpr std::array kRetimingKeys{
    Key{"later", "duration", kOptional, kEventDuration,
        "How much later the event time of each record is (default 0 ms)."},
    Key{"earlier", "outliers", kOptional, kAny,
        "Records, by their numbers in their input, whose event time is then earlier."}};

constexpr std::array kKafkaKeys{
    Key{"transactional_id_prefix", "transactional_id_prefix", kRequired, kAny,
        "What the names of its transactions begin with (rt:X15); one prefix, or one a color."},
    Key{"naming", "transaction_naming", kOptional, kAny,
        "Whether they end with the checkpoint's id, and a start probes for what is left open, or "
        "with the smallest free number, and a start lists it (default incrementing, rt:X8, "
        "rt:X10)."},
    Key{"timeout", "duration", kOptional, kPositiveDuration,
        "After which the broker aborts an open transaction (default 15 min, rt:X14)."},
    Key{"inherits_state", "boolean", kOptional, kAny,
        "Whether the sink restores the sink state that the other color left, or has another uid "
        "(default true, rt:X13)."}};

constexpr std::array kPrefixPerColorKeys{Key{"blue", "prefix", kRequired, kAny, "That of blue."},
                                         Key{"green", "prefix", kRequired, kAny, "That of green."}};

constexpr std::array kWatermarkKeys{
    Key{"strategy", "strategy", kRequired, kAny, "How a source makes watermarks."},
    Key{"bound",
        "duration",
        kOptional,
        kEventDuration,
        "How far out of order records may be (rt:W3).",
        {Condition{"strategy", set_of(Strategy::kBoundedOutOfOrderness, Strategy::kPunctuated),
                   set_of(Strategy::kBoundedOutOfOrderness)}}},
    Key{"after",
        "selection",
        kOptional,
        kAny,
        "The records right behind which a watermark comes (default: all, rt:W11).",
        {may("strategy", Strategy::kPunctuated)}},
    Key{"idleness", "duration", kOptional, kPositiveDuration,
        "Time after which a silent split is idle, looked at with the ticks (default: never, "
        "rt:ID1)."},
    Key{"alignment", "alignment", kOptional, kAny,
        "The source waits for the others of its group (default: for nobody, rt:AL1)."}};

constexpr std::array kAlignmentKeys{
    Key{"group", "input_name", kRequired, kAny, "Sources of one group are aligned, within a job."},
    Key{"max_drift", "duration", kRequired, kEventDuration,
        "How far ahead of the slowest of them it may run (rt:AL3)."},
    Key{"update_interval", "duration", kOptional, kPositiveDuration,
        "Time between two reports, and between two answers (default 1 s)."}};

constexpr std::array kSelectionKeys{
    Key{"every",
        "integer",
        kRequired,
        {1, limits::kRecords},
        "Records k with k mod every = offset."},
    Key{"offset", "integer", kOptional, {0, limits::kRecords}, "Below every (default 0)."}};

constexpr std::array kConnectionKeys{
    Key{"from", "operator_id", kRequired, kAny, "The operator that sends."},
    Key{"ship", "ship", kOptional, kAny,
        "How records are spread over subtasks (default: forward at equal parallelism, else "
        "rebalance;"
        " rt:T3, rt:T4)."},
    Key{"output", "operator_output", kOptional, kAny,
        "Of a window or join: its results (the default), or the records that came too late for it "
        "(rt:L3, rt:L9)."}};

}  // namespace

std::vector<Shape> job_shapes() {
  return {
      {"job", kJobKeys, "The pipeline."},
      {"checkpointing", kCheckpointingKeys, "Periodic checkpoints."},
      {"restart_strategy", kRestartKeys, "When a failed job starts again."},
      {"operator", kOperatorKeys, "One operator of the DAG."},
      {"window_settings", kWindowKeys, "Event-time windows."},
      {"kafka", kKafkaKeys, "Transactions of a sink in Kafka."},
      {"prefix_per_color", kPrefixPerColorKeys, "A prefix for each color."},
      {"watermarks", kWatermarkKeys, "Watermarks of a source."},
      {"alignment", kAlignmentKeys, "Watermark alignment of sources."},
      {"selection", kSelectionKeys, "Some of the records."},
      {"connection", kConnectionKeys, "One input of an operator."},
      {"retiming", kRetimingKeys, "Timestamps that are assigned away from the source."},
  };
}

}  // namespace scenarios
