// Everything a model can do: a breadth-first search with any number of threads.
//
//   Explorer<Worker> search{[&] { return Worker{model}; }, options};
//   while (search.step()) { show(search.result()); }
//
// The result is the same for any number of workers, bit for bit: counts, numbers and parents of
// states, the first state of each signal, edges. States are numbered as
// a queue would find them; the parent of a state is the one with the smallest number, then the
// smallest branch, among all that lead to it, so that paths are shortest and always the same.
// What does depend on the number of workers: the bytes of buffers, and so where a bound on memory
// ends the search. What depends on `step_weight` and on nothing else: how far each step gets.
//
// Errors: what a worker throws ends the search and leaves `step`. A bound ends it as incomplete.
#pragma once

#include <algorithm>
#include <cstdint>
#include <istream>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "sim/check.hpp"
#include "sim/crew.hpp"
#include "sim/expansion.hpp"
#include "sim/explorable.hpp"
#include "sim/exploration.hpp"
#include "sim/lasso.hpp"
#include "sim/path.hpp"

namespace sim {

template <Explorable W>
class Explorer {
 public:
  // `make()` gives a worker; it is called once for each thread, here.
  template <class Make>
  Explorer(Make make, const ExploreOptions& options)
      : options_(options),
        exploration_(options),
        crew_(options.workers),
        collectors_(options.workers) {
    for (unsigned i = 0; i < options.workers; ++i) {
      expanders_.push_back(std::make_unique<Expander<W>>(
          make, exploration_.visited(),
          ExpandOptions{options.choices_a_step_max, options.record_edges}));
    }
    W& worker = expanders_.front()->worker();
    worker.begin();
    std::vector<std::byte> packed;
    worker.pack(packed);
    exploration_.begin(worker.hash(), worker.signals(), packed);
  }

  // One piece of work: some thousand transitions. False if there was none left to do.
  bool step() {
    const std::vector<LevelSlice> window = exploration_.open_window();
    if (window.empty()) {
      return false;
    }
    try {
      if constexpr (PacksDifferences<W>) {
        if (exploration_.bases().next.empty()) {
          exploration_.set_next_base(
              expanders_.front()->first_result(window, exploration_.bases().now));
        }
      }
      expand_window(window);
    } catch (...) {
      exploration_.end(Incomplete::kThrew);
      throw;
    }
    exploration_.close_window(buffers());
    return true;
  }

  // Ends the search; `because` is kStopped or kTime.
  void stop(Incomplete because) { exploration_.end(because); }

  [[nodiscard]] ExploreResult result() const { return exploration_.result(); }
  // Steps to the states being expanded, and how many are found and not expanded.
  [[nodiscard]] std::uint64_t level() const { return exploration_.level(); }
  [[nodiscard]] std::uint64_t waiting() const { return exploration_.waiting(); }
  [[nodiscard]] const VisitedSet& visited() const { return exploration_.visited(); }
  [[nodiscard]] const EdgeList& edges() const { return exploration_.edges(); }
  [[nodiscard]] std::size_t choices_a_step_max() const { return options_.choices_a_step_max; }
  // To carry paths out again between two steps.
  W& worker() { return expanders_.front()->worker(); }

  // How a state was first reached: a shortest path.
  Path path_to(std::uint32_t state) {
    PathWalker<W> walker{worker(), options_.choices_a_step_max};
    return walk_to(walker, visited(), state);
  }

  // A loop in the edges, carried out so many times.
  LoopPath path_of(const Loop& loop, int rounds = 1) {
    PathWalker<W> walker{worker(), options_.choices_a_step_max};
    LoopPath path{walk_to(walker, visited(), loop.entry), {}};
    for (int round = 0; round < rounds; ++round) {
      for (std::size_t i = 0; i < loop.steps.size(); ++i) {
        const Loop::Step& step = loop.steps[i];
        const bool is_last = i + 1 == loop.steps.size();
        const std::uint32_t to = is_last ? loop.entry : loop.steps[i + 1].from;
        const Edge& edge = edges().edge(edges().begin_of(step.from) + step.transition);
        path.loop.push_back(walker.take_to(visited().node(to).hash, edge.passes_time()));
      }
    }
    return path;
  }

  // The search as a file, between any two steps, unless it ended at a bound on states or by what a
  // worker threw. `digest` names what it is a search of: the model and everything in it.
  [[nodiscard]] bool can_save() const { return exploration_.can_save(); }
  void save(std::ostream& out, const Hash128& digest) const { exploration_.save(out, digest); }
  // Goes on from such a file: everything is as if the search had never stopped, except for bounds
  // and workers, which are those of this one. What is wrong with the file, and nothing changes;
  // empty if all is well.
  [[nodiscard]] std::string resume(std::istream& in, const Hash128& digest) {
    return exploration_.load(in, digest);
  }

 private:
  static constexpr std::uint64_t kPieceAlone = 16 * 128;  // weight: what stays in the cache

  void expand_window(const std::vector<LevelSlice>& window) {
    std::uint64_t weight = 0;
    for (const LevelSlice& slice : window) {
      weight += weight_of(slice);
    }
    const bool shared = crew_.threads() > 1 && weight >= options_.share_weight;
    pieces_.clear();
    // Few pieces find more of what they have in common, some more leave nobody waiting.
    const std::uint64_t pieces = std::max(16U, 8 * crew_.threads());
    split_slices(window, shared ? weight / pieces : kPieceAlone, pieces_);
    if (shared) {
      expand_shared();
    } else {
      expand_alone();
    }
  }

  void expand_alone() {
    expansions_.resize(std::max<std::size_t>(expansions_.size(), 1));
    for (const LevelSlice& piece : pieces_) {
      expanders_.front()->expand(piece, exploration_.bases(), exploration_, expansions_.front());
      if (!exploration_.finish(expansions_.front())) {
        return;
      }
    }
  }

  void expand_shared() {
    expansions_.resize(std::max(expansions_.size(), pieces_.size()));
    crew_.run(pieces_.size(), [this](unsigned thread, std::size_t at) {
      collectors_[thread].begin(expansions_[at]);
      expanders_[thread]->expand(pieces_[at], exploration_.bases(), collectors_[thread],
                                 expansions_[at]);
      expansions_[at].sort_by_shard();
    });
    exploration_.take_in_all(expansions_, pieces_.size(), crew_);
  }

  [[nodiscard]] std::uint64_t buffers() const {
    std::uint64_t bytes = 0;
    for (const Expansion& expansion : expansions_) {
      bytes += expansion.bytes();
    }
    return bytes;
  }

  ExploreOptions options_;
  Exploration exploration_;
  Crew crew_;
  std::vector<std::unique_ptr<Expander<W>>> expanders_;  // one a thread
  std::vector<Collector> collectors_;
  std::vector<Expansion> expansions_;
  std::vector<LevelSlice> pieces_;
};

}  // namespace sim
