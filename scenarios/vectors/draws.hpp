// The draws of one generated case: a stream of numbers from a seed, the same on every compiler.
//
// Each draw moves the stream, so no expression may hold two of them. Errors: none.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>

#include "sim/check.hpp"
#include "sim/random.hpp"

namespace scenarios::vectors {

class Draws {
 public:
  explicit Draws(std::uint64_t seed) : random_(seed) {}

  // REQUIRES: count >= 1.
  std::uint32_t below(std::uint32_t count) { return sim::below(random_.next(), count); }
  bool one_in(std::uint32_t count) { return below(count) == 0; }

  // Values may be there twice, to come twice as often.
  template <class T>
  T pick(std::initializer_list<T> values) {
    return values.begin()[below(static_cast<std::uint32_t>(values.size()))];
  }

  // A position, each as often as its weight. REQUIRES: a weight that is not 0.
  std::size_t weighted(std::initializer_list<std::uint32_t> weights) {
    std::uint32_t total = 0;
    for (const std::uint32_t weight : weights) {
      total += weight;
    }
    SIM_CHECK(total > 0, "something to choose from");
    std::uint32_t left = below(total);
    std::size_t position = 0;
    for (const std::uint32_t weight : weights) {
      if (left < weight) {
        break;
      }
      left -= weight;
      ++position;
    }
    return position;
  }

 private:
  sim::SplitMix64 random_;
};

}  // namespace scenarios::vectors
