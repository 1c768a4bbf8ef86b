// What a gate takes for the time: the last watermark before a record, its subtask's own, nothing
// after a restart until a first one comes (flink-runtime.md P1 to P3, RS2, RS5).

#include <catch2/catch.hpp>
#include <chrono>
#include <optional>
#include <vector>

#include "model/notes.hpp"
#include "model/system.hpp"
#include "tests/support/jobs.hpp"

namespace {

using model::Color;
using support::Run;
using namespace std::chrono_literals;

// One after the other: watermarks and decisions of blue's gate 0, past the start of the input.
struct Seen {
  sim::Due at;
  bool is_watermark = false;
  std::uint32_t record = 0;
  std::int64_t watermark_ms = 0;  // of a decision: the one that counted; MIN: none
};
std::vector<Seen> seen_by(const Run& run, std::uint32_t gate) {
  const auto slot = sim::index_of(run.plan.slot(model::SlotKind::kGateWatch, Color::kBlue, gate));
  const std::int64_t start = run.plan.settings().inputs[0].event_start.ms();
  std::vector<Seen> all;
  for (const sim::Note& note : run.trace.notes()) {
    if (note.actor != slot) {
      continue;
    }
    switch (static_cast<model::NoteKind>(note.what)) {
      case model::NoteKind::kGateWatermark:
        all.push_back({note.at, true, 0, note.a - start});
        break;
      case model::NoteKind::kDecision:
        all.push_back({note.at, false, static_cast<std::uint32_t>(note.a),
                       static_cast<std::int32_t>(static_cast<std::uint64_t>(note.b) >> 32)});
        break;
      default: break;
    }
  }
  return all;
}

std::vector<Seen> watermarks_of(const Run& run, std::uint32_t gate) {
  std::vector<Seen> all = seen_by(run, gate);
  std::erase_if(all, [](const Seen& seen) { return !seen.is_watermark; });
  return all;
}

// Source and sink in one chain, in one or more subtasks.
model::Settings chained_job(std::uint32_t parallelism) {
  model::Settings settings = support::two_step_job();
  settings.inputs[0].partitions = parallelism;
  settings.job.operators[0].parallelism = parallelism;
  settings.job.operators[1].parallelism = parallelism;
  settings.job.operators[1].inputs = {{"events", model::Ship::kForward}};
  return settings;
}

}  // namespace

TEST_CASE("a record is judged by the last watermark before it and never raises it itself (rt:P1)") {
  Run run{support::two_step_job()};
  run.finish();
  std::int64_t last = INT32_MIN;
  int judged = 0;
  for (const Seen& seen : seen_by(run, 0)) {
    if (seen.is_watermark) {
      last = seen.watermark_ms;
      continue;
    }
    CHECK(seen.watermark_ms == last);
    ++judged;
  }
  CHECK(judged == 150);
}

TEST_CASE("in a chain with the source the watermark is that of the tick before (rt:P2)") {
  Run run{chained_job(1)};
  run.finish();
  // A record a 100 ms, a tick a 200 ms: it knows of none after the tick.
  sim::Due tick;
  for (const Seen& seen : seen_by(run, 0)) {
    if (seen.is_watermark) {
      tick = seen.at;
      continue;
    }
    const std::int64_t own = 100 * std::int64_t{seen.record};
    CHECK((seen.watermark_ms == INT32_MIN || seen.watermark_ms <= own - 100 - 101));
    CHECK((seen.watermark_ms == INT32_MIN || seen.at.ms - tick.ms <= 200));
  }
}

TEST_CASE("parallel subtasks see watermarks of their own (rt:P3)") {
  Run run{chained_job(2)};
  run.finish();
  CHECK(watermarks_of(run, 0).back().watermark_ms == 29'900 - 101);  // it owns partition 1 (rt:K1)
  CHECK(watermarks_of(run, 1).back().watermark_ms == 29'800 - 101);
}

TEST_CASE("after a restart a silent partition holds back the first watermark again (rt:RS2)") {
  model::Settings settings = support::two_step_job();
  settings.inputs[0].partitions = 2;
  settings.inputs[0].silences = {{1, sim::ProcessingTime{5s}, std::nullopt, false}};
  settings.job.operators[0].idleness = sim::ProcessingSpan{1s};
  settings.timeline = {support::kill_job_at(12s)};
  Run run{settings};
  run.finish();
  std::optional<sim::Due> opened;
  for (const sim::Note& note : run.trace.notes()) {
    const bool is_start = static_cast<model::NoteKind>(note.what) == model::NoteKind::kJob &&
                          static_cast<model::JobStatus>(note.detail) == model::JobStatus::kRunning;
    opened = is_start ? std::optional{note.at} : opened;
  }
  const std::vector<Seen> all = watermarks_of(run, 0);
  const auto first =
      std::find_if(all.begin(), all.end(), [&](const Seen& seen) { return seen.at > *opened; });
  REQUIRE(first != all.end());
  CHECK(first->at.ms >= opened->ms + 1'400);  // rt:ID2: of a generator that never saw an event
}

TEST_CASE("the first watermark after a restart can be lower than the last before (rt:RS5)") {
  model::Settings settings = support::two_step_job();
  settings.job.operators[0].rate_limit = model::Rate{12, 1000};  // it does not catch up at once
  settings.job.checkpoint_interval = sim::ProcessingSpan{8s};
  settings.timeline = {support::kill_job_at(20s)};
  Run run{settings};
  run.finish();
  std::int64_t last = INT64_MIN;
  bool falls = false;
  for (const Seen& seen : watermarks_of(run, 0)) {
    falls |= seen.watermark_ms < last;
    last = seen.watermark_ms;
  }
  CHECK(falls);
}
