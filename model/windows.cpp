#include "model/windows.hpp"

namespace model {

// Starts count from the epoch (rt:L4), marks from the origin.
WindowRules WindowRules::of(const WindowSettings& settings, EventTime origin) {
  const bool is_session = settings.type == WindowType::kSession;
  const EventSpan size = is_session ? settings.gap : settings.size;
  const EventSpan step = settings.type == WindowType::kSliding ? settings.slide : size;
  WindowRules rules;
  rules.type = settings.type;
  rules.size = static_cast<std::int32_t>(size.ms());
  rules.slide = static_cast<std::int32_t>(step.ms());
  if (!is_session) {
    const std::int64_t from_origin = settings.offset.ms() - (origin - EventTime{}).ms();
    const std::int64_t rest = from_origin % step.ms();
    rules.offset = static_cast<std::int32_t>(rest < 0 ? rest + step.ms() : rest);
  }
  rules.lateness = static_cast<std::int32_t>(settings.allowed_lateness.ms());
  return rules;
}

}  // namespace model
