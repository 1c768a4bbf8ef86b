// A pass of the blue/green controller, whose requests can take time (op:3.2, op:5.3).
//
// A pass is a function of what it has read and of what its requests are answered (controller.hpp).
// One that waits for an answer is dropped, and carried out again when the answer is there: requests
// that it has sent by then are not sent again but answered as they were. So it needs no stack, and
// events that come while it waits find a world in which it has done what it has done so far. Times:
// processing time, `clock` and `began` as the operator's wall clock shows it. Errors: none.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "model/controller.hpp"
#include "sim/time.hpp"

namespace model {

// What the number is that a request is answered.
enum class AnswerIs : std::uint8_t {
  kPlain,
  kCheckpoint,    // an id of that job; 0: none
  kChildVersion,  // of that child; 0: none
  kPut,           // 0, 1, or 2 and a version of the resource's spec
  kMap,           // none, but a ConfigMap with a version
};

// What a request is answered, and when: a number or a ConfigMap.
struct Answered {
  AnswerIs is = AnswerIs::kPlain;
  Color of = Color::kBlue;
  std::array<std::uint8_t, 2> reserved{};
  std::uint32_t number = 0;
  sim::Due clock;
  LiveMap map;
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
  sim::Due put_at = sim::Due::never();  // when its own status was stored
  std::vector<Answered> answers;        // so far, in order

  // sim/archive.hpp.
  template <class Archive>
  void archive(Archive& a) {
    a(has_begun);
    if (!has_begun) {
      *this = PassUnderWay{};
      return;
    }
    a(is_waiting);
    a(times_out);
    a(was_told);
    a(wrote_map);
    a(echoes_asked);
    a(view);
    a(spec_seen);
    a(map_seen);
    a(status);
    a(stored);
    a(began);
    a(put_at);
    a(answers);
  }
};

}  // namespace model
