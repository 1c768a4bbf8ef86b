// `cutover vectors` from outside: exit codes, what goes to which stream, what is left on disk.

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstddef>
#include <filesystem>
#include <iterator>
#include <string>

#include "tests/support/shell.hpp"

namespace {

using shell::Folder;
using shell::Ran;
using shell::read_file;
using shell::run;
using shell::write_file;

const std::string kR5 = "tests/vectors/gate-r5.jsonl";

std::size_t lines_in(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

}  // namespace

TEST_CASE("vectors check: recorded cases agree and are counted for each file and in all") {
  const Ran one = run("cutover vectors check " + kR5);
  CHECK(one.code == 0);
  CHECK(one.out == kR5 + ": 567 cases, 14945 steps, 567 agree, 0 disagree, 0 unreadable\n");
  CHECK(one.err.empty());

  const Ran all = run("cutover vectors check tests/vectors/*.jsonl");
  CHECK(all.code == 0);
  CHECK(lines_in(all.out) == 5);
  CHECK_THAT(all.out, Catch::EndsWith("all 4 files: 2050 cases, 55520 steps, 2050 agree, 0 "
                                      "disagree, 0 unreadable\n"));
}

TEST_CASE("vectors check: a broken rule makes hundreds of cases disagree and 20 are shown") {
  const std::string command = "cutover vectors check --mutation p2:R1d " + kR5;
  const Ran some = run(command);
  CHECK(some.code == 1);
  CHECK(lines_in(some.out) == 22);
  CHECK_THAT(some.out, Catch::StartsWith(kR5 + ":") && Catch::Contains(", step ") &&
                           Catch::Contains("): expected ") && Catch::Contains(", got "));
  CHECK_THAT(some.out, Catch::Contains(kR5 + ": and 304 more disagreements (--all shows them)\n"));
  CHECK_THAT(some.out, Catch::Contains("243 agree, 324 disagree, 0 unreadable\n"));
  CHECK(some.err.empty());

  const Ran all = run(command + " --all");
  CHECK(all.code == 1);
  CHECK(lines_in(all.out) == 325);
  CHECK_THAT(all.out, !Catch::Contains("more disagreements"));
}

TEST_CASE("vectors check: cases are held against another protocol if one is named") {
  const Ran same = run("cutover vectors check --protocol flip504-r5 " + kR5);
  CHECK(same.code == 0);
  const Ran other = run("cutover vectors check --protocol flip504-r4 " + kR5);
  CHECK(other.code == 1);
  CHECK_THAT(other.out, !Catch::Contains(" 0 disagree"));
  // A mutation of r4's rules over r5 is r4 where they differ.
  const Ran mutated = run("cutover vectors check --all --mutation p2:R2.2 " + kR5);
  CHECK(mutated.out == run("cutover vectors check --all --protocol flip504-r4 " + kR5).out);
}

TEST_CASE("vectors check: a file that is unreadable is said and the others are checked") {
  const Folder folder;
  const std::string bad = folder / "bad.jsonl";
  std::string text = read_file("tests/vectors/gate-r1.jsonl");
  for (int i = 0; i < 25; ++i) {
    text += "{\"id\":" + std::to_string(i) + "}\n";
  }
  write_file(bad, text);
  const Ran ran = run("cutover vectors check nowhere.jsonl " + bad + " tests " + kR5);
  CHECK(ran.code == 65);
  CHECK_THAT(ran.err, Catch::StartsWith("nowhere.jsonl: cannot be read\n" + bad + ":481: ") &&
                          Catch::Contains(": expected a key \"protocol\", found none\n") &&
                          Catch::Contains(bad + ": and 180 more problems (--all shows them)\n") &&
                          Catch::EndsWith("tests: cannot be read\n"));
  CHECK(lines_in(ran.err) == 23);
  CHECK_THAT(ran.out,
             Catch::Contains("505 cases, 13301 steps, 480 agree, 0 disagree, 25 unreadable\n") &&
                 Catch::Contains(kR5 + ": 567 cases") &&
                 Catch::Contains("all 4 files: 1072 cases"));
  CHECK(lines_in(run("cutover vectors check --all " + bad).err) == 200);
}

TEST_CASE("vectors check: an unreadable line outranks a disagreement") {
  const Folder folder;
  write_file(folder / "a", read_file(kR5) + "x\n");
  CHECK(run("cutover vectors check --mutation p2:R1a " + (folder / "a")).code == 65);
}

TEST_CASE("vectors check: files that never end and empty ones are refused") {
  CHECK(run("cutover vectors check /dev/zero").code == 65);
  CHECK(run("cutover vectors check /dev/null").code == 65);
}

TEST_CASE("vectors: a bad command line is 64 and says what is wrong") {
  struct Case {
    std::string line;
    std::string says;
  };
  const std::string generate = "generate --protocol flip504-r5 --cases ";
  const Case one_case = GENERATE_COPY(
      Case{"", "subcommand is required"}, Case{"bogus", "unknown command vectors bogus"},
      Case{"check", "FILE is required"}, Case{"check a --bogus", "--bogus"},
      Case{"check a --protocol basic", "--protocol: expected one of \"flip504-r1\", "},
      Case{"check a --protocol r5", "found r5"},
      Case{"check a --mutation nothing", "--mutation: expected a mutation of the gate, one of "},
      Case{"check a --mutation p2:R1.4", "found p2:R1.4"},
      Case{"generate --cases 5", "--protocol is required"},
      Case{"generate --protocol flip504-r5", "--cases is required"},
      Case{"generate --protocol basic --cases 5", "--protocol: expected one of "},
      Case{generate + "0", "--cases: expected an integer from 1 to 1000000, found 0"},
      Case{generate + "1000001", "found 1000001"}, Case{generate + "1e3", "found 1e3"},
      Case{generate + "5 --seed -1", "--seed"}, Case{generate + "5 --seed 1.5", "found 1.5"},
      Case{generate + "5 --out ''", "--out: expected a file or -, found ''"},
      Case{generate + "5 extra", "extra"});
  const Ran ran = run("cutover vectors " + one_case.line);
  CHECK(ran.code == 64);
  CHECK_THAT(ran.err, Catch::Contains(one_case.says));
  CHECK(ran.out.empty());
}

TEST_CASE("vectors: help is no error and names commands and options") {
  CHECK_THAT(run("cutover --help").out, Catch::Contains("vectors"));
  const Ran both = run("cutover vectors --help");
  CHECK(both.code == 0);
  CHECK_THAT(both.out, Catch::Contains("check") && Catch::Contains("generate"));
  for (const char* const option : {"FILE", "--protocol", "--mutation", "--all"}) {
    CHECK_THAT(run("cutover vectors check --help").out, Catch::Contains(option));
  }
  for (const char* const option : {"--protocol", "--cases", "--seed", "--out"}) {
    CHECK_THAT(run("cutover vectors generate --help").out, Catch::Contains(option));
  }
}

TEST_CASE("vectors generate: what it writes is what check agrees with") {
  const Folder folder;
  const std::string revision = GENERATE("r1", "r2", "r3", "r4", "r5");
  const std::string generate = "cutover vectors generate --protocol flip504-" + revision;
  const std::string file = folder / "new.jsonl";
  const Ran made = run(generate + " --cases 50 --seed 7 --out " + file);
  CHECK(made.code == 0);
  CHECK(made.out.empty());
  CHECK(made.err.empty());
  CHECK(lines_in(read_file(file)) == 50);
  CHECK_THAT(read_file(file), Catch::StartsWith("{\"id\":\"" + revision + "-g7-1\","));
  CHECK_THAT(run("cutover vectors check " + file).out,
             Catch::Contains(": 50 cases, ") && Catch::Contains(" 50 agree, 0 disagree"));
  CHECK(run(generate + " --cases 50 --seed 7").out == read_file(file));
  CHECK(run(generate + " --cases 50 --seed 7 --out -").out == read_file(file));
  CHECK(run(generate + " --cases 50").out != read_file(file));
  CHECK(run(generate + " --cases 50").out == run(generate + " --cases 50 --seed 1").out);
}

TEST_CASE("vectors from: a run of a scenario becomes cases that agree") {
  const Folder folder;
  const std::string file = folder / "a.jsonl";
  const std::string from = "cutover vectors from scenarios/known_bugs/";
  const Ran made = run(from + "r5_failover_of_blue_after_toggle.json --out " + file);
  CHECK(made.code == 0);
  CHECK(made.out.empty());
  CHECK(made.err.empty());
  const std::string text = read_file(file);
  CHECK(lines_in(text) == 12);  // four subtasks; blue runs twice
  CHECK_THAT(text, Catch::Contains("{\"id\":\"r5-r5_failover_of_blue_after_toggle-blue0-2\""));
  CHECK_THAT(run("cutover vectors check " + file).out,
             Catch::Contains(": 12 cases, ") && Catch::Contains(" 12 agree, 0 disagree"));
  CHECK(run(from + "r5_failover_of_blue_after_toggle.json").out == text);
  CHECK(run(from + "r5_failover_of_blue_after_toggle.json --seed 77").out != text);
  CHECK_THAT(run(from + "r5_failover_of_blue_after_toggle.json --protocol flip504-r4").out,
             Catch::StartsWith("{\"id\":\"r4-"));
}

TEST_CASE("vectors from: a run that is not the one of the counterexample is said to be another") {
  const Folder folder;
  std::string text = read_file("scenarios/handover/smallest.json");
  text.resize(text.rfind('}'));
  write_file(folder / "a.json",
             text + R"(, "choices": [], "counterexample": {)"
                    R"( "property": "no_loss", "fingerprint": "0000000000000000" } })");
  const Ran made = run("cutover vectors from " + (folder / "a.json"));
  CHECK(made.code == 0);
  CHECK_THAT(made.err, Catch::EndsWith("a.json: this run is another one than the file tells of\n"));
}

TEST_CASE("vectors from: what has no case is said") {
  const Ran mutated = run("cutover vectors from scenarios/mutations/any_side.json");
  const Ran other = run("cutover vectors from scenarios/mutations/overwrite.json");
  CHECK(mutated.code == 0);
  CHECK_THAT(mutated.out, Catch::StartsWith("{\"id\":\"r4-any_side-"));  // it makes r4 of r5
  CHECK(other.code == 0);
  CHECK(other.out.empty());
  CHECK_THAT(other.err, Catch::StartsWith("left out: ") &&
                            Catch::Contains(": the rules of the gate are those of no public "
                                            "revision\n"));
  const Ran basic = run("cutover vectors from scenarios/handover/smallest.json --protocol basic");
  CHECK(basic.code == 65);
  CHECK_THAT(basic.err, Catch::Contains("expected a protocol with a gate, found \"basic\""));
  CHECK(run("cutover vectors from scenarios/invalid/cycle.json").code == 65);
  CHECK(run("cutover vectors from nowhere.json").code == 65);
  CHECK(run("cutover vectors from scenarios/handover/smallest.json --seed x").code == 64);
}

TEST_CASE("vectors generate: the file is there whole or as it was") {
  const Folder folder;
  const std::string generate = "cutover vectors generate --protocol flip504-r5 --cases 200 --out ";
  const std::string file = folder / "a.jsonl";
  write_file(file, "before");
  std::filesystem::create_symlink(file, folder / "link");

  // Files of at most 8 blocks of 512 bytes: fails in the middle.
  const Ran cut = run("trap '' XFSZ; ulimit -f 8; " + generate + file);
  CHECK(cut.code == 65);
  CHECK_THAT(cut.err, Catch::Contains("a.jsonl: cannot be written"));
  CHECK(read_file(file) == "before");

  CHECK(run(generate + (folder / "link")).code == 0);
  CHECK(lines_in(read_file(file)) == 200);
  CHECK(std::filesystem::is_symlink(folder / "link"));
  const std::filesystem::directory_iterator left{folder.path()};
  CHECK(std::distance(begin(left), end(left)) == 2);  // nothing else is left behind
}

TEST_CASE("vectors: what cannot be written is said and is no success") {
  const std::string generate = "cutover vectors generate --protocol flip504-r5 --cases 5 --out ";
  const Ran no_folder = run(generate + "/nowhere/a.jsonl");
  CHECK(no_folder.code == 65);
  CHECK(no_folder.err == "/nowhere/a.jsonl: cannot be written\n");
  const Folder folder;
  CHECK(run(generate + folder.path().string()).code == 65);
  if (std::filesystem::exists("/dev/full")) {
    CHECK(run(generate + "/dev/full").code == 65);
    CHECK(std::filesystem::is_character_file("/dev/full"));
    CHECK(run(generate + "- >/dev/full").code == 65);
    const Ran full = run("cutover vectors check " + kR5 + " >/dev/full");
    CHECK(full.code == 65);
    CHECK_THAT(full.err, Catch::Contains("standard output: cannot be written"));
  }
}
