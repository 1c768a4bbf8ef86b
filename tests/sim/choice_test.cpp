#include <catch2/catch.hpp>

#include <array>
#include <cstdint>
#include <set>
#include <vector>

#include "sim/check.hpp"
#include "sim/choice_exhaustive.hpp"
#include "sim/choice_recorded.hpp"
#include "sim/choice_seeded.hpp"

namespace {

using sim::ChoiceId;
using sim::TakenChoice;

constexpr std::uint16_t kDelay = 1;
constexpr std::uint16_t kFault = 2;

// Plays every list of choices of `body` and returns the answers of each.
template <class Body>
std::vector<std::vector<std::uint32_t>> all_lists(std::size_t longest, Body body) {
  std::vector<std::vector<std::uint32_t>> lists;
  sim::ExhaustiveChoices choices{longest};
  do {
    body(choices);
    std::vector<std::uint32_t>& list = lists.emplace_back();
    for (const TakenChoice& taken : choices.taken()) {
      list.push_back(taken.chosen);
    }
  } while (choices.advance());
  return lists;
}

}  // namespace

TEST_CASE("seeded choices have fixed values") {
  sim::SeededChoices choices{1, {}};
  CHECK(choices.choose({kDelay, 0}, 0, 1000) == 587);
  CHECK(choices.choose({kDelay, 0}, 1, 1000) == 285);
}

TEST_CASE("a seeded draw does not depend on the draws before it") {
  sim::SeededChoices alone{42, {}};
  const std::uint32_t expected = alone.choose({kDelay, 3}, 17, 1'000'000);
  sim::SeededChoices after_others{42, {}};
  for (std::uint32_t i = 0; i < 100; ++i) {
    after_others.choose({kFault, i}, i, 2);
    after_others.choose({kDelay, 3}, i, 10);
  }
  CHECK(after_others.choose({kDelay, 3}, 17, 1'000'000) == expected);
}

TEST_CASE("a seeded draw depends on seed and kind and actor and occurrence") {
  constexpr std::uint32_t kMany = 1'000'000'000;
  std::set<std::uint32_t> drawn;
  for (const std::uint64_t seed : {1U, 2U}) {
    sim::SeededChoices choices{seed, {}};
    for (const ChoiceId what : {ChoiceId{kDelay, 0}, ChoiceId{kFault, 0}, ChoiceId{kDelay, 1}}) {
      for (const std::uint64_t occurrence : {0U, 1U}) {
        drawn.insert(choices.choose(what, occurrence, kMany));
      }
    }
  }
  CHECK(drawn.size() == 12);
}

TEST_CASE("a seeded draw follows the name of an actor and not its position") {
  const std::array<std::uint64_t, 3> all{sim::name_hash("blue"), sim::name_hash("map"),
                                         sim::name_hash("green")};
  const std::array<std::uint64_t, 2> without_map{sim::name_hash("blue"), sim::name_hash("green")};
  sim::SeededChoices before{5, all};
  sim::SeededChoices after{5, without_map};
  for (std::uint64_t occurrence = 0; occurrence < 20; ++occurrence) {
    CHECK(before.choose({kDelay, 2}, occurrence, 10'000) ==
          after.choose({kDelay, 1}, occurrence, 10'000));
  }
}

TEST_CASE("a chosen due time lies in its window and reaches both ends") {
  sim::SeededChoices choices{1, {}};
  std::set<std::uint32_t> seen;
  for (std::uint64_t i = 0; i < 200; ++i) {
    seen.insert(sim::choose_due(choices, {kDelay, 0}, i, {sim::Due{10}, sim::Due{13}}).ms);
  }
  CHECK(seen == std::set<std::uint32_t>{10, 11, 12, 13});
}

TEST_CASE("recorded choices play back as they were") {
  sim::SeededChoices seeded{9, {}};
  sim::RecordingChoices recording{seeded};
  std::vector<std::uint32_t> first;
  for (std::uint32_t i = 0; i < 10; ++i) {
    first.push_back(recording.choose({kDelay, i}, i, 100));
  }
  sim::ReplayChoices replay{recording.taken()};
  for (std::uint32_t i = 0; i < 10; ++i) {
    CHECK(replay.choose({kDelay, i}, i, 100) == first[i]);
  }
  CHECK(replay.played() == 10);
  CHECK_FALSE(replay.misfit().has_value());
}

TEST_CASE("a replay that is asked another question says where and what was on record") {
  const std::vector<TakenChoice> list{{{kDelay, 0}, 0, 10, 4}, {{kDelay, 1}, 7, 10, 5}};
  const std::array<TakenChoice, 3> others{
      TakenChoice{{kFault, 1}, 7, 10, 0},  // another kind
      TakenChoice{{kDelay, 1}, 8, 10, 0},  // another occurrence
      TakenChoice{{kDelay, 1}, 7, 5, 0}};  // a bound that excludes the answer
  for (const TakenChoice& other : others) {
    sim::ReplayChoices replay{list};
    CHECK(replay.choose({kDelay, 0}, 0, 10) == 4);
    CHECK(replay.choose(other.what, other.occurrence, other.count) == 0);
    REQUIRE(replay.misfit().has_value());
    CHECK(replay.misfit()->position == 1);
    CHECK(replay.misfit()->asked == other);
    CHECK(replay.misfit()->on_record == list[1]);
    CHECK(replay.choose({kDelay, 1}, 7, 10) == 0);  // quiet from then on
    CHECK(replay.played() == 1);
  }
}

TEST_CASE("a replay past the end of its list says so") {
  const std::vector<TakenChoice> list{{{kDelay, 0}, 0, 10, 4}};
  sim::ReplayChoices replay{list};
  replay.choose({kDelay, 0}, 0, 10);
  CHECK(replay.choose({kDelay, 0}, 1, 10) == 0);
  REQUIRE(replay.misfit().has_value());
  CHECK(replay.misfit()->position == 1);
  CHECK_FALSE(replay.misfit()->on_record.has_value());
}

TEST_CASE("exhaustive choices play every list of a product once and in order") {
  const auto lists = all_lists(8, [](sim::ChoiceSource& choices) {
    choices.choose({kDelay, 0}, 0, 2);
    choices.choose({kDelay, 1}, 0, 1);
    choices.choose({kDelay, 2}, 0, 3);
  });
  const std::vector<std::vector<std::uint32_t>> expected{{0, 0, 0}, {0, 0, 1}, {0, 0, 2},
                                                         {1, 0, 0}, {1, 0, 1}, {1, 0, 2}};
  CHECK(lists == expected);
}

TEST_CASE("exhaustive choices follow questions that depend on earlier answers") {
  const auto lists = all_lists(8, [](sim::ChoiceSource& choices) {
    const std::uint32_t more = choices.choose({kFault, 0}, 0, 3);
    for (std::uint32_t i = 0; i < more; ++i) {
      choices.choose({kDelay, i}, 0, 2);
    }
  });
  const std::vector<std::vector<std::uint32_t>> expected{{0},       {1, 0},    {1, 1},   {2, 0, 0},
                                                         {2, 0, 1}, {2, 1, 0}, {2, 1, 1}};
  CHECK(lists == expected);
}

TEST_CASE("a body without choices has one list") {
  CHECK(all_lists(8, [](sim::ChoiceSource&) {}).size() == 1);
}

TEST_CASE("exhaustive choices are cut at their bound and say so") {
  const auto play = [](sim::ExhaustiveChoices& choices, std::uint32_t last_count) {
    int lists = 0;
    do {
      choices.choose({kDelay, 0}, 0, 2);
      choices.choose({kDelay, 1}, 0, 2);
      CHECK(choices.choose({kDelay, 2}, 0, last_count) == 0);
      ++lists;
    } while (choices.advance());
    return lists;
  };
  sim::ExhaustiveChoices cut{2};
  CHECK(play(cut, 2) == 4);
  CHECK(cut.was_cut());
  sim::ExhaustiveChoices nothing_lost{2};
  CHECK(play(nothing_lost, 1) == 4);
  CHECK_FALSE(nothing_lost.was_cut());
}

TEST_CASE("a model that asks other questions after the same answers is a bug") {
  sim::ExhaustiveChoices choices{8};
  choices.choose({kDelay, 0}, 0, 2);
  choices.choose({kDelay, 1}, 0, 2);
  REQUIRE(choices.advance());
  CHECK_THROWS_AS(choices.choose({kDelay, 5}, 0, 2), sim::Bug);
  CHECK_THROWS_AS(choices.advance(), sim::Bug);  // nothing asked: the run stopped short
}
