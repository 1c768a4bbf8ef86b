// A search as a file: resumed it is as if it had never stopped; damaged it is refused.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdint>
#include <sstream>
#include <string>
#include <vector>

#include "sim/explorer.hpp"
#include "sim/framed.hpp"
#include "tests/support/two_phase_commit.hpp"

namespace {

using support::TmCommits;
using support::TwoPhaseCommit;
using support::TwoPhaseWorker;
using Search = sim::Explorer<TwoPhaseWorker>;

constexpr sim::Hash128 kDigest{1, 2};

sim::ExploreOptions small_steps(unsigned workers = 1) {
  sim::ExploreOptions options;
  options.workers = workers;
  options.record_edges = true;
  options.step_weight = 4000;
  options.share_weight = 1000;
  return options;
}

Search search_of(std::uint32_t rms, const sim::ExploreOptions& options) {
  return Search{[=] {
                  return TwoPhaseWorker{TwoPhaseCommit{rms, TmCommits::kWhenOnePrepared}};
                },
                options};
}

std::string file_of(const Search& search) {
  std::ostringstream out;
  search.save(out, kDigest);
  CHECK(out.good());
  return out.str();
}

std::string resume_from(Search& search, const std::string& file,
                        const sim::Hash128& digest = kDigest) {
  std::istringstream in{file};
  return search.resume(in, digest);
}

}  // namespace

TEST_CASE("resumed after one step or another a search ends as if it had never stopped") {
  Search whole = search_of(4, small_steps());
  std::vector<std::string> files;
  do {
    files.push_back(file_of(whole));
  } while (whole.step());
  REQUIRE(files.size() > 20);
  for (std::size_t i = 0; i < files.size(); i += 3) {
    Search search = search_of(4, small_steps(1 + static_cast<unsigned>(i % 3)));
    REQUIRE(resume_from(search, files[i]).empty());
    CHECK((file_of(search) == files[i]));
    while (search.step()) {
    }
    CHECK(search.result().is_complete());
    CHECK(search.result().census == whole.result().census);
    // The file holds all there is: states, links, edges, counts.
    CHECK(search.edges().edges() == whole.edges().edges());
    for (std::uint32_t state = 0; state < whole.visited().size(); ++state) {
      CHECK(search.visited().node(state).hash == whole.visited().node(state).hash);
      CHECK(search.visited().node(state).parent == whole.visited().node(state).parent);
      CHECK(search.visited().node(state).branch == whole.visited().node(state).branch);
      CHECK(search.edges().end_of(state) == whole.edges().end_of(state));
    }
    const std::uint32_t violation = search.result().census.signals[0].first;
    CHECK((search.path_to(violation) == whole.path_to(violation)));
  }
}

TEST_CASE("a search that ended for lack of memory goes on with more") {
  sim::ExploreOptions options = small_steps();
  options.memory_max = 300'000;
  Search small = search_of(5, options);
  while (small.step()) {
  }
  REQUIRE(small.result().because == sim::Incomplete::kMemory);
  Search large = search_of(5, small_steps());
  REQUIRE(resume_from(large, file_of(small)).empty());
  while (large.step()) {
  }
  Search whole = search_of(5, small_steps());
  while (whole.step()) {
  }
  CHECK(large.result().is_complete());
  CHECK(large.result().census == whole.result().census);
}

TEST_CASE("a saved search is refused with any byte changed or missing") {
  Search search = search_of(2, small_steps());
  for (int i = 0; i < 3; ++i) {
    search.step();
  }
  const std::string file = file_of(search);
  const sim::Census before = search.result().census;
  for (std::size_t i = 0; i < file.size(); ++i) {
    std::string damaged = file;
    damaged[i] = static_cast<char>(damaged[i] ^ (1 << (i % 8)));
    CHECK_FALSE(resume_from(search, damaged).empty());
    CHECK_FALSE(resume_from(search, file.substr(0, i)).empty());
  }
  CHECK_FALSE(resume_from(search, file + '\0').empty());
  CHECK(search.result().census == before);  // and nothing has changed
  CHECK(resume_from(search, file).empty());
}

TEST_CASE("a saved search of something else is refused") {
  Search search = search_of(3, small_steps());
  search.step();
  const std::string file = file_of(search);
  CHECK(resume_from(search, file, sim::Hash128{1, 3}) == "a search of something else");
  sim::ExploreOptions options = small_steps();
  options.record_edges = false;
  Search without = search_of(3, options);
  CHECK(resume_from(without, file) == "a search with other options");
  options = small_steps();
  options.choices_a_step_max = 5;
  Search shorter = search_of(3, options);
  CHECK(resume_from(shorter, file) == "a search with other options");
  CHECK(resume_from(search, "") == "not a file of this kind and version");
  std::string version = file;
  ++version[7];
  CHECK(resume_from(search, version) == "not a file of this kind and version");
}

TEST_CASE("framed bytes of any length come back and damaged frames do not") {
  constexpr sim::FileMark kMark{'t', 'e', 's', 't'};
  for (const std::size_t length : {0U, 1U, 65'535U, 65'536U, 65'537U, 200'000U}) {
    std::vector<std::byte> bytes(length);
    for (std::size_t i = 0; i < length; ++i) {
      bytes[i] = static_cast<std::byte>(i * i / 7);
    }
    std::stringstream file;
    sim::FrameWriter out{file, kMark};
    out.put(bytes);
    out.put(std::uint32_t{42});
    out.finish();

    sim::FrameReader in{file, kMark};
    std::vector<std::byte> read(length);
    std::uint32_t last = 0;
    CHECK(in.get(read));
    CHECK(in.get(last));
    CHECK(in.finish());
    CHECK((read == bytes));
    CHECK(last == 42);

    // A frame for another: swapped, each is whole, and the file is not.
    if (length == 200'000) {
      std::string text = file.str();
      constexpr std::size_t kFrame = 4 + 65'536 + 16;
      std::swap_ranges(text.begin() + 8, text.begin() + 8 + kFrame, text.begin() + 8 + kFrame);
      std::istringstream swapped{text};
      sim::FrameReader again{swapped, kMark};
      CHECK_FALSE(again.get(read));
      CHECK(again.problem() == "corrupted");
    }
  }
}

TEST_CASE("a reader that asks for more or for less than there is finds that out") {
  constexpr sim::FileMark kMark{'t', 'e', 's', 't'};
  std::stringstream file;
  sim::FrameWriter out{file, kMark};
  out.put(std::uint64_t{7});
  out.finish();
  const std::string text = file.str();
  std::uint64_t value = 0;
  {
    std::istringstream in{text};
    sim::FrameReader reader{in, kMark};
    CHECK(reader.get(value));
    CHECK_FALSE(reader.get(value));
    CHECK(value == 0);
    CHECK_FALSE(reader.finish());
  }
  std::istringstream in{text};
  sim::FrameReader reader{in, kMark};
  std::uint32_t half = 0;
  CHECK(reader.get(half));
  CHECK_FALSE(reader.finish());
  CHECK(reader.problem() == "longer than it should be");
}
