#include <algorithm>

#include "scenarios/reader/sections.hpp"
#include "scenarios/reader/values.hpp"

namespace scenarios {
namespace {

constexpr std::string_view kIdWanted = "the id of an operator";

void read_gate(const Value& value, model::GatePlacement& gate) {
  const auto read_edge = [&](const Value& item) {
    model::GatePlacement::Edge edge;
    read_object(item, find_shape("gate_edge"),
                {{"from", [&](const Value& v) { v.to_name(edge.from, is_operator_id, kIdWanted); }},
                 {"to", [&](const Value& v) { v.to_name(edge.to, is_operator_id, kIdWanted); }}});
    if (std::find(gate.edges.begin(), gate.edges.end(), edge) != gate.edges.end()) {
      item.refuse("every edge once");
      return;
    }
    gate.edges.push_back(edge);
  };
  read_object(value, find_shape("gate"),
              {into("position", gate.position),
               {"before-uid",
                [&](const Value& v) { v.to_name(gate.before_uid, is_operator_id, kIdWanted); }},
               {"edges", [&](const Value& v) { v.each_item(read_edge); }},
               into("allow_several", gate.allows_several)});
}

void read_flink_configuration(const Value& value, model::DeploymentSettings& deployment,
                              model::JobSettings& job) {
  std::string directory;
  std::size_t canonical_only = 0;
  const auto read_directory = [&](const Value& v) {
    deployment.has_savepoint_directory = v.to(directory);
  };
  read_object(value, find_shape("flink_configuration"),
              {{"state.savepoints.dir", read_directory},
               into("pipeline.auto-watermark-interval", job.auto_watermark_interval),
               into("execution.checkpointing.interval", job.checkpoint_interval),
               {"kubernetes.operator.savepoint.format.type",
                [&](const Value& v) { v.to_choice(canonical_only); }}});
}

void read_configuration(const Value& value, model::DeploymentSettings& deployment) {
  const auto read_deletion_delay = [&](const Value& v) { v.to(deployment.deletion_delay.value); };
  read_object(value, find_shape("configuration"),
              {{"kubernetes.operator.bluegreen.deployment-deletion.delay", read_deletion_delay},
               into("kubernetes.operator.bluegreen.abort.grace-period", deployment.abort_grace),
               into("kubernetes.operator.bluegreen.reconciliation.reschedule-interval",
                    deployment.reschedule_interval),
               into("kubernetes.operator.bluegreen.gate.timeout", deployment.gate_timeout)});
}

}  // namespace

void read_mutations(const Value& value, std::vector<std::string>& mutations) {
  value.each_item([&](const Value& item) {
    std::size_t position = 0;
    if (!item.to_choice(position)) {
      return;
    }
    const std::string& id = item.json().text;
    if (std::find(mutations.begin(), mutations.end(), id) != mutations.end()) {
      item.refuse("every entry once");
      return;
    }
    mutations.push_back(id);
  });
}

void read_deployment(const Value& value, model::DeploymentSettings& deployment,
                     model::JobSettings& job) {
  deployment.has_savepoint_directory = false;
  std::size_t mode = 0;  // what it must be depends on the protocol: a cross check
  const auto read_protocol = [&](const Value& v) {
    std::size_t position = 0;
    if (v.to_choice(position)) {
      deployment.protocol = v.json().text;
    }
  };
  read_object(value, find_shape("deployment"),
              {{"protocol", read_protocol},
               {"transition_mode", [&](const Value& v) { v.to_choice(mode); }},
               into("upgrade_mode", deployment.upgrade_mode),
               {"gate", [&](const Value& v) { read_gate(v, deployment.gate); }},
               {"flink_configuration",
                [&](const Value& v) { read_flink_configuration(v, deployment, job); }},
               into("drain", deployment.drain),
               {"configuration", [&](const Value& v) { read_configuration(v, deployment); }}});
}

}  // namespace scenarios
