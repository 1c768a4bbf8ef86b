#include "scenarios/shrink/shrink.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "model/list_records.hpp"
#include "scenarios/reader/check_grid.hpp"

namespace scenarios {

namespace {

using sim::GivenChoice;

// A run of more is not told in a dozen lines, nor read back from a file.
constexpr std::size_t kMostChoices = 300'000;

class Shrinker {
 public:
  Shrinker(Candidate candidate, const Charge& charge, std::uint64_t events_at_most)
      : best_(std::move(candidate)),
        court_(charge, events_at_most),
        keeps_grid_(off_grid(best_.scenario.settings).empty()) {}

  std::optional<Shrunk> shrink() {
    forget_expectations();
    if (best_.choices.size() > kMostChoices || !still_fails(best_)) {
      return std::nullopt;
    }
    if (!court_.has_settled()) {
      end_sooner();
    }
    fix_faults();
    drop_kinds_of_choices();
    fewer_records();
    remove_elements();
    drop_sources_of_choices();
    reduce();
    is_pinned_ = true;
    list_records();
    reduce();
    Shrunk shrunk;
    shrunk.needed = needed();
    shrunk.is_minimal = !court_.is_exhausted();
    shrunk.marks = marks();
    shrunk.runs = court_.runs();
    shrunk.minimal = std::move(best_);
    return shrunk;
  }

 private:
  // Ends with every single element tried in vain: what makes a run only nicer comes before the last
  // time, and does not come for ever.
  void reduce() {
    constexpr int kPolishes = 2;
    for (int polished = 0;; ++polished) {
      do {
        changed_ = false;
        fewer_records();
        remove_elements();
        make_delays_steady();
        drop_choices();
      } while (changed_ && !court_.is_exhausted());
      if (polished == kPolishes || court_.is_exhausted()) {
        return;
      }
      smaller_counts();
      smaller_choices();
      rounder_values();
      if (!changed_) {
        return;
      }
    }
  }

  // Without records in between times lie further apart, and a run may come to fail for another
  // reason than before. So the faults that it needed it goes on needing.
  bool needs_its_faults(const Candidate& candidate) {
    if (!is_pinned_) {
      return true;
    }
    for (const Element& element : elements_of(candidate)) {
      if (element.axis == Element::Axis::kFault) {
        Candidate without = candidate;
        element.remove(without);
        if (still_fails(without)) {
          return false;
        }
      }
    }
    return true;
  }

  // What leaves the grid is no valid scenario.
  bool still_fails(const Candidate& candidate) {
    return (!keeps_grid_ || off_grid(candidate.scenario.settings).empty()) &&
           court_.fails(candidate);
  }

  bool accept(Candidate&& smaller) {
    if (!still_fails(smaller)) {
      return false;
    }
    const std::vector<bool> asked = court_.asked();
    if (!needs_its_faults(smaller)) {
      return false;
    }
    best_ = std::move(smaller);
    std::size_t at = 0;  // choices that nobody asks for any more go unnoticed
    std::erase_if(best_.choices, [&](const GivenChoice&) { return !asked[at++]; });
    changed_ = true;
    return true;
  }

  // A counterexample needs none of what its file expected.
  void forget_expectations() {
    Scenario& scenario = best_.scenario;
    scenario.reaches.clear();
    scenario.judges.clear();
    scenario.seed.reset();
    scenario.choices.reset();
    scenario.found.reset();
    scenario.expect.verdicts = {};
    scenario.expect.verdicts[model::index_of(court_.charge().property)] = sim::Verdict::kRefuted;
    if (court_.charge().property != model::Property::kOutputGap) {
      scenario.expect.output_gap_at_most.reset();
    }
    scenario.expect_by_protocol.clear();
  }

  // A run that goes on until its events are used up: not for longer than it takes to fail.
  void end_sooner() {
    Candidate sooner = best_;
    do {
      sooner = best_;
      sooner.scenario.budget_events /= 2;
    } while (sooner.scenario.budget_events > 0 && accept(std::move(sooner)));
  }

  // A fault that was drawn from a window happens at that moment from now on, so that it does not
  // depend on how many others there are.
  void fix_faults() {
    Candidate fixed = best_;
    const model::Plan plan{fixed.scenario.settings};
    const std::size_t timeline = fixed.scenario.settings.timeline.size();
    auto& faults = fixed.scenario.settings.environment.faults;
    for (std::size_t i = 0; i < faults.size(); ++i) {
      const sim::Slot slot = plan.slot(model::SlotKind::kHappening, model::Color::kBlue,
                                       static_cast<std::uint32_t>(timeline + i));
      const std::uint64_t name = plan.slot_names()[sim::index_of(slot)];
      const auto drawn = std::find_if(fixed.choices.begin(), fixed.choices.end(),
                                      [name](const GivenChoice& choice) {
                                        return choice.actor == name && is_fault_time(choice);
                                      });
      const std::uint32_t offset = drawn == fixed.choices.end() ? 0 : drawn->chosen;
      faults[i].at = faults[i].at + sim::ProcessingSpan{sim::milliseconds{drawn_ms(offset)}};
      faults[i].latest = faults[i].at;
    }
    std::erase_if(fixed.choices, is_fault_time);
    accept(std::move(fixed));
  }

  // Of a delay, above the shortest: it is drawn in steps.
  [[nodiscard]] std::uint32_t drawn_ms(std::uint32_t chosen) const {
    const auto& grid = best_.scenario.settings.grid;
    return chosen * (grid ? grid->step_ms : 1);
  }

  static bool is_fault_time(const GivenChoice& choice) {
    return choice.kind == static_cast<std::uint16_t>(model::ChoiceKind::kFaultTime);
  }

  template <class Drop>
  bool drop(Drop is_dropped) {
    Candidate fewer = best_;
    const std::size_t before = fewer.choices.size();
    std::erase_if(fewer.choices, is_dropped);
    return fewer.choices.size() < before && accept(std::move(fewer));
  }

  void drop_kinds_of_choices() {
    if (drop([](const GivenChoice&) { return true; })) {
      return;
    }
    for (std::size_t kind = 0; kind < model::kChoiceKindNames.size(); ++kind) {
      drop([kind](const GivenChoice& choice) { return choice.kind == kind; });
    }
  }

  void drop_sources_of_choices() {
    std::vector<std::pair<std::uint16_t, std::uint64_t>> sources;
    for (const GivenChoice& choice : best_.choices) {
      sources.emplace_back(choice.kind, choice.actor);
    }
    std::sort(sources.begin(), sources.end());
    sources.erase(std::unique(sources.begin(), sources.end()), sources.end());
    for (const auto& source : sources) {
      if (court_.is_exhausted()) {
        return;
      }
      drop([&source](const GivenChoice& choice) {
        return std::pair{choice.kind, choice.actor} == source;
      });
    }
  }

  // Many drawn delays of a kind, such as those of a loop that never ends: one that is always the
  // same says more.
  void make_delays_steady() {
    using model::ChoiceKind;
    using Around = model::EnvironmentSettings;
    constexpr std::array<std::pair<ChoiceKind, model::Delay Around::*>, 6> kDelays{{
        {ChoiceKind::kInformerLag, &Around::informer_lag},
        {ChoiceKind::kChannelDelay, &Around::channel_delay},
        {ChoiceKind::kCheckpointTime, &Around::checkpoint_time},
        {ChoiceKind::kNoticeDelay, &Around::notice_delay},
        {ChoiceKind::kOpenTime, &Around::open_time},
        {ChoiceKind::kStatusLag, &Around::status_lag},
    }};
    for (const auto& [kind, delay] : kDelays) {
      make_steady(kind, [&, delay = delay](Candidate& steady, std::uint32_t extra) {
        model::Delay& range = steady.scenario.settings.environment.*delay;
        range.shortest_ms += drawn_ms(extra);
        range.longest_ms = range.shortest_ms;
      });
    }
    make_steady(ChoiceKind::kMirrorDelay, [&](Candidate& steady, std::uint32_t extra) {
      if (auto& mirror = steady.scenario.settings.environment.mirror) {
        mirror->delay.shortest_ms += drawn_ms(extra);
        mirror->delay.longest_ms = mirror->delay.shortest_ms;
      }
    });
    make_steady(ChoiceKind::kLookUp, [&](Candidate& steady, std::uint32_t extra) {
      for (model::OperatorSettings& op : steady.scenario.settings.job.operators) {
        model::Delay& latency = op.latency;
        latency.shortest_ms = std::min(latency.longest_ms, latency.shortest_ms + drawn_ms(extra));
        latency.longest_ms = latency.shortest_ms;
      }
    });
  }

  template <class Fix>
  void make_steady(model::ChoiceKind kind, Fix fix) {
    const auto is_of_kind = [kind](const GivenChoice& choice) {
      return choice.kind == static_cast<std::uint16_t>(kind);
    };
    for (const std::uint32_t extra : usual_answers(is_of_kind)) {
      Candidate steady = best_;
      std::erase_if(steady.choices, is_of_kind);
      fix(steady, extra);
      if (accept(std::move(steady))) {
        break;
      }
    }
  }

  // The most frequent one, the median and the largest; none if there are few.
  template <class Has>
  [[nodiscard]] std::vector<std::uint32_t> usual_answers(Has has) const {
    constexpr std::size_t kFew = 16;
    std::vector<std::uint32_t> all;
    for (const GivenChoice& choice : best_.choices) {
      if (has(choice)) {
        all.push_back(choice.chosen);
      }
    }
    if (all.size() <= kFew) {
      return {};
    }
    std::sort(all.begin(), all.end());
    std::uint32_t most_frequent = all.front();
    std::ptrdiff_t times = 0;
    for (auto at = all.begin(); at != all.end();) {
      const auto next = std::upper_bound(at, all.end(), *at);
      if (next - at > times) {
        times = next - at;
        most_frequent = *at;
      }
      at = next;
    }
    return {most_frequent, all[all.size() / 2], all.back()};
  }

  // Runs of neighbours, shorter and shorter, down to each alone.
  void drop_choices() {
    if (drop([](const GivenChoice&) { return true; })) {
      return;
    }
    for (std::size_t length = std::max<std::size_t>(best_.choices.size() / 2, 1);;) {
      for (std::size_t at = 0; at < best_.choices.size();) {
        if (court_.is_exhausted()) {
          return;
        }
        Candidate fewer = best_;
        const auto first = fewer.choices.begin() + static_cast<std::ptrdiff_t>(at);
        const std::size_t most = std::min(length, fewer.choices.size() - at);
        fewer.choices.erase(first, first + static_cast<std::ptrdiff_t>(most));
        at += accept(std::move(fewer)) ? 0U : length;
      }
      if (length == 1) {
        return;
      }
      length /= 2;
    }
  }

  void fewer_records() {
    for (std::size_t i = 0; i < best_.scenario.settings.inputs.size(); ++i) {
      if (best_.scenario.settings.inputs[i].is_listed()) {
        continue;
      }
      const auto count = [&] { return best_.scenario.settings.inputs[i].records; };
      for (std::uint32_t less = count() / 2; less > 0;) {
        Candidate fewer = best_;
        fewer.scenario.settings.inputs[i].records -= less;
        if (less >= count() || !accept(std::move(fewer))) {
          less /= 2;
        }
      }
    }
  }

  // An input whose records could not be fewer from its end on is listed record by record, if then
  // few are left. Not one that is too long to be looked through.
  void list_records() {
    constexpr std::uint32_t kMost = 3'000;
    constexpr std::size_t kFew = 60;
    const auto& inputs = best_.scenario.settings.inputs;
    const auto is_settled = [](const model::InputSettings& input) {
      return input.is_listed() || input.records > kMost;
    };
    if (std::any_of(inputs.begin(), inputs.end(), is_settled)) {
      return;
    }
    if (!court_.charge().assumptions.empty()) {
      return;  // whether an input goes on can be said of a computed one only
    }
    const Candidate computed = best_;
    Candidate listed = best_;
    model::list_records(listed.scenario.settings);
    if (!accept(std::move(listed))) {
      return;
    }
    std::size_t left = 0;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      drop_records(i);
      left += inputs[i].listed.size();
    }
    if (left > kFew) {
      best_ = computed;
      changed_ = false;
    }
  }

  void drop_records(std::size_t input) {
    const auto& records = [ this, input ]() -> const auto& {
      return best_.scenario.settings.inputs[input].listed;
    };
    for (std::size_t length = records().size() / 2; length > 0; length /= 2) {
      for (std::size_t at = 0; at < records().size();) {
        Candidate fewer = best_;
        auto& listed = fewer.scenario.settings.inputs[input].listed;
        const auto first = listed.begin() + static_cast<std::ptrdiff_t>(at);
        const std::size_t most = std::min(length, listed.size() - at);
        listed.erase(first, first + static_cast<std::ptrdiff_t>(most));
        at += !listed.empty() && accept(std::move(fewer)) ? 0U : length;
      }
    }
  }

  // One at a time, beginning anew wherever one could be taken: the list is another one then.
  void remove_elements() {
    for (std::size_t i = 0; i < elements_of(best_).size();) {
      Candidate without = best_;
      elements_of(best_)[i].remove(without);
      i += accept(std::move(without)) ? 0U : 1U;
    }
  }

  // The fewest that still fail, as far as halving finds them.
  void smaller_counts() {
    for (const Quantity& quantity : quantities_of(best_)) {
      if (!quantity.is_count || quantity.pointer == court_.charge().kept) {
        continue;
      }
      std::int64_t passes = quantity.least - 1;  // known not to fail
      while (quantity.get(best_) > passes + 1) {
        const std::int64_t middle = passes + ((quantity.get(best_) - passes) / 2);
        Candidate fewer = best_;
        quantity.set(fewer, middle);
        if (!accept(std::move(fewer))) {
          passes = middle;
        }
      }
    }
  }

  void smaller_choices() {
    constexpr std::size_t kMany = 64;
    if (best_.choices.size() > kMany) {
      return;
    }
    for (std::size_t i = 0; i < best_.choices.size(); ++i) {
      std::uint32_t passes = 0;  // known not to fail
      while (i < best_.choices.size() && best_.choices[i].chosen > passes + 1) {
        const std::uint32_t middle = passes + ((best_.choices[i].chosen - passes) / 2);
        Candidate smaller = best_;
        smaller.choices[i].chosen = middle;
        if (!accept(std::move(smaller))) {
          passes = middle;
        }
      }
    }
  }

  void rounder_values() {
    constexpr std::array<std::int64_t, 6> kUnits{10'000, 1'000, 500, 100, 50, 10};
    const std::vector<Quantity> quantities = quantities_of(best_);
    for (const Quantity& quantity : quantities) {
      const bool has_no_calm_side =
          quantity.pointer.ends_with("/step") || quantity.pointer.ends_with("interval") ||
          quantity.pointer.ends_with("/bound") || quantity.pointer.starts_with("/choices/");
      if (has_no_calm_side || quantity.pointer == court_.charge().kept) {
        continue;
      }
      const std::int64_t here = quantity.get(best_);
      if (here % 1'000 == 0) {
        continue;
      }
      const std::int64_t most =
          quantity.pointer.find("/listed/") == std::string::npos ? 10'000 : 100;
      for (const std::int64_t unit : kUnits) {
        if (here % unit == 0) {
          break;
        }
        if (unit > most || unit % quantity.step != 0) {
          continue;
        }
        Candidate rounder = best_;
        quantity.set(rounder, (here / unit + (quantity.calms_upwards ? 1 : 0)) * unit);
        if (accept(std::move(rounder))) {
          break;
        }
      }
    }
  }

  [[nodiscard]] std::vector<std::string> needed() const {
    std::vector<std::string> all;
    for (const Element& element : elements_of(best_)) {
      all.push_back(element.what);
    }
    return all;
  }

  bool fails_with(const Quantity& quantity, std::int64_t number) {
    Candidate other = best_;
    quantity.set(other, number);
    return still_fails(other);
  }

  // The last failing number between one that fails and one that does not, whole steps apart.
  std::int64_t boundary(const Quantity& quantity, std::int64_t fails, std::int64_t passes) {
    while (std::abs(fails - passes) >= 2 * quantity.step) {
      const std::int64_t middle = fails + ((passes - fails) / quantity.step / 2 * quantity.step);
      (fails_with(quantity, middle) ? fails : passes) = middle;
    }
    return fails;
  }

  Mark mark(const Quantity& quantity) {
    Mark mark;
    mark.pointer = quantity.pointer;
    mark.what = quantity.what;
    mark.unit = quantity.unit;
    mark.value = quantity.get(best_);
    mark.step = quantity.step;
    mark.is_least_bound = mark.value == quantity.least || fails_with(quantity, quantity.least);
    mark.least =
        mark.is_least_bound ? quantity.least : boundary(quantity, mark.value, quantity.least);
    mark.is_most_bound = mark.value == quantity.most || fails_with(quantity, quantity.most);
    // Most upper ends are near: look there before the whole axis is halved.
    std::int64_t passes = quantity.most;
    std::int64_t fails = mark.value;
    for (std::int64_t step = quantity.step; !mark.is_most_bound && fails + step < passes;
         step *= 4) {
      (fails_with(quantity, fails + step) ? fails : passes) = fails + step;
    }
    mark.most = mark.is_most_bound ? quantity.most : boundary(quantity, fails, passes);
    const bool everywhere = mark.is_least_bound && mark.is_most_bound;
    mark.kind = everywhere                ? Mark::Kind::kArbitrary
                : mark.least == mark.most ? Mark::Kind::kExact
                                          : Mark::Kind::kRange;
    return mark;
  }

  std::vector<Mark> marks() {
    std::vector<Mark> all;
    for (const Quantity& quantity : quantities_of(best_)) {
      if (!court_.is_exhausted()) {
        all.push_back(mark(quantity));
      }
    }
    return all;
  }

  Candidate best_;
  Court court_;
  bool keeps_grid_;  // a counterexample may come from elsewhere, off its grid
  bool changed_ = false;
  bool is_pinned_ = false;
};

}  // namespace

std::optional<Shrunk> shrink(Candidate candidate, const Charge& charge,
                             std::uint64_t events_at_most) {
  return Shrinker{std::move(candidate), charge, events_at_most}.shrink();
}

}  // namespace scenarios
