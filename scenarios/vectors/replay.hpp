// Does the steps of a vector case to the model's gate, on the fake API server.
//
// Times: the gate's clock is relative to the opening of the case. Errors: what the gate throws is
// part of its answer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "model/gate.hpp"
#include "model/gate_rules.hpp"
#include "scenarios/vectors/fake_server.hpp"
#include "scenarios/vectors/gate_case.hpp"
#include "sim/time.hpp"

namespace scenarios::vectors {

// A gate subtask just opened, with all that it can see.
class Bench {
 public:
  // REQUIRES: opening.content.exists.
  Bench(const Opening& opening, const model::GateRules& rules);

  // REQUIRES: watermark and clock do not fall, and the clock is less than 2^31 ms after the
  // opening.
  Answer run(const Action& action);

  [[nodiscard]] const model::Gate& gate() const { return gate_; }
  [[nodiscard]] const FakeServer& server() const { return server_; }
  [[nodiscard]] std::int64_t clock_ms() const { return clock_ms_; }
  [[nodiscard]] sim::Due now() const;
  // Of the last record: which row judged it, which write it tried.
  [[nodiscard]] const model::GateOutcome& outcome() const { return outcome_; }

 private:
  Answer on(const RecordArrives& record);
  Answer on(const WatermarkRises& watermark);
  Answer on(const ClockMoves& clock);
  Answer on(const ServerChanges& change);
  Answer on(const InformerTells& informer);
  Answer on(const UpdatesConflict& conflicts);
  Answer on(const UpdatesFail& failures);
  Answer on(const GaugeIsRead& gauge);

  model::GateRules rules_;
  std::int64_t opened_at_ms_;
  std::int64_t clock_ms_;
  FakeServer server_;
  model::Gate gate_;
  model::GateOutcome outcome_;
};

struct Replayed {
  std::size_t steps = 0;      // carried out
  std::optional<Answer> got;  // of the last of them, if it is not what is on record
};

// Up to the first answer that differs.
Replayed replay(const GateCase& recorded, const model::GateRules& rules);

}  // namespace scenarios::vectors
