// What tells two lists of words apart, and back.
#include "sim/difference.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/random.hpp"

namespace {

constexpr std::size_t kBlockBytes = 256;
using Bytes = std::vector<std::byte>;

// `changes` bytes of zeros, somewhere, become something else.
Bytes bytes_of(std::uint64_t seed, std::size_t blocks, std::uint32_t changes) {
  Bytes bytes(blocks * kBlockBytes);
  for (std::uint32_t i = 0; i < changes && !bytes.empty(); ++i) {
    const std::uint64_t draw = sim::mix64((seed << 20) + i);
    bytes[draw % bytes.size()] = static_cast<std::byte>(draw >> 56);
  }
  return bytes;
}

Bytes again(const Bytes& state, const Bytes& base) {
  Bytes difference{std::byte{7}};  // is appended to
  sim::append_difference(difference, state, base);
  Bytes result;
  sim::apply_difference({difference.data() + 1, difference.size() - 1}, base, result);
  return result;
}

}  // namespace

TEST_CASE("a difference applied to its base gives the state back") {
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    const std::size_t blocks = seed % 4;
    const Bytes base = bytes_of(2 * seed, blocks, static_cast<std::uint32_t>(seed % 37));
    Bytes state = bytes_of((2 * seed) + 1, blocks, static_cast<std::uint32_t>(seed % 101));
    CHECK((again(state, base) == state));
    CHECK((again(base, base) == base));
  }
}

TEST_CASE("of a state and a base of different length the shorter one goes on with zeros") {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    Bytes state = bytes_of(seed, seed % 5, 40);
    const Bytes base = bytes_of(seed + 1000, (seed / 5) % 5, 40);
    const Bytes result = again(state, base);
    state.resize(std::max(state.size(), base.size()));
    CHECK((result == state));
  }
}

TEST_CASE("what is equal takes a mask a block and what differs a word each") {
  const Bytes base = bytes_of(1, 3, 200);
  Bytes difference;
  sim::append_difference(difference, base, base);
  CHECK(difference.size() == 3 * 8);
  Bytes state = base;
  state[700] ^= std::byte{1};
  difference.clear();
  sim::append_difference(difference, state, base);
  CHECK(difference.size() == (3 * 8) + 4);
  state[703] ^= std::byte{1};  // of the same word
  state[704] ^= std::byte{1};
  difference.clear();
  sim::append_difference(difference, state, base);
  CHECK(difference.size() == (3 * 8) + 8);
}

TEST_CASE("blocks are filled up with zeros") {
  Bytes bytes(257, std::byte{1});
  sim::fill_up_to_blocks(bytes);
  CHECK(bytes.size() == 512);
  CHECK(bytes[256] == std::byte{1});
  CHECK(bytes[257] == std::byte{0});
  sim::fill_up_to_blocks(bytes, 513);
  CHECK(bytes.size() == 768);
}
