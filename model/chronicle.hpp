// The chronicle: what happened to the deployment as a whole. An observer, like the ledger, for what
// is rare.
//
// Transitions from the user's change to their end, milestones come by, the toggles that gates acted
// on, what the outgoing job left behind, what the survivor of an abort drops, and the times at
// which nobody was left to write. Times: processing time.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "model/controller.hpp"
#include "model/event_time.hpp"
#include "model/ids.hpp"
#include "model/properties.hpp"
#include "sim/time.hpp"

namespace model {

struct Transition {
  enum class Result : std::uint8_t { kPending, kActiveBlue, kActiveGreen, kAborted };

  sim::Due started;            // the user's change
  std::uint32_t revision = 0;  // of the spec, that it asked for
  sim::Due ended = sim::Due::never();
  sim::Due deadline = sim::Due::never();  // T_abort as it stood last
  Color outgoing = Color::kBlue;
  bool taken_up = false;  // the controller has begun it, so that `outgoing` is known
  bool in_place = false;  // the active deployment is patched, suspended or resumed (op:3.5): no
                          // other one goes
  std::int64_t outgoing_last_number = -1;  // the largest record number that it wrote until the end
  std::optional<EventTime> toggle;         // as stored in the ConfigMap last
  Result result = Result::kPending;
  // From the moment that a toggle was stored: the first one that a gate acted on, and how many gate
  // subtasks acted on another one.
  std::optional<EventTime> acted_on;
  std::uint32_t other_toggles = 0;
  sim::Due first_other = sim::Due::never();
  // When the outgoing job ended, how many outputs it left uncommitted or on their way to a gate,
  // and the first of them.
  sim::Due outgoing_ended = sim::Due::never();
  std::uint32_t left_behind = 0;
  std::optional<std::uint32_t> first_left_behind;
  sim::Due ready_seen = sim::Due::never();  // the deletion delay began to run (op:T7)
  sim::Due must_go = sim::Due::never();     // the outgoing deployment was first told to go
  bool went_too_soon = false;               // before the deletion delay was over (op:H8)
  // Whether the savepoint it started from was triggered after its change (op:H6); none: it needed
  // none.
  std::optional<bool> savepoint_is_fresh;
};

// From an abort to the next transition: who serves alone, and what of it is judged.
struct Survival {
  Color survivor = Color::kBlue;
  std::uint32_t version = 0;  // of the ConfigMap, that the abort left
  sim::Due known_at;          // every gate should have been told by then
  std::uint32_t written = 0;  // records judged so
  std::uint32_t dropped = 0;
  std::optional<std::uint32_t> first_dropped;  // as an output
};

// What the controller creates a child with, or overwrites it with (op:W3).
struct ChildGiven {
  std::uint32_t revision = 0;
  std::uint16_t nonce = 0;    // savepointRedeployNonce
  bool is_renamed = false;    // the resource's name was replaced in it (op:H2)
  bool has_own_path = false;  // initialSavepointPath is the template's, if that has one (op:H3)
};

// How often something was looked at, and how often it was not as it must be.
struct Tally {
  std::uint32_t seen = 0;
  std::uint32_t wrong = 0;

  void count(bool is_right) {
    ++seen;
    wrong += is_right ? 0U : 1U;
  }
};

class Chronicle {
 public:
  explicit Chronicle(std::size_t gates_of_both_jobs) : acted_(gates_of_both_jobs) {}

  void reached(Milestone milestone, sim::Due now) {
    sim::Due& at = milestones_[index_of(milestone)];
    at = at.is_never() ? now : at;
  }
  [[nodiscard]] sim::Due when(Milestone milestone) const {
    return milestones_[index_of(milestone)];
  }

  // The user asked for a revision of the spec. It opens a transition unless one is pending.
  void change_requested(std::uint32_t revision, sim::Due now);
  // What the user asked for last is what counts as reconciled: no transition has to follow.
  void changes_taken_back();
  // The controller's state went from one to another; it is a milestone, and may be the end of a
  // transition. `last_numbers`: the largest record number that each color has written so far.
  void state_changed(BlueGreenState from, BlueGreenState to, bool aborted,
                     std::array<std::int64_t, 2> last_numbers, std::uint32_t reconciled,
                     sim::Due now);
  // The change is stamped and reported as failed before any transition began (op:A8, A11): it ends
  // where it is.
  void given_up(BlueGreenState where, std::uint32_t reconciled, sim::Due now);
  void deadline_set(sim::Due deadline);
  void toggle_stored(EventTime toggle, sim::Due now);
  // A gate subtask decided by a toggle other than 0. That of an earlier transition counts as none:
  // to the gate that still has it this transition has not begun. `gate` numbers the subtasks of
  // both jobs.
  void acted_on(std::uint32_t gate, EventTime toggle, sim::Due now) {
    if (acted_[gate].toggle != toggle || acted_[gate].epoch != epoch_) [[unlikely]] {
      note_toggle(gate, toggle, now);
    }
  }
  // Whether it can make a difference to the transition that a gate acts on that toggle.
  [[nodiscard]] bool may_count(EventTime toggle) const {
    if (!in_transition()) {
      return false;
    }
    const Transition& transition = transitions_.back();
    return !transition.acted_on || (transition.acted_on != toggle && transition.other_toggles == 0);
  }
  // The transition, not aborted, whose outgoing job has this color and has not ended; null: none.
  [[nodiscard]] const Transition* awaiting_end_of(Color outgoing) const;
  // That job ended, leaving so many outputs behind. REQUIRES: awaiting_end_of(outgoing).
  void outgoing_ended(Color outgoing, std::uint32_t left_behind, std::optional<std::uint32_t> first,
                      sim::Due now);
  void ready_seen(sim::Due now);
  void must_go(Color color, std::uint32_t deletion_delay_ms, sim::Due now);
  void savepoint_triggered(sim::Due now) { savepoint_triggered_ = now; }
  // The transition that is being taken up is of the active deployment alone.
  void is_in_place();
  void child_given(const ChildGiven& given);
  // Whether all traffic goes to one deployment, which is there.
  void ingress_seen(bool is_right) { ingress_.count(is_right); }
  void starts_from_savepoint();
  // An abort left one deployment to serve alone; it does until the next transition begins.
  void survives(const Survival& survival) {
    survivals_.push_back(survival);
    is_surviving_ = true;
  }
  void survival_ends() { is_surviving_ = false; }
  // A gate of that color that had seen that version judged an output.
  void judged(Color color, std::uint32_t seen, std::uint32_t output, bool passed, sim::Due now) {
    if (is_surviving_) [[unlikely]] {
      note_survivor(color, seen, output, passed, now);
    }
  }
  // Whether a gate of that color that has seen that version has to know that it serves alone.
  [[nodiscard]] bool counts_as_told(Color color, std::uint32_t seen, sim::Due now) const {
    return is_surviving_ && color == survivals_.back().survivor &&
           (seen >= survivals_.back().version || now > survivals_.back().known_at);
  }
  [[nodiscard]] bool in_transition() const {
    return !transitions_.empty() && transitions_.back().result == Transition::Result::kPending;
  }

  // After the first activation no child had spec RUNNING and no deletion requested.
  void nobody_serves(sim::Due now) {
    nobody_since_ = nobody_since_.is_never() ? now : nobody_since_;
  }

  // sim/archive.hpp.
  template <class Archive>
  void archive(Archive& a) {
    a(milestones_);
    a(transitions_);
    a(acted_);
    a(epoch_);
    a(survivals_);
    a(is_surviving_);
    a(savepoint_triggered_);
    a(nobody_since_);
    a(changes_);
    a(matches_);
    a(writes_);
    a(ingress_);
    a(last_nonce_);
    a(has_given_);
    a(settled_generation_);
  }
  [[nodiscard]] const Tally& child_matches() const { return matches_; }
  [[nodiscard]] const Tally& child_writes() const { return writes_; }
  [[nodiscard]] const Tally& ingress() const { return ingress_; }

  // Of the children given so far: whether there was one, the nonce of the last one, and up to which
  // generation of the spec no other one is to be given.
  [[nodiscard]] bool has_given() const { return has_given_; }
  [[nodiscard]] std::uint16_t last_nonce() const { return last_nonce_; }
  [[nodiscard]] std::uint32_t settled_generation() const { return settled_generation_; }

  [[nodiscard]] const std::vector<Transition>& transitions() const { return transitions_; }
  [[nodiscard]] const std::vector<Survival>& survivals() const { return survivals_; }
  [[nodiscard]] bool is_surviving() const { return is_surviving_; }
  [[nodiscard]] sim::Due nobody_since() const { return nobody_since_; }
  // When the savepoint that a transition starts from was triggered last.
  [[nodiscard]] sim::Due savepoint_triggered() const { return savepoint_triggered_; }
  // The revisions that the user asked for and no transition has taken up, and when.
  template <class Visit>
  void visit_open_changes(Visit visit) const {
    for (const Change& change : changes_) {
      visit(change.revision, change.at);
    }
  }

 private:
  std::array<sim::Due, kMilestoneCount> milestones_ = never_reached();
  std::vector<Transition> transitions_;
  // The toggle each gate subtask acted on last, and in which epoch: one begins with every first
  // toggle of a transition.
  struct Acted {
    EventTime toggle;
    std::uint32_t epoch = 0;
  };
  std::vector<Acted> acted_;
  std::uint32_t epoch_ = 0;
  std::vector<Survival> survivals_;
  bool is_surviving_ = false;
  sim::Due savepoint_triggered_;  // the latest one
  sim::Due nobody_since_ = sim::Due::never();

  struct Change {
    std::uint32_t revision = 0;
    sim::Due at;
  };
  std::vector<Change> changes_;  // not taken up yet
  Tally matches_;                // of what children are given with the template
  Tally writes_;                 // of them with a change that asks for them (op:H1)
  Tally ingress_;
  std::uint16_t last_nonce_ = 0;
  bool has_given_ = false;
  std::uint32_t settled_generation_ = 0;  // of the spec: no more of it is to be written

  void open_transition(const Change& change);
  void end_transition(Transition::Result result, sim::Due now);
  void taken_up(std::uint32_t reconciled);
  void outgoing_is(Color outgoing);
  [[nodiscard]] bool is_of_earlier(EventTime toggle) const;
  void note_toggle(std::uint32_t gate, EventTime toggle, sim::Due now);
  void note_survivor(Color color, std::uint32_t seen, std::uint32_t output, bool passed,
                     sim::Due now);
  static std::array<sim::Due, kMilestoneCount> never_reached() {
    std::array<sim::Due, kMilestoneCount> all{};
    all.fill(sim::Due::never());
    return all;
  }
};

}  // namespace model
