#include "scenarios/check/state.hpp"

#include <nlohmann/json.hpp>

namespace scenarios {

namespace {

using PlainJson = nlohmann::json;

PlainJson to_json(const Recipe& recipe) {
  PlainJson layers = PlainJson::array();
  for (const sim::DrawLayer& layer : recipe.layers) {
    layers.push_back({layer.seed, static_cast<unsigned>(layer.style), layer.share});
  }
  return layers;
}

Recipe recipe_from(const PlainJson& json) {
  Recipe recipe;
  for (const PlainJson& layer : json) {
    const auto style = layer.at(1).get<unsigned>();
    const auto share = layer.at(2).get<unsigned>();
    if (style > static_cast<unsigned>(sim::DrawStyle::kPriorities) ||
        share > sim::DrawLayer::kEverything) {
      throw std::out_of_range("a layer");
    }
    recipe.layers.push_back(sim::DrawLayer{layer.at(0).get<std::uint64_t>(),
                                           static_cast<sim::DrawStyle>(style),
                                           static_cast<std::uint8_t>(share)});
  }
  if (recipe.layers.empty()) {
    throw std::out_of_range("a recipe");
  }
  return recipe;
}

model::Property property_from(const PlainJson& json) {
  const auto index = json.get<std::size_t>();
  if (index >= model::kPropertyCount) {
    throw std::out_of_range("a property");
  }
  return static_cast<model::Property>(index);
}

PlainJson to_json(const Tally& tally) {
  PlainJson properties = PlainJson::array();
  for (const PropertyTally& property : tally.properties) {
    PlainJson first;
    if (property.first) {
      first = {property.first->seed, property.first->count};
    }
    properties.push_back({{"runs", property.runs}, {"first", first}});
  }
  return {{"runs", tally.runs},
          {"events", tally.events},
          {"reached", tally.reached},
          {"as_expected", tally.as_expected},
          {"properties", properties}};
}

Tally tally_from(const PlainJson& json) {
  Tally tally;
  tally.runs = json.at("runs");
  tally.events = json.at("events");
  tally.reached = json.at("reached");
  tally.as_expected = json.at("as_expected");
  for (std::size_t i = 0; i < model::kPropertyCount; ++i) {
    const PlainJson& property = json.at("properties").at(i);
    tally.properties[i].runs = property.at("runs");
    if (!property.at("first").is_null()) {
      tally.properties[i].first =
          PropertyTally::Refutation{property.at("first").at(0), property.at("first").at(1)};
    }
  }
  return tally;
}

PlainJson to_json(const CampaignState& search) {
  PlainJson corpus = PlainJson::array();
  for (const Recipe& recipe : search.corpus) {
    corpus.push_back(to_json(recipe));
  }
  PlainJson sightings = PlainJson::array();
  for (const Sighting& sighting : search.sightings) {
    sightings.push_back({{"property", model::index_of(sighting.property)},
                         {"features", sighting.features.bits()},
                         {"first_run", sighting.first_run},
                         {"recipe", to_json(sighting.recipe)},
                         {"events", sighting.events},
                         {"runs", sighting.runs}});
  }
  PlainJson unsteady;
  if (search.unsteady) {
    unsteady = {{"run", search.unsteady->run}, {"where", search.unsteady->where}};
  }
  return {{"runs", search.runs}, {"tally", to_json(search.tally)}, {"coverage", search.coverage},
          {"corpus", corpus},    {"sightings", sightings},         {"unsteady", unsteady}};
}

CampaignState search_from(const PlainJson& json) {
  CampaignState search;
  search.runs = json.at("runs");
  search.tally = tally_from(json.at("tally"));
  search.coverage = json.at("coverage").get<std::vector<std::uint64_t>>();
  for (const PlainJson& recipe : json.at("corpus")) {
    search.corpus.push_back(recipe_from(recipe));
  }
  for (const PlainJson& sighting : json.at("sightings")) {
    search.sightings.push_back(Sighting{
        property_from(sighting.at("property")),
        Features::of_bits(sighting.at("features").get<std::uint64_t>()),
        sighting.at("first_run").get<std::uint64_t>(), recipe_from(sighting.at("recipe")),
        sighting.at("events").get<std::uint64_t>(), sighting.at("runs").get<std::uint64_t>()});
  }
  if (!json.at("unsteady").is_null()) {
    search.unsteady = Unsteady{json.at("unsteady").at("run").get<std::uint64_t>(),
                               json.at("unsteady").at("where").get<std::string>()};
  }
  return search;
}

}  // namespace

std::string write_search(const CampaignState& search, std::string_view digest) {
  return PlainJson{{"cutover_search", 1}, {"of", digest}, {"search", to_json(search)}}.dump() +
         '\n';
}

std::optional<CampaignState> read_search(std::string_view text, std::string_view digest) {
  const PlainJson json = PlainJson::parse(text, nullptr, false);
  if (!json.is_object() || json.value("cutover_search", 0) != 1 ||
      json.value("of", std::string{}) != digest) {
    return std::nullopt;
  }
  try {
    return search_from(json.at("search"));
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

}  // namespace scenarios
