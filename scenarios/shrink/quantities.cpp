#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <type_traits>
#include <utility>

#include "model/settings.hpp"
#include "scenarios/reader/keyed_checks.hpp"
#include "scenarios/shrink/elements.hpp"

namespace scenarios {

namespace {

using model::Settings;
using sim::milliseconds;

constexpr std::int64_t kDay = 86'400'000;

// Finds the numbers. What points at one in the settings takes them as auto&, to read and to write
// it.
class QuantityLister {
 public:
  explicit QuantityLister(const Candidate& candidate)
      : settings_(candidate.scenario.settings),
        step_(settings_.grid ? std::int64_t{settings_.grid->step_ms} : 1) {}

  std::vector<Quantity> list(const Candidate& candidate) {
    happenings("/timeline", "at", [](auto& s) { return &s.timeline; });
    happenings("/environment/faults", "between", [](auto& s) { return &s.environment.faults; });
    inputs();
    sources();
    keyed();
    failover();
    deployment();
    delays();
    mirror();
    choices(candidate);
    return std::move(quantities_);
  }

 private:
  // Event time in ms. `get` and `set` translate what is to be changed to a number and back.
  template <class Get, class Set>
  void add_event_time(std::string pointer, std::string what, Get get, Set set) {
    quantities_.push_back(
        Quantity{std::move(pointer), std::move(what), "ms", 0, kDay, 1, false,
                 [get](const Candidate& candidate) { return get(candidate.scenario.settings); },
                 [set](Candidate& candidate, std::int64_t value) {
                   set(candidate.scenario.settings, value);
                 }});
  }
  // Processing time in ms.
  template <class Get, class Set>
  void add(std::string pointer, std::string what, Get get, Set set) {
    add_event_time(std::move(pointer), std::move(what), get, set);
    quantities_.back().step = step_;
    quantities_.back().most = kDay / step_ * step_;
  }

  // `ref` gives what is to be changed: a span or an instant, whose type says its axis.
  template <class Ref>
  void span(std::string pointer, std::string what, Ref ref) {
    using Of = std::decay_t<decltype(*ref(settings_))>;
    const auto get = [ref](const Settings& s) { return ref(s)->ms(); };
    const auto set = [ref](Settings& s, std::int64_t value) { *ref(s) = Of{milliseconds{value}}; };
    if constexpr (std::is_same_v<Of, model::EventSpan>) {
      add_event_time(std::move(pointer), std::move(what), get, set);
    } else {
      add(std::move(pointer), std::move(what), get, set);
    }
  }

  // How often: from once on.
  template <class Ref>
  void count(std::string pointer, std::string what, std::uint32_t most, Ref ref) {
    quantities_.push_back(Quantity{std::move(pointer), std::move(what), "", 1, most, 1, false,
                                   [ref](const Candidate& candidate) {
                                     return std::int64_t{*ref(candidate.scenario.settings)};
                                   },
                                   [ref](Candidate& candidate, std::int64_t value) {
                                     *ref(candidate.scenario.settings) =
                                         static_cast<std::uint32_t>(value);
                                   }});
    quantities_.back().is_count = true;
  }

  template <class List>
  void happenings(const char* where, const char* moment, List list) {
    const auto& all = *list(settings_);
    for (std::size_t i = 0; i < all.size(); ++i) {
      const std::string name{model::name_of(all[i].action)};
      add(
          fmt::format("{}/{}/{}", where, i, moment), "when " + name + " happens",
          [list, i](const Settings& s) { return (*list(s))[i].at.ms(); },
          [list, i](Settings& s, std::int64_t value) {
            model::Happening& what = (*list(s))[i];
            what.at = sim::ProcessingTime{milliseconds{value}};
            what.latest = what.at;
          });
      if (all[i].lasts.ms() > 0) {
        span(fmt::format("{}/{}/for", where, i), "how long " + name + " lasts",
             [list, i](auto& s) { return &(*list(s))[i].lasts; });
      }
      if (all[i].by.ms() > 0) {
        span(fmt::format("{}/{}/by", where, i), "how much " + name + " makes of it",
             [list, i](auto& s) { return &(*list(s))[i].by; });
      }
      if (all[i].per_thousand > 1) {
        count(fmt::format("{}/{}/per_thousand", where, i), "how fast " + name + " goes",
              model::limits::kPerThousand,
              [list, i](auto& s) { return &(*list(s))[i].per_thousand; });
      }
      if (all[i].times > 1) {
        count(fmt::format("{}/{}/times", where, i), "how often " + name + " hits",
              model::limits::kConflicts, [list, i](auto& s) { return &(*list(s))[i].times; });
      }
    }
  }

  void inputs() {
    for (std::size_t i = 0; i < settings_.inputs.size(); ++i) {
      const model::InputSettings& input = settings_.inputs[i];
      const std::string pointer = "/input/" + input.name;
      appearances(i);
      if (input.is_listed()) {
        listed(i);
        continue;
      }
      span(pointer + "/event_time/step", "the event time from a record to the next",
           [i](auto& s) { return &s.inputs[i].event_step; });
      if (input.out_of_order.which.every != 0) {
        span(pointer + "/out_of_order/by", "how far records are out of order",
             [i](auto& s) { return &s.inputs[i].out_of_order.by; });
      }
      if (input.late.which.every != 0) {
        span(pointer + "/late/by", "how late records are",
             [i](auto& s) { return &s.inputs[i].late.by; });
      }
      silences(i);
    }
  }

  // Event times are counted from that of the input's start.
  void listed(std::size_t i) {
    const model::InputSettings& input = settings_.inputs[i];
    for (std::size_t j = 0; j < input.listed.size(); ++j) {
      const std::string pointer = fmt::format("/input/{}/listed/{}", input.name, j);
      const std::string name = fmt::format("{}#{}", input.name, input.listed[j].number);
      add(
          pointer + "/at", "the arrival of " + name,
          [i, j](const Settings& s) { return s.inputs[i].listed[j].at.ms(); },
          [i, j](Settings& s, std::int64_t value) {
            model::ListedRecord& record = s.inputs[i].listed[j];
            record.at = sim::ProcessingTime{milliseconds{value}};
            for (const model::Appearance& appearance : s.inputs[i].appears) {
              record.at = appearance.partition == record.partition
                              ? std::max(record.at, appearance.at)
                              : record.at;
            }
          });
      if (settings_.inputs[i].listed[j].event_time == model::kNoTimestamp) {
        continue;
      }
      add_event_time(
          pointer + "/event_time", "the event time of " + name + " past the start",
          [i, j](const Settings& s) {
            return (s.inputs[i].listed[j].event_time - s.inputs[i].event_start).ms();
          },
          [i, j](Settings& s, std::int64_t value) {
            s.inputs[i].listed[j].event_time =
                s.inputs[i].event_start + model::EventSpan{milliseconds{value}};
          });
    }
  }

  // Not after the first of its records, where they are listed.
  void appearances(std::size_t i) {
    const model::InputSettings& input = settings_.inputs[i];
    for (std::size_t j = 0; j < input.appears.size(); ++j) {
      add(
          fmt::format("/input/{}/appears/{}/at", input.name, j),
          fmt::format("when partition {} of {} appears", input.appears[j].partition, input.name),
          [i, j](const Settings& s) { return s.inputs[i].appears[j].at.ms(); },
          [i, j, least = step_](Settings& s, std::int64_t value) {
            model::Appearance& appearance = s.inputs[i].appears[j];
            std::int64_t most = std::max(value, least);
            for (const model::ListedRecord& record : s.inputs[i].listed) {
              most =
                  record.partition == appearance.partition ? std::min(most, record.at.ms()) : most;
            }
            appearance.at = sim::ProcessingTime{milliseconds{most}};
          });
    }
  }

  void silences(std::size_t i) {
    const model::InputSettings& input = settings_.inputs[i];
    for (std::size_t j = 0; j < input.silences.size(); ++j) {
      const std::string pointer = fmt::format("/input/{}/silent/{}", input.name, j);
      add(
          pointer + "/from", "when " + input.name + " falls silent",
          [i, j](const Settings& s) { return s.inputs[i].silences[j].from.ms(); },
          [i, j, least = step_](Settings& s, std::int64_t value) {
            model::Silence& silence = s.inputs[i].silences[j];
            const std::int64_t most = silence.until ? silence.until->ms() - least : value;
            silence.from = sim::ProcessingTime{milliseconds{std::min(value, most)}};
          });
      if (input.silences[j].until) {
        add(
            pointer + "/until", "when " + input.name + " goes on",
            [i, j](const Settings& s) { return s.inputs[i].silences[j].until->ms(); },
            [i, j, least = step_](Settings& s, std::int64_t value) {
              const std::int64_t from = s.inputs[i].silences[j].from.ms();
              s.inputs[i].silences[j].until =
                  sim::ProcessingTime{milliseconds{std::max(value, from + least)}};
            });
      }
    }
  }

  void sources() {
    const auto& all = settings_.job.operators;
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (all[i].out_of_orderness) {
        span(fmt::format("/job/operators/{}/watermarks/bound", i),
             "the watermark bound of " + all[i].id,
             [i](auto& s) { return &*s.job.operators[i].out_of_orderness; });
      }
      if (all[i].retiming.later != model::EventSpan{}) {
        span(fmt::format("/job/operators/{}/event_time/later", i),
             "how much later " + all[i].id + " makes records",
             [i](auto& s) { return &s.job.operators[i].retiming.later; });
      }
      if (all[i].retiming.earlier.which.every != 0) {
        span(fmt::format("/job/operators/{}/event_time/earlier/by", i),
             "how much earlier " + all[i].id + " makes records",
             [i](auto& s) { return &s.job.operators[i].retiming.earlier.by; });
      }
      if (all[i].discovery_interval != model::OperatorSettings{}.discovery_interval) {
        span(fmt::format("/job/operators/{}/discovery_interval", i),
             "the discovery interval of " + all[i].id,
             [i](auto& s) { return &s.job.operators[i].discovery_interval; });
      }
      if (all[i].alignment) {
        span(fmt::format("/job/operators/{}/watermarks/alignment/max_drift", i),
             "how far " + all[i].id + " may run ahead",
             [i](auto& s) { return &s.job.operators[i].alignment->max_drift; });
      }
      if (all[i].idleness) {
        add(
            fmt::format("/job/operators/{}/watermarks/idleness", i),
            "the idleness timeout of " + all[i].id,
            [i](const Settings& s) { return s.job.operators[i].idleness->ms(); },
            [i, least = step_](Settings& s, std::int64_t value) {
              s.job.operators[i].idleness =
                  sim::ProcessingSpan{milliseconds{std::max(value, least)}};
            });
      }
    }
    if (settings_.job.checkpoint_interval) {
      add(
          "/job/checkpointing/interval", "the checkpoint interval",
          [](const Settings& s) { return s.job.checkpoint_interval->ms(); },
          [least = step_](Settings& s, std::int64_t value) {
            s.job.checkpoint_interval = sim::ProcessingSpan{milliseconds{std::max(value, least)}};
          });
    }
  }

  // Of operators that make other records of those they get, or ask about them.
  void keyed() {
    const auto& all = settings_.job.operators;
    for (std::size_t i = 0; i < all.size(); ++i) {
      const std::string pointer = fmt::format("/job/operators/{}/", i);
      number_of(pointer + "copies", "the copies of " + all[i].id, most_copies(i),
                [i](auto& s) { return &s.job.operators[i].copies; });
      number_of(pointer + "keys", "the new keys of " + all[i].id, model::limits::kRecords,
                [i](auto& s) { return &s.job.operators[i].keys; });
      if (all[i].kind == model::OperatorKind::kLookUp) {
        delay(
            pointer + "latency", "latency of " + all[i].id,
            [i](auto& s) { return &s.job.operators[i].latency; }, model::Delay{});
      }
      if (all[i].kind == model::OperatorKind::kIntervalJoin) {
        span(pointer + "before", "how much earlier than the left a right record may be",
             [i](auto& s) { return &s.job.operators[i].before; });
        span(pointer + "after", "how much later than the left a right record may be",
             [i](auto& s) { return &s.job.operators[i].after; });
      }
      window(i);
    }
  }

  // All flat maps together keep to their limit.
  [[nodiscard]] std::uint32_t most_copies(std::size_t i) const {
    std::uint32_t others = 1;
    for (std::size_t other = 0; other < settings_.job.operators.size(); ++other) {
      others *= other == i ? 1 : settings_.job.operators[other].copies;
    }
    return std::min(kMostCopies, std::max(kMostCopiesInAll / others, 1U));
  }

  template <class Ref>
  void number_of(std::string pointer, std::string what, std::uint32_t most, Ref ref) {
    if (*ref(settings_) == 1) {
      return;
    }
    add_event_time(
        std::move(pointer), std::move(what),
        [ref](const Settings& s) { return std::int64_t{*ref(s)}; },
        [ref](Settings& s, std::int64_t value) { *ref(s) = static_cast<std::uint32_t>(value); });
    quantities_.back().unit.clear();
    quantities_.back().least = 1;
    quantities_.back().most = most;
  }

  // Of what a window has. Starts stay a step apart that is not above the size and no less than a
  // thousandth of it, and the offset stays below the step (rt:L4).
  void window(std::size_t i) {
    using Field = model::EventSpan model::WindowSettings::*;
    using model::WindowSettings;
    const auto add_field = [&](const char* key, const char* what, Field field, std::int64_t least) {
      const model::OperatorSettings& op = settings_.job.operators[i];
      if (op.window.*field == model::EventSpan{}) {
        return;
      }
      add_event_time(
          fmt::format("/job/operators/{}/window/{}", i, key), fmt::format("{} of {}", what, op.id),
          [i, field](const Settings& s) { return (s.job.operators[i].window.*field).ms(); },
          [i, field, least](Settings& s, std::int64_t value) {
            WindowSettings& of = s.job.operators[i].window;
            of.*field = model::EventSpan{milliseconds{std::max(value, least)}};
            fit(of, field == &WindowSettings::slide);
          });
    };
    add_field("size", "the window size", &WindowSettings::size, 1);
    add_field("slide", "the window slide", &WindowSettings::slide, 1);
    add_field("gap", "the session gap", &WindowSettings::gap, 1);
    add_field("offset", "the window offset", &WindowSettings::offset, 0);
    add_field("allowed_lateness", "the allowed lateness", &WindowSettings::allowed_lateness, 0);
  }

  static void fit(model::WindowSettings& window, bool keeps_size) {
    if (window.type == model::WindowType::kSession) {
      return;
    }
    const bool is_sliding = window.type == model::WindowType::kSliding;
    const auto of = [](std::int64_t ms) { return model::EventSpan{milliseconds{ms}}; };
    if (is_sliding && keeps_size) {
      const std::int64_t least =
          (window.size.ms() + kMostWindowsOfRecord - 1) / kMostWindowsOfRecord;
      window.slide = std::clamp(window.slide, of(least), window.size);
    } else if (is_sliding) {
      window.size =
          std::clamp(window.size, window.slide, of(window.slide.ms() * kMostWindowsOfRecord));
    }
    const model::EventSpan step = is_sliding ? window.slide : window.size;
    window.offset = std::min(window.offset, of(step.ms() - 1));
  }

  void failover() {
    if (settings_.job.checkpoint_timeout) {
      add(
          "/job/checkpointing/timeout", "the checkpoint timeout",
          [](const Settings& s) { return s.job.checkpoint_timeout->ms(); },
          [least = step_](Settings& s, std::int64_t value) {
            s.job.checkpoint_timeout = sim::ProcessingSpan{milliseconds{std::max(value, least)}};
          });
      quantities_.back().calms_upwards = true;
    }
    if (settings_.job.aligned_timeout != sim::ProcessingSpan{}) {
      span("/job/checkpointing/aligned_timeout", "the alignment timeout",
           [](auto& s) { return &s.job.aligned_timeout; });
    }
    const auto& restart = settings_.job.restart;
    if (restart && (restart->kind == model::RestartKind::kFixedDelay ||
                    restart->kind == model::RestartKind::kFailureRate)) {
      span("/job/restart_strategy/delay", "the delay of a restart",
           [](auto& s) { return &s.job.restart->delay; });
      if (restart->attempts > 1) {
        const bool is_fixed = restart->kind == model::RestartKind::kFixedDelay;
        count(is_fixed ? "/job/restart_strategy/attempts" : "/job/restart_strategy/failures",
              is_fixed ? "how many restarts there are" : "how many failures there may be",
              model::limits::kRestarts, [](auto& s) { return &s.job.restart->attempts; });
      }
    }
  }

  void deployment() {
    constexpr const char* kKey = "/deployment/configuration/kubernetes.operator.bluegreen.";
    add(
        std::string{kKey} + "deployment-deletion.delay", "the deletion delay",
        [](const Settings& s) { return s.deployment.deletion_delay.value.count(); },
        [](Settings& s, std::int64_t value) {
          s.deployment.deletion_delay.value = milliseconds{value};
        });
    quantities_.back().calms_upwards = true;
    if (settings_.deployment.gate_timeout) {
      span(std::string{kKey} + "gate.timeout", "the gate timeout",
           [](auto& s) { return &*s.deployment.gate_timeout; });
      quantities_.back().calms_upwards = true;
    }
    const Settings plain;
    if (settings_.deployment.abort_grace != plain.deployment.abort_grace) {
      span(std::string{kKey} + "abort.grace-period", "the abort grace period",
           [](auto& s) { return &s.deployment.abort_grace; });
      quantities_.back().calms_upwards = true;
    }
    if (settings_.deployment.reschedule_interval != plain.deployment.reschedule_interval) {
      add(
          std::string{kKey} + "reconciliation.reschedule-interval", "the reschedule interval",
          [](const Settings& s) { return s.deployment.reschedule_interval.ms(); },
          [least = step_](Settings& s, std::int64_t value) {
            s.deployment.reschedule_interval =
                sim::ProcessingSpan{milliseconds{std::max(value, least)}};
          });
    }
  }

  template <class Ref>
  void delay(const std::string& pointer, const std::string& what, Ref ref, model::Delay usual) {
    const model::Delay here = *ref(settings_);
    const auto get = [ref](const Settings& s) { return *ref(s); };
    if (here.shortest_ms != usual.shortest_ms) {
      add(
          pointer + "/0", "the shortest " + what,
          [get](const Settings& s) { return std::int64_t{get(s).shortest_ms}; },
          [ref](Settings& s, std::int64_t value) {
            model::Delay& of = *ref(s);
            of.shortest_ms = static_cast<std::uint32_t>(value);
            of.longest_ms = std::max(of.longest_ms, of.shortest_ms);
          });
    }
    if (here.longest_ms != usual.longest_ms) {
      add(
          pointer + "/1", "the longest " + what,
          [get](const Settings& s) { return std::int64_t{get(s).longest_ms}; },
          [ref](Settings& s, std::int64_t value) {
            model::Delay& of = *ref(s);
            of.longest_ms = static_cast<std::uint32_t>(value);
            of.shortest_ms = std::min(of.longest_ms, of.shortest_ms);
          });
    }
  }

  void delays() {
    const auto add_delay = [&](const char* key, const char* what, auto ref) {
      Settings plain;
      delay(std::string{"/environment/"} + key, what, ref, *ref(plain));
    };
    add_delay("informer_lag", "informer lag", [](auto& s) { return &s.environment.informer_lag; });
    add_delay("channel_delay", "channel delay",
              [](auto& s) { return &s.environment.channel_delay; });
    add_delay("checkpoint_time", "checkpoint time",
              [](auto& s) { return &s.environment.checkpoint_time; });
    add_delay("notice_delay", "notice delay", [](auto& s) { return &s.environment.notice_delay; });
    add_delay("open_time", "open time", [](auto& s) { return &s.environment.open_time; });
    add_delay("deploy_time/blue", "deploy time of blue",
              [](auto& s) { return &s.environment.deploy_time[0]; });
    add_delay("deploy_time/green", "deploy time of green",
              [](auto& s) { return &s.environment.deploy_time[1]; });
    add_delay("status_lag", "status lag", [](auto& s) { return &s.environment.status_lag; });
  }

  void mirror() {
    if (!settings_.environment.mirror) {
      return;
    }
    const std::string pointer = "/environment/mirror";
    delay(pointer + "/delay", "delay of the mirror",
          [](auto& s) { return &s.environment.mirror->delay; }, {});
    for (std::size_t i = 0; i < settings_.environment.mirror->partitions.size(); ++i) {
      const auto partition = [i](auto& s) -> auto& { return s.environment.mirror->partitions[i]; };
      add(
          fmt::format("{}/partitions/{}/from", pointer, i), "when a partition begins",
          [partition](const Settings& s) { return partition(s).from.ms(); },
          [partition, least = step_](Settings& s, std::int64_t value) {
            model::Partition& of = partition(s);
            of.from = sim::ProcessingTime{milliseconds{std::min(value, of.until.ms() - least)}};
          });
      add(
          fmt::format("{}/partitions/{}/until", pointer, i), "when a partition is over",
          [partition](const Settings& s) { return partition(s).until.ms(); },
          [partition, least = step_](Settings& s, std::int64_t value) {
            model::Partition& of = partition(s);
            of.until = sim::ProcessingTime{milliseconds{std::max(value, of.from.ms() + least)}};
          });
    }
  }

  void choices(const Candidate& candidate) {
    for (std::size_t i = 0; i < candidate.choices.size(); ++i) {
      const auto kind = static_cast<model::ChoiceKind>(candidate.choices[i].kind);
      quantities_.push_back(
          Quantity{fmt::format("/choices/{}/is", i), std::string{model::name_of(kind)},
                   unit_of(kind), 0, std::int64_t{UINT32_MAX} - 1, 1, false,
                   [i](const Candidate& c) { return std::int64_t{c.choices[i].chosen}; },
                   [i](Candidate& c, std::int64_t value) {
                     c.choices[i].chosen = static_cast<std::uint32_t>(value);
                   }});
    }
  }

  // What a choice counts. On a grid it counts steps if it is a delay, and alternatives else.
  [[nodiscard]] std::string unit_of(model::ChoiceKind kind) const {
    using enum model::ChoiceKind;
    if (!settings_.grid) {
      return kind == kPriority ? "" : "ms";
    }
    switch (kind) {
      case kPriority:
      case kRoundRobin:
      case kPoll:
      case kPollSize:
      case kTickOrder:
      case kEcho: return "";
      case kWriteJitter:
        if (!settings_.grid->write_jitter_ms.empty()) {
          return "";
        }
        break;
      default: break;
    }
    return fmt::format("steps of {} ms", step_);
  }

  const Settings& settings_;
  std::int64_t step_;  // between two values of processing time, ms
  std::vector<Quantity> quantities_;
};

}  // namespace

std::vector<Quantity> quantities_of(const Candidate& candidate) {
  return QuantityLister{candidate}.list(candidate);
}

}  // namespace scenarios
