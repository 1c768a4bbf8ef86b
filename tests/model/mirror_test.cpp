// The ConfigMap in two clusters: what the mirror carries, when, and what a copy does there (claim
// S7).

#include "model/mirror.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <vector>

#include "model/notes.hpp"
#include "tests/support/gate_bench.hpp"
#include "tests/support/jobs.hpp"

namespace {

using gate_bench::at;
using gate_bench::transition;
using gate_bench::waiting;
using gate_bench::with_stage;
using gate_bench::with_toggle;
using model::Cluster;
using model::Color;
using model::ConfigMap;
using model::ConflictRule;
using model::Copy;
using model::CutWay;
using model::Delay;
using model::NoteKind;
using model::Stage;
using model::WatermarkStage;
using model::WholeMap;
using sim::Due;
using support::Run;
using namespace std::chrono_literals;

WholeMap whole(const ConfigMap& fields) {
  return WholeMap{fields, std::vector<model::GateReports>(2)};
}

// Of the second cluster: green asked for a toggle over what it had been told of as version 3.
Copy asks_for_toggle() {
  Copy copy;
  copy.before = whole(transition());
  copy.after = whole(waiting(transition()));
  copy.based_on = 3;
  return copy;
}

// The same instant in the first: an abort has given it back to blue.
WholeMap aborted() {
  ConfigMap map;
  map.exists = true;
  map.active = Color::kBlue;
  map.stage = Stage::kFailing;
  map.is_first = true;
  return whole(map);
}

sim::ProcessingTime since_start(std::chrono::milliseconds ms) { return sim::ProcessingTime{ms}; }

model::Settings mirrored(Delay delay, std::vector<model::Partition> partitions = {}) {
  model::Settings settings = support::two_step_hand_over();
  settings.environment.mirror =
      model::MirrorSettings{delay, ConflictRule::kMergeEntries, std::move(partitions)};
  return settings;
}

// What was stored in a cluster, by the mirror or by others.
struct Stored {
  Due at;
  std::int64_t content = 0;  // packed
  std::int64_t toggle = 0;

  friend bool operator==(const Stored&, const Stored&) = default;
};
enum class By { kMirror, kOthers };
std::vector<Stored> stored(const Run& run, Cluster cluster, By by) {
  std::vector<Stored> all;
  for (const sim::Note& note : run.trace.notes()) {
    const sim::Slot slot{note.actor};
    if (static_cast<NoteKind>(note.what) == NoteKind::kMapStored &&
        run.plan.cluster_of(slot) == cluster && run.plan.is_mirror(slot) == (by == By::kMirror)) {
      all.push_back(Stored{note.at, note.b, note.a});
    }
  }
  return all;
}

}  // namespace

TEST_CASE("a copy from the second cluster is refused once the first has changed") {
  const auto put = [](const WholeMap& there, Cluster to, std::uint32_t newest) {
    return model::with_copy(there, asks_for_toggle(), to, ConflictRule::kFirstClusterWins, newest);
  };
  CHECK(put(whole(transition()), Cluster::kFirst, 3) == asks_for_toggle().after);
  CHECK_FALSE(put(aborted(), Cluster::kFirst, 4));
  CHECK(put(aborted(), Cluster::kSecond, 4) == asks_for_toggle().after);
}

TEST_CASE("a copy of the last writer overwrites what is there with keys that he left alone too") {
  const auto put = model::with_copy(aborted(), asks_for_toggle(), Cluster::kFirst,
                                    ConflictRule::kLastWriterWins, 4);
  REQUIRE(put);
  CHECK(put->fields.active == Color::kGreen);
  CHECK(put->fields.stage == Stage::kTransitioning);
  CHECK_FALSE(put->fields.is_first);
}

TEST_CASE("a copy that merges puts the keys that its writer changed and no other") {
  const auto put = [](const WholeMap& there, const Copy& copy) {
    return *model::with_copy(there, copy, Cluster::kFirst, ConflictRule::kMergeEntries, 4);
  };
  ConfigMap expected = aborted().fields;
  expected.watermark_stage = WatermarkStage::kWaiting;
  CHECK(put(aborted(), asks_for_toggle()) == whole(expected));

  Copy replaced;  // a key that its writer dropped is dropped
  replaced.before = whole(with_toggle(transition(), 500));
  replaced.after = whole(transition());
  CHECK(put(whole(with_stage(with_toggle(transition(), 500), Stage::kClearToTeardown)), replaced) ==
        whole(with_stage(transition(), Stage::kClearToTeardown)));

  Copy said;  // each gate subtask has keys of its own (cutover:N2)
  said.before = said.after = whole(transition());
  said.after.reports[1].acknowledged = 7;
  WholeMap there = whole(transition());
  there.reports[0].acknowledged = 5;
  there.reports[1].passed = 2;
  WholeMap both = there;
  both.reports[1].acknowledged = 7;
  CHECK(put(there, said) == both);
}

TEST_CASE("what comes after a partition is one copy of what is newest") {
  const Copy first = asks_for_toggle();
  Copy second;  // over a stage that the mirror has put in between
  second.before = whole(with_stage(waiting(transition()), Stage::kRunning));
  second.after = second.before;
  second.after.fields.active = Color::kBlue;
  second.based_on = 4;
  const Copy merged = model::joined(first, second, ConflictRule::kMergeEntries);
  ConfigMap expected = aborted().fields;
  expected.watermark_stage = WatermarkStage::kWaiting;
  CHECK(*model::with_copy(aborted(), merged, Cluster::kFirst, ConflictRule::kMergeEntries, 4) ==
        whole(expected));
  const Copy overwritten = model::joined(first, second, ConflictRule::kLastWriterWins);
  CHECK(overwritten.after == second.after);
  CHECK(overwritten.based_on == 4);
}

TEST_CASE("a copy waits for the end of every partition that it falls into and that cuts its way") {
  model::MirrorSettings settings;
  settings.partitions = {{since_start(2s), since_start(3s), CutWay::kToSecond},
                         {since_start(1s), since_start(2s), CutWay::kBoth}};
  const auto comes = [&](Cluster to, std::uint32_t ms) {
    return model::after_partitions(settings, to, Due{ms}).ms;
  };
  CHECK(comes(Cluster::kSecond, 999) == 999);
  CHECK(comes(Cluster::kSecond, 1'000) == 3'000);
  CHECK(comes(Cluster::kFirst, 1'000) == 2'000);
  CHECK(comes(Cluster::kFirst, 2'500) == 2'500);
  CHECK(comes(Cluster::kSecond, 3'000) == 3'000);
}

TEST_CASE("every version is carried to the other cluster in order and after its delay") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Run run{mirrored({100, 400}), seed};
    CHECK(run.finish().because == sim::Ending::kSettled);
    CHECK(run.committed(1) == 300);
    for (const Cluster from : {Cluster::kFirst, Cluster::kSecond}) {
      const std::vector<Stored> written = stored(run, from, By::kOthers);
      const std::vector<Stored> copied = stored(run, model::other(from), By::kMirror);
      REQUIRE(written.size() == copied.size());
      REQUIRE(!written.empty());
      Due before;
      for (std::size_t i = 0; i < written.size(); ++i) {
        CHECK(copied[i].toggle == written[i].toggle);
        CHECK(copied[i].at >= before);
        CHECK(copied[i].at >= written[i].at.after(100));
        const bool waits = copied[i].at == before;  // for the one ahead
        CHECK((waits || copied[i].at <= written[i].at.after(400)));
        before = copied[i].at;
      }
    }
    CHECK(run.world.map_in(Cluster::kFirst).content() ==
          run.world.map_in(Cluster::kSecond).content());
  }
}

TEST_CASE("gates see the ConfigMap of their own cluster and no other") {
  Run run{mirrored({400, 400}), 3};
  run.finish();
  for (const sim::Note& note : run.trace.notes()) {
    if (static_cast<NoteKind>(note.what) != NoteKind::kMapLearned) {
      continue;
    }
    const Color color = run.plan.slots()[note.actor].color;
    std::vector<Stored> seen = stored(run, model::home_of(color), By::kOthers);
    const std::vector<Stored> copied = stored(run, model::home_of(color), By::kMirror);
    seen.insert(seen.end(), copied.begin(), copied.end());
    CHECK(std::any_of(seen.begin(), seen.end(), [&](const Stored& version) {
      return version.content == note.b && version.toggle == note.a && version.at <= note.at;
    }));
  }
}

TEST_CASE("nothing is carried while a partition lasts and one copy when it is over") {
  Run run{mirrored({100, 100}, {{since_start(5s), since_start(12s)}})};
  const auto copies = [&] { return stored(run, Cluster::kSecond, By::kMirror); };
  run.until(Due{4'999});
  const std::size_t before = copies().size();
  const std::size_t written_before = stored(run, Cluster::kFirst, By::kOthers).size();
  run.until(Due{11'999});
  CHECK(copies().size() == before);
  const std::vector<Stored> written = stored(run, Cluster::kFirst, By::kOthers);
  REQUIRE(written.size() > written_before + 1);
  run.until(Due{12'000});
  REQUIRE(copies().size() == before + 1);
  CHECK(copies().back().at == Due{12'000});
  CHECK(copies().back().content == written.back().content);
  CHECK(run.finish().because == sim::Ending::kSettled);
}

TEST_CASE(
    "a gate that finds no ConfigMap in its cluster fails its task until there is one (p2:G3)") {
  Run run{mirrored({100, 100}, {{since_start(0ms), since_start(20s)}})};
  run.until(Due{19'999});
  CHECK(!turns_of(run, Color::kGreen, model::JobStatus::kRestarting).empty());
  CHECK(run.chronicle.when(model::Milestone::kTransitioning).is_never());
  CHECK(run.finish().because == sim::Ending::kSettled);
  CHECK(run.chronicle.transitions()[0].result == model::Transition::Result::kActiveGreen);
}

TEST_CASE(
    "what green's gates say of themselves comes to the controller with a copy (cutover:N2 "
    "cutover:N4)") {
  const auto in_force_by = [](std::vector<model::Partition> partitions, Due instant) {
    model::Settings settings = mirrored({300, 300}, std::move(partitions));
    settings.deployment.protocol = "cutover-1";
    Run run{settings};
    run.until(instant);
    const std::vector<Stored> written = stored(run, Cluster::kFirst, By::kOthers);
    return std::any_of(written.begin(), written.end(), [](const Stored& version) {
      return static_cast<WatermarkStage>(version.content >> 8 & 0xF) == WatermarkStage::kSet;
    });
  };
  CHECK(in_force_by({}, Due{30'000}));
  CHECK_FALSE(in_force_by({{since_start(7s), since_start(1h), CutWay::kToFirst}}, Due{30'000}));
}
