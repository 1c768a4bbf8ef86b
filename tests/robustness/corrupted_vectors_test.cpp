// A vector file with corrupted bytes is checked to its end: each line agrees, disagrees or is
// refused with words; nothing throws.
#include <catch2/catch.hpp>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "model/protocol.hpp"
#include "scenarios/vectors/check.hpp"
#include "scenarios/vectors/generate.hpp"
#include "scenarios/vectors/write_case.hpp"
#include "sim/random.hpp"
#include "tests/support/vector_files.hpp"

namespace {

std::string corrupted(std::string text, std::size_t at, std::uint32_t way,
                      sim::SplitMix64& random) {
  switch (way) {
    case 0: text[at] = static_cast<char>(sim::below(random.next(), 256)); break;
    case 1: text[at] = static_cast<char>('0' + sim::below(random.next(), 10)); break;
    case 2: text[at] = "{}[]\",:-"[sim::below(random.next(), 8)]; break;
    case 3: text.erase(at, 1 + sim::below(random.next(), 8)); break;
    case 4: text.insert(at, 1 + sim::below(random.next(), 20), '9'); break;
    default: text.insert(at, text.substr(sim::below(random.next(), 200), 30)); break;
  }
  return text;
}
constexpr std::uint32_t kWaysOfVectors = 6;

struct Tally {
  std::size_t agree = 0;
  std::size_t disagree = 0;
  std::size_t unreadable = 0;
};

void feed(const std::string& text, Tally& tally) {
  const vector_files::Checked checked = vector_files::check(text);
  const scenarios::vectors::Counts& counts = checked.counts;
  REQUIRE(counts.cases == counts.agree + counts.disagree + counts.unreadable);
  REQUIRE(counts.problems == checked.problems.size());
  REQUIRE(counts.disagree == checked.disagreements.size());
  REQUIRE((counts.unreadable == 0 || counts.problems > 0));
  for (const std::vector<std::string>* list : {&checked.problems, &checked.disagreements}) {
    for (const std::string& line : *list) {
      REQUIRE(line.starts_with("f"));
      REQUIRE(line.find('\n') == std::string::npos);
    }
  }
  tally.agree += counts.agree;
  tally.disagree += counts.disagree;
  tally.unreadable += counts.unreadable;
}

}  // namespace

TEST_CASE("a vector case with any byte corrupted agrees or disagrees or is refused") {
  Tally tally;
  for (const char* const name : {"gate-r1.jsonl", "gate-r5.jsonl"}) {
    const std::vector<std::string> lines = vector_files::lines_of(vector_files::load_vectors(name));
    sim::SplitMix64 random{1};
    for (std::size_t i = 0; i < lines.size(); i += 50) {
      for (std::size_t at = 0; at < lines[i].size(); at += 3) {
        const auto way = static_cast<std::uint32_t>(at / 3 % kWaysOfVectors);
        feed(corrupted(lines[i], at, way, random), tally);
      }
    }
  }
  CHECK(tally.agree > 100);
  CHECK(tally.disagree > 100);
  CHECK(tally.unreadable > 100);
}

TEST_CASE("a vector file with one corrupted byte is still checked to its end") {
  std::string text;
  for (std::uint32_t k = 1; k <= 20; ++k) {
    text += scenarios::vectors::write_case(
                scenarios::vectors::generate_case(*model::find_protocol("flip504-r2"), 1, k)) +
            "\n";
  }
  sim::SplitMix64 random{2};
  for (int i = 0; i < 300; ++i) {
    const std::uint32_t at = sim::below(random.next(), static_cast<std::uint32_t>(text.size()));
    Tally tally;
    feed(corrupted(text, at, static_cast<std::uint32_t>(i) % kWaysOfVectors, random), tally);
    REQUIRE(tally.agree >= 17);
  }
}
