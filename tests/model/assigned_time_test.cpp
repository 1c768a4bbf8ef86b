// Timestamps that are assigned away from the source, and what of event time passes there
// (flink-runtime.md W10).

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
using model::OperatorSettings;
using support::Run;
using namespace std::chrono_literals;

OperatorSettings assigner(const std::string& id, const std::string& from) {
  OperatorSettings op;
  op.id = id;
  op.kind = model::OperatorKind::kAssignTimestamps;
  op.out_of_orderness = EventSpan{100ms};
  op.inputs = {{from, {}}};
  return op;
}

// The operator between the source, which makes watermarks of its own, and the sink.
model::Settings timed_job() {
  model::Settings settings = support::two_step_job();
  settings.job.operators.insert(settings.job.operators.begin() + 1, assigner("timed", "events"));
  settings.job.operators.back().inputs.front().from = "timed";
  settings.environment.channel_delay = {0, 0};
  return settings;
}

struct Told {
  sim::Due at;
  EventTime watermark;
};
std::vector<Told> told_to_gate(const Run& run, std::uint32_t gate) {
  const auto slot = sim::index_of(run.plan.slot(model::SlotKind::kGateWatch, Color::kBlue, gate));
  std::vector<Told> all;
  for (const sim::Note& note : run.trace.notes()) {
    if (static_cast<model::NoteKind>(note.what) == model::NoteKind::kGateWatermark &&
        note.actor == slot) {
      all.push_back({note.at, EventTime{std::chrono::milliseconds{note.a}}});
    }
  }
  return all;
}

EventSpan past_start(const Run& run, EventTime time) {
  return time - run.plan.settings().inputs[0].event_start;
}

}  // namespace

TEST_CASE("a timer away from the source runs a millisecond after its interval (rt:W10 rt:P12)") {
  Run run{timed_job()};
  run.finish();
  const std::vector<Told> told = told_to_gate(run, 0);
  REQUIRE(told.size() > 100);
  for (const Told& each : told) {
    CHECK((each.at.ms - told.front().at.ms) % 201 == 0);
  }
}

TEST_CASE("one that was held back moves all that come after it (rt:W10 rt:P9)") {
  model::Settings settings = timed_job();
  model::Happening pause;
  pause.action = model::Action::kPauseSubtask;
  pause.at = pause.latest = sim::ProcessingTime{10s};
  pause.operator_id = "timed";
  pause.lasts = sim::ProcessingSpan{1'050ms};
  settings.timeline = {pause};
  // Also one that would have had nothing to say.
  for (const bool is_silent : {false, true}) {
    if (is_silent) {
      settings.inputs[0].silences = {{0, sim::ProcessingTime{9s}, sim::ProcessingTime{12s}, false}};
    }
    Run run{settings};
    run.finish();
    int after = 0;
    for (const Told& each : told_to_gate(run, 0)) {
      if (each.at.ms >= 11'050) {
        CHECK((each.at.ms - 11'050) % 201 == 0);
        ++after;
      }
    }
    CHECK(after > 50);
  }
}

TEST_CASE("neither watermarks nor statuses come through an assigner (rt:W10)") {
  model::Settings settings = timed_job();
  settings.job.operators[0].idleness = sim::ProcessingSpan{1s};
  settings.job.operators[1].retiming.later = EventSpan{10s};
  {
    Run run{settings};
    run.finish();
    CHECK(past_start(run, told_to_gate(run, 0).back().watermark) == EventSpan{39'900ms - 101ms});
    CHECK_FALSE(run.world.subtasks(Color::kBlue)[1].valve.idle);
  }
  settings.job.operators[1].out_of_orderness.reset();  // it makes none, and lets none pass
  Run run{settings};
  run.finish();
  CHECK(told_to_gate(run, 0).empty());
}

TEST_CASE("an assigner is idle by itself and active again with a watermark (rt:W10 rt:ID1)") {
  model::Settings settings = timed_job();
  settings.inputs[0].silences = {{0, sim::ProcessingTime{10s}, sim::ProcessingTime{15s}, false}};
  settings.job.operators[1].idleness = sim::ProcessingSpan{1s};
  Run run{settings};
  run.until(sim::Due{14'000});
  CHECK(run.world.subtasks(Color::kBlue)[1].valve.idle);
  run.until(sim::Due{16'000});
  CHECK_FALSE(run.world.subtasks(Color::kBlue)[1].valve.idle);
  CHECK(run.world.subtasks(Color::kBlue)[1].valve.last > model::Mark{14'000});
}

TEST_CASE("behind an assigner gates judge by the new time (rt:W10)") {
  model::Settings settings = timed_job();
  settings.job.operators[1].retiming.earlier = {{5, 2}, EventSpan{4s}};
  Run run{settings};
  run.finish();
  int late = 0;
  for (std::uint32_t k = 100; k < 300; ++k) {
    CHECK(run.ledger.outputs()[k].is_late() == (k % 5 == 2));
    late += run.ledger.outputs()[k].is_late() ? 1 : 0;
    const std::int64_t ms = (100 * std::int64_t{k}) - (k % 5 == 2 ? 4'000 : 0);
    CHECK(past_start(run, run.plan.event_time(k, 0)).ms() == ms);
  }
  CHECK(late == 40);
}

TEST_CASE("a record has one time at each place by the way that it came (rt:W10)") {
  model::Settings settings = support::two_step_job();
  settings.inputs[0].no_timestamp = {10, 3};
  model::InputSettings other = settings.inputs[0];
  other.name = "other";
  settings.inputs.push_back(other);
  auto& operators = settings.job.operators;
  OperatorSettings source = operators[0];
  source.id = source.reads = "other";
  OperatorSettings once = assigner("once", "other");
  once.retiming.later = EventSpan{1s};
  OperatorSettings again = assigner("again", "once");
  again.retiming = {EventSpan{5s}, {{2, 0}, EventSpan{7s}}};
  again.inputs.push_back({"events", {}});
  operators.insert(operators.begin() + 1, {source, once, again});
  operators.back().inputs = {{"again", {}}, {"events", {}}, {"once", {}}};
  const model::Plan plan{settings};
  const auto time_of = [&](std::uint32_t record,
                           std::uint32_t input) -> std::optional<std::int64_t> {
    const EventTime time = plan.event_time(record, input);
    return time == model::kNoTimestamp
               ? std::nullopt
               : std::optional{(time - settings.inputs[0].event_start).ms()};
  };
  const auto& ranges = plan.job().ranges;
  const bool is_first = settings.inputs[ranges[0].input].name == "events";
  const std::uint32_t first = ranges[is_first ? 0 : 1].base;
  const std::uint32_t second = ranges[is_first ? 1 : 0].base;
  CHECK(time_of(first + 11, 0) == 1'100 + 5'000);
  CHECK(time_of(first + 12, 0) == 1'200 + 5'000 - 7'000);
  CHECK(time_of(first + 12, 1) == 1'200);
  CHECK(time_of(second + 11, 0) == 1'100 + 1'000 + 5'000);
  CHECK(time_of(second + 12, 0) == 1'200 + 1'000 + 5'000 - 7'000);
  CHECK(time_of(second + 12, 2) == 1'200 + 1'000);
  CHECK_FALSE(time_of(second + 13, 0).has_value());  // none stays none (rt:W1)
}

TEST_CASE("an assigner more renames no draw of others") {
  const model::Plan without{support::two_step_job()};
  const model::Plan with{timed_job()};
  const auto name = [](const model::Plan& plan, model::SlotKind kind) {
    return plan.name_of(plan.slot(kind, Color::kBlue, 0));
  };
  for (const model::SlotKind kind : {model::SlotKind::kEmit, model::SlotKind::kTick,
                                     model::SlotKind::kGateWatch, model::SlotKind::kOpen}) {
    CHECK(name(with, kind) == name(without, kind));
  }
  CHECK(name(with, model::SlotKind::kAssignerTick) == "blue tick timed[0]");
}

TEST_CASE("what is on its way to a gate is before T by the time that it will have there (rt:W10)") {
  model::Settings settings = timed_job();
  settings.job.operators[1].inputs = {{"events", model::Ship::kRebalance}};
  settings.job.operators[1].parallelism = 2;
  settings.job.operators[1].retiming.later = EventSpan{1h};
  settings.environment.channel_delay = {1'000, 1'000};
  settings.deployment.protocol = "flip504-r3";  // deletes a job that goes on reading
  settings.deployment.deletion_delay = {5s};
  settings.timeline = {support::change_spec_at(5s)};
  Run run{settings};
  run.finish();
  REQUIRE(run.chronicle.transitions().size() == 1);
  const model::Transition& transition = run.chronicle.transitions()[0];
  REQUIRE(transition.toggle.has_value());
  REQUIRE_FALSE(transition.outgoing_ended.is_never());
  CHECK(transition.left_behind == 0);
}
