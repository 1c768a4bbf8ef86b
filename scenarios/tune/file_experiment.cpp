#include "scenarios/tune/file_experiment.hpp"

#include <algorithm>
#include <list>
#include <utility>

#include "sim/check.hpp"

namespace scenarios {

namespace {

Shot shot_of(const Trial& trial, const PropertySet& properties) {
  Shot shot;
  shot.events = trial.outcome.events;
  shot.safety = trial.outcome.not_reached.empty() ? Safety::kSafe : Safety::kOpen;
  for (std::size_t i = 0; i < model::kPropertyCount; ++i) {
    if (!properties[i]) {
      continue;
    }
    if (trial.refuted[i]) {
      shot.safety = Safety::kRefuted;
      shot.property = static_cast<model::Property>(i);
      return shot;
    }
    if (trial.outcome.properties[i].verdict == sim::Verdict::kUnknown) {
      shot.safety = Safety::kOpen;
    }
  }
  return shot;
}

// Keeps the values that were asked for last ready to be run.
class FileLane final : public Lane {
 public:
  FileLane(const FileExperiment& experiment, const PropertySet& properties)
      : experiment_(experiment), properties_(properties) {}

  Shot run(std::int64_t index, const Recipe& recipe) override {
    return shot_of(at(index).run(recipe), properties_);
  }

 private:
  struct Ready {
    Ready(std::int64_t i, Scenario file) : index(i), scenario(std::move(file)) {
      subject.file = &scenario;
      trials.emplace(subject);
    }
    Ready(const Ready&) = delete;
    Ready& operator=(const Ready&) = delete;
    Ready(Ready&&) = delete;
    Ready& operator=(Ready&&) = delete;
    ~Ready() = default;

    std::int64_t index;
    Scenario scenario;
    Subject subject;
    std::optional<Trials> trials;
  };

  const Trials& at(std::int64_t index) {
    constexpr std::size_t kKept = 8;
    const auto known = std::find_if(ready_.begin(), ready_.end(),
                                    [&](const Ready& one) { return one.index == index; });
    if (known != ready_.end()) {
      ready_.splice(ready_.begin(), ready_, known);
    } else {
      ready_.emplace_front(index, experiment_.scenario(index));
      if (ready_.size() > kKept) {
        ready_.pop_back();
      }
    }
    return *ready_.front().trials;
  }

  const FileExperiment& experiment_;
  PropertySet properties_;
  std::list<Ready> ready_;  // last used first
};

}  // namespace

std::unique_ptr<Lane> FileExperiment::lane() const {
  return std::make_unique<FileLane>(*this, properties_);
}

Scenario FileExperiment::scenario(std::int64_t index) const {
  ReadResult read = setting_.read(grid_.value(index));
  SIM_CHECK(read.scenario.has_value(), "a value between two that the reader accepts is refused");
  return std::move(*read.scenario);
}

FileExperiment::Place& FileExperiment::place(std::int64_t index) {
  const auto known = places_.find(index);
  return known != places_.end() ? known->second
                                : places_.try_emplace(index, scenario(index)).first->second;
}

Survey FileExperiment::survey(std::int64_t index, std::uint64_t runs) {
  Place& at = place(index);
  CampaignOptions options = campaign_;
  options.runs = runs;
  if (!at.failure && at.state.runs < runs) {
    const CampaignState before = at.state;
    Campaign campaign{at.subject, options, before};
    campaign.round();
    at.state = campaign.state();
    at.failure = failure_of(at, index, before);
  }
  return Survey{at.state.runs, at.state.tally.events, at.failure};
}

// Of the runs since `before`, the earliest that speaks against the value.
std::optional<Failure> FileExperiment::failure_of(const Place& place, std::int64_t index,
                                                  const CampaignState& before) const {
  std::optional<Failure> failure;
  for (const Sighting& sighting : place.state.sightings) {
    if (properties_[model::index_of(sighting.property)] &&
        (!failure || sighting.first_run < *failure->run)) {
      failure = Failure{sighting.recipe, Safety::kRefuted, sighting.property, sighting.first_run};
    }
  }
  bool is_open = place.state.tally.reached < place.state.runs;
  for (std::size_t i = 0; i < model::kPropertyCount; ++i) {
    is_open |= properties_[i] && place.state.tally.properties[i].with(sim::Verdict::kUnknown) > 0;
  }
  if (failure || !is_open) {
    return failure;
  }
  // The tally does not say which run it was: once more, one by one.
  const Campaign again{place.subject, campaign_, before};
  const std::unique_ptr<Lane> one_by_one = lane();
  for (std::uint64_t run = before.runs; run < place.state.runs; ++run) {
    const Recipe recipe = again.recipe(run);
    if (one_by_one->run(index, recipe).safety == Safety::kOpen) {
      return Failure{recipe, Safety::kOpen, model::Property::kNoLoss, run};
    }
  }
  return std::nullopt;
}

}  // namespace scenarios
