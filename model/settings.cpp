#include "model/settings.hpp"

#include <algorithm>

namespace model {

Settings::Settings() = default;
Settings::Settings(const Settings&) = default;
Settings::Settings(Settings&&) noexcept = default;
Settings& Settings::operator=(const Settings&) = default;
Settings& Settings::operator=(Settings&&) noexcept = default;
Settings::~Settings() = default;
bool Settings::operator==(const Settings&) const = default;

std::optional<EventTime> earliest_listed(const InputSettings& input) {
  std::optional<EventTime> earliest;
  for (const ListedRecord& record : input.listed) {
    if (record.event_time != kNoTimestamp) {
      earliest = std::min(earliest.value_or(record.event_time), record.event_time);
    }
  }
  return earliest;
}

}  // namespace model
