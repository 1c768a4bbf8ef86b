#include "scenarios/reader/cross_checks.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "model/protocol.hpp"
#include "scenarios/reader/value.hpp"

namespace scenarios {
namespace {

namespace limits = model::limits;

constexpr const char* kDeletionDelay = "kubernetes.operator.bluegreen.deployment-deletion.delay";
constexpr const char* kGateTimeout = "kubernetes.operator.bluegreen.gate.timeout";
const Document::Path kCheckpointInterval{"job", "checkpointing", "interval"};
const Document::Path kCheckpointIntervalInFlink{"deployment", "flink_configuration",
                                                "execution.checkpointing.interval"};

// What an input's event times can span at most.
struct Stretch {
  std::int64_t earliest = 0;
  std::int64_t latest = 0;
};

Stretch stretch_of(const model::InputSettings& input) {
  Stretch stretch;
  stretch.latest =
      input.event_start.ms() + input.event_step.ms() * (std::max(input.records, 1U) - 1);
  stretch.earliest = input.event_start.ms();
  for (const model::Outliers& outliers : {input.out_of_order, input.late}) {
    const bool any = outliers.which.every != 0 && outliers.which.offset < input.records;
    stretch.earliest -= any ? outliers.by.ms() : 0;
  }
  return stretch;
}

// When the last record arrives.
std::uint64_t last_arrival_ms(const model::InputSettings& input) {
  return static_cast<std::uint64_t>(std::max(input.records, 1U) - 1) * input.rate.per_ms /
         input.rate.count;
}

// p2:R4.5: not from STATELESS.
bool rejects_stateless(std::string_view protocol) { return protocol == "flip504-r5"; }
// p2:R3.9: from r4 on the gate timeout is validated against the deletion delay.
bool validates_gate_timeout(std::string_view protocol) {
  return protocol == "flip504-r4" || protocol == "flip504-r5";
}

bool has_gate(const Scenario& scenario) {
  const auto protocol = model::find_protocol(scenario.settings.deployment.protocol);
  return protocol && protocol->has_gate;
}

void check_advanced(const Scenario& scenario, const Document& document) {
  const model::DeploymentSettings& deployment = scenario.settings.deployment;
  const Document::Path mode{"deployment", "transition_mode"};
  const Json* given = document.find(mode);
  if (given == nullptr || given->text != "ADVANCED") {
    document.complain(mode, "expected transition_mode \"ADVANCED\" with protocol " +
                                in_quotes(deployment.protocol) + ", found " +
                                (given == nullptr ? "none" : given->described()));
  }
  if (deployment.gate_position != model::GatePosition::kBeforeSink) {
    const Document::Path position{"deployment", "gate", "position"};
    document.complain(position, document.find(position)->described() + " is not modelled yet");
  }
  if (deployment.upgrade_mode == model::UpgradeMode::kStateless &&
      rejects_stateless(deployment.protocol)) {
    document.complain({"deployment", "upgrade_mode"},
                      "expected upgrade_mode \"savepoint\" with protocol " +
                          in_quotes(deployment.protocol) + " (p2:R4.5), found \"stateless\"");
  }
  const std::int64_t delay = deployment.deletion_delay.value.count();
  const std::int64_t timeout = deployment.gate_timeout.value_or(deployment.abort_grace).ms();
  if (validates_gate_timeout(deployment.protocol) && timeout <= delay) {
    const Document::Path configuration{"deployment", "configuration"};
    const bool timeout_given =
        document.find({"deployment", "configuration", kGateTimeout}) != nullptr;
    document.complain(
        {"deployment", "configuration", timeout_given ? kGateTimeout : kDeletionDelay},
        "expected a gate timeout above the deletion delay (p2:R3.9), found " +
            spelled_duration(static_cast<std::uint64_t>(timeout)) + " and " +
            spelled_duration(static_cast<std::uint64_t>(delay)));
  }
}

}  // namespace

void check_inputs(const Scenario& scenario, const Document& document) {
  std::uint64_t records = 0;
  std::int64_t earliest = std::numeric_limits<std::int64_t>::max();
  std::int64_t latest = std::numeric_limits<std::int64_t>::min();
  for (const model::InputSettings& input : scenario.settings.inputs) {
    records += input.records;
    const Stretch stretch = stretch_of(input);
    earliest = std::min(earliest, stretch.earliest);
    latest = std::max(latest, stretch.latest);
    if (last_arrival_ms(input) > limits::kDurationMs) {
      document.complain({"input", input.name, "rate"}, "expected the last record within " +
                                                           spelled_duration(limits::kDurationMs) +
                                                           ", found it later");
    }
  }
  if (records > limits::kRecords) {
    document.complain({"input"}, "expected at most " + std::to_string(limits::kRecords) +
                                     " records in all inputs, found " + std::to_string(records));
  }
  if (!scenario.settings.inputs.empty() && latest - earliest > limits::kEventSpreadMs) {
    document.complain({"input"},
                      "expected event times within " + spelled_duration(limits::kEventSpreadMs) +
                          " of each other, found " +
                          spelled_duration(static_cast<std::uint64_t>(latest - earliest)));
  }
}

void check_deployment(const Scenario& scenario, const Document& document) {
  if (has_gate(scenario)) {
    check_advanced(scenario, document);
  }
}

// phase2.md section 7: with the gate before the sink there is exactly one sink, else the job does
// not start.
void check_sinks(const Scenario& scenario, const Document& document) {
  const auto& operators = scenario.settings.job.operators;
  const auto sinks = std::count_if(operators.begin(), operators.end(), [](const auto& op) {
    return op.kind == model::OperatorKind::kSink;
  });
  if (sinks != 1 && has_gate(scenario) &&
      scenario.settings.deployment.gate_position == model::GatePosition::kBeforeSink) {
    document.complain(
        {"job", "operators"},
        "expected exactly one sink for the gate to stand before (BEFORE_SINK), found " +
            std::to_string(sinks));
  }
}

void check_settings_given_twice(const Document& document) {
  struct Pair {
    Document::Path first;
    Document::Path second;
    std::string_view shown;
  };
  const std::array pairs{
      Pair{kCheckpointInterval, kCheckpointIntervalInFlink, "/job/checkpointing/interval"},
      Pair{{"job", "auto_watermark_interval"},
           {"deployment", "flink_configuration", "pipeline.auto-watermark-interval"},
           "/job/auto_watermark_interval"}};
  for (const Pair& pair : pairs) {
    if (document.find(pair.first) != nullptr && document.find(pair.second) != nullptr) {
      document.complain(pair.second, "expected the setting once, found it in " +
                                         std::string(pair.shown) + " too");
    }
  }
}

void check_guarantees(const Scenario& scenario, const Document& document) {
  if (document.find(kCheckpointInterval) != nullptr ||
      document.find(kCheckpointIntervalInFlink) != nullptr) {
    return;
  }
  const auto& operators = scenario.settings.job.operators;
  for (std::size_t i = 0; i < operators.size(); ++i) {
    if (operators[i].kind == model::OperatorKind::kSink &&
        operators[i].guarantee == model::Guarantee::kExactlyOnce) {
      document.complain(
          {"job", "operators", std::to_string(i), "guarantee"},
          "expected /job/checkpointing/interval for an exactly_once sink (rt:C1), found"
          " none");
    }
  }
}

void check_timeline(const Scenario& scenario, const Document& document) {
  const auto& timeline = scenario.settings.timeline;
  for (std::size_t i = 0; i < timeline.size(); ++i) {
    if (timeline[i].at > scenario.horizon) {
      document.complain({"timeline", std::to_string(i), "at"},
                        "expected an instant up to the horizon of " +
                            spelled_duration(static_cast<std::uint64_t>(scenario.horizon.ms())) +
                            ", found " +
                            spelled_duration(static_cast<std::uint64_t>(timeline[i].at.ms())));
    }
  }
}

}  // namespace scenarios
