#include "scenarios/vectors/replay.hpp"

#include <utility>
#include <variant>

#include "sim/check.hpp"

namespace scenarios::vectors {

namespace {

model::GateOpening gate_opening(const Opening& opening) {
  model::GateOpening gate;
  gate.own = opening.color;
  gate.subtask = model::SubtaskIndex{opening.subtask};
  // A case of a gate without window, held against one that has it, gets the shortest.
  gate.write_delay_ms = opening.write_delay_ms.value_or(model::kWriteDelayMs);
  return gate;
}

}  // namespace

Bench::Bench(const Opening& opening, const model::GateRules& rules)
    : rules_(rules),
      opened_at_ms_(opening.clock_ms),
      clock_ms_(opening.clock_ms),
      server_(opening.content),
      gate_(model::open_gate(gate_opening(opening), opening.content, rules)) {}

sim::Due Bench::now() const {
  return sim::Due{static_cast<std::uint32_t>(clock_ms_ - opened_at_ms_)};
}

Answer Bench::run(const Action& action) {
  return std::visit([this](const auto& kind) { return on(kind); }, action);
}

Answer Bench::on(const RecordArrives& record) {
  const model::GateEnvironment at{now(), model::EventTime{sim::milliseconds{clock_ms_}}};
  outcome_ = model::on_record(gate_, record.time, at, rules_, server_);
  return RecordAnswer{outcome_.emit, server_.take_writes(), outcome_.error};
}

Answer Bench::on(const WatermarkRises& watermark) {
  SIM_CHECK(watermark.to >= gate_.watermark, "a watermark never falls", watermark.to.ms());
  model::on_watermark(gate_, watermark.to);
  return Unseen{};
}

Answer Bench::on(const ClockMoves& clock) {
  SIM_CHECK(clock.to_ms >= clock_ms_, "a clock never runs back", clock.to_ms);
  SIM_CHECK(clock.to_ms - opened_at_ms_ <= INT32_MAX, "a case takes less than 24 days",
            clock.to_ms);
  clock_ms_ = clock.to_ms;
  return Unseen{};
}

Answer Bench::on(const ServerChanges& change) {
  server_.store(change.content);
  return Unseen{};
}

Answer Bench::on(const InformerTells& informer) {
  const std::optional<model::ConfigMap> update = server_.deliver(informer.lag);
  return InformerAnswer{update ? model::on_config_map(gate_, *update, now(), rules_)
                               : model::GateError::kNone};
}

Answer Bench::on(const UpdatesConflict& conflicts) {
  server_.conflict_next(conflicts.times, conflicts.content);
  return Unseen{};
}

Answer Bench::on(const UpdatesFail& failures) {
  server_.fail_next(failures.times);
  return Unseen{};
}

Answer Bench::on(const GaugeIsRead& /*gauge*/) {
  return GaugeAnswer{model::handover_done(gate_, now())};
}

Replayed replay(const GateCase& recorded, const model::GateRules& rules) {
  Bench bench{recorded.opening, rules};
  Replayed replayed;
  for (const Step& step : recorded.steps) {
    Answer got = bench.run(step.action);
    ++replayed.steps;
    if (got != step.answer) {
      replayed.got = std::move(got);
      return replayed;
    }
  }
  return replayed;
}

}  // namespace scenarios::vectors
