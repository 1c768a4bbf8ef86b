// How time and memory grow with the records: one scenario with more and more of them at the same
// rate, each run in a process of its own on one core, properties judged, references included.
//
// Usage: scale FILE [RECORDS...]; 10,000, 100,000 and 1,000,000 unless given, dealt evenly to the
// inputs of the file. Time is CPU time of the process, reading the file included; memory its
// largest resident set, less that of a process that does the same with one record an input. Ends
// with 1 if a run does not end as the file expects.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "scenarios/reader/overrides.hpp"
#include "scenarios/reader/scenario.hpp"
#include "scenarios/runner/run.hpp"

namespace {

struct Told {
  std::uint64_t records = 0;
  std::uint64_t events = 0;
  bool met = false;
};

struct Measured {
  Told told;
  double seconds = 0;
  double peak_bytes = 0;
  bool is_valid = false;
};

scenarios::ReadResult read_file(const std::string& path, const scenarios::Overrides& overrides) {
  std::ifstream file{path};
  const std::string text{std::istreambuf_iterator<char>{file}, {}};
  return scenarios::read_scenario(path, text, overrides);
}

// So many records at each input of the file.
scenarios::Overrides with_records(const scenarios::Scenario& scenario, std::uint64_t an_input) {
  scenarios::Overrides overrides;
  for (const model::InputSettings& input : scenario.settings.inputs) {
    overrides.sets.push_back("/input/" + input.name + "/records=" + std::to_string(an_input));
  }
  return overrides;
}

Told run_once(const std::string& path, const scenarios::Overrides& overrides) {
  const scenarios::ReadResult result = read_file(path, overrides);
  if (!result.scenario) {
    std::fprintf(stderr, "%s: not a valid scenario\n", path.c_str());
    return {};
  }
  const scenarios::Outcome outcome = scenarios::run(*result.scenario, scenarios::kDefaultSeed);
  return Told{outcome.records.input, outcome.events, outcome.exit_code == 0};
}

// In a process of its own, whose memory nobody has used before.
Measured measure(const std::string& path, const scenarios::Overrides& overrides) {
  int ends[2];
  if (pipe(ends) != 0) {
    return {};
  }
  const pid_t child = fork();
  if (child == 0) {
    const Told told = run_once(path, overrides);
    const bool written = ::write(ends[1], &told, sizeof told) == sizeof told;
    _exit(written ? 0 : 1);
  }
  close(ends[1]);
  Measured measured;
  measured.is_valid = ::read(ends[0], &measured.told, sizeof(Told)) == sizeof(Told);
  close(ends[0]);
  rusage usage{};
  int status = 0;
  wait4(child, &status, 0, &usage);
  measured.is_valid = measured.is_valid && status == 0;
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + (static_cast<double>(time.tv_usec) / 1e6);
  };
  measured.seconds = seconds(usage.ru_utime) + seconds(usage.ru_stime);
  measured.peak_bytes = static_cast<double>(usage.ru_maxrss) * 1024;
  return measured;
}

void print(const Measured& run, double base_bytes) {
  const auto records = static_cast<double>(run.told.records);
  std::printf("%9llu %10llu %9.2f %10.0f %9.0f %9.1f %13.1f   %s\n",
              static_cast<unsigned long long>(run.told.records),
              static_cast<unsigned long long>(run.told.events), run.seconds,
              run.seconds * 1e9 / records, run.seconds * 1e9 / static_cast<double>(run.told.events),
              run.peak_bytes / (1024 * 1024), (run.peak_bytes - base_bytes) / records,
              run.told.met ? "as expected" : "NOT AS EXPECTED");
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: scale FILE [RECORDS...]\n");
    return 64;
  }
  const std::string path = argv[1];
  std::vector<std::uint64_t> sizes{10'000, 100'000, 1'000'000};
  if (argc > 2) {
    sizes.clear();
  }
  for (int i = 2; i < argc; ++i) {
    sizes.push_back(std::strtoull(argv[i], nullptr, 10));
  }
  const scenarios::ReadResult file = read_file(path, {});
  if (!file.scenario) {
    std::fprintf(stderr, "%s: not a valid scenario\n", path.c_str());
    return 65;
  }
  const std::size_t inputs = file.scenario->settings.inputs.size();
  const double base_bytes = measure(path, with_records(*file.scenario, 1)).peak_bytes;

  std::printf("%s\n  records     events   seconds  ns/record  ns/event  peak MiB  bytes/record\n",
              path.c_str());
  bool ok = true;
  for (const std::uint64_t size : sizes) {
    const Measured run = measure(path, with_records(*file.scenario, size / inputs));
    print(run, base_bytes);
    ok = ok && run.is_valid && run.told.met;
  }
  return ok ? 0 : 1;
}
