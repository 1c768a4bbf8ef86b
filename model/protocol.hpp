// A protocol revision as data: which variant of each rule applies. Components read these fields and
// never ask which revision they belong to. Source: phase2.md; the ids are those of its section 9.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "model/gate_rules.hpp"

namespace model {

// How the old deployment goes away once the hand-over is done.
enum class OutgoingEnd : std::uint8_t {
  kDelete,             // op:T8, p2:R1.4: a cancel; what is not committed is discarded
  kStopWithSavepoint,  // p2:R4.3: suspended first, which commits transactional sinks
};

// What a cleared teardown is worth to the controller.
enum class HandOverCheck : std::uint8_t {
  kCleared,          // p2:R1.4: the stage alone
  kClearedAndGauge,  // p2:R4.2: and every gate subtask reports hand-over done
};

// Whether stage and gauge are asked again while the old deployment is being stopped.
enum class WhileStopping : std::uint8_t {
  kAskAgain,  // p2:R4.7
  kGoOn,      // p2:R5.2
};

struct ControllerRules {
  bool advanced = false;  // keeps the ConfigMap and waits for the gates; otherwise phase 1
                          // (operator.md section 3)
  OutgoingEnd outgoing_end = OutgoingEnd::kDelete;
  HandOverCheck hand_over = HandOverCheck::kCleared;
  WhileStopping while_stopping = WhileStopping::kAskAgain;
};

struct Protocol {
  std::string_view id;
  std::string_view source;  // the public commit it was read from
  bool has_gate = false;
  GateRules gate;
  ControllerRules controller;
};

// Every protocol that can be run, in a fixed order.
std::span<const Protocol> protocols();
// The protocol of that id, if it can be run.
std::optional<Protocol> find_protocol(std::string_view id);

}  // namespace model
