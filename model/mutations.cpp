#include "model/mutations.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "sim/check.hpp"

namespace model {

namespace {

// Sets one field of the gate's or the controller's rules.
template <auto Field, auto Value>
void gate(Protocol& protocol) {
  protocol.gate.*Field = Value;
}
template <auto Field, auto Value>
void controller(Protocol& protocol) {
  protocol.controller.*Field = Value;
}

// The same where gates agree on a toggle; elsewhere there is no such rule to change.
template <auto Rules, auto Field, auto Value>
void agreed(Protocol& protocol) {
  if (protocol.gate.force == ToggleForce::kOnceAgreed) {
    (protocol.*Rules).*Field = Value;
  }
}

void before_josdk_5_5(Protocol& protocol) {
  protocol.controller.own_status = OwnStatus::kMayLag;
  protocol.controller.retry_deadline = RetryDeadline::kRearmed;
}

template <auto Field>
void accept(Protocol& protocol) {
  protocol.validation.*Field = false;
}

using G = GateRules;
using C = ControllerRules;
using V = ValidationRules;
using P = Protocol;

constexpr std::array kMutations{
    Mutation{"p2:R1.2", "only the gate subtask with index 1 ever writes",
             gate<&G::writers, GateWriters::kIndexOne>},
    Mutation{"p2:R1d", "a gate writes with the record that asks for it, without a write window",
             gate<&G::timing, WriteTiming::kAtOnce>,
             "the toggle comes earlier by a write window, from the same watermark plus delay; a "
             "single run may come out otherwise for that"},
    Mutation{"p2:R2.1", "the write window is 500 ms for every subtask",
             gate<&G::window, WriteWindow::kFixed>,
             "calls to the API server take no time here, so writers rarely meet; a single run may "
             "come out otherwise, by another time of writing"},
    Mutation{"p2:R2.2", "either side may write the toggle and WAITING_FOR_WATERMARK",
             gate<&G::sides, WriteSides::kAnySide>},
    Mutation{"p2:R1.1", "a job run asks for a watermark and for teardown only once",
             gate<&G::repetition, WriteRepetition::kOncePerRun>},
    Mutation{"p2:R1e", "the wall clock stands in for a missing watermark",
             gate<&G::bound, WatermarkBound::kOrWallClock>},
    Mutation{"p2:R1.1/retry", "a 409 fails the task at once",
             gate<&G::retry, ConflictRetry::kNone>},
    Mutation{"p2:R2.3/retry", "a 409 is retried three times, for the teardown not at all",
             gate<&G::retry, ConflictRetry::kThriceNoStage>},
    Mutation{"p2:R2.3", "a 409 is retried by putting the same entries over whatever is there",
             gate<&G::guard, WriteGuard::kNone>},
    Mutation{"p2:R3.2/color", "the guard of a write looks at the value alone, not at the color",
             gate<&G::guard, WriteGuard::kValue>},
    Mutation{"p2:R2.3/missing", "a write that finds no ConfigMap fails the task",
             gate<&G::missing_map, MissingMap::kException>,
             "a task that fails starts again until there is one, and owes what it owed before; a "
             "single run "
             "may come out otherwise, by a pause"},
    Mutation{"p2:R2.2/own", "a subtask goes on with its own toggle, whatever is stored",
             gate<&G::adoption, ToggleAdoption::kOwn>},
    Mutation{"p2:R1a/first", "in a first deployment records older than 0 are dropped",
             gate<&G::first_deployment, FirstDeployment::kByTimestamp>},
    Mutation{"p2:R1a", "the incoming job drops late records for ever",
             gate<&G::after_crossing, AfterCrossing::kByTimestamp>},
    Mutation{"p2:R1.3/timestamp", "a record without a timestamp fails the task",
             gate<&G::missing_timestamp, MissingTimestamp::kException>},
    Mutation{"p2:R1.3", "an unchanged ConfigMap without a toggle is an exception on the informer",
             gate<&G::comparison, InformerComparison::kThrowsWithoutToggle>,
             "what is not applied is equal to what is there"},
    Mutation{"p2:R4.1/gauge", "no subtask reports its hand-over done",
             gate<&G::gauge, HandOverGauge::kNone>},
    Mutation{"p2:R4.1", "the gauge knows no 30 s rule: a subtask without records is never done",
             gate<&G::gauge, HandOverGauge::kOnDropOnly>},
    Mutation{"p2:R1.5", "entry writes of the controller carry the cached version",
             controller<&C::entry_version, EntryVersion::kCached>},
    Mutation{"p2:K3", "without a ConfigMap in its cache the controller cannot store a job status",
             controller<&C::uncached_map, UncachedMap::kException>,
             "the first deployment takes one pass more; a single run may come out otherwise, by so "
             "much later"},
    Mutation{"p2:R1.4", "the controller waits for the gates without a deadline",
             controller<&C::gate_deadline, GateDeadline::kNone>},
    Mutation{"p2:K6", "the deadline of the gates is that of the start of the transition",
             controller<&C::gate_deadline, GateDeadline::kOfStart>},
    Mutation{"p2:R1.6", "the toggle survives an abort",
             controller<&C::abort_map, AbortMap::kKeepsToggle>},
    Mutation{"op:H6", "an abort keeps the savepoint trigger and both timestamps",
             controller<&C::abort_markers, AbortMarkers::kNone>},
    Mutation{"op:H8", "an abort keeps both timestamps",
             controller<&C::abort_markers, AbortMarkers::kTrigger>},
    Mutation{"p2:R3.8", "an abort after the cutover point does not redeploy the survivor",
             controller<&C::after_cutover, AfterCutover::kNoWord>},
    Mutation{"p2:R1.4/delete", "the outgoing job is deleted instead of stopped with a savepoint",
             controller<&C::outgoing_end, OutgoingEnd::kDelete>},
    Mutation{"p2:R2.4", "the first standby subtask past the toggle tears down all the others",
             controller<&C::hand_over, HandOverCheck::kCleared>},
    Mutation{"p2:R4.7", "the gauge is asked again while the outgoing job is being stopped",
             controller<&C::while_stopping, WhileStopping::kAskAgain>},
    Mutation{"p2:R3.9", "a gate timeout that does not exceed the deletion delay is accepted",
             accept<&V::gate_timeout_above_delay>},
    Mutation{"p2:R4.5", "STATELESS is accepted", accept<&V::refuses_stateless>},
    Mutation{"op:H1", "specs are compared before what is not compared is dropped from them",
             controller<&C::diff_order, DiffOrder::kEqualityFirst>},
    Mutation{"op:H2", "the resource's name is replaced by the child's all over its spec",
             controller<&C::child_spec, ChildSpec::kRenamed>},
    Mutation{"op:H3", "a redeploy nonce starts an ordinary transition, from a new savepoint",
             controller<&C::nonce_redeploy, NonceRedeploy::kTransition>},
    Mutation{"op:H4a", "suspending starts a transition to a suspended deployment",
             controller<&C::state_change, StateChange::kUpgrade>},
    Mutation{"op:H4b", "a resource that is suspended from the start is deployed, suspended",
             controller<&C::initial_suspend, InitialSuspend::kDeployed>},
    Mutation{"op:H4c", "suspending in a transition suspends its target",
             controller<&C::mid_suspend, MidSuspend::kPatchesTarget>},
    Mutation{"op:H4d", "after a transition nobody asks for another pass",
             controller<&C::after_finalize, AfterFinalize::kNoDelay>},
    Mutation{"op:H4e", "a missing active deployment is an exception",
             controller<&C::missing_active, MissingActive::kException>},
    Mutation{"op:H5", "there is no parent ingress, and both deployments get the same one",
             controller<&C::parent_ingress, ParentIngress::kNone>},
    Mutation{"op:H5p", "an error of the ingress is caught after the markers were reset",
             controller<&C::parent_ingress, ParentIngress::kCaught>},
    Mutation{"op:H9", "the status is written by a patch alone",
             controller<&C::status_writes, StatusWrites::kPatchOnly>,
             "a second writer only adds errors: a 409 after a restart, a patch that is refused"},
    Mutation{"op:H10",
             "a pass may see the status from before the last one was written, and each that fails "
             "puts off the next try",
             before_josdk_5_5},
    Mutation{"op:6.3/stuck", "past its deadline a transition is left as it is",
             controller<&C::deadline, DeadlineMeans::kNothing>},
    Mutation{"op:6.3/failing", "past its deadline a transition is only reported as failed",
             controller<&C::deadline, DeadlineMeans::kFailing>},
    Mutation{"op:6.3/rollback", "past its deadline the other color counts as active, if any or not",
             controller<&C::deadline, DeadlineMeans::kRollsBack>},
    Mutation{"op:6.3/ignores",
             "a change in a transition is forgotten: the spec counts as "
             "reconciled when that is over",
             [](Protocol& protocol) {
               protocol.controller.mid_change = MidChange::kIgnored;
               protocol.controller.stamping = Stamping::kAtFinalize;
             }},
    Mutation{"op:H7", "the transition is finalized only once the outgoing deployment is gone",
             controller<&C::finalize, Finalize::kWhenGone>},
    // Of Flink, of which there are no older revisions here.
    Mutation{"rt:CW1", "of several inputs of an operator the fastest gives its watermark",
             [](Protocol& protocol) { protocol.clock = InputClock::kFastest; }},
    Mutation{
        "p2:R2.6", "a keyBy in front of a gate that is injected is lost",
        [](Protocol& protocol) { protocol.partitioner = GatePartitioner::kForwardOrRebalance; }},
    // What cutover-1 would be without one of its rules.
    Mutation{"cutover:N2", "a subtask acknowledges a proposal that it has judged records beyond",
             agreed<&P::gate, &G::acknowledgement, Acknowledgement::kAny>},
    Mutation{"cutover:N3", "a subtask in doubt goes by what its informer has delivered",
             agreed<&P::gate, &G::in_doubt, InDoubt::kTrustsInformer>},
    Mutation{"cutover:N3/older", "an informer can take a subtask back to a version before its own",
             agreed<&P::gate, &G::older_version, OlderVersion::kTaken>},
    Mutation{"cutover:N4", "a proposal is put in force without acknowledgements",
             agreed<&P::controller, &C::commit, ToggleCommit::kAtSight>},
    Mutation{"cutover:N5", "late records go by the watermark as soon as it is past the toggle",
             agreed<&P::gate, &G::crossing, Crossing::kAtToggle>},
    Mutation{"cutover:N6", "a subtask reports itself past the toggle before a checkpoint says so",
             agreed<&P::gate, &G::passed, PassedReport::kAtOnce>},
    Mutation{"cutover:N6/incoming", "the outgoing job goes before the incoming one is past T",
             agreed<&P::controller, &C::hand_over, HandOverCheck::kPassedByOutgoing>},
    Mutation{"cutover:N7", "an abort or a patch drops a toggle that is in force",
             agreed<&P::controller, &C::committed, CommittedToggle::kMayBeDropped>},
    Mutation{"cutover:N8", "a restart forgets what a subtask had judged and whether it had crossed",
             agreed<&P::gate, &G::memory, GateMemory::kPerRun>},
    Mutation{"cutover:N9",
             "the incoming job starts from a savepoint that is the outgoing one's latest",
             agreed<&P::controller, &C::savepoint, SavepointUse::kOnceComplete>},
};

}  // namespace

namespace {

constexpr std::array kProposedFixes{
    ProposedFix{"op:U1", "a transition whose source is gone is finalized, ready or not",
                controller<&C::source_gone, SourceGone::kFinalizes>},
    ProposedFix{"op:U2", "the spec counts as reconciled once the transition has started",
                controller<&C::stamping, Stamping::kAfterStart>},
    ProposedFix{"op:U3", "an abort takes back the spec, which the status remembers",
                controller<&C::aborted_spec, AbortedSpec::kTakenBack>},
    ProposedFix{"op:U3/memory", "an abort takes back the spec, which the process remembers",
                controller<&C::aborted_spec, AbortedSpec::kTakenBackFromMemory>},
    ProposedFix{"op:U4", "a patch of a suspended child clears its status",
                controller<&C::suspended_patch, SuspendedPatch::kClearsStatus>},
    ProposedFix{"op:U5", "a first deployment that failed and was suspended can be resumed",
                controller<&C::resume_initial, ResumeInitial::kWithDiff>},
};

// Each sets the markers of an abort; of several the last one counts (op:6.6).
constexpr std::array<std::string_view, 3> kOf1140{"op:H6", "op:H7", "op:H10"};
constexpr std::array<std::string_view, 3> kOf1150{"op:H8", "op:H7", "op:H10"};
constexpr std::array kReleases{Release{"mainline", {}}, Release{"1.15.0", kOf1150},
                               Release{"1.14.0", kOf1140}};

template <class Listed>
const auto* find_id(const Listed& list, std::string_view id) {
  const auto found =
      std::find_if(list.begin(), list.end(), [id](const auto& entry) { return entry.id == id; });
  return found == list.end() ? nullptr : &*found;
}

}  // namespace

std::span<const Mutation> mutations() { return kMutations; }
std::span<const ProposedFix> proposed_fixes() { return kProposedFixes; }
std::span<const Release> releases() { return kReleases; }

const Mutation* find_mutation(std::string_view id) { return find_id(kMutations, id); }

std::optional<Protocol> effective_protocol(const DeploymentSettings& deployment) {
  std::optional<Protocol> protocol = find_protocol(deployment.protocol);
  if (!protocol) {
    return protocol;
  }
  const Release* const release = find_id(kReleases, deployment.release);
  SIM_CHECK(release != nullptr, "a release that nobody knows");
  for (const std::string_view id : release->mutations) {
    find_mutation(id)->apply(*protocol);
  }
  for (const std::string& id : deployment.fixes) {
    const ProposedFix* const fix = find_id(kProposedFixes, id);
    SIM_CHECK(fix != nullptr, "a fix that nobody knows");
    fix->apply(*protocol);
  }
  for (const std::string& id : deployment.mutations) {
    const Mutation* mutation = find_mutation(id);
    SIM_CHECK(mutation != nullptr, "a mutation that nobody knows");
    mutation->apply(*protocol);
  }
  return protocol;
}

}  // namespace model
