// What a run came by, coarsely: which combinations of the controller's state, the ConfigMap, both
// jobs and the gates were seen. A search keeps the runs that see something new.
//
// Read off the notes of the control plane, which every run keeps. Deterministic; no text is made.
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "model/plan.hpp"
#include "scenarios/runner/simulate.hpp"

namespace scenarios {

// One number a combination, each once, in ascending order.
std::vector<std::uint64_t> coverage_of(const model::Plan& plan, const Simulated& run);

// What happened in a run that most do without: faults by kind, aborts, restarts. Tells failures
// apart before they are shrunk, and keeps shrinking from turning one into another.
class Features {
 public:
  static constexpr std::size_t kCount = model::kActionNames.size() + 6;

  void set(std::size_t feature) { bits_.set(feature); }
  // Whether nothing happened that did not happen there.
  [[nodiscard]] bool within(const Features& other) const { return (bits_ & ~other.bits_).none(); }
  // "kill_job, abort after T"; "" if nothing did.
  [[nodiscard]] std::string text() const;
  [[nodiscard]] std::uint64_t bits() const { return bits_.to_ullong(); }
  static Features of_bits(std::uint64_t bits) {
    Features features;
    features.bits_ = bits;
    return features;
  }

  friend bool operator==(const Features& a, const Features& b) { return a.bits_ == b.bits_; }

 private:
  std::bitset<kCount> bits_;
};

Features features_of(const model::Plan& plan, const Simulated& run);

}  // namespace scenarios
