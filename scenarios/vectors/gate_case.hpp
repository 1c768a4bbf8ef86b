// One case of a vector file as values: how a gate subtask opens, what happens to it step by step,
// and what it is on record to have answered (format: tests/vectors/README.md).
//
// Times: `ts` and `watermark` are event time, clocks epoch ms. Entries of a ConfigMap that no gate
// knows are not kept. Errors: none.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "model/config_map.hpp"
#include "model/event_time.hpp"
#include "model/gate.hpp"
#include "model/ids.hpp"

namespace scenarios::vectors {

// --- What happens --------------------------------------------------------------------------------

struct RecordArrives {
  model::RecordTime time;
};

struct WatermarkRises {
  model::EventTime to;
};

struct ClockMoves {
  std::int64_t to_ms = 0;
};

// Another writer replaces the whole content; one that does not exist: deletes the ConfigMap.
struct ServerChanges {
  model::ConfigMap content;
};

struct InformerTells {
  std::uint32_t lag = 0;  // versions behind the newest
};

struct UpdatesConflict {
  std::uint32_t times = 0;
  std::optional<model::ConfigMap> content;  // what the other writer stores; none: what is there
};

struct UpdatesFail {
  std::uint32_t times = 0;
  std::uint32_t http_code = 500;
};

struct GaugeIsRead {};

using Action = std::variant<RecordArrives, WatermarkRises, ClockMoves, ServerChanges, InformerTells,
                            UpdatesConflict, UpdatesFail, GaugeIsRead>;

// --- What can be seen of it ----------------------------------------------------------------------

struct Unseen {
  friend constexpr bool operator==(Unseen, Unseen) { return true; }
};

struct RecordAnswer {
  bool emit = false;
  std::vector<model::ConfigMapEntries> writes;  // those that the API server stored, in order
  model::GateError error = model::GateError::kNone;

  friend bool operator==(const RecordAnswer&, const RecordAnswer&) = default;
};

struct InformerAnswer {
  model::GateError error = model::GateError::kNone;

  friend constexpr bool operator==(InformerAnswer, InformerAnswer) = default;
};

struct GaugeAnswer {
  bool is_done = false;

  friend constexpr bool operator==(GaugeAnswer, GaugeAnswer) = default;
};

using Answer = std::variant<Unseen, RecordAnswer, InformerAnswer, GaugeAnswer>;

struct Step {
  Action action;
  Answer answer;  // of the kind that the action has
};

// --- A case --------------------------------------------------------------------------------------

struct Opening {
  model::Color color = model::Color::kBlue;
  std::uint32_t subtask = 0;
  std::uint32_t parallelism = 1;
  std::optional<std::uint32_t> write_delay_ms;  // none: the gate writes at once
  model::ConfigMap content;                     // exists
  std::int64_t clock_ms = 0;
};

struct GateCase {
  std::string id;
  std::string protocol;  // one with a gate
  Opening opening;
  std::string note;
  std::vector<Step> steps;
};

}  // namespace scenarios::vectors
