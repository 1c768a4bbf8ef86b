#include "scenarios/vectors/write_case.hpp"

#include <map>
#include <nlohmann/json.hpp>
#include <variant>
#include <vector>

#include "model/config_map.hpp"
#include "model/gate.hpp"

namespace scenarios::vectors {

namespace {

using OrderedJson = nlohmann::ordered_json;

OrderedJson json_of(const std::vector<model::SpelledEntry>& spelled) {
  std::map<std::string, std::string> by_key;
  for (const model::SpelledEntry& entry : spelled) {
    by_key.emplace(entry.key, entry.value);
  }
  return by_key;
}

OrderedJson json_of(const model::ConfigMap& content) {
  return content.exists ? json_of(model::spell(content)) : OrderedJson(nullptr);
}

OrderedJson json_of(model::GateError error) {
  switch (error) {
    case model::GateError::kNone: break;
    case model::GateError::kConflict: return "conflict";
    case model::GateError::kException: return "exception";
  }
  return nullptr;
}

OrderedJson json_of(const RecordArrives& record) {
  OrderedJson ts = record.time.ts.ms();
  return {{"do", "record"}, {"ts", record.time.is_missing ? OrderedJson(nullptr) : ts}};
}

OrderedJson json_of(const WatermarkRises& watermark) {
  return {{"do", "watermark"}, {"ts", watermark.to.ms()}};
}

OrderedJson json_of(const ClockMoves& clock) { return {{"do", "clock"}, {"ms", clock.to_ms}}; }

OrderedJson json_of(const ServerChanges& change) {
  return {{"do", "server"}, {"data", json_of(change.content)}};
}

OrderedJson json_of(const InformerTells& informer) {
  OrderedJson step{{"do", "informer"}};
  if (informer.lag > 0) {
    step["lag"] = informer.lag;
  }
  return step;
}

OrderedJson json_of(const UpdatesConflict& conflicts) {
  OrderedJson step{{"do", "conflicts"}, {"times", conflicts.times}};
  if (conflicts.content) {
    step["data"] = json_of(*conflicts.content);
  }
  return step;
}

OrderedJson json_of(const UpdatesFail& failures) {
  return {{"do", "apierrors"}, {"times", failures.times}, {"code", failures.http_code}};
}

OrderedJson json_of(const GaugeIsRead& /*gauge*/) {
  OrderedJson step = OrderedJson::object();
  step["do"] = "gauge";
  return step;
}

// Null: nothing is expected.
OrderedJson json_of(const Answer& answer) {
  if (const auto* const record = std::get_if<RecordAnswer>(&answer)) {
    OrderedJson writes = OrderedJson::array();
    for (const model::ConfigMapEntries& entries : record->writes) {
      writes.push_back(json_of(model::spell(entries)));
    }
    return {{"emit", record->emit}, {"writes", writes}, {"error", json_of(record->error)}};
  }
  if (const auto* const informer = std::get_if<InformerAnswer>(&answer)) {
    OrderedJson expect = OrderedJson::object();
    expect["error"] = json_of(informer->error);
    return informer->error == model::GateError::kNone ? OrderedJson(nullptr) : expect;
  }
  if (const auto* const gauge = std::get_if<GaugeAnswer>(&answer)) {
    return gauge->is_done ? 1 : 0;
  }
  return nullptr;
}

OrderedJson json_of(const Step& step) {
  OrderedJson json = std::visit([](const auto& action) { return json_of(action); }, step.action);
  OrderedJson expect = json_of(step.answer);
  if (!expect.is_null()) {
    json["expect"] = std::move(expect);
  }
  return json;
}

}  // namespace

std::string write_case(const GateCase& recorded) {
  const Opening& opening = recorded.opening;
  OrderedJson json = OrderedJson::object();
  json["id"] = recorded.id;
  json["protocol"] = recorded.protocol;
  json["color"] = opening.color == model::Color::kBlue ? "BLUE" : "GREEN";
  json["subtask"] = opening.subtask;
  json["parallelism"] = opening.parallelism;
  if (opening.write_delay_ms) {
    json["writeDelayMs"] = *opening.write_delay_ms;
  }
  json["configMap"] = json_of(opening.content);
  json["clock"] = opening.clock_ms;
  json["note"] = recorded.note;
  OrderedJson& steps = json["steps"] = OrderedJson::array();
  for (const Step& step : recorded.steps) {
    steps.push_back(json_of(step));
  }
  return json.dump(-1, ' ', true);
}

}  // namespace scenarios::vectors
