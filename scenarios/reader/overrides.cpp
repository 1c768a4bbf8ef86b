#include "scenarios/reader/overrides.hpp"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>

#include "scenarios/reader/json_syntax.hpp"

namespace scenarios {
namespace {

struct Change {
  std::vector<std::string> path;
  std::string_view value;
};

// ~1 is /, ~0 is ~ (RFC 6901); nullopt if a ~ stands for neither.
std::optional<std::string> unescaped(std::string_view part) {
  std::string plain;
  for (std::size_t at = 0; at < part.size(); ++at) {
    if (part[at] != '~') {
      plain += part[at];
      continue;
    }
    ++at;
    if (at == part.size() || (part[at] != '0' && part[at] != '1')) {
      return std::nullopt;
    }
    plain += part[at] == '0' ? '~' : '/';
  }
  return plain;
}

std::optional<Change> parse_change(std::string_view set) {
  const std::size_t equals = set.find('=');
  if (equals == std::string_view::npos || set.front() != '/' || find_bad_byte(set)) {
    return std::nullopt;
  }
  Change change;
  change.value = set.substr(equals + 1);
  std::string_view pointer = set.substr(0, equals);
  while (!pointer.empty()) {
    pointer.remove_prefix(1);
    const std::size_t length = std::min(pointer.find('/'), pointer.size());
    std::optional<std::string> part = unescaped(pointer.substr(0, length));
    if (!part || change.path.size() == JsonLimits::kNesting) {
      return std::nullopt;
    }
    change.path.push_back(std::move(*part));
    pointer.remove_prefix(length);
  }
  return change;
}

void set_origin(Json& json, const Origin& origin) {
  json.origin = origin;
  for (Json& item : json.items) {
    set_origin(item, origin);
  }
  for (JsonMember& member : json.members) {
    member.name_origin = origin;
    set_origin(member.value, origin);
  }
}

// One step down, into what exists or is made on the way; null, with a problem, where there is no
// way.
Json* step(Json& at, const std::string& part, const std::string& pointer, const Origin& origin,
           Problems& problems) {
  if (at.type == Json::Type::kArray) {
    if (part == "-") {
      return &at.items.emplace_back();
    }
    const std::optional<std::size_t> index = parse_index(part, at.items.size());
    if (!index) {
      problems.add(origin, pointer_to(pointer, part),
                   "expected the index of one of " + std::to_string(at.items.size()) +
                       " elements or - to append one, found " + in_quotes(part));
      return nullptr;
    }
    return &at.items[*index];
  }
  if (at.type != Json::Type::kObject) {
    problems.add(origin, pointer_to(pointer, part),
                 "expected an object or array around it, found " + at.described());
    return nullptr;
  }
  if (Json* existing = at.find(part)) {
    return existing;
  }
  at.members.push_back(JsonMember{part, origin, Json{}});
  return &at.members.back().value;
}

// The place that a path leads to, objects made on the way where there is nothing yet.
Json* walk(Json& root, const std::vector<std::string>& path, const Origin& origin,
           Problems& problems) {
  Json* at = &root;
  std::string pointer;
  for (std::size_t i = 0; i < path.size(); ++i) {
    const bool appends = at->type == Json::Type::kArray && path[i] == "-";
    const bool exists =
        !appends && (at->type == Json::Type::kArray || at->find(path[i]) != nullptr);
    at = step(*at, path[i], pointer, origin, problems);
    if (at == nullptr) {
      return nullptr;
    }
    if (!exists && i + 1 < path.size()) {
      at->type = Json::Type::kObject;
      at->origin = origin;
    }
    pointer = pointer_to(pointer, path[i]);
  }
  return at;
}

// JSON if it parses, else a string. Duplicate keys and limits in it are problems.
std::optional<Json> parse_value(std::string_view text, const std::string& pointer,
                                const Origin& origin, Problems& problems) {
  Problems own({});
  JsonResult result = parse_json(text, JsonComments::kRefused, origin, own);
  if (result.failure == JsonFailure::kSyntax) {
    Json string;
    string.type = Json::Type::kString;
    string.text = text;
    return string;
  }
  for (const Problem& problem : own.sorted()) {
    problems.add(origin, pointer + problem.pointer, problem.text);
  }
  return std::move(result.root);
}

void apply_change(const Change& change, int number, Json& root, Problems& problems) {
  const Origin origin{0, Origin::Source::kSet, number};
  std::string pointer;
  for (const std::string& part : change.path) {
    pointer = pointer_to(pointer, part);
  }
  std::optional<Json> value = parse_value(change.value, pointer, origin, problems);
  if (!value) {
    return;
  }
  set_origin(*value, origin);
  if (Json* place = walk(root, change.path, origin, problems)) {
    *place = std::move(*value);
  }
}

Json string_of(const std::string& text, const Origin& origin) {
  Json json;
  json.type = Json::Type::kString;
  json.text = text;
  json.origin = origin;
  return json;
}

// The member of that name, made where there is none.
Json& member_of(Json& object, const std::string& name, Json::Type type, const Origin& origin) {
  if (Json* existing = object.find(name)) {
    return *existing;
  }
  Json made;
  made.type = type;
  made.origin = origin;
  object.members.push_back(JsonMember{name, origin, std::move(made)});
  return object.members.back().value;
}

void apply_protocol(const std::string& protocol, Json& root) {
  Json* deployment = root.find("deployment");
  if (deployment == nullptr || deployment->type != Json::Type::kObject) {
    return;  // the reader has words for that
  }
  const Origin origin{0, Origin::Source::kProtocol};
  member_of(*deployment, "protocol", Json::Type::kString, origin) = string_of(protocol, origin);
}

void apply_mutation(const std::string& mutation, int number, Json& root) {
  if (root.type != Json::Type::kObject) {
    return;
  }
  const Origin origin{0, Origin::Source::kMutation, number};
  Json& list = member_of(root, "mutations", Json::Type::kArray, origin);
  if (list.type == Json::Type::kArray) {
    list.items.push_back(string_of(mutation, origin));
  }
}

}  // namespace

std::vector<std::string> malformed(const Overrides& overrides) {
  std::vector<std::string> errors;
  for (std::size_t i = 0; i < overrides.sets.size(); ++i) {
    const std::string& set = overrides.sets[i];
    const std::string option = "--set " + std::to_string(i + 1) + ": ";
    if (const auto bad = find_bad_byte(set)) {
      errors.push_back(option + bad->text);
    } else if (!parse_change(set)) {
      errors.push_back(option + "expected /json/pointer=VALUE, found " + in_quotes(set));
    }
  }
  const auto check_text = [&](const std::string& option, const std::string& text) {
    if (const auto bad = find_bad_byte(text)) {
      errors.push_back(option + ": " + bad->text);
    }
  };
  if (overrides.protocol) {
    check_text("--protocol", *overrides.protocol);
  }
  for (std::size_t i = 0; i < overrides.mutations.size(); ++i) {
    check_text("--mutation " + std::to_string(i + 1), overrides.mutations[i]);
  }
  return errors;
}

void apply(const Overrides& overrides, Json& root, Problems& problems) {
  int number = 0;
  for (const std::string& set : overrides.sets) {
    ++number;
    if (const std::optional<Change> change = parse_change(set)) {
      apply_change(*change, number, root, problems);
    }
  }
  if (overrides.protocol && !find_bad_byte(*overrides.protocol)) {
    apply_protocol(*overrides.protocol, root);
  }
  number = 0;
  for (const std::string& mutation : overrides.mutations) {
    ++number;
    if (!find_bad_byte(mutation)) {
      apply_mutation(mutation, number, root);
    }
  }
}

}  // namespace scenarios
