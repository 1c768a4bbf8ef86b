#include "scenarios/tune/climb.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <exception>
#include <thread>
#include <utility>

#include "model/plan.hpp"
#include "sim/random.hpp"

namespace scenarios {

namespace {

constexpr std::size_t kPool = 24;
constexpr std::size_t kLayers = 12;  // of a recipe

}  // namespace

Probed probe(Lane& lane, const Recipe& recipe, std::int64_t from, std::int64_t last) {
  Probed probed;
  const auto try_at = [&](std::int64_t index) {
    const Shot shot = lane.run(index, recipe);
    ++probed.runs;
    probed.events += shot.events;
    if (shot.safety != Safety::kSafe) {
      probed.known = KnownRun{Failure{recipe, shot.safety, shot.property, std::nullopt}, index};
    }
    return shot.safety != Safety::kSafe;
  };
  if (!try_at(from)) {
    return probed;
  }
  std::int64_t fails = from;
  std::int64_t passes = last + 1;
  for (std::int64_t stride = 1; fails < last; stride *= 2) {
    const std::int64_t next = std::min(fails + stride, last);
    if (!try_at(next)) {
      passes = next;
      break;
    }
    fails = next;
  }
  while (passes - fails > 1) {
    const std::int64_t middle = fails + (passes - fails) / 2;
    (try_at(middle) ? fails : passes) = middle;
  }
  return probed;
}

std::vector<Probed> probe_all(const Experiment& experiment, std::span<const Recipe> recipes,
                              std::int64_t from, std::int64_t last, unsigned jobs) {
  std::vector<Probed> results(recipes.size());
  std::vector<std::exception_ptr> errors(recipes.size());
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    std::unique_ptr<Lane> lane;
    for (std::size_t i = next++; i < recipes.size(); i = next++) {
      try {
        if (!lane) {
          lane = experiment.lane();
        }
        results[i] = probe(*lane, recipes[i], from, last);
      } catch (...) {
        errors[i] = std::current_exception();
      }
    }
  };
  {
    std::vector<std::jthread> helpers;
    for (std::size_t i = 1; i < std::min<std::size_t>(jobs, recipes.size()); ++i) {
      helpers.emplace_back(work);
    }
    work();
  }
  for (const std::exception_ptr& error : errors) {
    if (error) {
      std::rethrow_exception(error);
    }
  }
  return results;
}

void Pool::add(KnownRun run) {
  const auto place = std::find_if(runs_.begin(), runs_.end(), [&](const KnownRun& other) {
    return other.boundary <= run.boundary;
  });
  runs_.insert(place, std::move(run));
  if (runs_.size() > kPool) {
    runs_.pop_back();
  }
}

// One layer more: over a few names, or over decisions of one kind, so that what makes a run bad is
// kept while something else of it is drawn anew. Now and then one taken away. The better half is
// varied more.
Recipe Pool::vary() {
  const std::uint64_t number = variations_++;
  sim::SplitMix64 random{sim::draw(seed_, sim::name_hash("climb"), number)};
  const auto below = [&](std::size_t count) {
    return sim::below(random.next(), static_cast<std::uint32_t>(count));
  };
  const std::size_t better = number % 2 == 0 ? (runs_.size() + 1) / 2 : runs_.size();
  Recipe varied = runs_[below(better)].failure.recipe;
  if (varied.layers.size() >= kLayers || (varied.layers.size() > 2 && below(8) == 0)) {
    varied.layers.erase(varied.layers.begin() + 1 + below(varied.layers.size() - 1));
  }
  constexpr std::array kStyles{sim::DrawStyle::kUniform, sim::DrawStyle::kSwarm,
                               sim::DrawStyle::kExtremes, sim::DrawStyle::kUniform};
  constexpr std::array<std::uint8_t, 5> kShares{1, 2, 4, 8, sim::DrawLayer::kEverything};
  sim::DrawLayer layer{random.next(), kStyles[below(kStyles.size())]};
  if (number % 4 == 0) {
    layer.share = kShares[below(3)];
  } else {
    layer.kinds = 1U << below(model::kChoiceKindNames.size());
    layer.share = kShares[below(kShares.size())];
  }
  varied.layers.push_back(layer);
  return varied;
}

}  // namespace scenarios
