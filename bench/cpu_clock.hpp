// CPU time of this process: a neighbour that takes the processor away for a while does not count.
//
// A reading costs a system call (some 200 ns), so spans of many microseconds are timed with it.
#pragma once

#include <chrono>
#include <ctime>

namespace bench {

struct CpuClock {
  using duration = std::chrono::nanoseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<CpuClock>;
  static constexpr bool is_steady = true;

  static time_point now() {
    timespec spent{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &spent);
    return time_point{std::chrono::seconds{spent.tv_sec} + std::chrono::nanoseconds{spent.tv_nsec}};
  }
};

inline double nanoseconds_between(CpuClock::time_point from, CpuClock::time_point to) {
  return static_cast<double>((to - from).count());
}

}  // namespace bench
