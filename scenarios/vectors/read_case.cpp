#include "scenarios/vectors/read_case.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "model/protocol.hpp"
#include "scenarios/reader/json_lines.hpp"
#include "scenarios/vectors/cursor.hpp"

namespace scenarios::vectors {

namespace {

using Names = std::initializer_list<std::string_view>;

std::span<const std::string_view> span_of(const Names& names) {
  return {names.begin(), names.end()};
}

bool has_keys(const Cursor& object, Names required, Names optional = {}) {
  return object.is_object(span_of(required), span_of(optional));
}

// --- Contents ------------------------------------------------------------------------------------

std::optional<model::ConfigMap> read_existing(const Cursor& object) {
  if (!object.is_object()) {
    return std::nullopt;
  }
  model::ConfigMap content;
  content.exists = true;
  bool is_good = true;
  for (const JsonMember& member : object.json().members) {
    const Cursor entry{member.value, object, member.name};
    const std::optional<std::string_view> value = entry.string();
    is_good &= value.has_value();
    if (value && model::read_entry(content, member.name, *value) == model::ReadEntry::kBadValue) {
      entry.refuse("a value of " + member.name);
      is_good = false;
    }
  }
  return is_good ? std::optional{content} : std::nullopt;
}

std::optional<model::ConfigMap> read_content(const Cursor& value) {
  return value.is_null() ? std::optional{model::ConfigMap{}} : read_existing(value);
}

// Exactly as a gate spells it: another spelling of a number would never be what a gate wrote.
std::optional<model::ConfigMapEntries> read_write(const Cursor& object) {
  const std::optional<model::ConfigMap> content = read_existing(object);
  if (!content) {
    return std::nullopt;
  }
  model::ConfigMapEntries entries;
  for (const JsonMember& member : object.json().members) {
    if (member.name == "stage") {
      entries.stage = content->stage;
    } else if (member.name == "watermark-stage") {
      entries.watermark_stage = content->watermark_stage;
    } else if (member.name == "watermark-toggle-value") {
      entries.toggle = content->toggle;
    }
  }
  const std::vector<model::SpelledEntry> spelled = model::spell(entries);
  const auto is_spelled = [&](const JsonMember& member) {
    return std::find(spelled.begin(), spelled.end(),
                     model::SpelledEntry{member.name, member.value.text}) != spelled.end();
  };
  bool is_good = true;
  for (const JsonMember& member : object.json().members) {
    if (!is_spelled(member)) {
      Cursor{member.value, object, member.name}.refuse("an entry that a gate writes");
      is_good = false;
    }
  }
  return is_good ? std::optional{entries} : std::nullopt;
}

// --- Answers -------------------------------------------------------------------------------------

std::optional<model::GateError> read_error(const Cursor& value) {
  static constexpr std::array<std::string_view, 2> kNames{"conflict", "exception"};
  if (value.is_null()) {
    return model::GateError::kNone;
  }
  const std::optional<std::size_t> name = value.one_of(kNames);
  if (!name) {
    return std::nullopt;
  }
  return *name == 0 ? model::GateError::kConflict : model::GateError::kException;
}

std::optional<std::vector<model::ConfigMapEntries>> read_writes(const Cursor& array) {
  if (!array.is_array()) {
    return std::nullopt;
  }
  const std::vector<Json>& items = array.json().items;
  if (items.size() > CaseLimits::kWrites) {
    array.refuse("at most " + std::to_string(CaseLimits::kWrites) + " writes");
    return std::nullopt;
  }
  std::vector<model::ConfigMapEntries> writes;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (const std::optional<model::ConfigMapEntries> write =
            read_write(Cursor{items[i], array, i})) {
      writes.push_back(*write);
    }
  }
  return writes.size() == items.size() ? std::optional{std::move(writes)} : std::nullopt;
}

std::optional<RecordAnswer> read_record_answer(const Cursor& expect) {
  if (!has_keys(expect, {"emit", "writes", "error"})) {
    return std::nullopt;
  }
  const std::optional<bool> emit = expect.at("emit").boolean();
  const auto writes = read_writes(expect.at("writes"));
  const std::optional<model::GateError> error = read_error(expect.at("error"));
  return emit && writes && error ? std::optional{RecordAnswer{*emit, *writes, *error}}
                                 : std::nullopt;
}

// --- Steps ---------------------------------------------------------------------------------------

// What the steps so far allow the next one to say.
struct SoFar {
  model::EventTime watermark = model::kNoWatermark;
  std::int64_t opened_at_ms = 0;
  std::int64_t clock_ms = 0;
  bool has_ended = false;  // by an error
};

std::optional<Step> read_record(const Cursor& step, SoFar& so_far) {
  if (!has_keys(step, {"do", "ts", "expect"})) {
    return std::nullopt;
  }
  const Cursor ts = step.at("ts");
  const std::optional<model::EventTime> time =
      ts.is_null() ? std::optional{model::kNoTimestamp} : ts.event_time();
  std::optional<RecordAnswer> answer = read_record_answer(step.at("expect"));
  if (!time || !answer) {
    return std::nullopt;
  }
  so_far.has_ended = answer->error != model::GateError::kNone;
  return Step{RecordArrives{model::RecordTime{*time, ts.is_null()}}, *std::move(answer)};
}

std::optional<Step> read_watermark(const Cursor& step, SoFar& so_far) {
  if (!has_keys(step, {"do", "ts"})) {
    return std::nullopt;
  }
  const std::optional<model::EventTime> to = step.at("ts").event_time();
  if (!to) {
    return std::nullopt;
  }
  if (*to < so_far.watermark) {
    step.at("ts").refuse("a watermark not before " + std::to_string(so_far.watermark.ms()));
    return std::nullopt;
  }
  so_far.watermark = *to;
  return Step{WatermarkRises{*to}, Unseen{}};
}

std::optional<Step> read_clock(const Cursor& step, SoFar& so_far) {
  if (!has_keys(step, {"do", "ms"})) {
    return std::nullopt;
  }
  const std::int64_t most = so_far.opened_at_ms > INT64_MAX - CaseLimits::kCount
                                ? INT64_MAX
                                : so_far.opened_at_ms + CaseLimits::kCount;
  const std::optional<std::int64_t> to = step.at("ms").integer(so_far.clock_ms, most);
  if (!to) {
    return std::nullopt;
  }
  so_far.clock_ms = *to;
  return Step{ClockMoves{*to}, Unseen{}};
}

std::optional<Step> read_server(const Cursor& step, SoFar& /*so_far*/) {
  if (!has_keys(step, {"do", "data"})) {
    return std::nullopt;
  }
  const std::optional<model::ConfigMap> content = read_content(step.at("data"));
  return content ? std::optional{Step{ServerChanges{*content}, Unseen{}}} : std::nullopt;
}

std::optional<Step> read_informer(const Cursor& step, SoFar& /*so_far*/) {
  static constexpr std::array<std::string_view, 1> kErrors{"exception"};
  if (!has_keys(step, {"do"}, {"lag", "expect"})) {
    return std::nullopt;
  }
  const std::optional<std::uint32_t> lag =
      step.has("lag") ? step.at("lag").small(0, CaseLimits::kCount) : std::optional{0U};
  InformerAnswer answer;
  if (step.has("expect")) {
    const Cursor expect = step.at("expect");
    if (!has_keys(expect, {"error"}) || !expect.at("error").one_of(kErrors)) {
      return std::nullopt;
    }
    answer.error = model::GateError::kException;
  }
  return lag ? std::optional{Step{InformerTells{*lag}, answer}} : std::nullopt;
}

std::optional<Step> read_conflicts(const Cursor& step, SoFar& /*so_far*/) {
  if (!has_keys(step, {"do", "times"}, {"data"})) {
    return std::nullopt;
  }
  const std::optional<std::uint32_t> times = step.at("times").small(0, CaseLimits::kCount);
  std::optional<model::ConfigMap> content;
  if (step.has("data")) {
    content = read_existing(step.at("data"));
    if (!content) {
      return std::nullopt;
    }
  }
  return times ? std::optional{Step{UpdatesConflict{*times, content}, Unseen{}}} : std::nullopt;
}

std::optional<Step> read_failures(const Cursor& step, SoFar& /*so_far*/) {
  if (!has_keys(step, {"do", "times", "code"})) {
    return std::nullopt;
  }
  const std::optional<std::uint32_t> times = step.at("times").small(0, CaseLimits::kCount);
  const std::optional<std::uint32_t> code = step.at("code").small(400, 599);
  return times && code ? std::optional{Step{UpdatesFail{*times, *code}, Unseen{}}} : std::nullopt;
}

std::optional<Step> read_gauge(const Cursor& step, SoFar& /*so_far*/) {
  if (!has_keys(step, {"do", "expect"})) {
    return std::nullopt;
  }
  const std::optional<std::uint32_t> value = step.at("expect").small(0, 1);
  return value ? std::optional{Step{GaugeIsRead{}, GaugeAnswer{*value == 1}}} : std::nullopt;
}

std::optional<Step> read_step(const Cursor& step, SoFar& so_far) {
  static constexpr std::array<std::string_view, 8> kNames{
      "record", "watermark", "clock", "server", "informer", "conflicts", "apierrors", "gauge"};
  static constexpr std::array kReaders{read_record,   read_watermark, read_clock,    read_server,
                                       read_informer, read_conflicts, read_failures, read_gauge};
  static_assert(kReaders.size() == kNames.size());
  if (!step.is_object()) {
    return std::nullopt;
  }
  if (so_far.has_ended) {
    step.refuse("no step after the error of a record");
    return std::nullopt;
  }
  if (!step.has("do")) {
    step.refuse("a key \"do\"");
    return std::nullopt;
  }
  const std::optional<std::size_t> name = step.at("do").one_of(kNames);
  return name ? kReaders.at(*name)(step, so_far) : std::nullopt;
}

std::optional<std::vector<Step>> read_steps(const Cursor& array, std::int64_t clock_ms) {
  if (!array.is_array()) {
    return std::nullopt;
  }
  SoFar so_far;
  so_far.opened_at_ms = clock_ms;
  so_far.clock_ms = clock_ms;
  const std::vector<Json>& items = array.json().items;
  std::vector<Step> steps;
  steps.reserve(items.size());
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (std::optional<Step> step = read_step(Cursor{items[i], array, i}, so_far)) {
      steps.push_back(*std::move(step));
    }
  }
  return steps.size() == items.size() ? std::optional{std::move(steps)} : std::nullopt;
}

// --- The case ------------------------------------------------------------------------------------

// It stands in messages as it is.
std::optional<std::string> read_id(const Cursor& value) {
  const std::optional<std::string_view> id = value.string();
  if (!id) {
    return std::nullopt;
  }
  const auto is_printable = [](char c) { return c >= ' ' && c <= '~'; };
  if (id->empty() || id->size() > CaseLimits::kIdLength ||
      !std::all_of(id->begin(), id->end(), is_printable)) {
    value.refuse("1 to " + std::to_string(CaseLimits::kIdLength) + " printable ASCII characters");
    return std::nullopt;
  }
  return std::string{*id};
}

std::optional<std::string> read_protocol(const Cursor& value) {
  std::vector<std::string_view> with_gate;
  for (const model::Protocol& protocol : model::protocols()) {
    if (protocol.has_gate) {
      with_gate.push_back(protocol.id);
    }
  }
  const std::optional<std::size_t> name = value.one_of(with_gate);
  return name ? std::optional{std::string{with_gate[*name]}} : std::nullopt;
}

std::optional<Opening> read_opening(const Cursor& root) {
  static constexpr std::array<std::string_view, 2> kColors{"BLUE", "GREEN"};
  const std::optional<std::size_t> color = root.at("color").one_of(kColors);
  const std::optional<std::uint32_t> parallelism =
      root.at("parallelism").small(1, CaseLimits::kParallelism);
  const std::optional<std::uint32_t> subtask =
      root.at("subtask").small(0, std::int64_t{parallelism.value_or(1)} - 1);
  const bool has_delay = root.has("writeDelayMs");
  const std::optional<std::uint32_t> delay =
      has_delay ? root.at("writeDelayMs").small(0, CaseLimits::kCount) : std::nullopt;
  const std::optional<model::ConfigMap> content = read_existing(root.at("configMap"));
  const std::optional<std::int64_t> clock_ms = root.at("clock").integer(0, INT64_MAX);
  if (!color || !parallelism || !subtask || has_delay != delay.has_value() || !content ||
      !clock_ms) {
    return std::nullopt;
  }
  return Opening{model::kColors.at(*color), *subtask, *parallelism, delay, *content, *clock_ms};
}

std::optional<GateCase> read_root(const Cursor& root) {
  if (!has_keys(root,
                {"id", "protocol", "color", "subtask", "parallelism", "configMap", "clock", "note",
                 "steps"},
                {"writeDelayMs"})) {
    return std::nullopt;
  }
  std::optional<std::string> id = read_id(root.at("id"));
  std::optional<std::string> protocol = read_protocol(root.at("protocol"));
  const std::optional<std::string_view> note = root.at("note").string();
  const std::optional<Opening> opening = read_opening(root);
  // Without a clock no step can be judged, and there is a problem already.
  std::optional<std::vector<Step>> steps =
      opening ? read_steps(root.at("steps"), opening->clock_ms) : std::nullopt;
  if (!id || !protocol || !note || !steps) {
    return std::nullopt;
  }
  return GateCase{*std::move(id), *std::move(protocol), *opening, std::string{*note},
                  *std::move(steps)};
}

}  // namespace

std::optional<GateCase> read_case(std::string_view line, Problems& problems) {
  const JsonResult parsed = parse_json(line, JsonComments::kRefused, Origin{}, problems);
  if (!parsed.root) {
    return std::nullopt;
  }
  std::optional<GateCase> recorded = read_root(Cursor{*parsed.root, problems});
  return problems.count() == 0 ? std::move(recorded) : std::nullopt;  // a key may be there twice
}

}  // namespace scenarios::vectors
