#include <algorithm>

#include "scenarios/reader/value.hpp"
#include "sim/check.hpp"

namespace scenarios {
namespace {

std::vector<std::string_view> names_of(const Shape& shape, Kinds kinds) {
  std::vector<std::string_view> names;
  for (const Key& key : shape.keys) {
    if ((key.kinds & kinds) != 0) {
      names.push_back(key.name);
    }
  }
  return names;
}

void report_unknown(const Value& value, const Shape& shape, Kinds kinds, const JsonMember& member) {
  constexpr std::size_t kFewEnoughToList = 8;
  std::string text = "unknown key";
  if (!value.problems().full()) {
    const std::vector<std::string_view> names = names_of(shape, kinds == 0 ? kAllKinds : kinds);
    const std::string meant = suggestion(member.name, names);
    text += meant;
    if (meant.empty() && names.size() <= kFewEnoughToList) {
      text += "; expected one of " + list_in_quotes(names);
    }
  }
  value.problems().add(member.name_origin, pointer_to(value.pointer(), member.name),
                       std::move(text));
}

// "source", or "map", "filter", "sink": the kinds of operator in the set.
std::string spelled_kinds(Kinds kinds) {
  std::vector<std::string_view> names;
  for (const Choice& kind : find_choices("kind")->choices) {
    if ((kinds >> kind.value & 1U) != 0) {
      names.push_back(kind.name);
    }
  }
  return list_in_quotes(names);
}

// Whether an operator must have a key.
bool is_wanted(const Key& key, Kinds kinds) {
  return key.presence == Presence::kRequired &&
         (key.kinds == kAllKinds || (key.kinds & kinds) != 0);
}

}  // namespace

void read_keys(const Value& value, const Shape& shape, Kinds kinds,
               const std::function<void(const Key&, const Value&)>& read) {
  if (value.json().type != Json::Type::kObject) {
    value.refuse("an object");
    return;
  }
  for (const JsonMember& member : value.json().members) {
    const auto key = std::find_if(shape.keys.begin(), shape.keys.end(),
                                  [&](const Key& known) { return known.name == member.name; });
    if (key == shape.keys.end()) {
      report_unknown(value, shape, kinds, member);
      continue;
    }
    const Value inner(member.value, pointer_to(value.pointer(), member.name), key->type, key->range,
                      value.problems());
    if (key->presence == Presence::kNotModelled) {
      inner.complain(in_quotes(key->name) + " is not modelled yet");
    } else if (kinds != 0 && (key->kinds & kinds) == 0) {
      inner.complain("expected only in operators of kind " + spelled_kinds(key->kinds) +
                     ", found in one of kind " + spelled_kinds(kinds));
    } else {
      read(*key, inner);
    }
  }
  for (const Key& key : shape.keys) {
    if (is_wanted(key, kinds) && value.json().find(key.name) == nullptr) {
      value.complain("expected a key " + in_quotes(key.name) + ", found none");
    }
  }
}

void read_object(const Value& value, const Shape& shape, std::initializer_list<Field> fields,
                 Kinds kinds) {
  const auto modelled = std::count_if(shape.keys.begin(), shape.keys.end(), [](const Key& key) {
    return key.presence != Presence::kNotModelled;
  });
  SIM_CHECK(static_cast<std::size_t>(modelled) == fields.size(),
            "keys of the format without a field");
  const auto field_of = [&](const Key& key) {
    const auto* const field = std::find_if(
        fields.begin(), fields.end(), [&](const Field& known) { return known.name == key.name; });
    SIM_CHECK(field != fields.end(), "a key of the format without a field");
    return field;
  };
  for (const Key& key : shape.keys) {
    if (key.presence != Presence::kNotModelled) {
      field_of(key);
    }
  }
  read_keys(value, shape, kinds,
            [&](const Key& key, const Value& inner) { field_of(key)->read(inner); });
}

}  // namespace scenarios
