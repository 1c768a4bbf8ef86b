// From scenarios to the verdict on each claim under each protocol.
//
// A claim is judged by the files without mutations whose `judges` names it, under every protocol
// that a file is for. A file refutes the claim if one of the properties it names is refuted in some
// run, and lets it hold if all of them hold in every run; anything else leaves it open. A cell
//   is refuted      if a file refutes it, whatever that file grants;
//   holds only if   there is an assumption under which enough runs hold, besides a refutation by a
//                   file that grants nothing, and none under this assumption;
//   holds           if all files hold, enough runs of enough files, and some change of a single
//                   rule makes one of them refute it: what could not have failed shows nothing;
//   is not judged   otherwise, and then says what is missing.
// Whatever the number of workers, the same files give the same cells. Errors: sim::Bug for ours.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/claims/catalogue.hpp"
#include "scenarios/claims/hearing.hpp"
#include "scenarios/claims/witness.hpp"

namespace scenarios {

enum class CellVerdict : std::uint8_t {
  kHolds,
  kRefuted,
  kHoldsOnlyIf,
  kNotJudged,
  kNoMeaning,  // the claim speaks of something that the protocol has not got
};

constexpr std::string_view name_of(CellVerdict verdict) {
  switch (verdict) {
    case CellVerdict::kHolds: return "holds";
    case CellVerdict::kRefuted: return "refuted";
    case CellVerdict::kHoldsOnlyIf: return "holds only if";
    case CellVerdict::kNotJudged: return "not judged";
    case CellVerdict::kNoMeaning: return "-";
  }
  return "";
}

struct Cell {
  std::string_view claim;     // its id
  std::string_view protocol;  // its id
  CellVerdict verdict = CellVerdict::kNotJudged;
  std::string evidence;  // what was run; a counterexample as arguments of `cutover run`
  std::string needs;     // of "holds only if" the assumption, of "not judged" what is missing
};

struct ClaimsBudget {
  std::uint64_t runs = kEnoughRuns;  // of all files of a cell that may hold; shared so that each
                                     // file takes about the same time
  unsigned jobs = 1;                 // threads, at least 1
};

// One cell a claim and protocol, in the order of both lists.
std::vector<Cell> judge_claims(const Catalogue& catalogue, const ClaimsBudget& budget,
                               const Progress& progress);

}  // namespace scenarios
