// Two-phase commit, as in Lamport's TLA+ module TwoPhase: a small model with known answers, to test
// the engine with.
//
// Resource managers (RMs) prepare or abort on their own; the transaction manager (TM) collects
// their Prepared messages, commits once it has all, and may abort before. Messages are a set and
// are never lost. Distinct states, as TLC counts them: 288 for 3 RMs, 1,568 for 4, 8,832 for 5,
// 50,816 for 6, 296,448 for 7, 1,745,408 for 8, 10,340,352 for 9. Steps that change nothing (TLA+
// has some: a Commit received again) are not enabled here, which leaves the states as they are.
// Nothing of the layers above: slots, choices and a flat block of bytes.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "sim/agenda.hpp"
#include "sim/check.hpp"
#include "sim/choice.hpp"
#include "sim/explorable.hpp"
#include "sim/hash.hpp"
#include "sim/plain_search.hpp"
#include "sim/trace.hpp"

namespace support {

enum class TmState : std::uint8_t { kInit, kCommitted, kAborted };

constexpr std::size_t kRmsMax = 12;

// One word, so that its bytes are the canonical encoding: five sets of RMs of 12 bits each, the
// state of the TM (2 bits) and which messages it has sent (Commit, Abort).
class TwoPhaseState {
 public:
  enum Set : std::uint8_t {  // an RM that is in none of the first three is working
    kPrepared,
    kCommitted,
    kAborted,
    kPreparedSent,  // Prepared from the RM is among the messages
    kTmPrepared,    // the TM has received it
    kSets
  };

  [[nodiscard]] std::uint32_t set(Set which) const {
    return static_cast<std::uint32_t>(bits_ >> shift_of(which)) & ((1U << kRmsMax) - 1);
  }
  void add(Set which, std::uint32_t rm) { bits_ |= bit_of(which, rm); }
  void remove(Set which, std::uint32_t rm) { bits_ &= ~bit_of(which, rm); }

  [[nodiscard]] TmState tm() const { return static_cast<TmState>(bits_ >> kTm & 3U); }
  [[nodiscard]] bool has_sent(TmState decision) const {
    return (bits_ >> (kTm + 1 + static_cast<unsigned>(decision)) & 1U) != 0;
  }
  // REQUIRES: the TM has not decided.
  void decide(TmState decision) {
    const auto number = static_cast<std::uint64_t>(decision);
    bits_ |= number << kTm | std::uint64_t{1} << (kTm + 1 + number);
  }

 private:
  static constexpr unsigned kTm = kSets * kRmsMax;
  static constexpr unsigned shift_of(Set which) { return which * kRmsMax; }
  static constexpr std::uint64_t bit_of(Set which, std::uint32_t rm) {
    return std::uint64_t{1} << (shift_of(which) + rm);
  }

  std::uint64_t bits_ = 0;
};
static_assert(sizeof(TwoPhaseState) == 8);

// A TM as it should be, or one that commits as soon as a single RM has prepared.
enum class TmCommits : std::uint8_t { kWhenAllPrepared, kWhenOnePrepared };

class TwoPhaseCommit {
 public:
  // The slots of RM r are kActions * r + action; the TM's come after all of them.
  enum Action : std::uint8_t { kDecide, kHearCommit, kHearAbort, kTmHearPrepared, kActions };
  enum TmAction : std::uint8_t { kTmCommit, kTmAbort, kTmActions };
  static constexpr std::uint16_t kVote = 1;  // the choice of an RM: 0 prepare, 1 abort

  // `size`: of a state block; bytes past the protocol's own are padding that is carried along
  // (bench/flat_world.cpp).
  explicit TwoPhaseCommit(std::uint32_t rms, TmCommits commits = TmCommits::kWhenAllPrepared,
                          std::size_t size = sizeof(TwoPhaseState))
      : rms_(rms), commits_(commits), size_(size) {
    SIM_CHECK(rms >= 1 && rms <= kRmsMax, "as many resource managers are not modelled", rms);
  }

  [[nodiscard]] std::uint32_t slots() const { return (rms_ * kActions) + kTmActions; }
  [[nodiscard]] std::size_t state_size() const { return size_; }
  void initial(sim::StateBlock block) const {
    std::memset(block.data(), 0, block.size());
    put(block, TwoPhaseState{});
  }
  void encode(sim::StateView state, sim::Bytes& encoding) const {
    encoding.insert(encoding.end(), state.begin(), state.end());
  }

  void enabled(sim::StateView block, std::vector<sim::Slot>& slots) const {
    for (std::uint64_t left = enabled_slots(get(block)); left != 0; left &= left - 1) {
      slots.push_back(sim::Slot{static_cast<std::uint32_t>(std::countr_zero(left))});
    }
  }

  // Bit s: whether slot s is enabled.
  [[nodiscard]] std::uint64_t enabled_slots(const TwoPhaseState& state) const {
    using State = TwoPhaseState;
    const std::uint32_t all = (1U << rms_) - 1;
    const std::uint32_t committed = state.set(State::kCommitted);
    const std::uint32_t aborted = state.set(State::kAborted);
    const std::uint32_t working = all & ~(state.set(State::kPrepared) | committed | aborted);
    const std::uint32_t hear_commit = state.has_sent(TmState::kCommitted) ? all & ~committed : 0;
    const std::uint32_t hear_abort = state.has_sent(TmState::kAborted) ? all & ~aborted : 0;
    const bool undecided = state.tm() == TmState::kInit;
    const std::uint32_t tm_hear =
        undecided ? state.set(State::kPreparedSent) & ~state.set(State::kTmPrepared) : 0;
    std::uint64_t slots = 0;
    for (std::uint32_t rm = 0; rm < rms_; ++rm) {
      const auto is_in = [rm](std::uint32_t mask) { return std::uint64_t{(mask >> rm) & 1U}; };
      slots |= (is_in(working) << kDecide | is_in(hear_commit) << kHearCommit |
                is_in(hear_abort) << kHearAbort | is_in(tm_hear) << kTmHearPrepared)
               << (rm * kActions);
    }
    const std::uint64_t tm = std::uint64_t{may_commit(state)} << kTmCommit | 1U << kTmAbort;
    return undecided ? slots | tm << (rms_ * kActions) : slots;
  }
  [[nodiscard]] bool is_enabled(const TwoPhaseState& state, std::uint32_t slot) const {
    return (enabled_slots(state) >> slot & 1U) != 0;
  }

  // REQUIRES: the slot is enabled.
  void step(sim::StateBlock block, sim::Slot slot, sim::ChoiceSource& choices) const {
    TwoPhaseState state = get(block);
    step(state, slot, choices);
    put(block, state);
  }
  void step(TwoPhaseState& state, sim::Slot slot, sim::ChoiceSource& choices) const {
    const std::uint32_t rm = sim::index_of(slot) / kActions;
    const std::uint32_t action = sim::index_of(slot) % kActions;
    if (rm == rms_) {
      state.decide(action == kTmCommit ? TmState::kCommitted : TmState::kAborted);
    } else {
      step_rm(state, rm, static_cast<Action>(action), choices);
    }
  }

  // No RM has committed while another has aborted.
  [[nodiscard]] static bool is_consistent(sim::StateView block) {
    return is_consistent(get(block));
  }
  [[nodiscard]] static bool is_consistent(const TwoPhaseState& state) {
    return state.set(TwoPhaseState::kCommitted) == 0 || state.set(TwoPhaseState::kAborted) == 0;
  }

  static TwoPhaseState get(sim::StateView block) {
    TwoPhaseState state;
    std::memcpy(&state, block.data(), sizeof state);
    return state;
  }

 private:
  static void put(sim::StateBlock block, const TwoPhaseState& state) {
    std::memcpy(block.data(), &state, sizeof state);
  }
  [[nodiscard]] bool may_commit(const TwoPhaseState& state) const {
    const std::uint32_t prepared = state.set(TwoPhaseState::kTmPrepared);
    return commits_ == TmCommits::kWhenAllPrepared ? prepared == (1U << rms_) - 1 : prepared != 0;
  }

  static void step_rm(TwoPhaseState& state, std::uint32_t rm, Action action,
                      sim::ChoiceSource& choices) {
    switch (action) {
      case kDecide:
        if (choices.choose({kVote, rm}, 0, 2) == 0) {
          state.add(TwoPhaseState::kPrepared, rm);
          state.add(TwoPhaseState::kPreparedSent, rm);
        } else {
          state.add(TwoPhaseState::kAborted, rm);
        }
        return;
      case kHearCommit: move_to(TwoPhaseState::kCommitted, state, rm); return;
      case kHearAbort: move_to(TwoPhaseState::kAborted, state, rm); return;
      case kTmHearPrepared: state.add(TwoPhaseState::kTmPrepared, rm); return;
      case kActions: break;
    }
  }

  // The RM leaves the set it is in and enters another one.
  static void move_to(TwoPhaseState::Set set, TwoPhaseState& state, std::uint32_t rm) {
    state.remove(TwoPhaseState::kPrepared, rm);
    state.remove(TwoPhaseState::kCommitted, rm);
    state.remove(TwoPhaseState::kAborted, rm);
    state.add(set, rm);
  }

  std::uint32_t rms_;
  TmCommits commits_;
  std::size_t size_;
};

// The same protocol for an explorer: one worker.
class TwoPhaseWorker {
 public:
  static constexpr sim::Signals kInconsistent = 1;
  static constexpr sim::Signals kTmDecided = 2;

  explicit TwoPhaseWorker(const TwoPhaseCommit& protocol) : protocol_(protocol) {}

  void begin() { next_ = TwoPhaseState{}; }
  void restore(std::span<const std::byte> packed) { here_ = TwoPhaseCommit::get(packed); }
  void moves(std::vector<sim::Move>& moves) const {
    for (std::uint64_t left = protocol_.enabled_slots(here_); left != 0; left &= left - 1) {
      moves.push_back(sim::Move{sim::Slot{static_cast<std::uint32_t>(std::countr_zero(left))}});
    }
  }
  void step(sim::Move move, sim::ChoiceSource& choices) {
    next_ = here_;
    protocol_.step(next_, move.slot, choices);
  }
  [[nodiscard]] sim::Hash128 hash() const { return sim::hash128(bytes()); }
  [[nodiscard]] sim::Signals signals() const {
    return (TwoPhaseCommit::is_consistent(next_) ? 0 : kInconsistent) |
           (next_.tm() == TmState::kInit ? 0 : kTmDecided);
  }
  void pack(std::vector<std::byte>& packed) const {
    const std::span<const std::byte> own = bytes();
    packed.insert(packed.end(), own.begin(), own.end());
  }
  [[nodiscard]] static bool is_fair(sim::ChoiceId) { return false; }

 private:
  [[nodiscard]] std::span<const std::byte> bytes() const {
    return std::as_bytes(std::span{&next_, 1});
  }

  TwoPhaseCommit protocol_;
  TwoPhaseState here_;
  TwoPhaseState next_;
};
static_assert(sim::Explorable<TwoPhaseWorker>);

// The same protocol as a timed simulation: whatever is enabled happens after a delay of up to 50
// ms.
class TwoPhaseRun {
 public:
  TwoPhaseRun(const TwoPhaseCommit& protocol, sim::ChoiceSource& choices)
      : protocol_(&protocol),
        choices_(&choices),
        agenda_(protocol.slots()),
        state_(protocol.state_size()) {
    protocol_->initial(state_);
    schedule(sim::Due{0});
  }

  void on_event(sim::Slot slot, sim::Due now) {
    protocol_->step(state_, slot, *choices_);
    always_consistent_ = always_consistent_ && TwoPhaseCommit::is_consistent(state_);
    const TwoPhaseState state = TwoPhaseCommit::get(state_);
    trace.add({now, 1, static_cast<std::uint16_t>(state.tm()), sim::index_of(slot),
               state.set(TwoPhaseState::kTmPrepared), state.set(TwoPhaseState::kPreparedSent)});
    schedule(now);
  }
  [[nodiscard]] static sim::Due settles_at() { return sim::Due::never(); }

  sim::Agenda& agenda() { return agenda_; }
  [[nodiscard]] bool was_always_consistent() const { return always_consistent_; }

  sim::Trace trace;

 private:
  static constexpr std::uint16_t kDelay = 2;

  void schedule(sim::Due now) {
    for (std::uint32_t i = 0; i < protocol_->slots(); ++i) {
      const sim::Slot slot{i};
      const bool enabled = protocol_->is_enabled(TwoPhaseCommit::get(state_), i);
      if (!enabled) {
        agenda_.clear(slot);
      } else if (!agenda_.is_pending(slot)) {
        agenda_.set({sim::choose_due(*choices_, {kDelay, i}, 0, {now, now.after(50)}), 0, slot});
      }
    }
  }

  const TwoPhaseCommit* protocol_;
  sim::ChoiceSource* choices_;
  sim::Agenda agenda_;
  sim::Bytes state_;
  bool always_consistent_ = true;
};

}  // namespace support
