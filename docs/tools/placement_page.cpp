#include "docs/tools/placement_page.hpp"

#include <array>
#include <fstream>
#include <iterator>
#include <utility>

#include "scenarios/reader/scenario.hpp"
#include "scenarios/runner/run.hpp"

namespace docs {

namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kRuns = 20;

struct Pipeline {
  const char* name;
  const char* file;
};
constexpr std::array kPipelines{
    Pipeline{"stateless", "scenarios/state/stateless.json"},
    Pipeline{"look-ups", "scenarios/state/look_ups_before_sink.json"},
    Pipeline{"keyed state", "scenarios/state/keyed_before_sink.json"},
    Pipeline{"tumbling windows", "scenarios/state/window_before_sink.json"},
    Pipeline{"session windows", "scenarios/state/sessions_before_sink.json"},
    Pipeline{"interval join", "scenarios/state/join_before_sink.json"},
    Pipeline{"window join", "scenarios/state/window_join_before_sink.json"}};

// The latest draft first.
constexpr std::array kProtocols{"flip504-r5", "flip504-r4", "flip504-r3", "flip504-r2",
                                "flip504-r1"};

class Writer {
 public:
  explicit Writer(fs::path root) : root_(std::move(root)) {}

  PlacementPage write() {
    page_.page = prose();
    for (const char* const protocol : kProtocols) {
      page_.page += "\n## `" + std::string{protocol} + "`\n\n" + table(protocol);
    }
    return std::move(page_);
  }

 private:
  std::string table(const char* protocol) {
    std::string table =
        "| pipeline | gate | lost | committed twice | partial | one by each color | surplus | "
        "look-ups a run | records between tasks a run |\n"
        "|---|---|---:|---:|---:|---:|---:|---:|---:|\n";
    for (const Pipeline& pipeline : kPipelines) {
      for (const bool is_after_source : {false, true}) {
        table += row(protocol, pipeline, is_after_source);
      }
    }
    return table;
  }

  std::string row(const char* protocol, const Pipeline& pipeline, bool is_after_source) {
    std::ifstream file{root_ / pipeline.file, std::ios::binary};
    const std::string text{std::istreambuf_iterator<char>{file}, {}};
    scenarios::Overrides overrides;
    const char* const place = is_after_source ? "AFTER_SOURCE" : "BEFORE_SINK";
    overrides.protocol = protocol;
    overrides.sets = {std::string{"/deployment/gate/position="} + place};
    const scenarios::ReadResult read = scenarios::read_scenario(pipeline.file, text, overrides);
    for (const scenarios::Problem& problem : read.problems) {
      page_.problems.push_back(scenarios::to_string(problem));
    }
    if (!read.scenario) {
      return "";
    }
    Placement sum;
    sum.protocol = protocol;
    sum.pipeline = pipeline.name;
    sum.is_after_source = is_after_source;
    const scenarios::Runner runner{*read.scenario, scenarios::ReferenceRuns::kIfJudged};
    for (std::uint64_t seed = 1; seed <= kRuns; ++seed) {
      add(runner.judged(runner.simulate(seed, scenarios::Recording::kOff), seed), sum);
    }
    page_.rows.push_back(sum);
    std::string line = "| " + sum.pipeline + " | `" + place + "` |";
    for (const std::uint64_t number : {sum.lost, sum.doubled, sum.partial, sum.twice, sum.surplus,
                                       sum.look_ups / kRuns, sum.sends / kRuns}) {
      line += " " + std::to_string(number) + " |";
    }
    return line + "\n";
  }

  static void add(const scenarios::Outcome& outcome, Placement& sum) {
    sum.lost += outcome.records.lost;
    sum.doubled += outcome.records.duplicated;
    sum.partial += outcome.divergence.partial;
    sum.twice += outcome.divergence.twice;
    sum.surplus += outcome.divergence.surplus;
    for (std::size_t color = 0; color < 2; ++color) {
      sum.look_ups += outcome.look_ups[color];
      sum.sends += outcome.sends[color];
    }
  }

  static std::string prose() {
    return R"(# Where to put the gate

The gate can stand before the sink or after the source (`p2:` section 7). What that does depends on what lies between: an operator that
keeps something for each key sees only what the gate lets through if the gate is in front of it, and then neither job has all of it.

Written by `write_placement` (target `pages`): each pipeline of [scenarios/state](../scenarios/state) with the gate in either place, 20 seeds each, with a
deletion delay that is ample for every one of them. Columns up to *surplus* are sums over the runs; each result
counts once. *Lost*: no job shows it. *Partial*: something is missing in it, or in it and should not be. *One by each color*: both
jobs show it, with contents that differ. All of these are beside a run without the change of the spec, and differences that a plain
upgrade with a savepoint shows too are not counted.
)";
  }

  PlacementPage page_;
  fs::path root_;
};

}  // namespace

PlacementPage make_placement_page(const fs::path& root) { return Writer{root}.write(); }

}  // namespace docs
