// Whole jobs for the vectors of flink-runtime.md section I: a run in which nothing is left to
// chance but what the vector itself decides.
#pragma once

#include <catch2/catch.hpp>
#include <cstdint>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "model/plan.hpp"
#include "scenarios/reader/scenario.hpp"
#include "scenarios/runner/simulate.hpp"

namespace support {

// From tests/vectors/flink.
inline nlohmann::json vectors_in(const std::string& file) {
  std::ifstream in{HARNESS_ROOT "/tests/vectors/flink/" + file};
  return nlohmann::json::parse(in, nullptr, true, true);
}

inline std::uint32_t ms_of(const std::string& text) {
  std::size_t end = 0;
  const auto count = static_cast<std::uint32_t>(std::stoul(text, &end));
  return text.substr(end) == " ms" ? count : count * 1'000;
}

inline nlohmann::json fixed_delay(const std::string& delay) {
  return nlohmann::json::array({delay, delay});
}

// Records that arrive at these moments, numbered from 0.
inline nlohmann::json listed_at(const nlohmann::json& moments) {
  nlohmann::json records = nlohmann::json::array();
  for (const auto& [name, at] : moments.items()) {
    records.push_back(
        {{"number", records.size()}, {"at", at}, {"event_time", 1'000 + (100 * records.size())}});
  }
  return records;
}

inline nlohmann::json source_of(const std::string& input) {
  return {{"id", input},
          {"kind", "source"},
          {"reads", input},
          {"watermarks", {{"strategy", "monotonous"}}}};
}

// Tasks start after 1 s, every delay is 1 ms. REQUIRES: inputs, operators and a checkpoint interval
// are added.
inline nlohmann::json vector_scenario(const std::string& protocol) {
  return {{"title", "a vector"},
          {"job", {{"checkpointing", {{"interval", "10 s"}}}}},
          {"deployment",
           {{"protocol", protocol},
            {"transition_mode", protocol == "basic" ? "BASIC" : "ADVANCED"},
            {"flink_configuration", {{"state.savepoints.dir", "s3://savepoints"}}},
            {"configuration",
             {{"kubernetes.operator.bluegreen.reconciliation.reschedule-interval", "500 ms"}}}}},
          {"environment",
           {{"informer_lag", fixed_delay("10 ms")},
            {"channel_delay", fixed_delay("1 ms")},
            {"checkpoint_time", fixed_delay("1 ms")},
            {"notice_delay", fixed_delay("1 ms")},
            {"open_time", fixed_delay("0 ms")},
            {"deploy_time", fixed_delay("1 s")},
            {"status_lag", fixed_delay("0 ms")}}},
          {"choices", nlohmann::json::array()},
          {"expect", {{"no_duplicates", "holds"}}}};
}

// The run with the decisions that the scenario lists, all others uneventful.
struct VectorRun {
  model::Plan plan;
  scenarios::Simulated run;
};
inline VectorRun run_of(const std::string& name, const nlohmann::json& scenario) {
  const scenarios::ReadResult read = scenarios::read_scenario(name, scenario.dump(), {});
  for (const scenarios::Problem& problem : read.problems) {
    UNSCOPED_INFO(scenarios::to_string(problem));
  }
  REQUIRE(read.scenario.has_value());
  model::Plan plan{read.scenario->settings};
  const std::vector<sim::GivenChoice> choices = scenarios::given(*read.scenario->choices);
  const scenarios::Decisions decisions{scenarios::Decisions::List{choices}, nullptr};
  scenarios::Simulated run = simulate(plan, decisions, sim::Budget{}, scenarios::Recording::kOn);
  return VectorRun{std::move(plan), std::move(run)};
}

}  // namespace support
