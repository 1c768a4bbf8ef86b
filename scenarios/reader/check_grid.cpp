#include "scenarios/reader/check_grid.hpp"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <set>
#include <string_view>
#include <utility>

#include "model/actions.hpp"
#include "model/gate.hpp"
#include "model/gate_injection.hpp"
#include "model/gate_rules.hpp"
#include "model/job_graph.hpp"
#include "model/metric_store.hpp"
#include "model/mutations.hpp"
#include "model/operator_requests.hpp"
#include "scenarios/reader/keyed_checks.hpp"
#include "scenarios/reader/problem.hpp"
#include "scenarios/reader/value.hpp"

namespace scenarios {
namespace {

using Path = Document::Path;

std::string spelled(std::int64_t ms) { return spelled_duration(static_cast<std::uint64_t>(ms)); }

std::string spelled(model::Delay delay) {
  return "[" + spelled(delay.shortest_ms) + ", " + spelled(delay.longest_ms) + "]";
}

Path within(Path path, std::string_view key) {
  path.emplace_back(key);
  return path;
}

std::string pointer_of(const Path& path) {
  std::string pointer;
  for (const std::string& part : path) {
    pointer = pointer_to(pointer, part);
  }
  return pointer;
}

// Goes through the settings and collects what is off.
class GridSearch {
 public:
  GridSearch(const model::Settings& settings, const ReadSections& sections)
      : settings_(settings), sections_(sections), step_ms_(settings.grid->step_ms) {}

  std::vector<OffGrid> search() {
    if (sections_.inputs) {
      arrivals();
    }
    if (sections_.job) {
      paces();
    }
    if (sections_.job && sections_.deployment) {
      intervals();
    }
    if (sections_.job && sections_.inputs) {
      sources();
    }
    if (sections_.deployment) {
      deployment();
      constants();
    }
    if (sections_.environment) {
      delays();
      happenings({"environment", "faults"}, settings_.environment.faults);
    }
    if (sections_.timeline) {
      happenings({"timeline"}, settings_.timeline);
    }
    return std::move(all_);
  }

 private:
  [[nodiscard]] bool is_off(std::int64_t ms) const { return ms % step_ms_ != 0; }
  [[nodiscard]] std::string grid() const { return "the grid (" + spelled(step_ms_) + ")"; }
  [[nodiscard]] std::string multiple() const { return "a multiple of " + grid(); }

  void add(std::vector<Path> keys, std::string end, const std::string& by_default) {
    all_.push_back(OffGrid{std::move(keys), std::move(end), multiple(), "", by_default});
  }

  void check(std::vector<Path> keys, std::int64_t ms) {
    if (is_off(ms)) {
      add(std::move(keys), "", "the default " + spelled(ms));
    }
  }

  void check(const std::vector<Path>& keys, std::int64_t shortest, std::int64_t longest,
             const std::string& by_default) {
    if (is_off(shortest)) {
      add(keys, "0", by_default);
    }
    if (is_off(longest)) {
      add(keys, "1", by_default);
    }
  }

  // The first record of each input that arrives between two steps. What is beyond the largest
  // number of records is refused as it is.
  void arrivals() {
    for (const model::InputSettings& input : settings_.inputs) {
      for (std::size_t i = 0; i < input.appears.size(); ++i) {
        check({{"input", input.name, "appears", std::to_string(i), "at"}},
              input.appears[i].at.ms());
      }
      if (input.is_listed()) {
        for (std::size_t i = 0; i < input.listed.size(); ++i) {
          check({{"input", input.name, "listed", std::to_string(i), "at"}},
                input.listed[i].at.ms());
        }
        continue;
      }
      for (std::size_t i = 0; i < input.silences.size(); ++i) {
        if (input.silences[i].until) {
          check({{"input", input.name, "silent", std::to_string(i), "until"}},
                input.silences[i].until->ms());
        }
      }
      for (std::uint32_t k = 0; k < std::min(input.records, explored::kRecords); ++k) {
        const std::int64_t at = std::int64_t{k} * input.rate.per_ms / input.rate.count;
        if (is_off(at)) {
          all_.push_back(OffGrid{{{"input", input.name, "rate"}},
                                 "",
                                 "every record to arrive at " + multiple(),
                                 "record " + std::to_string(k) + " at " + spelled(at),
                                 ""});
          break;
        }
      }
    }
  }

  // A limit is shared evenly by the subtasks.
  void paces() {
    const auto& operators = settings_.job.operators;
    for (std::size_t i = 0; i < operators.size(); ++i) {
      if (operators[i].kind != model::OperatorKind::kSource) {
        continue;
      }
      const std::string found = pace_off_grid(operators[i]);
      if (!found.empty()) {
        all_.push_back(OffGrid{{{"job", "operators", std::to_string(i), "rate_limit"}},
                               "",
                               "a rate limit at which a record of a subtask takes " + multiple(),
                               found,
                               ""});
      }
    }
  }

  // Empty if it is on the grid.
  [[nodiscard]] std::string pace_off_grid(const model::OperatorSettings& source) const {
    if (!source.rate_limit) {
      return "none";
    }
    const std::uint64_t takes_ms = std::uint64_t{source.rate_limit->per_ms} * source.parallelism;
    const std::uint64_t records = source.rate_limit->count;
    if (takes_ms % (records * step_ms_) == 0) {
      return "";
    }
    const std::uint64_t common = std::gcd(takes_ms, records);
    return (records == common ? "one" : std::to_string(records / common)) + " in " +
           spelled_duration(takes_ms / common);
  }

  void intervals() {
    if (settings_.job.checkpoint_interval) {
      check({{"deployment", "flink_configuration", "execution.checkpointing.interval"},
             {"job", "checkpointing", "interval"}},
            settings_.job.checkpoint_interval->ms());
    }
    check({{"job", "checkpointing", "aligned_timeout"}}, settings_.job.aligned_timeout.ms());
    if (settings_.job.checkpoint_timeout) {
      check({{"job", "checkpointing", "timeout"}}, settings_.job.checkpoint_timeout->ms());
    }
    check({{"deployment", "flink_configuration", "pipeline.auto-watermark-interval"},
           {"job", "auto_watermark_interval"}},
          settings_.job.auto_watermark_interval.ms());
  }

  void sources() {
    for (std::size_t i = 0; i < settings_.job.operators.size(); ++i) {
      const model::OperatorSettings& op = settings_.job.operators[i];
      const bool discovers = std::any_of(
          settings_.inputs.begin(), settings_.inputs.end(),
          [&](const auto& input) { return input.name == op.reads && !input.appears.empty(); });
      if (discovers) {
        check({{"job", "operators", std::to_string(i), "discovery_interval"}},
              op.discovery_interval.ms());
      }
      if (op.kind == model::OperatorKind::kLookUp) {
        check({{"job", "operators", std::to_string(i), "latency"}}, op.latency.shortest_ms,
              op.latency.longest_ms, "");
      }
      if (const auto& alignment = settings_.job.operators[i].alignment) {
        check(
            {{"job", "operators", std::to_string(i), "watermarks", "alignment", "update_interval"},
             {"job", "operators", std::to_string(i), "watermarks", "alignment"}},
            alignment->update_interval.ms());
      }
    }
  }

  void deployment() {
    const model::DeploymentSettings& deployment = settings_.deployment;
    const auto key = [](const char* name) -> std::vector<Path> {
      return {
          {"deployment", "configuration", std::string{"kubernetes.operator.bluegreen."} + name}};
    };
    check(key("deployment-deletion.delay"), deployment.deletion_delay.value.count());
    check(key("abort.grace-period"), deployment.abort_grace.ms());
    check(key("reconciliation.reschedule-interval"), deployment.reschedule_interval.ms());
    if (deployment.gate_timeout) {
      check(key("gate.timeout"), deployment.gate_timeout->ms());
    }
  }

  void constant(std::int64_t ms, std::string_view what) {
    if (is_off(ms)) {
      all_.push_back(OffGrid{{{"explore", "grid"}},
                             "",
                             "a divisor of the " + spelled(ms) + " of " + std::string{what},
                             "",
                             ""});
    }
  }

  // Those that a run of this protocol can come by.
  void constants() {
    const auto protocol = model::effective_protocol(settings_.deployment);
    if (!protocol) {
      return;
    }
    const model::GateRules& gate = protocol->gate;
    const model::ControllerRules& controller = protocol->controller;
    // A gate that agrees on a toggle opens no window (cutover:N1).
    if (protocol->has_gate && gate.timing == model::WriteTiming::kInWindow &&
        gate.force == model::ToggleForce::kOnceStored) {
      constant(model::kWriteDelayMs, "the write window (p2:R2.1)");
    }
    const bool asks = controller.advanced &&
                      controller.hand_over == model::HandOverCheck::kClearedAndGauge &&
                      gate.gauge != model::HandOverGauge::kNone;
    if (asks && gate.gauge == model::HandOverGauge::kReported) {
      constant(model::kGaugeSilenceMs, "the gauge's silence (p2:R4.1)");
    }
    if (asks) {
      constant(model::kMetricUpdateMs, "the metric store (rt:M2)");
    }
    if (controller.finalize == model::Finalize::kWhenGone) {
      constant(model::kDeleteRetryMs, "the repeated delete (op:2.1)");
    }
  }

  void delay(std::string_view key, model::Delay delay) {
    check({{"environment", std::string{key}}}, delay.shortest_ms, delay.longest_ms,
          "the default " + spelled(delay));
  }

  void delays() {
    const model::EnvironmentSettings& environment = settings_.environment;
    delay("informer_lag", environment.informer_lag);
    delay("channel_delay", environment.channel_delay);
    delay("checkpoint_time", environment.checkpoint_time);
    delay("notice_delay", environment.notice_delay);
    delay("open_time", environment.open_time);
    for (const model::Color color : {model::Color::kBlue, model::Color::kGreen}) {
      const model::Delay own = environment.deploy_time[model::index_of(color)];
      const Path both{"environment", "deploy_time"};
      check({within(both, color == model::Color::kBlue ? "blue" : "green"), both}, own.shortest_ms,
            own.longest_ms, "the default " + spelled(own));
    }
    delay("status_lag", environment.status_lag);
  }

  // On the timeline a moment is no window.
  void happenings(const Path& list, const std::vector<model::Happening>& all) {
    for (std::size_t i = 0; i < all.size(); ++i) {
      const Path one = within(list, std::to_string(i));
      if (list.front() == "timeline") {
        check({within(one, "at")}, all[i].at.ms());
      } else {
        check({within(one, "between")}, all[i].at.ms(), all[i].latest.ms(), "");
      }
      check({within(one, "for")}, all[i].lasts.ms());
      check({within(one, "per_record")}, all[i].per_record.ms());
      check({within(one, "by")}, all[i].by.ms());
      const auto changed = [&](std::string_view key, std::optional<std::uint32_t> ms) {
        check({within(within(one, "configuration"),
                      std::string{"kubernetes.operator.bluegreen."} + std::string{key})},
              ms.value_or(0));
      };
      const model::SpecEdit& edit = all[i].edit;
      changed("abort.grace-period", edit.abort_grace_ms);
      changed("reconciliation.reschedule-interval", edit.reschedule_ms);
      if (edit.deletion_delay) {
        changed("deployment-deletion.delay",
                static_cast<std::uint32_t>(edit.deletion_delay->value.count()));
      }
      request(all[i].action);
    }
  }

  // How long the operator waits for an answer, or before it asks again.
  void request(model::Action action) {
    using model::Action;
    if (action == Action::kPauseJobManager || action == Action::kSlowJobManager) {
      constant(model::kAnswerTimeoutMs, "the time-out of a REST call (op:2.2)");
    }
    if (action == Action::kFailRequests || action == Action::kTimeOutRequests ||
        action == Action::kStopApiServer || action == Action::kSlowOperator ||
        action == Action::kSlowApiServer) {
      constant(model::kAskAgainMs, "the pause before a request is repeated (op:1.6)");
    }
  }

  const model::Settings& settings_;
  const ReadSections& sections_;
  std::uint32_t step_ms_;
  std::vector<OffGrid> all_;
};

// At the first place that the file has; else at the usual one, which it should have.
void report(const std::vector<OffGrid>& all, const Document& document) {
  std::set<std::pair<std::string, std::string>> said;  // of both colors only once
  for (const OffGrid& off : all) {
    const auto given = std::find_if(off.keys.begin(), off.keys.end(),
                                    [&](const Path& key) { return document.find(key) != nullptr; });
    const bool is_given = given != off.keys.end();
    Path path = is_given ? *given : off.keys.back();
    if (is_given && !off.end.empty()) {
      path = within(path, off.end);
    }
    const Json* json = is_given ? document.find(path) : nullptr;
    const std::string found = !off.found.empty() ? off.found
                              : json != nullptr  ? json->described()
                                                 : off.absent;
    const std::string text = "expected " + off.wanted + ", found " + found;
    if (!said.emplace(pointer_of(path), text).second) {
      continue;
    }
    if (is_given) {
      document.complain(path, text);
    } else {
      document.miss(path, text);
    }
  }
}

// --- Sizes ---------------------------------------------------------------------------------------

// As the model counts them, with its gates. REQUIRES: a valid graph, and a placement that is if
// there are any.
std::uint64_t subtasks_of(const model::Settings& settings, const model::Protocol& protocol) {
  model::JobGraph graph = model::build_job_graph(settings.job);
  if (protocol.has_gate) {
    graph = model::with_gates(graph, settings.deployment.gate, protocol.partitioner);
  }
  std::uint64_t subtasks = 0;
  for (const model::JobVertex vertex : model::in_topological_order(graph)) {
    subtasks += model::heads_a_task(graph, vertex) ? graph[vertex].parallelism : 0;
  }
  return subtasks;
}

class SizeChecks {
 public:
  SizeChecks(const model::Settings& settings, const ReadSections& sections,
             const Document& document)
      : settings_(settings), sections_(sections), document_(document) {}

  void run() const {
    if (sections_.inputs) {
      std::uint64_t records = 0;
      for (const model::InputSettings& input : settings_.inputs) {
        records += input.count();
      }
      check({"input"}, explored::kRecords, "records in all inputs", records);
    }
    if (sections_.job) {
      check_job();
    }
    if (sections_.timeline && sections_.environment) {
      const std::size_t on_timeline = settings_.timeline.size();
      const bool is_timeline_alone = on_timeline > explored::kHappenings;
      check(is_timeline_alone ? Path{"timeline"} : Path{"environment", "faults"},
            explored::kHappenings, "entries of timeline and faults",
            on_timeline + settings_.environment.faults.size());
    }
  }

 private:
  void check(const Path& path, std::uint64_t most, std::string_view what,
             std::uint64_t found) const {
    if (found > most) {
      document_.complain(path, "expected at most " + std::to_string(most) + " " +
                                   std::string{what} + " to be explored, found " +
                                   std::to_string(found));
    }
  }

  void check_job() const {
    const auto& operators = settings_.job.operators;
    std::uint64_t inputs = 0;
    for (const model::OperatorSettings& op : operators) {
      inputs += op.kind == model::OperatorKind::kSink ? op.inputs.size() : 0U;
    }
    check({"job", "operators"}, explored::kSinkInputs, "inputs of sinks", inputs);
    const auto protocol =
        sections_.deployment ? model::effective_protocol(settings_.deployment) : std::nullopt;
    if (sections_.graph && protocol && (sections_.placement || !protocol->has_gate)) {
      check({"job", "operators"}, explored::kSubtasks, "subtasks",
            subtasks_of(settings_, *protocol));
    }
  }

  const model::Settings& settings_;
  const ReadSections& sections_;
  const Document& document_;
};

// Of the control plane explorations leave out what depends on clocks that differ, on how often
// something has run, or on how long nothing has.
void check_control_plane(const Scenario& scenario, const Document& document) {
  const auto check = [&](const Path& list, const std::vector<model::Happening>& all) {
    for (std::size_t i = 0; i < all.size(); ++i) {
      const Path one = within(list, std::to_string(i));
      if (row_of(all[i].action).explored == model::InExplorations::kNo) {
        document.complain(within(one, "do"),
                          "expected a fault that can be explored with \"explore\", found " +
                              in_quotes(model::name_of(all[i].action)));
      }
    }
  };
  check({"timeline"}, scenario.settings.timeline);
  check({"environment", "faults"}, scenario.settings.environment.faults);
  const model::DeploymentSettings& deployment = scenario.settings.deployment;
  const auto protocol = model::effective_protocol(deployment);
  if (protocol && protocol->controller.own_status == model::OwnStatus::kMayLag) {
    document.complain({"deployment"},
                      "expected an operator that reads its own status with "
                      "\"explore\" (op:H10)");
  }
  const model::EnvironmentSettings& environment = scenario.settings.environment;
  if (environment.rate_limiter) {
    document.complain({"environment", "rate_limiter"}, "expected none with \"explore\"");
  }
  if (environment.wakes_up_after) {
    document.complain(
        {"environment", "wakes_up_after"},
        "expected none with \"explore\", where a run that nothing wakes up has ended");
  }
}

// An exploration has no use for them.
void check_companions(const Scenario& scenario, const Document& document) {
  if (document.find({"random"}) != nullptr) {
    document.complain({"explore"}, "expected one scenario to explore, found \"random\" too");
  }
  for (const model::InputSettings& input : scenario.settings.inputs) {
    if (input.delivery == model::Delivery::kCompeting) {
      document.complain({"input", input.name, "delivery"},
                        "expected no jobs that compete with \"explore\": what one reads the other "
                        "does not, at any moment");
    }
  }
  check_control_plane(scenario, document);
  if (scenario.settings.environment.mirror) {
    document.complain({"environment", "mirror"},
                      "expected one cluster with \"explore\": what is on its way between two is no "
                      "part of the states that an exploration tells apart");
  }
  const auto& operators = scenario.settings.job.operators;
  for (std::size_t i = 0; i < operators.size(); ++i) {
    if (model::makes_rows(operators[i].kind)) {
      document.complain({"job", "operators", std::to_string(i), "kind"},
                        "expected no operator with \"explore\" that makes other records of those "
                        "that it gets, found " +
                            a_kind(operators[i].kind));
    }
  }
  if (const Json* horizon = document.find({"horizon"})) {
    document.complain({"horizon"},
                      "expected none with \"explore\", whose runs end when they have settled or "
                      "never, found " +
                          horizon->described());
  }
}

}  // namespace

std::vector<OffGrid> off_grid(const model::Settings& settings, const ReadSections& sections) {
  if (!settings.grid) {
    return {};
  }
  return GridSearch{settings, sections}.search();
}

void check_grid(const Scenario& scenario, const ReadSections& sections, const Document& document) {
  check_companions(scenario, document);
  SizeChecks{scenario.settings, sections, document}.run();
  if (sections.explore && !scenario.choices) {
    report(off_grid(scenario.settings, sections), document);
  }
}

void check_restricted_grid(const Scenario& scenario, const Document& document) {
  if (scenario.choices) {
    return;
  }
  const std::vector<OffGrid> off = off_grid(scenario.settings);
  if (!off.empty()) {
    document.complain({"assume"}, "expected assumptions that keep to the grid (" +
                                      spelled(scenario.settings.grid->step_ms) +
                                      "), found that they change " +
                                      pointer_of(off.front().keys.back()));
  }
}

}  // namespace scenarios
