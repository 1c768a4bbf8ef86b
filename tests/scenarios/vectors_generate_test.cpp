// Generated vector cases agree with the gate that made them, come out the same everywhere, and
// reach what there is to reach.
#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "model/gate.hpp"
#include "model/mutations.hpp"
#include "model/protocol.hpp"
#include "scenarios/vectors/generate.hpp"
#include "scenarios/vectors/replay.hpp"
#include "scenarios/vectors/write_case.hpp"
#include "sim/random.hpp"
#include "tests/support/vector_files.hpp"

namespace {

namespace vectors = scenarios::vectors;
using model::GateError;
using model::GateRule;
using model::GateWrite;

constexpr std::uint32_t kCases = 300;

std::vector<model::Protocol> protocols_with_gate() {
  std::vector<model::Protocol> with_gate;
  for (const model::Protocol& protocol : model::protocols()) {
    if (protocol.has_gate) {
      with_gate.push_back(protocol);
    }
  }
  return with_gate;
}

std::string generate(const model::Protocol& protocol, std::uint64_t seed, std::uint32_t count) {
  std::string lines;
  for (std::uint32_t k = 1; k <= count; ++k) {
    lines += vectors::write_case(vectors::generate_case(protocol, seed, k)) + "\n";
  }
  return lines;
}

// What the cases of a protocol came to, and how often.
struct Reached {
  std::map<std::size_t, std::size_t> actions;                // by position in the variant
  std::map<std::pair<GateRule, bool>, std::size_t> rules;    // and whether it was written
  std::map<std::pair<GateWrite, bool>, std::size_t> writes;  // and whether it was stored
  std::map<std::pair<GateWrite, GateError>, std::size_t> after_conflict;  // all attempts used up
  std::size_t informer_errors = 0;
  std::array<std::size_t, 2> gauge{};
  std::size_t missing_timestamps = 0;
  std::size_t lags = 0;
};

// Errors of a write that met conflicts and no other failure.
void count_record(const vectors::Bench& bench, bool may_fail, Reached& reached) {
  const model::GateOutcome& outcome = bench.outcome();
  ++reached.rules[{outcome.rule, outcome.emit}];
  ++reached.writes[{outcome.write, outcome.wrote}];
  if (outcome.error != GateError::kNone && !may_fail && bench.server().newest().exists) {
    ++reached.after_conflict[{outcome.write, outcome.error}];
  }
}

Reached survey(const model::Protocol& protocol) {
  Reached reached;
  for (std::uint32_t k = 1; k <= kCases; ++k) {
    const vectors::GateCase made = vectors::generate_case(protocol, 1, k);
    vectors::Bench bench{made.opening, protocol.gate};
    bool may_fail = false;
    for (const vectors::Step& step : made.steps) {
      const vectors::Answer answer = bench.run(step.action);
      ++reached.actions[step.action.index()];
      may_fail |= std::holds_alternative<vectors::UpdatesFail>(step.action);
      if (const auto* const record = std::get_if<vectors::RecordArrives>(&step.action)) {
        reached.missing_timestamps += record->time.is_missing ? 1U : 0U;
        count_record(bench, may_fail, reached);
      } else if (const auto* const told = std::get_if<vectors::InformerTells>(&step.action)) {
        reached.lags += told->lag > 0 ? 1U : 0U;
        const GateError error = std::get<vectors::InformerAnswer>(answer).error;
        reached.informer_errors += error == GateError::kNone ? 0U : 1U;
      } else if (const auto* const gauge = std::get_if<vectors::GaugeAnswer>(&answer)) {
        ++reached.gauge.at(gauge->is_done ? 1 : 0);
      }
    }
  }
  return reached;
}

bool opens_fully(const model::Protocol& protocol) {
  return protocol.gate.after_crossing == model::AfterCrossing::kOpenFully;
}

// The rows that a gate has, each with what it may do.
std::set<std::pair<GateRule, bool>> rows_of(const model::Protocol& protocol) {
  std::set<std::pair<GateRule, bool>> rows{
      {GateRule::kActiveByTimestamp, true},    {GateRule::kActiveByTimestamp, false},
      {GateRule::kActiveTransitioning, false}, {GateRule::kActiveNoToggle, false},
      {GateRule::kStandbyNoToggle, true},      {GateRule::kStandbyBefore, true},
      {GateRule::kStandbyBefore, false},       {GateRule::kStandbyCrossed, false}};
  if (opens_fully(protocol)) {
    rows.insert({{GateRule::kActiveFirst, true}, {GateRule::kActiveCrossed, true}});
  } else {
    rows.insert({GateRule::kMissingTimestamp, false});
  }
  if (protocol.gate.timing == model::WriteTiming::kInWindow) {
    rows.insert({GateRule::kNone, false});  // the write before the record fails
  }
  return rows;
}

}  // namespace

TEST_CASE("generated cases agree with the gate that made them") {
  for (const model::Protocol& protocol : protocols_with_gate()) {
    const vector_files::Checked checked = vector_files::check(generate(protocol, 7, kCases));
    INFO(protocol.id);
    for (const std::string& text : checked.disagreements) {
      UNSCOPED_INFO(text);
    }
    for (const std::string& text : checked.problems) {
      UNSCOPED_INFO(text);
    }
    CHECK(checked.counts.agree == kCases);
    CHECK(checked.counts.steps > 10 * kCases);
  }
}

TEST_CASE("generated cases reach every row of the gate and every write (p2:R1.1 p2:R3.4)") {
  for (const model::Protocol& protocol : protocols_with_gate()) {
    INFO(protocol.id);
    const Reached reached = survey(protocol);
    for (const auto& [row, count] : reached.rules) {
      INFO("row " << static_cast<int>(row.first) << (row.second ? " writes" : " drops"));
      CHECK(rows_of(protocol).count(row) == 1);
    }
    for (const auto& row : rows_of(protocol)) {
      INFO("row " << static_cast<int>(row.first) << (row.second ? " writes" : " drops"));
      const auto found = reached.rules.find(row);
      CHECK((found == reached.rules.end() ? 0U : found->second) >= 10);
    }
    for (const GateWrite write : {GateWrite::kToggle, GateWrite::kWaiting, GateWrite::kTeardown}) {
      INFO(model::name_of(write));
      const auto stored = reached.writes.find({write, true});
      const auto refused = reached.writes.find({write, false});
      CHECK((stored == reached.writes.end() ? 0U : stored->second) >= 10);
      CHECK((refused == reached.writes.end() ? 0U : refused->second) >= 5);
    }
  }
}

TEST_CASE("generated cases reach every kind of step and both of its ends") {
  for (const model::Protocol& protocol : protocols_with_gate()) {
    INFO(protocol.id);
    const Reached reached = survey(protocol);
    const bool has_gauge = protocol.gate.gauge != model::HandOverGauge::kNone;
    CHECK(reached.actions.size() == std::variant_size_v<vectors::Action> - (has_gauge ? 0U : 1U));
    for (const auto& [action, count] : reached.actions) {
      INFO("action " << action);
      CHECK(count >= 50);
    }
    CHECK(reached.missing_timestamps >= 50);
    CHECK(reached.lags >= 50);
    CHECK((reached.gauge[0] >= 50) == has_gauge);
    CHECK((reached.gauge[1] >= 50) == has_gauge);
    CHECK((reached.informer_errors >= 10) ==
          (protocol.gate.comparison == model::InformerComparison::kThrowsWithoutToggle));
  }
}

TEST_CASE("generated conflicts lead to errors as the retries say (p2:R1.1 p2:R2.3 p2:R3.2)") {
  for (const model::Protocol& protocol : protocols_with_gate()) {
    const GateError error = protocol.gate.retry == model::ConflictRetry::kTenAttempts
                                ? GateError::kException
                                : GateError::kConflict;
    const Reached reached = survey(protocol);
    for (const GateWrite write : {GateWrite::kToggle, GateWrite::kWaiting, GateWrite::kTeardown}) {
      INFO(protocol.id << " " << model::name_of(write));
      const auto found = reached.after_conflict.find({write, error});
      CHECK((found == reached.after_conflict.end() ? 0U : found->second) >= 2);
    }
  }
}

TEST_CASE("generated cases notice every rule of an earlier gate (p2:R5.1)", "[slow]") {
  const model::Protocol latest = *model::find_protocol("flip504-r5");
  const std::string made = generate(latest, 1, kCases);
  for (const model::Mutation& mutation : model::mutations()) {
    model::Protocol changed = latest;
    mutation.apply(changed);
    INFO(mutation.id);
    const bool is_seen = !(changed.gate == latest.gate) && mutation.id != "p2:R2.1";
    const vectors::Against against{std::nullopt, {&mutation}};
    CHECK((vector_files::check(made, against).counts.disagree > 0) == is_seen);
  }
}

TEST_CASE("a generated case is a function of protocol and seed and number") {
  const model::Protocol r5 = *model::find_protocol("flip504-r5");
  const std::string ten = generate(r5, 3, 10);
  CHECK(generate(r5, 3, 10) == ten);
  CHECK(generate(r5, 3, 20).starts_with(ten));
  CHECK(generate(r5, 4, 10) != ten);
  CHECK(vectors::generate_case(r5, 3, 12).id == "r5-g3-12");
  std::set<std::string> ids;
  for (std::uint32_t k = 1; k <= kCases; ++k) {
    ids.insert(vectors::generate_case(r5, UINT64_MAX, k).id);
  }
  CHECK(ids.size() == kCases);
}

TEST_CASE("generated cases are the same bytes on every compiler") {
  // These move with the model's gate and with the draws, and with nothing else.
  const std::map<std::string_view, std::uint64_t> known{{"flip504-r1", 0x3D80228E27FDCA9FU},
                                                        {"flip504-r2", 0xFB25D3767478F3DEU},
                                                        {"flip504-r3", 0xE38CF1DCAD3124F8U},
                                                        {"flip504-r4", 0x41E155126D493301U},
                                                        {"flip504-r5", 0x87D34451E46BFBE7U}};
  for (const model::Protocol& protocol : protocols_with_gate()) {
    INFO(protocol.id);
    CHECK(sim::name_hash(generate(protocol, 1, 50)) == known.at(protocol.id));
  }
}
