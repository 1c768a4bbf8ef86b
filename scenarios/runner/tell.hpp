// Notes of the control plane as lines of a story.
//
// Decides nothing. Times in the text: event time in epoch ms. A teller remembers the ConfigMap from
// note to note, so it takes the notes of a run in their order. Where there are two clusters, what
// is said of a ConfigMap names its cluster.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/config_map.hpp"
#include "model/ids.hpp"
#include "model/notes.hpp"
#include "model/plan.hpp"
#include "scenarios/runner/outcome.hpp"
#include "sim/trace.hpp"

namespace scenarios {

inline model::NoteKind kind_of(const sim::Note& note) {
  return static_cast<model::NoteKind>(note.what);
}

// The packed ConfigMap of a note; see model/notes.hpp.
struct StoredMap {
  model::Color active = model::Color::kBlue;
  model::Stage stage = model::Stage::kInitializing;
  model::WatermarkStage watermark_stage = model::WatermarkStage::kAbsent;
  bool is_first = false;
  bool has_toggle = false;
  bool exists = false;
  std::int64_t toggle = 0;
};
StoredMap unpack(const sim::Note& note);

// "event time 1700000000000", "no timestamp".
std::string spelled(model::EventTime time);

// "green gate 1": the gate subtask whose slot this is.
std::string gate_label(const model::Plan& plan, std::uint32_t slot);

// Whether a gate's decision (kDecision) is about what comes to that input of a sink.
bool guards(const model::Plan& plan, const sim::Note& decision, std::uint32_t sink_input);

// Whether the note is about a version of the ConfigMap that the mirror made, or would have made.
inline bool is_copy(const model::Plan& plan, const sim::Note& note) {
  return plan.is_mirror(sim::Slot{note.actor});
}

// A partition of the mirror begins, or ends: two lines each, ascending.
std::vector<StoryLine> tell_partitions(const model::Plan& plan, sim::Due end);

class Teller {
 public:
  // REQUIRES: `plan` outlives it.
  explicit Teller(const model::Plan& plan) : plan_(&plan) {}

  // The line of a note, if it has one.
  std::optional<StoryLine> tell(const sim::Note& note);

 private:
  std::optional<StoryLine> stored(const sim::Note& note);
  [[nodiscard]] std::optional<StoryLine> written(const sim::Note& note, const StoredMap& before,
                                                 const StoredMap& map) const;

  const model::Plan* plan_;
  std::array<StoredMap, 2> maps_;  // by cluster: as stored last
  std::array<sim::Due, 2> regions_start_{sim::Due::never(), sim::Due::never()};  // the last time
};

}  // namespace scenarios
