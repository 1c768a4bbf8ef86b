#include "scenarios/vectors/draw_content.hpp"

#include <array>
#include <limits>

#include "sim/time.hpp"

namespace scenarios::vectors {

namespace {

using model::ConfigMap;
using model::Stage;
using model::WatermarkStage;

void clear_toggle(ConfigMap& content) {
  content.has_toggle = false;
  content.toggle = model::EventTime{};
}

// As any subtask would: past the watermark by the deletion delay.
void set_toggle(Draws& draws, ConfigMap& content, model::EventTime near) {
  content.has_toggle = true;
  content.toggle = shifted(near, content.deletion_delay.value.count() + draws.below(20));
  content.watermark_stage = WatermarkStage::kSet;
}

// The controller's side of a hand-over (p2:K4, R1.4, R3.8).
void begin_transition(ConfigMap& content) {
  content.active = model::other(content.active);
  content.stage = Stage::kTransitioning;
  content.watermark_stage = WatermarkStage::kAbsent;
  content.is_first = false;
  clear_toggle(content);
}

void abort_transition(ConfigMap& content) {
  content.active = model::other(content.active);
  content.stage = Stage::kFailing;
  content.watermark_stage = WatermarkStage::kAbsent;
  content.is_first = true;
  clear_toggle(content);
}

}  // namespace

model::EventTime shifted(model::EventTime time, std::int64_t ms) {
  using Limits = std::numeric_limits<std::int64_t>;
  const std::int64_t from = time.ms();
  std::int64_t to = 0;
  if (ms > 0 && from > Limits::max() - ms) {
    to = Limits::max();
  } else if (ms < 0 && from < Limits::min() - ms) {
    to = Limits::min();
  } else {
    to = from + ms;
  }
  return model::EventTime{sim::milliseconds{to}};
}

ConfigMap draw_content(Draws& draws, model::Color own, model::EventTime near) {
  ConfigMap content;
  content.exists = true;
  content.active = draws.below(20) < 9 ? own : model::other(own);
  content.deletion_delay = model::DeletionDelay{
      sim::milliseconds{draws.pick<std::int64_t>({0, 1, 100, 100, 1'000, 10'000})}};
  constexpr std::array kStages{Stage::kTransitioning, Stage::kInitializing, Stage::kRunning,
                               Stage::kClearToTeardown, Stage::kFailing};
  content.stage = kStages.at(draws.weighted({14, 2, 2, 1, 1}));
  constexpr std::array kWatermarkStages{WatermarkStage::kAbsent, WatermarkStage::kNotSet,
                                        WatermarkStage::kWaiting, WatermarkStage::kSet};
  content.watermark_stage = kWatermarkStages.at(draws.weighted({6, 2, 6, 1}));
  content.is_first = draws.one_in(10);
  if (draws.below(10) < 3) {
    set_toggle(draws, content, near);
  }
  return content;
}

ConfigMap draw_next_content(Draws& draws, const ConfigMap& content, model::Color own,
                            model::EventTime near) {
  ConfigMap next = content;
  if (!content.exists) {
    return draws.one_in(4) ? next : draw_content(draws, own, near);
  }
  switch (draws.weighted({8, 5, 5, 1, 1, 1, 1, 2, 1, 2})) {
    case 0: next.watermark_stage = WatermarkStage::kWaiting; break;  // as an active subtask would
    case 1: set_toggle(draws, next, near); break;
    case 2: begin_transition(next); break;
    case 3: next.stage = Stage::kClearToTeardown; break;
    case 4: next.stage = Stage::kRunning; break;
    case 5: abort_transition(next); break;
    case 6: clear_toggle(next); break;
    case 7: break;  // the same content, a new version all the same
    case 8: next = ConfigMap{}; break;
    default: next = draw_content(draws, own, near); break;
  }
  return next;
}

}  // namespace scenarios::vectors
