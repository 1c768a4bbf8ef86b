#include <catch2/catch.hpp>

#include <cstdint>
#include <limits>
#include <set>
#include <vector>

#include "sim/trace.hpp"

namespace {

using sim::Due;
using sim::Note;

constexpr Note kNote{Due{1}, 2, 3, 4, 5, 6};

std::uint64_t fingerprint_of(const std::vector<Note>& notes) {
  sim::Trace trace;
  for (const Note& note : notes) {
    trace.add(note);
  }
  return trace.fingerprint();
}

}  // namespace

TEST_CASE("fingerprints have fixed values") {
  CHECK(fingerprint_of({}) == 0);
  CHECK(fingerprint_of({kNote}) == 0xC2FF6913D8C0C80CU);
}

TEST_CASE("any field of a note that changes changes the fingerprint") {
  constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();
  const std::vector<Note> others{{Due{2}, 2, 3, 4, 5, 6},  {Due{1}, 3, 3, 4, 5, 6},
                                 {Due{1}, 2, 2, 4, 5, 6},  {Due{1}, 2, 3, 5, 5, 6},
                                 {Due{1}, 2, 3, 4, 6, 6},  {Due{1}, 2, 3, 4, 5, 7},
                                 {Due{1}, 2, 3, 4, 6, 5},  {Due{1}, 2, 3, 4, kLeast, 6},
                                 {Due{1}, 2, 3, 4, -5, 6}, {Due{1}, 2, 3, 4, 5, kLeast}};
  std::set<std::uint64_t> fingerprints{fingerprint_of({kNote})};
  for (const Note& other : others) {
    fingerprints.insert(fingerprint_of({other}));
  }
  CHECK(fingerprints.size() == others.size() + 1);
}

TEST_CASE("the order and the number of notes change the fingerprint") {
  constexpr Note kOther{Due{1}, 9, 0, 4, 0, 0};
  constexpr Note kZero{};
  const std::set<std::uint64_t> fingerprints{fingerprint_of({kNote, kOther}),
                                             fingerprint_of({kOther, kNote}),
                                             fingerprint_of({kNote}),
                                             fingerprint_of({kNote, kNote}),
                                             fingerprint_of({kZero}),
                                             fingerprint_of({kZero, kZero}),
                                             fingerprint_of({})};
  CHECK(fingerprints.size() == 7);
}

TEST_CASE("an early note still counts after many others") {
  std::vector<Note> notes(1000, kNote);
  const std::uint64_t before = fingerprint_of(notes);
  notes[0].b = 7;
  CHECK(fingerprint_of(notes) != before);
}

TEST_CASE("keeping notes changes no fingerprint") {
  sim::Trace keeps;
  keeps.keep();
  keeps.add(kNote);
  CHECK(keeps.fingerprint() == fingerprint_of({kNote}));
  REQUIRE(keeps.notes().size() == 1);
  CHECK(keeps.notes()[0].actor == 4);
  sim::Trace forgets;
  forgets.add(kNote);
  CHECK(forgets.notes().empty());
}
