#include "reports/summary.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace reports {

namespace {

using model::Property;
using scenarios::Outcome;
using scenarios::PropertyOutcome;
using sim::Verdict;

constexpr std::string_view kNothingAgainst = "nothing seen against it, but not enough seen";
constexpr std::size_t kEvidenceColumn = 32;
constexpr std::size_t kColumns = 100;  // commands to paste may be longer

std::string seconds(sim::Due at) { return fmt::format("{}.{:03} s", at.ms / 1000, at.ms % 1000); }

std::string duration(std::uint32_t ms) { return fmt::format("{}.{:03} s", ms / 1000, ms % 1000); }

std::string counted(std::uint64_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

// Titles and file names come from outside and must not steer a terminal.
std::string printable(std::string_view text) {
  std::string safe{text};
  std::replace_if(
      safe.begin(), safe.end(),
      [](char c) { return static_cast<unsigned char>(c) < 0x20U || c == '\x7f'; }, '?');
  return safe;
}

// Lines of at most kColumns, broken at spaces; those after the first begin with `hanging` spaces. A
// word that is longer stays whole.
std::string wrapped(std::string text, std::size_t hanging) {
  std::string lines;
  while (text.size() > kColumns) {
    const std::size_t first_word = text.find_first_not_of(' ');
    std::size_t space = text.rfind(' ', kColumns);
    if (space < first_word) {
      space = text.find(' ', first_word);
    }
    if (space == std::string::npos) {
      break;
    }
    lines += text.substr(0, space) + "\n";
    text = std::string(hanging, ' ') + text.substr(space + 1);
  }
  return lines + text + "\n";
}

// What stands behind a verdict, in a few words.
std::string evidence(const Outcome& outcome, Property property) {
  const PropertyOutcome& judged = outcome.of(property);
  const bool is_open = judged.verdict == Verdict::kUnknown;
  const auto found = [&](std::string_view nothing, const std::string& something) {
    return is_open             ? std::string{kNothingAgainst}
           : judged.count == 0 ? std::string{nothing}
                               : something;
  };
  std::string text;
  switch (property) {
    case Property::kNoLoss:
      text = fmt::format("{} of {} owed outputs committed", outcome.records.committed,
                         outcome.records.owed);
      break;
    case Property::kNoDuplicates:
      text = judged.count == 0
                 ? "no output committed twice"
                 : fmt::format("{} committed twice: {} across, {} redeploy, {} replay",
                               counted(judged.count, "output"), outcome.duplicates.across,
                               outcome.duplicates.redeploy, outcome.duplicates.replay);
      break;
    case Property::kOneToggle:
      text = found("all gates that acted on a toggle acted on the same",
                   counted(judged.count, "gate subtask") + " acted on another toggle");
      break;
    case Property::kGatePartition:
      text = found("what both gates saw passed exactly one of them",
                   counted(judged.count, "record") + " passed both gates or neither");
      break;
    case Property::kTeardownSafe:
      text = found("the outgoing job left nothing uncommitted and nothing on its way",
                   counted(judged.count, "output") + " left behind by the outgoing job");
      break;
    case Property::kSurvivorServes:
      text = found("after the abort every record came through",
                   counted(judged.count, "record") + " dropped after the abort");
      break;
    case Property::kDeletionDelayKept:
      text = found("no deployment had to go before its delay was over",
                   "the outgoing deployment had to go before its delay was over");
      break;
    case Property::kSavepointFresh:
      text = found("every transition took a savepoint of its own",
                   "a transition started from the savepoint of an earlier one");
      break;
    case Property::kSpecSettles:
      text = found("the last spec is deployed, or reported as failed",
                   "the last spec is neither deployed nor reported as failed");
      break;
    case Property::kChildMatchesSpec:
      text = found("every deployment was given what the template says",
                   counted(judged.count, "deployment") + " given something else than the template");
      break;
    case Property::kNoIdleWrites:
      text =
          found("no deployment was written without a change of the spec",
                counted(judged.count, "write") + " of a deployment without a change of the spec");
      break;
    case Property::kIngressExclusive:
      text = found("traffic went to one deployment that was there",
                   "traffic went to two deployments, or to one that was gone");
      break;
    case Property::kProgress:
      text = fmt::format("{}, ended in {}", counted(outcome.transitions.size(), "transition"),
                         model::name_of(outcome.state));
      break;
    case Property::kNoDivergence:
      text = judged.count == 0
                 ? "every result is what it is without the change of the spec"
                 : fmt::format("{} another one: {} partial, {} by each color, {} surplus",
                               counted(judged.count, "result"), outcome.divergence.partial,
                               outcome.divergence.twice, outcome.divergence.surplus);
      break;
    case Property::kKeyOrder:
      text = found(
          "no color overtook the other on any key",
          counted(judged.count, "record") + " behind a later one of its key by the other color");
      break;
    case Property::kOutputGap:
      text = fmt::format("longest pause {}, {} without the transition",
                         duration(outcome.output_gap.pause_ms),
                         duration(outcome.output_gap.reference_pause_ms));
      break;
    default: break;
  }
  if (judged.exempted > 0) {
    text += fmt::format("; {} exempted", judged.exempted);
  }
  return text;
}

// In capitals what asks for attention.
std::string_view shown(Verdict verdict) {
  switch (verdict) {
    case Verdict::kHolds: return "holds";
    case Verdict::kRefuted: return "REFUTED";
    case Verdict::kUnknown: return "UNKNOWN";
    case Verdict::kNotJudged: return "-";
  }
  return "";
}

std::string verdict_table(const Outcome& outcome, const scenarios::Expectation& expected) {
  std::string text;
  std::string not_judged;
  for (std::size_t i = 0; i < model::kPropertyCount; ++i) {
    const auto property = static_cast<Property>(i);
    const Verdict verdict = outcome.of(property).verdict;
    if (verdict == Verdict::kNotJudged && property != Property::kOutputGap) {
      not_judged += (not_judged.empty() ? "" : ", ") + std::string{model::name_of(property)};
      if (property == Property::kKeyOrder && outcome.of(property).count > 0) {
        not_judged += fmt::format(" ({})", evidence(outcome, property));
      }
      continue;
    }
    const bool is_wanted = verdict == Verdict::kRefuted && expected.verdicts[i] == verdict;
    text += wrapped(fmt::format("  {:<9} {:<19} {}{}", shown(verdict), model::name_of(property),
                                evidence(outcome, property), is_wanted ? " (as expected)" : ""),
                    kEvidenceColumn);
  }
  return not_judged.empty() ? text : text + wrapped("  not judged: " + not_judged, 14);
}

std::string time_line(const Outcome& outcome) {
  std::size_t actor_width = 0;
  std::size_t text_width = 0;
  for (const scenarios::StoryLine& line : outcome.timeline) {
    actor_width = std::max(actor_width, line.actor.size());
    text_width = std::max(text_width, line.text.size());
  }
  std::string text;
  for (const scenarios::StoryLine& line : outcome.timeline) {
    const std::string row = fmt::format("  {:>11}  {:<{}}  {:<{}}  {}", seconds(line.at),
                                        line.actor, actor_width, line.text, text_width, line.rule);
    text += row.substr(0, row.find_last_not_of(' ') + 1) + "\n";
  }
  return text;
}

std::string who_wrote(const Outcome& outcome) {
  std::string text;
  for (const model::Color color : model::kColors) {
    const model::Ledger::Writing& writing = outcome.writing[model::index_of(color)];
    text += writing.count == 0
                ? fmt::format("  {:<5}  {:>7} writes\n", model::name_of(color), 0)
                : fmt::format("  {:<5}  {:>7} writes, from {} to {}\n", model::name_of(color),
                              writing.count, seconds(writing.first), seconds(writing.last));
  }
  return text;
}

std::string reasons(const Outcome& outcome) {
  std::string text;
  const PropertyOutcome* told = nullptr;
  for (std::size_t i = 0; i < model::kPropertyCount; ++i) {
    const PropertyOutcome& judged = outcome.properties[i];
    if (judged.verdict != Verdict::kRefuted || !judged.first || judged.first->why.empty()) {
      continue;
    }
    text += fmt::format("\nwhy {} is refuted, for the first of {}:", model::kPropertyNames[i],
                        judged.count);
    if (told != nullptr && told->first->why == judged.first->why) {
      text += " as above\n";
      continue;
    }
    text += "\n";
    for (const std::string& line : judged.first->why) {
      text += wrapped("  " + line, 6);
    }
    told = &judged;
  }
  return text;
}

std::string how_it_ended(const Outcome& outcome) {
  switch (outcome.end.because) {
    case sim::Ending::kSettled: return "settled at " + seconds(outcome.end.at);
    case sim::Ending::kHorizon: return "reached its horizon at " + seconds(outcome.end.at);
    case sim::Ending::kBudget: return "used up its budget at " + seconds(outcome.end.at);
  }
  return "";
}

std::string conclusion(const SummaryRequest& request) {
  const Outcome& outcome = *request.outcome;
  std::string text;
  for (const std::string& milestone : outcome.not_reached) {
    text += fmt::format("not reached: {}\n", milestone);
  }
  for (const std::string& difference : outcome.differences) {
    text += difference + "\n";
  }
  switch (outcome.exit_code) {
    case 0: return text + "AS EXPECTED\n";
    case 1: return text + "NOT AS EXPECTED   repeat with: " + request.repeat + "\n";
    default: return text + "UNKNOWN   repeat with: " + request.repeat + "\n";
  }
}

}  // namespace

std::string summary(const SummaryRequest& request) {
  const Outcome& outcome = *request.outcome;
  const std::string mutations =
      outcome.mutations.empty() ? "" : fmt::format(" with {}", fmt::join(outcome.mutations, ", "));
  std::string text = fmt::format("{}\n{} under {}{}, seed {}, fingerprint {:016x}\n",
                                 printable(request.scenario->title), printable(outcome.scenario),
                                 outcome.protocol, mutations, outcome.seed, outcome.fingerprint);
  for (const std::string& remark : request.remarks) {
    text += wrapped("note: " + remark, 6);
  }
  text += "\n" + time_line(outcome) + "\n" + who_wrote(outcome);
  text += fmt::format(
      "  {} records in, {} outputs owed, {} committed, {} lost, {} duplicated, {} exempted\n",
      outcome.records.input, outcome.records.owed, outcome.records.committed, outcome.records.lost,
      outcome.records.duplicated, outcome.records.exempted);
  if (outcome.records.diverged > 0 || outcome.records.schedule_dependent > 0) {
    text += fmt::format("  {} diverged, {} depend on the schedule\n", outcome.records.diverged,
                        outcome.records.schedule_dependent);
  }
  if (outcome.look_ups[0] + outcome.look_ups[1] > 0) {
    text += fmt::format("  {} look-ups by blue, {} by green\n", outcome.look_ups[0],
                        outcome.look_ups[1]);
  }
  text += wrapped(fmt::format("  {} in state {}, {}", how_it_ended(outcome),
                              model::name_of(outcome.state), counted(outcome.events, "event")),
                  6);
  text += "\n" + verdict_table(outcome, request.scenario->expected()) + reasons(outcome) + "\n" +
          conclusion(request);
  return text;
}

}  // namespace reports
