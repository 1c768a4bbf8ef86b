// Inputs that list their records: the same runs as computed ones, and names that survive the loss
// of a record.

#include "model/list_records.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "tests/support/jobs.hpp"

namespace {

using model::Plan;
using model::Settings;

using namespace std::chrono_literals;

// Everything that an input can compute: partitions, outliers of both kinds, keys.
Settings every_kind_of_record() {
  Settings settings = support::two_step_hand_over();
  model::InputSettings& input = settings.inputs[0];
  input.partitions = 3;
  input.records = 200;
  input.keys = 7;
  input.out_of_order = {{10, 5}, model::EventSpan{300ms}};
  input.late = {{50, 20}, model::EventSpan{2s}};
  input.no_timestamp = {40, 7};
  const auto at = [](std::chrono::milliseconds ms) { return sim::ProcessingTime{ms}; };
  input.silences = {{1, at(6s), at(9s), true}, {1, at(9s), at(12s), true}, {2, at(10s), {}, false}};
  settings.job.operators[0].parallelism = 2;
  settings.job.operators[1].inputs[0].ship = model::Ship::kHash;
  return settings;
}

// Two sources of one input and one of another, all into the same sink.
Settings three_sources() {
  Settings settings = support::two_step_hand_over();
  settings.inputs[0].partitions = 2;
  settings.inputs[0].records = 150;
  model::InputSettings more = settings.inputs[0];
  more.name = "more";
  more.partitions = 3;
  more.event_start = more.event_start - model::EventSpan{40s};
  settings.inputs.push_back(more);
  for (const char* id : {"twice", "third"}) {
    model::OperatorSettings source = settings.job.operators[0];
    source.id = id;
    source.reads = id == std::string{"third"} ? "more" : "events";
    settings.job.operators.insert(settings.job.operators.begin() + 1, source);
    settings.job.operators.back().inputs.push_back({id, model::Ship::kRebalance});
  }
  return settings;
}

Settings listed(Settings settings) {
  model::list_records(settings);
  return settings;
}

// Without the records of these numbers.
Settings without(Settings settings, const std::vector<std::uint32_t>& numbers) {
  model::list_records(settings);
  for (const std::uint32_t number : numbers) {
    std::erase_if(settings.inputs[0].listed,
                  [&](const model::ListedRecord& record) { return record.number == number; });
  }
  return settings;
}

}  // namespace

TEST_CASE("a listed input runs as the computed one that it was made from") {
  for (const Settings& settings :
       {support::two_step_hand_over(), every_kind_of_record(), three_sources()}) {
    for (const char* protocol : {"basic", "flip504-r1", "flip504-r5"}) {
      Settings computed = settings;
      computed.deployment.protocol = protocol;
      for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        INFO(protocol << ", seed " << seed << ", inputs " << settings.inputs.size());
        support::Run run{computed, seed};
        support::Run again{listed(computed), seed};
        run.finish();
        again.finish();
        CHECK(run.trace.fingerprint() == again.trace.fingerprint());
      }
    }
  }
}

TEST_CASE("a listed record keeps its number and its name when others go") {
  const Plan plan{without(every_kind_of_record(), {0, 1, 2, 16})};
  CHECK(plan.job().records == 163);
  CHECK(plan.record_name(0) == "events/0#3");
  CHECK(plan.record_name(13) == "events/2#17");
  CHECK(plan.record(13).number == 17);
  CHECK(plan.record(13).place == 13);
  const model::Input& input = plan.inputs()[0];
  CHECK(input.length(1) == 65);  // 67 less 1 and 16
  CHECK(input.number(input.place(1, 4)) == 19);
  CHECK(input.key(13) == 17 % 7);
  CHECK(input.arrival(13) == sim::Due{1700});
}

TEST_CASE("filters select listed records by number") {
  Settings settings = every_kind_of_record();
  model::OperatorSettings filter;
  filter.id = "some";
  filter.kind = model::OperatorKind::kFilter;
  filter.keep = {3, 2};
  filter.parallelism = 2;
  filter.inputs = {{"events", std::nullopt}};
  settings.job.operators.insert(settings.job.operators.begin() + 1, filter);
  settings.job.operators[2].inputs[0].from = "some";
  settings = without(settings, {0, 4});
  const Plan plan{settings};
  support::Run run{settings};
  run.finish();
  for (std::uint32_t id = 0; id < plan.job().records; ++id) {
    INFO(plan.record_name(id));
    CHECK(plan.is_owed(id, 0) == (plan.record(id).number % 3 == 2));
    CHECK(run.ledger.outputs()[id].offered(model::Color::kBlue) ==
          (plan.record(id).number % 3 == 2));
  }
}

TEST_CASE("a record less leaves the names of all other draws alone") {
  const Plan all{listed(three_sources())};
  const Plan fewer{without(three_sources(), {17})};
  CHECK(fewer.origin() == all.origin());
  std::vector<std::uint64_t> names = all.job().draw_names;
  std::vector<std::uint32_t> gone;
  for (std::uint32_t id = 0; id < all.job().records; ++id) {
    if (all.record_name(id) == "events/1#17") {
      gone.push_back(id);
    }
  }
  REQUIRE(gone.size() == 2);  // two sources read it
  names.erase(names.begin() + gone[1]);
  names.erase(names.begin() + gone[0]);
  CHECK(fewer.job().draw_names == names);
  const model::Input& input = fewer.inputs()[0];
  CHECK(input.position(1, 7) == 7);    // number 15
  CHECK(input.position(1, 8) == 9);    // number 19
  CHECK(input.position(1, 74) == 75);  // the end
}

TEST_CASE("records of several sources draw under names of their own") {
  const Plan plan{three_sources()};
  const std::vector<std::uint64_t>& names = plan.job().draw_names;
  REQUIRE(names.size() == 450);
  CHECK(names[149] == 149);
  CHECK(names[150] == std::uint64_t{1} << 40);
  CHECK(names[301] == (std::uint64_t{2} << 40 | 1));
  CHECK(Plan{support::two_step_job()}.job().draw_names.empty());
}
