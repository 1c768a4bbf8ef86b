#include "sim/crew.hpp"

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "sim/check.hpp"

namespace sim {

// NOLINTNEXTLINE(clang-analyzer-optin.performance.Padding): what every job touches lies apart
struct Crew::Shared {
  // One piece of shared work.
  alignas(64) std::atomic<std::size_t> next{0};
  alignas(64) std::atomic<std::uint64_t> round{0};  // pieces of work so far
  std::atomic<unsigned> busy{0};                    // helpers that have not finished this round
  std::atomic<bool> ends{false};
  std::size_t jobs = 0;
  const Job* job = nullptr;

  std::mutex mutex;
  std::condition_variable begins;
  std::condition_variable finished;
  std::exception_ptr thrown;
  std::size_t thrown_by = 0;
  std::vector<std::thread> helpers;

  void work(unsigned thread) {
    for (std::size_t at = next++; at < jobs; at = next++) {
      try {
        (*job)(thread, at);
      } catch (...) {
        const std::lock_guard lock{mutex};
        if (!thrown || at < thrown_by) {
          thrown = std::current_exception();
          thrown_by = at;
        }
        next = jobs;  // smaller ones have all been begun
      }
    }
  }

  // A round often follows within microseconds, so it is looked for a while before sleeping.
  template <class Ready>
  void wait(std::condition_variable& signal, Ready ready) {
    constexpr int kLooks = 4000;
    for (int look = 0; look < kLooks; ++look) {
      if (ready()) {
        return;
      }
#if defined(__x86_64__)
      __builtin_ia32_pause();
#endif
    }
    std::unique_lock lock{mutex};
    signal.wait(lock, ready);
  }

  void help(unsigned thread) {
    for (std::uint64_t seen = 0;;) {
      wait(begins, [&] { return round != seen; });
      ++seen;
      if (ends) {
        return;
      }
      work(thread);
      if (--busy == 0) {
        const std::lock_guard lock{mutex};
        finished.notify_one();
      }
    }
  }

  void begin_round() {
    {
      const std::lock_guard lock{mutex};
      ++round;
    }
    begins.notify_all();
  }
};

Crew::Crew(unsigned threads) : threads_(threads), shared_(std::make_unique<Shared>()) {
  SIM_CHECK(threads >= 1, "a crew of nobody");
  for (unsigned thread = 1; thread < threads; ++thread) {
    shared_->helpers.emplace_back([shared = shared_.get(), thread] { shared->help(thread); });
  }
}

Crew::~Crew() {
  shared_->ends = true;
  shared_->begin_round();
  for (std::thread& helper : shared_->helpers) {
    helper.join();
  }
}

void Crew::run(std::size_t jobs, const Job& job) {
  Shared& shared = *shared_;
  shared.job = &job;
  shared.jobs = jobs;
  shared.next = 0;
  if (threads_ > 1) {
    shared.busy = threads_ - 1;
    shared.begin_round();
  }
  shared.work(0);
  if (threads_ > 1) {
    shared.wait(shared.finished, [&] { return shared.busy == 0; });
  }
  if (shared.thrown) {
    std::rethrow_exception(std::exchange(shared.thrown, nullptr));
  }
}

}  // namespace sim
