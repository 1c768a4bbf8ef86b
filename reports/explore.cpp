#include "reports/explore.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>

#include "reports/story.hpp"
#include "reports/words.hpp"
#include "sim/visited.hpp"

namespace reports {

namespace {

using Json = nlohmann::ordered_json;
using scenarios::Bounds;
using scenarios::Explored;
using scenarios::ExploredProperty;

constexpr double kMegabyte = 1'000'000;

// "1,048,576".
std::string grouped(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t at = digits.size(); at > 3;) {
    at -= 3;
    digits.insert(at, ",");
  }
  return digits;
}

std::string some(std::uint64_t count, std::string_view what) {
  return fmt::format("{} {}{}", grouped(count), what, count == 1 ? "" : "s");
}

std::string evidence(const ExploredProperty& of) {
  if (of.verdict == sim::Verdict::kRefuted) {
    return fmt::format("violated in {}, shown below", some(of.refuting, "state"));
  }
  return fmt::format("{} to end exercise it, {} do not", some(of.holding, "way"), grouped(of.open));
}

double per_second(std::uint64_t count, double seconds) {
  return seconds > 0 ? static_cast<double>(count) / seconds : 0;
}

std::string outcome(int exit_code) {
  switch (exit_code) {
    case 0: return "AS EXPECTED\n";
    case 1: return "NOT AS EXPECTED\n";
    default: return "UNKNOWN\n";
  }
}

std::string verdicts(const Explored& explored) {
  std::string text;
  for (std::size_t i = 0; i < model::kPropertyCount; ++i) {
    const ExploredProperty& of = explored.properties[i];
    if (of.verdict != sim::Verdict::kNotJudged) {
      text += fmt::format("  {:<9} {:<19} {}\n", word(of.verdict), model::kPropertyNames[i],
                          evidence(of));
    }
  }
  return text;
}

std::string endings(const Explored& explored) {
  std::string text = fmt::format("  {} to end", some(explored.ends, "way"));
  if (explored.missed > 0) {
    text += fmt::format(", {} of them without all of the scenario's milestones",
                        grouped(explored.missed));
  }
  if (!explored.has_endless_runs) {
    return text + "; whether all runs end was not looked into\n";
  }
  return text + (*explored.has_endless_runs ? "; SOME RUNS NEVER END\n" : "; every run ends\n");
}

std::string cost(const ExploredFile& file) {
  const sim::ExploreResult& search = file.explored->search;
  const std::uint64_t states = search.census.states;
  std::string text =
      fmt::format("  {:.2f} s, {:.0f} states/s; visited {:.1f} bytes a state", file.seconds,
                  per_second(states, file.seconds),
                  static_cast<double>(search.visited_bytes) / static_cast<double>(states));
  if (search.edge_bytes > 0) {
    text += fmt::format(", transitions {:.1f}",
                        static_cast<double>(search.edge_bytes) / static_cast<double>(states));
  }
  return text + fmt::format(
                    "; waiting states up to {:.1f} MB\n  the chance that two states were "
                    "taken for one is below 2^-{}\n",
                    static_cast<double>(search.frontier_bytes_max) / kMegabyte,
                    sim::collision_exponent(states));
}

std::string left_out(const scenarios::Reductions& reductions) {
  std::string text;
  text += reductions.canonical ? "" : " --no-canonical";
  text += reductions.symmetry ? "" : " --no-symmetry";
  text += reductions.partial_order ? "" : " --no-partial-order";
  return text;
}

Json bounds_json(const Bounds& bounds) {
  return Json{{"grid_ms", bounds.grid_ms}, {"transitions", bounds.transitions},
              {"inputs", bounds.inputs},   {"partitions", bounds.partitions},
              {"records", bounds.records}, {"subtasks", bounds.subtasks},
              {"faults", bounds.faults},   {"write_jitter_ms", bounds.write_jitter_ms}};
}

Json explored_json(const ExploredFile& file) {
  const Explored& explored = *file.explored;
  const sim::Census& census = explored.search.census;
  Json properties = Json::object();
  Json folders = Json::array();
  for (std::size_t i = 0; i < model::kPropertyCount; ++i) {
    const ExploredProperty& of = explored.properties[i];
    const std::string folder = i < file.folders.size() ? file.folders[i] : "";
    Json json{{"verdict", sim::name_of(of.verdict)},
              {"refuting_states", of.refuting},
              {"holding_ends", of.holding},
              {"open_ends", of.open}};
    json["steps"] = of.example ? Json(of.example->story.lines.size()) : Json(nullptr);
    json["counterexample"] = folder.empty() ? Json(nullptr) : Json(folder);
    properties[std::string{model::kPropertyNames[i]}] = json;
    if (!folder.empty()) {
      folders.push_back(folder);
    }
  }
  Json json{{"cutover", kResultVersion},
            {"scenario", file.scenario->name},
            {"protocol", file.scenario->settings.deployment.protocol},
            {"mutations", file.scenario->settings.deployment.mutations},
            {"states", census.states},
            {"transitions_explored", census.transitions},
            {"depth", census.depth},
            {"seconds", file.seconds},
            {"complete", explored.search.is_complete()},
            {"bounds", bounds_json(scenarios::bounds_of(file.scenario->settings))},
            {"lanes_told_apart",
             explored.lanes_told_apart.empty() ? Json(nullptr) : Json(explored.lanes_told_apart)},
            {"ends", explored.ends},
            {"missed", explored.missed},
            {"properties", properties},
            {"counterexamples", folders}};
  json["endless_runs"] =
      explored.has_endless_runs ? Json(*explored.has_endless_runs) : Json(nullptr);
  json["certificate"] = {{"configuration", hex(explored.certificate.configuration)},
                         {"states", explored.certificate.states},
                         {"transitions", explored.certificate.transitions},
                         {"fixpoint", hex(explored.certificate.fixpoint)}};
  json["visited_bytes"] = explored.search.visited_bytes;
  json["collision_exponent"] = sim::collision_exponent(census.states);
  json["expectation"] = {{"met", explored.exit_code == 0}, {"differences", explored.differences}};
  return json;
}

}  // namespace

std::string hex(const sim::Hash128& hash) {
  return fmt::format("{:016x}{:016x}", hash.high, hash.low);
}

std::string_view reason_of(sim::Incomplete because) {
  switch (because) {
    case sim::Incomplete::kComplete: return "";
    case sim::Incomplete::kGoesOn:
    case sim::Incomplete::kStopped: return "stopped";
    case sim::Incomplete::kStates: return "as many states as were allowed";
    case sim::Incomplete::kMemory: return "as much memory as was allowed";
    case sim::Incomplete::kTime: return "its time was over";
    case sim::Incomplete::kChoicesCut: return "a step asked for too many choices";
    case sim::Incomplete::kThrew: return "a step could not be carried out";
  }
  return "";
}

std::string bounds_text(const Bounds& bounds) {
  std::string text = fmt::format(
      "grid {} ms; {}; {} in {}; {} a job; {}", bounds.grid_ms,
      some(bounds.transitions, "transition"), some(bounds.records, "record"),
      some(bounds.partitions, "partition"), some(bounds.subtasks, "subtask"),
      bounds.faults.empty() ? "no faults" : fmt::format("{}", fmt::join(bounds.faults, ", ")));
  if (!bounds.write_jitter_ms.empty()) {
    text += fmt::format("; write jitter {} ms", fmt::join(bounds.write_jitter_ms, ", "));
  }
  return text;
}

std::string explore_summary(const ExploredFile& file) {
  const Explored& explored = *file.explored;
  const sim::Census& census = explored.search.census;
  const bool is_complete = explored.search.is_complete();
  std::string text = fmt::format(
      "{} under {}: {}, {}, depth {}: {}\n", file.scenario->name,
      file.scenario->settings.deployment.protocol, some(census.states, "state"),
      some(census.transitions, "transition"), census.depth,
      is_complete ? "complete"
                  : fmt::format("NOT COMPLETE ({})", reason_of(explored.search.because)));
  text += fmt::format("  every run over: {}\n",
                      bounds_text(scenarios::bounds_of(file.scenario->settings)));
  if (explored.lanes_told_apart.empty()) {
    text += "  of lanes that are alike any may be either: which is which is left out\n";
  }
  text += verdicts(explored);
  text += endings(explored);
  for (std::size_t i = 0; i < model::kPropertyCount; ++i) {
    if (explored.properties[i].example) {
      const std::string folder = i < file.folders.size() ? file.folders[i] : "";
      text += "\n" + story(*explored.properties[i].example, folder);
    }
  }
  text += "\n" + cost(file);
  text += fmt::format("  certificate {}{}: {} states, {} transitions, fixpoint {}\n",
                      hex(explored.certificate.configuration), left_out(file.settings.reductions),
                      census.states, census.transitions, hex(explored.certificate.fixpoint));
  for (const std::string& difference : explored.differences) {
    text += "  " + difference + "\n";
  }
  text += outcome(explored.exit_code);
  if (explored.exit_code != 0 && !file.repeat.empty()) {
    text += "again: " + file.repeat + "\n";
  }
  return text;
}

std::string explore_json(const std::vector<ExploredFile>& files) {
  Json json;
  if (files.size() == 1) {
    json = explored_json(files.front());
  } else {
    json["results"] = Json::array();
    for (const ExploredFile& file : files) {
      json["results"].push_back(explored_json(file));
    }
  }
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string explore_progress(const scenarios::ExhaustiveSearch& search, double seconds) {
  const sim::ExploreResult so_far = search.so_far();
  return fmt::format("{} states, {:.0f}/s, depth {}, {} waiting, {:.0f} MB",
                     grouped(so_far.census.states), per_second(so_far.census.states, seconds),
                     so_far.census.depth, grouped(search.waiting()),
                     static_cast<double>(so_far.visited_bytes + so_far.edge_bytes) / kMegabyte);
}

}  // namespace reports
