// Choices given by name, and choices drawn in layers.
#include <array>
#include <catch2/catch.hpp>
#include <vector>

#include "sim/choice_given.hpp"
#include "sim/choice_layered.hpp"
#include "sim/choice_seeded.hpp"

namespace {

constexpr std::array<std::uint64_t, 2> kActors{11, 22};

TEST_CASE("choices on the list are taken and all others are uneventful") {
  const std::vector<sim::GivenChoice> list{{3, 22, 7, 5}, {3, 11, 7, 1}};
  sim::GivenChoices choices{list, kActors};
  CHECK(choices.choose({3, 1}, 7, 6) == 5);
  CHECK(choices.choose({3, 1}, 8, 6) == 0);
  CHECK(choices.choose({4, 1}, 7, 6) == 0);
  CHECK_FALSE(choices.misfit());
  CHECK(choices.unasked() == std::size_t{1});
  CHECK(choices.asked() == std::vector<bool>{true, false});
  CHECK(choices.choose({3, 0}, 7, 6) == 1);
  CHECK_FALSE(choices.unasked());
}

TEST_CASE("an answer that is out of range is a misfit and taken as uneventful") {
  const std::vector<sim::GivenChoice> list{{3, 22, 7, 5}};
  sim::GivenChoices choices{list, kActors};
  CHECK(choices.choose({3, 1}, 7, 5) == 0);
  REQUIRE(choices.misfit());
  CHECK(choices.misfit()->entry == 0);
  CHECK(choices.misfit()->count == 5);
}

TEST_CASE("a recording leaves its eventful answers and each name once") {
  const std::vector<sim::TakenChoice> taken{
      {{3, 1}, 7, 6, 5}, {{3, 1}, 8, 6, 0}, {{3, 1}, 7, 9, 4}, {{3, 0}, 7, 6, 2}};
  const std::vector<sim::GivenChoice> list = sim::eventful(taken, kActors);
  CHECK(list == std::vector<sim::GivenChoice>{{3, 22, 7, 5}, {3, 11, 7, 2}});
}

TEST_CASE("one uniform layer draws what its seed draws") {
  const std::vector<sim::DrawLayer> layers{{42, sim::DrawStyle::kUniform}};
  sim::LayeredChoices layered{layers, kActors};
  sim::SeededChoices seeded{42, kActors};
  for (std::uint32_t i = 0; i < 1'000; ++i) {
    const sim::ChoiceId what{static_cast<std::uint16_t>(i % 7), i % 3};
    CHECK(layered.choose(what, i, 1 + i) == seeded.choose(what, i, 1 + i));
  }
}

TEST_CASE("a later layer redraws its share of the names and leaves the others alone") {
  const std::vector<sim::DrawLayer> one{{42, sim::DrawStyle::kUniform}};
  const std::vector<sim::DrawLayer> two{{42, sim::DrawStyle::kUniform},
                                        {43, sim::DrawStyle::kUniform, 4}};
  sim::LayeredChoices before{one, {}};
  sim::LayeredChoices after{two, {}};
  int changed = 0;
  constexpr std::uint32_t kNames = 4'000;
  for (std::uint32_t actor = 0; actor < kNames; ++actor) {
    changed += before.choose({1, actor}, 0, 1'000'000) != after.choose({1, actor}, 0, 1'000'000);
  }
  CHECK(changed > 850);
  CHECK(changed < 1'150);
}

TEST_CASE("every style answers below the bound") {
  for (const sim::DrawStyle style : {sim::DrawStyle::kUniform, sim::DrawStyle::kSwarm,
                                     sim::DrawStyle::kExtremes, sim::DrawStyle::kPriorities}) {
    const std::vector<sim::DrawLayer> layers{{9, style}};
    sim::LayeredChoices choices{layers, {}};
    for (std::uint32_t i = 0; i < 2'000; ++i) {
      CHECK(choices.choose({2, i % 50}, i, 1 + (i % 5)) < 1 + (i % 5));
    }
  }
}

}  // namespace
