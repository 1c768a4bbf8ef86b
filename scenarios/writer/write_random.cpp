// The "random" section, with the helpers of its ranges.
#include <string>

#include "scenarios/writer/write_settings.hpp"

namespace scenarios::writer {

namespace {

Node integers(Between range) {
  return Node::list().add(Node::natural(range.least)).add(Node::natural(range.most));
}

Node durations(Between range) {
  return Node::list().add(duration(range.least)).add(duration(range.most));
}

Node rates(const RateBetween& range) {
  return Node::list()
      .add(rate({range.count.least, range.per_ms}))
      .add(rate({range.count.most, range.per_ms}));
}

void add_integers(std::string_view key, const std::optional<Between>& range, Node& node) {
  if (range) {
    node.add(key, integers(*range));
  }
}

void add_durations(std::string_view key, const std::optional<Between>& range, Node& node) {
  if (range) {
    node.add(key, durations(*range));
  }
}

void add_rates(std::string_view key, const std::optional<RateBetween>& range, Node& node) {
  if (range) {
    node.add(key, rates(*range));
  }
}

void add_true(std::string_view key, bool value, Node& node) {
  if (value) {
    node.add(key, Node::boolean(true));
  }
}

template <class Enum>
void add_list(std::string_view key, std::string_view type, const std::vector<Enum>& list,
              Node& node) {
  if (list.empty()) {
    return;
  }
  Node entries = Node::list();
  for (const Enum value : list) {
    entries.add(choice(type, value));
  }
  node.add(key, entries);
}

Node input(const RandomInput& input) {
  Node node = Node::object();
  add_integers("partitions", input.partitions, node);
  add_rates("rate", input.rate, node);
  add_durations("goes_on_for", input.goes_on_for_ms, node);
  add_durations("falls_silent", input.falls_silent_ms, node);
  add_integers("speed", input.speed, node);
  add_durations("out_of_order", input.out_of_order_ms, node);
  add_durations("late", input.late_ms, node);
  add_integers("keys", input.keys, node);
  add_durations("silent", input.silent_ms, node);
  add_true("without_timestamps", input.without_timestamps, node);
  add_durations("appears", input.appears_ms, node);
  if (!input.starts.empty()) {
    Node starts = Node::list();
    for (const model::EventTime start : input.starts) {
      starts.add(Node::integer(start.ms()));
    }
    node.add("starts", starts);
  }
  return node;
}

Node job(const RandomJob& job) {
  Node node = Node::object();
  add_list("shapes", "dag_shape", job.shapes, node);
  node.add("sources", integers(job.sources));
  node.add("operators", integers(job.operators));
  node.add("parallelism", integers(job.parallelism));
  add_list("ship", "ship", job.ship, node);
  add_list("guarantees", "guarantee", job.guarantees, node);
  if (!job.kafka.empty()) {
    Node alternatives = Node::list();
    for (const model::KafkaSettings& each : job.kafka) {
      alternatives.add(kafka(each));
    }
    node.add("kafka", alternatives);
  }
  add_durations("bound", job.bound_ms, node);
  add_durations("idleness", job.idleness_ms, node);
  add_true("without_watermarks", job.without_watermarks, node);
  add_durations("assigned", job.assigned_ms, node);
  add_true("co_maps", job.co_maps, node);
  add_durations("discovery_interval", job.discovery_interval_ms, node);
  add_durations("checkpoint_interval", job.checkpoint_interval_ms, node);
  add_true("without_checkpoints", job.without_checkpoints, node);
  add_durations("checkpoint_timeout", job.checkpoint_timeout_ms, node);
  add_integers("tolerable_failed", job.tolerable_failed, node);
  if (!job.restart_strategies.empty()) {
    Node alternatives = Node::list();
    for (const model::RestartStrategy& each : job.restart_strategies) {
      alternatives.add(restart_strategy(each));
    }
    node.add("restart_strategies", alternatives);
  }
  add_rates("rate_limit", job.rate_limit, node);
  add_list("barriers", "barriers", job.barriers, node);
  add_durations("aligned_timeout", job.aligned_timeout_ms, node);
  add_integers("channel_capacity", job.channel_capacity, node);
  if (!job.kinds.empty()) {
    add_list("kinds", "drawn_kind", job.kinds, node);
    node.add("copies", integers(job.copies));
    node.add("new_keys", integers(job.new_keys));
    node.add("latency", durations(job.latency_ms));
    node.add("window", durations(job.window_ms));
    add_durations("lateness", job.lateness_ms, node);
    add_true("reads_late", job.reads_late, node);
  }
  return node;
}

Node deployment(const RandomDeployment& deployment) {
  Node node = Node::object();
  add_durations("deletion_delay", deployment.deletion_delay_ms, node);
  add_durations("gate_timeout", deployment.gate_timeout_ms, node);
  add_durations("abort_grace", deployment.abort_grace_ms, node);
  add_durations("reschedule_interval", deployment.reschedule_interval_ms, node);
  add_list("upgrade_modes", "upgrade_mode", deployment.upgrade_modes, node);
  add_true("drains", deployment.drains, node);
  add_list("gate_positions", "gate_position", deployment.gate_positions, node);
  return node;
}

Node environment(const RandomEnvironment& environment) {
  Node node = Node::object();
  add_durations("informer_lag", environment.informer_lag_ms, node);
  add_durations("channel_delay", environment.channel_delay_ms, node);
  add_durations("checkpoint_time", environment.checkpoint_time_ms, node);
  add_durations("notice_delay", environment.notice_delay_ms, node);
  add_durations("open_time", environment.open_time_ms, node);
  add_durations("deploy_time", environment.deploy_time_ms, node);
  add_durations("status_lag", environment.status_lag_ms, node);
  add_list("echo", "echo", environment.echo, node);
  add_true("stopped_job_is_silent", environment.stopped_job_is_silent, node);
  return node;
}

Node faults(const RandomFaults& faults) {
  Node node = Node::object().add("at_most", Node::natural(faults.at_most));
  add_list("kinds", "fault_action", faults.kinds, node);
  node.add("after_change", durations(faults.after_change_ms));
  node.add("lasting", durations(faults.lasting_ms));
  node.add("per_record", durations(faults.per_record_ms));
  node.add("times", integers(faults.times));
  node.add("after_writes", integers(faults.after_writes));
  return node;
}

Node transitions(const RandomTransitions& transitions) {
  Node node = Node::object()
                  .add("how_many", integers(transitions.how_many))
                  .add("first", durations(transitions.first_ms))
                  .add("apart", durations(transitions.apart_ms));
  add_list("changes", "change_kind", transitions.changes, node);
  add_true("starts_suspended", transitions.starts_suspended, node);
  return node;
}

}  // namespace

Node random(const RandomSection& section) {
  Node node = Node::object(Opening::kOnNewLine);
  if (section.input) {
    node.add_line("input", input(*section.input));
  }
  if (section.job) {
    node.add_line("job", job(*section.job));
  }
  if (section.deployment) {
    node.add_line("deployment", deployment(*section.deployment));
  }
  if (section.environment) {
    node.add_line("environment", environment(*section.environment));
  }
  if (section.faults) {
    node.add_line("faults", faults(*section.faults));
  }
  if (section.transitions) {
    node.add_line("transitions", transitions(*section.transitions));
  }
  if (section.clock_ahead_ms) {
    node.add_line("clock_ahead", durations(*section.clock_ahead_ms));
  }
  return node;
}

}  // namespace scenarios::writer
