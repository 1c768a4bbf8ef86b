// Which subtask gets what: key groups (rt:T7-T11) and partition owners (rt:K1), as Flink computes
// them.
#pragma once

#include <bit>
#include <cstdint>
#include <string_view>

namespace model {

// rt:T10. The result is never negative.
constexpr std::int32_t murmur(std::int32_t value) {
  auto x = static_cast<std::uint32_t>(value);
  x *= 0xCC9E2D51U;
  x = std::rotl(x, 15);
  x *= 0x1B873593U;
  x = std::rotl(x, 13);
  x = x * 5 + 0xE6546B64U;
  x ^= 4U;
  x ^= x >> 16;
  x *= 0x85EBCA6BU;
  x ^= x >> 13;
  x *= 0xC2B2AE35U;
  x ^= x >> 16;
  const auto mixed = static_cast<std::int32_t>(x);
  if (mixed >= 0) {
    return mixed;
  }
  return mixed == INT32_MIN ? 0 : -mixed;
}

// rt:T9: max parallelism where none is set.
constexpr std::uint32_t default_max_parallelism(std::uint32_t parallelism) {
  const std::uint32_t rounded = std::bit_ceil(parallelism + parallelism / 2);
  return rounded < 128 ? 128 : (rounded > 32'768 ? 32'768 : rounded);
}

// rt:T7.
constexpr std::uint32_t key_group(std::int32_t key_hash, std::uint32_t max_parallelism) {
  return static_cast<std::uint32_t>(murmur(key_hash)) % max_parallelism;
}
constexpr std::uint32_t subtask_of_key_group(std::uint32_t group, std::uint32_t parallelism,
                                             std::uint32_t max_parallelism) {
  return group * parallelism / max_parallelism;
}

// rt:T11, for strings of ASCII.
constexpr std::int32_t java_hash(std::string_view text) {
  std::uint32_t hash = 0;
  for (const char c : text) {
    hash = hash * 31 + static_cast<unsigned char>(c);
  }
  return static_cast<std::int32_t>(hash);
}

// rt:K1: the reader that owns partition q of a topic.
constexpr std::uint32_t partition_owner(std::string_view topic, std::uint32_t partition,
                                        std::uint32_t readers) {
  const std::uint32_t start =
      ((static_cast<std::uint32_t>(java_hash(topic)) * 31U) & 0x7FFFFFFFU) % readers;
  return (start + partition) % readers;
}

}  // namespace model
