#include "scenarios/reader/format_random.hpp"

#include <array>

#include "scenarios/reader/format_ranges.hpp"

namespace scenarios {
namespace {

using enum Presence;
namespace limits = model::limits;

constexpr std::array kRandomKeys{
    Key{"input", "random_input", kOptional, kAny, "Of every input that does not list its records."},
    Key{"job", "random_job", kOptional, kAny,
        "The whole job: sources, maps and filters, one sink."},
    Key{"deployment", "random_deployment", kOptional, kAny, "Of the Blue/Green resource."},
    Key{"environment", "random_environment", kOptional, kAny,
        "Of each delay the longest; the shortest gives way where it has to."},
    Key{"faults", "random_faults", kOptional, kAny, "Instead of the faults of the file."},
    Key{"transitions", "random_transitions", kOptional, kAny,
        "Changes of the spec, instead of the timeline of the file."},
    Key{"clock_ahead", "duration_range", kOptional, kEventDuration,
        "How far the wall clock is ahead of the event time of record 0 at the start of the run."}};

constexpr std::array kRandomInputKeys{
    Key{"partitions", "integer_range", kOptional, {1, 64}, "How many an input has."},
    Key{"rate", "rate_range", kOptional, kAny, "Two rates per the same time."},
    Key{"goes_on_for", "duration_range", kOptional, kDuration,
        "Time after the last change of the spec, instead of a number of records."},
    Key{"falls_silent", "duration_range", kOptional, kDuration,
        "Off: none does. One input falls silent so long after the first change."},
    Key{"speed",
        "integer_range",
        kOptional,
        {1, 1'000},
        "How many times as fast as the clock event time goes."},
    Key{"out_of_order", "duration_range", kOptional, kEventDuration,
        "Off: none are. How much earlier, for one record in 2 to 10."},
    Key{"late", "duration_range", kOptional, kEventDuration,
        "Off: none are. How much earlier, for one record in 5 to 50."},
    Key{"keys", "integer_range", kOptional, {1, limits::kRecords}, "Off: as the file has it."},
    Key{"silent", "duration_range", kOptional, kPositiveDuration,
        "Off: none is. How long one partition is silent, from some time after the first change."},
    Key{"without_timestamps", "boolean", kOptional, kAny,
        "Whether some records may carry none (default false)."},
    Key{"appears", "duration_range", kOptional, kDuration,
        "Off: none does. When the last partition of one input appears, from the first change on."},
    Key{"starts",
        "[instant]",
        kOptional,
        {1, 64},
        "Event times of record 0 besides that of the file, which is the plain one."}};

constexpr std::array kRandomJobKeys{
    Key{"shapes", "[dag_shape]", kRequired, {1, 2}, "How operators are connected."},
    Key{"sources", "integer_range", kOptional, {1, 4}, "Of shape any; each reads its own input."},
    Key{"operators", "integer_range", kOptional, {0, 16}, "Maps and filters (default none)."},
    Key{"parallelism",
        "integer_range",
        kOptional,
        {1, 16},
        "Of all operators, some of which have their own (default 1)."},
    Key{"ship", "[ship]", kOptional, {1, 3}, "Of each edge, among those that fit it."},
    Key{"guarantees", "[guarantee]", kOptional, {1, 3}, "Of the sink, among those that fit."},
    Key{"kafka", "[kafka]", kOptional, {1, 8}, "Off: none. Of a sink that is exactly_once."},
    Key{"bound", "duration_range", kOptional, kEventDuration, "Of the watermarks of each source."},
    Key{"idleness", "duration_range", kOptional, kPositiveDuration,
        "Off: none. Of the watermarks of all sources."},
    Key{"without_watermarks", "boolean", kOptional, kAny,
        "Whether a source may make none (default false)."},
    Key{"assigned", "duration_range", kOptional, kEventDuration,
        "Off: none do. Some operators assign timestamps: later by so much, and for one record in 2 "
        "to 10 earlier by so much."},
    Key{"co_maps", "boolean", kOptional, kAny,
        "Whether an operator of two inputs may be a co_map (default false)."},
    Key{"discovery_interval", "duration_range", kOptional, kPositiveDuration,
        "Off: as by default. Of all sources."},
    Key{"checkpoint_interval", "duration_range", kOptional, kPositiveDuration,
        "Time between two checkpoints."},
    Key{"without_checkpoints", "boolean", kOptional, kAny,
        "Whether there may be none where the sink needs none (default false)."},
    Key{"checkpoint_timeout", "duration_range", kOptional, kPositiveDuration,
        "Off: as the file has it. After which one has failed."},
    Key{"tolerable_failed",
        "integer_range",
        kOptional,
        {0, limits::kTolerableFailed},
        "How many may fail in a row."},
    Key{"restart_strategies",
        "[restart_strategy]",
        kOptional,
        {1, 8},
        "Off: as the file has it. One of them."},
    Key{"rate_limit", "rate_range", kOptional, kAny, "Off: none. Of each source."},
    Key{"barriers", "[barriers]", kOptional, {1, 3}, "Off: the first, else any of them."},
    Key{"aligned_timeout", "duration_range", kOptional, kPositiveDuration,
        "Off: as the file has it. Where barriers overtake."},
    Key{"channel_capacity",
        "integer_range",
        kOptional,
        {1, limits::kChannelCapacity},
        "Off: channels are unbounded."}};

constexpr std::array kRandomDeploymentKeys{
    Key{"deletion_delay", "duration_range", kOptional, kEventDuration, "The deletion delay."},
    Key{"gate_timeout", "duration_range", kOptional, kDuration,
        "Raised above the deletion delay where the protocol demands it (p2:R3.9)."},
    Key{"abort_grace", "duration_range", kOptional, kDuration,
        "As gate_timeout where that is absent."},
    Key{"reschedule_interval", "duration_range", kOptional, kPositiveDuration,
        "Time between two looks of the controller."},
    Key{"upgrade_modes",
        "[upgrade_mode]",
        kOptional,
        {1, 3},
        "Those that the protocol accepts (p2:R4.5)."},
    Key{"drains", "boolean", kOptional, kAny,
        "Whether jobs may be drained when they are stopped (default false)."}};

constexpr std::array kRandomEnvironmentKeys{
    Key{"informer_lag", "duration_range", kOptional, kDelay, "The longest one."},
    Key{"channel_delay", "duration_range", kOptional, kDelay, "The longest one."},
    Key{"checkpoint_time", "duration_range", kOptional, kDelay, "The longest one."},
    Key{"notice_delay", "duration_range", kOptional, kDelay, "The longest one."},
    Key{"open_time", "duration_range", kOptional, kDelay, "The longest one."},
    Key{"deploy_time", "duration_range", kOptional, kDelay, "The longest one, for each color."},
    Key{"status_lag", "duration_range", kOptional, kDelay,
        "The longest one, as far as deploy_time allows."},
    Key{"echo", "[echo]", kOptional, {1, 3}, "One of them."},
    Key{"stopped_job_is_silent", "boolean", kOptional, kAny,
        "Whether stopped_job_answers may be false (default false)."}};

constexpr std::array kRandomFaultKeys{
    Key{"at_most", "integer", kRequired, {1, 16}, "How many there may be."},
    Key{"kinds", "[fault_action]", kRequired, {1, 16}, "Each kind is first switched on or off."},
    Key{"after_change", "duration_range", kRequired, kDuration,
        "When, from a change of the spec on."},
    Key{"lasting", "duration_range", kOptional, kPositiveDuration,
        "Of what lasts for a while (default 1 s)."},
    Key{"per_record", "duration_range", kOptional, kPositiveDuration,
        "What a record takes a slow subtask (default 10 ms)."},
    Key{"times",
        "integer_range",
        kOptional,
        {1, limits::kConflicts},
        "How many writes a conflict hits (default 1)."},
    Key{"after_writes",
        "integer_range",
        kOptional,
        {0, limits::kAfterWrites},
        "Writes of the operator before it restarts (default 0: at once)."}};

constexpr std::array kTransitionKeys{
    Key{"how_many", "integer_range", kOptional, {0, 8}, "Changes of the spec (default 1)."},
    Key{"first", "duration_range", kRequired, kDuration, "When the first one comes."},
    Key{"apart", "duration_range", kOptional, kDuration, "From one to the next (default 0 ms)."}};

}  // namespace

std::vector<Shape> random_shapes() {
  return {
      {"random", kRandomKeys, "What is drawn, and from which ranges; the rest stays as it is."},
      {"random_input", kRandomInputKeys, "Ranges for every input."},
      {"random_job", kRandomJobKeys, "Ranges for the pipeline."},
      {"random_deployment", kRandomDeploymentKeys, "Ranges for the Blue/Green resource."},
      {"random_environment", kRandomEnvironmentKeys, "Ranges for the longest of each delay."},
      {"random_faults", kRandomFaultKeys, "What may go wrong."},
      {"random_transitions", kTransitionKeys, "How often the user changes the spec."},
  };
}

}  // namespace scenarios
