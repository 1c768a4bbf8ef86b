#include <algorithm>

#include "scenarios/random/parts.hpp"

namespace scenarios {

namespace {

using model::EventSpan;
using model::OperatorKind;
using model::WindowType;

EventSpan event_ms(std::int64_t ms) { return EventSpan{sim::milliseconds{ms}}; }

// Windows that slide do so by a half, a third or a quarter of their size.
void draw_window(const RandomJob& ranges, std::size_t of, model::WindowSettings& window,
                 Dice& dice) {
  constexpr std::size_t kTypes = 3;
  constexpr Between kSlides{2, 4};
  window.type = static_cast<WindowType>(dice.below(Draw::kWindowType, kTypes, of));
  const std::uint32_t size = dice.within(Draw::kWindowSize, ranges.window_ms, of);
  std::uint32_t step = size;
  if (window.type == WindowType::kSession) {
    window.gap = event_ms(size);
  } else {
    window.size = event_ms(size);
  }
  if (window.type == WindowType::kSliding) {
    step = std::max(size / dice.within(Draw::kWindowSlide, kSlides, of), 1U);
    window.slide = event_ms(step);
  }
  if (window.type != WindowType::kSession && dice.feature(Draw::kWindowOffset, of)) {
    window.offset = event_ms(dice.below(Draw::kWindowOffset, step, of));
  }
  dice.replace(Draw::kAllowedLateness, ranges.lateness_ms, window.allowed_lateness, of);
}

}  // namespace

void draw_particulars(const RandomJob& ranges, std::size_t of, model::OperatorSettings& op,
                      Dice& dice) {
  switch (op.kind) {
    case OperatorKind::kFlatMap: op.copies = dice.within(Draw::kCopies, ranges.copies, of); break;
    case OperatorKind::kReKey: op.keys = dice.within(Draw::kNewKeys, ranges.new_keys, of); break;
    case OperatorKind::kLookUp:
      op.latency.longest_ms = dice.within(Draw::kLatency, ranges.latency_ms, of);
      break;
    case OperatorKind::kWindow:
    case OperatorKind::kWindowJoin: draw_window(ranges, of, op.window, dice); break;
    case OperatorKind::kIntervalJoin:
      op.before = event_ms(dice.within(Draw::kBefore, {0, ranges.window_ms.most}, of));
      op.after = event_ms(dice.within(Draw::kAfter, {0, ranges.window_ms.most}, of));
      break;
    default: break;
  }
}

}  // namespace scenarios
