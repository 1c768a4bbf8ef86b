// The chronicle: what happened to the deployment as a whole. An observer, like the ledger, for what
// is rare.
//
// Transitions from the user's change to their end, milestones come by, the toggles that gates acted
// on, and the times at which nobody was left to write. Times: processing time.
#pragma once

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
  std::int64_t outgoing_last_number = -1;  // the largest record number that it wrote until the end
  std::optional<EventTime> toggle;         // as stored in the ConfigMap last
  Result result = Result::kPending;
  std::optional<EventTime> acted_on;  // the first toggle that a gate acted on
  std::uint32_t other_toggles = 0;    // gate subtasks that acted on another one
  sim::Due first_other = sim::Due::never();
};

class Chronicle {
 public:
  explicit Chronicle(std::size_t gates_of_both_jobs) : acted_(gates_of_both_jobs, EventTime{}) {}

  void reached(Milestone milestone, sim::Due now) {
    sim::Due& at = milestones_[index_of(milestone)];
    at = at.is_never() ? now : at;
  }
  [[nodiscard]] sim::Due when(Milestone milestone) const {
    return milestones_[index_of(milestone)];
  }

  // The user asked for a revision of the spec. It opens a transition unless one is pending.
  void change_requested(std::uint32_t revision, sim::Due now);
  // The controller's state went from one to another; it is a milestone, and may be the end of a
  // transition. `last_numbers`: the largest record number that each color has written so far.
  void state_changed(BlueGreenState from, BlueGreenState to, bool aborted,
                     std::array<std::int64_t, 2> last_numbers, std::uint32_t reconciled,
                     sim::Due now);
  void deadline_set(sim::Due deadline);
  void toggle_stored(EventTime toggle, sim::Due now);
  // A gate subtask decided by a toggle other than 0. `gate` numbers the subtasks of both jobs.
  void acted_on(std::uint32_t gate, EventTime toggle, sim::Due now) {
    if (acted_[gate] != toggle) [[unlikely]] {
      note_toggle(gate, toggle, now);
    }
  }
  [[nodiscard]] bool in_transition() const {
    return !transitions_.empty() && transitions_.back().result == Transition::Result::kPending;
  }

  // After the first activation no child had spec RUNNING and no deletion requested.
  void nobody_serves(sim::Due now) {
    nobody_since_ = nobody_since_.is_never() ? now : nobody_since_;
  }

  [[nodiscard]] const std::vector<Transition>& transitions() const { return transitions_; }
  [[nodiscard]] sim::Due nobody_since() const { return nobody_since_; }

 private:
  std::array<sim::Due, kMilestoneCount> milestones_ = never_reached();
  std::vector<Transition> transitions_;
  std::vector<EventTime> acted_;  // the toggle each gate subtask acted on last
  sim::Due nobody_since_ = sim::Due::never();

  struct Change {
    std::uint32_t revision = 0;
    sim::Due at;
  };
  std::vector<Change> changes_;  // not taken up yet

  void open_transition(const Change& change);
  void outgoing_is(Color outgoing);
  void note_toggle(std::uint32_t gate, EventTime toggle, sim::Due now);
  static std::array<sim::Due, kMilestoneCount> never_reached() {
    std::array<sim::Due, kMilestoneCount> all{};
    all.fill(sim::Due::never());
    return all;
  }
};

}  // namespace model
