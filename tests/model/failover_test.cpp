// Failover of a whole job (rt:F1, F2, F4, F6, RS1, X6, X7) and the faults that come from outside.

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
using support::fault;
using support::lasting;
using support::Run;
using support::turns_of;
using namespace std::chrono_literals;

}  // namespace

TEST_CASE(
    "a failed job comes back after a second and no record is lost or doubled (rt:F2 rt:F4 rt:X7)") {
  model::Settings settings = support::two_step_job();
  settings.timeline = {fault(Action::kKillJob, 12'345ms)};
  Run run{settings};
  CHECK(run.finish().because == sim::Ending::kSettled);
  CHECK(run.committed(1) == 300);
  const std::vector<Due> starts = turns_of(run, Color::kBlue, JobStatus::kRunning);
  REQUIRE(starts.size() == 2);
  CHECK(starts[1] >= Due{13'345});
  CHECK(starts[1] <= Due{13'445});  // 10 % jitter
}

TEST_CASE("the delay before a restart grows by half with every failure (rt:F2)") {
  model::Settings settings = support::two_step_job();
  settings.timeline = {fault(Action::kKillJob, 10s), fault(Action::kKillJob, 15s),
                       fault(Action::kKillJob, 20s)};
  Run run{settings};
  run.finish();
  const std::vector<Due> starts = turns_of(run, Color::kBlue, JobStatus::kRunning);
  REQUIRE(starts.size() == 4);
  CHECK((starts[2].ms >= 16'500 && starts[2].ms <= 16'650));
  CHECK((starts[3].ms >= 22'250 && starts[3].ms <= 22'475));
  CHECK(run.committed(1) == 300);
}

TEST_CASE(
    "whatever fails and when an exactly-once sink shows every record once (rt:X6 rt:X7 rt:F4)") {
  rc::prop("exactly once under random failures", [] {
    model::Settings settings = support::two_step_job();
    settings.deployment.protocol = "basic";
    settings.inputs[0].partitions = *rc::gen::inRange<std::uint32_t>(1, 4);
    settings.job.operators[0].parallelism = *rc::gen::inRange<std::uint32_t>(1, 4);
    settings.job.operators[1].parallelism = *rc::gen::inRange<std::uint32_t>(1, 4);
    settings.environment.checkpoint_time = {1, *rc::gen::inRange<std::uint32_t>(1, 3000)};
    settings.environment.notice_delay = {1, *rc::gen::inRange<std::uint32_t>(1, 3000)};
    const int failures = *rc::gen::inRange(0, 6);
    for (int i = 0; i < failures; ++i) {
      settings.timeline.push_back(
          fault(Action::kKillJob, std::chrono::milliseconds{*rc::gen::inRange(0, 40'000)}));
    }
    Run run{settings, *rc::gen::arbitrary<std::uint64_t>()};
    RC_ASSERT(run.finish().because == sim::Ending::kSettled);
    RC_ASSERT(run.committed(1) == 300U);
  });
}

TEST_CASE(
    "an at-least-once sink writes again what a failed job had not checkpointed (rt:X4 rt:F4)") {
  model::Settings settings = support::two_step_job();
  settings.job.operators[1].guarantee = model::Guarantee::kAtLeastOnce;
  settings.timeline = {fault(Action::kKillJob, 12'345ms)};
  Run run{settings};
  run.finish();
  CHECK(run.committed(0) == 0);
  CHECK(run.committed(2) > 0);
  for (const model::Output& output : run.ledger.outputs()) {
    CHECK_FALSE(output.was_redeployed());
    CHECK(output.was_replayed() == (output.commits_in_all() == 2));
  }
}

TEST_CASE("without checkpointing a failed job stays down and its child is FAILED (rt:F1)") {
  model::Settings settings = support::two_step_job();
  settings.job.operators[1].guarantee = model::Guarantee::kAtLeastOnce;
  settings.job.checkpoint_interval.reset();
  settings.timeline = {fault(Action::kKillJob, 12'345ms)};
  Run run{settings};
  run.finish();
  CHECK(turns_of(run, Color::kBlue, JobStatus::kFailed).size() == 1);
  CHECK(run.world.globals().children[0].content().lifecycle == model::Lifecycle::kFailed);
  CHECK(run.committed(0) > 0);
}

TEST_CASE("before its first checkpoint a job starts again from its beginning (rt:F6 rt:SP10)") {
  model::Settings settings = support::two_step_hand_over();
  settings.job.checkpoint_interval = sim::ProcessingSpan{1h};
  settings.timeline.push_back(fault(Action::kKillJob, 9s, Color::kGreen));
  settings.deployment.protocol = "basic";
  settings.deployment.deletion_delay = {20s};
  settings.job.operators[1].guarantee = model::Guarantee::kAtLeastOnce;
  Run run{settings};
  run.finish();
  CHECK(turns_of(run, Color::kGreen, JobStatus::kRunning).size() == 2);
  CHECK(run.committed(0) == 0);
  const auto& outputs = run.ledger.outputs();
  // Green began at blue's savepoint and comes back to it: nothing before it is green's.
  CHECK(outputs.front().commits[model::index_of(Color::kGreen)] == 0);
  CHECK(std::any_of(outputs.begin(), outputs.end(), [](const model::Output& output) {
    return output.commits[model::index_of(Color::kGreen)] == 2;
  }));
}

TEST_CASE("after a restart a gate reads the ConfigMap anew and knows nothing else (p2:G4 rt:RS1)") {
  model::Settings settings = support::two_step_hand_over();
  settings.timeline.push_back(fault(Action::kKillJob, 9s));
  Run run{settings};
  run.until(Due{8'999});
  const model::GateSlot before = run.world.gates(Color::kBlue)[0];
  run.until(Due{10'400});
  const model::GateSlot& after = run.world.gates(Color::kBlue)[0];
  CHECK(before.gate.watermark > model::EventTime{});
  CHECK(after.seen == run.world.globals().map.newest);
  CHECK(after.gate.context == run.world.globals().map.content());
  CHECK_FALSE(after.gate.teardown_asked);
}

TEST_CASE("a paused subtask does nothing and then everything in order (rt:P9)") {
  model::Settings settings = support::two_step_job();
  Happening pause = lasting(fault(Action::kPauseSubtask, 10s), 5s);
  pause.operator_id = "output";
  pause.subtask = 1;
  settings.timeline = {pause};
  Run run{settings};
  run.finish();
  CHECK(run.committed(1) == 300);
  std::uint32_t in_pause[2] = {0, 0};
  for (const sim::Note& note : run.trace.notes()) {
    if (static_cast<NoteKind>(note.what) == NoteKind::kWritten && note.at > Due{10'000} &&
        note.at < Due{15'000}) {
      ++in_pause[note.actor & 1U];
    }
  }
  CHECK(in_pause[0] > 0);
  CHECK(in_pause[1] == 0);
}

TEST_CASE("a frozen informer tells a gate nothing until it thaws (p2:G3)") {
  model::Settings settings = support::two_step_hand_over();
  Happening freeze = lasting(fault(Action::kFreezeInformer, 5s), 20s);
  freeze.subtask = 0;
  settings.timeline.push_back(freeze);
  Run run{settings};
  run.until(Due{24'999});
  CHECK(run.world.gates(Color::kBlue)[0].seen < run.world.gates(Color::kBlue)[1].seen);
  run.until(Due{25'300});
  CHECK(run.world.gates(Color::kBlue)[0].seen == run.world.gates(Color::kBlue)[1].seen);
}

TEST_CASE("a child whose job cannot be seen is not ready for that time (op:5.1)") {
  model::Settings settings = support::two_step_job();
  settings.timeline = {lasting(fault(Action::kChildNotReady, 10s), 4s)};
  Run run{settings};
  run.until(Due{13'999});
  CHECK_FALSE(run.world.globals().children[0].content().is_ready());
  run.until(Due{14'000});
  CHECK(run.world.globals().children[0].content().is_ready());
}

TEST_CASE("nine conflicts in a row are survived and ten fail the task (p2:R3.2)") {
  for (const std::uint32_t times : {9U, 10U}) {
    model::Settings settings = support::two_step_hand_over();
    Happening conflicts = fault(Action::kConflict, 5s);
    conflicts.times = times;
    settings.timeline.push_back(conflicts);
    Run run{settings};
    run.finish();
    CHECK(turns_of(run, Color::kBlue, JobStatus::kRestarting).size() == (times == 10 ? 1U : 0U));
    CHECK(run.committed(1) == 300);
  }
}

TEST_CASE(
    "an operator that dies between two writes repeats the pass when it is back (op:5.6 p2:K13)") {
  model::Settings settings = support::two_step_hand_over();
  Happening death = lasting(fault(Action::kRestartOperator, 5'500ms), 2s);
  death.after_writes = 2;  // the savepoint's status, then the ConfigMap: green is not created yet
  settings.timeline.push_back(death);
  Run run{settings};
  CHECK(run.finish().because == sim::Ending::kSettled);
  CHECK(run.world.globals().status.state == model::BlueGreenState::kActiveGreen);
  CHECK(run.committed(1) == 300);
  std::uint32_t replaced = 0;
  for (const sim::Note& note : run.trace.notes()) {
    replaced += static_cast<NoteKind>(note.what) == NoteKind::kHappens ? 1U : 0U;
  }
  CHECK(replaced == 3);  // armed, died, came back
}

TEST_CASE("an operator that is away misses nothing that matters (op:5.6)") {
  rc::prop("absences at any time", [] {
    model::Settings settings = support::two_step_hand_over();
    settings.timeline.push_back(
        lasting(fault(Action::kRestartOperator,
                      std::chrono::milliseconds{*rc::gen::inRange(3'000, 30'000)}),
                std::chrono::milliseconds{*rc::gen::inRange(1, 10'000)}));
    Run run{settings, *rc::gen::arbitrary<std::uint64_t>()};
    RC_ASSERT(run.finish().because == sim::Ending::kSettled);
    RC_ASSERT(run.world.globals().status.state == model::BlueGreenState::kActiveGreen);
    RC_ASSERT(run.committed(1) == 300U);
  });
}

TEST_CASE(
    "a survivor that is redeployed starts from the savepoint of the transition (p2:R4.4 op:5.2)") {
  model::Settings settings = support::two_step_hand_over();
  settings.deployment.gate_timeout = sim::ProcessingSpan{12s};
  settings.timeline.push_back(lasting(fault(Action::kChildNotReady, 12s, Color::kGreen), 20s));
  Run run{settings};
  CHECK(run.finish().because == sim::Ending::kSettled);
  CHECK(run.world.globals().status.state == model::BlueGreenState::kActiveBlue);
  CHECK(run.committed(0) == 0);
  const auto& outputs = run.ledger.outputs();
  CHECK(std::any_of(outputs.begin(), outputs.end(),
                    [](const model::Output& output) { return output.was_redeployed(); }));
  CHECK(run.world.job(Color::kBlue).nonce == 1);
}

TEST_CASE("a drawn fault happens once somewhere in its window") {
  std::vector<Due> seen;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    model::Settings settings = support::two_step_job();
    Happening kill = fault(Action::kKillJob, 5s);
    kill.latest = sim::ProcessingTime{25s};
    settings.environment.faults = {kill};
    Run run{settings, seed};
    run.finish();
    const std::vector<Due> failures = turns_of(run, Color::kBlue, JobStatus::kRestarting);
    REQUIRE(failures.size() == 1);
    CHECK((failures[0] >= Due{5'000} && failures[0] <= Due{25'000}));
    seen.push_back(failures[0]);
    CHECK(run.committed(1) == 300);
  }
  std::sort(seen.begin(), seen.end());
  CHECK(seen.back().ms - seen.front().ms > 5'000);
}

TEST_CASE("a change whose savepoint fails is reported as failed and never deployed (op:A8)") {
  model::Settings settings = support::two_step_hand_over();
  settings.environment.checkpoint_time = {400, 400};
  settings.environment.informer_lag = {50, 50};
  settings.timeline.push_back(fault(Action::kKillJob, 5'200ms));
  Run run{settings};
  CHECK(run.finish().because == sim::Ending::kSettled);
  CHECK(run.world.globals().status.state == model::BlueGreenState::kActiveBlue);
  CHECK(run.world.globals().status.job == model::BlueGreenJobStatus::kFailing);
  REQUIRE(run.chronicle.transitions().size() == 1);
  CHECK(run.chronicle.transitions()[0].result == model::Transition::Result::kActiveBlue);
  CHECK(run.committed(1) == 300);
}
