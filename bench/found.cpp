// How long `check` takes to find each mutation, and what becomes of what it finds.
//
// For each mutation and each of some seeds: a campaign over one file against the same protocol
// without the mutation, until the first failure; then the counterexample, and its replay. Wall
// time, medians. Mutations of our own rules are those of cutover-1; neutral ones are left out
// (--neutral 1: instead of the others). Exits with 1 if one was not found from every seed, or if a
// counterexample is not minimal or does not replay.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "model/mutations.hpp"
#include "scenarios/check/campaign.hpp"
#include "scenarios/reader/scenario.hpp"
#include "scenarios/shrink/counterexample.hpp"

namespace {

using Clock = std::chrono::steady_clock;

struct Options {
  std::string file;  // empty: everything.json, or operator.json for the Phase 1 controller's
  std::uint64_t seeds = 20;
  unsigned jobs = 2;
  double patience = 30;  // seconds for one seed
  std::string only;
  bool neutral = false;  // those instead of the others
};

double since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

template <class T>
T quantile(std::vector<T> values, double q) {
  if (values.empty()) {
    return T{};
  }
  std::sort(values.begin(), values.end());
  return values[static_cast<std::size_t>(q * static_cast<double>(values.size() - 1))];
}

struct Row {
  std::vector<double> found;  // seconds; patience if not
  std::vector<std::uint64_t> runs;
  std::vector<double> shrunk;
  std::vector<std::size_t> lines;
  std::string property;
  int misses = 0;
  int flawed = 0;  // not minimal, or not replayed
};

std::string file_for(const Options& options, const std::string& mutation) {
  if (!options.file.empty()) {
    return options.file;
  }
  return mutation.starts_with("op:") ? "scenarios/random/operator.json"
                                     : "scenarios/random/everything.json";
}

scenarios::ReadResult read(const Options& options, const std::string& mutation) {
  const std::string name = file_for(options, mutation);
  std::ifstream file{name};
  const std::string text{std::istreambuf_iterator<char>{file}, {}};
  scenarios::Overrides overrides;
  overrides.mutations = {mutation};
  if (mutation.starts_with("cutover:")) {
    overrides.protocol = "cutover-1";
  }
  return scenarios::read_scenario(name, text, overrides);
}

void one_seed(const scenarios::Subject& subject, std::uint64_t seed, const Options& options,
              Row& row) {
  scenarios::Campaign campaign{
      subject, scenarios::CampaignOptions{seed * 1'000'003, 1'000'000'000, options.jobs, false}};
  const Clock::time_point start = Clock::now();
  while (campaign.state().sightings.empty() && since(start) < options.patience) {
    campaign.round();
  }
  if (campaign.state().sightings.empty()) {
    ++row.misses;
    row.found.push_back(options.patience);
    return;
  }
  row.found.push_back(since(start));
  const std::vector<scenarios::Sighting>& all = campaign.state().sightings;
  row.runs.push_back(all.front().first_run + 1);
  const scenarios::Sighting& sighting = *std::min_element(
      all.begin(), all.end(), [](const auto& a, const auto& b) { return a.events < b.events; });
  row.property = model::name_of(sighting.property);
  const Clock::time_point shrinking = Clock::now();
  const scenarios::Trials trials{subject};
  const auto example = scenarios::make_counterexample(
      trials.record(sighting.recipe),
      scenarios::Charge{sighting.property, subject.against, sighting.features,
                        subject.file->assumptions});
  row.shrunk.push_back(since(shrinking));
  if (!example) {
    ++row.flawed;
    std::printf("  seed %llu: no counterexample\n", static_cast<unsigned long long>(seed));
    return;
  }
  row.lines.push_back(example->story.lines.size());
  const scenarios::Replay replay = scenarios::replay(example->scenario);
  if (!example->is_minimal || !replay.is_identical) {
    ++row.flawed;
    std::printf("  seed %llu: %s\n", static_cast<unsigned long long>(seed),
                example->is_minimal ? "does not replay" : "not minimal");
  }
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string name = argv[i];
    const std::string value = argv[i + 1];
    if (name == "--file") {
      options.file = value;
    } else if (name == "--seeds") {
      options.seeds = std::stoull(value);
    } else if (name == "--jobs") {
      options.jobs = static_cast<unsigned>(std::stoul(value));
    } else if (name == "--patience") {
      options.patience = std::stod(value);
    } else if (name == "--only") {
      options.only = value;
    } else if (name == "--neutral") {
      options.neutral = value != "0";
    }
  }
  std::printf("%s, %llu seeds, %u jobs\n%-18s %6s %8s %8s %9s %8s %8s %6s  %s\n",
              options.file.empty() ? "random files" : options.file.c_str(),
              static_cast<unsigned long long>(options.seeds), options.jobs, "mutation", "found",
              "median s", "max s", "med runs", "shrink s", "95% s", "lines", "first");
  std::vector<double> shrunk;
  std::vector<std::size_t> lines;
  int flawed = 0;
  int missed = 0;
  for (const model::Mutation& mutation : model::mutations()) {
    if (options.only.empty() ? mutation.neutral.empty() == options.neutral
                             : options.only != mutation.id) {
      continue;
    }
    const scenarios::ReadResult result = read(options, std::string{mutation.id});
    if (!result.scenario) {
      std::printf("%-18s refused: %s\n", std::string{mutation.id}.c_str(),
                  result.problems.empty() ? "" : to_string(result.problems[0]).c_str());
      continue;
    }
    scenarios::Subject subject;
    subject.file = &*result.scenario;
    subject.against = result.scenario->settings.deployment.protocol;
    Row row;
    for (std::uint64_t seed = 1; seed <= options.seeds; ++seed) {
      one_seed(subject, seed, options, row);
    }
    std::printf("%-18s %3zu/%-3llu %7.2f %8.2f %9llu %8.2f %8.2f %6zu  %s\n",
                std::string{mutation.id}.c_str(), row.runs.size(),
                static_cast<unsigned long long>(options.seeds), quantile(row.found, 0.5),
                quantile(row.found, 1.0), static_cast<unsigned long long>(quantile(row.runs, 0.5)),
                quantile(row.shrunk, 0.5), quantile(row.shrunk, 0.95), quantile(row.lines, 0.5),
                row.property.c_str());
    std::fflush(stdout);
    shrunk.insert(shrunk.end(), row.shrunk.begin(), row.shrunk.end());
    lines.insert(lines.end(), row.lines.begin(), row.lines.end());
    flawed += row.flawed;
    missed += row.misses;
  }
  std::printf(
      "%zu counterexamples: shrunk in %.2f s (median), %.2f s (95%%); %zu lines (median); "
      "%d not minimal or not replayed, %d not found\n",
      shrunk.size(), quantile(shrunk, 0.5), quantile(shrunk, 0.95), quantile(lines, 0.5), flawed,
      missed);
  return flawed + missed == 0 ? 0 : 1;
}
