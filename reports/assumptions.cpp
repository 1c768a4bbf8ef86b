#include "reports/assumptions.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace reports {

namespace {

using Json = nlohmann::ordered_json;
using scenarios::AssumptionSet;
using scenarios::NeededAssumptions;

std::string listed(const AssumptionSet& set) {
  std::string text;
  for (const scenarios::Assumption assumption : set) {
    text += text.empty() ? "" : ", ";
    text += scenarios::name_of(assumption);
  }
  return text.empty() ? "no assumption at all" : text;
}

Json names(const AssumptionSet& set) {
  Json list = Json::array();
  for (const scenarios::Assumption assumption : set) {
    list.push_back(scenarios::name_of(assumption));
  }
  return list;
}

std::string folder_of(const AssumptionsReport& report, std::size_t property, std::size_t set) {
  return property < report.folders.size() && set < report.folders[property].size()
             ? report.folders[property][set]
             : "";
}

}  // namespace

std::string assumptions_text(const AssumptionsReport& report) {
  std::string text =
      fmt::format("{} under {}: what each property needs, {} runs a set\n", report.file->name,
                  report.file->settings.deployment.protocol, report.runs_a_set);
  for (std::size_t i = 0; i < report.needed->size(); ++i) {
    const NeededAssumptions& needed = (*report.needed)[i];
    text += fmt::format("\n{}{}\n", model::name_of(needed.property),
                        needed.is_complete ? "" : " (not finished)");
    if (needed.enough.empty()) {
      text += needed.is_complete ? "  fails under all assumptions together\n" : "";
    } else if (!needed.is_exercised) {
      text += "  UNKNOWN: no run that could have refuted it\n";
    }
    for (const AssumptionSet& set : needed.enough) {
      text += fmt::format("  nothing found under  {}\n", listed(set));
    }
    for (std::size_t j = 0; j < needed.failing.size(); ++j) {
      const scenarios::FailingSet& failing = needed.failing[j];
      const std::string folder = folder_of(report, i, j);
      text += fmt::format("  fails even under     {}\n", listed(failing.assumptions));
      for (const std::string& sentence : failing.example.story.reasoning) {
        text += "      " + sentence + "\n";
      }
      text += folder.empty() ? "" : "      cutover replay " + folder + "\n";
    }
  }
  return text;
}

std::string assumptions_json(const AssumptionsReport& report) {
  Json properties = Json::array();
  for (std::size_t i = 0; i < report.needed->size(); ++i) {
    const NeededAssumptions& needed = (*report.needed)[i];
    Json enough = Json::array();
    for (const AssumptionSet& set : needed.enough) {
      enough.push_back(names(set));
    }
    Json failing = Json::array();
    for (std::size_t j = 0; j < needed.failing.size(); ++j) {
      const std::string folder = folder_of(report, i, j);
      failing.push_back(Json{{"assumptions", names(needed.failing[j].assumptions)},
                             {"counterexample", folder.empty() ? Json(nullptr) : Json(folder)}});
    }
    properties.push_back(Json{{"property", model::name_of(needed.property)},
                              {"enough", enough},
                              {"failing", failing},
                              {"runs", needed.runs},
                              {"exercised", needed.is_exercised},
                              {"complete", needed.is_complete}});
  }
  const Json json{{"cutover", 1},
                  {"scenario", report.file->name},
                  {"protocol", report.file->settings.deployment.protocol},
                  {"runs_a_set", report.runs_a_set},
                  {"properties", properties}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace reports
