#include "reports/tune.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "reports/story.hpp"
#include "reports/words.hpp"

namespace reports {

namespace {

using Json = nlohmann::ordered_json;
using scenarios::Safety;
using scenarios::TriedValue;
using scenarios::Tuned;
using scenarios::TuneResult;

std::string_view word(Safety safety) {
  switch (safety) {
    case Safety::kSafe: return "holds";
    case Safety::kRefuted: return "refuted";
    case Safety::kOpen: return "unknown";
  }
  return "";
}

std::string text_of(const Tuned& tuned, std::int64_t index) {
  return tuned.setting.text(tuned.grid.value(index));
}

std::string properties_of(const Tuned& tuned) {
  std::string text;
  for (std::size_t i = 0; i < model::kPropertyCount; ++i) {
    if (tuned.properties[i]) {
      text += (text.empty() ? "" : ", ") + std::string{model::kPropertyNames[i]};
    }
  }
  return text;
}

std::string first_failure(const TriedValue& tried) {
  if (!tried.failure) {
    return "";
  }
  const scenarios::Failure& failure = *tried.failure;
  const std::string run = failure.run ? fmt::format("run {}", *failure.run) : "a varied run";
  return run + (failure.safety == Safety::kRefuted
                    ? fmt::format(": {}", model::name_of(failure.property))
                    : ": did not get where it must");
}

std::string rows(const Tuned& tuned) {
  std::string text = fmt::format("  {:>14}  {:>10}  {:>10}  {:<8}  {}\n", "value", "runs drawn",
                                 "varied", "verdict", "first that fails");
  for (const auto& [index, tried] : tuned.result.tried) {
    text += fmt::format("  {:>14}  {:>10}  {:>10}  {:<8}  {}", text_of(tuned, index), tried.drawn,
                        tried.varied, word(tried.safety()), first_failure(tried));
    text.erase(text.find_last_not_of(' ') + 1);
    text += '\n';
  }
  return text;
}

std::string intervals(const Tuned& tuned) {
  std::string text;
  for (const scenarios::Interval& interval : tuned.result.intervals) {
    text += fmt::format("  {:<8} at all values tried from {} to {}\n", word(interval.safety),
                        text_of(tuned, interval.first), text_of(tuned, interval.last));
  }
  return text;
}

std::string evidence(const Tuned& tuned) {
  const TuneResult& result = tuned.result;
  const TriedValue& at = result.tried.at(*result.answer);
  return fmt::format("{} runs drawn at it, {} events, and {} runs varied from the worst", at.drawn,
                     at.events, result.varied);
}

std::string answer(const Tuned& tuned) {
  const TuneResult& result = tuned.result;
  switch (result.end) {
    case TuneResult::End::kFound: {
      const std::int64_t below = *result.answer - 1;
      const bool is_open = !result.below.empty() && result.below.front().safety == Safety::kOpen;
      return fmt::format("SAFE FROM {} ON: {}; {} is {}\n", text_of(tuned, *result.answer),
                         evidence(tuned), text_of(tuned, below),
                         is_open && !tuned.example ? "unknown" : "not safe");
    }
    case TuneResult::End::kAlways:
      return fmt::format("SAFE FROM {} ON, the smallest value looked at: {}\n",
                         text_of(tuned, *result.answer), evidence(tuned));
    case TuneResult::End::kNever:
      return fmt::format("NOT SAFE up to {}, the largest value looked at\n",
                         text_of(tuned, tuned.grid.last()));
    case TuneResult::End::kStopped: return "UNKNOWN: stopped before there was an answer\n";
  }
  return "";
}

Json tried_json(const Tuned& tuned) {
  Json all = Json::array();
  for (const auto& [index, tried] : tuned.result.tried) {
    Json json{{"value", tuned.grid.value(index)},
              {"verdict", word(tried.safety())},
              {"drawn", tried.drawn},
              {"varied", tried.varied},
              {"events", tried.events}};
    json["first_run"] = tried.failure && tried.failure->run ? Json(*tried.failure->run) : Json();
    json["property"] = tried.safety() == Safety::kRefuted
                           ? Json(model::name_of(tried.failure->property))
                           : Json(nullptr);
    all.push_back(json);
  }
  return all;
}

}  // namespace

std::string tune_summary(const TunedFile& file) {
  const Tuned& tuned = *file.tuned;
  std::string text = fmt::format("{} of {} under {}, seed {}: {}\n", tuned.setting.pointer(),
                                 tuned.name, tuned.protocol, file.seed, properties_of(tuned));
  text += fmt::format("from {} to {} in steps of {}\n", text_of(tuned, 0),
                      text_of(tuned, tuned.grid.last()), tuned.setting.text(tuned.grid.step));
  for (const std::string& end : {file.tunable->below, file.tunable->above}) {
    text += end.empty() ? "" : "  beyond: " + end + "\n";
  }
  text += "\n" + rows(tuned);
  if (tuned.example) {
    text += fmt::format("\nOne step below, at {}:\n\n", text_of(tuned, *tuned.result.answer - 1));
    text += story(*tuned.example, file.folder);
  }
  text += "\n";
  if (!tuned.result.is_monotone) {
    text += "What holds at one value does not at all larger ones:\n" + intervals(tuned);
  }
  if (!tuned.result.is_complete) {
    text += "Stopped by --for.\n";
  }
  return text + answer(tuned) + "again: " + file.repeat + "\n";
}

std::string tune_json(const TunedFile& file) {
  const Tuned& tuned = *file.tuned;
  const TuneResult& result = tuned.result;
  Json properties = Json::array();
  for (std::size_t i = 0; i < model::kPropertyCount; ++i) {
    if (tuned.properties[i]) {
      properties.push_back(model::kPropertyNames[i]);
    }
  }
  Json intervals = Json::array();
  for (const scenarios::Interval& interval : result.intervals) {
    intervals.push_back({{"first", tuned.grid.value(interval.first)},
                         {"last", tuned.grid.value(interval.last)},
                         {"verdict", word(interval.safety)}});
  }
  const bool is_duration = tuned.setting.kind() == scenarios::Setting::Kind::kDuration;
  Json json{{"cutover", kResultVersion},
            {"scenario", tuned.name},
            {"protocol", tuned.protocol},
            {"seed", file.seed},
            {"setting", tuned.setting.pointer()},
            {"unit", is_duration ? Json("ms") : Json(nullptr)},
            {"properties", properties},
            {"least", tuned.grid.value(0)},
            {"most", tuned.grid.value(tuned.grid.last())},
            {"step", tuned.grid.step}};
  json["answer"] = result.answer ? Json(tuned.grid.value(*result.answer)) : Json(nullptr);
  json["answer_text"] = result.answer ? Json(text_of(tuned, *result.answer)) : Json(nullptr);
  json["always"] = result.end == TuneResult::End::kAlways;
  json["never"] = result.end == TuneResult::End::kNever;
  json["monotone"] = result.is_monotone;
  json["complete"] = result.is_complete;
  json["values"] = tried_json(tuned);
  json["intervals"] = intervals;
  json["runs"] = result.runs;
  json["varied"] = result.varied;
  json["events"] = result.events;
  json["seconds"] = file.seconds;
  json["counterexample"] = file.folder.empty() ? Json(nullptr) : Json(file.folder);
  json["again"] = file.repeat;
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string tune_progress(const scenarios::Tunable& tunable,
                          const scenarios::TuneProgress& progress, double seconds) {
  return fmt::format("{} runs in {:.0f} s, not below {}", progress.runs, seconds,
                     tunable.setting->text(tunable.grid.value(progress.index)));
}

}  // namespace reports
