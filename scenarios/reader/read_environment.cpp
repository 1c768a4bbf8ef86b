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

void read_faults(const Value& value) {
  if (value.json().type != Json::Type::kArray) {
    value.refuse("an array");
  } else if (!value.json().items.empty()) {
    value.complain("\"faults\" other than [] is not modelled yet");
  }
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
       {"faults", read_faults}});
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

void read_timeline(const Value& value, std::vector<model::TimelineEntry>& timeline) {
  sim::ProcessingTime latest;
  value.each_item([&](const Value& item) {
    model::TimelineEntry entry;
    const auto read_at = [&](const Value& v) {
      if (v.to(entry.at) && entry.at < latest) {
        v.refuse("an ascending timeline: " +
                 spelled_duration(static_cast<std::uint64_t>(latest.ms())) + " or later");
      }
      latest = std::max(latest, entry.at);
    };
    read_object(item, find_shape("timeline_entry"), {{"at", read_at}, into("do", entry.action)});
    timeline.push_back(entry);
  });
}

}  // namespace scenarios
