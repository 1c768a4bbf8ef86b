// A worker on a scenario that a test hands to a search itself, to look at more than a search keeps.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "model/plan.hpp"
#include "scenarios/explore/explored_run.hpp"
#include "scenarios/scenario.hpp"
#include "sim/explorable.hpp"

namespace support {

using HashSet = std::set<std::pair<std::uint64_t, std::uint64_t>>;

class ExploredWorker {
 public:
  // `ends`, if there is one, gets the hash of every state in
  // which the run has ended; one worker only.
  ExploredWorker(const scenarios::Scenario& scenario, const model::Plan& plan,
                 const scenarios::Reductions& reductions, HashSet* ends)
      : run_(std::make_unique<scenarios::ExploredRun>(scenario, plan, reductions)), ends_(ends) {}

  void begin() { run_->begin(); }
  void restore(std::span<const std::byte> packed) { run_->restore(packed); }
  void restore(std::span<const std::byte> packed, std::span<const std::byte> base) {
    run_->restore(packed, base);
  }
  void moves(std::vector<sim::Move>& moves) { run_->moves(moves); }
  void step(sim::Move move, sim::ChoiceSource& choices) { run_->step(move, choices); }
  [[nodiscard]] sim::Hash128 hash() const { return run_->hash(); }
  sim::Signals signals() {
    if (ends_ != nullptr && run_->has_ended()) {
      const sim::Hash128 hash = run_->hash();
      ends_->emplace(hash.high, hash.low);
    }
    return run_->signals();
  }
  void pack(std::vector<std::byte>& bytes) const { run_->pack(bytes); }
  void pack(std::vector<std::byte>& bytes, std::span<const std::byte> base) const {
    run_->pack(bytes, base);
  }
  [[nodiscard]] static bool is_fair(sim::ChoiceId choice) {
    return scenarios::ExploredRun::is_fair(choice);
  }

 private:
  std::unique_ptr<scenarios::ExploredRun> run_;
  HashSet* ends_;
};
static_assert(sim::PacksDifferences<ExploredWorker>);

}  // namespace support
