#include "scenarios/explore/explored_run.hpp"

#include <algorithm>

#include "scenarios/runner/judge.hpp"
#include "sim/archive.hpp"
#include "sim/difference.hpp"

namespace scenarios {

namespace {

using model::Property;

// Properties that an ended run is judged by.
constexpr std::size_t kProperties = model::kPropertyCount;
static_assert(kProperties <= 16, "the signals of two kinds would overlap");

}  // namespace

void ExploredRun::State::take(const State& from) {
  run.world = from.run.world;
  run.ledger = from.run.ledger;
  run.chronicle = from.run.chronicle;
  now = from.now;
  has_ended = from.has_ended;
}

ExploredRun::ExploredRun(const Scenario& scenario, const model::Plan& plan,
                         const Reductions& reductions, model::DrawLog* draws)
    : scenario_(scenario),
      plan_(plan),
      exploration_(plan, reductions.partial_order ? model::Exploration::PartialOrder::kReduced
                                                  : model::Exploration::PartialOrder::kFull),
      form_(plan, model::CanonicalOptions{reductions.canonical, !scenario.exemptions.empty(),
                                          reductions.symmetry}),
      one_(plan, choices_, nullptr),
      another_(plan, choices_, draws) {
  begin();
}

void ExploredRun::begin() {
  const Simulated fresh{plan_};
  next_->run.world = fresh.world;
  next_->run.ledger = fresh.ledger;
  next_->run.chronicle = fresh.chronicle;
  next_->now = sim::Due{};
  next_->has_ended = false;
  next_->system.start();
}

void ExploredRun::restore(std::span<const std::byte> packed) {
  sim::ArchiveReader raw{packed};
  here_->archive(raw);
  looked_here_ = false;
}

void ExploredRun::restore(std::span<const std::byte> packed, std::span<const std::byte> base) {
  sim::apply_difference(packed, base, raw_);
  restore(raw_);
}

void ExploredRun::advance() {
  here_->take(*next_);
  looked_here_ = false;
}

void ExploredRun::moves(std::vector<sim::Move>& moves) {
  if (here_->has_ended) {
    return;
  }
  look_here();
  for (const sim::Slot slot : pending_.now) {
    moves.push_back(sim::Move{slot});
  }
  if (pending_.can_wait) {
    moves.push_back(sim::Move::time_passes());
  }
}

void ExploredRun::look_here() {
  if (!looked_here_) {
    exploration_.look(here_->run.world, here_->run.chronicle, here_->now, pending_);
    looked_here_ = true;
  }
}

void ExploredRun::step(sim::Move move, sim::ChoiceSource& choices) {
  if (move.is_time()) {
    look_here();
  }
  next_->take(*here_);
  go_on(move, choices);
}

void ExploredRun::step_away(sim::Move move, sim::ChoiceSource& choices) {
  if (move.is_time()) {
    look_here();
  }
  std::swap(here_, next_);
  looked_here_ = false;
  go_on(move, choices);
}

// As sim::run: the next event if it is not later than the instant at which the run settles.
void ExploredRun::go_on(sim::Move move, sim::ChoiceSource& choices) {
  choices_.relay_to(choices);
  if (!move.is_time()) {
    next_->system.on_event(move.slot, next_->now);
    return;
  }
  const sim::Due settled = next_->system.settles_at();
  next_->has_ended = pending_.next > settled || pending_.next.is_never();
  if (!next_->has_ended) {
    next_->now = pending_.next;
  } else if (!settled.is_never()) {
    next_->now = std::max(settled, next_->now);
  }
}

sim::Hash128 ExploredRun::hash(model::CanonicalForm& form) const {
  if (next_->has_ended) {
    return sim::hash128(form.of_end(next_->run.world, next_->run.ledger, next_->run.chronicle));
  }
  return sim::hash128(
      form.of(next_->run.world, next_->run.ledger, next_->run.chronicle, next_->now));
}

void ExploredRun::pack(std::vector<std::byte>& bytes) const {
  write_raw();
  bytes.insert(bytes.end(), raw_.begin(), raw_.end());
}

void ExploredRun::pack(std::vector<std::byte>& bytes, std::span<const std::byte> base) const {
  write_raw();
  sim::append_difference(bytes, raw_, base);
}

void ExploredRun::write_raw() const {
  sim::ArchiveWriter raw{raw_};
  next_->archive(raw);
  raw.finish();
  sim::fill_up_to_blocks(raw_);
}

sim::Signals ExploredRun::signals() {
  if (next_->has_ended) {
    return judged();
  }
  sim::Signals all = sim::kPending;
  if (scenario_.exemptions.empty()) {
    all |= standing_violations(plan_, next_->run);
  }
  return all;
}

sim::Signals ExploredRun::judged() {
  next_->run.end.because = sim::Ending::kSettled;
  next_->run.end.at = next_->now;
  Outcome outcome;
  judge(scenario_, PlannedRun{plan_, next_->run}, References{}, outcome);
  sim::Signals all = signal(kSignalEnded);
  for (std::size_t i = 0; i < kProperties; ++i) {
    const auto property = static_cast<Property>(i);
    switch (outcome.properties[i].verdict) {
      case sim::Verdict::kRefuted: all |= signal(kSignalRefuted, property); break;
      case sim::Verdict::kHolds: all |= signal(kSignalHolds, property); break;
      case sim::Verdict::kUnknown: all |= signal(kSignalUnknown, property); break;
      case sim::Verdict::kNotJudged: break;
    }
  }
  const bool missed = std::any_of(
      scenario_.reaches.begin(), scenario_.reaches.end(),
      [&](model::Milestone milestone) { return next_->run.chronicle.when(milestone).is_never(); });
  return all | (missed ? signal(kSignalMissed) : 0);
}

}  // namespace scenarios
