#include "scenarios/tune/margin.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "model/input.hpp"

namespace scenarios {

namespace {

using model::Action;
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
std::int64_t hops(const Settings& settings) {
  std::map<std::string, std::int64_t> depth;
  std::int64_t most = 0;
  for (std::size_t round = 0; round < settings.job.operators.size(); ++round) {
    for (const OperatorSettings& op : settings.job.operators) {
      for (const model::Connection& in : op.inputs) {
        const bool is_chained = op.inputs.size() == 1 && is_forward(settings, op, in);
        depth[op.id] = std::max(depth[op.id], depth[in.from] + (is_chained ? 0 : 1));
        most = std::max(most, depth[op.id]);
      }
    }
  }
  return most;
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

// How long a record may wait because its subtask is reading the other splits.
std::int64_t reading(const OperatorSettings& source, const model::InputSettings& input) {
  const std::int64_t splits = (input.partitions + source.parallelism - 1) / source.parallelism;
  const std::int64_t pace = source.rate_limit
                                ? std::int64_t{source.rate_limit->per_ms} * source.parallelism /
                                          source.rate_limit->count +
                                      1
                                : 1;
  return (splits - 1) * pace;
}

template <class Counts>
std::int64_t lasting(const Settings& settings, Counts counts) {
  std::int64_t all = 0;
  for (const std::vector<model::Happening>* list :
       {&settings.timeline, &settings.environment.faults}) {
    for (const model::Happening& happening : *list) {
      all += counts(happening) ? happening.lasts.ms() : 0;
    }
  }
  return all;
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

}  // namespace

std::optional<Margin> sufficient_margin(const Settings& settings) {
  const model::EnvironmentSettings& around = settings.environment;
  Margin margin;
  std::int64_t waiting = 0;
  for (const OperatorSettings& op : settings.job.operators) {
    if (op.kind != OperatorKind::kSource) {
      continue;
    }
    if (!op.out_of_orderness || settings.job.auto_watermark_interval.ms() == 0) {
      return std::nullopt;
    }
    margin.bound = std::max(margin.bound, op.out_of_orderness->ms() + 2);
    for (const model::InputSettings& input : settings.inputs) {
      waiting = input.name == op.reads ? std::max(waiting, reading(op, input)) : waiting;
    }
  }
  const std::int64_t alignment =
      aligns(settings) ? around.notice_delay.longest_ms - around.notice_delay.shortest_ms : 0;
  margin.stale = settings.job.auto_watermark_interval.ms() +
                 hops(settings) * around.channel_delay.longest_ms + alignment + waiting +
                 lasting(settings, [](const model::Happening& h) {
                   return h.action == Action::kPauseSubtask && h.job == model::Color::kBlue;
                 });
  margin.spread =
      around.informer_lag.longest_ms + lasting(settings, [](const model::Happening& h) {
        return h.action == Action::kFreezeInformer && h.watcher == model::Watcher::kGate;
      });
  std::vector<model::Input> inputs;
  for (const model::InputSettings& input : settings.inputs) {
    inputs.emplace_back(input, settings.inputs.front().event_start);
  }
  const std::vector<Arrival> all = heads(inputs);
  for (const model::Input& input : inputs) {
    margin.ahead = std::max(margin.ahead, ahead_of(input, all, margin.stale + margin.spread));
  }
  return margin;
}

}  // namespace scenarios
