#include "scenarios/explore/taken_path.hpp"

#include <algorithm>
#include <deque>

#include "sim/check.hpp"
#include "sim/choice_recorded.hpp"

namespace scenarios {

namespace {

using model::SlotKind;

// Every question that a run asks on the way, in the order in which it asks, with the answer that
// leads along the path.
class Draws final : public model::DrawLog {
 public:
  explicit Draws(const model::Plan& plan)
      : plan_(plan),
        grid_ms_(plan.grid_ms()),
        open_(plan.slots().size()),
        priority_of_(plan.slots().size(), kNothing) {}

  void forget() {
    asked_.clear();
    open_.assign(open_.size(), {});
    priority_of_.assign(priority_of_.size(), kNothing);
  }

  void on_delay(sim::Slot at, sim::ChoiceId name, std::uint64_t occurrence, sim::Due earliest,
                std::uint32_t alternatives) override {
    // What never comes to its end lasts as long as it can.
    open_[sim::index_of(at)].push_back(asked_.size());
    asked_.push_back({{name, occurrence, alternatives, alternatives - 1}, earliest});
  }
  void on_schedule(sim::Slot at, sim::ChoiceId name, std::uint64_t occurrence) override {
    priority_of_[sim::index_of(at)] = asked_.size();
    asked_.push_back({{name, occurrence, UINT32_MAX, 0}, {}});
  }
  // Had it been due at this instant, it would have come after what took it back.
  void on_unschedule(sim::Slot at) override {
    asked_[priority_of_[sim::index_of(at)]].what.chosen = turn_ + 1;
  }
  void on_job_reset(model::Color color) override {
    for (std::size_t s = 0; s < open_.size(); ++s) {
      const model::SlotInfo& slot = plan_.slots()[s];
      if (slot.color == color &&
          (slot.kind == SlotKind::kChannel || slot.kind == SlotKind::kComplete)) {
        open_[s].clear();
      }
    }
  }
  void on_slot_reset(sim::Slot at) override { open_[sim::index_of(at)].clear(); }

  // What is due in `slot` is about to happen.
  void happens(sim::Slot slot, sim::Due now) {
    take_turn(slot, now);
    std::deque<std::size_t>& open = open_[sim::index_of(slot)];
    if (open.empty()) {
      return;
    }
    switch (plan_.slots()[sim::index_of(slot)].kind) {
      case SlotKind::kChannel:  // the head of a queue
        end(asked_[open.front()], now);
        open.pop_front();
        return;
      case SlotKind::kComplete:  // the last of several acknowledgements
        for (const std::size_t each : open) {
          end(asked_[each], now);
        }
        break;
      default:  // earlier ones were taken back
        end(asked_[open.back()], now);
        break;
    }
    open.clear();
  }
  void chosen(const std::vector<sim::TakenChoice>& choices) {
    for (const sim::TakenChoice& choice : choices) {
      asked_.push_back({choice, {}});
    }
  }
  // Nothing that is still open happened by then, nor did what is due; where the run has ended it
  // does not happen at that instant either.
  void stop(sim::Due now, bool has_ended, std::span<const sim::Window> dues) {
    for (std::size_t s = 0; s < open_.size(); ++s) {
      for (const std::size_t each : open_[s]) {
        Asked& asked = asked_[each];
        asked.what.chosen = 0;
        if (asked.earliest <= now) {
          const std::uint32_t passed = now.ms - asked.earliest.ms;
          const std::uint32_t steps =
              has_ended ? (passed / grid_ms_) + 1 : (passed + grid_ms_ - 1) / grid_ms_;
          asked.what.chosen = std::min(steps, asked.what.count - 1);
        }
      }
      if (dues[s].earliest <= now) {
        asked_[priority_of_[s]].what.chosen = turn_ + 1;
      }
    }
  }

  [[nodiscard]] std::vector<sim::GivenChoice> given() const {
    std::vector<sim::GivenChoice> all;
    for (const Asked& asked : asked_) {
      if (asked.what.count > 1) {
        const std::uint32_t actor = asked.what.what.actor;
        all.push_back(sim::GivenChoice{asked.what.what.kind, plan_.slot_names()[actor],
                                       asked.what.occurrence, asked.what.chosen});
      }
    }
    return without_the_usual(all);
  }

 private:
  static constexpr std::size_t kNothing = SIZE_MAX;

  struct Asked {
    sim::TakenChoice what;
    sim::Due earliest;  // of a delay
  };

  void end(Asked& asked, sim::Due now) const {
    const std::uint32_t after = now.ms < asked.earliest.ms ? 0 : now.ms - asked.earliest.ms;
    asked.what.chosen = std::min(after / grid_ms_, asked.what.count - 1);
  }

  // At one instant events come by priority, and by slot where that is equal.
  void take_turn(sim::Slot slot, sim::Due now) {
    if (now != instant_) {
      instant_ = now;
      turn_ = 0;
    } else if (sim::index_of(slot) <= last_slot_) {
      ++turn_;
    }
    last_slot_ = sim::index_of(slot);
    SIM_CHECK(priority_of_[last_slot_] != kNothing, "something happens that was not scheduled");
    asked_[priority_of_[last_slot_]].what.chosen = turn_;
  }

  // Names whose answers are all 0 say nothing.
  static std::vector<sim::GivenChoice> without_the_usual(const std::vector<sim::GivenChoice>& all) {
    std::vector<sim::GivenChoice> kept;
    for (const sim::GivenChoice& choice : all) {
      const bool says_something = std::any_of(all.begin(), all.end(), [&](const auto& other) {
        return other.chosen != 0 && other.has_name_of(choice);
      });
      if (says_something) {
        kept.push_back(choice);
      }
    }
    return kept;
  }

  const model::Plan& plan_;
  std::uint32_t grid_ms_;
  std::vector<Asked> asked_;
  std::vector<std::deque<std::size_t>> open_;  // by slot: delays that have not ended
  std::vector<std::size_t> priority_of_;       // by slot: of what is scheduled there
  sim::Due instant_ = sim::Due::never();
  std::uint32_t last_slot_ = 0;
  std::uint32_t turn_ = 0;
};

// Answers in the order of a list.
class Played final : public sim::ChoiceSource {
 public:
  explicit Played(const std::vector<sim::TakenChoice>& list) : list_(list) {}
  std::uint32_t choose(sim::ChoiceId what, std::uint64_t occurrence, std::uint32_t count) override {
    SIM_CHECK(next_ < list_.size(), "a path asks for more choices than before");
    const sim::TakenChoice& taken = list_[next_++];
    SIM_CHECK((taken == sim::TakenChoice{what, occurrence, count, taken.chosen}),
              "a path asks for other choices than before");
    return taken.chosen;
  }

 private:
  const std::vector<sim::TakenChoice>& list_;
  std::size_t next_ = 0;
};

}  // namespace

std::vector<sim::GivenChoice> decisions_of(const Scenario& scenario, const model::Plan& plan,
                                           const Reductions& reductions, const sim::Path& path) {
  Draws draws{plan};
  ExploredRun run{scenario, plan, reductions, &draws};
  draws.forget();
  run.begin();
  for (const sim::PathStep& step : path) {
    run.advance();
    if (!step.move.is_time()) {
      draws.happens(step.move.slot, run.now());
    }
    Played choices{step.choices};
    run.step(step.move, choices);
    draws.chosen(step.choices);
  }
  draws.stop(run.now(), run.has_ended(), run.world().dues());
  return draws.given();
}

}  // namespace scenarios
