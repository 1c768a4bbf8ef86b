// Trials in the light of one claim: what they show of it together, and how that is said.
//
// A witness refutes its claim if one of its properties is refuted in some run, and lets it hold if
// all of them hold in every run. Errors: REQUIRES only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/properties.hpp"
#include "scenarios/claims/hearing.hpp"
#include "scenarios/scenario.hpp"

namespace scenarios {

// What a verdict that holds rests on, at least.
constexpr std::uint64_t kEnoughRuns = 10'000;
constexpr std::size_t kEnoughFiles = 2;

struct Witness {
  Hearing* hearing;
  std::string assuming;  // what the file grants beyond the claim's own words; empty: nothing
  std::vector<model::Property> properties;

  // The first property that some run refuted, and the first that some run did not show to hold.
  [[nodiscard]] std::optional<model::Property> refuted() const;
  [[nodiscard]] std::optional<model::Property> open() const;
};

using Witnesses = std::vector<Witness>;

// REQUIRES: `judgement` is one of the hearing's scenario; `hearing` outlives what is returned.
Witness witness_of(Hearing& hearing, const Judgement& judgement);

const Witness* first_refuted(const Witnesses& witnesses);  // null: none
bool all_hold(const Witnesses& witnesses);
std::uint64_t runs_of(const Witnesses& witnesses);
// Those that can be run as often as one likes.
std::size_t shapes_of(const Witnesses& witnesses);
// What keeps them from being enough; empty: nothing. REQUIRES: none is refuted.
std::vector<std::string> missing_in(const Witnesses& witnesses);

// "12,345"
std::string grouped(std::uint64_t number);
// "FILE --seed 3: no_loss, 12 violations", with what follows `cutover run` in front of the colon.
std::string refutation_text(const std::string& arguments, model::Property property,
                            const PropertyTally::Refutation& by);
// The same of a witness, and in how many runs. REQUIRES: it is refuted.
std::string counterexample(const Witness& witness);
// Of the outputs that this counterexample loses, how many the same run loses too if the spec never
// changes, and how many it does not: "lost because of Phase 2: 12, lost anyway: 0". REQUIRES: it is
// refuted.
std::string losses_text(const Witness& witness);
// The same of those whose jobs have keyed operators, a clause each, over their results: how many
// are lost or wrong, and how many records come too late for their windows if the spec never
// changes.
std::string results_text(const Witnesses& witnesses);
// "10,000 runs: 6,000 of FILE, 4,000 of FILE"
std::string runs_text(const Witnesses& witnesses);

}  // namespace scenarios
