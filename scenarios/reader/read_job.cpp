#include <utility>

#include "scenarios/reader/keyed_checks.hpp"
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
  OperatorOutput output = OperatorOutput::kResults;
  read_object(value, find_shape("connection"),
              {{"from", read_from}, into("ship", connection.ship), into("output", output)});
  connection.takes_late = output == OperatorOutput::kLate;
  inputs.push_back(connection);
}

void complain_within(const Value& value, std::string_view key, std::string text) {
  if (const Json* json = value.json().find(key)) {
    value.problems().add(json->origin, pointer_to(value.pointer(), std::string{key}),
                         std::move(text));
  }
}

// What keys that are right by themselves must agree on. Starts are a step apart, and the offset is
// below that (rt:L4).
void check_window(const Value& value, const model::WindowSettings& window) {
  const auto spelled = [](model::EventSpan span) {
    return spelled_duration(static_cast<std::uint64_t>(span.ms()));
  };
  const bool is_sliding = window.type == model::WindowType::kSliding;
  if (is_sliding && window.size.ms() > 0 && window.slide.ms() > 0) {
    if (window.slide > window.size) {
      complain_within(value, "slide",
                      "expected a slide of at most size (" + spelled(window.size) + "), found " +
                          spelled(window.slide));
    } else if (window.size.ms() > kMostWindowsOfRecord * window.slide.ms()) {
      complain_within(value, "slide",
                      "expected a record to lie in at most " +
                          std::to_string(kMostWindowsOfRecord) + " windows, found a size of " +
                          spelled(window.size) + " and a slide of " + spelled(window.slide));
    }
  }
  const model::EventSpan step = is_sliding ? window.slide : window.size;
  if (step.ms() > 0 && window.offset >= step) {
    complain_within(value, "offset",
                    std::string{"expected an offset below "} + (is_sliding ? "slide" : "size") +
                        " (" + spelled(step) + "), found " + spelled(window.offset));
  }
}

void read_window(const Value& value, model::WindowSettings& window) {
  read_object(value, find_shape("window_settings"),
              {into("type", window.type), into("size", window.size), into("slide", window.slide),
               into("gap", window.gap), into("offset", window.offset),
               into("allowed_lateness", window.allowed_lateness)});
  check_window(value, window);
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
               into("copies", op.copies),
               into("keys", op.keys),
               into("latency", op.latency),
               {"window", [&](const Value& v) { read_window(v, op.window); }},
               into("before", op.before),
               into("after", op.after),
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
