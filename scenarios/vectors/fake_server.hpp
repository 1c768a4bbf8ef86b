// The API server that a vector case plays against: one ConfigMap, every version of it, failures on
// demand, and an informer that may lag (tests/vectors/README.md, sections 2 and 3).
//
// An update is judged in this order: failures left, conflicts left, version. Errors: answers only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "model/config_map.hpp"

namespace scenarios::vectors {

class FakeServer final : public model::ConfigMapApi {
 public:
  explicit FakeServer(const model::ConfigMap& first) : versions_{first} {}

  Read get() override { return Read{newest(), version()}; }
  Result update(const model::ConfigMapEntries& entries, model::ResourceVersion read) override;

  [[nodiscard]] const model::ConfigMap& newest() const { return versions_.back(); }
  [[nodiscard]] bool has_news() const { return delivered_ + 1 < versions_.size(); }

  // Another writer makes a new version.
  void store(const model::ConfigMap& content) { versions_.push_back(content); }
  void fail_next(std::uint32_t times) { failures_ = times; }
  // Each of the next updates meets another writer, who stores `content` (none: what is there).
  void conflict_next(std::uint32_t times, const std::optional<model::ConfigMap>& content);

  // The informer delivers the version `lag` before the newest, unless it delivered that or a newer
  // one. The update event of it; none for add, delete, and no event.
  std::optional<model::ConfigMap> deliver(std::uint32_t lag);

  // The updates stored since the last call, in order.
  std::vector<model::ConfigMapEntries> take_writes();

 private:
  [[nodiscard]] model::ResourceVersion version() const {
    return model::ResourceVersion{static_cast<std::uint32_t>(versions_.size())};
  }

  std::vector<model::ConfigMap> versions_;  // none is ever forgotten
  std::size_t delivered_ = 0;
  std::uint32_t failures_ = 0;
  std::uint32_t conflicts_ = 0;
  std::optional<model::ConfigMap> other_content_;
  std::vector<model::ConfigMapEntries> writes_;
};

}  // namespace scenarios::vectors
