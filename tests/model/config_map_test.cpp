// How the ConfigMap is spelled outside, and what one write leaves alone (phase2.md 1.1).
#include "model/config_map.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

namespace {

using model::ConfigMap;
using model::ConfigMapEntries;
using model::ReadEntry;
using model::SpelledEntry;

ConfigMap read(const std::vector<SpelledEntry>& entries) {
  ConfigMap map;
  map.exists = true;
  for (const SpelledEntry& entry : entries) {
    REQUIRE(model::read_entry(map, entry.key, entry.value) == ReadEntry::kTaken);
  }
  return map;
}

const std::vector<SpelledEntry> kAll{
    {"active-deployment-type", "GREEN"},
    {"stage", "CLEAR_TO_TEARDOWN"},
    {"deployment-deletion-delay-ms", "10000"},
    {"is-first-deployment", "true"},
    {"watermark-stage", "WAITING_FOR_WATERMARK"},
    {"watermark-toggle-value", "-9223372036854775808"},
};

}  // namespace

TEST_CASE("a ConfigMap is spelled as it was read (p2:1.1)") {
  const ConfigMap map = read(kAll);
  CHECK(map.active == model::Color::kGreen);
  CHECK(map.deletion_delay.value.count() == 10'000);
  CHECK(map.toggle == model::kNoTimestamp);
  CHECK(model::spell(map) == kAll);
}

TEST_CASE("watermark entries that are not set are not spelled (p2:1.1)") {
  CHECK(model::spell(read({kAll.begin(), kAll.begin() + 4})).size() == 4);
  CHECK(model::spell(ConfigMap{}).empty());
}

TEST_CASE("every stage reads as it is spelled (p2:1.1)") {
  for (const std::string name :
       {"INITIALIZING", "TRANSITIONING", "CLEAR_TO_TEARDOWN", "RUNNING", "FAILING"}) {
    CHECK(model::name_of(read({{"stage", name}}).stage) == name);
  }
  for (const std::string name : {"WATERMARK_NOT_SET", "WAITING_FOR_WATERMARK", "WATERMARK_SET"}) {
    CHECK(model::name_of(read({{"watermark-stage", name}}).watermark_stage) == name);
  }
}

TEST_CASE("what cannot be read leaves the ConfigMap alone (p2:1.1)") {
  ConfigMap map = read(kAll);
  const std::vector<SpelledEntry> bad{
      {"active-deployment-type", "RED"},      {"stage", ""},
      {"deployment-deletion-delay-ms", "-1"}, {"deployment-deletion-delay-ms", "1s"},
      {"is-first-deployment", "TRUE"},        {"watermark-stage", ""},
      {"watermark-toggle-value", "1e3"},      {"watermark-toggle-value", "9223372036854775808"},
  };
  for (const SpelledEntry& entry : bad) {
    CHECK(model::read_entry(map, entry.key, entry.value) == ReadEntry::kBadValue);
  }
  CHECK(model::read_entry(map, "x-note", "1") == ReadEntry::kUnknownKey);
  CHECK(map == read(kAll));
}

TEST_CASE("a write leaves the entries alone that it does not put (p2:R1.1)") {
  ConfigMap map = read(kAll);
  model::put(map, ConfigMapEntries{model::Stage::kFailing, std::nullopt, std::nullopt});
  CHECK(map.toggle == model::kNoTimestamp);
  CHECK(map.watermark_stage == model::WatermarkStage::kWaiting);
  CHECK(map.stage == model::Stage::kFailing);
}
