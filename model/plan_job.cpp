#include "model/plan_job.hpp"

#include <algorithm>
#include <numeric>
#include <optional>
#include <utility>

#include "model/gate_injection.hpp"
#include "model/job_graph.hpp"
#include "model/partitioning.hpp"
#include "model/plan_times.hpp"
#include "model/timers.hpp"
#include "sim/check.hpp"
#include "sim/random.hpp"

namespace model {

namespace {

class JobPlanner {
 public:
  JobPlanner(const Settings& settings, const std::vector<Input>& inputs, EventTime origin,
             const Protocol& protocol)
      : settings_(settings),
        inputs_(inputs),
        origin_(origin),
        graph_(build_job_graph(settings.job)) {
    if (protocol.has_gate) {
      graph_ = with_gates(graph_, settings.deployment.gate, protocol.partitioner);
    }
    order_ = in_topological_order(graph_);
    op_of_.assign(order_.size(), 0);
    task_of_.assign(order_.size(), 0);
  }

  JobPlan build() {
    plan_.tick_ms = static_cast<std::uint32_t>(settings_.job.auto_watermark_interval.ms());
    plan_.barriers = settings_.job.barriers;
    if (plan_.barriers == Barriers::kUnaligned) {
      plan_.aligned_timeout_ms = static_cast<std::uint32_t>(settings_.job.aligned_timeout.ms());
    }
    plan_.channel_capacity = settings_.job.channel_capacity.value_or(0);
    plan_.flink = flink_rules(settings_.job.flink_version, settings_.job.flink_fixes);
    if (plan_.tick_ms != 0) {  // rt:P12, on a grid a step later
      plan_.assigner_tick_ms =
          settings_.grid ? plan_.tick_ms + settings_.grid->step_ms : earliest_run(0, plan_.tick_ms);
    }
    number_operators();
    number_sink_inputs();
    form_tasks();
    connect();
    plan_.restart = restart_plan(settings_.job);
    if (const auto timeout = settings_.job.checkpoint_timeout) {
      plan_.timeout_ms = static_cast<std::uint32_t>(timeout->ms());
    }
    if (settings_.job.failover == FailoverStrategy::kRegion) {
      find_regions();
    }
    for (const JobVertex v : order_) {
      add_instances(v);
    }
    for (RecordRange& range : plan_.ranges) {
      range.paths.resize(plan_.sink_inputs);
      range.gate_passed.assign(plan_.ops.size(), kNoGate);
    }
    for (std::size_t i = 0; i < source_vertices_.size(); ++i) {
      follow(source_vertices_[i], plan_.ranges[i], {}, kNoGate);
    }
    find_inputs_behind();
    list_guarded();
    find_what_is_behind_gates();
    follow_times();
    name_records();
    number_keys();
    find_closing_time();
    return std::move(plan_);
  }

 private:
  [[nodiscard]] const JobNode& node(JobVertex v) const { return graph_[v]; }

  // Operators are numbered in topological order, so that a chain's head comes before its members.
  void number_operators() {
    for (std::uint32_t i = 0; i < order_.size(); ++i) {
      const JobVertex v = order_[i];
      op_of_[v] = i;
      OpPlan op;
      op.kind = node(v).kind;
      op.name = sim::name_hash(node(v).id);
      op.place = static_cast<std::uint32_t>(v);
      plan_.op_ids.push_back(node(v).id);
      plan_.makes_rows |= makes_rows(op.kind);
      if (node(v).settings != nullptr) {
        take_settings(*node(v).settings, op);
      }
      plan_.ops.push_back(op);
    }
  }

  // What counts depends on its kind.
  void take_settings(const OperatorSettings& settings, OpPlan& op) const {
    op.keep = settings.keep;
    op.guarantee = settings.guarantee;
    op.copies = settings.copies;
    op.keys = settings.keys;
    if (op.kind == NodeKind::kWindow || op.kind == NodeKind::kWindowJoin) {
      op.window = WindowRules::of(settings.window, origin_);
    }
    op.interval = IntervalRules{static_cast<std::int32_t>(settings.before.ms()),
                                static_cast<std::int32_t>(settings.after.ms())};
  }

  void number_sink_inputs() {
    for (const JobVertex v : order_) {
      if (node(v).kind != NodeKind::kSink) {
        continue;
      }
      plan_.ops[op_of_[v]].sink_input = plan_.sink_inputs;
      const std::size_t count = drawn_inputs_of(graph_, v).size();
      for (std::size_t i = 0; i < count; ++i) {
        plan_.guarantees.push_back(promised(node(v).settings->guarantee));
        ++plan_.sink_inputs;
      }
    }
  }

  // rt:C7: where barriers are only counted a restart repeats what a transaction already holds.
  [[nodiscard]] Guarantee promised(Guarantee of_sink) const {
    const bool repeats = settings_.job.barriers == Barriers::kAtLeastOnce;
    return repeats && of_sink == Guarantee::kExactlyOnce ? Guarantee::kAtLeastOnce : of_sink;
  }

  void form_tasks() {
    for (const JobVertex v : order_) {
      if (heads_a_task(graph_, v)) {
        task_of_[v] = static_cast<std::uint32_t>(plan_.tasks.size());
        TaskPlan task;
        task.head = op_of_[v];
        task.parallelism = node(v).parallelism;
        task.first_subtask = static_cast<std::uint32_t>(plan_.subtasks.size());
        task.name = node(v).id;
        task.operator_ids = {node(v).id};
        task.actor = node(v).id;
        plan_.tasks.push_back(task);
        for (std::uint32_t i = 0; i < task.parallelism; ++i) {
          plan_.subtasks.push_back(SubtaskPlan{task_of_[v], i, 0, 0, 0});
        }
      } else {
        task_of_[v] = task_of_[boost::source(inputs_of(graph_, v).front(), graph_)];
        plan_.tasks[task_of_[v]].name += "+" + node(v).id;
        plan_.tasks[task_of_[v]].operator_ids.push_back(node(v).id);
      }
      TaskPlan& its = plan_.tasks[task_of_[v]];
      its.ops.push_back(op_of_[v]);
      const bool only_gates_before =
          plan_.ops[its.head].kind == NodeKind::kGate && its.ops.size() == 2;
      its.actor = only_gates_before ? node(v).id : its.actor;
      plan_.tasks[task_of_[v]].has_sink |= node(v).kind == NodeKind::kSink;
    }
  }

  void connect() {
    count_channels();
    for (const JobVertex v : order_) {
      OpPlan& op = plan_.ops[op_of_[v]];
      op.first_child = static_cast<std::uint32_t>(plan_.children.size());
      op.first_edge = static_cast<std::uint32_t>(plan_.edges.size());
      const auto [begin, end] = boost::out_edges(v, graph_);
      for (const bool takes_late : {false, true}) {
        for (auto it = begin; it != end; ++it) {
          if (graph_[*it].takes_late != takes_late) {
            continue;
          }
          if (is_chained(graph_, *it)) {
            plan_.children.push_back(op_of_[boost::target(*it, graph_)]);
          } else {
            add_edge(*it);
            op.late_edge_count += takes_late ? 1U : 0U;
          }
        }
      }
      op.child_count = static_cast<std::uint32_t>(plan_.children.size()) - op.first_child;
      op.edge_count =
          static_cast<std::uint32_t>(plan_.edges.size()) - op.first_edge - op.late_edge_count;
    }
  }

  // Every receiver has one block of channels: input by input, sender by sender.
  void count_channels() {
    for (TaskPlan& task : plan_.tasks) {
      for (const JobEdgeId edge : inputs_of(graph_, order_[task.head])) {
        task.first_of_input.push_back(task.channels_per_subtask);
        task.channels_per_subtask += senders(edge);
      }
      task.first_of_input.push_back(task.channels_per_subtask);
      for (std::uint32_t i = 0; i < task.parallelism; ++i) {
        SubtaskPlan& subtask = plan_.subtasks[task.first_subtask + i];
        subtask.first_channel = static_cast<std::uint32_t>(plan_.data_channels.size());
        subtask.channel_count = task.channels_per_subtask;
        if (combines_inputs(plan_.ops[task.head].kind)) {
          subtask.first_input = plan_.inputs;
          subtask.input_count = static_cast<std::uint32_t>(task.first_of_input.size()) - 1;
          plan_.inputs += subtask.input_count;
        }
        add_channels(order_[task.head], task.first_subtask + i, i);
      }
    }
    const auto data = static_cast<std::uint32_t>(plan_.data_channels.size());
    for (std::uint32_t s = 0; s < plan_.subtasks.size(); ++s) {
      plan_.subtasks[s].mailbox = data + s;
    }
    plan_.channels = data + static_cast<std::uint32_t>(plan_.subtasks.size());
  }

  [[nodiscard]] std::uint32_t senders(JobEdgeId edge) const {
    return graph_[edge].ship == Ship::kForward ? 1 : node(boost::source(edge, graph_)).parallelism;
  }

  void add_channels(JobVertex head, std::uint32_t receiver, std::uint32_t index) {
    for (const JobEdgeId edge : inputs_of(graph_, head)) {
      const TaskPlan& from = plan_.tasks[task_of_[boost::source(edge, graph_)]];
      const bool forward = graph_[edge].ship == Ship::kForward;
      for (std::uint32_t s = 0; s < senders(edge); ++s) {
        const std::uint32_t sender = from.first_subtask + (forward ? index : s);
        plan_.data_channels.push_back(ChannelPlan{sender, receiver, graph_[edge].input,
                                                  is_overtaken(head), latency_of(edge),
                                                  op_of_[boost::source(edge, graph_)]});
      }
    }
  }

  [[nodiscard]] std::optional<Delay> latency_of(JobEdgeId edge) const {
    const JobNode& from = node(boost::source(edge, graph_));
    return from.kind == NodeKind::kLookUp ? std::optional{from.settings->latency} : std::nullopt;
  }

  // rt:F3: subtasks that channels connect. Numbered by their first subtasks.
  void find_regions() {
    std::vector<std::uint32_t> first(plan_.subtasks.size());
    std::iota(first.begin(), first.end(), 0U);
    const auto root = [&](std::uint32_t s) {
      while (first[s] != s) {
        s = first[s] = first[first[s]];
      }
      return s;
    };
    for (const ChannelPlan& channel : plan_.data_channels) {
      const auto [low, high] = std::minmax({root(channel.from), root(channel.to)});
      first[high] = low;
    }
    plan_.regions = 0;
    for (std::uint32_t s = 0; s < first.size(); ++s) {
      plan_.subtasks[s].region = root(s) == s ? plan_.regions++ : plan_.subtasks[root(s)].region;
    }
  }

  void add_edge(JobEdgeId edge) {
    const JobVertex to = boost::target(edge, graph_);
    const TaskPlan& task = plan_.tasks[task_of_[to]];
    EdgePlan plan;
    plan.ship = graph_[edge].ship;
    plan.to_task = task_of_[to];
    plan.first_sender = plan_.tasks[task_of_[boost::source(edge, graph_)]].first_subtask;
    plan.senders = node(boost::source(edge, graph_)).parallelism;
    plan.receivers = task.parallelism;
    plan.first_receiver = task.first_subtask;
    plan.max_parallelism = default_max_parallelism(task.parallelism);
    plan.first_in_block = task.first_of_input[graph_[edge].input];
    plan.is_overtaken = is_overtaken(to);
    if (plan.ship == Ship::kRebalance) {
      plan.first_round_robin = plan_.round_robins;
      plan_.round_robins += plan.senders;
    }
    plan_.edges.push_back(plan);
  }

  // rt:C9: not where records stay in their lane. A task with such an input aligns on all.
  [[nodiscard]] bool is_overtaken(JobVertex head) const {
    const std::vector<JobEdgeId> in = inputs_of(graph_, head);
    return settings_.job.barriers == Barriers::kUnaligned &&
           std::none_of(in.begin(), in.end(),
                        [&](JobEdgeId edge) { return graph_[edge].ship == Ship::kForward; });
  }

  void add_instances(JobVertex v) {
    OpPlan& op = plan_.ops[op_of_[v]];
    const TaskPlan& task = plan_.tasks[task_of_[v]];
    switch (op.kind) {
      case NodeKind::kSource: add_source(v, op, task); break;
      case NodeKind::kGate:
        op.instance_base = static_cast<std::uint32_t>(plan_.gates.size());
        for (std::uint32_t i = 0; i < task.parallelism; ++i) {
          plan_.gates.push_back(GatePlan{task.first_subtask + i, i, op_of_[v], label_of(v)});
        }
        break;
      case NodeKind::kSink:
        op.instance_base = static_cast<std::uint32_t>(plan_.sinks.size());
        for (std::uint32_t i = 0; i < task.parallelism; ++i) {
          plan_.sinks.push_back(
              SinkPlan{task.first_subtask + i, i, op.guarantee, kafka_plan(*node(v).settings)});
        }
        break;
      case NodeKind::kAssigner: add_assigner(v, op, task); break;
      case NodeKind::kKeyedProcess:
      case NodeKind::kWindow:
      case NodeKind::kWindowJoin:
      case NodeKind::kIntervalJoin:
        op.instance_base = static_cast<std::uint32_t>(plan_.keyed.size());
        for (std::uint32_t i = 0; i < task.parallelism; ++i) {
          plan_.keyed.push_back(KeyedPlan{task.first_subtask + i, i, op_of_[v]});
        }
        break;
      case NodeKind::kMap:
      case NodeKind::kCoMap:
      case NodeKind::kFilter:
      case NodeKind::kFlatMap:
      case NodeKind::kReKey:
      case NodeKind::kLookUp: break;
    }
  }

  // By the input of the sink that it guards; elsewhere by the operator behind it, and which input
  // of that; a part of a sink by the sink.
  [[nodiscard]] std::string label_of(JobVertex gate) const {
    const JobEdgeId out = *boost::out_edges(gate, graph_).first;
    const JobVertex to = boost::target(out, graph_);
    if (const std::optional<std::uint32_t> input = sink_input_at(out)) {
      return node(gate).is_mixin ? node(to).id : std::to_string(*input);
    }
    return node(to).id + "." + std::to_string(graph_[out].input);
  }

  // Which input of a sink, job-wide, an edge is; none if it leads elsewhere. That into a gate which
  // is part of a sink is the sink's.
  [[nodiscard]] std::optional<std::uint32_t> sink_input_at(JobEdgeId edge) const {
    JobVertex to = boost::target(edge, graph_);
    if (node(to).is_mixin) {
      to = boost::target(*boost::out_edges(to, graph_).first, graph_);
    }
    return node(to).kind == NodeKind::kSink
               ? std::optional{plan_.ops[op_of_[to]].sink_input + graph_[edge].input}
               : std::nullopt;
  }

  // rt:W10: one generator a subtask, and no output but its own.
  void add_assigner(JobVertex v, OpPlan& op, const TaskPlan& task) {
    const OperatorSettings& settings = *node(v).settings;
    op.instance_base = static_cast<std::uint32_t>(plan_.assigners.size());
    for (std::uint32_t i = 0; i < task.parallelism; ++i) {
      AssignerPlan assigner;
      assigner.subtask = task.first_subtask + i;
      assigner.op = op_of_[v];
      assigner.index = i;
      assigner.id = node(v).id;
      assigner.time = generator(settings);
      assigner.time.has_main = false;
      assigner.marked = settings.punctuated.value_or(Selection{});
      plan_.assigners.push_back(assigner);
    }
  }

  std::optional<KafkaPlan> kafka_plan(const OperatorSettings& of) {
    if (!of.kafka) {
      return std::nullopt;
    }
    plan_.has_kafka = true;
    KafkaPlan plan;
    plan.naming = of.kafka->naming;
    plan.timeout_ms = static_cast<std::uint32_t>(of.kafka->timeout.ms());
    plan.inherits_state = of.kafka->inherits_state;
    const std::array<std::string, 2>& prefix = of.kafka->prefix;
    plan.ids_of[index_of(Color::kGreen)] = prefix[0] == prefix[1] ? Color::kBlue : Color::kGreen;
    for (std::size_t own = 0; own < 2; ++own) {
      for (std::size_t other = 0; other < 2; ++other) {
        plan.lists[own][other] = prefix[other].compare(0, prefix[own].size(), prefix[own]) == 0;
      }
    }
    return plan;
  }

  [[nodiscard]] GeneratorRules generator(const OperatorSettings& of) const {
    GeneratorRules rules;
    if (of.out_of_orderness) {
      rules.generator = of.punctuated ? Generator::kPunctuated : Generator::kPeriodic;
      rules.bound_ms = of.out_of_orderness->ms();
    }
    if (of.idleness) {
      rules.idle_after_ms = static_cast<std::uint32_t>(of.idleness->ms());
    }
    rules.flink = plan_.flink;
    return rules;
  }

  std::uint32_t add_coordinator(const OperatorSettings& of, const OpPlan& op,
                                const TaskPlan& task) {
    if (!of.alignment) {
      return kNoCoordinator;
    }
    const auto known = std::find(groups_.begin(), groups_.end(), of.alignment->group);
    CoordinatorPlan plan;
    plan.first_source = op.instance_base;
    plan.source_count = task.parallelism;
    plan.group = static_cast<std::uint32_t>(known - groups_.begin());
    plan.max_drift_ms = of.alignment->max_drift.ms();
    plan.update_ms = static_cast<std::uint32_t>(of.alignment->update_interval.ms());
    if (known == groups_.end()) {
      groups_.push_back(of.alignment->group);
    }
    plan_.coordinators.push_back(plan);
    return static_cast<std::uint32_t>(plan_.coordinators.size()) - 1;
  }

  static sim::Due exists_from(const InputSettings& input, std::uint32_t partition) {
    for (const Appearance& appearance : input.appears) {
      if (appearance.partition == partition) {
        return sim::Due{static_cast<std::uint32_t>(appearance.at.ms())};
      }
    }
    return sim::Due{};
  }

  void add_source(JobVertex v, OpPlan& op, const TaskPlan& task) {
    const OperatorSettings& settings = *node(v).settings;
    std::uint32_t input = 0;
    while (settings_.inputs[input].name != settings.reads) {
      ++input;
    }
    op.instance_base = static_cast<std::uint32_t>(plan_.sources.size());
    const std::uint32_t coordinator = add_coordinator(settings, op, task);
    for (std::uint32_t i = 0; i < task.parallelism; ++i) {
      SourcePlan source;
      source.coordinator = coordinator;
      source.subtask = task.first_subtask + i;
      source.op = op_of_[v];
      source.index = i;
      source.first_split = static_cast<std::uint32_t>(plan_.splits.size());
      if (settings.rate_limit) {  // shared evenly by the subtasks
        source.pace_num = std::uint64_t{settings.rate_limit->per_ms} * task.parallelism;
        source.pace_den = settings.rate_limit->count;
      }
      source.time = generator(settings);
      source.marked = settings.punctuated.value_or(Selection{});
      for (std::uint32_t q = 0; q < inputs_[input].partitions(); ++q) {
        if (partition_owner(settings.reads, q, task.parallelism) == i) {
          const bool competes = settings_.inputs[input].delivery == Delivery::kCompeting;
          plan_.splits.push_back(SplitPlan{input, q, plan_.records, competes,
                                           exists_from(settings_.inputs[input], q)});
          plan_.has_competing |= competes;
        }
      }
      source.split_count = static_cast<std::uint32_t>(plan_.splits.size()) - source.first_split;
      plan_.sources.push_back(source);
    }
    if (!settings_.inputs[input].appears.empty()) {
      const std::uint32_t first = plan_.sources[op.instance_base].first_split;
      plan_.enumerators.push_back(
          EnumeratorPlan{first, static_cast<std::uint32_t>(plan_.splits.size()) - first,
                         static_cast<std::uint32_t>(settings.discovery_interval.ms())});
    }
    plan_.ranges.push_back(
        RecordRange{plan_.records, input, inputs_[input].is_listed(), {}, op_of_[v], {}});
    plan_.has_listed |= inputs_[input].is_listed();
    source_vertices_.push_back(v);
    for (std::uint32_t k = 0; k < inputs_[input].records(); ++k) {
      plan_.marks.push_back(inputs_[input].event_time(k));
    }
    plan_.records += inputs_[input].records();
  }

  // By source and number, so that a record more or less renames no other. The records of the first
  // source are named by their numbers alone.
  void name_records() {
    if (plan_.ranges.size() < 2 && !plan_.has_listed) {
      return;
    }
    constexpr unsigned kRangeBits = 40;  // above the kind of an element, which is above 32
    plan_.draw_names.reserve(plan_.records);
    for (std::uint64_t r = 0; r < plan_.ranges.size(); ++r) {
      const Input& input = inputs_[plan_.ranges[r].input];
      for (std::uint32_t k = 0; k < input.records(); ++k) {
        plan_.draw_names.push_back(r << kRangeBits | input.number(k));
      }
    }
  }

  // The order of an explored run's keys matters to upsert sinks alone (no property judges it).
  void number_keys() {
    const bool matters =
        !settings_.grid ||
        std::count(plan_.guarantees.begin(), plan_.guarantees.end(), Guarantee::kUpsert) > 0;
    const bool has_keys = std::any_of(settings_.inputs.begin(), settings_.inputs.end(),
                                      [](const InputSettings& input) { return input.has_keys(); });
    if (!matters || !has_keys) {
      return;
    }
    // By input, then key; inputs may be read by several sources.
    std::vector<std::vector<std::uint32_t>> numbers(inputs_.size());
    plan_.keys.reserve(plan_.records);
    for (const RecordRange& range : plan_.ranges) {
      const Input& input = inputs_[range.input];
      const bool keyed = settings_.inputs[range.input].has_keys();
      for (std::uint32_t k = 0; k < input.records(); ++k) {
        const std::uint32_t key = keyed ? input.key(k) : k;  // without keys each is its own
        plan_.keys.push_back(number_of(key, numbers[range.input]));
      }
    }
  }

  // Keys are numbered in the order in which they come.
  std::uint32_t number_of(std::uint32_t key, std::vector<std::uint32_t>& numbers) {
    constexpr std::uint32_t kNone = UINT32_MAX;
    if (key >= numbers.size()) {
      numbers.resize(std::size_t{key} + 1, kNone);
    }
    if (numbers[key] == kNone) {
      numbers[key] = plan_.key_count++;
    }
    return numbers[key];
  }

  // Later than all records by more than watermarks, windows and joins can make of it.
  void find_closing_time() {
    std::int64_t closing = 1'000;
    for (const Mark mark : plan_.marks) {
      closing = std::max<std::int64_t>(closing, mark.ms);
    }
    for (const OperatorSettings& op : settings_.job.operators) {
      const WindowSettings& window = op.window;
      for (const EventSpan span :
           {window.size, window.slide, window.gap, window.allowed_lateness, op.before, op.after,
            op.retiming.later, op.retiming.earlier.by, op.out_of_orderness.value_or(EventSpan{})}) {
        closing += 2 * span.ms();
      }
    }
    constexpr std::int64_t kMost = 1LL << 30;
    plan_.closing = Mark{static_cast<std::int32_t>(std::min(closing, kMost))};
  }

  // Which event times records have where (rt:W10).
  void follow_times() {
    plan_.times_at.assign(plan_.sink_inputs, 0);
    if (plan_.assigners.empty()) {
      return;
    }
    TimesPlanner times{plan_, inputs_};
    for (const JobVertex v : order_) {
      if (node(v).is_mixin) {
        continue;  // to it each input has times of its own
      }
      const bool is_sink = node(v).kind == NodeKind::kSink;
      std::vector<std::uint32_t> from;
      for (const JobEdgeId edge : is_sink ? drawn_inputs_of(graph_, v) : inputs_of(graph_, v)) {
        from.push_back(op_of_[boost::source(edge, graph_)]);
      }
      times.add(op_of_[v], from, node(v).settings);
    }
  }

  // The inputs of sinks that what comes out of each operator goes to as it is.
  void find_inputs_behind() {
    plan_.inputs_behind.resize(plan_.ops.size());
    std::for_each(order_.rbegin(), order_.rend(), [&](JobVertex v) {
      std::vector<std::uint32_t>& behind = plan_.inputs_behind[op_of_[v]];
      const auto [begin, end] = boost::out_edges(v, graph_);
      for (auto it = begin; it != end; ++it) {
        const std::vector<std::uint32_t> its = inputs_at(*it);
        behind.insert(behind.end(), its.begin(), its.end());
      }
      if (node(v).kind == NodeKind::kSink) {
        for (std::uint32_t i = 0; i < drawn_inputs_of(graph_, v).size(); ++i) {
          behind.push_back(plan_.ops[op_of_[v]].sink_input + i);
        }
      }
    });
  }
  // Those that an edge leads to. REQUIRES: those of the operator behind it are known.
  [[nodiscard]] std::vector<std::uint32_t> inputs_at(JobEdgeId edge) const {
    const JobVertex from = boost::source(edge, graph_);
    const JobVertex to = boost::target(edge, graph_);
    const std::optional<std::uint32_t> input = sink_input_at(edge);
    if (makes_rows(node(to).kind)) {
      return {};  // it becomes something else
    }
    if (!input || node(from).is_mixin) {
      return plan_.inputs_behind[op_of_[to]];
    }
    return {*input};
  }

  void find_what_is_behind_gates() {
    plan_.is_behind_gate.assign(plan_.ops.size(), false);
    for (const JobVertex v : order_) {
      bool is_behind = node(v).kind == NodeKind::kGate;
      for (const JobEdgeId edge : inputs_of(graph_, v)) {
        is_behind = is_behind || plan_.is_behind_gate[op_of_[boost::source(edge, graph_)]];
      }
      plan_.is_behind_gate[op_of_[v]] = is_behind;
    }
  }

  // What each gate decides about, and whether another gate decides after it.
  void list_guarded() {
    std::vector<std::vector<bool>> gated(plan_.ops.size(),
                                         std::vector<bool>(plan_.sink_inputs, false));
    plan_.gates_ahead.resize(plan_.ops.size());
    std::for_each(order_.rbegin(), order_.rend(), [&](JobVertex v) {
      const std::uint32_t op = op_of_[v];
      const auto [begin, end] = boost::out_edges(v, graph_);
      for (auto it = begin; it != end; ++it) {
        const std::uint32_t to = op_of_[boost::target(*it, graph_)];
        for (const std::uint32_t input : inputs_at(*it)) {
          gated[op][input] =
              gated[op][input] || plan_.ops[to].kind == NodeKind::kGate || gated[to][input];
        }
      }
      list_gates_ahead(v);
      if (node(v).kind != NodeKind::kGate) {
        return;
      }
      plan_.ops[op].is_mixin = node(v).is_mixin;
      plan_.ops[op].first_guarded = static_cast<std::uint32_t>(plan_.guarded.size());
      plan_.ops[op].guarded_count = static_cast<std::uint32_t>(plan_.inputs_behind[op].size());
      for (const std::uint32_t input : plan_.inputs_behind[op]) {
        plan_.guarded.push_back(GuardedInput{input, !gated[op][input]});
      }
    });
  }

  // REQUIRES: those of the operators behind it are listed.
  void list_gates_ahead(JobVertex v) {
    std::vector<std::uint32_t>& ahead = plan_.gates_ahead[op_of_[v]];
    if (node(v).kind == NodeKind::kGate) {
      ahead.push_back(op_of_[v]);
    }
    const auto [begin, end] = boost::out_edges(v, graph_);
    for (auto it = begin; it != end; ++it) {
      for (const std::uint32_t gate : plan_.gates_ahead[op_of_[boost::target(*it, graph_)]]) {
        if (std::find(ahead.begin(), ahead.end(), gate) == ahead.end()) {
          ahead.push_back(gate);
        }
      }
    }
  }

  // Notes for every sink input that a record of `range` can reach from `v` which filters it passes
  // on the way, and for every operator which gate it has passed last; not where it becomes another.
  // REQUIRES: at most one path a sink input, which the reader checks.
  void follow(JobVertex v, RecordRange& range, std::vector<Selection> filters,
              std::uint32_t passed) {
    if (makes_rows(node(v).kind)) {
      return;
    }
    passed = node(v).kind == NodeKind::kGate ? op_of_[v] : passed;
    range.gate_passed[op_of_[v]] = passed;
    if (node(v).kind == NodeKind::kFilter) {
      filters.push_back(node(v).settings->keep);
    }
    const auto [begin, end] = boost::out_edges(v, graph_);
    for (auto it = begin; it != end; ++it) {
      if (const std::optional<std::uint32_t> input = sink_input_at(*it)) {
        range.paths[*input] = RecordRange::Path{true, filters};
      } else {
        follow(boost::target(*it, graph_), range, filters, passed);
      }
    }
  }

  const Settings& settings_;
  const std::vector<Input>& inputs_;
  EventTime origin_;
  JobGraph graph_;
  std::vector<JobVertex> order_;
  std::vector<std::uint32_t> op_of_;
  std::vector<std::uint32_t> task_of_;
  std::vector<JobVertex> source_vertices_;
  std::vector<std::string> groups_;  // of aligned sources
  JobPlan plan_;
};

}  // namespace

JobPlan plan_job(const Settings& settings, const std::vector<Input>& inputs, EventTime origin,
                 const Protocol& protocol) {
  return JobPlanner{settings, inputs, origin, protocol}.build();
}

}  // namespace model
