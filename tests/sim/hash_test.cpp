#include <catch2/catch.hpp>

#include <algorithm>
#include <bit>
#include <set>
#include <span>
#include <string_view>
#include <vector>

#include "sim/hash.hpp"

namespace {

using sim::Hash128;

Hash128 hash_of(std::string_view text) { return sim::hash128(std::as_bytes(std::span{text})); }

std::vector<std::byte> random_bytes(std::size_t size, std::uint64_t seed) {
  sim::SplitMix64 random{seed};
  std::vector<std::byte> bytes(size);
  std::generate(bytes.begin(), bytes.end(), [&] { return static_cast<std::byte>(random.next()); });
  return bytes;
}

}  // namespace

TEST_CASE("hashes have fixed values") {
  CHECK(hash_of("") == Hash128{0x344587AA74E8F2E9U, 0xEE70570432FBCC42U});
  CHECK(hash_of("a") == Hash128{0xCEBDF4BBFF33073FU, 0xD042B8DC7757D31AU});
  CHECK(hash_of("the quick brown fox jumps over the lazy dog") ==
        Hash128{0xAC59EF74F1B6E18FU, 0x2203E72B07951F04U});
}

TEST_CASE("blocks of zeros of different lengths hash differently") {
  std::set<Hash128> seen;
  const std::vector<std::byte> zeros(200);
  for (std::size_t size = 0; size <= zeros.size(); ++size) {
    seen.insert(sim::hash128({zeros.data(), size}));
  }
  CHECK(seen.size() == zeros.size() + 1);
}

TEST_CASE("the hash does not depend on where the block lies") {
  const std::vector<std::byte> bytes = random_bytes(77, 1);
  for (std::size_t offset = 1; offset < 16; ++offset) {
    std::vector<std::byte> moved(offset, std::byte{0xFF});
    moved.insert(moved.end(), bytes.begin(), bytes.end());
    CHECK(sim::hash128(std::span{moved}.subspan(offset)) == sim::hash128(bytes));
  }
}

// Basic avalanche: a flipped bit of the input changes each half like a coin would, wherever it
// lies.
TEST_CASE("every bit of the input changes about half of each half of the hash") {
  for (const std::size_t size :
       {std::size_t{1}, std::size_t{12}, std::size_t{32}, std::size_t{100}}) {
    constexpr int kSamples = 64;
    for (std::size_t bit = 0; bit < 8 * size; ++bit) {
      int high = 0;
      int low = 0;
      for (int sample = 0; sample < kSamples; ++sample) {
        std::vector<std::byte> bytes = random_bytes(size, static_cast<std::uint64_t>(sample));
        const Hash128 before = sim::hash128(bytes);
        bytes[bit / 8] ^= static_cast<std::byte>(1U << (bit % 8));
        const Hash128 after = sim::hash128(bytes);
        high += std::popcount(before.high ^ after.high);
        low += std::popcount(before.low ^ after.low);
      }
      // 4,096 coins: a standard deviation is 32; these bounds are 8 of them away.
      CHECK(std::abs(high - (kSamples * 32)) < 256);
      CHECK(std::abs(low - (kSamples * 32)) < 256);
    }
  }
}

TEST_CASE("words and blocks that change places change both halves of the hash") {
  const std::vector<std::byte> bytes = random_bytes(128, 3);
  const Hash128 before = sim::hash128(bytes);
  for (const std::size_t length : {std::size_t{8}, std::size_t{16}, std::size_t{32}}) {
    std::vector<std::byte> swapped = bytes;
    const auto at = swapped.begin();
    const auto step = static_cast<std::ptrdiff_t>(length);
    std::swap_ranges(at, at + step, at + step);
    CHECK(sim::hash128(swapped).high != before.high);
    CHECK(sim::hash128(swapped).low != before.low);
  }
}

TEST_CASE("half a million small states have no two equal halves of a hash", "[slow]") {
  std::vector<std::uint64_t> high;
  std::vector<std::uint64_t> low;
  for (std::uint32_t state = 0; state < 500'000; ++state) {
    const Hash128 hash = sim::hash128(std::as_bytes(std::span{&state, 1}));
    high.push_back(hash.high);
    low.push_back(hash.low);
  }
  std::sort(high.begin(), high.end());
  std::sort(low.begin(), low.end());
  CHECK(std::adjacent_find(high.begin(), high.end()) == high.end());
  CHECK(std::adjacent_find(low.begin(), low.end()) == low.end());
}
