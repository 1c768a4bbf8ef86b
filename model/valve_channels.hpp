// The channels of a valve, and which of their watermarks is the least.
//
// A few are looked at one by one. Over many there is a tree of the least watermarks, so that a
// change costs a path of it at most and the least one nothing: its node k is the lesser of nodes 2k
// and 2k + 1, the nodes from the number of channels on are the channels themselves, and node 0 is
// not used. It follows from the channels: no part of a state that tells it from others, but it lies
// beside them in the world. Errors: REQUIRES only.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "model/event_time.hpp"

namespace model {

struct ValveChannel {
  Mark mark;
  bool idle = false;
  bool unaligned = false;  // resumed behind the others and excluded until it has caught up (rt:V7)

  [[nodiscard]] bool counts() const { return !idle && !unaligned; }  // rt:V2
};

// From so many channels on a valve has a tree.
constexpr std::size_t kManyChannels = 17;

// `Channel` has a member `valve` of type ValveChannel. REQUIRES: a tree, if any, of as many nodes
// as there are channels, at least two; all Mark::none() while all channels are as at first.
template <class Channel>
class ValveChannels {
 public:
  explicit ValveChannels(std::span<Channel> channels, std::span<Mark> tree = {})
      : channels_(channels), tree_(tree) {}

  ValveChannel& operator[](std::size_t i) const { return channels_[i].valve; }

  // After each change of channel i.
  void changed(std::size_t i) const {
    if (tree_.empty()) {
      return;
    }
    for (std::size_t node = (channels_.size() + i) / 2; node > 0; node /= 2) {
      const Mark least = std::min(at(2 * node), at((2 * node) + 1));
      if (tree_[node] == least) {
        return;
      }
      tree_[node] = least;
    }
  }

  // Among the channels that count; none: no channel does.
  [[nodiscard]] std::optional<Mark> least() const {
    if (!tree_.empty() && tree_[1] != kNotCounted) {
      return tree_[1];
    }
    Mark least = Mark::end();
    bool any = false;
    for (const Channel& channel : channels_) {
      if (channel.valve.counts()) {
        least = std::min(least, channel.valve.mark);
        any = true;
      }
    }
    return any ? std::optional{least} : std::nullopt;
  }
  [[nodiscard]] bool are_all_idle() const {
    return (tree_.empty() || tree_[1] == kNotCounted) &&
           std::all_of(channels_.begin(), channels_.end(),
                       [](const Channel& channel) { return channel.valve.idle; });
  }
  // Among all channels.
  [[nodiscard]] Mark most() const {
    Mark most = Mark::none();
    for (const Channel& channel : channels_) {
      most = std::max(most, channel.valve.mark);
    }
    return most;
  }

 private:
  // Also a watermark, the last one of all: where it is the least, only the channels themselves
  // tell.
  static constexpr Mark kNotCounted = Mark::end();

  [[nodiscard]] Mark at(std::size_t node) const {
    if (node < channels_.size()) {
      return tree_[node];
    }
    const ValveChannel& channel = channels_[node - channels_.size()].valve;
    return channel.counts() ? channel.mark : kNotCounted;
  }

  std::span<Channel> channels_;
  std::span<Mark> tree_;
};

}  // namespace model
