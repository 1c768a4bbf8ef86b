// A binary file that is either as it was written or refused: frames of up to 64 KiB, each with a
// checksum over its own bytes and all frames before it.
//
// Integers are little-endian. Nothing is handed out before its frame was checked, so a reader never
// sees a damaged byte; the end is a frame of its own, after which nothing may follow. Not for
// hostile input: who can compute the checksum can write anything.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <istream>
#include <ostream>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "sim/hash.hpp"

namespace sim {

using FileMark = std::array<char, 8>;  // the first bytes: what kind of file, and which version

class FrameWriter {
 public:
  FrameWriter(std::ostream& out, const FileMark& mark);

  void put(std::span<const std::byte> bytes);
  template <class T>
  void put(const T& value) requires std::is_trivially_copyable_v<T> &&
      std::has_unique_object_representations_v<T> {
    put(std::as_bytes(std::span{&value, 1}));
  }
  // Ends the file. The caller asks the stream whether all went well.
  void finish();

 private:
  void write_frame();

  std::ostream* out_;
  std::vector<std::byte> frame_;
  Hash128 sum_;  // of the frames so far
};

class FrameReader {
 public:
  FrameReader(std::istream& in, const FileMark& mark);

  // False, and zeros, once something is wrong; `problem` says what.
  bool get(std::span<std::byte> bytes);
  template <class T>
  bool get(T& value) requires std::is_trivially_copyable_v<T> &&
      std::has_unique_object_representations_v<T> {
    return get(std::as_writable_bytes(std::span{&value, 1}));
  }
  // Whether this is the end of the file, as it should be.
  bool finish();
  // Empty if all is well.
  [[nodiscard]] const std::string& problem() const { return problem_; }
  // What else a reader may find wrong.
  bool fail(std::string problem);

 private:
  bool read_frame();

  std::istream* in_;
  std::vector<std::byte> frame_;
  std::size_t at_ = 0;
  bool ended_ = false;
  Hash128 sum_;
  std::string problem_;
};

}  // namespace sim
