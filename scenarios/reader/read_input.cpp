#include <algorithm>
#include <cstddef>

#include "scenarios/reader/read_listed.hpp"
#include "scenarios/reader/sections.hpp"
#include "scenarios/reader/values.hpp"

namespace scenarios {
namespace {

void read_event_time(const Value& value, model::InputSettings& input) {
  read_object(value, find_shape("event_time"),
              {into("start", input.event_start), into("step", input.event_step)});
}

void check_selection(const Value& value, const model::Selection& selection) {
  if (selection.every != 0 && selection.offset >= selection.every) {
    value.complain("expected an offset below every, found " + std::to_string(selection.offset) +
                   " of " + std::to_string(selection.every));
  }
}

void read_appearance(const Value& value, model::InputSettings& input) {
  model::Appearance& appearance = input.appears.emplace_back();
  read_object(value, find_shape("appearance"),
              {into("partition", appearance.partition), into("at", appearance.at)});
}

void read_silence(const Value& value, model::InputSettings& input) {
  Silenced records = Silenced::kNone;
  model::Silence& silence = input.silences.emplace_back();
  read_object(value, find_shape("silence"),
              {into("partition", silence.partition), into("from", silence.from),
               into("until", silence.until), into("records", records)});
  silence.comes_later = records == Silenced::kLater;
  if (silence.until && *silence.until <= silence.from) {
    value.complain("expected an end after its beginning, found " +
                   spelled_duration(static_cast<std::uint64_t>(silence.until->ms())));
  }
}

// Each partition is there, and appears once.
void check_appearances(const Value& value, const model::InputSettings& input) {
  for (std::size_t i = 0; i < input.appears.size(); ++i) {
    const std::uint32_t partition = input.appears[i].partition;
    const auto earlier = input.appears.begin() + static_cast<std::ptrdiff_t>(i);
    const bool again =
        std::any_of(input.appears.begin(), earlier,
                    [&](const model::Appearance& known) { return known.partition == partition; });
    if (again || partition >= input.partitions) {
      const Json& found = value.json().find("appears")->items[i];
      value.problems().add(
          found.origin, pointer_to(pointer_to(value.pointer(), "appears"), std::to_string(i)),
          again ? "expected each partition once, found " + std::to_string(partition) + " again"
                : "expected a partition below " + std::to_string(input.partitions) +
                      " (\"partitions\"), found " + std::to_string(partition));
    }
  }
  for (std::size_t j = 0; j < input.listed.size(); ++j) {
    const model::ListedRecord& record = input.listed[j];
    for (const model::Appearance& appearance : input.appears) {
      if (appearance.partition == record.partition && record.at < appearance.at) {
        const Json& found = value.json().find("listed")->items[j];
        value.problems().add(
            found.origin, pointer_to(pointer_to(value.pointer(), "listed"), std::to_string(j)),
            "expected a record no earlier than its partition appears (" +
                spelled_duration(static_cast<std::uint64_t>(appearance.at.ms())) + "), found " +
                spelled_duration(static_cast<std::uint64_t>(record.at.ms())));
      }
    }
  }
}

void check_silences(const Value& value, const model::InputSettings& input) {
  for (std::size_t i = 0; i < input.silences.size(); ++i) {
    const std::uint32_t partition = input.silences[i].partition;
    if (partition >= input.partitions) {
      const Json& found = value.json().find("silent")->items[i];
      value.problems().add(found.origin,
                           pointer_to(pointer_to(value.pointer(), "silent"), std::to_string(i)),
                           "expected a partition below " + std::to_string(input.partitions) +
                               " (\"partitions\"), found " + std::to_string(partition));
    }
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
               {"no_timestamp", [&](const Value& v) { read_selection(v, input.no_timestamp); }},
               {"silent",
                [&](const Value& v) {
                  v.each_item([&](const Value& item) { read_silence(item, input); });
                }},
               {"appears",
                [&](const Value& v) {
                  v.each_item([&](const Value& item) { read_appearance(item, input); });
                }},
               into("delivery", input.delivery),
               {"listed", [&](const Value& v) { read_listed(v, input.listed); }},
               into("event_start", event_start)});
  check_silences(value, input);
  check_appearances(value, input);
  if (input.is_listed()) {
    check_listed(value, input);
    set_event_start(value, event_start, input);
  }
}

}  // namespace

void read_outliers(const Value& value, model::Outliers& outliers) {
  read_object(value, find_shape("outliers"),
              {into("every", outliers.which.every), into("offset", outliers.which.offset),
               into("by", outliers.by)});
  check_selection(value, outliers.which);
}

void read_selection(const Value& value, model::Selection& selection) {
  read_object(value, find_shape("selection"),
              {into("every", selection.every), into("offset", selection.offset)});
  check_selection(value, selection);
}

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
