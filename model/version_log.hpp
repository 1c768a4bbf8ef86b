// The versions of one resource that an API server still tells of.
#pragma once

#include <array>
#include <cstdint>

#include "sim/time.hpp"

namespace model {

// Newest last. An informer that lags by more than the log holds skips versions, as a real one may
// (p2:G3).
template <class Content, std::uint32_t kLength>
struct VersionLog {
  struct Version {
    Content content{};
    sim::Due written;
    std::uint32_t reserved = 0;
  };

  std::array<Version, kLength> ring{};
  std::uint32_t newest = 0;  // versions count from 1
  std::uint32_t reserved = 0;

  [[nodiscard]] const Version& at(std::uint32_t version) const { return ring[version % kLength]; }
  [[nodiscard]] bool holds(std::uint32_t version) const { return newest - version < kLength; }
  [[nodiscard]] const Content& content() const { return at(newest).content; }
  // The version that an informer delivers after `seen`.
  [[nodiscard]] std::uint32_t after(std::uint32_t seen) const {
    return newest - seen > kLength ? newest - kLength + 1 : seen + 1;
  }
  void write(const Content& content, sim::Due now) {
    ++newest;
    ring[newest % kLength] = Version{content, now, 0};
  }
};

}  // namespace model
