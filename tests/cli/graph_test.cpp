// cutover graph: what it writes, and its exit codes. The goldens are in tests/cli/graphs;
// CUTOVER_REWRITE=1 writes them anew.

#include <catch2/catch.hpp>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/support/shell.hpp"

namespace {

using Json = nlohmann::json;
using shell::Folder;
using shell::Ran;
using shell::read_file;
using shell::run;
using shell::write_file;

const std::string kGraphs = HARNESS_ROOT "/tests/cli/graphs/";

void is_golden(const std::string& name, const std::string& command) {
  const Ran ran = run("cutover graph " + command);
  INFO("cutover graph " << command);
  CHECK(ran.code == 0);
  CHECK(ran.err.empty());
  if (std::getenv("CUTOVER_REWRITE") != nullptr) {
    write_file(kGraphs + name, ran.out);
  }
  CHECK(ran.out == read_file(kGraphs + name));
}

Json graph(const std::string& command) {
  const Ran ran = run("cutover graph --json - " + command);
  REQUIRE(ran.code == 0);
  return Json::parse(ran.out);
}

}  // namespace

TEST_CASE("graph shows the job with and without its gates for Graphviz") {
  is_golden("two_sinks.dot", "scenarios/placement/two_sinks.json");
  is_golden("after_source.dot", "scenarios/placement/after_source.json");
  is_golden("manual_middle.dot", "scenarios/placement/manual_middle.json");
  is_golden("in_sink_two_inputs.dot", "scenarios/placement/in_sink_two_inputs.json");
  is_golden("keyed_after_source-r2.dot",
            "scenarios/placement/keyed_after_source.json --protocol flip504-r2");
  is_golden("smallest-basic.dot", "scenarios/handover/smallest.json --protocol basic");
}

TEST_CASE("graph shows the same as JSON") {
  is_golden("two_sinks.json.golden", "scenarios/placement/two_sinks.json --json -");
  is_golden("two_inputs.json.golden", "scenarios/handover/two_inputs.json --json -");
}

TEST_CASE("a gate leaves the number of shuffles as it is and costs at most an exchange (p2:R2.6)") {
  for (const char* const file :
       {"placement/two_sinks", "placement/after_source", "placement/manual_middle",
        "placement/keyed_after_source", "placement/keyed_before_sink", "handover/two_inputs"}) {
    INFO(file);
    const Json json = graph("scenarios/" + std::string{file} + ".json");
    CHECK(json.at("after").at("shuffles") == json.at("before").at("shuffles"));
    CHECK(json.at("after").at("exchanges") == json.at("before").at("exchanges"));
  }
  const Json unchained = graph("scenarios/placement/two_sources_after.json");
  CHECK(unchained.at("after").at("shuffles") == unchained.at("before").at("shuffles"));
  CHECK(unchained.at("after").at("exchanges") ==
        unchained.at("before").at("exchanges").get<int>() + 2);
}

TEST_CASE("graph takes changes of the scenario and writes JSON beside the picture") {
  const Folder folder;
  const std::string path = folder / "graph.json";
  const Ran ran = run("cutover graph scenarios/handover/smallest.json --json " + path +
                      " --set /deployment/gate/position=IN_SINK");
  CHECK(ran.code == 0);
  CHECK(ran.out.starts_with("digraph"));
  const Json json = Json::parse(read_file(path));
  CHECK(json.at("position") == "IN_SINK");
  CHECK(json.at("protocol") == "flip504-r5");
  CHECK(graph("scenarios/handover/smallest.json --protocol basic").at("position").is_null());
}

TEST_CASE("graph says what is wrong with its options and files") {
  CHECK(run("cutover graph").code == 64);
  CHECK(run("cutover graph scenarios/handover/smallest.json --json ''").code == 64);
  CHECK(run("cutover graph scenarios/handover/smallest.json --seed 1").code == 64);
  CHECK(run("cutover graph scenarios/handover/no_such_file.json").code == 65);
  const Ran refused = run("cutover graph scenarios/invalid/two_sinks.json");
  CHECK(refused.code == 65);
  CHECK(refused.out.empty());
  CHECK(refused.err.find("/job/operators: expected exactly one sink") != std::string::npos);
  const Ran itself =
      run("cutover graph scenarios/handover/smallest.json --json scenarios/handover/smallest.json");
  CHECK(itself.code == 64);
  CHECK(run("cutover graph --help").code == 0);
}
