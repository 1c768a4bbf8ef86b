// `cutover explore` from outside: options, exit codes, JSON, counterexamples, what an interrupted
// exploration leaves.
#include <catch2/catch.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/support/four_records.hpp"
#include "tests/support/shell.hpp"

namespace {

using Catch::Contains;
using Json = nlohmann::json;
using shell::Folder;
using shell::Ran;
using shell::run;

// A folder with a small scenario, and what is written.
class Place {
 public:
  Place() { shell::write_file(file(), std::string{support::kFourRecords}); }

  [[nodiscard]] std::string file() const { return folder_ / "four.json"; }
  [[nodiscard]] std::string operator/(const std::string& name) const { return folder_ / name; }
  [[nodiscard]] Ran explore(const std::string& options) const {
    return run("cutover explore '" + file() + "' " + options);
  }
  // The JSON of an exploration that ends with this code.
  [[nodiscard]] Json json_of(const std::string& options, int code) const {
    CHECK(explore(options + " --json '" + (folder_ / "result.json") + "'").code == code);
    return Json::parse(shell::read_file(folder_ / "result.json"));
  }

 private:
  Folder folder_;
};

const std::string kLossy = "--protocol flip504-r4 ";
const std::string kLarge = "--set '/environment/informer_lag=[\"500 ms\", \"1 s\"]' ";

}  // namespace

TEST_CASE("explore: as expected is 0 and a refutation that is not expected 1") {
  const Place place;
  const Ran fine = place.explore("");
  CHECK(fine.code == 0);
  CHECK_THAT(fine.out, Contains("complete") && Contains("every run ends") &&
                           Contains("AS EXPECTED") && !Contains("NOT AS EXPECTED"));
  const Ran lossy = place.explore(kLossy);
  CHECK(lossy.code == 1);
  CHECK_THAT(lossy.out, Contains("REFUTED   no_loss") && Contains("NOT AS EXPECTED") &&
                            Contains("again: cutover explore"));
  const Ran expected =
      place.explore(kLossy + "--set /expect/no_loss=refuted --set /expect/no_duplicates=refuted");
  CHECK(expected.code == 0);
}

TEST_CASE("explore: what is not complete or not exercised is 2 and what every run contradicts 1") {
  const Place place;
  const Ran bounded = place.explore("--states 100");
  CHECK(bounded.code == 2);
  CHECK_THAT(bounded.out, Contains("100 states") && Contains("NOT COMPLETE") &&
                              Contains("as many states as were allowed"));
  const Ran holding = place.explore("--set /expect/no_loss=refuted");
  CHECK(holding.code == 1);  // every run was seen, so that is known
  CHECK_THAT(holding.out, Contains("no_loss: expected refuted, got holds"));
  CHECK(place.explore("--set /expect/teardown_safe=holds").code == 2);
  CHECK(place.explore("--set '/reaches=[\"ACTIVE_GREEN\"]'").code == 2);
}

TEST_CASE("explore: bad command lines are 64 and say what is wanted") {
  const Place place;
  for (const char* const options : {"--states 0", "--states x", "--memory 0", "--memory -3",
                                    "--for 5", "--for 0s", "--jobs 0", "--json ''", "--out ''"}) {
    const Ran ran = place.explore(options);
    INFO(options);
    CHECK(ran.code == 64);
    CHECK_THAT(ran.err, Contains("expected"));
    CHECK(ran.out.empty());
  }
  CHECK(place.explore("--set nonsense").code == 64);
  CHECK(place.explore("--breadth").code == 64);
  CHECK(run("cutover explore").code == 64);
}

TEST_CASE("explore: files that cannot be explored are 65") {
  const Place place;
  CHECK(run("cutover explore /nowhere.json").code == 65);
  const Ran no_grid =
      run("cutover explore '" + std::string{HARNESS_ROOT} + "/scenarios/handover/smallest.json'");
  CHECK(no_grid.code == 65);
  CHECK_THAT(no_grid.err, Contains("/explore: expected the grid"));
  CHECK(no_grid.out.empty());
  const Ran off_grid = place.explore("--set '/timeline/0/at=2250 ms'");
  CHECK(off_grid.code == 65);
  CHECK_THAT(off_grid.err, Contains("expected a multiple of the grid (500 ms)"));
  CHECK(place.explore("--protocol flip504-r9").code == 65);
  const Ran gap = place.explore("--set '/expect/output_gap={\"at_most\": \"5 s\"}'");
  CHECK(gap.code == 65);
  CHECK_THAT(gap.err, Contains("/expect/output_gap"));
  const Ran order = place.explore("--set /expect/key_order=holds");
  CHECK(order.code == 65);
  CHECK_THAT(order.err, Contains("/expect/key_order"));
}

TEST_CASE("explore: the result as JSON") {
  const Place place;
  const Json json = place.json_of("", 0);
  CHECK(json.at("cutover") == 1);
  CHECK(json.at("scenario") == "four");
  CHECK(json.at("protocol") == "flip504-r5");
  CHECK(json.at("complete") == true);
  CHECK(json.at("endless_runs") == false);
  CHECK(json.at("states").get<int>() > 1'000);
  CHECK(json.at("transitions_explored").get<int>() > json.at("states").get<int>());
  CHECK(json.at("depth").get<int>() > 50);
  CHECK(json.at("missed") == 0);
  CHECK(json.at("counterexamples").empty());
  CHECK(json.at("collision_exponent").get<int>() > 90);
  const Json& bounds = json.at("bounds");
  CHECK(bounds.at("grid_ms") == 500);
  CHECK(bounds.at("transitions") == 1);
  CHECK(bounds.at("inputs") == 1);
  CHECK(bounds.at("partitions") == 1);
  CHECK(bounds.at("records") == 4);
  CHECK(bounds.at("subtasks") == 2);
  CHECK(bounds.at("faults").empty());
  CHECK(bounds.at("write_jitter_ms") == Json::array({0}));
  const Json& certificate = json.at("certificate");
  CHECK(certificate.at("states") == json.at("states"));
  CHECK(certificate.at("transitions") == json.at("transitions_explored"));
  CHECK(certificate.at("fixpoint").get<std::string>().size() == 32);
  CHECK(certificate.at("configuration").get<std::string>().size() == 32);
  const Json& no_loss = json.at("properties").at("no_loss");
  CHECK(no_loss.at("verdict") == "holds");
  CHECK(no_loss.at("holding_ends") == json.at("ends"));
  CHECK(no_loss.at("refuting_states") == 0);
  CHECK(json.at("expectation").at("met") == true);

  const Json part = place.json_of(
      "--states 100 --set '/environment/faults=[{\"between\": "
      "[\"4 s\", \"5 s\"], \"do\": \"kill_job\", \"job\": "
      "\"BLUE\"}]'",
      2);
  CHECK(part.at("states") == 100);
  CHECK(part.at("complete") == false);
  CHECK(part.at("endless_runs").is_null());
  CHECK(part.at("bounds").at("faults") == Json::array({"1 kill_job"}));
  CHECK(part.at("properties").at("no_loss").at("verdict") == "unknown");
}

TEST_CASE("explore: several files are several results and the worst exit code") {
  const Place place;
  const Ran ran =
      run("cd '" + (place / "") +
          "' && cp four.json other.json && cutover explore "
          "four.json other.json --states 1800 --set /expect/no_loss=holds --json both.json");
  CHECK(ran.code == 0);
  const Json json = Json::parse(shell::read_file(place / "both.json"));
  REQUIRE(json.at("results").size() == 2);
  CHECK(json.at("results").at(1).at("scenario") == "other");
  CHECK(json.at("results").at(0).at("states") == json.at("results").at(1).at("states"));
}

TEST_CASE("explore: what it writes replays") {
  const Place place;
  const Json json = place.json_of(kLossy + "--out '" + (place / "out") + "'", 1);
  const Json& folders = json.at("counterexamples");
  REQUIRE(folders.size() == 3);
  for (const Json& folder : folders) {
    const Ran replay = run("cutover replay '" + folder.get<std::string>() + "'");
    CHECK(replay.code == 0);
    CHECK_THAT(replay.out, Contains("REPRODUCED") && Contains("bit for bit"));
    CHECK_THAT(shell::read_file(folder.get<std::string>() + "/story.txt"), Contains("REFUTED"));
  }
  const Json& no_loss = json.at("properties").at("no_loss");
  CHECK(no_loss.at("verdict") == "refuted");
  CHECK(no_loss.at("steps").get<int>() > 3);
  CHECK(no_loss.at("refuting_states").get<int>() > 0);
  CHECK(no_loss.at("counterexample") == folders.at(0));
  CHECK_FALSE(std::filesystem::exists(place / "out/four.exploration"));
}

TEST_CASE("explore: a run that never ends is a counterexample too") {
  const Place place;
  const Json json = place.json_of("--protocol flip504-r1 --out '" + (place / "out") + "'", 1);
  CHECK(json.at("endless_runs") == true);
  CHECK(json.at("ends") == 0);
  const std::string folder = json.at("properties").at("progress").at("counterexample");
  CHECK(run("cutover replay '" + folder + "'").code == 0);
}

TEST_CASE("explore: an interrupted exploration goes on and ends with the same certificate") {
  const Place place;
  const Json whole = place.json_of(kLarge, 0);
  const std::string out = kLarge + "--out '" + (place / "out") + "' ";
  const std::string left = place / "out/four.exploration";
  std::uint64_t states = 0;
  for (const char* const bound : {"--for 1ms --jobs 1", "--memory 1 --jobs 2"}) {
    const Json part = place.json_of(out + bound, 2);
    CHECK(part.at("complete") == false);
    CHECK(part.at("states").get<std::uint64_t>() >= states);
    CHECK(part.at("states") < whole.at("states"));
    states = part.at("states").get<std::uint64_t>();
    REQUIRE(std::filesystem::exists(left));
  }
  const Ran rest = place.explore(out + "--jobs 2 --json '" + (place / "rest.json") + "'");
  CHECK(rest.code == 0);
  CHECK_THAT(rest.err, Contains("goes on after " + std::to_string(states) + " states"));
  const Json resumed = Json::parse(shell::read_file(place / "rest.json"));
  CHECK(resumed.at("certificate") == whole.at("certificate"));
  CHECK(resumed.at("properties") == whole.at("properties"));
  CHECK_FALSE(std::filesystem::exists(left));
}

TEST_CASE("explore: what another scenario left is not taken up") {
  const Place place;
  const std::string out = " --out '" + (place / "out") + "' ";
  REQUIRE(place.explore(kLarge + "--for 1ms" + out).code == 2);
  const Ran other = place.explore(out);
  CHECK(other.code == 0);
  CHECK_THAT(other.err, Contains("begun anew"));
  const Ran damaged = [&] {
    REQUIRE(place.explore("--for 1ms" + out).code == 2);
    shell::write_file(place / "out/four.exploration", "no exploration");
    return place.explore(out);
  }();
  CHECK(damaged.code == 0);
  CHECK_THAT(damaged.err, Contains("begun anew"));
}

TEST_CASE("explore: no result depends on the number of workers or on the order") {
  const Place place;
  const Json one = place.json_of("--jobs 1", 0);
  for (const char* const options : {"--jobs 3", "--depth-first"}) {
    const Json other = place.json_of(options, 0);
    CHECK(other.at("certificate") == one.at("certificate"));
    CHECK(other.at("ends") == one.at("ends"));
  }
  const Json full = place.json_of("--no-partial-order", 0);
  CHECK(full.at("certificate").at("configuration") != one.at("certificate").at("configuration"));
  CHECK(full.at("states").get<int>() > one.at("states").get<int>());
  CHECK(full.at("ends") == one.at("ends"));
  CHECK(full.at("properties") == one.at("properties"));
}
