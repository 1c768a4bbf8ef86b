// The search on models small enough to count by hand; two_phase_commit_test.cpp has a larger one.
#include <catch2/catch.hpp>

#include <cstdint>
#include <vector>

#include "sim/plain_search.hpp"

namespace {

// A counter modulo 16 in one byte, with a second byte of scribble that the canonical encoding
// leaves out. One slot adds what a choice says; time doubles the counter, but not past `latest`.
class Counter {
 public:
  explicit Counter(std::uint8_t latest = 0) : latest_(latest) {}

  [[nodiscard]] static std::size_t state_size() { return 2; }
  static void initial(sim::StateBlock block) { block[0] = block[1] = std::byte{0}; }
  static void enabled(sim::StateView, std::vector<sim::Slot>& slots) {
    slots.push_back(sim::Slot{0});
  }
  static void step(sim::StateBlock block, sim::Slot, sim::ChoiceSource& choices) {
    const std::uint32_t by = choices.choose({1, 0}, 0, 3) + 3 * choices.choose({1, 1}, 0, 2);
    block[0] = static_cast<std::byte>((value(block) + by) % 16);
    block[1] = static_cast<std::byte>(by);
  }
  static void encode(sim::StateView state, sim::Bytes& encoding) { encoding.push_back(state[0]); }
  [[nodiscard]] bool can_advance(sim::StateView state) const { return value(state) < latest_; }
  static void advance(sim::StateBlock block) {
    block[0] = static_cast<std::byte>(value(block) * 2 % 16);
  }

  static std::uint32_t value(sim::StateView state) {
    return std::to_integer<std::uint32_t>(state[0]);
  }

 private:
  std::uint8_t latest_;
};

bool never(sim::StateView) { return false; }

}  // namespace

TEST_CASE("a search takes every choice of every step and tells states apart by their encoding") {
  const sim::SearchResult found = sim::search(Counter{}, {}, never);
  CHECK(found.states == 16);
  CHECK(found.transitions == 16 * 6);
  CHECK(found.depth == 3);  // 5 at most a step, 15 to go
  CHECK(found.complete);
  CHECK(found.counterexample.empty());
}

TEST_CASE("a search advances time where the model allows it") {
  const sim::SearchResult found = sim::search(Counter{6}, {}, never);
  CHECK(found.states == 16);
  CHECK(found.transitions == (16 * 6) + 6);
}

TEST_CASE("a counterexample is a shortest path and slots come before time in it") {
  const auto is_ten = [](sim::StateView state) { return Counter::value(state) == 10; };
  const sim::SearchResult found = sim::search(Counter{8}, {}, is_ten);
  // 5 and then either 5 more or twice as much.
  REQUIRE(found.counterexample.size() == 2);
  for (const sim::SearchStep& step : found.counterexample) {
    CHECK(step.slot == sim::Slot{0});
    REQUIRE(step.choices.size() == 2);
    CHECK(step.choices[0].chosen == 2);
    CHECK(step.choices[1].chosen == 1);
  }
}

TEST_CASE("a state that only time reaches has a path through time") {
  // The only step leads to 5 at most; from there time goes to 10.
  class OneStep : public Counter {
   public:
    OneStep() : Counter(6) {}
    static void enabled(sim::StateView state, std::vector<sim::Slot>& slots) {
      if (Counter::value(state) == 0) {
        slots.push_back(sim::Slot{0});
      }
    }
  };
  const auto is_ten = [](sim::StateView state) { return Counter::value(state) == 10; };
  const sim::SearchResult found = sim::search(OneStep{}, {}, is_ten);
  REQUIRE(found.counterexample.size() == 2);
  CHECK(found.counterexample[0].choices[0].chosen == 2);
  CHECK(found.counterexample[0].choices[1].chosen == 1);
  CHECK_FALSE(found.counterexample[1].slot.has_value());
}

TEST_CASE("a search that goes on after a violation counts the states that violate") {
  sim::SearchOptions options;
  options.stop_at_violation = false;
  const sim::SearchResult found = sim::search(
      Counter{}, options, [](sim::StateView state) { return Counter::value(state) % 2 == 1; });
  CHECK(found.violations == 8);
  CHECK(found.states == 16);
  CHECK(found.complete);
  CHECK(found.counterexample.size() == 1);
}

TEST_CASE("a violation in the initial state is a counterexample without steps") {
  const sim::SearchResult found = sim::search(Counter{}, {}, [](sim::StateView) { return true; });
  CHECK(found.violations == 1);
  CHECK(found.states == 1);
  CHECK(found.counterexample.empty());
  CHECK_FALSE(found.complete);
}

TEST_CASE("a search whose steps ask too many questions is not complete") {
  sim::SearchOptions options;
  options.choices_a_step_max = 1;
  const sim::SearchResult found = sim::search(Counter{}, options, never);
  CHECK_FALSE(found.complete);
}

TEST_CASE("hashes and whole states give the same search") {
  sim::SearchOptions hashes;
  hashes.visited = sim::Visited::kHashes;
  const sim::SearchResult a = sim::search(Counter{8}, {}, never);
  const sim::SearchResult b = sim::search(Counter{8}, hashes, never);
  CHECK(a.states == b.states);
  CHECK(a.transitions == b.transitions);
  CHECK(a.depth == b.depth);
}
