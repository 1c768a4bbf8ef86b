// What must not compile, pinned down; and the little that is computed.
#include <catch2/catch.hpp>

#include <chrono>
#include <concepts>

#include "sim/time.hpp"

namespace {

using namespace std::chrono_literals;

struct OtherAxis;  // stands for the event time of a model
using OtherTime = sim::Instant<OtherAxis>;
using OtherSpan = sim::Span<OtherAxis>;
using sim::Due;
using sim::ProcessingSpan;
using sim::ProcessingTime;

template <class A, class B>
concept Addable = requires(A a, B b) {
  a + b;
};
template <class A, class B>
concept Subtractable = requires(A a, B b) {
  a - b;
};
template <class A, class B>
concept Comparable = requires(A a, B b) {
  a < b;
};
template <class A, class B>
concept EqualityComparable = requires(A a, B b) {
  a == b;
};

static_assert(Addable<OtherTime, OtherSpan>);
static_assert(Addable<OtherSpan, OtherSpan>);
static_assert(Subtractable<OtherTime, OtherTime>);
static_assert(Subtractable<OtherTime, OtherSpan>);
static_assert(Comparable<OtherTime, OtherTime>);

// Axes do not mix.
static_assert(!Addable<OtherTime, ProcessingSpan>);
static_assert(!Addable<OtherSpan, ProcessingSpan>);
static_assert(!Subtractable<OtherTime, ProcessingTime>);
static_assert(!Subtractable<OtherTime, ProcessingSpan>);
static_assert(!Comparable<OtherTime, ProcessingTime>);
static_assert(!Comparable<OtherSpan, ProcessingSpan>);
static_assert(!EqualityComparable<OtherTime, ProcessingTime>);
static_assert(!std::constructible_from<OtherTime, ProcessingTime>);
static_assert(!std::constructible_from<OtherSpan, ProcessingSpan>);

// Points and lengths do not mix, and two points have no sum.
static_assert(!Addable<OtherTime, OtherTime>);
static_assert(!Comparable<OtherTime, OtherSpan>);
static_assert(!std::constructible_from<OtherTime, OtherSpan>);

// A bare number has no unit; a duration has one, and is still converted only on request.
static_assert(!std::constructible_from<OtherTime, int>);
static_assert(!std::constructible_from<OtherSpan, long>);
static_assert(!Addable<OtherTime, int>);
static_assert(std::constructible_from<OtherTime, std::chrono::milliseconds>);
static_assert(std::constructible_from<OtherSpan, std::chrono::seconds>);
static_assert(!std::convertible_to<sim::milliseconds, OtherTime>);
static_assert(!std::convertible_to<sim::milliseconds, OtherSpan>);
static_assert(!std::constructible_from<OtherSpan, std::chrono::microseconds>,
              "nothing is rounded silently");

// The 32-bit form inside a world is no number either.
static_assert(!std::convertible_to<Due, std::uint32_t>);
static_assert(!Addable<Due, int>);
static_assert(!Comparable<Due, ProcessingTime>);
static_assert(!Comparable<Due, int>);

}  // namespace

TEST_CASE("instants and spans of one axis add up") {
  const OtherTime start{1s};
  CHECK((start + OtherSpan{500ms}).ms() == 1500);
  CHECK((start - OtherSpan{2s}).ms() == -1000);
  CHECK((OtherTime{3s} - start) == OtherSpan{2s});
  CHECK((OtherSpan{2s} - OtherSpan{500ms}).ms() == 1500);
  CHECK(start < OtherTime{1001ms});
}

TEST_CASE("never is later than any due time that can be set") {
  CHECK(Due::never().is_never());
  CHECK_FALSE(Due{0}.is_never());
  CHECK(Due{UINT32_MAX - 1} < Due::never());
  CHECK(Due{10}.after(5) == Due{15});
  CHECK(Due{10}.time() == ProcessingTime{10ms});
}
