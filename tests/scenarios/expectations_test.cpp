// What the files of scenarios/ say of other protocols than their own: each ends as it says under
// every one that its `expect` names. Of their own there is a test a file, called as the file is.
#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <string>
#include <string_view>

#include "scenarios/claims/catalogue.hpp"
#include "scenarios/runner/run.hpp"

namespace {

// Those whose expectation is about one run.
bool is_of_one_run(std::string_view path) {
  constexpr std::array<std::string_view, 3> kOthers{"/random/", "/small/", "/medium/"};
  return std::none_of(kOthers.begin(), kOthers.end(), [&](std::string_view folder) {
    return path.find(folder) != std::string_view::npos;
  });
}

TEST_CASE("every scenario ends as it says under every protocol that it names") {
  const scenarios::Catalogue catalogue =
      scenarios::read_catalogue(std::string{HARNESS_ROOT} + "/scenarios");
  CHECK(catalogue.problems.empty());
  int runs = 0;
  for (const scenarios::ScenarioFile& file : catalogue.files) {
    for (std::size_t i = 1; i < file.variants.size() && is_of_one_run(file.path); ++i) {
      const auto& [protocol, scenario] = file.variants[i];
      const std::uint64_t seed = scenario.seed.value_or(scenarios::kDefaultSeed);
      const scenarios::Runner runner{scenario, scenarios::ReferenceRuns::kIfJudged};
      const scenarios::Outcome outcome =
          runner.judged(runner.simulate(seed, scenarios::Recording::kOff), seed);
      for (const std::string& difference : outcome.differences) {
        UNSCOPED_INFO(difference);
      }
      INFO(file.arguments(protocol));
      CHECK(outcome.exit_code == 0);
      ++runs;
    }
  }
  CHECK(runs > 150);
}

}  // namespace
