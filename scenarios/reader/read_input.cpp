#include "scenarios/reader/read_listed.hpp"
#include "scenarios/reader/sections.hpp"
#include "scenarios/reader/values.hpp"

namespace scenarios {
namespace {

void read_event_time(const Value& value, model::InputSettings& input) {
  read_object(value, find_shape("event_time"),
              {into("start", input.event_start), into("step", input.event_step)});
}

void read_outliers(const Value& value, model::Outliers& outliers) {
  read_object(value, find_shape("outliers"),
              {into("every", outliers.which.every), into("offset", outliers.which.offset),
               into("by", outliers.by)});
  if (outliers.which.every != 0 && outliers.which.offset >= outliers.which.every) {
    value.complain("expected an offset below every, found " +
                   std::to_string(outliers.which.offset) + " of " +
                   std::to_string(outliers.which.every));
  }
}

void read_input(const Value& value, model::InputSettings& input) {
  std::optional<model::EventTime> event_start;
  read_object(value, find_shape("input"),
              {into("partitions", input.partitions),
               into("records", input.records),
               into("rate", input.rate),
               {"event_time", [&](const Value& v) { read_event_time(v, input); }},
               {"out_of_order", [&](const Value& v) { read_outliers(v, input.out_of_order); }},
               {"late", [&](const Value& v) { read_outliers(v, input.late); }},
               into("keys", input.keys),
               {"listed", [&](const Value& v) { read_listed(v, input.listed); }},
               into("event_start", event_start)});
  if (input.is_listed()) {
    check_listed(value, input);
    set_event_start(value, event_start, input);
  }
}

}  // namespace

void read_inputs(const Value& value, std::vector<model::InputSettings>& inputs) {
  value.each_entry([&](std::string_view name, const Value& entry) {
    if (!is_input_name(name)) {
      entry.complain("expected a name of 1 to 64 letters, digits, dots, - or _, found " +
                     in_quotes(name));
    }
    model::InputSettings input;
    input.name = name;
    read_input(entry, input);
    inputs.push_back(input);
  });
}

}  // namespace scenarios
