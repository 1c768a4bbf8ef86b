// The JobManager's metric store against the timing vector of flink-runtime.md I11.

#include "model/metric_store.hpp"

#include <catch2/catch.hpp>
#include <string>

TEST_CASE(
    "a poller sees values that were sampled at one of its own earlier requests (rt:M1 rt:M2 "
    "rt:M3)") {
  // CV-M1: a poller every 3 s from 0; the gauge is the second at which it is sampled.
  std::string store = "empty";
  sim::Due refreshed = sim::Due::never();
  std::string answers;
  for (std::uint32_t second = 0; second <= 27; second += 3) {
    answers += (second == 0 ? "" : " ") + store;
    if (model::starts_refresh(refreshed, sim::Due{second * 1000})) {
      refreshed = sim::Due{second * 1000};
      store = std::to_string(second);
    }
  }
  CHECK(answers == "empty 0 0 0 0 12 12 12 12 24");
}

TEST_CASE("exactly the update interval after a refresh no other one starts (rt:M2)") {
  CHECK_FALSE(model::starts_refresh(sim::Due{1000}, sim::Due{11'000}));
  CHECK(model::starts_refresh(sim::Due{1000}, sim::Due{11'001}));
}
