#include "tests/support/vector_replay.hpp"

#include <istream>
#include <limits>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>

#include "model/config_map.hpp"
#include "model/event_time.hpp"
#include "model/gate.hpp"
#include "model/ids.hpp"
#include "sim/time.hpp"

namespace vectors {

namespace {

using nlohmann::json;

// A line that does not say what the format wants. Stays inside this file.
class Unreadable : public std::runtime_error {
 public:
  Unreadable(std::string wanted, const json& found)
      : std::runtime_error{found.dump()}, wanted_(std::move(wanted)) {}

  [[nodiscard]] const std::string& wanted() const { return wanted_; }

 private:
  std::string wanted_;
};

// --- Fields --------------------------------------------------------------------------------------

const json& field(const json& object, const char* name) {
  if (!object.is_object() || !object.contains(name)) {
    throw Unreadable{std::string{"a field \""} + name + "\"", object};
  }
  return object.at(name);
}

std::int64_t read_integer(const json& value) {
  const bool is_too_large =
      value.is_number_unsigned() &&
      value.get<std::uint64_t>() > std::uint64_t{std::numeric_limits<std::int64_t>::max()};
  if (!value.is_number_integer() || is_too_large) {
    throw Unreadable{"an integer of 64 bits", value};
  }
  return value.get<std::int64_t>();
}

// Bounded so that run-relative times stay far below sim::Due::never().
std::uint32_t read_small(const json& value) {
  const std::int64_t number = read_integer(value);
  if (number < 0 || number > std::numeric_limits<std::int32_t>::max()) {
    throw Unreadable{"an integer from 0 to 2147483647", value};
  }
  return static_cast<std::uint32_t>(number);
}

std::string read_string(const json& value) {
  if (!value.is_string()) {
    throw Unreadable{"a string", value};
  }
  return value.get<std::string>();
}

model::EventTime read_time(const json& value) {
  return model::EventTime{sim::milliseconds{read_integer(value)}};
}

// Entries that a gate does not know are content all the same, but not the gate's.
model::ConfigMap read_content(const json& data) {
  model::ConfigMap content;
  if (data.is_null()) {
    return content;
  }
  if (!data.is_object()) {
    throw Unreadable{"an object of entries or null", data};
  }
  content.exists = true;
  for (const auto& [key, value] : data.items()) {
    if (model::read_entry(content, key, read_string(value)) == model::ReadEntry::kBadValue) {
      throw Unreadable{"a value of " + key, value};
    }
  }
  return content;
}

std::int64_t read_clock(const json& value) {
  const std::int64_t ms = read_integer(value);
  if (ms < 0) {
    throw Unreadable{"a time in epoch ms, from 0 on", value};
  }
  return ms;
}

model::Color read_color(const json& value) {
  const std::string name = read_string(value);
  if (name != "BLUE" && name != "GREEN") {
    throw Unreadable{"BLUE or GREEN", value};
  }
  return name == "BLUE" ? model::Color::kBlue : model::Color::kGreen;
}

json spelled(const model::ConfigMapEntries& entries) {
  json object = json::object();
  for (const model::SpelledEntry& entry : model::spell(entries)) {
    object[entry.key] = entry.value;
  }
  return object;
}

// --- The fake API server (README, section 3) -----------------------------------------------------

class FakeServer final : public model::ConfigMapApi {
 public:
  explicit FakeServer(const model::ConfigMap& first) : versions_{first} {}

  Read get() override { return Read{versions_.back(), newest()}; }

  Result update(const model::ConfigMapEntries& entries, model::ResourceVersion version) override {
    if (api_errors_ > 0) {
      --api_errors_;
      return Result::kError;
    }
    if (conflicts_ > 0) {
      --conflicts_;
      store(other_writes_.value_or(versions_.back()));
      return Result::kConflict;
    }
    if (version != newest() || !versions_.back().exists) {
      return Result::kConflict;
    }
    model::ConfigMap content = versions_.back();
    model::put(content, entries);
    store(content);
    writes_.push_back(spelled(entries));
    return Result::kStored;
  }

  void store(const model::ConfigMap& content) { versions_.push_back(content); }
  void fail_next(std::uint32_t times) { api_errors_ = times; }
  void conflict_next(std::uint32_t times, std::optional<model::ConfigMap> data) {
    conflicts_ = times;
    other_writes_ = data;
  }

  // The update event of this delivery, if there is one.
  std::optional<model::ConfigMap> deliver(std::uint32_t lag) {
    const std::size_t last = versions_.size() - 1;
    const std::size_t target = lag > last ? 0 : last - lag;
    if (target <= delivered_) {
      return std::nullopt;
    }
    const bool existed = versions_[delivered_].exists;
    delivered_ = target;
    const model::ConfigMap& content = versions_[target];
    return existed && content.exists ? std::optional{content} : std::nullopt;
  }

  json take_writes() { return std::exchange(writes_, json::array()); }

 private:
  [[nodiscard]] model::ResourceVersion newest() const {
    return model::ResourceVersion{static_cast<std::uint32_t>(versions_.size())};
  }

  std::vector<model::ConfigMap> versions_;  // never forgets one
  std::size_t delivered_ = 0;
  std::uint32_t api_errors_ = 0;
  std::uint32_t conflicts_ = 0;
  std::optional<model::ConfigMap> other_writes_;  // absent: the content as it is
  json writes_ = json::array();
};

// --- One case ------------------------------------------------------------------------------------

json name_of(model::GateError error) {
  switch (error) {
    case model::GateError::kNone: break;
    case model::GateError::kConflict: return "conflict";
    case model::GateError::kException: return "exception";
  }
  return nullptr;
}

model::GateOpening read_opening(const json& recorded) {
  model::GateOpening opening;
  opening.own = read_color(field(recorded, "color"));
  opening.subtask = model::SubtaskIndex{read_small(field(recorded, "subtask"))};
  opening.write_delay_ms =
      recorded.contains("writeDelayMs") ? read_small(recorded.at("writeDelayMs")) : 0;
  return opening;
}

model::ConfigMap read_existing(const json& data) {
  if (data.is_null()) {
    throw Unreadable{"an object of entries", data};
  }
  return read_content(data);
}

class Replay {
 public:
  Replay(const json& recorded, const model::GateRules& rules)
      : rules_(rules),
        opened_at_(read_clock(field(recorded, "clock"))),
        clock_(opened_at_),
        server_(read_existing(field(recorded, "configMap"))),
        gate_(model::open_gate(read_opening(recorded), server_.get().content, rules)) {}

  // What the step's `expect` would have to say; null for a step without visible outcome.
  json run(const json& step) {
    const std::string what = read_string(field(step, "do"));
    if (what == "record") {
      return on_record(step);
    }
    if (what == "informer") {
      return on_informer(step);
    }
    if (what == "gauge") {
      return model::handover_done(gate_, now()) ? 1 : 0;
    }
    if (what == "watermark") {
      model::on_watermark(gate_, read_time(field(step, "ts")));
    } else if (what == "clock") {
      set_clock(field(step, "ms"));
    } else if (what == "server") {
      server_.store(read_content(field(step, "data")));
    } else if (what == "conflicts") {
      const bool has_data = step.contains("data");
      server_.conflict_next(read_small(field(step, "times")),
                            has_data ? std::optional{read_content(step.at("data"))} : std::nullopt);
    } else if (what == "apierrors") {
      server_.fail_next(read_small(field(step, "times")));
    } else {
      throw Unreadable{"a known step", step.at("do")};
    }
    return nullptr;
  }

 private:
  [[nodiscard]] sim::Due now() const {
    return sim::Due{static_cast<std::uint32_t>(clock_ - opened_at_)};
  }

  void set_clock(const json& value) {
    const std::int64_t ms = read_integer(value);
    if (ms < clock_ || ms - opened_at_ > std::numeric_limits<std::int32_t>::max()) {
      throw Unreadable{"a time not before the last one and less than 24 days after the first",
                       value};
    }
    clock_ = ms;
  }

  json on_record(const json& step) {
    const json& ts = field(step, "ts");
    const model::RecordTime time =
        ts.is_null() ? model::RecordTime::missing() : model::RecordTime{read_time(ts)};
    const model::GateEnvironment at{now(), model::EventTime{sim::milliseconds{clock_}}};
    const model::GateOutcome outcome = model::on_record(gate_, time, at, rules_, server_);
    return json{{"emit", outcome.emit},
                {"writes", server_.take_writes()},
                {"error", name_of(outcome.error)}};
  }

  json on_informer(const json& step) {
    const std::uint32_t lag = step.contains("lag") ? read_small(step.at("lag")) : 0;
    const std::optional<model::ConfigMap> update = server_.deliver(lag);
    const model::GateError error =
        update ? model::on_config_map(gate_, *update, now(), rules_) : model::GateError::kNone;
    return error == model::GateError::kNone ? json(nullptr) : json{{"error", name_of(error)}};
  }

  model::GateRules rules_;
  std::int64_t opened_at_;
  std::int64_t clock_;
  FakeServer server_;
  model::Gate gate_;
};

void replay(const json& recorded, const RulesOf& rules_of, CaseOutcome& outcome) {
  outcome.id = read_string(field(recorded, "id"));
  const json& protocol = field(recorded, "protocol");
  const std::optional<model::GateRules> rules = rules_of(read_string(protocol));
  if (!rules) {
    throw Unreadable{"a protocol with a gate", protocol};
  }
  const json& steps = field(recorded, "steps");
  if (!steps.is_array()) {
    throw Unreadable{"an array of steps", steps};
  }
  Replay run{recorded, *rules};
  for (const json& step : steps) {
    ++outcome.step;
    const json got = run.run(step);
    const json expected = step.contains("expect") ? step.at("expect") : json(nullptr);
    if (got != expected) {
      outcome.result = CaseResult::kDisagrees;
      outcome.expected = expected.dump() + " after " + step.dump();
      outcome.got = got.dump();
      return;
    }
  }
  outcome.step = 0;
}

}  // namespace

CaseOutcome replay_case(std::string_view line, const RulesOf& rules_of) {
  CaseOutcome outcome;
  try {
    replay(json::parse(line), rules_of, outcome);
  } catch (const Unreadable& problem) {
    outcome.result = CaseResult::kUnreadable;
    outcome.expected = problem.wanted();
    outcome.got = problem.what();
  } catch (const json::parse_error& problem) {
    outcome.result = CaseResult::kUnreadable;
    outcome.expected = "a JSON object";
    outcome.got = "an error at byte " + std::to_string(problem.byte);
  }
  return outcome;
}

FileOutcome replay_file(std::istream& lines, const RulesOf& rules_of) {
  FileOutcome file;
  std::string line;
  for (std::size_t number = 1; std::getline(lines, line); ++number) {
    if (line.empty()) {
      continue;
    }
    ++file.cases;
    CaseOutcome outcome = replay_case(line, rules_of);
    if (outcome.result != CaseResult::kAgrees) {
      file.failures.push_back(FileOutcome::Failure{number, std::move(outcome)});
    }
  }
  return file;
}

std::string describe(const CaseOutcome& outcome) {
  const std::string where = outcome.step == 0 ? "" : ", step " + std::to_string(outcome.step);
  return outcome.id + where + ": expected " + outcome.expected + ", got " + outcome.got;
}

}  // namespace vectors
