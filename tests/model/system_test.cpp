// Whole runs without any file: what flows, what is committed when, and that the world is one flat
// value.

#include "model/system.hpp"

#include <rapidcheck/catch.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>
#include <vector>

#include "model/notes.hpp"
#include "tests/support/jobs.hpp"

namespace {

using model::Color;
using model::NoteKind;
using sim::Due;
using support::change_spec_at;
using support::Run;
using namespace std::chrono_literals;

std::vector<sim::Note> notes_of(const Run& run, NoteKind kind) {
  std::vector<sim::Note> notes;
  for (const sim::Note& note : run.trace.notes()) {
    if (static_cast<NoteKind>(note.what) == kind) {
      notes.push_back(note);
    }
  }
  return notes;
}

// When a record became visible; never() if it did not.
Due committed_at(const Run& run, std::uint32_t record) {
  std::int64_t transaction = -1;
  for (const sim::Note& note : run.trace.notes()) {
    const auto kind = static_cast<NoteKind>(note.what);
    if (kind == NoteKind::kWritten && note.a == record) {
      transaction = note.b;
    }
    if (kind == NoteKind::kCommitted && note.a == transaction && note.b > 0) {
      return note.at;
    }
  }
  return Due::never();
}

}  // namespace

TEST_CASE("a job without a transition commits every record once (rt:X2 rt:C13)") {
  Run run{support::two_step_job()};
  const sim::RunEnd end = run.finish();
  CHECK(end.because == sim::Ending::kSettled);
  CHECK(run.committed(1) == 300);
}

TEST_CASE(
    "a hand-over with a margin commits every record once and part by each job (p2:R3.5 p2:R4.1)") {
  Run run{support::two_step_hand_over()};
  CHECK(run.finish().because == sim::Ending::kSettled);
  CHECK(run.committed(1) == 300);
  CHECK(run.ledger.writing(Color::kBlue).count > 0);
  CHECK(run.ledger.writing(Color::kGreen).count > 0);
  REQUIRE(run.chronicle.transitions().size() == 1);
  CHECK(run.chronicle.transitions()[0].result == model::Transition::Result::kActiveGreen);
}

TEST_CASE("two transitions lead back to blue (op:A7 p2:K2)") {
  model::Settings settings = support::two_step_hand_over();
  settings.inputs[0].records = 900;
  settings.timeline.push_back(change_spec_at(50s));
  Run run{settings};
  CHECK(run.finish().because == sim::Ending::kSettled);
  CHECK(run.committed(1) == 900);
  REQUIRE(run.chronicle.transitions().size() == 2);
  CHECK(run.chronicle.transitions()[1].result == model::Transition::Result::kActiveBlue);
  CHECK(run.chronicle.transitions()[1].outgoing == Color::kGreen);
}

TEST_CASE("an at-least-once sink shows what it writes at once (rt:X4)") {
  model::Settings settings = support::two_step_job();
  settings.job.operators[1].guarantee = model::Guarantee::kAtLeastOnce;
  Run run{settings};
  run.finish();
  CHECK(run.committed(1) == 300);
  CHECK(notes_of(run, NoteKind::kCommitted).empty());
}

TEST_CASE(
    "what a plain savepoint pre-commits becomes visible with the next checkpoint (rt:SP2 SP3 "
    "CV-X3)") {
  model::Settings settings = support::two_step_hand_over();
  settings.job.checkpoint_interval = sim::ProcessingSpan{std::chrono::seconds{3}};
  Run run{settings};
  run.until(Due{20'000});
  Due complete = Due::never();
  for (const sim::Note& note : notes_of(run, NoteKind::kSavepoint)) {
    if (note.b == 1) {
      complete = note.at;
    }
  }
  REQUIRE_FALSE(complete.is_never());
  // The last record written before the savepoint was triggered waits for a checkpoint that is
  // triggered later.
  std::uint32_t record = 0;
  for (const sim::Note& note : notes_of(run, NoteKind::kWritten)) {
    if (note.at.ms + 300 < complete.ms) {
      record = static_cast<std::uint32_t>(note.a);
    }
  }
  CHECK(committed_at(run, record) > complete);
}

TEST_CASE("stop-with-savepoint commits what blue wrote before blue ends (rt:SP5 rt:CV-X4)") {
  Run run{support::two_step_hand_over()};
  run.finish();
  Due finished = Due::never();
  for (const sim::Note& note : notes_of(run, NoteKind::kJob)) {
    if (static_cast<model::JobStatus>(note.detail) == model::JobStatus::kFinished) {
      finished = note.at;
    }
  }
  REQUIRE_FALSE(finished.is_never());
  for (const sim::Note& note : notes_of(run, NoteKind::kWritten)) {
    if ((note.actor >> 31) == 0) {
      CHECK(committed_at(run, static_cast<std::uint32_t>(note.a)) <= finished);
    }
  }
}

TEST_CASE("a cancelled job's open transaction is aborted (rt:SP11 rt:X9)") {
  model::Settings settings = support::two_step_hand_over();
  settings.deployment.protocol = "basic";
  settings.job.checkpoint_interval = sim::ProcessingSpan{std::chrono::seconds{20}};
  Run run{settings};
  run.finish();
  CHECK_FALSE(notes_of(run, NoteKind::kDiscarded).empty());
  CHECK(run.committed(0) == 0);  // green wrote all that was in it
}

TEST_CASE(
    "the incoming job starts where the savepoint ends and with its watermarks at MIN (rt:RS1 C10 "
    "SP10)") {
  Run run{support::two_step_hand_over()};
  run.finish();
  std::int64_t first_green = -1;
  std::int64_t first_watermark = 0;
  for (const sim::Note& note : notes_of(run, NoteKind::kDecision)) {
    if (run.plan.slots()[note.actor].color == Color::kGreen && first_green < 0) {
      first_green = note.a;
      first_watermark = note.b >> 32;
    }
  }
  CHECK(first_green > 0);
  CHECK(first_watermark == model::Mark::none().ms);
  for (const sim::Note& note : notes_of(run, NoteKind::kJob)) {
    if (note.actor == 1 &&
        static_cast<model::JobStatus>(note.detail) == model::JobStatus::kRunning) {
      CHECK(note.a > 0);  // its checkpoint ids go on after the savepoint's
    }
  }
}

TEST_CASE("a copied world goes on as the original would have") {
  const model::Settings settings = support::two_step_hand_over();
  Run original{settings};
  original.finish();
  // At any instant: copy the block, let the copy overwrite the world, go on.
  for (const std::uint32_t at : {3'000U, 9'000U, 15'000U, 25'000U}) {
    Run moved{settings};
    moved.until(Due{at});
    const model::World copy = moved.world;
    moved.world = copy;
    moved.finish();
    CHECK(moved.trace.fingerprint() == original.trace.fingerprint());
  }
}

TEST_CASE("the world of a small hand-over fits in four kilobytes") {
  const Run run{support::two_step_hand_over()};
  CHECK(run.world.size_bytes() <= 4096);
}

TEST_CASE("a world whose rings overflow lays itself out anew") {
  model::Settings settings = support::two_step_hand_over();
  settings.environment.channel_delay = {2'000,
                                        3'000};  // some twenty records are on their way at any time
  Run run{settings};
  const std::size_t before = run.world.size_bytes();
  run.finish();
  CHECK(run.world.size_bytes() > before);
  CHECK(run.committed(1) == 300);
}

TEST_CASE("the same seed gives the same run and another seed another one") {
  Run a{support::two_step_hand_over(), 5};
  Run b{support::two_step_hand_over(), 5};
  Run c{support::two_step_hand_over(), 6};
  a.finish();
  b.finish();
  c.finish();
  CHECK(a.trace.fingerprint() == b.trace.fingerprint());
  CHECK(a.trace.fingerprint() != c.trace.fingerprint());
}

TEST_CASE("a transition moves no draw of what happens before it") {
  Run with{support::two_step_hand_over(), 9};
  Run without{support::two_step_job(), 9};
  with.until(Due{4'999});
  without.until(Due{4'999});
  CHECK(with.trace.fingerprint() == without.trace.fingerprint());
}

TEST_CASE("after a transition the records of blue still flow as without it") {
  Run with{support::two_step_hand_over(), 9};
  Run without{support::two_step_job(), 9};
  with.finish();
  without.finish();
  const auto blue_decisions = [](const Run& run) {
    std::vector<std::pair<std::uint32_t, std::int64_t>> list;
    for (const sim::Note& note : notes_of(run, NoteKind::kDecision)) {
      if (run.plan.slots()[note.actor].color == Color::kBlue && note.at < Due{9'000}) {
        list.emplace_back(note.at.ms, note.a);
      }
    }
    return list;
  };
  CHECK(blue_decisions(with) == blue_decisions(without));
}

TEST_CASE(
    "what a random stateless job commits without a transition is its filtered input (rt:T4 "
    "rt:X2)") {
  rc::prop("exactly once", [] {
    model::Settings settings = support::two_step_job();
    settings.inputs[0].records = *rc::gen::inRange<std::uint32_t>(1, 120);
    settings.inputs[0].partitions = *rc::gen::inRange<std::uint32_t>(1, 5);
    settings.inputs[0].keys = *rc::gen::inRange<std::uint32_t>(1, 9);
    settings.inputs[0].out_of_order = {{3, 1}, model::EventSpan{std::chrono::milliseconds{500}}};
    settings.job.operators[0].parallelism = *rc::gen::inRange<std::uint32_t>(1, 4);
    model::OperatorSettings filter;
    filter.id = "some";
    filter.kind = model::OperatorKind::kFilter;
    filter.parallelism = *rc::gen::inRange<std::uint32_t>(1, 4);
    filter.keep.every = *rc::gen::inRange<std::uint32_t>(1, 4);
    filter.keep.offset = *rc::gen::inRange<std::uint32_t>(0, filter.keep.every);
    filter.inputs = {{"events", *rc::gen::element(model::Ship::kRebalance, model::Ship::kHash)}};
    settings.job.operators[1].parallelism = *rc::gen::inRange<std::uint32_t>(1, 4);
    settings.job.operators[1].inputs[0] = {"some", std::nullopt};
    settings.job.operators.insert(settings.job.operators.begin() + 1, filter);
    Run run{settings, *rc::gen::arbitrary<std::uint64_t>()};
    RC_ASSERT(run.finish().because == sim::Ending::kSettled);
    for (std::uint32_t k = 0; k < settings.inputs[0].records; ++k) {
      const bool kept = k % filter.keep.every == filter.keep.offset;
      RC_ASSERT(run.ledger.outputs()[k].commits_in_all() == (kept ? 1 : 0));
    }
  });
}

TEST_CASE("a savepoint is a consistent cut whatever the channels do (rt:C5 rt:C6 rt:C10 rt:X6)") {
  rc::prop("what lies before the savepoint's offsets is there once and the rest at least once", [] {
    model::Settings settings = support::two_step_hand_over();
    settings.deployment.protocol = "basic";
    settings.inputs[0].partitions = *rc::gen::inRange<std::uint32_t>(1, 5);
    settings.inputs[0].rate = {*rc::gen::inRange<std::uint32_t>(10, 50), 1000};
    settings.job.operators[0].parallelism = *rc::gen::inRange<std::uint32_t>(1, 5);
    settings.job.operators[1].parallelism = *rc::gen::inRange<std::uint32_t>(1, 4);
    settings.environment.channel_delay = {0, *rc::gen::inRange<std::uint32_t>(0, 500)};
    settings.environment.notice_delay = {0, *rc::gen::inRange<std::uint32_t>(0, 900)};
    Run run{settings, *rc::gen::arbitrary<std::uint64_t>()};
    RC_ASSERT(run.finish().because == sim::Ending::kSettled);
    const auto offsets = run.world.saved_offsets(Color::kBlue, model::SnapshotArea::kTransition);
    const auto is_before = [&](std::uint32_t k) {
      for (std::uint32_t s = 0; s < run.plan.job().splits.size(); ++s) {
        const std::uint32_t partitions = settings.inputs[0].partitions;
        if (run.plan.job().splits[s].partition == k % partitions) {
          return k / partitions < offsets[s];
        }
      }
      return false;
    };
    std::set<std::int64_t> saved;
    for (std::uint32_t sink = 0; sink < run.plan.job().sinks.size(); ++sink) {
      const std::uint32_t count =
          run.world.saved_count(Color::kBlue, model::SnapshotArea::kTransition, sink);
      for (std::uint32_t i = 0; i < count; ++i) {
        saved.insert(
            run.world.saved_committables(Color::kBlue, model::SnapshotArea::kTransition, sink)[i]
                .transaction);
      }
    }
    for (const sim::Note& note : notes_of(run, NoteKind::kWritten)) {
      const bool in_savepoint = saved.contains(note.b) && (note.actor >> 31) == 0;
      RC_ASSERT(!in_savepoint || is_before(static_cast<std::uint32_t>(note.a)));
    }
    for (std::uint32_t k = 0; k < settings.inputs[0].records; ++k) {
      const int commits = run.ledger.outputs()[k].commits_in_all();
      const bool right = is_before(k) ? commits == 1 : commits >= 1;
      RC_ASSERT(right);
    }
  });
}

TEST_CASE("the informers of a job that ended tell its color's next job nothing (p2:G4)") {
  model::Settings settings = support::two_step_hand_over();
  settings.inputs[0].records = 1000;
  settings.environment.deploy_time = {model::Delay{1000, 1000}, model::Delay{1000, 1000}};
  settings.environment.status_lag = {500, 1000};
  settings.timeline.push_back(change_spec_at(40s));
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    INFO("seed " << seed);
    Run run{settings, seed};
    CHECK(run.finish().because == sim::Ending::kSettled);
    CHECK(run.committed(1) == 1000);
    CHECK(run.chronicle.transitions().back().result == model::Transition::Result::kActiveBlue);
  }
}

TEST_CASE(
    "a notice of an earlier checkpoint does not end a job that is being stopped (rt:SP5 rt:C12)") {
  model::Settings settings = support::two_step_hand_over();
  settings.inputs[0].records = 900;
  settings.job.operators[1].parallelism = 4;
  settings.job.checkpoint_interval = sim::ProcessingSpan{std::chrono::milliseconds{500}};
  settings.environment.notice_delay = {1, 60'000};
  settings.deployment.abort_grace = sim::ProcessingSpan{std::chrono::minutes{10}};
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    INFO("seed " << seed);
    Run run{settings, seed};
    run.finish();
    Due finished = Due::never();
    for (const sim::Note& note : notes_of(run, NoteKind::kJob)) {
      if (note.actor == 0 &&
          static_cast<model::JobStatus>(note.detail) == model::JobStatus::kFinished) {
        finished = note.at;
      }
    }
    for (const sim::Note& note : notes_of(run, NoteKind::kCommitted)) {
      CHECK((note.actor != 0 || note.at <= finished));
    }
  }
}

TEST_CASE("a child is not STABLE before all of its job's subtasks are open (op:5.1)") {
  model::Settings settings = support::two_step_job();
  settings.environment.status_lag = {0, 0};
  settings.environment.open_time = {5'000, 10'000};
  Run run{settings};
  run.finish();
  for (const sim::Note& note : notes_of(run, NoteKind::kChild)) {
    if (static_cast<model::ChildChange>(note.detail) == model::ChildChange::kStable) {
      CHECK(note.at >= Due{6'000});
    }
  }
}

TEST_CASE("a change that the first deployment takes up is no transition (op:I2)") {
  model::Settings settings = support::two_step_job();
  settings.timeline.push_back(change_spec_at(0s));
  settings.environment.informer_lag = {100, 100};
  Run run{settings};
  run.finish();
  CHECK(run.chronicle.transitions().empty());
  CHECK(run.committed(1) == 300);
}
