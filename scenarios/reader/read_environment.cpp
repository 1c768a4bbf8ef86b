#include <algorithm>

#include "scenarios/reader/sections.hpp"

namespace scenarios {
namespace {

void read_deploy_time(const Value& value, std::array<model::Delay, 2>& deploy_time) {
  if (value.json().type == Json::Type::kObject) {
    read_object(value, find_shape("delay_per_color"),
                {into("blue", deploy_time[model::index_of(model::Color::kBlue)]),
                 into("green", deploy_time[model::index_of(model::Color::kGreen)])});
    return;
  }
  model::Delay both;
  if (value.to(both)) {
    deploy_time.fill(both);
  }
}

void read_partition(const Value& value, model::MirrorSettings& mirror) {
  model::Partition& partition = mirror.partitions.emplace_back();
  bool has_from = false;
  bool has_until = false;
  read_object(value, find_shape("partition"),
              {{"from", [&](const Value& v) { has_from = v.to(partition.from); }},
               {"until", [&](const Value& v) { has_until = v.to(partition.until); }},
               into("carries_not", partition.carries_not)});
  if (has_from && has_until && partition.until <= partition.from) {
    value.complain("expected an end after its beginning, found " +
                   spelled_duration(static_cast<std::uint64_t>(partition.until.ms())));
  }
}

void read_rate_limiter(const Value& value, model::RateLimiter& limiter) {
  read_object(value, find_shape("rate_limiter"),
              {into("limit", limiter.limit), into("refresh_period", limiter.refresh_period)});
}

void read_mirror(const Value& value, model::MirrorSettings& mirror) {
  read_object(value, find_shape("mirror"),
              {into("delay", mirror.delay),
               into("on_conflict", mirror.on_conflict),
               {"partitions", [&](const Value& v) {
                  v.each_item([&](const Value& item) { read_partition(item, mirror); });
                }}});
}

}  // namespace

void read_environment(const Value& value, model::EnvironmentSettings& environment) {
  bool status_lag_given = false;
  const auto read_status_lag = [&](const Value& v) {
    status_lag_given = v.to(environment.status_lag);
  };
  read_object(
      value, find_shape("environment"),
      {into("informer_lag", environment.informer_lag),
       into("channel_delay", environment.channel_delay),
       into("checkpoint_time", environment.checkpoint_time),
       into("notice_delay", environment.notice_delay),
       into("open_time", environment.open_time),
       {"deploy_time", [&](const Value& v) { read_deploy_time(v, environment.deploy_time); }},
       {"status_lag", read_status_lag},
       into("echo", environment.echo),
       into("strict_patches", environment.strict_patches),
       {"rate_limiter",
        [&](const Value& v) { read_rate_limiter(v, environment.rate_limiter.emplace()); }},
       into("wakes_up_after", environment.wakes_up_after),
       into("stopped_job_answers", environment.stopped_job_answers),
       {"mirror", [&](const Value& v) { read_mirror(v, environment.mirror.emplace()); }},
       {"faults", [&](const Value& v) { read_faults(v, environment.faults); }}});
  const std::uint32_t shortest_deployment =
      std::min(environment.deploy_time[0].shortest_ms, environment.deploy_time[1].shortest_ms);
  if (!status_lag_given) {
    environment.status_lag.longest_ms =
        std::min(environment.status_lag.longest_ms, shortest_deployment);
  } else if (environment.status_lag.longest_ms > shortest_deployment) {
    const Json& lag = *value.json().find("status_lag");
    value.problems().add(lag.origin, value.pointer() + "/status_lag",
                         "expected a part of deploy_time: at most " +
                             spelled_duration(shortest_deployment) + ", found " +
                             spelled_duration(environment.status_lag.longest_ms));
  }
}

}  // namespace scenarios
