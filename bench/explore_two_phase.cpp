// Every state of two-phase commit (tests/support/two_phase_commit.hpp), by sim::Explorer.
//
// Usage: explore_two_phase [resource managers] [workers]. Prints one line of
// name=value pairs, which bench/spin.sh reads. Wall time: with two workers CPU time says nothing.
// Exits with 1 if the number of states is not the known one.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "sim/explorer.hpp"
#include "tests/support/two_phase_commit.hpp"

namespace {

using Clock = std::chrono::steady_clock;
using support::TwoPhaseCommit;
using support::TwoPhaseWorker;

constexpr std::array<std::uint64_t, 10> kStates{0,    6,     40,     288,     1568,
                                                8832, 50816, 296448, 1745408, 10340352};

}  // namespace

int main(int argc, char** argv) {
  const auto rms = static_cast<std::uint32_t>(argc > 1 ? std::atoi(argv[1]) : 7);
  const auto workers = static_cast<unsigned>(argc > 2 ? std::atoi(argv[2]) : 1);
  const TwoPhaseCommit protocol{rms};
  sim::ExploreOptions options;
  options.workers = workers;
  const Clock::time_point start = Clock::now();
  sim::Explorer<TwoPhaseWorker> search{[&] { return TwoPhaseWorker{protocol}; }, options};
  while (search.step()) {
  }
  const sim::ExploreResult result = search.result();
  const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
  const auto states = static_cast<double>(result.census.states);
  std::printf(
      "states=%llu transitions=%llu depth=%llu seconds=%.4f states_per_s=%.0f "
      "bytes_per_state=%.1f frontier_bytes=%llu\n",
      static_cast<unsigned long long>(result.census.states),
      static_cast<unsigned long long>(result.census.transitions),
      static_cast<unsigned long long>(result.census.depth), seconds, states / seconds,
      static_cast<double>(result.visited_bytes) / states,
      static_cast<unsigned long long>(result.frontier_bytes_max));
  const bool right = rms < kStates.size() && result.is_complete() &&
                     result.census.states == kStates[rms] && result.census.signals[0].states == 0;
  return right ? 0 : 1;
}
