// Values put into bytes, and taken out of them by the same program: for states that wait their
// turn.
//
// A class that can be archived has a member `template <class Archive> void archive(Archive& a)`
// that calls `a` with each of its members, and serves both ways. No file format: byte order and
// padding are those of the machine. Errors: REQUIRES only.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <type_traits>
#include <vector>

#include "sim/check.hpp"

namespace sim {

class ArchiveWriter {
 public:
  // Writes over what `out` holds, which is what was written once `finish` has been called.
  explicit ArchiveWriter(std::vector<std::byte>& out) : out_(out) {}
  void finish() { out_.resize(end_); }

  template <class T>
  void operator()(const T& value) {
    static_assert(std::is_trivially_copyable_v<T>);
    append(&value, sizeof value);
  }
  template <class T>
  void operator()(const std::vector<T>& all) {
    static_assert(std::is_trivially_copyable_v<T>);
    (*this)(static_cast<std::uint32_t>(all.size()));
    append(all.data(), all.size() * sizeof(T));
  }

 private:
  void append(const void* from, std::size_t bytes) {
    if (out_.size() - end_ < bytes) [[unlikely]] {
      out_.resize(std::max(2 * out_.size(), end_ + bytes));
    }
    if (bytes > 0) {
      std::memcpy(out_.data() + end_, from, bytes);
    }
    end_ += bytes;
  }

  std::vector<std::byte>& out_;
  std::size_t end_ = 0;
};

class ArchiveReader {
 public:
  explicit ArchiveReader(std::span<const std::byte> in) : in_(in) {}

  template <class T>
  void operator()(T& value) {
    static_assert(std::is_trivially_copyable_v<T>);
    take(&value, sizeof value);
  }
  template <class T>
  void operator()(std::vector<T>& all) {
    static_assert(std::is_trivially_copyable_v<T>);
    std::uint32_t size = 0;
    (*this)(size);
    all.resize(size);
    take(all.data(), all.size() * sizeof(T));
  }

 private:
  void take(void* to, std::size_t bytes) {
    SIM_CHECK(bytes <= in_.size(), "an archive ends too soon");
    if (bytes != 0) {
      std::memcpy(to, in_.data(), bytes);
    }
    in_ = in_.subspan(bytes);
  }

  std::span<const std::byte> in_;
};

}  // namespace sim
