#include "scenarios/reader/read_listed.hpp"

#include <algorithm>
#include <cstddef>
#include <string>

namespace scenarios {
namespace {

// Says of the record at a place what was wanted of one of its keys.
class Complaints {
 public:
  explicit Complaints(const Value& input) : input_(&input), list_(input.json().find("listed")) {}

  void add(std::size_t place, std::string_view key, const std::string& wanted) {
    const Json& record = list_->items[place];
    const Json* found = record.find(key);
    const std::string pointer =
        pointer_to(pointer_to(input_->pointer(), "listed"), std::to_string(place));
    const Json& at = found == nullptr ? record : *found;
    input_->problems().add(
        at.origin, found == nullptr ? pointer : pointer_to(pointer, key),
        "expected " + wanted + ", found " + (found == nullptr ? "none" : found->described()));
    any_ = true;
  }
  [[nodiscard]] bool any() const { return any_; }

 private:
  const Value* input_;
  const Json* list_;
  bool any_ = false;
};

}  // namespace

void read_listed(const Value& value, std::vector<model::ListedRecord>& listed) {
  const std::size_t before = value.problems().count();
  value.each_item([&](const Value& item) {
    model::ListedRecord record;
    bool has_none = false;
    read_object(item, find_shape("listed_record"),
                {into("number", record.number), into("partition", record.partition),
                 into("at", record.at), into("event_time", record.event_time),
                 into("no_timestamp", has_none), into("key", record.key)});
    if (has_none) {
      record.event_time = model::kNoTimestamp;
    } else if (item.json().find("no_timestamp") != nullptr &&
               item.json().find("event_time") == nullptr) {
      item.complain("expected an event time with \"no_timestamp\": false, found none");
    }
    listed.push_back(record);
  });
  if (value.problems().count() != before) {
    listed.clear();
  }
}

void check_listed(const Value& value, model::InputSettings& input) {
  Complaints complaints{value};
  std::vector<sim::ProcessingTime> last(input.partitions);
  const std::vector<model::ListedRecord>& listed = input.listed;
  for (std::size_t i = 0; i < listed.size(); ++i) {
    const model::ListedRecord& record = listed[i];
    if (i > 0 && record.number <= listed[i - 1].number) {
      complaints.add(i, "number", "a number above " + std::to_string(listed[i - 1].number));
    }
    if (record.partition >= input.partitions) {
      complaints.add(i, "partition",
                     "a partition below " + std::to_string(input.partitions) + " (\"partitions\")");
      continue;
    }
    sim::ProcessingTime& earlier = last[record.partition];
    if (record.at < earlier) {
      complaints.add(i, "at",
                     spelled_duration(static_cast<std::uint64_t>(earlier.ms())) +
                         " or later, as the one ahead of it in partition " +
                         std::to_string(record.partition));
    }
    earlier = std::max(earlier, record.at);
    if (record.key.has_value() != listed.front().key.has_value()) {
      complaints.add(i, "key",
                     listed.front().key ? "a key as all records before it have"
                                        : "no key as no record before it has one");
    }
  }
  if (complaints.any()) {
    input.listed.clear();
  }
}

void set_event_start(const Value& value, const std::optional<model::EventTime>& given,
                     model::InputSettings& input) {
  if (!input.is_listed()) {
    return;
  }
  const std::optional<model::EventTime> earliest = model::earliest_listed(input);
  input.event_start = given.value_or(earliest.value_or(model::EventTime{}));
  if (earliest && input.event_start > *earliest) {
    const Json& start = *value.json().find("event_start");
    value.problems().add(start.origin, pointer_to(value.pointer(), "event_start"),
                         "expected an instant not after any event time: at most " +
                             std::to_string(earliest->ms()) + ", found " + start.described());
  }
}

}  // namespace scenarios
