// Cycles without time, and fair lassos: by hand, and random graphs against the definition.
#include "sim/lasso.hpp"

#include <catch2/catch.hpp>
#include <cstdint>
#include <optional>
#include <vector>

#include "sim/depth_first.hpp"
#include "sim/explorer.hpp"
#include "sim/random.hpp"
#include "tests/support/graph_model.hpp"

namespace {

using support::Graph;
using support::GraphMove;
using support::GraphState;
using support::GraphWorker;

class Searched {
 public:
  explicit Searched(const Graph& graph, unsigned workers = 1)
      : search_([&graph] { return GraphWorker{graph}; }, options(workers)) {
    while (search_.step()) {
    }
  }
  sim::Explorer<GraphWorker>& operator*() { return search_; }
  sim::Explorer<GraphWorker>* operator->() { return &search_; }

 private:
  static sim::ExploreOptions options(unsigned workers) {
    sim::ExploreOptions options;
    options.workers = workers;
    options.record_edges = true;
    options.share_weight = 1;
    return options;
  }
  sim::Explorer<GraphWorker> search_;
};

GraphState goes_to(const std::vector<std::uint32_t>& states, bool is_pending = false) {
  GraphState state{{}, is_pending};
  for (const std::uint32_t target : states) {
    state.moves.push_back(GraphMove{{target}});
  }
  return state;
}
GraphMove time_to(std::uint32_t state) { return GraphMove{{state}, false, true}; }

std::optional<sim::LoopPath> timeless_cycle_depth_first(const Graph& graph) {
  sim::DepthFirst<GraphWorker> search{GraphWorker{graph}, {}};
  while (search.step()) {
  }
  return search.timeless_cycle();
}

// States that lead to each other inside of a set: how many steps from each to each, 0 if not.
std::vector<std::vector<bool>> closure(const std::vector<std::vector<bool>>& edges,
                                       std::uint32_t set) {
  std::vector<std::vector<bool>> reach = edges;
  const std::size_t n = edges.size();
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      reach[i][j] = edges[i][j] && (set >> i & 1U) != 0 && (set >> j & 1U) != 0;
    }
  }
  for (std::size_t k = 0; k < n; ++k) {
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < n; ++j) {
        reach[i][j] = reach[i][j] || (reach[i][k] && reach[k][j]);
      }
    }
  }
  return reach;
}

std::vector<std::vector<bool>> edges_of(const Graph& graph, bool timeless) {
  std::vector<std::vector<bool>> edges(graph.size(), std::vector<bool>(graph.size()));
  for (std::size_t i = 0; i < graph.size(); ++i) {
    for (const GraphMove& move : graph[i].moves) {
      for (const std::uint32_t target : move.targets) {
        edges[i][target] = edges[i][target] || !(timeless && move.passes_time);
      }
    }
  }
  return edges;
}

std::uint32_t reachable(const Graph& graph) {
  const auto reach = closure(edges_of(graph, false), UINT32_MAX);
  std::uint32_t set = 1;
  for (std::size_t i = 0; i < graph.size(); ++i) {
    set |= reach[0][i] ? 1U << i : 0U;
  }
  return set;
}

// The definition: a set of pending states, each of which leads to each of them inside the set, and
// none of which a fair choice can leave the set from.
bool holds_a_fair_run(const Graph& graph, std::uint32_t set) {
  const auto reach = closure(edges_of(graph, false), set);
  for (std::size_t i = 0; i < graph.size(); ++i) {
    if ((set >> i & 1U) == 0) {
      continue;
    }
    if (!graph[i].is_pending) {
      return false;
    }
    for (std::size_t j = 0; j < graph.size(); ++j) {
      if ((set >> j & 1U) != 0 && !reach[i][j]) {
        return false;
      }
    }
    for (const GraphMove& move : graph[i].moves) {
      for (const std::uint32_t target : move.targets) {
        if (move.is_fair && move.targets.size() > 1 && (set >> target & 1U) == 0) {
          return false;
        }
      }
    }
  }
  return true;
}

Graph random_graph(std::uint64_t seed) {
  sim::SplitMix64 random{seed};
  const std::uint32_t n = 2 + sim::below(random.next(), 6);
  Graph graph(n);
  for (GraphState& state : graph) {
    state.is_pending = sim::below(random.next(), 4) != 0;
    const std::uint32_t moves = sim::below(random.next(), 3);
    for (std::uint32_t i = 0; i < moves; ++i) {
      GraphMove move;
      move.is_fair = sim::below(random.next(), 2) == 0;
      const std::uint32_t targets = 1 + sim::below(random.next(), 3);
      for (std::uint32_t k = 0; k < targets; ++k) {
        move.targets.push_back(sim::below(random.next(), n));
      }
      move.passes_time = i + 1 == moves && sim::below(random.next(), 3) != 0;
      state.moves.push_back(move);
    }
  }
  return graph;
}

// The smallest number, in the search, of the states of a set.
std::uint32_t smallest(Searched& search, std::uint32_t set) {
  std::uint32_t least = sim::kNoState;
  for (std::uint32_t i = 0; i < 32; ++i) {
    if ((set >> i & 1U) != 0) {
      least = std::min(least, search->visited().find(GraphWorker::hash_of(i)));
    }
  }
  return least;
}

}  // namespace

TEST_CASE("a cycle in which no time passes is found by both searches with its path") {
  // 0 -> 1 -time-> 2 -> 3 -> 4 -> 2, and back to 0 when time passes in 4.
  Graph graph{goes_to({1}), GraphState{{time_to(2)}}, goes_to({3}), goes_to({4}), goes_to({2})};
  graph[4].moves.push_back(time_to(0));
  Searched search{graph};
  const std::optional<sim::Loop> cycle = sim::find_timeless_cycle(search->edges());
  REQUIRE(cycle.has_value());
  CHECK(cycle->entry == 2);
  CHECK(cycle->steps.size() == 3);
  CHECK(cycle->states == 3);
  const sim::LoopPath path = search->path_of(*cycle);
  CHECK(path.stem.size() == 2);
  CHECK(path.stem[1].move.is_time());
  CHECK(path.loop.size() == 3);
  const std::optional<sim::LoopPath> other = timeless_cycle_depth_first(graph);
  REQUIRE(other.has_value());
  CHECK(other->stem == path.stem);
  CHECK(other->loop == path.loop);
}

TEST_CASE("a cycle through time is none without and can be left alone") {
  const Graph graph{goes_to({1}), GraphState{{time_to(0)}}};
  Searched search{graph};
  CHECK_FALSE(sim::find_timeless_cycle(search->edges()).has_value());
  CHECK_FALSE(timeless_cycle_depth_first(graph).has_value());

  const Graph timeless{goes_to({1}), goes_to({0})};
  CHECK(timeless_cycle_depth_first(timeless).has_value());
  sim::DepthFirstOptions options;
  options.finds_timeless_cycles = false;
  sim::DepthFirst<GraphWorker> off{GraphWorker{timeless}, options};
  while (off.step()) {
  }
  CHECK_FALSE(off.timeless_cycle().has_value());
  CHECK(off.result().census.states == 2);
}

TEST_CASE("a timeless cycle is found although time leads into its middle first") {
  // Depth first along time, 2 -> 1 would be seen while 1 is on the stack only beyond a step of
  // time.
  const Graph graph{goes_to({1}), GraphState{{GraphMove{{2}}, time_to(3)}}, goes_to({1}),
                    goes_to({2})};
  CHECK(timeless_cycle_depth_first(graph).has_value());
  const Graph other{GraphState{{time_to(1)}}, GraphState{{GraphMove{{2}}, time_to(2)}},
                    goes_to({1})};
  CHECK(timeless_cycle_depth_first(other).has_value());
}

TEST_CASE("a loop that a fair choice leads out of is no lasso and one it stays in is") {
  // Pending: 1, 2, 3. From 2 a choice leads back to 1 or out to 4, where nothing is pending.
  Graph graph{goes_to({1}), goes_to({2}, true), GraphState{{GraphMove{{1, 4}, true}}, true},
              goes_to({3}, true), goes_to({})};
  Searched fair{graph};
  CHECK_FALSE(sim::find_fair_lasso(fair->edges()).has_value());

  graph[2].moves[0].is_fair = false;
  Searched unfair{graph};
  const std::optional<sim::Loop> lasso = sim::find_fair_lasso(unfair->edges());
  REQUIRE(lasso.has_value());
  CHECK(lasso->entry == 1);
  const sim::LoopPath path = unfair->path_of(*lasso);
  CHECK(path.stem.size() == 1);
  REQUIRE(path.loop.size() == 2);
  CHECK(path.loop[1].choices.at(0).chosen == 0);

  graph[2].moves[0] = GraphMove{{1, 3}, true};  // out of the first loop, into another one
  Searched into{graph};
  const std::optional<sim::Loop> second = sim::find_fair_lasso(into->edges());
  REQUIRE(second.has_value());
  CHECK(into->path_of(*second).stem.size() == 3);
  CHECK(second->steps.size() == 1);
}

TEST_CASE("a loop through a state in which nothing is pending is no lasso") {
  const Graph graph{goes_to({1}, true), goes_to({0}, false)};
  Searched search{graph};
  CHECK_FALSE(sim::find_fair_lasso(search->edges()).has_value());
}

namespace {

void compare_random_graphs(std::uint64_t graphs) {
  std::uint64_t lassos = 0;
  std::uint64_t cut_by_fairness = 0;
  std::uint64_t cycles = 0;
  for (std::uint64_t seed = 1; seed <= graphs; ++seed) {
    INFO(seed);
    const Graph graph = random_graph(seed);
    Searched search{graph, seed % 50 == 0 ? 2U : 1U};
    const std::uint32_t reached = reachable(graph);
    std::uint32_t fair = 0;
    for (std::uint32_t set = 1; set < 1U << graph.size(); ++set) {
      fair |= (set & ~reached) == 0 && holds_a_fair_run(graph, set) ? set : 0U;
    }
    const std::optional<sim::Loop> lasso = sim::find_fair_lasso(search->edges());
    REQUIRE(lasso.has_value() == (fair != 0));
    if (lasso) {
      ++lassos;
      CHECK(lasso->entry == smallest(search, fair));
      const sim::LoopPath path = search->path_of(*lasso);
      CHECK_FALSE(path.loop.empty());
      for (const sim::Loop::Step& step : lasso->steps) {
        CHECK(search->edges().is_pending(step.from));
      }
    } else {
      Graph without = graph;
      for (GraphState& state : without) {
        for (GraphMove& move : state.moves) {
          move.is_fair = false;
        }
      }
      Searched again{without};
      cut_by_fairness += sim::find_fair_lasso(again->edges()).has_value() ? 1U : 0U;
    }

    const auto timeless = closure(edges_of(graph, true), reached);
    std::uint32_t on_cycle = 0;
    for (std::size_t i = 0; i < graph.size(); ++i) {
      on_cycle |= timeless[i][i] ? 1U << i : 0U;
    }
    const std::optional<sim::Loop> cycle = sim::find_timeless_cycle(search->edges());
    REQUIRE(cycle.has_value() == (on_cycle != 0));
    CHECK(timeless_cycle_depth_first(graph).has_value() == (on_cycle != 0));
    if (cycle) {
      ++cycles;
      CHECK(cycle->entry == smallest(search, on_cycle));
      for (const sim::PathStep& step : search->path_of(*cycle).loop) {
        CHECK_FALSE(step.move.is_time());
      }
    }
  }
  CHECK(15 * lassos > graphs);
  CHECK(15 * cut_by_fairness > graphs);
  CHECK(15 * cycles > graphs);
}

}  // namespace

TEST_CASE("lassos of random graphs are those of the definition") { compare_random_graphs(200); }

TEST_CASE("lassos of 3000 random graphs are those of the definition", "[slow]") {
  compare_random_graphs(3'000);
}
