// Valves over many channels: a tree over the channels says what a look at each of them says. What a
// valve does is pinned down by the vectors of flink-runtime.md (I5).
#include <rapidcheck.h>
#include <catch2/catch.hpp>

#include <cstdint>
#include <span>
#include <vector>

#include "model/valve.hpp"

namespace {

using model::Mark;
using model::Valve;
using model::ValveOutput;

struct Channel {
  model::ValveChannel valve;
};
using Channels = model::ValveChannels<Channel>;

// A valve and what it is over.
struct Side {
  Valve valve;
  std::vector<Channel> channels;
  std::vector<Mark> tree;

  [[nodiscard]] Channels all() { return Channels{std::span{channels}, std::span{tree}}; }
};

struct Step {
  int what = 0;  // 0: a watermark, 1: idle, 2: active
  std::size_t channel = 0;
  Mark watermark;
};

ValveOutput take(Side& side, const Step& step, const model::FlinkRules& flink) {
  switch (step.what) {
    case 0: return {on_watermark(side.valve, side.all(), step.channel, step.watermark)};
    case 1: return on_idle(side.valve, side.all(), step.channel, flink);
    default: return on_active(side.valve, side.all(), step.channel, flink);
  }
}

Step random_step(std::size_t channels) {
  Step step{*rc::gen::weightedElement<int>({{6, 0}, {2, 1}, {2, 2}}),
            *rc::gen::inRange<std::size_t>(0, channels), Mark{}};
  const bool is_last = *rc::gen::weightedElement<int>({{40, 0}, {1, 1}}) == 1;
  step.watermark = is_last ? Mark::end() : Mark{*rc::gen::inRange(-20, 60)};
  return step;
}

}  // namespace

TEST_CASE("a valve says the same whether or not it has a tree (rt:V1 rt:V2 rt:V4 rt:V5 rt:V7)") {
  CHECK(rc::check("with a tree as without", [] {
    const auto count = *rc::gen::inRange<std::size_t>(2, 40);
    const auto length = *rc::gen::inRange(0, 300);
    model::FlinkRules flink;
    flink.valve_rederives = *rc::gen::arbitrary<bool>();
    Side few{Valve{}, std::vector<Channel>(count), {}};
    Side many{Valve{}, std::vector<Channel>(count), std::vector<Mark>(count)};
    for (int i = 0; i < length; ++i) {
      const Step step = random_step(count);
      const ValveOutput expected = take(few, step, flink);
      const ValveOutput output = take(many, step, flink);
      RC_ASSERT(output.watermark == expected.watermark);
      RC_ASSERT(output.status == expected.status);
      RC_ASSERT(many.all().least() == few.all().least());
      RC_ASSERT(many.all().are_all_idle() == few.all().are_all_idle());
    }
  }));
}

TEST_CASE("the last watermark of all is told from no channel that counts (rt:V2 rt:V7)") {
  Side side{Valve{}, std::vector<Channel>(20), std::vector<Mark>(20)};
  for (std::size_t i = 0; i < 19; ++i) {
    CHECK(on_watermark(side.valve, side.all(), i, Mark::end()).is_none());
  }
  CHECK(on_watermark(side.valve, side.all(), 19, Mark{5}) == Mark{5});
  CHECK(on_idle(side.valve, side.all(), 19, {}).watermark == Mark::end());
  CHECK(side.all().least() == Mark::end());
  CHECK(on_active(side.valve, side.all(), 19, {}).status == ValveOutput::Status::kUnchanged);
  for (std::size_t i = 0; i < 19; ++i) {
    CHECK(on_idle(side.valve, side.all(), i, {}).status == ValveOutput::Status::kUnchanged);
  }
  CHECK_FALSE(side.all().least().has_value());  // the one that is not idle is behind
  CHECK_FALSE(side.all().are_all_idle());
  CHECK(on_watermark(side.valve, side.all(), 19, Mark::end()).is_none());
  CHECK(side.all().least() == Mark::end());
  CHECK(on_idle(side.valve, side.all(), 19, {}).status == ValveOutput::Status::kIdle);
  CHECK_FALSE(side.all().least().has_value());
}
