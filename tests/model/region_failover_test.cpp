// Regions of a job that fail one by one (rt:F3, F4, RS7, SP8), checkpoints that fail (rt:C15), and
// what ends a job for good (rt:SP9).

#include <rapidcheck/catch.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <vector>

#include "model/notes.hpp"
#include "model/system.hpp"
#include "tests/support/jobs.hpp"

namespace {

using model::Action;
using model::Color;
using model::Happening;
using model::JobStatus;
using model::NoteKind;
using sim::Due;
using support::Run;
using support::turns_of;
using namespace std::chrono_literals;

constexpr Color kBlue = Color::kBlue;

Happening happens(Action action, std::chrono::milliseconds at) {
  Happening what = support::change_spec_at(at);
  what.action = action;
  return what;
}

Happening kill_task(std::string op, std::uint32_t subtask, std::chrono::milliseconds at) {
  Happening kill = happens(Action::kKillTask, at);
  kill.operator_id = std::move(op);
  kill.subtask = subtask;
  return kill;
}

Happening pause_task(std::string op, std::uint32_t subtask, std::chrono::milliseconds at,
                     std::chrono::milliseconds lasts) {
  Happening pause = kill_task(std::move(op), subtask, at);
  pause.action = Action::kPauseSubtask;
  pause.lasts = sim::ProcessingSpan{lasts};
  return pause;
}

// Two lanes, each of a source and a sink that is a task of its own.
model::Settings two_lanes() {
  model::Settings settings = support::two_step_job();
  settings.inputs[0].partitions = 2;
  settings.job.operators[0].parallelism = 2;
  settings.job.operators[1].inputs = {{"events", model::Ship::kForward}};
  model::OperatorSettings both = settings.job.operators[1];
  both.id = "both";
  both.kind = model::OperatorKind::kCoMap;
  both.inputs = {{"events", model::Ship::kForward}, {"other", model::Ship::kForward}};
  model::OperatorSettings other = settings.job.operators[0];
  other.id = "other";
  settings.job.operators.insert(settings.job.operators.begin() + 1, {other, both});
  settings.job.operators[3].inputs = {{"both", model::Ship::kForward}};
  return settings;
}

std::vector<sim::Note> kept_notes(const Run& run, NoteKind kind) {
  std::vector<sim::Note> notes;
  std::copy_if(run.trace.notes().begin(), run.trace.notes().end(), std::back_inserter(notes),
               [kind](const sim::Note& note) { return static_cast<NoteKind>(note.what) == kind; });
  return notes;
}

}  // namespace

TEST_CASE("regions are what channels connect (rt:F3)") {
  const model::Plan lanes{two_lanes()};
  REQUIRE(lanes.job().subtasks.size() == 6);
  CHECK(lanes.job().regions == 2);
  for (const model::SubtaskPlan& subtask : lanes.job().subtasks) {
    CHECK(subtask.region == subtask.index);
  }
  CHECK(model::Plan{support::two_step_job()}.job().regions == 1);
  model::Settings full = two_lanes();
  full.job.failover = model::FailoverStrategy::kFull;
  CHECK(model::Plan{full}.job().regions == 1);
}

TEST_CASE(
    "the other lane runs on with its clock and no checkpoint is taken meanwhile (rt:RS7 rt:F4 "
    "rt:C2)") {
  model::Settings settings = two_lanes();
  settings.timeline = {kill_task("other", 1, 10'500ms)};
  Run run{settings};
  run.until(Due{10'499});
  const std::uint32_t checkpoint = run.world.job(kBlue).next_checkpoint;
  run.until(Due{10'600});
  CHECK(run.world.job(kBlue).status == JobStatus::kRestarting);
  for (std::uint32_t s = 0; s < 6; ++s) {
    const bool is_down = run.plan.job().subtasks[s].index == 1;
    CHECK(run.world.subtasks(kBlue)[s].open != is_down);
    CHECK(run.world.subtasks(kBlue)[s].down == is_down);
    CHECK(run.world.subtasks(kBlue)[s].valve.last.is_none() ==
          (is_down || run.plan.job().subtasks[s].channel_count == 0));
  }
  CHECK(run.world.gates(kBlue)[0].gate.watermark > model::EventTime{});
  run.until(Due{11'499});
  CHECK(run.world.job(kBlue).next_checkpoint == checkpoint);
  CHECK(run.world.splits(kBlue)[0].next > 0);
  run.until(Due{11'700});
  CHECK(run.world.job(kBlue).status == JobStatus::kRunning);
  run.until(Due{14'500});
  CHECK(run.world.job(kBlue).next_checkpoint > checkpoint);
  CHECK(run.finish().because == sim::Ending::kSettled);
  CHECK(run.committed(1) == 600);
  CHECK(turns_of(run, kBlue, JobStatus::kRestarting).size() == 1);
  const std::vector<sim::Note> regions = kept_notes(run, NoteKind::kRegion);
  REQUIRE(regions.size() == 2);
  CHECK((regions[0].detail == 0 && regions[0].b == 3));
  CHECK((regions[1].detail == 1 && regions[1].b == 3));
}

TEST_CASE("in a job of one region a failed task takes all with it (rt:F3)") {
  const auto started_again = [](const model::Settings& settings) {
    Run run{settings};
    run.until(Due{12'500});
    std::uint32_t again = 0;
    for (std::uint32_t i = 0; i < run.plan.job().sources.size(); ++i) {
      again += run.world.sources(kBlue)[i].opened >= Due{11'000} ? 1U : 0U;
    }
    CHECK(kept_notes(run, NoteKind::kRegion).size() == (again == 2 ? 2U : 0U));
    CHECK(run.finish().because == sim::Ending::kSettled);
    return again;
  };
  model::Settings settings = two_lanes();
  settings.timeline = {kill_task("output", 0, 10s)};
  CHECK(started_again(settings) == 2);
  settings.job.failover = model::FailoverStrategy::kFull;
  CHECK(started_again(settings) == 4);
  settings = two_lanes();
  settings.timeline = {happens(Action::kKillJob, 10s)};
  CHECK(started_again(settings) == 4);
  settings.timeline = {kill_task("output", 0, 10s)};
  settings.job.operators[3].inputs[0].ship = model::Ship::kRebalance;
  CHECK(started_again(settings) == 4);
}

TEST_CASE("what fails before the planned restart comes back with it or on its own (rt:F2)") {
  model::Settings settings = two_lanes();
  settings.timeline = {kill_task("output", 0, 10s), kill_task("output", 1, 10'600ms)};
  Run merged{settings};
  CHECK(merged.finish().because == sim::Ending::kSettled);
  CHECK(merged.world.job(kBlue).restarts == 1);
  std::vector<sim::Note> regions = kept_notes(merged, NoteKind::kRegion);
  REQUIRE(regions.size() == 4);
  CHECK(regions[2].at == regions[3].at);
  CHECK(regions[3].at <= Due{11'100});
  settings.job.restart = model::RestartStrategy{};
  settings.job.restart->kind = model::RestartKind::kFixedDelay;
  settings.job.restart->attempts = 2;
  Run apart{settings};
  CHECK(apart.finish().because == sim::Ending::kSettled);
  regions = kept_notes(apart, NoteKind::kRegion);
  REQUIRE(regions.size() == 4);
  CHECK((regions[2].at == Due{11'000} && regions[3].at == Due{11'600}));
  CHECK(turns_of(apart, kBlue, JobStatus::kRunning).back() == Due{11'600});
}

TEST_CASE(
    "whatever tasks fail and when an exactly-once sink shows every record once (rt:F3 rt:X7)") {
  rc::prop("exactly once under random failures of tasks", [] {
    model::Settings settings = two_lanes();
    settings.deployment.protocol = "basic";
    settings.environment.checkpoint_time = {1, *rc::gen::inRange<std::uint32_t>(1, 3000)};
    settings.environment.notice_delay = {1, *rc::gen::inRange<std::uint32_t>(1, 3000)};
    const int failures = *rc::gen::inRange(1, 6);
    for (int i = 0; i < failures; ++i) {
      const std::chrono::milliseconds at{*rc::gen::inRange(0, 40'000)};
      Happening what = kill_task("output", *rc::gen::inRange<std::uint32_t>(0, 2), at);
      const int kind = *rc::gen::inRange(0, 6);
      what.action = kind < 3    ? Action::kKillTask
                    : kind == 3 ? Action::kKillJob
                    : kind == 4 ? Action::kFailCheckpoint
                                : Action::kKillJobManager;
      what.lasts = sim::ProcessingSpan{std::chrono::milliseconds{kind == 5 ? 3'000 : 0}};
      settings.timeline.push_back(what);
    }
    Run run{settings, *rc::gen::arbitrary<std::uint64_t>()};
    RC_ASSERT(run.finish().because == sim::Ending::kSettled);
    RC_ASSERT(run.committed(1) == 600U);
    RC_ASSERT(run.world.job(kBlue).in_flight == 0U);
    RC_ASSERT(run.world.job(kBlue).unread == 0U);
    RC_ASSERT(run.world.job(kBlue).uncommitted == 0U);
  });
}

TEST_CASE("a checkpoint that takes too long fails the job unless it may (rt:C15)") {
  for (const std::uint32_t tolerable : {0U, 1U, 5U}) {
    model::Settings settings = support::two_step_job();
    settings.job.checkpoint_timeout = sim::ProcessingSpan{1s};
    settings.job.tolerable_failed = tolerable;
    settings.timeline = {pause_task("output", 1, 10s, 5s)};
    Run run{settings};
    CHECK(run.finish().because == sim::Ending::kSettled);
    CHECK(run.committed(1) == 300);
    const std::size_t expired = kept_notes(run, NoteKind::kCheckpointFailed).size();
    const std::size_t restarts = turns_of(run, kBlue, JobStatus::kRestarting).size();
    CHECK(restarts == (tolerable < 2 ? 1U : 0U));
    CHECK((tolerable < 2 ? expired == tolerable + 1 : (expired == 2 || expired == 3)));
    CHECK(run.world.job(kBlue).failed_checkpoints == 0);  // the next success resets it
  }
}

TEST_CASE("checkpoints in a row that are declined fail the job when they are too many (rt:C15)") {
  for (const std::uint32_t times : {2U, 3U}) {
    model::Settings settings = support::two_step_job();
    settings.job.tolerable_failed = 2;
    settings.environment.checkpoint_time = {300, 300};
    settings.timeline = {happens(Action::kFailCheckpoint, 10s)};
    settings.timeline.back().times = times;
    Run run{settings};
    CHECK(run.finish().because == sim::Ending::kSettled);
    CHECK(kept_notes(run, NoteKind::kCheckpointFailed).size() == times);
    CHECK(turns_of(run, kBlue, JobStatus::kRestarting).size() == times - 2);
    CHECK(run.committed(1) == 300);
  }
}

TEST_CASE(
    "a savepoint that expires is seen as failed and counts for nothing (rt:C15 op:P2 op:A8)") {
  model::Settings settings = support::two_step_hand_over();
  settings.job.checkpoint_timeout = sim::ProcessingSpan{500ms};
  settings.job.tolerable_failed = 100;
  settings.timeline.push_back(pause_task("output", 1, 5s, 3s));
  Run run{settings};
  CHECK(run.finish().because == sim::Ending::kSettled);
  CHECK(run.world.globals().status.state == model::BlueGreenState::kActiveBlue);
  CHECK(run.world.globals().status.job == model::BlueGreenJobStatus::kFailing);
  CHECK(turns_of(run, kBlue, JobStatus::kRestarting).empty());
  CHECK(run.committed(1) == 300);
}

TEST_CASE(
    "the savepoint of a stop fails and what has stopped starts again to be stopped again "
    "(rt:SP8)") {
  for (const bool is_declined : {false, true}) {
    model::Settings settings = support::two_step_hand_over();
    settings.job.checkpoint_timeout = sim::ProcessingSpan{1s};
    settings.job.tolerable_failed = 100;
    Run before{settings};
    before.finish();
    const std::vector<Due> stops = turns_of(before, kBlue, JobStatus::kStopping);
    REQUIRE(stops.size() == 1);
    const std::chrono::milliseconds stop{stops.front().ms};
    settings.timeline.push_back(is_declined ? happens(Action::kFailCheckpoint, stop)
                                            : pause_task("output", 1, stop - 1ms, 3s));
    Run run{settings};
    CHECK(run.finish().because == sim::Ending::kSettled);
    CHECK(turns_of(run, kBlue, JobStatus::kStopping).size() == 2);
    CHECK(turns_of(run, kBlue, JobStatus::kRestarting).size() == 1);
    CHECK(turns_of(run, kBlue, JobStatus::kFinished).size() == 1);
    CHECK(run.committed(0) == 0);
  }
}

TEST_CASE("before any source has stopped nothing fails with the savepoint of a stop (rt:SP8)") {
  model::Settings settings = support::two_step_hand_over();
  settings.job.checkpoint_timeout = sim::ProcessingSpan{1s};
  settings.job.tolerable_failed = 100;
  Run before{settings};
  before.finish();
  const std::vector<Due> stops = turns_of(before, kBlue, JobStatus::kStopping);
  REQUIRE(stops.size() == 1);
  const std::chrono::milliseconds stop{stops.front().ms};
  settings.timeline.push_back(pause_task("events", 0, stop - 1ms, 2'500ms));
  Run run{settings};
  CHECK(run.finish().because == sim::Ending::kSettled);
  CHECK(turns_of(run, kBlue, JobStatus::kStopping).size() > 1);
  CHECK(turns_of(run, kBlue, JobStatus::kRestarting).empty());
  CHECK(turns_of(run, kBlue, JobStatus::kFinished).size() == 1);
}

TEST_CASE("a failure after the savepoint of a stop ends the job for good (rt:SP9)") {
  model::Settings settings = support::two_step_hand_over();
  settings.environment.notice_delay = {200, 200};
  settings.job.checkpoint_interval = sim::ProcessingSpan{1min};  // all is still to be committed
  Run before{settings};
  before.finish();
  const std::vector<Due> ends = turns_of(before, kBlue, JobStatus::kFinished);
  REQUIRE(ends.size() == 1);
  settings.timeline.push_back(
      happens(Action::kKillJob, std::chrono::milliseconds{ends.front().ms - 100}));
  Run run{settings};
  run.finish();
  CHECK(turns_of(run, kBlue, JobStatus::kFailed).size() == 1);
  CHECK(turns_of(run, kBlue, JobStatus::kFinished).empty());
  CHECK(turns_of(run, kBlue, JobStatus::kRestarting).empty());
  REQUIRE(run.chronicle.transitions().size() == 1);
  CHECK(run.chronicle.transitions()[0].left_behind > 0);
}

TEST_CASE(
    "a JobManager that is lost comes back from the latest checkpoint and knows nothing (rt:M7)") {
  model::Settings settings = support::two_step_job();
  settings.timeline = {happens(Action::kKillJob, 5s), happens(Action::kKillJobManager, 10s)};
  settings.timeline.back().lasts = sim::ProcessingSpan{4s};
  settings.job.restart = model::RestartStrategy{};
  settings.job.restart->kind = model::RestartKind::kFixedDelay;
  settings.timeline.push_back(happens(Action::kKillJob, 16s));  // the one attempt, once more
  Run run{settings};
  run.until(Due{9'999});
  run.world.job(kBlue).fetched_at = Due{9'000};
  run.world.gates(kBlue)[0].has_metric = 1;
  run.until(Due{12'000});
  CHECK(run.world.job(kBlue).status == JobStatus::kLost);
  CHECK(run.world.job(kBlue).fetched_at.is_never());
  run.until(Due{14'000});
  CHECK(run.world.gates(kBlue)[0].has_metric == 0);
  CHECK(run.finish().because == sim::Ending::kSettled);
  const std::vector<Due> starts = turns_of(run, kBlue, JobStatus::kRunning);
  REQUIRE(starts.size() == 4);
  CHECK(starts[2] == Due{14'000});
  CHECK(starts[3] == Due{17'000});
  CHECK(run.committed(1) == 300);
}

TEST_CASE(
    "of a job of lanes those fail with the savepoint of a stop that have stopped (rt:SP8 rt:F3)") {
  model::Settings settings = two_lanes();
  settings.timeline = {support::change_spec_at(5s)};
  settings.job.checkpoint_timeout = sim::ProcessingSpan{1s};
  settings.job.tolerable_failed = 100;
  Run before{settings};
  before.finish();
  const std::vector<Due> stops = turns_of(before, kBlue, JobStatus::kStopping);
  REQUIRE(stops.size() == 1);
  const std::chrono::milliseconds stop{stops.front().ms};
  model::Settings one = settings;  // the other lane never hears of it
  one.timeline.push_back(pause_task("events", 0, stop - 1ms, 1'500ms));
  one.timeline.push_back(pause_task("other", 0, stop - 1ms, 1'500ms));
  model::Settings both = settings;  // one of them fails by itself
  both.timeline.push_back(pause_task("output", 0, stop - 1ms, 900ms));
  both.timeline.push_back(kill_task("both", 1, stop + 500ms));
  for (const bool is_one : {true, false}) {
    Run run{is_one ? one : both};
    CHECK(run.finish().because == sim::Ending::kSettled);
    CHECK(kept_notes(run, NoteKind::kRegion).size() == (is_one ? 2U : 4U));
    CHECK(turns_of(run, kBlue, JobStatus::kStopping).size() == 2);
    CHECK(turns_of(run, kBlue, JobStatus::kFinished).size() == 1);
    CHECK(run.committed(0) == 0);
  }
}
