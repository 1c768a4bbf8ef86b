#include "scenarios/check/assumptions_search.hpp"

#include <algorithm>
#include <bit>
#include <span>
#include <utility>

#include "scenarios/runner/run.hpp"

namespace scenarios {

namespace {

// A set of candidates, by position.
using Bits = std::uint32_t;

class AssumptionSearch {
 public:
  AssumptionSearch(const Scenario& file, model::Property property, AssumptionSet candidates,
                   const AssumptionOptions& options)
      : file_(file), candidates_(std::move(candidates)), options_(options) {
    result_.property = property;
  }

  NeededAssumptions search() {
    std::vector<Bits> held;
    for (;;) {
      const std::vector<Bits> smallest = smallest_unmet();
      const auto open = std::find_if(smallest.begin(), smallest.end(), [&](Bits set) {
        return std::find(held.begin(), held.end(), set) == held.end();
      });
      if (open == smallest.end()) {
        result_.is_complete = true;
        return finished(smallest);
      }
      if (options_.is_out_of_time()) {
        return finished(held);
      }
      if (!fails_under(*open)) {
        held.push_back(*open);
      }
    }
  }

 private:
  [[nodiscard]] AssumptionSet named(Bits set) const {
    AssumptionSet names;
    for (std::size_t i = 0; i < candidates_.size(); ++i) {
      if ((set >> i & 1U) != 0) {
        names.push_back(candidates_[i]);
      }
    }
    return names;
  }

  // The smallest sets that are part of no failing one.
  [[nodiscard]] std::vector<Bits> smallest_unmet() const {
    std::vector<Bits> smallest;
    const auto is_met = [&](Bits set) {
      return std::any_of(failing_.begin(), failing_.end(),
                         [set](Bits failing) { return (set & ~failing) == 0; });
    };
    const auto is_larger = [&](Bits set) {
      return std::any_of(smallest.begin(), smallest.end(),
                         [set](Bits small) { return (small & ~set) == 0; });
    };
    const Bits all = (Bits{1} << candidates_.size()) - 1;
    for (int size = 0; size <= static_cast<int>(candidates_.size()); ++size) {
      for (Bits set = 0; set <= all; ++set) {
        if (std::popcount(set) == size && !is_met(set) && !is_larger(set)) {
          smallest.push_back(set);
        }
      }
    }
    return smallest;
  }

  [[nodiscard]] Scenario under(Bits set) const {
    Scenario scenario = file_;
    if (scenario.is_random()) {
      scenario.assumptions = named(set);
    } else {
      scenario.assumptions.clear();
      const AssumptionSet names = named(set);
      restrict_to(scenario, names);
    }
    return scenario;
  }

  // Looks for a failure; takes down the largest set that it is one of.
  bool fails_under(Bits set) {
    const Scenario scenario = under(set);
    Subject subject;
    subject.file = &scenario;
    Campaign campaign{subject, options_.campaign};
    const auto sighting = [&]() -> const Sighting* {
      for (const Sighting& seen : campaign.state().sightings) {
        if (seen.property == result_.property) {
          return &seen;
        }
      }
      return nullptr;
    };
    while (sighting() == nullptr && !campaign.is_done() && !options_.is_out_of_time()) {
      campaign.round();
      options_.progress(std::string{model::name_of(result_.property)} + ": " +
                        std::to_string(failing_.size()) + " failing sets, " +
                        std::to_string(campaign.state().runs) + " runs of the next");
    }
    result_.runs += campaign.state().runs;
    const Sighting* seen = sighting();
    if (seen == nullptr) {
      result_.is_exercised |=
          campaign.state().tally.of(result_.property).with(sim::Verdict::kHolds) > 0;
      return false;
    }
    const Trials trials{subject};
    Trials::Recorded recorded = trials.record(seen->recipe);
    const Bits grown = grow(set, recorded);
    const auto example = make_counterexample(
        std::move(recorded), Charge{result_.property, std::nullopt, seen->features, named(grown)});
    if (!example) {
      failing_.push_back(set);  // it fails all the same
      return true;
    }
    failing_.push_back(grown);
    std::erase_if(result_.failing, [&](const FailingSet& smaller) {
      return std::all_of(smaller.assumptions.begin(), smaller.assumptions.end(),
                         [&](Assumption a) { return has(grown, a); });
    });
    result_.failing.push_back(FailingSet{named(grown), *example});
    return true;
  }

  [[nodiscard]] bool has(Bits set, Assumption assumption) const {
    const AssumptionSet names = named(set);
    return std::find(names.begin(), names.end(), assumption) != names.end();
  }

  // Makes the failing run meet as many further assumptions as it goes on failing under.
  [[nodiscard]] Bits grow(Bits set, Trials::Recorded& recorded) const {
    for (std::size_t i = 0; i < candidates_.size(); ++i) {
      const Bits more = set | Bits{1} << i;
      if (more == set) {
        continue;
      }
      Scenario restricted = recorded.scenario;
      const AssumptionSet names = named(more);
      restrict_to(restricted, names);
      const Runner runner{restricted, ReferenceRuns::kIfJudged};
      Decisions decisions;
      decisions.from = Decisions::List{recorded.choices};
      const Simulated run = runner.simulate(decisions, Recording::kOff);
      if (!run.misfit &&
          runner.judged(run, decisions).of(result_.property).verdict == sim::Verdict::kRefuted) {
        set = more;
        recorded.scenario = std::move(restricted);
      }
    }
    return set;
  }

  NeededAssumptions finished(const std::vector<Bits>& enough) {
    for (const Bits set : enough) {
      result_.enough.push_back(named(set));
    }
    return std::move(result_);
  }

  const Scenario& file_;
  AssumptionSet candidates_;
  const AssumptionOptions& options_;
  std::vector<Bits> failing_;
  NeededAssumptions result_;
};

AssumptionSet candidates_of(const Scenario& file) {
  if (!file.assumptions.empty()) {
    return file.assumptions;
  }
  AssumptionSet all;
  for (std::size_t i = 0; i < kAssumptionNames.size(); ++i) {
    all.push_back(static_cast<Assumption>(i));
  }
  return all;
}

}  // namespace

std::vector<NeededAssumptions> search_assumptions(const Scenario& file,
                                                  const AssumptionOptions& options) {
  std::vector<NeededAssumptions> all;
  const Expectation expected = file.expected();
  for (std::size_t i = 0; i < model::kPropertyCount; ++i) {
    if (expected.verdicts[i]) {
      all.push_back(
          AssumptionSearch{file, static_cast<model::Property>(i), candidates_of(file), options}
              .search());
    }
  }
  return all;
}

}  // namespace scenarios
