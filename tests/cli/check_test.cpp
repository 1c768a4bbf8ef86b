// `cutover check`, `replay` and `shrink` from outside: exit codes, files, what an interrupted
// search leaves.

#include <catch2/catch.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/support/shell.hpp"

namespace {

using Catch::Contains;
using Json = nlohmann::json;
using shell::Ran;
using shell::run;
using support::Folder;

const std::string kSmallestFile = std::string{HARNESS_ROOT} + "/scenarios/handover/smallest.json";
const std::string kNoMargin = kSmallestFile +
                              " --set /deployment/configuration/"
                              "kubernetes.operator.bluegreen.deployment-deletion.delay='0 ms'";

// The counterexample folder of that property.
std::string example_in(const Folder& folder, const std::string& property) {
  for (const auto& entry : std::filesystem::directory_iterator{folder / ""}) {
    if (entry.is_directory() && entry.path().filename().string().starts_with(property + "-")) {
      return entry.path().string();
    }
  }
  FAIL("no counterexample of " + property);
  return {};
}

}  // namespace

TEST_CASE("check: as expected is 0 and a refutation that is not expected 1") {
  const Ran fine = run("cutover check " + kSmallestFile + " --runs 200");
  CHECK(fine.code == 0);
  CHECK_THAT(fine.out, Contains("200 runs") && Contains("AS EXPECTED"));
  const Ran lossy = run("cutover check " + kNoMargin + " --runs 200");
  CHECK(lossy.code == 1);
  CHECK_THAT(lossy.out,
             Contains("REFUTED no_loss") && Contains("Needed") && Contains("again: cutover check"));
}

TEST_CASE("check: a refutation that is expected and not found is 2") {
  const Ran ran =
      run("cutover check " + kSmallestFile + " --runs 64 --set /expect/no_loss=refuted");
  CHECK(ran.code == 2);
  CHECK_THAT(ran.out, Contains("no_loss: expected refuted, got holds"));
}

TEST_CASE("check: runs that reach nothing prove nothing") {
  const Ran ran =
      run("cutover check " + kSmallestFile + " --runs 64 --set '/reaches=[\"aborted\"]'");
  CHECK(ran.code == 2);
  CHECK_THAT(ran.out, Contains("no run came by"));
}

TEST_CASE("check: what it writes replays and projects on vectors and can be made smaller again") {
  const Folder folder;
  REQUIRE(run("cutover check " + kNoMargin + " --runs 200 --out " + folder / "").code == 1);
  const std::string example = example_in(folder, "no_loss");
  CHECK_THAT(shell::read_file(example + "/story.txt"), Contains("REFUTED no_loss"));
  const Ran replay = run("cutover replay " + example);
  CHECK(replay.code == 0);
  CHECK_THAT(replay.out, Contains("REPRODUCED no_loss, bit for bit"));
  CHECK(run("cutover run " + example + "/counterexample.json").code == 0);
  const Ran vectors = run("cutover vectors from " + example + " --out " + folder / "v.jsonl" +
                          " && cutover vectors check " + folder / "v.jsonl");
  CHECK(vectors.code == 0);
  const std::string before = shell::read_file(example + "/counterexample.json");
  CHECK(run("cutover shrink " + example).code == 0);
  CHECK(shell::read_file(example + "/counterexample.json") == before);
}

TEST_CASE("replay: 1 when it no longer fails and 2 when its decisions no longer fit") {
  const Folder folder;
  REQUIRE(run("cutover check " + kNoMargin + " --runs 200 --out " + folder / "").code == 1);
  const std::string file = example_in(folder, "no_loss") + "/counterexample.json";
  Json example = Json::parse(shell::read_file(file));
  example["deployment"]["configuration"]
         ["kubernetes.operator.bluegreen.deployment-deletion.delay"] = "20 s";
  shell::write_file(folder / "healed.json", example.dump());
  const Ran healed = run("cutover replay " + folder / "healed.json");
  CHECK(healed.code == 1);
  CHECK_THAT(healed.out, Contains("NO LONGER FAILS no_loss") && Contains("step "));
  example["choices"].push_back(
      {{"what", "informer_lag"}, {"who", "controller's informer of blue"}, {"of", 77}, {"is", 3}});
  shell::write_file(folder / "unfit.json", example.dump());
  const Ran unfit = run("cutover replay " + folder / "unfit.json");
  CHECK(unfit.code == 2);
  CHECK_THAT(unfit.out, Contains("nobody asks for it"));
}

TEST_CASE("check: an interrupted search goes on where it was and says the same in the end") {
  const Folder folder;
  const std::string json = " --jobs 1 --json - 2>/dev/null | grep -v seconds";
  const Ran whole = run("cutover check " + kNoMargin + " --runs 384" + json);
  CHECK(run("cutover check " + kNoMargin + " --runs 128 --out " + folder / "").code == 1);
  const Ran rest = run("cutover check " + kNoMargin + " --runs 384 --jobs 2 --out " + folder / "" +
                       " --json " + folder / "rest.json");
  CHECK_THAT(rest.err, Contains("goes on after run 128"));
  Json first = Json::parse(shell::read_file(folder / "rest.json"));
  CHECK(first["runs"] == 384);
  CHECK_THAT(whole.out, Contains("\"runs\": 384"));
  const Ran anew =
      run("cutover check " + kNoMargin + " --runs 384 --jobs 1 --json " + folder / "whole.json");
  Json second = Json::parse(shell::read_file(folder / "whole.json"));
  for (Json* json_of : {&first, &second}) {
    json_of->erase("seconds");
    json_of->erase("counterexamples");
    for (Json& finding : (*json_of)["findings"]) {
      finding.erase("counterexample");
    }
  }
  CHECK(first == second);
  CHECK(anew.code == 1);
}

TEST_CASE("check: --against leaves what the other protocol shows too") {
  const Ran same = run("cutover check " + kNoMargin + " --runs 128 --against flip504-r5");
  CHECK_THAT(same.out, !Contains("REFUTED no_loss   flip504-r5"));
}

TEST_CASE("check: --twice finds no difference") {
  CHECK(run("cutover check " + kSmallestFile + " --runs 128 --twice").code == 0);
}

TEST_CASE("check and replay and shrink: bad command lines are 64 and bad files 65") {
  const std::string check = "cutover check " + kSmallestFile;
  for (const char* options :
       {" --runs 0", " --runs x", " --for 5", " --for 0s", " --for 10y", " --jobs 0",
        " --against flip", " --seed -1", " --json ''", " --out ''"}) {
    const Ran ran = run(check + options);
    CHECK(ran.code == 64);
    CHECK_THAT(ran.err, Contains("expected"));
  }
  CHECK(run("cutover check").code == 64);
  CHECK(run("cutover check /nowhere.json").code == 65);
  CHECK(run("cutover replay").code == 64);
  CHECK(run("cutover replay /nowhere").code == 65);
  const Ran no_example = run("cutover replay " + kSmallestFile);
  CHECK(no_example.code == 65);
  CHECK_THAT(no_example.err, Contains("expected a counterexample"));
  CHECK(run("cutover shrink " + kSmallestFile).code == 65);
}
