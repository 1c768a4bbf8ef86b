// The JobManager's metric store, and processing-time timers, against
// tests/vectors/flink/timers.json.

#include "model/metric_store.hpp"

#include <catch2/catch.hpp>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "model/timers.hpp"

namespace {

nlohmann::json vector_of(const char* name) {
  std::ifstream file{HARNESS_ROOT "/tests/vectors/flink/timers.json"};
  return nlohmann::json::parse(file, nullptr, true, true).at(name);
}

TEST_CASE("a poller sees what was sampled at one of its own earlier requests (rt:M1 rt:M2 rt:M3)") {
  const nlohmann::json vector = vector_of("CV-M1");
  const std::uint32_t every = vector.at("every");
  std::string store = "empty";
  sim::Due refreshed = sim::Due::never();
  std::vector<std::string> answers;
  for (std::uint32_t now = 0; answers.size() < vector.at("answers").size(); now += every) {
    answers.push_back(store);
    if (model::starts_refresh(refreshed, sim::Due{now})) {
      refreshed = sim::Due{now};
      store = std::to_string(now / 1'000);
    }
  }
  CHECK(answers == vector.at("answers").get<std::vector<std::string>>());
}

TEST_CASE("exactly the update interval after a refresh no other one starts (rt:M2)") {
  CHECK_FALSE(model::starts_refresh(sim::Due{1000}, sim::Due{11'000}));
  CHECK(model::starts_refresh(sim::Due{1000}, sim::Due{11'001}));
}

TEST_CASE("a timer runs after its millisecond (rt:P12)") {
  const nlohmann::json vector = vector_of("CV-P1");
  for (const nlohmann::json& timer : vector.at("timers")) {
    INFO(timer.dump());
    CHECK(model::earliest_run(vector.at("now"), timer.at("at")) == timer.at("runs_from"));
  }
}

}  // namespace
