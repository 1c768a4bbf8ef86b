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

// A list of what the model numbers, each once.
void read_ids(const Value& value, std::vector<std::string>& ids) {
  value.each_item([&](const Value& item) {
    std::size_t position = 0;
    if (!item.to_choice(position)) {
      return;
    }
    const std::string& id = item.json().text;
    if (std::find(ids.begin(), ids.end(), id) != ids.end()) {
      item.refuse("every entry once");
      return;
    }
    ids.push_back(id);
  });
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
  read_ids(value, mutations);
}

namespace {

// What a field may be set to.
bool accepts(std::string_view field, const std::string& value) {
  if (field == "job.state") {
    return value == "RUNNING" || value == "SUSPENDED";
  }
  return field != "job.upgradeMode" || value == "savepoint" || value == "last-state" ||
         value == "stateless";
}

}  // namespace

void read_template(const Value& value, std::vector<model::SpecField>& fields) {
  value.each_entry([&](std::string_view name, const Value& entry) {
    if (!model::diff_of_field(name, "")) {
      entry.refuse("a field of template.spec, such as job.parallelism (op:4)");
      return;
    }
    const Json& json = entry.json();
    std::optional<std::string> text;
    switch (json.type) {
      case Json::Type::kNull: break;
      case Json::Type::kString: text = json.text; break;
      case Json::Type::kNatural: text = std::to_string(json.natural); break;
      case Json::Type::kBoolean: text = json.boolean ? "true" : "false"; break;
      default: entry.refuse("text, a natural number, true, false or null"); return;
    }
    if (text && !accepts(name, *text)) {
      entry.refuse("a value that this field can have");
      return;
    }
    fields.push_back(model::SpecField{std::string{name}, text});
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
               {"operator",
                [&](const Value& v) {
                  std::size_t position = 0;
                  deployment.release = v.to_choice(position) ? v.json().text : deployment.release;
                }},
               {"fixes", [&](const Value& v) { read_ids(v, deployment.fixes); }},
               into("name", deployment.name),
               {"template",
                [&](const Value& v) {
                  std::vector<model::SpecField> fields;
                  read_template(v, fields);
                  for (const model::SpecField& field : fields) {
                    if (!field.value || field.name == "job.upgradeMode") {
                      v.refuse("fields with a value, and upgrade_mode apart from them");
                    }
                    model::put_field(deployment.spec_template, field);
                  }
                }},
               into("ingress", deployment.ingress),
               {"gate", [&](const Value& v) { read_gate(v, deployment.gate); }},
               {"flink_configuration",
                [&](const Value& v) { read_flink_configuration(v, deployment, job); }},
               into("drain", deployment.drain),
               {"configuration", [&](const Value& v) { read_configuration(v, deployment); }}});
}

}  // namespace scenarios
