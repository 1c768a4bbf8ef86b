#include "sim/visited.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdint>
#include <map>
#include <vector>

#include "sim/crew.hpp"
#include "sim/random.hpp"

namespace {

// Few different tags, buckets and shards, so that everything that can coincide does.
sim::Hash128 crowded(sim::SplitMix64& random, std::uint32_t variety) {
  return {static_cast<std::uint64_t>(sim::below(random.next(), 3)) << 58 |
              sim::below(random.next(), variety),
          static_cast<std::uint64_t>(sim::below(random.next(), variety)) << 16 |
              sim::below(random.next(), 2)};
}

void insert_and_look_up(std::uint32_t times) {
  sim::SplitMix64 random{1};
  sim::VisitedSet visited;
  std::map<sim::Hash128, std::uint32_t> expected;
  std::uint32_t right_guesses = 0;
  for (std::uint32_t i = 0; i < times; ++i) {
    const sim::Hash128 hash = crowded(random, 60);
    const auto [at, is_new] = expected.emplace(hash, visited.size());
    const sim::VisitedSet::Inserted inserted =
        visited.insert(sim::VisitedSet::Node{hash, i, sim::branch_of(i % 10, i)});
    REQUIRE(inserted.is_new == is_new);
    REQUIRE(inserted.number == at->second);
    const sim::Hash128 other = crowded(random, 60);
    const auto known = expected.find(other);
    REQUIRE(visited.find(other) == (known == expected.end() ? sim::kNoState : known->second));
    visited.prefetch(other);
    const std::uint32_t guess = visited.guess(other);
    REQUIRE((!visited.is(guess, other) || visited.find(other) == guess));
    right_guesses += visited.is(guess, other) ? 1U : 0U;
  }
  CHECK(right_guesses > 0);  // this crowd is made to mislead
  CHECK(visited.size() == expected.size());
  CHECK(visited.size() > times / 4);
}

}  // namespace

TEST_CASE("a visited set knows what was inserted and nothing else") { insert_and_look_up(3'000); }

TEST_CASE("a visited set of thousands knows what was inserted and nothing else", "[slow]") {
  insert_and_look_up(20'000);
}

TEST_CASE("claims by shard give what insertion in order gives") {
  sim::SplitMix64 random{2};
  sim::VisitedSet visited;
  sim::VisitedSet in_order;
  sim::Crew crew{3};
  for (int round = 0; round < 20; ++round) {
    std::vector<sim::Hash128> batch;
    for (std::uint32_t i = 0; i < 500; ++i) {
      const sim::Hash128 hash = crowded(random, 100);
      if (visited.find(hash) == sim::kNoState) {
        batch.push_back(hash);
      }
    }
    visited.begin_claims();
    std::vector<sim::VisitedSet::Claimed> claimed(batch.size());
    crew.run(sim::VisitedSet::kShards, [&](unsigned, std::size_t shard) {
      for (std::size_t i = 0; i < batch.size(); ++i) {
        if (sim::VisitedSet::shard_of(batch[i]) == shard) {
          claimed[i] = visited.claim(batch[i]);
        }
      }
    });
    std::vector<std::vector<std::uint32_t>> numbers(sim::VisitedSet::kShards);
    std::uint32_t next = visited.size();
    for (std::size_t i = 0; i < batch.size(); ++i) {
      const std::uint32_t shard = sim::VisitedSet::shard_of(batch[i]);
      const sim::VisitedSet::Inserted expected = in_order.insert({batch[i]});
      REQUIRE(claimed[i].is_new == expected.is_new);
      if (claimed[i].is_new) {
        REQUIRE(claimed[i].ordinal == numbers[shard].size());
        numbers[shard].push_back(next++);
      } else {
        REQUIRE(numbers[shard][claimed[i].ordinal] == expected.number);
      }
    }
    visited.grow_to(next);
    for (std::size_t i = 0; i < batch.size(); ++i) {
      if (claimed[i].is_new) {
        visited.put(numbers[sim::VisitedSet::shard_of(batch[i])][claimed[i].ordinal], {batch[i]});
      }
    }
    crew.run(sim::VisitedSet::kShards,
             [&](unsigned, std::size_t shard) { visited.settle(shard, numbers[shard]); });
    REQUIRE(visited.size() == in_order.size());
    bool all_there = true;
    for (std::uint32_t i = 0; i < visited.size(); ++i) {
      all_there = all_there && visited.node(i).hash == in_order.node(i).hash &&
                  visited.find(visited.node(i).hash) == i;
    }
    REQUIRE(all_there);
  }
  CHECK(visited.size() > 5000);
}

TEST_CASE("a visited set takes less than 40 bytes a state at any size from 100000 on") {
  sim::SplitMix64 random{3};
  sim::VisitedSet visited;
  std::uint64_t worst = 0;
  while (visited.size() < 400'000) {
    visited.insert({sim::Hash128{random.next(), random.next()}});
    if (visited.size() >= 100'000 && visited.size() % 64 == 0) {
      worst = std::max(worst, visited.bytes() * 100 / visited.size());
    }
  }
  CHECK(worst <= 4000);
  CHECK(worst > 3500);  // it was measured right after growth, too
}

TEST_CASE("the bound on collisions is that of integers") {
  CHECK(sim::collision_exponent(1) == 128);
  CHECK(sim::collision_exponent(2) == 126);
  CHECK(sim::collision_exponent(1'000'000) == 129 - 40);
  CHECK(sim::collision_exponent(10'340'352) == 129 - 47);
  CHECK(sim::collision_exponent(UINT32_MAX) == 129 - 64);
  CHECK(sim::collision_exponent(std::uint64_t{1} << 40) == 129 - 81);
}

TEST_CASE("a branch has a move and a list of choices and says so when there are too many") {
  const sim::Branch branch = sim::branch_of(4095, 1'048'575);
  CHECK(sim::move_of(branch) == 4095);
  CHECK(sim::list_of(branch) == 1'048'575);
  CHECK_THROWS_AS(sim::branch_of(4096, 0), sim::Bug);
  CHECK_THROWS_AS(sim::branch_of(0, 1'048'576), sim::Bug);
}

TEST_CASE("a crew carries out each job once and throws what the first one threw") {
  sim::Crew crew{4};
  for (std::size_t jobs : {0U, 1U, 3U, 1000U}) {
    std::vector<int> done(jobs);
    crew.run(jobs, [&](unsigned thread, std::size_t job) {
      done[job] += thread < 4 ? 0 : 1;
      ++done[job];
    });
    CHECK((done == std::vector<int>(jobs, 1)));
  }
  for (int round = 0; round < 200; ++round) {
    const auto run = [&] {
      crew.run(100, [](unsigned, std::size_t job) {
        if (job >= 17 && job % 2 == 1) {
          throw std::runtime_error{std::to_string(job)};
        }
      });
    };
    CHECK_THROWS_WITH(run(), "17");
  }
}
