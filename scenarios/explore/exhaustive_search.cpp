#include "scenarios/explore/exhaustive_search.hpp"

#include <algorithm>
#include <istream>
#include <map>
#include <ostream>
#include <utility>
#include <variant>

#include "model/lanes.hpp"
#include "scenarios/check/coverage.hpp"
#include "scenarios/explore/taken_path.hpp"
#include "scenarios/runner/run.hpp"
#include "scenarios/writer/write_scenario.hpp"
#include "sim/check.hpp"
#include "sim/depth_first.hpp"
#include "sim/explorer.hpp"
#include "sim/lasso.hpp"

namespace scenarios {

namespace {

using model::Property;
using sim::Verdict;

// A worker that can be moved, as a searcher wants it.
class Worker {
 public:
  Worker(const Scenario& scenario, const model::Plan& plan, const Reductions& reductions)
      : run_(std::make_unique<ExploredRun>(scenario, plan, reductions)) {}

  void begin() { run_->begin(); }
  void restore(std::span<const std::byte> packed) { run_->restore(packed); }
  void restore(std::span<const std::byte> packed, std::span<const std::byte> base) {
    run_->restore(packed, base);
  }
  void moves(std::vector<sim::Move>& moves) { run_->moves(moves); }
  void step(sim::Move move, sim::ChoiceSource& choices) { run_->step(move, choices); }
  void step_away(sim::Move move, sim::ChoiceSource& choices) { run_->step_away(move, choices); }
  [[nodiscard]] sim::Hash128 hash() const { return run_->hash(); }
  sim::Signals signals() { return run_->signals(); }
  void pack(std::vector<std::byte>& bytes) const { run_->pack(bytes); }
  void pack(std::vector<std::byte>& bytes, std::span<const std::byte> base) const {
    run_->pack(bytes, base);
  }
  [[nodiscard]] static bool is_fair(sim::ChoiceId choice) { return ExploredRun::is_fair(choice); }

 private:
  std::unique_ptr<ExploredRun> run_;
};
static_assert(sim::PacksDifferences<Worker> && sim::StepsAway<Worker>);

using BreadthFirst = sim::Explorer<Worker>;
using DepthFirst = sim::DepthFirst<Worker>;

// What the model can judge; the other properties stay open whatever is seen.
bool is_judged(Property property) {
  constexpr std::array kJudged{
      Property::kNoLoss,         Property::kNoDuplicates,   Property::kOneToggle,
      Property::kGatePartition,  Property::kTeardownSafe,   Property::kProgress,
      Property::kSurvivorServes, Property::kSavepointFresh, Property::kDeletionDelayKept};
  return std::find(kJudged.begin(), kJudged.end(), property) != kJudged.end();
}

// How often a loop is gone round before a run is left to itself.
constexpr int kLoopRounds = 3;
// A run that never ends is long, and so is each that is tried in its place.
constexpr std::uint64_t kEndlessShrinkEvents = 20'000'000;

std::uint32_t states_with(const sim::Census& census, unsigned number) {
  return static_cast<std::uint32_t>(
      std::min<std::uint64_t>(census.signals[number].states, UINT32_MAX));
}

}  // namespace

Bounds bounds_of(const model::Settings& settings) {
  Bounds bounds;
  bounds.grid_ms = settings.grid ? settings.grid->step_ms : 0;
  for (const model::InputSettings& input : settings.inputs) {
    ++bounds.inputs;
    bounds.partitions += input.partitions;
    bounds.records += input.count();
  }
  for (const model::OperatorSettings& op : settings.job.operators) {
    bounds.subtasks += op.parallelism;
  }
  std::map<std::string, std::uint32_t> faults;
  for (const std::vector<model::Happening>* list :
       {&settings.timeline, &settings.environment.faults}) {
    for (const model::Happening& happening : *list) {
      if (happening.action == model::Action::kChangeSpec) {
        ++bounds.transitions;
      } else {
        ++faults[std::string{model::name_of(happening.action)}];
      }
    }
  }
  for (const auto& [kind, count] : faults) {
    bounds.faults.push_back(std::to_string(count) + " " + kind);
  }
  if (settings.grid) {
    bounds.write_jitter_ms = settings.grid->write_jitter_ms;
  }
  return bounds;
}

class ExhaustiveSearch::Engine {
 public:
  Engine(const Scenario& scenario, const model::Plan& plan, const ExploreSettings& settings)
      : scenario_(scenario), plan_(plan), settings_(settings) {
    const auto make = [&] { return Worker{scenario, plan, settings.reductions}; };
    if (settings.order == SearchOrder::kDepthFirst) {
      sim::DepthFirstOptions options;
      options.states_max = settings.states_max;
      options.memory_max = settings.memory_max;
      search_ = std::make_unique<DepthFirst>(make(), options);
    } else {
      sim::ExploreOptions options;
      options.workers = settings.workers;
      options.states_max = settings.states_max;
      options.memory_max = settings.memory_max;
      options.record_edges = settings.liveness;
      search_ = std::make_unique<BreadthFirst>(make, options);
    }
  }

  template <class Visit>
  decltype(auto) visit(Visit visit) {
    return std::visit([&](auto& search) -> decltype(auto) { return visit(*search); }, search_);
  }
  [[nodiscard]] BreadthFirst* breadth_first() const {
    const auto* search = std::get_if<std::unique_ptr<BreadthFirst>>(&search_);
    return search == nullptr ? nullptr : search->get();
  }
  [[nodiscard]] DepthFirst* depth_first() const {
    const auto* search = std::get_if<std::unique_ptr<DepthFirst>>(&search_);
    return search == nullptr ? nullptr : search->get();
  }

  void save(std::ostream& out, const sim::Hash128& configuration) const {
    breadth_first()->save(out, configuration);
  }
  [[nodiscard]] std::string resume(std::istream& in, const sim::Hash128& configuration) {
    return breadth_first()->resume(in, configuration);
  }

  // No time passes on the way from a state back to it: events without end at one instant.
  void check_that_time_passes() {
    if (DepthFirst* const search = depth_first()) {
      SIM_CHECK(!search->timeless_cycle(), "a cycle in which no time passes");
    } else if (settings_.liveness) {
      SIM_CHECK(!sim::find_timeless_cycle(breadth_first()->edges()),
                "a cycle in which no time passes");
    }
  }

  [[nodiscard]] std::optional<Counterexample> counterexample(Property property,
                                                             const sim::Path& path,
                                                             std::uint64_t shrink_events) {
    std::vector<sim::GivenChoice> choices =
        decisions_of(scenario_, plan_, settings_.reductions, path);
    const Runner runner{scenario_, ReferenceRuns::kIfJudged};
    Decisions decisions;
    decisions.from = Decisions::List{choices};
    Charge charge;
    charge.property = property;
    charge.features = features_of(runner.plan(), runner.simulate(decisions, Recording::kOff));
    return make_counterexample({scenario_, std::move(choices)}, charge, shrink_events);
  }

 private:
  const Scenario& scenario_;
  const model::Plan& plan_;
  const ExploreSettings& settings_;
  std::variant<std::unique_ptr<BreadthFirst>, std::unique_ptr<DepthFirst>> search_;
};

ExhaustiveSearch::ExhaustiveSearch(const Scenario& scenario, const ExploreSettings& settings)
    : scenario_(scenario), plan_(scenario.settings), settings_(settings) {
  SIM_CHECK(scenario.settings.grid.has_value(), "a scenario without a grid cannot be explored");
  engine_ = std::make_unique<Engine>(scenario_, plan_, settings_);
}
ExhaustiveSearch::~ExhaustiveSearch() = default;

bool ExhaustiveSearch::step() {
  return engine_->visit([](auto& search) { return search.step(); });
}
void ExhaustiveSearch::stop(sim::Incomplete because) {
  engine_->visit([because](auto& search) { search.stop(because); });
}
sim::ExploreResult ExhaustiveSearch::so_far() const {
  return engine_->visit([](auto& search) { return search.result(); });
}
std::uint64_t ExhaustiveSearch::level() const {
  const BreadthFirst* search = engine_->breadth_first();
  return search == nullptr ? 0 : search->level();
}
std::uint64_t ExhaustiveSearch::waiting() const {
  const BreadthFirst* search = engine_->breadth_first();
  return search == nullptr ? 0 : search->waiting();
}

bool ExhaustiveSearch::can_save() const {
  const BreadthFirst* search = engine_->breadth_first();
  return search != nullptr && search->can_save();
}
void ExhaustiveSearch::save(std::ostream& out) const { engine_->save(out, configuration()); }
std::string ExhaustiveSearch::resume(std::istream& in) {
  return engine_->breadth_first() == nullptr ? "a search depth first is not taken up again"
                                             : engine_->resume(in, configuration());
}

// Of everything that the states and their numbers depend on.
sim::Hash128 ExhaustiveSearch::configuration() const {
  std::string text = write_scenario(scenario_);
  text += settings_.reductions.canonical ? "canonical " : "";
  text += settings_.reductions.symmetry ? "symmetry " : "";
  text += settings_.reductions.partial_order ? "partial_order " : "";
  text += settings_.liveness ? "liveness " : "";
  return sim::hash128(std::as_bytes(std::span{text}));
}

Explored ExhaustiveSearch::result() {
  Explored explored;
  explored.search = so_far();
  const sim::Census& census = explored.search.census;
  explored.ends = states_with(census, kSignalEnded);
  explored.missed = states_with(census, kSignalMissed);
  explored.certificate =
      Certificate{configuration(), census.states, census.transitions, census.fixpoint};
  explored.lanes_told_apart =
      model::Lanes{plan_, settings_.reductions.symmetry ? model::Lanes::Symmetry::kUsed
                                                        : model::Lanes::Symmetry::kLeftIn}
          .why_told_apart();
  engine_->check_that_time_passes();
  for (std::size_t i = 0; i < model::kPropertyCount; ++i) {
    const auto property = static_cast<Property>(i);
    ExploredProperty& of = explored.properties[i];
    const auto number = static_cast<unsigned>(i);
    of.refuting = states_with(census, kSignalRefuted + number);
    of.holding = states_with(census, kSignalHolds + number);
    of.open = states_with(census, kSignalUnknown + number);
    if (of.refuting > 0) {
      const std::uint32_t first = census.signals[kSignalRefuted + number].first;
      const sim::Path path = engine_->visit([&](auto& search) { return search.path_to(first); });
      of.example = engine_->counterexample(property, path, kShrinkEvents);
      SIM_CHECK(of.example.has_value(), "what an exploration refutes does not fail in a run");
    }
  }
  look_for_endless_runs(explored);
  conclude(explored);
  return explored;
}

void ExhaustiveSearch::look_for_endless_runs(Explored& explored) {
  BreadthFirst* const search = engine_->breadth_first();
  if (search == nullptr || !settings_.liveness) {
    return;
  }
  const std::optional<sim::Loop> loop = sim::find_fair_lasso(search->edges());
  if (!loop) {
    if (explored.search.is_complete()) {
      explored.has_endless_runs = false;
    }
    return;
  }
  explored.has_endless_runs = true;
  ExploredProperty& progress = explored.properties[model::index_of(Property::kProgress)];
  if (!progress.example) {
    const sim::LoopPath path = search->path_of(*loop, kLoopRounds);
    sim::Path rounds = path.stem;
    rounds.insert(rounds.end(), path.loop.begin(), path.loop.end());
    progress.example = engine_->counterexample(Property::kProgress, rounds, kEndlessShrinkEvents);
    progress.refuting += progress.example ? loop->states : 0;
  }
}

// Holds what was exercised and never violated, if everything was seen and every run ends.
void ExhaustiveSearch::conclude(Explored& explored) const {
  const bool all_seen = explored.search.is_complete() && explored.has_endless_runs != true;
  const bool some_arrive = explored.ends > explored.missed;
  for (std::size_t i = 0; i < model::kPropertyCount; ++i) {
    const auto property = static_cast<Property>(i);
    ExploredProperty& of = explored.properties[i];
    if (of.example) {
      of.verdict = Verdict::kRefuted;
    } else if (of.holding + of.open > 0 ||
               (is_judged(property) && (explored.ends == 0 || !explored.search.is_complete()))) {
      of.verdict = of.holding > 0 && all_seen && some_arrive ? Verdict::kHolds : Verdict::kUnknown;
    }
  }
  const Expectation expected = scenario_.expected();
  bool differs = false;
  for (std::size_t i = 0; i < model::kPropertyCount; ++i) {
    const Verdict got = explored.properties[i].verdict;
    if (!expected.verdicts[i] || *expected.verdicts[i] == got) {
      continue;
    }
    const bool is_open = got == Verdict::kUnknown || got == Verdict::kNotJudged;
    differs |= !is_open;
    explored.exit_code = 2;
    explored.differences.push_back(std::string{model::kPropertyNames[i]} + ": expected " +
                                   std::string{sim::name_of(*expected.verdicts[i])} + ", got " +
                                   std::string{sim::name_of(got)});
  }
  if (!explored.search.is_complete() && explored.exit_code == 0) {
    explored.exit_code = 2;
  }
  explored.exit_code = differs ? 1 : explored.exit_code;
}

}  // namespace scenarios
