#include "reports/story.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace reports {

namespace {

using scenarios::Counterexample;
using scenarios::Mark;
using scenarios::StoryLine;

std::string with_commas(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t at = digits.size(); at > 3;) {
    at -= 3;
    digits.insert(at, ",");
  }
  return digits;
}

std::string lines_of(const scenarios::Story& story) {
  std::size_t actor = 0;
  std::size_t text = 0;
  for (const StoryLine& line : story.lines) {
    actor = std::max(actor, line.actor.size());
    text = std::max(text, line.text.size());
  }
  std::string all;
  for (std::size_t i = 0; i < story.lines.size(); ++i) {
    const StoryLine& line = story.lines[i];
    std::string row =
        fmt::format("{:>4} {:>5}.{:03} s  {:<{}}  {:<{}}  {}", i + 1, line.at.ms / 1000,
                    line.at.ms % 1000, line.actor, actor, line.text, text, line.rule);
    row.erase(row.find_last_not_of(' ') + 1);
    all += row + "\n";
  }
  return all;
}

std::string number(const Mark& mark, std::int64_t value) {
  return mark.unit.empty()
             ? with_commas(static_cast<std::uint64_t>(value))
             : fmt::format("{} {}", with_commas(static_cast<std::uint64_t>(value)), mark.unit);
}

std::string described(const Mark& mark) {
  const std::string what = fmt::format("  {} = {}", mark.what, number(mark, mark.value));
  switch (mark.kind) {
    case Mark::Kind::kExact: return what + ": exactly that\n";
    case Mark::Kind::kArbitrary: return what + ": arbitrary\n";
    case Mark::Kind::kRange: break;
  }
  std::string range;
  if (mark.is_least_bound) {
    range = fmt::format("fails up to {}, holds from {} on", number(mark, mark.most),
                        number(mark, mark.most + mark.step));
  } else if (mark.is_most_bound) {
    range = fmt::format("fails from {} on, holds at {}", number(mark, mark.least),
                        number(mark, mark.least - mark.step));
  } else {
    range = fmt::format("fails from {} to {}", number(mark, mark.least), number(mark, mark.most));
  }
  return fmt::format("{}: {}\n", what, range);
}

std::string marks_of(const Counterexample& example) {
  std::string text;
  std::string arbitrary;
  for (const Mark& mark : example.marks) {
    if (mark.kind == Mark::Kind::kArbitrary) {
      arbitrary += arbitrary.empty() ? "" : ", ";
      arbitrary += mark.what;
    } else if (mark.pointer.starts_with("/choices/")) {
      const std::size_t index = std::stoul(mark.pointer.substr(9));
      Mark named = mark;
      const scenarios::NamedChoice& choice = (*example.scenario.choices)[index];
      named.what = fmt::format("{} of {}, {}", model::name_of(choice.what), choice.who, choice.of);
      text += described(named);
    } else {
      text += described(mark);
    }
  }
  if (!arbitrary.empty()) {
    text += "  arbitrary: " + arbitrary + "\n";
  }
  return text.empty() ? text
                      : "Values (each end was run, and so was the next value beyond):\n" + text;
}

}  // namespace

std::string story(const Counterexample& example, const std::string& where) {
  std::string text = fmt::format(
      "REFUTED {}   {}   {} steps of {} events{}\n", model::name_of(example.property),
      example.scenario.settings.deployment.protocol, example.story.lines.size(),
      with_commas(example.events), where.empty() ? "" : "   replay: cutover replay " + where);
  for (const std::string& mutation : example.scenario.settings.deployment.mutations) {
    text += "with mutation " + mutation + "\n";
  }
  text += lines_of(example.story);
  for (const std::string& sentence : example.story.reasoning) {
    text += sentence + "\n";
  }
  if (example.against) {
    text += fmt::format("Under {} the same decisions do not lead to it.\n", *example.against);
  }
  if (!example.needed.empty()) {
    text += "Needed (without any one of them it does not happen; each was tried): ";
    for (std::size_t i = 0; i < example.needed.size(); ++i) {
      text += (i == 0 ? "" : ", ") + example.needed[i];
    }
    if (!example.scenario.choices->empty()) {
      const std::size_t count = example.scenario.choices->size();
      text += fmt::format(", {} of all decisions", count);
    }
    text += ".\n";
  }
  if (!example.is_minimal) {
    text += "Not minimal: the events for making it small were used up.\n";
  }
  return text + marks_of(example);
}

std::string replayed(const scenarios::Scenario& scenario, const scenarios::Replay& replay) {
  const std::string property{model::name_of(scenario.found->property)};
  std::string text =
      fmt::format("{} under {}\n", scenario.name, scenario.settings.deployment.protocol);
  text += lines_of(replay.story);
  for (const std::string& sentence : replay.story.reasoning) {
    text += sentence + "\n";
  }
  if (replay.misfit) {
    text += "A decision does not fit: " + *replay.misfit + "\n";
  }
  if (replay.parting) {
    text += "Another story now: " + *replay.parting + "\n";
  }
  switch (replay.result) {
    case scenarios::Replay::Result::kReproduced:
      return text + fmt::format("REPRODUCED {}{}\n", property,
                                replay.is_identical ? ", bit for bit" : ", but not bit for bit");
    case scenarios::Replay::Result::kNoLongerFails:
      return text + fmt::format("NO LONGER FAILS {}\n", property);
    case scenarios::Replay::Result::kDoesNotFit:
      return text + fmt::format("ITS DECISIONS NO LONGER FIT {}\n", property);
  }
  return text;
}

}  // namespace reports
