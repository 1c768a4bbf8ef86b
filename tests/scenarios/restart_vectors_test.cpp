// Restart strategies against tests/vectors/flink/restarts.json, each a run of a whole job in which
// nothing is left to chance.

#include <catch2/catch.hpp>
#include <cstdint>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "model/notes.hpp"
#include "model/world.hpp"
#include "scenarios/reader/scenario.hpp"
#include "scenarios/runner/simulate.hpp"

namespace {

using model::JobStatus;
using nlohmann::json;

constexpr std::uint32_t kFirstStart = 1'010;  // its deployment, and the informer before it

std::uint32_t length_ms(const std::string& text) {
  std::size_t end = 0;
  const auto count = static_cast<std::uint32_t>(std::stoul(text, &end));
  const std::string unit = text.substr(end);
  return unit == " ms" ? count : unit == " s" ? count * 1'000 : count * 60'000;
}

json always(const std::string& delay) { return json::array({delay, delay}); }

struct Turn {
  std::uint32_t at = 0;
  JobStatus status = JobStatus::kRunning;

  friend bool operator==(const Turn&, const Turn&) = default;
};
[[maybe_unused]] std::ostream& operator<<(std::ostream& out, const Turn& turn) {
  return out << turn.at << ": " << static_cast<int>(turn.status);
}

// What must come of it; `failures`: when.
std::vector<Turn> expected_turns(const json& vector, std::vector<std::uint32_t>& failures) {
  const json& after = vector.at("after");
  const json& delays = vector.at("delays");
  const std::size_t count = delays.size() + (vector.contains("ends") ? 1 : 0);
  std::vector<Turn> turns{{kFirstStart, JobStatus::kRunning}};
  for (std::size_t i = 0; i < count; ++i) {
    const std::string lasted = after.is_array() ? after[i] : after;
    const std::uint32_t at = turns.back().at + length_ms(lasted);
    failures.push_back(at);
    if (i == delays.size()) {
      turns.push_back({at, JobStatus::kFailed});
      break;
    }
    turns.push_back({at, JobStatus::kRestarting});
    turns.push_back({at + length_ms(delays[i]), JobStatus::kRunning});
  }
  return turns;
}

json failing_job(const json& vector, const std::vector<std::uint32_t>& failures) {
  json timeline = json::array();
  for (const std::uint32_t at : failures) {
    timeline.push_back({{"at", std::to_string(at) + " ms"}, {"do", "kill_job"}, {"job", "BLUE"}});
  }
  const json source{{"id", "events"}, {"kind", "source"}, {"reads", "events"}};
  const json sink{{"id", "output"},
                  {"kind", "sink"},
                  {"guarantee", "at_least_once"},
                  {"inputs", {{{"from", "events"}}}}};
  json job{{"operators", {source, sink}}};
  if (vector.value("checkpoints", true)) {
    job["checkpointing"] = {{"interval", "10 min"}};
  }
  if (vector.contains("strategy")) {
    job["restart_strategy"] = vector.at("strategy");
  }
  return {{"title", "a vector"},
          {"input",
           {{"events",
             {{"records", 1}, {"rate", "1/s"}, {"event_time", {{"start", 0}, {"step", "1 ms"}}}}}}},
          {"job", job},
          {"deployment", {{"protocol", "basic"}}},
          {"environment",
           {{"informer_lag", always("10 ms")},
            {"open_time", always("0 ms")},
            {"deploy_time", always("1 s")},
            {"status_lag", always("0 ms")}}},
          {"timeline", timeline},
          {"horizon", "4 h"},
          {"choices", json::array()},
          {"expect", {{"no_duplicates", "holds"}}}};
}

}  // namespace

TEST_CASE(
    "restart strategies say how long restarts take and when there are no more (rt:F1 rt:F2)") {
  std::ifstream file{HARNESS_ROOT "/tests/vectors/flink/restarts.json"};
  const json all = json::parse(file, nullptr, true, true);
  for (const auto& [name, vector] : all.items()) {
    INFO(name << ": " << vector.at("says"));
    std::vector<std::uint32_t> failures;
    const std::vector<Turn> expected = expected_turns(vector, failures);
    const scenarios::ReadResult read =
        scenarios::read_scenario(name, failing_job(vector, failures).dump(), {});
    for (const scenarios::Problem& problem : read.problems) {
      UNSCOPED_INFO(scenarios::to_string(problem));
    }
    REQUIRE(read.scenario.has_value());
    const model::Plan plan{read.scenario->settings};
    sim::Budget budget;
    budget.horizon = sim::Due{4 * 3'600'000};
    const scenarios::Simulated run =
        simulate(plan, scenarios::Decisions{scenarios::Decisions::List{}, nullptr}, budget,
                 scenarios::Recording::kOn);
    std::vector<Turn> turns;
    for (const sim::Note& note : run.trace.notes()) {
      const auto status = static_cast<JobStatus>(note.detail);
      if (static_cast<model::NoteKind>(note.what) == model::NoteKind::kJob &&
          status != JobStatus::kDeploying) {
        turns.push_back({note.at.ms, status});
      }
    }
    CHECK(turns == expected);
  }
  CHECK(all.size() == 10);
}
