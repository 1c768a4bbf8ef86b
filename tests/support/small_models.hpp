// Small models, drawn from a seed, whose runs can mostly all be looked at: two to four records on a
// grid of 500 ms, one or two transitions, now and then a checkpoint, a fault, a delay with a
// choice; in some, two ways to one subtask, or records that wait to be read. Seeds from
// kFirstWithEventTime on are about event time too.
//
// Every protocol and every kind of fault occurs. Equal seeds give equal models, on any machine.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/actions.hpp"
#include "model/gate_injection.hpp"
#include "model/settings.hpp"
#include "scenarios/scenario.hpp"
#include "sim/random.hpp"

namespace support {

constexpr std::array<const char*, 7> kSmallProtocols{
    "basic", "flip504-r1", "flip504-r2", "flip504-r3", "flip504-r4", "flip504-r5", "cutover-1"};

// From this seed on half of them are about event time: idleness, generators of other kinds, sources
// that wait for one another, an operator with two inputs, records without a timestamp.
constexpr std::uint64_t kFirstWithEventTime = 2'000'000;
// From this one on they are about transactions: exactly-once sinks and what becomes of theirs in
// Kafka, upserts, and notices that are lost.
constexpr std::uint64_t kFirstWithTransactions = 3'000'000;

// And from this one on about what becomes of jobs that fail, mostly of two lanes: restart
// strategies, tasks and JobManagers that fail, checkpoints that do.
constexpr std::uint64_t kFirstWithFailovers = 4'000'000;
// And from this one on about timestamps that are assigned away from the source, partitions that
// appear, and jobs that are drained.
constexpr std::uint64_t kFirstWithAssigners = 5'000'000;
// From this one on they are about what holds elements up: channels that are full, subtasks that are
// slow, barriers that do not wait, and failures meanwhile.
constexpr std::uint64_t kFirstWithNetwork = 6'000'000;
// And from this one on a look-up stands before the sink.
constexpr std::uint64_t kFirstWithLookUps = 9'000'000;
// And from this one on they are about where the gates are: behind the source, in the middle, in the
// sink, two on one way, one for two sinks.
constexpr std::uint64_t kFirstWithPlacements = 7'000'000;
// And from this one on they are about faults that last, or wait for what they are to hit.
constexpr std::uint64_t kFirstWithLastingFaults = 8'000'000;
// And from this one on about the control plane: changes that have a name, ingresses, and what goes
// wrong with the operator and the API server.
constexpr std::uint64_t kFirstWithControlPlane = 10'000'000;
constexpr std::uint64_t kSeries = 1'000'000;  // seeds of one series

// How many kinds of faults, from the first on, are drawn for the models of every series.
constexpr std::size_t kFaultsOfAll = 6;

class SmallModel {
 public:
  explicit SmallModel(std::uint64_t seed) : random_(sim::mix64(seed)), seed_(seed) {}

  // REQUIRES: called once.
  scenarios::Scenario drawn() {
    scenarios::Scenario scenario;
    scenario.name = "small_" + std::to_string(seed_);
    scenario.title = scenario.name;
    model::Settings& settings = scenario.settings;
    settings.grid = model::GridSettings{kGridMs, {0}};
    if (one_in(8)) {
      settings.grid->write_jitter_ms = {0, kGridMs};
    }
    has_zero_delays_ = one_in(6);
    shape_ = drawn_shape();
    if (has_transactions()) {  // they have a state for each checkpoint
      has_zero_delays_ = false;
      shape_ = Shape::kLine;
    }
    if (has_failovers()) {
      has_zero_delays_ = false;
      shape_ = one_in(3) ? Shape::kLine : Shape::kLanes;
    }
    has_backlog_ = one_in(5);
    settings.deployment.protocol = kSmallProtocols[one_in(8) ? 0 : below(kSmallProtocols.size())];
    draw_input(settings);
    draw_job(settings.job);
    draw_deployment(settings.deployment);
    draw_environment(settings.environment);
    draw_transitions(settings.timeline);
    if (has_transactions()) {
      draw_transactions(settings);
      settings.environment.informer_lag = fixed_delay();
      settings.environment.channel_delay = fixed_delay();
      settings.environment.notice_delay = fixed_delay();
      return scenario;
    }
    if (has_failovers()) {
      draw_failovers(settings);
      return scenario;
    }
    if (is_about_network()) {
      draw_network(settings);
      return scenario;
    }
    if (is_about_lasting_faults()) {
      draw_lasting_faults(settings);
      return scenario;
    }
    if (is_about_control_plane()) {
      draw_control_plane(settings);
      return scenario;
    }
    if (one_in(2)) {
      settings.environment.faults.push_back(drawn_fault());
    }
    if (seed_ >= kFirstWithEventTime && one_in(2)) {
      draw_event_time(settings);
    }
    if (has_assigners()) {
      draw_anew(settings);
    }
    if (has_look_ups()) {
      add_look_up(settings);
    }
    if (has_placements()) {
      draw_placement(settings);
    }
    return scenario;
  }

 private:
  static constexpr std::uint32_t kGridMs = 500;
  [[nodiscard]] bool has_transactions() const {
    return seed_ - kFirstWithTransactions < kSeries;  // unsigned
  }
  [[nodiscard]] bool has_failovers() const { return seed_ - kFirstWithFailovers < kSeries; }
  [[nodiscard]] bool has_assigners() const { return seed_ - kFirstWithAssigners < kSeries; }
  [[nodiscard]] bool has_look_ups() const { return seed_ - kFirstWithLookUps < kSeries; }
  [[nodiscard]] bool is_about_network() const { return seed_ - kFirstWithNetwork < kSeries; }
  [[nodiscard]] bool is_about_lasting_faults() const {
    return seed_ - kFirstWithLastingFaults < kSeries;
  }
  [[nodiscard]] bool is_about_control_plane() const {
    return seed_ - kFirstWithControlPlane < kSeries;
  }
  [[nodiscard]] bool has_placements() const { return seed_ - kFirstWithPlacements < kSeries; }
  static constexpr std::int64_t kEventStart = 1'700'000'000'000;

  std::uint32_t below(std::size_t count) {
    return sim::below(random_.next(), static_cast<std::uint32_t>(count));
  }
  bool one_in(std::uint32_t count) { return below(count) == 0; }
  std::int64_t steps_ms(std::uint32_t least, std::uint32_t count) {
    return std::int64_t{kGridMs} * (least + below(count));
  }
  static sim::ProcessingSpan span(std::int64_t ms) {
    return sim::ProcessingSpan{sim::milliseconds{ms}};
  }
  static sim::ProcessingTime time(std::int64_t ms) {
    return sim::ProcessingTime{sim::milliseconds{ms}};
  }
  static model::EventTime event_time(std::int64_t after_start_ms) {
    return model::EventTime{sim::milliseconds{kEventStart + after_start_ms}};
  }
  model::Color any_color() { return one_in(2) ? model::Color::kBlue : model::Color::kGreen; }

  // Of the job: one subtask a task, two lanes, one subtask that feeds two, two that feed one, with
  // one before or behind them that feeds them or is fed by them.
  enum class Shape : std::uint8_t { kLine, kLanes, kFan, kMerge, kDiamond };
  Shape drawn_shape() {
    switch (below(10)) {
      case 0:
      case 1: return Shape::kLanes;
      case 2:
      case 3: return Shape::kFan;
      case 4: return Shape::kMerge;
      case 5: return Shape::kDiamond;
      default: return Shape::kLine;
    }
  }
  [[nodiscard]] bool has_two_sources() const {
    return shape_ == Shape::kLanes || shape_ == Shape::kMerge;
  }
  [[nodiscard]] bool has_two_ways() const {
    return shape_ == Shape::kMerge || shape_ == Shape::kDiamond;
  }

  // Mostly a step; with a choice, or nothing at all, in some models.
  model::Delay any_delay() {
    switch (below(has_zero_delays_ ? 5 : 4)) {
      case 0: return {kGridMs, 2 * kGridMs};
      case 1: return {0, kGridMs};
      case 4: return {0, 0};
      default: return {kGridMs, kGridMs};
    }
  }
  model::Delay some_delay(std::uint32_t one_of) {
    return one_in(one_of) ? any_delay() : model::Delay{kGridMs, kGridMs};
  }
  model::Delay fixed_delay() {
    return has_zero_delays_ && one_in(2) ? model::Delay{0, 0} : model::Delay{kGridMs, kGridMs};
  }

  void draw_input(model::Settings& settings) {
    model::InputSettings input;
    input.name = "events";
    input.event_start = event_time(0);
    input.partitions = has_two_sources() || (one_in(4) && !has_transactions()) ? 2 : 1;
    std::int64_t at = has_backlog_ ? steps_ms(2, 6) : steps_ms(6, 8);
    std::int64_t event = 0;
    const std::uint32_t records = 2 + below(has_transactions() ? 2 : 3);
    for (std::uint32_t k = 0; k < records; ++k) {
      model::ListedRecord record;
      record.number = k;
      record.partition = k % input.partitions;
      record.at = time(at);
      record.event_time = event_time(event);
      input.listed.push_back(record);
      at += has_backlog_ ? 0 : steps_ms(0, 4);
      event += one_in(3) ? 3'000 : 100;
    }
    settings.inputs.push_back(input);
  }

  void draw_job(model::JobSettings& job) {
    model::OperatorSettings source;
    source.id = "events";
    source.kind = model::OperatorKind::kSource;
    source.reads = "events";
    source.parallelism = has_two_sources() ? 2 : 1;
    // A record a step, or one in four: then they are still read when none arrives any more.
    source.rate_limit = has_backlog_ ? model::Rate{source.parallelism * 30, 60'000}
                                     : model::Rate{source.parallelism * 2, 1'000};
    source.out_of_orderness = model::EventSpan{sim::milliseconds{0}};
    job.operators.push_back(source);
    if (shape_ == Shape::kDiamond) {
      model::OperatorSettings between = fed_by("events");
      between.id = "between";
      between.kind = model::OperatorKind::kMap;
      between.parallelism = 2;
      job.operators.push_back(between);
    }
    model::OperatorSettings sink = fed_by(job.operators.back().id);
    sink.id = "output";
    sink.kind = model::OperatorKind::kSink;
    sink.parallelism = shape_ == Shape::kLanes || shape_ == Shape::kFan ? 2 : 1;
    sink.guarantee = model::Guarantee::kAtLeastOnce;
    if (one_in(3)) {
      job.checkpoint_interval = span(steps_ms(1, 2));
      sink.guarantee = one_in(3) ? model::Guarantee::kAtLeastOnce : model::Guarantee::kExactlyOnce;
    }
    job.operators.push_back(sink);
    job.auto_watermark_interval = span(kGridMs);
  }
  void draw_transactions(model::Settings& settings) {
    model::OperatorSettings& sink = settings.job.operators.back();
    if (one_in(5)) {
      sink.guarantee = model::Guarantee::kUpsert;
      const std::uint32_t keys = 1 + below(2);
      for (model::ListedRecord& record : settings.inputs.front().listed) {
        record.key = record.number % keys;
      }
      return;
    }
    settings.job.checkpoint_interval = span(steps_ms(1, 2));
    sink.guarantee = model::Guarantee::kExactlyOnce;
    model::KafkaSettings kafka;
    kafka.prefix = {"app", one_in(2) ? "app" : one_in(2) ? "app-green" : "other"};
    kafka.naming =
        one_in(3) ? model::TransactionNaming::kPooling : model::TransactionNaming::kIncrementing;
    kafka.inherits_state = !one_in(4);
    kafka.timeout = span(one_in(3) ? steps_ms(2, 4) : 900'000);
    if (!one_in(4)) {
      sink.kafka = kafka;
    }
    if (!one_in(3)) {
      model::Happening fault;
      fault.at = fault.latest = time(steps_ms(6, 12));
      fault.action = one_in(2) ? model::Action::kLoseNotices : model::Action::kKillJob;
      fault.job = any_color();
      fault.times = 1 + below(2);
      settings.environment.faults.push_back(fault);
    }
  }

  // A step in front of the sink, and gates around it.
  void draw_placement(model::Settings& settings) {
    std::vector<model::OperatorSettings>& operators = settings.job.operators;
    model::OperatorSettings sink = operators.back();
    operators.pop_back();
    model::OperatorSettings step;
    step.id = "step";
    step.kind = one_in(3) ? model::OperatorKind::kFilter : model::OperatorKind::kMap;
    step.keep = {2, below(2)};
    step.parallelism = sink.parallelism;
    step.inputs = sink.inputs;
    sink.inputs = fed_by(step.id).inputs;
    operators.push_back(step);
    operators.push_back(sink);
    if (one_in(3)) {
      model::OperatorSettings audit = fed_by(step.id);
      audit.id = "audit";
      audit.kind = model::OperatorKind::kSink;
      audit.parallelism = step.parallelism;
      audit.guarantee = model::Guarantee::kAtLeastOnce;
      operators.push_back(audit);
    }
    model::GatePlacement gate;
    gate.position = static_cast<model::GatePosition>(below(4));
    if (gate.position == model::GatePosition::kManual) {
      const std::uint32_t which = below(3);
      for (std::size_t i = 0; which != 0 && i < step.inputs.size(); ++i) {
        gate.edges.push_back({step.inputs[i].from, step.id});
      }
      if (which != 1) {
        gate.edges.push_back({step.id, sink.id});
      }
    }
    settings.deployment.gate = model::fitted(gate, settings.job);
  }

  void draw_failovers(model::Settings& settings) {
    model::JobSettings& job = settings.job;
    model::OperatorSettings& sink = job.operators.back();
    if (!job.checkpoint_interval && !one_in(4)) {
      job.checkpoint_interval = span(steps_ms(2, 3));
    }
    if (job.checkpoint_interval) {
      sink.guarantee = one_in(3) ? model::Guarantee::kExactlyOnce : model::Guarantee::kAtLeastOnce;
    }
    if (!one_in(3)) {
      model::RestartStrategy& restart = job.restart.emplace();
      restart.kind = static_cast<model::RestartKind>(below(4));
      restart.attempts = 1 + below(2);
      restart.initial = restart.delay = restart.most = span(steps_ms(1, 2));
      restart.interval = span(steps_ms(4, 8));
    }
    if (job.checkpoint_interval && one_in(3)) {
      job.checkpoint_timeout = span(steps_ms(2, 2));
      job.tolerable_failed = below(2);
    }
    if (one_in(6)) {
      job.failover = model::FailoverStrategy::kFull;
    }
    const std::uint32_t faults = 1 + below(2);
    for (std::uint32_t i = 0; i < faults; ++i) {
      settings.environment.faults.push_back(drawn_failure());
    }
  }

  model::Happening drawn_failure() {
    constexpr std::array kKinds{model::Action::kKillTask,       model::Action::kKillTask,
                                model::Action::kKillTask,       model::Action::kKillJob,
                                model::Action::kKillJobManager, model::Action::kFailCheckpoint,
                                model::Action::kConflict,       model::Action::kPauseSubtask};
    model::Happening fault;
    const std::int64_t at = steps_ms(6, 12);
    fault.at = time(at);
    fault.latest = time(at + (one_in(3) ? kGridMs : 0));
    fault.action = kKinds[below(kKinds.size())];
    fault.job = any_color();
    switch (fault.action) {
      case model::Action::kKillTask:
      case model::Action::kPauseSubtask:
        fault.operator_id = one_in(2) ? "events" : "output";
        fault.subtask = below(shape_ == Shape::kLanes ? 2 : 1);
        fault.lasts = span(fault.action == model::Action::kKillTask ? 0 : steps_ms(1, 4));
        break;
      case model::Action::kKillJobManager: fault.lasts = span(steps_ms(1, 4)); break;
      case model::Action::kFailCheckpoint:
      case model::Action::kConflict: fault.times = 1 + below(2); break;
      default: break;
    }
    return fault;
  }

  void draw_lasting_faults(model::Settings& settings) {
    constexpr std::array kKinds{
        model::Action::kPauseJob,         model::Action::kKillTaskManager,
        model::Action::kFailSavepoint,    model::Action::kHangSavepoint,
        model::Action::kSlowSavepoint,    model::Action::kStaleMetrics,
        model::Action::kMissingMetrics,   model::Action::kSkewClock,
        model::Action::kSlowChannels,     model::Action::kPauseSource,
        model::Action::kSlowRestart,      model::Action::kLoseAcknowledgement,
        model::Action::kPauseTaskManager, model::Action::kSlowTaskManager};
    model::Happening fault;
    fault.action = kKinds[below(kKinds.size())];
    const std::int64_t at = steps_ms(2, 14);
    fault.at = time(at);
    fault.latest = time(at + steps_ms(0, 2));
    fault.job = any_color();
    const auto has = [&](model::Detail detail) { return takes(fault.action, detail); };
    fault.operator_id = has(model::Detail::kOperator) ? "events" : "";
    if (needs(fault.action, model::Detail::kSubtask)) {
      fault.subtask = below(settings.job.operators[0].parallelism);
    }
    fault.times = has(model::Detail::kTimes) ? 1 + below(2) : 1;
    fault.by = has(model::Detail::kBy) ? span(steps_ms(1, 4)) : span(0);
    fault.lasts = has(model::Detail::kFor) ? span(steps_ms(1, 6)) : span(0);
    fault.per_record = has(model::Detail::kPerRecord) ? span(steps_ms(1, 2)) : span(0);
    if (has(model::Detail::kDirection) && one_in(2)) {
      fault.direction = model::Direction::kBehind;
    }
    settings.environment.faults.push_back(fault);
    if (fault.action == model::Action::kSlowRestart || one_in(6)) {
      fault = model::Happening{};
      fault.action = model::Action::kKillJob;
      fault.at = fault.latest = time(at + steps_ms(1, 4));
      fault.job = any_color();
      settings.environment.faults.push_back(fault);
    }
  }

  void draw_control_plane(model::Settings& settings) {
    settings.environment.informer_lag = fixed_delay();
    settings.environment.channel_delay = fixed_delay();
    settings.environment.notice_delay = fixed_delay();
    settings.environment.strict_patches = one_in(6);
    if (one_in(4)) {
      settings.deployment.ingress = model::IngressSetting::kValid;
    }
    if (one_in(8)) {
      settings.deployment.fixes = {one_in(2) ? "op:U2" : "op:U3"};
    }
    if (one_in(2)) {
      model::Happening change;
      change.at = change.latest = settings.timeline.back().at + span(steps_ms(1, 12));
      settings.timeline.push_back(change);
    }
    for (model::Happening& change : settings.timeline) {
      if (!one_in(3)) {
        change.edit = drawn_edit();
      }
    }
    draw_operator_fault(settings);
    if (one_in(4)) {
      draw_operator_fault(settings);
    }
  }

  model::SpecEdit drawn_edit() {
    const auto field = [](const char* name, const char* value) {
      model::SpecEdit edit;
      edit.fields.push_back({name, std::string{value}});
      return edit;
    };
    switch (below(8)) {
      case 0: return field("job.state", "SUSPENDED");
      case 1: return field("job.state", "RUNNING");
      case 2: return field("job.allowNonRestoredState", one_in(2) ? "true" : "false");
      case 3: return field("job.savepointRedeployNonce", one_in(2) ? "1" : "2");
      case 4: {
        model::SpecEdit edit = field("image", "orders:3");
        edit.deletion_delay = model::DeletionDelay{sim::milliseconds{steps_ms(0, 4)}};
        return edit;
      }
      case 5: {
        model::SpecEdit edit;
        edit.abort_grace_ms = static_cast<std::uint32_t>(steps_ms(4, 8));
        return edit;
      }
      default: return field("image", one_in(2) ? "orders:1" : "orders:2");
    }
  }

  void draw_operator_fault(model::Settings& settings) {
    constexpr std::array kKinds{
        model::Action::kPauseJobManager,      model::Action::kSlowDeletion,
        model::Action::kPauseChildController, model::Action::kDropWatchEvent,
        model::Action::kBreakWatch,           model::Action::kUnreachableMap,
        model::Action::kFailRequests,         model::Action::kTimeOutRequests,
        model::Action::kStopApiServer,        model::Action::kPauseOperator,
        model::Action::kChangeLeader,         model::Action::kSkewOperatorClock,
        model::Action::kDeleteChild,          model::Action::kSuspendChild,
        model::Action::kDeleteConfigMap,      model::Action::kFailIngress,
        model::Action::kRefuseSavepoints,     model::Action::kLoseAnswers,
        model::Action::kSlowOperator,         model::Action::kSlowApiServer,
        model::Action::kSlowJobManager};
    model::Happening fault;
    fault.action = kKinds[below(kKinds.size())];
    const std::int64_t at = steps_ms(2, 20);
    fault.at = time(at);
    fault.latest = time(at + steps_ms(0, 2));
    const auto has = [&](model::Detail detail) { return takes(fault.action, detail); };
    if (has(model::Detail::kWatcher)) {
      fault.watcher = static_cast<model::Watcher>(below(4));
    }
    if (names_job(fault)) {
      fault.job = any_color();
    }
    fault.times = has(model::Detail::kTimes) ? 1 + below(3) : 1;
    fault.by = has(model::Detail::kBy) ? span(steps_ms(1, 4)) : span(0);
    fault.lasts = has(model::Detail::kFor) ? span(steps_ms(1, 6)) : span(0);
    if (fault.action == model::Action::kChangeLeader) {
      fault.after_writes = below(4);
    }
    if (has(model::Detail::kDirection) && one_in(2)) {
      fault.direction = model::Direction::kBehind;
    }
    settings.environment.faults.push_back(fault);
  }

  void draw_network(model::Settings& settings) {
    model::JobSettings& job = settings.job;
    if (!one_in(3)) {
      job.channel_capacity = 1 + below(2);
    }
    if (job.channel_capacity && one_in(4)) {
      job.operators.front().idleness = span(steps_ms(1, 3));
    }
    if (one_in(2)) {
      job.checkpoint_interval = span(steps_ms(1, 2));
      job.operators.back().guarantee =
          one_in(3) ? model::Guarantee::kAtLeastOnce : model::Guarantee::kExactlyOnce;
      job.barriers = one_in(2) ? model::Barriers::kUnaligned : model::Barriers::kAtLeastOnce;
      if (job.barriers == model::Barriers::kUnaligned && one_in(2)) {
        job.aligned_timeout = span(steps_ms(1, 2));
      }
    }
    model::Happening fault;
    fault.at = fault.latest = time(steps_ms(6, 12));
    fault.job = any_color();
    if (one_in(2)) {
      fault.action = one_in(3) ? model::Action::kPauseSubtask : model::Action::kSlowSubtask;
      fault.operator_id = one_in(3) ? "events" : "output";
      fault.lasts = span(steps_ms(2, 6));
      fault.per_record = span(fault.action == model::Action::kSlowSubtask ? steps_ms(1, 3) : 0);
      settings.environment.faults.push_back(fault);
    }
    if (one_in(3)) {
      model::Happening failure;
      failure.at = failure.latest = time(steps_ms(6, 12));
      failure.job = any_color();
      failure.action = model::Action::kKillJob;
      settings.environment.faults.push_back(failure);
    }
  }

  void draw_event_time(model::Settings& settings) {
    model::JobSettings& job = settings.job;
    if (shape_ == Shape::kLine && one_in(3)) {
      add_second_input(settings);
    }
    for (model::OperatorSettings& op : job.operators) {
      if (op.kind != model::OperatorKind::kSource) {
        continue;
      }
      if (!one_in(3)) {
        op.idleness = span(steps_ms(1, 3));
      }
      if (one_in(6)) {
        op.punctuated = model::Selection{1 + below(2), 0};
      }
      if (one_in(4)) {
        op.alignment = model::Alignment{"all", model::EventSpan{sim::milliseconds{100 * below(20)}},
                                        span(steps_ms(1, 2))};
      }
      if (one_in(6)) {
        op.out_of_orderness.reset();
        op.punctuated.reset();
      }
    }
    if (one_in(3)) {
      job.auto_watermark_interval = span(2 * kGridMs);
    }
    job.flink_version = one_in(4) ? model::FlinkVersion::kOneTwenty : model::FlinkVersion::kTwoTwo;
    if (one_in(4)) {
      job.flink_fixes = {model::FlinkFix::kValveRederives};
    }
    if (one_in(4)) {
      model::InputSettings& input = settings.inputs.front();
      input.listed[below(input.listed.size())].event_time = model::kNoTimestamp;
    }
  }

  void draw_anew(model::Settings& settings) {
    const std::uint32_t what = below(4);
    if (what != 0) {
      add_assigner(settings.job);
    }
    if (what != 1) {
      draw_appearance(settings);
    }
    settings.deployment.drain = one_in(2);
    if (one_in(3)) {
      settings.job.flink_fixes.push_back(model::FlinkFix::kEndEndsIdleness);
    }
  }

  // In front of the sink, with as many subtasks.
  void add_assigner(model::JobSettings& job) {
    model::OperatorSettings& sink = job.operators.back();
    model::OperatorSettings timed;
    timed.id = "timed";
    timed.kind = model::OperatorKind::kAssignTimestamps;
    timed.parallelism = sink.parallelism;
    timed.inputs = sink.inputs;
    timed.out_of_orderness = model::EventSpan{sim::milliseconds{one_in(3) ? 100 : 0}};
    if (one_in(2)) {
      timed.idleness = span(steps_ms(1, 3));
    }
    if (one_in(6)) {
      timed.punctuated = model::Selection{1 + below(2), 0};
    }
    if (one_in(3)) {
      timed.retiming.later = model::EventSpan{sim::milliseconds{100 * (1 + below(20))}};
    }
    if (one_in(2)) {
      timed.retiming.earlier = {{2, below(2)},
                                model::EventSpan{sim::milliseconds{100 * (1 + below(40))}}};
    }
    sink.inputs = {{"timed", std::nullopt}};
    job.operators.insert(job.operators.end() - 1, timed);
  }

  // In front of the sink. Mostly its answers come faster than anything else travels.
  void add_look_up(model::Settings& settings) {
    model::OperatorSettings& sink = settings.job.operators.back();
    model::OperatorSettings asked;
    asked.id = "asked";
    asked.kind = model::OperatorKind::kLookUp;
    asked.parallelism = sink.parallelism;
    asked.inputs = sink.inputs;
    asked.latency = {0, one_in(2) ? 0 : kGridMs};
    if (one_in(4)) {
      asked.latency = {kGridMs, 2 * kGridMs};
    }
    if (!one_in(3)) {
      settings.environment.channel_delay = {kGridMs, kGridMs};
    }
    sink.inputs = {{"asked", std::nullopt}};
    settings.job.operators.insert(settings.job.operators.end() - 1, asked);
  }

  // The second partition is not there from the start; if there is but one, it is cut in two.
  void draw_appearance(model::Settings& settings) {
    model::InputSettings& input = settings.inputs.front();
    if (input.partitions == 1) {
      input.partitions = 2;
      for (model::ListedRecord& record : input.listed) {
        record.partition = record.number % 2;
      }
    }
    const std::int64_t first = input.listed[1].at.ms();
    const std::int64_t earlier = steps_ms(0, 6);
    input.appears = {model::Appearance{1, time(std::max<std::int64_t>(first - earlier, kGridMs))}};
    for (model::OperatorSettings& op : settings.job.operators) {
      if (op.kind == model::OperatorKind::kSource) {
        op.discovery_interval = span(one_in(5) ? 0 : steps_ms(1, 8));
      }
    }
  }

  void add_second_input(model::Settings& settings) {
    model::InputSettings other = settings.inputs.front();
    other.name = "other";
    other.partitions = 1;
    other.listed.resize(1);
    other.listed.front().at = time(steps_ms(6, 12));
    settings.inputs.push_back(other);
    auto& operators = settings.job.operators;
    model::OperatorSettings source = operators.front();
    source.id = source.reads = "other";
    operators.insert(operators.begin() + 1, source);
    model::OperatorSettings both;
    both.id = "both";
    both.kind = model::OperatorKind::kCoMap;
    both.inputs = {{"events", model::Ship::kForward}, {"other", model::Ship::kForward}};
    operators.insert(operators.begin() + 2, both);
    operators.back().inputs.front().from = "both";
  }

  [[nodiscard]] model::OperatorSettings fed_by(const std::string& id) const {
    model::OperatorSettings fed;
    fed.inputs.push_back(model::Connection{id, std::nullopt});
    if (shape_ != Shape::kLine && shape_ != Shape::kLanes) {
      fed.inputs.back().ship = model::Ship::kRebalance;
    }
    return fed;
  }

  void draw_deployment(model::DeploymentSettings& deployment) {
    deployment.deletion_delay.value = sim::milliseconds{steps_ms(0, 3)};
    deployment.abort_grace = span(steps_ms(6, 9));
    deployment.gate_timeout = deployment.abort_grace;
    deployment.reschedule_interval = span(steps_ms(1, 3));
    const bool may_be_stateless =  // p2:R4.5
        deployment.protocol != "flip504-r5" && deployment.protocol != "cutover-1";
    if (one_in(6) && may_be_stateless) {
      deployment.upgrade_mode = model::UpgradeMode::kStateless;
    }
  }

  void draw_environment(model::EnvironmentSettings& environment) {
    environment.informer_lag = some_delay(6);
    environment.channel_delay =
        has_two_ways() && one_in(2) ? model::Delay{0, one_in(2) ? 0 : kGridMs} : some_delay(3);
    environment.notice_delay = some_delay(3);
    environment.checkpoint_time = fixed_delay();
    environment.open_time = fixed_delay();
    environment.deploy_time = {model::Delay{kGridMs, kGridMs}, model::Delay{kGridMs, kGridMs}};
    environment.status_lag = {0, 0};
    if (one_in(3)) {
      environment.echo = one_in(2) ? model::Echo::kDrawn : model::Echo::kLate;
    }
    environment.stopped_job_answers = !one_in(4);
  }

  void draw_transitions(std::vector<model::Happening>& timeline) {
    model::Happening change;
    change.action = model::Action::kChangeSpec;
    change.at = change.latest = time(steps_ms(3, 3));
    timeline.push_back(change);
    if (one_in(5) && !has_transactions()) {
      change.at = change.latest = time(steps_ms(8, 12));
      timeline.push_back(change);
    }
  }

  model::Happening drawn_fault() {
    model::Happening fault;
    const std::int64_t at = steps_ms(6, 12);
    fault.at = time(at);
    fault.latest = time(at + steps_ms(0, 2));
    fault.action = one_in(4) ? model::Action::kPauseSubtask
                             : static_cast<model::Action>(1 + below(kFaultsOfAll));
    switch (fault.action) {
      case model::Action::kPauseSubtask:
        fault.job = any_color();
        fault.operator_id = one_in(2) ? "events" : "output";
        fault.lasts = span(steps_ms(1, 4));
        break;
      case model::Action::kFreezeInformer:
        fault.watcher = static_cast<model::Watcher>(below(4));
        if (fault.watcher == model::Watcher::kGate ||
            fault.watcher == model::Watcher::kChildCache) {
          fault.job = any_color();
        }
        fault.lasts = span(steps_ms(1, 4));
        break;
      case model::Action::kConflict:
        fault.writer = static_cast<model::Writer>(below(2));
        if (fault.writer == model::Writer::kGate) {
          fault.job = any_color();
        }
        fault.times = 1 + below(2);
        break;
      case model::Action::kChildNotReady:
        fault.job = any_color();
        fault.lasts = span(steps_ms(1, 4));
        break;
      case model::Action::kKillJob: fault.job = any_color(); break;
      case model::Action::kLoseNotices:
      case model::Action::kFailCheckpoint:
        fault.job = any_color();
        fault.times = 1 + below(2);
        break;
      case model::Action::kKillTask:
      case model::Action::kKillJobManager:  // drawn by the series about them
      case model::Action::kRestartOperator:
        fault.lasts = span(steps_ms(1, 4));
        fault.after_writes = below(4);
        break;
      default: break;  // has a series of its own
    }
    return fault;
  }

  sim::SplitMix64 random_;
  std::uint64_t seed_;
  bool has_zero_delays_ = false;
  bool has_backlog_ = false;
  Shape shape_ = Shape::kLine;
};

inline scenarios::Scenario small_model(std::uint64_t seed) { return SmallModel{seed}.drawn(); }

}  // namespace support
