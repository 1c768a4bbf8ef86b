#include "scenarios/reader/format.hpp"

#include <algorithm>
#include <array>

#include "model/actions.hpp"
#include "model/gate_rules.hpp"
#include "model/properties.hpp"
#include "model/protocol.hpp"
#include "model/settings.hpp"
#include "scenarios/random/assumptions.hpp"
#include "scenarios/reader/check_grid.hpp"
#include "scenarios/reader/format_conditions.hpp"
#include "scenarios/reader/format_counterexample.hpp"
#include "scenarios/reader/format_job.hpp"
#include "scenarios/reader/format_random.hpp"
#include "scenarios/reader/format_ranges.hpp"
#include "sim/check.hpp"

namespace scenarios {
namespace {

using enum Presence;
namespace limits = model::limits;

using model::Action;
using model::Detail;
using model::GatePosition;
using model::Watcher;
using model::Writer;

constexpr std::uint64_t kWriteJitters = model::write_delay_choices(model::gate_rules_r3());

constexpr std::uint64_t kMostFields = 64;  // of a template

constexpr std::array kRootKeys{
    Key{"title", "string", kRequired, {1, 200}, "What the scenario shows, in one line."},
    Key{"rules", "[rule]", kOptional, {0, 64}, "The rules it is about."},
    Key{"judges",
        "{judgement}",
        kOptional,
        {0, 64},
        "Claims that it judges: claim id to the properties that decide it."},
    Key{"input",
        "{input}",
        kRequired,
        {1, limits::kInputs},
        "What the outside world sends, shared by both jobs: input name to input."},
    Key{"job", "job", kRequired, kAny, "The pipeline."},
    Key{"deployment", "deployment", kRequired, kAny, "The FlinkBlueGreenDeployment."},
    Key{"mutations",
        "[mutation]",
        kOptional,
        {0, 64},
        "Single rules that are changed over the protocol, in this order."},
    Key{"environment", "environment", kOptional, kAny,
        "Delays of the world around the job, and what may go wrong in it."},
    Key{"clock_start", "instant", kOptional, kAny,
        "What the wall clock shows at the start of a run, for gates that read it (default: event "
        "time of record 0 of the first input)."},
    Key{"timeline",
        "[timeline_entry]",
        kOptional,
        {0, limits::kTimeline},
        "What happens when, in order of time."},
    Key{"reaches",
        "[milestone]",
        kOptional,
        {0, model::kMilestoneCount},
        "What a run must come by for its verdicts to mean anything."},
    Key{"expect", "expect", kOptional, kAny,
        "What the author expects. Absent or empty: no_loss, no_duplicates and progress hold."},
    Key{"exempt",
        "[exemption]",
        kOptional,
        {0, 16},
        "Records that a property does not count, up to a number."},
    Key{"seed", "integer", kOptional, kAny, "The seed, unless the command line gives one."},
    Key{"horizon", "duration", kOptional, kPositiveDuration,
        "Simulated time after which a run ends (default 2 h)."},
    Key{"budget", "budget", kOptional, kAny, "Limits of a run."},
    Key{"choices",
        "[named_choice]",
        kOptional,
        {0, kMostChoices},
        "The decisions of the one run that is meant; all others take their uneventful "
        "alternative."},
    Key{"counterexample", "counterexample", kOptional, kAny, "What that run showed."},
    Key{"explore", "explore", kOptional, kAny,
        "The scenario is small enough to be explored: the time grid of its runs."},
    Key{"random", "random", kOptional, kAny,
        "Ranges to draw scenarios from, of which this one is the base."},
    Key{"assume",
        "[assumption]",
        kOptional,
        {0, kAssumptionNames.size()},
        "What drawn scenarios are restricted to; without \"random\" this one is."}};

constexpr std::array kJudgementKeys{Key{"properties",
                                        "[property]",
                                        kRequired,
                                        {1, model::kPropertyCount},
                                        "The properties that decide the claim."},
                                    Key{"assuming",
                                        "string",
                                        kRequired,
                                        {1, 200},
                                        "What the scenario grants beyond the claim's own words."}};

constexpr std::array kInputKeys{
    Key{"partitions",
        "integer",
        kOptional,
        {1, limits::kPartitions},
        "Record k is in partition k mod partitions (default 1)."},
    Key{"records",
        "integer",
        kRequired,
        {1, limits::kRecords},
        "How many records there are.",
        {},
        "listed"},
    Key{"rate",
        "rate",
        kRequired,
        kAny,
        "Over all partitions: record k arrives at floor(1000 k / rate) ms.",
        {},
        "listed"},
    Key{"event_time",
        "event_time",
        kRequired,
        kAny,
        "Which event times the records carry.",
        {},
        "listed"},
    Key{"out_of_order",
        "outliers",
        kOptional,
        kAny,
        "Records whose event time lies earlier.",
        {},
        "listed"},
    Key{"late", "outliers", kOptional, kAny, "As out_of_order; both are subtracted.", {}, "listed"},
    Key{"keys",
        "integer",
        kOptional,
        {1, limits::kRecords},
        "Record k has key k mod keys (default: records have no key).",
        {},
        "listed"},
    Key{"no_timestamp",
        "selection",
        kOptional,
        kAny,
        "Records that carry no event time (default: none, rt:W1).",
        {},
        "listed"},
    Key{"silent",
        "[silence]",
        kOptional,
        {0, limits::kSilences},
        "Stretches in which a partition is sent nothing.",
        {},
        "listed"},
    Key{"appears",
        "[appearance]",
        kOptional,
        {0, limits::kPartitions},
        "Partitions that exist only from some moment on; nothing is sent to them before."},
    Key{"delivery", "delivery", kOptional, kAny,
        "Whether each job reads every record (default), or they compete for it."},
    Key{"listed",
        "[listed_record]",
        kOptional,
        {1, limits::kListed},
        "The records one by one, in place of all that computes them."},
    Key{"event_start",
        "instant",
        kOptional,
        kAny,
        "Draws about watermarks are named by how far they are from it; not after any event time "
        "(default: the earliest of them).",
        {},
        {},
        "listed"}};

constexpr std::array kSilenceKeys{
    Key{"partition", "integer", kRequired, {0, limits::kPartitions - 1}, "Below partitions."},
    Key{"from", "duration", kRequired, kDuration, "When it begins."},
    Key{"until", "duration", kOptional, kDuration, "When it is over (default: never)."},
    Key{"records", "silenced", kRequired, kAny, "What becomes of those that were due in it."}};

constexpr std::array kAppearanceKeys{
    Key{"partition", "integer", kRequired, {0, limits::kPartitions - 1}, "Below partitions."},
    Key{"at", "duration", kRequired, kPositiveDuration, "From when on it exists."}};

constexpr std::array kEventTimeKeys{
    Key{"start", "instant", kRequired, kAny, "Event time of record 0."},
    Key{"step", "duration", kRequired, kEventDuration, "Event time from a record to the next."}};

constexpr std::array kOutlierKeys{
    Key{"every",
        "integer",
        kRequired,
        {1, limits::kRecords},
        "Records k with k mod every = offset."},
    Key{"offset", "integer", kOptional, {0, limits::kRecords}, "Below every (default 0)."},
    Key{"by", "duration", kRequired, kEventDuration, "How much earlier their event time is."}};

constexpr std::array kDeploymentKeys{
    Key{"protocol", "protocol", kRequired, kAny, "The revision to run."},
    Key{"transition_mode", "transition_mode", kOptional, kAny,
        "All but basic need ADVANCED, basic ignores it (default BASIC)."},
    Key{"upgrade_mode", "upgrade_mode", kOptional, kAny,
        "What the new child starts from (default savepoint)."},
    Key{"operator", "release", kOptional, kAny,
        "The release of the operator, for what it lacks of mainline (default mainline, op:6.1)."},
    Key{"fixes",
        "[fix]",
        kOptional,
        {0, 16},
        "Changes that were proposed to the operator and are in no release (op:6.4)."},
    Key{"name", "resource_name", kOptional, kAny,
        "Of the resource (default \"job\"); matters to op:H2 alone."},
    Key{"template",
        "{template_value}",
        kOptional,
        {0, kMostFields},
        "Fields of template.spec by their paths (\"job.parallelism\"), with a value each: what "
        "differences between specs are about (op:4)."},
    Key{"ingress", "parent_ingress", kOptional, kAny, "The parent ingress (default none, op:1.1)."},
    Key{"gate", "gate", kOptional, kAny, "Where the gate goes; basic ignores it."},
    Key{"flink_configuration", "flink_configuration", kOptional, kAny,
        "Keys of Flink's own configuration."},
    Key{"drain", "boolean", kOptional, kAny,
        "Whether a job that is stopped with a savepoint is drained: its sources say that nothing "
        "follows (default false, rt:SP6)."},
    Key{"configuration", "configuration", kOptional, kAny,
        "Keys of the Blue/Green resource's configuration (op:2.1, p2:R3.7)."}};

constexpr std::array kGateKeys{
    Key{"position", "gate_position", kOptional, kAny,
        "Where it is put into the job graph (default BEFORE_SINK)."},
    Key{"before-uid",
        "operator_id",
        kOptional,
        kAny,
        "With BEFORE_SINK: the operator that it stands before, instead of the sink.",
        {may("position", GatePosition::kBeforeSink)}},
    Key{"edges",
        "[gate_edge]",
        kOptional,
        {1, limits::kOperators},
        "With MANUAL: the edges that the job itself puts a gate on.",
        {must("position", GatePosition::kManual)}},
    Key{"allow_several",
        "boolean",
        kOptional,
        kAny,
        "Gates before each of several sinks or behind each of several sources, where the automatic "
        "placement fails (default false, claim S5).",
        {may("position", GatePosition::kBeforeSink, GatePosition::kAfterSource)}}};

constexpr std::array kGateEdgeKeys{
    Key{"from", "operator_id", kRequired, kAny, "The operator that sends."},
    Key{"to", "operator_id", kRequired, kAny, "The operator that receives."}};

constexpr std::array kFlinkConfigurationKeys{
    Key{"state.savepoints.dir",
        "string",
        kOptional,
        {1, 1'024},
        "Absent: no savepoint can be taken (p2:R4.3)."},
    Key{"pipeline.auto-watermark-interval", "duration", kOptional, kDuration,
        "The same as /job/auto_watermark_interval; give one of them."},
    Key{"execution.checkpointing.interval", "duration", kOptional, kPositiveDuration,
        "The same as /job/checkpointing/interval; give one of them."},
    Key{"kubernetes.operator.savepoint.format.type", "savepoint_format", kOptional, kAny,
        "Format of savepoints (default CANONICAL)."}};

constexpr std::array kConfigurationKeys{
    Key{"kubernetes.operator.bluegreen.deployment-deletion.delay", "duration", kOptional,
        kEventDuration, "The deletion delay (default 0 ms)."},
    Key{"kubernetes.operator.bluegreen.abort.grace-period", "duration", kOptional, kDuration,
        "Time after which a transition is aborted (default 10 min)."},
    Key{"kubernetes.operator.bluegreen.reconciliation.reschedule-interval", "duration", kOptional,
        kPositiveDuration, "Time between two looks of the controller (default 15 s)."},
    Key{"kubernetes.operator.bluegreen.gate.timeout", "duration", kOptional, kDuration,
        "Time that the gates have for the hand-over (default: the abort grace period)."}};

// What a change of the spec can change of it; not the gate timeout.
constexpr std::array kChangedConfigurationKeys{kConfigurationKeys[0], kConfigurationKeys[1],
                                               kConfigurationKeys[2]};

constexpr std::array kEnvironmentKeys{
    Key{"informer_lag", "delay", kOptional, kDelay,
        "From a write to the API server to its delivery, per watcher and version (default 5 to 200 "
        "ms)."},
    Key{"channel_delay", "delay", kOptional, kDelay,
        "From an element's emission to its arrival; channels keep their order (default 0 to 5 "
        "ms)."},
    Key{"checkpoint_time", "delay", kOptional, kDelay,
        "From a subtask's snapshot to its acknowledgement (default 1 to 50 ms)."},
    Key{"notice_delay", "delay", kOptional, kDelay,
        "From JobManager to task: triggers and completion notices (default 1 to 20 ms)."},
    Key{"open_time", "delay", kOptional, kDelay,
        "From the start of the tasks to the open() of one subtask (default 0 to 200 ms)."},
    Key{"deploy_time", "deploy_time", kOptional, kDelay,
        "From a child's write to STABLE/RUNNING stored (default 10 to 20 s); one delay, or one a "
        "color."},
    Key{"status_lag", "delay", kOptional, kDelay,
        "The last part of deploy_time: from the start of the tasks to STABLE/RUNNING stored "
        "(default 0"
        " to 5 s, but not above the shortest deploy_time)."},
    Key{"echo", "echo", kOptional, kAny,
        "Whether the controller's informer has returned a write of the ConfigMap by the time that "
        "the same pass writes it again (default in_time; p2:R1.5)."},
    Key{"strict_patches", "boolean", kOptional, kAny,
        "Whether a patch of the status fails that removes a key which is gone already, and the "
        "pass "
        "with it (default false; op:1.6, op:Q1)."},
    Key{"rate_limiter", "rate_limiter", kOptional, kAny,
        "How many passes of the controller follow each other, and how long none does (default: as "
        "many as are due; op:5.3)."},
    Key{"wakes_up_after", "duration", kOptional, kPositiveDuration,
        "How long after a pass that asks for no other one there is one without an event (default: "
        "never; op:5.3)."},
    Key{"stopped_job_answers", "boolean", kOptional, kAny,
        "Whether the JobManager of a stopped job goes on answering from its metric store (default "
        "true; p2:R4.7)."},
    Key{"mirror", "mirror", kOptional, kAny,
        "Green's job is in a second cluster, and the ConfigMap is mirrored (default: one "
        "cluster)."},
    Key{"faults",
        "[fault]",
        kOptional,
        {0, limits::kTimeline},
        "What goes wrong, each once, at a drawn moment of its window."}};

constexpr std::array kRateLimiterKeys{
    Key{"limit", "integer", kOptional, {1, limits::kPassesInARow}, "Passes in a row (default 5)."},
    Key{"refresh_period", "duration", kOptional, kPositiveDuration,
        "After which they are counted anew (default 15 s)."}};

constexpr std::array kMirrorKeys{
    Key{"delay", "delay", kRequired, kDelay,
        "From a version of the ConfigMap to its copy in the other cluster, per version."},
    Key{"on_conflict", "conflict_rule", kRequired, kAny,
        "What a copy does to the ConfigMap that it comes to."},
    Key{"partitions",
        "[partition]",
        kOptional,
        {0, limits::kMirrorPartitions},
        "Stretches in which nothing is carried."}};

constexpr std::array kPartitionKeys{
    Key{"from", "duration", kRequired, kDuration, "When it begins."},
    Key{"until", "duration", kRequired, kDuration, "When it is over."},
    Key{"carries_not", "cut_way", kOptional, kAny, "Which way nothing is carried (default both)."}};

constexpr std::array kColorKeys{Key{"blue", "delay", kRequired, kDelay, "Of the blue child."},
                                Key{"green", "delay", kRequired, kDelay, "Of the green child."}};

constexpr std::array kTimelineKeys{
    Key{"at", "duration", kRequired, kDuration, "Time since the start of the run."},
    Key{"do", "action", kRequired, kAny, "What happens."}};

constexpr std::array kFaultKeys{
    Key{"between", "window", kRequired, kDuration,
        "[earliest, latest]: time since the start of the run, both included; a draw is a choice."},
    Key{"do", "fault_action", kRequired, kAny, "What goes wrong."}};

// What a change of the spec changes.
constexpr std::array kChangeKeys{
    Key{"template",
        "{template_value}",
        kOptional,
        {1, kMostFields},
        "Fields that get another value, or none (null). A change_spec that says nothing of what it "
        "changes changes something that makes a transition (op:4).",
        {may("do", Action::kChangeSpec)}},
    Key{"configuration",
        "changed_configuration",
        kOptional,
        kAny,
        "Keys of the resource's configuration that get another value.",
        {may("do", Action::kChangeSpec)}},
    Key{"ingress",
        "parent_ingress",
        kOptional,
        kAny,
        "The parent ingress from then on.",
        {may("do", Action::kChangeSpec)}}};
// The actions that take it, and those that need it.
constexpr Condition with_action(Detail detail) {
  Condition condition{"do", 0, 0};
  for (const model::ActionRow& row : model::kActionRows) {
    condition.allowed |= takes(row.action, detail) ? set_of(row.action) : 0;
    condition.required |= needs(row.action, detail) ? set_of(row.action) : 0;
  }
  return condition;
}

// What an action needs to know, on the timeline and as a fault.
constexpr std::array kActionKeys{
    Key{"job",
        "color",
        kOptional,
        kAny,
        "Whose subtask, gate, child or job.",
        {with_action(Detail::kJob), must("of", Watcher::kGate, Watcher::kChildCache),
         must("writer", Writer::kGate)}},
    Key{"operator",
        "operator_id",
        kOptional,
        kAny,
        "The operator whose task is meant.",
        {with_action(Detail::kOperator)}},
    Key{"of",
        "watcher",
        kOptional,
        kAny,
        "Whose informer is meant.",
        {with_action(Detail::kWatcher)}},
    Key{"subtask",
        "integer",
        kOptional,
        {0, limits::kParallelism - 1},
        "Of the operator, of the gate, or of every task (default: every one; kill_task and "
        "kill_task_manager take one).",
        {with_action(Detail::kSubtask), may("of", Watcher::kGate)}},
    Key{"writer",
        "writer",
        kOptional,
        kAny,
        "Whose writes of the ConfigMap meet another writer.",
        {with_action(Detail::kWriter)}},
    Key{"times",
        "integer",
        kOptional,
        {1, limits::kConflicts},
        "How many of the next ones it hits: writes; notices or acknowledgements, each of one "
        "subtask; checkpoints, savepoints, events.",
        {with_action(Detail::kTimes)}},
    Key{"for",
        "duration",
        kOptional,
        kPositiveDuration,
        "How long it lasts.",
        {with_action(Detail::kFor)}},
    Key{"per_record",
        "duration",
        kOptional,
        kPositiveDuration,
        "How long each record keeps the thread busy meanwhile.",
        {with_action(Detail::kPerRecord)}},
    Key{"after_writes",
        "integer",
        kOptional,
        {0, limits::kAfterWrites},
        "Not at once but after so many further writes of the operator, wherever in a pass that is "
        "(default 0: at once).",
        {with_action(Detail::kAfterWrites)}},
    Key{"by",
        "duration",
        kOptional,
        kPositiveDuration,
        "How much longer it takes, or how far the clock is off.",
        {with_action(Detail::kBy)}},
    Key{"direction",
        "direction",
        kOptional,
        kAny,
        "Whether the clock is ahead or behind; one that drifts, whether it gets so.",
        {with_action(Detail::kDirection)}},
    Key{"per_thousand",
        "integer",
        kOptional,
        {1, limits::kPerThousand},
        "How much the clock drifts, of what it measures.",
        {with_action(Detail::kPerThousand)}}};

constexpr std::array kExemptionKeys{
    Key{"properties",
        "[property]",
        kRequired,
        {1, model::kPropertyCount},
        "Properties that count records."},
    Key{"records", "record_class", kRequired, kAny, "Which records."},
    Key{"within_ids",
        "integer",
        kOptional,
        {0, limits::kRecords},
        "Only those this near to the largest record number that the outgoing job wrote."},
    Key{"at_most", "integer", kRequired, {0, limits::kRecords}, "One more refutes."}};

constexpr std::array kBudgetKeys{Key{"events",
                                     "integer",
                                     kOptional,
                                     {1, limits::kEvents},
                                     "Events that a run may take (default 5,000,000)."}};

constexpr std::array kExploreKeys{
    Key{"grid",
        "duration",
        kRequired,
        {explored::kLeastGridMs, limits::kDurationMs},
        "What all delays, moments, periods and time-outs are multiples of."},
    Key{"write_jitter",
        "[duration]",
        kOptional,
        {1, kWriteJitters},
        "What the jitter of a write window is drawn from (p2:R3.3): ascending multiples of the "
        "grid below 2 s (default: all of them)."}};

constexpr std::array kGapKeys{
    Key{"at_most", "duration", kRequired, kDuration, "Longest pause in committed output."}};

std::vector<Key> make_verdict_keys(bool with_protocols) {
  std::vector<Key> keys;
  for (const std::string_view name : model::kPropertyNames) {
    const bool gap = name == model::name_of(model::Property::kOutputGap);
    keys.push_back(Key{name, gap ? "gap" : "verdict", kOptional, kAny, "What it shows."});
  }
  if (with_protocols) {
    for (const Choice& protocol : find_choices("protocol")->choices) {
      keys.push_back(
          Key{protocol.name, "verdicts", kOptional, kAny, "What differs under this protocol."});
    }
  }
  return keys;
}

template <std::size_t kCount>
std::vector<Key> with_action_keys(const std::array<Key, kCount>& first) {
  std::vector<Key> keys(first.begin(), first.end());
  keys.insert(keys.end(), kActionKeys.begin(), kActionKeys.end());
  return keys;
}

std::vector<Shape> make_shapes() {
  static const std::vector<Key> timeline_keys = [] {
    std::vector<Key> keys = with_action_keys(kTimelineKeys);
    keys.insert(keys.end(), kChangeKeys.begin(), kChangeKeys.end());
    return keys;
  }();
  static const std::vector<Key> fault_keys = with_action_keys(kFaultKeys);
  static const std::vector<Key> expect_keys = make_verdict_keys(true);
  static const std::vector<Key> verdict_keys = make_verdict_keys(false);
  std::vector<Shape> shapes{
      {"scenario", kRootKeys, "A scenario of Cutover."},
      {"input", kInputKeys, "One input topic."},
      {"listed_record", kListedRecordKeys, "One record."},
      {"event_time", kEventTimeKeys, "Event times of an input."},
      {"silence", kSilenceKeys, "A stretch in which a partition is silent."},
      {"appearance", kAppearanceKeys, "A partition that is not there from the start."},
      {"outliers", kOutlierKeys, "Records whose event time lies earlier than their place."},
  };
  const std::vector<Shape> job = job_shapes();
  shapes.insert(shapes.end(), job.begin(), job.end());
  const std::vector<Shape> others{
      {"deployment", kDeploymentKeys, "The Blue/Green resource; its own key names."},
      {"gate", kGateKeys, "The gate."},
      {"gate_edge", kGateEdgeKeys, "An edge of the job graph."},
      {"flink_configuration", kFlinkConfigurationKeys,
       "Flink's configuration, as far as modelled."},
      {"configuration", kConfigurationKeys, "The resource's configuration, as far as modelled."},
      {"changed_configuration", kChangedConfigurationKeys,
       "What a change of the spec changes of the configuration."},
      {"environment", kEnvironmentKeys, "Delays; each is [shortest, longest], a draw is a choice."},
      {"delay_per_color", kColorKeys, "A delay for each color."},
      {"rate_limiter", kRateLimiterKeys, "What holds back passes of the controller (op:5.3)."},
      {"mirror", kMirrorKeys, "How the ConfigMap comes from one cluster to the other."},
      {"partition", kPartitionKeys, "A stretch in which the mirror carries nothing."},
      {"timeline_entry", timeline_keys, "One thing that happens, at a given moment."},
      {"fault", fault_keys, "One thing that goes wrong, somewhere in a window."},
      {"judgement_under_assumption", kJudgementKeys, "How a claim is judged, and what is granted."},
      {"exemption", kExemptionKeys, "Records that properties do not count."},
      {"budget", kBudgetKeys, "Limits of a run."},
      {"explore", kExploreKeys, "Discrete time, in which every run can be looked at."},
      {"gap", kGapKeys, "A bound on the pause in committed output."},
      {"named_choice", kNamedChoiceKeys, "One decision, by name."},
      {"counterexample", kCounterexampleKeys, "What a run showed when it was written down."},
      {"verdicts", verdict_keys, "Property to verdict."},
      {"expect", expect_keys, "Property to verdict, and protocol to what differs under it."},
  };
  shapes.insert(shapes.end(), others.begin(), others.end());
  const std::vector<Shape> random = random_shapes();
  shapes.insert(shapes.end(), random.begin(), random.end());
  return shapes;
}

}  // namespace

std::span<const Shape> all_shapes() {
  static const std::vector<Shape> shapes = make_shapes();
  return shapes;
}

const Shape& find_shape(std::string_view name) {
  const auto shapes = all_shapes();
  const auto found = std::find_if(shapes.begin(), shapes.end(),
                                  [&](const Shape& shape) { return shape.name == name; });
  SIM_CHECK(found != shapes.end(), "a shape that the format does not have");
  return *found;
}

const Shape& root_shape() { return find_shape("scenario"); }

const ChoiceList& choices_of_selector(const Shape& shape, std::string_view selector) {
  const auto key = std::find_if(shape.keys.begin(), shape.keys.end(),
                                [&](const Key& known) { return known.name == selector; });
  SIM_CHECK(key != shape.keys.end(), "a selector that the shape does not have");
  const ChoiceList* list = find_choices(key->type);
  SIM_CHECK(list != nullptr, "a selector whose type is no closed list");
  return *list;
}

}  // namespace scenarios
