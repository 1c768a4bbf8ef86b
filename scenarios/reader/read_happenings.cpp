#include <algorithm>

#include "scenarios/reader/sections.hpp"
#include "scenarios/reader/values.hpp"

namespace scenarios {
namespace {

// The action and what it needs, and when it comes to it; `more`: what only this shape has.
void read_happening(const Value& value, const Shape& shape, const Field& when,
                    std::vector<Field> more, model::Happening& happening) {
  const auto read_operator = [&](const Value& v) {
    v.to_name(happening.operator_id, is_operator_id, "the id of an operator");
  };
  const std::vector<Field> common{when,
                                  into("do", happening.action),
                                  into("job", happening.job),
                                  {"operator", read_operator},
                                  into("of", happening.watcher),
                                  into("subtask", happening.subtask),
                                  into("writer", happening.writer),
                                  into("times", happening.times),
                                  into("for", happening.lasts),
                                  into("per_record", happening.per_record),
                                  into("by", happening.by),
                                  into("direction", happening.direction),
                                  into("per_thousand", happening.per_thousand),
                                  into("after_writes", happening.after_writes)};
  more.insert(more.end(), common.begin(), common.end());
  read_object(value, shape, more);
}

void read_changed_configuration(const Value& value, model::SpecEdit& edit) {
  const auto read_ms = [](std::optional<std::uint32_t>& target) {
    return [&target](const Value& v) {
      sim::ProcessingSpan span;
      if (v.to(span)) {
        target = static_cast<std::uint32_t>(span.ms());
      }
    };
  };
  const auto read_delay = [&](const Value& v) {
    sim::milliseconds delay{0};
    if (v.to(delay)) {
      edit.deletion_delay = model::DeletionDelay{delay};
    }
  };
  read_object(value, find_shape("changed_configuration"),
              {{"kubernetes.operator.bluegreen.deployment-deletion.delay", read_delay},
               {"kubernetes.operator.bluegreen.abort.grace-period", read_ms(edit.abort_grace_ms)},
               {"kubernetes.operator.bluegreen.reconciliation.reschedule-interval",
                read_ms(edit.reschedule_ms)}});
}

}  // namespace

void read_timeline(const Value& value, std::vector<model::Happening>& timeline) {
  sim::ProcessingTime last;
  value.each_item([&](const Value& item) {
    model::Happening entry;
    const auto read_at = [&](const Value& v) {
      if (v.to(entry.at) && entry.at < last) {
        v.refuse("an ascending timeline: " +
                 spelled_duration(static_cast<std::uint64_t>(last.ms())) + " or later");
      }
      last = std::max(last, entry.at);
    };
    model::SpecEdit& edit = entry.edit;
    read_happening(item, find_shape("timeline_entry"), {"at", read_at},
                   {{"template", [&](const Value& v) { read_template(v, edit.fields); }},
                    {"configuration", [&](const Value& v) { read_changed_configuration(v, edit); }},
                    into("ingress", edit.ingress)},
                   entry);
    entry.latest = entry.at;
    timeline.push_back(entry);
  });
}

void read_faults(const Value& value, std::vector<model::Happening>& faults) {
  value.each_item([&](const Value& item) {
    model::Happening fault;
    const auto read_between = [&](const Value& v) {
      Window window;
      v.to(window);
      fault.at = window.earliest;
      fault.latest = window.latest;
    };
    read_happening(item, find_shape("fault"), {"between", read_between}, {}, fault);
    faults.push_back(fault);
  });
}

}  // namespace scenarios
