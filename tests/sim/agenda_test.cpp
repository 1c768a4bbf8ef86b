#include <rapidcheck.h>
#include <catch2/catch.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <set>
#include <tuple>
#include <vector>

#include "sim/agenda.hpp"
#include "sim/check.hpp"
#include "sim/random.hpp"
#include "sim/timing_wheel.hpp"
#include "sim/tournament.hpp"

namespace {

using sim::Agenda;
using sim::Due;
using sim::Slot;
using sim::TimingWheel;

using Event = std::tuple<std::uint32_t, std::uint32_t,
                         std::uint32_t>;  // due, priority, slot: the total order

Event event_of(const Agenda::Entry& entry) {
  return {entry.due.ms, entry.priority, sim::index_of(entry.slot)};
}

template <class AnyAgenda>
std::optional<Event> take(AnyAgenda& agenda) {
  Agenda::Entry entry;
  return agenda.take(entry) ? std::optional{event_of(entry)} : std::nullopt;
}

template <class AnyAgenda>
std::vector<Event> take_all(AnyAgenda& agenda) {
  std::vector<Event> taken;
  while (const std::optional<Event> event = take(agenda)) {
    taken.push_back(*event);
  }
  return taken;
}

// The obvious agenda: one sorted set.
class SortedAgenda {
 public:
  void set(const Event& event) {
    clear(std::get<2>(event));
    events_.insert(event);
  }
  void clear(std::uint32_t slot) {
    for (const Event& event : events_) {
      if (std::get<2>(event) == slot) {
        events_.erase(event);
        return;
      }
    }
  }
  std::optional<Event> take() {
    if (events_.empty()) {
      return std::nullopt;
    }
    const Event first = *events_.begin();
    events_.erase(events_.begin());
    return first;
  }
  [[nodiscard]] std::uint32_t next_due() const {
    return events_.empty() ? Due::never().ms : std::get<0>(*events_.begin());
  }
  [[nodiscard]] std::size_t pending() const { return events_.size(); }
  [[nodiscard]] bool is_pending(std::uint32_t slot) const {
    return std::ranges::any_of(events_, [&](const Event& e) { return std::get<2>(e) == slot; });
  }

 private:
  std::set<Event> events_;
};

// A delay: mostly tiny, so that events meet at one instant, sometimes anything up to 2^26 ms.
std::uint32_t random_delay() {
  const auto bits = *rc::gen::inRange(0, 27);
  return *rc::gen::inRange<std::uint32_t>(0, 1U << bits);
}

// What a sequence of operations makes of `agenda` and of the obvious one; `first` is the least of
// the slots that are used.
template <class AnyAgenda>
void behaves_as_a_sorted_set(AnyAgenda& agenda, std::uint32_t first, std::uint32_t slots) {
  const auto length = *rc::gen::inRange(0, 400);
  SortedAgenda reference;
  std::uint32_t now = 0;
  for (int i = 0; i < length; ++i) {
    const auto slot = first + *rc::gen::inRange<std::uint32_t>(0, slots);
    switch (*rc::gen::weightedElement<int>({{5, 0}, {4, 1}, {1, 2}, {1, 3}})) {
      case 0: {
        const std::uint32_t due = now + random_delay();
        const auto priority = *rc::gen::inRange<std::uint32_t>(0, 3);
        agenda.set({Due{due}, priority, Slot{slot}});
        reference.set({due, priority, slot});
        break;
      }
      case 1: {
        const std::optional<Event> event = take(agenda);
        RC_ASSERT(event == reference.take());
        now = event ? std::get<0>(*event) : now;
        break;
      }
      case 2:
        agenda.clear(Slot{slot});
        reference.clear(slot);
        break;
      default: RC_ASSERT(agenda.next_due().ms == reference.next_due());
    }
    RC_ASSERT(agenda.pending() == reference.pending());
    RC_ASSERT(agenda.is_pending(Slot{slot}) == reference.is_pending(slot));
  }
  while (const std::optional<Event> event = reference.take()) {
    RC_ASSERT(take(agenda) == event);
  }
  RC_ASSERT(take(agenda) == std::nullopt);
}

}  // namespace

TEST_CASE("events come out by due time then priority then slot") {
  Agenda agenda{8};
  agenda.set({Due{20}, 0, Slot{0}});
  agenda.set({Due{10}, 1, Slot{1}});
  agenda.set({Due{10}, 0, Slot{5}});
  agenda.set({Due{10}, 0, Slot{3}});
  agenda.set({Due{10}, UINT32_MAX, Slot{2}});
  CHECK(agenda.next_due() == Due{10});
  CHECK(agenda.pending() == 5);
  const std::vector<Event> expected{
      {10, 0, 3}, {10, 0, 5}, {10, 1, 1}, {10, UINT32_MAX, 2}, {20, 0, 0}};
  CHECK(take_all(agenda) == expected);
  CHECK(agenda.next_due().is_never());
  CHECK(agenda.pending() == 0);
}

TEST_CASE("a slot that is set again has one event pending and it is the new one") {
  Agenda agenda{2};
  agenda.set({Due{10}, 0, Slot{0}});
  agenda.set({Due{30}, 2, Slot{0}});
  agenda.set({Due{20}, 1, Slot{0}});
  CHECK(agenda.pending() == 1);
  CHECK(take_all(agenda) == std::vector<Event>{{20, 1, 0}});
}

TEST_CASE("a cleared slot has no event pending") {
  Agenda agenda{2};
  agenda.set({Due{10}, 0, Slot{0}});
  agenda.set({Due{11}, 0, Slot{1}});
  CHECK(agenda.is_pending(Slot{0}));
  agenda.clear(Slot{0});
  agenda.clear(Slot{0});
  CHECK_FALSE(agenda.is_pending(Slot{0}));
  CHECK(take_all(agenda) == std::vector<Event>{{11, 0, 1}});
}

TEST_CASE("an event set for the present instant comes before all later ones") {
  Agenda agenda{4};
  agenda.set({Due{5}, 0, Slot{0}});
  agenda.set({Due{5}, 7, Slot{3}});
  agenda.set({Due{6}, 0, Slot{1}});
  CHECK(take(agenda) == Event{5, 0, 0});
  agenda.set({Due{5}, 3, Slot{2}});
  agenda.set({Due{5}, 9, Slot{0}});  // the slot just taken
  CHECK(take_all(agenda) == std::vector<Event>{{5, 3, 2}, {5, 7, 3}, {5, 9, 0}, {6, 0, 1}});
}

TEST_CASE("an event that is due in the past is a bug and changes nothing") {
  Agenda agenda{3};
  agenda.set({Due{5}, 0, Slot{0}});
  agenda.set({Due{9}, 0, Slot{1}});
  CHECK(take(agenda) == Event{5, 0, 0});
  CHECK_THROWS_AS(agenda.set({Due{4}, 0, Slot{0}}), sim::Bug);
  CHECK_THROWS_AS(agenda.set({Due::never(), 0, Slot{0}}), sim::Bug);
  CHECK_THROWS_AS(agenda.set({Due{6}, 0, Slot{3}}), sim::Bug);
  CHECK(take_all(agenda) == std::vector<Event>{{9, 0, 1}});
}

TEST_CASE("a look at what is next does not move the present") {
  Agenda agenda{2};
  agenda.set({Due{100}, 0, Slot{0}});
  CHECK(agenda.next_due() == Due{100});
  agenda.set({Due{50}, 0, Slot{1}});
  CHECK(take_all(agenda) == std::vector<Event>{{50, 0, 1}, {100, 0, 0}});
}

TEST_CASE("an agenda without slots has nothing pending") {
  Agenda agenda{0};
  CHECK(agenda.next_due().is_never());
  CHECK(take(agenda) == std::nullopt);
}

TEST_CASE("events due at the last instant there is are taken") {
  Agenda agenda{5};
  agenda.set({Due{UINT32_MAX - 1}, UINT32_MAX, Slot{4}});
  CHECK(take(agenda) == Event{UINT32_MAX - 1, UINT32_MAX, 4});
}

TEST_CASE("an agenda does what a sorted set does for any sequence of operations") {
  CHECK(rc::check("few slots: a tournament", [] {
    const auto slots = *rc::gen::inRange<std::uint32_t>(1, 70);
    Agenda agenda{slots};
    behaves_as_a_sorted_set(agenda, 0, slots);
  }));
  CHECK(rc::check("a timing wheel, of few slots as well", [] {
    const auto slots = *rc::gen::inRange<std::uint32_t>(1, 70);
    TimingWheel wheel{slots};
    behaves_as_a_sorted_set(wheel, 0, slots);
  }));
  CHECK(rc::check("as many slots as a tournament has, and one more", [] {
    const auto slots = Agenda::kFewSlots + *rc::gen::inRange<std::size_t>(0, 2);
    Agenda agenda{slots};
    behaves_as_a_sorted_set(agenda, static_cast<std::uint32_t>(slots - 20), 20);
  }));
}

TEST_CASE("a tournament and a timing wheel take the same events in the same order") {
  constexpr std::uint32_t kSlots = 3'000;
  sim::SplitMix64 random{7};
  sim::Tournament tournament{kSlots};
  TimingWheel wheel{kSlots};
  Due now;
  const auto set = [&](std::uint32_t slot) {
    const unsigned bits = sim::below(random.next(), 20);
    const Due due = now.after(sim::below(random.next(), 1U << bits));
    // Crowded, alike, or spread over all priorities there are.
    const std::uint32_t priority = sim::below(random.next(), bits % 2 == 0 ? 3 : UINT32_MAX);
    tournament.set({due, priority, Slot{slot}});
    wheel.set({due, priority, Slot{slot}});
  };
  for (std::uint32_t slot = 0; slot < kSlots; ++slot) {
    set(slot);
  }
  for (int i = 0; i < 200'000; ++i) {
    const Slot cleared{sim::below(random.next(), 20 * kSlots)};
    if (sim::index_of(cleared) < kSlots) {
      tournament.clear(cleared);
      wheel.clear(cleared);
    }
    set(sim::below(random.next(), kSlots));
    const std::optional<Event> event = take(tournament);
    REQUIRE(take(wheel) == event);
    now = event ? Due{std::get<0>(*event)} : now;
  }
  CHECK(wheel.pending() == tournament.pending());
  CHECK(take_all(wheel) == take_all(tournament));
}

TEST_CASE("a timing wheel takes many events of one instant in order however they are spread") {
  TimingWheel wheel{4'000};
  std::vector<Event> expected;
  for (std::uint32_t slot = 0; slot < 4'000; ++slot) {
    // Most of them lie together, a few far away: no even deal into bins.
    const std::uint32_t priority = slot % 500 == 0 ? UINT32_MAX - slot : slot % 7;
    wheel.set({Due{70'000}, priority, Slot{3'999 - slot}});
    expected.emplace_back(70'000, priority, 3'999 - slot);
  }
  std::ranges::sort(expected);
  CHECK(take_all(wheel) == expected);
}

TEST_CASE("a timing wheel that has looked ahead takes what is set before that in order") {
  TimingWheel wheel{300};
  wheel.set({Due{1'000'000}, 0, Slot{299}});
  REQUIRE(wheel.next_due() == Due{1'000'000});
  std::vector<Event> expected;
  for (std::uint32_t slot = 0; slot < 299; ++slot) {
    const std::uint32_t due = 5'000 * ((slot * 7) % 299);
    wheel.set({Due{due}, 0, Slot{slot}});
    expected.emplace_back(due, 0, slot);
  }
  expected.emplace_back(1'000'000, 0, 299);
  std::ranges::sort(expected);
  CHECK(take_all(wheel) == expected);
}

TEST_CASE("a timing wheel does not keep what was set again or cleared") {
  TimingWheel wheel{100};
  const std::size_t at_first = wheel.bytes();
  for (std::uint32_t i = 0; i < 1'000'000; ++i) {
    const Slot slot{i % 100};
    wheel.set({Due{1'000 + (i * 977 % 5'000'000)}, i % 5, slot});
    if (i % 3 == 0) {
      wheel.clear(slot);
    }
  }
  CHECK(wheel.pending() == 66);
  CHECK(wheel.bytes() < at_first + 500'000);
}

TEST_CASE("a timing wheel allocates nothing once its events have found their places") {
  constexpr std::uint32_t kSlots = 20'000;
  sim::SplitMix64 random{3};
  TimingWheel wheel{kSlots};
  const auto delay = [&] { return 1'000 + sim::below(random.next(), 2'000); };
  for (std::uint32_t slot = 0; slot < kSlots; ++slot) {
    wheel.set({Due{delay()}, 0, Slot{slot}});
  }
  const auto hop = [&](int times) {
    for (Agenda::Entry entry; times > 0 && wheel.take(entry); --times) {
      wheel.set({entry.due.after(delay()), 0, entry.slot});
    }
  };
  hop(400'000);
  const std::size_t then = wheel.bytes();
  hop(400'000);
  CHECK(wheel.bytes() == then);
}
