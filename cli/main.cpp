// The command line: parses and calls, nothing else. CLI11 is used in this file only.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <string>

#include "cli/commands.hpp"
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

int dispatch(int argc, char** argv) {
  CLI::App app{
      "cutover: does every record end up written exactly once across a Blue/Green hand-over?"};
  app.require_subcommand(1);
  cli::RunOptions options;
  std::string seed;
  std::string protocol;

  CLI::App* run =
      app.add_subcommand("run", "one run of a scenario: verdicts, time line, who wrote what");
  run->add_option("FILE", options.file, "the scenario")->required();
  const CLI::Option* has_seed =
      run->add_option("--seed", seed, "of all choices (default: the scenario's own, else 1)")
          ->type_name("N");
  const CLI::Option* has_protocol =
      run->add_option("--protocol", protocol, "in place of the scenario's");
  run->add_option("--set", options.sets,
                  "/json/pointer=VALUE in place of what the file says; repeatable")
      ->allow_extra_args(false);
  const CLI::Option* has_json =
      run->add_option("--json", options.json, "write the result here; - for standard output");
  CLI::App* schema = app.add_subcommand("schema", "the JSON schema of scenarios");

  if (argc > 1 && argv[1][0] != '-' && !has_command(app, argv[1])) {
    return bad_command_line("unknown command " + cli::quoted(argv[1]));
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
  if (has_seed->count() > 0) {
    options.seed = cli::seed_from(seed);
    if (!options.seed) {
      return bad_command_line("--seed: expected an integer from 0 to 18446744073709551615, found " +
                              cli::quoted(seed));
    }
  }
  if (has_json->count() > 0 && options.json.empty()) {
    return bad_command_line("--json: expected a file or -, found ''");
  }
  if (has_protocol->count() > 0) {
    options.protocol = protocol;
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
