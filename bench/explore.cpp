// Every run of a scenario, over its grid, with one worker and with two.
//
// Usage: explore FILE [rounds] [states at most]. Rounds are interleaved, figures are medians. Wall
// time: with two workers CPU time says nothing. So beside it stands what two threads are worth at
// that moment: two busy loops that share nothing, against one. Without liveness no transitions are
// kept. Exits with 1 if counts or fixpoints of any two explorations differ or one ends before its
// time, 65 if the file cannot be explored.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include "model/world.hpp"
#include "scenarios/explore/exhaustive_search.hpp"
#include "scenarios/reader/scenario.hpp"
#include "sim/random.hpp"

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

// Keeps the loops from being left out.
void spin(std::uint64_t rounds, volatile std::uint64_t& out) {
  std::uint64_t value = rounds;
  for (std::uint64_t i = 0; i < rounds; ++i) {
    value = sim::mix64(value);
  }
  out = value;
}

// How often as much two threads that share nothing get done as one.
double two_threads() {
  constexpr std::uint64_t kRounds = 50'000'000;
  volatile std::uint64_t out = 0;
  volatile std::uint64_t other = 0;
  const Clock::time_point first = Clock::now();
  spin(kRounds, out);
  const double alone = seconds_since(first);
  const Clock::time_point second = Clock::now();
  std::thread beside{[&] { spin(kRounds, other); }};
  spin(kRounds, out);
  beside.join();
  return 2 * alone / seconds_since(second);
}

struct Explored {
  sim::ExploreResult result;
  double seconds = 0;
};

Explored explore(const scenarios::Scenario& scenario, scenarios::ExploreSettings settings,
                 unsigned workers, bool liveness) {
  settings.workers = workers;
  settings.liveness = liveness;
  const Clock::time_point start = Clock::now();
  scenarios::ExhaustiveSearch search{scenario, settings};
  while (search.step()) {
  }
  Explored explored;
  explored.seconds = seconds_since(start);
  explored.result = search.so_far();
  return explored;
}

// Of one number of workers.
struct Timed {
  sim::ExploreResult result;
  std::vector<double> seconds;
};

void print(const char* liveness, unsigned workers, const Timed& timed) {
  const auto states = static_cast<double>(timed.result.census.states);
  const auto transitions = static_cast<double>(timed.result.census.transitions);
  const double seconds = median(timed.seconds);
  std::printf("%-9s %7u %10.0f %11.0f %8.3f %10.0f %13.0f %8.1f %6.1f\n", liveness, workers, states,
              transitions, seconds, states / seconds, transitions / seconds,
              static_cast<double>(timed.result.visited_bytes) / states,
              static_cast<double>(timed.result.edge_bytes) / states);
}

bool is_at_its_end(const sim::ExploreResult& result) {
  return result.is_complete() || result.because == sim::Incomplete::kStates;
}

// Whether all explorations saw the same.
bool measure(const scenarios::Scenario& scenario, const scenarios::ExploreSettings& settings,
             int rounds, bool liveness) {
  std::array<Timed, 2> timed;
  std::vector<double> ratios;
  std::vector<double> threads;
  bool same = true;
  const sim::Census first = explore(scenario, settings, 1, liveness).result.census;  // warms up
  for (int round = 0; round < rounds; ++round) {
    threads.push_back(two_threads());
    for (unsigned workers = 1; workers <= 2; ++workers) {
      const Explored explored = explore(scenario, settings, workers, liveness);
      Timed& of = timed[workers - 1];
      of.result = explored.result;
      of.seconds.push_back(explored.seconds);
      same &= explored.result.census == first && is_at_its_end(explored.result);
    }
    ratios.push_back(timed[0].seconds.back() / timed[1].seconds.back());
  }
  const char* const name = liveness ? "with" : "without";
  print(name, 1, timed[0]);
  print(name, 2, timed[1]);
  std::printf("%-9s two workers are worth %.2f, two threads that share nothing %.2f; counts %s\n",
              name, median(ratios), median(threads), same ? "same" : "DIFFER");
  return same;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string path = argc > 1 ? argv[1] : "";
  const int rounds = std::max(1, argc > 2 ? std::atoi(argv[2]) : 5);
  std::ifstream file{path};
  const std::string text{std::istreambuf_iterator<char>{file}, {}};
  const scenarios::ReadResult read = scenarios::read_scenario(path, text);
  if (!read.scenario || !read.scenario->settings.grid) {
    std::fprintf(stderr, "%s: not a scenario with a grid\n", path.c_str());
    return 65;
  }
  scenarios::ExploreSettings settings;
  if (argc > 3) {
    settings.states_max =
        std::min<std::uint64_t>(std::strtoull(argv[3], nullptr, 10), settings.states_max);
  }
  std::printf("%s, %d rounds\n", path.c_str(), rounds);
  std::printf(
      "liveness  workers     states transitions  seconds   states/s transitions/s  visited  "
      "edges\n");
  try {
    const bool without = measure(*read.scenario, settings, rounds, false);
    const bool with = measure(*read.scenario, settings, rounds, true);
    return without && with ? 0 : 1;
  } catch (const model::WorldTooLarge& error) {
    std::fprintf(stderr, "%s: %s\n", path.c_str(), error.what());
    return 1;
  }
}
