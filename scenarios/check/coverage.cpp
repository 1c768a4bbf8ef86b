#include "scenarios/check/coverage.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "model/notes.hpp"
#include "model/world.hpp"
#include "scenarios/runner/tell.hpp"
#include "sim/random.hpp"

namespace scenarios {

namespace {

using model::NoteKind;

// The abstract state that notes move through.
struct Abstract {
  std::uint64_t controller = 0;
  std::uint64_t map = 0;
  std::array<std::uint64_t, 2> job{};
  std::array<std::uint64_t, 2> child{};
  std::uint64_t gates = 0;   // that know a toggle: none, some, more
  std::uint64_t faults = 0;  // in force, by action

  [[nodiscard]] std::uint64_t packed() const {
    return controller | map << 4 | job[0] << 24 | job[1] << 28 | child[0] << 32 | child[1] << 36 |
           gates << 40 | faults << 44;
  }
};

void apply(const sim::Note& note, const model::Plan& plan, Abstract& state) {
  switch (kind_of(note)) {
    case NoteKind::kState: state.controller = static_cast<std::uint64_t>(note.b); break;
    case NoteKind::kMapStored: {
      state.map = static_cast<std::uint64_t>(note.b) & 0xFFFFFU;
      state.gates = unpack(note).has_toggle ? state.gates : 0;
      break;
    }
    case NoteKind::kMapLearned:
      state.gates = unpack(note).has_toggle ? std::min<std::uint64_t>(state.gates + 1, 3) : 0;
      break;
    case NoteKind::kJob: state.job[note.actor & 1U] = note.detail; break;
    case NoteKind::kChild: state.child[note.actor & 1U] = note.detail; break;
    case NoteKind::kHappens: {
      const auto action = plan.happenings()[static_cast<std::size_t>(note.a)].action;
      const std::uint64_t bit = std::uint64_t{1} << static_cast<unsigned>(action);
      state.faults = note.detail == 0 ? state.faults | bit : state.faults & ~bit;
      break;
    }
    default: break;
  }
}

// Features beyond the actions.
enum OtherFeature : std::size_t {
  kTaskFailed = model::kActionNames.size(),
  kRestart,
  kRedeploy,
  kAbortBefore,
  kAbortAfter,
  kPending,
};
constexpr std::array<std::string_view, 6> kOtherFeatures{
    "task failed", "restart", "redeploy", "abort before T", "abort after T", "without end"};

}  // namespace

std::vector<std::uint64_t> coverage_of(const model::Plan& plan, const Simulated& run) {
  std::vector<std::uint64_t> seen;
  Abstract state;
  std::uint64_t last = 0;
  for (const sim::Note& note : run.trace.notes()) {
    if (kind_of(note) < model::kFirstKept) {
      continue;
    }
    apply(note, plan, state);
    const std::uint64_t now = state.packed();
    if (now != last) {
      seen.push_back(sim::mix64(now));
      last = now;
    }
  }
  std::sort(seen.begin(), seen.end());
  seen.erase(std::unique(seen.begin(), seen.end()), seen.end());
  return seen;
}

Features features_of(const model::Plan& plan, const Simulated& run) {
  Features features;
  for (const sim::Note& note : run.trace.notes()) {
    switch (kind_of(note)) {
      case NoteKind::kUserChange:
        features.set(static_cast<std::size_t>(model::Action::kChangeSpec));
        break;
      case NoteKind::kHappens:
        features.set(
            static_cast<std::size_t>(plan.happenings()[static_cast<std::size_t>(note.a)].action));
        break;
      case NoteKind::kFenced:
      case NoteKind::kTaskFailed: features.set(kTaskFailed); break;
      case NoteKind::kJob:
        if (static_cast<model::JobStatus>(note.detail) == model::JobStatus::kRestarting) {
          features.set(kRestart);
        }
        break;
      case NoteKind::kChild:
        if (static_cast<model::ChildChange>(note.detail) == model::ChildChange::kRedeployAsked) {
          features.set(kRedeploy);
        }
        break;
      default: break;
    }
  }
  for (const model::Transition& transition : run.chronicle.transitions()) {
    if (transition.result == model::Transition::Result::kAborted) {
      features.set(transition.toggle ? kAbortAfter : kAbortBefore);
    } else if (transition.result == model::Transition::Result::kPending) {
      features.set(kPending);
    }
  }
  return features;
}

std::string Features::text() const {
  std::string text;
  for (std::size_t i = 0; i < kCount; ++i) {
    if (bits_[i] && i != static_cast<std::size_t>(model::Action::kChangeSpec)) {
      text += text.empty() ? "" : ", ";
      text += i < model::kActionNames.size() ? model::kActionNames[i]
                                             : kOtherFeatures[i - model::kActionNames.size()];
    }
  }
  return text;
}

}  // namespace scenarios
