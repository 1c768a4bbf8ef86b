#include "scenarios/explore/explored_run.hpp"

#include <algorithm>
#include <cstring>

#include "scenarios/runner/judge.hpp"
#include "sim/archive.hpp"

namespace scenarios {

namespace {

using model::Property;

// Properties that an ended run is judged by.
constexpr std::size_t kProperties = model::kPropertyCount;
static_assert(kProperties <= 16, "the signals of two kinds would overlap");

constexpr std::size_t kWord = sizeof(std::uint64_t);
constexpr std::size_t kBlock = 64;  // words that share a mask

std::uint64_t word_at(const std::byte* bytes, std::size_t word) {
  std::uint64_t value = 0;
  std::memcpy(&value, bytes + (word * kWord), kWord);
  return value;
}
void put_word(std::byte* bytes, std::size_t word, std::uint64_t value) {
  std::memcpy(bytes + (word * kWord), &value, kWord);
}

void fill_up_to_words(std::vector<std::byte>& bytes, std::size_t least) {
  const std::size_t words = (std::max(bytes.size(), least) + kWord - 1) / kWord;
  bytes.resize(words * kWord);
}

// Most of a state is as at the start. Appends how many words it has, and then, block by block, a
// mask of those that differ, and these. REQUIRES: whole words; `first` has as many as `state`, at
// least.
void append_difference(std::vector<std::byte>& to, std::span<const std::byte> state,
                       std::span<const std::byte> first) {
  const std::size_t words = state.size() / kWord;
  const std::size_t begin = to.size();
  to.resize(begin + ((1 + words + (words / kBlock) + 1) * kWord));
  std::byte* out = to.data() + begin;
  put_word(out, 0, words);
  std::size_t end = 1;
  for (std::size_t block = 0; block < words; block += kBlock) {
    const std::size_t mask_at = end++;
    const std::size_t length = std::min(kBlock, words - block);
    std::uint64_t mask = 0;
    for (std::size_t i = 0; i < length; ++i) {
      const std::uint64_t word = word_at(state.data(), block + i);
      const bool differs = word != word_at(first.data(), block + i);
      put_word(out, end, word);
      end += differs ? 1 : 0;
      mask |= std::uint64_t{differs} << i;
    }
    put_word(out, mask_at, mask);
  }
  to.resize(begin + (end * kWord));
}

void apply_difference(std::span<const std::byte> difference, std::span<const std::byte> first,
                      std::vector<std::byte>& state) {
  const std::byte* in = difference.data();
  const std::size_t words = word_at(in, 0);
  state.resize(words * kWord);
  const std::size_t shared = std::min(first.size(), state.size());
  std::memcpy(state.data(), first.data(), shared);
  std::memset(state.data() + shared, 0, state.size() - shared);
  std::size_t at = 1;
  for (std::size_t block = 0; block < words; block += kBlock) {
    for (std::uint64_t left = word_at(in, at++); left != 0; left &= left - 1) {
      const auto i = static_cast<std::size_t>(__builtin_ctzll(left));
      put_word(state.data(), block + i, word_at(in, at++));
    }
  }
}

}  // namespace

void ExploredRun::State::take(const State& from) {
  run.world = from.run.world;
  run.ledger = from.run.ledger;
  run.chronicle = from.run.chronicle;
  now = from.now;
  has_ended = from.has_ended;
}

ExploredRun::ExploredRun(const Scenario& scenario, const model::Plan& plan,
                         const Reductions& reductions, std::shared_ptr<PackingBase> base,
                         model::DrawLog* draws)
    : scenario_(scenario),
      plan_(plan),
      exploration_(plan, reductions.partial_order ? model::Exploration::PartialOrder::kReduced
                                                  : model::Exploration::PartialOrder::kFull),
      form_(plan, model::CanonicalOptions{reductions.canonical, !scenario.exemptions.empty()}),
      here_(plan, choices_, nullptr),
      next_(plan, choices_, draws),
      base_(base ? std::move(base) : std::make_shared<PackingBase>()) {
  begin();
  if (base_->empty()) {
    sim::ArchiveWriter raw{*base_};
    next_.archive(raw);
    fill_up_to_words(*base_, 0);
  }
}

void ExploredRun::begin() {
  const Simulated fresh{plan_};
  next_.run.world = fresh.world;
  next_.run.ledger = fresh.ledger;
  next_.run.chronicle = fresh.chronicle;
  next_.now = sim::Due{};
  next_.has_ended = false;
  next_.system.start();
}

void ExploredRun::restore(std::span<const std::byte> packed) {
  apply_difference(packed, *base_, scratch_);
  sim::ArchiveReader raw{scratch_};
  here_.archive(raw);
}

void ExploredRun::advance() { here_.take(next_); }

void ExploredRun::moves(std::vector<sim::Move>& moves) {
  if (here_.has_ended) {
    return;
  }
  exploration_.look(here_.run.world, here_.run.chronicle, here_.now, pending_);
  for (const sim::Slot slot : pending_.now) {
    moves.push_back(sim::Move{slot});
  }
  if (pending_.can_wait) {
    moves.push_back(sim::Move::time_passes());
  }
}

// As sim::run: the next event if it is not later than the instant at which the run settles.
void ExploredRun::step(sim::Move move, sim::ChoiceSource& choices) {
  next_.take(here_);
  choices_.relay_to(choices);
  if (!move.is_time()) {
    next_.system.on_event(move.slot, next_.now);
    return;
  }
  exploration_.look(here_.run.world, here_.run.chronicle, here_.now, pending_);
  const sim::Due settled = here_.system.settles_at();
  next_.has_ended = pending_.next > settled || pending_.next.is_never();
  if (!next_.has_ended) {
    next_.now = pending_.next;
  } else if (!settled.is_never()) {
    next_.now = std::max(settled, here_.now);
  }
}

sim::Hash128 ExploredRun::hash() const {
  if (next_.has_ended) {
    return sim::hash128(form_.of_end(next_.run.world, next_.run.ledger, next_.run.chronicle));
  }
  return sim::hash128(form_.of(next_.run.world, next_.run.ledger, next_.run.chronicle, next_.now));
}

void ExploredRun::pack(std::vector<std::byte>& bytes) const {
  scratch_.clear();
  sim::ArchiveWriter raw{scratch_};
  next_.archive(raw);
  fill_up_to_words(scratch_, 0);
  if (base_->size() < scratch_.size()) {  // beyond its end the base is zero
    longer_base_.assign(base_->begin(), base_->end());
    fill_up_to_words(longer_base_, scratch_.size());
    append_difference(bytes, scratch_, longer_base_);
    return;
  }
  append_difference(bytes, scratch_, *base_);
}

sim::Signals ExploredRun::signals() {
  if (next_.has_ended) {
    return judged();
  }
  sim::Signals all = sim::kPending;
  if (scenario_.exemptions.empty()) {
    all |= standing_violations(plan_, next_.run);
  }
  return all;
}

sim::Signals ExploredRun::judged() {
  next_.run.end.because = sim::Ending::kSettled;
  next_.run.end.at = next_.now;
  Outcome outcome;
  judge(scenario_, plan_, next_.run, Reference{}, outcome);
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
      [&](model::Milestone milestone) { return next_.run.chronicle.when(milestone).is_never(); });
  return all | (missed ? signal(kSignalMissed) : 0);
}

}  // namespace scenarios
