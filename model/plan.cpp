#include "model/plan.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "model/mutations.hpp"
#include "model/plan_job.hpp"
#include "model/validation.hpp"
#include "sim/check.hpp"
#include "sim/random.hpp"

namespace model {

namespace {

Protocol protocol_of(const Settings& settings) {
  const std::optional<Protocol> protocol = effective_protocol(settings.deployment);
  SIM_CHECK(protocol.has_value(), "a protocol that nobody knows");
  return *protocol;
}

Protocol without_gate(Protocol protocol) {
  protocol.has_gate = false;
  return protocol;
}

std::uint32_t ms_of(sim::ProcessingSpan span) { return static_cast<std::uint32_t>(span.ms()); }

ControllerSettings controller_settings(const Settings& all, const Protocol& protocol) {
  const DeploymentSettings& deployment = all.deployment;
  ControllerSettings settings;
  settings.base.upgrade_mode = deployment.upgrade_mode;
  settings.base.ingress = deployment.ingress;
  settings.base.deletion_delay = deployment.deletion_delay;
  settings.base.abort_grace_ms = ms_of(deployment.abort_grace);
  settings.base.gate_timeout_ms = ms_of(gate_timeout(deployment));
  settings.base.reschedule_ms = ms_of(deployment.reschedule_interval);
  settings.has_savepoint_directory = deployment.has_savepoint_directory;
  settings.validation = protocol.validation;
  SpecTemplate first = deployment.spec_template;
  constexpr std::array<const char*, 3> kModes{"savepoint", "last-state", "stateless"};
  put_field(first, SpecField{"job.upgradeMode",
                             kModes[static_cast<std::size_t>(deployment.upgrade_mode)]});
  std::vector<SpecEdit> edits;
  for (const Happening& happening : all.timeline) {
    if (happening.action == Action::kChangeSpec) {
      edits.push_back(happening.edit);
    }
  }
  settings.manifests = contents_of(deployment.name, settings.base, first, edits);
  return settings;
}

// Event times inside the world count from the earliest of all records, so that they fit 32 bits.
EventTime earliest(const std::vector<InputSettings>& inputs) {
  EventTime origin{sim::milliseconds{INT64_MAX}};
  for (const InputSettings& input : inputs) {
    origin = std::min(origin, input.event_start - input.out_of_order.by - input.late.by);
  }
  return origin;
}

std::string subtask_name(const JobPlan& job, std::uint32_t subtask) {
  const SubtaskPlan& plan = job.subtasks[subtask];
  return job.tasks[plan.task].actor + "[" + std::to_string(plan.index) + "]";
}

std::string channel_name(const JobPlan& job, std::uint32_t channel) {
  const std::size_t data = job.data_channels.size();
  if (channel >= data) {
    return "mailbox " + subtask_name(job, channel - static_cast<std::uint32_t>(data));
  }
  const ChannelPlan& plan = job.data_channels[channel];
  return "channel " + subtask_name(job, plan.from) + "->" + subtask_name(job, plan.to) + "." +
         std::to_string(plan.input);
}

// By its action and its place among those of the same action, so that one more of another kind
// renames nothing.
std::string happening_name(const std::vector<Happening>& all, std::uint32_t number) {
  const Action action = all[number].action;
  const auto earlier = std::count_if(all.begin(), all.begin() + number,
                                     [&](const Happening& h) { return h.action == action; });
  const std::string name{model::name_of(action)};
  return earlier == 0 ? name : name + " #" + std::to_string(earlier + 1);
}

std::uint32_t first_of_region(const JobPlan& job, std::uint32_t region) {
  const auto first =
      std::find_if(job.subtasks.begin(), job.subtasks.end(),
                   [region](const SubtaskPlan& subtask) { return subtask.region == region; });
  return static_cast<std::uint32_t>(first - job.subtasks.begin());
}

}  // namespace

Plan::Plan(Settings settings, Upgrade upgrade)
    : settings_(std::move(settings)),
      upgrade_(upgrade),
      protocol_(protocol_of(settings_)),
      controller_(controller_settings(settings_, protocol_)),
      origin_(earliest(settings_.inputs)),
      happenings_(settings_.timeline) {
  happenings_.insert(happenings_.end(), settings_.environment.faults.begin(),
                     settings_.environment.faults.end());
  static_assert(kActionNames.size() <= 64);
  for (const Happening& happening : happenings_) {
    actions_ |= std::uint64_t{1} << static_cast<unsigned>(happening.action);
  }
  for (const InputSettings& input : settings_.inputs) {
    inputs_.emplace_back(input, origin_);
  }
  job_ = plan_job(settings_, inputs_, origin_,
                  upgrade_ == Upgrade::kBlueGreen ? protocol_ : without_gate(protocol_));
  job_.flink.follows_fastest = protocol_.clock == InputClock::kFastest;
  plan_slots();
}

void Plan::plan_slots() {
  const auto add = [this](SlotKind kind, Color color, std::size_t count) {
    first_slot_[static_cast<std::size_t>(kind)][model::index_of(color)] =
        static_cast<std::uint32_t>(slots_.size());
    for (std::uint32_t i = 0; i < count; ++i) {
      slots_.push_back(SlotInfo{kind, color, i});
    }
  };
  for (const SlotKind kind : {SlotKind::kPrimaryWatch, SlotKind::kMapCache, SlotKind::kReconcile}) {
    add(kind, Color::kBlue, 1);
  }
  for (const Color color : kColors) {
    for (const SlotKind kind : {SlotKind::kChildCache, SlotKind::kChildWatch,
                                SlotKind::kChildStatus, SlotKind::kStart, SlotKind::kTrigger}) {
      add(kind, color, 1);
    }
    add(SlotKind::kComplete, color, 2);
    add(SlotKind::kGateWatch, color, job_.gates.size());
    add(SlotKind::kOpen, color, job_.subtasks.size());
    add(SlotKind::kEmit, color, job_.sources.size());
    add(SlotKind::kTick, color, job_.sources.size());
    add(SlotKind::kChannel, color, job_.channels);
    if (!job_.coordinators.empty()) {
      add(SlotKind::kReport, color, job_.sources.size());
      add(SlotKind::kAllow, color, job_.coordinators.size());
    }
    if (job_.barriers == Barriers::kUnaligned) {
      add(SlotKind::kAhead, color, job_.data_channels.size());
    }
    add(SlotKind::kAssignerTick, color, job_.assigners.size());
    add(SlotKind::kDiscover, color, job_.enumerators.size());
  }
  // Last, so that one more moves no other slot.
  add(SlotKind::kHappening, Color::kBlue, happenings_.size());
  for (const Color color : kColors) {
    add(SlotKind::kExpire, color, job_.timeout_ms == 0 ? 0 : 2);
    add(SlotKind::kRegion, color, job_.regions == 1 ? 0 : job_.regions);
    add(SlotKind::kOverdue, color, job_.aligned_timeout_ms == 0 ? 0 : job_.subtasks.size());
  }
  add(SlotKind::kMirror, Color::kBlue, settings_.environment.mirror ? 2 : 0);
  for (std::uint32_t i = 0; i < slots_.size(); ++i) {
    slot_names_.push_back(sim::name_hash(name_of(sim::Slot{i})));
  }
}

std::string Plan::name_of(sim::Slot slot) const {
  const SlotInfo& info = slots_[index_of(slot)];
  const std::string color{model::name_of(info.color)};
  const auto source = [&] { return subtask_name(job_, job_.sources[info.index].subtask); };
  switch (info.kind) {
    case SlotKind::kChannel: return color + " " + channel_name(job_, info.index);
    case SlotKind::kOpen: return color + " open " + subtask_name(job_, info.index);
    case SlotKind::kEmit: return color + " read " + source();
    case SlotKind::kTick: return color + " tick " + source();
    case SlotKind::kStart: return color + " start";
    case SlotKind::kTrigger: return color + " checkpoint trigger";
    case SlotKind::kComplete:
      return color + (info.index == 0 ? " checkpoint complete" : " savepoint complete");
    case SlotKind::kGateWatch:
      return color + " informer of " + subtask_name(job_, job_.gates[info.index].subtask) + "." +
             job_.gates[info.index].label;
    case SlotKind::kChildStatus: return color + " child status";
    case SlotKind::kChildWatch: return color + " child controller's informer";
    case SlotKind::kHappening: return happening_name(happenings_, info.index);
    case SlotKind::kPrimaryWatch: return "controller's informer of the resource";
    case SlotKind::kChildCache: return "controller's informer of " + color;
    case SlotKind::kMapCache: return "controller's informer of the ConfigMap";
    case SlotKind::kReconcile: return "controller";
    case SlotKind::kAhead: return color + " barrier past " + channel_name(job_, info.index);
    case SlotKind::kReport: return color + " report of " + source();
    case SlotKind::kAllow:
      return color + " coordinator of " +
             subtask_name(job_, job_.sources[job_.coordinators[info.index].first_source].subtask);
    case SlotKind::kExpire:
      return color + (info.index == 0 ? " checkpoint expires" : " savepoint expires");
    case SlotKind::kRegion:
      return color + " start of " + subtask_name(job_, first_of_region(job_, info.index));
    case SlotKind::kDiscover: {
      const std::uint32_t split = job_.enumerators[info.index].first_split;
      return color + " discovery for " +
             subtask_name(job_, job_.sources[job_.source_of(split)].subtask);
    }
    case SlotKind::kOverdue:
      return color + " alignment timeout of " + subtask_name(job_, info.index);
    case SlotKind::kMirror:
      return info.index == model::index_of(Cluster::kFirst) ? "mirror to the first cluster"
                                                            : "mirror to the second cluster";
    case SlotKind::kAssignerTick: {
      const AssignerPlan& assigner = job_.assigners[info.index];
      return color + " tick " + assigner.id + "[" + std::to_string(assigner.index) + "]";
    }
  }
  return "";
}

Cluster Plan::cluster_of(sim::Slot writer) const {
  const SlotInfo& info = slots_[index_of(writer)];
  if (info.kind == SlotKind::kMirror) {
    return static_cast<Cluster>(info.index);
  }
  const bool is_gate = info.kind == SlotKind::kGateWatch;
  return settings_.environment.mirror && is_gate ? home_of(info.color) : Cluster::kFirst;
}

bool Plan::passes_take_time() const {
  constexpr std::array kMakeThem{Action::kSlowOperator,    Action::kSlowApiServer,
                                 Action::kPauseJobManager, Action::kSlowJobManager,
                                 Action::kStopApiServer,   Action::kFailRequests,
                                 Action::kTimeOutRequests};
  return std::any_of(kMakeThem.begin(), kMakeThem.end(),
                     [this](Action action) { return has_action(action); });
}

EventTime Plan::clock_start() const {
  return settings_.clock_start.value_or(settings_.inputs.empty() ? EventTime{}
                                                                 : settings_.inputs[0].event_start);
}

const RecordRange& Plan::range_of(std::uint32_t id) const {
  std::size_t range = 0;
  while (range + 1 < job_.ranges.size() && job_.ranges[range + 1].base <= id) {
    ++range;
  }
  return job_.ranges[range];
}

Plan::RecordName Plan::record(std::uint32_t id) const {
  const RecordRange& range = range_of(id);
  const std::uint32_t place = id - range.base;
  const std::uint32_t number = range.is_listed ? inputs_[range.input].number(place) : place;
  return RecordName{range.input, number, place};
}

std::string Plan::record_name(std::uint32_t id) const {
  const RecordName name = record(id);
  const Input& input = inputs_[name.input];
  return settings_.inputs[name.input].name + "/" + std::to_string(input.partition(name.place)) +
         "#" + std::to_string(name.number);
}

EventTime Plan::event_time(std::uint32_t id, std::uint32_t sink_input) const {
  return job_.time_of(job_.times_at[sink_input], id).since(origin_);
}

bool Plan::is_owed(std::uint32_t id, std::uint32_t sink_input) const {
  if (id >= job_.records) {
    return false;  // a row
  }
  const RecordRange& range = range_of(id);
  const RecordRange::Path& path = range.paths[sink_input];
  const std::uint32_t number = record(id).number;
  return path.reaches && std::all_of(path.filters.begin(), path.filters.end(),
                                     [number](Selection keep) { return keep.selects(number); });
}

}  // namespace model
