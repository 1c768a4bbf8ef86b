#include "tests/support/left_out.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "scenarios/explore/explored_run.hpp"
#include "sim/explorer.hpp"
#include "tests/support/explored_worker.hpp"

namespace support {

namespace {

using scenarios::ExploredRun;
using Packed = std::vector<std::byte>;

// Answers as a path did; what it did not ask takes alternative 0.
class Recalled final : public sim::ChoiceSource {
 public:
  explicit Recalled(const std::vector<sim::TakenChoice>& taken) : taken_(taken) {}
  std::uint32_t choose(sim::ChoiceId what, std::uint64_t occurrence, std::uint32_t count) override {
    const auto found = std::find_if(taken_.begin(), taken_.end(), [&](const auto& taken) {
      return taken.what == what && taken.occurrence == occurrence;
    });
    return found == taken_.end() ? 0 : std::min(found->chosen, count - 1);
  }

 private:
  const std::vector<sim::TakenChoice>& taken_;
};

class Orders {
 public:
  Orders(const scenarios::Scenario& scenario, const model::Plan& plan)
      : plan_(plan), full_(scenario, plan, kFull), reduced_(scenario, plan, {}) {}

  // One after another; the packed result, nothing if one of them cannot happen there.
  std::optional<Packed> carry_out(const Packed& from, const sim::Path& steps) {
    Packed at = from;
    for (const sim::PathStep& step : steps) {
      full_.restore(at);
      std::vector<sim::Move> moves;
      full_.moves(moves);
      if (std::find(moves.begin(), moves.end(), step.move) == moves.end()) {
        return std::nullopt;
      }
      Recalled choices{step.choices};
      full_.step(step.move, choices);
      at.clear();
      full_.pack(at);
    }
    return at;
  }
  // The canonical form of the last result.
  [[nodiscard]] sim::Hash128 hash() const { return full_.hash(); }
  std::vector<sim::Move> taken_first(const Packed& at) {
    reduced_.restore(at);
    std::vector<sim::Move> moves;
    reduced_.moves(moves);
    return moves;
  }
  [[nodiscard]] std::string described(sim::Move move) const {
    return move.is_time() ? "time passes" : plan_.name_of(move.slot);
  }

  // Puts the steps of one instant, the last of which ends it, into an order that is not left out.
  std::string explain(Packed at, sim::Path steps) {
    while (!steps.empty()) {
      const std::vector<sim::Move> first = taken_first(at);
      std::string text = "taken first:";
      for (const sim::Move move : first) {
        text += " [" + described(move) + "]";
      }
      const auto moved = std::find_if(steps.begin(), steps.end(), [&](const sim::PathStep& step) {
        return std::find(first.begin(), first.end(), step.move) != first.end();
      });
      if (moved == steps.end()) {
        return text + ": none of them happens";
      }
      carry_out(at, steps);
      const sim::Hash128 end = hash();
      for (auto to = moved; to != steps.begin(); --to) {
        std::iter_swap(to, std::prev(to));
        if (!carry_out(at, steps) || hash() != end) {
          return text + ": [" + described(std::prev(to)->move) +
                 "] does not come to the same after [" + described(to->move) + "] as before it";
        }
      }
      at = *carry_out(at, {steps.front()});
      steps.erase(steps.begin());
    }
    return "every step can be taken first";
  }

  static constexpr scenarios::Reductions kFull{.partial_order = false};

 private:
  const model::Plan& plan_;
  ExploredRun full_;
  ExploredRun reduced_;
};

}  // namespace

std::string left_out(const scenarios::Scenario& scenario, const model::Plan& plan) {
  Ends reduced;
  sim::Explorer<ExploredWorker> some{[&] {
                                       return ExploredWorker{scenario, plan, {}, &reduced};
                                     },
                                     {}};
  while (some.step()) {
  }
  Ends all;
  sim::Explorer<ExploredWorker> every{[&] {
                                        return ExploredWorker{scenario, plan, Orders::kFull, &all};
                                      },
                                      {}};
  while (every.step()) {
  }
  // Of those missed the one that comes first has all of its past in common with the other search.
  std::optional<std::uint32_t> earliest;
  for (const auto& [high, low] : all.instants) {
    if (!reduced.instants.contains({high, low})) {
      const std::uint32_t number = every.visited().find(sim::Hash128{high, low});
      earliest = std::min(earliest.value_or(number), number);
    }
  }
  if (!earliest) {
    return {};
  }
  const sim::Path path = every.path_to(*earliest);
  const auto before = std::find_if(std::next(path.rbegin()), path.rend(), [](const auto& step) {
                        return step.move.is_time();
                      }).base();
  Orders orders{scenario, plan};
  ExploredRun start{scenario, plan, Orders::kFull};
  Packed at;
  start.pack(at);
  at = *orders.carry_out(at, {path.begin(), before});
  std::string text = "left out:";
  for (auto step = before; step != path.end(); ++step) {
    text += " [" + orders.described(step->move) + "]";
  }
  return text + "\n" + orders.explain(std::move(at), {before, path.end()});
}

}  // namespace support
