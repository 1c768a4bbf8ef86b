#include "scenarios/check/campaign.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <thread>
#include <utility>

#include "sim/check.hpp"
#include "sim/random.hpp"

namespace scenarios {

namespace {

constexpr std::uint64_t kRound = 128;  // runs that know nothing of each other
constexpr std::size_t kCorpus = 512;   // runs to vary; the oldest make room
constexpr std::size_t kLayers = 6;     // of a recipe: deeper variations start from its first layer
constexpr std::size_t kSightings = 256;

// What a run of the portfolio does; by its number, so that every eight runs hold all of them.
enum class Plan : std::uint8_t { kDraw, kVary };
struct Share {
  Plan plan = Plan::kDraw;
  sim::DrawStyle style = sim::DrawStyle::kUniform;
};
constexpr std::array<Share, 8> kPortfolio{Share{Plan::kDraw, sim::DrawStyle::kUniform},
                                          Share{Plan::kDraw, sim::DrawStyle::kSwarm},
                                          Share{Plan::kVary, sim::DrawStyle::kUniform},
                                          Share{Plan::kDraw, sim::DrawStyle::kPriorities},
                                          Share{Plan::kDraw, sim::DrawStyle::kUniform},
                                          Share{Plan::kDraw, sim::DrawStyle::kExtremes},
                                          Share{Plan::kVary, sim::DrawStyle::kPriorities},
                                          Share{Plan::kDraw, sim::DrawStyle::kSwarm}};

// Merges two ascending lists; true if the second had something new.
bool absorb(std::vector<std::uint64_t>& all, const std::vector<std::uint64_t>& some) {
  if (std::includes(all.begin(), all.end(), some.begin(), some.end())) {
    return false;
  }
  std::vector<std::uint64_t> merged;
  std::set_union(all.begin(), all.end(), some.begin(), some.end(), std::back_inserter(merged));
  all = std::move(merged);
  return true;
}

}  // namespace

struct Campaign::Result {
  Recipe recipe;
  Trial trial;
  std::optional<std::string> difference;
  std::exception_ptr error;
};

Campaign::Campaign(Subject subject, const CampaignOptions& options, CampaignState from)
    : subject_(std::move(subject)), options_(options), state_(std::move(from)) {
  SIM_CHECK(options_.jobs >= 1, "a search needs a worker");
}

// A uniform draw of run k is that of seed + k, so that `run --seed` gives it back.
Recipe Campaign::recipe(std::uint64_t number) const {
  const Share share = kPortfolio[number % kPortfolio.size()];
  const std::uint64_t own = options_.seed + number;
  if (share.plan == Plan::kDraw || state_.corpus.empty()) {
    return Recipe{{sim::DrawLayer{own, share.style}}};
  }
  const std::uint64_t pick = sim::draw(options_.seed, sim::name_hash("corpus"), number);
  const auto length = static_cast<std::uint32_t>(state_.corpus.size());
  Recipe varied = state_.corpus[sim::below(pick, length)];
  if (varied.layers.size() >= kLayers) {
    varied.layers.resize(1);
  }
  const auto shift = static_cast<unsigned>(sim::mix64(pick) % 4);
  const auto sixteenths = static_cast<std::uint8_t>(1U << shift);  // 1, 2, 4 or 8
  varied.layers.push_back(sim::DrawLayer{own, share.style, sixteenths});
  return varied;
}

std::vector<Campaign::Result> Campaign::carry_out(std::uint64_t first, std::uint64_t count) const {
  std::vector<Result> results(count);
  std::atomic<std::uint64_t> next{0};
  const auto work = [&] {
    std::optional<Trials> trials;
    for (std::uint64_t i = next++; i < count; i = next++) {
      Result& result = results[i];
      try {
        if (!trials) {
          trials.emplace(subject_);
        }
        result.recipe = recipe(first + i);
        result.trial = trials->run(result.recipe);
        result.trial.outcome.seed = first + i;
        if (options_.twice) {
          result.difference = trials->difference(result.recipe, result.trial.outcome);
        }
      } catch (...) {
        result.error = std::current_exception();
      }
    }
  };
  {
    std::vector<std::jthread> helpers;
    for (std::uint64_t i = 1; i < std::min<std::uint64_t>(options_.jobs, count); ++i) {
      helpers.emplace_back(work);
    }
    work();
  }
  return results;
}

void Campaign::round() {
  const std::uint64_t first = state_.runs;
  const std::uint64_t count = std::min(kRound, options_.runs - first);
  const std::vector<Result> results = carry_out(first, count);
  for (std::uint64_t i = 0; i < count; ++i) {
    const Result& result = results[i];
    if (result.error) {
      std::rethrow_exception(result.error);
    }
    take(first + i, result.recipe, result.trial);
    if (result.difference && !state_.unsteady) {
      state_.unsteady = Unsteady{first + i, *result.difference};
    }
  }
  state_.runs += count;
}

void Campaign::take(std::uint64_t number, const Recipe& recipe, const Trial& trial) {
  state_.tally.add(trial.outcome);
  if (absorb(state_.coverage, trial.coverage)) {
    if (state_.corpus.size() == kCorpus) {
      state_.corpus.erase(state_.corpus.begin());
    }
    state_.corpus.push_back(recipe);
  }
  for (std::size_t i = 0; i < model::kPropertyCount; ++i) {
    if (trial.refuted[i]) {
      sight(static_cast<model::Property>(i), number, recipe, trial);
    }
  }
}

void Campaign::sight(model::Property property, std::uint64_t number, const Recipe& recipe,
                     const Trial& trial) {
  const std::uint64_t events = trial.outcome.events;
  const auto known =
      std::find_if(state_.sightings.begin(), state_.sightings.end(), [&](const Sighting& sighting) {
        return sighting.property == property && sighting.features == trial.features;
      });
  if (known == state_.sightings.end()) {
    if (state_.sightings.size() < kSightings) {
      state_.sightings.push_back(Sighting{property, trial.features, number, recipe, events, 1});
    }
    return;
  }
  ++known->runs;
  if (known->first_run >= state_.runs && events < known->events) {
    known->recipe = recipe;
    known->events = events;
  }
}

}  // namespace scenarios
