#include "scenarios/shrink/elements.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "scenarios/reader/check_grid.hpp"
#include "scenarios/shrink/job_surgery.hpp"
#include "scenarios/shrink/keyed_elements.hpp"

namespace scenarios {

namespace {

using model::Connection;
using model::Happening;
using model::OperatorKind;
using model::OperatorSettings;
using model::Settings;

using Axis = Element::Axis;

std::size_t count(const Settings& settings, OperatorKind kind) {
  const auto& all = settings.job.operators;
  return static_cast<std::size_t>(
      std::count_if(all.begin(), all.end(), [&](const auto& op) { return op.kind == kind; }));
}

// No later than the first of its listed records.
void appear_in_time(model::InputSettings& input) {
  for (model::Appearance& appearance : input.appears) {
    for (const model::ListedRecord& record : input.listed) {
      if (record.partition == appearance.partition) {
        appearance.at = std::min(appearance.at, record.at);
      }
    }
  }
  std::erase_if(input.appears, [](const model::Appearance& a) { return a.at.ms() == 0; });
}

// Listed records move into the partition before it.
void drop_partition(model::InputSettings& input) {
  --input.partitions;
  std::erase_if(input.silences,
                [&](const model::Silence& s) { return s.partition >= input.partitions; });
  std::erase_if(input.appears,
                [&](const model::Appearance& a) { return a.partition >= input.partitions; });
  for (model::ListedRecord& record : input.listed) {
    record.partition = std::min(record.partition, input.partitions - 1);
  }
  appear_in_time(input);
}

bool needs_keys(const Settings& settings, const std::string& input) {
  const auto& all = settings.job.operators;
  const bool is_hashed = std::any_of(all.begin(), all.end(), [](const OperatorSettings& op) {
    return std::any_of(op.inputs.begin(), op.inputs.end(),
                       [](const Connection& from) { return from.ship == model::Ship::kHash; });
  });
  return is_hashed && std::any_of(all.begin(), all.end(),
                                  [&](const OperatorSettings& op) { return op.reads == input; });
}

class ElementLister {
 public:
  explicit ElementLister(const Candidate& candidate) : candidate_(candidate) {}

  std::vector<Element> list() {
    happenings();
    operators();
    flink();
    inputs();
    settings();
    return std::move(elements_);
  }

 private:
  template <class Remove>
  void add(Axis axis, std::string what, Remove remove) {
    elements_.push_back(Element{axis, std::move(what), [remove](Candidate& candidate) {
                                  remove(candidate.scenario.settings);
                                }});
  }

  void happenings() {
    const Settings& settings = candidate_.scenario.settings;
    for (std::size_t i = 0; i < settings.environment.faults.size(); ++i) {
      const Happening& what = settings.environment.faults[i];
      add(Axis::kFault, fmt::format("the fault {}", model::name_of(what.action)),
          [i](Settings& s) { s.environment.faults.erase(s.environment.faults.begin() + at(i)); });
    }
    const auto& mirror = settings.environment.mirror;
    for (std::size_t i = 0; mirror && i < mirror->partitions.size(); ++i) {
      add(Axis::kFault, fmt::format("the partition at {} ms", mirror->partitions[i].from.ms()),
          [i](Settings& s) {
            auto& partitions = s.environment.mirror->partitions;
            partitions.erase(partitions.begin() + at(i));
          });
    }
    if (mirror && mirror->partitions.empty()) {
      add(Axis::kFault, "the second cluster", [](Settings& s) { s.environment.mirror.reset(); });
    }
    for (std::size_t i = 0; i < settings.timeline.size(); ++i) {
      const Happening& what = settings.timeline[i];
      add(Axis::kFault,
          fmt::format("{} at {} s", model::name_of(what.action),
                      what.at.ms() % 1000 == 0
                          ? std::to_string(what.at.ms() / 1000)
                          : fmt::format("{}.{:03}", what.at.ms() / 1000, what.at.ms() % 1000)),
          [i](Settings& s) { s.timeline.erase(s.timeline.begin() + at(i)); });
      edits(i);
    }
  }

  // What a change of the spec changes, one by one; the last of it goes with the change.
  void edits(std::size_t i) {
    const model::SpecEdit& edit = candidate_.scenario.settings.timeline[i].edit;
    const std::size_t others = (edit.ingress ? 1U : 0U) + (edit.deletion_delay ? 1U : 0U) +
                               (edit.abort_grace_ms ? 1U : 0U) + (edit.reschedule_ms ? 1U : 0U);
    if (edit.fields.size() + others < 2) {
      return;
    }
    for (std::size_t f = 0; f < edit.fields.size(); ++f) {
      add(Axis::kSetting, "the change of " + edit.fields[f].name, [i, f](Settings& s) {
        s.timeline[i].edit.fields.erase(s.timeline[i].edit.fields.begin() + at(f));
      });
    }
    const auto drop = [&](const char* what, auto member, bool is_there) {
      if (is_there) {
        add(Axis::kSetting, what,
            [i, member](Settings& s) { (s.timeline[i].edit.*member).reset(); });
      }
    };
    drop("the change of the ingress", &model::SpecEdit::ingress, edit.ingress.has_value());
    drop("the change of the deletion delay", &model::SpecEdit::deletion_delay,
         edit.deletion_delay.has_value());
    drop("the change of the abort grace period", &model::SpecEdit::abort_grace_ms,
         edit.abort_grace_ms.has_value());
    drop("the change of the reschedule interval", &model::SpecEdit::reschedule_ms,
         edit.reschedule_ms.has_value());
  }

  void flink() {
    const model::JobSettings& job = candidate_.scenario.settings.job;
    if (job.flink_version != model::kDefaultFlinkVersion) {
      add(Axis::kSetting, "the version of Flink",
          [](Settings& s) { s.job.flink_version = model::kDefaultFlinkVersion; });
    }
    if (!job.flink_fixes.empty()) {
      add(Axis::kSetting, "the fixes of Flink", [](Settings& s) { s.job.flink_fixes.clear(); });
    }
    if (job.channel_capacity) {
      add(Axis::kSetting, "the bound of the channels",
          [](Settings& s) { s.job.channel_capacity.reset(); });
    }
    if (job.barriers != model::Barriers::kAligned) {
      add(Axis::kSetting, "how barriers pass", [](Settings& s) {
        s.job.barriers = model::Barriers::kAligned;
        s.job.aligned_timeout = {};
      });
    }
  }

  void operators() {
    for (const OperatorSettings& op : candidate_.scenario.settings.job.operators) {
      const std::string id = op.id;
      if (can_be_spliced(candidate_.scenario.settings, op)) {
        add(Axis::kOperator, fmt::format("the operator {}", id),
            [id](Settings& s) { splice(s, id); });
      }
      for (std::size_t i = 0; op.inputs.size() > 1 && i < op.inputs.size(); ++i) {
        add(Axis::kOperator,
            fmt::format("the edge from {}{} to {}", op.inputs[i].takes_late ? "late " : "",
                        op.inputs[i].from, id),
            [id, i](Settings& s) {
              auto& inputs = find_operator(s, id)->inputs;
              inputs.erase(inputs.begin() + at(i));
              prune(s);
            });
      }
      if (op.kind == OperatorKind::kSink &&
          count(candidate_.scenario.settings, OperatorKind::kSink) > 1) {
        add(Axis::kOperator, fmt::format("the sink {}", id), [id](Settings& s) {
          std::erase_if(s.job.operators,
                        [&](const OperatorSettings& sink) { return sink.id == id; });
          prune(s);
          fit_parallelism(s);
        });
      }
      if (op.parallelism > 1) {
        add(Axis::kOperator, fmt::format("subtask {} of {}", op.parallelism - 1, id),
            [id](Settings& s) {
              --find_operator(s, id)->parallelism;
              fit_parallelism(s);
            });
      }
      for (std::size_t i = 0; i < op.inputs.size(); ++i) {
        if (op.inputs[i].ship && !model::is_keyed(op.kind)) {
          add(Axis::kOperator, fmt::format("how {} is reached from {}", id, op.inputs[i].from),
              [id, i](Settings& s) { find_operator(s, id)->inputs[i].ship.reset(); });
        }
      }
      for (KeyedElement& element : keyed_elements(op)) {
        add(Axis::kSetting, std::move(element.what),
            [id, simplify = std::move(element.simplify)](Settings& s) {
              simplify(*find_operator(s, id));
            });
      }
      if (op.idleness) {
        add(Axis::kSetting, fmt::format("the idleness of {}", id),
            [id](Settings& s) { find_operator(s, id)->idleness.reset(); });
      }
      if (op.alignment) {
        add(Axis::kSetting, fmt::format("the alignment of {}", id),
            [id](Settings& s) { find_operator(s, id)->alignment.reset(); });
      }
      if (op.retiming.earlier.which.every != 0) {
        add(Axis::kSetting, fmt::format("the records that {} makes earlier", id),
            [id](Settings& s) { find_operator(s, id)->retiming.earlier = {}; });
      }
      if (op.retiming.later != model::EventSpan{}) {
        add(Axis::kSetting, fmt::format("how much later {} makes records", id),
            [id](Settings& s) { find_operator(s, id)->retiming.later = {}; });
      }
      if (op.discovery_interval != OperatorSettings{}.discovery_interval) {
        add(Axis::kSetting, fmt::format("the discovery interval of {}", id), [id](Settings& s) {
          find_operator(s, id)->discovery_interval = OperatorSettings{}.discovery_interval;
        });
      }
      if (op.rate_limit) {
        add(Axis::kSetting, fmt::format("the rate limit of {}", id),
            [id](Settings& s) { find_operator(s, id)->rate_limit.reset(); });
      }
      if (op.kafka) {
        add(Axis::kSetting, fmt::format("Kafka behind {}", id),
            [id](Settings& s) { find_operator(s, id)->kafka.reset(); });
      }
      if (op.kind == OperatorKind::kSink && op.guarantee != model::Guarantee::kExactlyOnce &&
          candidate_.scenario.settings.job.checkpoint_interval) {
        add(Axis::kSetting, fmt::format("the guarantee of {}", id), [id](Settings& s) {
          find_operator(s, id)->guarantee = model::Guarantee::kExactlyOnce;
        });
      }
    }
  }

  void inputs() {
    for (std::size_t i = 0; i < candidate_.scenario.settings.inputs.size(); ++i) {
      const model::InputSettings& input = candidate_.scenario.settings.inputs[i];
      if (input.partitions > 1) {
        add(Axis::kRecord, fmt::format("partition {} of {}", input.partitions - 1, input.name),
            [i](Settings& s) { drop_partition(s.inputs[i]); });
      }
      for (std::size_t j = 0; j < input.appears.size(); ++j) {
        add(Axis::kRecord,
            fmt::format("the appearance of partition {} of {}", input.appears[j].partition,
                        input.name),
            [i, j](Settings& s) {
              s.inputs[i].appears.erase(s.inputs[i].appears.begin() + at(j));
            });
      }
      for (std::size_t j = 0; input.listed.size() > 1 && j < input.listed.size(); ++j) {
        add(Axis::kRecord, fmt::format("{}#{}", input.name, input.listed[j].number),
            [i, j](Settings& s) { s.inputs[i].listed.erase(s.inputs[i].listed.begin() + at(j)); });
      }
      if (input.is_listed()) {
        continue;
      }
      if (input.records > 1) {
        add(Axis::kRecord, fmt::format("the last record of {}", input.name),
            [i](Settings& s) { --s.inputs[i].records; });
      }
      if (input.out_of_order.which.every != 0) {
        add(Axis::kRecord, fmt::format("the disorder of {}", input.name),
            [i](Settings& s) { s.inputs[i].out_of_order = {}; });
      }
      if (input.late.which.every != 0) {
        add(Axis::kRecord, fmt::format("the late records of {}", input.name),
            [i](Settings& s) { s.inputs[i].late = {}; });
      }
      if (input.no_timestamp.every != 0) {
        add(Axis::kRecord, fmt::format("the records without a timestamp of {}", input.name),
            [i](Settings& s) { s.inputs[i].no_timestamp = {}; });
      }
      for (std::size_t j = 0; j < input.silences.size(); ++j) {
        add(Axis::kRecord,
            fmt::format("the silence of partition {} of {} at {} ms", input.silences[j].partition,
                        input.name, input.silences[j].from.ms()),
            [i, j](Settings& s) {
              s.inputs[i].silences.erase(s.inputs[i].silences.begin() + at(j));
            });
      }
      if (input.keys > 0 && !needs_keys(candidate_.scenario.settings, input.name)) {
        add(Axis::kRecord, fmt::format("the keys of {}", input.name),
            [i](Settings& s) { s.inputs[i].keys = 0; });
      }
    }
  }

  // A setting that is not its calm value, the default. Settings without a calm side (the deletion
  // delay, what a pipeline's times are) are left as they are: another value there is another
  // question, and what values would do is what marks say.
  template <class Ref>
  void setting(const char* what, Ref ref) {
    Settings here = candidate_.scenario.settings;
    Settings plain;
    if (!(*ref(here) == *ref(plain))) {
      add(Axis::kSetting, what, [ref](Settings& s) {
        Settings fresh;
        *ref(s) = *ref(fresh);
      });
    }
  }

  // A delay that can be longer than by default.
  template <class Ref>
  void delay(const char* what, Ref ref) {
    Settings here = candidate_.scenario.settings;
    Settings plain;
    if (ref(here)->longest_ms > ref(plain)->longest_ms) {
      setting(what, ref);
    }
  }

  void settings() {
    const auto& mutations = candidate_.scenario.settings.deployment.mutations;
    for (std::size_t i = 0; i < mutations.size(); ++i) {
      add(Axis::kSetting, "the mutation " + mutations[i], [i](Settings& s) {
        s.deployment.mutations.erase(s.deployment.mutations.begin() + at(i));
      });
    }
    setting("the alignment timeout", [](Settings& s) { return &s.job.aligned_timeout; });
    setting("the checkpoint timeout", [](Settings& s) { return &s.job.checkpoint_timeout; });
    setting("the restart strategy", [](Settings& s) { return &s.job.restart; });
    setting("the failover strategy", [](Settings& s) { return &s.job.failover; });
    setting("the tolerated failures", [](Settings& s) { return &s.job.tolerable_failed; });
    setting("the upgrade mode", [](Settings& s) { return &s.deployment.upgrade_mode; });
    setting("the drain", [](Settings& s) { return &s.deployment.drain; });
    setting("the release", [](Settings& s) { return &s.deployment.release; });
    setting("the fixes", [](Settings& s) { return &s.deployment.fixes; });
    setting("the name of the resource", [](Settings& s) { return &s.deployment.name; });
    setting("the parent ingress", [](Settings& s) { return &s.deployment.ingress; });
    const model::SpecTemplate& fields = candidate_.scenario.settings.deployment.spec_template;
    for (std::size_t i = 0; i < fields.size(); ++i) {
      add(Axis::kSetting, "the field " + fields[i].name, [i](Settings& s) {
        s.deployment.spec_template.erase(s.deployment.spec_template.begin() + at(i));
      });
    }
    const std::vector<model::GatePlacement::Edge>& gated =
        candidate_.scenario.settings.deployment.gate.edges;
    for (std::size_t i = 0; gated.size() > 1 && i < gated.size(); ++i) {
      add(Axis::kSetting, fmt::format("the gate from {} to {}", gated[i].from, gated[i].to),
          [i](Settings& s) {
            s.deployment.gate.edges.erase(s.deployment.gate.edges.begin() + at(i));
            fit_parallelism(s);
          });
    }
    if (count(candidate_.scenario.settings, OperatorKind::kSink) == 1) {
      setting("the position of the gate", [](Settings& s) { return &s.deployment.gate; });
    }
    setting("the gate timeout", [](Settings& s) { return &s.deployment.gate_timeout; });
    if (candidate_.scenario.settings.deployment.abort_grace < Settings{}.deployment.abort_grace) {
      setting("the abort grace period", [](Settings& s) { return &s.deployment.abort_grace; });
    }
    setting("the lack of a savepoint directory",
            [](Settings& s) { return &s.deployment.has_savepoint_directory; });
    setting("the wall clock", [](Settings& s) { return &s.clock_start; });
    setting("the echo", [](Settings& s) { return &s.environment.echo; });
    setting("the strict patches", [](Settings& s) { return &s.environment.strict_patches; });
    setting("the rate limiter", [](Settings& s) { return &s.environment.rate_limiter; });
    setting("the wake-up", [](Settings& s) { return &s.environment.wakes_up_after; });
    setting("the stopped job's silence",
            [](Settings& s) { return &s.environment.stopped_job_answers; });
    delay("the informer lag", [](Settings& s) { return &s.environment.informer_lag; });
    delay("the channel delay", [](Settings& s) { return &s.environment.channel_delay; });
    delay("the checkpoint time", [](Settings& s) { return &s.environment.checkpoint_time; });
    delay("the notice delay", [](Settings& s) { return &s.environment.notice_delay; });
    delay("the open time", [](Settings& s) { return &s.environment.open_time; });
    delay("the status lag", [](Settings& s) { return &s.environment.status_lag; });
  }

  static std::ptrdiff_t at(std::size_t i) { return static_cast<std::ptrdiff_t>(i); }

  const Candidate& candidate_;
  std::vector<Element> elements_;
};

}  // namespace

std::vector<Element> elements_of(const Candidate& candidate) {
  std::vector<Element> all = ElementLister{candidate}.list();
  if (candidate.scenario.settings.grid && off_grid(candidate.scenario.settings).empty()) {
    std::erase_if(all, [&](const Element& element) {
      Candidate without = candidate;
      element.remove(without);
      return !off_grid(without.scenario.settings).empty();
    });
  }
  return all;
}

}  // namespace scenarios
