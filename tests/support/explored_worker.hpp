// A worker on a scenario that a test hands to a search itself, to look at more than a search keeps.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
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

// Of the states that a search came by: those in which a run has ended, and those in which an
// instant begins, all of which is the same in whatever order things happen within an instant.
struct Ends {
  HashSet hashes;
  std::set<sim::Signals> verdicts;  // on all properties at once
  HashSet instants;
};

// What can come next of states, by their canonical form: the same of all with one form.
struct Futures {
  std::map<std::pair<std::uint64_t, std::uint64_t>, HashSet> of;
  std::uint64_t compared = 0;  // states with the form of one before
  std::uint64_t different = 0;
};

class ExploredWorker {
 public:
  // `ends`, if there is one, gets every state in which the run has ended; one worker only.
  ExploredWorker(const scenarios::Scenario& scenario, const model::Plan& plan,
                 const scenarios::Reductions& reductions, Ends* ends)
      : run_(std::make_unique<scenarios::ExploredRun>(scenario, plan, reductions)), ends_(ends) {}

  void begin() { run_->begin(); }
  void restore(std::span<const std::byte> packed) { run_->restore(packed); }
  void restore(std::span<const std::byte> packed, std::span<const std::byte> base) {
    run_->restore(packed, base);
  }
  void moves(std::vector<sim::Move>& moves) { run_->moves(moves); }
  void step(sim::Move move, sim::ChoiceSource& choices) {
    run_->step(move, choices);
    note_instant(move);
  }
  void step_away(sim::Move move, sim::ChoiceSource& choices) {
    run_->step_away(move, choices);
    note_instant(move);
  }
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
    const sim::Signals signals = run_->signals();
    if (ends_ != nullptr && run_->has_ended()) {
      const sim::Hash128 hash = run_->hash();
      ends_->hashes.emplace(hash.high, hash.low);
      ends_->verdicts.insert(signals);
    }
    return signals;
  }
  void pack(std::vector<std::byte>& bytes) const { run_->pack(bytes); }
  void pack(std::vector<std::byte>& bytes, std::span<const std::byte> base) const {
    run_->pack(bytes, base);
  }
  [[nodiscard]] static bool is_fair(sim::ChoiceId choice) {
    return scenarios::ExploredRun::is_fair(choice);
  }

 private:
  void note_instant(sim::Move move) {
    if (ends_ != nullptr && move.is_time()) {
      const sim::Hash128 hash = run_->hash();
      ends_->instants.emplace(hash.high, hash.low);
    }
  }

  std::unique_ptr<scenarios::ExploredRun> run_;
  Ends* ends_;
  std::unique_ptr<model::CanonicalForm> form_;
  Seen seen_;
};
static_assert(sim::PacksDifferences<ExploredWorker> && sim::StepsAway<ExploredWorker>);

// Tells states apart by all that they are made of, and takes note of their canonical forms and of
// those of what comes next. Lanes are told apart: of two states that count as one for them each
// order of what happens is looked at in one only. One worker only.
class FuturesWorker {
 public:
  FuturesWorker(const scenarios::Scenario& scenario, const model::Plan& plan, Futures& futures)
      : run_(std::make_unique<scenarios::ExploredRun>(scenario, plan,
                                                      scenarios::Reductions{.symmetry = false})),
        futures_(&futures) {}

  void begin() { run_->begin(); }
  void restore(std::span<const std::byte> packed) {
    conclude();
    from_ = form_of_[key(sim::hash128(packed))];
    next_.clear();
    run_->restore(packed);
  }
  // Of what was looked at last too: once the search is complete.
  void conclude() {
    if (!from_) {
      return;
    }
    const auto [known, is_new] = futures_->of.emplace(*from_, next_);
    futures_->compared += is_new ? 0U : 1U;
    futures_->different += known->second == next_ ? 0U : 1U;
    from_.reset();
  }
  void moves(std::vector<sim::Move>& moves) { run_->moves(moves); }
  void step(sim::Move move, sim::ChoiceSource& choices) {
    run_->step(move, choices);
    next_.insert(key(run_->hash()));
  }
  [[nodiscard]] sim::Hash128 hash() const {
    packed_.clear();
    run_->pack(packed_);
    const sim::Hash128 hash = sim::hash128(packed_);
    form_of_[key(hash)] = key(run_->hash());
    return hash;
  }
  sim::Signals signals() { return run_->signals(); }
  void pack(std::vector<std::byte>& bytes) const { run_->pack(bytes); }
  [[nodiscard]] static bool is_fair(sim::ChoiceId choice) {
    return scenarios::ExploredRun::is_fair(choice);
  }

 private:
  using Key = std::pair<std::uint64_t, std::uint64_t>;
  static Key key(const sim::Hash128& hash) { return {hash.high, hash.low}; }

  std::unique_ptr<scenarios::ExploredRun> run_;
  Futures* futures_;
  mutable std::map<Key, std::optional<Key>> form_of_;
  std::optional<Key> from_;
  HashSet next_;
  mutable std::vector<std::byte> packed_;
};
static_assert(sim::Explorable<FuturesWorker>);

}  // namespace support
