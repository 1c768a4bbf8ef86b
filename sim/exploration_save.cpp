// A search as a file, and back.
#include <algorithm>
#include <utility>

#include "sim/exploration.hpp"

namespace sim {

namespace {

constexpr FileMark kMark{'s', 'i', 'm', 's', 'r', 'c', 'h', '3'};  // the last one is the version

void save_level(FrameWriter& out, const Level& level, PackedState base) {
  out.put(static_cast<std::uint32_t>(base.size()));
  out.put(base);
  out.put(level.first());
  out.put(level.size());
  level.for_each([&](PackedState state) {
    out.put(static_cast<std::uint32_t>(state.size()));
    out.put(state);
  });
}

bool load_state(FrameReader& in, std::vector<std::byte>& state) {
  std::uint32_t length = 0;
  if (!in.get(length)) {
    return false;
  }
  state.resize(length);
  return in.get(state);
}

bool load_level(FrameReader& in, Level& level, std::vector<std::byte>& base) {
  std::uint32_t first = 0;
  std::uint64_t states = 0;
  if (!load_state(in, base) || !in.get(first) || !in.get(states)) {
    return false;
  }
  level = Level{first};
  std::vector<std::byte> state;
  for (std::uint64_t i = 0; i < states; ++i) {
    if (!load_state(in, state)) {
      return false;
    }
    level.append(state);
  }
  return true;
}

void save_edges(FrameWriter& out, const EdgeList& edges) {
  out.put(edges.states());
  out.put(edges.sources());
  for (std::uint32_t state = 0; state < edges.states(); ++state) {
    out.put(static_cast<std::uint8_t>(edges.is_pending(state) ? 1 : 0));
  }
  for (std::uint32_t state = 0; state < edges.sources(); ++state) {
    out.put(static_cast<std::uint32_t>(edges.end_of(state) - edges.begin_of(state)));
    for (std::uint64_t at = edges.begin_of(state); at < edges.end_of(state); ++at) {
      out.put(edges.edge(at));
    }
  }
}

bool load_edges(FrameReader& in, EdgeList& edges) {
  std::uint64_t states = 0;
  std::uint32_t sources = 0;
  if (!in.get(states) || !in.get(sources)) {
    return false;
  }
  for (std::uint64_t i = 0; i < states; ++i) {
    std::uint8_t pending = 0;
    if (!in.get(pending)) {
      return false;
    }
    edges.append_state(pending != 0);
  }
  std::vector<Edge> list;
  for (std::uint32_t i = 0; i < sources; ++i) {
    std::uint32_t degree = 0;
    if (!in.get(degree)) {
      return false;
    }
    list.clear();
    for (std::uint32_t k = 0; k < degree; ++k) {
      Edge edge;
      if (!in.get(edge)) {
        return false;
      }
      list.push_back(edge);
    }
    edges.append_source(degree);
    edges.append_edges(list);
  }
  return true;
}

void save_census(FrameWriter& out, const Census& census) {
  out.put(census.states);
  out.put(census.transitions);
  out.put(census.depth);
  out.put(census.fixpoint);
  for (const SignalCount& count : census.signals) {
    out.put(count.states);
    out.put(count.first);
  }
}

bool load_census(FrameReader& in, Census& census) {
  bool good = in.get(census.states) && in.get(census.transitions) && in.get(census.depth) &&
              in.get(census.fixpoint);
  for (SignalCount& count : census.signals) {
    good = good && in.get(count.states) && in.get(count.first);
  }
  return good;
}

}  // namespace

bool Exploration::can_save() const {
  return because_ != Incomplete::kStates && because_ != Incomplete::kThrew;
}

void Exploration::save(std::ostream& out, const Hash128& digest) const {
  SIM_CHECK(can_save(), "a search that ended in the middle of its work cannot be saved");
  FrameWriter file{out, kMark};
  file.put(digest);
  file.put(static_cast<std::uint64_t>(options_.choices_a_step_max));
  file.put(static_cast<std::uint8_t>(options_.record_edges ? 1 : 0));
  file.put(static_cast<std::uint8_t>(was_cut_ ? 1 : 0));
  file.put(level_);
  file.put(frontier_bytes_max_);
  save_census(file, census_);
  for (std::uint32_t number = 0; number < visited_.size(); ++number) {
    file.put(visited_.node(number));
  }
  save_level(file, now_, now_base_);
  save_level(file, next_, next_base_);
  if (options_.record_edges) {
    save_edges(file, edges_);
  }
  file.finish();
}

std::string Exploration::load(std::istream& in, const Hash128& digest) {
  Exploration loaded{options_};
  FrameReader file{in, kMark};
  std::string problem = loaded.load_into(file, digest);
  if (problem.empty()) {
    *this = std::move(loaded);
  }
  return problem;
}

// What is wrong with the file; empty if nothing is.
std::string Exploration::load_into(FrameReader& in, const Hash128& digest) {
  Hash128 of;
  std::uint64_t choices_max = 0;
  std::uint8_t edges = 0;
  std::uint8_t cut = 0;
  if (!in.get(of) || !in.get(choices_max) || !in.get(edges) || !in.get(cut) || !in.get(level_) ||
      !in.get(frontier_bytes_max_) || !load_census(in, census_)) {
    return in.problem();
  }
  if (of != digest) {
    return "a search of something else";
  }
  if (choices_max != options_.choices_a_step_max || (edges != 0) != options_.record_edges) {
    return "a search with other options";
  }
  if (census_.states == 0 || census_.states > options_.states_max) {
    return "a search with more states than allowed";
  }
  was_cut_ = cut != 0;
  for (std::uint64_t number = 0; number < census_.states; ++number) {
    VisitedSet::Node node;
    if (!in.get(node)) {
      return in.problem();
    }
    const bool has_parent = number > 0;
    if ((has_parent ? node.parent >= number : node.parent != kNoState) ||
        !visited_.insert(node).is_new) {
      return "a search that contradicts itself";
    }
  }
  if (!load_level(in, now_, now_base_) || !load_level(in, next_, next_base_) ||
      (options_.record_edges && !load_edges(in, edges_)) || !in.finish()) {
    return in.problem();
  }
  frontier_bytes_ = now_.bytes() + next_.bytes();
  return {};
}

}  // namespace sim
