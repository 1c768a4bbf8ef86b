#include "docs/tools/crash_page.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <utility>

#include "model/notes.hpp"
#include "scenarios/reader/scenario.hpp"
#include "scenarios/runner/run.hpp"

namespace docs {

namespace {

namespace fs = std::filesystem;
using model::Color;
using scenarios::Outcome;
using scenarios::Runner;
using scenarios::Scenario;
using scenarios::Simulated;
using sim::Verdict;

using Verdicts = std::vector<Verdict>;  // by property

constexpr const char* kFile = "scenarios/control/happy_path.json";
constexpr std::uint64_t kSeeds = 10;
constexpr std::int64_t kSoonMs = 1'000;
constexpr std::int64_t kLateMs = 45'000;  // more than the abort grace period of the file
constexpr std::uint32_t kMostEffects = 200;
constexpr std::array kProtocols{"basic",      "flip504-r5", "flip504-r4", "flip504-r3",
                                "flip504-r2", "flip504-r1", "cutover-1"};

// What the operator did to the world in that run, one after the other.
std::vector<std::string> effects_of(const Simulated& run) {
  std::vector<std::string> all;
  for (const sim::Note& note : run.trace.notes()) {
    if (note.what != static_cast<std::uint16_t>(model::NoteKind::kEffect)) {
      continue;
    }
    std::string name{model::kEffectNames[note.detail]};
    const auto what = static_cast<model::Effect>(note.detail);
    const bool is_of_color = what >= model::Effect::kCreateChild && what <= model::Effect::kIngress;
    if (is_of_color || what == model::Effect::kTriggerSavepoint) {
      name += " " + std::string{model::name_of(static_cast<Color>(note.a))};
    }
    all.push_back(name);
  }
  return all;
}

class Writer {
 public:
  explicit Writer(fs::path root) : root_(std::move(root)) {}

  CrashPage write() {
    page_.page = prose();
    for (const char* const protocol : kProtocols) {
      page_.page += "\n## `" + std::string{protocol} + "`\n\n" + table(protocol);
    }
    return std::move(page_);
  }

 private:
  std::optional<Scenario> read(const char* protocol) {
    std::ifstream file{root_ / kFile, std::ios::binary};
    const std::string text{std::istreambuf_iterator<char>{file}, {}};
    scenarios::Overrides overrides;
    overrides.protocol = protocol;
    scenarios::ReadResult read = scenarios::read_scenario(kFile, text, overrides);
    for (const scenarios::Problem& problem : read.problems) {
      page_.problems.push_back(scenarios::to_string(problem));
    }
    return read.scenario;
  }

  std::string table(const char* protocol) {
    const std::optional<Scenario> scenario = read(protocol);
    if (!scenario) {
      return "";
    }
    std::string table =
        "| # | after | before | back after 1 s | back after 45 s, with a target that is not ready "
        "|\n"
        "|---:|---|---|---|---|\n";
    const Runner undisturbed{*scenario, scenarios::ReferenceRuns::kIfJudged};
    const Simulated whole = undisturbed.simulate(1, scenarios::Recording::kOn);
    const std::vector<std::string> effects = effects_of(whole);
    std::vector<Verdicts> usual;  // by seed, without a crash
    for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
      usual.push_back(verdicts(*scenario, seed));
    }
    for (std::uint32_t k = 1; k <= effects.size() && k < kMostEffects; ++k) {
      CrashPoint point;
      point.protocol = protocol;
      point.after = effects[k - 1];
      point.before = k < effects.size() ? effects[k] : "";
      point.comes_back = outcome(*scenario, usual, k, false, point.is_refuted);
      point.comes_late = outcome(*scenario, usual, k, true, point.is_refuted_late);
      table += "| " + std::to_string(k) + " | " + point.after + " | " +
               (point.before.empty() ? "-" : point.before) + " | " + point.comes_back + " | " +
               point.comes_late + " |\n";
      page_.points.push_back(point);
    }
    return table;
  }

  // Over all seeds, by how a run ends.
  static std::string outcome(const Scenario& scenario, const std::vector<Verdicts>& usual,
                             std::uint32_t after_writes, bool is_late, bool& is_refuted) {
    std::map<std::string, std::uint32_t> ways;
    for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
      ++ways[one(scenario, usual[seed - 1], after_writes, is_late, seed, is_refuted)];
    }
    std::string text;
    for (const auto& [way, count] : ways) {
      text += (text.empty() ? "" : "; ") + way;
      text += count == kSeeds ? "" : " (" + std::to_string(count) + ")";
    }
    return text;
  }

  static std::string one(Scenario scenario, const Verdicts& usual, std::uint32_t after_writes,
                         bool is_late, std::uint64_t seed, bool& is_refuted) {
    model::Happening death;
    death.action = model::Action::kRestartOperator;
    death.after_writes = after_writes;
    death.lasts = sim::ProcessingSpan{sim::milliseconds{is_late ? kLateMs : kSoonMs}};
    scenario.settings.timeline.insert(scenario.settings.timeline.begin(), death);
    if (is_late) {
      const std::optional<sim::Due> dies = death_of(scenario, seed);
      if (!dies) {
        return "does not get there";
      }
      add_blip(scenario, *dies);
    }
    const Runner runner{scenario, scenarios::ReferenceRuns::kIfJudged};
    const Outcome outcome = runner.judged(runner.simulate(seed, scenarios::Recording::kOff), seed);
    std::string text{model::name_of(outcome.state)};
    text += outcome.end.because == sim::Ending::kSettled ? "" : " (not settled)";
    for (std::size_t p = 0; p < model::kPropertyCount; ++p) {
      if (outcome.properties[p].verdict == Verdict::kRefuted && usual[p] != Verdict::kRefuted) {
        text += ", **" + std::string{model::kPropertyNames[p]} + "**";
        is_refuted = true;
      }
    }
    return text;
  }

  // When the operator dies in that run; none: it never does.
  static std::optional<sim::Due> death_of(const Scenario& scenario, std::uint64_t seed) {
    const Runner runner{scenario, scenarios::ReferenceRuns::kIfJudged};
    const Simulated run = runner.simulate(seed, scenarios::Recording::kOn);
    for (const sim::Note& note : run.trace.notes()) {
      if (note.what == static_cast<std::uint16_t>(model::NoteKind::kHappens) && note.b == 1) {
        return note.at;
      }
    }
    return std::nullopt;
  }

  // From then on, until the operator has been back for a while.
  static void add_blip(Scenario& scenario, sim::Due from) {
    model::Happening blip;
    blip.action = model::Action::kChildNotReady;
    blip.job = Color::kGreen;
    blip.at = sim::ProcessingTime{sim::milliseconds{std::int64_t{from.ms} + 1}};
    blip.latest = blip.at;
    blip.lasts = sim::ProcessingSpan{sim::milliseconds{kLateMs + 5'000}};
    std::vector<model::Happening>& timeline = scenario.settings.timeline;
    timeline.insert(std::upper_bound(timeline.begin(), timeline.end(), blip,
                                     [](const auto& a, const auto& b) { return a.at < b.at; }),
                    blip);
  }

  static Verdicts verdicts(const Scenario& scenario, std::uint64_t seed) {
    const Runner runner{scenario, scenarios::ReferenceRuns::kIfJudged};
    const Outcome outcome = runner.judged(runner.simulate(seed, scenarios::Recording::kOff), seed);
    Verdicts all;
    for (const scenarios::PropertyOutcome& property : outcome.properties) {
      all.push_back(property.verdict);
    }
    return all;
  }

  static std::string prose() {
    return R"(# When the operator dies between two writes

What a pass of the controller does to the world it does one thing after the other (`op:3.4`, `p2:K13`), and its process can end in
between (`op:5.6`). Here it does, after each effect of a first deployment and of one hand-over, one after the other: no crash point is
left out, those between two passes included.

Written by `write_crash_points` (target `pages`) from [happy_path.json](../scenarios/control/happy_path.json), 10 seeds each. A cell says in which state the resource ends,
and in **bold** which properties are refuted that hold without the crash; a number in parentheses is how many of the seeds, where it is not all
of them. In the last column the operator is away for longer than the abort grace period, and GREEN shows no RUNNING job when it is back: what is left
of a deadline is then over at once (`op:U1`, `p2:K17`, `p2:K22`).
)";
  }

  CrashPage page_;
  fs::path root_;
};

}  // namespace

CrashPage make_crash_page(const fs::path& root) { return Writer{root}.write(); }

}  // namespace docs
