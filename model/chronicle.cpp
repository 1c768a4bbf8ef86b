#include "model/chronicle.hpp"

#include <algorithm>

namespace model {

void Chronicle::change_requested(std::uint32_t revision, sim::Due now) {
  changes_.push_back(Change{revision, now});
  if (!in_transition()) {  // a change before the last one took effect belongs to the same
                           // transition
    open_transition(changes_.front());
  }
}

void Chronicle::changes_taken_back() {
  changes_.clear();
  if (in_transition() && !transitions_.back().taken_up) {
    transitions_.pop_back();
  }
}

void Chronicle::open_transition(const Change& change) {
  Transition transition;
  transition.started = change.at;
  transition.revision = change.revision;
  transitions_.push_back(transition);
}

// What came after it becomes a transition of its own.
void Chronicle::end_transition(Transition::Result result, sim::Due now) {
  transitions_.back().result = result;
  transitions_.back().ended = now;
  if (!changes_.empty()) {
    open_transition(changes_.front());
  }
}

void Chronicle::taken_up(std::uint32_t reconciled) {
  std::erase_if(changes_, [&](const Change& change) { return change.revision <= reconciled; });
}

void Chronicle::state_changed(BlueGreenState from, BlueGreenState to, bool aborted,
                              std::array<std::int64_t, 2> last_numbers, std::uint32_t reconciled,
                              sim::Due now) {
  using Result = Transition::Result;
  taken_up(reconciled);
  // A change that the first deployment takes up at once is no transition.
  if (from == BlueGreenState::kInitializingBlue && in_transition() && changes_.empty()) {
    transitions_.pop_back();
  }
  // A transition that nobody has taken up yet does not end with what was under way before it.
  const bool ends_ours = in_transition() && transitions_.back().revision <= reconciled;
  const auto end = [&](Result result) {
    if (ends_ours) {
      Transition& transition = transitions_.back();
      transition.outgoing_last_number = last_numbers[index_of(transition.outgoing)];
      end_transition(result, now);
    }
  };
  if (to == BlueGreenState::kActiveBlue || to == BlueGreenState::kActiveGreen) {
    const bool was_savepointing =
        from == BlueGreenState::kSavepointingBlue || from == BlueGreenState::kSavepointingGreen;
    settled_generation_ = was_savepointing ? settled_generation_ : generation_of(reconciled);
  }
  if (aborted) {
    reached(Milestone::kAborted, now);
    end(Result::kAborted);
    return;
  }
  const bool was_transition = is_transitioning(from);
  switch (to) {
    case BlueGreenState::kActiveBlue:
      if (was_transition) {
        reached(Milestone::kActiveBlue, now);
        end(Result::kActiveBlue);
      }
      break;
    case BlueGreenState::kActiveGreen:
      if (was_transition) {
        reached(Milestone::kActiveGreen, now);
        end(Result::kActiveGreen);
      }
      break;
    case BlueGreenState::kSavepointingBlue: reached(Milestone::kSavepointingBlue, now); break;
    case BlueGreenState::kSavepointingGreen: reached(Milestone::kSavepointingGreen, now); break;
    case BlueGreenState::kTransitioningToBlue:
      reached(Milestone::kTransitioningToBlue, now);
      outgoing_is(Color::kGreen);
      break;
    case BlueGreenState::kTransitioningToGreen:
      reached(Milestone::kTransitioningToGreen, now);
      outgoing_is(Color::kBlue);
      break;
    case BlueGreenState::kInitializingBlue: break;
  }
}

void Chronicle::outgoing_is(Color outgoing) {
  if (in_transition()) {
    transitions_.back().outgoing = outgoing;
    transitions_.back().taken_up = true;
  }
}

void Chronicle::given_up(BlueGreenState where, std::uint32_t reconciled, sim::Due now) {
  taken_up(reconciled);
  if (in_transition() && transitions_.back().revision <= reconciled) {
    end_transition(where == BlueGreenState::kActiveGreen ? Transition::Result::kActiveGreen
                                                         : Transition::Result::kActiveBlue,
                   now);
  }
}

void Chronicle::deadline_set(sim::Due deadline) {
  if (in_transition()) {
    transitions_.back().deadline = deadline;
  }
}

void Chronicle::toggle_stored(EventTime toggle, sim::Due now) {
  reached(Milestone::kToggleSet, now);
  if (!in_transition()) {
    return;
  }
  Transition& transition = transitions_.back();
  epoch_ +=
      transition.toggle ? 0U : 1U;  // what gates acted on before belongs to another transition
  transition.toggle = toggle;
}

void Chronicle::note_toggle(std::uint32_t gate, EventTime toggle, sim::Due now) {
  if (!in_transition() || !transitions_.back().toggle) {
    return;
  }
  acted_[gate] = Acted{toggle, epoch_};
  Transition& transition = transitions_.back();
  if (transition.acted_on == toggle || is_of_earlier(toggle)) {
    return;
  }
  if (!transition.acted_on) {
    transition.acted_on = toggle;
  } else {
    ++transition.other_toggles;
    transition.first_other = std::min(transition.first_other, now);
  }
}

// Whether a gate that acts on it has not heard of this transition's toggle yet.
bool Chronicle::is_of_earlier(EventTime toggle) const {
  return transitions_.back().toggle != toggle &&
         std::any_of(transitions_.begin(), std::prev(transitions_.end()),
                     [toggle](const Transition& earlier) { return earlier.toggle == toggle; });
}

const Transition* Chronicle::awaiting_end_of(Color outgoing) const {
  const auto awaits = [outgoing](const Transition& transition) {
    return transition.taken_up && !transition.in_place && transition.outgoing == outgoing &&
           transition.result != Transition::Result::kAborted &&
           transition.outgoing_ended.is_never();
  };
  const auto last = std::find_if(transitions_.rbegin(), transitions_.rend(), awaits);
  return last == transitions_.rend() ? nullptr : &*last;
}

void Chronicle::outgoing_ended(Color outgoing, std::uint32_t left_behind,
                               std::optional<std::uint32_t> first, sim::Due now) {
  const Transition* awaiting = awaiting_end_of(outgoing);
  Transition& transition = transitions_[static_cast<std::size_t>(awaiting - transitions_.data())];
  transition.outgoing_ended = now;
  transition.left_behind = left_behind;
  transition.first_left_behind = first;
}

void Chronicle::ready_seen(sim::Due now) {
  if (in_transition()) {
    transitions_.back().ready_seen = now;
  }
}

void Chronicle::must_go(Color color, std::uint32_t deletion_delay_ms, sim::Due now) {
  if (!in_transition() || !transitions_.back().taken_up || transitions_.back().in_place ||
      transitions_.back().outgoing != color || !transitions_.back().must_go.is_never()) {
    return;
  }
  Transition& transition = transitions_.back();
  transition.must_go = now;
  transition.went_too_soon =
      transition.ready_seen.is_never() || now < transition.ready_seen.after(deletion_delay_ms);
}

void Chronicle::is_in_place() {
  if (in_transition()) {
    transitions_.back().in_place = true;
  }
}

void Chronicle::child_given(const ChildGiven& given) {
  const bool is_redeployed = has_given_ && given.nonce != last_nonce_ && given.nonce != 0;
  matches_.count(!given.is_renamed && (!is_redeployed || given.has_own_path));
  writes_.count(generation_of(given.revision) > settled_generation_);
  last_nonce_ = given.nonce;
  has_given_ = true;
}

void Chronicle::starts_from_savepoint() {
  if (in_transition()) {
    transitions_.back().savepoint_is_fresh = savepoint_triggered_ >= transitions_.back().started;
  }
}

void Chronicle::note_survivor(Color color, std::uint32_t seen, std::uint32_t output, bool passed,
                              sim::Due now) {
  if (!counts_as_told(color, seen, now)) {
    return;
  }
  Survival& survival = survivals_.back();
  if (passed) {
    ++survival.written;
    return;
  }
  ++survival.dropped;
  if (!survival.first_dropped) {
    survival.first_dropped = output;
  }
}

}  // namespace model
