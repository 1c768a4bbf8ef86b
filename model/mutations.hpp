// Differences between revisions, and historical defects, each of which can be switched on alone
// over any protocol (usually the latest).
//
// An id is the rule of the older behaviour, such as "p2:R2.3", or the rule of our own that is left
// out, such as "cutover:N3", or of Flink that is broken, such as "rt:CW1"; with "/..." behind it
// where one rule stands for several. What each does to a hand-over is shown by the scenarios that
// name it (docs/mutations.md).
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "model/protocol.hpp"
#include "model/settings.hpp"

namespace model {

struct Mutation {
  std::string_view id;
  std::string_view title;  // what the code then does, in a clause
  void (*apply)(Protocol& protocol);
  // Why no scenario is known that it refutes; empty: one does. A test holds it to that.
  std::string_view neutral = {};
};

// Changes that were proposed and are in no release (op:6.4).
struct ProposedFix {
  std::string_view id;
  std::string_view title;
  void (*apply)(Protocol& protocol);
};
std::span<const ProposedFix> proposed_fixes();

// A release of the operator: what of mainline it does not have yet (op:6.1, 6.6).
struct Release {
  std::string_view id;
  std::span<const std::string_view> mutations;
};
std::span<const Release> releases();

// All of them, in a fixed order.
std::span<const Mutation> mutations();
const Mutation* find_mutation(std::string_view id);  // null: there is none of that id

// The protocol of a deployment with its release, fixes and mutations over it; none if nobody knows
// the protocol. REQUIRES: a release, fixes and mutations that exist.
std::optional<Protocol> effective_protocol(const DeploymentSettings& deployment);

}  // namespace model
