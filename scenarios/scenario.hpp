// A scenario: what a run is about, what it must come by, and what its author expects.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "model/properties.hpp"
#include "model/settings.hpp"
#include "sim/property.hpp"
#include "sim/time.hpp"

namespace scenarios {

// What the author says a run will show. An absent verdict is no statement.
struct Expectation {
  std::array<std::optional<sim::Verdict>, model::kPropertyCount> verdicts{};
  std::optional<sim::ProcessingSpan> output_gap_at_most;  // judged only if given
};

// Records that a property does not count, up to a number.
enum class RecordClass : std::uint8_t {
  kLateAtGate,  // event time <= the gate subtask's watermark on arrival, in either job
};

struct Exemption {
  std::vector<model::Property> properties;
  RecordClass records = RecordClass::kLateAtGate;
  std::optional<std::uint32_t>
      within_ids;  // of the largest record number that the outgoing job wrote
  std::uint32_t at_most = 0;
};

// Which properties of a run decide a claim of docs/reference/claims.md.
struct Judgement {
  std::vector<std::string> properties;
  std::string assuming;  // what this scenario grants beyond the claim's own words; empty: nothing
};

struct Scenario {
  std::string name;  // file name without its ending
  std::string title;
  std::vector<std::string> rules;
  std::map<std::string, Judgement> judges;  // by claim id
  std::optional<std::uint64_t> seed;
  sim::ProcessingTime horizon{std::chrono::hours{2}};
  std::uint64_t budget_events = 5'000'000;
  model::Settings settings;
  std::vector<model::Milestone> reaches;
  // Base expectation, then one a protocol that overrides it property by property. Without any:
  // no_loss, no_duplicates and progress hold.
  Expectation expect;
  std::map<std::string, Expectation> expect_by_protocol;
  std::vector<Exemption> exemptions;

  // What is expected under the protocol of `settings`.
  [[nodiscard]] Expectation expected() const;
};

}  // namespace scenarios
