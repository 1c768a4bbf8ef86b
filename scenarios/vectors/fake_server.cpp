#include "scenarios/vectors/fake_server.hpp"

#include <utility>

namespace scenarios::vectors {

FakeServer::Result FakeServer::update(const model::ConfigMapEntries& entries,
                                      model::ResourceVersion read) {
  if (failures_ > 0) {
    --failures_;
    return Result::kError;
  }
  if (conflicts_ > 0) {
    --conflicts_;
    store(other_content_.value_or(newest()));
    return Result::kConflict;
  }
  if (read != version() || !newest().exists) {
    return Result::kConflict;
  }
  model::ConfigMap content = newest();
  model::put(content, entries);
  store(content);
  writes_.push_back(entries);
  return Result::kStored;
}

void FakeServer::conflict_next(std::uint32_t times,
                               const std::optional<model::ConfigMap>& content) {
  conflicts_ = times;
  other_content_ = content;
}

std::optional<model::ConfigMap> FakeServer::deliver(std::uint32_t lag) {
  const std::size_t last = versions_.size() - 1;
  const std::size_t target = lag > last ? 0 : last - lag;
  if (target <= delivered_) {
    return std::nullopt;
  }
  const bool existed = versions_[delivered_].exists;
  delivered_ = target;
  const model::ConfigMap& content = versions_[target];
  return existed && content.exists ? std::optional{content} : std::nullopt;
}

std::vector<model::ConfigMapEntries> FakeServer::take_writes() {
  return std::exchange(writes_, {});
}

}  // namespace scenarios::vectors
