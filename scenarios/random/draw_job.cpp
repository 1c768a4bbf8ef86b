#include <algorithm>
#include <string>
#include <vector>

#include "scenarios/random/one_input.hpp"
#include "scenarios/random/parts.hpp"
#include "scenarios/reader/keyed_checks.hpp"

namespace scenarios {

namespace {

using model::Connection;
using model::OperatorKind;
using model::OperatorSettings;
using model::Settings;
using model::Ship;

// An operator in the making, and which of the inputs come there, as bits: what two ways would bring
// to one edge of a sink is not modelled.
struct Node {
  OperatorSettings op;
  std::uint32_t inputs = 0;
  bool has_reader = false;
  bool has_keys = true;     // all that come out of it
  bool makes_rows = false;  // other records than the inputs', here or on the way
};

class JobDraw {
 public:
  JobDraw(const RandomJob& ranges, DagShape shape, Settings& settings, Dice& dice)
      : ranges_(ranges), plain_(settings.job), settings_(settings), dice_(dice), shape_(shape) {}

  void run() {
    parallelism_ = dice_.number(Draw::kParallelism, ranges_.parallelism);
    for (std::size_t i = 0; i < settings_.inputs.size(); ++i) {
      add_source(i);
    }
    constexpr std::size_t kKeepable = 6;  // what filters keep, they keep again after so many
    kept_ = dice_.below(Draw::kKept, kKeepable);
    const std::uint32_t operators = dice_.number(Draw::kOperators, ranges_.operators);
    for (std::uint32_t i = 0; i < operators; ++i) {
      add_operator(i);
    }
    add_sink();
    draw_checkpoints();
    settings_.job.operators.clear();
    for (const Node& node : nodes_) {
      settings_.job.operators.push_back(node.op);
    }
  }

 private:
  std::uint32_t own_parallelism() {
    const std::size_t of = nodes_.size();
    return dice_.feature(Draw::kOwnParallelism, of)
               ? dice_.within(Draw::kOwnParallelism, ranges_.parallelism, of)
               : parallelism_;
  }

  [[nodiscard]] std::optional<model::EventSpan> plain_bound() const {
    for (const OperatorSettings& op : plain_.operators) {
      if (op.kind == OperatorKind::kSource) {
        return op.out_of_orderness;
      }
    }
    return std::nullopt;
  }

  void add_source(std::size_t i) {
    Node node;
    node.op.id = i == 0 ? "source" : "source-" + std::to_string(i + 1);
    node.op.kind = OperatorKind::kSource;
    node.op.parallelism = own_parallelism();
    node.op.reads = settings_.inputs[i].name;
    node.op.out_of_orderness = plain_bound();
    if (ranges_.bound_ms && dice_.feature(Draw::kBound, i)) {
      node.op.out_of_orderness =
          model::EventSpan{sim::milliseconds{dice_.within(Draw::kBound, *ranges_.bound_ms, i)}};
    }
    if (ranges_.idleness_ms && dice_.feature(Draw::kIdleness)) {
      node.op.idleness = sim::ProcessingSpan{
          sim::milliseconds{dice_.within(Draw::kIdleness, *ranges_.idleness_ms)}};
    }
    if (ranges_.discovery_interval_ms && dice_.feature(Draw::kDiscovery)) {
      node.op.discovery_interval = sim::ProcessingSpan{
          sim::milliseconds{dice_.within(Draw::kDiscovery, *ranges_.discovery_interval_ms)}};
    }
    if (ranges_.without_watermarks && dice_.rare_feature(Draw::kNoWatermarks, i)) {
      node.op.out_of_orderness.reset();
    }
    if (ranges_.rate_limit && dice_.feature(Draw::kRateLimit, i)) {
      node.op.rate_limit = model::Rate{dice_.within(Draw::kRateLimit, ranges_.rate_limit->count, i),
                                       ranges_.rate_limit->per_ms};
    }
    node.inputs = 1U << i;
    node.has_keys = settings_.inputs[i].has_keys();
    nodes_.push_back(node);
  }

  void add_operator(std::uint32_t i) {
    Node node;
    node.op.id = "step-" + std::to_string(i + 1);
    node.op.parallelism = own_parallelism();
    if (dice_.feature(Draw::kKind, i)) {
      constexpr Between kEvery{2, 3};
      node.op.kind = OperatorKind::kFilter;
      node.op.keep.every = dice_.within(Draw::kKeepEvery, kEvery, i);
      node.op.keep.offset = kept_ % node.op.keep.every;
    }
    if (ranges_.assigned_ms && dice_.feature(Draw::kAssigner, i)) {
      draw_assigner(node.op, i);
    }
    const bool anywhere = shape_ == DagShape::kAny && dice_.feature(Draw::kFrom, i);
    const std::size_t back = anywhere ? dice_.below(Draw::kFrom, nodes_.size(), i) : 0;
    const std::size_t from = nodes_.size() - 1 - back;
    const std::vector<std::size_t> partners = draw_kind(node.op, from, i);
    if (!fits(node.op, nodes_[from])) {
      node.op = plain_operator(node.op);
    }
    connect(node, from);
    if (!partners.empty()) {
      connect(node, partners[dice_.below(Draw::kPartner, partners.size(), i)]);
    } else if (shape_ == DagShape::kAny && dice_.feature(Draw::kUnion, i)) {
      const std::size_t other = dice_.below(Draw::kUnion, nodes_.size(), i);
      if ((nodes_[other].inputs & node.inputs) == 0 && fits(node.op, nodes_[other])) {
        connect(node, other);
      }
    }
    if (ranges_.co_maps && may_be_co_map(node.op.kind) && node.op.inputs.size() == 2 &&
        dice_.feature(Draw::kCoMap, i)) {
      become_co_map(node.op);
    }
    node.makes_rows |= model::makes_rows(node.op.kind);
    node.has_keys |= node.op.kind == OperatorKind::kReKey;
    nodes_.push_back(node);
  }

  static OperatorSettings plain_operator(const OperatorSettings& like) {
    OperatorSettings op;
    op.id = like.id;
    op.parallelism = like.parallelism;
    return op;
  }

  // Whether the operator may read that.
  static bool fits(const OperatorSettings& op, const Node& from) {
    return (!model::is_keyed(op.kind) || from.has_keys) &&
           (op.kind != OperatorKind::kAssignTimestamps || !from.makes_rows);
  }

  // Perhaps another kind; and of one with two inputs, who may be the second. What has no second
  // input to find is one with one input, or stays what it is.
  std::vector<std::size_t> draw_kind(OperatorSettings& op, std::size_t from, std::uint32_t i) {
    if (ranges_.kinds.empty() || !dice_.feature(Draw::kMaker, i)) {
      return {};
    }
    OperatorSettings made = plain_operator(op);
    made.kind = ranges_.kinds[dice_.below(Draw::kMakerKind, ranges_.kinds.size(), i)];
    draw_particulars(ranges_, i, made, dice_);
    std::vector<std::size_t> partners;
    for (std::size_t other = 0; model::has_two_inputs(made.kind) && other < nodes_.size();
         ++other) {
      if ((nodes_[other].inputs & nodes_[from].inputs) == 0 && fits(made, nodes_[other])) {
        partners.push_back(other);
      }
    }
    if (model::has_two_inputs(made.kind) && partners.empty()) {
      leave_one_input(made);
    }
    const bool is_too_many = copies_ * made.copies > kMostCopiesInAll;
    if (!fits(made, nodes_[from]) || is_too_many) {
      return {};
    }
    copies_ *= made.copies;
    op = made;
    return partners;
  }

  // rt:W10. In place of a map or filter; later than they were, so that there is room for those that
  // become earlier.
  void draw_assigner(OperatorSettings& op, std::uint32_t i) {
    op.kind = OperatorKind::kAssignTimestamps;
    op.keep = {};
    op.out_of_orderness = plain_bound();
    const Between by = *ranges_.assigned_ms;
    const auto draw = [&](Draw what) {
      return model::EventSpan{sim::milliseconds{dice_.within(what, by, i)}};
    };
    if (ranges_.bound_ms && dice_.feature(Draw::kAssignerBound, i)) {
      op.out_of_orderness = model::EventSpan{
          sim::milliseconds{dice_.within(Draw::kAssignerBound, *ranges_.bound_ms, i)}};
    }
    if (ranges_.idleness_ms && dice_.feature(Draw::kIdleness)) {
      op.idleness = sim::ProcessingSpan{
          sim::milliseconds{dice_.within(Draw::kIdleness, *ranges_.idleness_ms)}};
    }
    if (dice_.feature(Draw::kAssignedLater, i)) {
      op.retiming.later = draw(Draw::kAssignedLater);
    }
    if (dice_.feature(Draw::kAssignedEarlier, i)) {
      constexpr Between kEvery{2, 10};
      op.retiming.earlier.by = draw(Draw::kAssignedEarlier);
      op.retiming.earlier.which.every = dice_.within(Draw::kAssignedWhich, kEvery, i);
    }
  }

  // Behind everything that nothing else reads, and perhaps behind more.
  // rt:CW1. In place of a map, a filter or one that assigns timestamps; passes on all records.
  static bool may_be_co_map(OperatorKind kind) {
    return kind == OperatorKind::kMap || kind == OperatorKind::kFilter ||
           kind == OperatorKind::kAssignTimestamps;
  }
  static void become_co_map(OperatorSettings& op) {
    OperatorSettings both = plain_operator(op);
    both.kind = OperatorKind::kCoMap;
    both.inputs = op.inputs;
    op = both;
  }

  void add_sink() {
    Node sink;
    sink.op.id = "output";
    sink.op.kind = OperatorKind::kSink;
    sink.op.parallelism = own_parallelism();
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      const bool is_branch =
          nodes_[i].has_reader && shape_ == DagShape::kAny && dice_.feature(Draw::kBranch, i);
      if (!nodes_[i].has_reader || is_branch) {
        connect(sink, i);
      }
    }
    for (std::size_t i = 0; ranges_.reads_late && i < nodes_.size(); ++i) {
      if (has_late_records(nodes_[i].op.kind) && dice_.feature(Draw::kReadsLate, i)) {
        connect(sink, i);
        sink.op.inputs.back().takes_late = true;
      }
    }
    draw_guarantee(sink);
    nodes_.push_back(sink);
  }

  void draw_guarantee(Node& sink) {
    sink.op.guarantee = plain_guarantee();
    std::vector<model::Guarantee> possible = ranges_.guarantees;
    if (!keys_stay_in_order_ || !sink.has_keys || sink.makes_rows) {
      possible.erase(std::remove(possible.begin(), possible.end(), model::Guarantee::kUpsert),
                     possible.end());
    }
    if (!possible.empty()) {
      sink.op.guarantee = dice_.pick(Draw::kGuarantee, possible);
    }
    const bool writes_transactions = sink.op.guarantee == model::Guarantee::kExactlyOnce;
    if (writes_transactions && !ranges_.kafka.empty() && dice_.feature(Draw::kKafka)) {
      sink.op.kafka = ranges_.kafka[dice_.below(Draw::kKafka, ranges_.kafka.size())];
    }
  }

  void connect(Node& to, std::size_t from) {
    Connection connection;
    connection.from = nodes_[from].op.id;
    connection.ship = draw_ship(nodes_[from], to);
    const bool is_one_to_one = nodes_[from].op.parallelism == to.op.parallelism;
    keys_stay_in_order_ = keys_stay_in_order_ &&
                          (connection.ship ? *connection.ship != Ship::kRebalance : is_one_to_one);
    to.op.inputs.push_back(connection);
    to.inputs |= nodes_[from].inputs;
    to.has_keys &= nodes_[from].has_keys;
    to.makes_rows |= nodes_[from].makes_rows;
    nodes_[from].has_reader = true;
    ++edges_;
  }

  // rt:T3, T7: the ways of the file that this edge admits.
  std::optional<Ship> draw_ship(const Node& from, const Node& to) {
    if (model::is_keyed(to.op.kind)) {
      return Ship::kHash;
    }
    std::vector<Ship> possible;
    for (const Ship ship : ranges_.ship) {
      const bool fits = ship == Ship::kRebalance ||
                        (ship == Ship::kForward && from.op.parallelism == to.op.parallelism) ||
                        (ship == Ship::kHash && from.has_keys);
      if (fits) {
        possible.push_back(ship);
      }
    }
    return possible.empty() ? std::nullopt
                            : std::optional{dice_.pick(Draw::kShip, possible, edges_)};
  }

  [[nodiscard]] model::Guarantee plain_guarantee() const {
    for (const OperatorSettings& op : plain_.operators) {
      if (op.kind == OperatorKind::kSink) {
        return op.guarantee;
      }
    }
    return model::Guarantee::kAtLeastOnce;
  }

  // rt:C1: an exactly_once sink needs them.
  void draw_checkpoints() {
    settings_.job.checkpoint_interval = plain_.checkpoint_interval;
    const auto& range = ranges_.checkpoint_interval_ms;
    if (range && dice_.feature(Draw::kCheckpointInterval)) {
      settings_.job.checkpoint_interval =
          sim::ProcessingSpan{sim::milliseconds{dice_.within(Draw::kCheckpointInterval, *range)}};
    }
    const bool needs_them = nodes_.back().op.guarantee == model::Guarantee::kExactlyOnce;
    const auto& timeout = ranges_.checkpoint_timeout_ms;
    if (timeout && dice_.feature(Draw::kCheckpointTimeout)) {
      settings_.job.checkpoint_timeout =
          sim::ProcessingSpan{sim::milliseconds{dice_.within(Draw::kCheckpointTimeout, *timeout)}};
    }
    dice_.replace(Draw::kTolerableFailed, ranges_.tolerable_failed, settings_.job.tolerable_failed);
    if (ranges_.without_checkpoints && !needs_them && dice_.feature(Draw::kNoCheckpoints)) {
      settings_.job.checkpoint_interval.reset();
    }
    if (!settings_.job.checkpoint_interval) {
      settings_.job.checkpoint_timeout.reset();
      settings_.job.tolerable_failed = 0;
    }
    const auto& strategies = ranges_.restart_strategies;
    if (!strategies.empty() && dice_.feature(Draw::kRestartStrategy)) {
      settings_.job.restart = strategies[dice_.below(Draw::kRestartStrategy, strategies.size())];
    }
    draw_network();
  }

  void draw_network() {
    settings_.job.barriers =
        ranges_.barriers.empty() ? plain_.barriers : dice_.pick(Draw::kBarriers, ranges_.barriers);
    settings_.job.aligned_timeout = {};
    if (settings_.job.barriers == model::Barriers::kUnaligned) {
      settings_.job.aligned_timeout = plain_.aligned_timeout;
      dice_.replace(Draw::kAlignedTimeout, ranges_.aligned_timeout_ms,
                    settings_.job.aligned_timeout);
    }
    settings_.job.channel_capacity = plain_.channel_capacity;
    if (ranges_.channel_capacity && dice_.feature(Draw::kChannelCapacity)) {
      settings_.job.channel_capacity =
          dice_.within(Draw::kChannelCapacity, *ranges_.channel_capacity);
    }
  }

  const RandomJob& ranges_;
  const model::JobSettings plain_;
  Settings& settings_;
  Dice& dice_;
  DagShape shape_;
  std::uint32_t parallelism_ = 1;
  std::vector<Node> nodes_;
  std::size_t edges_ = 0;
  bool keys_stay_in_order_ = true;  // no edge is a rebalance (rt:T4)
  std::uint32_t copies_ = 1;        // of a record, by all flat maps so far
  std::uint32_t kept_ = 0;  // a record that every filter lets pass, so that there is some output
};

}  // namespace

JobOutline draw_outline(const RandomJob& ranges, Dice& dice) {
  const DagShape shape = dice.pick(Draw::kShape, ranges.shapes);
  return {shape, shape == DagShape::kLinear ? 1 : dice.number(Draw::kSources, ranges.sources)};
}

void draw_job(const RandomJob& ranges, JobOutline outline, Settings& settings, Dice& dice) {
  JobDraw{ranges, outline.shape, settings, dice}.run();
}

}  // namespace scenarios
