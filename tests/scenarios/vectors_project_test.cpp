// Runs as vector cases: every gate subtask answers alone what it answered in the run
// (tests/vectors/README.md).
#include "scenarios/vectors/project.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "model/notes.hpp"
#include "scenarios/reader/problem.hpp"
#include "scenarios/runner/run.hpp"
#include "scenarios/vectors/replay.hpp"
#include "scenarios/vectors/write_case.hpp"
#include "tests/support/scenario_files.hpp"
#include "tests/support/vector_files.hpp"

namespace {

using scenarios::Scenario;
using scenarios::vectors::GateCase;
using scenarios::vectors::LeftOut;
using scenarios::vectors::Projection;
using scenarios::vectors::RecordAnswer;
using support::load;

Projection project(const Scenario& scenario, std::uint64_t seed = 1) {
  const scenarios::Runner runner{scenario, scenarios::ReferenceRuns::kIfJudged};
  const scenarios::Simulated run = runner.simulate(seed, scenarios::Recording::kOn);
  return scenarios::vectors::project(runner.plan(), run, scenario.name);
}

std::size_t left_out(const Projection& projection) { return projection.left_out_in_all(); }

// Through the text of a file.
void check_all_agree(const Projection& projection) {
  std::string text;
  for (const GateCase& made : projection.cases) {
    text += scenarios::vectors::write_case(made) + "\n";
  }
  const vector_files::Checked checked = vector_files::check(text);
  for (const std::string& finding : checked.disagreements) {
    UNSCOPED_INFO(finding);
  }
  for (const std::string& finding : checked.problems) {
    UNSCOPED_INFO(finding);
  }
  CHECK(checked.counts.agree == projection.cases.size());
  CHECK(checked.counts.cases == projection.cases.size());
}

// Steps of a kind in all cases.
template <class Kind>
std::size_t count_steps(const Projection& projection) {
  std::size_t count = 0;
  for (const GateCase& made : projection.cases) {
    count += static_cast<std::size_t>(
        std::count_if(made.steps.begin(), made.steps.end(),
                      [](const auto& step) { return std::holds_alternative<Kind>(step.action); }));
  }
  return count;
}

template <class Holds>
bool any_answer(const Projection& projection, const Holds& holds) {
  for (const GateCase& made : projection.cases) {
    for (const auto& step : made.steps) {
      const auto* const answer = std::get_if<RecordAnswer>(&step.answer);
      if (answer != nullptr && holds(*answer)) {
        return true;
      }
    }
  }
  return false;
}

constexpr const char* kAllOfThem[] = {"flip504-r1", "flip504-r2", "flip504-r3", "flip504-r4",
                                      "flip504-r5"};

}  // namespace

TEST_CASE("every gate subtask alone answers what it answered in the run (p2:R5.1)", "[slow]") {
  for (const char* name :
       {"handover/smallest.json", "handover/any_failure.json", "handover/upstream_e2e.json",
        "handover/lagging_informers_of_lanes.json", "handover/late_records.json",
        "known_bugs/r5_teardown_carried_over.json", "known_bugs/r1_second_write_of_a_pass.json",
        "known_bugs/r1_without_watermarks.json", "known_bugs/finalize_cannot_be_repeated.json",
        "known_bugs/r5_failover_of_blue_after_toggle.json", "known_bugs/r2_two_toggles.json"}) {
    for (const char* protocol : kAllOfThem) {
      const Projection projection = project(load(name, {}, protocol));
      INFO(name << " " << protocol);
      CHECK(left_out(projection) == 0);
      CHECK(projection.cases.size() >= 2);
      check_all_agree(projection);
    }
  }
}

TEST_CASE("there is a case for each gate subtask and job run (p2:G4)") {
  const Projection projection = project(load("handover/any_failure.json"));
  std::set<std::string> ids;
  for (const GateCase& made : projection.cases) {
    ids.insert(made.id);
  }
  CHECK(ids == std::set<std::string>{"r5-any_failure-blue0-1", "r5-any_failure-blue0-2",
                                     "r5-any_failure-blue1-1", "r5-any_failure-blue1-2",
                                     "r5-any_failure-green0-1", "r5-any_failure-green0-2",
                                     "r5-any_failure-green1-1", "r5-any_failure-green1-2"});
}

TEST_CASE("the case of a gate goes on while another lane restarts (rt:F3)") {
  const Scenario scenario = load("handover/one_lane_restarts.json");
  const Projection projection = project(scenario);
  check_all_agree(projection);
  const scenarios::Runner runner{scenario, scenarios::ReferenceRuns::kIfJudged};
  const scenarios::Simulated run = runner.simulate(1, scenarios::Recording::kOn);
  const auto& notes = run.trace.notes();
  const auto decisions = std::count_if(notes.begin(), notes.end(), [](const sim::Note& note) {
    return static_cast<model::NoteKind>(note.what) == model::NoteKind::kDecision;
  });
  CHECK(projection.cases.size() == 5);
  CHECK(count_steps<scenarios::vectors::RecordArrives>(projection) ==
        static_cast<std::size_t>(decisions));
}

TEST_CASE("all that a gate can see and do comes to its case") {
  namespace vectors = scenarios::vectors;
  const Projection projection = project(load("handover/upstream_e2e.json"));
  CHECK(count_steps<vectors::RecordArrives>(projection) > 8'000);
  CHECK(count_steps<vectors::WatermarkRises>(projection) > 1'000);
  CHECK(count_steps<vectors::InformerTells>(projection) > 4);
  CHECK(count_steps<vectors::ServerChanges>(projection) > 4);
  CHECK(count_steps<vectors::GaugeIsRead>(projection) > 2);
  CHECK(any_answer(projection, [](const RecordAnswer& answer) {
    return answer.writes.size() == 1 && answer.writes[0].toggle;
  }));
  const Projection conflicts = project(load("mutations/no_retry.json", {"/mutations=[]"}));
  CHECK(count_steps<vectors::UpdatesConflict>(conflicts) > 0);
  CHECK(left_out(conflicts) == 0);
  check_all_agree(conflicts);
  const Projection failing =
      project(load("mutations/no_retry.json", {"/mutations=[]"}, "flip504-r1"));
  CHECK(any_answer(failing, [](const RecordAnswer& answer) {
    return answer.error == model::GateError::kConflict;
  }));
}

TEST_CASE("every scenario projects under every seed without anything left out", "[slow]") {
  for (const char* name : {"handover/any_failure.json", "handover/rare_checkpoints_in_lanes.json",
                           "known_bugs/r5_teardown_carried_over.json", "abort/after_toggle.json"}) {
    for (const char* protocol : kAllOfThem) {
      for (std::uint64_t seed = 1; seed <= 30; ++seed) {
        INFO(name << " " << protocol << " seed " << seed);
        CHECK(left_out(project(load(name, {}, protocol), seed)) == 0);
      }
    }
  }
}

TEST_CASE("what the format cannot express is counted") {
  const Scenario mutated = load("handover/smallest.json", {"/mutations=[\"p2:R2.3\"]"});
  const Projection none = project(mutated);
  CHECK(none.cases.empty());
  CHECK(none.left_out_for(LeftOut::kNoRevision) == 2);
  // Of the controller alone: the gate is that of r5.
  const Projection all = project(load("handover/smallest.json", {"/mutations=[\"op:H8\"]"}));
  CHECK(all.cases.size() == 2);
  const Projection early = project(load("handover/smallest.json", {"/clock_start=-5000"}));
  CHECK(early.left_out_for(LeftOut::kBefore1970) > 0);
  CHECK(left_out(early) + early.cases.size() == 2);
  const Projection longer = project(load(
      "handover/smallest.json", {"/input/events/records=20000", "/input/events/rate=\"1000/s\"",
                                 "/input/events/event_time/step=\"1 ms\""}));
  CHECK(longer.left_out_for(LeftOut::kTooLong) > 0);
}
