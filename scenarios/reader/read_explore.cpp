#include <string>
#include <utility>
#include <vector>

#include "model/gate_rules.hpp"
#include "scenarios/reader/sections.hpp"

namespace scenarios {
namespace {

// A grid of 0 could not be read, and nothing can be said about its multiples.
void check_jitter(const Value& item, std::uint32_t jitter_ms, std::uint32_t grid_ms,
                  const std::vector<std::uint32_t>& before) {
  constexpr std::uint32_t kRangeMs = model::write_delay_choices(model::gate_rules_r3());
  if (jitter_ms >= kRangeMs) {
    item.refuse("a duration below " + spelled_duration(kRangeMs) +
                ", the range of the jitter (p2:R3.3)");
  } else if (grid_ms != 0 && jitter_ms % grid_ms != 0) {
    item.refuse("a multiple of the grid (" + spelled_duration(grid_ms) + ")");
  } else if (!before.empty() && jitter_ms <= before.back()) {
    item.refuse("an ascending list: more than " + spelled_duration(before.back()));
  }
}

}  // namespace

void read_explore(const Value& value, model::GridSettings& grid) {
  sim::milliseconds step{0};
  std::vector<std::pair<Value, sim::milliseconds>> jitter;
  const auto read_jitter = [&](const Value& v) {
    v.each_item([&](const Value& item) {
      sim::milliseconds ms{0};
      if (item.to(ms)) {
        jitter.emplace_back(item, ms);
      }
    });
  };
  read_object(value, find_shape("explore"), {into("grid", step), {"write_jitter", read_jitter}});
  // Durations in a file fit 32 bits.
  const auto step_ms = static_cast<std::uint32_t>(step.count());
  grid.step_ms = step_ms == 0 ? grid.step_ms : step_ms;
  for (const auto& [item, ms] : jitter) {
    const auto jitter_ms = static_cast<std::uint32_t>(ms.count());
    check_jitter(item, jitter_ms, step_ms, grid.write_jitter_ms);
    grid.write_jitter_ms.push_back(jitter_ms);
  }
}

}  // namespace scenarios
