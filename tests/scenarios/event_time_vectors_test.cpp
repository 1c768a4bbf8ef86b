// Sources, valves and combined inputs against the executed vectors of flink-runtime.md I1 to I6
// (tests/vectors/flink/event_time.json), for each version that they name.

#include <array>
#include <catch2/catch.hpp>
#include <fstream>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "model/valve.hpp"
#include "model/watermarks.hpp"

namespace {

using model::FlinkRules;
using model::Mark;
using nlohmann::json;

constexpr int kMax = Mark::end().ms;

std::string told(Mark watermark) {
  return watermark.is_none()        ? ""
         : watermark == Mark::end() ? "W(MAX)"
                                    : "W(" + std::to_string(watermark.ms) + ")";
}
int number(const std::string& text) { return text == "MAX" ? kMax : std::stoi(text); }

// Takes a step of a vector and says what came out, or nothing.
using Machine = std::function<std::string(const std::vector<std::string>& words)>;

struct NamedSplit {
  std::string name;
  model::SplitTime time;
};

model::GeneratorRules rules_of(const json& vector, const FlinkRules& flink) {
  model::GeneratorRules rules;
  rules.generator = model::Generator::kPeriodic;
  rules.bound_ms = vector.value("B", 0);
  rules.idle_after_ms = vector.value("T", model::kNeverIdle);
  rules.flink = flink;
  return rules;
}

class SourceMachine {
 public:
  SourceMachine(const json& vector, const FlinkRules& flink) : rules_(rules_of(vector, flink)) {
    std::istringstream names{vector.value("splits", "A")};
    std::string name;
    while (names >> name) {
      splits_.push_back({name, {}});
    }
    if (vector.contains("later")) {
      splits_.push_back({vector["later"].get<std::string>(), {}});
      splits_.back().time.absent = true;
    }
  }

  std::string operator()(const std::vector<std::string>& words) {
    std::span<NamedSplit> all{splits_};
    model::SourceAnnouncement out;
    if (words[0][0] == '+' || words[0][0] == '-') {
      split(words[0].substr(1)).time.absent = words[0][0] == '-';
    } else if (words[0] == "tick") {
      const sim::Due now{static_cast<std::uint32_t>(number(words[1]))};
      const sim::Due useful = next_useful_tick(source_, all, rules_, now);
      const model::SourceTime before = source_;
      out = on_tick(source_, all, rules_, now, 1);
      if (useful > now) {  // what is said to change nothing does not
        CHECK_FALSE((out.active || out.idle || !out.watermark.is_none()));
        CHECK(before.emitted == source_.emitted);
      }
    } else {
      const auto i = static_cast<std::size_t>(&split(words[1]) - splits_.data());
      out = on_record(source_, all, i, Mark{number(words[2])}, false, rules_);
    }
    std::string text = out.active ? "ACTIVE " : "";
    text += told(out.watermark);
    return text + (out.idle ? " IDLE" : "");
  }

 private:
  NamedSplit& split(const std::string& name) {
    std::size_t i = 0;
    while (splits_[i].name != name) {
      ++i;
    }
    return splits_[i];
  }

  model::GeneratorRules rules_;
  model::SourceTime source_;
  std::vector<NamedSplit> splits_;
};

class IdlenessMachine {
 public:
  IdlenessMachine(const json& vector, const FlinkRules& flink) : rules_(rules_of(vector, flink)) {}

  std::string operator()(const std::vector<std::string>& words) {
    std::span<NamedSplit> all{splits_};
    if (words[0] != "tick") {
      on_record(source_, all, 0, Mark{0}, false, rules_);
      return "";
    }
    on_tick(source_, all, rules_, sim::Due{static_cast<std::uint32_t>(number(words[1]))}, 1);
    return splits_[0].time.timer.idle ? "idle" : "";
  }

 private:
  model::GeneratorRules rules_;
  model::SourceTime source_;
  std::vector<NamedSplit> splits_{1};
};

class MultiplexerMachine {
 public:
  explicit MultiplexerMachine(const FlinkRules& flink) : flink_(flink) {}

  std::string operator()(const std::vector<std::string>& words) {
    if (words[0][0] == '+') {
      slots_[words[0].substr(1)] = {};
      return "";
    }
    if (words[0][0] == '-') {
      slots_.erase(words[0].substr(1));
      return "";
    }
    if (words[0] == "tick") {
      return combined();
    }
    Slot& slot = slots_.at(words[1]);
    if (words[0] == "d" || words[0] == "imm") {
      slot.mark = std::max(slot.mark, Mark{number(words[2])});
      slot.idle = false;
      return words[0] == "imm" && slot.mark > combined_ ? combined() : "";
    }
    slot.idle = words[0] != "active";
    return words[0] == "di" ? "" : combined();
  }

 private:
  struct Slot {
    Mark mark;
    bool idle = false;
  };

  std::string combined() {
    std::vector<Slot> all;
    for (const auto& [name, slot] : slots_) {
      all.push_back(slot);
    }
    const model::Combination out = combine(
        combined_, all, flink_, [](const Slot& s) { return s.mark; },
        [](const Slot& s) { return s.idle; });
    return told(out.watermark) + (out.all_idle ? " IDLE" : "");
  }

  FlinkRules flink_;
  Mark combined_;
  std::map<std::string, Slot> slots_;
};

std::string told(const model::ValveOutput& output) {
  using Status = model::ValveOutput::Status;
  return (output.status == Status::kActive ? "ACTIVE " : "") + told(output.watermark) +
         (output.status == Status::kIdle ? " IDLE" : "");
}

// Two valves over the same channels, one of which has a tree over them as many channels have.
class ValveMachine {
 public:
  ValveMachine(std::size_t channels, const FlinkRules& flink)
      : flink_(flink), few_(channels), many_(channels), tree_(channels < 2 ? 0 : channels) {}

  std::string operator()(const std::vector<std::string>& words) {
    std::string out = step(words, few_valve_, model::ValveChannels{std::span{few_}});
    CHECK(step(words, many_valve_, model::ValveChannels{std::span{many_}, std::span{tree_}}) ==
          out);
    return out;
  }

 private:
  struct Channel {
    model::ValveChannel valve;
  };

  [[nodiscard]] std::string step(const std::vector<std::string>& words, model::Valve& valve,
                                 const model::ValveChannels<Channel>& all) const {
    const auto i = static_cast<std::size_t>(number(words[0].substr(1)));
    switch (words[0][0]) {
      case 'w': return told(on_watermark(valve, all, i, Mark{number(words[1])}));
      case 'i': return told(on_idle(valve, all, i, flink_));
      default: return told(on_active(valve, all, i, flink_));
    }
  }

  FlinkRules flink_;
  model::Valve few_valve_;
  model::Valve many_valve_;
  std::vector<Channel> few_;
  std::vector<Channel> many_;
  std::vector<Mark> tree_;
};

class InputsMachine {
 public:
  explicit InputsMachine(const FlinkRules& flink) : flink_(flink) {}

  std::string operator()(const std::vector<std::string>& words) {
    const std::span<Input> all{inputs_};
    const auto i = static_cast<std::size_t>(number(words[0].substr(1))) - 1;
    if (words[0][0] == 'w') {
      return told(on_input_watermark(whole_, all, i, Mark{number(words[1])}, flink_));
    }
    return told(on_input_status(whole_, all, i, words[0][0] == 'i', flink_));
  }

 private:
  struct Input {
    model::InputTime time;
  };

  FlinkRules flink_;
  model::Valve whole_;
  std::vector<Input> inputs_{2};
};

Machine machine_for(const std::string& kind, const json& vector, const FlinkRules& flink) {
  if (kind == "source") {
    return SourceMachine(vector, flink);
  }
  if (kind == "idleness") {
    return IdlenessMachine(vector, flink);
  }
  if (kind == "multiplexer") {
    return MultiplexerMachine(flink);
  }
  if (kind == "valve") {
    return ValveMachine(vector.at("n").get<std::size_t>(), flink);
  }
  return InputsMachine(flink);
}

std::string take(const Machine& machine, const std::string& step) {
  std::string all;
  std::istringstream parts{step};
  std::string part;
  while (std::getline(parts, part, ';')) {
    std::istringstream text{part};
    std::vector<std::string> words;
    std::string word;
    while (text >> word) {
      words.push_back(word);
    }
    all += " " + machine(words);
  }
  std::istringstream blanks{all};
  std::string out;
  std::string word;
  while (blanks >> word) {
    out += (out.empty() ? "" : " ") + word;
  }
  return out.empty() ? "-" : out;
}

// `otherwise`: what this version says in some of the steps.
int check_vector(const std::string& kind, const json& vector, const FlinkRules& flink,
                 const std::string& otherwise) {
  const Machine machine = machine_for(kind, vector, flink);
  const json& steps = vector.at("steps");
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const json differs = vector.value(otherwise, json::object());
    const std::string expected = differs.value(std::to_string(i), steps[i][1].get<std::string>());
    INFO(vector.at("id") << " step " << i << " " << steps[i][0] << " " << otherwise);
    CHECK(take(machine, steps[i][0].get<std::string>()) == expected);
  }
  return static_cast<int>(steps.size());
}

}  // namespace

TEST_CASE("event time: the executed vectors of both versions (rt:W3 rt:ID1 rt:MX3 rt:V1 rt:CW1)") {
  std::ifstream file{HARNESS_ROOT "/tests/vectors/flink/event_time.json"};
  const json all = json::parse(file, nullptr, true, true);
  const FlinkRules now = model::flink_rules(model::FlinkVersion::kTwoTwo, {});
  const FlinkRules before = model::flink_rules(model::FlinkVersion::kOneTwenty, {});
  int steps = 0;
  for (const auto& [kind, vectors] : all.items()) {
    for (const json& vector : vectors) {
      steps += check_vector(kind, vector, now, "2.2");
      steps += check_vector(kind, vector, before, "1.20");
    }
  }
  CHECK(steps == 520);
}

TEST_CASE("event time: the valve with FLINK-40475 (rt:V5)") {
  std::ifstream file{HARNESS_ROOT "/tests/vectors/flink/event_time.json"};
  const json all = json::parse(file, nullptr, true, true);
  constexpr std::array kFixes{model::FlinkFix::kValveRederives};
  int vectors = 0;
  for (const json& vector : all.at("valve")) {
    if (vector.contains("V5")) {
      check_vector("valve", vector, model::flink_rules(model::FlinkVersion::kTwoTwo, kFixes), "V5");
      ++vectors;
    }
  }
  CHECK(vectors == 2);
}
