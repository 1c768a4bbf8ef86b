// The deployment, its environment and what goes wrong in it.
#include <algorithm>

#include "model/actions.hpp"
#include "model/gate_injection.hpp"
#include "model/mutations.hpp"
#include "model/validation.hpp"
#include "scenarios/random/parts.hpp"

namespace scenarios {

namespace {

using model::Action;
using model::Detail;
using model::Happening;

sim::ProcessingSpan span(std::uint32_t ms) { return sim::ProcessingSpan{sim::milliseconds{ms}}; }

void draw_longest(Draw what, const std::optional<Between>& range, model::Delay& delay, Dice& dice,
                  std::size_t of = 0) {
  dice.replace(what, range, delay.longest_ms, of);
  delay.shortest_ms = std::min(delay.shortest_ms, delay.longest_ms);
}

// What is accepted under the protocol, with its mutations (p2:R3.9, R4.5).
void make_acceptable(model::DeploymentSettings& deployment) {
  const model::ValidationRules rules = model::effective_protocol(deployment)->validation;
  if (model::refuses_upgrade_mode(rules, deployment)) {
    deployment.upgrade_mode = model::UpgradeMode::kSavepoint;
  }
  if (model::refuses_gate_timeout(rules, deployment)) {
    sim::ProcessingSpan& timeout =
        deployment.gate_timeout ? *deployment.gate_timeout : deployment.abort_grace;
    timeout = sim::ProcessingSpan{deployment.deletion_delay.value + sim::milliseconds{1}};
  }
}

// One fault, after some change of the spec.
class FaultDraw {
 public:
  FaultDraw(const RandomFaults& ranges, const model::Settings& settings, std::size_t of, Dice& dice)
      : ranges_(ranges), settings_(settings), of_(of), dice_(dice) {}

  Happening run(Action action) {
    Happening fault;
    fault.action = action;
    fault.at = draw_moment();
    fault.latest = fault.at;
    const auto has = [action](Detail detail) { return takes(action, detail); };
    if (has(Detail::kFor)) {
      fault.lasts = span(dice_.within(Draw::kFaultLasts, ranges_.lasting_ms, of_));
    }
    if (has(Detail::kOperator)) {
      choose_operator(fault);
    }
    if (has(Detail::kPerRecord)) {
      fault.per_record = span(dice_.within(Draw::kFaultPerRecord, ranges_.per_record_ms, of_));
    }
    if (has(Detail::kWatcher)) {
      choose_watcher(fault);
    }
    if (has(Detail::kWriter)) {
      fault.writer = static_cast<model::Writer>(dice_.below(Draw::kFaultWriter, 2, of_));
    }
    if (has(Detail::kTimes)) {
      fault.times = dice_.within(Draw::kFaultTimes, ranges_.times, of_);
    }
    if (needs(action, Detail::kSubtask)) {
      fault.subtask = dice_.below(Draw::kFaultSubtask, parallelism_of(fault), of_);
    }
    if (has(Detail::kAfterWrites)) {
      fault.after_writes = dice_.number(Draw::kFaultAfterWrites, ranges_.after_writes, of_);
    }
    if (has(Detail::kBy)) {  // as long as what lasts
      fault.by = span(std::max(dice_.within(Draw::kFaultBy, ranges_.lasting_ms, of_), 1U));
    }
    if (has(Detail::kDirection)) {
      fault.direction = static_cast<model::Direction>(dice_.below(Draw::kFaultDirection, 2, of_));
    }
    if (has(Detail::kPerThousand)) {
      constexpr Between kDrift{1, model::limits::kPerThousand};
      fault.per_thousand = dice_.within(Draw::kFaultPerThousand, kDrift, of_);
    }
    if (names_job(fault)) {
      fault.job = static_cast<model::Color>(dice_.below(Draw::kFaultJob, 2, of_));
    }
    return fault;
  }

 private:
  sim::ProcessingTime draw_moment() {
    std::vector<sim::ProcessingTime> changes;
    for (const Happening& happening : settings_.timeline) {
      if (happening.action == Action::kChangeSpec) {
        changes.push_back(happening.at);
      }
    }
    const sim::ProcessingTime change =
        changes.empty() ? sim::ProcessingTime{}
                        : changes[dice_.below(Draw::kFaultChange, changes.size(), of_)];
    return change + span(dice_.within(Draw::kFaultAt, ranges_.after_change_ms, of_));
  }

  std::optional<std::uint32_t> choose_subtask(std::uint32_t parallelism) {
    return dice_.feature(Draw::kFaultSubtask, of_)
               ? std::optional{dice_.below(Draw::kFaultSubtask, parallelism, of_)}
               : std::nullopt;
  }

  void choose_operator(Happening& fault) {
    std::vector<const model::OperatorSettings*> operators;
    for (const model::OperatorSettings& op : settings_.job.operators) {
      if (fault.action != Action::kPauseSource || op.kind == model::OperatorKind::kSource) {
        operators.push_back(&op);
      }
    }
    const model::OperatorSettings& op =
        *operators[dice_.below(Draw::kFaultOperator, operators.size(), of_)];
    fault.operator_id = op.id;
    fault.subtask = choose_subtask(op.parallelism);
  }

  [[nodiscard]] std::uint32_t parallelism_of(const Happening& fault) const {
    return subtasks_meant(fault, settings_.job, settings_.deployment.gate).value_or(1);
  }

  void choose_watcher(Happening& fault) {
    constexpr std::size_t kWatchers = 4;
    fault.watcher = static_cast<model::Watcher>(dice_.below(Draw::kFaultWatcher, kWatchers, of_));
    const std::uint32_t gates = model::most_gates(settings_.job, settings_.deployment.gate);
    if (fault.watcher == model::Watcher::kGate && gates != 0) {
      fault.subtask = choose_subtask(gates);
    }
  }

  const RandomFaults& ranges_;
  const model::Settings& settings_;
  std::size_t of_;
  Dice& dice_;
};

}  // namespace

void draw_deployment(const RandomDeployment& ranges, model::DeploymentSettings& deployment,
                     Dice& dice) {
  dice.replace(Draw::kDeletionDelay, ranges.deletion_delay_ms, deployment.deletion_delay.value);
  if (ranges.gate_timeout_ms && dice.feature(Draw::kGateTimeout)) {
    deployment.gate_timeout = span(dice.within(Draw::kGateTimeout, *ranges.gate_timeout_ms));
  }
  dice.replace(Draw::kAbortGrace, ranges.abort_grace_ms, deployment.abort_grace);
  dice.replace(Draw::kReschedule, ranges.reschedule_interval_ms, deployment.reschedule_interval);
  if (!ranges.upgrade_modes.empty()) {
    deployment.upgrade_mode = dice.pick(Draw::kUpgradeMode, ranges.upgrade_modes);
  }
  if (ranges.drains) {
    deployment.drain = dice.feature(Draw::kDrain);
  }
  make_acceptable(deployment);
}

void draw_environment(const RandomEnvironment& ranges, model::EnvironmentSettings& environment,
                      Dice& dice) {
  draw_longest(Draw::kInformerLag, ranges.informer_lag_ms, environment.informer_lag, dice);
  draw_longest(Draw::kChannelDelay, ranges.channel_delay_ms, environment.channel_delay, dice);
  draw_longest(Draw::kCheckpointTime, ranges.checkpoint_time_ms, environment.checkpoint_time, dice);
  draw_longest(Draw::kNoticeDelay, ranges.notice_delay_ms, environment.notice_delay, dice);
  draw_longest(Draw::kOpenTime, ranges.open_time_ms, environment.open_time, dice);
  for (const model::Color color : model::kColors) {
    const std::size_t i = model::index_of(color);
    draw_longest(Draw::kDeployTime, ranges.deploy_time_ms, environment.deploy_time[i], dice, i);
  }
  draw_longest(Draw::kStatusLag, ranges.status_lag_ms, environment.status_lag, dice);
  // op:5.1: it is a part of the deployment.
  environment.status_lag.longest_ms =
      std::min({environment.status_lag.longest_ms, environment.deploy_time[0].shortest_ms,
                environment.deploy_time[1].shortest_ms});
  environment.status_lag.shortest_ms =
      std::min(environment.status_lag.shortest_ms, environment.status_lag.longest_ms);
  if (!ranges.echo.empty()) {
    environment.echo = dice.pick(Draw::kEcho, ranges.echo);
  }
  if (ranges.stopped_job_is_silent && dice.feature(Draw::kStoppedJob)) {
    environment.stopped_job_answers = false;
  }
}

void draw_faults(const RandomFaults& ranges, model::Settings& settings, Dice& dice) {
  std::vector<Action> kinds;
  for (std::size_t i = 0; i < ranges.kinds.size(); ++i) {
    if (dice.feature(Draw::kFaultKind, i)) {
      kinds.push_back(ranges.kinds[i]);
    }
  }
  std::vector<Happening>& faults = settings.environment.faults;
  faults.clear();
  for (std::size_t i = 0; i < ranges.at_most && !kinds.empty(); ++i) {
    if (dice.feature(Draw::kFault, i)) {
      const Action kind = kinds[dice.below(Draw::kFault, kinds.size(), i)];
      faults.push_back(FaultDraw{ranges, settings, i, dice}.run(kind));
    }
  }
}

}  // namespace scenarios
