#include "scenarios/scenario.hpp"

#include <algorithm>
#include <cstddef>

namespace scenarios {

Scenario::Scenario() = default;
Scenario::Scenario(const Scenario&) = default;
Scenario::Scenario(Scenario&&) noexcept = default;
Scenario& Scenario::operator=(const Scenario&) = default;
Scenario& Scenario::operator=(Scenario&&) noexcept = default;
Scenario::~Scenario() = default;
bool Scenario::operator==(const Scenario&) const = default;

Expectation Scenario::expected() const {
  Expectation merged = expect;
  const auto own = expect_by_protocol.find(settings.deployment.protocol);
  if (own != expect_by_protocol.end()) {
    for (std::size_t i = 0; i < merged.verdicts.size(); ++i) {
      if (own->second.verdicts[i]) {
        merged.verdicts[i] = own->second.verdicts[i];
      }
    }
    if (own->second.output_gap_at_most) {
      merged.output_gap_at_most = own->second.output_gap_at_most;
    }
  }
  const bool says_something = std::any_of(merged.verdicts.begin(), merged.verdicts.end(),
                                          [](const auto& verdict) { return verdict.has_value(); });
  if (!says_something) {
    using enum model::Property;
    for (const model::Property property : {kNoLoss, kNoDuplicates, kProgress}) {
      merged.verdicts[model::index_of(property)] = sim::Verdict::kHolds;
    }
  }
  return merged;
}

}  // namespace scenarios
