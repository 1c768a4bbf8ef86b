// Barriers against the vectors of flink-runtime.md I10 (tests/vectors/flink/barriers.json), each a
// run of a whole job in which only the trigger of one source is late.

#include <catch2/catch.hpp>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "model/notes.hpp"
#include "model/plan.hpp"
#include "tests/support/vector_runs.hpp"

namespace {

using model::NoteKind;
using nlohmann::json;

// By input and number.
const std::map<std::string, std::string> kRecords{
    {"c0/0#0", "r1"}, {"c0/0#1", "r2"}, {"c1/0#0", "r3"}, {"c1/0#1", "r4"}, {"c1/0#2", "r5"}};
constexpr std::uint32_t kFailsAt = 11'500;

json two_channels(const json& vector) {
  json scenario = support::vector_scenario("basic");
  const json c0{{"r1", "11000 ms"}, {"r2", vector.at("c0_sends_r2")}};
  const json c1{{"r3", "11010 ms"}, {"r4", vector.at("c1_sends_r4")}, {"r5", "11050 ms"}};
  scenario["input"] = {{"c0", {{"listed", support::listed_at(c0)}}},
                       {"c1", {{"listed", support::listed_at(c1)}}}};
  json& job = scenario["job"];
  job["operators"] = {
      support::source_of("c0"),
      support::source_of("c1"),
      {{"id", "output"},
       {"kind", "sink"},
       {"inputs",
        {{{"from", "c0"}, {"ship", "rebalance"}}, {{"from", "c1"}, {"ship", "rebalance"}}}}}};
  job["checkpointing"]["barriers"] = vector.at("barriers");
  if (vector.contains("aligned_timeout")) {
    job["checkpointing"]["aligned_timeout"] = vector.at("aligned_timeout");
  }
  scenario["timeline"] = {{{"at", "11500 ms"}, {"do", "kill_job"}, {"job", "BLUE"}}};
  scenario["environment"]["notice_delay"] = {"1 ms", "20 ms"};
  constexpr std::uint64_t kTrigger = std::uint64_t{5} << 32;  // the kind of the mail
  for (std::uint64_t id = 1; id < 4; ++id) {
    scenario["choices"].push_back({{"what", "notice_delay"},
                                   {"who", "blue mailbox c1[0]"},
                                   {"of", kTrigger + id},
                                   {"is", 19}});
  }
  if (vector.contains("r4_takes_longer")) {
    scenario["environment"]["channel_delay"] = {"1 ms", "100 ms"};
    scenario["choices"].push_back({{"what", "channel_delay"},
                                   {"who", "blue channel c1[0]->output[0].1"},
                                   {"of", 1},  // r4: its source comes first in the plan
                                   {"is", vector.at("r4_takes_longer")}});
  }
  return scenario;
}

void check_barriers(const std::string& name, const json& vector) {
  INFO(name << ": " << vector.at("says"));
  const support::VectorRun of = support::run_of(name, two_channels(vector));
  std::vector<std::string> taken;
  std::vector<std::string> again;
  std::map<std::int64_t, std::vector<std::string>> written;  // by transaction
  std::map<std::string, int> shown;
  for (const sim::Note& note : of.run.trace.notes()) {
    const auto kind = static_cast<NoteKind>(note.what);
    if (kind == NoteKind::kWritten) {
      const std::string& record =
          kRecords.at(of.plan.record_name(static_cast<std::uint32_t>(note.a)));
      (note.at.ms < kFailsAt ? taken : again).push_back(record);
      written[note.b].push_back(record);
    } else if (kind == NoteKind::kCommitted && note.b > 0) {
      for (const std::string& record : written[note.a]) {
        ++shown[record];
      }
    }
  }
  CHECK(taken == vector.at("taken").get<std::vector<std::string>>());
  CHECK(again == vector.at("again").get<std::vector<std::string>>());
  CHECK(shown == vector.at("shown").get<std::map<std::string, int>>());
}

}  // namespace

TEST_CASE("barriers: the vectors of aligned and counted and overtaking ones (rt:C6 rt:C7 rt:C9)") {
  const json all = support::vectors_in("barriers.json");
  for (const auto& [name, vector] : all.items()) {
    check_barriers(name, vector);
  }
  CHECK(all.size() == 6);
}
