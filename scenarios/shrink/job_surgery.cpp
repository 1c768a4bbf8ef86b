#include "scenarios/shrink/job_surgery.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "model/actions.hpp"
#include "model/gate_injection.hpp"
#include "scenarios/random/one_input.hpp"
#include "scenarios/reader/keyed_checks.hpp"

namespace scenarios {

namespace {

using model::Connection;
using model::Happening;
using model::OperatorKind;
using model::OperatorSettings;
using model::Settings;

bool is_read(const Settings& settings, const std::string& id) {
  const auto& all = settings.job.operators;
  return std::any_of(all.begin(), all.end(), [&](const OperatorSettings& op) {
    return std::any_of(op.inputs.begin(), op.inputs.end(),
                       [&](const Connection& input) { return input.from == id; });
  });
}

// Whoever read the late records of what has none any more reads what it passes on, unless it does
// so already.
void forget_late(Settings& settings, const OperatorSettings& of) {
  if (has_late_records(of.kind)) {
    return;
  }
  for (OperatorSettings& op : settings.job.operators) {
    const bool reads_it = std::any_of(
        op.inputs.begin(), op.inputs.end(),
        [&](const Connection& input) { return input.from == of.id && !input.takes_late; });
    for (Connection& input : op.inputs) {
      input.takes_late = input.takes_late && (input.from != of.id || reads_it);
    }
    std::erase_if(op.inputs,
                  [&](const Connection& input) { return input.from == of.id && input.takes_late; });
  }
}

// Whether every record that goes where its key says has one (rt:T7).
bool has_all_keys(const Settings& settings) {
  const auto& all = settings.job.operators;
  const auto has_keys = [&](const OperatorSettings& source) {
    return std::any_of(settings.inputs.begin(), settings.inputs.end(), [&](const auto& input) {
      return input.name == source.reads && input.has_keys();
    });
  };
  std::vector<bool> keyed(all.size(), true);  // of what comes out
  for (std::size_t round = 0; round < all.size(); ++round) {
    for (std::size_t v = 0; v < all.size(); ++v) {
      const OperatorSettings& op = all[v];
      const auto is_unkeyed = [&](const Connection& input) {
        const auto from = std::find_if(all.begin(), all.end(), [&](const OperatorSettings& known) {
          return known.id == input.from;
        });
        return from != all.end() && !keyed[static_cast<std::size_t>(from - all.begin())];
      };
      const bool any_unkeyed = std::any_of(op.inputs.begin(), op.inputs.end(), is_unkeyed);
      keyed[v] = op.kind == OperatorKind::kSource  ? has_keys(op)
                 : op.kind == OperatorKind::kReKey ? true
                                                   : !any_unkeyed;
      const bool lacks_keys =
          std::any_of(op.inputs.begin(), op.inputs.end(), [&](const Connection& input) {
            return input.ship == model::Ship::kHash && is_unkeyed(input);
          });
      if (lacks_keys && round + 1 == all.size()) {
        return false;
      }
    }
  }
  return true;
}

// A gate on an edge into the operator or out of it goes on those that take their place; one that
// stood before it stands before the first that read it.
void move_gates(Settings& settings, const OperatorSettings& of) {
  using Edge = model::GatePlacement::Edge;
  model::GatePlacement& gate = settings.deployment.gate;
  const auto is_gated = [&gate](const Edge& edge) {
    return std::find(gate.edges.begin(), gate.edges.end(), edge) != gate.edges.end();
  };
  std::string reader;
  for (const OperatorSettings& op : settings.job.operators) {
    const bool reads = std::any_of(op.inputs.begin(), op.inputs.end(),
                                   [&](const auto& input) { return input.from == of.id; });
    reader = reads && reader.empty() ? op.id : reader;
    for (const Connection& input : of.inputs) {
      const Edge across{input.from, op.id};
      if (reads && !is_gated(across) &&
          (is_gated(Edge{input.from, of.id}) || is_gated(Edge{of.id, op.id}))) {
        gate.edges.push_back(across);
      }
    }
  }
  gate.before_uid = gate.before_uid == of.id ? reader : gate.before_uid;
}

}  // namespace

OperatorSettings* find_operator(Settings& settings, const std::string& id) {
  auto& all = settings.job.operators;
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const auto& op) { return op.id == id; });
  return found == all.end() ? nullptr : &*found;
}

void prune(Settings& settings) {
  auto& all = settings.job.operators;
  for (bool again = true; again;) {
    const auto is_dead = [&](const OperatorSettings& op) {
      const bool has_input = op.kind == OperatorKind::kSource || !op.inputs.empty();
      return !has_input || (op.kind != OperatorKind::kSink && !is_read(settings, op.id));
    };
    const auto dead = std::find_if(all.begin(), all.end(), is_dead);
    again = dead != all.end();
    if (again) {
      const std::string id = dead->id;
      all.erase(dead);
      for (OperatorSettings& op : all) {
        std::erase_if(op.inputs, [&](const Connection& input) { return input.from == id; });
      }
    }
  }
  for (OperatorSettings& op : all) {
    if (model::has_two_inputs(op.kind) && op.inputs.size() == 1) {
      leave_one_input(op);
      forget_late(settings, op);
    }
  }
  std::erase_if(settings.inputs, [&](const model::InputSettings& input) {
    return std::none_of(all.begin(), all.end(),
                        [&](const OperatorSettings& op) { return op.reads == input.name; });
  });
  const auto is_about_nobody = [&](const Happening& what) {
    return !what.operator_id.empty() && find_operator(settings, what.operator_id) == nullptr;
  };
  std::erase_if(settings.environment.faults, is_about_nobody);
  std::erase_if(settings.timeline, is_about_nobody);
  settings.deployment.gate = model::fitted(settings.deployment.gate, settings.job);
}

void fit_parallelism(Settings& settings) {
  for (OperatorSettings& op : settings.job.operators) {
    for (Connection& input : op.inputs) {
      const OperatorSettings* from = find_operator(settings, input.from);
      if (input.ship == model::Ship::kForward && from != nullptr &&
          from->parallelism != op.parallelism) {
        input.ship.reset();
      }
    }
  }
  for (std::vector<Happening>* list : {&settings.environment.faults, &settings.timeline}) {
    for (Happening& what : *list) {
      const std::uint32_t most =
          subtasks_meant(what, settings.job, settings.deployment.gate).value_or(1);
      if (what.subtask && *what.subtask >= most) {
        what.subtask = most - 1;
      }
    }
  }
}

void splice(Settings& settings, const std::string& id) {
  move_gates(settings, *find_operator(settings, id));
  const std::vector<Connection> inputs = find_operator(settings, id)->inputs;
  for (OperatorSettings& op : settings.job.operators) {
    std::vector<Connection> read;
    const auto add = [&](const Connection& input) {
      const bool is_there = std::any_of(read.begin(), read.end(), [&](const Connection& known) {
        return known.from == input.from && known.takes_late == input.takes_late;
      });
      if (!is_there) {
        read.push_back(input);
      }
    };
    for (const Connection& known : op.inputs) {
      if (known.from != id) {
        add(known);
        continue;
      }
      for (const Connection& input : inputs) {
        add(Connection{input.from, known.ship, input.takes_late});
      }
    }
    op.inputs = std::move(read);
  }
  find_operator(settings, id)->inputs.clear();
  prune(settings);
  fit_parallelism(settings);
}

bool can_be_spliced(const Settings& settings, const OperatorSettings& op) {
  if (op.kind == OperatorKind::kSource || op.kind == OperatorKind::kSink ||
      op.kind == OperatorKind::kCoMap) {
    return false;
  }
  const auto& all = settings.job.operators;
  const bool makes_three_inputs =
      op.inputs.size() > 1 && std::any_of(all.begin(), all.end(), [&](const auto& reader) {
        return model::has_two_inputs(reader.kind) &&
               std::any_of(reader.inputs.begin(), reader.inputs.end(),
                           [&](const Connection& input) { return input.from == op.id; });
      });
  if (makes_three_inputs || op.kind != OperatorKind::kReKey) {
    return !makes_three_inputs;
  }
  Settings without = settings;
  splice(without, op.id);
  return has_all_keys(without);
}

}  // namespace scenarios
