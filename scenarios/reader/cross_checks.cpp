#include "scenarios/reader/cross_checks.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "model/actions.hpp"
#include "model/gate_injection.hpp"
#include "model/mutations.hpp"
#include "model/protocol.hpp"
#include "model/validation.hpp"
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
  if (input.is_listed()) {
    stretch = Stretch{input.event_start.ms(), input.event_start.ms()};
    for (const model::ListedRecord& record : input.listed) {
      stretch.latest = std::max(stretch.latest, record.event_time.ms());
    }
    return stretch;
  }
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
  if (input.is_listed()) {
    return 0;  // each of them is checked by itself
  }
  return static_cast<std::uint64_t>(std::max(input.records, 1U) - 1) * input.rate.per_ms /
         input.rate.count;
}

void apply(const std::string& mutation, model::Protocol& protocol) {
  model::find_mutation(mutation)->apply(protocol);
}

// The protocol of the deployment without its mutations.
std::optional<model::Protocol> plain_protocol(const Scenario& scenario) {
  return model::find_protocol(scenario.settings.deployment.protocol);
}

bool has_gate(const Scenario& scenario) {
  const auto protocol = plain_protocol(scenario);
  return protocol && protocol->has_gate;
}

bool same_rules(const model::Protocol& a, const model::Protocol& b) {
  return a.gate == b.gate && a.controller == b.controller && a.validation == b.validation &&
         a.clock == b.clock && a.partitioner == b.partitioner;
}

// Without a gate there is nothing of Phase 2 that a mutation could change.
bool makes_difference(const std::string& mutation, const model::Protocol& protocol) {
  model::Protocol mutated = protocol;
  apply(mutation, mutated);
  const bool of_phase_two = mutation.starts_with("p2:");
  return (protocol.has_gate || !of_phase_two) && !same_rules(mutated, protocol);
}

// Whether the later one leaves nothing of the earlier one.
bool undoes(const std::string& later, const std::string& earlier, const model::Protocol& protocol) {
  model::Protocol both = protocol;
  apply(earlier, both);
  apply(later, both);
  model::Protocol alone = protocol;
  apply(later, alone);
  return same_rules(both, alone);
}

void check_advanced(const Scenario& scenario, const model::Protocol& protocol,
                    const Document& document) {
  const model::DeploymentSettings& deployment = scenario.settings.deployment;
  const Document::Path mode{"deployment", "transition_mode"};
  const Json* given = document.find(mode);
  if (given == nullptr || given->text != "ADVANCED") {
    document.complain(mode, "expected transition_mode \"ADVANCED\" with protocol " +
                                in_quotes(deployment.protocol) + ", found " +
                                (given == nullptr ? "none" : given->described()));
  }
  if (model::refuses_upgrade_mode(protocol.validation, deployment)) {
    document.complain({"deployment", "upgrade_mode"},
                      "expected upgrade_mode \"savepoint\" with protocol " +
                          in_quotes(deployment.protocol) + " (p2:R4.5), found \"stateless\"");
  }
  if (model::refuses_gate_timeout(protocol.validation, deployment)) {
    const std::int64_t delay = deployment.deletion_delay.value.count();
    const std::int64_t timeout = model::gate_timeout(deployment).ms();
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

// How many subtasks what the happening names has; none if there is no such thing.
std::optional<std::uint32_t> parallelism_of(const model::Happening& happening,
                                            const Scenario& scenario) {
  if (takes(happening.action, model::Detail::kWatcher) && !has_gate(scenario)) {
    return std::nullopt;
  }
  return subtasks_meant(happening, scenario.settings.job, scenario.settings.deployment.gate);
}

// What it says of an operator that is none of those that the action can be about.
std::string misfit(const model::Happening& happening, const Scenario& scenario) {
  const auto& operators = scenario.settings.job.operators;
  const auto found = std::find_if(operators.begin(), operators.end(),
                                  [&](const auto& op) { return op.id == happening.operator_id; });
  if (found == operators.end()) {
    return "an operator of the job";
  }
  const bool is_source = found->kind == model::OperatorKind::kSource;
  return happening.action == model::Action::kPauseSource && !is_source ? "a source" : "";
}

void check_subtask(const model::Happening& happening, const Document::Path& path,
                   const Scenario& scenario, const Document& document) {
  const std::optional<std::uint32_t> parallelism = parallelism_of(happening, scenario);
  const auto below = [&](const char* key) {
    Document::Path longer = path;
    longer.emplace_back(key);
    return longer;
  };
  if (!happening.operator_id.empty()) {
    const std::string wanted = misfit(happening, scenario);
    if (!wanted.empty()) {
      document.complain(below("operator"), "expected the id of " + wanted + ", found " +
                                               in_quotes(happening.operator_id));
    }
  }
  if (happening.subtask && parallelism && *happening.subtask >= *parallelism) {
    document.complain(below("subtask"), "expected a subtask below the parallelism of " +
                                            std::to_string(*parallelism) + ", found " +
                                            std::to_string(*happening.subtask));
  }
}

}  // namespace

void check_inputs(const Scenario& scenario, const Document& document) {
  std::uint64_t records = 0;
  std::int64_t earliest = std::numeric_limits<std::int64_t>::max();
  std::int64_t latest = std::numeric_limits<std::int64_t>::min();
  for (const model::InputSettings& input : scenario.settings.inputs) {
    records += input.count();
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

void check_event_time(const Scenario& scenario, const Document& document) {
  const auto& operators = scenario.settings.job.operators;
  std::int64_t shifts = 0;
  for (std::size_t i = 0; i < operators.size(); ++i) {
    shifts += operators[i].retiming.later.ms() + operators[i].retiming.earlier.by.ms();
    if (operators[i].kind != model::OperatorKind::kSource && operators[i].alignment) {
      document.complain(
          {"job", "operators", std::to_string(i), "watermarks", "alignment"},
          "expected a source to be aligned (rt:AL8), found " + in_quotes(operators[i].id));
    }
  }
  if (shifts > limits::kEventSpreadMs) {
    document.complain({"job", "operators"},
                      "expected timestamps to be assigned within " +
                          spelled_duration(limits::kEventSpreadMs) +
                          " of each other, in all, found " +
                          spelled_duration(static_cast<std::uint64_t>(shifts)));
  }
  for (const model::InputSettings& input : scenario.settings.inputs) {
    if (!input.appears.empty() && input.delivery == model::Delivery::kCompeting) {
      document.complain({"input", input.name, "appears"},
                        "expected all partitions from the start where jobs compete for records");
    }
  }
}

void check_mutations(const Scenario& scenario, const Document& document) {
  const std::vector<std::string>& mutations = scenario.settings.deployment.mutations;
  const model::Protocol protocol = *plain_protocol(scenario);
  for (std::size_t i = 0; i < mutations.size(); ++i) {
    const Document::Path path{"mutations", std::to_string(i)};
    if (!makes_difference(mutations[i], protocol)) {
      document.complain(path, "expected a mutation that makes a difference to protocol " +
                                  in_quotes(protocol.id) + ", found " + in_quotes(mutations[i]));
      continue;
    }
    for (std::size_t j = 0; j < i; ++j) {
      if (makes_difference(mutations[j], protocol) &&
          undoes(mutations[i], mutations[j], protocol)) {
        document.complain(path, "expected one mutation of the same rule, found " +
                                    in_quotes(mutations[j]) + " and " + in_quotes(mutations[i]));
      }
    }
  }
}

void check_deployment(const Scenario& scenario, const Document& document) {
  const model::Protocol protocol = *model::effective_protocol(scenario.settings.deployment);
  if (protocol.has_gate) {
    check_advanced(scenario, protocol, document);
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

namespace {

// Everything on the way to an upsert sink, from behind.
class WayToUpsert {
 public:
  WayToUpsert(const model::Settings& settings, const Document& document)
      : settings_(settings), document_(document) {}

  void check(std::size_t sink) {
    if (!seen_.insert(sink).second) {
      return;
    }
    const std::vector<model::OperatorSettings>& operators = settings_.job.operators;
    const model::OperatorSettings& to = operators[sink];
    if (to.kind == model::OperatorKind::kSource) {
      check_keys(sink);
    }
    for (std::size_t i = 0; i < to.inputs.size(); ++i) {
      for (std::size_t from = 0; from < operators.size(); ++from) {
        if (operators[from].id != to.inputs[i].from) {
          continue;
        }
        const bool is_forward = operators[from].parallelism == to.parallelism;
        const model::Ship ship = to.inputs[i].ship.value_or(is_forward ? model::Ship::kForward
                                                                       : model::Ship::kRebalance);
        if (ship == model::Ship::kRebalance) {
          document_.complain(
              {"job", "operators", std::to_string(sink), "inputs", std::to_string(i)},
              "expected hash or forward on the way to an upsert sink, as rebalance loses the order "
              "of a key (rt:T4), found rebalance");
        }
        check(from);
      }
    }
  }

 private:
  void check_keys(std::size_t source) const {
    const std::string& reads = settings_.job.operators[source].reads;
    for (const model::InputSettings& input : settings_.inputs) {
      if (input.name == reads && !input.has_keys()) {
        document_.complain({"input", reads},
                           "expected keys, as its records go to an upsert sink (rt:X16), found "
                           "none");
      }
    }
  }

  const model::Settings& settings_;
  const Document& document_;
  std::set<std::size_t> seen_;
};

}  // namespace

void check_upserts(const Scenario& scenario, const Document& document) {
  WayToUpsert way{scenario.settings, document};
  const auto& operators = scenario.settings.job.operators;
  for (std::size_t i = 0; i < operators.size(); ++i) {
    if (operators[i].kind == model::OperatorKind::kSink &&
        operators[i].guarantee == model::Guarantee::kUpsert) {
      way.check(i);
    }
  }
}

void check_prefixes(const Scenario& scenario, const Document& document) {
  const auto& operators = scenario.settings.job.operators;
  std::map<std::string, std::string> owners;
  for (std::size_t i = 0; i < operators.size(); ++i) {
    if (!operators[i].kafka) {
      continue;
    }
    for (const std::string& prefix : operators[i].kafka->prefix) {
      const auto& [name, owner] = *owners.try_emplace(prefix, operators[i].id).first;
      if (owner != operators[i].id && !prefix.empty()) {
        document.complain({"job", "operators", std::to_string(i), "kafka"},
                          "expected a transactional_id_prefix of its own (rt:X15), found that of " +
                              in_quotes(owner));
      }
    }
  }
}

void check_moments(const Scenario& scenario, const Document& document) {
  const auto check = [&](const Document::Path& path, sim::ProcessingTime latest) {
    if (latest > scenario.horizon) {
      document.complain(path,
                        "expected an instant up to the horizon of " +
                            spelled_duration(static_cast<std::uint64_t>(scenario.horizon.ms())) +
                            ", found " + spelled_duration(static_cast<std::uint64_t>(latest.ms())));
    }
  };
  const auto& timeline = scenario.settings.timeline;
  for (std::size_t i = 0; i < timeline.size(); ++i) {
    check({"timeline", std::to_string(i), "at"}, timeline[i].latest);
  }
  const auto& faults = scenario.settings.environment.faults;
  for (std::size_t i = 0; i < faults.size(); ++i) {
    check({"environment", "faults", std::to_string(i), "between", "1"}, faults[i].latest);
  }
  const auto& mirror = scenario.settings.environment.mirror;
  for (std::size_t i = 0; mirror && i < mirror->partitions.size(); ++i) {
    check({"environment", "mirror", "partitions", std::to_string(i), "from"},
          mirror->partitions[i].from);
  }
}

void check_subtasks(const Scenario& scenario, const Document& document) {
  const auto& timeline = scenario.settings.timeline;
  for (std::size_t i = 0; i < timeline.size(); ++i) {
    check_subtask(timeline[i], {"timeline", std::to_string(i)}, scenario, document);
  }
  const auto& faults = scenario.settings.environment.faults;
  for (std::size_t i = 0; i < faults.size(); ++i) {
    check_subtask(faults[i], {"environment", "faults", std::to_string(i)}, scenario, document);
  }
}

}  // namespace scenarios
