// The valve over the channels of one input: how watermarks and idleness of many channels become one
// (rt:V1-V9); and what an operator with several inputs makes of theirs (rt:CW1-CW5).
//
// State per channel and for the whole; no channel is stored here, so that both lie in a flat world.
// Outputs are strictly increasing watermarks and changes of status, in the order in which they are
// listed.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "model/combination.hpp"
#include "model/event_time.hpp"
#include "model/flink_rules.hpp"
#include "model/valve_channels.hpp"

namespace model {

struct Valve {
  Mark last;  // the last watermark that came out
  bool idle = false;
};

// What comes out: a change to ACTIVE, a watermark, a change to IDLE, in this order.
struct ValveOutput {
  Mark watermark;  // none: no watermark
  enum class Status : std::uint8_t { kUnchanged, kIdle, kActive } status = Status::kUnchanged;
};

namespace valve_detail {

// rt:V2.
template <class Channel>
Mark advance_to_min(Valve& valve, const ValveChannels<Channel>& channels) {
  const std::optional<Mark> least = channels.least();
  if (!least || *least <= valve.last) {
    return Mark::none();
  }
  valve.last = *least;
  return *least;
}

}  // namespace valve_detail

// A watermark arrives on channel i (rt:V1).
template <class Channel>
Mark on_watermark(Valve& valve, const ValveChannels<Channel>& channels, std::size_t i,
                  Mark watermark) {
  ValveChannel& channel = channels[i];
  if (valve.idle || channel.idle || watermark <= channel.mark) {
    return Mark::none();
  }
  channel.mark = watermark;
  if (channel.unaligned && watermark >= valve.last) {
    channel.unaligned = false;
  }
  channels.changed(i);
  return valve_detail::advance_to_min(valve, channels);
}

// Channel i announces that it is idle (rt:V3, V4, V5).
template <class Channel>
ValveOutput on_idle(Valve& valve, const ValveChannels<Channel>& channels, std::size_t i,
                    const FlinkRules& flink) {
  ValveChannel& channel = channels[i];
  if (channel.idle) {
    return {};  // rt:V8
  }
  channel.idle = true;
  channels.changed(i);
  const bool was_last = channel.mark == valve.last;
  if (!channels.are_all_idle()) {
    return {was_last ? valve_detail::advance_to_min(valve, channels) : Mark::none(),
            ValveOutput::Status::kUnchanged};
  }
  ValveOutput output;
  if (was_last || flink.valve_rederives) {
    const Mark most = channels.most();
    if (most > valve.last) {
      valve.last = most;
      output.watermark = most;
    }
  }
  valve.idle = true;
  output.status = ValveOutput::Status::kIdle;
  return output;
}

// Channel i announces that it is active again (rt:V5, V6).
template <class Channel>
ValveOutput on_active(Valve& valve, const ValveChannels<Channel>& channels, std::size_t i,
                      const FlinkRules& flink) {
  ValveChannel& channel = channels[i];
  if (!channel.idle) {
    return {};  // rt:V8
  }
  channel.idle = false;
  channel.unaligned = channel.mark < valve.last;
  channels.changed(i);
  ValveOutput output;
  if (valve.idle) {
    valve.idle = false;
    output.status = ValveOutput::Status::kActive;
  }
  if (flink.valve_rederives) {
    output.watermark = valve_detail::advance_to_min(valve, channels);
  }
  return output;
}

// --- two inputs, each behind a valve of its own (rt:CW1-CW4)

// What the valve of one input said last.
struct InputTime {
  Mark mark;
  bool idle = false;
  std::array<std::uint8_t, 3> reserved{};
};

namespace valve_detail {

// `whole`: what the operator is itself. While it is idle its outputs drop watermarks (rt:W17).
template <class Input>
ValveOutput combine_inputs(Valve& whole, std::span<Input> inputs, const FlinkRules& flink) {
  const Combination all = combine(
      whole.last, inputs, flink, [](const Input& i) { return i.time.mark; },
      [](const Input& i) { return i.time.idle; });
  ValveOutput output;
  output.watermark = whole.idle ? Mark::none() : all.watermark;
  if (all.all_idle != whole.idle) {
    whole.idle = all.all_idle;
    output.status = all.all_idle ? ValveOutput::Status::kIdle : ValveOutput::Status::kActive;
  }
  return output;
}

}  // namespace valve_detail

// The valve of input i says so. `Input` has a member `time` of type InputTime.
template <class Input>
ValveOutput on_input_watermark(Valve& whole, std::span<Input> inputs, std::size_t i, Mark watermark,
                               const FlinkRules& flink) {
  InputTime& input = inputs[i].time;
  input.mark = std::max(input.mark, watermark);
  input.idle = false;  // rt:MX1
  return valve_detail::combine_inputs(whole, inputs, flink);
}
template <class Input>
ValveOutput on_input_status(Valve& whole, std::span<Input> inputs, std::size_t i, bool is_idle,
                            const FlinkRules& flink) {
  inputs[i].time.idle = is_idle;
  return valve_detail::combine_inputs(whole, inputs, flink);
}

}  // namespace model
