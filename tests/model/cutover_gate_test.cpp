// One gate subtask of cutover-1, rule by rule (docs/cutover-protocols.md): how it comes to agree on
// a toggle, what it does in doubt, and how it judges by one that is in force.
#include <catch2/catch.hpp>
#include <cstdint>
#include <utility>
#include <vector>

#include "model/gate.hpp"
#include "model/gate_rules.hpp"
#include "tests/support/gate_bench.hpp"

namespace {

using namespace gate_bench;  // NOLINT(google-build-using-namespace): the vocabulary of these tests
using model::GateReport;
using model::ResourceVersion;

constexpr GateRules kCutover = model::gate_rules_cutover_1();

using Reports = std::vector<std::pair<GateReport, std::uint16_t>>;

// An API server that takes reports too.
class AgreeingServer final : public ConfigMapApi {
 public:
  explicit AgreeingServer(const ConfigMap& first) : content(first) {}

  Read get() override {
    ++reads;
    return Read{content, version};
  }
  Result update(const ConfigMapEntries& entries, ResourceVersion read) override {
    if (conflicts > 0) {
      --conflicts;
      return Result::kConflict;
    }
    if (read != version) {
      return Result::kConflict;
    }
    model::put(content, entries);
    next_version();
    writes.push_back(entries);
    return Result::kStored;
  }
  bool report(GateReport what, std::uint16_t round) override {
    reports.emplace_back(what, round);
    next_version();
    return true;
  }
  // Another writer makes a new version.
  void store(const ConfigMap& map) {
    content = map;
    next_version();
  }

  ConfigMap content;
  ResourceVersion version{1};
  std::uint32_t conflicts = 0;
  int reads = 0;
  std::vector<ConfigMapEntries> writes;
  Reports reports;

 private:
  void next_version() { version = ResourceVersion{static_cast<std::uint32_t>(version) + 1}; }
};

struct Restored {
  std::int64_t newest = 0;
  std::uint16_t crossed = 0;
};

// A gate subtask with its server; the job takes checkpoints.
struct Subtask {
  Subtask(Color own, const ConfigMap& map) : server(map) {
    gate = model::open_gate(opening(own), map, kCutover);
  }
  Subtask(Color own, const ConfigMap& map, Restored restored) : server(map) {
    model::GateOpening from = opening(own);
    from.newest = at(restored.newest);
    from.crossed = restored.crossed;
    gate = model::open_gate(from, map, kCutover);
  }

  GateOutcome record(std::int64_t ts) {
    return model::on_record(gate, RecordTime{at(ts), false}, {}, kCutover, server);
  }
  Subtask& watermark(std::int64_t wm) {
    model::on_watermark(gate, at(wm));
    model::agree(gate, has_checkpoints, kCutover, server);
    return *this;
  }
  // Another writer stores it, and the informer delivers it.
  Subtask& learn(const ConfigMap& map) {
    server.store(map);
    return deliver(map, server.version);
  }
  Subtask& deliver(const ConfigMap& map, ResourceVersion version) {
    if (!model::is_ignored(gate, version, kCutover)) {
      REQUIRE(model::on_config_map(gate, map, Due{0}, kCutover) == GateError::kNone);
    }
    return *this;
  }
  static model::GateOpening opening(Color own) {
    model::GateOpening from;
    from.own = own;
    from.version = ResourceVersion{1};
    return from;
  }

  AgreeingServer server;
  Gate gate;
  bool has_checkpoints = true;
};

Subtask standby_gate(const ConfigMap& map) { return Subtask{Color::kBlue, map}; }
Subtask active_gate(const ConfigMap& map) { return Subtask{Color::kGreen, map}; }

ConfigMap proposed(std::int64_t toggle, std::uint16_t round = 1) {
  ConfigMap map = transition();
  ConfigMapEntries entries;
  entries.toggle = at(toggle);
  entries.watermark_stage = WatermarkStage::kProposed;
  entries.round = round;
  entries.first_proposal = at(toggle);
  model::put(map, entries);
  return map;
}

ConfigMap in_force(std::int64_t toggle, std::uint16_t round = 1) {
  ConfigMap map = proposed(toggle, round);
  map.watermark_stage = WatermarkStage::kSet;
  return map;
}

const Reports kNothing;
Reports acknowledged(std::uint16_t round) { return {{GateReport::kAcknowledged, round}}; }
Reports passed(std::uint16_t round) { return {{GateReport::kPassed, round}}; }

}  // namespace

// --- Proposing -----------------------------------------------------------------------------------

TEST_CASE("a standby gate proposes a toggle a second past what it has judged (cutover:N1)") {
  Subtask subtask = standby_gate(transition());
  CHECK(subtask.record(4'000).emit);
  subtask.watermark(3'900);
  CHECK(subtask.server.content.toggle == at(5'001));
  CHECK(subtask.server.content.is_proposed());
  CHECK(subtask.server.content.round == 1);
  CHECK(subtask.server.reports == acknowledged(1));
}

TEST_CASE("a proposal is past the watermark where no record has come (cutover:N1)") {
  Subtask subtask = standby_gate(transition());
  subtask.watermark(3'900);
  CHECK(subtask.server.content.toggle == at(4'901));
}

TEST_CASE("a proposal is no toggle to either side until it is in force (cutover:N1)") {
  Subtask blue = standby_gate(proposed(5'000));
  CHECK(blue.record(4'999).emit);
  CHECK(blue.record(4'999).rule == GateRule::kStandbyNoToggle);
  Subtask green = active_gate(proposed(5'000));
  CHECK_FALSE(green.record(4'999).emit);
  CHECK(green.record(4'999).rule == GateRule::kActiveNoToggle);
}

TEST_CASE("nobody proposes before stage TRANSITIONING or without a watermark (cutover:N1)") {
  for (const Stage stage : {Stage::kInitializing, Stage::kRunning, Stage::kFailing}) {
    Subtask subtask = standby_gate(with_stage(transition(), stage));
    subtask.watermark(3'900);
    CHECK(subtask.server.reads == 0);
  }
  Subtask without = standby_gate(transition());
  CHECK(without.record(4'000).emit);
  without.watermark(0);
  CHECK(without.server.reads == 0);
  Subtask first = standby_gate(as_first(transition()));
  first.watermark(3'900);
  CHECK(first.server.reads == 0);
}

TEST_CASE("an active gate never proposes (cutover:N1)") {
  Subtask subtask = active_gate(transition());
  subtask.watermark(3'900);
  CHECK(subtask.server.reads == 0);
}

TEST_CASE("a proposal that came first is answered instead of replaced (cutover:N1 cutover:N2)") {
  Subtask subtask = standby_gate(transition());
  CHECK(subtask.record(4'000).emit);
  subtask.server.store(proposed(9'000, 5));
  subtask.watermark(3'900);
  CHECK(subtask.server.writes.empty());
  CHECK(subtask.server.reports == acknowledged(5));
  CHECK(subtask.gate.context.toggle == at(9'000));
}

TEST_CASE("rounds go on counting from what is stored (cutover:N1)") {
  ConfigMap map = transition();
  map.round = 7;
  Subtask subtask = standby_gate(map);
  subtask.watermark(3'900);
  CHECK(subtask.server.content.round == 8);
}

// --- Acknowledging and raising -------------------------------------------------------------------

TEST_CASE("a proposal newer than all it has judged is acknowledged once (cutover:N2)") {
  for (Subtask subtask : {standby_gate(transition()), active_gate(transition())}) {
    subtask.record(4'999);
    subtask.learn(proposed(5'000, 3));
    CHECK(subtask.server.reports == kNothing);  // the next watermark proves that time goes on
    subtask.watermark(4'000).watermark(4'500);
    CHECK(subtask.server.reports == acknowledged(3));
    CHECK(subtask.server.writes.empty());
  }
}

TEST_CASE("a proposal not newer than what it has judged is raised above it (cutover:N2)") {
  for (Subtask subtask : {standby_gate(transition()), active_gate(transition())}) {
    subtask.record(5'000);
    subtask.record(1);
    subtask.learn(proposed(5'000, 3)).watermark(4'000);
    CHECK(subtask.server.content.toggle == at(6'001));
    CHECK(subtask.server.content.round == 4);
    CHECK(subtask.server.reports == acknowledged(4));
  }
}

TEST_CASE("a raise leads by a quarter of what the agreement has taken so far (cutover:N2)") {
  Subtask subtask = standby_gate(transition());
  subtask.record(15'000);
  subtask.learn(proposed(5'000)).watermark(14'000);
  CHECK(subtask.server.content.toggle == at(17'501));
  CHECK(subtask.server.content.first_proposal == at(5'000));
}

TEST_CASE("a subtask without a watermark acknowledges nothing (cutover:N2)") {
  Subtask subtask = active_gate(proposed(5'000));
  subtask.watermark(0);
  CHECK(subtask.server.reports == kNothing);
}

TEST_CASE("what a job had judged before it was restarted counts (cutover:N8)") {
  Subtask subtask{Color::kBlue, proposed(5'000), Restored{5'000, 0}};
  subtask.watermark(4'000);
  CHECK(subtask.server.content.toggle == at(6'001));
}

TEST_CASE(
    "a conflict is met by reading again and ten of them are left to the next watermark "
    "(cutover:N2)") {
  Subtask subtask = standby_gate(transition());
  subtask.server.conflicts = 9;
  subtask.watermark(3'900);
  CHECK(subtask.server.writes.size() == 1);
  Subtask unlucky = standby_gate(transition());
  unlucky.server.conflicts = 10;
  unlucky.watermark(3'900);
  CHECK(unlucky.server.writes.empty());
  unlucky.watermark(4'000);
  CHECK(unlucky.server.writes.size() == 1);
}

// --- In doubt ------------------------------------------------------------------------------------

TEST_CASE("in doubt a subtask reads and acts on a toggle that came into force (cutover:N3)") {
  Subtask blue = standby_gate(proposed(5'000));
  blue.server.store(in_force(5'000));
  const GateOutcome dropped = blue.record(5'000);
  CHECK_FALSE(dropped.emit);
  CHECK(dropped.rule == GateRule::kStandbyInForce);
  CHECK(blue.server.writes.empty());
  Subtask green = active_gate(proposed(5'000));
  green.server.store(in_force(5'000));
  CHECK(green.record(5'000).emit);
}

TEST_CASE("in doubt a subtask raises what is not in force and goes on without (cutover:N3)") {
  Subtask blue = standby_gate(proposed(5'000));
  const GateOutcome outcome = blue.record(5'000);
  CHECK(outcome.emit);
  CHECK(outcome.write == GateWrite::kProposal);
  CHECK(outcome.wrote);
  CHECK(blue.server.content.toggle == at(6'001));
  CHECK(blue.server.content.round == 2);
  Subtask green = active_gate(proposed(5'000));
  CHECK_FALSE(green.record(5'000).emit);
  CHECK(green.server.content.round == 2);
}

TEST_CASE("a record before the proposal is no doubt (cutover:N3)") {
  Subtask blue = standby_gate(proposed(5'000));
  blue.server.store(in_force(5'000));
  CHECK(blue.record(4'999).emit);
  CHECK(blue.server.reads == 0);
}

TEST_CASE("in doubt a subtask goes by what it reads: a higher proposal or none (cutover:N3)") {
  Subtask higher = standby_gate(proposed(5'000, 1));
  higher.server.store(proposed(8'000, 2));
  CHECK(higher.record(7'999).emit);
  CHECK(higher.server.writes.empty());
  Subtask aborted = standby_gate(proposed(5'000));
  ConfigMap survivor = as_first(with_stage(transition(), Stage::kFailing));
  survivor.active = Color::kBlue;
  aborted.server.store(survivor);
  CHECK(aborted.record(5'000).rule == GateRule::kActiveFirst);
}

TEST_CASE("in doubt nothing is judged that could not be settled (cutover:N3)") {
  Subtask blue = standby_gate(proposed(5'000));
  blue.server.conflicts = 10;
  const GateOutcome outcome = blue.record(5'000);
  CHECK(outcome.error == GateError::kException);
  CHECK_FALSE(outcome.emit);
  Subtask gone = standby_gate(proposed(5'000));
  gone.server.store(ConfigMap{});
  CHECK(gone.record(5'000).error == GateError::kException);
}

TEST_CASE("a version older than one that was read is ignored (cutover:N3)") {
  Subtask blue = standby_gate(transition());
  blue.watermark(3'900);  // reads, proposes, reads
  const ConfigMap known = blue.gate.context;
  CHECK(known.is_proposed());
  blue.deliver(transition(), ResourceVersion{1});
  CHECK(blue.gate.context == known);
  blue.deliver(in_force(4'901), blue.server.version);
  CHECK(blue.gate.context.has_toggle_in_force());
}

// --- In force ------------------------------------------------------------------------------------

TEST_CASE("in force each record goes by its event time whatever the watermark (cutover:N5)") {
  for (const std::int64_t wm : {1'000, 5'000, 5'100}) {  // T + the delay of 100 ms
    Subtask blue = standby_gate(in_force(5'000));
    blue.watermark(wm);
    CHECK(blue.record(4'999).emit);
    CHECK(blue.record(4'999).rule == GateRule::kStandbyInForce);
    CHECK_FALSE(blue.record(5'000).emit);
    Subtask green = active_gate(in_force(5'000));
    green.watermark(wm);
    CHECK_FALSE(green.record(4'999).emit);
    CHECK(green.record(4'999).rule == GateRule::kActiveInForce);
    CHECK(green.record(5'000).emit);
  }
}

TEST_CASE("past the toggle and the delay late records are the incoming job's (cutover:N5)") {
  Subtask blue = standby_gate(in_force(5'000));
  blue.watermark(5'101);
  CHECK_FALSE(blue.record(4'999).emit);
  CHECK(blue.record(4'999).rule == GateRule::kStandbyClosed);
  Subtask green = active_gate(in_force(5'000));
  green.watermark(5'101);
  CHECK(green.record(4'999).emit);
  CHECK(green.record(4'999).rule == GateRule::kActiveOpen);
}

TEST_CASE("a restarted subtask that had crossed has crossed still (cutover:N8)") {
  CHECK(Subtask{Color::kGreen, in_force(5'000, 3), Restored{6'000, 3}}.record(1).emit);
  CHECK_FALSE(Subtask{Color::kGreen, in_force(5'000, 3), Restored{6'000, 2}}.record(1).emit);
  CHECK_FALSE(Subtask{Color::kBlue, in_force(5'000, 3), Restored{6'000, 3}}.record(1).emit);
  CHECK(Subtask{Color::kBlue, transition(), Restored{6'000, 3}}.record(1).emit);
}

TEST_CASE("a first deployment is written whatever else is stored (p2:G2 and cutover:N5)") {
  Subtask subtask = active_gate(as_first(in_force(5'000)));
  CHECK(subtask.record(-1).emit);
  CHECK(subtask.record(4'999).rule == GateRule::kActiveFirst);
}

// --- Passed --------------------------------------------------------------------------------------

TEST_CASE(
    "that a subtask has passed is reported once a later checkpoint is complete "
    "(cutover:N6)") {
  for (Subtask subtask : {standby_gate(in_force(5'000, 2)), active_gate(in_force(5'000, 2))}) {
    const auto complete = [&](std::uint32_t checkpoint) {
      model::on_complete(subtask.gate, checkpoint, kCutover, subtask.server);
    };
    model::on_snapshot(subtask.gate, 7, kCutover);
    subtask.watermark(5'101);
    complete(7);  // its barrier came before the crossing
    CHECK(subtask.server.reports == kNothing);
    model::on_snapshot(subtask.gate, 8, kCutover);
    CHECK(model::awaits_checkpoint(subtask.gate));
    complete(7);
    CHECK(subtask.server.reports == kNothing);
    complete(8);
    complete(9);
    CHECK(subtask.server.reports == passed(2));
    CHECK_FALSE(model::awaits_checkpoint(subtask.gate));
  }
}

TEST_CASE("without checkpoints the crossing itself is reported (cutover:N6)") {
  Subtask subtask = standby_gate(in_force(5'000, 2));
  subtask.has_checkpoints = false;
  subtask.watermark(5'100);
  CHECK(subtask.server.reports == kNothing);
  subtask.watermark(5'101).watermark(5'102);
  CHECK(subtask.server.reports == passed(2));
}

TEST_CASE("a checkpoint past one toggle says nothing of the next (cutover:N6)") {
  Subtask subtask = standby_gate(in_force(5'000, 2));
  subtask.watermark(5'101);
  model::on_snapshot(subtask.gate, 8, kCutover);
  subtask.learn(transition()).learn(in_force(9'000, 3)).watermark(9'101);
  model::on_complete(subtask.gate, 8, kCutover, subtask.server);
  CHECK(subtask.server.reports == kNothing);
  model::on_snapshot(subtask.gate, 9, kCutover);
  model::on_complete(subtask.gate, 9, kCutover, subtask.server);
  CHECK(subtask.server.reports == passed(3));
}
