// `cutover claims` from outside: what goes where, exit codes, and the page that is kept in docs/.

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/support/claim_files.hpp"
#include "tests/support/shell.hpp"

namespace {

using Catch::Contains;
using Json = nlohmann::json;
using shell::Ran;
using shell::run;
using support::ClaimFile;
using support::ClaimFolder;

// D1 is refuted under r5, S1 open, D4 without a meaning under basic.
void fill(const ClaimFolder& folder) {
  ClaimFile lossy;
  lossy.delay = "0 ms";
  folder.add("a.json", lossy);
  ClaimFile fine;
  fine.judges = R"({ "S1": ["no_loss"] })";
  folder.add("b.json", fine);
}

Ran claims(const ClaimFolder& folder, const std::string& options) {
  return run("cutover claims --scenarios " + folder.path() + " --runs 40 " + options);
}

// The cells between the bars of the line that begins so.
std::vector<std::string> row(const std::string& page, const std::string& begin) {
  const std::size_t at = page.find("\n" + begin);
  REQUIRE(at != std::string::npos);
  const std::string line = page.substr(at + 1, page.find('\n', at + 1) - at - 1);
  std::vector<std::string> cells;
  for (std::size_t from = line.find("| ") + 2; from < line.size();) {
    const std::size_t to = line.find(" |", from);
    cells.push_back(line.substr(from, to - from));
    from = to + 3;
  }
  return cells;
}

}  // namespace

TEST_CASE("claims: the text has a line a claim and then what each mark rests on") {
  const ClaimFolder folder;
  fill(folder);
  const Ran ran = claims(folder, "");
  CHECK(ran.code == 0);
  CHECK(ran.err.empty());
  CHECK_THAT(ran.out, Contains("basic    r1    r2    r3    r4    r5\n") &&
                          Contains("written exactly once") &&
                          Contains("     ?     ?     ?     ?     ?     x\n") &&
                          Contains("a.json --seed 1: no_loss, "));
}

TEST_CASE("claims: Markdown and JSON say the same of every claim and protocol") {
  const ClaimFolder folder;
  fill(folder);
  const Ran page = claims(folder, "--markdown");
  const Ran data = claims(folder, "--json -");
  CHECK(page.code == 0);
  CHECK(data.code == 0);
  CHECK_THAT(page.out, Catch::StartsWith("<!-- Made by `cutover claims --markdown --scenarios " +
                                         folder.path() + " --runs 40`"));
  CHECK_THAT(data.err, Contains("+ holds   x refuted"));
  const Json cells = Json::parse(data.out);
  REQUIRE(cells.size() == 28 * 6);
  for (std::size_t i = 0; i < cells.size(); i += 6) {
    const std::string id = cells[i].at("id");
    const std::vector<std::string> shown = row(page.out, "| " + id + " |");
    REQUIRE(shown.size() == 8);
    for (std::size_t k = 0; k < 6; ++k) {
      INFO(id << " " << k);
      CHECK(cells[i + k].at("id") == id);
      CHECK(cells[i + k].at("verdict") == shown[2 + k]);
      CHECK_THAT(page.out, Contains(cells[i + k].at("evidence").get<std::string>()) &&
                               Contains(cells[i + k].at("needs").get<std::string>()));
    }
  }
}

TEST_CASE("claims: the same bytes with any number of workers") {
  const ClaimFolder folder;
  fill(folder);
  CHECK(claims(folder, "--jobs 1").out == claims(folder, "--jobs 5").out);
}

TEST_CASE("claims: the result goes to a file as well") {
  const ClaimFolder folder;
  fill(folder);
  const shell::Folder out;
  const Ran ran = claims(folder, "--json " + (out / "claims.json"));
  CHECK(ran.code == 0);
  CHECK_THAT(ran.out, Contains("+ holds   x refuted"));
  CHECK(shell::read_file(out / "claims.json") == claims(folder, "--json -").out);
}

TEST_CASE("claims: exit code 64 is for a bad command line and says what is wrong") {
  const std::string options =
      GENERATE("--runs 0", "--runs 1000001", "--runs many", "--jobs 0", "--jobs 257", "--jobs -1",
               "--scenarios ''", "--json ''", "extra");
  const Ran ran = run("cutover claims " + options);
  CHECK(ran.code == 64);
  CHECK(ran.out.empty());
  CHECK_THAT(ran.err, Contains(options.substr(0, options.find(' '))));
}

TEST_CASE("claims: exit code 65 is for files that are no scenarios") {
  const ClaimFolder folder;
  fill(folder);
  folder.add("c.json", std::string{"{ \"title\": 1 }"});
  const Ran ran = claims(folder, "");
  CHECK(ran.code == 65);
  CHECK(ran.out.empty());
  CHECK_THAT(ran.err, Contains("/c.json:1:/title: expected "));
  CHECK(run("cutover claims --scenarios /none").code == 65);
}

TEST_CASE("docs/claims.md is what cutover claims --markdown prints", "[slow]") {
  if (!std::filesystem::exists("docs/claims.md")) {
    WARN("there is no docs/claims.md");
    return;
  }
  const Ran ran = run("cutover claims --markdown");
  CHECK(ran.code == 0);
  CHECK(ran.out == shell::read_file("docs/claims.md"));
}
