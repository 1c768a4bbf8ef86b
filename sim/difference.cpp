#include "sim/difference.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

#include "sim/check.hpp"

namespace sim {

namespace {

constexpr std::size_t kWord = sizeof(std::uint64_t);
constexpr std::size_t kBlock = 64;  // words that share a mask
constexpr std::size_t kBlockBytes = kBlock * kWord;
constexpr std::size_t kGroup = 8;  // of these are compared at a time

constexpr std::array<std::byte, kBlockBytes> kZeros{};

std::uint64_t word_at(const std::byte* bytes, std::size_t word) {
  std::uint64_t value = 0;
  std::memcpy(&value, bytes + (word * kWord), kWord);
  return value;
}
void put_word(std::byte* bytes, std::size_t word, std::uint64_t value) {
  std::memcpy(bytes + (word * kWord), &value, kWord);
}

using TwoWords [[gnu::vector_size(16)]] = std::uint64_t;

TwoWords two_at(const std::byte* bytes) {
  TwoWords words;
  std::memcpy(&words, bytes, sizeof words);
  return words;
}

bool differs(const std::byte* group, const std::byte* base) {
  const TwoWords any = (two_at(group) ^ two_at(base)) | (two_at(group + 16) ^ two_at(base + 16)) |
                       (two_at(group + 32) ^ two_at(base + 32)) |
                       (two_at(group + 48) ^ two_at(base + 48));
  return (any[0] | any[1]) != 0;
}

// The words of a block that differ, a bit each.
std::uint64_t mask_of(const std::byte* block, const std::byte* base) {
  std::uint64_t mask = 0;
  for (std::size_t group = 0; group < kBlock; group += kGroup) {
    if (differs(block + (group * kWord), base + (group * kWord))) {
      for (std::size_t i = group; i < group + kGroup; ++i) {
        mask |= std::uint64_t{word_at(block, i) != word_at(base, i)} << i;
      }
    }
  }
  return mask;
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
  std::array<std::uint64_t, kBlock> masks;
  for (std::size_t first = 0; first < blocks; first += masks.size()) {
    const std::size_t count = std::min(masks.size(), blocks - first);
    std::size_t words = count;
    for (std::size_t i = 0; i < count; ++i) {
      masks[i] = mask_of(block_of(state, first + i), block_of(base, first + i));
      words += static_cast<std::size_t>(std::popcount(masks[i]));
    }
    const std::size_t from = to.size();
    to.resize(from + (words * kWord));
    std::byte* const out = to.data() + from;
    std::size_t end = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const std::byte* const block = block_of(state, first + i);
      put_word(out, end++, masks[i]);
      for (std::uint64_t left = masks[i]; left != 0; left &= left - 1) {
        put_word(out, end++, word_at(block, static_cast<std::size_t>(std::countr_zero(left))));
      }
    }
  }
}

void apply_difference(std::span<const std::byte> difference, std::span<const std::byte> base,
                      std::vector<std::byte>& state) {
  state.assign(base.begin(), base.end());
  const std::size_t words = difference.size() / kWord;
  std::size_t in = 0;
  for (std::size_t at = 0; in < words; at += kBlockBytes) {
    if (state.size() <= at) {
      state.resize(at + kBlockBytes);
    }
    for (std::uint64_t left = word_at(difference.data(), in++); left != 0; left &= left - 1) {
      const auto i = static_cast<std::size_t>(std::countr_zero(left));
      put_word(state.data() + at, i, word_at(difference.data(), in++));
    }
  }
}

}  // namespace sim
