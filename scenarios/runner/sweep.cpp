#include "scenarios/runner/sweep.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <thread>
#include <vector>

#include "scenarios/runner/run.hpp"
#include "sim/check.hpp"

namespace scenarios {

namespace {

// Small enough that no worker waits long for the last one, large enough that handing them out costs
// nothing.
constexpr std::uint64_t kChunk = 32;

// The runs of a chunk, or what stopped them.
struct Chunk {
  Tally tally;
  std::exception_ptr error;
};

Chunk run_chunk(const Runner& runner, SeedRange seeds) {
  Chunk chunk;
  try {
    for (std::uint64_t i = 0; i < seeds.count; ++i) {
      const std::uint64_t seed = seeds.first + i;
      chunk.tally.add(runner.judged(runner.simulate(seed, Recording::kOff), seed));
    }
  } catch (...) {
    chunk.error = std::current_exception();
  }
  return chunk;
}

}  // namespace

void Tally::add(const Outcome& outcome) {
  ++runs;
  events += outcome.events;
  reached += outcome.not_reached.empty() ? 1U : 0U;
  as_expected += outcome.exit_code == 0 ? 1U : 0U;
  for (std::size_t i = 0; i < model::kPropertyCount; ++i) {
    const PropertyOutcome& judged = outcome.properties[i];
    PropertyTally& property = properties[i];
    ++property.runs[static_cast<std::size_t>(judged.verdict)];
    if (judged.verdict == sim::Verdict::kRefuted && !property.first) {
      property.first = PropertyTally::Refutation{outcome.seed, judged.count};
    }
  }
}

void Tally::append(const Tally& later) {
  runs += later.runs;
  events += later.events;
  reached += later.reached;
  as_expected += later.as_expected;
  for (std::size_t i = 0; i < properties.size(); ++i) {
    PropertyTally& mine = properties[i];
    const PropertyTally& theirs = later.properties[i];
    for (std::size_t verdict = 0; verdict < mine.runs.size(); ++verdict) {
      mine.runs[verdict] += theirs.runs[verdict];
    }
    mine.first = mine.first ? mine.first : theirs.first;
  }
}

Tally sweep(const Scenario& scenario, SeedRange seeds, unsigned jobs) {
  SIM_CHECK(jobs >= 1, "a sweep needs a worker");
  const Runner runner{scenario, ReferenceRuns::kIfJudged};
  std::vector<Chunk> chunks((seeds.count + kChunk - 1) / kChunk);
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t i = next++; i < chunks.size(); i = next++) {
      const std::uint64_t before = i * kChunk;
      chunks[i] = run_chunk(
          runner, SeedRange{seeds.first + before, std::min(kChunk, seeds.count - before)});
    }
  };
  {
    std::vector<std::jthread> helpers;
    for (std::size_t i = 1; i < std::min<std::size_t>(jobs, chunks.size()); ++i) {
      helpers.emplace_back(work);
    }
    work();
  }
  Tally tally;
  for (const Chunk& chunk : chunks) {
    if (chunk.error) {
      std::rethrow_exception(chunk.error);
    }
    tally.append(chunk.tally);
  }
  return tally;
}

}  // namespace scenarios
