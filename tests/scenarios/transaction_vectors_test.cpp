// Transactions of an exactly-once Kafka sink against the vectors of flink-runtime.md I10
// (tests/vectors/flink/transactions.json), each a run of a whole job in which nothing is left to
// chance.

#include <catch2/catch.hpp>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "model/notes.hpp"
#include "model/world.hpp"
#include "tests/support/vector_runs.hpp"

namespace {

using model::NoteKind;
using nlohmann::json;
using support::fixed_delay;
using support::ms_of;

json transactional_job(const json& vector) {
  const json sink{{"id", "output"},
                  {"kind", "sink"},
                  {"kafka",
                   {{"transactional_id_prefix",
                     {{"blue", "app"}, {"green", vector.value("green_prefix", "app")}}}}},
                  {"inputs", {{{"from", "events"}}}}};
  json scenario = support::vector_scenario(vector.contains("green_after") ? "flip504-r5" : "basic");
  scenario["input"] = {{"events", {{"listed", support::listed_at(vector.at("records"))}}}};
  scenario["job"]["operators"] = {support::source_of("events"), sink};
  scenario["timeline"] = vector.at("timeline");
  if (vector.contains("green_inherits")) {
    scenario["job"]["operators"][1]["kafka"]["inherits_state"] = vector.at("green_inherits");
  }
  if (vector.contains("deletion_delay")) {
    scenario["deployment"]["configuration"]
            ["kubernetes.operator.bluegreen.deployment-deletion.delay"] =
                vector.at("deletion_delay");
  }
  json& environment = scenario["environment"];
  environment["checkpoint_time"] = fixed_delay(vector.value("checkpoint_time", "1 ms"));
  environment["deploy_time"] = {{"blue", fixed_delay("1 s")},
                                {"green", fixed_delay(vector.value("green_after", "1 min"))}};
  return scenario;
}

class ObservedCommits {
 public:
  explicit ObservedCommits(const support::VectorRun& of) {
    std::map<std::int64_t, std::vector<std::uint32_t>> written;
    for (const sim::Note& note : of.run.trace.notes()) {
      switch (static_cast<NoteKind>(note.what)) {
        case NoteKind::kDecision:
          if (of.plan.slots()[note.actor].color == model::Color::kBlue) {
            read_by_blue.insert(static_cast<std::uint32_t>(note.a));
          }
          break;
        case NoteKind::kJob:
          if (note.actor == 0 &&
              static_cast<model::JobStatus>(note.detail) == model::JobStatus::kFinished) {
            blue_finishes = note.at.ms;
          }
          break;
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
  std::set<std::uint32_t> read_by_blue;
  std::uint32_t blue_finishes = 0;  // 0: it does not
  int committed = 0;
  int aborted = 0;
  int failed = 0;

 private:
  std::vector<std::uint32_t> none_;
};

void check_transactions(const std::string& name, const json& vector) {
  INFO(name << ": " << vector.at("says"));
  const ObservedCommits run{support::run_of(name, transactional_job(vector))};
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
  const auto number_of = [&records = vector.at("records")](const json& record) {
    const auto place = std::distance(records.begin(), records.find(record.get<std::string>()));
    return static_cast<std::uint32_t>(place);
  };
  for (const json& record : vector.value("lost", json::array())) {
    CHECK(run.shown.count(number_of(record)) == 0);
  }
  for (const json& record : vector.value("unread_by_blue", json::array())) {
    CHECK(run.read_by_blue.count(number_of("b")) == 1);
    CHECK(run.read_by_blue.count(number_of(record)) == 0);
  }
  if (vector.contains("blue_finishes")) {
    CHECK(run.blue_finishes >= ms_of(vector.at("blue_finishes")[0].get<std::string>()));
    CHECK(run.blue_finishes <= ms_of(vector.at("blue_finishes")[1].get<std::string>()));
  }
  CHECK(run.committed == vector.value("committed", run.committed));
  CHECK(run.aborted == vector.value("aborted", run.aborted));
  CHECK(run.failed == vector.value("failed", 0));
}

}  // namespace

TEST_CASE(
    "transactions: the vectors of an exactly-once Kafka sink (rt:X2 rt:X6 rt:X7 rt:SP2 rt:SP5)") {
  const json all = support::vectors_in("transactions.json");
  for (const auto& [name, vector] : all.items()) {
    check_transactions(name, vector);
  }
  CHECK(all.size() == 7);
}
