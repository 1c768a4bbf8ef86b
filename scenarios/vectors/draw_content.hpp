// What other writers put into the ConfigMap of a generated case: the controller, other subtasks,
// people.
//
// Times: toggles are event time, drawn near a time that the caller gives. Errors: none.
#pragma once

#include <cstdint>

#include "model/config_map.hpp"
#include "model/event_time.hpp"
#include "model/ids.hpp"
#include "scenarios/vectors/draws.hpp"

namespace scenarios::vectors {

// a + ms, at most what 64 bits hold.
model::EventTime shifted(model::EventTime time, std::int64_t ms);

// One that exists, for a subtask of that color: mostly in a transition.
model::ConfigMap draw_content(Draws& draws, model::Color own, model::EventTime near);

// What may follow `content`: a step of the protocol, the same once more, none, or anything.
model::ConfigMap draw_next_content(Draws& draws, const model::ConfigMap& content, model::Color own,
                                   model::EventTime near);

}  // namespace scenarios::vectors
