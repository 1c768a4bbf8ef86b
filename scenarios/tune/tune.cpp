#include "scenarios/tune/tune.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "scenarios/tune/climb.hpp"
#include "sim/check.hpp"

namespace scenarios {

namespace {

constexpr std::uint64_t kFirstLevel = 64;  // runs that refute most values that can be refuted
constexpr std::uint64_t kFactor = 8;       // from one level to the next
constexpr std::size_t kBatch = 64;         // variations that know nothing of each other
constexpr std::uint64_t kPerLevel = 2;     // drawn runs for each varied one

class Tuner {
 public:
  Tuner(Experiment& experiment, std::int64_t count, const TuneOptions& options,
        const TuneWatch& watch)
      : experiment_(experiment),
        last_(count - 1),
        options_(options),
        watch_(watch),
        pool_(options.seed) {}

  TuneResult search() {
    while (is_going_on() && value_ <= last_ && !survives_all_levels()) {
    }
    if (value_ > last_) {
      result_.end = TuneResult::End::kNever;
    } else if (is_settled_ || result_.tried[value_].drawn >= kFirstLevel * kFactor) {
      // Stopped early it is an answer still, with less behind it.
      result_.end = value_ == 0 ? TuneResult::End::kAlways : TuneResult::End::kFound;
      result_.answer = value_;
      check_monotone();
    }
    collect();
    return std::move(result_);
  }

 private:
  bool is_going_on() {
    if (is_running_ && watch_ && !watch_(TuneProgress{value_, result_.runs})) {
      is_running_ = false;
      result_.is_complete = false;
    }
    return is_running_;
  }

  // One value, level by level. False if it fails, or it is time to stop.
  bool survives_all_levels() {
    const std::int64_t value = value_;
    reuse(value);
    std::uint64_t done = 0;
    for (std::uint64_t level = std::min(kFirstLevel, options_.runs);;
         level = std::min(level * kFactor, options_.runs)) {
      if (value_ == value) {
        draw(value, level);
      }
      climb((level - done) / kPerLevel);
      done = level;
      if (value_ != value || !is_running_) {
        return false;
      }
      if (level == options_.runs) {
        is_settled_ = true;
        return true;
      }
    }
  }

  // Runs that failed below are the first to be tried.
  void reuse(std::int64_t value) {
    std::vector<Recipe> recipes;
    for (const KnownRun& run : pool_.runs()) {
      recipes.push_back(run.failure.recipe);
    }
    take(value, probe_all(experiment_, recipes, value, last_, options_.jobs));
  }

  void draw(std::int64_t value, std::uint64_t runs) {
    Survey survey;
    while (survey.runs < runs && !survey.failure && is_going_on()) {
      survey = surveyed(value, runs);
    }
    if (survey.failure) {
      follow(value, *survey.failure);
    }
  }

  Survey surveyed(std::int64_t value, std::uint64_t runs) {
    TriedValue& tried = result_.tried[value];
    const Survey survey = experiment_.survey(value, runs);
    result_.runs += survey.runs - tried.drawn;
    result_.events += survey.events - tried.events;
    tried.drawn = survey.runs;
    tried.events = survey.events;
    if (survey.failure && !tried.failure) {
      tried.failure = survey.failure;
    }
    return survey;
  }

  // How far up does this run fail?
  void follow(std::int64_t value, const Failure& failure) {
    const std::array recipes{failure.recipe};
    std::vector<Probed> probed = probe_all(experiment_, recipes, value, last_, 1);
    SIM_CHECK(probed.front().known.has_value(), "a run that failed does not when it is run again");
    probed.front().known->failure.run = failure.run;
    take(value, std::move(probed));
  }

  void climb(std::uint64_t runs) {
    const std::int64_t value = value_;
    const std::uint64_t until = result_.varied + runs;
    while (!pool_.is_empty() && value_ == value && result_.varied < until && is_going_on()) {
      std::vector<Recipe> recipes;
      for (std::size_t i = 0; i < kBatch; ++i) {
        recipes.push_back(pool_.vary());
      }
      const std::int64_t threshold = pool_.threshold();
      take(threshold, probe_all(experiment_, recipes, threshold, last_, options_.jobs));
    }
  }

  void take(std::int64_t from, std::vector<Probed> all) {
    for (Probed& probed : all) {
      result_.runs += probed.runs;
      result_.varied += probed.runs;
      result_.events += probed.events;
      if (from == value_) {
        result_.tried[from].varied += 1;
      }
      if (!probed.known) {
        continue;
      }
      if (from == value_ && !result_.tried[from].failure) {
        result_.tried[from].failure = probed.known->failure;
      }
      next_ = std::max(next_, probed.known->boundary + 1);
      pool_.add(std::move(*probed.known));
    }
    value_ = std::max(value_, next_);
  }

  // Values around the answer, each with the worst runs and, if there is time, some drawn ones.
  void check_monotone() {
    const std::int64_t answer = *result_.answer;
    std::vector<std::int64_t> others{answer + 1,
                                     answer + answer / 4,
                                     answer + answer / 2,
                                     answer * 2,
                                     answer * 3,
                                     answer * 4 + 16,
                                     0,
                                     answer / 4,
                                     answer / 2,
                                     answer - answer / 4,
                                     answer - 1};
    for (const auto& [index, tried] : result_.tried) {
      if (index < answer && !tried.failure) {
        others.push_back(index);  // left before it was decided
      }
    }
    for (const std::int64_t other : others) {
      if (other >= 0 && other <= last_ && other != answer) {
        look_at(other);
      }
    }
  }

  void look_at(std::int64_t index) {
    TriedValue& tried = result_.tried[index];
    const std::unique_ptr<Lane> lane = experiment_.lane();
    for (const KnownRun& run : pool_.runs()) {
      if (tried.failure) {
        break;
      }
      const Shot shot = lane->run(index, run.failure.recipe);
      ++tried.varied;
      ++result_.runs;
      ++result_.varied;
      result_.events += shot.events;
      if (shot.safety != Safety::kSafe) {
        tried.failure = Failure{run.failure.recipe, shot.safety, shot.property, std::nullopt};
      }
    }
    while (!tried.failure && tried.drawn < options_.probes && is_going_on()) {
      surveyed(index, options_.probes);
    }
  }

  void collect() {
    for (const auto& [index, tried] : result_.tried) {
      std::vector<Interval>& all = result_.intervals;
      if (all.empty() || all.back().safety != tried.safety()) {
        all.push_back(Interval{index, index, tried.safety()});
      }
      all.back().last = index;
      if (result_.answer && index != *result_.answer) {
        result_.is_monotone &= (index > *result_.answer) == (tried.safety() == Safety::kSafe);
      }
    }
    for (const KnownRun& run : pool_.runs()) {
      if (result_.answer && run.boundary == *result_.answer - 1) {
        result_.below.push_back(run.failure);
      }
    }
  }

  Experiment& experiment_;
  std::int64_t last_;
  TuneOptions options_;
  const TuneWatch& watch_;
  Pool pool_;
  TuneResult result_;
  std::int64_t value_ = 0;  // all smaller ones fail
  std::int64_t next_ = 0;   // after the largest boundary so far
  bool is_settled_ = false;
  bool is_running_ = true;
};

}  // namespace

TuneResult tune(Experiment& experiment, std::int64_t count, const TuneOptions& options,
                const TuneWatch& watch) {
  return Tuner{experiment, count, options, watch}.search();
}

}  // namespace scenarios
