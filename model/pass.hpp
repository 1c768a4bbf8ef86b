// A pass of the blue/green controller, whose requests can take time (op:3.2, op:5.3).
//
// A pass is a function of what it has read and of what its requests are answered (controller.hpp).
// One that waits for an answer is dropped, and carried out again when the answer is there: requests
// that it has sent by then are not sent again but answered as they were. So it needs no stack, and
// events that come while it waits find a world in which it has done what it has done so far. Times:
// processing time, `clock` and `began` as the operator's wall clock shows it. Errors: none.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "model/controller.hpp"
#include "sim/time.hpp"

namespace model {

// What a request is answered, and when.
struct Answered {
  std::variant<bool, std::uint32_t, ClusterApi::SavepointState, LiveMap, std::optional<ConfigMap>>
      answer;
  sim::Due clock;
};

struct PassUnderWay {
  bool has_begun = false;
  bool is_waiting = false;  // for the answer to its next request
  bool times_out = false;   // which does not come before the caller gives up
  bool was_told = false;    // an event came meanwhile: another pass follows at once (op:5.3)
  bool wrote_map = false;
  std::uint8_t echoes_asked = 0;  // how often whether a write of the ConfigMap has come back
  // What it has read: as it was when it began.
  ControllerView view;
  std::uint32_t spec_seen = 0;
  std::uint32_t map_seen = 0;  // or when it brought its view up to the cache
  BlueGreenStatus status;      // in the cache
  BlueGreenStatus stored;      // on the API server, where nobody else writes it
  sim::Due began;
  std::vector<Answered> answers;  // so far, in order
};

}  // namespace model
