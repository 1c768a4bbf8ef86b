#include "model/protocol.hpp"

#include <array>

namespace model {

namespace {

constexpr Protocol basic() {
  Protocol protocol;
  protocol.id = "basic";
  protocol.source = "6e9caeb4 (mainline, FLIP-503)";
  return protocol;
}

constexpr Protocol flip504_r5() {
  Protocol protocol;
  protocol.id = "flip504-r5";
  protocol.source = "0172b31f (draft of pull request 1043)";
  protocol.has_gate = true;
  protocol.gate = gate_rules_r5();
  protocol.controller = ControllerRules{true, OutgoingEnd::kStopWithSavepoint,
                                        HandOverCheck::kClearedAndGauge, WhileStopping::kGoOn};
  return protocol;
}

constexpr std::array kProtocols{basic(), flip504_r5()};

}  // namespace

std::span<const Protocol> protocols() { return kProtocols; }

std::optional<Protocol> find_protocol(std::string_view id) {
  for (const Protocol& protocol : kProtocols) {
    if (protocol.id == id) {
      return protocol;
    }
  }
  return std::nullopt;
}

}  // namespace model
