#include <algorithm>
#include <array>

#include "scenarios/reader/sections.hpp"
#include "scenarios/reader/values.hpp"

namespace scenarios {
namespace {

constexpr Range kJudging{1, model::kPropertyCount};

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

// The properties alone, or with what is granted.
void read_judgement(const Value& value, Judgement& judgement) {
  std::vector<model::Property> properties;
  if (value.json().type == Json::Type::kArray) {
    Value(value.json(), value.pointer(), "[property]", kJudging, value.problems())
        .to_list(properties);
  } else if (value.json().type == Json::Type::kObject) {
    read_object(value, find_shape("judgement_under_assumption"),
                {{"properties", [&](const Value& v) { v.to_list(properties); }},
                 into("assuming", judgement.assuming)});
  } else {
    value.refuse(
        "properties such as [\"no_loss\"] or {\"properties\": [..], \"assuming\": \"..\"}");
  }
  for (const model::Property property : properties) {
    judgement.properties.emplace_back(model::name_of(property));
  }
}

}  // namespace

void read_judges(const Value& value, Scenario& scenario) {
  value.each_entry([&](std::string_view claim, const Value& entry) {
    if (!is_claim_id(claim)) {
      entry.complain("expected the id of a claim, S1 to S10, L1 to L8 or D1 to D10, found " +
                     in_quotes(claim));
    }
    read_judgement(entry, scenario.judges[std::string(claim)]);
  });
}

void read_expect(const Value& value, Scenario& scenario) {
  read_keys(value, find_shape("expect"), [&](const Key& key, const Value& inner) {
    if (key.type != "verdicts") {
      read_verdict(key, inner, scenario.expect);
      return;
    }
    Expectation& expectation = scenario.expect_by_protocol[std::string(key.name)];
    read_keys(inner, find_shape("verdicts"), [&](const Key& property, const Value& verdict) {
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
