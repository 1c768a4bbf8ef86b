// The transitions of a search, compactly: four bytes each, in the order of their source states.
//
// Of each state also whether something is pending in it. States that have not been expanded have no
// edges.
#pragma once

#include <cstdint>
#include <span>

#include "sim/check.hpp"
#include "sim/chunked.hpp"

namespace sim {

// A transition, as seen from its source: the target and what kind of step it is.
class Edge {
 public:
  static constexpr std::uint32_t kTargetMax = (std::uint32_t{1} << 30) - 1;

  Edge() = default;
  Edge(bool passes_time, bool is_fair)
      : bits_((passes_time ? kTime : 0U) | (is_fair ? kFair : 0U)) {}

  [[nodiscard]] std::uint32_t target() const { return bits_ & kTargetMax; }
  [[nodiscard]] bool passes_time() const { return (bits_ & kTime) != 0; }
  // Whether a fair choice with more than one alternative was taken.
  [[nodiscard]] bool is_fair() const { return (bits_ & kFair) != 0; }
  // REQUIRES: no target yet.
  void set_target(std::uint32_t target) {
    SIM_CHECK(target <= kTargetMax, "too many states to record edges", target);
    bits_ |= target;
  }

 private:
  static constexpr std::uint32_t kTime = std::uint32_t{1} << 31;
  static constexpr std::uint32_t kFair = std::uint32_t{1} << 30;
  std::uint32_t bits_ = 0;
};

class EdgeList {
 public:
  // States that have been expanded: 0 to sources() - 1.
  [[nodiscard]] std::uint32_t sources() const { return static_cast<std::uint32_t>(starts_.size()); }
  // States of which it is known whether something is pending.
  [[nodiscard]] std::uint64_t states() const { return states_; }
  [[nodiscard]] std::uint64_t edges() const { return edges_.size(); }
  [[nodiscard]] std::uint64_t bytes() const {
    return edges_.bytes() + starts_.bytes() + bases_.bytes() + pending_.bytes();
  }

  // The edges of a state are number `begin` to `end` - 1. REQUIRES: state < sources().
  [[nodiscard]] std::uint64_t begin_of(std::uint32_t state) const {
    return bases_[state >> kBlock] + starts_[state];
  }
  [[nodiscard]] std::uint64_t end_of(std::uint32_t state) const {
    return state + 1 < sources() ? begin_of(state + 1) : edges_.size();
  }
  [[nodiscard]] Edge edge(std::uint64_t number) const { return edges_[number]; }
  [[nodiscard]] bool is_pending(std::uint32_t state) const {
    return ((pending_[state >> 6] >> (state & 63U)) & 1U) != 0;
  }

  // Of the next states, in the order of their numbers.
  void append_state(bool is_pending);
  // The next source, with as many edges, which follow by `append_edges`, several sources at once if
  // need be.
  void append_source(std::uint32_t edges);
  void append_edges(std::span<const Edge> edges) { edges_.append(edges); }

 private:
  static constexpr unsigned kBlock = 16;  // log2 of the states that share a base

  ChunkedArray<Edge, 16> edges_;
  ChunkedArray<std::uint32_t, 14> starts_;  // per source, after the base of its block
  ChunkedArray<std::uint64_t, 8> bases_;
  ChunkedArray<std::uint64_t, 10> pending_;  // a bit a state
  std::uint64_t states_ = 0;
  std::uint64_t announced_ = 0;  // edges of all sources so far
};

}  // namespace sim
