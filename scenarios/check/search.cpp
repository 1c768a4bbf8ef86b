#include "scenarios/check/search.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <thread>
#include <utility>

namespace scenarios {

namespace {

constexpr std::size_t kLooks = 6;  // kinds of failure of one property that are looked into

sim::Verdict verdict_of(const PropertyTally& tally) {
  using enum sim::Verdict;
  for (const sim::Verdict verdict : {kRefuted, kHolds, kUnknown}) {
    if (tally.with(verdict) > 0) {
      return verdict;
    }
  }
  return kNotJudged;
}

}  // namespace

Search::Search(const Subject& subject, const SearchOptions& options, CampaignState from)
    : subject_(subject), options_(options), campaign_(subject, options.campaign, std::move(from)) {
  look_into_new_sightings();
}

bool Search::is_done() const {
  return campaign_.is_done() || campaign_.state().unsteady ||
         (options_.stop_at_first && !findings_.empty());
}

void Search::step() {
  campaign_.round();
  look_into_new_sightings();
}

void Search::look_into_new_sightings() {
  const std::vector<Sighting>& sightings = campaign_.state().sightings;
  const std::size_t first = examples_.size();
  examples_.resize(sightings.size());
  const auto is_worth_it = [&](std::size_t i) {
    const auto same = [&](const Sighting& s) { return s.property == sightings[i].property; };
    return static_cast<std::size_t>(std::count_if(
               sightings.begin(), sightings.begin() + static_cast<std::ptrdiff_t>(i), same)) <
           kLooks;
  };
  std::vector<std::exception_ptr> errors(sightings.size());
  std::atomic<std::size_t> next{first};
  const auto work = [&] {
    for (std::size_t i = next++; i < sightings.size(); i = next++) {
      try {
        if (is_worth_it(i)) {
          const Trials trials{subject_};
          examples_[i] =
              make_counterexample(trials.record(sightings[i].recipe),
                                  Charge{sightings[i].property, subject_.against,
                                         sightings[i].features, subject_.file->assumptions},
                                  options_.shrink_events);
        }
      } catch (...) {
        errors[i] = std::current_exception();
      }
    }
  };
  {
    std::vector<std::jthread> helpers;
    const std::size_t most =
        std::min<std::size_t>(options_.campaign.jobs, sightings.size() - first);
    for (std::size_t i = 1; i < most; ++i) {
      helpers.emplace_back(work);
    }
    work();
  }
  for (const std::exception_ptr& error : errors) {
    if (error) {
      std::rethrow_exception(error);
    }
  }
  group();
}

// The first of each cause represents it.
void Search::group() {
  findings_.clear();
  not_looked_into_ = 0;
  const std::vector<Sighting>& sightings = campaign_.state().sightings;
  for (std::size_t i = 0; i < sightings.size(); ++i) {
    if (!examples_[i]) {
      not_looked_into_ += sightings[i].runs;
      continue;
    }
    const auto known = std::find_if(
        findings_.begin(), findings_.end(),
        [&](const Finding& finding) { return finding.example.cause == examples_[i]->cause; });
    if (known != findings_.end()) {
      known->runs += sightings[i].runs;
    } else {
      findings_.push_back(Finding{*examples_[i], sightings[i].first_run, sightings[i].runs});
    }
  }
}

SearchResult Search::result() const {
  SearchResult result;
  const CampaignState& state = campaign_.state();
  const Scenario& file = *subject_.file;
  for (std::size_t i = 0; i < model::kPropertyCount; ++i) {
    result.verdicts[i] = verdict_of(state.tally.properties[i]);
  }
  if (subject_.against) {
    // Whatever the baseline shows too says nothing here.
    for (std::size_t i = 0; i < model::kPropertyCount; ++i) {
      const bool seen =
          std::any_of(state.sightings.begin(), state.sightings.end(),
                      [i](const Sighting& s) { return model::index_of(s.property) == i; });
      if (result.verdicts[i] == sim::Verdict::kRefuted && !seen) {
        result.verdicts[i] = sim::Verdict::kUnknown;
      }
    }
  }
  if (state.unsteady) {
    result.differences.push_back("run " + std::to_string(state.unsteady->run) +
                                 " was not the same twice: " + state.unsteady->where);
    result.exit_code = 70;
    return result;
  }
  if (state.tally.reached == 0) {
    result.differences.emplace_back("no run came by what the file says it must reach");
    result.exit_code = 2;
  }
  bool differs = false;
  const Expectation expected = file.expected();
  for (std::size_t i = 0; i < model::kPropertyCount; ++i) {
    if (!expected.verdicts[i] || *expected.verdicts[i] == result.verdicts[i]) {
      continue;
    }
    differs |= result.verdicts[i] == sim::Verdict::kRefuted;
    result.exit_code = 2;
    result.differences.push_back(std::string{model::kPropertyNames[i]} + ": expected " +
                                 std::string{sim::name_of(*expected.verdicts[i])} + ", got " +
                                 std::string{sim::name_of(result.verdicts[i])});
  }
  const auto gap = model::index_of(model::Property::kOutputGap);
  if (expected.output_gap_at_most && result.verdicts[gap] == sim::Verdict::kRefuted) {
    differs = true;
    result.differences.emplace_back("output_gap: longer than expected");
  }
  result.exit_code = differs ? 1 : result.exit_code;
  return result;
}

}  // namespace scenarios
