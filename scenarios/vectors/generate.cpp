#include "scenarios/vectors/generate.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <string>
#include <string_view>
#include <variant>

#include "model/gate.hpp"
#include "scenarios/vectors/draw_content.hpp"
#include "scenarios/vectors/draws.hpp"
#include "scenarios/vectors/replay.hpp"
#include "sim/check.hpp"

namespace scenarios::vectors {

namespace {

using model::EventTime;
using model::GateRules;

constexpr EventTime kEndOfTime{sim::milliseconds{std::numeric_limits<std::int64_t>::max()}};

EventTime draw_origin(Draws& draws) {
  return EventTime{sim::milliseconds{draws.pick<std::int64_t>({0, 1'000, 1'700'000'000'000})}};
}

Opening draw_opening(Draws& draws, const GateRules& rules, EventTime origin) {
  Opening opening;
  opening.color = draws.one_in(2) ? model::Color::kBlue : model::Color::kGreen;
  opening.parallelism = draws.pick<std::uint32_t>({1, 2, 3, 4, 8});
  opening.subtask = draws.below(opening.parallelism);
  // Where only one subtask ever writes, it is mostly that one.
  if (rules.writers == model::GateWriters::kIndexOne && !draws.one_in(8)) {
    opening.parallelism = std::max(opening.parallelism, 2U);
    opening.subtask = 1;
  }
  if (rules.timing == model::WriteTiming::kInWindow) {
    opening.write_delay_ms = model::kWriteDelayMs + draws.below(model::write_delay_choices(rules));
  }
  opening.content = draw_content(draws, opening.color, origin);
  opening.clock_ms = draws.pick<std::int64_t>({0, 1'000'000, 1'700'000'000'000});
  return opening;
}

// At most, of any write.
std::uint32_t tries_of(model::ConflictRetry retry) {
  switch (retry) {
    case model::ConflictRetry::kNone: return 1;
    case model::ConflictRetry::kThriceNoStage: return 4;
    case model::ConflictRetry::kTenAttempts: return 10;
  }
  return 1;
}

std::string note_of(const Opening& opening) {
  const model::ConfigMap& content = opening.content;
  std::string note = "generated: opens ";
  note += content.active == opening.color ? "active" : "standby";
  note += content.is_first ? " in a first deployment" : "";
  note += ", ";
  note += model::name_of(content.stage);
  if (content.watermark_stage != model::WatermarkStage::kAbsent) {
    note += ", ";
    note += model::name_of(content.watermark_stage);
  }
  return note + (content.has_toggle ? ", toggle set" : ", no toggle");
}

// Draws what happens next to a gate that it can see.
class Script {
 public:
  Script(Draws& draws, const GateRules& rules, const Opening& opening, EventTime origin)
      : draws_(draws),
        rules_(rules),
        origin_(origin),
        own_(opening.color),
        bench_(opening, rules) {}

  Step next() {
    const Action action = draw_action();
    return Step{action, bench_.run(action)};
  }

 private:
  Action draw_action() {
    // In a write window mostly to its end, with conflicts on the way; a change of the content in
    // between leaves nothing to write.
    const bool is_writing = !bench_.gate().window_opened.is_never();
    const std::uint32_t clock = is_writing ? 24 : 12;
    const std::uint32_t informer = bench_.server().has_news() ? 16 : 2;
    const std::uint32_t server = is_writing ? 3 : 8;
    const std::uint32_t conflicts = is_writing ? 9 : 3;
    const std::uint32_t gauge = rules_.gauge == model::HandOverGauge::kNone ? 0 : 6;
    switch (draws_.weighted({40, clock, 10, informer, server, conflicts, 1, gauge})) {
      case 0: return draw_record();
      case 1: return draw_clock();
      case 2: return draw_watermark();
      case 3: return InformerTells{draws_.one_in(5) ? 1 + draws_.below(3) : 0};
      case 4: return ServerChanges{draw_other_content()};
      case 5: return draw_conflicts();
      case 6: return UpdatesFail{draws_.pick<std::uint32_t>({1, 1, 2}), 500};
      default: return GaugeIsRead{};
    }
  }

  // --- Times -------------------------------------------------------------------------------------

  [[nodiscard]] EventTime watermark() const { return bench_.gate().watermark; }
  // The watermark, or where the first one may be.
  [[nodiscard]] EventTime about_now() const { return std::max(watermark(), origin_); }
  [[nodiscard]] EventTime toggle() const {
    const model::ConfigMap& context = bench_.gate().context;
    return context.has_effective_toggle() ? context.effective_toggle() : about_now();
  }

  Action draw_record() {
    static constexpr std::int64_t kFew = 60'000;
    EventTime time;
    switch (draws_.weighted({12, 3, 6, 4, 1, 1})) {
      case 0: time = shifted(toggle(), draws_.pick<std::int64_t>({-2, -1, 0, 0, 1, 50})); break;
      case 1:
        time = shifted(bench_.server().newest().toggle, std::int64_t{draws_.below(3)} - 1);
        break;
      case 2: time = shifted(about_now(), draws_.below(200)); break;
      case 3: time = shifted(about_now(), -1 - std::int64_t{draws_.below(kFew)}); break;  // late
      case 4: return RecordArrives{model::RecordTime::missing()};
      default: time = draws_.one_in(2) ? model::kNoTimestamp : kEndOfTime; break;
    }
    return RecordArrives{model::RecordTime{time}};
  }

  Action draw_watermark() {
    EventTime to;
    switch (draws_.weighted({8, 6, 1, 1})) {
      case 0: to = shifted(about_now(), draws_.pick<std::int64_t>({0, 1, 10, 100, 1'000})); break;
      case 1: to = shifted(toggle(), draws_.pick<std::int64_t>({-1, 0, 1, 1})); break;
      case 2: to = EventTime{sim::milliseconds{draws_.pick<std::int64_t>({-5, 0, 1})}}; break;
      default: to = draws_.one_in(4) ? kEndOfTime : watermark(); break;
    }
    return WatermarkRises{std::max(to, watermark())};
  }

  Action draw_clock() {
    const model::Gate& gate = bench_.gate();
    const std::int64_t now = bench_.now().ms;
    std::int64_t to = now;
    if (!gate.window_opened.is_never() && !draws_.one_in(4)) {
      to = std::int64_t{gate.window_opened.ms} + gate.write_delay_ms;
      to -= draws_.one_in(4) ? 1 : 0;
    } else if (!gate.toggle_learned.is_never() && draws_.one_in(3)) {
      const sim::Due silence = std::max(gate.toggle_learned, gate.last_standby_record);
      to = silence.after(model::kGaugeSilenceMs).ms;
      to -= draws_.one_in(4) ? 1 : 0;
    } else {
      to += draws_.pick<std::int64_t>({0, 1, 10, 100, 499, 500, 2'500});
    }
    return ClockMoves{bench_.clock_ms() + std::max(to - now, std::int64_t{0})};
  }

  // --- Other writers -----------------------------------------------------------------------------

  model::ConfigMap draw_other_content() {
    return draw_next_content(draws_, bench_.server().newest(), own_, about_now());
  }

  // Too few for a write to give up, or as many as it takes.
  Action draw_conflicts() {
    UpdatesConflict conflicts;
    conflicts.times = draws_.one_in(2) ? tries_of(rules_.retry) : 1 + draws_.below(9);
    if (draws_.one_in(4)) {
      const model::ConfigMap content = draw_other_content();
      if (content.exists) {
        conflicts.content = content;
      }
    }
    return conflicts;
  }

  Draws& draws_;
  const GateRules& rules_;
  EventTime origin_;
  model::Color own_;
  Bench bench_;
};

bool ends_case(const Step& step) {
  const auto* const record = std::get_if<RecordAnswer>(&step.answer);
  return record != nullptr && record->error != model::GateError::kNone;
}

}  // namespace

GateCase generate_case(const model::Protocol& protocol, std::uint64_t seed, std::uint32_t k) {
  SIM_CHECK(protocol.has_gate, "vectors are of a gate");
  const std::string_view revision = protocol.id.substr(protocol.id.find('-') + 1);
  Draws draws{sim::draw(seed, sim::name_hash(protocol.id), k)};
  const EventTime origin = draw_origin(draws);
  GateCase made;
  made.id = std::string{revision} + "-g" + std::to_string(seed) + "-" + std::to_string(k);
  made.protocol = protocol.id;
  made.opening = draw_opening(draws, protocol.gate, origin);
  made.note = note_of(made.opening);
  Script script{draws, protocol.gate, made.opening, origin};
  for (std::uint32_t left = 10 + draws.below(41); left > 0; --left) {
    made.steps.push_back(script.next());
    if (ends_case(made.steps.back())) {
      break;
    }
  }
  return made;
}

}  // namespace scenarios::vectors
