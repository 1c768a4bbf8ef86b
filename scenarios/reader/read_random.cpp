#include <algorithm>
#include <array>

#include "scenarios/reader/sections.hpp"
#include "scenarios/reader/values.hpp"

namespace scenarios {
namespace {

using Name = std::string_view;

// [least, most], each of `type`; false where it is no such pair.
template <class T>
bool to_ends(const Value& value, Name type, Range range, Name wanted, std::array<T, 2>& ends) {
  const Json& json = value.json();
  if (json.type != Json::Type::kArray || json.items.size() != ends.size()) {
    return value.refuse(wanted);
  }
  bool read = true;
  for (std::size_t i = 0; i < ends.size(); ++i) {
    const Value end(json.items[i], pointer_to(value.pointer(), std::to_string(i)), type, range,
                    value.problems());
    read = end.to(ends[i]) && read;
  }
  return read;
}

void put(const Value& value, std::uint64_t least, std::uint64_t most, Between& target) {
  if (least > most) {
    const auto& items = value.json().items;
    value.complain("expected the least first, found " + items[0].described() + " before " +
                   items[1].described());
    return;
  }
  target = Between{static_cast<std::uint32_t>(least), static_cast<std::uint32_t>(most)};
}

void read_range(const Value& value, Between& target) {
  if (value.type() == "integer_range") {
    std::array<std::uint32_t, 2> ends{};
    if (to_ends(value, "integer", value.range(), "[least, most] such as [1, 3]", ends)) {
      put(value, ends[0], ends[1], target);
    }
    return;
  }
  std::array<sim::milliseconds, 2> ends{};
  constexpr Name kWanted = "[least, most] such as [\"1 s\", \"10 s\"]";
  if (to_ends(value, "duration", value.range(), kWanted, ends)) {
    put(value, static_cast<std::uint64_t>(ends[0].count()),
        static_cast<std::uint64_t>(ends[1].count()), target);
  }
}

void read_range(const Value& value, RateBetween& target) {
  std::array<model::Rate, 2> ends{};
  if (!to_ends(value, "rate", Range{}, "[least, most] such as [\"5/s\", \"50/s\"]", ends)) {
    return;
  }
  if (ends[0].per_ms != ends[1].per_ms) {
    const auto& items = value.json().items;
    value.complain("expected two rates per the same time, found " + items[0].described() + " and " +
                   items[1].described());
    return;
  }
  target.per_ms = ends[0].per_ms;
  put(value, ends[0].count, ends[1].count, target.count);
}

template <class T>
void read_range(const Value& value, std::optional<T>& target) {
  read_range(value, target.emplace());
}

// A range in any form.
template <class T>
Field range(Name name, T& target) {
  return Field{name, [&target](const Value& value) { read_range(value, target); }};
}

template <class T>
Field list(Name name, std::vector<T>& target) {
  return Field{name, [&target](const Value& value) { value.to_list(target); }};
}

void read_input(const Value& value, RandomInput& input) {
  read_object(
      value, find_shape("random_input"),
      {range("partitions", input.partitions), range("rate", input.rate),
       range("goes_on_for", input.goes_on_for_ms), range("falls_silent", input.falls_silent_ms),
       range("speed", input.speed), range("out_of_order", input.out_of_order_ms),
       range("late", input.late_ms), range("keys", input.keys), range("silent", input.silent_ms),
       into("without_timestamps", input.without_timestamps), range("appears", input.appears_ms),
       list("starts", input.starts)});
}

void read_job(const Value& value, RandomJob& job) {
  read_object(
      value, find_shape("random_job"),
      {list("shapes", job.shapes),
       range("sources", job.sources),
       range("operators", job.operators),
       range("parallelism", job.parallelism),
       list("ship", job.ship),
       list("guarantees", job.guarantees),
       {"kafka",
        [&](const Value& v) {
          v.each_item([&](const Value& item) { read_kafka(item, job.kafka.emplace_back()); });
        }},
       range("bound", job.bound_ms),
       range("idleness", job.idleness_ms),
       into("without_watermarks", job.without_watermarks),
       range("assigned", job.assigned_ms),
       into("co_maps", job.co_maps),
       range("discovery_interval", job.discovery_interval_ms),
       range("checkpoint_interval", job.checkpoint_interval_ms),
       into("without_checkpoints", job.without_checkpoints),
       range("checkpoint_timeout", job.checkpoint_timeout_ms),
       range("tolerable_failed", job.tolerable_failed),
       {"restart_strategies",
        [&](const Value& v) {
          v.each_item([&](const Value& item) {
            read_restart_strategy(item, job.restart_strategies.emplace_back());
          });
        }},
       range("rate_limit", job.rate_limit),
       list("barriers", job.barriers),
       range("aligned_timeout", job.aligned_timeout_ms),
       range("channel_capacity", job.channel_capacity),
       list("kinds", job.kinds),
       range("copies", job.copies),
       range("new_keys", job.new_keys),
       range("latency", job.latency_ms),
       range("window", job.window_ms),
       range("lateness", job.lateness_ms),
       into("reads_late", job.reads_late)});
}

void read_deployment(const Value& value, RandomDeployment& deployment) {
  read_object(value, find_shape("random_deployment"),
              {range("deletion_delay", deployment.deletion_delay_ms),
               range("gate_timeout", deployment.gate_timeout_ms),
               range("abort_grace", deployment.abort_grace_ms),
               range("reschedule_interval", deployment.reschedule_interval_ms),
               list("upgrade_modes", deployment.upgrade_modes), into("drains", deployment.drains),
               list("gate_positions", deployment.gate_positions)});
}

void read_environment(const Value& value, RandomEnvironment& environment) {
  read_object(value, find_shape("random_environment"),
              {range("informer_lag", environment.informer_lag_ms),
               range("channel_delay", environment.channel_delay_ms),
               range("checkpoint_time", environment.checkpoint_time_ms),
               range("notice_delay", environment.notice_delay_ms),
               range("open_time", environment.open_time_ms),
               range("deploy_time", environment.deploy_time_ms),
               range("status_lag", environment.status_lag_ms), list("echo", environment.echo),
               into("stopped_job_is_silent", environment.stopped_job_is_silent)});
}

void read_faults(const Value& value, RandomFaults& faults) {
  read_object(value, find_shape("random_faults"),
              {into("at_most", faults.at_most), list("kinds", faults.kinds),
               range("after_change", faults.after_change_ms), range("lasting", faults.lasting_ms),
               range("per_record", faults.per_record_ms), range("times", faults.times),
               range("after_writes", faults.after_writes)});
}

void read_transitions(const Value& value, RandomTransitions& transitions) {
  read_object(value, find_shape("random_transitions"),
              {range("how_many", transitions.how_many), range("first", transitions.first_ms),
               range("apart", transitions.apart_ms), list("changes", transitions.changes),
               into("starts_suspended", transitions.starts_suspended)});
}

}  // namespace

void read_random(const Value& value, RandomSection& section) {
  read_object(
      value, find_shape("random"),
      {{"input", [&](const Value& v) { read_input(v, section.input.emplace()); }},
       {"job", [&](const Value& v) { read_job(v, section.job.emplace()); }},
       {"deployment", [&](const Value& v) { read_deployment(v, section.deployment.emplace()); }},
       {"environment", [&](const Value& v) { read_environment(v, section.environment.emplace()); }},
       {"faults", [&](const Value& v) { read_faults(v, section.faults.emplace()); }},
       {"transitions", [&](const Value& v) { read_transitions(v, section.transitions.emplace()); }},
       range("clock_ahead", section.clock_ahead_ms)});
}

}  // namespace scenarios
