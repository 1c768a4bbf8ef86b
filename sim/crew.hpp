// Some threads that share jobs: job 0, 1, 2, ... goes to whoever is free.
//
// The caller is one of them. Which thread carries out a job is not determined, so a job may only
// depend on its number. Errors: what a job throws is thrown again by `run`, that of the smallest
// number if there are several; jobs not begun by then are left out.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>

namespace sim {

class Crew {
 public:
  using Job = std::function<void(unsigned thread, std::size_t job)>;

  // REQUIRES: threads >= 1.
  explicit Crew(unsigned threads);
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;
  Crew(Crew&&) = delete;
  Crew& operator=(Crew&&) = delete;
  ~Crew();

  [[nodiscard]] unsigned threads() const { return threads_; }
  // `job(thread, number)` for each number below `jobs`; thread 0 is the caller.
  void run(std::size_t jobs, const Job& job);

 private:
  struct Shared;

  unsigned threads_;
  std::unique_ptr<Shared> shared_;
};

}  // namespace sim
