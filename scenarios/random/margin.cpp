#include "scenarios/random/margin.hpp"

#include <algorithm>
#include <limits>
#include <optional>

#include "model/gate_rules.hpp"

namespace scenarios {

namespace {

using model::InputSettings;
using model::OperatorKind;
using model::Settings;

// When record k arrives; with listed records everything counts as there from the start.
std::int64_t arrival_ms(const InputSettings& input, std::int64_t k) {
  return input.is_listed() ? 0 : k * input.rate.per_ms / input.rate.count;
}

// The place in event time, outliers aside, of what arrived last by `at_ms`.
std::int64_t latest_by(const InputSettings& input, std::int64_t at_ms) {
  if (input.is_listed()) {
    model::EventTime latest = input.event_start;
    for (const model::ListedRecord& record : input.listed) {
      latest = std::max(latest, record.event_time);
    }
    return latest.ms();
  }
  const std::int64_t arrived = at_ms * input.rate.count / input.rate.per_ms + 1;
  return input.event_start.ms() +
         input.event_step.ms() * std::min(arrived, std::int64_t{input.records} - 1);
}

std::int64_t hops(const Settings& settings) {
  return static_cast<std::int64_t>(settings.job.operators.size());
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

// How long a record may wait in front of this source while its job is the outgoing one. A source
// that reads twice as fast as its input comes has caught up with what it found at its start before
// the gates agree on T; otherwise what it missed at each start may still be before it.
std::int64_t behind_ms(const Settings& settings, const model::OperatorSettings& source,
                       const InputSettings& input) {
  // Of the subtask with the most partitions: what reading takes, `busy` ms in `free` ms.
  const std::int64_t count = source.rate_limit ? source.rate_limit->count : source.parallelism;
  const std::int64_t per = source.rate_limit ? source.rate_limit->per_ms : 1;
  const std::int64_t partitions = input.partitions;
  const std::int64_t share = (partitions + source.parallelism - 1) / source.parallelism;
  const std::int64_t pace = per * source.parallelism / count + 1;
  const std::int64_t busy = per * source.parallelism * input.rate.count * share;
  const std::int64_t free = count * input.rate.per_ms * partitions;
  const std::int64_t outage = first_deployment_ms(settings);
  const std::int64_t in_step = (partitions + 1) * pace;
  if (2 * busy <= free && 2 * outage * busy / free + in_step <= running_for_ms(settings)) {
    return in_step;
  }
  const auto starts = static_cast<std::int64_t>(settings.timeline.size()) + 1;
  return busy <= free ? in_step + starts * outage
                      : in_step + starts * outage + std::int64_t{input.count()} * pace;
}

std::int64_t behind_ms(const Settings& settings) {
  std::int64_t worst = 0;
  for (const model::OperatorSettings& op : settings.job.operators) {
    for (const InputSettings& input : settings.inputs) {
      if (op.kind == OperatorKind::kSource && input.name == op.reads) {
        worst = std::max(worst, behind_ms(settings, op, input));
      }
    }
  }
  return worst;
}

std::int64_t path_ms(const Settings& settings) {
  return 2 * hops(settings) * std::int64_t{settings.environment.channel_delay.longest_ms} +
         settings.environment.notice_delay.longest_ms;
}

// Largest over all moments at which both have begun: where an input ends, or at the start.
std::int64_t skew_ms(const Settings& settings, std::int64_t later_ms) {
  std::int64_t most = 0;
  for (const InputSettings& ahead : settings.inputs) {
    for (const InputSettings& back : settings.inputs) {
      for (const std::int64_t at :
           {std::int64_t{0}, std::max<std::int64_t>(arrival_ms(ahead, ahead.records) - later_ms, 0),
            arrival_ms(back, back.records)}) {
        const std::int64_t difference = latest_by(ahead, at + later_ms) - latest_by(back, at);
        most = std::max(most, difference + ahead.event_step.ms() + back.event_step.ms());
      }
    }
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

}  // namespace

std::int64_t first_deployment_ms(const Settings& settings) {
  const model::EnvironmentSettings& environment = settings.environment;
  return std::max(environment.deploy_time[0].longest_ms, environment.deploy_time[1].longest_ms) +
         environment.open_time.longest_ms + environment.checkpoint_time.longest_ms +
         2 * std::int64_t{environment.informer_lag.longest_ms} +
         3 * settings.deployment.reschedule_interval.ms();
}

std::int64_t sufficient_margin_ms(const Settings& settings) {
  const std::int64_t lag = settings.environment.informer_lag.longest_ms;
  const std::int64_t stale =
      settings.job.auto_watermark_interval.ms() + path_ms(settings) + behind_ms(settings);
  std::int64_t gaps = 0;
  std::int64_t bound = 0;
  for (const InputSettings& input : settings.inputs) {
    const std::int64_t outliers =
        (input.out_of_order.which.every != 0 ? input.out_of_order.by.ms() : 0) +
        (input.late.which.every != 0 ? input.late.by.ms() : 0);
    const std::int64_t gap = input.is_listed()
                                 ? latest_by(input, 0) - input.event_start.ms()
                                 : input.event_step.ms() * (input.partitions + std::int64_t{1});
    gaps = std::max(gaps, gap + outliers);
  }
  for (const model::OperatorSettings& op : settings.job.operators) {
    bound = std::max(bound, op.out_of_orderness.value_or(model::EventSpan{}).ms());
  }
  return skew_ms(settings, lag + stale) + gaps + bound + 1;
}

std::int64_t gate_phase_ms(const Settings& settings) {
  const std::int64_t lag = settings.environment.informer_lag.longest_ms;
  const std::int64_t window = model::kWriteDelayMs + 1'999 + record_gap_ms(settings);
  const std::int64_t reschedule = settings.deployment.reschedule_interval.ms();
  // Three writes of gates, each a window that may just have been missed, and its delivery; the way
  // to T; 30 s for a subtask without records, 10 s for the metrics (p2:R4.1, R4.2).
  return 3 * (2 * window + lag) +
         time_for(settings, settings.deployment.deletion_delay.value.count() +
                                sufficient_margin_ms(settings)) +
         40'000 + record_gap_ms(settings) + 4 * (reschedule + lag);
}

std::int64_t hand_over_time_ms(const Settings& settings) {
  const std::int64_t lag = settings.environment.informer_lag.longest_ms;
  const std::int64_t checkpoint =
      settings.job.checkpoint_interval.value_or(sim::ProcessingSpan{}).ms();
  const std::int64_t reschedule = settings.deployment.reschedule_interval.ms();
  const std::int64_t savepoint =
      2 * (path_ms(settings) + settings.environment.checkpoint_time.longest_ms) + checkpoint;
  return 2 * savepoint + first_deployment_ms(settings) + gate_phase_ms(settings) +
         settings.deployment.deletion_delay.value.count() + 10 * (reschedule + lag);
}

}  // namespace scenarios
