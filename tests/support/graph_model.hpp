// A model that is nothing but a graph, for searches whose answers can be seen by eye.
//
// States are numbers, 0 is the first. Each state has moves; a move leads to one state, or to one of
// several by a choice, fair or not.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <utility>
#include <vector>

#include "sim/choice.hpp"
#include "sim/explorable.hpp"
#include "sim/hash.hpp"

namespace support {

struct GraphMove {
  std::vector<std::uint32_t> targets;
  bool is_fair = false;
  bool passes_time = false;  // at most one move of a state, the last one
};

struct GraphState {
  std::vector<GraphMove> moves;
  bool is_pending = false;
};

using Graph = std::vector<GraphState>;

class GraphWorker {
 public:
  static constexpr std::uint16_t kFair = 1;
  static constexpr std::uint16_t kUnfair = 2;

  explicit GraphWorker(const Graph& graph) : graph_(&graph) {}

  void begin() { next_ = 0; }
  void restore(std::span<const std::byte> packed) {
    std::memcpy(&here_, packed.data(), sizeof here_);
  }
  void moves(std::vector<sim::Move>& moves) const {
    for (std::uint32_t i = 0; i < (*graph_)[here_].moves.size(); ++i) {
      moves.push_back((*graph_)[here_].moves[i].passes_time ? sim::Move::time_passes()
                                                            : sim::Move{sim::Slot{i}});
    }
  }
  void step(sim::Move move, sim::ChoiceSource& choices) {
    const std::vector<GraphMove>& moves = (*graph_)[here_].moves;
    const GraphMove& taken = move.is_time() ? moves.back() : moves[sim::index_of(move.slot)];
    const sim::ChoiceId choice{taken.is_fair ? kFair : kUnfair, here_};
    const auto count = static_cast<std::uint32_t>(taken.targets.size());
    next_ = taken.targets[choices.choose(choice, 0, count)];
  }
  [[nodiscard]] sim::Hash128 hash() const { return hash_of(next_); }
  [[nodiscard]] sim::Signals signals() const {
    return (*graph_)[next_].is_pending ? sim::kPending : 0;
  }
  void pack(std::vector<std::byte>& packed) const {
    packed.resize(packed.size() + sizeof next_);
    std::memcpy(packed.data() + packed.size() - sizeof next_, &next_, sizeof next_);
  }
  [[nodiscard]] static bool is_fair(sim::ChoiceId choice) { return choice.kind == kFair; }

  // The state a path has come to.
  [[nodiscard]] std::uint32_t next() const { return next_; }
  static sim::Hash128 hash_of(std::uint32_t state) {
    return sim::hash128(std::as_bytes(std::span{&state, 1}));
  }

 private:
  const Graph* graph_;
  std::uint32_t here_ = 0;
  std::uint32_t next_ = 0;
};
static_assert(sim::Explorable<GraphWorker>);

}  // namespace support
