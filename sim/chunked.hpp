// An array that grows in chunks of equal size: nothing is copied and no address changes when it
// does.
//
// For plain data only. Chunks are not initialised; an element has no value before it is written.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <type_traits>
#include <vector>

namespace sim {

template <class T, unsigned kLog2>
class ChunkedArray {
 public:
  static_assert(std::is_trivially_copyable_v<T>);
  static constexpr std::uint64_t kChunk = std::uint64_t{1} << kLog2;

  [[nodiscard]] std::uint64_t size() const { return size_; }
  [[nodiscard]] const T& operator[](std::uint64_t at) const {
    return chunks_[at >> kLog2][at & (kChunk - 1)];
  }
  T& operator[](std::uint64_t at) { return chunks_[at >> kLog2][at & (kChunk - 1)]; }

  // New elements have no value yet. REQUIRES: size >= size().
  void grow_to(std::uint64_t size) {
    while (chunks_.size() * kChunk < size) {
      chunks_.push_back(std::make_unique_for_overwrite<T[]>(kChunk));  // NOLINT(*-avoid-c-arrays)
    }
    size_ = size;
  }
  void push_back(const T& value) {
    grow_to(size_ + 1);
    (*this)[size_ - 1] = value;
  }
  void append(std::span<const T> values) {
    while (!values.empty()) {
      const std::uint64_t room = kChunk - (size_ & (kChunk - 1));
      const std::uint64_t count = std::min<std::uint64_t>(room, values.size());
      grow_to(size_ + count);
      std::copy_n(values.data(), count, &(*this)[size_ - count]);
      values = values.subspan(count);
    }
  }

  // The elements from `at` to the end of their chunk.
  [[nodiscard]] std::span<const T> piece(std::uint64_t at) const {
    return {&(*this)[at], std::min(kChunk - (at & (kChunk - 1)), size_ - at)};
  }
  [[nodiscard]] std::uint64_t bytes() const {
    return (chunks_.size() * kChunk * sizeof(T)) +
           (chunks_.capacity() * sizeof(std::unique_ptr<T>));
  }

 private:
  std::vector<std::unique_ptr<T[]>> chunks_;  // NOLINT(*-avoid-c-arrays)
  std::uint64_t size_ = 0;
};

}  // namespace sim
