// Small pipelines in one line, and a run of one without any file.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/chronicle.hpp"
#include "model/ledger.hpp"
#include "model/notes.hpp"
#include "model/plan.hpp"
#include "model/settings.hpp"
#include "model/system.hpp"
#include "model/world.hpp"
#include "sim/choice_seeded.hpp"
#include "sim/simulation.hpp"
#include "sim/trace.hpp"

namespace support {

inline model::Happening change_spec_at(std::chrono::milliseconds at) {
  model::Happening change;
  change.at = sim::ProcessingTime{at};
  change.latest = change.at;
  return change;
}

inline model::Happening fault(model::Action action, std::chrono::milliseconds at,
                              model::Color job = model::Color::kBlue) {
  model::Happening what = change_spec_at(at);
  what.action = action;
  what.job = job;
  return what;
}

inline model::Happening lasting(model::Happening what, std::chrono::milliseconds lasts) {
  what.lasts = sim::ProcessingSpan{lasts};
  return what;
}

// A task of blue fails, and its job with it.
inline model::Happening kill_job_at(std::chrono::milliseconds at) {
  model::Happening kill;
  kill.action = model::Action::kKillJob;
  kill.at = kill.latest = sim::ProcessingTime{at};
  return kill;
}

// One input "events" at 10 records a second, a source "events" x1, a sink "output" x2 behind a
// rebalance; short times.
inline model::Settings two_step_job() {
  using namespace std::chrono_literals;
  model::Settings settings;
  model::InputSettings input;
  input.name = "events";
  input.records = 300;
  input.rate = {10, 1000};
  input.event_start = model::EventTime{1'700'000'000'000ms};
  input.event_step = model::EventSpan{100ms};
  settings.inputs.push_back(input);
  model::OperatorSettings source;
  source.id = "events";
  source.kind = model::OperatorKind::kSource;
  source.reads = "events";
  source.out_of_orderness = model::EventSpan{100ms};
  settings.job.operators.push_back(source);
  model::OperatorSettings sink;
  sink.id = "output";
  sink.kind = model::OperatorKind::kSink;
  sink.parallelism = 2;
  sink.inputs = {{"events", model::Ship::kRebalance}};
  settings.job.operators.push_back(sink);
  settings.job.checkpoint_interval = sim::ProcessingSpan{2s};
  settings.deployment.protocol = "flip504-r5";
  settings.deployment.deletion_delay = {2s};
  settings.deployment.abort_grace = sim::ProcessingSpan{1min};
  settings.deployment.reschedule_interval = sim::ProcessingSpan{1s};
  settings.environment.deploy_time = {model::Delay{1000, 2000}, model::Delay{1000, 2000}};
  settings.environment.status_lag = {0, 500};
  return settings;
}

// The same with a transition at 5 s.
inline model::Settings two_step_hand_over() {
  model::Settings settings = two_step_job();
  settings.timeline.push_back(change_spec_at(std::chrono::seconds{5}));
  return settings;
}

// A run and everything that watched it. `step` runs up to a number of events more.
class Run {
 public:
  explicit Run(const model::Settings& settings, std::uint64_t seed = 1)
      : plan{settings},
        world{plan},
        ledger{plan},
        chronicle{plan.job().gates.size() * 2},
        agenda_{plan.slots().size()},
        choices_{seed, plan.slot_names()},
        system{plan, world, agenda_, choices_, ledger, chronicle, trace} {
    trace.keep();
    system.start();
  }

  sim::RunEnd finish() { return sim::run(system, agenda_, sim::Budget{}); }
  // Up to and including this instant.
  void until(sim::Due instant) {
    sim::Agenda::Entry entry;
    while (agenda_.next_due() <= instant && agenda_.take(entry)) {
      system.on_event(entry.slot, entry.due);
    }
  }

  [[nodiscard]] std::uint32_t committed(std::uint32_t times) const {
    std::uint32_t count = 0;
    for (const model::Output& output : ledger.outputs()) {
      count += output.commits_in_all() == static_cast<int>(times) ? 1U : 0U;
    }
    return count;
  }

  model::Plan plan;
  model::World world;
  model::Ledger ledger;
  model::Chronicle chronicle;
  sim::Trace trace;

 private:
  sim::Agenda agenda_;
  sim::SeededChoices choices_;

 public:
  model::System system;
};

// When a job's life took that turn.
inline std::vector<sim::Due> turns_of(const Run& run, model::Color color, model::JobStatus status) {
  std::vector<sim::Due> times;
  for (const sim::Note& note : run.trace.notes()) {
    if (static_cast<model::NoteKind>(note.what) == model::NoteKind::kJob &&
        note.actor == model::index_of(color) && note.detail == static_cast<int>(status)) {
      times.push_back(note.at);
    }
  }
  return times;
}

}  // namespace support
