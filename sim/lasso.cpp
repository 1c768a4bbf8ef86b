#include "sim/lasso.hpp"

#include <algorithm>
#include <utility>

#include "sim/check.hpp"

namespace sim {

namespace {

enum class Of : std::uint8_t { kTimelessEdges, kPendingStates };

// A part of the graph, cut into strongly connected components. Each state belongs to one component
// or to none; edges count only inside a component.
class Components {
 public:
  Components(const EdgeList& edges, Of of)
      : edges_(&edges), of_(of), component_(edges.sources(), kNone), visit_(edges.sources(), 0) {}

  // Components with a cycle that no fair choice leaves. (Without time nothing is fair.)
  std::vector<std::vector<std::uint32_t>> lasting() {
    std::vector<std::uint32_t> all;
    const std::uint32_t whole = new_component();
    for (std::uint32_t state = 0; state < edges_->sources(); ++state) {
      if (of_ == Of::kTimelessEdges || edges_->is_pending(state)) {
        component_[state] = whole;
        all.push_back(state);
      }
    }
    decompose(all);
    std::vector<std::vector<std::uint32_t>> lasting;
    while (!open_.empty()) {
      std::vector<std::uint32_t> states = std::move(open_.back());
      open_.pop_back();
      std::vector<std::uint32_t> left;
      if (of_ == Of::kPendingStates) {
        // First all of them are looked at, then those with a way out are taken out.
        std::copy_if(states.begin(), states.end(), std::back_inserter(left),
                     [this](std::uint32_t state) { return !has_fair_way_out(state); });
      } else {
        left = states;
      }
      if (left.size() == states.size()) {
        lasting.push_back(std::move(states));
        continue;
      }
      for (const std::uint32_t state : states) {
        component_[state] = kNone;
      }
      const std::uint32_t rest = new_component();
      for (const std::uint32_t state : left) {
        component_[state] = rest;
      }
      decompose(left);
    }
    return lasting;
  }

  // A shortest cycle through a state of a component, by breadth-first search inside of it.
  std::vector<Loop::Step> shortest_loop(std::uint32_t entry,
                                        const std::vector<std::uint32_t>& states) {
    struct Link {
      std::uint32_t state;
      Loop::Step by;
      std::size_t before;
    };
    for (const std::uint32_t state : states) {
      visit_[state] = 0;
    }
    std::vector<Link> queue{{entry, {}, 0}};
    for (std::size_t at = 0; at < queue.size(); ++at) {
      const std::uint32_t from = queue[at].state;
      const std::uint64_t begin = edges_->begin_of(from);
      for (std::uint64_t i = begin; i < edges_->end_of(from); ++i) {
        const std::uint32_t to = edges_->edge(i).target();
        if (!is_inside(from, edges_->edge(i)) || (visit_[to] != 0 && to != entry)) {
          continue;
        }
        const Loop::Step step{from, static_cast<std::uint32_t>(i - begin)};
        if (to == entry) {
          std::vector<Loop::Step> steps{step};
          for (std::size_t back = at; back != 0; back = queue[back].before) {
            steps.push_back(queue[back].by);
          }
          std::reverse(steps.begin(), steps.end());
          return steps;
        }
        visit_[to] = 1;
        queue.push_back(Link{to, step, at});
      }
    }
    SIM_CHECK(false, "a component without a cycle through its states", entry);
    return {};
  }

 private:
  static constexpr std::uint32_t kNone = UINT32_MAX;

  std::uint32_t new_component() {
    SIM_CHECK(components_ < kNone, "too many components");
    return components_++;
  }

  [[nodiscard]] bool is_inside(std::uint32_t from, Edge edge) const {
    const std::uint32_t to = edge.target();
    return to < component_.size() && component_[to] == component_[from] &&
           (of_ != Of::kTimelessEdges || !edge.passes_time());
  }
  [[nodiscard]] bool has_fair_way_out(std::uint32_t state) const {
    for (std::uint64_t i = edges_->begin_of(state); i < edges_->end_of(state); ++i) {
      if (edges_->edge(i).is_fair() && !is_inside(state, edges_->edge(i))) {
        return true;
      }
    }
    return false;
  }

  // Tarjan's algorithm over states that form one component so far, with a stack of its own.
  // Components with a cycle go to open_; the states of others belong to none afterwards.
  void decompose(const std::vector<std::uint32_t>& states) {
    for (const std::uint32_t state : states) {
      visit_[state] = 0;
    }
    visits_ = 0;
    low_.clear();
    found_.clear();
    for (const std::uint32_t root : states) {
      if (visit_[root] == 0) {
        decompose_from(root);
      }
    }
    for (std::vector<std::uint32_t>& component : found_) {
      const std::uint32_t own = new_component();
      for (const std::uint32_t state : component) {
        component_[state] = own;
      }
      open_.push_back(std::move(component));
    }
    for (const std::uint32_t state : without_cycle_) {
      component_[state] = kNone;
    }
    without_cycle_.clear();
  }

  // A state being visited: its next edge.
  struct Frame {
    std::uint32_t state;
    std::uint64_t edge;
  };

  void decompose_from(std::uint32_t root) {
    std::vector<Frame> path;
    enter(root, path);
    while (!path.empty()) {
      Frame& top = path.back();
      const std::uint32_t from = top.state;
      if (top.edge == edges_->end_of(from)) {
        path.pop_back();
        leave(from);
        if (!path.empty()) {
          lower(path.back().state, low_[visit_[from] - 1]);
        }
        continue;
      }
      const Edge edge = edges_->edge(top.edge++);
      if (!is_inside(from, edge)) {
        continue;
      }
      const std::uint32_t to = edge.target();
      if (visit_[to] == 0) {
        enter(to, path);
      } else if (low_[visit_[to] - 1] != kNone) {  // not in a component that is done
        lower(from, visit_[to]);
      }
    }
  }

  void enter(std::uint32_t state, std::vector<Frame>& path) {
    visit_[state] = ++visits_;
    low_.push_back(visits_);
    stack_.push_back(state);
    path.push_back(Frame{state, edges_->begin_of(state)});
  }
  void lower(std::uint32_t state, std::uint32_t low) {
    std::uint32_t& own = low_[visit_[state] - 1];
    own = std::min(own, low);
  }

  // If the state is the first of its component, that is complete now.
  void leave(std::uint32_t state) {
    if (low_[visit_[state] - 1] != visit_[state]) {
      return;
    }
    const auto begin = std::find(stack_.rbegin(), stack_.rend(), state).base() - 1;
    std::vector<std::uint32_t> component(begin, stack_.end());
    stack_.erase(begin, stack_.end());
    for (const std::uint32_t member : component) {
      low_[visit_[member] - 1] = kNone;
    }
    if (component.size() > 1 || has_loop(state)) {
      found_.push_back(std::move(component));
    } else {
      without_cycle_.push_back(state);
    }
  }
  [[nodiscard]] bool has_loop(std::uint32_t state) const {
    for (std::uint64_t i = edges_->begin_of(state); i < edges_->end_of(state); ++i) {
      if (edges_->edge(i).target() == state && is_inside(state, edges_->edge(i))) {
        return true;
      }
    }
    return false;
  }

  const EdgeList* edges_;
  Of of_;
  std::vector<std::uint32_t> component_;  // per state
  std::uint32_t components_ = 0;
  std::vector<std::vector<std::uint32_t>> open_;  // components still to be looked at

  // Of one decomposition.
  std::vector<std::uint32_t> visit_;  // per state: 0, or when it was visited, from 1
  std::uint32_t visits_ = 0;
  std::vector<std::uint32_t> low_;  // per visit: the earliest one it leads back to; kNone once done
  std::vector<std::uint32_t> stack_;
  std::vector<std::vector<std::uint32_t>> found_;
  std::vector<std::uint32_t> without_cycle_;
};

std::optional<Loop> first_loop(const EdgeList& edges, Of of) {
  Components components{edges, of};
  const std::vector<std::vector<std::uint32_t>> lasting = components.lasting();
  const std::vector<std::uint32_t>* first = nullptr;
  std::uint32_t entry = UINT32_MAX;
  for (const std::vector<std::uint32_t>& states : lasting) {
    const std::uint32_t smallest = *std::min_element(states.begin(), states.end());
    if (smallest < entry) {
      entry = smallest;
      first = &states;
    }
  }
  if (first == nullptr) {
    return std::nullopt;
  }
  return Loop{entry, components.shortest_loop(entry, *first), first->size()};
}

}  // namespace

std::optional<Loop> find_timeless_cycle(const EdgeList& edges) {
  return first_loop(edges, Of::kTimelessEdges);
}

std::optional<Loop> find_fair_lasso(const EdgeList& edges) {
  return first_loop(edges, Of::kPendingStates);
}

}  // namespace sim
