#include "scenarios/random/margin.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "model/gate_rules.hpp"
#include "model/input.hpp"

namespace scenarios {

namespace {

using model::Action;
using model::InputSettings;
using model::OperatorKind;
using model::OperatorSettings;
using model::Settings;
using model::Ship;

const OperatorSettings& find(const Settings& settings, const std::string& id) {
  return *std::find_if(settings.job.operators.begin(), settings.job.operators.end(),
                       [&](const OperatorSettings& op) { return op.id == id; });
}

bool is_forward(const Settings& settings, const OperatorSettings& to, const model::Connection& in) {
  const bool is_equal = find(settings, in.from).parallelism == to.parallelism;
  return in.ship ? *in.ship == Ship::kForward : is_equal;
}

// Channels on the longest way to the sink; a chain has none (rt:T3).
std::int64_t exchanges(const Settings& settings) {
  std::map<std::string, std::int64_t> depth;
  std::int64_t most = 0;
  for (std::size_t round = 0; round < settings.job.operators.size(); ++round) {
    for (const OperatorSettings& op : settings.job.operators) {
      for (const model::Connection& in : op.inputs) {
        const bool is_answer = find(settings, in.from).kind == OperatorKind::kLookUp;
        const bool is_chained =
            op.inputs.size() == 1 && !is_answer && !in.takes_late && is_forward(settings, op, in);
        depth[op.id] = std::max(depth[op.id], depth[in.from] + (is_chained ? 0 : 1));
        most = std::max(most, depth[op.id]);
      }
    }
  }
  return most;
}

// What look-ups take on the longest way, and more: each counts.
std::int64_t answers_ms(const Settings& settings) {
  std::int64_t all = 0;
  for (const OperatorSettings& op : settings.job.operators) {
    all += op.latency.longest_ms;
  }
  return all;
}

// Whether barriers meet somewhere and hold back the channel of the first (rt:C6).
bool aligns(const Settings& settings) {
  const auto channels = [&](const OperatorSettings& op) {
    std::uint32_t all = 0;
    for (const model::Connection& in : op.inputs) {
      all += is_forward(settings, op, in) ? 1 : find(settings, in.from).parallelism;
    }
    return all;
  };
  return settings.job.checkpoint_interval &&
         std::any_of(settings.job.operators.begin(), settings.job.operators.end(),
                     [&](const OperatorSettings& op) { return channels(op) > 1; });
}

// For how long the outgoing job has been running, at least, when the gates agree on T: since its
// start until the next change of the spec, and while the incoming one is deployed.
std::int64_t running_for_ms(const Settings& settings) {
  const auto& deploy = settings.environment.deploy_time;
  std::int64_t least = std::numeric_limits<std::int64_t>::max();
  std::int64_t before = 0;
  for (const model::Happening& happening : settings.timeline) {
    if (happening.action == model::Action::kChangeSpec) {
      least = std::min(least, happening.at.ms() - before - first_deployment_ms(settings));
      before = happening.at.ms();
    }
  }
  return std::max<std::int64_t>(least, 0) + std::min(deploy[0].shortest_ms, deploy[1].shortest_ms);
}

// How long a record may wait in front of this source while its job is the outgoing one: its subtask
// is reading the other splits. Unless it reads twice as fast as its input comes and has caught up
// with what it found at its start before the gates agree on T, what was missed at each start
// counts, too.
std::int64_t waiting(const Settings& settings, const OperatorSettings& source,
                     const InputSettings& input) {
  const std::int64_t count = source.rate_limit ? source.rate_limit->count : source.parallelism;
  const std::int64_t per = source.rate_limit ? source.rate_limit->per_ms : 1;
  const std::int64_t share = (input.partitions + source.parallelism - 1) / source.parallelism;
  const std::int64_t pace = source.rate_limit ? per * source.parallelism / count + 1 : 1;
  const std::int64_t reading = (share - 1) * pace;
  // Of the subtask with the most splits: what reading takes, `busy` ms in `free` ms.
  const std::int64_t busy = per * source.parallelism * input.rate.count * share;
  const std::int64_t free = count * input.rate.per_ms * input.partitions;
  const std::int64_t outage = first_deployment_ms(settings);
  if (2 * busy <= free && 2 * outage * busy / free + reading + pace <= running_for_ms(settings)) {
    return reading;
  }
  const auto starts = static_cast<std::int64_t>(settings.timeline.size()) + 1;
  return reading + starts * outage + (busy <= free ? 0 : std::int64_t{input.count()} * pace);
}

std::int64_t waiting(const Settings& settings) {
  std::int64_t worst = 0;
  for (const OperatorSettings& op : settings.job.operators) {
    for (const InputSettings& input : settings.inputs) {
      if (op.kind == OperatorKind::kSource && input.name == op.reads) {
        worst = std::max(worst, waiting(settings, op, input));
      }
    }
  }
  return worst;
}

// The longest bound of a source's watermarks; none if one makes none.
std::optional<std::int64_t> watermark_bound(const Settings& settings) {
  std::int64_t most = 0;
  for (const OperatorSettings& op : settings.job.operators) {
    if (op.kind != OperatorKind::kSource) {
      continue;
    }
    if (!op.out_of_orderness || settings.job.auto_watermark_interval.ms() == 0) {
      return std::nullopt;
    }
    most = std::max(most, op.out_of_orderness->ms());
  }
  return most;
}

template <class Value>
std::int64_t over_happenings(const Settings& settings, Value value) {
  std::int64_t all = 0;
  for (const std::vector<model::Happening>* list :
       {&settings.timeline, &settings.environment.faults}) {
    for (const model::Happening& happening : *list) {
      all += value(happening);
    }
  }
  return all;
}

// How long it takes until everybody knows of a version of the ConfigMap.
std::int64_t telling(const Settings& settings) {
  std::int64_t longest = settings.environment.informer_lag.longest_ms;
  if (const auto& mirror = settings.environment.mirror) {
    longest += mirror->delay.longest_ms;
    for (const model::Partition& partition : mirror->partitions) {
      longest += (partition.until - partition.from).ms();
    }
  }
  return longest;
}

template <class Counts>
std::int64_t lasting(const Settings& settings, Counts counts) {
  return over_happenings(settings, [&](const model::Happening& happening) {
    return counts(happening) ? happening.lasts.ms() : 0;
  });
}

// By how much faults of a kind slow something down.
std::int64_t slowed(const Settings& settings, Action action) {
  return over_happenings(settings, [action](const model::Happening& happening) {
    return happening.action == action ? happening.by.ms() : 0;
  });
}

// What a gate never hears of no margin is enough for.
bool loses_events(const Settings& settings) {
  return over_happenings(settings, [](const model::Happening& happening) {
           const bool of_gate = happening.watcher == model::Watcher::kGate;
           return happening.action == Action::kDropWatchEvent && of_gate ? 1 : 0;
         }) > 0;
}

struct Arrival {
  std::int64_t at = 0;
  std::int64_t event_time = 0;  // then: the largest up to here
};

// All records of all inputs in the order in which they arrive, each with the largest event time so
// far.
std::vector<Arrival> heads(const std::vector<model::Input>& inputs) {
  std::vector<Arrival> all;
  for (const model::Input& input : inputs) {
    for (std::uint32_t k = 0; k < input.records(); ++k) {
      all.push_back(Arrival{input.arrival(k).ms, input.event_time(k).ms});
    }
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const Arrival& a, const Arrival& b) { return a.at < b.at; });
  for (std::size_t i = 1; i < all.size(); ++i) {
    all[i].event_time = std::max(all[i].event_time, all[i - 1].event_time);
  }
  return all;
}

// The largest event time that has arrived by then.
std::int64_t head_at(const std::vector<Arrival>& heads, std::int64_t at) {
  const auto after = std::upper_bound(heads.begin(), heads.end(), at,
                                      [](std::int64_t t, const Arrival& a) { return t < a.at; });
  return after == heads.begin() ? INT64_MIN / 2 : std::prev(after)->event_time;
}

// How far the input as a whole gets ahead of one of this input's splits.
std::int64_t ahead_of(const model::Input& input, const std::vector<Arrival>& heads,
                      std::int64_t later) {
  std::int64_t most = 0;
  for (std::uint32_t p = 0; p < input.partitions(); ++p) {
    std::optional<std::int64_t> largest;
    for (std::uint32_t i = 0; i < input.length(p); ++i) {
      const std::uint32_t k = input.place(p, i);
      const std::int64_t event_time = input.event_time(k).ms;
      if (largest && event_time > *largest) {
        most = std::max(most, head_at(heads, input.arrival(k).ms + later) - *largest);
      }
      largest = std::max(largest.value_or(event_time), event_time);
    }
    // Behind its last record a split falls behind for good.
    most = largest ? std::max(most, heads.back().event_time - *largest) : most;
  }
  return most;
}

// Processing time between two records of one gate subtask, if they are spread evenly.
std::int64_t record_gap_ms(const Settings& settings) {
  std::int64_t gap = 0;
  std::int64_t subtasks = 1;
  for (const model::OperatorSettings& op : settings.job.operators) {
    subtasks = std::max<std::int64_t>(subtasks, op.parallelism);
    subtasks *= op.kind == OperatorKind::kFilter ? std::max(op.keep.every, 1U) : 1U;
  }
  for (const InputSettings& input : settings.inputs) {
    gap = std::max(gap, input.rate.per_ms / input.rate.count + std::int64_t{1});
  }
  return gap * subtasks;
}

// How long it takes that event time goes on by so much.
std::int64_t time_for(const Settings& settings, std::int64_t event_ms) {
  std::int64_t longest = 0;
  for (const InputSettings& input : settings.inputs) {
    const std::int64_t step = std::max<std::int64_t>(input.event_step.ms(), 1);
    longest = std::max(longest, (event_ms / step + 2) * input.rate.per_ms / input.rate.count + 1);
  }
  return longest;
}

// From stage TRANSITIONING to the last report of a gate.
std::int64_t gate_phase_ms(const Settings& settings, std::int64_t margin_ms) {
  const std::int64_t lag = telling(settings);
  const std::int64_t window = model::kWriteDelayMs + 1'999 + record_gap_ms(settings);
  const std::int64_t reschedule = settings.deployment.reschedule_interval.ms();
  // Three writes of gates, each a window that may just have been missed, and its delivery; the way
  // to T; 30 s for a subtask without records, 10 s for the metrics (p2:R4.1, R4.2).
  return 3 * (2 * window + lag) +
         time_for(settings, settings.deployment.deletion_delay.value.count() + margin_ms) + 40'000 +
         record_gap_ms(settings) + 4 * (reschedule + lag);
}

}  // namespace

std::optional<Margin> sufficient_margin(const Settings& settings) {
  const std::optional<std::int64_t> bound = watermark_bound(settings);
  if (!bound || loses_events(settings)) {
    return std::nullopt;
  }
  const model::EnvironmentSettings& around = settings.environment;
  const std::int64_t alignment =
      aligns(settings) ? around.notice_delay.longest_ms - around.notice_delay.shortest_ms : 0;
  const auto changes =
      std::count_if(settings.timeline.begin(), settings.timeline.end(),
                    [](const model::Happening& h) { return h.action == Action::kChangeSpec; });
  // A gate waits for the answers to ten reads and ten writes at most (p2:R3.2).
  const std::int64_t api = slowed(settings, Action::kSlowApiServer);
  Margin margin;
  margin.bound = *bound + 2;
  margin.stale = settings.job.auto_watermark_interval.ms() +
                 exchanges(settings) * around.channel_delay.longest_ms + answers_ms(settings) +
                 alignment + waiting(settings) +
                 lasting(settings,
                         [changes](const model::Happening& h) {
                           const bool holds_back = !h.operator_id.empty() ||
                                                   h.action == Action::kPauseJob ||
                                                   h.action == Action::kPauseTaskManager ||
                                                   h.action == Action::kSlowTaskManager;
                           return holds_back && (h.job == model::Color::kBlue || changes > 1);
                         }) +
                 exchanges(settings) * slowed(settings, Action::kSlowChannels) +
                 slowed(settings, Action::kSlowJobManager) + (20 * api);
  margin.spread = telling(settings) +
                  lasting(settings,
                          [](const model::Happening& h) {
                            const bool is_told_late = h.action == Action::kFreezeInformer ||
                                                      h.action == Action::kBreakWatch;
                            return h.action == Action::kStopApiServer ||
                                   (is_told_late && h.watcher == model::Watcher::kGate);
                          }) +
                  api;
  std::vector<model::Input> inputs;
  for (const InputSettings& input : settings.inputs) {
    inputs.emplace_back(input, settings.inputs.front().event_start);
  }
  const std::vector<Arrival> all = heads(inputs);
  for (const model::Input& input : inputs) {
    margin.ahead = std::max(margin.ahead, ahead_of(input, all, margin.stale + margin.spread));
  }
  return margin;
}

std::int64_t first_deployment_ms(const Settings& settings) {
  const model::EnvironmentSettings& environment = settings.environment;
  return std::max(environment.deploy_time[0].longest_ms, environment.deploy_time[1].longest_ms) +
         environment.open_time.longest_ms + environment.checkpoint_time.longest_ms +
         2 * telling(settings) + 3 * settings.deployment.reschedule_interval.ms();
}

std::int64_t hand_over_time_ms(const Settings& settings, std::int64_t margin_ms) {
  const std::int64_t lag = telling(settings);
  const std::int64_t checkpoint =
      settings.job.checkpoint_interval.value_or(sim::ProcessingSpan{}).ms();
  const std::int64_t reschedule = settings.deployment.reschedule_interval.ms();
  const std::int64_t savepoint =
      2 * (2 * exchanges(settings) * std::int64_t{settings.environment.channel_delay.longest_ms} +
           2 * answers_ms(settings) + settings.environment.notice_delay.longest_ms +
           settings.environment.checkpoint_time.longest_ms) +
      checkpoint;
  return 2 * savepoint + first_deployment_ms(settings) + gate_phase_ms(settings, margin_ms) +
         settings.deployment.deletion_delay.value.count() + 10 * (reschedule + lag);
}

}  // namespace scenarios
