#include "scenarios/claims/judge.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "model/protocol.hpp"
#include "scenarios/claims/claims.hpp"
#include "scenarios/claims/witness.hpp"

namespace scenarios {

namespace {

// The claims are about what was published.
bool has_column(std::string_view protocol) {
  return std::any_of(model::protocols().begin(), model::protocols().end(),
                     [&](const model::Protocol& column) { return column.id == protocol; });
}

// Enough to see what a file does as a rule.
constexpr std::uint64_t kFirstRuns = 100;
// Whether more runs can make them enough.
bool may_become_enough(const Witnesses& witnesses) {
  return all_hold(witnesses) && shapes_of(witnesses) >= kEnoughFiles;
}

// Runs them until they have so many together. Quick files get more: their number of runs falls with
// the square of what one costs, so that none takes longer than the quickest.
void extend(const Witnesses& witnesses, const ClaimsBudget& budget) {
  if (runs_of(witnesses) >= budget.runs) {
    return;
  }
  std::uint64_t least = UINT64_MAX;
  for (const Witness& witness : witnesses) {
    if (!witness.hearing->is_pinned()) {
      least = std::min(least, witness.hearing->events_per_run());
    }
  }
  constexpr std::uint64_t kOne = std::uint64_t{1} << 20;
  const auto weight_of = [&](const Hearing& hearing) {
    const std::uint64_t times = kOne * least / hearing.events_per_run();
    return hearing.is_pinned() ? 0 : times * times / kOne;
  };
  std::uint64_t weights = 0;
  for (const Witness& witness : witnesses) {
    weights += weight_of(*witness.hearing);
  }
  for (const Witness& witness : witnesses) {
    Hearing& hearing = *witness.hearing;
    if (!hearing.is_pinned()) {
      hearing.run_up_to(((budget.runs * weight_of(hearing)) + weights - 1) / weights, budget.jobs);
    }
  }
}

// All that is to be said of one claim under one protocol: the files that grant nothing, then those
// that grant something, by what they grant.
struct Case {
  Witnesses plain;
  std::map<std::string, Witnesses> granting;

  // The first that refutes although it grants something.
  [[nodiscard]] const Witness* refuted_granting() const {
    for (const auto& [assuming, witnesses] : granting) {
      if (const Witness* const refuted = first_refuted(witnesses)) {
        return refuted;
      }
    }
    return nullptr;
  }
  // The first assumption under which enough holds.
  [[nodiscard]] const Witnesses* enough_granting() const {
    for (const auto& [assuming, witnesses] : granting) {
      if (missing_in(witnesses).empty()) {
        return &witnesses;
      }
    }
    return nullptr;
  }

  // Runs more of what more runs may decide.
  void extend_by(const ClaimsBudget& budget) const {
    if (first_refuted(plain) == nullptr && refuted_granting() == nullptr &&
        may_become_enough(plain)) {
      extend(plain, budget);
    }
    if (first_refuted(plain) == nullptr) {
      return;
    }
    for (const auto& [assuming, witnesses] : granting) {
      if (may_become_enough(witnesses)) {
        extend(witnesses, budget);
      }
      if (missing_in(witnesses).empty()) {
        return;
      }
    }
  }
};

class Table {
 public:
  Table(const Catalogue& catalogue, const ClaimsBudget& budget, const Progress& progress)
      : budget_(budget), progress_(progress) {
    for (const ScenarioFile& file : catalogue.files) {
      for (const Variant& variant : file.variants) {
        const Scenario& scenario = variant.scenario;
        if (!scenario.judges.empty() && scenario.settings.deployment.mutations.empty() &&
            has_column(variant.protocol)) {
          hearings_.emplace_back(file, variant);
        }
      }
    }
    for (Hearing& hearing : hearings_) {
      for (const auto& [claim, judgement] : hearing.scenario().judges) {
        Case& that = cases_[Key{claim, hearing.protocol()}];
        Witnesses& witnesses =
            judgement.assuming.empty() ? that.plain : that.granting[judgement.assuming];
        witnesses.push_back(witness_of(hearing, judgement));
      }
    }
  }
  Table(const Table&) = delete;  // the cases point at the hearings
  Table& operator=(const Table&) = delete;

  void run() {
    std::size_t done = 0;
    for (Hearing& hearing : hearings_) {
      progress_("first runs", done++, hearings_.size());
      hearing.run_up_to(std::min(kFirstRuns, budget_.runs), budget_.jobs);
    }
    // What more runs of one case refute can change what another one needs.
    for (std::uint64_t before = 0; before != runs_in_all();) {
      before = runs_in_all();
      done = 0;
      for (const auto& [key, that] : cases_) {
        progress_("more runs", done++, cases_.size());
        that.extend_by(budget_);
      }
    }
  }

  // REQUIRES: run() was called.
  Cell judge(const Claim& claim, const model::Protocol& protocol) {
    Cell cell;
    cell.claim = claim.id;
    cell.protocol = protocol.id;
    fill(claim, cell);
    const std::string_view absent = absent_from(protocol, claim.id);
    if (cell.verdict == CellVerdict::kNotJudged && !absent.empty()) {
      cell.verdict = CellVerdict::kNoMeaning;
      cell.evidence = absent;
      cell.needs.clear();
    }
    return cell;
  }

 private:
  using Key = std::pair<std::string, std::string>;  // claim, protocol

  void fill(const Claim& claim, Cell& cell) {
    const auto at = cases_.find(Key{cell.claim, cell.protocol});
    if (at == cases_.end()) {
      cell.needs = "a scenario that judges it";
      return;
    }
    const Case& that = at->second;
    if (const Witness* const refuted = first_refuted(that.plain)) {
      refute(claim, *refuted, that.enough_granting(), cell);
      cell.evidence += claim.is_comparison ? results_text(that.plain) : "";
    } else if (const Witness* const granted = that.refuted_granting()) {
      refute(claim, *granted, nullptr, cell);
    } else if (that.plain.empty()) {
      const auto& [assuming, witnesses] = *that.granting.begin();
      cell.evidence = runs_text(witnesses);
      cell.needs = "a scenario that does not grant this: " + assuming;
    } else {
      confirm(that.plain, cell);
    }
  }

  static void refute(const Claim& claim, const Witness& witness, const Witnesses* enough,
                     Cell& cell) {
    std::string against = counterexample(witness);
    if (claim.is_comparison) {
      against += "; " + losses_text(witness);
    }
    if (enough == nullptr) {
      cell.verdict = CellVerdict::kRefuted;
      cell.evidence = against;
    } else {
      cell.verdict = CellVerdict::kHoldsOnlyIf;
      cell.evidence = fmt::format("without: {}; with: {}", against, runs_text(*enough));
      cell.needs = enough->front().assuming;
    }
  }

  void confirm(const Witnesses& witnesses, Cell& cell) {
    cell.evidence = runs_text(witnesses);
    const std::vector<std::string> missing = missing_in(witnesses);
    if (!missing.empty()) {
      cell.needs = fmt::format("{}", fmt::join(missing, "; "));
      return;
    }
    const std::string refuter = refuter_of(witnesses);
    if (refuter.empty()) {
      cell.needs = "a mutation that refutes it";
      return;
    }
    cell.verdict = CellVerdict::kHolds;
    cell.evidence += "; could have failed: " + refuter;
  }

  // The quickest files first.
  [[nodiscard]] std::string refuter_of(Witnesses witnesses) const {
    std::erase_if(witnesses, [](const Witness& witness) { return witness.hearing->is_pinned(); });
    std::stable_sort(witnesses.begin(), witnesses.end(), [](const Witness& a, const Witness& b) {
      return a.hearing->events_per_run() < b.hearing->events_per_run();
    });
    std::size_t done = 0;
    for (const Witness& witness : witnesses) {
      progress_("mutations", done++, witnesses.size());
      Hearing& hearing = *witness.hearing;
      if (const auto found = hearing.find_refuter(witness.properties, budget_.jobs)) {
        return refutation_text(hearing.file().arguments(hearing.protocol()) + " --mutation " +
                                   std::string{found->mutation},
                               found->property, found->by);
      }
    }
    return {};
  }

  [[nodiscard]] std::uint64_t runs_in_all() const {
    std::uint64_t runs = 0;
    for (const Hearing& hearing : hearings_) {
      runs += hearing.tally().runs;
    }
    return runs;
  }

  const ClaimsBudget& budget_;
  const Progress& progress_;
  std::vector<Hearing> hearings_;
  std::map<Key, Case> cases_;
};

}  // namespace

std::vector<Cell> judge_claims(const Catalogue& catalogue, const ClaimsBudget& budget,
                               const Progress& progress) {
  Table table{catalogue, budget, progress};
  table.run();
  std::vector<Cell> cells;
  for (const Claim& claim : claims()) {
    for (const model::Protocol& protocol : model::protocols()) {
      cells.push_back(table.judge(claim, protocol));
    }
  }
  return cells;
}

}  // namespace scenarios
