#include "sim/timing_wheel.hpp"

#include <bit>
#include <utility>

namespace sim {

namespace {

// All of it: the hardware follows a stream of addresses, not a list.
template <class Chunk>
void prefetch(const Chunk* chunk) {
  if (chunk != nullptr) {
    for (std::size_t at = 0; at < sizeof(Chunk); at += 64) {
      __builtin_prefetch(reinterpret_cast<const std::byte*>(chunk) + at);
    }
  }
}

template <class T>
void insertion_sort(std::vector<T>& values) {
  for (std::size_t i = 1; i < values.size(); ++i) {
    const T value = values[i];
    std::size_t at = i;
    for (; at > 0 && value < values[at - 1]; --at) {
      values[at] = values[at - 1];
    }
    values[at] = value;
  }
}

}  // namespace

TimingWheel::TimingWheel(std::size_t slots) : versions_(slots) {}

std::size_t TimingWheel::bytes() const {
  const std::size_t tickets = front_.capacity() + unsorted_.capacity() + early_.capacity();
  return sizeof(*this) + (chunks_.size() * kChunksAtOnce * sizeof(Chunk)) +
         (tickets * sizeof(Ticket)) +
         ((versions_.capacity() + bins_.capacity()) * sizeof(std::uint32_t));
}

void TimingWheel::extend(Bucket& bucket) {
  if (free_ == nullptr) {
    chunks_.push_back(
        std::make_unique_for_overwrite<Chunk[]>(kChunksAtOnce));  // NOLINT(*-avoid-c-arrays)
    for (std::size_t i = 0; i < kChunksAtOnce; ++i) {
      Chunk& chunk = chunks_.back()[i];
      chunk.next = free_;
      free_ = &chunk;
    }
  }
  Chunk* const fresh = free_;
  free_ = fresh->next;
  fresh->next = bucket.last;
  bucket.last = fresh;
  bucket.room = kChunkSize;
}

// Hands each ticket of a bucket to `use`, which may deal it to a bucket again.
template <class Use>
void TimingWheel::empty(unsigned level, std::uint32_t at, Use use) {
  Bucket bucket = std::exchange(levels_[level].buckets[at], Bucket{});
  levels_[level].occupied[at / 64] &= ~(std::uint64_t{1} << (at % 64));
  while (bucket.last != nullptr) {
    Chunk* const chunk = bucket.last;
    sim::prefetch(chunk->next);
    for (std::uint32_t i = bucket.room; i < kChunkSize; ++i) {
      use(chunk->tickets[i]);
    }
    bucket = {chunk->next, 0};
    chunk->next = free_;
    free_ = chunk;
  }
}

// kBuckets if there is none.
std::uint32_t TimingWheel::first_occupied(unsigned level, std::uint32_t from) const {
  const auto& words = levels_[level].occupied;
  for (std::uint32_t at = from; at < kBuckets; at = (at / 64 + 1) * 64) {
    const std::uint64_t word = words[at / 64] >> (at % 64);
    if (word != 0) {
      return at + static_cast<std::uint32_t>(__builtin_ctzll(word));
    }
  }
  return kBuckets;
}

// From unsorted_ to front_. Most often in linear time: tickets are dealt to as many bins as there
// are tickets, by how far they lie from the least one, and then are nearly in order.
void TimingWheel::sort_front() {
  constexpr std::uint32_t kCrowded = 16;
  const auto [least, most] = std::ranges::minmax(unsorted_);
  const auto width = static_cast<unsigned>(std::bit_width(static_cast<std::uint64_t>(most >> 32) -
                                                          static_cast<std::uint64_t>(least >> 32)));
  const auto bin_bits = static_cast<unsigned>(std::bit_width(unsorted_.size())) - 1;
  const unsigned shift = 32 + (width > bin_bits ? width - bin_bits : 0);
  const auto bin_of = [&, first = least](Ticket ticket) {
    return static_cast<std::size_t>((ticket - first) >> shift);
  };

  bins_.assign(std::size_t{1} << bin_bits, 0);
  for (const Ticket ticket : unsorted_) {
    ++bins_[bin_of(ticket)];
  }
  std::uint32_t start = 0;
  std::uint32_t fullest = 0;
  for (std::uint32_t& bin : bins_) {
    fullest = std::max(fullest, bin);
    start += std::exchange(bin, start);
  }
  front_.resize(unsorted_.size());
  for (const Ticket ticket : unsorted_) {
    front_[bins_[bin_of(ticket)]++] = ticket;
  }
  unsorted_.clear();
  if (fullest > kCrowded) {
    std::ranges::sort(front_);
  } else {
    insertion_sort(front_);
  }
}

// What is due at the first instant for which there are tickets becomes the front. False if there
// are none. REQUIRES: no ticket in front or early.
bool TimingWheel::open_next_instant() {
  front_.clear();
  next_ = 0;
  for (unsigned level = 0; level < kLevels; ++level) {
    const std::uint32_t at = first_occupied(level, digit(horizon_, level));
    if (at == kBuckets) {
      continue;
    }
    const unsigned shift = level * kDigitBits;
    const std::uint32_t above = shift + kDigitBits < 32 ? horizon_.ms >> (shift + kDigitBits) : 0;
    const Due start{(above << kDigitBits | at) << shift};
    if (level > 0) {
      move_horizon(start);
      return open_next_instant();
    }
    empty(0, at, [&](Ticket ticket) { unsorted_.push_back(ticket); });
    sort_front();
    for (std::size_t ahead = 0; ahead < kAhead; ++ahead) {
      prefetch(ahead);
    }
    move_horizon(Due{start.ms + 1});
    return true;
  }
  return false;
}

// To an instant that is not past the first ticket. The buckets that it lies in are dealt to the
// levels below, so that a bucket of a level comes before all of the levels above.
void TimingWheel::move_horizon(Due horizon) {
  horizon_ = horizon;
  for (unsigned level = kLevels - 1; level > 0; --level) {
    empty(level, digit(horizon, level), [&](Ticket ticket) { deal(ticket); });
  }
}

// Drops all void tickets.
void TimingWheel::sweep() {
  const auto is_void = [&](Ticket ticket) { return !is_current(ticket); };
  front_.erase(front_.begin(), front_.begin() + static_cast<std::ptrdiff_t>(next_));
  next_ = 0;
  std::erase_if(front_, is_void);
  std::erase_if(early_, is_void);
  std::ranges::make_heap(early_, std::greater{});
  for (unsigned level = 0; level < kLevels; ++level) {
    for (std::uint32_t at = 0; at < kBuckets; ++at) {
      // A bucket that is dealt to itself grows from fresh chunks while the old ones are read.
      empty(level, at, [&](Ticket ticket) {
        if (is_current(ticket)) {
          deal(ticket);
        }
      });
    }
  }
  stored_ = pending_;
}

}  // namespace sim
