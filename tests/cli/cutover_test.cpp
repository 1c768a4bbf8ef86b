// The binary from outside: exit codes, what goes to which stream, what the command line takes.

#include <catch2/catch.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/support/shell.hpp"

namespace {

using Json = nlohmann::json;
using shell::Folder;
using shell::Ran;
using shell::read_file;
using shell::run;
using shell::write_file;

const std::string kSmallest = "scenarios/handover/smallest.json";
constexpr const char* kMissesMilestone = " --set '/reaches=[\"aborted\"]'";

Ran run_smallest(const std::string& options) {
  return run("cutover run " + kSmallest + " " + options);
}

std::string fingerprint_of(const Ran& ran) {
  const Json json = Json::parse(ran.out);
  return json.at("fingerprint");
}

std::string last_line(const std::string& text) {
  REQUIRE(text.ends_with('\n'));
  const std::size_t before = text.rfind('\n', text.size() - 2);
  return text.substr(before + 1, text.size() - before - 2);
}

std::string repeat_command(const std::string& summary) {
  const std::string line = last_line(summary);
  const std::string before = "repeat with: ";
  const std::size_t at = line.find(before);
  REQUIRE(at != std::string::npos);
  return line.substr(at + before.size());
}

}  // namespace

TEST_CASE("exit code 0 is for as expected and 1 for a verdict that differs and 2 for unknown") {
  const Ran expected = run_smallest("");
  CHECK(expected.code == 0);
  CHECK(last_line(expected.out) == "AS EXPECTED");
  CHECK(expected.err.empty());

  const Ran differs =
      run("cutover run scenarios/handover/no_margin.json --set /expect/no_loss=holds");
  CHECK(differs.code == 1);
  CHECK(last_line(differs.out).starts_with("NOT AS EXPECTED "));

  const Ran unknown = run_smallest(kMissesMilestone);
  CHECK(unknown.code == 2);
  CHECK(last_line(unknown.out).starts_with("UNKNOWN "));

  const Ran not_found = run_smallest("--set /expect/no_loss=refuted");
  CHECK(not_found.code == 2);
}

TEST_CASE("exit code 64 is for a bad command line and says what is wrong") {
  struct Case {
    std::string line;
    std::string says;
  };
  const Case one_case = GENERATE(
      Case{"cutover", "subcommand is required"}, Case{"cutover ''", "unknown command ''"},
      Case{"cutover bogus", "unknown command bogus"},
      Case{"cutover --bogus", "subcommand is required"}, Case{"cutover run", "FILE is required"},
      Case{"cutover run a.json --bogus", "--bogus"}, Case{"cutover run a.json b.json", "b.json"},
      Case{"cutover schema extra", "extra"}, Case{"cutover run a.json --seed 1 --seed 2", "--seed"},
      Case{"cutover run a.json --json", "--json"}, Case{"cutover run a.json --json ''", "--json"},
      Case{"cutover run a.json --set", "--set"}, Case{"cutover --seed 1 run a.json", "--seed"});
  const Ran ran = run(one_case.line);
  CHECK(ran.code == 64);
  CHECK_THAT(ran.err, Catch::Contains(one_case.says));
  CHECK(ran.out.empty());
}

TEST_CASE("exit code 65 is for a file that is bad or cannot be read") {
  struct Case {
    std::string file;
    std::string says;
  };
  const Case one_case =
      GENERATE(Case{"nowhere.json", "nowhere.json: cannot be read"},
               Case{"scenarios", "scenarios: cannot be read"}, Case{"''", "cannot be read"},
               Case{"/dev/null", "/dev/null:1:"},
               Case{"scenarios/invalid/unknown_key.json", "scenarios/invalid/unknown_key.json:"});
  const Ran ran = run("cutover run " + one_case.file + " --json -");
  CHECK(ran.code == 65);
  CHECK_THAT(ran.err, Catch::Contains(one_case.says));
  CHECK(ran.out.empty());
}

TEST_CASE("a file that never ends is read up to the largest size only") {
  const Ran ran = run("cutover run /dev/zero");
  CHECK(ran.code == 65);
}

TEST_CASE("help is no error and names the commands and options") {
  const Ran all = run("cutover --help");
  CHECK(all.code == 0);
  CHECK_THAT(all.out, Catch::Contains("run") && Catch::Contains("schema"));
  const Ran run = shell::run("cutover run --help");
  CHECK(run.code == 0);
  for (const char* const option :
       {"--seed", "--protocol", "--mutation", "--set", "--json", "FILE"}) {
    CHECK_THAT(run.out, Catch::Contains(option));
  }
}

TEST_CASE("the schema is JSON") {
  const Ran ran = run("cutover schema");
  CHECK(ran.code == 0);
  const Json schema = Json::parse(ran.out);
  CHECK(schema.contains("$schema"));
  CHECK(ran.err.empty());
}

TEST_CASE("with --json - standard output holds only JSON and the summary goes to standard error") {
  const Ran ran = run_smallest("--json -");
  CHECK(ran.code == 0);
  CHECK(Json::parse(ran.out).at("cutover") == 1);
  CHECK(ran.out.ends_with("}\n"));
  CHECK(ran.err == run_smallest("").out);
  CHECK(run_smallest("--json=-").out == ran.out);
}

TEST_CASE("with --json FILE the same bytes go there and the summary to standard output") {
  const Folder folder;
  const std::filesystem::path file = folder / "result.json";
  write_file(file, std::string(100'000, 'x'));  // what was there before is gone
  const Ran ran = run_smallest("--json '" + file.string() + "'");
  CHECK(ran.code == 0);
  CHECK(ran.out == run_smallest("").out);
  CHECK(read_file(file) == run_smallest("--json -").out);
}

TEST_CASE("a result that cannot be written is said and is no success") {
  const Ran no_folder = run_smallest("--json /nowhere/result.json");
  CHECK(no_folder.code == 65);
  CHECK_THAT(no_folder.err, Catch::Contains("/nowhere/result.json: cannot be written"));
  if (std::filesystem::exists("/dev/full")) {
    for (const char* const options : {"", "--json -"}) {
      const Ran full = run("cutover run " + kSmallest + " " + options + " >/dev/full");
      CHECK(full.code == 65);
      CHECK_THAT(full.err, Catch::Contains("standard output: cannot be written"));
    }
    CHECK(run("cutover schema >/dev/full").code == 65);
  }
}

TEST_CASE("a result does not overwrite its scenario") {
  const Folder folder;
  const std::string file = (folder / "a.json");
  write_file(file, read_file(kSmallest));
  const Ran ran = run("cutover run " + file + " --json " + file);
  CHECK(ran.code == 64);
  CHECK_THAT(ran.err, Catch::Contains("is the scenario itself"));
  CHECK(read_file(file) == read_file(kSmallest));
}

TEST_CASE("the seed is the command line's and else the scenario's and else 1") {
  const auto seed_of = [](const std::string& options) {
    return Json::parse(run_smallest(options + " --json -").out).at("seed").get<std::uint64_t>();
  };
  CHECK(seed_of("") == 1);
  CHECK(seed_of("--set /seed=7") == 7);
  CHECK(seed_of("--set /seed=7 --seed 3") == 3);
  CHECK(seed_of("--seed=0") == 0);
  CHECK(seed_of("--seed 010") == 10);
  CHECK(seed_of("--seed 18446744073709551615") == 18446744073709551615U);
  CHECK(fingerprint_of(run_smallest("--seed 3 --json -")) !=
        fingerprint_of(run_smallest("--seed 4 --json -")));
}

TEST_CASE("a seed that is no number of 64 bits is refused") {
  const std::string seed = GENERATE("-1", "abc", "99999999999999999999", "18446744073709551616",
                                    "''", "0x10", "1.5", "' 1'", "+1", "1e3");
  const Ran ran = run_smallest("--seed " + seed);
  CHECK(ran.code == 64);
  CHECK_THAT(ran.err, Catch::Contains("--seed") &&
                          Catch::Contains("an integer from 0 to 18446744073709551615"));
  CHECK(ran.out.empty());
}

TEST_CASE("a --set without a pointer and a value is a bad command line") {
  const std::string set =
      GENERATE("title=x", "''", "/title", "-1", "--json", "'a b=c'", "$(printf '/title=\\377')");
  const Ran ran = run_smallest("--set /title=first --set " + set);
  CHECK(ran.code == 64);
  CHECK_THAT(ran.err, Catch::StartsWith("--set 2: expected "));
}

TEST_CASE("a --set that the schema refuses is a bad file and is named by its number") {
  const Ran unknown = run_smallest("--set /title=x --set /titel=x");
  CHECK(unknown.code == 65);
  CHECK_THAT(unknown.err, Catch::StartsWith("--set 2:/titel: unknown key"));
  const Ran negative = run_smallest("--set /seed=-1");
  CHECK(negative.code == 65);
  CHECK_THAT(negative.err, Catch::StartsWith("--set 1:/seed: expected an integer"));
  const Ran protocol = run_smallest("--protocol nonsense");
  CHECK(protocol.code == 65);
  CHECK_THAT(protocol.err, Catch::StartsWith("--protocol:/deployment/protocol: expected one of"));

  const Ran mutation = run_smallest("--mutation p2:R2.3 --mutation p2-R2.3");
  CHECK(mutation.code == 65);
  CHECK(mutation.err ==
        "--mutation 2:/mutations/1: expected a known mutation, found \"p2-R2.3\"; did you mean "
        "\"p2:R2.3\"?\n");
}

TEST_CASE("a value of --set is taken as it stands") {
  const auto title_of = [](const std::string& options) {
    const Ran ran = run_smallest(options);
    CHECK(ran.code == 0);
    return ran.out.substr(0, ran.out.find('\n'));
  };
  CHECK(title_of("--set '/title=-a b'") == "-a b");
  CHECK(title_of("--set '/title=a=b'") == "a=b");
  CHECK(title_of("--set='/title=a,b'") == "a,b");
  CHECK(title_of("--set '/title=[a,b]'") == "[a,b]");
  CHECK(title_of("--set '/title={}%s{0}'") == "{}%s{0}");
  CHECK(title_of("--set '/title=\"in quotes\"'") == "in quotes");
  CHECK(title_of("--set /title=a --set /title=b") == "b");
}

TEST_CASE("options may stand in front of the file and -- ends them") {
  CHECK(run("cutover run --set /title=x --seed 3 " + kSmallest).code == 0);
  CHECK(run("cutover run --seed 3 -- " + kSmallest).code == 0);
}

TEST_CASE("a repeat command gives the same run when a shell is given it") {
  const std::string options = GENERATE(
      "", "--protocol basic", "--mutation p2:R1.4/delete --mutation op:H8",
      "--set '/title=it'\\''s $(false) \"`x`\" a=b; #'",
      "--seed 18446744073709551615 --set '/expect={\"no_loss\": \"refuted\"}'",
      "--set '/environment/informer_lag=[\"5 ms\", \"9 ms\"]' --set /input/events/records=150");
  const Ran first = run_smallest(options + kMissesMilestone + " --json -");
  CHECK(first.code != 0);
  const Ran again = run(repeat_command(first.err) + " --json -");
  CHECK(again.code == first.code);
  CHECK(again.out == first.out);
  CHECK(again.err == first.err);
}

TEST_CASE("a repeat command finds a file of any name") {
  const std::string name =
      GENERATE("it's $(id) \"a\".json", "-x.json", "a\\b.json", "\xff.json", "x; exit 3");
  const Folder folder;
  write_file(folder / name, read_file(kSmallest));
  std::string in_quotes = "'";
  for (const char c : name) {
    in_quotes += c == '\'' ? std::string{"'\\''"} : std::string{c};
  }
  const std::string enter = "cd '" + (folder / "") + "'; ";
  const Ran first =
      run(enter + "cutover run --json - " + kMissesMilestone + " -- " + in_quotes + "'");
  CHECK(first.code == 2);
  const Ran again = run(enter + repeat_command(first.err) + " --json -");
  CHECK(again.code == 2);
  CHECK(fingerprint_of(again) == fingerprint_of(first));
}

TEST_CASE("under --protocol basic the summary says what is ignored") {
  const std::string remark = "transition mode and gate section are ignored";
  CHECK_THAT(run_smallest("--protocol basic").out, Catch::Contains(remark));
  CHECK_THAT(run_smallest("").out, !Catch::Contains(remark));
}
