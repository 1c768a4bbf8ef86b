#include "scenarios/writer/write_settings.hpp"

#include <algorithm>
#include <string>

#include "model/actions.hpp"
#include "model/protocol.hpp"
#include "scenarios/reader/format.hpp"
#include "scenarios/reader/value.hpp"
#include "sim/check.hpp"

namespace scenarios::writer {

namespace {

using model::Detail;
using model::OperatorKind;

constexpr std::string_view kBlueGreen = "kubernetes.operator.bluegreen.";

Node pair(std::int64_t first, std::int64_t second) {
  return Node::list().add(duration(first)).add(duration(second));
}

Node delay(model::Delay delay) { return pair(delay.shortest_ms, delay.longest_ms); }

Node selection(model::Selection which) {
  Node node = Node::object().add("every", Node::natural(which.every));
  return which.offset == 0 ? node : node.add("offset", Node::natural(which.offset));
}

Node outliers(const model::Outliers& outliers) {
  return selection(outliers.which).add("by", duration(outliers.by.ms()));
}

// --- Inputs --------------------------------------------------------------------------------------

void add_listed(const model::InputSettings& input, Node& node) {
  if (input.event_start != model::earliest_listed(input).value_or(model::EventTime{})) {
    node.add("event_start", Node::integer(input.event_start.ms()));
  }
  Node listed = Node::list(Opening::kOnNewLine);
  for (const model::ListedRecord& record : input.listed) {
    Node entry = Node::object().add("number", Node::natural(record.number));
    if (input.partitions > 1) {
      entry.add("partition", Node::natural(record.partition));
    }
    entry.add("at", duration(record.at.ms()));
    if (record.event_time == model::kNoTimestamp) {
      entry.add("no_timestamp", Node::boolean(true));
    } else {
      entry.add("event_time", Node::integer(record.event_time.ms()));
    }
    if (record.key) {
      entry.add("key", Node::natural(*record.key));
    }
    listed.add(entry);
  }
  node.add("listed", listed);
}

Node silences(const std::vector<model::Silence>& all) {
  Node list = Node::list();
  for (const model::Silence& silence : all) {
    Node node = Node::object()
                    .add("partition", Node::natural(silence.partition))
                    .add("from", duration(silence.from.ms()));
    if (silence.until) {
      node.add("until", duration(silence.until->ms()));
    }
    list.add(node.add(
        "records", choice("silenced", silence.comes_later ? Silenced::kLater : Silenced::kNone)));
  }
  return list;
}

void add_computed(const model::InputSettings& input, Node& node) {
  node.add("records", Node::natural(input.records));
  node.add("rate", rate(input.rate));
  if (input.keys != 0) {
    node.add("keys", Node::natural(input.keys));
  }
  node.add_line("event_time", Node::object()
                                  .add("start", Node::integer(input.event_start.ms()))
                                  .add("step", duration(input.event_step.ms())));
  if (input.out_of_order.which.every != 0) {
    node.add_line("out_of_order", outliers(input.out_of_order));
  }
  if (input.late.which.every != 0) {
    node.add_line("late", outliers(input.late));
  }
  if (input.no_timestamp.every != 0) {
    node.add("no_timestamp", selection(input.no_timestamp));
  }
  if (!input.silences.empty()) {
    node.add_line("silent", silences(input.silences));
  }
}

Node appearances(const std::vector<model::Appearance>& all) {
  Node list = Node::list();
  for (const model::Appearance& appearance : all) {
    list.add(Node::object()
                 .add("partition", Node::natural(appearance.partition))
                 .add("at", duration(appearance.at.ms())));
  }
  return list;
}

// --- Operators -----------------------------------------------------------------------------------

Strategy strategy_of(const model::OperatorSettings& op) {
  if (!op.out_of_orderness) {
    return Strategy::kNone;
  }
  if (op.punctuated) {
    return Strategy::kPunctuated;
  }
  return *op.out_of_orderness == model::EventSpan{} ? Strategy::kMonotonous
                                                    : Strategy::kBoundedOutOfOrderness;
}

Node watermarks(const model::OperatorSettings& op) {
  Node node = Node::object().add("strategy", choice("strategy", strategy_of(op)));
  if (op.out_of_orderness && *op.out_of_orderness != model::EventSpan{}) {
    node.add("bound", duration(op.out_of_orderness->ms()));
  }
  if (op.punctuated) {
    node.add("after", selection(*op.punctuated));
  }
  if (op.idleness) {
    node.add("idleness", duration(op.idleness->ms()));
  }
  if (op.alignment) {
    node.add("alignment",
             Node::object()
                 .add("group", Node::text(op.alignment->group))
                 .add("max_drift", duration(op.alignment->max_drift.ms()))
                 .add("update_interval", duration(op.alignment->update_interval.ms())));
  }
  return node;
}

Node retiming(const model::Retiming& retiming) {
  Node node = Node::object();
  if (retiming.later != model::EventSpan{}) {
    node.add("later", duration(retiming.later.ms()));
  }
  if (retiming.earlier.which.every != 0) {
    node.add("earlier", outliers(retiming.earlier));
  }
  return node;
}

Node connections(const std::vector<model::Connection>& inputs) {
  Node list = Node::list();
  for (const model::Connection& connection : inputs) {
    Node entry = Node::object().add("from", Node::text(connection.from));
    if (connection.ship) {
      entry.add("ship", choice("ship", *connection.ship));
    }
    if (connection.takes_late) {
      entry.add("output", choice("operator_output", OperatorOutput::kLate));
    }
    list.add(entry);
  }
  return list;
}

Node window(const model::WindowSettings& window) {
  Node node = Node::object().add("type", choice("window_type", window.type));
  const auto add = [&](std::string_view key, model::EventSpan span) {
    if (span != model::EventSpan{}) {
      node.add(key, duration(span.ms()));
    }
  };
  add("size", window.size);
  add("slide", window.slide);
  add("gap", window.gap);
  add("offset", window.offset);
  add("allowed_lateness", window.allowed_lateness);
  return node;
}

// What only operators of its kind have, of those that records pass on their way to a sink.
void add_particulars(const model::OperatorSettings& op, Node& node) {
  switch (op.kind) {
    case OperatorKind::kFilter: node.add("keep", selection(op.keep)); break;
    case OperatorKind::kFlatMap: node.add("copies", Node::natural(op.copies)); break;
    case OperatorKind::kReKey: node.add("keys", Node::natural(op.keys)); break;
    case OperatorKind::kLookUp: node.add("latency", delay(op.latency)); break;
    case OperatorKind::kWindow:
    case OperatorKind::kWindowJoin: node.add_line("window", window(op.window)); break;
    case OperatorKind::kIntervalJoin:
      node.add("before", duration(op.before.ms())).add("after", duration(op.after.ms()));
      break;
    default: break;
  }
}

Node operator_node(const model::OperatorSettings& op) {
  Node node = Node::object().add("id", Node::text(op.id)).add("kind", choice("kind", op.kind));
  if (op.kind == OperatorKind::kSource) {
    node.add("reads", Node::text(op.reads));
  }
  if (op.kind == OperatorKind::kSink && op.guarantee != model::Guarantee::kExactlyOnce) {
    node.add("guarantee", choice("guarantee", op.guarantee));
  }
  if (op.kafka) {
    node.add_line("kafka", kafka(*op.kafka));
  }
  if (op.parallelism != 1) {
    node.add("parallelism", Node::natural(op.parallelism));
  }
  if (op.rate_limit) {
    node.add("rate_limit", rate(*op.rate_limit));
  }
  if (op.discovery_interval != model::OperatorSettings{}.discovery_interval) {
    node.add("discovery_interval", duration(op.discovery_interval.ms()));
  }
  if (op.out_of_orderness || op.idleness || op.alignment) {
    node.add_line("watermarks", watermarks(op));
  }
  if (op.retiming != model::Retiming{}) {
    node.add_line("event_time", retiming(op.retiming));
  }
  add_particulars(op, node);
  if (op.kind != OperatorKind::kSource) {
    node.add_line("inputs", connections(op.inputs));
  }
  return node;
}

// --- What happens --------------------------------------------------------------------------------

Node color(model::Color color) { return choice("color", color); }

Node fields(const std::vector<model::SpecField>& fields) {
  Node node = Node::object();
  for (const model::SpecField& field : fields) {
    node.add(field.name, field.value ? Node::text(*field.value) : Node::null());
  }
  return node;
}

void add_edit(const model::SpecEdit& edit, Node& node) {
  if (!edit.fields.empty()) {
    node.add("template", fields(edit.fields));
  }
  Node configuration = Node::object();
  bool any = false;
  const auto add = [&](const char* key, std::int64_t ms) {
    configuration.add(key, duration(ms));
    any = true;
  };
  if (edit.deletion_delay) {
    add("kubernetes.operator.bluegreen.deployment-deletion.delay",
        edit.deletion_delay->value.count());
  }
  if (edit.abort_grace_ms) {
    add("kubernetes.operator.bluegreen.abort.grace-period", *edit.abort_grace_ms);
  }
  if (edit.reschedule_ms) {
    add("kubernetes.operator.bluegreen.reconciliation.reschedule-interval", *edit.reschedule_ms);
  }
  if (any) {
    node.add("configuration", configuration);
  }
  if (edit.ingress) {
    node.add("ingress", choice("parent_ingress", *edit.ingress));
  }
}

// What its action needs to know.
void add_details(const model::Happening& what, Node& node) {
  add_edit(what.edit, node);
  const auto has = [&](Detail detail) { return takes(what.action, detail); };
  if (has(Detail::kWatcher)) {
    node.add("of", choice("watcher", what.watcher));
  }
  if (has(Detail::kWriter)) {
    node.add("writer", choice("writer", what.writer));
  }
  if (names_job(what)) {
    node.add("job", color(what.job));
  }
  if (has(Detail::kOperator)) {
    node.add("operator", Node::text(what.operator_id));
  }
  if (has(Detail::kSubtask) && what.subtask) {
    node.add("subtask", Node::natural(*what.subtask));
  }
  if (has(Detail::kPerRecord)) {
    node.add("per_record", duration(what.per_record.ms()));
  }
  if (has(Detail::kPerThousand)) {
    node.add("per_thousand", Node::natural(what.per_thousand));
  }
  if (has(Detail::kTimes)) {
    node.add("times", Node::natural(what.times));
  }
  if (has(Detail::kBy)) {
    node.add("by", duration(what.by.ms()));
  }
  if (has(Detail::kDirection)) {
    node.add("direction", choice("direction", what.direction));
  }
  if (has(Detail::kFor)) {
    node.add("for", duration(what.lasts.ms()));
  }
  if (has(Detail::kAfterWrites) && what.after_writes != 0) {
    node.add("after_writes", Node::natural(what.after_writes));
  }
}

Node faults(const std::vector<model::Happening>& faults) {
  Node list = Node::list();
  for (const model::Happening& fault : faults) {
    Node entry = Node::object()
                     .add("between", pair(fault.at.ms(), fault.latest.ms()))
                     .add("do", choice("action", fault.action));
    add_details(fault, entry);
    list.add(entry);
  }
  return list;
}

Node deploy_time(const std::array<model::Delay, 2>& both) {
  return both[0] == both[1]
             ? delay(both[0])
             : Node::object().add("blue", delay(both[0])).add("green", delay(both[1]));
}

}  // namespace

Node kafka(const model::KafkaSettings& settings) {
  const std::array<std::string, 2>& prefix = settings.prefix;
  Node node = Node::object().add(
      "transactional_id_prefix",
      prefix[0] == prefix[1]
          ? Node::text(prefix[0])
          : Node::object().add("blue", Node::text(prefix[0])).add("green", Node::text(prefix[1])));
  const model::KafkaSettings defaults;
  if (settings.naming != defaults.naming) {
    node.add("naming", choice("transaction_naming", settings.naming));
  }
  if (settings.timeout != defaults.timeout) {
    node.add("timeout", duration(settings.timeout.ms()));
  }
  if (!settings.inherits_state) {
    node.add("inherits_state", Node::boolean(false));
  }
  return node;
}

Node restart_strategy(const model::RestartStrategy& restart) {
  Node node = Node::object().add("type", choice("restart_kind", restart.kind));
  switch (restart.kind) {
    case model::RestartKind::kExponentialDelay:
      return node.add("initial_delay", duration(restart.initial.ms()))
          .add("max_delay", duration(restart.most.ms()));
    case model::RestartKind::kFixedDelay:
      return node.add("attempts", Node::natural(restart.attempts))
          .add("delay", duration(restart.delay.ms()));
    case model::RestartKind::kFailureRate:
      return node.add("failures", Node::natural(restart.attempts))
          .add("interval", duration(restart.interval.ms()))
          .add("delay", duration(restart.delay.ms()));
    case model::RestartKind::kNone: break;
  }
  return node;
}

Node rate(model::Rate rate) {
  struct Unit {
    std::uint32_t per_ms;
    std::string_view name;
  };
  for (const Unit unit :
       {Unit{1, "/ms"}, Unit{1'000, "/s"}, Unit{60'000, "/min"}, Unit{3'600'000, "/h"}}) {
    if (unit.per_ms == rate.per_ms) {
      return Node::text(std::to_string(rate.count) + std::string{unit.name});
    }
  }
  SIM_CHECK(false, "a rate per ms, s, min or h", rate.per_ms);
  return {};
}

Node duration(std::int64_t ms) {
  return Node::text(spelled_duration(static_cast<std::uint64_t>(ms)));
}

Node choice(std::string_view list, std::size_t position) {
  for (const Choice& known : find_choices(list)->choices) {
    if (known.value == position) {
      return Node::text(known.name);
    }
  }
  SIM_CHECK(false, "a value that its closed list has", static_cast<std::int64_t>(position));
  return {};
}

Node inputs(const model::Settings& settings) {
  Node all = Node::object();
  for (const model::InputSettings& input : settings.inputs) {
    Node node = Node::object(Opening::kOnNewLine);
    if (input.partitions != 1) {
      node.add("partitions", Node::natural(input.partitions));
    }
    if (input.delivery != model::Delivery::kToEach) {
      node.add("delivery", choice("delivery", input.delivery));
    }
    if (!input.appears.empty()) {
      node.add("appears", appearances(input.appears));
    }
    if (input.is_listed()) {
      add_listed(input, node);
    } else {
      add_computed(input, node);
    }
    all.add_line(input.name, node);
  }
  return all;
}

Node job(const model::JobSettings& job) {
  const model::JobSettings defaults;
  Node operators = Node::list(Opening::kOnNewLine);
  for (const model::OperatorSettings& op : job.operators) {
    operators.add(operator_node(op));
  }
  Node node = Node::object(Opening::kOnNewLine).add("operators", operators);
  if (job.checkpoint_interval) {
    Node checkpointing = Node::object().add("interval", duration(job.checkpoint_interval->ms()));
    if (job.checkpoint_timeout) {
      checkpointing.add("timeout", duration(job.checkpoint_timeout->ms()));
    }
    if (job.tolerable_failed != 0) {
      checkpointing.add("tolerable_failed", Node::natural(job.tolerable_failed));
    }
    if (job.barriers != defaults.barriers) {
      checkpointing.add("barriers", choice("barriers", job.barriers));
    }
    if (job.aligned_timeout != defaults.aligned_timeout) {
      checkpointing.add("aligned_timeout", duration(job.aligned_timeout.ms()));
    }
    node.add_line("checkpointing", checkpointing);
  }
  if (job.channel_capacity) {
    node.add("channel_capacity", Node::natural(*job.channel_capacity));
  }
  if (job.restart) {
    node.add_line("restart_strategy", restart_strategy(*job.restart));
  }
  if (job.failover != defaults.failover) {
    node.add("failover_strategy", choice("failover_strategy", job.failover));
  }
  if (job.auto_watermark_interval != defaults.auto_watermark_interval) {
    node.add("auto_watermark_interval", duration(job.auto_watermark_interval.ms()));
  }
  if (job.flink_version != defaults.flink_version) {
    node.add("flink_version", choice("flink_version", job.flink_version));
  }
  if (!job.flink_fixes.empty()) {
    Node fixes = Node::list();
    for (const model::FlinkFix fix : job.flink_fixes) {
      fixes.add(choice("flink_fix", fix));
    }
    node.add("flink_fixes", fixes);
  }
  return node;
}

Node gate(const model::GatePlacement& placement) {
  Node node = Node::object();
  node.add("position", choice("gate_position", placement.position));
  if (!placement.before_uid.empty()) {
    node.add("before-uid", Node::text(placement.before_uid));
  }
  if (!placement.edges.empty()) {
    Node edges = Node::list();
    for (const model::GatePlacement::Edge& edge : placement.edges) {
      edges.add(Node::object().add("from", Node::text(edge.from)).add("to", Node::text(edge.to)));
    }
    node.add("edges", edges);
  }
  if (placement.allows_several) {
    node.add("allow_several", Node::boolean(true));
  }
  return node;
}

Node deployment(const model::DeploymentSettings& deployment) {
  const model::DeploymentSettings defaults;
  Node node = Node::object(Opening::kOnNewLine);
  node.add("protocol", Node::text(deployment.protocol));
  const auto protocol = model::find_protocol(deployment.protocol);
  if (protocol && protocol->has_gate) {
    node.add("transition_mode", Node::text("ADVANCED"));
  }
  if (deployment.upgrade_mode != defaults.upgrade_mode) {
    node.add("upgrade_mode", choice("upgrade_mode", deployment.upgrade_mode));
  }
  if (deployment.release != defaults.release) {
    node.add("operator", Node::text(deployment.release));
  }
  if (!deployment.fixes.empty()) {
    Node list = Node::list();
    for (const std::string& fix : deployment.fixes) {
      list.add(Node::text(fix));
    }
    node.add("fixes", list);
  }
  if (deployment.name != defaults.name) {
    node.add("name", Node::text(deployment.name));
  }
  if (!deployment.spec_template.empty()) {
    node.add_line("template", fields(deployment.spec_template));
  }
  if (deployment.ingress != defaults.ingress) {
    node.add("ingress", choice("parent_ingress", deployment.ingress));
  }
  if (deployment.gate != defaults.gate) {
    node.add_line("gate", gate(deployment.gate));
  }
  if (deployment.drain) {
    node.add("drain", Node::boolean(true));
  }
  if (deployment.has_savepoint_directory) {
    node.add_line("flink_configuration",
                  Node::object().add("state.savepoints.dir", Node::text("s3://savepoints")));
  }
  Node configuration = Node::object();
  const auto add = [&](std::string_view key, std::int64_t ms, std::int64_t usual) {
    if (ms != usual) {
      configuration.add_line(std::string{kBlueGreen} + std::string{key}, duration(ms));
    }
  };
  add("deployment-deletion.delay", deployment.deletion_delay.value.count(), 0);
  if (deployment.gate_timeout) {
    add("gate.timeout", deployment.gate_timeout->ms(), -1);
  }
  add("abort.grace-period", deployment.abort_grace.ms(), defaults.abort_grace.ms());
  add("reconciliation.reschedule-interval", deployment.reschedule_interval.ms(),
      defaults.reschedule_interval.ms());
  if (!configuration.is_empty()) {
    node.add_line("configuration", configuration);
  }
  return node;
}

namespace {

Node mirror(const model::MirrorSettings& settings) {
  Node node = Node::object()
                  .add("delay", delay(settings.delay))
                  .add("on_conflict", choice("conflict_rule", settings.on_conflict));
  Node partitions = Node::list();
  for (const model::Partition& partition : settings.partitions) {
    Node entry = Node::object()
                     .add("from", duration(partition.from.ms()))
                     .add("until", duration(partition.until.ms()));
    if (partition.carries_not != model::CutWay::kBoth) {
      entry.add("carries_not", choice("cut_way", partition.carries_not));
    }
    partitions.add(entry);
  }
  if (!partitions.is_empty()) {
    node.add("partitions", partitions);
  }
  return node;
}

}  // namespace

Node environment(const model::EnvironmentSettings& environment) {
  const model::EnvironmentSettings defaults;
  Node node = Node::object();
  const auto add = [&](std::string_view key, model::Delay own, model::Delay usual) {
    if (own != usual) {
      node.add(key, delay(own));
    }
  };
  add("informer_lag", environment.informer_lag, defaults.informer_lag);
  add("channel_delay", environment.channel_delay, defaults.channel_delay);
  add("checkpoint_time", environment.checkpoint_time, defaults.checkpoint_time);
  add("notice_delay", environment.notice_delay, defaults.notice_delay);
  add("open_time", environment.open_time, defaults.open_time);
  if (environment.deploy_time != defaults.deploy_time) {
    node.add("deploy_time", deploy_time(environment.deploy_time));
  }
  model::Delay usual_lag = defaults.status_lag;  // no longer than the shortest deployment
  for (const model::Delay& deploy_time : environment.deploy_time) {
    usual_lag.longest_ms = std::min(usual_lag.longest_ms, deploy_time.shortest_ms);
  }
  add("status_lag", environment.status_lag, usual_lag);
  if (environment.echo != defaults.echo) {
    node.add("echo", choice("echo", environment.echo));
  }
  if (environment.strict_patches) {
    node.add("strict_patches", Node::boolean(true));
  }
  if (environment.rate_limiter) {
    node.add("rate_limiter",
             Node::object()
                 .add("limit", Node::natural(environment.rate_limiter->limit))
                 .add("refresh_period", duration(environment.rate_limiter->refresh_period.ms())));
  }
  if (environment.wakes_up_after) {
    node.add("wakes_up_after", duration(environment.wakes_up_after->ms()));
  }
  if (environment.stopped_job_answers != defaults.stopped_job_answers) {
    node.add("stopped_job_answers", Node::boolean(environment.stopped_job_answers));
  }
  if (environment.mirror) {
    node.add_line("mirror", mirror(*environment.mirror));
  }
  if (!environment.faults.empty()) {
    node.add_line("faults", faults(environment.faults));
  }
  return node;
}

Node timeline(const std::vector<model::Happening>& timeline) {
  Node list = Node::list();
  for (const model::Happening& what : timeline) {
    Node entry =
        Node::object().add("at", duration(what.at.ms())).add("do", choice("action", what.action));
    add_details(what, entry);
    list.add(entry);
  }
  return list;
}

}  // namespace scenarios::writer
