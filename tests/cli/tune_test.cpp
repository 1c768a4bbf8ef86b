// cutover tune from outside: options, exit codes, JSON, the counterexample it writes.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/support/shell.hpp"

namespace {

using Json = nlohmann::json;
using shell::Folder;
using shell::Ran;
using shell::run;

const std::string kDelay =
    "/deployment/configuration/kubernetes.operator.bluegreen.deployment-deletion.delay";
const std::string kTune = "cutover tune scenarios/handover/smallest.json";

}  // namespace

TEST_CASE("tune: bad options are exit code 64 and say what is wanted") {
  struct Case {
    std::string options;
    std::string says;
  };
  const std::string setting = " --setting " + kDelay;
  const Case one_case =
      GENERATE_COPY(Case{"", "--setting is required"}, Case{" --setting ''", "--setting"},
                    Case{" --setting delay", "--setting: expected a JSON pointer"},
                    Case{" --setting /a~2b", "--setting"},
                    Case{" --setting " + kDelay + "=1", "--setting: expected a JSON pointer"},
                    Case{setting + " --property loss", "--property: expected a property"},
                    Case{setting + " --property output_gap", "--property"},
                    Case{setting + " --runs 0", "--runs: expected an integer from 1"},
                    Case{setting + " --runs many", "--runs"}, Case{setting + " --for 3", "--for"},
                    Case{setting + " --jobs 0", "--jobs"}, Case{setting + " --seed -1", "--seed"},
                    Case{setting + " --least soon", "--least: expected a duration"},
                    Case{setting + " --most ''", "--most"},
                    Case{setting + " --step 0", "--step: expected more than 0"},
                    Case{setting + " --least 3 --most '5 s'", "found both"},
                    Case{setting + " --least '5 s' --most '3 s'", "--most: expected no less"},
                    Case{setting + " --set nonsense", "--set 1: expected"},
                    Case{setting + " --json ''", "--json"}, Case{setting + " --out ''", "--out"});
  const Ran ran = run(kTune + one_case.options);
  CHECK(ran.code == 64);
  CHECK_THAT(ran.err, Catch::Contains(one_case.says));
  CHECK(ran.out.empty());
}

TEST_CASE("tune: a setting that is none and a bad file are exit code 65") {
  const Ran unknown = run(kTune + " --setting /deployment/delay");
  CHECK(unknown.code == 65);
  CHECK_THAT(unknown.err, Catch::Contains("--setting:/deployment/delay: unknown key"));
  const Ran nowhere = run("cutover tune nowhere.json --setting /horizon");
  CHECK(nowhere.code == 65);
  const Ran protocol = run(kTune + " --setting " + kDelay + " --protocol flip504-r9");
  CHECK(protocol.code == 65);
  const Ran integer = run(kTune + " --setting " + kDelay + " --least 1");
  CHECK(integer.code == 65);
}

TEST_CASE("tune: the answer as a page and as JSON and the counterexample replays") {
  const Folder folder;
  const Ran ran = run(kTune + " --setting " + kDelay + " --property no_loss --runs 256 --out '" +
                      (folder / "out") + "' --json '" + (folder / "tune.json") + "'");
  CHECK(ran.code == 0);
  CHECK_THAT(ran.out, Catch::Contains("SAFE FROM ") && Catch::Contains("again: cutover tune ") &&
                          Catch::Contains("REFUTED no_loss"));
  const Json json = Json::parse(shell::read_file(folder / "tune.json"));
  CHECK(json.at("cutover") == 1);
  CHECK(json.at("unit") == "ms");
  CHECK(json.at("monotone") == true);
  CHECK(json.at("complete") == true);
  const std::string example = json.at("counterexample");
  CHECK(run("cutover replay '" + example + "'").code == 0);
  // The step below fails, the answer does not, whatever the seed.
  const auto at = [&](std::int64_t ms) {
    return run("cutover check scenarios/handover/smallest.json --runs 256 --seed 77 --set '" +
               kDelay + "=" + std::to_string(ms) + " ms'")
        .code;
  };
  CHECK(at(json.at("answer").get<std::int64_t>()) == 0);
  CHECK(at(json.at("answer").get<std::int64_t>() / 2) == 1);
}

TEST_CASE("tune: always safe is exit code 0 and never safe is 2") {
  const Ran always = run(kTune + " --setting " + kDelay + " --least '2 s' --most '3 s' --runs 64");
  CHECK(always.code == 0);
  CHECK_THAT(always.out, Catch::Contains("SAFE FROM 2000 ms ON, the smallest value looked at"));
  const Ran never = run(kTune + " --setting " + kDelay + " --most '100 ms' --runs 64");
  CHECK(never.code == 2);
  CHECK_THAT(never.out, Catch::Contains("NOT SAFE up to 100 ms"));
}

TEST_CASE("tune: no result depends on the number of workers") {
  const std::string line = kTune + " --setting " + kDelay + " --runs 128";
  CHECK(run(line + " --jobs 1").out == run(line + " --jobs 3").out);
}
