#include "model/config_map.hpp"

#include <charconv>
#include <cstddef>
#include <system_error>

namespace model {

namespace {

constexpr std::string_view kActive = "active-deployment-type";
constexpr std::string_view kStage = "stage";
constexpr std::string_view kDeletionDelay = "deployment-deletion-delay-ms";
constexpr std::string_view kIsFirst = "is-first-deployment";
constexpr std::string_view kWatermarkStage = "watermark-stage";
constexpr std::string_view kToggle = "watermark-toggle-value";
constexpr std::string_view kRound = "watermark-toggle-round";          // cutover:N1
constexpr std::string_view kFirstProposal = "watermark-toggle-first";  // cutover:N2

constexpr std::array<std::string_view, 2> kColorNames{"BLUE", "GREEN"};
constexpr std::array<std::string_view, 2> kBoolNames{"false", "true"};
constexpr std::array<std::string_view, 5> kStageNames{"INITIALIZING", "TRANSITIONING",
                                                      "CLEAR_TO_TEARDOWN", "RUNNING", "FAILING"};
constexpr std::array<std::string_view, 5> kWatermarkStageNames{
    "", "WATERMARK_NOT_SET", "WAITING_FOR_WATERMARK", "WATERMARK_SET", "WATERMARK_PROPOSED"};

// The position of `text` among the names; empty text names nothing.
template <std::size_t kCount>
std::optional<std::size_t> find_name(const std::array<std::string_view, kCount>& names,
                                     std::string_view text) {
  for (std::size_t i = 0; i < kCount; ++i) {
    if (!text.empty() && names.at(i) == text) {
      return i;
    }
  }
  return std::nullopt;
}

std::optional<sim::milliseconds> read_ms(std::string_view text) {
  std::int64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stop != end) {
    return std::nullopt;
  }
  return sim::milliseconds{value};
}

template <class Value, std::size_t kCount>
bool read_name(Value& into, const std::array<std::string_view, kCount>& names,
               std::string_view text) {
  const std::optional<std::size_t> found = find_name(names, text);
  if (found) {
    into = static_cast<Value>(*found);
  }
  return found.has_value();
}

bool read_toggle(ConfigMap& content, std::string_view text) {
  const std::optional<sim::milliseconds> value = read_ms(text);
  if (value) {
    content.toggle = EventTime{*value};
    content.has_toggle = true;
  }
  return value.has_value();
}

bool read_delay(ConfigMap& content, std::string_view text) {
  const std::optional<sim::milliseconds> value = read_ms(text);
  if (!value || value->count() < 0) {
    return false;
  }
  content.deletion_delay = DeletionDelay{*value};
  return true;
}

void add(std::vector<SpelledEntry>& entries, std::string_view key, std::string_view value) {
  entries.push_back(SpelledEntry{std::string{key}, std::string{value}});
}

}  // namespace

std::string_view name_of(Stage stage) { return kStageNames.at(static_cast<std::size_t>(stage)); }

std::string_view name_of(WatermarkStage stage) {
  return kWatermarkStageNames.at(static_cast<std::size_t>(stage));
}

std::vector<SpelledEntry> spell(const ConfigMap& content) {
  std::vector<SpelledEntry> entries;
  if (!content.exists) {
    return entries;
  }
  add(entries, kActive, kColorNames.at(index_of(content.active)));
  add(entries, kStage, name_of(content.stage));
  add(entries, kDeletionDelay, std::to_string(content.deletion_delay.value.count()));
  add(entries, kIsFirst, kBoolNames.at(content.is_first ? 1 : 0));
  if (content.watermark_stage != WatermarkStage::kAbsent) {
    add(entries, kWatermarkStage, name_of(content.watermark_stage));
  }
  if (content.has_toggle) {
    add(entries, kToggle, std::to_string(content.toggle.ms()));
  }
  if (content.round != 0) {
    add(entries, kRound, std::to_string(content.round));
  }
  if (content.first_proposal != EventTime{}) {
    add(entries, kFirstProposal, std::to_string(content.first_proposal.ms()));
  }
  return entries;
}

std::vector<SpelledEntry> spell(const ConfigMapEntries& entries) {
  std::vector<SpelledEntry> spelled;
  if (entries.stage) {
    add(spelled, kStage, name_of(*entries.stage));
  }
  if (entries.watermark_stage) {
    add(spelled, kWatermarkStage, name_of(*entries.watermark_stage));
  }
  if (entries.toggle) {
    add(spelled, kToggle, std::to_string(entries.toggle->ms()));
  }
  if (entries.round) {
    add(spelled, kRound, std::to_string(*entries.round));
  }
  if (entries.first_proposal) {
    add(spelled, kFirstProposal, std::to_string(entries.first_proposal->ms()));
  }
  return spelled;
}

ReadEntry read_entry(ConfigMap& content, std::string_view key, std::string_view value) {
  bool taken = false;
  if (key == kActive) {
    taken = read_name(content.active, kColorNames, value);
  } else if (key == kStage) {
    taken = read_name(content.stage, kStageNames, value);
  } else if (key == kDeletionDelay) {
    taken = read_delay(content, value);
  } else if (key == kIsFirst) {
    taken = read_name(content.is_first, kBoolNames, value);
  } else if (key == kWatermarkStage) {
    taken = value != name_of(WatermarkStage::kProposed) &&
            read_name(content.watermark_stage, kWatermarkStageNames, value);
  } else if (key == kToggle) {
    taken = read_toggle(content, value);
  } else {
    return ReadEntry::kUnknownKey;
  }
  return taken ? ReadEntry::kTaken : ReadEntry::kBadValue;
}

}  // namespace model
