#include "scenarios/reader/graph_checks.hpp"

#include <algorithm>
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/breadth_first_search.hpp>
#include <boost/graph/strong_components.hpp>
#include <boost/graph/topological_sort.hpp>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>

#include "scenarios/reader/keyed_checks.hpp"
#include "scenarios/reader/values.hpp"

namespace scenarios {
namespace {

using model::OperatorKind;
using model::OperatorSettings;
using model::Ship;
using Graph = boost::adjacency_list<boost::vecS, boost::vecS, boost::bidirectionalS>;

// The job as far as it could be read. Vertices are positions in the file.
class GraphChecks {
 public:
  GraphChecks(const std::vector<OperatorSettings>& operators,
              const std::vector<model::InputSettings>& inputs, const Document& document)
      : operators_(&operators),
        inputs_(&inputs),
        document_(&document),
        graph_(operators.size()),
        broken_(operators.size(), false) {}

  void run() {
    check_ids();
    check_reads();
    connect();
    reach_from_sources();
    const bool acyclic = check_cycles();
    check_reachable();
    check_dead_ends();
    check_edges();
    if (acyclic) {
      check_single_ways();
    }
  }

 private:
  [[nodiscard]] const OperatorSettings& op(std::size_t vertex) const {
    return (*operators_)[vertex];
  }
  [[nodiscard]] bool is(std::size_t vertex, OperatorKind kind) const {
    return op(vertex).kind == kind && !broken_[vertex];
  }
  [[nodiscard]] static Document::Path path_of(std::size_t vertex) {
    return {"job", "operators", std::to_string(vertex)};
  }
  [[nodiscard]] static Document::Path path_of(std::size_t vertex, std::size_t input) {
    return {"job", "operators", std::to_string(vertex), "inputs", std::to_string(input)};
  }
  [[nodiscard]] static Document::Path within(Document::Path path, std::string_view key) {
    path.emplace_back(key);
    return path;
  }

  [[nodiscard]] std::optional<std::size_t> find_operator(std::string_view id) const {
    const auto found = std::find_if(operators_->begin(), operators_->end(),
                                    [&](const OperatorSettings& known) { return known.id == id; });
    if (id.empty() || found == operators_->end()) {
      return std::nullopt;
    }
    return static_cast<std::size_t>(found - operators_->begin());
  }
  [[nodiscard]] const model::InputSettings* find_input(std::string_view name) const {
    const auto found = std::find_if(inputs_->begin(), inputs_->end(),
                                    [&](const auto& known) { return known.name == name; });
    return found == inputs_->end() ? nullptr : &*found;
  }

  void check_ids() {
    for (std::size_t v = 0; v < operators_->size(); ++v) {
      const Json* kind = document_->find(within(path_of(v), "kind"));
      broken_[v] = op(v).id.empty() || kind == nullptr ||
                   (op(v).kind == OperatorKind::kMap && kind->text != "map");
      const std::optional<std::size_t> first = find_operator(op(v).id);
      if (first && *first != v) {
        document_->complain(within(path_of(v), "id"),
                            "expected an id of its own, found " + in_quotes(op(v).id) +
                                " again, as in /job/operators/" + std::to_string(*first));
      }
    }
  }

  void check_reads() {
    std::vector<std::string_view> names;
    for (const model::InputSettings& input : *inputs_) {
      names.push_back(input.name);
    }
    std::vector<std::string_view> valid;  // what could have been meant
    std::copy_if(names.begin(), names.end(), std::back_inserter(valid), is_input_name);
    for (std::size_t v = 0; v < operators_->size(); ++v) {
      if (!op(v).reads.empty() && !names.empty() && find_input(op(v).reads) == nullptr) {
        document_->complain(within(path_of(v), "reads"), missing("an input", op(v).reads, valid));
      }
    }
    const bool all_read =
        std::all_of(operators_->begin(), operators_->end(), [&](const auto& known) {
          return known.kind != OperatorKind::kSource || find_input(known.reads) != nullptr;
        });
    for (const std::string_view name : names) {
      const bool read =
          std::any_of(operators_->begin(), operators_->end(),
                      [&](const OperatorSettings& known) { return known.reads == name; });
      if (!read && all_read) {
        document_->complain({"input", std::string(name)},
                            "expected a source that reads it, found none");
      }
    }
  }

  static std::string missing(std::string_view wanted, std::string_view name,
                             const std::vector<std::string_view>& candidates) {
    return "expected the name of " + std::string(wanted) + ", found " + in_quotes(name) +
           suggestion(name, candidates);
  }

  // Adds the edges that make sense. An operator with one that does not counts as broken.
  void connect() {
    std::vector<std::string_view> ids;
    for (const OperatorSettings& known : *operators_) {
      ids.push_back(known.id);
    }
    for (std::size_t v = 0; v < operators_->size(); ++v) {
      const auto& connections = op(v).inputs;
      for (std::size_t i = 0; i < connections.size(); ++i) {
        const std::optional<std::size_t> from = find_operator(connections[i].from);
        const auto path = within(path_of(v, i), "from");
        const bool again =
            std::any_of(connections.begin(), connections.begin() + static_cast<std::ptrdiff_t>(i),
                        [&](const auto& earlier) {
                          return earlier.from == connections[i].from &&
                                 earlier.takes_late == connections[i].takes_late;
                        });
        if (!from) {
          if (!connections[i].from.empty()) {
            document_->complain(path, missing("an operator", connections[i].from, ids));
          }
          broken_[v] = true;
        } else if (again) {
          document_->complain(path, "expected each operator once, found " +
                                        in_quotes(connections[i].from) + " again");
        } else if (op(*from).kind == OperatorKind::kSink) {
          document_->complain(
              path, "expected an operator that sends, found the sink " + in_quotes(op(*from).id));
          broken_[v] = true;
        } else {
          boost::add_edge(*from, v, graph_);
        }
      }
      if (model::has_two_inputs(op(v).kind) && !connections.empty() && connections.size() != 2) {
        document_->complain(within(path_of(v), "inputs"), "expected the two inputs of " +
                                                              a_kind(op(v).kind) + ", found " +
                                                              std::to_string(connections.size()));
      }
      broken_[v] = broken_[v] || (connections.empty() && op(v).kind != OperatorKind::kSource);
    }
  }

  [[nodiscard]] std::vector<bool> reached_from(std::size_t start) const {
    std::vector<boost::default_color_type> colors(operators_->size());
    boost::breadth_first_search(graph_, start,
                                boost::color_map(boost::make_iterator_property_map(
                                    colors.begin(), boost::get(boost::vertex_index, graph_))));
    std::vector<bool> reached;
    reached.reserve(colors.size());
    for (const boost::default_color_type color : colors) {
      reached.push_back(color != boost::white_color);
    }
    return reached;
  }

  void reach_from_sources() {
    reached_by_.resize(operators_->size());
    for (std::size_t v = 0; v < operators_->size(); ++v) {
      if (broken_[v] || op(v).kind == OperatorKind::kSource) {
        reached_by_[v] = reached_from(v);
      }
    }
  }

  bool check_cycles() {
    component_.resize(operators_->size());
    const auto components = boost::strong_components(
        graph_, boost::make_iterator_property_map(component_.begin(),
                                                  boost::get(boost::vertex_index, graph_)));
    bool acyclic = true;
    in_cycle_.assign(operators_->size(), false);
    std::vector<bool> reported(static_cast<std::size_t>(components), false);
    for (std::size_t v = 0; v < operators_->size(); ++v) {
      const auto cycle = shortest_cycle(v);
      in_cycle_[v] = !cycle.empty();
      const auto component = static_cast<std::size_t>(component_[v]);
      if (cycle.empty() || reported[component]) {
        continue;
      }
      reported[component] = true;
      acyclic = false;
      std::string text;
      for (const std::size_t member : cycle) {
        text += in_quotes(op(member).id) + " -> ";
      }
      document_->complain(path_of(v), "expected no cycle, found " + text + in_quotes(op(v).id));
    }
    return acyclic;
  }

  // The operators on a shortest way from `start` back to it; none if there is no such way.
  [[nodiscard]] std::vector<std::size_t> shortest_cycle(std::size_t start) const {
    constexpr std::size_t kNone = SIZE_MAX;
    std::vector<std::size_t> before(operators_->size(), kNone);
    boost::breadth_first_search(graph_, start,
                                boost::visitor(boost::make_bfs_visitor(boost::record_predecessors(
                                    boost::make_iterator_property_map(
                                        before.begin(), boost::get(boost::vertex_index, graph_)),
                                    boost::on_tree_edge()))));
    std::vector<std::size_t> shortest;
    for (auto [edge, end] = boost::in_edges(start, graph_); edge != end; ++edge) {
      std::size_t at = boost::source(*edge, graph_);
      if (at != start && before[at] == kNone) {
        continue;  // not on a way that began at `start`
      }
      std::vector<std::size_t> way;
      for (; at != start; at = before[at]) {
        way.push_back(at);
      }
      way.push_back(start);
      std::reverse(way.begin(), way.end());
      if (shortest.empty() || way.size() < shortest.size()) {
        shortest = way;
      }
    }
    return shortest;
  }

  void check_reachable() {
    for (std::size_t v = 0; v < operators_->size(); ++v) {
      const bool reached = std::any_of(reached_by_.begin(), reached_by_.end(),
                                       [&](const auto& by) { return !by.empty() && by[v]; });
      if (!reached && !in_cycle_[v]) {
        document_->complain(path_of(v), "expected a source that leads to it, found none");
      }
    }
  }

  // Every operator leads to a sink, a cycle or a dead end; it is enough to blame the latter two.
  void check_dead_ends() {
    for (std::size_t v = 0; v < operators_->size(); ++v) {
      if (!broken_[v] && op(v).kind != OperatorKind::kSink && boost::out_degree(v, graph_) == 0) {
        document_->complain(
            path_of(v),
            "expected a way to a sink, found no operator that reads from " + in_quotes(op(v).id));
      }
    }
  }

  void check_edges() {
    std::uint64_t channels = 0;
    for (std::size_t v = 0; v < operators_->size(); ++v) {
      for (std::size_t i = 0; i < op(v).inputs.size(); ++i) {
        const model::Connection& connection = op(v).inputs[i];
        const std::optional<std::size_t> from = find_operator(connection.from);
        if (!from) {
          continue;
        }
        const std::uint64_t senders = op(*from).parallelism;
        const std::uint64_t receivers = op(v).parallelism;
        const bool forward = connection.ship.value_or(Ship::kForward) == Ship::kForward;
        channels += forward && senders == receivers ? senders : senders * receivers;
        if (connection.ship == Ship::kForward && senders != receivers) {
          document_->complain(
              within(path_of(v, i), "ship"),
              "expected equal parallelism at both ends of \"forward\" (rt:T3), found " +
                  std::to_string(senders) + " and " + std::to_string(receivers));
        }
        if (connection.ship == Ship::kHash) {
          check_keys(v, i, *from);
        }
      }
    }
    if (channels > model::limits::kChannels) {
      document_->complain({"job", "operators"}, "expected at most " +
                                                    std::to_string(model::limits::kChannels) +
                                                    " channels, found " + std::to_string(channels));
    }
  }

  // rt:T7: a record goes where the hash of its key says, so it must have one.
  void check_keys(std::size_t vertex, std::size_t input, std::size_t from) {
    const std::vector<bool> unkeyed = reach_without_new_keys(from);
    for (std::size_t source = 0; source < operators_->size(); ++source) {
      const model::InputSettings* read = find_input(op(source).reads);
      if (read != nullptr && !read->has_keys() && unkeyed[source] &&
          document_->find({"input", read->name, "keys"}) == nullptr) {
        document_->complain(within(path_of(vertex, input), "ship"),
                            "expected \"keys\" in /input/" + read->name +
                                " for records to be spread by (rt:T7), found none");
      }
    }
  }

  // From where records come there with the keys that they had.
  [[nodiscard]] std::vector<bool> reach_without_new_keys(std::size_t to) const {
    std::vector<bool> reached(operators_->size(), false);
    std::vector<std::size_t> open{to};
    while (!open.empty()) {
      const std::size_t at = open.back();
      open.pop_back();
      if (reached[at] || op(at).kind == OperatorKind::kReKey) {
        continue;
      }
      reached[at] = true;
      for (auto [edge, end] = boost::in_edges(at, graph_); edge != end; ++edge) {
        open.push_back(boost::source(*edge, graph_));
      }
    }
    return reached;
  }

  // A record, or a result of an operator, must come to an input edge of a sink at most once: each
  // is one output there.
  void check_single_ways() {
    std::vector<std::size_t> order;
    boost::topological_sort(graph_, std::back_inserter(order));
    std::reverse(order.begin(), order.end());
    for (const model::InputSettings& input : *inputs_) {
      report_double_ways("input " + in_quotes(input.name), ways_from(order, [&](std::size_t v) {
                           return op(v).reads == input.name;
                         }));
    }
    for (const std::size_t maker : order) {
      if (makes_rows(op(maker).kind)) {
        report_double_ways("operator " + in_quotes(op(maker).id),
                           ways_from(order, [&](std::size_t v) { return v == maker; }));
      }
    }
  }

  // How many ways lead to each operator from where something begins, up to where it becomes
  // something else; 2: two or more.
  template <class Begins>
  std::vector<unsigned> ways_from(const std::vector<std::size_t>& order, Begins begins) const {
    std::vector<unsigned> ways(operators_->size(), 0);
    for (const std::size_t v : order) {
      ways[v] = begins(v) ? 1 : 0;
      for (auto [edge, end] = boost::in_edges(v, graph_); edge != end && !makes_rows(op(v).kind);
           ++edge) {
        ways[v] = std::min(2U, ways[v] + ways[boost::source(*edge, graph_)]);
      }
    }
    return ways;
  }

  void report_double_ways(const std::string& origin, const std::vector<unsigned>& ways) {
    for (std::size_t v = 0; v < operators_->size(); ++v) {
      for (std::size_t i = 0; is(v, OperatorKind::kSink) && i < op(v).inputs.size(); ++i) {
        const std::optional<std::size_t> from = find_operator(op(v).inputs[i].from);
        if (from && ways[*from] > 1) {
          document_->complain(path_of(v, i), "more than one way from " + origin +
                                                 " to one edge of a sink is not modelled yet");
        }
      }
    }
  }

  const std::vector<OperatorSettings>* operators_;
  const std::vector<model::InputSettings>* inputs_;
  const Document* document_;
  Graph graph_;
  std::vector<bool> broken_;  // not to be blamed for what follows from it
  std::vector<std::vector<bool>>
      reached_by_;  // [v][w]: v leads to w; only for sources and broken operators
  std::vector<int> component_;
  std::vector<bool> in_cycle_;
};

}  // namespace

void check_graph(const std::vector<OperatorSettings>& operators,
                 const std::vector<model::InputSettings>& inputs, const Document& document) {
  if (!operators.empty()) {
    GraphChecks(operators, inputs, document).run();
  }
}

}  // namespace scenarios
