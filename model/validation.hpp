// Which deployments the validation of a protocol refuses (p2:R3.9, p2:R4.5).
#pragma once

#include "model/protocol.hpp"
#include "model/settings.hpp"

namespace model {

inline bool refuses_upgrade_mode(const ValidationRules& rules,
                                 const DeploymentSettings& deployment) {
  return rules.refuses_stateless && deployment.upgrade_mode == UpgradeMode::kStateless;
}

// What of the two deadlines the gates have (p2:K6).
inline sim::ProcessingSpan gate_timeout(const DeploymentSettings& deployment) {
  return deployment.gate_timeout.value_or(deployment.abort_grace);
}

inline bool refuses_gate_timeout(const ValidationRules& rules,
                                 const DeploymentSettings& deployment) {
  return rules.gate_timeout_above_delay &&
         gate_timeout(deployment).ms() <= deployment.deletion_delay.value.count();
}

inline bool refuses(const ValidationRules& rules, const DeploymentSettings& deployment) {
  return refuses_upgrade_mode(rules, deployment) || refuses_gate_timeout(rules, deployment);
}

}  // namespace model
