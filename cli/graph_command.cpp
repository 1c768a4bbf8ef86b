#include "cli/graph_command.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <system_error>

#include "cli/commands.hpp"
#include "cli/options.hpp"
#include "cli/terminal.hpp"
#include "model/gate_injection.hpp"
#include "model/mutations.hpp"
#include "reports/job_graphs.hpp"
#include "scenarios/reader/format.hpp"
#include "scenarios/reader/scenario.hpp"

namespace cli {

namespace {

std::string_view name_of(model::GatePosition position) {
  for (const scenarios::Choice& choice : scenarios::find_choices("gate_position")->choices) {
    if (choice.value == static_cast<std::size_t>(position)) {
      return choice.name;
    }
  }
  return "";
}

reports::JobGraphs graphs_of(const scenarios::Scenario& scenario) {
  const model::Settings& settings = scenario.settings;
  const model::Protocol protocol = *model::effective_protocol(settings.deployment);
  reports::JobGraphs graphs;
  graphs.scenario = scenario.name;
  graphs.protocol = protocol.id;
  graphs.before = model::build_job_graph(settings.job);
  graphs.after = graphs.before;
  if (protocol.has_gate) {
    graphs.position = name_of(settings.deployment.gate.position);
    graphs.after = model::with_gates(graphs.before, settings.deployment.gate, protocol.partitioner);
  }
  return graphs;
}

bool would_overwrite(const GraphOptions& options) {
  std::error_code none;
  return options.json && *options.json != "-" &&
         std::filesystem::equivalent(*options.json, options.file, none);
}

}  // namespace

int graph_command(const GraphOptions& options) {
  if (options.json && options.json->empty()) {
    return refuse("--json", "a file or -", "");
  }
  if (would_overwrite(options)) {
    fmt::print(stderr, "--json: {} is the scenario itself\n", *options.json);
    return kBadCommandLine;
  }
  const std::string file = scenario_file(options.file);
  const std::optional<std::string> text = read_file(file);
  if (!text) {
    fmt::print(stderr, "{}: cannot be read\n", options.file);
    return kBadFile;
  }
  const scenarios::Overrides overrides = overrides_of(options);
  const scenarios::ReadResult read = scenarios::read_scenario(file, *text, overrides);
  if (!read.scenario) {
    return report_problems(read);
  }
  const reports::JobGraphs graphs = graphs_of(*read.scenario);
  const std::string json = options.json ? reports::graphs_json(graphs) : std::string{};
  const bool only_json = options.json == "-";
  const bool written =
      write_all(options.json.value_or(""), only_json ? "" : reports::graphviz(graphs), json);
  return written ? 0 : kBadFile;
}

}  // namespace cli
