// Key groups and partition owners against the vectors of flink-runtime.md I8 and I9.

#include "model/partitioning.hpp"

#include <array>
#include <catch2/catch.hpp>
#include <string_view>

namespace {

struct KeyRow {
  std::int32_t key;
  std::int32_t murmur;
  std::uint32_t group128, s2, s3, s4, group256, group720;
};

constexpr std::array kKeys{KeyRow{0, 593689054, 94, 1, 2, 2, 222, 94},
                           KeyRow{1, 68075478, 86, 1, 2, 2, 214, 198},
                           KeyRow{2, 1085422463, 127, 1, 2, 3, 127, 143},
                           KeyRow{3, 847579505, 113, 1, 2, 3, 113, 545},
                           KeyRow{4, 1889779975, 7, 0, 0, 0, 7, 295},
                           KeyRow{5, 236698494, 126, 1, 2, 3, 126, 654},
                           KeyRow{6, 975490194, 18, 0, 0, 0, 146, 354},
                           KeyRow{7, 1343918321, 113, 1, 2, 3, 241, 161},
                           KeyRow{8, 1822472975, 15, 0, 0, 0, 15, 335},
                           KeyRow{9, 101886131, 51, 0, 1, 1, 179, 371},
                           KeyRow{10, 848998979, 67, 1, 1, 2, 67, 179},
                           KeyRow{42, 1134849565, 29, 0, 0, 0, 29, 685},
                           KeyRow{100, 616682048, 64, 1, 1, 2, 64, 608},
                           KeyRow{1000, 3506311, 7, 0, 0, 0, 135, 631},
                           KeyRow{12345, 638799361, 1, 0, 0, 0, 1, 241},
                           KeyRow{-1, 1982413648, 80, 1, 1, 2, 80, 208},
                           KeyRow{INT32_MAX, 1653689534, 62, 0, 1, 1, 190, 14},
                           KeyRow{INT32_MIN, 1718298732, 108, 1, 2, 3, 108, 12}};

std::string owners(std::string_view topic, std::uint32_t readers) {
  std::string text;
  for (std::uint32_t q = 0; q < 5; ++q) {
    text += (q == 0 ? "" : ",") + std::to_string(model::partition_owner(topic, q, readers));
  }
  return text;
}

}  // namespace

TEST_CASE("keys go to the key group and subtask that Flink gives them (rt:T7 rt:T10)") {
  for (const KeyRow& row : kKeys) {
    INFO("key " << row.key);
    CHECK(model::murmur(row.key) == row.murmur);
    CHECK(model::key_group(row.key, 128) == row.group128);
    CHECK(model::key_group(row.key, 256) == row.group256);
    CHECK(model::key_group(row.key, 720) == row.group720);
    CHECK(model::subtask_of_key_group(row.group128, 2, 128) == row.s2);
    CHECK(model::subtask_of_key_group(row.group128, 3, 128) == row.s3);
    CHECK(model::subtask_of_key_group(row.group128, 4, 128) == row.s4);
  }
}

TEST_CASE("strings hash as in Java (rt:T11)") {
  CHECK(model::java_hash("a") == 97);
  CHECK(model::java_hash("key-0") == 101943362);
  CHECK(model::java_hash("user-42") == -147182656);
  CHECK(model::murmur(model::java_hash("user-42")) == 1600933524);
  CHECK(model::java_hash("orders") == -1008770331);
}

TEST_CASE("max parallelism is derived from the parallelism (rt:T9)") {
  CHECK(model::default_max_parallelism(1) == 128);
  CHECK(model::default_max_parallelism(85) == 128);
  CHECK(model::default_max_parallelism(86) == 256);
  CHECK(model::default_max_parallelism(171) == 256);
  CHECK(model::default_max_parallelism(200) == 512);
  CHECK(model::default_max_parallelism(1000) == 2048);
  CHECK(model::default_max_parallelism(32768) == 32768);
}

TEST_CASE("partitions are owned by the readers that the Kafka connector picks (rt:K1)") {
  CHECK(owners("orders", 2) == "1,0,1,0,1");
  CHECK(owners("orders", 3) == "0,1,2,0,1");
  CHECK(owners("orders", 4) == "3,0,1,2,3");
  CHECK(owners("events", 3) == "2,0,1,2,0");
  CHECK(owners("events", 4) == "3,0,1,2,3");
  CHECK(owners("topic", 3) == "1,2,0,1,2");
  CHECK(owners("topic", 4) == "1,2,3,0,1");
  CHECK(owners("clicks", 3) == "0,1,2,0,1");
}
