// Many runs of one scenario, one a seed, and how often each verdict was reached.
//
// Nothing is narrated and no run is kept: a seed of the tally gives the run back. The result does
// not depend on the number of workers. Errors: sim::Bug for ours, that of the earliest seeds where
// several workers meet one.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "model/properties.hpp"
#include "scenarios/runner/outcome.hpp"
#include "scenarios/scenario.hpp"
#include "sim/property.hpp"

namespace scenarios {

// Seeds first, first + 1, ... as many as `count`.
struct SeedRange {
  std::uint64_t first = 1;
  std::uint64_t count = 0;
};

// What the runs said of one property.
struct PropertyTally {
  struct Refutation {
    std::uint64_t seed = 0;
    std::uint32_t count = 0;  // distinct violating identities in this run

    friend constexpr bool operator==(const Refutation&, const Refutation&) = default;
  };

  std::array<std::uint64_t, 4> runs{};  // by verdict
  std::optional<Refutation> first;      // of the earliest seed of the range that refuted it

  [[nodiscard]] std::uint64_t with(sim::Verdict verdict) const {
    return runs[static_cast<std::size_t>(verdict)];
  }
  friend constexpr bool operator==(const PropertyTally&, const PropertyTally&) = default;
};

struct Tally {
  std::uint64_t runs = 0;
  std::uint64_t events = 0;
  std::uint64_t reached = 0;      // runs that came by all milestones of the scenario
  std::uint64_t as_expected = 0;  // runs that met its expectation
  std::array<PropertyTally, model::kPropertyCount> properties;

  [[nodiscard]] const PropertyTally& of(model::Property property) const {
    return properties[model::index_of(property)];
  }
  // Adds one run, later than all before.
  void add(const Outcome& outcome);
  // Adds the runs of later seeds.
  void append(const Tally& later);

  friend constexpr bool operator==(const Tally&, const Tally&) = default;
};

// `jobs` is a number of threads, at least 1.
Tally sweep(const Scenario& scenario, SeedRange seeds, unsigned jobs);

}  // namespace scenarios
