// A worker on a scenario that a test hands to a search itself, to look at more than a search keeps.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "model/canonical.hpp"
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
  // From now on each new state goes to `seen`, by its hash and that of another form of it. One
  // worker only.
  using Seen = std::function<void(const sim::Hash128& hash, const sim::Hash128& other)>;
  void compare_with(std::unique_ptr<model::CanonicalForm> form, Seen seen) {
    form_ = std::move(form);
    seen_ = std::move(seen);
  }
  sim::Signals signals() {
    if (form_ != nullptr) {
      seen_(run_->hash(), run_->hash(*form_));
    }
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
  std::unique_ptr<model::CanonicalForm> form_;
  Seen seen_;
};
static_assert(sim::PacksDifferences<ExploredWorker>);

}  // namespace support
