#include "reports/check.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "reports/story.hpp"
#include "reports/words.hpp"

namespace reports {

namespace {

using Json = nlohmann::ordered_json;
using scenarios::Search;

double runs_per_second(const Search& search, double seconds) {
  return seconds > 0 ? static_cast<double>(search.state().runs) / seconds : 0;
}

std::string verdicts(const CheckedFile& checked, const scenarios::SearchResult& result) {
  std::string text;
  for (std::size_t i = 0; i < model::kPropertyCount; ++i) {
    const scenarios::PropertyTally& tally = checked.search->state().tally.properties[i];
    if (result.verdicts[i] == sim::Verdict::kNotJudged) {
      continue;
    }
    text += fmt::format("  {:<9} {:<19} {} held, {} refuted, {} open\n", word(result.verdicts[i]),
                        model::kPropertyNames[i], tally.with(sim::Verdict::kHolds),
                        tally.with(sim::Verdict::kRefuted), tally.with(sim::Verdict::kUnknown));
  }
  return text;
}

std::string outcome(const scenarios::SearchResult& result) {
  switch (result.exit_code) {
    case 0: return "AS EXPECTED\n";
    case 1: return "NOT AS EXPECTED\n";
    case 2: return "UNKNOWN\n";
    default: return "A BUG IN CUTOVER\n";
  }
}

Json finding_json(const scenarios::Finding& finding, const std::string& folder) {
  Json json{{"property", model::name_of(finding.example.property)},
            {"rules", finding.example.story.rules},
            {"runs", finding.runs},
            {"first_run", finding.first_run},
            {"steps", finding.example.story.lines.size()},
            {"minimal", finding.example.is_minimal},
            {"fingerprint", fmt::format("{:016x}", finding.example.scenario.found->fingerprint)}};
  json["counterexample"] = folder.empty() ? Json(nullptr) : Json(folder);
  return json;
}

Json checked_json(const CheckedFile& checked) {
  const Search& search = *checked.search;
  const scenarios::SearchResult result = search.result();
  const scenarios::Scenario& file = *search.subject().file;
  Json properties = Json::object();
  for (std::size_t i = 0; i < model::kPropertyCount; ++i) {
    const scenarios::PropertyTally& tally = search.state().tally.properties[i];
    Json json{{"verdict", sim::name_of(result.verdicts[i])},
              {"holds", tally.with(sim::Verdict::kHolds)},
              {"refuted", tally.with(sim::Verdict::kRefuted)},
              {"unknown", tally.with(sim::Verdict::kUnknown)}};
    json["first_run"] = tally.first ? Json(tally.first->seed) : Json(nullptr);
    properties[std::string{model::kPropertyNames[i]}] = json;
  }
  Json findings = Json::array();
  Json folders = Json::array();
  for (std::size_t i = 0; i < search.findings().size(); ++i) {
    const std::string folder = i < checked.folders.size() ? checked.folders[i] : "";
    findings.push_back(finding_json(search.findings()[i], folder));
    if (!folder.empty()) {
      folders.push_back(folder);
    }
  }
  Json json{{"cutover", kResultVersion},
            {"scenario", file.name},
            {"protocol", file.settings.deployment.protocol},
            {"mutations", file.settings.deployment.mutations},
            {"seed", checked.seed},
            {"runs", search.state().runs},
            {"events", search.state().tally.events},
            {"seconds", checked.seconds},
            {"complete", checked.is_complete},
            {"bounds", nullptr},
            {"coverage", search.state().coverage.size()},
            {"reached", search.state().tally.reached},
            {"properties", properties},
            {"findings", findings},
            {"counterexamples", folders}};
  json["against"] = search.subject().against ? Json(*search.subject().against) : Json(nullptr);
  json["expectation"] = {{"met", result.exit_code == 0}, {"differences", result.differences}};
  return json;
}

}  // namespace

std::string check_summary(const CheckedFile& checked) {
  const Search& search = *checked.search;
  const scenarios::SearchResult result = search.result();
  const scenarios::Scenario& file = *search.subject().file;
  std::string text = fmt::format(
      "{} under {}, seed {}: {} runs{}, {} states seen\n", file.name,
      file.settings.deployment.protocol, checked.seed, search.state().runs,
      checked.is_complete ? "" : " (not all that were asked for)", search.state().coverage.size());
  text += verdicts(checked, result);
  for (std::size_t i = 0; i < search.findings().size(); ++i) {
    const scenarios::Finding& finding = search.findings()[i];
    const std::string folder = i < checked.folders.size() ? checked.folders[i] : "";
    text += "\n" + story(finding.example, folder);
    text += fmt::format("{} of {} runs fail in this way, run {} first.\n", finding.runs,
                        search.state().runs, finding.first_run);
  }
  if (search.not_looked_into() > 0) {
    text += fmt::format("\n{} failing runs look different from those and were not looked into.\n",
                        search.not_looked_into());
  }
  text += "\n";
  for (const std::string& difference : result.differences) {
    text += "  " + difference + "\n";
  }
  text += outcome(result);
  if (result.exit_code != 0 && !checked.repeat.empty()) {
    text += "again: " + checked.repeat + "\n";
  }
  return text;
}

std::string check_json(const std::vector<CheckedFile>& checked) {
  Json json;
  if (checked.size() == 1) {
    json = checked_json(checked.front());
  } else {
    json["results"] = Json::array();
    for (const CheckedFile& file : checked) {
      json["results"].push_back(checked_json(file));
    }
  }
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string check_progress(const Search& search, double seconds) {
  std::uint64_t failures = 0;
  for (const scenarios::Sighting& sighting : search.state().sightings) {
    failures += sighting.runs;
  }
  return fmt::format("{} runs, {:.0f}/s, {} states seen, {} failures of {} kinds",
                     search.state().runs, runs_per_second(search, seconds),
                     search.state().coverage.size(), failures, search.findings().size());
}

}  // namespace reports
