#include "reports/result_json.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "reports/words.hpp"

namespace reports {

namespace {

using Json = nlohmann::ordered_json;

Json ms_or_null(sim::Due at) { return at.is_never() ? Json(nullptr) : Json(at.ms); }

std::string because(const scenarios::Outcome& outcome) {
  switch (outcome.end.because) {
    case sim::Ending::kSettled: return "settled";
    case sim::Ending::kHorizon: return "horizon";
    case sim::Ending::kBudget: return "budget";
  }
  return "";
}

std::string result_of(const model::Transition& transition) {
  switch (transition.result) {
    case model::Transition::Result::kPending: return "PENDING";
    case model::Transition::Result::kActiveBlue: return "ACTIVE_BLUE";
    case model::Transition::Result::kActiveGreen: return "ACTIVE_GREEN";
    case model::Transition::Result::kAborted: return "ABORTED";
  }
  return "";
}

Json transitions_json(const scenarios::Outcome& outcome) {
  Json list = Json::array();
  for (const model::Transition& transition : outcome.transitions) {
    list.push_back(
        Json{{"started_ms", transition.started.ms},
             {"toggle", transition.toggle ? Json(transition.toggle->ms()) : Json(nullptr)},
             {"ended_ms", ms_or_null(transition.ended)},
             {"result", result_of(transition)}});
  }
  return list;
}

Json property_json(const scenarios::Outcome& outcome, model::Property property) {
  const scenarios::PropertyOutcome& judged = outcome.of(property);
  Json json{{"verdict", sim::name_of(judged.verdict)}, {"count", judged.count}};
  if (property == model::Property::kNoDuplicates) {
    json["across"] = outcome.duplicates.across;
    json["redeploy"] = outcome.duplicates.redeploy;
    json["replay"] = outcome.duplicates.replay;
  }
  if (property == model::Property::kNoDivergence) {
    json["partial"] = outcome.divergence.partial;
    json["twice"] = outcome.divergence.twice;
    json["surplus"] = outcome.divergence.surplus;
  }
  if (property == model::Property::kOutputGap) {
    json["ms"] = outcome.output_gap.ms;
    json["pause_ms"] = outcome.output_gap.pause_ms;
    json["reference_pause_ms"] = outcome.output_gap.reference_pause_ms;
  }
  if (judged.verdict == sim::Verdict::kRefuted && judged.first) {
    Json first = Json::object();
    if (!judged.first->record.empty()) {
      first["record"] = judged.first->record;
      const auto& time = judged.first->event_time;
      first["event_time"] = time ? Json(*time) : Json();
    }
    first["why"] = judged.first->why;
    json["first"] = first;
  }
  return json;
}

Json outcome_json(const scenarios::Outcome& outcome) {
  Json properties = Json::object();
  for (std::size_t i = 0; i < model::kPropertyCount; ++i) {
    properties[std::string{model::kPropertyNames[i]}] =
        property_json(outcome, static_cast<model::Property>(i));
  }
  Json ended{{"state", model::name_of(outcome.state)},
             {"at_ms", outcome.end.at.ms},
             {"because", because(outcome)}};
  const scenarios::RecordCounts& records = outcome.records;
  std::vector<std::string> differences = outcome.differences;
  for (const std::string& milestone : outcome.not_reached) {
    differences.push_back("reaches " + milestone + ": not reached");
  }
  return Json{{"cutover", kResultVersion},
              {"scenario", outcome.scenario},
              {"protocol", outcome.protocol},
              {"mutations", outcome.mutations},
              {"seed", outcome.seed},
              {"fingerprint", fmt::format("{:016x}", outcome.fingerprint)},
              {"ended", ended},
              {"transitions", transitions_json(outcome)},
              {"records",
               {{"input", records.input},
                {"owed", records.owed},
                {"committed", records.committed},
                {"lost", records.lost},
                {"duplicated", records.duplicated},
                {"diverged", records.diverged},
                {"exempted", records.exempted},
                {"schedule_dependent", records.schedule_dependent}}},
              {"properties", properties},
              {"events", outcome.events},
              {"expectation", {{"met", outcome.exit_code == 0}, {"differences", differences}}}};
}

}  // namespace

std::string result_json(const std::vector<scenarios::Outcome>& outcomes) {
  Json json;
  if (outcomes.size() == 1) {
    json = outcome_json(outcomes.front());
  } else {
    json["results"] = Json::array();
    for (const scenarios::Outcome& outcome : outcomes) {
      json["results"].push_back(outcome_json(outcome));
    }
  }
  // A file name may hold any bytes; the result is UTF-8 all the same.
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace reports
