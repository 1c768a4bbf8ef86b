// Flattens a job graph into a JobPlan: chains, subtasks, channels, splits.
#pragma once

#include <vector>

#include "model/input.hpp"
#include "model/plan.hpp"
#include "model/protocol.hpp"

namespace model {

// With the gates of the protocol, if it has any. REQUIRES: `inputs` in the order of
// `settings.inputs`; their event times count from `origin`.
JobPlan plan_job(const Settings& settings, const std::vector<Input>& inputs, EventTime origin,
                 const Protocol& protocol);

}  // namespace model
