// The model's gate gives the recorded answer at every step of every recorded case
// (tests/vectors/README.md).
#include <catch2/catch.hpp>
#include <cstddef>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>

#include "model/gate_rules.hpp"
#include "tests/support/vector_replay.hpp"

#ifndef VECTORS_DIR
#define VECTORS_DIR "tests/vectors"
#endif

namespace {

std::optional<model::GateRules> rules_of(std::string_view protocol) {
  if (protocol == "flip504-r1") {
    return model::gate_rules_r1();
  }
  if (protocol == "flip504-r2") {
    return model::gate_rules_r2();
  }
  if (protocol == "flip504-r4") {
    return model::gate_rules_r4();
  }
  if (protocol == "flip504-r5") {
    return model::gate_rules_r5();
  }
  return std::nullopt;
}

vectors::FileOutcome replay(const std::string& name, const vectors::RulesOf& rules) {
  std::ifstream file{std::string{VECTORS_DIR} + "/" + name};
  INFO("cannot read " VECTORS_DIR "/" << name);
  REQUIRE(file.good());
  return vectors::replay_file(file, rules);
}

void require_agreement(const std::string& name, std::size_t cases) {
  const vectors::FileOutcome outcome = replay(name, rules_of);
  for (const vectors::FileOutcome::Failure& failure : outcome.failures) {
    UNSCOPED_INFO(name << ":" << failure.line << ": " << vectors::describe(failure.outcome));
  }
  CHECK(outcome.failures.empty());
  CHECK(outcome.cases == cases);
}

}  // namespace

TEST_CASE("the gate of r1 agrees with every recorded case (p2:R1.1)", "[vectors]") {
  require_agreement("gate-r1.jsonl", 480);
}

TEST_CASE("the gate of r2 agrees with every recorded case (p2:R2.1)", "[vectors]") {
  require_agreement("gate-r2.jsonl", 485);
}

TEST_CASE("the gate of r4 agrees with every recorded case (p2:R4.1)", "[vectors]") {
  require_agreement("gate-r4.jsonl", 518);
}

TEST_CASE("the gate of r5 agrees with every recorded case (p2:R5.1)", "[vectors]") {
  require_agreement("gate-r5.jsonl", 567);
}

// --- What the recordings can tell apart ----------------------------------------------------------

namespace {

// How many cases of r5 disagree with r5's gate if one field has another of its values.
template <class Variant>
std::size_t disagreeing(Variant model::GateRules::*field, Variant variant) {
  model::GateRules rules = model::gate_rules_r5();
  REQUIRE(rules.*field != variant);
  rules.*field = variant;
  return replay("gate-r5.jsonl", [&](std::string_view) { return std::optional{rules}; })
      .failures.size();
}

}  // namespace

TEST_CASE("the recordings of r5 notice every rule of an earlier gate (p2:R5.1)", "[vectors]") {
  using model::GateRules;
  CHECK(disagreeing(&GateRules::writers, model::GateWriters::kIndexOne) > 0);
  CHECK(disagreeing(&GateRules::timing, model::WriteTiming::kAtOnce) > 0);
  CHECK(disagreeing(&GateRules::sides, model::WriteSides::kAnySide) > 0);
  CHECK(disagreeing(&GateRules::repetition, model::WriteRepetition::kOncePerRun) > 0);
  CHECK(disagreeing(&GateRules::bound, model::WatermarkBound::kOrWallClock) > 0);
  CHECK(disagreeing(&GateRules::retry, model::ConflictRetry::kNone) > 0);
  CHECK(disagreeing(&GateRules::retry, model::ConflictRetry::kThriceNoStage) > 0);
  CHECK(disagreeing(&GateRules::guard, model::WriteGuard::kNone) > 0);
  CHECK(disagreeing(&GateRules::guard, model::WriteGuard::kValue) > 0);
  CHECK(disagreeing(&GateRules::missing_map, model::MissingMap::kException) > 0);
  CHECK(disagreeing(&GateRules::adoption, model::ToggleAdoption::kOwn) > 0);
  CHECK(disagreeing(&GateRules::first_deployment, model::FirstDeployment::kByTimestamp) > 0);
  CHECK(disagreeing(&GateRules::after_crossing, model::AfterCrossing::kByTimestamp) > 0);
  CHECK(disagreeing(&GateRules::missing_timestamp, model::MissingTimestamp::kException) > 0);
  CHECK(disagreeing(&GateRules::comparison, model::InformerComparison::kThrowsWithoutToggle) > 0);
  CHECK(disagreeing(&GateRules::gauge, model::HandOverGauge::kNone) > 0);
}

TEST_CASE("the recordings give the write delay and so cannot notice how it is drawn (p2:R3.3)",
          "[vectors]") {
  CHECK(disagreeing(&model::GateRules::window, model::WriteWindow::kFixed) == 0);
}

// --- Lines that are no case ----------------------------------------------------------------------

TEST_CASE("a line that is no case is unreadable and says what was wanted") {
  const std::string head =
      R"({"id":"x","protocol":"flip504-r5","color":"BLUE","subtask":0,"clock":0,)"
      R"("configMap":{"active-deployment-type":"BLUE"},"steps":)";
  const auto wanted = [](const std::string& line) {
    const vectors::CaseOutcome outcome = vectors::replay_case(line, rules_of);
    CHECK(outcome.result == vectors::CaseResult::kUnreadable);
    return outcome.expected;
  };
  CHECK(wanted("{") == "a JSON object");
  CHECK(wanted("[]") == "a field \"id\"");
  CHECK(wanted(R"({"id":"x","protocol":"flip504-r9"})") == "a protocol with a gate");
  CHECK(wanted(head + "7}") == "an array of steps");
  CHECK(wanted(head + R"([{"do":"dance"}]})") == "a known step");
  CHECK(wanted(head + R"([{"do":"watermark","ts":1.5}]})") == "an integer of 64 bits");
  CHECK(wanted(head + R"([{"do":"watermark","ts":9223372036854775808}]})") ==
        "an integer of 64 bits");
  CHECK(wanted(head + R"([{"do":"server","data":{"stage":"GONE"}}]})") == "a value of stage");
}

TEST_CASE("the first step that disagrees is named with both answers") {
  const vectors::CaseOutcome outcome = vectors::replay_case(
      R"({"id":"x","protocol":"flip504-r5","color":"BLUE","subtask":0,"clock":0,)"
      R"("configMap":{"active-deployment-type":"BLUE"},"steps":[{"do":"clock","ms":5},)"
      R"({"do":"gauge","expect":1},{"do":"gauge","expect":2}]})",
      rules_of);
  CHECK(vectors::describe(outcome) ==
        R"(x, step 2: expected 1 after {"do":"gauge","expect":1}, got 0)");
}
