#include "scenarios/reader/sections.hpp"
#include "scenarios/reader/values.hpp"

namespace scenarios {
namespace {

constexpr std::string_view kIdWanted = "an id of 1 to 64 lower case letters, digits, - or _";

void read_alignment(const Value& value, std::optional<model::Alignment>& alignment) {
  model::Alignment& read = alignment.emplace();
  const auto read_group = [&](const Value& v) {
    v.to_name(read.group, is_input_name, "the name of a group");
  };
  read_object(value, find_shape("alignment"),
              {{"group", read_group},
               into("max_drift", read.max_drift),
               into("update_interval", read.update_interval)});
}

// rt:W3-W5: monotonous timestamps are a bound of 0, none is no generator at all.
void read_watermarks(const Value& value, model::OperatorSettings& op) {
  Strategy strategy = Strategy::kNone;
  model::EventSpan bound;
  model::Selection after{1, 0};
  read_object(value, find_shape("watermarks"),
              {into("strategy", strategy),
               into("bound", bound),
               {"after", [&](const Value& v) { read_selection(v, after); }},
               into("idleness", op.idleness),
               {"alignment", [&](const Value& v) { read_alignment(v, op.alignment); }}});
  if (strategy != Strategy::kNone) {
    op.out_of_orderness = strategy == Strategy::kMonotonous ? model::EventSpan{} : bound;
  }
  if (strategy == Strategy::kPunctuated) {
    op.punctuated = after;
  }
}

void read_retiming(const Value& value, model::Retiming& retiming) {
  read_object(value, find_shape("retiming"),
              {into("later", retiming.later),
               {"earlier", [&](const Value& v) { read_outliers(v, retiming.earlier); }}});
}

void read_prefix(const Value& value, std::array<std::string, 2>& prefix) {
  const auto to_prefix = [](const Value& v, std::string& one) {
    v.to_name(one, is_input_name, "a prefix of 1 to 64 letters, digits, dots, - or _");
  };
  if (value.json().type == Json::Type::kObject) {
    read_object(value, find_shape("prefix_per_color"),
                {{"blue", [&](const Value& v) { to_prefix(v, prefix[0]); }},
                 {"green", [&](const Value& v) { to_prefix(v, prefix[1]); }}});
    return;
  }
  to_prefix(value, prefix[0]);
  prefix[1] = prefix[0];
}

void read_connection(const Value& value, std::vector<model::Connection>& inputs) {
  model::Connection connection;
  const auto read_from = [&](const Value& v) {
    v.to_name(connection.from, is_operator_id, kIdWanted);
  };
  read_object(value, find_shape("connection"),
              {{"from", read_from}, into("ship", connection.ship)});
  inputs.push_back(connection);
}

void read_operator(const Value& value, model::OperatorSettings& op) {
  const auto read_id = [&](const Value& v) { v.to_name(op.id, is_operator_id, kIdWanted); };
  const auto read_reads = [&](const Value& v) {
    v.to_name(op.reads, is_input_name, "the name of an input");
  };
  const auto read_inputs = [&](const Value& v) {
    v.each_item([&](const Value& item) { read_connection(item, op.inputs); });
  };
  read_object(value, find_shape("operator"),
              {{"id", read_id},
               into("kind", op.kind),
               into("parallelism", op.parallelism),
               {"reads", read_reads},
               into("rate_limit", op.rate_limit),
               into("discovery_interval", op.discovery_interval),
               {"watermarks", [&](const Value& v) { read_watermarks(v, op); }},
               {"event_time", [&](const Value& v) { read_retiming(v, op.retiming); }},
               {"keep", [&](const Value& v) { read_selection(v, op.keep); }},
               into("guarantee", op.guarantee),
               {"kafka", [&](const Value& v) { read_kafka(v, op.kafka.emplace()); }},
               {"inputs", read_inputs}});
}

void read_checkpointing(const Value& value, model::JobSettings& job) {
  read_object(value, find_shape("checkpointing"),
              {into("interval", job.checkpoint_interval), into("timeout", job.checkpoint_timeout),
               into("tolerable_failed", job.tolerable_failed), into("barriers", job.barriers),
               into("aligned_timeout", job.aligned_timeout)});
}

}  // namespace

void read_restart_strategy(const Value& value, model::RestartStrategy& restart) {
  read_object(value, find_shape("restart_strategy"),
              {into("type", restart.kind), into("initial_delay", restart.initial),
               into("max_delay", restart.most), into("attempts", restart.attempts),
               into("failures", restart.attempts), into("interval", restart.interval),
               into("delay", restart.delay)});
  if (restart.kind == model::RestartKind::kExponentialDelay && restart.most < restart.initial) {
    const Json* most = value.json().find("max_delay");
    const Json& at = most != nullptr ? *most : value.json();
    value.problems().add(at.origin, value.pointer() + (most != nullptr ? "/max_delay" : ""),
                         "expected a max_delay of initial_delay or more, found " +
                             spelled_duration(static_cast<std::uint64_t>(restart.most.ms())));
  }
}

void read_kafka(const Value& value, model::KafkaSettings& kafka) {
  read_object(value, find_shape("kafka"),
              {{"transactional_id_prefix", [&](const Value& v) { read_prefix(v, kafka.prefix); }},
               into("naming", kafka.naming),
               into("timeout", kafka.timeout),
               into("inherits_state", kafka.inherits_state)});
}

void read_job(const Value& value, model::JobSettings& job) {
  const auto read_operators = [&](const Value& v) {
    v.each_item([&](const Value& item) { read_operator(item, job.operators.emplace_back()); });
  };
  read_object(value, find_shape("job"),
              {{"operators", read_operators},
               {"checkpointing", [&](const Value& v) { read_checkpointing(v, job); }},
               into("channel_capacity", job.channel_capacity),
               {"restart_strategy",
                [&](const Value& v) { read_restart_strategy(v, job.restart.emplace()); }},
               into("failover_strategy", job.failover),
               into("auto_watermark_interval", job.auto_watermark_interval),
               into("flink_version", job.flink_version),
               {"flink_fixes", [&](const Value& v) { v.to_list(job.flink_fixes); }}});
}

}  // namespace scenarios
