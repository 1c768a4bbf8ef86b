// Small models explored in several ways: whatever is left out, in whatever order and with however
// many workers, the same runs end in the same ways; and no run does what no exploration saw.
//
// CUTOVER_FIRST_MODEL=200000 properties_test "500 small models*" compares others.
#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "model/lanes.hpp"
#include "scenarios/explore/explored_run.hpp"
#include "scenarios/explore/taken_path.hpp"
#include "scenarios/reader/scenario.hpp"
#include "scenarios/runner/run.hpp"
#include "scenarios/writer/write_scenario.hpp"
#include "sim/depth_first.hpp"
#include "sim/explorer.hpp"
#include "tests/support/explored_worker.hpp"
#include "tests/support/left_out.hpp"
#include "tests/support/scenario_files.hpp"
#include "tests/support/small_models.hpp"

namespace {

using scenarios::Reductions;
using scenarios::Scenario;
using support::ExploredWorker;

constexpr Reductions kAll{};
constexpr Reductions kFullOrder{.partial_order = false};
constexpr Reductions kNotCanonical{.canonical = false};

// Properties, a bit each.
struct Seen {
  std::uint32_t refuted = 0;
  std::uint32_t held = 0;

  friend bool operator==(const Seen&, const Seen&) = default;
};
[[maybe_unused]] std::ostream& operator<<(std::ostream& out, const Seen& seen) {
  return out << std::hex << "refuted " << seen.refuted << " held " << seen.held << std::dec;
}

Seen seen_in(const sim::Census& census) {
  Seen seen;
  for (std::size_t i = 0; i < model::kPropertyCount; ++i) {
    seen.refuted |= census.signals[scenarios::kSignalRefuted + i].states != 0 ? 1U << i : 0;
    seen.held |= census.signals[scenarios::kSignalHolds + i].states != 0 ? 1U << i : 0;
  }
  return seen;
}

class Model {
 public:
  explicit Model(Scenario scenario) : scenario_(std::move(scenario)), plan_(scenario_.settings) {}

  [[nodiscard]] const Scenario& scenario() const { return scenario_; }
  [[nodiscard]] const model::Plan& plan() const { return plan_; }

  struct Explored {
    sim::ExploreResult result;
    support::Ends ends;  // of one worker alone
    std::uint32_t in_run =
        0;  // of the properties refuted, those that a run of the path refutes too
  };
  Explored breadth_first(const Reductions& reductions, std::uint64_t states_max,
                         unsigned workers = 1) {
    Explored explored;
    sim::ExploreOptions options;
    options.states_max = states_max;
    options.workers = workers;
    if (workers > 1) {  // so that there is something to share
      options.step_weight = 32'000;
      options.share_weight = 4'000;
    }
    support::Ends* const ends = workers == 1 ? &explored.ends : nullptr;
    sim::Explorer<ExploredWorker> search{
        [&] {
          return ExploredWorker{scenario_, plan_, reductions, ends};
        },
        options};
    while (search.step()) {
    }
    explored.result = search.result();
    for (std::size_t i = 0; workers == 1 && i < model::kPropertyCount; ++i) {
      const auto& refuted = explored.result.census.signals[scenarios::kSignalRefuted + i];
      if (refuted.states != 0) {
        explored.in_run |= refuted_by_run(reductions, search.path_to(refuted.first)) & (1U << i);
      }
    }
    return explored;
  }
  // How many states there are if lanes that are alike are exchanged, and how many that are told
  // apart then count as one at most.
  struct Orbits {
    std::uint64_t count = 0;
    std::size_t largest = 0;
  };
  Orbits orbits() {
    constexpr Reductions kApart{.symmetry = false, .partial_order = false};
    std::map<std::pair<std::uint64_t, std::uint64_t>, support::HashSet> orbits;
    const auto make = [&] {
      ExploredWorker worker{scenario_, plan_, kApart, nullptr};
      worker.compare_with(
          std::make_unique<model::CanonicalForm>(
              plan_, model::CanonicalOptions{true, !scenario_.exemptions.empty(), true}),
          [&orbits](const sim::Hash128& hash, const sim::Hash128& exchanged) {
            orbits[{exchanged.high, exchanged.low}].emplace(hash.high, hash.low);
          });
      return worker;
    };
    sim::Explorer<ExploredWorker> search{make, {}};
    while (search.step()) {
    }
    Orbits found{orbits.size(), 0};
    for (const auto& [hash, states] : orbits) {
      found.largest = std::max(found.largest, states.size());
    }
    return found;
  }
  // Of the first states.
  support::Futures futures(std::uint64_t states_max) {
    support::Futures futures;
    sim::ExploreOptions options;
    options.states_max = states_max;
    sim::Explorer<support::FuturesWorker> search{
        [&] {
          return support::FuturesWorker{scenario_, plan_, futures};
        },
        options};
    while (search.step()) {
    }
    return futures;
  }
  sim::ExploreResult depth_first() {
    sim::DepthFirst<ExploredWorker> search{ExploredWorker{scenario_, plan_, kAll, nullptr}, {}};
    while (search.step()) {
    }
    CHECK_FALSE(search.timeless_cycle().has_value());
    return search.result();
  }
  // By the run with the decisions of a path.
  [[nodiscard]] std::uint32_t refuted_by_run(const Reductions& reductions,
                                             const sim::Path& path) const {
    const scenarios::Runner runner{scenario_, scenarios::ReferenceRuns::kIfJudged};
    const std::vector<sim::GivenChoice> choices =
        scenarios::decisions_of(scenario_, plan_, reductions, path);
    scenarios::Decisions decisions;
    decisions.from = scenarios::Decisions::List{choices};
    const scenarios::Simulated run = runner.simulate(decisions, scenarios::Recording::kOff);
    const scenarios::Outcome outcome = runner.judged(run, decisions);
    std::uint32_t refuted = 0;
    for (std::size_t i = 0; i < model::kPropertyCount; ++i) {
      refuted |= outcome.properties[i].verdict == sim::Verdict::kRefuted ? 1U << i : 0;
    }
    return refuted;
  }
  // What some drawn runs show.
  [[nodiscard]] Seen drawn_runs(std::uint64_t runs) const {
    const scenarios::Runner runner{scenario_, scenarios::ReferenceRuns::kIfJudged};
    Seen seen;
    for (std::uint64_t seed = 1; seed <= runs; ++seed) {
      const scenarios::Simulated run = runner.simulate(seed, scenarios::Recording::kOff);
      if (run.end.because != sim::Ending::kSettled) {
        continue;
      }
      const scenarios::Outcome outcome = runner.judged(run, seed);
      for (std::size_t i = 0; i < model::kPropertyCount; ++i) {
        const sim::Verdict verdict = outcome.properties[i].verdict;
        seen.refuted |= verdict == sim::Verdict::kRefuted ? 1U << i : 0;
        seen.held |= verdict == sim::Verdict::kHolds ? 1U << i : 0;
      }
    }
    return seen;
  }

 private:
  Scenario scenario_;
  model::Plan plan_;
};

// What an order of searching cannot change.
void check_same_states(const sim::Census& a, const sim::Census& b) {
  CHECK(a.states == b.states);
  CHECK(a.transitions == b.transitions);
  CHECK(a.fixpoint == b.fixpoint);
  for (std::size_t i = 0; i < a.signals.size(); ++i) {
    CHECK(a.signals[i].states == b.signals[i].states);
  }
}

constexpr std::uint64_t kReducedMost = 5'000;
constexpr std::uint64_t kFullMost = 20'000;
constexpr std::uint64_t kTimesAsLarge = 4;  // may models with transactions be
constexpr std::uint64_t kFuturesMost = 3'000;
constexpr std::uint64_t kFuturesOfControlPlane = 20'000;
constexpr std::uint64_t kRuns = 40;

// What the models that were compared have in common.
struct Tally {
  std::uint64_t drawn = 0;
  std::uint64_t compared = 0;
  std::uint64_t not_canonical = 0;  // of them, completed without the canonical form
  std::uint64_t same_form = 0;      // states with the canonical form of another one
  std::uint64_t refuting = 0;
  std::uint64_t reduced_states = 0;
  std::uint64_t full_states = 0;
  std::set<std::string> protocols;
  std::set<model::Action> faults;
  std::map<std::string, int> refuted;  // by property
};

// False if it is too large.
bool compare(std::uint64_t seed, Tally& tally) {
  ++tally.drawn;
  Model model{support::small_model(seed)};
  const std::string text = scenarios::write_scenario(model.scenario());
  INFO("seed " << seed << "\n" << text);
  const bool is_large =
      seed >= support::kFirstWithTransactions && seed < support::kFirstWithAssigners;
  const std::uint64_t times = is_large ? kTimesAsLarge : 1;
  const std::uint64_t reduced_most = times * kReducedMost;
  const std::uint64_t full_most = times * kFullMost;
  const Model::Explored reduced = model.breadth_first(kAll, reduced_most);
  if (!reduced.result.is_complete()) {
    return false;
  }
  const Model::Explored full = model.breadth_first(kFullOrder, full_most);
  if (!full.result.is_complete()) {
    return false;
  }
  const sim::Census& census = reduced.result.census;
  const Seen seen = seen_in(census);
  CHECK(full.ends.hashes == reduced.ends.hashes);
  CHECK(full.ends.verdicts == reduced.ends.verdicts);
  if (full.ends.instants != reduced.ends.instants) {
    FAIL_CHECK(support::left_out(model.scenario(), model.plan()));
  }
  const support::Futures futures =
      model.futures(seed < support::kFirstWithControlPlane ? kFuturesMost : kFuturesOfControlPlane);
  CHECK(futures.different == 0);
  tally.same_form += futures.compared;
  CHECK(seen_in(full.result.census) == seen);
  CHECK(reduced.in_run == seen.refuted);
  CHECK(full.in_run == seen.refuted);
  const Model::Explored raw = model.breadth_first(kNotCanonical, full_most);
  if (raw.result.is_complete()) {
    ++tally.not_canonical;
    CHECK(raw.ends.verdicts == reduced.ends.verdicts);
    CHECK(seen_in(raw.result.census) == seen);
  }
  CHECK(model.breadth_first(kAll, reduced_most, 2).result.census == census);
  check_same_states(model.depth_first().census, census);
  const Seen runs = model.drawn_runs(kRuns);
  CHECK((runs.refuted & ~seen.refuted) == 0);
  CHECK((runs.held & ~seen.held) == 0);

  ++tally.compared;
  tally.refuting += seen.refuted != 0 ? 1 : 0;
  tally.reduced_states += census.states;
  tally.full_states += full.result.census.states;
  const model::Settings& settings = model.scenario().settings;
  tally.protocols.insert(settings.deployment.protocol);
  for (const model::Happening& fault : settings.environment.faults) {
    tally.faults.insert(fault.action);
  }
  for (std::size_t i = 0; i < model::kPropertyCount; ++i) {
    if ((seen.refuted >> i & 1U) != 0) {
      ++tally.refuted[std::string{model::kPropertyNames[i]}];
    }
  }
  return true;
}

// One alone, small enough.
bool is_compared(std::uint64_t seed) {
  Tally tally;
  return compare(seed, tally);
}

Tally compare_some(std::uint64_t first_seed, std::uint64_t models) {
  Tally tally;
  for (std::uint64_t seed = first_seed; tally.compared < models; ++seed) {
    REQUIRE(seed < first_seed + 8 * models);
    compare(seed, tally);
  }
  std::string refuted = "; states with the form of another one: " + std::to_string(tally.same_form);
  for (const auto& [property, count] : tally.refuted) {
    refuted += "; " + property + " refuted in " + std::to_string(count);
  }
  UNSCOPED_INFO("of " << tally.drawn << " models " << tally.compared << " were compared, "
                      << tally.refuting << " refute something, " << tally.not_canonical
                      << " completed without the canonical form; " << tally.reduced_states
                      << " states, " << tally.full_states << " in every order" << refuted);
  return tally;
}

TEST_CASE("small models are valid and read as what they are") {
  for (std::uint64_t i = 1; i <= 600; ++i) {
    const std::uint64_t seed = i <= 300   ? i
                               : i <= 400 ? support::kFirstWithAssigners + i
                                          : support::kFirstWithControlPlane + i;
    const Scenario drawn = support::small_model(seed);
    const std::string text = scenarios::write_scenario(drawn);
    INFO("seed " << seed << "\n" << text);
    const scenarios::ReadResult read = scenarios::read_scenario(drawn.name + ".json", text, {});
    for (const scenarios::Problem& problem : read.problems) {
      UNSCOPED_INFO(scenarios::to_string(problem));
    }
    REQUIRE(read.scenario.has_value());
    CHECK(*read.scenario == drawn);
  }
}

// A model of two lanes that hold the same records; nothing if this one has no lanes.
std::optional<Scenario> twin_lanes(std::uint64_t seed) {
  Scenario scenario = support::small_model(seed);
  for (model::OperatorSettings& op : scenario.settings.job.operators) {
    op.guarantee = model::Guarantee::kAtLeastOnce;
  }
  for (model::InputSettings& input : scenario.settings.inputs) {
    if (input.listed.size() % 2 != 0) {
      input.listed.pop_back();
    }
    for (std::size_t k = 1; k < input.listed.size(); k += 2) {
      input.listed[k].at = input.listed[k - 1].at;
      input.listed[k].event_time = input.listed[k - 1].event_time;
    }
  }
  if (!model::Lanes{model::Plan{scenario.settings}, model::Lanes::Symmetry::kUsed}
           .are_exchanged()) {
    return std::nullopt;
  }
  return scenario;
}

// In every order, so that nothing but the exchange is left out.
void compare_twins(std::uint64_t first_seed, int models) {
  constexpr Reductions kExchanged{.partial_order = false};
  constexpr Reductions kApart{.symmetry = false, .partial_order = false};
  std::uint64_t exchanged = 0;
  std::uint64_t apart = 0;
  int refuting = 0;
  int compared = 0;
  for (std::uint64_t seed = first_seed; compared < models; ++seed) {
    REQUIRE(seed < first_seed + static_cast<std::uint64_t>(40 * models));
    const std::optional<Scenario> scenario = twin_lanes(seed);
    if (!scenario) {
      continue;
    }
    INFO("seed " << seed << "\n" << scenarios::write_scenario(*scenario));
    Model model{*scenario};
    const Model::Explored one = model.breadth_first(kExchanged, kReducedMost);
    const Model::Explored both = model.breadth_first(kApart, 2 * kReducedMost);
    if (!one.result.is_complete() || !both.result.is_complete()) {
      continue;
    }
    const Seen seen = seen_in(one.result.census);
    CHECK(seen == seen_in(both.result.census));
    CHECK(one.in_run == seen.refuted);
    CHECK(one.result.census.states < both.result.census.states);
    const Model::Orbits orbits = model.orbits();
    CHECK(orbits.count == one.result.census.states);
    CHECK(orbits.largest == 2);
    CHECK(seen_in(model.breadth_first(kAll, kReducedMost).result.census) == seen);
    check_same_states(model.breadth_first(kExchanged, kReducedMost, 2).result.census,
                      one.result.census);
    exchanged += one.result.census.states;
    apart += both.result.census.states;
    refuting += seen.refuted != 0 ? 1 : 0;
    ++compared;
  }
  UNSCOPED_INFO(refuting << " refute something; " << exchanged << " states, " << apart
                         << " without exchange");
  CHECK(refuting > 0);
  CHECK(4 * exchanged < 3 * apart);
}

TEST_CASE("some models of twin lanes: exchanged or told apart they see the same") {
  compare_twins(1, 3);
}

TEST_CASE("100 models of twin lanes: exchanged or told apart they see the same", "[slow]") {
  compare_twins(1'000, 100);
  compare_twins(support::kFirstWithEventTime, 30);
  compare_twins(support::kFirstWithFailovers, 20);
}

TEST_CASE("what a fault puts off comes after the fault when the path is run") {
  CHECK(is_compared(1'182));  // it pauses a source that is about to read
  // It fails a job, which comes back after a delay that varies by less than a step of the grid.
  CHECK(is_compared(3'002'004));
}

TEST_CASE("orders that make a difference are all there") {
  // A gate stores its toggle before or after its informer brings a version without one.
  CHECK(is_compared(1'522));
  // The gate of either color, one of which has nothing to do yet, stores the toggle first.
  CHECK(is_compared(1'489));
  // The second of two versions of a child that its controller is told of at one instant ends its
  // job.
  CHECK(is_compared(104'548));
  CHECK(is_compared(206'245));
  // A gate opens at the instant at which its job starts, and reads what the other one stores.
  CHECK(is_compared(430'547));
  // The controller changes a child, whose job is upgraded before it hears of the version ahead.
  CHECK(is_compared(105'708));
  // A job ends, aborts its transaction, and the other one begins one of that name.
  CHECK(is_compared(3'001'202));
}

TEST_CASE("states with one form have the same futures") {
  // As many ticks have piled up behind a paused thread as since the source opened.
  CHECK(is_compared(2'001'519));
  // The savepoint of a transition has the number that one of the other job has.
  CHECK(is_compared(100'321));
  // The operator dies after some more writes, and may then start a job again.
  CHECK(is_compared(106'759));
  // Which gates have acted on a toggle says nothing once one has.
  CHECK(is_compared(208'429));
  // An abort leaves the savepoint's number behind, which nobody asks for any more.
  CHECK(is_compared(310'561));
  // A job starts again, and has a savepoint of before.
  CHECK(is_compared(350'079));
  // A job that starts again has not ticked yet.
  CHECK(is_compared(204'661));
  CHECK(is_compared(205'608));
  // A job that has no checkpoint begins its transactions with the first number again.
  CHECK(is_compared(3'001'268));
}

// Drawn models seldom wait for a gauge, or for the end of a silence.
TEST_CASE("small scenarios: states with one form have the same futures", "[slow]") {
  std::uint64_t compared = 0;
  for (const std::string folder : {"small", "small/known_bugs"}) {
    for (const auto& file :
         std::filesystem::directory_iterator(HARNESS_ROOT "/scenarios/" + folder)) {
      if (file.path().extension() != ".json") {
        continue;
      }
      const std::string name = folder + "/" + file.path().filename().string();
      INFO(name);
      Model model{support::load(name)};
      const support::Futures futures = model.futures(20 * kFuturesMost);
      CHECK(futures.different == 0);
      compared += futures.compared;
    }
  }
  UNSCOPED_INFO(compared << " states with the form of another one");
  CHECK(compared > 100'000);
}

// The first model to compare: what the environment says, if anything.
std::uint64_t first_of(const char* variable, std::uint64_t otherwise) {
  const char* const first = std::getenv(variable);
  return first == nullptr ? otherwise : std::stoull(first);
}

TEST_CASE("some small models: every way of exploring them sees the same") {
  const Tally tally = compare_some(1, 10);
  CHECK(tally.refuting > 0);
  CHECK(tally.reduced_states < tally.full_states);
}

TEST_CASE("500 small models: every way of exploring them sees the same", "[slow]") {
  const Tally tally = compare_some(first_of("CUTOVER_FIRST_MODEL", 1'000), 500);
  CHECK(3 * tally.refuting >= tally.compared);
  CHECK(2 * tally.not_canonical >= tally.compared);
  CHECK(2 * tally.reduced_states < tally.full_states);
  CHECK(tally.protocols.size() == support::kSmallProtocols.size());
  CHECK(tally.faults.size() == support::kFaultsOfAll);
}

TEST_CASE("50 small models of transactions: the same", "[slow]") {
  const Tally tally = compare_some(support::kFirstWithTransactions, 50);
  CHECK(3 * tally.refuting >= tally.compared);
}

TEST_CASE("50 small models of full channels and slow subtasks: the same", "[slow]") {
  const Tally tally = compare_some(support::kFirstWithNetwork, 50);
  CHECK(3 * tally.refuting >= tally.compared);
}

TEST_CASE("some small models of gates elsewhere than before the sink: the same") {
  const Tally tally = compare_some(support::kFirstWithPlacements, 6);
  CHECK(tally.refuting > 0);
}

TEST_CASE("200 small models of gates elsewhere than before the sink: the same", "[slow]") {
  const Tally tally =
      compare_some(first_of("CUTOVER_FIRST_PLACEMENT", support::kFirstWithPlacements + 1'000), 200);
  CHECK(3 * tally.refuting >= tally.compared);
}

TEST_CASE("some small models of failovers: the same") {
  const Tally tally = compare_some(support::kFirstWithFailovers, 5);
  CHECK(tally.refuting > 0);
}

TEST_CASE("100 small models of failovers: the same", "[slow]") {
  const Tally tally =
      compare_some(first_of("CUTOVER_FIRST_FAILOVER", support::kFirstWithFailovers + 1'000), 100);
  CHECK(3 * tally.refuting >= tally.compared);
  CHECK(tally.faults.size() == 6);
}

TEST_CASE("some small models of faults that last: the same") {
  const Tally tally = compare_some(support::kFirstWithLastingFaults, 8);
  CHECK(tally.refuting > 0);
}

TEST_CASE("300 small models of faults that last: the same", "[slow]") {
  const Tally tally =
      compare_some(first_of("CUTOVER_FIRST_FAULT", support::kFirstWithLastingFaults + 1'000), 300);
  CHECK(3 * tally.refuting >= tally.compared);
  CHECK(tally.faults.size() == 15);  // those of this series, and kill_job
}

TEST_CASE("some small models of the control plane: the same") {
  const Tally tally = compare_some(support::kFirstWithControlPlane, 10);
  CHECK(tally.refuting > 0);
}

TEST_CASE("300 small models of the control plane: the same", "[slow]") {
  const Tally tally = compare_some(
      first_of("CUTOVER_FIRST_CONTROL_PLANE", support::kFirstWithControlPlane + 1'000), 300);
  CHECK(3 * tally.refuting >= tally.compared);
  CHECK(tally.faults.size() == 21);
}

TEST_CASE("100 small models of assigned timestamps and partitions that appear: the same",
          "[slow]") {
  const Tally tally = compare_some(support::kFirstWithAssigners, 100);
  CHECK(3 * tally.refuting >= tally.compared);
}

TEST_CASE("some small models of look-ups: the same") {
  const Tally tally = compare_some(support::kFirstWithLookUps, 4);
  CHECK(tally.reduced_states < tally.full_states);
}

TEST_CASE("100 small models of look-ups: the same", "[slow]") {
  const Tally tally = compare_some(support::kFirstWithLookUps + 1'000, 100);
  CHECK(3 * tally.refuting >= tally.compared);
}

TEST_CASE("100 small models of idle and aligned sources: the same", "[slow]") {
  const Tally tally = compare_some(support::kFirstWithEventTime, 100);
  CHECK(3 * tally.refuting >= tally.compared);
}

}  // namespace
