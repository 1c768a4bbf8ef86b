// tune: the smallest safe value is found, one step below it a run fails, and what is not monotone
// is said to be so.
#include <catch2/catch.hpp>

#include <algorithm>
#include <fstream>
#include <functional>
#include <iterator>
#include <utility>

#include "scenarios/tune/climb.hpp"
#include "scenarios/tune/tune_file.hpp"
#include "sim/random.hpp"

namespace {

using scenarios::Experiment;
using scenarios::Failure;
using scenarios::GridWish;
using scenarios::Lane;
using scenarios::Recipe;
using scenarios::Safety;
using scenarios::Setting;
using scenarios::SettingValue;
using scenarios::Shot;
using scenarios::Survey;
using scenarios::Tunable;
using scenarios::Tuned;
using scenarios::TunedFile;
using scenarios::TuneOptions;
using scenarios::TuneProgress;
using scenarios::TuneResult;

constexpr const char* kTunedDelay =
    "/deployment/configuration/kubernetes.operator.bluegreen.deployment-deletion.delay";

// Says what a run does at a value.
using Oracle = std::function<Safety(std::int64_t index, const Recipe& recipe)>;

class OracleLane final : public Lane {
 public:
  explicit OracleLane(const Oracle& oracle) : oracle_(oracle) {}
  Shot run(std::int64_t index, const Recipe& recipe) override {
    return Shot{oracle_(index, recipe), model::Property::kNoLoss, 1};
  }

 private:
  const Oracle& oracle_;
};

class OracleExperiment final : public Experiment {
 public:
  explicit OracleExperiment(Oracle oracle) : oracle_(std::move(oracle)) {}

  [[nodiscard]] std::unique_ptr<Lane> lane() const override {
    return std::make_unique<OracleLane>(oracle_);
  }
  Survey survey(std::int64_t index, std::uint64_t runs) override {
    Survey survey;
    for (; survey.runs < runs && !survey.failure; ++survey.runs) {
      const Recipe recipe{{sim::DrawLayer{survey.runs}}};
      const Safety safety = oracle_(index, recipe);
      if (safety != Safety::kSafe) {
        survey.failure = Failure{recipe, safety, model::Property::kNoLoss, survey.runs};
      }
    }
    survey.events = survey.runs;
    return survey;
  }

 private:
  Oracle oracle_;
};

TuneResult tuned(const Oracle& oracle, std::uint64_t runs = 1'024, unsigned jobs = 1) {
  OracleExperiment experiment{oracle};
  TuneOptions options;
  options.runs = runs;
  options.jobs = jobs;
  return scenarios::tune(experiment, 1'000, options);
}

Safety refuted_if(bool fails) { return fails ? Safety::kRefuted : Safety::kSafe; }

TunedFile file_of(const std::string& name) {
  const std::string path = std::string{HARNESS_ROOT} + "/scenarios/" + name;
  std::ifstream file{path};
  return TunedFile{path, {std::istreambuf_iterator<char>{file}, {}}, {}};
}

Tunable delay_of_smallest(const GridWish& wish = {}) {
  return scenarios::find_grid(file_of("handover/smallest.json"), kTunedDelay, wish);
}

TEST_CASE("the smallest safe value is found where all runs fail below one value") {
  const TuneResult result =
      tuned([](std::int64_t i, const Recipe&) { return refuted_if(i < 137); });
  CHECK(result.end == TuneResult::End::kFound);
  CHECK(result.answer == 137);
  CHECK(result.is_monotone);
  CHECK(result.is_complete);
  REQUIRE_FALSE(result.below.empty());
  CHECK(result.tried.at(137).drawn == 1'024);
  CHECK_FALSE(result.tried.at(137).failure);
  CHECK(result.tried.at(136).safety() == Safety::kRefuted);
  CHECK(result.tried.rbegin()->first > 500);  // values above were looked at
}

TEST_CASE("a run that fails up to a larger value than others is climbed to") {
  // The last layer says how far a run fails: its best is one in four thousand.
  const auto oracle = [](std::int64_t i, const Recipe& recipe) {
    std::uint64_t reach = 0;
    for (const sim::DrawLayer& layer : recipe.layers) {
      reach += sim::mix64(layer.seed) % 64 == 0 ? 100U : 0U;
    }
    return refuted_if(i <= static_cast<std::int64_t>(std::min<std::uint64_t>(reach, 200)));
  };
  const TuneResult result = tuned(oracle);
  CHECK(result.answer == 201);  // a drawn run, of one layer, fails up to 100 at the most
  CHECK(result.is_monotone);
}

TEST_CASE("a value that is safe below others that are not is not called the answer silently") {
  const TuneResult result = tuned(
      [](std::int64_t i, const Recipe&) { return refuted_if(i < 40 || (i >= 60 && i < 90)); });
  CHECK(result.end == TuneResult::End::kFound);
  CHECK_FALSE(result.is_monotone);
  REQUIRE(result.intervals.size() >= 4);
  CHECK(result.intervals[0].safety == Safety::kRefuted);
  CHECK(result.intervals[1].safety == Safety::kSafe);
  CHECK(result.intervals[2].safety == Safety::kRefuted);
  CHECK(result.intervals[3].safety == Safety::kSafe);
}

TEST_CASE("always and never are answers of their own") {
  const TuneResult always = tuned([](std::int64_t, const Recipe&) { return Safety::kSafe; });
  CHECK(always.end == TuneResult::End::kAlways);
  CHECK(always.answer == 0);
  CHECK(always.below.empty());
  const TuneResult never = tuned([](std::int64_t, const Recipe&) { return Safety::kRefuted; });
  CHECK(never.end == TuneResult::End::kNever);
  CHECK_FALSE(never.answer);
}

TEST_CASE("a value at which runs do not get where they must is not safe") {
  const TuneResult result = tuned([](std::int64_t i, const Recipe&) {
    return i < 20 ? Safety::kRefuted : i < 50 ? Safety::kOpen : Safety::kSafe;
  });
  CHECK(result.answer == 50);
  CHECK(result.tried.at(49).safety() == Safety::kOpen);
}

TEST_CASE("the result does not depend on the number of workers") {
  const auto oracle = [](std::int64_t i, const Recipe& recipe) {
    return refuted_if(i < static_cast<std::int64_t>(sim::mix64(recipe.layers.back().seed) % 300));
  };
  const TuneResult one = tuned(oracle, 512, 1);
  const TuneResult four = tuned(oracle, 512, 4);
  CHECK(one.answer == four.answer);
  CHECK(one.runs == four.runs);
  CHECK(one.varied == four.varied);
  CHECK(one.tried.size() == four.tried.size());
  CHECK(one.below.size() == four.below.size());
}

TEST_CASE("a search that is stopped says that it is not complete") {
  OracleExperiment experiment{[](std::int64_t i, const Recipe&) { return refuted_if(i < 10); }};
  int calls = 0;
  const auto watch = [&](const TuneProgress&) { return ++calls < 3; };
  const TuneResult result = scenarios::tune(experiment, 1'000, TuneOptions{}, watch);
  CHECK_FALSE(result.is_complete);
}

TEST_CASE("the deletion delay of the smallest hand-over: it holds there and fails a step below") {
  const Tunable tunable = delay_of_smallest();
  REQUIRE(tunable.setting);
  scenarios::PropertySet properties;
  properties.set(model::index_of(model::Property::kNoLoss));
  TuneOptions options;
  options.runs = 512;
  const Tuned found = scenarios::tune_file(tunable, properties, options);
  REQUIRE(found.result.end == TuneResult::End::kFound);
  CHECK(found.exit_code() == 0);
  // p2:R3.2: the bound of 100 ms, one record's 100 ms of event time, a tick of 200 ms and 200 ms of
  // informer lag.
  CHECK(found.grid.value(*found.result.answer) > 300);
  CHECK(found.grid.value(*found.result.answer) <= 710);
  REQUIRE(found.example);
  CHECK(found.example->scenario.settings.deployment.deletion_delay.value.count() ==
        found.grid.value(*found.result.answer - 1));
  CHECK(scenarios::replay(found.example->scenario).is_identical);
}

TEST_CASE("the range of a setting ends where the reader refuses it (p2:R3.9)") {
  const Tunable tunable = delay_of_smallest();
  REQUIRE(tunable.setting);
  CHECK(tunable.setting->kind() == Setting::Kind::kDuration);
  CHECK(tunable.grid.least == 0);
  CHECK(tunable.grid.step == 10);
  CHECK(tunable.grid.value(tunable.grid.last()) == 59'990);  // the gates have a minute
  CHECK(tunable.below.empty());
  CHECK(tunable.above.find("--setting:" + std::string{kTunedDelay}) == 0);
  CHECK(tunable.above.find("p2:R3.9") != std::string::npos);
}

TEST_CASE("a range can be given and an integer is a setting too") {
  GridWish wish;
  wish.least = SettingValue{Setting::Kind::kDuration, 205};
  wish.most = SettingValue{Setting::Kind::kDuration, 300};
  wish.step = SettingValue{Setting::Kind::kDuration, 20};
  const Tunable delay = delay_of_smallest(wish);
  REQUIRE(delay.setting);
  CHECK(delay.grid.least == 205);
  CHECK(delay.grid.value(delay.grid.last()) == 285);
  const Tunable parallelism =
      scenarios::find_grid(file_of("handover/smallest.json"), "/job/operators/1/parallelism", {});
  REQUIRE(parallelism.setting);
  CHECK(parallelism.setting->kind() == Setting::Kind::kInteger);
  CHECK(parallelism.grid.least == 1);
  CHECK(parallelism.grid.value(parallelism.grid.last()) == 512);
  CHECK_FALSE(parallelism.below.empty());
}

TEST_CASE("what is no setting is refused in the words of the reader") {
  const Tunable tunable =
      scenarios::find_grid(file_of("handover/smallest.json"), "/deployment/delay", {});
  CHECK_FALSE(tunable.setting);
  REQUIRE_FALSE(tunable.refused.problems.empty());
  CHECK(tunable.refused.problems.front().file == "--setting");
}

TEST_CASE("values are durations or integers") {
  CHECK(scenarios::setting_value("10 s")->value == 10'000);
  CHECK(scenarios::setting_value("10 s")->kind == Setting::Kind::kDuration);
  CHECK(scenarios::setting_value("7")->kind == Setting::Kind::kInteger);
  CHECK_FALSE(scenarios::setting_value("-1"));
  CHECK_FALSE(scenarios::setting_value("soon"));
  CHECK_FALSE(scenarios::setting_value(""));
}

}  // namespace
