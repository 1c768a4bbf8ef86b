// Our own random numbers: the same on every compiler and library.
//
// `mix64` is the finalizer of SplitMix64 (Steele, Lea, Flood 2014); `SplitMix64` the generator,
// known-answer tested. `draw` is the keyed form: a pure function of (seed, name, occurrence), so
// that one draw never moves another.
#pragma once

#include <cstdint>
#include <string_view>

namespace sim {

__extension__ using Uint128 = unsigned __int128;

constexpr std::uint64_t kGoldenGamma = 0x9E3779B97F4A7C15U;

constexpr std::uint64_t mix64(std::uint64_t z) {
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
  return z ^ (z >> 31);
}

class SplitMix64 {
 public:
  explicit constexpr SplitMix64(std::uint64_t seed) : state_(seed) {}
  constexpr std::uint64_t next() { return mix64(state_ += kGoldenGamma); }

 private:
  std::uint64_t state_;
};

constexpr std::uint64_t draw(std::uint64_t seed, std::uint64_t name, std::uint64_t occurrence) {
  return mix64(mix64(seed + name * kGoldenGamma) + (occurrence + 1) * kGoldenGamma);
}

// Scales 64 random bits to [0, count) by multiplication; the bias is below count / 2^64.
constexpr std::uint32_t below(std::uint64_t random, std::uint32_t count) {
  return static_cast<std::uint32_t>((static_cast<Uint128>(random) * count) >> 64);
}

// FNV-1a over the bytes, then mixed: the identity of a name in keyed draws and fingerprints.
constexpr std::uint64_t name_hash(std::string_view name) {
  std::uint64_t hash = 0xCBF29CE484222325U;
  for (const char c : name) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
  }
  return mix64(hash);
}

}  // namespace sim
