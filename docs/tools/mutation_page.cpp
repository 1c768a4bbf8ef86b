#include "docs/tools/mutation_page.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <optional>

#include "model/mutations.hpp"
#include "scenarios/reader/scenario.hpp"
#include "scenarios/runner/run.hpp"
#include "scenarios/runner/sweep.hpp"

namespace docs {

namespace {

namespace fs = std::filesystem;
using scenarios::Scenario;

constexpr std::uint64_t kSeeds = 20;  // of each scenario, for a mutation that seems to be neutral

std::string read_text(const fs::path& file) {
  std::ifstream stream{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{stream}, {}};
}

std::optional<Scenario> read(const fs::path& root, const fs::path& file,
                             std::vector<std::string>& problems) {
  const std::string text = read_text(file);
  const std::string name = file.lexically_relative(root).generic_string();
  scenarios::ReadResult result = scenarios::read_scenario(name, text, {});
  for (const scenarios::Problem& problem : result.problems) {
    problems.push_back(scenarios::to_string(problem));
  }
  if (result.scenario) {
    result.scenario->name = name;
  }
  return result.scenario;
}

std::vector<Scenario> read_all(const fs::path& root, std::vector<std::string>& problems) {
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator{root / "scenarios"}) {
    const fs::path& path = entry.path();
    const fs::path folder = path.parent_path().filename();
    // Files of random/ are about what is drawn from them, not about their one run; those of
    // small/known_bugs/ about all of their runs; those of scale/ about what a run takes.
    const bool is_small = path.parent_path().parent_path().filename() == "small";
    if (path.extension() == ".json" && folder != "invalid" && folder != "random" &&
        folder != "scale" && !is_small) {
      files.push_back(path);
    }
  }
  std::sort(files.begin(), files.end());
  std::vector<Scenario> all;
  for (const fs::path& file : files) {
    if (std::optional<Scenario> scenario = read(root, file, problems)) {
      all.push_back(std::move(*scenario));
    }
  }
  return all;
}

Scenario with(Scenario scenario, std::vector<std::string> mutations) {
  scenario.settings.deployment.mutations = std::move(mutations);
  return scenario;
}

scenarios::Tally tally(const Scenario& scenario, std::uint64_t seeds) {
  const std::uint64_t first = scenario.seed.value_or(scenarios::kDefaultSeed);
  return scenarios::sweep(scenario, scenarios::SeedRange{first, seeds}, 2);
}

// Whether the scenario is not even valid without its mutations: a rule of validation keeps it away.
bool is_refused_plain(const fs::path& root, const Scenario& scenario) {
  scenarios::Overrides plain;
  plain.sets = {"/mutations=[]"};
  return !scenarios::read_scenario(scenario.name, read_text(root / scenario.name), plain).scenario;
}

class Writer {
 public:
  explicit Writer(const fs::path& root) : root_(root), all_(read_all(root, result_.problems)) {}

  MutationPage write() {
    std::string neutral;
    for (const model::Mutation& mutation : model::mutations()) {
      const std::string rows = refutations(mutation);
      if (rows.empty()) {
        neutral += neutral_row(mutation);
      } else {
        refuted_ += rows;
        ++result_.refuted;
        if (!mutation.neutral.empty()) {
          result_.problems.push_back(std::string{mutation.id} +
                                     ": refuted, and said to be neutral");
        }
      }
    }
    result_.page =
        "# Mutations\n\n"
        "Written by `write_mutations`. Each is one difference between two revisions, or a "
        "historical "
        "defect, switched on alone\n(`\"mutations\"`, `--mutation`). The seed is the scenario's, "
        "or "
        "1.\n\n## Refuted\n\n"
        "| mutation | what the code then does | refutes | in | without it "
        "|\n|---|---|---|---|---|\n" +
        refuted_ +
        "\n## Neutral\n\n"
        "What a scenario of flip504-r5 expects to hold, and what holds in all of " +
        std::to_string(kSeeds) +
        " seeds of it, holds in all of them with the mutation too.\n\n"
        "| mutation | what the code then does | evidence | why |\n|---|---|---|---|\n" +
        neutral;
    return std::move(result_);
  }

 private:
  std::string refutations(const model::Mutation& mutation) {
    std::string rows;
    for (const Scenario& scenario : all_) {
      if (scenario.settings.deployment.mutations != std::vector{std::string{mutation.id}}) {
        continue;
      }
      const scenarios::Tally mutated = tally(scenario, 1);
      const scenarios::Tally plain = tally(with(scenario, {}), 1);
      const scenarios::Expectation expected = scenario.expected();
      const bool is_refused = is_refused_plain(root_, scenario);
      for (std::size_t i = 0; i < model::kPropertyCount; ++i) {
        if (expected.verdicts[i] != sim::Verdict::kRefuted) {
          continue;
        }
        const bool shows = mutated.properties[i].with(sim::Verdict::kRefuted) == 1 &&
                           (is_refused || plain.properties[i].with(sim::Verdict::kHolds) == 1);
        const std::string property{model::kPropertyNames[i]};
        if (!shows) {
          result_.problems.push_back(scenario.name + ": does not show that " + property +
                                     " is refuted with " + std::string{mutation.id} +
                                     " and holds without it");
          continue;
        }
        rows += "| " + std::string{mutation.id} + " | " + std::string{mutation.title} + " | `" +
                property + "` (" + std::to_string(mutated.properties[i].first->count) + ") | " +
                scenario.name + (is_refused ? " | the file is refused |\n" : " | holds |\n");
      }
    }
    return rows;
  }

  std::string neutral_row(const model::Mutation& mutation) {
    std::uint64_t runs = 0;
    std::uint64_t other = 0;  // scenarios whose runs took another number of events
    for (const Scenario& scenario : all_) {
      const model::DeploymentSettings& deployment = scenario.settings.deployment;
      // What a file with a seed of its own says it says of that one run, whose moments may have
      // been chosen with care.
      if (deployment.protocol != "flip504-r5" || !deployment.mutations.empty() || scenario.seed) {
        continue;
      }
      const scenarios::Expectation expected = scenario.expected();
      const scenarios::Tally plain = tally(scenario, kSeeds);
      const scenarios::Tally mutated = tally(with(scenario, {std::string{mutation.id}}), kSeeds);
      runs += mutated.runs;
      other += plain.events != mutated.events ? 1U : 0U;
      for (std::size_t i = 0; i < model::kPropertyCount; ++i) {
        const bool held = expected.verdicts[i] == sim::Verdict::kHolds &&
                          plain.properties[i].with(sim::Verdict::kHolds) == plain.runs;
        if (held && plain.properties[i].runs != mutated.properties[i].runs) {
          result_.problems.push_back(std::string{mutation.id} + ": no scenario refutes it, but " +
                                     std::string{model::kPropertyNames[i]} +
                                     " no longer holds in " + scenario.name);
        }
      }
    }
    if (mutation.neutral.empty()) {
      result_.problems.push_back(std::string{mutation.id} + ": neutral, and nobody says why");
      return {};
    }
    ++result_.neutral;
    return "| " + std::string{mutation.id} + " | " + std::string{mutation.title} + " | " +
           std::to_string(runs) + " runs; " +
           (other == 0 ? std::string{"the same events"}
                       : "other events in " + std::to_string(other) + " scenarios") +
           " | " + std::string{mutation.neutral} + " |\n";
  }

  MutationPage result_;
  fs::path root_;
  std::vector<Scenario> all_;
  std::string refuted_;
};

}  // namespace

MutationPage make_mutation_page(const std::filesystem::path& root) { return Writer{root}.write(); }

}  // namespace docs
