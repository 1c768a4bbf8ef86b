#include <algorithm>

#include "scenarios/reader/value.hpp"
#include "sim/check.hpp"

namespace scenarios {
namespace {

const Key* find_key(const Shape& shape, std::string_view name) {
  const auto found = std::find_if(shape.keys.begin(), shape.keys.end(),
                                  [&](const Key& known) { return known.name == name; });
  return found == shape.keys.end() ? nullptr : &*found;
}

std::string names_in(const ChoiceList& list, ValueSet values) {
  std::vector<std::string_view> names;
  for (const Choice& choice : list.choices) {
    if ((values >> choice.value & 1U) != 0) {
      names.push_back(choice.name);
    }
  }
  return list_in_quotes(names);
}

// An object together with what its selectors say about its keys.
class Selectors {
 public:
  Selectors(const Json& object, const Shape& shape) : object_(&object), shape_(&shape) {}

  // The condition that forbids the key here; null if none does.
  [[nodiscard]] const Condition* forbidding(const Key& key) const {
    return first(key, [](const Condition& condition, ValueSet value) {
      return (condition.allowed & value) == 0;
    });
  }
  // The condition that demands the key here.
  [[nodiscard]] const Condition* demanding(const Key& key) const {
    return forbidding(key) != nullptr ? nullptr
                                      : first(key, [](const Condition& condition, ValueSet value) {
                                          return (condition.required & value) != 0;
                                        });
  }
  // `kind "sink"`
  [[nodiscard]] std::string spelled(const Condition& condition, ValueSet values) const {
    return std::string(condition.selector) + ' ' +
           names_in(choices_of_selector(*shape_, condition.selector), values);
  }
  // The value of a selector; 0 if it is absent, wrong or itself out of place.
  [[nodiscard]] ValueSet selected(std::string_view selector) const {
    const Json* given = object_->find(selector);
    if (given == nullptr || given->type != Json::Type::kString ||
        forbidding(*find_key(*shape_, selector)) != nullptr) {
      return 0;
    }
    for (const Choice& choice : choices_of_selector(*shape_, selector).choices) {
      if (choice.name == given->text) {
        return ValueSet{1} << choice.value;
      }
    }
    return 0;
  }

 private:
  template <class Holds>
  [[nodiscard]] const Condition* first(const Key& key, Holds holds) const {
    for (const Condition& condition : key.conditions) {
      const ValueSet value = condition.selector.empty() ? 0 : selected(condition.selector);
      if (value != 0 && holds(condition, value)) {
        return &condition;
      }
    }
    return nullptr;
  }

  const Json* object_;
  const Shape* shape_;
};

bool is_replaced(const Json& object, const Key& key) {
  return !key.replaced_by.empty() && object.find(key.replaced_by) != nullptr;
}

bool lacks_company(const Json& object, const Key& key) {
  return !key.only_with.empty() && object.find(key.only_with) == nullptr;
}

void report_unknown(const Value& value, const Shape& shape, const Selectors& selectors,
                    const JsonMember& member) {
  constexpr std::size_t kFewEnoughToList = 12;
  std::string text = "unknown key";
  if (!value.problems().full()) {
    std::vector<std::string_view> names;
    for (const Key& key : shape.keys) {
      if (selectors.forbidding(key) == nullptr && !is_replaced(value.json(), key) &&
          !lacks_company(value.json(), key)) {
        names.push_back(key.name);
      }
    }
    const std::string meant = suggestion(member.name, names);
    text += meant;
    if (meant.empty() && names.size() <= kFewEnoughToList) {
      text += "; expected one of " + list_in_quotes(names);
    }
  }
  value.problems().add(member.name_origin, pointer_to(value.pointer(), member.name),
                       std::move(text));
}

void report_missing(const Value& value, const Shape& shape, const Selectors& selectors) {
  for (const Key& key : shape.keys) {
    if (value.json().find(key.name) != nullptr || is_replaced(value.json(), key)) {
      continue;
    }
    const Condition* demanding = selectors.demanding(key);
    if (key.presence == Presence::kRequired) {
      value.complain("expected a key " + in_quotes(key.name) +
                     (key.replaced_by.empty() ? "" : " or " + in_quotes(key.replaced_by)) +
                     ", found none");
    } else if (demanding != nullptr) {
      value.complain("expected a key " + in_quotes(key.name) + " with " +
                     selectors.spelled(*demanding, selectors.selected(demanding->selector)) +
                     ", found none");
    }
  }
}

}  // namespace

void read_keys(const Value& value, const Shape& shape,
               const std::function<void(const Key&, const Value&)>& read) {
  if (value.json().type != Json::Type::kObject) {
    value.refuse("an object");
    return;
  }
  const Selectors selectors(value.json(), shape);
  for (const JsonMember& member : value.json().members) {
    const Key* key = find_key(shape, member.name);
    if (key == nullptr) {
      report_unknown(value, shape, selectors, member);
      continue;
    }
    const Value inner(member.value, pointer_to(value.pointer(), member.name), key->type, key->range,
                      value.problems());
    const Condition* forbidding = selectors.forbidding(*key);
    if (is_replaced(value.json(), *key)) {
      inner.complain("expected only without " + in_quotes(key->replaced_by) + ", found both");
    } else if (lacks_company(value.json(), *key)) {
      inner.complain("expected only with " + in_quotes(key->only_with) + ", found none");
    } else if (forbidding != nullptr) {
      inner.complain("expected only with " + selectors.spelled(*forbidding, forbidding->allowed) +
                     ", found with " +
                     selectors.spelled(*forbidding, selectors.selected(forbidding->selector)));
    } else {
      read(*key, inner);
    }
  }
  report_missing(value, shape, selectors);
}

void read_object(const Value& value, const Shape& shape, std::initializer_list<Field> fields) {
  read_object(value, shape, std::span{fields.begin(), fields.size()});
}

void read_object(const Value& value, const Shape& shape, std::span<const Field> fields) {
  SIM_CHECK(shape.keys.size() == fields.size(), "keys of the format without a field");
  const auto field_of = [&](const Key& key) {
    const auto field = std::find_if(fields.begin(), fields.end(),
                                    [&](const Field& known) { return known.name == key.name; });
    SIM_CHECK(field != fields.end(), "a key of the format without a field");
    return field;
  };
  for (const Key& key : shape.keys) {
    field_of(key);
  }
  read_keys(value, shape, [&](const Key& key, const Value& inner) { field_of(key)->read(inner); });
}

}  // namespace scenarios
