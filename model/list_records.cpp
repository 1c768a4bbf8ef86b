#include "model/list_records.hpp"

#include "model/input.hpp"
#include "sim/check.hpp"

namespace model {

namespace {

void list_records(InputSettings& input) {
  SIM_CHECK(input.records <= limits::kListed, "more records than can be listed", input.records);
  // As the origin of a plan counts, which is where the names of draws come from.
  const EventTime start = input.event_start - input.out_of_order.by - input.late.by;
  const Input computed{input, start};
  InputSettings listed;
  listed.name = input.name;
  listed.partitions = input.partitions;
  listed.event_start = start;
  listed.delivery = input.delivery;
  listed.appears = input.appears;
  for (std::uint32_t k = 0; k < computed.records(); ++k) {
    ListedRecord record;
    record.number = computed.number(k);
    record.partition = computed.partition(k);
    record.at = computed.arrival(k).time();
    record.event_time = computed.event_time(k).since(start);
    if (input.has_keys()) {
      record.key = computed.key(k);
    }
    listed.listed.push_back(record);
  }
  input = listed;
}

}  // namespace

void list_records(Settings& settings) {
  const EventTime clock_start = settings.clock_start.value_or(
      settings.inputs.empty() ? EventTime{} : settings.inputs.front().event_start);
  for (InputSettings& input : settings.inputs) {
    if (!input.is_listed() && input.records > 0) {
      list_records(input);
    }
  }
  if (!settings.inputs.empty() && settings.inputs.front().event_start != clock_start) {
    settings.clock_start = clock_start;
  }
}

}  // namespace model
