#include "scenarios/vectors/describe.hpp"

#include <string_view>
#include <variant>
#include <vector>

#include "model/config_map.hpp"
#include "model/gate.hpp"
#include "sim/check.hpp"

namespace scenarios::vectors {

namespace {

// Only what an answer can be expected of.
std::string words_for(const Action& action) {
  if (const auto* const record = std::get_if<RecordArrives>(&action)) {
    return record->time.is_missing ? "record without timestamp"
                                   : "record at " + std::to_string(record->time.ts.ms());
  }
  if (const auto* const informer = std::get_if<InformerTells>(&action)) {
    return informer->lag == 0 ? "informer" : "informer, lag " + std::to_string(informer->lag);
  }
  return "gauge";
}

std::string_view name_of(model::GateError error) {
  switch (error) {
    case model::GateError::kNone: break;
    case model::GateError::kConflict: return "conflict";
    case model::GateError::kException: return "exception";
  }
  return "none";
}

std::string words_for(const std::vector<model::ConfigMapEntries>& writes) {
  std::string words;
  for (const model::ConfigMapEntries& entries : writes) {
    words += words.empty() ? "{" : ", {";
    std::string_view comma;
    for (const model::SpelledEntry& entry : model::spell(entries)) {
      words += comma;
      words += entry.key + "=" + entry.value;
      comma = ", ";
    }
    words += "}";
  }
  return words.empty() ? "no writes" : "writes " + words;
}

struct Pair {
  std::string expected;
  std::string got;

  void add(std::string_view one, std::string_view other) {
    if (one != other) {
      expected += (expected.empty() ? "" : ", ");
      expected += one;
      got += (got.empty() ? "" : ", ");
      got += other;
    }
  }
  void add_errors(model::GateError one, model::GateError other) {
    add("error=" + std::string{name_of(one)}, "error=" + std::string{name_of(other)});
  }
};

Pair compare(const Answer& expected, const Answer& got) {
  Pair pair;
  if (const auto* const record = std::get_if<RecordAnswer>(&expected)) {
    const auto& other = std::get<RecordAnswer>(got);
    pair.add(record->emit ? "emit=true" : "emit=false", other.emit ? "emit=true" : "emit=false");
    pair.add(words_for(record->writes), words_for(other.writes));
    pair.add_errors(record->error, other.error);
  } else if (const auto* const informer = std::get_if<InformerAnswer>(&expected)) {
    pair.add_errors(informer->error, std::get<InformerAnswer>(got).error);
  } else if (const auto* const gauge = std::get_if<GaugeAnswer>(&expected)) {
    pair.add(gauge->is_done ? "1" : "0", std::get<GaugeAnswer>(got).is_done ? "1" : "0");
  }
  return pair;
}

}  // namespace

std::string describe(const GateCase& recorded, const Replayed& replayed) {
  SIM_CHECK(replayed.got.has_value(), "only a disagreement is described");
  const Step& step = recorded.steps.at(replayed.steps - 1);
  const Pair pair = compare(step.answer, *replayed.got);
  return recorded.id + ", step " + std::to_string(replayed.steps) + " (" + words_for(step.action) +
         "): expected " + pair.expected + ", got " + pair.got;
}

}  // namespace scenarios::vectors
