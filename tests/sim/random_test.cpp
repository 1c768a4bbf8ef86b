// Known answers: these numbers must never change, or every recorded seed means another run.
#include <catch2/catch.hpp>

#include <cstdint>

#include "sim/random.hpp"

TEST_CASE("SplitMix64 gives the published numbers") {
  sim::SplitMix64 random{1234567};
  for (const std::uint64_t expected :
       {6457827717110365317U, 3203168211198807973U, 9817491932198370423U, 4593380528125082431U,
        16408922859458223821U}) {
    CHECK(random.next() == expected);
  }
}

TEST_CASE("keyed draws have fixed values") {
  CHECK(sim::draw(1, 2, 3) == 10397244254371068502U);
  CHECK(sim::draw(0, 0, 0) == 16294208416658607535U);
}

TEST_CASE("a keyed draw depends on the seed and the name and the occurrence") {
  CHECK(sim::draw(1, 2, 4) == 7352180265319008845U);
  CHECK(sim::draw(2, 2, 3) == 7495795726282977729U);
  CHECK(sim::draw(1, 3, 3) != sim::draw(1, 2, 3));
}

TEST_CASE("name hashes have fixed values") {
  CHECK(sim::name_hash("") == 17665956581633026203U);
  CHECK(sim::name_hash("blue/gate/0") == 4508106884230596892U);
  CHECK(sim::name_hash("blue/gate/0") != sim::name_hash("blue/gate/1"));
}

TEST_CASE("numbers below a bound stay below it and reach both ends") {
  for (const std::uint32_t count : {1U, 2U, 7U, 1000U, UINT32_MAX}) {
    CHECK(sim::below(0, count) == 0);
    CHECK(sim::below(UINT64_MAX, count) == count - 1);
  }
  CHECK(sim::below(std::uint64_t{1} << 63, 7) == 3);
  CHECK(sim::below(sim::draw(1, 2, 3), 1000) == 563);
}
