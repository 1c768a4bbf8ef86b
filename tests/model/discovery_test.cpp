// Partitions that appear while jobs run (flink-runtime.md K7, K8, MX2, F5), and jobs that are
// drained when they are stopped (SP6, W13, W14, V10).

#include <catch2/catch.hpp>
#include <chrono>
#include <optional>
#include <vector>

#include "model/notes.hpp"
#include "model/system.hpp"
#include "tests/support/jobs.hpp"

namespace {

using model::Color;
using model::EventSpan;
using model::EventTime;
using support::Run;
using namespace std::chrono_literals;

// The second of two partitions appears at 8 s.
model::Settings growing_job() {
  model::Settings settings = support::two_step_job();
  settings.inputs[0].partitions = 2;
  settings.inputs[0].appears = {{1, sim::ProcessingTime{8s}}};
  settings.job.operators[0].discovery_interval = sim::ProcessingSpan{3s};
  return settings;
}

std::vector<sim::Due> discoveries(const Run& run, Color color) {
  std::vector<sim::Due> all;
  for (const sim::Note& note : run.trace.notes()) {
    if (static_cast<model::NoteKind>(note.what) == model::NoteKind::kDiscovered &&
        note.actor == static_cast<std::uint32_t>(model::index_of(color))) {
      all.push_back(note.at);
    }
  }
  return all;
}

// When a job of that color started, the last time.
std::optional<sim::Due> started(const Run& run, Color color) {
  std::optional<sim::Due> at;
  for (const sim::Note& note : run.trace.notes()) {
    const bool is_start = static_cast<model::NoteKind>(note.what) == model::NoteKind::kJob &&
                          note.actor == static_cast<std::uint32_t>(model::index_of(color)) &&
                          static_cast<model::JobStatus>(note.detail) == model::JobStatus::kRunning;
    at = is_start ? std::optional{note.at} : at;
  }
  return at;
}

// The watermarks that the gates of a color were told.
std::vector<std::pair<sim::Due, EventTime>> told(const Run& run, Color color) {
  std::vector<std::pair<sim::Due, EventTime>> all;
  for (const sim::Note& note : run.trace.notes()) {
    if (static_cast<model::NoteKind>(note.what) == model::NoteKind::kGateWatermark &&
        run.plan.slots()[note.actor].color == color) {
      all.emplace_back(note.at, EventTime{std::chrono::milliseconds{note.a}});
    }
  }
  return all;
}
bool is_told_the_end(const Run& run, Color color) {
  const auto all = told(run, color);
  return std::any_of(all.begin(), all.end(),
                     [](const auto& each) { return each.second == model::kEndOfTime; });
}

}  // namespace

TEST_CASE("nothing is sent to a partition before it appears") {
  const model::Plan plan{growing_job()};
  CHECK(plan.inputs()[0].length(0) == 150);
  CHECK(plan.inputs()[0].length(1) == 110);  // those of 8.1 s to 29.9 s
  CHECK(plan.inputs()[0].arrival(plan.inputs()[0].place(1, 0)).ms == 8'100);
}

TEST_CASE(
    "a new partition is found at a look of the enumerator and read from its first record on "
    "(rt:K7 rt:K3)") {
  Run run{growing_job()};
  run.finish();
  const std::vector<sim::Due> found = discoveries(run, Color::kBlue);
  REQUIRE(found.size() == 1);
  const sim::Due start = *started(run, Color::kBlue);
  CHECK((found[0].ms - start.ms) % 3'000 == 0);
  CHECK(found[0].ms >= 8'000);
  CHECK(found[0].ms < 11'000);
  CHECK(run.committed(1) == 260);
}

TEST_CASE("with an interval of 0 only a start finds a new partition (rt:K7)") {
  model::Settings settings = growing_job();
  settings.job.operators[0].discovery_interval = {};
  settings.timeline = {support::kill_job_at(12s)};  // a failover is no start (rt:F5)
  {
    Run run{settings};
    CHECK(run.finish().because == sim::Ending::kSettled);
    CHECK(discoveries(run, Color::kBlue).empty());
    CHECK(run.committed(0) == 110);
  }
  settings.deployment.protocol = "basic";
  settings.timeline = {support::change_spec_at(12s)};
  Run run{settings};
  run.finish();
  CHECK(run.committed(0) == 0);  // green has read all of it
}

TEST_CASE(
    "a new split holds back its subtask until it has a record or is idle "
    "(rt:K8 rt:MX2 rt:ID10)") {
  model::Settings settings = growing_job();
  settings.inputs[0].silences = {{1, {}, sim::ProcessingTime{20s}, false}};
  const auto longest_stop = [](const model::Settings& of) {
    Run run{of};
    run.finish();
    std::uint32_t longest = 0;
    sim::Due before = sim::Due::never();
    for (const auto& [at, watermark] : told(run, Color::kBlue)) {
      longest = before.is_never() ? 0 : std::max(longest, at.ms - before.ms);
      before = at;
    }
    return longest;
  };
  CHECK(longest_stop(settings) > 8'000);
  settings.job.operators[0].idleness = sim::ProcessingSpan{1s};
  CHECK(longest_stop(settings) < 2'000);
}

TEST_CASE("what was assigned since the checkpoint is assigned again after a failover (rt:F5)") {
  model::Settings settings = growing_job();
  settings.job.checkpoint_interval = sim::ProcessingSpan{20s};
  settings.timeline = {support::kill_job_at(15s)};
  Run run{settings};
  run.finish();
  CHECK(discoveries(run, Color::kBlue).size() == 1);
  CHECK(run.committed(1) == 260);
}

TEST_CASE("each job finds a partition at a moment of its own (rt:K7)") {
  model::Settings settings = growing_job();
  settings.inputs[0].appears = {{1, sim::ProcessingTime{12s}}};
  settings.timeline = {support::change_spec_at(5s)};
  settings.job.operators[0].discovery_interval = sim::ProcessingSpan{7s};
  settings.deployment.deletion_delay = {20s};
  Run run{settings};
  run.until(sim::Due{25'000});
  REQUIRE(discoveries(run, Color::kBlue).size() == 1);
  REQUIRE(discoveries(run, Color::kGreen).size() == 1);
  CHECK(discoveries(run, Color::kBlue) != discoveries(run, Color::kGreen));
}

TEST_CASE("a job that is drained ends event time before its last barrier (rt:SP6 rt:W13 rt:H11)") {
  model::Settings settings = support::two_step_hand_over();
  {
    Run run{settings};
    run.finish();
    CHECK_FALSE(is_told_the_end(run, Color::kBlue));
  }
  settings.deployment.drain = true;
  Run run{settings};
  run.finish();
  CHECK(is_told_the_end(run, Color::kBlue));
  CHECK_FALSE(is_told_the_end(run, Color::kGreen));
  CHECK(run.committed(1) == 300);  // what its sinks held is committed with that savepoint
}

TEST_CASE("the end of event time goes through an assigner (rt:W10 rt:W13)") {
  model::Settings settings = support::two_step_hand_over();
  settings.deployment.drain = true;
  model::OperatorSettings timed = settings.job.operators[0];
  timed.id = "timed";
  timed.kind = model::OperatorKind::kAssignTimestamps;
  timed.reads.clear();
  timed.inputs = {{"events", model::Ship::kRebalance}};
  settings.job.operators.insert(settings.job.operators.begin() + 1, timed);
  settings.job.operators.back().inputs.front().from = "timed";
  Run run{settings};
  run.finish();
  CHECK(is_told_the_end(run, Color::kBlue));
}

TEST_CASE("what an idle source says at its end nobody hears (rt:W14)") {
  model::Settings settings = support::two_step_hand_over();
  settings.deployment.drain = true;
  settings.job.operators[0].idleness = sim::ProcessingSpan{1s};
  settings.inputs[0].silences = {{0, sim::ProcessingTime{14s}, std::nullopt, false}};
  settings.deployment.deletion_delay = {3s};
  settings.timeline = {support::change_spec_at(5s)};
  const auto told_the_end = [&] {
    Run run{settings};
    run.until(sim::Due{600'000});
    REQUIRE(run.world.job(Color::kBlue).status == model::JobStatus::kFinished);
    return is_told_the_end(run, Color::kBlue);
  };
  CHECK_FALSE(told_the_end());
  settings.job.flink_fixes = {model::FlinkFix::kEndEndsIdleness};  // FLINK-40499
  CHECK(told_the_end());
}

TEST_CASE("where all others are idle the end of one source is that of event time (rt:V10)") {
  model::Settings settings = support::two_step_hand_over();
  settings.deployment.drain = true;
  settings.inputs[0].partitions = 2;
  settings.inputs[0].silences = {{1, sim::ProcessingTime{4s}, std::nullopt, false}};
  settings.job.operators[0].parallelism = 2;
  settings.job.operators[0].idleness = sim::ProcessingSpan{1s};
  Run run{settings};
  run.finish();
  CHECK(is_told_the_end(run, Color::kBlue));  // of the other one, which says nothing (rt:W14)
}

TEST_CASE("a source that has ended holds nobody back (rt:AL6)") {
  model::Settings settings = support::two_step_hand_over();
  settings.deployment.drain = true;
  settings.job.operators[0].rate_limit = model::Rate{20, 1000};
  settings.job.operators[0].alignment =
      model::Alignment{"all", EventSpan{1s}, sim::ProcessingSpan{5ms}};
  Run run{settings};
  run.finish();
  CHECK(run.world.aligned_sources(Color::kBlue)[0].reported == model::Mark::end());
}
