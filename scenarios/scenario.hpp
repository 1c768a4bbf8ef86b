// A scenario: what a run is about, what it must come by, and what its author expects.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "model/plan.hpp"
#include "model/properties.hpp"
#include "model/settings.hpp"
#include "scenarios/random/assumptions.hpp"
#include "scenarios/random/section.hpp"
#include "sim/property.hpp"
#include "sim/time.hpp"

namespace scenarios {

// What the author says a run will show. An absent verdict is no statement.
struct Expectation {
  std::array<std::optional<sim::Verdict>, model::kPropertyCount> verdicts{};
  std::optional<sim::ProcessingSpan> output_gap_at_most;  // judged only if given

  friend bool operator==(const Expectation&, const Expectation&) = default;
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

  friend bool operator==(const Exemption&, const Exemption&) = default;
};

// Which properties of a run decide a claim of docs/reference/claims.md.
struct Judgement {
  std::vector<std::string> properties;
  std::string assuming;  // what this scenario grants beyond the claim's own words; empty: nothing

  friend bool operator==(const Judgement&, const Judgement&) = default;
};

// One decision of a run, by name. Decisions that a scenario does not list take their uneventful
// alternative, so a list is complete and each entry is a thing that somebody had to do.
struct NamedChoice {
  model::ChoiceKind what = model::ChoiceKind::kPriority;
  std::string who;       // the actor, as model::Plan names its slot
  std::uint64_t of = 0;  // which of its decisions: the identity of the element it is about
  std::uint32_t is = 0;  // what was chosen; of a delay: ms above the shortest

  friend bool operator==(const NamedChoice&, const NamedChoice&) = default;
};

// What a counterexample showed when it was written.
struct Found {
  model::Property property = model::Property::kNoLoss;  // what it refutes
  std::uint64_t fingerprint = 0;
  std::vector<std::string> steps;  // the story of the run, a line a step

  friend bool operator==(const Found&, const Found&) = default;
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
  // What draw_scenario draws, and what every scenario that comes out of it meets. Without ranges
  // the reader has restricted the scenario itself, and no assumption is left.
  std::optional<RandomSection> random;
  std::vector<Assumption> assumptions;
  // Of a counterexample: its decisions, and what they lead to. With choices there is one run only,
  // whatever the seed.
  std::optional<std::vector<NamedChoice>> choices;
  std::optional<Found> found;

  // Whether it stands for many scenarios: it has a "random" section.
  [[nodiscard]] bool is_random() const { return random.has_value(); }
  // What is expected under the protocol of `settings`.
  [[nodiscard]] Expectation expected() const;

  // Defined in the source: copying it is much code, and many include this.
  Scenario();
  Scenario(const Scenario&);
  Scenario(Scenario&&) noexcept;
  Scenario& operator=(const Scenario&);
  Scenario& operator=(Scenario&&) noexcept;
  ~Scenario();
  bool operator==(const Scenario&) const;
};

}  // namespace scenarios
