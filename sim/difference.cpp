#include "sim/difference.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

#include "sim/check.hpp"

namespace sim {

namespace {

constexpr std::size_t kWord = sizeof(std::uint32_t);
constexpr std::size_t kBlock = 64;  // words that share a mask
constexpr std::size_t kBlockBytes = kBlock * kWord;
constexpr std::size_t kMaskBytes = sizeof(std::uint64_t);

constexpr std::array<std::byte, kBlockBytes> kZeros{};

// Four words at a time. A mask has 16 bits for each of the four, the first words' bits highest.
using Words [[gnu::vector_size(16)]] = std::uint32_t;
constexpr std::size_t kFours = kBlock / 4;

constexpr std::size_t word_of(int bit) {
  const auto b = static_cast<std::size_t>(bit);
  return (4 * (kFours - 1 - (b % kFours))) + (b / kFours);
}

Words four_at(const std::byte* bytes) {
  Words words;
  std::memcpy(&words, bytes, sizeof words);
  return words;
}

// The words of a block that differ, a bit each.
std::uint64_t mask_of(const std::byte* block, const std::byte* base) {
  Words equal{};  // in each of the four, minus the bits of what is equal
  for (std::size_t at = 0; at < kBlockBytes; at += sizeof(Words)) {
    equal += equal + reinterpret_cast<Words>(four_at(block + at) == four_at(base + at));
  }
  const auto differing = [&](int word) { return std::uint64_t{0xFFFF + equal[word]}; };
  return differing(0) | differing(1) << 16 | differing(2) << 32 | differing(3) << 48;
}

}  // namespace

void fill_up_to_blocks(std::vector<std::byte>& bytes, std::size_t least) {
  bytes.resize((std::max(bytes.size(), least) + kBlockBytes - 1) / kBlockBytes * kBlockBytes);
}

void append_difference(std::vector<std::byte>& to, std::span<const std::byte> state,
                       std::span<const std::byte> base) {
  SIM_CHECK(state.size() % kBlockBytes == 0 && base.size() % kBlockBytes == 0,
            "a difference of something else than blocks");
  const std::size_t blocks = std::max(state.size(), base.size()) / kBlockBytes;
  const auto block_of = [](std::span<const std::byte> bytes, std::size_t block) {
    const std::size_t at = block * kBlockBytes;
    return at < bytes.size() ? bytes.data() + at : kZeros.data();
  };
  // Masks of many blocks first, to know how much room they take.
  std::array<std::uint64_t, 64> masks;
  for (std::size_t first = 0; first < blocks; first += masks.size()) {
    const std::size_t count = std::min(masks.size(), blocks - first);
    std::size_t room = count * kMaskBytes;
    for (std::size_t i = 0; i < count; ++i) {
      masks[i] = mask_of(block_of(state, first + i), block_of(base, first + i));
      room += static_cast<std::size_t>(std::popcount(masks[i])) * kWord;
    }
    const std::size_t from = to.size();
    to.resize(from + room);
    std::byte* out = to.data() + from;
    for (std::size_t i = 0; i < count; ++i) {
      const std::byte* const block = block_of(state, first + i);
      std::memcpy(out, &masks[i], kMaskBytes);
      out += kMaskBytes;
      for (std::uint64_t left = masks[i]; left != 0; left &= left - 1) {
        std::memcpy(out, block + (word_of(std::countr_zero(left)) * kWord), kWord);
        out += kWord;
      }
    }
  }
}

void apply_difference(std::span<const std::byte> difference, std::span<const std::byte> base,
                      std::vector<std::byte>& state) {
  state.assign(base.begin(), base.end());
  const std::byte* in = difference.data();
  const std::byte* const end = in + difference.size();
  for (std::size_t at = 0; in != end; at += kBlockBytes) {
    if (state.size() <= at) {
      state.resize(at + kBlockBytes);
    }
    std::byte* const block = state.data() + at;
    std::uint64_t mask = 0;
    std::memcpy(&mask, in, kMaskBytes);
    in += kMaskBytes;
    for (std::uint64_t left = mask; left != 0; left &= left - 1) {
      std::memcpy(block + (word_of(std::countr_zero(left)) * kWord), in, kWord);
      in += kWord;
    }
  }
}

}  // namespace sim
