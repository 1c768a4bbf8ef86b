// Channels that hold so much and no more, and threads that are busy (flink-runtime.md N2, N5, N7,
// P5, ID3).

#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>
#include <cstdint>

#include "model/notes.hpp"
#include "tests/support/jobs.hpp"

namespace {

using model::Color;
using support::Run;
using namespace std::chrono_literals;

constexpr std::uint32_t kCapacity = 5;

// One of two sinks stands still, or is slow, from 5 s to 15 s.
model::Settings hampered(model::Action action) {
  model::Settings settings = support::two_step_job();
  settings.job.channel_capacity = kCapacity;
  model::Happening what;
  what.at = what.latest = sim::ProcessingTime{5s};
  what.action = action;
  what.job = Color::kBlue;
  what.operator_id = "output";
  what.subtask = 1;
  what.lasts = sim::ProcessingSpan{10s};
  what.per_record = sim::ProcessingSpan{1s};
  settings.timeline.push_back(what);
  return settings;
}

std::uint32_t fullest(Run& run) {
  std::uint32_t most = 0;
  for (std::uint32_t c = 0; c < run.plan.job().data_channels.size(); ++c) {
    most = std::max(most, run.world.channels(Color::kBlue)[c].count);
  }
  return most;
}

std::uint32_t written_by(const Run& run, sim::Due until) {
  std::uint32_t count = 0;
  for (const sim::Note& note : run.trace.notes()) {
    const bool is_write =
        static_cast<model::NoteKind>(note.what) == model::NoteKind::kWritten && note.at <= until;
    count += is_write ? 1U : 0U;
  }
  return count;
}

}  // namespace

TEST_CASE("a full channel holds its sender back and the other receiver starves (rt:N2 rt:N5)") {
  Run run{hampered(model::Action::kPauseSubtask)};
  run.until(sim::Due{14'000});
  CHECK(fullest(run) >= kCapacity);
  // What is begun is ended, and ticks still come (rt:N5): a few elements more than it holds.
  CHECK(fullest(run) <= kCapacity + 4);
  CHECK(run.world.subtasks(Color::kBlue)[0].is_held_back());
  // Rebalanced, every second record goes to the one that stands still.
  const std::uint32_t written = written_by(run, sim::Due{14'000});
  CHECK(written < 50 + (2 * kCapacity));
  CHECK(run.finish().because == sim::Ending::kSettled);
  CHECK(run.committed(1) == 300);
  CHECK_FALSE(run.world.subtasks(Color::kBlue)[0].is_held_back());
}

TEST_CASE("without a bound nobody is held back") {
  model::Settings settings = hampered(model::Action::kPauseSubtask);
  settings.job.channel_capacity.reset();
  Run run{settings};
  run.until(sim::Due{14'000});
  CHECK(fullest(run) > 4 * kCapacity);
  CHECK(written_by(run, sim::Due{14'000}) > 80);
}

TEST_CASE("a slow subtask takes its time for each record and its sender waits (rt:P5)") {
  Run run{hampered(model::Action::kSlowSubtask)};
  run.until(sim::Due{14'900});
  const std::uint32_t after = written_by(run, sim::Due{14'900});
  const std::uint32_t before = written_by(run, sim::Due{5'000});
  // One a second, and as many by the other sink, but for what the channels held.
  CHECK(after - before >= 16);
  CHECK(after - before <= 20 + (2 * kCapacity));
  CHECK(run.finish().because == sim::Ending::kSettled);
  CHECK(run.committed(1) == 300);
}

TEST_CASE("the clock of idleness stands still while a source is held back (rt:ID3)") {
  model::Settings settings = hampered(model::Action::kPauseSubtask);
  settings.job.operators[0].idleness = sim::ProcessingSpan{1s};
  Run run{settings};
  run.until(sim::Due{14'000});
  CHECK_FALSE(run.world.splits(Color::kBlue)[0].time.idle);
  settings.job.channel_capacity.reset();
  settings.inputs[0].records = 50;  // it falls silent instead
  Run silent{settings};
  silent.until(sim::Due{14'000});
  CHECK(silent.world.splits(Color::kBlue)[0].time.idle);
}

TEST_CASE("a source that is held back takes its checkpoint all the same (rt:N5 rt:C16)") {
  Run run{hampered(model::Action::kPauseSubtask)};
  run.until(sim::Due{14'000});
  // Its barrier waits in the full channel: the checkpoint is under way and not complete.
  const model::Job& job = run.world.job(Color::kBlue);
  CHECK(job.pending[0].id != 0);
  CHECK(job.pending[0].missing == 1);
}
