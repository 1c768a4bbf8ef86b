#include "scenarios/reader/schema.hpp"

#include <nlohmann/json.hpp>
#include <string_view>

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
  } else if (key.range.most != Range{}.most) {
    text += " From " + spelled_duration(key.range.least) + " to " +
            spelled_duration(key.range.most) + '.';
  }
  schema["description"] = text;
  return schema;
}

// Which keys an operator of one kind must have and must not have.
ordered_json schema_of_kind(const Shape& shape, const Choice& kind) {
  ordered_json then;
  for (const Key& key : shape.keys) {
    if (key.kinds == kAllKinds) {
      continue;
    }
    if ((key.kinds >> kind.value & 1U) == 0) {
      then["properties"][std::string(key.name)] = false;
    } else if (key.presence == Presence::kRequired) {
      then["required"].push_back(key.name);
    }
  }
  ordered_json is_kind;
  is_kind["properties"]["kind"]["const"] = kind.name;
  return ordered_json{{"if", is_kind}, {"then", then}};
}

ordered_json schema_of(const Shape& shape) {
  ordered_json schema{{"type", "object"}, {"description", shape.text}};
  ordered_json properties = ordered_json::object();
  ordered_json required = ordered_json::array();
  bool by_kind = false;
  for (const Key& key : shape.keys) {
    if (key.presence == Presence::kNotModelled) {
      continue;
    }
    properties[std::string(key.name)] = schema_of(key);
    by_kind = by_kind || key.kinds != kAllKinds;
    if (key.presence == Presence::kRequired && key.kinds == kAllKinds) {
      required.push_back(key.name);
    }
  }
  schema["properties"] = properties;
  if (!required.empty()) {
    schema["required"] = required;
  }
  if (by_kind) {
    for (const Choice& kind : find_choices("kind")->choices) {
      schema["allOf"].push_back(schema_of_kind(shape, kind));
    }
  }
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
  definitions["delay"] = {
      {"description", "[shortest, longest], both included; a draw is a choice."},
      {"type", "array"},
      {"items", reference("duration")},
      {"minItems", 2},
      {"maxItems", 2}};
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
