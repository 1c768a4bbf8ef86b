// Identities: each its own type, so that no two integers in a signature can be swapped.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace model {

enum class Color : std::uint8_t { kBlue, kGreen };

constexpr std::array<Color, 2> kColors{Color::kBlue, Color::kGreen};
constexpr Color other(Color color) { return color == Color::kBlue ? Color::kGreen : Color::kBlue; }
constexpr std::size_t index_of(Color color) { return static_cast<std::size_t>(color); }
constexpr std::string_view name_of(Color color) { return color == Color::kBlue ? "blue" : "green"; }

// Of the two that the ConfigMap can be in (mirror.hpp).
enum class Cluster : std::uint8_t { kFirst, kSecond };
constexpr std::size_t index_of(Cluster cluster) { return static_cast<std::size_t>(cluster); }
constexpr Cluster other(Cluster cluster) {
  return cluster == Cluster::kFirst ? Cluster::kSecond : Cluster::kFirst;
}
// Where the gates of that color are, then.
constexpr Cluster home_of(Color color) {
  return color == Color::kBlue ? Cluster::kFirst : Cluster::kSecond;
}

// Position of a subtask within its operator, from 0.
enum class SubtaskIndex : std::uint32_t {};
constexpr std::uint32_t index_of(SubtaskIndex subtask) {
  return static_cast<std::uint32_t>(subtask);
}

}  // namespace model
