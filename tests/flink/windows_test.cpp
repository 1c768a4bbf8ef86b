// Windows and joins over keyed state: tests/vectors/flink/windows.json, and what the rules say
// beyond it (rt:L2-L9, L11-L13, RS1).

#include "model/windows.hpp"

#include <rapidcheck.h>
#include <catch2/catch.hpp>
#include <cstdint>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace {

using model::KeyedEntry;
using model::KeyedState;
using model::Mark;
using model::WindowOutcome;
using model::WindowRules;
using model::WindowType;
using nlohmann::json;

json load_vectors() {
  std::ifstream file{HARNESS_ROOT "/tests/vectors/flink/windows.json"};
  return json::parse(file, nullptr, true, true);
}

// A window operator that counts.
class Windows {
 public:
  explicit Windows(WindowRules rules) : rules_(rules) {}

  struct Fired {
    std::int32_t from = 0;
    std::int32_t to = 0;
    std::uint32_t count = 0;
    friend bool operator==(const Fired&, const Fired&) = default;
  };
  struct Result {
    WindowOutcome outcome = WindowOutcome::kAdded;
    std::vector<Fired> fired;
  };

  Result element(std::int32_t at, std::uint32_t key = 0) {
    Result result;
    const auto add = [](std::uint32_t n) { return n == model::kNoContent ? 1 : n + 1; };
    const auto join = [](std::uint32_t a, std::uint32_t b) {
      return a == model::kNoContent ? b : b == model::kNoContent ? a : a + b;
    };
    result.outcome = model::on_window_element(state, rules_, key, 0, Mark{at}, add, join,
                                              [&](const KeyedEntry& w) { note(w, result.fired); });
    return result;
  }
  std::vector<Fired> watermark(std::int32_t at) {
    std::vector<Fired> fired;
    model::on_window_watermark(state, rules_, Mark{at},
                               [&](const KeyedEntry& w) { note(w, fired); });
    return fired;
  }
  [[nodiscard]] std::vector<std::int32_t> open() const {
    std::vector<std::int32_t> starts;
    for (const KeyedEntry& window : state.entries) {
      starts.push_back(window.from);
    }
    return starts;
  }

  KeyedState state;
  std::vector<std::pair<std::uint32_t, Fired>> log;  // all that fired, by key

 private:
  void note(const KeyedEntry& window, std::vector<Fired>& fired) {
    fired.push_back(Fired{window.from, window.to, window.content[0]});
    log.emplace_back(window.key, fired.back());
  }

  WindowRules rules_;
};

[[maybe_unused]] std::ostream& operator<<(std::ostream& out, const Windows::Fired& fired) {
  return out << "[" << fired.from << ", " << fired.to << ") " << fired.count;
}

WindowRules tumbling(std::int32_t size, std::int32_t lateness = 0) {
  WindowRules rules;
  rules.size = rules.slide = size;
  rules.lateness = lateness;
  return rules;
}

using Fired = std::vector<Windows::Fired>;

Fired expected_firings(const json& expected) {
  Fired fired;
  for (const json& one : expected.value("fires", json::array())) {
    const std::int32_t start = one.at("window");
    fired.push_back({start, start + 1000, one.at("n")});
  }
  return fired;
}

TEST_CASE("window lateness agrees with the vectors (rt:L2 rt:L3 rt:L5 rt:L6)") {
  const json vectors = load_vectors();
  for (const char* name : {"CV-L1", "CV-L2"}) {
    const json& vector = vectors.at(name);
    Windows windows{tumbling(1000, vector.at("allowed_lateness"))};
    for (const json& step : vector.at("steps")) {
      INFO(name << " " << step.dump());
      const std::vector<std::int32_t> before = windows.open();
      Fired fired;
      if (step[0].contains("e")) {
        const Windows::Result result = windows.element(step[0].at("e"));
        fired = result.fired;
        CHECK((result.outcome == WindowOutcome::kAdded) == (step[1].at("outcome") == "add"));
      } else {
        fired = windows.watermark(step[0].at("w"));
        std::vector<std::int32_t> left = before;
        for (const std::int32_t cleared : step[1].value("clears", std::vector<std::int32_t>{})) {
          std::erase(left, cleared);
        }
        CHECK(windows.open() == left);
      }
      CHECK(fired == expected_firings(step[1]));
    }
  }
}

TEST_CASE("window starts agree with the vectors (rt:L4)") {
  const json vectors = load_vectors();
  for (const json& row : vectors.at("CV-L3").at("starts")) {
    INFO(row.dump());
    CHECK(model::window_start(row[0], row[1], row[2]) == row[3]);
  }
}

TEST_CASE("what is late for a window may be in time for an interval join (rt:L9)") {
  const json vector = load_vectors().at("CV-L4");
  const Mark clock{vector.at("clock")};
  const Mark at{vector.at("e")};
  const WindowRules rules = tumbling(1000, vector.at("allowed_lateness"));
  CHECK(is_window_late(999, rules, clock) == vector.at("is_late_for_window"));
  CHECK(is_too_late_to_join(at, clock) == vector.at("is_late_for_interval_join"));
}

TEST_CASE("windows count from the epoch wherever marks begin (rt:L4)") {
  model::WindowSettings settings;
  settings.size = model::EventSpan{sim::milliseconds{1000}};
  settings.offset = model::EventSpan{sim::milliseconds{200}};
  const model::EventTime origin{sim::milliseconds{1'700'000'000'150}};
  const WindowRules rules = WindowRules::of(settings, origin);
  // The event time is 1700000000350, in the window from 1700000000200 on.
  CHECK(model::window_start(200, rules.offset, rules.size) == 50);
}

TEST_CASE("a record lies in all sliding windows that hold it (rt:L4)") {
  WindowRules rules = tumbling(1000);
  rules.type = WindowType::kSliding;
  rules.slide = 400;
  Windows windows{rules};
  windows.element(900);
  CHECK(windows.open() == std::vector<std::int32_t>{0, 400, 800});
  CHECK(windows.watermark(999) == Fired{{0, 1000, 1}});
  // Late for the first, not for the others: it is not dropped (rt:L3).
  CHECK(windows.element(950).outcome == WindowOutcome::kMissedSome);
  CHECK(windows.watermark(5000) == Fired{{400, 1400, 2}, {800, 1800, 2}});
}

// What comes to the operator: a record of a key, or a watermark.
struct Coming {
  std::int32_t at = 0;
  std::uint32_t key = 0;
  bool is_watermark = false;
};

// All that one window fires, worked out from the rules for it alone: which records are added, which
// find it over, and when its timer comes.
std::vector<std::uint32_t> firings_of(const std::vector<Coming>& steps, std::uint32_t key,
                                      std::int32_t from, const WindowRules& rules) {
  const std::int32_t last = from + rules.size - 1;
  std::vector<std::uint32_t> fired;
  std::uint32_t held = 0;
  bool is_armed = false;
  std::int64_t clock = INT64_MIN;
  for (const Coming& step : steps) {
    if (step.is_watermark) {
      clock = step.at;
      if (is_armed && last <= clock) {
        fired.push_back(held);
        is_armed = false;
      }
      held = last + rules.lateness <= clock ? 0 : held;
    } else if (step.key == key && step.at >= from && step.at <= last &&
               last + rules.lateness > clock) {
      ++held;
      is_armed |= last > clock;
      if (last <= clock) {
        fired.push_back(held);
      }
    }
  }
  return fired;
}

std::vector<Coming> drawn_steps() {
  std::vector<Coming> steps;
  std::int32_t watermark = 0;
  const auto numbers =
      *rc::gen::container<std::vector<std::uint32_t>>(rc::gen::inRange<std::uint32_t>(0, 4'000));
  for (const std::uint32_t number : numbers) {
    Coming step;
    step.is_watermark = number % 4 == 0;
    step.key = number % 3;
    if (step.is_watermark) {
      watermark += static_cast<std::int32_t>(number / 40);
      step.at = watermark;
    } else {
      step.at = watermark + static_cast<std::int32_t>(number / 10) - 150;
    }
    steps.push_back(step);
  }
  return steps;
}

TEST_CASE("whatever comes late windows fire what the rules say of each (rt:L2 rt:L3 rt:L5 rt:L6)") {
  REQUIRE(rc::check("windows fire what the rules say of each", [] {
    WindowRules rules = tumbling(*rc::gen::element(50, 100, 130), *rc::gen::element(0, 40, 120));
    rules.offset = *rc::gen::element(0, 17);
    if (*rc::gen::arbitrary<bool>()) {
      rules.type = WindowType::kSliding;
      rules.slide = *rc::gen::element(20, 50);
    }
    const std::vector<Coming> steps = drawn_steps();
    Windows windows{rules};
    std::map<std::pair<std::uint32_t, std::int32_t>, std::vector<std::uint32_t>> got;
    std::set<std::pair<std::uint32_t, std::int32_t>> all;
    for (const Coming& step : steps) {
      if (step.is_watermark) {
        windows.watermark(step.at);
      } else {
        for (std::int32_t from = model::window_start(step.at, rules.offset, rules.slide);
             from > step.at - rules.size; from -= rules.slide) {
          all.insert({step.key, from});
        }
        windows.element(step.at, step.key);
      }
    }
    for (const auto& [key, window] : windows.log) {
      got[{key, window.from}].push_back(window.count);
    }
    for (const auto& [key, from] : all) {
      RC_ASSERT((got[{key, from}] == firings_of(steps, key, from, rules)));
    }
  }));
}

TEST_CASE("sessions that meet become one and lateness is that of the merged one (rt:L8)") {
  WindowRules rules;
  rules.type = WindowType::kSession;
  rules.size = rules.slide = 100;
  Windows windows{rules};
  windows.element(0);
  windows.element(150);
  CHECK(windows.open() == std::vector<std::int32_t>{0, 150});
  windows.element(60);  // [60, 160) meets both
  CHECK(windows.open() == std::vector<std::int32_t>{0});
  CHECK(windows.watermark(120).empty());
  // Alone it would be late: [10, 110).
  CHECK(windows.element(10).outcome == WindowOutcome::kAdded);
  CHECK(windows.watermark(249) == Fired{{0, 250, 4}});
  CHECK(windows.element(10).outcome == WindowOutcome::kDroppedLate);
}

TEST_CASE("sessions that touch become one (rt:L8)") {
  WindowRules rules;
  rules.type = WindowType::kSession;
  rules.size = rules.slide = 100;
  Windows windows{rules};
  windows.element(0);
  windows.element(100);
  CHECK(windows.watermark(199) == Fired{{0, 200, 2}});
}

TEST_CASE("windows fire in the order of their ends and those of other keys beside them (rt:L11)") {
  Windows windows{tumbling(100)};
  windows.element(250, 1);
  windows.element(50, 2);
  windows.element(50, 1);
  CHECK(windows.watermark(1000) == Fired{{0, 100, 1}, {0, 100, 1}, {200, 300, 1}});
}

TEST_CASE("a restart keeps windows and their timers and forgets the clock (rt:RS1 rt:L13)") {
  Windows windows{tumbling(100, 500)};
  windows.element(50);
  CHECK(windows.watermark(99).size() == 1);
  const std::vector<KeyedEntry> saved = windows.state.entries;
  restore_keyed(windows.state, saved);
  // Its timer has fired and does not come back with the clock.
  CHECK(windows.watermark(99).empty());
  restore_keyed(windows.state, saved);
  // To an operator without a clock the window is not over: a record arms it again (rt:L5).
  CHECK(windows.element(60).fired.empty());
  CHECK(windows.watermark(99) == Fired{{0, 100, 2}});
  CHECK(windows.watermark(599).empty());
  CHECK(windows.open().empty());
}

TEST_CASE("an interval join pairs what lies in the interval and lets go of the rest (rt:L9)") {
  KeyedState state;
  const model::IntervalRules rules{10, 20};  // the right one from 10 before to 20 after
  std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs;
  const auto come = [&](std::uint32_t input, std::int32_t at, std::uint32_t number) {
    pairs.clear();
    on_interval_element(state, rules, 7, input, Mark{at}, number,
                        [&](std::uint32_t l, std::uint32_t r) { pairs.emplace_back(l, r); });
    return pairs;
  };
  using Pairs = std::vector<std::pair<std::uint32_t, std::uint32_t>>;
  CHECK(come(0, 100, 1).empty());
  CHECK(come(1, 90, 2) == Pairs{{1, 2}});
  CHECK(come(1, 89, 3).empty());
  CHECK(come(1, 120, 4) == Pairs{{1, 4}});
  CHECK(come(1, 121, 5).empty());
  CHECK(come(0, 101, 6) == Pairs{{6, 4}, {6, 5}});
  model::on_interval_watermark(state, Mark{119});  // the left one of 100 waits until 120
  CHECK(come(1, 119, 8) == Pairs{{1, 8}, {6, 8}});
  model::on_interval_watermark(state, Mark{120});
  CHECK(come(1, 120, 9) == Pairs{{6, 9}});
  model::on_interval_watermark(state, Mark{140});
  CHECK(state.entries.empty());
}

}  // namespace
