#include <algorithm>

#include "scenarios/reader/sections.hpp"
#include "scenarios/reader/values.hpp"

namespace scenarios {
namespace {

// The action and what it needs, and when it comes to it.
void read_happening(const Value& value, const Shape& shape, const Field& when,
                    model::Happening& happening) {
  const auto read_operator = [&](const Value& v) {
    v.to_name(happening.operator_id, is_operator_id, "the id of an operator");
  };
  read_object(value, shape,
              {when,
               into("do", happening.action),
               into("job", happening.job),
               {"operator", read_operator},
               into("of", happening.watcher),
               into("subtask", happening.subtask),
               into("writer", happening.writer),
               into("times", happening.times),
               into("for", happening.lasts),
               into("per_record", happening.per_record),
               into("after_writes", happening.after_writes),
               into("by", happening.by),
               into("direction", happening.direction),
               into("per_thousand", happening.per_thousand)});
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
    read_happening(item, find_shape("timeline_entry"), {"at", read_at}, entry);
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
    read_happening(item, find_shape("fault"), {"between", read_between}, fault);
    faults.push_back(fault);
  });
}

}  // namespace scenarios
