#include "model/world.hpp"

#include <algorithm>
#include <new>
#include <utility>

namespace model {

namespace {

constexpr std::size_t kAlignment = alignof(std::uint64_t);
constexpr std::uint32_t kFirstRing = 4;  // elements
constexpr std::uint32_t kFirstCommittables = 4;
constexpr std::uint32_t kFirstSavedElements = 16;

constexpr std::size_t aligned(std::size_t bytes) {
  return (bytes + kAlignment - 1) / kAlignment * kAlignment;
}

template <class T>
std::uint32_t reserve(std::size_t& end, std::size_t count) {
  static_assert(alignof(T) <= kAlignment);
  const std::size_t offset = end;
  end = aligned(offset + (sizeof(T) * count));
  return static_cast<std::uint32_t>(offset);
}

bool has_wide_valve(const JobPlan& job) {
  return std::ranges::any_of(job.subtasks, [](const SubtaskPlan& subtask) {
    return subtask.channel_count >= kManyChannels;
  });
}

template <class T>
void fill(std::span<T> all, T value = T{}) {
  std::fill(all.begin(), all.end(), value);
}

template <class T>
void copy(std::span<T> from, std::span<T> to) {
  std::copy(from.begin(), from.end(), to.begin());
}

}  // namespace

World::World(const Plan& plan) : slots_(plan.slots().size()), rows_(plan) {
  const JobPlan& job = plan.job();
  const auto count = [](std::size_t size) { return static_cast<std::uint32_t>(size); };
  counts_ = Counts{job.channels,
                   count(job.subtasks.size()),
                   job.inputs,
                   count(job.splits.size()),
                   count(job.sources.size()),
                   count(job.coordinators.empty() ? 0 : job.sources.size()),
                   count(job.gates.size()),
                   count(job.sinks.size()),
                   count(job.has_kafka ? job.sinks.size() : 0),
                   count(job.has_competing ? job.splits.size() : 0),
                   job.round_robins,
                   job.restart.remembered(),
                   count(job.barriers == Barriers::kAligned ? 0 : 2 * job.subtasks.size()),
                   count(job.barriers == Barriers::kUnaligned ? job.data_channels.size() : 0),
                   count(job.assigners.size()),
                   count(job.enumerators.empty() ? 0 : job.splits.size()),
                   count(has_wide_valve(job) ? job.data_channels.size() : 0)};
  for (KeyedStates& states : keyed_) {
    states.now.resize(job.keyed.size());
    for (std::vector<std::vector<KeyedEntry>>& saved : states.saved) {
      saved.resize(job.keyed.size());
    }
  }
  if (plan.settings().environment.mirror) {
    mirror_.emplace(2 * job.gates.size());
  }
  if (plan.passes_take_time()) {
    pass_.emplace();
  }
  arena_length_ = counts_.channels * 2 * kFirstRing;
  lay_out();
  new (at<Globals>(0)) Globals{};
  fill(dues(), sim::Window::never());
  std::uint32_t ring = 0;
  for (const Color c : kColors) {
    reset_job(c, Metrics::kForgotten);
    for (Channel& channel : channels(c)) {
      channel.ring = ring;
      channel.length = kFirstRing;
      ring += kFirstRing;
    }
  }
}

void World::lay_out() {
  std::size_t end = 0;
  offsets_.channels = reserve<Channel>(end, counts_.channels);
  offsets_.subtasks = reserve<Subtask>(end, counts_.subtasks);
  offsets_.inputs = reserve<CombinedInput>(end, counts_.inputs);
  offsets_.splits = reserve<Split>(end, counts_.splits);
  offsets_.sources = reserve<Source>(end, counts_.sources);
  offsets_.aligned = reserve<AlignedSource>(end, counts_.aligned);
  offsets_.gates = reserve<GateSlot>(end, counts_.gates);
  offsets_.sinks = reserve<Sink>(end, counts_.sinks);
  offsets_.taken = reserve<std::uint32_t>(end, counts_.taken);
  offsets_.round_robins = reserve<std::uint32_t>(end, counts_.round_robins);
  offsets_.failures = reserve<sim::Due>(end, counts_.failures);
  offsets_.committables =
      reserve<Committable>(end, std::size_t{counts_.sinks} * committable_length_);
  offsets_.used_ids = reserve<UsedIds>(end, counts_.kafka_sinks);
  offsets_.transactional_ids =
      reserve<TransactionalId>(end, std::size_t{counts_.kafka_sinks} * committable_length_);
  offsets_.saved_offsets = reserve<std::uint32_t>(end, std::size_t{counts_.splits} * kAreas);
  offsets_.saved_counts = reserve<std::uint32_t>(end, std::size_t{counts_.sinks} * kAreas);
  offsets_.saved_committables =
      reserve<Committable>(end, std::size_t{counts_.sinks} * kAreas * committable_length_);
  offsets_.saved_gates = reserve<SavedGate>(end, std::size_t{counts_.gates} * kAreas);
  offsets_.counted = reserve<CountedBarriers>(end, counts_.counted);
  offsets_.overtaken = reserve<OvertakenChannel>(end, counts_.overtaken);
  if (counts_.overtaken != 0) {
    offsets_.saved_element_counts = reserve<std::uint32_t>(end, kAreas);
    offsets_.saved_elements =
        reserve<SavedElement>(end, std::size_t{kAreas} * saved_element_length_);
  }
  offsets_.assigners = reserve<Assigner>(end, counts_.assigners);
  offsets_.known_splits = reserve<KnownSplit>(end, counts_.known_splits);
  offsets_.valve_trees = reserve<Mark>(end, counts_.valve_trees);
  offsets_.end = static_cast<std::uint32_t>(end);
  dues_ = aligned(sizeof(Globals));
  job_base_[0] = aligned(dues_ + (slots_ * sizeof(sim::Window)));
  job_base_[1] = job_base_[0] + end;
  arena_ = job_base_[1] + end;
  block_.assign(aligned(arena_ + (sizeof(Element) * arena_length_)) / sizeof(std::uint64_t), 0);
}

void World::reset_channel(Color c, std::uint32_t channel) {
  Channel& of = channels(c)[channel];
  Channel empty;
  empty.ring = of.ring;
  empty.length = of.length;
  of = empty;
  if (channel < counts_.valve_trees) {
    valve_trees(c)[channel] = Mark::none();
  }
}

void World::reset(AlignedSource& source, Metrics metrics) {
  const Mark reported = metrics == Metrics::kKept ? source.reported : Mark::none();
  source = AlignedSource{};
  source.reported = reported;
}

void World::reset(GateSlot& gate, Metrics metrics) {
  GateSlot empty;
  empty.acknowledged = gate.acknowledged;
  empty.passed = gate.passed;
  if (metrics == Metrics::kKept) {
    empty.has_metric = gate.has_metric;
    empty.metric = gate.metric;
  }
  gate = empty;
}

void World::reset_job(Color c, Metrics metrics) {
  for (std::uint32_t channel = 0; channel < counts_.channels; ++channel) {
    reset_channel(c, channel);
  }
  fill(subtasks(c));
  fill(inputs(c));
  fill(splits(c));
  fill(sources(c));
  for (AlignedSource& source : aligned_sources(c)) {
    reset(source, metrics);
  }
  for (GateSlot& gate : gates(c)) {
    reset(gate, metrics);
  }
  fill(sinks(c));
  fill(assigners(c));
  fill(round_robins(c));
  fill(array<CountedBarriers>(c, offsets_.counted, counts_.counted));
  fill(overtaken_channels(c));
  fill(keyed(c));
}

void World::clear_snapshot(Color c, SnapshotArea area) {
  fill(saved_offsets(c, area));
  fill(saved_gates(c, area));
  fill(saved_keyed(c, area));
  for (std::uint32_t sink = 0; sink < counts_.sinks; ++sink) {
    saved_count(c, area, sink) = 0;
  }
  if (counts_.overtaken != 0) {
    saved_element_count(c, area) = 0;
  }
}

void World::push_committable(Color c, std::uint32_t sink, Committable committable) {
  if (sinks(c)[sink].pending == committable_length_) {
    grow(std::max(kFirstCommittables, 2 * committable_length_), saved_element_length_);
  }
  committables(c, sink)[sinks(c)[sink].pending++] = committable;
}

void World::push_transactional_id(Color prefix, std::uint32_t sink, TransactionalId id) {
  if (used_ids(prefix)[sink].count == committable_length_) {
    grow(std::max(kFirstCommittables, 2 * committable_length_), saved_element_length_);
  }
  ++used_ids(prefix)[sink].count;
  transactional_ids(prefix, sink).back() = id;
}

void World::push_saved_element(Color c, SnapshotArea area, SavedElement element) {
  if (saved_element_count(c, area) == saved_element_length_) {
    grow(committable_length_, std::max(kFirstSavedElements, 2 * saved_element_length_));
  }
  ++saved_element_count(c, area);
  saved_elements(c, area).back() = element;
}

// The new ring goes to the end of the arena; the old one stays behind, and all old ones together
// are no longer than it.
void World::double_ring(const Channel& of) {
  const std::uint32_t length = of.length * 2;
  const std::size_t bytes =
      aligned(arena_ + (sizeof(Element) * (std::size_t{arena_length_} + length)));
  if (bytes > limits::kWorldBytes) {
    throw WorldTooLarge{};
  }
  const std::ptrdiff_t place =
      reinterpret_cast<const std::byte*>(&of) - reinterpret_cast<const std::byte*>(block_.data());
  block_.resize(bytes / sizeof(std::uint64_t));
  Channel& channel = *at<Channel>(static_cast<std::size_t>(place));
  const Element* from = ring(channel);
  Element* to = at<Element>(arena_) + arena_length_;
  for (std::uint32_t k = 0; k < channel.count; ++k) {
    to[k] = from[(channel.head + k) & (channel.length - 1)];
  }
  channel.head = 0;
  channel.ring = arena_length_;
  channel.length = length;
  arena_length_ += length;
}

void World::grow(std::uint32_t committable_length, std::uint32_t saved_element_length) {
  Rows rows = std::move(rows_);
  std::array<KeyedStates, 2> keyed = std::move(keyed_);
  World old = *this;
  rows_ = std::move(rows);
  keyed_ = std::move(keyed);
  committable_length_ = committable_length;
  saved_element_length_ = saved_element_length;
  lay_out();
  globals() = old.globals();
  std::copy_n(old.at<sim::Window>(old.dues_), slots_, at<sim::Window>(dues_));
  std::copy_n(old.at<Element>(old.arena_), arena_length_, at<Element>(arena_));
  copy(old.taken(), taken());
  for (const Color c : kColors) {
    copy_job(old, c);
  }
}

void World::copy_job(World& old, Color c) {
  copy(old.channels(c), channels(c));
  copy(old.valve_trees(c), valve_trees(c));
  copy(old.subtasks(c), subtasks(c));
  copy(old.inputs(c), inputs(c));
  copy(old.splits(c), splits(c));
  copy(old.sources(c), sources(c));
  copy(old.assigners(c), assigners(c));
  copy(old.known_splits(c), known_splits(c));
  copy(old.aligned_sources(c), aligned_sources(c));
  copy(old.gates(c), gates(c));
  copy(old.sinks(c), sinks(c));
  copy(old.round_robins(c), round_robins(c));
  copy(old.failures(c), failures(c));
  copy(old.array<CountedBarriers>(c, old.offsets_.counted, counts_.counted),
       array<CountedBarriers>(c, offsets_.counted, counts_.counted));
  copy(old.overtaken_channels(c), overtaken_channels(c));
  for (const SnapshotArea area : kSnapshotAreas) {
    copy(old.saved_offsets(c, area), saved_offsets(c, area));
    copy(old.saved_gates(c, area), saved_gates(c, area));
    if (counts_.overtaken != 0) {
      saved_element_count(c, area) = old.saved_element_count(c, area);
      copy(old.saved_elements(c, area), saved_elements(c, area));
    }
  }
  copy(old.used_ids(c), used_ids(c));
  for (std::uint32_t s = 0; s < counts_.kafka_sinks; ++s) {
    copy(old.transactional_ids(c, s), transactional_ids(c, s));
  }
  for (std::uint32_t s = 0; s < counts_.sinks; ++s) {
    copy(old.committables(c, s), committables(c, s));
    for (const SnapshotArea area : kSnapshotAreas) {
      saved_count(c, area, s) = old.saved_count(c, area, s);
      copy(old.saved_committables(c, area, s), saved_committables(c, area, s));
    }
  }
}

}  // namespace model
