#include "model/lanes.hpp"

#include <algorithm>
#include <array>

namespace model {

namespace {

// What the partitions of a lane hold, but for the numbers of its records.
using Content = std::vector<std::array<std::int64_t, 3>>;

// Of one split, in order.
template <class Visit>
void each_place(const Plan& plan, const SplitPlan& split, Visit visit) {
  const Input& input = plan.inputs()[split.input];
  for (std::uint32_t offset = 0; offset < input.length(split.partition); ++offset) {
    visit(input, offset, input.place(split.partition, offset));
  }
}

template <class Visit>
void each_split(const Plan& plan, const Lane& lane, Visit visit) {
  for (const std::uint32_t s : lane.sources) {
    const SourcePlan& source = plan.job().sources[s];
    for (std::uint32_t i = 0; i < source.split_count; ++i) {
      visit(plan.job().splits[source.first_split + i]);
    }
  }
}

Content content_of(const Plan& plan, const Lane& lane) {
  Content content;
  for (const std::uint32_t source : lane.sources) {
    content.push_back({plan.job().sources[source].split_count, -1, -1});
  }
  each_split(plan, lane, [&](const SplitPlan& split) {
    content.push_back({plan.inputs()[split.input].length(split.partition), -1, -1});
    each_place(plan, split, [&](const Input& input, std::uint32_t offset, std::uint32_t k) {
      content.push_back(
          {input.arrival(k).ms, input.event_time(k).ms, input.position(split.partition, offset)});
    });
  });
  return content;
}

bool names_a_subtask(const Happening& happening) { return happening.subtask.has_value(); }

// What names an index, or has no lanes at all; empty if nothing does.
std::string why_not(const Plan& plan) {
  const JobPlan& job = plan.job();
  const auto parallelism = static_cast<std::uint32_t>(
      std::count_if(job.subtasks.begin(), job.subtasks.end(),
                    [](const SubtaskPlan& subtask) { return subtask.task == 0; }));
  if (parallelism < 2) {
    return "one subtask each";
  }
  if (job.subtasks.size() != parallelism * job.tasks.size()) {
    return "operators of different parallelism";
  }
  if (std::any_of(job.data_channels.begin(), job.data_channels.end(),
                  [&job](const ChannelPlan& channel) {
                    return job.subtasks[channel.from].index != job.subtasks[channel.to].index;
                  })) {
    return "records change subtasks (rt:T4, rt:T7)";
  }
  if (plan.protocol().has_gate && plan.protocol().gate.writers == GateWriters::kIndexOne) {
    return "only subtask 1 writes (p2:R1.2)";
  }
  if (std::any_of(plan.happenings().begin(), plan.happenings().end(), names_a_subtask)) {
    return "a fault on one subtask";
  }
  if (std::any_of(job.ops.begin(), job.ops.end(),
                  [](const OpPlan& op) { return op.kind == NodeKind::kFilter; })) {
    return "a filter goes by record numbers";
  }
  if (std::any_of(job.sources.begin(), job.sources.end(), [](const SourcePlan& source) {
        return source.time.generator == Generator::kPunctuated && source.marked.every > 1;
      })) {
    return "a watermark generator goes by record numbers";
  }
  if (!job.assigners.empty() || !job.enumerators.empty()) {
    return "timestamps that are assigned anew or partitions that appear";
  }
  if (std::any_of(job.sinks.begin(), job.sinks.end(),
                  [](const SinkPlan& sink) { return sink.guarantee == Guarantee::kExactlyOnce; })) {
    return "transactions are numbered over all subtasks";
  }
  return {};
}

}  // namespace

Lanes::Lanes(const Plan& plan, Symmetry symmetry)
    : places_(plan.job().records),
      why_(symmetry == Symmetry::kLeftIn ? "as asked for" : why_not(plan)) {
  if (why_.empty()) {
    const JobPlan& job = plan.job();
    gather(plan, static_cast<std::uint32_t>(job.subtasks.size() / job.tasks.size()));
    std::vector<Content> kinds;
    for (Lane& lane : lanes_) {
      const Content content = content_of(plan, lane);
      const auto known = std::find(kinds.begin(), kinds.end(), content);
      lane.kind = static_cast<std::uint32_t>(known - kinds.begin());
      if (known == kinds.end()) {
        kinds.push_back(content);
      }
    }
    if (kinds.size() < lanes_.size()) {
      return;
    }
    why_ = "their partitions hold different records";
  }
  gather(plan, 1);
}

// Into so many lanes, by the index of the subtask.
void Lanes::gather(const Plan& plan, std::uint32_t count) {
  const JobPlan& job = plan.job();
  lanes_.assign(count, Lane{});
  const auto lane_of = [&](std::uint32_t subtask) { return job.subtasks[subtask].index % count; };
  for (std::uint32_t s = 0; s < job.subtasks.size(); ++s) {
    lanes_[lane_of(s)].subtasks.push_back(s);
  }
  for (std::uint32_t s = 0; s < job.sources.size(); ++s) {
    lanes_[lane_of(job.sources[s].subtask)].sources.push_back(s);
  }
  for (std::uint32_t a = 0; a < job.assigners.size(); ++a) {
    lanes_[lane_of(job.assigners[a].subtask)].assigners.push_back(a);
  }
  for (std::uint32_t g = 0; g < job.gates.size(); ++g) {
    lanes_[lane_of(job.gates[g].subtask)].gates.push_back(g);
  }
  for (Lane& lane : lanes_) {
    std::uint32_t place = 0;
    each_split(plan, lane, [&](const SplitPlan& split) {
      each_place(plan, split, [&](const Input&, std::uint32_t, std::uint32_t k) {
        const std::uint32_t record = split.record_base + k;
        places_[record] = place++;
        for (std::uint32_t i = 0; i < job.sink_inputs; ++i) {
          lane.outputs.push_back((record * job.sink_inputs) + i);
        }
      });
    });
  }
  common_slots_.clear();
  for (std::uint32_t s = 0; s < plan.slots().size(); ++s) {
    const SlotInfo& info = plan.slots()[s];
    const auto data = static_cast<std::uint32_t>(job.data_channels.size());
    std::vector<sim::Slot>* to = &common_slots_;
    switch (info.kind) {
      case SlotKind::kChannel:
        to = &lanes_[lane_of(info.index < data ? job.data_channels[info.index].to
                                               : info.index - data)]
                  .slots;
        break;
      case SlotKind::kOverdue: to = &lanes_[lane_of(info.index)].slots; break;
      case SlotKind::kAhead: to = &lanes_[lane_of(job.data_channels[info.index].to)].slots; break;
      case SlotKind::kOpen: to = &lanes_[lane_of(info.index)].slots; break;
      case SlotKind::kEmit:
      case SlotKind::kReport:
      case SlotKind::kTick: to = &lanes_[lane_of(job.sources[info.index].subtask)].slots; break;
      case SlotKind::kAssignerTick:
        to = &lanes_[lane_of(job.assigners[info.index].subtask)].slots;
        break;
      case SlotKind::kGateWatch: to = &lanes_[lane_of(job.gates[info.index].subtask)].slots; break;
      case SlotKind::kRegion:  // which no lane shares
        to = &lanes_[lane_of(static_cast<std::uint32_t>(
                         std::find_if(job.subtasks.begin(), job.subtasks.end(),
                                      [&](const SubtaskPlan& subtask) {
                                        return subtask.region == info.index;
                                      }) -
                         job.subtasks.begin()))]
                  .slots;
        break;
      default: break;
    }
    to->push_back(sim::Slot{s});
  }
}

}  // namespace model
