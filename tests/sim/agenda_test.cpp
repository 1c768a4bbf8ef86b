#include <rapidcheck.h>
#include <catch2/catch.hpp>

#include <cstdint>
#include <optional>
#include <set>
#include <tuple>
#include <vector>

#include "sim/agenda.hpp"
#include "sim/check.hpp"

namespace {

using sim::Agenda;
using sim::Due;
using sim::Slot;

using Event = std::tuple<std::uint32_t, std::uint32_t,
                         std::uint32_t>;  // due, priority, slot: the total order

Event event_of(const Agenda::Entry& entry) {
  return {entry.due.ms, entry.priority, sim::index_of(entry.slot)};
}

std::optional<Event> take(Agenda& agenda) {
  Agenda::Entry entry;
  return agenda.take(entry) ? std::optional{event_of(entry)} : std::nullopt;
}

std::vector<Event> take_all(Agenda& agenda) {
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

 private:
  std::set<Event> events_;
};

// A delay: mostly tiny, so that events meet at one instant, sometimes anything up to 2^26 ms.
std::uint32_t random_delay() {
  const auto bits = *rc::gen::inRange(0, 27);
  return *rc::gen::inRange<std::uint32_t>(0, 1U << bits);
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
  CHECK(rc::check("agenda against a sorted set", [] {
    const auto slots = *rc::gen::inRange<std::uint32_t>(1, 70);
    const auto length = *rc::gen::inRange(0, 400);
    Agenda agenda{slots};
    SortedAgenda reference;
    std::uint32_t now = 0;
    for (int i = 0; i < length; ++i) {
      const auto slot = *rc::gen::inRange<std::uint32_t>(0, slots);
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
    }
    while (const std::optional<Event> event = reference.take()) {
      RC_ASSERT(take(agenda) == event);
    }
    RC_ASSERT(take(agenda) == std::nullopt);
  }));
}
