// The periodic watermark against the vectors of flink-runtime.md I1 and the multiplexer rows of I3
// without idleness.

#include "model/watermarks.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <sstream>
#include <string>

namespace {

using model::Mark;

// "A 1000" a record of split A, "tick" a tick, "+B" registers split B. What each tick emits, or
// "-".
std::string told(std::int64_t bound_ms, const std::string& steps) {
  std::map<std::string, Mark> splits;
  Mark emitted;
  std::string outputs;
  std::istringstream words{steps};
  std::string word;
  while (words >> word) {
    if (word[0] == '+') {
      splits[word.substr(1)] = Mark::none();
      continue;
    }
    if (word != "tick") {
      std::string ts;
      words >> ts;
      splits[word] = std::max(splits[word], Mark{std::stoi(ts)});
      continue;
    }
    Mark least{INT32_MAX};
    for (const auto& [name, most] : splits) {
      least = std::min(least, most);
    }
    const Mark candidate =
        splits.empty() ? Mark::none() : model::bounded_candidate(least, bound_ms);
    const bool out = model::goes_out(candidate, emitted);
    emitted = out ? candidate : emitted;
    outputs += (outputs.empty() ? "" : " ") + (out ? std::to_string(candidate.ms) : "-");
  }
  return outputs;
}

}  // namespace

TEST_CASE("a bounded generator emits the largest event time less the bound and one (rt:W3 rt:W4)") {
  CHECK(told(200, "A 1000 A 900 A 1500 tick tick A 1400 tick A 1501 tick") ==
        "1299 - - 1300");             // CV-W1
  CHECK(told(0, "A 7 tick") == "6");  // CV-W2
  CHECK(told(5000, "A 10000 A 12000 A 11000 tick A 12000 tick A 12001 tick") ==
        "6999 - 7000");                                       // CV-W4
  CHECK(told(0, "A 0 tick A -5 tick A 1 tick") == "-1 - 0");  // CV-W5
}

TEST_CASE("before the first record nothing goes out (rt:W5 rt:W12)") {
  CHECK(told(0, "+A tick") == "-");  // CV-W3
  CHECK(told(0, "tick") == "-");     // CV-MX11
}

TEST_CASE(
    "splits are combined to their minimum and a new one holds it back (rt:MX2 rt:MX3 rt:MX6)") {
  // The generators' bound of 0 takes one off what the vectors put into the slots.
  CHECK(told(0, "+A +B A 6 tick B 4 tick A 10 tick B 21 tick") == "- 3 - 9");  // CV-MX1
  CHECK(told(0, "A 101 tick +B tick A 111 tick B 51 tick B 106 tick") ==
        "100 - - - 105");  // CV-MX6
}
