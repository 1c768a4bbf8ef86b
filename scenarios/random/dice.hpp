// Draws by name. Each thing that is drawn has a name of its own (what, of which), so that one draw
// moves no other; and each is first switched on or off (swarm testing), so that scenarios differ in
// kind and not only in degree. Off is alternative 0, the plain one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "scenarios/random/section.hpp"
#include "sim/choice.hpp"
#include "sim/time.hpp"

namespace scenarios {

enum class Draw : std::uint8_t {
  kTransitions,
  kFirstChange,
  kApart,
  kShape,
  kSources,
  kOperators,
  kParallelism,
  kOwnParallelism,
  kFrom,
  kUnion,
  kKind,
  kKeepEvery,
  kKept,
  kBranch,
  kShip,
  kGuarantee,
  kNoWatermarks,
  kBound,
  kRateLimit,
  kNoCheckpoints,
  kCheckpointInterval,
  kPartitions,
  kRate,
  kGoesOn,
  kFallsSilent,
  kSpeed,
  kOutOfOrder,
  kOutOfOrderWhich,
  kLate,
  kLateWhich,
  kKeys,
  kStart,
  kClockAhead,
  kDeletionDelay,
  kGateTimeout,
  kAbortGrace,
  kReschedule,
  kUpgradeMode,
  kInformerLag,
  kChannelDelay,
  kCheckpointTime,
  kNoticeDelay,
  kOpenTime,
  kDeployTime,
  kStatusLag,
  kEcho,
  kStoppedJob,
  kFault,
  kFaultKind,
  kFaultChange,
  kFaultAt,
  kFaultLasts,
  kFaultJob,
  kFaultOperator,
  kFaultSubtask,
  kFaultWatcher,
  kFaultWriter,
  kFaultTimes,
  kFaultAfterWrites,
  kIdleness,
  kSilence,
  kSilencedPartition,
  kSilenceBegins,
  kSilenceComesLater,
  kNoTimestamp,
  kKafka,
  kFaultPerRecord,
  kBarriers,
  kChannelCapacity,
  kCheckpointTimeout,
  kTolerableFailed,
  kRestartStrategy,
  kAppears,
  kAssigner,
  kAssignedLater,
  kAssignedEarlier,
  kAssignedWhich,
  kAssignerBound,
  kDiscovery,
  kDrain,
  kMaker,
  kMakerKind,
  kPartner,
  kCopies,
  kNewKeys,
  kLatency,
  kWindowType,
  kWindowSize,
  kWindowSlide,
  kWindowOffset,
  kAllowedLateness,
  kBefore,
  kAfter,
  kReadsLate,
  kGatePosition,
  kGateBehind,
  kCoMap,
  kAlignedTimeout,
  kNoTimestampWhich,
  kChange,
  kStartsSuspended,
  kFaultBy,
  kFaultDirection,
  kFaultPerThousand,
};

class Dice {
 public:
  // Kinds of choices below are the model's.
  static constexpr std::uint16_t kFirstKind = 1'000;

  explicit Dice(sim::ChoiceSource& choices) : choices_(&choices) {}

  // Whether this feature is in. `of`: whose, if there are several.
  bool feature(Draw what, std::size_t of = 0) { return choose(what, of, 0, 2) == 1; }
  // The same for what leaves little else to see: one scenario in four.
  bool rare_feature(Draw what, std::size_t of = 0) { return choose(what, of, 0, 4) == 3; }
  // Below `count`, 0 being plain. REQUIRES: count >= 1.
  std::uint32_t below(Draw what, std::size_t count, std::size_t of = 0) {
    return choose(what, of, 1, static_cast<std::uint32_t>(count));
  }
  // In the range, wherever.
  std::uint32_t within(Draw what, Between range, std::size_t of = 0) {
    return range.least + choose(what, of, 1, range.most - range.least + 1);
  }
  // The least, or, with the feature, anything in the range.
  std::uint32_t number(Draw what, Between range, std::size_t of = 0) {
    return feature(what, of) ? within(what, range, of) : range.least;
  }
  // Leaves the target as it is where there is no range, or unless the feature is in.
  void replace(Draw what, std::optional<Between> range, std::uint32_t& target, std::size_t of = 0) {
    if (range && feature(what, of)) {
      target = within(what, *range, of);
    }
  }
  template <class Span>
  void replace(Draw what, std::optional<Between> range, Span& target, std::size_t of = 0) {
    if (range && feature(what, of)) {
      target = Span{sim::milliseconds{within(what, *range, of)}};
    }
  }
  // The first, or, with the feature, any. REQUIRES: not empty.
  template <class T>
  T pick(Draw what, const std::vector<T>& list, std::size_t of = 0) {
    return feature(what, of) ? list[below(what, list.size(), of)] : list.front();
  }

 private:
  std::uint32_t choose(Draw what, std::size_t of, std::uint64_t occurrence, std::uint32_t count) {
    const auto kind = static_cast<std::uint16_t>(kFirstKind + static_cast<std::uint16_t>(what));
    return choices_->choose(sim::ChoiceId{kind, static_cast<std::uint32_t>(of)}, occurrence, count);
  }

  sim::ChoiceSource* choices_;
};

}  // namespace scenarios
