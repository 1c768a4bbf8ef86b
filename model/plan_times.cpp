#include "model/plan_times.hpp"

#include <algorithm>

namespace model {

TimesPlanner::TimesPlanner(JobPlan& plan, const std::vector<Input>& inputs)
    : plan_(plan),
      inputs_(inputs),
      reached_(plan.ops.size(), std::vector<bool>(plan.ranges.size(), false)) {}

void TimesPlanner::add(std::uint32_t op, const std::vector<std::uint32_t>& from,
                       const OperatorSettings* settings) {
  OpPlan& plan = plan_.ops[op];
  if (plan.kind == NodeKind::kSource) {
    for (std::size_t r = 0; r < plan_.ranges.size(); ++r) {
      reached_[op][r] = plan_.ranges[r].op == op;
    }
    return;
  }
  if (plan.kind == NodeKind::kSink) {  // what comes to it may come twice, but each input is one way
    for (std::size_t i = 0; i < from.size(); ++i) {
      plan_.times_at[plan.sink_input + i] = plan_.ops[from[i]].times;
    }
    return;
  }
  plan.times = merged(op, from);
  if (plan.kind == NodeKind::kAssigner) {
    plan.times = assigned(plan.times, settings->retiming);
  }
}

// Of the records of each source as they have come.
std::uint32_t TimesPlanner::merged(std::uint32_t op, const std::vector<std::uint32_t>& from) {
  std::vector<std::uint32_t> of_range(plan_.ranges.size(), 0);
  for (const std::uint32_t upstream : from) {
    for (std::size_t r = 0; r < of_range.size(); ++r) {
      if (reached_[upstream][r]) {
        reached_[op][r] = true;
        of_range[r] = plan_.ops[upstream].times;
      }
    }
  }
  const std::uint32_t first = plan_.ops[from.front()].times;
  const bool are_one = std::all_of(from.begin(), from.end(), [&](std::uint32_t upstream) {
    return plan_.ops[upstream].times == first;
  });
  if (are_one) {
    return first;
  }
  std::vector<Mark> times = plan_.marks;
  for (std::size_t r = 0; r < of_range.size(); ++r) {
    const std::uint32_t base = plan_.ranges[r].base;
    const std::uint32_t count = inputs_[plan_.ranges[r].input].records();
    for (std::uint32_t k = base; of_range[r] != 0 && k < base + count; ++k) {
      times[k] = plan_.time_of(of_range[r], k);
    }
  }
  plan_.retimed.push_back(std::move(times));
  return static_cast<std::uint32_t>(plan_.retimed.size());
}

std::uint32_t TimesPlanner::assigned(std::uint32_t before, const Retiming& by) {
  std::vector<Mark> times;
  times.reserve(plan_.records);
  for (const RecordRange& range : plan_.ranges) {
    const Input& input = inputs_[range.input];
    for (std::uint32_t k = 0; k < input.records(); ++k) {
      const Mark mark = plan_.time_of(before, range.base + k);
      const std::int64_t shifted = std::int64_t{mark.ms} + by.shift_ms(input.number(k));
      times.push_back(mark.is_none() ? mark : Mark{static_cast<std::int32_t>(shifted)});
    }
  }
  plan_.retimed.push_back(std::move(times));
  return static_cast<std::uint32_t>(plan_.retimed.size());
}

}  // namespace model
