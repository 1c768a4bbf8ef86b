#include "sim/framed.hpp"

#include <algorithm>
#include <utility>

namespace sim {

namespace {

constexpr std::size_t kFrameMax = std::size_t{1} << 16;

Hash128 sum_after(const Hash128& before, std::span<const std::byte> frame) {
  const Hash128 own = hash128(frame);
  const std::array<std::uint64_t, 5> chain{before.high, before.low, own.high, own.low,
                                           frame.size()};
  return hash128(std::as_bytes(std::span{chain}));
}

void write_bytes(std::ostream& out, std::span<const std::byte> bytes) {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): how streams see bytes
  out.write(reinterpret_cast<const char*>(bytes.data()),
            static_cast<std::streamsize>(bytes.size()));
}

bool read_bytes(std::istream& in, std::span<std::byte> bytes) {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): how streams see bytes
  in.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  return in.gcount() == static_cast<std::streamsize>(bytes.size());
}

template <class T>
void write_value(std::ostream& out, const T& value) {
  write_bytes(out, std::as_bytes(std::span{&value, 1}));
}

template <class T>
bool read_value(std::istream& in, T& value) {
  return read_bytes(in, std::as_writable_bytes(std::span{&value, 1}));
}

}  // namespace

FrameWriter::FrameWriter(std::ostream& out, const FileMark& mark) : out_(&out) {
  write_value(out, mark);
  frame_.reserve(kFrameMax);
}

void FrameWriter::put(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const std::size_t count = std::min(bytes.size(), kFrameMax - frame_.size());
    frame_.insert(frame_.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(count));
    bytes = bytes.subspan(count);
    if (frame_.size() == kFrameMax) {
      write_frame();
    }
  }
}

void FrameWriter::write_frame() {
  sum_ = sum_after(sum_, frame_);
  write_value(*out_, static_cast<std::uint32_t>(frame_.size()));
  write_bytes(*out_, frame_);
  write_value(*out_, sum_);
  frame_.clear();
}

void FrameWriter::finish() {
  if (!frame_.empty()) {
    write_frame();
  }
  write_frame();  // an empty one: the end
  out_->flush();
}

FrameReader::FrameReader(std::istream& in, const FileMark& mark) : in_(&in) {
  FileMark found{};
  if (!read_value(in, found) || found != mark) {
    fail("not a file of this kind and version");
  }
}

bool FrameReader::fail(std::string problem) {
  if (problem_.empty()) {
    problem_ = std::move(problem);
  }
  return false;
}

bool FrameReader::read_frame() {
  std::uint32_t length = 0;
  Hash128 sum;
  if (!read_value(*in_, length)) {
    return fail("truncated");
  }
  if (length > kFrameMax) {
    return fail("corrupted");
  }
  frame_.resize(length);
  at_ = 0;
  if (!read_bytes(*in_, frame_) || !read_value(*in_, sum)) {
    frame_.clear();
    return fail("truncated");
  }
  sum_ = sum_after(sum_, frame_);
  if (sum != sum_) {
    frame_.clear();
    return fail("corrupted");
  }
  ended_ = length == 0;
  return true;
}

bool FrameReader::get(std::span<std::byte> bytes) {
  std::span<std::byte> rest = bytes;
  while (!rest.empty() && problem_.empty()) {
    if (at_ == frame_.size() && (!read_frame() || ended_)) {
      fail("shorter than it should be");
      break;
    }
    const std::size_t count = std::min(rest.size(), frame_.size() - at_);
    std::copy_n(frame_.begin() + static_cast<std::ptrdiff_t>(at_), count, rest.begin());
    at_ += count;
    rest = rest.subspan(count);
  }
  if (!problem_.empty()) {
    std::fill(bytes.begin(), bytes.end(), std::byte{0});
    return false;
  }
  return true;
}

bool FrameReader::finish() {
  if (!problem_.empty()) {
    return false;
  }
  if (at_ != frame_.size() || !read_frame() || !ended_ ||
      in_->peek() != std::istream::traits_type::eof()) {
    return fail("longer than it should be");
  }
  return true;
}

}  // namespace sim
