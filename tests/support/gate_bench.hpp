// A gate with its API server and its clock, and the ConfigMaps that tests put before it.
//
// Blue is standby in them and green active. Processing time starts at 0, the wall clock at 1000 s.
#pragma once

#include <catch2/catch.hpp>
#include <cstdint>
#include <optional>
#include <vector>

#include "model/gate.hpp"
#include "model/gate_rules.hpp"

namespace gate_bench {

using model::Color;
using model::ConfigMap;
using model::ConfigMapApi;
using model::ConfigMapEntries;
using model::EventTime;
using model::Gate;
using model::GateError;
using model::GateOutcome;
using model::GateRule;
using model::GateRules;
using model::GateWrite;
using model::RecordTime;
using model::Stage;
using model::WatermarkStage;
using sim::Due;

constexpr GateRules kR5 = model::gate_rules_r5();
constexpr std::int64_t kWallClockAtStart = 1'000'000;

constexpr EventTime at(std::int64_t ms) { return EventTime{sim::milliseconds{ms}}; }

// A ConfigMap in the middle of a transition to green: blue is standby, green is active.
inline ConfigMap transition() {
  ConfigMap map;
  map.exists = true;
  map.active = Color::kGreen;
  map.stage = Stage::kTransitioning;
  map.deletion_delay = model::DeletionDelay{sim::milliseconds{100}};
  return map;
}

inline ConfigMap with_toggle(ConfigMap map, std::int64_t toggle) {
  model::put(map, ConfigMapEntries{std::nullopt, WatermarkStage::kSet, at(toggle)});
  return map;
}

inline ConfigMap with_stage(ConfigMap map, Stage stage) {
  map.stage = stage;
  return map;
}

inline ConfigMap waiting(ConfigMap map) {
  map.watermark_stage = WatermarkStage::kWaiting;
  return map;
}

inline ConfigMap as_first(ConfigMap map) {
  map.is_first = true;
  return map;
}

// An API server that stores, with as many conflicts before that as it is told.
class Server final : public ConfigMapApi {
 public:
  explicit Server(const ConfigMap& first) : content(first) {}

  Read get() override { return Read{content, version_}; }
  Result update(const ConfigMapEntries& entries, model::ResourceVersion version) override {
    if (conflicts > 0) {
      --conflicts;
      return Result::kConflict;
    }
    if (version != version_) {
      return Result::kConflict;
    }
    model::put(content, entries);
    version_ = model::ResourceVersion{static_cast<std::uint32_t>(version_) + 1};
    writes.push_back(entries);
    return Result::kStored;
  }

  ConfigMap content;
  std::uint32_t conflicts = 0;
  std::vector<ConfigMapEntries> writes;

 private:
  model::ResourceVersion version_{1};
};

// A gate with its server and its clock.
struct Bench {
  Bench(Color own, const ConfigMap& map, const GateRules& of = kR5, std::uint32_t subtask = 0)
      : rules(of),
        server(map),
        gate(model::open_gate(
            model::GateOpening{own, model::SubtaskIndex{subtask}, model::kWriteDelayMs, Due{0}},
            map, of)) {}

  GateOutcome record(std::int64_t ts) { return record(RecordTime{at(ts)}); }
  GateOutcome record(RecordTime time) {
    const model::GateEnvironment environment{now, at(kWallClockAtStart + now.ms)};
    return model::on_record(gate, time, environment, rules, server);
  }
  Bench& watermark(std::int64_t wm) {
    model::on_watermark(gate, at(wm));
    return *this;
  }
  Bench& pass(std::uint32_t ms) {
    now = now.after(ms);
    return *this;
  }
  // Another writer stores this, and the informer delivers it.
  Bench& deliver(const ConfigMap& map) {
    server.content = map;
    REQUIRE(model::on_config_map(gate, map, now, rules) == GateError::kNone);
    return *this;
  }
  [[nodiscard]] bool is_done() const { return model::handover_done(gate, now); }
  [[nodiscard]] bool is_window_open() const { return !gate.window_opened.is_never(); }

  GateRules rules;
  Server server;
  Gate gate;
  Due now;
};

inline Bench active(const ConfigMap& map, const GateRules& rules = kR5) {
  return Bench{Color::kGreen, map, rules};
}
inline Bench standby(const ConfigMap& map, const GateRules& rules = kR5) {
  return Bench{Color::kBlue, map, rules};
}

}  // namespace gate_bench
