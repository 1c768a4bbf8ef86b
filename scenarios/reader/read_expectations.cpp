#include <algorithm>
#include <array>

#include "scenarios/reader/sections.hpp"
#include "scenarios/reader/values.hpp"

namespace scenarios {
namespace {

// One property of an expectation: a verdict, or the bound of output_gap, which then is expected to
// hold.
void read_verdict(const Key& key, const Value& value, Expectation& expectation) {
  const auto name = std::find(model::kPropertyNames.begin(), model::kPropertyNames.end(), key.name);
  const auto property = static_cast<std::size_t>(name - model::kPropertyNames.begin());
  if (key.type == "verdict") {
    std::size_t position = 0;
    if (value.to_choice(position)) {
      expectation.verdicts[property] = std::array{sim::Verdict::kHolds, sim::Verdict::kRefuted,
                                                  sim::Verdict::kUnknown}[position];
    }
    return;
  }
  if (value.json().type != Json::Type::kObject) {
    value.refuse("a bound such as {\"at_most\": \"5 s\"}");
    return;
  }
  read_object(value, find_shape("gap"), {into("at_most", expectation.output_gap_at_most)});
  expectation.verdicts[property] = sim::Verdict::kHolds;
}

bool counts_records(model::Property property) {
  using enum model::Property;
  constexpr std::array kCounting{kNoLoss,   kNoDuplicates,  kNoDivergence,
                                 kKeyOrder, kGatePartition, kTeardownSafe};
  return std::find(kCounting.begin(), kCounting.end(), property) != kCounting.end();
}

void read_exempted(const Value& value, std::vector<model::Property>& properties) {
  value.to_list(properties);
  for (const model::Property property : properties) {
    if (!counts_records(property)) {
      value.complain("expected properties that count records, found " +
                     in_quotes(model::name_of(property)));
    }
  }
}

}  // namespace

void read_judges(const Value& value, Scenario& scenario) {
  value.each_entry([&](std::string_view claim, const Value& entry) {
    if (!is_claim_id(claim)) {
      entry.complain("expected the id of a claim such as \"D1\", found " + in_quotes(claim));
    }
    std::vector<model::Property> properties;
    entry.to_list(properties);
    std::vector<std::string>& names = scenario.judges[std::string(claim)];
    for (const model::Property property : properties) {
      names.emplace_back(model::name_of(property));
    }
  });
}

void read_expect(const Value& value, Scenario& scenario) {
  read_keys(value, find_shape("expect"), kAllKinds, [&](const Key& key, const Value& inner) {
    if (key.type != "verdicts") {
      read_verdict(key, inner, scenario.expect);
      return;
    }
    Expectation& expectation = scenario.expect_by_protocol[std::string(key.name)];
    read_keys(inner, find_shape("verdicts"), kAllKinds,
              [&](const Key& property, const Value& verdict) {
                read_verdict(property, verdict, expectation);
              });
  });
}

void read_exemptions(const Value& value, std::vector<Exemption>& exemptions) {
  value.each_item([&](const Value& item) {
    Exemption exemption;
    read_object(item, find_shape("exemption"),
                {{"properties", [&](const Value& v) { read_exempted(v, exemption.properties); }},
                 into("records", exemption.records),
                 into("within_ids", exemption.within_ids),
                 into("at_most", exemption.at_most)});
    exemptions.push_back(exemption);
  });
}

}  // namespace scenarios
