#include "scenarios/reader/document.hpp"

#include <cstddef>
#include <optional>
#include <utility>

namespace scenarios {
namespace {

const Json* child(const Json& json, const std::string& part) {
  if (json.type == Json::Type::kObject) {
    return json.find(part);
  }
  if (json.type == Json::Type::kArray) {
    const std::optional<std::size_t> index = parse_index(part, json.items.size());
    return index ? &json.items[*index] : nullptr;
  }
  return nullptr;
}

}  // namespace

const Json* Document::find(const Path& path) const {
  const Json* at = root_;
  for (const std::string& part : path) {
    at = child(*at, part);
    if (at == nullptr) {
      return nullptr;
    }
  }
  return at;
}

void Document::complain(const Path& path, std::string text) const {
  const Json* at = root_;
  std::string pointer;
  for (const std::string& part : path) {
    const Json* next = child(*at, part);
    if (next == nullptr) {
      break;
    }
    at = next;
    pointer = pointer_to(pointer, part);
  }
  problems_->add(at->origin, pointer, std::move(text));
}

void Document::miss(const Path& path, std::string text) const {
  const Json* at = root_;
  const Json* next = root_;
  std::string pointer;
  for (const std::string& part : path) {
    next = next == nullptr ? nullptr : child(*next, part);
    at = next == nullptr ? at : next;
    pointer = pointer_to(pointer, part);
  }
  problems_->add(at->origin, pointer, std::move(text));
}

}  // namespace scenarios
