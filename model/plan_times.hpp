// Which event time each record has where in a job: as its source attaches it, or as operators that
// assign timestamps have left it (rt:W10).
#pragma once

#include <cstdint>
#include <vector>

#include "model/input.hpp"
#include "model/plan.hpp"

namespace model {

// Fills in the times of a job's operators and sink inputs, operator by operator.
class TimesPlanner {
 public:
  // REQUIRES: all outlive it; `plan` has its records and the numbers of its operators and sink
  // inputs.
  TimesPlanner(JobPlan& plan, const std::vector<Input>& inputs);

  // The operator, what it reads from, in the order of its inputs, and its settings, if it is no
  // gate. REQUIRES: those it reads from have been added.
  void add(std::uint32_t op, const std::vector<std::uint32_t>& from,
           const OperatorSettings* settings);

 private:
  [[nodiscard]] std::uint32_t merged(std::uint32_t op, const std::vector<std::uint32_t>& from);
  [[nodiscard]] std::uint32_t assigned(std::uint32_t before, const Retiming& by);

  JobPlan& plan_;
  const std::vector<Input>& inputs_;
  std::vector<std::vector<bool>> reached_;  // [op][range]: whether its records come there
};

}  // namespace model
