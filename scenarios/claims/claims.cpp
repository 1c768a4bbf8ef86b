#include "scenarios/claims/claims.hpp"

#include <algorithm>
#include <array>

namespace scenarios {

namespace {

constexpr std::array kClaims{
    Claim{"S1", "record-level coordination: no duplicates, exactly once, a smooth transition"},
    Claim{"S2", "what subtasks left out of the watermark lose would be lost without Phase 2 too",
          true},
    Claim{"S3", "a pipeline without watermarks is refused"},
    Claim{"S4", "before the sink is the safe position of the gate, after the source saves work"},
    Claim{"S5", "several sources or sinks are out of reach of the automatic placement"},
    Claim{"S6", "gates inside sinks or sources do as well as an operator"},
    Claim{"S7", "the same coordination moves a job between two clusters"},
    Claim{"S8", "the gate disturbs nothing of the job graph"},
    Claim{"S9", "only one subtask talks to the ConfigMap: without data there nothing happens"},
    Claim{"S10", "a second deployment can do without a full copy of the traffic"},
    Claim{"L1", "a transition whose gate never signals is unwound"},
    Claim{"L2", "a deployment that fails in mid-transition leaves no bad state behind"},
    Claim{"L3", "with several inputs the gate waits for the slowest: safe, may stall"},
    Claim{"L4", "nothing is lost although a source that feeds the gate is idle"},
    Claim{"L5", "with transactions of both jobs under way everything is committed once"},
    Claim{"L6", "no strict order per key across the hand-over, but temporal order"},
    Claim{"L7", "rolling back after the cutover point"},
    Claim{"L8", "the gate needs a stretch of the job where one watermark governs"},
    Claim{"D1", "every record within the watermark is written exactly once"},
    Claim{"D2", "only late records right around the crossing may be doubled or dropped"},
    Claim{"D3", "a record without a timestamp counts as older than the cutover point"},
    Claim{"D4", "the first cutover value wins and all subtasks use it"},
    Claim{"D5", "the hand-over-done gauge makes teardown safe"},
    Claim{"D6", "stop-with-savepoint keeps what the old job wrote"},
    Claim{"D7", "an abort costs nothing before the cutover point, loses nothing after it"},
    Claim{"D8", "the hand-over is bounded by the gate timeout"},
    Claim{"D9", "the gate neither adds nor drops a shuffle"},
    Claim{"D10", "watermark progress never depends on the wall clock"},
};

template <std::size_t kCount>
bool is_among(const std::array<std::string_view, kCount>& ids, std::string_view id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

// Those whose subject is the gate, its place, its inputs or its toggle; not those that only promise
// what a hand-over achieves.
constexpr std::array<std::string_view, 16> kOfTheGate{"S2", "S3", "S4", "S5", "S6", "S8",
                                                      "S9", "L1", "L3", "L4", "L8", "D3",
                                                      "D4", "D8", "D9", "D10"};

// Those whose subject is what is put into a job graph.
constexpr std::array<std::string_view, 3> kOfTheInjection{"S5", "S8", "D9"};

// Those that tell what lies before a cutover point from what lies behind it.
constexpr std::array<std::string_view, 3> kOfTheCutover{"L7", "D2", "D7"};

}  // namespace

std::span<const Claim> claims() { return kClaims; }

std::string_view absent_from(const model::Protocol& protocol, std::string_view claim) {
  if (!protocol.has_gate && is_among(kOfTheGate, claim)) {
    return "no gate";
  }
  if (!protocol.has_gate && is_among(kOfTheCutover, claim)) {
    return "no cutover point";
  }
  if (!protocol.has_gate && claim == "S7") {
    return "no ConfigMap";
  }
  if (protocol.injection == model::Injection::kNone && is_among(kOfTheInjection, claim)) {
    return "no injection: jobs place their gates themselves";
  }
  if (claim == "D5" && protocol.controller.hand_over != model::HandOverCheck::kClearedAndGauge) {
    return "no gauge";
  }
  if (claim == "D6" && protocol.controller.outgoing_end != model::OutgoingEnd::kStopWithSavepoint) {
    return "no stop-with-savepoint: the old job is deleted";
  }
  return {};
}

}  // namespace scenarios
