// The runs that need the largest values, and variations of them: what a search for the smallest
// safe value climbs on.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "scenarios/tune/experiment.hpp"

namespace scenarios {

// A run with the largest value at which it fails, as far as that value is its own: it passes at the
// next one, unless that is none of the grid.
struct KnownRun {
  Failure failure;
  std::int64_t boundary = 0;
};

// What one item of work led to.
struct Probed {
  std::optional<KnownRun> known;  // absent: it is safe where it was tried
  std::uint64_t runs = 0;
  std::uint64_t events = 0;
};

// The boundary of a run, from a value on: doubling steps up to one where it passes, then bisection.
Probed probe(Lane& lane, const Recipe& recipe, std::int64_t from, std::int64_t last);

// Probes many, on several threads. In the order of `recipes`.
std::vector<Probed> probe_all(const Experiment& experiment, std::span<const Recipe> recipes,
                              std::int64_t from, std::int64_t last, unsigned jobs);

class Pool {
 public:
  explicit Pool(std::uint64_t seed) : seed_(seed) {}

  // Keeps it if it is among the best; of equals the newer ones.
  void add(KnownRun run);
  [[nodiscard]] bool is_empty() const { return runs_.empty(); }
  // Best first.
  [[nodiscard]] const std::vector<KnownRun>& runs() const { return runs_; }
  // Where a variation must fail to be taken in. REQUIRES: !is_empty().
  [[nodiscard]] std::int64_t threshold() const { return runs_.back().boundary; }
  // A new one at each call. REQUIRES: !is_empty().
  Recipe vary();

 private:
  std::uint64_t seed_;
  std::uint64_t variations_ = 0;
  std::vector<KnownRun> runs_;
};

}  // namespace scenarios
