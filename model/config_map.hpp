// The ConfigMap between the controller and the gates, as typed fields (p2:1.1).
//
// Flat: lies in a world as it is, is copied, compared and hashed with it. How its keys and values
// are spelled outside is known to config_map.cpp alone.
//
// Times: the toggle is event time, the delay is used on both axes. Errors: values only.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "model/event_time.hpp"
#include "model/ids.hpp"

namespace model {

enum class Stage : std::uint8_t {
  kInitializing,
  kTransitioning,
  kClearToTeardown,
  kRunning,
  kFailing,
};

// Absent reads as "not set"; only a guard tells the two apart (p2:R3.2).
enum class WatermarkStage : std::uint8_t {
  kAbsent,
  kNotSet,
  kWaiting,
  kSet,
  kProposed,  // cutover:N1: there is a toggle, but it is not in force
};

std::string_view name_of(Stage stage);
std::string_view name_of(WatermarkStage stage);  // "" if absent

// T = 0 of a first deployment (p2:G2).
constexpr EventTime kFirstToggle{sim::milliseconds{0}};

struct ConfigMap {
  EventTime toggle;          // as stored; 0 unless has_toggle
  EventTime first_proposal;  // cutover:N2: of this transition; 0 where nobody proposes
  DeletionDelay deletion_delay;
  Color active = Color::kBlue;
  Stage stage = Stage::kInitializing;
  WatermarkStage watermark_stage = WatermarkStage::kAbsent;
  bool is_first = false;
  bool has_toggle = false;
  bool exists = false;      // false: all other fields as in ConfigMap{}
  std::uint16_t round = 0;  // cutover:N1: numbers the proposals; 0 where nobody proposes

  [[nodiscard]] constexpr bool is_proposed() const {
    return watermark_stage == WatermarkStage::kProposed;
  }
  [[nodiscard]] constexpr bool has_toggle_in_force() const { return has_toggle && !is_proposed(); }
  // Effective toggle (p2:G2): the one that a gate acts on.
  [[nodiscard]] constexpr bool has_effective_toggle() const {
    return is_first || has_toggle_in_force();
  }
  // REQUIRES: has_effective_toggle().
  [[nodiscard]] constexpr EventTime effective_toggle() const {
    return is_first ? kFirstToggle : toggle;
  }

  // Each value has one representation (asserted below), so that comparing words will do.
  friend constexpr bool operator==(const ConfigMap& a, const ConfigMap& b) {
    using Words = std::array<std::uint64_t, 4>;
    return std::bit_cast<Words>(a) == std::bit_cast<Words>(b);
  }
};

static_assert(std::is_trivially_copyable_v<ConfigMap>);
static_assert(std::has_unique_object_representations_v<ConfigMap>);
static_assert(sizeof(ConfigMap) == 32);

// What one gate write puts; entries that are absent here are left alone.
struct ConfigMapEntries {
  std::optional<Stage> stage;
  std::optional<WatermarkStage> watermark_stage;
  std::optional<EventTime> toggle;
  std::optional<std::uint16_t> round = std::nullopt;
  std::optional<EventTime> first_proposal = std::nullopt;

  friend constexpr bool operator==(const ConfigMapEntries&, const ConfigMapEntries&) = default;
};

constexpr void put(ConfigMap& content, const ConfigMapEntries& entries) {
  content.stage = entries.stage.value_or(content.stage);
  content.watermark_stage = entries.watermark_stage.value_or(content.watermark_stage);
  if (entries.toggle) {
    content.toggle = *entries.toggle;
    content.has_toggle = true;
  }
  content.round = entries.round.value_or(content.round);
  content.first_proposal = entries.first_proposal.value_or(content.first_proposal);
}

// As Kubernetes spells it: a key and a value, both strings.
struct SpelledEntry {
  std::string key;
  std::string value;

  friend bool operator==(const SpelledEntry&, const SpelledEntry&) = default;
};

// In a fixed order of keys.
std::vector<SpelledEntry> spell(const ConfigMap& content);
std::vector<SpelledEntry> spell(const ConfigMapEntries& entries);

enum class ReadEntry : std::uint8_t { kTaken, kUnknownKey, kBadValue };

// Takes one entry of a draft's ConfigMap into the content; leaves it alone unless kTaken. What only
// our own protocols store (cutover:N1) is unknown to a draft.
ReadEntry read_entry(ConfigMap& content, std::string_view key, std::string_view value);

enum class ResourceVersion : std::uint32_t {};

// What a gate subtask says of itself under a key of its own, which nobody else writes.
enum class GateReport : std::uint8_t {
  kAcknowledged,  // cutover:N2
  kPassed,        // cutover:N6
};

// The API server as a gate sees it (p2:R1.1, p2:R3.2). Called on the rare path of a write only.
class ConfigMapApi {
 public:
  struct Read {
    ConfigMap content;  // `exists` says whether there is one
    ResourceVersion version{};
    bool failed = false;  // all of the above means nothing
  };
  enum class Result : std::uint8_t {
    kStored,
    kConflict,  // 409: the version sent is not the newest
    kError,     // any other failure
  };

  ConfigMapApi() = default;
  ConfigMapApi(const ConfigMapApi&) = default;
  ConfigMapApi& operator=(const ConfigMapApi&) = default;
  ConfigMapApi(ConfigMapApi&&) = default;
  ConfigMapApi& operator=(ConfigMapApi&&) = default;
  virtual ~ConfigMapApi() = default;

  virtual Read get() = 0;
  // Puts the entries over the content of `version`, if that is still the newest.
  virtual Result update(const ConfigMapEntries& entries, ResourceVersion version) = 0;
  // A patch of the caller's own key: "so I say of the toggle of this round". Meets no conflict.
  // Only gates that agree on a toggle report. False: it failed.
  virtual bool report(GateReport /*what*/, std::uint16_t /*round*/) { return true; }
};

}  // namespace model
