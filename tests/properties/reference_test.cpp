// Jobs that nobody upgrades, with whatever goes wrong with them, against references that share no
// code with the model.
//
// One is worked out from the settings alone: which records are sent, and which filters they pass on
// the way to which sink. The other is fed what the writers of the sinks were given in a run: what a
// failure takes back is a suffix of what each writer was given, and exactly that is given again.
// The first needs no late records for what it says; to jobs without event-time logic they are
// records like others (rt:L1), so it is held against those as well. rapidcheck supplies the lists
// that jobs and faults are drawn from, so that a failure shrinks to a plain one.
#include <rapidcheck.h>
#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "model/notes.hpp"
#include "scenarios/random/draw.hpp"
#include "scenarios/reader/scenario.hpp"
#include "scenarios/runner/run.hpp"
#include "scenarios/writer/write_scenario.hpp"
#include "sim/random.hpp"
#include "tests/support/drawing.hpp"
#include "tests/support/effort.hpp"
#include "tests/support/scenario_files.hpp"

namespace {

using model::OperatorKind;
using model::OperatorSettings;
using model::Settings;
using scenarios::Scenario;
using scenarios::Simulated;

// --- the reference from the settings

// A record by the place of its input and its number in it.
using Record = std::pair<std::size_t, std::uint32_t>;

// An edge into a sink, by the places of the sink and of the edge, and a record that comes there.
struct Written {
  std::size_t sink = 0;
  std::size_t edge = 0;
  Record record;

  friend auto operator<=>(const Written&, const Written&) = default;
};
using Times = std::map<Written, std::uint64_t>;

// When the outside world sends it, ms; none: never, as its partition is silent or not there yet.
std::optional<std::int64_t> sent_at(const model::InputSettings& input, std::uint32_t k) {
  const std::uint32_t partition = k % input.partitions;
  std::int64_t at = std::int64_t{k} * input.rate.per_ms / input.rate.count;
  for (const model::Silence& silence : input.silences) {
    if (silence.partition != partition || at < silence.from.ms() ||
        (silence.until && at >= silence.until->ms())) {
      continue;
    }
    if (!silence.comes_later) {
      return std::nullopt;
    }
    at = silence.until->ms();
  }
  const auto is_too_early = [&](const model::Appearance& appearance) {
    return appearance.partition == partition && at < appearance.at.ms();
  };
  return std::any_of(input.appears.begin(), input.appears.end(), is_too_early) ? std::nullopt
                                                                               : std::optional{at};
}

std::set<std::uint32_t> sent_to(const model::InputSettings& input) {
  std::set<std::uint32_t> sent;
  for (std::uint32_t k = 0; k < input.records; ++k) {
    if (sent_at(input, k)) {
      sent.insert(k);
    }
  }
  return sent;
}

const OperatorSettings& operator_of(const Settings& settings, const std::string& id) {
  return *std::find_if(settings.job.operators.begin(), settings.job.operators.end(),
                       [&](const OperatorSettings& op) { return op.id == id; });
}

// What the operator sends on.
std::map<Record, std::uint64_t> sent_by(const Settings& settings, const OperatorSettings& op) {
  std::map<Record, std::uint64_t> out;
  for (std::size_t i = 0; i < settings.inputs.size(); ++i) {
    if (op.kind == OperatorKind::kSource && op.reads == settings.inputs[i].name) {
      for (const std::uint32_t k : sent_to(settings.inputs[i])) {
        ++out[Record{i, k}];
      }
    }
  }
  for (const model::Connection& connection : op.inputs) {
    for (const auto& [record, times] : sent_by(settings, operator_of(settings, connection.from))) {
      if (op.kind != OperatorKind::kFilter || record.second % op.keep.every == op.keep.offset) {
        out[record] += times;
      }
    }
  }
  return out;
}

Times reference_of(const Settings& settings) {
  Times owed;
  const std::vector<OperatorSettings>& operators = settings.job.operators;
  for (std::size_t sink = 0; sink < operators.size(); ++sink) {
    for (std::size_t edge = 0;
         operators[sink].kind == OperatorKind::kSink && edge < operators[sink].inputs.size();
         ++edge) {
      const std::string& from = operators[sink].inputs[edge].from;
      for (const auto& [record, times] : sent_by(settings, operator_of(settings, from))) {
        owed[Written{sink, edge, record}] += times;
      }
    }
  }
  return owed;
}

// --- what a run committed

// Names an output by what it is: which record, at which edge. The plan says only which number a
// record or an edge has in a run.
class Names {
 public:
  Names(const Settings& settings, const model::Plan& plan)
      : edges_(plan.job().sink_inputs), plan_(plan) {
    const std::vector<OperatorSettings>& operators = settings.job.operators;
    for (std::size_t sink = 0; sink < operators.size(); ++sink) {
      for (std::size_t edge = 0;
           operators[sink].kind == OperatorKind::kSink && edge < operators[sink].inputs.size();
           ++edge) {
        edges_.at(first_input_of(operators[sink].id) + edge) = Written{sink, edge, {}};
      }
    }
  }

  [[nodiscard]] Written output(std::uint32_t record, std::size_t edge) const {
    const model::Plan::RecordName name = plan_.record(record);
    Written written = edges_[edge];
    written.record = Record{name.input, name.number};
    return written;
  }
  [[nodiscard]] std::size_t edges() const { return edges_.size(); }

 private:
  [[nodiscard]] std::size_t first_input_of(const std::string& sink) const {
    for (const model::TaskPlan& task : plan_.job().tasks) {
      for (std::size_t i = 0; i < task.ops.size(); ++i) {
        if (task.operator_ids[i] == sink) {
          return plan_.job().ops[task.ops[i]].sink_input;
        }
      }
    }
    return edges_.size();
  }

  std::vector<Written> edges_;
  const model::Plan& plan_;
};

Times committed_in(const Simulated& run, const Names& names) {
  Times committed;
  const std::vector<model::Output>& outputs = run.ledger.outputs();
  for (std::uint32_t i = 0; i < outputs.size(); ++i) {
    const auto edges = static_cast<std::uint32_t>(names.edges());
    if (outputs[i].commits_in_all() > 0) {
      committed[names.output(i / edges, i % edges)] =
          static_cast<std::uint64_t>(outputs[i].commits_in_all());
    }
  }
  return committed;
}

// --- what the writers were given

// One after the other, by the life of the job and the writer: a subtask of a sink.
using Given = std::map<std::pair<std::uint32_t, std::uint32_t>, std::vector<Written>>;

// From what a recorded run noted: a job begins a new life with every change of its status.
Given given_in(const Simulated& run, const Names& names) {
  Given given;
  std::uint32_t life = 0;
  for (const sim::Note& note : run.trace.notes()) {
    if (note.what == static_cast<std::uint16_t>(model::NoteKind::kJob)) {
      ++life;
    } else if (note.what == static_cast<std::uint16_t>(model::NoteKind::kWritten)) {
      given[{life, note.actor}].push_back(
          names.output(static_cast<std::uint32_t>(note.a), note.detail));
    }
  }
  return given;
}

// rt:C7: where barriers are only counted what a checkpoint holds is not what was before it.
bool only_counts_barriers(const Settings& settings) {
  return settings.job.barriers == model::Barriers::kAtLeastOnce;
}

bool is_exactly_once(const Settings& settings, const Written& output) {
  return settings.job.operators[output.sink].guarantee == model::Guarantee::kExactlyOnce &&
         !only_counts_barriers(settings);
}

// What is there in the end. REQUIRES: the run has settled. Fails the property where what a later
// life is given again is not the end of what a writer was given before.
Times reference_of(const Settings& settings, const Given& given) {
  Times owed;
  std::set<Written> given_later;
  for (auto at = given.rbegin(); at != given.rend();) {
    std::set<Written> of_this_life;
    for (const std::uint32_t life = at->first.first; at != given.rend() && at->first.first == life;
         ++at) {
      bool is_taken_back = false;
      for (const Written& output : at->second) {
        RC_ASSERT(of_this_life.insert(output).second);
        const bool comes_again = given_later.count(output) != 0;
        RC_ASSERT(comes_again || !is_taken_back);
        is_taken_back = comes_again;
        owed[output] += comes_again && is_exactly_once(settings, output) ? 0U : 1U;
      }
    }
    given_later.merge(of_this_life);
  }
  return owed;
}

// --- what is run

// More than the file draws: what it cannot say of every protocol, and failures in most runs.
class JobDraw {
 public:
  explicit JobDraw(sim::ChoiceSource& choices) : choices_(choices) {}

  Scenario run(const Scenario& file) {
    constexpr std::array<const char*, 6> kProtocols{"flip504-r5", "flip504-r4", "flip504-r3",
                                                    "flip504-r2", "flip504-r1", "basic"};
    const std::string protocol = kProtocols[choose(kProtocols.size())];
    const std::vector<model::Happening> kills = draw_kills();
    Scenario drawn = scenarios::draw_scenario(file, choices_);
    drawn.settings.deployment.protocol = protocol;
    if (protocol == "flip504-r1" || protocol == "flip504-r2") {
      for (model::InputSettings& input : drawn.settings.inputs) {
        input.no_timestamp = {};  // it ends the job for good (p2:R1.3)
      }
    }
    std::vector<model::Happening>& faults = drawn.settings.environment.faults;
    faults.insert(faults.end(), kills.begin(), kills.end());
    for (model::Happening& fault : faults) {
      fault.job = model::Color::kBlue;  // there is no other
    }
    vary_operators(drawn.settings.job.operators, protocol == "basic");
    return drawn;
  }

 private:
  std::uint32_t choose(std::uint32_t count) {
    return choices_.choose(sim::ChoiceId{}, occurrence_++, count);
  }

  std::vector<model::Happening> draw_kills() {
    constexpr std::uint32_t kMost = 3;
    constexpr std::uint32_t kLatestMs = 40'000;
    std::vector<model::Happening> kills(choose(kMost + 1));
    for (model::Happening& kill : kills) {
      kill.action = model::Action::kKillJob;
      kill.at = sim::ProcessingTime{sim::milliseconds{choose(kLatestMs)}};
      kill.latest = kill.at;
    }
    return kills;
  }

  // Unions become operators with two inputs; where no gate stands before the sink there are two.
  void vary_operators(std::vector<OperatorSettings>& operators, bool may_have_two_sinks) {
    for (OperatorSettings& op : operators) {
      if (op.kind == OperatorKind::kMap && op.inputs.size() == 2 && choose(2) == 1) {
        op.kind = OperatorKind::kCoMap;
      }
    }
    OperatorSettings& sink = operators.back();
    if (!may_have_two_sinks || sink.inputs.size() < 2 || choose(2) == 0) {
      return;
    }
    OperatorSettings other = sink;
    other.id = "other";
    other.inputs.erase(other.inputs.begin());
    sink.inputs.resize(1);
    if (other.kafka) {
      other.kafka->prefix = {"other", "other"};  // rt:X15
    }
    if (sink.guarantee == model::Guarantee::kExactlyOnce && choose(2) == 1) {
      other.guarantee = model::Guarantee::kAtLeastOnce;
      other.kafka.reset();
    }
    operators.push_back(other);
  }

  sim::ChoiceSource& choices_;
  std::uint64_t occurrence_ = 0;
};

std::string complaint_about(const Scenario& scenario) {
  const scenarios::ReadResult read =
      scenarios::read_scenario(scenario.name + ".json", scenarios::write_scenario(scenario), {});
  return read.problems.empty() ? "" : scenarios::to_string(read.problems.front());
}

// What the runs came by, lest they show nothing.
struct Evidence {
  std::uint64_t runs = 0;
  std::uint64_t with_failures = 0;
  std::uint64_t with_late_records = 0;
  std::uint64_t taken_back = 0;  // writes
};

std::uint64_t sum_of(const Given& given) {
  std::uint64_t sum = 0;
  for (const auto& [who, outputs] : given) {
    sum += outputs.size();
  }
  return sum;
}

bool has_late_records(const Simulated& run) {
  const std::vector<model::Output>& outputs = run.ledger.outputs();
  return std::any_of(outputs.begin(), outputs.end(), [](const auto& o) { return o.is_late(); });
}

void check(const Scenario& scenario, std::uint64_t seed, Evidence& seen) {
  const Settings& settings = scenario.settings;
  const scenarios::Runner runner{scenario, scenarios::ReferenceRuns::kIfJudged};
  const Simulated run = runner.simulate(seed, scenarios::Recording::kOn);
  RC_ASSERT(run.end.because == sim::Ending::kSettled);
  const Names names{settings, runner.plan()};
  const Times committed = committed_in(run, names);
  const Times owed = reference_of(settings);
  for (const auto& [output, times] : owed) {
    const auto at = committed.find(output);
    RC_ASSERT(at != committed.end());
    RC_ASSERT(at->second >= times);
    RC_ASSERT(at->second == times || !is_exactly_once(settings, output));
  }
  RC_ASSERT(committed.size() == owed.size());
  const Given given = given_in(run, names);
  if (!only_counts_barriers(settings)) {
    RC_ASSERT(committed == reference_of(settings, given));
  }
  ++seen.runs;
  seen.with_failures +=
      given.empty() || given.begin()->first.first == given.rbegin()->first.first ? 0U : 1U;
  seen.with_late_records += has_late_records(run) ? 1U : 0U;
  seen.taken_back += sum_of(given) - owed.size();
}

void check_many(std::uint64_t rounds) {
  const Scenario file = support::load("random/no_transition.json");
  Evidence seen;
  for (std::uint64_t round = 1; round <= rounds; ++round) {
    REQUIRE(rc::check("what is committed is what the references say", [&] {
      constexpr double kLonger = 4;  // faults are drawn last
      const std::vector<std::uint32_t> list = *rc::gen::scale(
          kLonger,
          rc::gen::container<std::vector<std::uint32_t>>(rc::gen::inRange<std::uint32_t>(0, 8)));
      const std::vector<std::uint32_t> answered = support::answers(list, round);
      support::ListedChoices choices{answered};
      const Scenario drawn = JobDraw{choices}.run(file);
      RC_LOG() << "seed " << round << " of " << scenarios::write_scenario(drawn);
      RC_ASSERT(complaint_about(drawn) == "");
      check(drawn, round, seen);
    }));
  }
  UNSCOPED_INFO(seen.runs << " runs, " << seen.with_failures << " with failures, "
                          << seen.with_late_records << " with late records, " << seen.taken_back
                          << " writes taken back");
  CHECK(seen.runs >= 100 * rounds);
  CHECK(seen.with_failures > seen.runs / 10);
  CHECK(seen.with_late_records > seen.runs / 10);
  CHECK(seen.taken_back > seen.runs);
}

TEST_CASE("without a transition what is committed is what was sent whatever fails (rt:F4 rt:X6)") {
  check_many(support::drawn_at_most(30));
}

TEST_CASE("without a transition what is committed is what was sent in many runs", "[slow]") {
  check_many(1'000);
}

}  // namespace
