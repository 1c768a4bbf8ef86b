#include "model/actions.hpp"

#include <algorithm>

#include "model/gate_injection.hpp"

namespace model {

std::optional<std::uint32_t> subtasks_meant(const Happening& what, const JobSettings& job,
                                            const GatePlacement& placement) {
  if (needs(what.action, Detail::kOperator)) {
    const auto found =
        std::find_if(job.operators.begin(), job.operators.end(),
                     [&](const OperatorSettings& op) { return op.id == what.operator_id; });
    return found == job.operators.end() ? std::nullopt : std::optional{found->parallelism};
  }
  std::uint32_t most = 0;
  if (takes(what.action, Detail::kWatcher)) {
    most = most_gates(job, placement);
  } else {
    for (const OperatorSettings& op : job.operators) {
      most = std::max(most, op.parallelism);
    }
  }
  return most == 0 ? std::nullopt : std::optional{most};
}

}  // namespace model
