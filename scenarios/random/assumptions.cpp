#include "scenarios/random/assumptions.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "model/gate_injection.hpp"
#include "scenarios/random/margin.hpp"
#include "scenarios/random/one_input.hpp"
#include "scenarios/reader/keyed_checks.hpp"
#include "scenarios/scenario.hpp"

namespace scenarios {

namespace {

namespace limits = model::limits;

using model::Action;
using model::Happening;
using model::OperatorKind;
using model::OperatorSettings;
using model::Settings;

template <class Matches>
void erase_happenings(Settings& settings, Matches matches) {
  std::erase_if(settings.timeline, matches);
  std::erase_if(settings.environment.faults, matches);
}

void erase_actions(Settings& settings, Action action) {
  erase_happenings(settings, [action](const Happening& h) { return h.action == action; });
}

bool is_change(const Happening& happening) { return happening.action == Action::kChangeSpec; }

bool is_source(const OperatorSettings& op) { return op.kind == OperatorKind::kSource; }

void raise(sim::ProcessingSpan& span, std::int64_t ms) {
  span = std::max(span, sim::ProcessingSpan{
                            sim::milliseconds{std::min<std::int64_t>(ms, limits::kDurationMs)}});
}

// Listed event times become what is at most so far behind the largest one before in the partition.
void lift(model::InputSettings& input, model::EventSpan behind) {
  std::map<std::uint32_t, model::EventTime> largest;
  for (model::ListedRecord& record : input.listed) {
    model::EventTime& most = largest.try_emplace(record.partition, record.event_time).first->second;
    record.event_time = std::max(record.event_time, most - behind);
    most = std::max(most, record.event_time);
  }
}

model::EventSpan least_bound(const Settings& settings) {
  std::optional<model::EventSpan> least;
  for (const OperatorSettings& op : settings.job.operators) {
    if (op.out_of_orderness) {
      least = std::min(least.value_or(*op.out_of_orderness), *op.out_of_orderness);
    }
  }
  return least.value_or(model::EventSpan{});
}

// What takes records as they come to it, from wherever, has no bound that is enough (rt:W10).
void assign_nothing(Settings& settings) {
  for (OperatorSettings& op : settings.job.operators) {
    if (op.kind == OperatorKind::kAssignTimestamps) {
      op.kind = OperatorKind::kMap;
      op.out_of_orderness.reset();
      op.idleness.reset();
      op.punctuated.reset();
      op.retiming = {};
    }
  }
}

// Each job discovers a new partition at a moment of its own (rt:K7).
void know_all_partitions(Settings& settings) {
  for (model::InputSettings& input : settings.inputs) {
    input.appears.clear();
  }
}

void no_late(Settings& settings) {
  assign_nothing(settings);
  know_all_partitions(settings);
  const model::EventSpan bound = least_bound(settings);
  model::EventSpan needed;
  for (model::InputSettings& input : settings.inputs) {
    input.late = {};
    input.no_timestamp = {};
    std::erase_if(input.silences, [](const model::Silence& s) { return s.comes_later; });
    lift(input, bound);
    needed = input.out_of_order.which.every != 0 ? std::max(needed, input.out_of_order.by) : needed;
  }
  for (OperatorSettings& op : settings.job.operators) {
    if (op.out_of_orderness) {
      op.out_of_orderness = std::max(*op.out_of_orderness, needed);
    }
    op.idleness.reset();  // what is left out of the watermark is late when it comes back (rt:ID9)
  }
}

void in_order(Settings& settings) {
  for (model::InputSettings& input : settings.inputs) {
    input.late = {};
    input.out_of_order = {};
    lift(input, model::EventSpan{});
  }
  for (OperatorSettings& op : settings.job.operators) {
    op.retiming.earlier = {};
  }
}

// p2:R3.1: a watermark that is not above 0 proposes nothing. A subtask without a partition never
// makes one.
void watermarks(Settings& settings) {
  assign_nothing(settings);
  constexpr sim::milliseconds kUsualInterval{200};  // rt:W6
  if (settings.job.auto_watermark_interval.ms() == 0) {
    settings.job.auto_watermark_interval = sim::ProcessingSpan{kUsualInterval};
  }
  model::EventSpan bound;
  for (OperatorSettings& op : settings.job.operators) {
    if (!is_source(op)) {
      continue;
    }
    op.out_of_orderness = op.out_of_orderness.value_or(model::EventSpan{});
    bound = std::max(bound, *op.out_of_orderness);
    for (model::InputSettings& input : settings.inputs) {
      if (input.name == op.reads) {
        input.partitions = std::max(input.partitions, op.parallelism);
      }
    }
  }
  for (model::InputSettings& input : settings.inputs) {
    const model::EventTime least =
        model::EventTime{sim::milliseconds{2}} + bound + input.out_of_order.by + input.late.by;
    const bool is_too_early = !input.is_listed() && input.event_start < least;
    input.event_start = is_too_early ? least : input.event_start;
  }
}

// The way from the first source on, at each operator to the first one that reads it.
void linear_dag(Settings& settings) {
  std::vector<OperatorSettings>& operators = settings.job.operators;
  std::vector<OperatorSettings> way;
  auto next = std::find_if(operators.begin(), operators.end(), is_source);
  while (next != operators.end()) {
    const std::string before = way.empty() ? "" : way.back().id;
    OperatorSettings op = *next;
    std::erase_if(op.inputs, [&](const model::Connection& c) { return c.from != before; });
    op.inputs.resize(std::min<std::size_t>(op.inputs.size(), 1));
    if (model::has_two_inputs(op.kind)) {
      leave_one_input(op);
    }
    if (!way.empty() && !has_late_records(way.back().kind)) {
      op.inputs.front().takes_late = false;
    }
    way.push_back(std::move(op));
    next = std::find_if(operators.begin(), operators.end(), [&](const OperatorSettings& reader) {
      return std::any_of(reader.inputs.begin(), reader.inputs.end(),
                         [&](const model::Connection& c) { return c.from == way.back().id; });
    });
  }
  operators = std::move(way);
  const auto is_left = [&](const std::string& id) {
    return std::any_of(operators.begin(), operators.end(),
                       [&](const OperatorSettings& op) { return op.id == id; });
  };
  std::erase_if(settings.inputs,
                [&](const auto& input) { return input.name != operators.front().reads; });
  erase_happenings(settings, [&](const Happening& h) {
    return !h.operator_id.empty() && !is_left(h.operator_id);
  });
  settings.deployment.gate = model::fitted(settings.deployment.gate, settings.job);
}

void one_subtask(Settings& settings) {
  for (OperatorSettings& op : settings.job.operators) {
    op.parallelism = 1;
  }
  const auto to_first = [](std::vector<Happening>& happenings) {
    for (Happening& happening : happenings) {
      happening.subtask = happening.subtask ? std::optional{0U} : std::nullopt;
    }
  };
  to_first(settings.timeline);
  to_first(settings.environment.faults);
}

void transactional_sink(Settings& settings) {
  constexpr sim::milliseconds kInterval{2'000};
  for (OperatorSettings& op : settings.job.operators) {
    op.guarantee = model::Guarantee::kExactlyOnce;
  }
  settings.job.checkpoint_interval =
      settings.job.checkpoint_interval.value_or(sim::ProcessingSpan{kInterval});
}

void one_transition(Settings& settings) {
  bool is_later = false;
  std::erase_if(settings.timeline, [&](const Happening& happening) {
    const bool goes = is_later && is_change(happening);
    is_later = is_later || is_change(happening);
    return goes;
  });
}

void prompt_informers(Settings& settings) {
  erase_actions(settings, Action::kFreezeInformer);
  erase_actions(settings, Action::kBreakWatch);
  erase_actions(settings, Action::kDropWatchEvent);
  erase_actions(settings, Action::kStopApiServer);
  erase_actions(settings, Action::kSlowApiServer);
  model::Delay& lag = settings.environment.informer_lag;
  lag.longest_ms = std::min(lag.longest_ms, kPromptMs);
  lag.shortest_ms = std::min(lag.shortest_ms, lag.longest_ms);
}

void no_conflicts(Settings& settings) {
  erase_actions(settings, Action::kConflict);
  settings.environment.echo = model::Echo::kInTime;
}

// Nothing fails by itself; ten conflicts in a row would fail a gate too (p2:R3.2), and one is
// enough for older revisions.
void no_failover(Settings& settings) {
  erase_happenings(settings, [](const Happening& h) {
    return h.action == Action::kKillJob || h.action == Action::kKillTask ||
           h.action == Action::kKillJobManager || h.action == Action::kFailCheckpoint ||
           h.action == Action::kKillTaskManager || h.action == Action::kFailSavepoint ||
           h.action == Action::kUnreachableMap ||
           (h.action == Action::kConflict && h.writer == model::Writer::kGate);
  });
  for (OperatorSettings& op : settings.job.operators) {  // a fenced writer fails its job (rt:X11)
    op.kafka.reset();
  }
  settings.job.checkpoint_timeout.reset();
}

// Moves changes back; those that would come after the horizon are dropped.
void spaced_transitions(Scenario& scenario, std::int64_t margin_ms) {
  std::vector<Happening>& timeline = scenario.settings.timeline;
  const sim::ProcessingSpan apart{
      sim::milliseconds{hand_over_time_ms(scenario.settings, margin_ms)}};
  sim::ProcessingTime free{sim::milliseconds{2 * first_deployment_ms(scenario.settings)}};
  for (Happening& happening : timeline) {
    if (is_change(happening)) {
      happening.at = std::max(happening.at, free);
      happening.latest = happening.at;
      free = happening.at + apart;
    }
  }
  std::erase_if(timeline, [&](const Happening& h) { return h.latest > scenario.horizon; });
  std::stable_sort(timeline.begin(), timeline.end(),
                   [](const Happening& a, const Happening& b) { return a.at < b.at; });
}

// As many records as there is room for, if need be.
void busy_inputs(Scenario& scenario, std::int64_t margin_ms) {
  Settings& settings = scenario.settings;
  std::int64_t last_change = 0;
  for (const Happening& happening : settings.timeline) {
    last_change = is_change(happening) ? happening.at.ms() : last_change;
  }
  const std::int64_t until = last_change + hand_over_time_ms(settings, margin_ms);
  for (model::InputSettings& input : settings.inputs) {
    if (input.is_listed()) {
      continue;
    }
    input.silences.clear();
    const std::int64_t step = std::max<std::int64_t>(input.event_step.ms(), 1);
    input.event_step = model::EventSpan{sim::milliseconds{step}};
    const std::int64_t room = std::min<std::int64_t>(limits::kRecords / limits::kInputs,
                                                     limits::kEventSpreadMs / 2 / step);
    const std::int64_t needed = std::min(until * input.rate.count / input.rate.per_ms + 1, room);
    input.records = std::max(input.records, static_cast<std::uint32_t>(needed));
  }
}

void no_abort(Settings& settings, std::int64_t margin_ms) {
  const std::int64_t needed = hand_over_time_ms(settings, margin_ms);
  raise(settings.deployment.abort_grace, needed);
  if (settings.deployment.gate_timeout) {
    raise(*settings.deployment.gate_timeout, needed);
  }
}

// p2:R3.9 goes on holding.
void margin(Settings& settings, std::int64_t margin_ms) {
  model::DeploymentSettings& deployment = settings.deployment;
  const std::int64_t needed = std::min<std::int64_t>(margin_ms, limits::kEventSpreadMs / 4);
  if (deployment.deletion_delay.value.count() >= needed) {
    return;
  }
  deployment.deletion_delay.value = sim::milliseconds{needed};
  raise(deployment.gate_timeout ? *deployment.gate_timeout : deployment.abort_grace, needed + 1);
}

void take_out(Scenario& scenario, Assumption assumption) {
  Settings& settings = scenario.settings;
  switch (assumption) {
    case Assumption::kNoLate: no_late(settings); break;
    case Assumption::kInOrder: in_order(settings); break;
    case Assumption::kWatermarks: watermarks(settings); break;
    case Assumption::kLinearDag: linear_dag(settings); break;
    case Assumption::kOneSubtask: one_subtask(settings); break;
    case Assumption::kTransactionalSink: transactional_sink(settings); break;
    case Assumption::kFromSavepoint:
      settings.deployment.upgrade_mode = model::UpgradeMode::kSavepoint;
      settings.deployment.has_savepoint_directory = true;
      break;
    case Assumption::kOneTransition: one_transition(settings); break;
    case Assumption::kNoFaults:
      erase_happenings(settings, [](const Happening& h) { return !is_change(h); });
      if (settings.environment.mirror) {
        settings.environment.mirror->partitions.clear();
      }
      break;
    case Assumption::kNoFailover: no_failover(settings); break;
    case Assumption::kNoPause:
      erase_actions(settings, Action::kPauseSubtask);
      erase_actions(settings, Action::kSlowSubtask);
      erase_actions(settings, Action::kPauseJob);
      erase_actions(settings, Action::kPauseTaskManager);
      erase_actions(settings, Action::kSlowTaskManager);
      erase_actions(settings, Action::kSlowApiServer);
      erase_actions(settings, Action::kPauseSource);
      erase_actions(settings, Action::kSlowChannels);
      settings.job.channel_capacity.reset();
      break;
    case Assumption::kNoRestart: erase_actions(settings, Action::kRestartOperator); break;
    case Assumption::kNoBlip: erase_actions(settings, Action::kChildNotReady); break;
    case Assumption::kNoConflicts: no_conflicts(settings); break;
    case Assumption::kPromptInformers: prompt_informers(settings); break;
    case Assumption::kBusyInputs:
    case Assumption::kMargin:
      assign_nothing(settings);
      know_all_partitions(settings);
      break;
    case Assumption::kSpacedTransitions:
    case Assumption::kNoAbort: break;
  }
}

}  // namespace

void restrict_to(Scenario& scenario, std::span<const Assumption> assumptions) {
  const auto assumes = [&](Assumption wanted) {
    return std::find(assumptions.begin(), assumptions.end(), wanted) != assumptions.end();
  };
  for (std::size_t i = 0; i < kAssumptionNames.size(); ++i) {
    if (assumes(static_cast<Assumption>(i))) {
      take_out(scenario, static_cast<Assumption>(i));
    }
  }
  const bool raises = assumes(Assumption::kSpacedTransitions) || assumes(Assumption::kBusyInputs) ||
                      assumes(Assumption::kMargin) || assumes(Assumption::kNoAbort);
  // What is raised depends on each other: a larger delay takes longer, a longer input has more room
  // for skew. Each only grows, and by less each time.
  constexpr int kRounds = 8;
  for (int round = 0; raises && round < kRounds; ++round) {
    const Settings before = scenario.settings;
    const std::optional<Margin> sufficient = sufficient_margin(before);
    const std::int64_t margin_ms = sufficient ? sufficient->total() : 0;
    if (assumes(Assumption::kSpacedTransitions)) {
      spaced_transitions(scenario, margin_ms);
    }
    if (assumes(Assumption::kBusyInputs)) {
      busy_inputs(scenario, margin_ms);
    }
    if (assumes(Assumption::kMargin)) {
      margin(scenario.settings, margin_ms);
    }
    if (assumes(Assumption::kNoAbort)) {
      no_abort(scenario.settings, margin_ms);
    }
    if (scenario.settings == before) {
      return;
    }
  }
}

}  // namespace scenarios
