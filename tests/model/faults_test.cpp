// What each fault does and leaves alone, where no verdict shows it (scenarios/faults has those).

#include <algorithm>
#include <catch2/catch.hpp>
#include <vector>

#include "model/actions.hpp"
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
using support::fault;
using support::lasting;
using support::Run;
using support::turns_of;
using namespace std::chrono_literals;

Happening by(Happening what, std::chrono::milliseconds by) {
  what.by = sim::ProcessingSpan{by};
  return what;
}

Happening hits(Happening what, std::uint32_t times) {
  what.times = times;
  return what;
}

Happening of_gate(Happening what, std::uint32_t subtask) {
  what.watcher = model::Watcher::kGate;
  what.subtask = subtask;
  return what;
}

std::vector<sim::Note> notes_of(const Run& run, NoteKind kind) {
  std::vector<sim::Note> all;
  for (const sim::Note& note : run.trace.notes()) {
    if (static_cast<NoteKind>(note.what) == kind) {
      all.push_back(note);
    }
  }
  return all;
}

std::size_t how_many(const Run& run, NoteKind kind, Due from, Due until) {
  const std::vector<sim::Note> all = notes_of(run, kind);
  return static_cast<std::size_t>(std::count_if(all.begin(), all.end(), [&](const sim::Note& note) {
    return note.at > from && note.at < until;
  }));
}

// When a savepoint of the transition was triggered (0) and complete (1).
std::vector<Due> savepoints(const Run& run, std::int64_t step) {
  std::vector<Due> all;
  for (const sim::Note& note : notes_of(run, NoteKind::kSavepoint)) {
    const bool is_plain =
        static_cast<model::SavepointRole>(note.detail) == model::SavepointRole::kTransition;
    if (is_plain && note.b == step) {
      all.push_back(note.at);
    }
  }
  return all;
}

model::Settings hand_over_with(const Happening& what) {
  model::Settings settings = support::two_step_hand_over();
  settings.timeline.push_back(what);
  std::stable_sort(settings.timeline.begin(), settings.timeline.end(),
                   [](const Happening& a, const Happening& b) { return a.at < b.at; });
  return settings;
}

model::Settings job_with(const Happening& what) {
  model::Settings settings = support::two_step_job();
  settings.timeline = {what};
  return settings;
}

}  // namespace

TEST_CASE("a paused job writes nothing until it is over and then everything (rt:P9)") {
  Run run{job_with(lasting(fault(Action::kPauseJob, 10s), 5s))};
  run.finish();
  CHECK(how_many(run, NoteKind::kWritten, Due{5'000}, Due{10'000}) > 0);
  CHECK(how_many(run, NoteKind::kWritten, Due{10'000}, Due{15'000}) == 0);
  CHECK(run.committed(1) == 300);
}

TEST_CASE("with a TaskManager go the subtasks of one index and their regions (rt:F3)") {
  for (const bool has_lanes : {true, false}) {
    Happening kill = fault(Action::kKillTaskManager, 12s);
    kill.subtask = 1;
    model::Settings settings = job_with(kill);
    settings.inputs[0].partitions = 2;
    settings.job.operators[0].parallelism = 2;
    settings.job.operators[1].inputs[0].ship =
        has_lanes ? model::Ship::kForward : model::Ship::kRebalance;
    Run run{settings};
    run.finish();
    const std::vector<sim::Note> regions = notes_of(run, NoteKind::kRegion);
    CHECK(regions.size() == (has_lanes ? 2U : 0U));  // it fails and comes back
    CHECK(turns_of(run, Color::kBlue, JobStatus::kRestarting).size() == 1);
    CHECK(run.committed(1) == 300);
  }
}

TEST_CASE("a JobManager that stands still completes nothing while its tasks go on (rt:C15)") {
  Run run{job_with(lasting(fault(Action::kPauseJobManager, 10s), 6s))};
  run.finish();
  CHECK(how_many(run, NoteKind::kWritten, Due{10'500}, Due{16'000}) > 0);
  CHECK(how_many(run, NoteKind::kCommitted, Due{10'100}, Due{16'000}) == 0);
  CHECK(how_many(run, NoteKind::kCommitted, Due{16'000}, Due{20'000}) > 0);
  CHECK(run.committed(1) == 300);
}

TEST_CASE("who asks a JobManager that stands still waits up to ten seconds for it (op:2.2 op:A6)") {
  Run waits{hand_over_with(lasting(fault(Action::kPauseJobManager, 4'900ms), 8s))};
  waits.until(Due{12'899});
  CHECK(savepoints(waits, 0).empty());
  CHECK(waits.world.globals().status.job != model::BlueGreenJobStatus::kFailing);
  waits.finish();
  REQUIRE(savepoints(waits, 0).size() == 1);
  CHECK(savepoints(waits, 0)[0] == Due{12'900});
  CHECK(waits.world.globals().status.state == model::BlueGreenState::kActiveGreen);

  Run fails{hand_over_with(lasting(fault(Action::kPauseJobManager, 4'900ms), 20s))};
  fails.until(Due{14'900});
  CHECK(fails.world.globals().status.job != model::BlueGreenJobStatus::kFailing);
  fails.until(Due{16'000});
  CHECK(fails.world.globals().status.job == model::BlueGreenJobStatus::kFailing);
}

TEST_CASE("what a slow operator asks takes effect one after the other (op:3.4)") {
  // From right before the pass that creates green until long after it.
  Run run{hand_over_with(by(lasting(fault(Action::kSlowOperator, 5'900ms), 1min), 700ms))};
  run.finish();
  const std::vector<sim::Note> effects = notes_of(run, NoteKind::kEffect);
  const auto put = std::find_if(effects.begin(), effects.end(), [](const sim::Note& note) {
    return note.at > Due{5'900} && note.detail == static_cast<std::uint16_t>(model::Effect::kMap);
  });
  REQUIRE(effects.end() - put >= 4);
  // The ConfigMap, the child, the stage, the status.
  CHECK(put[1].detail == static_cast<std::uint16_t>(model::Effect::kCreateChild));
  CHECK(put[1].at == put[0].at.after(700));
  CHECK(put[3].detail == static_cast<std::uint16_t>(model::Effect::kStatus));
  CHECK(put[3].at == put[1].at.after(1'400));
  CHECK(run.world.globals().status.state == model::BlueGreenState::kActiveGreen);
  CHECK(run.committed(1) == 300);
}

TEST_CASE("events while a pass is under way make one more at once (op:5.3)") {
  Run run{hand_over_with(by(lasting(fault(Action::kSlowOperator, 5'900ms), 1min), 700ms))};
  run.finish();
  const std::vector<sim::Note> passes = notes_of(run, NoteKind::kPass);
  // The pass that creates green hears of it before its own end.
  const auto creates = std::find_if(passes.begin(), passes.end(), [](const sim::Note& note) {
    return note.detail == static_cast<std::uint16_t>(model::ControllerRow::kA7);
  });
  REQUIRE(creates != passes.end());
  CHECK(creates->b == 0);
}

TEST_CASE("a change between two rounds of a status write makes the pass fail (op:1.6)") {
  model::Settings settings =
      hand_over_with(by(lasting(fault(Action::kSlowOperator, 4'900ms), 20s), 700ms));
  // Its first pass triggers the savepoint, and has stored the status by then, once.
  Run run{settings};
  run.finish();
  const std::vector<sim::Note> effects = notes_of(run, NoteKind::kEffect);
  const auto stored = std::find_if(effects.begin(), effects.end(), [](const sim::Note& note) {
    return note.at > Due{4'900} &&
           note.detail == static_cast<std::uint16_t>(model::Effect::kStatus);
  });
  REQUIRE(stored != effects.end());
  settings.timeline.push_back(
      support::change_spec_at(std::chrono::milliseconds{stored->at.ms + 300}));
  Run changed{settings};
  changed.finish();
  const auto fails = [](const Run& of) {
    const std::vector<sim::Note> passes = notes_of(of, NoteKind::kPass);
    return std::count_if(passes.begin(), passes.end(),
                         [](const sim::Note& note) { return (note.detail >> 8U) != 0; });
  };
  CHECK(fails(run) == 0);
  CHECK(fails(changed) >= 1);
}

TEST_CASE("a slow API server keeps the threads of gates that ask it waiting (p2:R2.1)") {
  Run run{hand_over_with(by(lasting(fault(Action::kSlowApiServer, 8s), 30s), 900ms))};
  Run plain{support::two_step_hand_over()};
  run.finish();
  plain.finish();
  CHECK(run.world.subtasks(Color::kBlue)[1].paused_until > Due{8'000});
  CHECK(plain.world.subtasks(Color::kBlue)[1].paused_until == Due{});
}

TEST_CASE("five passes in a row and then none for as long as was counted (op:5.3)") {
  model::Settings settings = support::two_step_hand_over();
  settings.inputs[0].records = 600;
  settings.timeline[0] = support::change_spec_at(30s);
  settings.environment.rate_limiter.emplace();
  Run run{settings};
  run.finish();
  const std::vector<sim::Note> passes = notes_of(run, NoteKind::kPass);
  REQUIRE(passes.size() > 6);
  // Counting begins at the start. From the sixth on: it is tried at once, later by the time since
  // then, and so on, until 15 s are over.
  CHECK(passes[4].at < Due{15'000});
  CHECK(passes[5].at > Due{15'000});
  for (std::size_t first = 5; first + 5 < passes.size(); first += 5) {
    CHECK(passes[first + 5].at.ms - passes[first].at.ms > 15'000);
  }
  CHECK(run.world.globals().status.state == model::BlueGreenState::kActiveGreen);
}

TEST_CASE("a pass that fails keeps the deadline of a retry that is far off (op:5.3)") {
  // Each pass of the hand-over fails, and blue's child makes more of them.
  model::Settings settings = hand_over_with(hits(fault(Action::kFailRequests, 7s), 400));
  for (int i = 0; i < 30; ++i) {
    settings.timeline.push_back(lasting(fault(Action::kChildNotReady, 10s + i * 4700ms), 1ms));
  }
  const auto retries = [](const model::Settings& of) {
    Run run{of};
    run.finish();
    std::vector<std::int64_t> delays;
    for (const sim::Note& note : notes_of(run, NoteKind::kPass)) {
      if ((note.detail >> 8U) != 0 && note.b > 0) {
        delays.push_back(note.b);
      }
    }
    return delays;
  };
  const std::vector<std::int64_t> kept = retries(settings);
  settings.deployment.mutations = {"op:H10"};
  const std::vector<std::int64_t> rearmed = retries(settings);
  const auto is_of_list = [](std::int64_t delay) {
    for (std::uint32_t attempt = 0; attempt < 15; ++attempt) {
      if (model::retry_delay_ms(attempt) == delay) {
        return true;
      }
    }
    return false;
  };
  CAPTURE(kept, rearmed);
  REQUIRE_FALSE(rearmed.empty());
  CHECK(std::all_of(rearmed.begin(), rearmed.end(), is_of_list));
  CHECK_FALSE(std::all_of(kept.begin(), kept.end(), is_of_list));
}

TEST_CASE("a pass that asks for no other one is followed by one when that long is over (op:5.3)") {
  model::Settings settings = hand_over_with(hits(fault(Action::kRefuseSavepoints, 4s), 1));
  settings.deployment.protocol = "basic";
  Run waits{settings};
  waits.finish();
  CHECK(waits.world.globals().status.job == model::BlueGreenJobStatus::kFailing);
  settings.environment.wakes_up_after = sim::ProcessingSpan{10h};
  Run wakes{settings};
  wakes.until(Due{36'005'000});
  CHECK(wakes.world.globals().status.job == model::BlueGreenJobStatus::kFailing);
  wakes.until(Due{36'060'000});
  CHECK(wakes.world.globals().status.state == model::BlueGreenState::kActiveGreen);
}

TEST_CASE("a stop that a paused JobManager does not hear of is tried again (op:5.2)") {
  model::Settings settings = hand_over_with(lasting(fault(Action::kPauseJobManager, 10s), 9'999ms));
  Run without{support::two_step_hand_over()};
  without.finish();
  const std::vector<Due> stops = turns_of(without, Color::kBlue, JobStatus::kStopping);
  REQUIRE(stops.size() == 1);
  // From just before it is asked to stop.
  settings.timeline[1].at = settings.timeline[1].latest =
      sim::ProcessingTime{sim::milliseconds{stops[0].ms - 1}};
  Run run{settings};
  run.finish();
  const std::vector<Due> later = turns_of(run, Color::kBlue, JobStatus::kStopping);
  REQUIRE(later.size() == 1);
  CHECK(later[0] == Due{stops[0].ms - 1 + 9'999});
  CHECK(run.world.globals().status.state == model::BlueGreenState::kActiveGreen);
  CHECK(run.committed(1) == 300);
}

TEST_CASE("only savepoints are declined where only savepoints are to be (rt:C15)") {
  model::Settings settings = hand_over_with(hits(fault(Action::kFailSavepoint, 4s), 1));
  settings.job.tolerable_failed = 1;
  Run run{settings};
  run.finish();
  const std::vector<sim::Note> failed = notes_of(run, NoteKind::kCheckpointFailed);
  REQUIRE(failed.size() == 1);
  CHECK(static_cast<model::SavepointRole>(failed[0].detail) == model::SavepointRole::kTransition);
  CHECK(run.world.globals().status.job == model::BlueGreenJobStatus::kFailing);  // op:A8
  CHECK(run.committed(1) == 300);
}

TEST_CASE("a savepoint that hangs pends for ever and with a time-out expires (op:R9 rt:C15)") {
  model::Settings settings = hand_over_with(hits(fault(Action::kHangSavepoint, 4s), 1));
  Run pends{settings};
  pends.until(Due{600'000});
  CHECK(pends.world.job(Color::kBlue).pending[1].id != 0);
  CHECK(pends.world.globals().status.state == model::BlueGreenState::kSavepointingBlue);

  settings.job.checkpoint_timeout = sim::ProcessingSpan{5s};
  Run expires{settings};
  expires.until(Due{600'000});
  CHECK(expires.world.job(Color::kBlue).pending[1].id == 0);
  CHECK(expires.world.globals().status.state == model::BlueGreenState::kActiveBlue);
}

TEST_CASE("a slow savepoint is as complete as any but later") {
  Run run{hand_over_with(by(hits(fault(Action::kSlowSavepoint, 4s), 1), 7s))};
  run.finish();
  REQUIRE(savepoints(run, 0).size() == 1);
  REQUIRE(savepoints(run, 1).size() == 1);
  CHECK(savepoints(run, 1)[0].ms - savepoints(run, 0)[0].ms >= 7'000);
  CHECK(savepoints(run, 1)[0].ms - savepoints(run, 0)[0].ms < 8'000);
  CHECK(run.world.globals().status.state == model::BlueGreenState::kActiveGreen);
  CHECK(run.committed(1) == 300);
}

TEST_CASE("a lost acknowledgement leaves its checkpoint pending and what follows too (rt:C15)") {
  model::Settings settings = job_with(hits(fault(Action::kLoseAcknowledgement, 10s), 1));
  Run pends{settings};
  pends.until(Due{120'000});
  CHECK(pends.world.job(Color::kBlue).pending[0].id != 0);
  CHECK(pends.committed(0) > 100);

  settings.job.checkpoint_timeout = sim::ProcessingSpan{3s};
  settings.job.tolerable_failed = 1;
  Run expires{settings};
  expires.finish();
  CHECK(notes_of(expires, NoteKind::kCheckpointFailed).size() == 1);
  CHECK(expires.committed(1) == 300);
}

TEST_CASE("metrics that are stale stay as they are and missing ones are gone (rt:M4 rt:M5)") {
  for (const Action action : {Action::kStaleMetrics, Action::kMissingMetrics}) {
    Run without{support::two_step_hand_over()};
    without.finish();
    const std::vector<sim::Note> read = notes_of(without, NoteKind::kGaugeRead);
    REQUIRE_FALSE(read.empty());
    // After the first fetch.
    const Due from{read.front().at.ms + 1};
    Run run{hand_over_with(lasting(fault(action, std::chrono::milliseconds{from.ms}), 40s))};
    run.until(Due{from.ms + 35'000});
    for (const model::GateSlot& gate : run.world.gates(Color::kBlue)) {
      CHECK((gate.has_metric != 0) == (action == Action::kStaleMetrics));
    }
    CHECK(notes_of(run, NoteKind::kGaugeRead).back().at < from);
    if (action == Action::kMissingMetrics) {
      CHECK(run.world.globals().status.state == model::BlueGreenState::kTransitioningToGreen);
    }
  }
}

TEST_CASE("a child that is torn down slowly is there without its job (op:5.2)") {
  Run run{hand_over_with(lasting(fault(Action::kSlowDeletion, 4s), 30s))};
  Run without{support::two_step_hand_over()};
  without.finish();
  Due gone;
  for (const sim::Note& note : notes_of(without, NoteKind::kChild)) {
    if (static_cast<model::ChildChange>(note.detail) == model::ChildChange::kGone) {
      gone = note.at;
    }
  }
  run.until(Due{gone.ms + 29'999});
  CHECK(run.world.globals().children[0].content().is_deleting == 1);
  CHECK_FALSE(run.world.job(Color::kBlue).is_up());
  CHECK(run.world.globals().status.state == model::BlueGreenState::kActiveGreen);
  run.until(Due{gone.ms + 30'000});
  CHECK(run.world.globals().children[0].content().exists == 0);
  CHECK(run.finish().because == sim::Ending::kSettled);
}

TEST_CASE("a child whose controller stands still is stopped when it goes on (op:5.2)") {
  Run without{support::two_step_hand_over()};
  without.finish();
  const Due stops = turns_of(without, Color::kBlue, JobStatus::kStopping).at(0);
  const Due ends = turns_of(without, Color::kBlue, JobStatus::kFinished).at(0);
  const auto paused_at = [&](std::uint32_t at) {
    return hand_over_with(
        lasting(fault(Action::kPauseChildController, std::chrono::milliseconds{at}), 25s));
  };
  Run asked{paused_at(stops.ms - 1)};
  asked.finish();
  CHECK(turns_of(asked, Color::kBlue, JobStatus::kStopping).at(0) == Due{stops.ms - 1 + 25'000});
  CHECK(asked.committed(1) == 300);
  // Its job ends meanwhile: nobody sees it.
  Run ended{paused_at(ends.ms - 1)};
  ended.until(Due{ends.ms + 24'998});
  CHECK(ended.world.job(Color::kBlue).status == JobStatus::kFinished);
  CHECK(ended.world.globals().children[0].content().lifecycle == model::Lifecycle::kStable);
  ended.finish();
  CHECK(ended.world.globals().status.state == model::BlueGreenState::kActiveGreen);
  CHECK(ended.committed(1) == 300);
}

TEST_CASE("the children's own controllers go with the operator and come back with it (op:5.6)") {
  Run without{support::two_step_hand_over()};
  without.finish();
  const Due stops = turns_of(without, Color::kBlue, JobStatus::kStopping).at(0);
  // Right after it has asked blue to suspend.
  Run run{hand_over_with(
      lasting(fault(Action::kRestartOperator, std::chrono::milliseconds{stops.ms - 1}), 25s))};
  run.finish();
  CHECK(turns_of(run, Color::kBlue, JobStatus::kStopping).at(0) == Due{stops.ms - 1 + 25'000});
  CHECK(run.world.globals().status.state == model::BlueGreenState::kActiveGreen);
  CHECK(run.committed(1) == 300);
}

TEST_CASE("an event that is lost is made up for by the next one alone (p2:G3)") {
  Run run{hand_over_with(hits(of_gate(fault(Action::kDropWatchEvent, 5s), 0), 1))};
  const auto blue = [&] { return run.world.gates(Color::kBlue); };
  std::uint32_t behind_for = 0;
  for (std::uint32_t ms = 5'000; ms < 60'000; ms += 50) {
    run.until(Due{ms});
    behind_for += blue()[0].seen < blue()[1].seen ? 50U : 0U;
  }
  // From the change of the ConfigMap that makes green active to the next one.
  CHECK(behind_for > 500);
  CHECK(blue()[0].watch.events_to_lose == 0);
  Run all{hand_over_with(hits(of_gate(fault(Action::kDropWatchEvent, 5s), 0), 1'000))};
  all.until(Due{15'000});
  CHECK(all.world.gates(Color::kBlue)[0].seen < all.world.gates(Color::kBlue)[1].seen);
}

TEST_CASE("a watcher that was cut off lists and sees the newest version alone (p2:G3)") {
  Run run{hand_over_with(lasting(of_gate(fault(Action::kBreakWatch, 4s), 0), 20s))};
  run.until(Due{4'000});
  const std::uint32_t before = run.world.gates(Color::kBlue)[0].seen;
  run.until(Due{23'999});
  CHECK(run.world.gates(Color::kBlue)[0].seen == before);
  const std::uint32_t newest = run.world.globals().map.newest;
  CHECK(newest > before + 1);
  run.until(Due{24'000});
  CHECK(run.world.gates(Color::kBlue)[0].seen == newest);
  CHECK_FALSE(run.world.gates(Color::kBlue)[0].watch.relists);

  // Of what it lost before it makes up for with the list.
  model::Settings settings =
      hand_over_with(hits(of_gate(fault(Action::kDropWatchEvent, 4s), 0), 9));
  settings.timeline.push_back(lasting(of_gate(fault(Action::kBreakWatch, 20s), 0), 1s));
  Run lists{settings};
  lists.until(Due{19'999});
  CHECK(lists.world.gates(Color::kBlue)[0].seen < lists.world.gates(Color::kBlue)[1].seen);
  lists.until(Due{21'201});
  CHECK(lists.world.gates(Color::kBlue)[0].seen == lists.world.gates(Color::kBlue)[1].seen);
}

TEST_CASE("gates that cannot read the ConfigMap fail until they can (p2:G3 p2:R1.1)") {
  model::Settings settings = job_with(fault(Action::kKillJob, 10s));
  settings.timeline.push_back(lasting(fault(Action::kUnreachableMap, 10s), 10s));
  Run run{settings};
  run.finish();
  CHECK(turns_of(run, Color::kBlue, JobStatus::kRestarting).size() > 2);
  CHECK(notes_of(run, NoteKind::kTaskFailed).back().at < Due{20'000});
  CHECK(run.committed(1) == 300);
  // One that reads nothing does not notice.
  Run unmoved{job_with(lasting(fault(Action::kUnreachableMap, 10s), 10s))};
  unmoved.finish();
  CHECK(turns_of(unmoved, Color::kBlue, JobStatus::kRestarting).empty());
}

TEST_CASE("a source that gets nothing reads on where it was (rt:ID1)") {
  Happening pause = lasting(fault(Action::kPauseSource, 10s), 5s);
  pause.operator_id = "events";
  Run run{job_with(pause)};
  run.finish();
  CHECK(how_many(run, NoteKind::kWritten, Due{10'100}, Due{15'000}) == 0);
  CHECK(run.committed(1) == 300);
}

TEST_CASE("what is sent over slow channels takes longer and keeps its order (rt:N1)") {
  Run run{job_with(by(lasting(fault(Action::kSlowChannels, 10s), 5s), 2s))};
  run.finish();
  CHECK(how_many(run, NoteKind::kWritten, Due{10'200}, Due{12'000}) == 0);
  CHECK(how_many(run, NoteKind::kWritten, Due{12'000}, Due{14'000}) > 0);
  CHECK(run.committed(1) == 300);
}

TEST_CASE("one restart takes longer and the next one as long as ever (rt:F2)") {
  model::Settings settings = job_with(by(fault(Action::kSlowRestart, 9s), 7s));
  settings.timeline.push_back(fault(Action::kKillJob, 10s));
  settings.timeline.push_back(fault(Action::kKillJob, 25s));
  Run run{settings};
  run.finish();
  const std::vector<Due> starts = turns_of(run, Color::kBlue, JobStatus::kRunning);
  REQUIRE(starts.size() == 3);
  CHECK((starts[1].ms >= 18'000 && starts[1].ms <= 18'100));
  CHECK((starts[2].ms >= 26'500 && starts[2].ms <= 26'650));
}

TEST_CASE("what gates measure runs fast with their clock (p2:R4.1)") {
  // A subtask without records reports its hand-over as done after 30 s.
  model::Settings settings = support::two_step_hand_over();
  settings.inputs[0].partitions = 2;
  settings.inputs[0].records = 800;
  settings.inputs[0].silences = {{1, sim::ProcessingTime{9s}, std::nullopt, false}};
  settings.job.operators[0].parallelism = 2;
  settings.job.operators[1].inputs[0].ship = model::Ship::kForward;
  const auto stops = [&settings] {
    Run run{settings};
    run.finish();
    const std::vector<Due> all = turns_of(run, Color::kBlue, JobStatus::kStopping);
    REQUIRE(all.size() == 1);
    return all[0].ms;
  };
  const std::uint32_t usual = stops();
  Happening drift = lasting(fault(Action::kDriftClock, 4s), 10min);
  drift.per_thousand = 500;
  settings.timeline.insert(settings.timeline.begin(), drift);
  const std::uint32_t fast = stops();
  settings.timeline[0].direction = model::Direction::kBehind;
  settings.timeline[0].per_thousand = 333;
  const std::uint32_t slow = stops();
  // 20 s, 45 s; a report is fetched every 10 s (rt:M2).
  CHECK(fast + 3'000 < usual);
  CHECK(usual + 3'000 < slow);
}

TEST_CASE("what an action needs is there and nothing else can be (every row)") {
  for (const model::ActionRow& row : model::kActionRows) {
    CHECK((row.needs & row.may) == 0);
    CHECK(takes(row.action, model::Detail::kSubtask) <= takes(row.action, model::Detail::kJob));
  }
}
