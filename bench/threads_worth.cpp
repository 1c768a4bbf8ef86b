// What a second thread is worth on this machine at this moment: two loops that share nothing
// against one.
//
// Usage: threads_worth [milliseconds of one loop]. Prints one line, together=1.97 or so; close to 1
// means that the second processor is busy with something else.
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <thread>

#include "sim/random.hpp"

namespace {

using Clock = std::chrono::steady_clock;

// Keeps the loops from being left out.
void spin(std::uint64_t rounds, volatile std::uint64_t& out) {
  std::uint64_t value = rounds;
  for (std::uint64_t i = 0; i < rounds; ++i) {
    value = sim::mix64(value);
  }
  out = value;
}

double seconds(std::uint64_t rounds, bool both) {
  volatile std::uint64_t out = 0;
  volatile std::uint64_t other = 0;
  const Clock::time_point start = Clock::now();
  if (both) {
    std::thread second{[&] { spin(rounds, other); }};
    spin(rounds, out);
    second.join();
  } else {
    spin(rounds, out);
  }
  return std::chrono::duration<double>(Clock::now() - start).count();
}

}  // namespace

int main(int argc, char** argv) {
  const double wanted = (argc > 1 ? std::atof(argv[1]) : 300) / 1000;
  std::uint64_t rounds = 1'000'000;
  rounds =
      static_cast<std::uint64_t>(static_cast<double>(rounds) * wanted / seconds(rounds, false));
  const double before = seconds(rounds, false);
  const double both = seconds(rounds, true);
  const double after = seconds(rounds, false);
  std::printf("together=%.2f\n", (before + after) / both);
  return 0;
}
