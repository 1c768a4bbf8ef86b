#include "scenarios/reader/check_random.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "model/mutations.hpp"
#include "scenarios/reader/value.hpp"

namespace scenarios {
namespace {

namespace limits = model::limits;

class RandomChecks {
 public:
  RandomChecks(const Scenario& scenario, const Document& document)
      : scenario_(scenario),
        random_(*scenario.random),
        settings_(scenario.settings),
        document_(document) {}

  void run() {
    check_moments();
    check_listed();
    check_inputs();
    if (random_.job) {
      check_job(*random_.job);
    }
    check_upgrade_modes();
  }

 private:
  void complain(Document::Path path, std::string text) const {
    path.insert(path.begin(), "random");
    document_.complain(path, std::move(text));
  }

  // When the last change of the spec can come.
  [[nodiscard]] std::uint64_t last_change() const {
    if (random_.transitions) {
      const RandomTransitions& transitions = *random_.transitions;
      const std::uint64_t more = std::max(transitions.how_many.most, 1U) - 1;
      return transitions.first_ms.most + more * transitions.apart_ms.most;
    }
    std::uint64_t last = 0;
    for (const model::Happening& happening : settings_.timeline) {
      last = std::max(last, static_cast<std::uint64_t>(happening.at.ms()));
    }
    return last;
  }

  void check_moments() const {
    const auto horizon = static_cast<std::uint64_t>(scenario_.horizon.ms());
    const auto found = [&](std::uint64_t ms) {
      return "up to the horizon of " + spelled_duration(horizon) + ", found one at " +
             spelled_duration(ms);
    };
    if (random_.transitions && last_change() > horizon) {
      complain({"transitions"}, "expected changes " + found(last_change()));
    } else if (random_.faults) {
      const std::uint64_t last = last_change() + random_.faults->after_change_ms.most;
      if (last > horizon) {
        complain({"faults", "after_change"}, "expected faults " + found(last));
      }
    }
  }

  [[nodiscard]] std::uint64_t most_inputs() const {
    return random_.job ? random_.job->sources.most : settings_.inputs.size();
  }

  // The largest input that can be drawn.
  struct Largest {
    std::uint64_t records = 0;
    std::uint64_t arrival_ms = 0;
    std::uint64_t spread_ms = 0;
  };
  [[nodiscard]] Largest largest(const model::InputSettings& input) const {
    const RandomInput ranges = random_.input.value_or(RandomInput{});
    const model::Rate fastest =
        ranges.rate ? model::Rate{ranges.rate->count.most, ranges.rate->per_ms} : input.rate;
    const model::Rate slowest =
        ranges.rate ? model::Rate{ranges.rate->count.least, ranges.rate->per_ms} : input.rate;
    Largest most;
    most.records = std::max(input.count(), 1U);
    most.arrival_ms = (most.records - 1) * slowest.per_ms / slowest.count;
    if (ranges.goes_on_for_ms) {
      most.arrival_ms = last_change() + ranges.goes_on_for_ms->most;
      most.records = most.arrival_ms * fastest.count / fastest.per_ms + 1;
    }
    // At a speed event time goes on by so many ms a ms, but by 1 ms a record at least.
    const auto step = static_cast<std::uint64_t>(input.event_step.ms());
    most.spread_ms = ranges.speed ? std::max(most.arrival_ms * ranges.speed->most, most.records)
                                  : most.records * step;
    const auto outliers = [](const std::optional<Between>& range, const model::Outliers& plain) {
      return range ? std::uint64_t{range->most} : static_cast<std::uint64_t>(plain.by.ms());
    };
    most.spread_ms +=
        outliers(ranges.out_of_order_ms, input.out_of_order) + outliers(ranges.late_ms, input.late);
    return most;
  }

  void check_listed() const {
    const bool none_computes = std::all_of(settings_.inputs.begin(), settings_.inputs.end(),
                                           [](const auto& input) { return input.is_listed(); });
    if (random_.input && none_computes) {
      complain({"input"}, "expected an input that computes its records, found none");
    }
  }

  void check_inputs() const {
    std::uint64_t records = 0;
    std::uint64_t spread = 0;
    std::uint64_t arrival = 0;
    for (const model::InputSettings& input : settings_.inputs) {
      if (input.is_listed()) {
        continue;  // within the limits as it is
      }
      const Largest most = largest(input);
      records = std::max(records, most.records);
      spread = std::max(spread, most.spread_ms);
      arrival = std::max(arrival, most.arrival_ms);
    }
    const auto [first, last] = std::minmax_element(
        settings_.inputs.begin(), settings_.inputs.end(),
        [](const auto& a, const auto& b) { return a.event_start < b.event_start; });
    spread += static_cast<std::uint64_t>((last->event_start - first->event_start).ms());
    if (records * most_inputs() > limits::kRecords) {
      complain({"input"}, "expected at most " + std::to_string(limits::kRecords) +
                              " records in all inputs, found up to " +
                              std::to_string(records * most_inputs()));
    }
    if (spread > limits::kEventSpreadMs) {
      complain({"input"}, "expected event times within " +
                              spelled_duration(limits::kEventSpreadMs) +
                              " of each other, found up to " + spelled_duration(spread));
    }
    if (arrival > limits::kDurationMs) {
      complain({"input"}, "expected the last record within " +
                              spelled_duration(limits::kDurationMs) + ", found it later");
    }
  }

  // What the drawn sink may be.
  [[nodiscard]] std::vector<model::Guarantee> guarantees(const RandomJob& job) const {
    std::vector<model::Guarantee> possible = job.guarantees;
    for (const model::OperatorSettings& op : settings_.job.operators) {
      if (possible.empty() && op.kind == model::OperatorKind::kSink) {
        possible.push_back(op.guarantee);
      }
    }
    return possible;
  }

  void check_job(const RandomJob& job) const {
    using model::Guarantee;
    const std::uint64_t assigned =
        job.assigned_ms ? std::uint64_t{2} * job.assigned_ms->most * job.operators.most : 0;
    if (assigned > limits::kEventSpreadMs) {
      complain({"job", "assigned"}, "expected timestamps to be assigned within " +
                                        spelled_duration(limits::kEventSpreadMs) +
                                        " of each other, in all, found up to " +
                                        spelled_duration(assigned));
    }
    const std::vector<Guarantee> possible = guarantees(job);
    const auto is = [&](Guarantee guarantee) {
      return std::find(possible.begin(), possible.end(), guarantee) != possible.end();
    };
    if (is(Guarantee::kExactlyOnce) && !settings_.job.checkpoint_interval) {
      complain({"job", "guarantees"},
               "expected /job/checkpointing/interval for an exactly_once sink (rt:C1), found none");
    }
    if (possible == std::vector{Guarantee::kUpsert}) {
      complain({"job", "guarantees"},
               "expected one besides upsert, for where keys lose their order (rt:T4), found none");
    }
    if (!job.kafka.empty() && !is(Guarantee::kExactlyOnce)) {
      complain({"job", "kafka"}, "expected exactly_once among the guarantees, found none");
    }
  }

  // p2:R4.5. One of them must be left where the protocol accepts fewer.
  void check_upgrade_modes() const {
    const auto protocol = model::effective_protocol(settings_.deployment);
    if (!protocol || !protocol->validation.refuses_stateless || !random_.deployment) {
      return;
    }
    const auto& modes = random_.deployment->upgrade_modes;
    const bool only_stateless =
        !modes.empty() && std::all_of(modes.begin(), modes.end(), [](model::UpgradeMode mode) {
          return mode == model::UpgradeMode::kStateless;
        });
    if (only_stateless) {
      complain({"deployment", "upgrade_modes"}, "expected \"savepoint\" among them with protocol " +
                                                    in_quotes(settings_.deployment.protocol) +
                                                    " (p2:R4.5), found \"stateless\" alone");
    }
  }

  const Scenario& scenario_;
  const RandomSection& random_;
  const model::Settings& settings_;
  const Document& document_;
};

}  // namespace

void check_random(const Scenario& scenario, const Document& document) {
  RandomChecks{scenario, document}.run();
}

}  // namespace scenarios
