// Transactions of an exactly-once Kafka sink against the vectors of flink-runtime.md I10
// (tests/vectors/flink/transactions.json), each a run of a whole job in which nothing is left to
// chance.

#include <catch2/catch.hpp>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "model/notes.hpp"
#include "scenarios/reader/scenario.hpp"
#include "scenarios/runner/simulate.hpp"

namespace {

using model::NoteKind;
using nlohmann::json;

std::uint32_t ms_of(const std::string& text) {
  std::size_t end = 0;
  const auto count = static_cast<std::uint32_t>(std::stoul(text, &end));
  return text.substr(end) == " ms" ? count : count * 1'000;
}

json fixed_delay(const std::string& delay) { return json::array({delay, delay}); }

json transactional_job(const json& vector) {
  json records = json::array();
  for (const auto& [name, at] : vector.at("records").items()) {
    records.push_back(
        {{"number", records.size()}, {"at", at}, {"event_time", 1'000 + (100 * records.size())}});
  }
  const json sink{{"id", "output"},
                  {"kind", "sink"},
                  {"kafka",
                   {{"transactional_id_prefix",
                     {{"blue", "app"}, {"green", vector.value("green_prefix", "app")}}}}},
                  {"inputs", {{{"from", "events"}}}}};
  const json source{{"id", "events"},
                    {"kind", "source"},
                    {"reads", "events"},
                    {"watermarks", {{"strategy", "monotonous"}}}};
  const std::string green_after = vector.value("green_after", "1 min");
  const bool hands_over = vector.contains("green_after");
  return {{"title", "a vector"},
          {"input", {{"events", {{"listed", records}}}}},
          {"job", {{"operators", {source, sink}}, {"checkpointing", {{"interval", "10 s"}}}}},
          {"deployment",
           {{"protocol", hands_over ? "flip504-r5" : "basic"},
            {"transition_mode", hands_over ? "ADVANCED" : "BASIC"},
            {"flink_configuration", {{"state.savepoints.dir", "s3://savepoints"}}},
            {"configuration",
             {{"kubernetes.operator.bluegreen.reconciliation.reschedule-interval", "500 ms"}}}}},
          {"environment",
           {{"informer_lag", fixed_delay("10 ms")},
            {"channel_delay", fixed_delay("1 ms")},
            {"checkpoint_time", fixed_delay(vector.value("checkpoint_time", "1 ms"))},
            {"notice_delay", fixed_delay("1 ms")},
            {"open_time", fixed_delay("0 ms")},
            {"deploy_time", {{"blue", fixed_delay("1 s")}, {"green", fixed_delay(green_after)}}},
            {"status_lag", fixed_delay("0 ms")}}},
          {"timeline", vector.at("timeline")},
          {"choices", json::array()},
          {"expect", {{"no_duplicates", "holds"}}}};
}

class ObservedCommits {
 public:
  explicit ObservedCommits(const scenarios::Simulated& run) {
    std::map<std::int64_t, std::vector<std::uint32_t>> written;
    for (const sim::Note& note : run.trace.notes()) {
      switch (static_cast<NoteKind>(note.what)) {
        case NoteKind::kWritten:
          written[note.b].push_back(static_cast<std::uint32_t>(note.a));
          break;
        case NoteKind::kCommitted:
          committed += note.b > 0 ? 1 : 0;
          for (const std::uint32_t record : note.b > 0 ? written[note.a] : none_) {
            shown[record].push_back(note.at.ms);
          }
          break;
        case NoteKind::kDiscarded: ++aborted; break;
        case NoteKind::kFenced: ++failed; break;
        default: break;
      }
    }
  }

  std::map<std::uint32_t, std::vector<std::uint32_t>> shown;  // when, by record
  int committed = 0;
  int aborted = 0;
  int failed = 0;

 private:
  std::vector<std::uint32_t> none_;
};

void check_transactions(const std::string& name, const json& vector) {
  INFO(name << ": " << vector.at("says"));
  const scenarios::ReadResult read =
      scenarios::read_scenario(name, transactional_job(vector).dump(), {});
  for (const scenarios::Problem& problem : read.problems) {
    UNSCOPED_INFO(scenarios::to_string(problem));
  }
  REQUIRE(read.scenario.has_value());
  const model::Plan plan{read.scenario->settings};
  const ObservedCommits run{simulate(plan,
                                     scenarios::Decisions{scenarios::Decisions::List{}, nullptr},
                                     sim::Budget{}, scenarios::Recording::kOn)};
  std::uint32_t number = 0;
  for (const auto& [record, at] : vector.at("records").items()) {
    const auto when = run.shown.find(number++);
    INFO(record);
    if (const auto window = vector.at("shown").find(record); window != vector.at("shown").end()) {
      REQUIRE(when != run.shown.end());
      CHECK(when->second.size() == 1);
      CHECK(when->second.front() >= ms_of((*window)[0].get<std::string>()));
      CHECK(when->second.front() <= ms_of((*window)[1].get<std::string>()));
    }
  }
  for (const json& record : vector.value("lost", json::array())) {
    const auto& records = vector.at("records");
    const auto place = std::distance(records.begin(), records.find(record.get<std::string>()));
    CHECK(run.shown.count(static_cast<std::uint32_t>(place)) == 0);
  }
  CHECK(run.committed == vector.value("committed", run.committed));
  CHECK(run.aborted == vector.value("aborted", run.aborted));
  CHECK(run.failed == vector.value("failed", 0));
}

}  // namespace

TEST_CASE("transactions: the vectors of an exactly-once Kafka sink (rt:X2 rt:X6 rt:X7 rt:SP2)") {
  std::ifstream file{HARNESS_ROOT "/tests/vectors/flink/transactions.json"};
  const json all = json::parse(file, nullptr, true, true);
  for (const auto& [name, vector] : all.items()) {
    check_transactions(name, vector);
  }
  CHECK(all.size() == 6);
}
