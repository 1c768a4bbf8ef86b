#include <algorithm>
#include <string>

#include "scenarios/random/parts.hpp"

namespace scenarios {

namespace {

using model::InputSettings;

bool is_change(const model::Happening& happening) {
  return happening.action == model::Action::kChangeSpec;
}

std::int64_t last_change_ms(const std::vector<model::Happening>& timeline) {
  std::int64_t last = 0;
  for (const model::Happening& happening : timeline) {
    last = is_change(happening) ? std::max(last, happening.at.ms()) : last;
  }
  return last;
}

std::int64_t first_change_ms(const std::vector<model::Happening>& timeline) {
  const auto first = std::find_if(timeline.begin(), timeline.end(), is_change);
  return first == timeline.end() ? 0 : first->at.ms();
}

// As many as arrive until then.
std::uint32_t records_until(std::int64_t ms, model::Rate rate) {
  return static_cast<std::uint32_t>(ms * rate.count / rate.per_ms) + 1;
}

model::Outliers draw_outliers(Draw what, Draw which, Between by_ms, Between every, std::size_t of,
                              Dice& dice) {
  model::Outliers outliers;
  if (dice.feature(what, of)) {
    outliers.by = model::EventSpan{sim::milliseconds{dice.within(what, by_ms, of)}};
    outliers.which.every = dice.within(which, every, 2 * of);
    outliers.which.offset = dice.below(which, outliers.which.every, 2 * of + 1);
  }
  return outliers;
}

void draw_input(const RandomInput& ranges, std::size_t of, InputSettings& input, Dice& dice) {
  constexpr Between kOutOfOrderEvery{2, 10};
  constexpr Between kLateEvery{5, 50};
  dice.replace(Draw::kPartitions, ranges.partitions, input.partitions, of);
  if (ranges.rate && dice.feature(Draw::kRate, of)) {
    input.rate = {dice.within(Draw::kRate, ranges.rate->count, of), ranges.rate->per_ms};
  }
  if (ranges.out_of_order_ms) {
    input.out_of_order = draw_outliers(Draw::kOutOfOrder, Draw::kOutOfOrderWhich,
                                       *ranges.out_of_order_ms, kOutOfOrderEvery, of, dice);
  }
  if (ranges.late_ms) {
    input.late =
        draw_outliers(Draw::kLate, Draw::kLateWhich, *ranges.late_ms, kLateEvery, of, dice);
  }
  dice.replace(Draw::kKeys, ranges.keys, input.keys, of);
  if (ranges.without_timestamps && dice.feature(Draw::kNoTimestamp, of)) {
    constexpr Between kEvery{5, 50};
    input.no_timestamp.every = dice.within(Draw::kNoTimestamp, kEvery, of);
    input.no_timestamp.offset = dice.below(Draw::kNoTimestampWhich, input.no_timestamp.every, of);
  }
}

// How fast event time goes and how long the inputs go on: the same for all of them.
void draw_pace(const RandomInput& ranges, model::Settings& settings, Dice& dice) {
  const std::uint64_t speed = ranges.speed ? dice.number(Draw::kSpeed, *ranges.speed) : 0;
  const std::int64_t goes_on_ms =
      ranges.goes_on_for_ms ? dice.number(Draw::kGoesOn, *ranges.goes_on_for_ms) : 0;
  for (InputSettings& input : settings.inputs) {
    if (input.is_listed()) {
      continue;
    }
    if (ranges.speed) {
      const std::uint64_t step = speed * input.rate.per_ms / input.rate.count;
      input.event_step = model::EventSpan{sim::milliseconds{std::max<std::uint64_t>(step, 1)}};
    }
    if (ranges.goes_on_for_ms) {
      input.records = records_until(last_change_ms(settings.timeline) + goes_on_ms, input.rate);
    }
  }
}

// One partition of one input is cut off for a while, or has nothing to say.
void draw_silence(const RandomInput& ranges, model::Settings& settings, Dice& dice) {
  if (!ranges.silent_ms || !dice.feature(Draw::kSilence)) {
    return;
  }
  constexpr Between kAfterChange{0, 20'000};
  InputSettings& input = settings.inputs[dice.below(Draw::kSilence, settings.inputs.size(), 1)];
  if (input.is_listed()) {
    return;
  }
  const std::int64_t from =
      first_change_ms(settings.timeline) + dice.within(Draw::kSilenceBegins, kAfterChange);
  model::Silence silence;
  silence.partition =
      static_cast<std::uint32_t>(dice.below(Draw::kSilencedPartition, input.partitions));
  silence.from = sim::ProcessingTime{sim::milliseconds{from}};
  silence.until =
      silence.from +
      sim::ProcessingSpan{sim::milliseconds{dice.within(Draw::kSilence, *ranges.silent_ms)}};
  silence.comes_later = dice.feature(Draw::kSilenceComesLater);
  input.silences = {silence};
}

// The last partition of one input is new.
void draw_appearance(const RandomInput& ranges, model::Settings& settings, Dice& dice) {
  if (!ranges.appears_ms || !dice.feature(Draw::kAppears)) {
    return;
  }
  InputSettings& input = settings.inputs[dice.below(Draw::kAppears, settings.inputs.size(), 1)];
  if (input.is_listed() || input.partitions < 2 || input.delivery == model::Delivery::kCompeting) {
    return;
  }
  const std::int64_t at =
      first_change_ms(settings.timeline) + dice.within(Draw::kAppears, *ranges.appears_ms);
  input.appears = {model::Appearance{
      input.partitions - 1, sim::ProcessingTime{sim::milliseconds{std::max<std::int64_t>(at, 1)}}}};
}

std::string unused_name(const std::string& like, const std::vector<InputSettings>& inputs) {
  for (std::size_t number = inputs.size() + 1;; ++number) {
    std::string name = like.substr(0, 60) + "-" + std::to_string(number);
    if (std::none_of(inputs.begin(), inputs.end(),
                     [&](const InputSettings& known) { return known.name == name; })) {
      return name;
    }
  }
}

}  // namespace

void draw_inputs(const RandomInput& ranges, std::size_t count, model::Settings& settings,
                 Dice& dice) {
  std::vector<InputSettings>& inputs = settings.inputs;
  while (inputs.size() > count) {
    inputs.pop_back();
  }
  while (inputs.size() < count) {
    InputSettings copy = inputs.back();
    copy.name = unused_name(inputs.front().name, inputs);
    inputs.push_back(copy);
  }
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (!inputs[i].is_listed()) {
      draw_input(ranges, i, inputs[i], dice);
    }
  }
  draw_pace(ranges, settings, dice);
  draw_silence(ranges, settings, dice);
  draw_appearance(ranges, settings, dice);
  if (!ranges.starts.empty() && dice.feature(Draw::kStart)) {
    const model::EventTime start = ranges.starts[dice.below(Draw::kStart, ranges.starts.size())];
    for (InputSettings& input : inputs) {
      input.event_start = input.is_listed() ? input.event_start : start;
    }
  }
  if (ranges.falls_silent_ms && dice.rare_feature(Draw::kFallsSilent)) {
    InputSettings& input = inputs[dice.below(Draw::kFallsSilent, inputs.size(), 1)];
    const std::uint32_t until =
        records_until(first_change_ms(settings.timeline) +
                          dice.within(Draw::kFallsSilent, *ranges.falls_silent_ms),
                      input.rate);
    input.records = std::min(input.records, until);
  }
}

}  // namespace scenarios
