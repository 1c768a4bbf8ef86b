// A 128-bit hash of a block of bytes, for sets of states too many to keep whole.
//
// Multiply and fold over 8-byte words, in the manner of wyhash (Wang Yi, public domain): every word
// enters both halves, each with keys of its own, so that two blocks collide only if both do. Not
// for hostile input. The same on every compiler; little-endian machines only. Hash a canonical
// encoding, never raw structs with padding.
#pragma once

#include <array>
#include <bit>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "sim/random.hpp"

namespace sim {

struct Hash128 {
  std::uint64_t high = 0;
  std::uint64_t low = 0;

  friend constexpr auto operator<=>(const Hash128&, const Hash128&) = default;
};

namespace hash_detail {

static_assert(std::endian::native == std::endian::little);

// The first digits of pi, as in Blowfish: numbers with nothing up their sleeve.
constexpr std::array<std::uint64_t, 8> kKeys{
    0x243F6A8885A308D3U, 0x13198A2E03707344U, 0xA4093822299F31D0U, 0x082EFA98EC4E6C89U,
    0x452821E638D01377U, 0xBE5466CF34E90C6CU, 0xC0AC29B7C97C50DDU, 0x3F84D5B5B5470917U};

constexpr std::uint64_t fold(std::uint64_t a, std::uint64_t b) {
  const Uint128 product = static_cast<Uint128>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

// One half of the state takes in two words. The rotated old value survives a product that happens
// to be zero.
constexpr std::uint64_t mix_in(std::uint64_t half, std::uint64_t first, std::uint64_t second,
                               std::uint64_t key_a, std::uint64_t key_b) {
  return fold(half ^ first ^ key_a, second ^ key_b) ^ std::rotl(half, 29);
}

inline std::uint64_t word_at(const std::byte* from) {
  std::uint64_t word = 0;
  std::memcpy(&word, from, sizeof word);
  return word;
}

}  // namespace hash_detail

inline Hash128 hash128(std::span<const std::byte> bytes) {
  using namespace hash_detail;  // NOLINT(google-build-using-namespace): one function
  const std::byte* at = bytes.data();
  std::size_t left = bytes.size();
  // Two lanes a half: four chains of multiplications run side by side.
  std::array<std::uint64_t, 4> lanes{kKeys[0], kKeys[2], kKeys[4], kKeys[6]};
  const auto take = [&lanes](const std::byte* block) {
    const std::uint64_t a = word_at(block);
    const std::uint64_t b = word_at(block + 8);
    const std::uint64_t c = word_at(block + 16);
    const std::uint64_t d = word_at(block + 24);
    lanes[0] = mix_in(lanes[0], a, b, kKeys[1], kKeys[2]);
    lanes[1] = mix_in(lanes[1], c, d, kKeys[3], kKeys[4]);
    lanes[2] = mix_in(lanes[2], b, c, kKeys[5], kKeys[6]);
    lanes[3] = mix_in(lanes[3], d, a, kKeys[7], kKeys[0]);
  };
  for (; left >= 32; left -= 32, at += 32) {
    take(at);
  }
  if (left > 0) {  // the rest, filled up with zeros; the length tells it from real ones
    std::array<std::byte, 32> rest{};
    std::memcpy(rest.data(), at, left);
    take(rest.data());
  }
  const std::uint64_t length = bytes.size() * kGoldenGamma;
  return Hash128{mix64(mix_in(lanes[0], lanes[1], length, kKeys[5], kKeys[7])),
                 mix64(mix_in(lanes[2], length, lanes[3], kKeys[1], kKeys[3]))};
}

}  // namespace sim
