#include <algorithm>
#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include "model/gate_injection.hpp"
#include "scenarios/random/parts.hpp"

namespace scenarios {

namespace {

using model::GatePlacement;
using model::GatePosition;
using model::OperatorKind;
using model::OperatorSettings;

// The operators in front of the gates: all sources, and some whose inputs are all in front of them.
std::set<std::string> draw_front(const std::vector<OperatorSettings>& operators, Dice& dice) {
  std::set<std::string> front;
  for (const OperatorSettings& op : operators) {
    if (op.kind == OperatorKind::kSource) {
      front.insert(op.id);
    }
  }
  std::vector<bool> is_drawn(operators.size(), false);
  for (std::size_t round = 0; round < operators.size(); ++round) {
    for (std::size_t i = 0; i < operators.size(); ++i) {
      const OperatorSettings& op = operators[i];
      const bool is_ready = std::all_of(op.inputs.begin(), op.inputs.end(), [&](const auto& input) {
        return front.contains(input.from);
      });
      const bool is_inner = op.kind != OperatorKind::kSource && op.kind != OperatorKind::kSink;
      if (is_inner && is_ready && !is_drawn[i]) {
        is_drawn[i] = true;
        if (dice.feature(Draw::kGateBehind, i)) {
          front.insert(op.id);
        }
      }
    }
  }
  return front;
}

// Every way from a source to a sink leaves the front once.
std::vector<GatePlacement::Edge> draw_edges(const std::vector<OperatorSettings>& operators,
                                            Dice& dice) {
  const std::set<std::string> front = draw_front(operators, dice);
  std::vector<GatePlacement::Edge> edges;
  for (const OperatorSettings& op : operators) {
    for (const model::Connection& input : op.inputs) {
      if (front.contains(input.from) && !front.contains(op.id)) {
        edges.push_back({input.from, op.id});
      }
    }
  }
  return edges;
}

}  // namespace

void draw_placement(const std::vector<GatePosition>& positions, bool is_drawn,
                    model::Settings& settings, Dice& dice) {
  GatePlacement& gate = settings.deployment.gate;
  if (is_drawn) {  // names of the file's job mean nothing here
    gate.before_uid.clear();
    gate.edges.clear();
  }
  if (!positions.empty()) {
    gate = GatePlacement{};
    gate.position = dice.pick(Draw::kGatePosition, positions);
    if (gate.position == GatePosition::kManual) {
      gate.edges = draw_edges(settings.job.operators, dice);
    }
  }
  gate = model::fitted(gate, settings.job);
}

}  // namespace scenarios
