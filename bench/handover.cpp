// How fast whole scenarios run: one core, properties judged, references included. Usage: handover
// [ROUNDS] FILE...
//
// Events of the reference run count as work done but not as events, so the figure is the one a user
// sees: events of the result over the time of the whole call, from a scenario in memory to its
// outcome.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "bench/cpu_clock.hpp"
#include "scenarios/reader/scenario.hpp"
#include "scenarios/runner/run.hpp"

namespace {

struct Round {
  double ms = 0;
  double mevents = 0;
};

bool measure(const std::string& path, int rounds) {
  std::ifstream file{path};
  const std::string text{std::istreambuf_iterator<char>{file}, {}};
  const scenarios::ReadResult read = scenarios::read_scenario(path, text);
  if (!read.scenario) {
    std::fprintf(stderr, "%s: not a valid scenario\n", path.c_str());
    return false;
  }
  std::vector<Round> results;
  std::uint64_t events = 0;
  for (int round = 0; round < rounds; ++round) {
    const bench::CpuClock::time_point began = bench::CpuClock::now();
    const scenarios::Outcome outcome = scenarios::run(*read.scenario, scenarios::kDefaultSeed);
    const double seconds = bench::nanoseconds_between(began, bench::CpuClock::now()) / 1e9;
    events = outcome.events;
    results.push_back(Round{seconds * 1e3, static_cast<double>(events) / seconds / 1e6});
  }
  std::sort(results.begin(), results.end(),
            [](const Round& a, const Round& b) { return a.ms < b.ms; });
  const Round& median = results[results.size() / 2];
  std::printf(
      "%-44s %8llu events  median %8.3f ms  %6.2f M events/s  (best %.3f ms, worst %.3f ms)\n",
      path.c_str(), static_cast<unsigned long long>(events), median.ms, median.mevents,
      results.front().ms, results.back().ms);
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  int rounds = 21;
  int first = 1;
  if (argc > 1 && std::atoi(argv[1]) > 0) {
    rounds = std::atoi(argv[1]);
    first = 2;
  }
  bool ok = true;
  for (int i = first; i < argc; ++i) {
    ok &= measure(argv[i], rounds);
  }
  return ok ? 0 : 1;
}
