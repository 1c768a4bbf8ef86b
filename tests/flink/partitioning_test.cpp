// Key groups and partition owners against tests/vectors/flink/partitioning.json, and that file
// against the tables of flink-runtime.md I8 and I9, row by row.

#include "model/partitioning.hpp"

#include <catch2/catch.hpp>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace {

using nlohmann::json;

const json& vectors() {
  static const json kAll = [] {
    std::ifstream file{HARNESS_ROOT "/tests/vectors/flink/partitioning.json"};
    return json::parse(file, nullptr, true, true);
  }();
  return kAll;
}

// A section of the reference, from its heading to the next.
std::string section(const std::string& heading) {
  std::ifstream file{HARNESS_ROOT "/docs/reference/flink-runtime.md"};
  const std::string text{std::istreambuf_iterator<char>{file}, {}};
  const std::size_t at = text.find("### " + heading);
  REQUIRE(at != std::string::npos);
  return text.substr(at, text.find("\n### ", at) - at);
}

// How often the section has rows that begin with a key or topic of these.
std::size_t rows_of(const std::string& text, const std::string& begins_with) {
  std::size_t rows = 0;
  for (std::size_t at = text.find(begins_with); at != std::string::npos;
       at = text.find(begins_with, at + 1)) {
    ++rows;
  }
  return rows;
}

void has_row(const std::string& text, const std::string& row) {
  INFO(row);
  CHECK(rows_of(text, row + "\n") == 1);
}

std::string text_of(const json& number) { return std::to_string(number.get<std::int64_t>()); }

// rt:T11, for Longs.
std::int32_t java_hash_of_long(std::int64_t value) {
  const auto bits = static_cast<std::uint64_t>(value);
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(bits ^ (bits >> 32U)));
}

std::int32_t java_hash(const json& vector) {
  return vector.at("type") == "String" ? model::java_hash(vector.at("key").get<std::string>())
                                       : java_hash_of_long(vector.at("key").get<std::int64_t>());
}

void check_groups(const json& vector, std::int32_t hash) {
  CHECK(model::murmur(hash) == vector.at("murmur").get<std::int32_t>());
  for (const auto& [most, group] : vector.at("group_at").items()) {
    CHECK(model::key_group(hash, static_cast<std::uint32_t>(std::stoul(most))) ==
          group.get<std::uint32_t>());
  }
  for (const auto& [parallelism, subtask] : vector.at("subtask_at").items()) {
    CHECK(model::subtask_of_key_group(model::key_group(hash, 128),
                                      static_cast<std::uint32_t>(std::stoul(parallelism)),
                                      128) == subtask.get<std::uint32_t>());
  }
}

std::string list_of(const json& numbers) {
  std::string text;
  for (const json& number : numbers) {
    text += (text.empty() ? "" : ",") + text_of(number);
  }
  return text;
}

}  // namespace

TEST_CASE("keys go to the key group and subtask that Flink gives them (rt:T7 rt:T10)") {
  for (const json& vector : vectors().at("integer_keys")) {
    INFO(vector.dump());
    check_groups(vector, vector.at("key").get<std::int32_t>());
  }
}

TEST_CASE("strings and longs hash as in Java (rt:T11)") {
  for (const json& vector : vectors().at("other_keys")) {
    INFO(vector.dump());
    CHECK(java_hash(vector) == vector.at("hash").get<std::int32_t>());
    check_groups(vector, vector.at("hash").get<std::int32_t>());
  }
}

TEST_CASE("each subtask owns a range of key groups (rt:T8)") {
  for (const auto& [parallelism, ranges] : vectors().at("ranges_at_128").items()) {
    const auto p = static_cast<std::uint32_t>(std::stoul(parallelism));
    REQUIRE(ranges.size() == p);
    for (std::uint32_t i = 0; i < p; ++i) {
      for (std::uint32_t group = ranges[i][0]; group <= ranges[i][1].get<std::uint32_t>();
           ++group) {
        CHECK(model::subtask_of_key_group(group, p, 128) == i);
      }
    }
    CHECK(ranges.front()[0] == 0);
    CHECK(ranges.back()[1] == 127);
  }
}

TEST_CASE("max parallelism is derived from the parallelism (rt:T9)") {
  for (const auto& [parallelism, most] : vectors().at("default_max_parallelism").items()) {
    INFO(parallelism);
    CHECK(model::default_max_parallelism(static_cast<std::uint32_t>(std::stoul(parallelism))) ==
          most.get<std::uint32_t>());
  }
}

TEST_CASE("partitions are owned by the readers that the Kafka connector picks (rt:K1)") {
  for (const json& vector : vectors().at("partition_owners")) {
    const std::string topic = vector.at("topic");
    INFO(topic);
    CHECK(model::java_hash(topic) == vector.at("hash").get<std::int32_t>());
    for (const auto& [readers, owners] : vector.at("owners_at").items()) {
      for (std::uint32_t q = 0; q < owners.size(); ++q) {
        CHECK(model::partition_owner(topic, q, static_cast<std::uint32_t>(std::stoul(readers))) ==
              owners[q].get<std::uint32_t>());
      }
    }
  }
}

TEST_CASE("the vectors of key groups are the rows of the reference (rt:T7 rt:T8 rt:T9)") {
  const json all = vectors();
  const std::string text = section("I8.");
  for (const json& vector : all.at("integer_keys")) {
    const json& group = vector.at("group_at");
    const json& subtask = vector.at("subtask_at");
    std::string row = "| " + text_of(vector.at("key")) + " | " + text_of(vector.at("murmur"));
    for (const json& number : {group.at("128"), subtask.at("2"), subtask.at("3"), subtask.at("4"),
                               group.at("256"), group.at("720")}) {
      row += " | " + text_of(number);
    }
    has_row(text, row + " |");
  }
  for (const json& vector : all.at("other_keys")) {
    std::string row = "| " + vector.at("type").get<std::string>() + " " + vector.at("key").dump();
    for (const json& number : {vector.at("hash"), vector.at("murmur"),
                               vector.at("group_at").at("128"), vector.at("subtask_at").at("4")}) {
      row += " | " + text_of(number);
    }
    has_row(text, row + " |");
  }
  const std::size_t headings =
      rows_of(text, "\n| Integer key") + rows_of(text, "\n| other key") + rows_of(text, "\n| ---");
  CHECK(headings == 4);
  CHECK(rows_of(text, "\n| ") ==
        headings + all.at("integer_keys").size() + all.at("other_keys").size());
  for (const auto& [parallelism, ranges] : all.at("ranges_at_128").items()) {
    std::string row = "p=" + parallelism + " ";
    for (const json& range : ranges) {
      row += "[" + list_of(range) + "]";
    }
    CHECK(rows_of(text, row) == 1);
  }
  CHECK(rows_of(text, "p=") == all.at("ranges_at_128").size() + 1);  // and p=1 of the defaults
  for (const auto& [parallelism, most] : all.at("default_max_parallelism").items()) {
    CHECK(rows_of(text, parallelism + "→" + text_of(most)) >= 1);
  }
  CHECK(rows_of(text, "→") == all.at("default_max_parallelism").size());
}

TEST_CASE("the vectors of partition owners are the rows of the reference (rt:K1)") {
  const json all = vectors().at("partition_owners");
  const std::string text = section("I9.");
  for (const json& vector : all) {
    const json& owners = vector.at("owners_at");
    has_row(text, "| " + vector.at("topic").get<std::string>() + " (" + text_of(vector.at("hash")) +
                      ") | " + list_of(owners.at("2")) + " | " + list_of(owners.at("3")) + " | " +
                      list_of(owners.at("4")) + " |");
  }
  CHECK(rows_of(text, "\n| ") == 2 + all.size());
}
