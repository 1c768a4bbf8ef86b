#include "scenarios/runner/judge.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

#include "scenarios/runner/compare_rows.hpp"
#include "scenarios/runner/naming.hpp"

namespace scenarios {

namespace {

using model::Color;
using model::Output;
using model::Property;
using sim::Verdict;

// Whether it is there twice and ought not to be; of what was written through, replays may be. Of an
// upsert sink only the last value of a key counts.
bool is_duplicate(const Output& output, model::Guarantee guarantee) {
  switch (guarantee) {
    case model::Guarantee::kUpsert: return false;
    case model::Guarantee::kAtLeastOnce: return output.is_across() || output.was_redeployed();
    case model::Guarantee::kExactlyOnce: break;
  }
  return output.is_across() || output.was_redeployed() || output.was_replayed();
}

class Judge {
 public:
  Judge(const Scenario& scenario, const model::Plan& plan, const Simulated& run, Outcome& outcome)
      : scenario_(scenario), plan_(plan), run_(run), outcome_(outcome) {
    has_settled_ = run.end.because == sim::Ending::kSettled;
    ends_suspended_ = content(run.world.globals().spec.content()).is_suspended;
    used_.assign(scenario.exemptions.size(), 0);
  }

  void records(const References& references) {
    RecordCounts& counts = outcome_.records;
    for (const model::Input& input : plan_.inputs()) {
      counts.input += input.records();
    }
    const std::vector<Output>& outputs = run_.ledger.outputs();
    const std::uint32_t of_records = plan_.job().records * plan_.job().sink_inputs;
    for (std::uint32_t i = 0; i < outputs.size(); ++i) {
      if (i < of_records) {
        judge_output(i, outputs[i]);
      } else {
        judge_partition(i, outputs[i]);
      }
    }
    judge_last_values();
    const bool rows_of_both = judge_order_of_rows();
    judge_rows(references);
    counts.lost = of(Property::kNoLoss).count;
    counts.duplicated = of(Property::kNoDuplicates).count;
    counts.diverged = of(Property::kNoDivergence).count;
    for (const Color color : model::kColors) {
      outcome_.look_ups[model::index_of(color)] = run_.ledger.look_ups(color);
      outcome_.sends[model::index_of(color)] = run_.ledger.sends(color);
    }
    const bool something_owed = counts.owed > 0;
    const bool something_committed = counts.committed > 0;
    conclude(of(Property::kNoLoss), something_owed && !rows_are_open_ && !ends_suspended_);
    conclude(of(Property::kNoDuplicates), something_committed && !rows_are_open_);
    if (!plan_.job().keyed.empty()) {
      conclude(of(Property::kNoDivergence), rows_compared_ > 0 && !rows_are_open_);
    }
    if (plan_.protocol().has_gate) {
      conclude(of(Property::kGatePartition), offered_to_both_ > 0);
    }
    const auto& histories = run_.ledger.histories();
    if (scenario_.expected().verdicts[model::index_of(Property::kKeyOrder)]) {
      conclude(
          of(Property::kKeyOrder),
          rows_of_both || std::any_of(histories.begin(), histories.end(), [](const auto& history) {
            return !history.latest[0].is_none() && !history.latest[1].is_none();
          }));
    }
  }

  void one_toggle() {
    if (!plan_.protocol().has_gate) {
      return;
    }
    PropertyOutcome& property = of(Property::kOneToggle);
    bool exercised = false;
    for (const model::Transition& transition : run_.chronicle.transitions()) {
      exercised |= transition.acted_on.has_value();
      property.count += transition.other_toggles;
    }
    conclude(property, exercised);
    if (property.count > 0) {
      property.first = Violation{};
    }
  }

  // What the outgoing jobs left behind when they ended.
  void teardown_safe() {
    PropertyOutcome& property = of(Property::kTeardownSafe);
    bool exercised = false;
    for (const model::Transition& transition : run_.chronicle.transitions()) {
      exercised |= !transition.outgoing_ended.is_never();
      property.count += transition.left_behind;
      if (transition.first_left_behind && !property.first) {
        property.first = about(*transition.first_left_behind);
      }
    }
    conclude(property, exercised);
  }

  // op:H8, H6.
  void deletion_delay_kept() {
    count_transitions(
        Property::kDeletionDelayKept, [](const model::Transition& t) -> std::optional<bool> {
          return t.must_go.is_never() ? std::nullopt : std::optional{!t.went_too_soon};
        });
  }
  void savepoint_fresh() {
    count_transitions(Property::kSavepointFresh,
                      [](const model::Transition& t) { return t.savepoint_is_fresh; });
  }

  // op:H2, H3; op:H1; op:H5, R10.
  void children_and_ingress() {
    count(Property::kChildMatchesSpec, run_.chronicle.child_matches());
    count(Property::kNoIdleWrites, run_.chronicle.child_writes());
    if (run_.chronicle.ingress().seen > 0) {  // else there is none
      count(Property::kIngressExclusive, run_.chronicle.ingress());
    }
  }

  // What the user asked for last: it runs, or its failure is reported; suspending cannot fail.
  void spec_settles() {
    const model::Globals& globals = run_.world.globals();
    if (globals.changes == 0 && !content(globals.spec.content()).is_suspended) {
      return;
    }
    const model::BlueGreenStatus& status = globals.status;
    const std::uint32_t asked = globals.spec.content();
    const model::ControllerSettings& settings = plan_.controller();
    const model::ControllerRules& rules = plan_.protocol().controller;
    const bool is_reconciled = !settings.differ(status.last_reconciled_spec, asked, rules);
    const model::Child& active =
        globals.children[status.state == model::BlueGreenState::kActiveGreen ? 1 : 0].content();
    const bool runs = is_reconciled && status.job == model::BlueGreenJobStatus::kRunning &&
                      active.exists != 0 && !settings.differ(active.spec, asked, rules);
    const bool is_anybody_up =
        std::any_of(globals.children.begin(), globals.children.end(), [](const auto& child) {
          return child.content().exists != 0 && child.content().is_suspended == 0;
        });
    const bool is_right =
        content(asked).is_suspended
            ? status.job == model::BlueGreenJobStatus::kSuspended && !is_anybody_up
            : runs || status.job == model::BlueGreenJobStatus::kFailing;
    PropertyOutcome& property = of(Property::kSpecSettles);
    property.count = is_right || !(has_settled_ || is_at_rest()) ? 0 : 1;
    conclude(property, is_right);
    if (property.count > 0) {
      property.first = Violation{};
    }
  }

  // What the survivors of aborts dropped.
  void survivor_serves() {
    if (!plan_.protocol().has_gate) {
      return;
    }
    PropertyOutcome& property = of(Property::kSurvivorServes);
    bool exercised = false;
    for (const model::Survival& survival : run_.chronicle.survivals()) {
      exercised |= survival.written > 0;
      property.count += survival.dropped;
      if (survival.first_dropped && !property.first) {
        property.first = about(*survival.first_dropped);
      }
    }
    conclude(property, exercised);
  }

  // A transition must end within its own deadlines, and somebody must always be there to write.
  void progress() {
    PropertyOutcome& property = of(Property::kProgress);
    for (const model::Transition& transition : run_.chronicle.transitions()) {
      const bool is_pending = transition.result == model::Transition::Result::kPending;
      property.count += is_pending && (has_settled_ || is_stuck(transition)) ? 1U : 0U;
    }
    property.count += run_.chronicle.nobody_since().is_never() ? 0U : 1U;
    const bool ended_one =
        std::any_of(run_.chronicle.transitions().begin(), run_.chronicle.transitions().end(),
                    [](const auto& t) { return t.result != model::Transition::Result::kPending; });
    // Without a change of the spec the first deployment is all there is to judge.
    const bool activated = run_.chronicle.transitions().empty() &&
                           !run_.chronicle.when(model::Milestone::kActiveBlue).is_never();
    conclude(property, ended_one || activated);
    if (property.count > 0) {
      property.first = Violation{};
    }
  }

  // The silence after the last commit counts as far as the reference goes on committing.
  void output_gap(const model::Ledger& reference) {
    OutputGap& gap = outcome_.output_gap;
    gap.pause_ms = run_.ledger.longest_pause_ms();
    gap.reference_pause_ms = reference.longest_pause_ms();
    const sim::Due last = run_.ledger.last_commit();
    const bool has_commits = !last.is_never();
    if (has_commits && !reference.last_commit().is_never() && reference.last_commit() > last) {
      gap.pause_ms = std::max(gap.pause_ms, reference.last_commit().ms - last.ms);
    }
    gap.ms = gap.pause_ms > gap.reference_pause_ms ? gap.pause_ms - gap.reference_pause_ms : 0;
    const auto bound = scenario_.expected().output_gap_at_most;
    if (!bound) {
      return;
    }
    PropertyOutcome& property = of(Property::kOutputGap);
    const bool exceeded = gap.ms > static_cast<std::uint64_t>(bound->ms());
    property.count = exceeded ? 1 : 0;
    conclude(property, has_commits);
    if (exceeded) {
      property.first = Violation{};
    }
  }

 private:
  // `is_right`: none where a transition does not exercise the property.
  template <class IsRight>
  void count_transitions(Property which, IsRight is_right) {
    PropertyOutcome& property = of(which);
    bool exercised = false;
    for (const model::Transition& transition : run_.chronicle.transitions()) {
      const std::optional<bool> right = is_right(transition);
      exercised |= right.has_value();
      property.count += right == false ? 1U : 0U;
    }
    conclude(property, exercised);
    if (property.count > 0) {
      property.first = Violation{};
    }
  }

  void count(Property which, const model::Tally& tally) {
    PropertyOutcome& property = of(which);
    property.count = tally.wrong;
    conclude(property, tally.seen > 0);
    if (tally.wrong > 0) {
      property.first = Violation{};
    }
  }
  [[nodiscard]] model::SpecContent content(std::uint32_t revision) const {
    return plan_.controller().content(revision);
  }

  // Refuted with a violation; otherwise it takes something that could have been one.
  void conclude(PropertyOutcome& property, bool exercised) const {
    property.verdict = property.count > 0 ? Verdict::kRefuted
                       : exercised        ? holds_if_settled()
                                          : Verdict::kUnknown;
  }

  PropertyOutcome& of(Property property) { return outcome_.properties[model::index_of(property)]; }
  [[nodiscard]] Verdict holds_if_settled() const {
    return has_settled_ ? Verdict::kHolds : Verdict::kUnknown;
  }

  // Longer than any wait of the controller takes.
  [[nodiscard]] std::int64_t longest_wait_ms() const {
    const model::DeploymentSettings& deployment = plan_.settings().deployment;
    const model::EnvironmentSettings& environment = plan_.settings().environment;
    std::int64_t longest =
        deployment.deletion_delay.value.count() + (3 * deployment.reschedule_interval.ms());
    for (const model::Delay delay :
         {environment.informer_lag, environment.channel_delay, environment.checkpoint_time,
          environment.notice_delay, environment.open_time, environment.deploy_time[0],
          environment.deploy_time[1]}) {
      longest += delay.longest_ms;
    }
    return longest;
  }
  // The run reached its horizon, and nothing had changed for longer than that since `from`.
  [[nodiscard]] bool is_at_rest(sim::Due from = sim::Due{}) const {
    const sim::Due quiet_since = std::max(from, run_.world.globals().last_change);
    return run_.end.because == sim::Ending::kHorizon &&
           std::int64_t{run_.end.at.ms} - quiet_since.ms > longest_wait_ms();
  }

  // Past its deadline, and then nothing changed for so long; or never begun in a time in which it
  // should have been over.
  [[nodiscard]] bool is_stuck(const model::Transition& transition) const {
    if (transition.deadline.is_never()) {  // not even begun
      return run_.end.because == sim::Ending::kHorizon &&
             std::int64_t{run_.end.at.ms} - transition.started.ms >
                 longest_wait_ms() + plan_.settings().deployment.abort_grace.ms();
    }
    return is_at_rest(transition.deadline);
  }

  void judge_output(std::uint32_t id, const Output& output) {
    const std::uint32_t inputs = plan_.job().sink_inputs;
    const std::uint32_t record = id / inputs;
    if (!plan_.is_owed(record, id % inputs)) {
      return;
    }
    ++outcome_.records.owed;
    outcome_.records.committed += output.commits_in_all() > 0 ? 1U : 0U;
    if (output.commits_in_all() == 0 && has_settled_ && !ends_suspended_) {
      violated(Property::kNoLoss, id, output);
    }
    if (output.is_overtaken()) {
      violated(Property::kKeyOrder, id, output);
    }
    const model::Guarantee guarantee = plan_.job().guarantees[id % inputs];
    const bool counts_replays = guarantee == model::Guarantee::kExactlyOnce;
    if (is_duplicate(output, guarantee) && violated(Property::kNoDuplicates, id, output)) {
      outcome_.duplicates.across += output.is_across() ? 1U : 0U;
      outcome_.duplicates.redeploy += output.was_redeployed() ? 1U : 0U;
      outcome_.duplicates.replay += counts_replays && output.was_replayed() ? 1U : 0U;
    }
    judge_partition(id, output);
  }

  void judge_partition(std::uint32_t id, const Output& output) {
    if (output.offered(Color::kBlue) && output.offered(Color::kGreen)) {
      ++offered_to_both_;
      if (output.passed(Color::kBlue) == output.passed(Color::kGreen)) {
        violated(Property::kGatePartition, id, output);
      }
    }
  }

  // Of each key at each input of a sink what the colors showed, by event time. Whether both showed
  // something of one.
  bool judge_order_of_rows() {
    const std::uint32_t inputs = plan_.job().sink_inputs;
    const model::Rows& rows = run_.world.rows();
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::array<model::Mark, 2>> latest;
    std::set<std::uint32_t> overtaken;
    for (const model::Ledger::Shown& shown : run_.ledger.shown_rows()) {
      const model::Row& row = rows.row(shown.item);
      std::array<model::Mark, 2>& by_color = latest[{shown.output % inputs, row.key}];
      if (row.time < by_color[model::index_of(model::other(shown.by.color))]) {
        overtaken.insert(shown.output);
      }
      model::Mark& own = by_color[model::index_of(shown.by.color)];
      own = std::max(own, row.time);
    }
    for (const std::uint32_t output : overtaken) {
      violated(Property::kKeyOrder, output, run_.ledger.outputs()[output]);
    }
    return std::any_of(latest.begin(), latest.end(), [](const auto& of_key) {
      return !of_key.second[0].is_none() && !of_key.second[1].is_none();
    });
  }

  // Results of operators that make other records of theirs. A difference from the undisturbed run
  // that the plain upgrade shows too, or to which a record has contributed that was late somewhere
  // on the way, depends on the schedule.
  // REQUIRES: both references or none. Without them, as without a transition, and where one of the
  // runs has not settled, nothing can be said.
  void judge_rows(const References& references) {
    if (!plan_.job().makes_rows) {
      return;
    }
    const auto has_settled = [](const std::optional<PlannedRun>& of) {
      return of && of->run.end.because == sim::Ending::kSettled;
    };
    rows_are_open_ =
        !has_settled_ || !has_settled(references.undisturbed) || !has_settled(references.plain);
    if (!references.undisturbed || !references.plain) {
      return;
    }
    const RowComparison comparison{PlannedRun{plan_, run_}, *references.undisturbed,
                                   *references.plain};
    outcome_.records.owed += comparison.owed();
    outcome_.records.committed += comparison.committed();
    rows_compared_ = comparison.compared();
    if (rows_are_open_) {
      return;
    }
    for (const RowDifference& difference : comparison.differences()) {
      if (difference.depends_on_schedule) {
        ++outcome_.records.schedule_dependent;
        continue;
      }
      count(difference, comparison);
    }
  }

  void count(const RowDifference& difference, const RowComparison& comparison) {
    using Fault = RowDifference::Kind;
    const bool is_replay = difference.kind == Fault::kReplayed;
    const bool is_duplicate =
        is_replay || difference.kind == Fault::kAcross || difference.kind == Fault::kRedeployed;
    const Property property = difference.kind == Fault::kLost ? Property::kNoLoss
                              : is_duplicate                  ? Property::kNoDuplicates
                                                              : Property::kNoDivergence;
    PropertyOutcome& counted = of(property);
    if (counted.count++ == 0) {
      counted.first = Violation{difference.output, difference.what, difference.event_time_ms,
                                comparison.explain(difference)};
    }
    outcome_.duplicates.across += difference.kind == Fault::kAcross ? 1U : 0U;
    outcome_.duplicates.redeploy += difference.kind == Fault::kRedeployed ? 1U : 0U;
    outcome_.duplicates.replay += is_replay ? 1U : 0U;
    outcome_.divergence.partial += difference.kind == Fault::kPartial ? 1U : 0U;
    outcome_.divergence.twice += difference.kind == Fault::kTwice ? 1U : 0U;
    outcome_.divergence.surplus += difference.kind == Fault::kSurplus ? 1U : 0U;
  }

  // rt:X16: whether a later record of the same partition was shown before the one that stays.
  void judge_last_values() {
    const model::JobPlan& job = plan_.job();
    const auto& histories = run_.ledger.histories();
    std::vector<std::uint32_t> last(histories.size(), UINT32_MAX);
    const std::vector<Output>& outputs = run_.ledger.outputs();
    const std::uint32_t of_records = job.records * job.sink_inputs;
    for (std::uint32_t id = 0; id < of_records && has_settled_; ++id) {
      const std::uint32_t input = id % job.sink_inputs;
      const std::uint32_t record = id / job.sink_inputs;
      if (job.guarantees[input] != model::Guarantee::kUpsert || histories.empty()) {
        continue;
      }
      const std::size_t key = (std::size_t{input} * job.key_count) + job.keys[record];
      const std::uint32_t stays = histories[key].output;
      if (outputs[id].commits_in_all() > 0 && stays < id &&
          partition_of(stays) == partition_of(id)) {
        last[key] = stays;
      }
    }
    for (const std::uint32_t stays : last) {
      if (stays != UINT32_MAX) {
        violated(Property::kNoDuplicates, stays, outputs[stays]);
      }
    }
  }
  [[nodiscard]] std::uint32_t partition_of(std::uint32_t output) const {
    const model::Plan::RecordName name = plan_.record(output / plan_.job().sink_inputs);
    return plan_.inputs()[name.input].partition(name.place);
  }

  // Counts a violation unless it is exempted; true if it counts.
  bool violated(Property property, std::uint32_t id, const Output& output) {
    if (is_exempt(property, id, output)) {
      ++of(property).exempted;
      return false;
    }
    PropertyOutcome& counted = of(property);
    if (counted.count++ == 0) {
      counted.first = about(id);
    }
    return true;
  }

  [[nodiscard]] Violation about(std::uint32_t output) const {
    const std::uint32_t record = output / plan_.job().sink_inputs;
    Violation violation;
    violation.output = output;
    violation.record = subject_name(plan_, run_, output);
    if (record >= plan_.job().records) {
      return violation;
    }
    const model::EventTime time = plan_.event_time(record, output % plan_.job().sink_inputs);
    violation.event_time = time == model::kNoTimestamp ? std::nullopt : std::optional{time.ms()};
    return violation;
  }

  // The first `at_most` records of a class, in the order of their numbers; a record counts once for
  // all properties.
  bool is_exempt(Property property, std::uint32_t id, const Output& output) {
    for (std::size_t i = 0; i < scenario_.exemptions.size(); ++i) {
      const Exemption& exemption = scenario_.exemptions[i];
      const bool names_it = std::find(exemption.properties.begin(), exemption.properties.end(),
                                      property) != exemption.properties.end();
      if (!names_it || !output.is_late() || !is_near_the_cutover(exemption, id)) {
        continue;
      }
      if (last_exempted_ == id) {
        return true;
      }
      if (used_[i] < exemption.at_most) {
        ++used_[i];
        ++outcome_.records.exempted;
        last_exempted_ = id;
        return true;
      }
    }
    return false;
  }

  [[nodiscard]] bool is_near_the_cutover(const Exemption& exemption, std::uint32_t id) const {
    if (!exemption.within_ids) {
      return true;
    }
    if (plan_.inputs().size() > 1 || id / plan_.job().sink_inputs >= plan_.job().records) {
      return false;  // numbers of different inputs do not compare: nothing is let off
    }
    const std::int64_t number = plan_.record(id / plan_.job().sink_inputs).number;
    const std::vector<model::Transition>& all = run_.chronicle.transitions();
    return std::any_of(all.begin(), all.end(), [&](const model::Transition& transition) {
      const std::int64_t distance = number - transition.outgoing_last_number;
      return transition.outgoing_last_number >= 0 &&
             std::max(distance, -distance) <= std::int64_t{*exemption.within_ids};
    });
  }

  const Scenario& scenario_;
  const model::Plan& plan_;
  const Simulated& run_;
  Outcome& outcome_;
  bool has_settled_ = false;
  bool ends_suspended_ = false;  // what is not read may still come
  std::uint32_t offered_to_both_ = 0;
  std::uint32_t rows_compared_ = 0;
  bool rows_are_open_ = false;       // there are some, and they cannot be compared
  std::vector<std::uint32_t> used_;  // per exemption
  std::optional<std::uint32_t> last_exempted_;
};

}  // namespace

void judge(const Scenario& scenario, const PlannedRun& judged, const References& references,
           Outcome& outcome) {
  Judge judge{scenario, judged.plan, judged.run, outcome};
  judge.records(references);
  judge.one_toggle();
  judge.teardown_safe();
  judge.survivor_serves();
  judge.deletion_delay_kept();
  judge.savepoint_fresh();
  judge.children_and_ingress();
  judge.spec_settles();
  judge.progress();
  const Simulated& reference = references.undisturbed ? references.undisturbed->run : judged.run;
  judge.output_gap(reference.ledger);
}

std::uint32_t standing_violations(const model::Plan& plan, const Simulated& run) {
  std::uint32_t all = 0;
  const auto add = [&all](Property property, bool violated) {
    all |= violated ? 1U << model::index_of(property) : 0U;
  };
  const std::uint32_t inputs = plan.job().sink_inputs;
  const std::vector<Output>& outputs = run.ledger.outputs();
  for (std::uint32_t i = 0; i < outputs.size(); ++i) {
    const Output& output = outputs[i];
    const bool is_twice = is_duplicate(output, plan.job().guarantees[i % inputs]);
    add(Property::kNoDuplicates, is_twice && plan.is_owed(i / inputs, i % inputs));
  }
  for (const model::Transition& transition : run.chronicle.transitions()) {
    add(Property::kOneToggle, plan.protocol().has_gate && transition.other_toggles > 0);
    add(Property::kTeardownSafe, transition.left_behind > 0);
    add(Property::kDeletionDelayKept, !transition.must_go.is_never() && transition.went_too_soon);
    add(Property::kSavepointFresh, transition.savepoint_is_fresh == false);
  }
  for (const model::Survival& survival : run.chronicle.survivals()) {
    add(Property::kSurvivorServes, plan.protocol().has_gate && survival.dropped > 0);
  }
  add(Property::kProgress, !run.chronicle.nobody_since().is_never());
  add(Property::kChildMatchesSpec, run.chronicle.child_matches().wrong > 0);
  add(Property::kNoIdleWrites, run.chronicle.child_writes().wrong > 0);
  add(Property::kIngressExclusive, run.chronicle.ingress().wrong > 0);
  return all;
}

void compare_with_expectation(const Scenario& scenario, const Simulated& run, Outcome& outcome) {
  for (const model::Milestone milestone : scenario.reaches) {
    if (run.chronicle.when(milestone).is_never()) {
      outcome.not_reached.emplace_back(model::name_of(milestone));
    }
  }
  if (!outcome.not_reached.empty()) {
    for (PropertyOutcome& property : outcome.properties) {
      property.verdict = property.verdict == Verdict::kHolds ? Verdict::kUnknown : property.verdict;
    }
    outcome.exit_code = 2;
  }
  bool differs = false;
  const Expectation expected = scenario.expected();
  for (std::size_t i = 0; i < model::kPropertyCount; ++i) {
    if (!expected.verdicts[i] || *expected.verdicts[i] == outcome.properties[i].verdict) {
      continue;
    }
    const Verdict got = outcome.properties[i].verdict;
    // A refutation that was not found and a verdict that was not reached say nothing against the
    // scenario.
    const bool is_open = got == Verdict::kUnknown || got == Verdict::kNotJudged ||
                         *expected.verdicts[i] == Verdict::kRefuted;
    differs |= !is_open;
    outcome.exit_code = 2;
    outcome.differences.push_back(std::string{model::kPropertyNames[i]} + ": expected " +
                                  std::string{sim::name_of(*expected.verdicts[i])} + ", got " +
                                  std::string{sim::name_of(got)});
  }
  if (expected.output_gap_at_most &&
      outcome.of(Property::kOutputGap).verdict == Verdict::kRefuted) {
    differs = true;
    outcome.differences.push_back("output_gap: expected at most " +
                                  std::to_string(expected.output_gap_at_most->ms()) + " ms, got " +
                                  std::to_string(outcome.output_gap.ms) + " ms");
  }
  outcome.exit_code = differs ? 1 : outcome.exit_code;
}

}  // namespace scenarios
