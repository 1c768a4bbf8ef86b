// A valid scenario, cut or corrupted at any byte, is rejected with words or runs to a verdict
// within its budget; nothing throws, and what is reported of it is whole. How long the slowest case
// took is printed, not judged: a hang ends at the time-out of the test.

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <chrono>
#include <exception>
#include <fstream>
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <string_view>

#include "reports/result_json.hpp"
#include "reports/summary.hpp"
#include "scenarios/check/campaign.hpp"
#include "scenarios/check/search.hpp"
#include "scenarios/reader/scenario.hpp"
#include "scenarios/runner/run.hpp"
#include "scenarios/shrink/counterexample.hpp"
#include "scenarios/writer/write_scenario.hpp"
#include "sim/random.hpp"

namespace {

// Feeds texts to reader, runner and reports and keeps count.
class Survey {
 public:
  // `events_at_most` lowers the budget that a scenario has by itself.
  explicit Survey(std::uint64_t events_at_most) : events_at_most_(events_at_most) {}

  void feed(const std::string& text, const std::string& what) {
    const auto begin = std::chrono::steady_clock::now();
    std::uint64_t events = 0;
    try {
      events = try_one(text);
    } catch (const std::exception& error) {  // sim::Bug is one
      FAIL_CHECK(what << ": " << error.what());
      ++thrown_;
    }
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::steady_clock::now() - begin);
    ++fed_;
    if (took > slowest_) {
      slowest_ = took;
      slowest_is_ = what + ", " + std::to_string(events) + " events";
    }
  }

  void report() const {
    std::cout << fed_ << " texts: " << rejected_ << " rejected, " << ended_[0] << " as expected, "
              << ended_[1] << " not as expected, " << ended_[2] << " unknown; slowest "
              << slowest_.count() << " ms: " << slowest_is_ << "\n";
    CHECK(thrown_ == 0);
    CHECK(rejected_ + ended_[0] + ended_[1] + ended_[2] == fed_);
    CHECK(rejected_ > 0);
    CHECK(ended_[0] > 0);  // comments and texts may hold anything
  }

 private:
  std::uint64_t try_one(const std::string& text) {
    scenarios::ReadResult read = scenarios::read_scenario("corrupted.json", text);
    if (!read.scenario) {
      check(!read.problems.empty(), "rejected without a word");
      ++rejected_;
      return 0;
    }
    check(read.problems.empty(), "taken in spite of problems");
    return read.scenario->is_random() ? draw(*read.scenario) : run(*read.scenario);
  }

  // What is drawn from it, a few times.
  std::uint64_t draw(const scenarios::Scenario& file) {
    scenarios::Subject subject;
    subject.file = &file;
    scenarios::Campaign campaign{subject, scenarios::CampaignOptions{1, kDrawn, 1, false}};
    while (!campaign.is_done()) {
      campaign.round();
    }
    const scenarios::Tally& tally = campaign.state().tally;
    check(tally.runs == kDrawn, "not as many runs as asked for");
    ++ended_[tally.as_expected == kDrawn ? 0 : 1];
    return tally.events;
  }

  std::uint64_t run(scenarios::Scenario& scenario) {
    scenario.budget_events = std::min(scenario.budget_events, events_at_most_);
    const scenarios::Outcome outcome =
        scenarios::run(scenario, scenario.seed.value_or(scenarios::kDefaultSeed));
    check(outcome.events <= scenario.budget_events, "more events than the budget");
    check(outcome.end.at.ms <= scenario.horizon.ms(), "ended after the horizon");
    check(outcome.exit_code >= 0 && outcome.exit_code <= 2, "an exit code of no verdict");
    ++ended_[static_cast<std::size_t>(outcome.exit_code)];
    check(nlohmann::json::accept(reports::result_json({outcome})), "a result that is not JSON");
    reports::SummaryRequest request;
    request.scenario = &scenario;
    request.outcome = &outcome;
    check(reports::summary(request).ends_with('\n'), "a summary that is not whole");
    if (scenario.choices && scenario.found) {
      const scenarios::Replay replay = scenarios::replay(scenario);
      check(replay.result != scenarios::Replay::Result::kReproduced || !replay.story.lines.empty(),
            "reproduced without a story");
    }
    return outcome.events;
  }

  static constexpr std::uint64_t kDrawn = 3;

  static void check(bool condition, const char* text) {
    if (!condition) {
      throw std::runtime_error{text};
    }
  }

  std::uint64_t events_at_most_;
  std::size_t fed_ = 0;
  std::size_t rejected_ = 0;
  std::size_t thrown_ = 0;
  std::array<std::size_t, 3> ended_{};  // by exit code
  std::chrono::milliseconds slowest_{-1};
  std::string slowest_is_;
};

// One byte replaced, removed, doubled or swapped, or digits put in front of it.
std::string corrupt(const std::string& valid, std::size_t at, std::uint32_t way,
                    sim::SplitMix64& random) {
  std::string text = valid;
  switch (way) {
    case 0:
      text[at] = static_cast<char>(static_cast<unsigned char>(text[at]) ^
                                   (1U << sim::below(random.next(), 8)));
      break;
    case 1: text[at] = static_cast<char>('0' + sim::below(random.next(), 10)); break;
    case 2: text[at] = '"'; break;
    case 3: text[at] = "{}[]"[sim::below(random.next(), 4)]; break;
    case 4: text.erase(at, 1); break;
    case 5: text.insert(at, 1, text[at]); break;
    case 6: text[at] = static_cast<char>(sim::below(random.next(), 256)); break;
    case 7: text.insert(at, 1, "-.,:/*\\\n"[sim::below(random.next(), 8)]); break;
    case 8: text.insert(at, 1 + sim::below(random.next(), 8), '9'); break;
    default:
      std::swap(text[at], text[sim::below(random.next(), static_cast<std::uint32_t>(text.size()))]);
  }
  return text;
}
constexpr std::uint32_t kWays = 10;

std::string changed_at(std::size_t at, std::string_view how, const std::string& text) {
  const std::size_t begin = at < 20 ? 0 : at - 20;
  std::string near = text.substr(begin, 40);
  std::replace(near.begin(), near.end(), '\n', ' ');
  return std::string{how} + " byte " + std::to_string(at) + " (" + near + ")";
}

std::string load(const std::string& name) {
  std::ifstream file{HARNESS_ROOT "/scenarios/" + name + ".json", std::ios::binary};
  std::string text{std::istreambuf_iterator<char>{file}, {}};
  REQUIRE(text.size() > 500);
  return text;
}

// The smallest hand-over without a margin, what it loses, made small.
std::string counterexample() {
  scenarios::Overrides overrides;
  overrides.sets = {
      "/deployment/configuration/"
      "kubernetes.operator.bluegreen.deployment-deletion.delay=0 ms"};
  const scenarios::ReadResult read =
      scenarios::read_scenario("smallest.json", load("handover/smallest"), overrides);
  REQUIRE(read.scenario);
  scenarios::Subject subject;
  subject.file = &*read.scenario;
  scenarios::SearchOptions options;
  options.campaign.runs = 400;
  scenarios::Search search{subject, options};
  while (!search.is_done()) {
    search.step();
  }
  REQUIRE_FALSE(search.findings().empty());
  return scenarios::write_scenario(search.findings().front().example.scenario);
}

// Every `stride`-th byte in `count` ways, beginning with another one at every byte.
void corrupt_bytes(Survey& survey, const std::string& valid, std::size_t stride,
                   std::size_t count) {
  sim::SplitMix64 random{1};
  std::size_t turn = 0;
  for (std::size_t at = 0; at < valid.size(); at += stride) {
    for (std::size_t i = 0; i < count; ++i, ++turn) {
      const auto way = static_cast<std::uint32_t>(turn % kWays);
      const std::string text = corrupt(valid, at, way, random);
      survey.feed(text, changed_at(at, "way " + std::to_string(way) + " at", text));
    }
  }
}

}  // namespace

TEST_CASE("a scenario that is cut at any byte is rejected or runs to a verdict") {
  const std::string valid = load("handover/smallest");
  Survey survey{UINT64_MAX};
  for (std::size_t length = 0; length <= valid.size(); ++length) {
    survey.feed(valid.substr(0, length), changed_at(length, "cut at", valid));
  }
  survey.report();
}

TEST_CASE("a scenario with any byte corrupted in some ways is rejected or runs to a verdict") {
  Survey survey{50'000};
  corrupt_bytes(survey, load("handover/smallest"), 1, 3);
  survey.report();
}

TEST_CASE("a scenario corrupted in every way keeps within its own budget", "[slow]") {
  Survey survey{UINT64_MAX};
  corrupt_bytes(survey, load("handover/smallest"), 1, kWays);
  survey.report();
}

TEST_CASE("a random section with a byte corrupted here and there is rejected or draws what runs") {
  Survey survey{UINT64_MAX};
  corrupt_bytes(survey, load("random/linear"), 5, 1);
  corrupt_bytes(survey, load("random/everything"), 5, 1);
  survey.report();
}

TEST_CASE(
    "a scenario on a grid with a byte corrupted here and there is rejected or runs to a verdict") {
  Survey survey{50'000};
  corrupt_bytes(survey, load("medium/r5_no_delays"), 2, 3);
  survey.report();
}

TEST_CASE("random sections with any byte corrupted are rejected or draw what runs", "[slow]") {
  Survey survey{UINT64_MAX};
  for (const char* const name : {"random/linear", "random/any_dag", "random/everything"}) {
    corrupt_bytes(survey, load(name), 1, 1);
  }
  survey.report();
}

TEST_CASE(
    "a counterexample with any byte corrupted is rejected or replays or says that it does not") {
  Survey survey{50'000};
  corrupt_bytes(survey, counterexample(), 2, 1);
  survey.report();
}

TEST_CASE("larger scenarios corrupted here and there keep within their own budget", "[slow]") {
  Survey survey{UINT64_MAX};
  for (const char* const name :
       {"handover/upstream_e2e", "handover/head_of_stream", "handover/no_margin",
        "handover/basic_overlap", "abort/gate_timeout", "abort/never_ready"}) {
    corrupt_bytes(survey, load(name), 7, 1);
  }
  survey.report();
}
