// What tells one list of words apart from another of which it has most in common with.
//
//   std::vector<std::byte> packed;
//   append_difference(packed, state, base);        // 8 bytes for 256 equal ones
//   apply_difference(packed, base, again);         // again == state
//
// Both are whole blocks of 64 words of 4 bytes (`fill_up_to_blocks`); the shorter one counts as
// going on with zeros. No file format: byte order is that of the machine. Errors: REQUIRES only.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace sim {

// Appends zeros up to the next whole block, and up to `least` bytes.
void fill_up_to_blocks(std::vector<std::byte>& bytes, std::size_t least = 0);

// Appends, block by block, a mask of the words that differ, and these.
void append_difference(std::vector<std::byte>& to, std::span<const std::byte> state,
                       std::span<const std::byte> base);

// REQUIRES: a difference from this base.
void apply_difference(std::span<const std::byte> difference, std::span<const std::byte> base,
                      std::vector<std::byte>& state);

}  // namespace sim
