#include "docs/tools/known_bugs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "model/mutations.hpp"
#include "scenarios/check/campaign.hpp"
#include "scenarios/explore/exhaustive_search.hpp"
#include "scenarios/reader/scenario.hpp"
#include "scenarios/shrink/counterexample.hpp"

namespace docs {

namespace {

namespace fs = std::filesystem;
using model::Property;
using scenarios::Explored;
using scenarios::Scenario;
using sim::Verdict;

constexpr std::uint64_t kMostStatesOfABug = 1'000'000;
constexpr std::string_view kSmall = "scenarios/small/known_bugs";
constexpr std::array<std::string_view, 2> kLarge{"scenarios/known_bugs", "scenarios/mutations"};

// Searches that a story is held against: so many seeds, each until it has seen the failure. Runs
// that never end are long, and so is everything that is tried to make them short.
constexpr std::uint64_t kSeeds = 20;
constexpr std::uint64_t kSeedsOfEndless = 2;
constexpr std::uint64_t kRunsOfASeed = 500;

// Those that no file of kSmall stands for, and why.
struct Unfit {
  std::string_view name;
  std::string_view why;
};
constexpr std::array kUnfit{
    Unfit{"competing_readers", "is refused: what one job reads the other does not"},
    Unfit{"join_behind_the_gate", "is refused: what a join keeps lies beside the world"},
    Unfit{"keyed_behind_the_gate", "is refused, likewise"},
    Unfit{"missing_timestamp",
          "a job that starts again until the deadline, each time after a delay that is drawn "
          "(rt:F2)"},
    Unfit{"hazard_r21_created_with_error",
          "without a gate both write from the start of any hand-over on, so that it holds nowhere"},
    Unfit{"hazard_r3_ready_of_old_spec", "the change and the pass are less than a step apart"},
    Unfit{"hazard_r9_savepoint_without_end",
          "ends when the sink goes on: an exploration has no horizon"},
    Unfit{"r1_no_timestamp",
          "a job that starts again for ever, each time after a delay that is drawn (rt:F2)"},
    Unfit{
        "r4_failure_after_stop_savepoint",
        "found in that of `r5_failure_after_stop_savepoint` with r4, which has two million states"},
    Unfit{"r5_stop_has_no_deadline",
          "every pause is over some time, and nothing else ends a run before it has settled"},
    Unfit{
        "r3_finalize_cannot_be_repeated",
        "no small one is known in which the children's controllers die with the operator (op:5.6)"},
    Unfit{"hazard_k21_abort_while_stopping", "waits for two deadlines and a savepoint of 30 s"},
    Unfit{"hazard_k22_rest_of_a_deadline",
          "an abort behind the toggle, as in `r5_abort_after_toggle_duplicates`"},
    Unfit{"suspended_first",
          "nothing happens in it but that a deadline passes: there is no other run of it"},
    Unfit{"window_behind_the_gate", "is refused: what windows hold lies beside the world"}};

// Of whatever an exploration knows nothing of.
constexpr std::string_view kWhyRefused =
    "is refused: what an operator that sees its own status late does depends on the millisecond";

constexpr std::string_view kKnownBugsHead = R"(## Known bugs

Each scenario of `known_bugs` and `mutations` that refutes something, so small that every run can be looked at (`scenarios/small/known_bugs`,
under the same name). What it refutes is refuted after so many states, of so many in all. The story is how many lines long, as told by `explore` and by the
shortest counterexample of 20 searches (`check`; 2 where a run never ends). Without the mutation, under another protocol, with a fix that was proposed (op:6.4), without the fault or with the first change of the spec alone the same holds in every run.
Deadlines are some 32 steps of the grid at most, but for what waits out the 30 s of p2:R4.1 (`index_one`, `r5_slow_standby_source`, `r5_back_pressured_standby`): a minute;
those about the controller (`h*`, `draft_*`, `hazard_*`, `fix_*`) have the moments of the large ones, on a grid of 50 ms.

| known bug | of | refutes | found after | states | story | by `check` | holds with | states |
|---|---|---|---|---|---|---|---|---|
)";

std::string read_text(const fs::path& path) {
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}

std::vector<Property> with(const scenarios::Expectation& expected, Verdict verdict) {
  std::vector<Property> all;
  for (std::size_t i = 0; i < model::kPropertyCount; ++i) {
    if (expected.verdicts[i] == verdict) {
      all.push_back(static_cast<Property>(i));
    }
  }
  return all;
}

// By some protocol that the file speaks of.
std::set<Property> ever_refuted(const Scenario& scenario) {
  std::set<Property> all;
  const auto add = [&all](const scenarios::Expectation& expected) {
    const std::vector<Property> refuted = with(expected, Verdict::kRefuted);
    all.insert(refuted.begin(), refuted.end());
  };
  add(scenario.expected());
  for (const auto& [protocol, expected] : scenario.expect_by_protocol) {
    add(expected);
  }
  return all;
}

class Explorer {
 public:
  Explorer(fs::path root, unsigned jobs) : root_(std::move(root)), jobs_(jobs) {}

  KnownBug explore(const std::string& name) {
    bug_ = {};
    bug_.name = name;
    const std::string file = fmt::format("{}/{}.json", kSmall, name);
    text_ = read_text(root_ / file);
    const std::optional<Scenario> scenario = read({});
    if (!scenario) {
      problem("cannot be read");
      return bug_;
    }
    const model::DeploymentSettings& deployment = scenario->settings.deployment;
    bug_.what = deployment.protocol;
    for (const std::string& mutation : deployment.mutations) {
      bug_.what += " with " + mutation;
    }
    refuted_ = with(scenario->expected(), Verdict::kRefuted);
    if (refuted_.empty()) {
      problem("does not say what is refuted");
    }
    compare_with_large(*scenario);
    look_for_it(*scenario);
    look_without_it(*scenario);
    return std::move(bug_);
  }

 private:
  void problem(const std::string& what) { bug_.problems.push_back(bug_.name + ": " + what); }
  void problem(Property property, const std::string& what) {
    problem(fmt::format("{}: {}", model::name_of(property), what));
  }

  [[nodiscard]] std::optional<Scenario> read(const scenarios::Overrides& overrides) const {
    return scenarios::read_scenario(bug_.name + ".json", text_, overrides).scenario;
  }

  // What it refutes is what the large one refutes, of the same rules.
  void compare_with_large(const Scenario& small) {
    for (const std::string_view folder : kLarge) {
      const fs::path path = root_ / folder / (bug_.name + ".json");
      if (!fs::exists(path)) {
        continue;
      }
      const auto large = scenarios::read_scenario(path.string(), read_text(path)).scenario;
      if (!large) {
        problem("the large one cannot be read");
        return;
      }
      const std::set<Property> known = ever_refuted(*large);
      for (const Property property : refuted_) {
        if (!known.contains(property)) {
          problem(property, "the large one does not refute it");
        }
      }
      const std::string& protocol = small.settings.deployment.protocol;
      if (small.settings.deployment.mutations != large->settings.deployment.mutations ||
          (protocol != large->settings.deployment.protocol &&
           !large->expect_by_protocol.contains(protocol))) {
        problem("the large one is about other rules");
      }
      return;
    }
    problem("there is no large one");
  }

  static scenarios::Overrides setting(std::string set) {
    scenarios::Overrides overrides;
    overrides.sets.push_back(std::move(set));
    return overrides;
  }

  std::optional<Explored> explored(const Scenario& scenario) {
    scenarios::ExploreSettings settings;
    settings.workers = jobs_;
    settings.states_max = kMostStatesOfABug;
    scenarios::ExhaustiveSearch search{scenario, settings};
    while (search.step()) {
    }
    if (!search.so_far().is_complete()) {
      problem(fmt::format("more than {} states", kMostStatesOfABug));
      return std::nullopt;
    }
    return search.result();
  }

  void look_for_it(const Scenario& scenario) {
    const std::optional<Explored> all = explored(scenario);
    if (!all) {
      return;
    }
    bug_.states = all->certificate.states;
    for (const std::string& difference : all->differences) {
      problem(difference);
    }
    for (const Property property : refuted_) {
      if (all->of(property).example) {
        tell(scenario, *all, property);
      }
    }
  }
  void tell(const Scenario& scenario, const Explored& all, Property property) {
    KnownBug::Refuted refuted;
    refuted.property = property;
    const sim::SignalCount& seen =
        all.search.census
            .signals[scenarios::kSignalRefuted + static_cast<unsigned>(model::index_of(property))];
    if (seen.states != 0) {
      refuted.found_after = seen.first + 1;
    }
    const scenarios::Counterexample& example = *all.of(property).example;
    refuted.explored_lines = example.story.lines.size();
    if (!example.is_minimal) {
      problem(property, "the counterexample is not minimal");
    }
    refuted.searched_lines =
        shortest_searched(scenario, property, refuted.found_after ? kSeeds : kSeedsOfEndless);
    if (refuted.searched_lines && refuted.explored_lines > *refuted.searched_lines) {
      problem(property, fmt::format("a story of {} lines, and check has one of {}",
                                    refuted.explored_lines, *refuted.searched_lines));
    }
    bug_.refuted.push_back(refuted);
  }

  // Of the counterexamples of some searches.
  [[nodiscard]] std::optional<std::size_t> shortest_searched(const Scenario& scenario,
                                                             Property property,
                                                             std::uint64_t seeds) const {
    scenarios::Subject subject;
    subject.file = &scenario;
    const scenarios::Trials trials{subject};
    std::optional<std::size_t> shortest;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
      scenarios::CampaignOptions options;
      options.seed = seed;
      options.runs = kRunsOfASeed;
      scenarios::Campaign campaign{subject, options};
      const scenarios::Sighting* found = nullptr;
      while (found == nullptr && !campaign.is_done()) {
        campaign.round();
        for (const scenarios::Sighting& sighting : campaign.state().sightings) {
          if (sighting.property == property &&
              (found == nullptr || sighting.events < found->events)) {
            found = &sighting;
          }
        }
      }
      if (found == nullptr) {
        continue;
      }
      scenarios::Charge charge;
      charge.property = property;
      charge.features = found->features;
      const auto example = scenarios::make_counterexample(trials.record(found->recipe), charge);
      if (example) {
        shortest = std::min(shortest.value_or(SIZE_MAX), example->story.lines.size());
      }
    }
    return shortest;
  }

  void look_without_it(const Scenario& scenario) {
    scenarios::Overrides without;
    if (!scenario.settings.deployment.mutations.empty()) {
      without.sets = {"/mutations=[]"};
      bug_.without = "the rule";
      const std::optional<Scenario> plain = read(without);
      if (!plain) {
        bug_.without = "the file is refused";
        return;
      }
      check_holds(*plain);
      return;
    }
    for (const auto& [protocol, expected] : scenario.expect_by_protocol) {
      if (with(expected, Verdict::kHolds) == refuted_) {
        without.protocol = protocol;
        bug_.without = protocol;
      }
    }
    if (without.protocol) {
      check_holds(*read(without));
    } else if (!holds_with_a_fix(scenario)) {
      look_without_cause(scenario);
    }
  }
  // That the scenario has, and then without it, or that somebody has proposed.
  bool holds_with_a_fix(const Scenario& scenario) {
    if (!scenario.settings.deployment.fixes.empty()) {
      bug_.without = "no fix";
      check_holds(*read(setting("/deployment/fixes=[]")));
      return true;
    }
    for (const model::ProposedFix& fix : model::proposed_fixes()) {
      const std::optional<Scenario> fixed =
          read(setting(fmt::format("/deployment/fixes=[\"{}\"]", fix.id)));
      if (fixed && holds(*fixed)) {
        bug_.without = fmt::format("fix {}", fix.id);
        return true;
      }
    }
    return false;
  }
  // Its faults, or all changes of the spec but the first one.
  void look_without_cause(const Scenario& scenario) {
    Scenario without = scenario;
    without.reaches.clear();
    if (!scenario.settings.environment.faults.empty()) {
      bug_.without = "no fault";
      without.settings.environment.faults.clear();
      if (holds(without)) {
        return;
      }
    }
    bug_.without = "the first change alone";
    without = scenario;
    without.reaches.clear();
    without.settings.timeline.resize(std::min<std::size_t>(1, without.settings.timeline.size()));
    check_holds(without);
  }
  bool holds(const Scenario& scenario) {
    const std::optional<Explored> all = explored(scenario);
    bug_.states_without = all ? all->certificate.states : 0;
    return all && std::all_of(refuted_.begin(), refuted_.end(), [&](Property property) {
             return all->of(property).verdict == Verdict::kHolds;
           });
  }
  void check_holds(const Scenario& scenario) {
    const std::optional<Explored> all = explored(scenario);
    if (!all) {
      return;
    }
    bug_.states_without = all->certificate.states;
    for (const Property property : refuted_) {
      if (all->of(property).verdict != Verdict::kHolds) {
        problem(property, fmt::format("{} without it", sim::name_of(all->of(property).verdict)));
      }
    }
  }

  fs::path root_;
  unsigned jobs_;
  std::string text_;
  std::vector<Property> refuted_;
  KnownBug bug_;
};

std::string rows(const KnownBug& bug) {
  std::string text;
  for (const KnownBug::Refuted& of : bug.refuted) {
    const std::string found = of.found_after ? std::to_string(*of.found_after) : "never ends";
    const std::string searched = of.searched_lines ? std::to_string(*of.searched_lines) : "-";
    const std::string without = bug.states_without == 0 ? "" : std::to_string(bug.states_without);
    text += fmt::format("| {} | {} | `{}` | {} | {} | {} | {} | {} | {} |\n", bug.name, bug.what,
                        model::name_of(of.property), found, bug.states, of.explored_lines, searched,
                        bug.without, without);
  }
  return text;
}

std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  for (const fs::directory_entry& entry : fs::directory_iterator{folder}) {
    if (entry.path().extension() == ".json") {
      names.push_back(entry.path().stem().string());
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

// Whether it is refused for what happens in it, made as small as may be (that it has a horizon does
// not count).
bool is_refused(const fs::path& path) {
  scenarios::Overrides explored;
  explored.sets = {R"(/explore={"grid":"1 ms"})"};
  const auto problems = scenarios::read_scenario(path.string(), read_text(path), explored).problems;
  return std::any_of(problems.begin(), problems.end(), [](const scenarios::Problem& problem) {
    return problem.pointer != "/horizon" &&
           problem.text.find("with \"explore\"") != std::string::npos;
  });
}

bool refutes_something(const fs::path& path) {
  const auto scenario = scenarios::read_scenario(path.string(), read_text(path)).scenario;
  return scenario && !ever_refuted(*scenario).empty();
}

}  // namespace

KnownBug explore_known_bug(const fs::path& root, const std::string& name, unsigned jobs) {
  return Explorer{root, jobs}.explore(name);
}

KnownBugsSection make_known_bugs_section(const fs::path& root, unsigned jobs) {
  KnownBugsSection section;
  section.text = kKnownBugsHead;
  const std::vector<std::string> small = names_in(root / kSmall);
  Explorer explorer{root, jobs};
  for (const std::string& name : small) {
    const KnownBug bug = explorer.explore(name);
    section.text += rows(bug);
    section.problems.insert(section.problems.end(), bug.problems.begin(), bug.problems.end());
  }
  std::string unfit;
  for (const std::string_view folder : kLarge) {
    for (const std::string& name : names_in(root / folder)) {
      const fs::path file = root / folder / (name + ".json");
      if (!refutes_something(file)) {
        continue;
      }
      const auto* const of = std::find_if(kUnfit.begin(), kUnfit.end(),
                                          [&](const Unfit& u) { return u.name == name; });
      const bool is_small = std::binary_search(small.begin(), small.end(), name);
      std::string_view why = of != kUnfit.end() ? of->why : std::string_view{};
      if (why.empty() && !is_small && is_refused(file)) {
        why = kWhyRefused;
      }
      if (is_small != why.empty()) {
        section.problems.push_back(name + (is_small ? ": is small, and said not to fit"
                                                    : ": is not small, and nobody says why"));
      }
      unfit += why.empty() ? "" : fmt::format("| {} | {} |\n", name, why);
    }
  }
  if (!unfit.empty()) {
    section.text += "\nNot in small:\n\n| known bug | why |\n|---|---|\n" + unfit;
  }
  return section;
}

}  // namespace docs
