// Points and lengths of time, one type an axis.
//
// Instants and spans of different axes do not mix: processing time (the virtual clock, the only
// axis this layer knows) and, say, an event time defined by a model share a representation and
// nothing else. Units: whole milliseconds, 64 bit here; `Due` is the 32-bit form that lives inside
// a flat world. Errors: none; overflow is the caller's to avoid (a run ends long before).
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>

namespace sim {

using milliseconds = std::chrono::duration<std::int64_t, std::milli>;

// A length on one axis.
template <class Axis>
class Span {
 public:
  constexpr Span() = default;
  constexpr explicit Span(milliseconds length) : length_(length) {}

  [[nodiscard]] constexpr std::int64_t ms() const { return length_.count(); }

  friend constexpr auto operator<=>(Span, Span) = default;
  friend constexpr Span operator+(Span a, Span b) { return Span{a.length_ + b.length_}; }
  friend constexpr Span operator-(Span a, Span b) { return Span{a.length_ - b.length_}; }

 private:
  milliseconds length_{0};
};

// A point on one axis. Instant - Instant is a Span, Instant + Span is an Instant.
template <class Axis>
class Instant {
 public:
  constexpr Instant() = default;
  constexpr explicit Instant(milliseconds since_origin) : since_origin_(since_origin) {}

  [[nodiscard]] constexpr std::int64_t ms() const { return since_origin_.count(); }

  friend constexpr auto operator<=>(Instant, Instant) = default;
  friend constexpr Instant operator+(Instant at, Span<Axis> by) {
    return Instant{milliseconds{at.ms() + by.ms()}};
  }
  friend constexpr Instant operator-(Instant at, Span<Axis> by) {
    return Instant{milliseconds{at.ms() - by.ms()}};
  }
  friend constexpr Span<Axis> operator-(Instant a, Instant b) {
    return Span<Axis>{milliseconds{a.ms() - b.ms()}};
  }

 private:
  milliseconds since_origin_{0};
};

struct ProcessingAxis;
using ProcessingTime = Instant<ProcessingAxis>;  // since the start of the run
using ProcessingSpan = Span<ProcessingAxis>;

// Processing time inside a world: 32-bit milliseconds since the start of the run (49 days), with a
// named "never".
struct Due {
  std::uint32_t ms = 0;

  static constexpr Due never() { return Due{UINT32_MAX}; }
  [[nodiscard]] constexpr bool is_never() const { return ms == UINT32_MAX; }
  [[nodiscard]] constexpr ProcessingTime time() const { return ProcessingTime{milliseconds{ms}}; }
  // Saturates just below never(): past every horizon, and still an instant.
  [[nodiscard]] constexpr Due after(std::uint64_t delay_ms) const {
    const std::uint64_t sum = delay_ms < UINT32_MAX ? ms + delay_ms : UINT32_MAX;
    return Due{sum < UINT32_MAX ? static_cast<std::uint32_t>(sum) : UINT32_MAX - 1};
  }

  friend constexpr auto operator<=>(Due, Due) = default;
};

// When something may happen: at any instant from `earliest` to `latest`, both included.
struct Window {
  Due earliest;
  Due latest;

  static constexpr Window at(Due instant) { return Window{instant, instant}; }
  static constexpr Window never() { return at(Due::never()); }
  // Nothing of it before that instant.
  [[nodiscard]] constexpr Window not_before(Due instant) const {
    return Window{earliest < instant ? instant : earliest, latest < instant ? instant : latest};
  }

  friend constexpr bool operator==(const Window&, const Window&) = default;
};

// When the later of two things has happened.
constexpr Window later_of(const Window& a, const Window& b) {
  return Window{a.earliest < b.earliest ? b.earliest : a.earliest,
                a.latest < b.latest ? b.latest : a.latest};
}

}  // namespace sim
