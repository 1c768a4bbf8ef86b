// check, shrinking, replay: what is found does not depend on workers or on being interrupted, is
// 1-minimal, and replays.
#include <catch2/catch.hpp>

#include <algorithm>
#include <string>

#include "scenarios/check/assumptions_search.hpp"
#include "scenarios/check/search.hpp"
#include "scenarios/check/state.hpp"
#include "scenarios/reader/scenario.hpp"
#include "scenarios/shrink/counterexample.hpp"
#include "scenarios/shrink/elements.hpp"
#include "scenarios/writer/write_scenario.hpp"
#include "tests/support/scenario_files.hpp"

namespace {

using scenarios::Campaign;
using scenarios::CampaignOptions;
using scenarios::CampaignState;
using scenarios::Candidate;
using scenarios::Charge;
using scenarios::Counterexample;
using scenarios::Court;
using scenarios::Replay;
using scenarios::Scenario;
using scenarios::Search;
using scenarios::SearchOptions;
using scenarios::Subject;

constexpr const char* kSmallest = "handover/smallest.json";

// The smallest hand-over with a margin that is too small.
Scenario without_margin() {
  return support::load(kSmallest, {"/deployment/configuration/"
                                   "kubernetes.operator.bluegreen.deployment-deletion.delay=0 ms"});
}

CampaignState carried_out(const Scenario& scenario, std::uint64_t runs, unsigned jobs) {
  Subject subject;
  subject.file = &scenario;
  Campaign campaign{subject, CampaignOptions{1, runs, jobs, false}};
  while (!campaign.is_done()) {
    campaign.round();
  }
  return campaign.state();
}

Counterexample first_of(const Scenario& scenario, model::Property property,
                        std::uint64_t runs = 400) {
  Subject subject;
  subject.file = &scenario;
  SearchOptions options;
  options.campaign.runs = runs;
  Search search{subject, options};
  while (!search.is_done()) {
    search.step();
  }
  for (const scenarios::Finding& finding : search.findings()) {
    if (finding.example.property == property) {
      return finding.example;
    }
  }
  FAIL("nothing found");
  return {};
}

TEST_CASE("a search finds the same with one worker and with more") {
  const Scenario scenario = without_margin();
  const CampaignState one = carried_out(scenario, 500, 1);
  CHECK(one == carried_out(scenario, 500, 2));
  CHECK(one == carried_out(scenario, 500, 4));
  CHECK_FALSE(one.sightings.empty());
  CHECK(one.corpus.size() > 1);
}

TEST_CASE("an interrupted search goes on as if it had not been interrupted") {
  const Scenario scenario = without_margin();
  Subject subject;
  subject.file = &scenario;
  Campaign first{subject, CampaignOptions{1, 640, 1, false}};
  first.round();
  first.round();
  const std::string text = scenarios::write_search(first.state(), "digest");
  const auto saved = scenarios::read_search(text, "digest");
  REQUIRE(saved);
  CHECK(*saved == first.state());
  CHECK_FALSE(scenarios::read_search(text, "another digest"));
  CHECK_FALSE(scenarios::read_search(text.substr(0, text.size() / 2), "digest"));
  Campaign second{subject, CampaignOptions{1, 640, 1, false}, *saved};
  while (!second.is_done()) {
    second.round();
  }
  CHECK(second.state() == carried_out(scenario, 640, 1));
}

TEST_CASE("a counterexample is 1-minimal: without any single element or decision it holds") {
  const Counterexample example = first_of(without_margin(), model::Property::kNoLoss);
  CHECK(example.is_minimal);
  CHECK_FALSE(example.needed.empty());
  const Candidate minimal{example.scenario, scenarios::given(*example.scenario.choices)};
  const auto fails = [](const Candidate& candidate) {
    const scenarios::Runner runner{candidate.scenario, scenarios::ReferenceRuns::kIfJudged};
    scenarios::Decisions decisions;
    decisions.from = scenarios::Decisions::List{candidate.choices};
    return runner.judged(runner.simulate(decisions, scenarios::Recording::kOff), decisions)
               .of(model::Property::kNoLoss)
               .verdict == sim::Verdict::kRefuted;
  };
  REQUIRE(fails(minimal));
  for (const scenarios::Element& element : scenarios::elements_of(minimal)) {
    Candidate without = minimal;
    element.remove(without);
    INFO(element.what);
    CHECK_FALSE(fails(without));
  }
  for (std::size_t i = 0; i < minimal.choices.size(); ++i) {
    Candidate without = minimal;
    without.choices.erase(without.choices.begin() + static_cast<std::ptrdiff_t>(i));
    CHECK_FALSE(fails(without));
  }
}

TEST_CASE("a counterexample is a file that replays bit for bit") {
  const Counterexample example = first_of(without_margin(), model::Property::kNoLoss);
  const scenarios::ReadResult read =
      scenarios::read_scenario("counterexample.json", scenarios::write_scenario(example.scenario));
  for (const scenarios::Problem& problem : read.problems) {
    UNSCOPED_INFO(scenarios::to_string(problem));
  }
  REQUIRE(read.scenario);
  const Replay replay = scenarios::replay(*read.scenario);
  CHECK(replay.result == Replay::Result::kReproduced);
  CHECK(replay.is_identical);
  CHECK_FALSE(replay.parting);
  CHECK(replay.story.lines.size() <= scenarios::kStoryLines);
}

TEST_CASE("a counterexample that does not fail any more says at which step it is another one") {
  Scenario scenario = first_of(without_margin(), model::Property::kNoLoss).scenario;
  scenario.settings.deployment.deletion_delay.value = std::chrono::seconds{10};
  const Replay replay = scenarios::replay(scenario);
  CHECK(replay.result == Replay::Result::kNoLongerFails);
  REQUIRE(replay.parting);
  CHECK(replay.parting->find("step ") == 0);
}

TEST_CASE("decisions that no longer fit are named") {
  Scenario scenario = first_of(without_margin(), model::Property::kNoLoss).scenario;
  scenario.settings.deployment.deletion_delay.value = std::chrono::seconds{10};
  scenario.choices->push_back(scenarios::NamedChoice{
      model::ChoiceKind::kInformerLag, "controller's informer of the ConfigMap", 999, 7});
  const Replay replay = scenarios::replay(scenario);
  CHECK(replay.result == Replay::Result::kDoesNotFit);
  REQUIRE(replay.misfit);
  CHECK(replay.misfit->find("nobody asks for it") != std::string::npos);
}

TEST_CASE("marks: both ends of a range fail and what lies beyond holds") {
  const Counterexample example = first_of(without_margin(), model::Property::kNoLoss);
  const auto delay = std::find_if(example.marks.begin(), example.marks.end(), [](const auto& mark) {
    return mark.what == "the deletion delay";
  });
  REQUIRE(delay != example.marks.end());
  REQUIRE(delay->kind == scenarios::Mark::Kind::kRange);
  const auto fails_with = [&](std::int64_t ms) {
    Scenario scenario = example.scenario;
    scenario.settings.deployment.deletion_delay.value = std::chrono::milliseconds{ms};
    return scenarios::replay(scenario).result == Replay::Result::kReproduced;
  };
  CHECK(fails_with(delay->least));
  CHECK(fails_with(delay->most));
  CHECK_FALSE(fails_with(delay->most + 1));
}

namespace {

// What the file of a counterexample would read as without its choices.
std::string problems_without_choices(const Counterexample& example) {
  Scenario scenario = example.scenario;
  scenario.choices.reset();
  scenario.found.reset();
  const scenarios::ReadResult read =
      scenarios::read_scenario("shrunk.json", scenarios::write_scenario(scenario));
  std::string text;
  for (const scenarios::Problem& problem : read.problems) {
    text += to_string(problem) + "\n";
  }
  return text;
}

bool is_needed(const Counterexample& example, const std::string& what) {
  return std::find(example.needed.begin(), example.needed.end(), what) != example.needed.end();
}

}  // namespace

TEST_CASE("a counterexample of a scenario on a grid stays on it") {
  const Scenario scenario = support::load("medium/r5_no_delays.json");
  const Counterexample example = first_of(scenario, model::Property::kNoDuplicates);
  CHECK(example.is_minimal);
  CHECK(example.scenario.settings.grid == scenario.settings.grid);
  CHECK(problems_without_choices(example).empty());
  CHECK(scenarios::replay(example.scenario).is_identical);
  // Without these it would be off the grid, so nothing was tried.
  CHECK_FALSE(is_needed(example, "the rate limit of events"));
  CHECK_FALSE(is_needed(example, "the informer lag"));
  CHECK(is_needed(example, "change_spec at 2 s"));
  std::size_t ranges = 0;
  for (const scenarios::Mark& mark : example.marks) {
    INFO(mark.pointer << " " << mark.least << " " << mark.most);
    const bool is_event_time =
        mark.pointer.ends_with("/event_time") || mark.pointer.ends_with("/bound");
    const bool is_choice = mark.pointer.starts_with("/choices/");
    CHECK(mark.step == (is_event_time || is_choice ? 1 : 500));
    CHECK(mark.least % mark.step == 0);
    CHECK(mark.most % mark.step == 0);
    if (mark.pointer == "/timeline/0/at") {
      ++ranges;
      Scenario later = example.scenario;
      const auto fails_at = [&](std::int64_t ms) {
        later.settings.timeline[0].at = sim::ProcessingTime{std::chrono::milliseconds{ms}};
        later.settings.timeline[0].latest = later.settings.timeline[0].at;
        return scenarios::replay(later).result == Replay::Result::kReproduced;
      };
      CHECK(fails_at(mark.most));
      CHECK_FALSE(fails_at(mark.most + mark.step));
    }
  }
  CHECK(ranges == 1);
}

TEST_CASE("a fault that was drawn in steps of a grid happens at that moment") {
  const std::string configuration = "/deployment/configuration/kubernetes.operator.bluegreen.";
  const Scenario scenario = support::load(
      "medium/r5_no_delays.json",
      {R"(/input/events={"records":12,"rate":"1/s","event_time":{"start":0,"step":"1 s"}})",
       R"(/environment/faults=[{"between":["1 s","9 s"],"do":"freeze_informer","of":"gate","job":"GREEN","for":"4 s"}])",
       R"(/environment/informer_lag=["0 s","0 s"])", "/job/operators/1/parallelism=1",
       configuration + "deployment-deletion.delay=1500 ms", configuration + "gate.timeout=60 s",
       configuration + "abort.grace-period=60 s"});
  const Counterexample example = first_of(scenario, model::Property::kNoLoss);
  CHECK(is_needed(example, "the fault freeze_informer"));
  CHECK(problems_without_choices(example).empty());
  const auto& faults = example.scenario.settings.environment.faults;
  REQUIRE(faults.size() == 1);
  CHECK(faults[0].at == faults[0].latest);
  CHECK(faults[0].at.ms() > 1'000);
}

// From a file that was changed by hand, or made small elsewhere.
TEST_CASE("a counterexample off its grid is made small as well") {
  Scenario scenario = support::load("medium/r5_no_delays.json");
  scenario.settings.deployment.deletion_delay.value = std::chrono::milliseconds{1'001};
  const Counterexample example = first_of(scenario, model::Property::kNoDuplicates);
  CHECK(example.is_minimal);
  CHECK_FALSE(problems_without_choices(example).empty());
}

TEST_CASE("what the baseline shows too is no finding") {
  const Scenario scenario = without_margin();
  Subject subject;
  subject.file = &scenario;
  subject.against = "flip504-r5";
  SearchOptions options;
  options.campaign.runs = 200;
  Search search{subject, options};
  while (!search.is_done()) {
    search.step();
  }
  CHECK(search.findings().empty());
  CHECK(search.state().tally.of(model::Property::kNoLoss).with(sim::Verdict::kRefuted) > 0);
}

TEST_CASE("a failure that needs a fault keeps it while it is made small") {
  const Scenario scenario = support::load("known_bugs/r5_abort_after_toggle_duplicates.json");
  const Counterexample example = first_of(scenario, model::Property::kNoDuplicates);
  CHECK(example.is_minimal);
  const bool is_abort = std::find(example.story.rules.begin(), example.story.rules.end(),
                                  "p2:R4.4") != example.story.rules.end();
  CHECK(is_abort);
}

TEST_CASE("a fault hits no more often than it must and a job restarts no more often (p2:R2.3)") {
  const Scenario scenario =
      support::load("mutations/retry_thrice.json",
                    {"/timeline/1/times=8",
                     R"(/job/restart_strategy={"type":"fixed_delay","attempts":7,"delay":"1 s"})"});
  Candidate candidate{scenario, {}};
  for (const scenarios::Quantity& quantity : scenarios::quantities_of(candidate)) {
    if (quantity.is_count) {
      INFO(quantity.pointer);
      CHECK(quantity.get(candidate) == (quantity.pointer == "/timeline/1/times" ? 8 : 7));
      quantity.set(candidate, 1);
    }
  }
  CHECK(candidate.scenario.settings.timeline[1].times == 1);
  CHECK(candidate.scenario.settings.job.restart->attempts == 1);
  const Counterexample example =
      first_of(support::load("mutations/retry_thrice.json", {"/timeline/1/times=8"}),
               model::Property::kNoLoss, 1);
  const auto& timeline = example.scenario.settings.timeline;
  const auto conflict = std::find_if(timeline.begin(), timeline.end(), [](const auto& what) {
    return what.action == model::Action::kConflict;
  });
  REQUIRE(conflict != timeline.end());
  CHECK(conflict->times == 4);  // the last attempt of four
}

TEST_CASE("what its own protocol refuses is no counterexample (p2:R3.9)") {
  Candidate candidate{support::load("mutations/timeout_below_delay.json"), {}};
  Charge charge;
  charge.property = model::Property::kNoDuplicates;
  charge.features = scenarios::Features::of_bits(UINT64_MAX);
  constexpr std::uint64_t kEvents = 1'000'000;
  CHECK(Court{charge, kEvents}.fails(candidate));
  candidate.scenario.settings.deployment.mutations.clear();
  CHECK_FALSE(Court{charge, kEvents}.fails(candidate));
}

// Nobody reads in a dozen lines how a wait got on, and one that is cut short is as much of a wait.
TEST_CASE("what goes round for ever is cut short and made steady") {
  const Scenario scenario =
      support::load("known_bugs/failing_waits_for_an_event.json", {"/horizon=1 min"});
  const Counterexample example = first_of(scenario, model::Property::kProgress, 1);
  CHECK(example.is_minimal);
  CHECK(example.scenario.budget_events < scenario.budget_events);
  CHECK(example.scenario.choices->size() < 16);
  CHECK(scenarios::replay(example.scenario).is_identical);
}

TEST_CASE("the assumptions that a property needs and the largest sets under which it fails") {
  Scenario scenario = without_margin();
  scenario.assumptions = {scenarios::Assumption::kNoLate, scenarios::Assumption::kPromptInformers,
                          scenarios::Assumption::kMargin};
  scenario.expect.verdicts = {};
  scenario.expect.verdicts[model::index_of(model::Property::kNoLoss)] = sim::Verdict::kHolds;
  scenarios::AssumptionOptions options;
  options.campaign.runs = 400;
  const auto all = scenarios::search_assumptions(scenario, options);
  REQUIRE(all.size() == 1);
  const scenarios::NeededAssumptions& needed = all.front();
  CHECK(needed.property == model::Property::kNoLoss);
  CHECK(needed.is_complete);
  CHECK(needed.is_exercised);
  CHECK(needed.enough == std::vector<scenarios::AssumptionSet>{{scenarios::Assumption::kMargin}});
  REQUIRE(needed.failing.size() == 1);
  CHECK(needed.failing.front().assumptions ==
        scenarios::AssumptionSet{scenarios::Assumption::kNoLate,
                                 scenarios::Assumption::kPromptInformers});
  const Scenario& example = needed.failing.front().example.scenario;
  CHECK(scenarios::replay(example).result == Replay::Result::kReproduced);

  options.is_out_of_time = [] { return true; };
  CHECK_FALSE(scenarios::search_assumptions(scenario, options).front().is_complete);
}

}  // namespace
