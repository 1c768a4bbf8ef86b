// The command line: parses and calls, nothing else. CLI11 is used in this file only.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <optional>
#include <string>

#include "cli/check_command.hpp"
#include "cli/claims_command.hpp"
#include "cli/commands.hpp"
#include "cli/explore_command.hpp"
#include "cli/graph_command.hpp"
#include "cli/tune_command.hpp"
#include "cli/vectors_command.hpp"
#include "sim/check.hpp"

namespace {

int bad_command_line(const std::string& text) {
  std::fprintf(stderr, "%s\nRun with --help for more information.\n", text.c_str());
  return cli::kBadCommandLine;
}

// CLI11 alone only says that a command is missing.
bool has_command(CLI::App& app, const std::string& name) {
  return !app.get_subcommands([&](CLI::App* command) { return command->get_name() == name; })
              .empty();
}

// What most commands can change of a scenario, in place of what its file says.
template <class Options>
void add_changes(CLI::App& command, Options& options) {
  command.add_option("--protocol", options.protocol, "in place of the scenario's")->type_name("ID");
  command
      .add_option("--mutation", options.mutations,
                  "a rule to change over the protocol, on top of the scenario's; repeatable")
      ->type_name("ID")
      ->allow_extra_args(false);
  command
      .add_option("--set", options.sets,
                  "/json/pointer=VALUE in place of what the file says; repeatable")
      ->allow_extra_args(false);
}
// And the seed.
template <class Options>
void add_changes(CLI::App& command, Options& options, std::optional<std::string>& seed,
                 const std::string& seed_is) {
  command.add_option("--seed", seed, seed_is + " (default: the scenario's own, else 1)")
      ->type_name("N");
  add_changes(command, options);
}

struct VectorsCommand {
  cli::VectorsCheckOptions check_options;
  cli::VectorsGenerateOptions generate_options;
  cli::VectorsFromOptions from_options;
  CLI::App* all = nullptr;
  CLI::App* check = nullptr;
  CLI::App* generate = nullptr;

  // `this` must outlive the parsing.
  void add_to(CLI::App& app) {
    all = app.add_subcommand("vectors", "cases of one gate subtask, as JSON lines");
    all->require_subcommand(1);
    check = all->add_subcommand("check", "replays cases against the model's gate");
    check->add_option("FILE", check_options.files, "vector files")->required();
    check
        ->add_option("--protocol", check_options.protocol,
                     "hold all cases against its gate, in place of their own protocol's")
        ->type_name("ID");
    check
        ->add_option("--mutation", check_options.mutations,
                     "a rule of the gate to change; repeatable")
        ->type_name("ID")
        ->allow_extra_args(false);
    check->add_flag("--all", check_options.all,
                    "show all disagreements and problems, not the first 20 of a file");
    generate =
        all->add_subcommand("generate", "writes new cases, with what the model's gate answers");
    generate->add_option("--protocol", generate_options.protocol, "whose gate")
        ->type_name("ID")
        ->required();
    generate->add_option("--cases", generate_options.cases, "how many, up to 1000000")
        ->type_name("N")
        ->required();
    generate->add_option("--seed", generate_options.seed, "of all draws (default: 1)")
        ->type_name("N");
    generate
        ->add_option("--out", generate_options.out,
                     "write them here; - for standard output (the default)")
        ->type_name("FILE");
    add_from();
  }
  [[nodiscard]] int run() const {
    return check->parsed()      ? cli::vectors_check_command(check_options)
           : generate->parsed() ? cli::vectors_generate_command(generate_options)
                                : cli::vectors_from_command(from_options);
  }

 private:
  void add_from() {
    CLI::App* from = all->add_subcommand(
        "from", "a run of a scenario as cases: one for each gate subtask and job run");
    from->add_option("FILE", from_options.file, "the scenario; a counterexample above all")
        ->required();
    from->add_option("--seed", from_options.seed,
                     "of all choices (default: the scenario's own, else 1)")
        ->type_name("N");
    from->add_option("--protocol", from_options.protocol, "in place of the scenario's")
        ->type_name("ID");
    from->add_option("--out", from_options.out,
                     "write them here; - for standard output (the default)")
        ->type_name("FILE");
  }
};

struct ClaimsCommand {
  cli::ClaimsOptions options;
  CLI::App* command = nullptr;

  // `this` must outlive the parsing.
  void add_to(CLI::App& app) {
    command = app.add_subcommand("claims", "every claim under every protocol, with its evidence");
    command
        ->add_option("--scenarios", options.scenarios,
                     "the folder whose files judge the claims (default: scenarios)")
        ->type_name("DIR");
    command
        ->add_option("--runs", options.runs,
                     "of all files that judge a claim which may hold (default: 10000)")
        ->type_name("N");
    command
        ->add_option("--jobs", options.jobs,
                     "threads; no result depends on them (default: those of the machine)")
        ->type_name("N");
    command->add_flag("--markdown", options.markdown, "the table as a document");
    command->add_option("--json", options.json, "write the result here; - for standard output")
        ->type_name("FILE");
  }
};

struct CheckCommand {
  cli::CheckCommandOptions options;
  CLI::App* command = nullptr;

  // `this` must outlive the parsing.
  void add_to(CLI::App& app) {
    command = app.add_subcommand("check",
                                 "many runs: each kind of failure made small, as a counterexample");
    command->add_option("FILE", options.files, "scenarios")->required();
    add_changes(*command, options, options.seed, "of all draws");
    command
        ->add_option("--against", options.against,
                     "only failures that this protocol, without mutations, does not show under the "
                     "same decisions")
        ->type_name("ID");
    command->add_option("--runs", options.runs, "how many (default: 1000, or as --for allows)")
        ->type_name("N");
    command->add_option("--for", options.time, "no longer than this, such as 60s")
        ->type_name("TIME");
    command
        ->add_option("--jobs", options.jobs,
                     "threads; no result depends on them (default: those of the machine)")
        ->type_name("N");
    command
        ->add_option("--out", options.out,
                     "a folder for counterexamples and for what an interrupted check goes on from")
        ->type_name("DIR");
    command->add_option("--json", options.json, "write the result here; - for standard output")
        ->type_name("FILE");
    command->add_flag("--assumptions", options.assumptions,
                      "which assumptions each expected property needs; --runs is of each set");
    command->add_flag("--twice", options.twice,
                      "carry out every run twice and locate the first difference");
  }
};

struct ExploreCommand {
  cli::ExploreCommandOptions options;
  CLI::App* command = nullptr;

  void add_to(CLI::App& app) {
    command = app.add_subcommand(
        "explore",
        "every run of a scenario over its grid: holds in all of them, or the shortest "
        "counterexample");
    command->add_option("FILE", options.files, "scenarios with an \"explore\" section")->required();
    add_changes(*command, options);
    command->add_option("--states", options.states, "no more than so many (default: 4294967294)")
        ->type_name("N");
    command->add_option("--memory", options.memory, "no more than about so many MB (default: 8589)")
        ->type_name("MB");
    command->add_option("--for", options.time, "no longer than this, such as 60s")
        ->type_name("TIME");
    command
        ->add_option("--jobs", options.jobs,
                     "threads; no result depends on them (default: those of the machine)")
        ->type_name("N");
    command
        ->add_option(
            "--out", options.out,
            "a folder for counterexamples and for what an interrupted exploration goes on from")
        ->type_name("DIR");
    command->add_option("--json", options.json, "write the result here; - for standard output")
        ->type_name("FILE");
    command->add_flag("--depth-first", options.depth_first,
                      "one thread, another order: counterexamples are not the shortest");
    command->add_flag("--no-canonical", options.no_canonical,
                      "tell states apart that differ in instants and ids only");
    command->add_flag("--no-symmetry", options.no_symmetry,
                      "tell states apart that differ in which subtask is which only");
    command->add_flag("--no-partial-order", options.no_partial_order,
                      "every order of what happens at one instant");
    command->add_flag("--no-liveness", options.no_liveness,
                      "do not look for runs that never end, which takes memory");
  }
};

struct GraphCommand {
  cli::GraphOptions options;
  CLI::App* command = nullptr;

  void add_to(CLI::App& app) {
    command = app.add_subcommand(
        "graph", "the job before and after its gates are put into it, for Graphviz");
    command->add_option("FILE", options.file, "the scenario")->required();
    add_changes(*command, options);
    command
        ->add_option("--json", options.json,
                     "write both graphs as JSON here; - for standard output, in place of Graphviz")
        ->type_name("FILE");
  }
};

struct ReplayCommand {
  cli::ReplayOptions options;
  CLI::App* command = nullptr;

  void add_to(CLI::App& app) {
    command = app.add_subcommand("replay", "a counterexample once more, bit for bit");
    command->add_option("CE", options.path, "its folder or file")->required();
    command->add_option("--json", options.json, "write the result here; - for standard output")
        ->type_name("FILE");
  }
};

struct ShrinkCommand {
  cli::ShrinkOptions options;
  CLI::App* command = nullptr;

  void add_to(CLI::App& app) {
    command = app.add_subcommand("shrink", "a counterexample made smaller");
    command->add_option("CE", options.path, "its folder or file")->required();
    command->add_option("--against", options.against, "what this protocol shows too does not count")
        ->type_name("ID");
    command
        ->add_option("--out", options.out, "a folder for the smaller one (default: in its place)")
        ->type_name("DIR");
  }
};

struct TuneCommand {
  cli::TuneCommandOptions options;
  CLI::App* command = nullptr;

  void add_to(CLI::App& app) {
    command = app.add_subcommand(
        "tune", "the smallest safe value of a setting, and a counterexample one step below it");
    command->add_option("FILE", options.file, "the scenario")->required();
    command
        ->add_option("--setting", options.setting,
                     "its JSON pointer, as for --set: a duration or an integer")
        ->required()
        ->type_name("POINTER");
    command
        ->add_option("--property", options.properties,
                     "what must not be refuted; repeatable (default: all that the file expects "
                     "something of, whatever it expects)")
        ->type_name("NAME")
        ->allow_extra_args(false);
    command
        ->add_option("--runs", options.runs,
                     "that the answer must survive (default: 4096, or as --for allows)")
        ->type_name("N");
    command->add_option("--for", options.time, "no longer than about this, such as 60s")
        ->type_name("TIME");
    command
        ->add_option("--jobs", options.jobs,
                     "threads; no result depends on them (default: those of the machine)")
        ->type_name("N");
    command->add_option("--least", options.least, "where to begin (default: 0, or as accepted)")
        ->type_name("V");
    command->add_option("--most", options.most, "where to end (default: the largest accepted)")
        ->type_name("V");
    command->add_option("--step", options.step, "between two values (default: 10 ms, or 1)")
        ->type_name("V");
    add_changes(*command, options, options.seed, "of all draws");
    command->add_option("--out", options.out, "a folder for the counterexample")->type_name("DIR");
    command->add_option("--json", options.json, "write the result here; - for standard output")
        ->type_name("FILE");
  }
};

int dispatch(int argc, char** argv) {
  CLI::App app{
      "cutover: does every record end up written exactly once across a Blue/Green hand-over?"};
  app.require_subcommand(1);
  cli::RunOptions options;
  std::optional<std::string> seed;

  CLI::App* run =
      app.add_subcommand("run", "one run of a scenario: verdicts, time line, who wrote what");
  run->add_option("FILE", options.file, "the scenario")->required();
  add_changes(*run, options, seed, "of all choices");
  const CLI::Option* has_json =
      run->add_option("--json", options.json, "write the result here; - for standard output");
  CLI::App* schema = app.add_subcommand("schema", "the JSON schema of scenarios");
  VectorsCommand vectors;
  vectors.add_to(app);
  ClaimsCommand claims;
  claims.add_to(app);
  CheckCommand check;
  check.add_to(app);
  ExploreCommand explore;
  explore.add_to(app);
  GraphCommand graph;
  graph.add_to(app);
  ReplayCommand replay;
  replay.add_to(app);
  ShrinkCommand shrink;
  shrink.add_to(app);
  TuneCommand tune;
  tune.add_to(app);

  if (argc > 1 && argv[1][0] != '-' && !has_command(app, argv[1])) {
    return bad_command_line("unknown command " + cli::quoted(argv[1]));
  }
  if (argc > 2 && argv[1] == std::string{"vectors"} && argv[2][0] != '-' &&
      !has_command(*vectors.all, argv[2])) {
    return bad_command_line("unknown command vectors " + cli::quoted(argv[2]));
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error);
    return code == 0 ? 0 : cli::kBadCommandLine;
  }
  if (schema->parsed()) {
    return cli::schema_command();
  }
  if (check.command->parsed()) {
    return cli::check_command(check.options);
  }
  if (explore.command->parsed()) {
    return cli::explore_command(explore.options);
  }
  if (graph.command->parsed()) {
    return cli::graph_command(graph.options);
  }
  if (replay.command->parsed()) {
    return cli::replay_command(replay.options);
  }
  if (shrink.command->parsed()) {
    return cli::shrink_command(shrink.options);
  }
  if (tune.command->parsed()) {
    return cli::tune_command(tune.options);
  }
  if (claims.command->parsed()) {
    return cli::claims_command(claims.options);
  }
  if (vectors.all->parsed()) {
    return vectors.run();
  }
  if (seed) {
    options.seed = cli::seed_from(*seed);
    if (!options.seed) {
      return bad_command_line("--seed: expected an integer from 0 to 18446744073709551615, found " +
                              cli::quoted(*seed));
    }
  }
  if (has_json->count() > 0 && options.json.empty()) {
    return bad_command_line("--json: expected a file or -, found ''");
  }
  return cli::run_command(options);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return dispatch(argc, argv);
  } catch (const sim::Bug& bug) {
    std::fprintf(stderr, "a bug in cutover: %s\nplease report it with this command:", bug.what());
    for (int i = 0; i < argc; ++i) {
      std::fprintf(stderr, " %s", cli::quoted(argv[i]).c_str());
    }
    std::fprintf(stderr, "\n");
  } catch (const std::exception& error) {
    std::fprintf(stderr, "a bug in cutover: %s\n", error.what());
  }
  return cli::kOurBug;
}
