#include "scenarios/reader/schema.hpp"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>
#include <vector>

#include "scenarios/reader/format.hpp"
#include "scenarios/reader/value.hpp"

namespace scenarios {
namespace {

using nlohmann::ordered_json;

ordered_json reference(std::string_view type) {
  return ordered_json{{"$ref", "#/$defs/" + std::string(type)}};
}

std::string_view inner(std::string_view type) { return type.substr(1, type.size() - 2); }

// A type as the tables write it: "[x]", "{x}" or a name.
ordered_json schema_of(std::string_view type) {
  if (type.front() == '[') {
    return ordered_json{{"type", "array"}, {"items", schema_of(inner(type))}};
  }
  if (type.front() == '{') {
    return ordered_json{{"type", "object"}, {"additionalProperties", schema_of(inner(type))}};
  }
  return reference(type);
}

void put_limits(ordered_json& schema, const Key& key, const std::string& least,
                const std::string& most) {
  if (key.range.least > 0) {
    schema[least] = key.range.least;
  }
  if (key.range.most != Range{}.most) {
    schema[most] = key.range.most;
  }
}

ordered_json schema_of(const Key& key) {
  ordered_json schema = schema_of(key.type);
  std::string text(key.text);
  if (key.type == "integer") {
    put_limits(schema, key, "minimum", "maximum");
  } else if (key.type == "string") {
    put_limits(schema, key, "minLength", "maxLength");
  } else if (key.type.front() == '[') {
    put_limits(schema, key, "minItems", "maxItems");
  } else if (key.type.front() == '{') {
    put_limits(schema, key, "minProperties", "maxProperties");
  } else if (key.type == "integer_range") {
    text +=
        " From " + std::to_string(key.range.least) + " to " + std::to_string(key.range.most) + '.';
  } else if (key.range.most != Range{}.most) {
    text += " From " + spelled_duration(key.range.least) + " to " +
            spelled_duration(key.range.most) + '.';
  }
  schema["description"] = text;
  return schema;
}

// Which keys an object must have and must not have whose selector has this value.
ordered_json schema_of_choice(const Shape& shape, std::string_view selector, const Choice& choice) {
  ordered_json then = ordered_json::object();
  for (const Key& key : shape.keys) {
    for (const Condition& condition : key.conditions) {
      if (condition.selector != selector) {
        continue;
      }
      if ((condition.allowed >> choice.value & 1U) == 0) {
        then["properties"][std::string(key.name)] = false;
      } else if ((condition.required >> choice.value & 1U) != 0) {
        then["required"].push_back(key.name);
      }
    }
  }
  ordered_json is_chosen;
  is_chosen["properties"][std::string(selector)]["const"] = choice.name;
  is_chosen["required"].push_back(selector);
  return ordered_json{{"if", is_chosen}, {"then", then}};
}

// In the order of the keys.
std::vector<std::string_view> selectors_of(const Shape& shape) {
  std::vector<std::string_view> selectors;
  for (const Key& key : shape.keys) {
    for (const Condition& condition : key.conditions) {
      if (!condition.selector.empty() &&
          std::find(selectors.begin(), selectors.end(), condition.selector) == selectors.end()) {
        selectors.push_back(condition.selector);
      }
    }
  }
  return selectors;
}

// Keys that another one stands in for, and keys that need another one.
void add_replacements(ordered_json& schema, const Shape& shape) {
  std::map<std::string_view, std::pair<ordered_json, ordered_json>> by_key;  // with it, without it
  for (const Key& key : shape.keys) {
    const std::string name{key.name};
    if (!key.replaced_by.empty()) {
      auto& [with, without] = by_key[key.replaced_by];
      with["properties"][name] = false;
      if (key.presence == Presence::kRequired) {
        without["required"].push_back(name);
      }
    }
    if (!key.only_with.empty()) {
      by_key[key.only_with].second["properties"][name] = false;
    }
  }
  for (const auto& [key, consequences] : by_key) {
    schema["allOf"].push_back(ordered_json{{"if", {{"required", {key}}}},
                                           {"then", consequences.first},
                                           {"else", consequences.second}});
  }
}

ordered_json schema_of(const Shape& shape) {
  ordered_json schema{{"type", "object"}, {"description", shape.text}};
  ordered_json properties = ordered_json::object();
  ordered_json required = ordered_json::array();
  for (const Key& key : shape.keys) {
    properties[std::string(key.name)] = schema_of(key);
    if (key.presence == Presence::kRequired && key.replaced_by.empty()) {
      required.push_back(key.name);
    }
  }
  schema["properties"] = properties;
  if (!required.empty()) {
    schema["required"] = required;
  }
  for (const std::string_view selector : selectors_of(shape)) {
    for (const Choice& choice : choices_of_selector(shape, selector).choices) {
      schema["allOf"].push_back(schema_of_choice(shape, selector, choice));
    }
  }
  add_replacements(schema, shape);
  schema["additionalProperties"] = false;
  return schema;
}

ordered_json schema_of(const ChoiceList& list) {
  ordered_json schema;
  for (const Choice& choice : list.choices) {
    if (choice.modelled) {
      schema["enum"].push_back(choice.name);
    }
  }
  return schema;
}

ordered_json schema_of(const BasicType& type) {
  ordered_json schema;
  if (!type.json_type.empty()) {
    schema["type"] = type.json_type;
  }
  if (!type.pattern.empty()) {
    schema["pattern"] = type.pattern;
  }
  schema["description"] = type.text;
  return schema;
}

// Types that may be written in more than one way.
void add_alternatives(ordered_json& definitions) {
  definitions["instant"] = {
      {"description", "A point of event time: \"2023-11-14T22:13:20Z\", or epoch ms."},
      {"anyOf",
       {{{"type", "string"},
         {"pattern", "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,3})?Z$"}},
        {{"type", "integer"}}}}};
  const auto pair = [](const char* text, std::string_view of = "duration") {
    return ordered_json{{"description", text},
                        {"type", "array"},
                        {"items", reference(of)},
                        {"minItems", 2},
                        {"maxItems", 2}};
  };
  definitions["delay"] = pair("[shortest, longest], both included; a draw is a choice.");
  definitions["window"] = pair("[earliest, latest], both included; a draw is a choice.");
  definitions["duration_range"] = pair("[least, most], both included.");
  definitions["integer_range"] = pair("[least, most], both included.", "integer");
  definitions["rate_range"] = pair("[least, most], both included, per the same time.", "rate");
  ordered_json properties{{"type", "array"}, {"items", reference("property")}, {"minItems", 1}};
  definitions["judgement"] = {
      {"description", "The properties that decide a claim, alone or with what is granted."},
      {"anyOf", {properties, reference("judgement_under_assumption")}}};
  definitions["transactional_id_prefix"] = {
      {"description", "One prefix for both colors, or one for each."},
      {"anyOf", {reference("prefix"), reference("prefix_per_color")}}};
  definitions["deploy_time"] = {{"description", "One delay for both colors, or one for each."},
                                {"anyOf", {reference("delay"), reference("delay_per_color")}}};
}

}  // namespace

std::string schema_json() {
  ordered_json schema{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                      {"title", "Cutover scenario"}};
  schema.update(reference(root_shape().name));
  ordered_json& definitions = schema["$defs"];
  for (const Shape& shape : all_shapes()) {
    definitions[std::string(shape.name)] = schema_of(shape);
  }
  for (const ChoiceList& list : all_choices()) {
    definitions[std::string(list.name)] = schema_of(list);
  }
  for (const BasicType& type : basic_types()) {
    if (type.name != "any") {
      definitions[std::string(type.name)] = schema_of(type);
    }
  }
  add_alternatives(definitions);
  return schema.dump(2) + '\n';
}

}  // namespace scenarios
