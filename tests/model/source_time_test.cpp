// Event time of whole jobs: subtasks without a split, silent partitions, two inputs, alignment
// (flink-runtime.md A2 to A6).

#include <catch2/catch.hpp>
#include <chrono>
#include <cstdlib>
#include <optional>

#include "model/notes.hpp"
#include "model/system.hpp"
#include "tests/support/jobs.hpp"

namespace {

using model::Color;
using model::EventSpan;
using model::EventTime;
using support::Run;
using namespace std::chrono_literals;

// The largest watermark that any gate of blue was told by then, past the start of the input.
std::optional<EventSpan> watermark_by(const Run& run, sim::Due instant) {
  std::optional<EventSpan> most;
  for (const sim::Note& note : run.trace.notes()) {
    const bool is_meant =
        static_cast<model::NoteKind>(note.what) == model::NoteKind::kGateWatermark &&
        note.at <= instant && run.plan.slots()[note.actor].color == Color::kBlue;
    if (is_meant) {
      const EventTime told{std::chrono::milliseconds{note.a}};
      most =
          std::max(most.value_or(EventSpan{-1h}), told - run.plan.settings().inputs[0].event_start);
    }
  }
  return most;
}

model::ListedRecord record(std::uint32_t number, std::uint32_t partition, std::uint32_t at_ms,
                           std::int64_t past_start_ms) {
  return model::ListedRecord{
      number, partition, sim::ProcessingTime{std::chrono::milliseconds{at_ms}},
      EventTime{std::chrono::milliseconds{1'700'000'000'000 + past_start_ms}}, std::nullopt};
}

// Two partitions in one subtask; the second falls silent after its first record, at 5 s.
model::Settings silent_partition() {
  model::Settings settings = support::two_step_job();
  model::InputSettings& input = settings.inputs[0];
  input.partitions = 2;
  input.listed = {record(0, 0, 5'000, 0)};
  input.listed.push_back(record(1, 1, 5'000, 0));
  for (std::uint32_t k = 1; k <= 50; ++k) {
    input.listed.push_back(record(2 * k, 0, 5'000 + (k * 200), k * 200));
  }
  return settings;
}

// A second input and source, whose event time is behind by so much.
model::Settings two_sources(std::chrono::milliseconds behind) {
  model::Settings settings = support::two_step_job();
  model::InputSettings other = settings.inputs[0];
  other.name = "other";
  other.event_start = other.event_start - EventSpan{behind};
  settings.inputs.push_back(other);
  model::OperatorSettings source = settings.job.operators[0];
  source.id = source.reads = "other";
  settings.job.operators.insert(settings.job.operators.begin() + 1, source);
  settings.job.operators[2].inputs.push_back({"other", model::Ship::kRebalance});
  return settings;
}

}  // namespace

TEST_CASE("a subtask without a split holds back every gate or is idle (rt:ID7 rt:V3 rt:C16)") {
  model::Settings settings = support::two_step_job();
  settings.job.operators[0].parallelism = 2;
  {
    Run run{settings};
    run.finish();
    CHECK_FALSE(watermark_by(run, sim::Due::never()).has_value());
  }
  settings.job.operators[0].idleness = sim::ProcessingSpan{1s};
  Run run{settings};
  run.finish();
  CHECK(watermark_by(run, sim::Due::never()) == EventSpan{29'900ms - 101ms});
  CHECK(run.committed(1) == 300);
}

TEST_CASE("a silent partition holds back its subtask until it is idle (rt:MX3 rt:ID2)") {
  model::Settings settings = silent_partition();
  {
    Run run{settings};
    run.finish();
    CHECK(watermark_by(run, sim::Due::never()) == EventSpan{-101ms});
  }
  settings.job.operators[0].idleness = sim::ProcessingSpan{1s};
  Run run{settings};
  run.finish();
  // Idle by 1,600 ms after its record, and no sooner than 1,400 ms (rt:ID2); a channel takes 5 ms.
  CHECK(watermark_by(run, sim::Due{6'399}) == EventSpan{-101ms});
  CHECK(*watermark_by(run, sim::Due{6'605}) >= EventSpan{1'100ms});
  CHECK(watermark_by(run, sim::Due::never()) == EventSpan{10'000ms - 101ms});
}

TEST_CASE("a partition that resumes behind blocks its subtask (rt:MX6 rt:ID4)") {
  model::Settings settings = silent_partition();
  settings.job.operators[0].idleness = sim::ProcessingSpan{1s};
  // In front of all others that come at 8 s or later.
  auto& listed = settings.inputs[0].listed;
  const auto later = std::find_if(listed.begin(), listed.end(),
                                  [](const model::ListedRecord& r) { return r.at.ms() >= 8'000; });
  model::ListedRecord resumed = record(0, 1, 8'000, 100);
  resumed.number = (later - 1)->number + 1;
  listed.insert(later, resumed);
  Run run{settings};
  run.finish();
  const std::optional<EventSpan> then = watermark_by(run, sim::Due{8'600});
  REQUIRE(then.has_value());
  CHECK(*then < EventSpan{3'200ms});
  CHECK(watermark_by(run, sim::Due{9'200}) == then);  // blocked, then idle again
  CHECK(watermark_by(run, sim::Due::never()) == EventSpan{10'000ms - 101ms});
}

TEST_CASE("a punctuated generator speaks right behind its records without ticks (rt:W11)") {
  model::Settings settings = support::two_step_job();
  settings.job.auto_watermark_interval = {};
  settings.job.operators[0].punctuated = model::Selection{10, 3};
  Run run{settings};
  run.finish();
  CHECK(watermark_by(run, sim::Due::never()) == EventSpan{29'300ms - 101ms});
}

TEST_CASE("of two inputs whichever is behind blocks (rt:CW1 rt:CW5)") {
  model::Settings settings = two_sources(5s);
  model::OperatorSettings both;
  both.id = "both";
  both.kind = model::OperatorKind::kCoMap;
  both.inputs = {{"events", {}}, {"other", {}}};
  settings.job.operators.insert(settings.job.operators.begin() + 2, both);
  settings.job.operators[3].inputs = {{"both", model::Ship::kRebalance}};
  {
    Run run{settings};
    run.finish();
    CHECK(watermark_by(run, sim::Due::never()) == EventSpan{29'900ms - 101ms - 5s});
    CHECK(run.committed(1) == 600);
  }
  settings.job.operators[1].out_of_orderness.reset();
  {
    Run run{settings};
    run.finish();
    CHECK_FALSE(watermark_by(run, sim::Due::never()).has_value());
  }
  settings.job.operators[1].idleness = sim::ProcessingSpan{1s};  // idle for good (rt:W5)
  Run run{settings};
  run.finish();
  CHECK(watermark_by(run, sim::Due::never()) == EventSpan{29'900ms - 101ms});
}

TEST_CASE("an aligned source does not run ahead further than it may (rt:AL3 rt:AL4 rt:K12)") {
  // The other's event time is a tenth as fast.
  model::Settings settings = two_sources(0s);
  settings.inputs[1].event_step = EventSpan{10ms};
  const auto longest_lead = [](const model::Settings& of) {
    Run run{of};
    std::int64_t lead = 0;
    for (std::uint32_t at = 0; at < 120'000; at += 100) {
      run.until(sim::Due{at});
      const auto sources = run.world.sources(Color::kBlue);
      const bool both = !sources[0].time.emitted.is_none() && !sources[1].time.emitted.is_none();
      const std::int64_t ahead =
          std::int64_t{sources[0].time.emitted.ms} - sources[1].time.emitted.ms;
      lead = std::max(lead, both ? std::abs(ahead) : 0);
    }
    return lead;
  };
  CHECK(longest_lead(settings) > 20'000);
  for (std::size_t i : {0U, 1U}) {
    settings.job.operators[i].rate_limit = model::Rate{20, 1000};
    settings.job.operators[i].alignment =
        model::Alignment{"all", EventSpan{3s}, sim::ProcessingSpan{500ms}};
  }
  // And what it reads in two intervals and a tick, at twice the speed of event time.
  CHECK(longest_lead(settings) < 3'000 + 2'400);
  CHECK(longest_lead(settings) > 2'000);
}
