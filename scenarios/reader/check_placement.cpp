#include "scenarios/reader/check_placement.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/gate_injection.hpp"
#include "model/mutations.hpp"
#include "scenarios/reader/values.hpp"

namespace scenarios {
namespace {

using model::GatePlacement;
using model::GatePosition;
using model::OperatorKind;
using model::OperatorSettings;

class PlacementChecks {
 public:
  PlacementChecks(const Scenario& scenario, const Document& document)
      : operators_(scenario.settings.job.operators),
        deployment_(scenario.settings.deployment),
        gate_(scenario.settings.deployment.gate),
        document_(document) {}

  void run() const {
    check_keys();
    check_target();
    check_edges();
    const auto protocol = model::effective_protocol(deployment_);
    if (protocol && protocol->has_gate) {
      check_counts();
      check_uid_of(*protocol);
    }
  }

 private:
  [[nodiscard]] static Document::Path at(std::string_view key) {
    return {"deployment", "gate", std::string{key}};
  }
  [[nodiscard]] const OperatorSettings* find(std::string_view id) const {
    const auto found = std::find_if(operators_.begin(), operators_.end(),
                                    [&](const OperatorSettings& op) { return op.id == id; });
    return found == operators_.end() ? nullptr : &*found;
  }
  [[nodiscard]] std::size_t count(OperatorKind kind) const {
    return static_cast<std::size_t>(
        std::count_if(operators_.begin(), operators_.end(),
                      [&](const OperatorSettings& op) { return op.kind == kind; }));
  }

  // A position that is given is held against the keys by the format; without one it is BEFORE_SINK.
  void check_keys() const {
    if (document_.find(at("position")) == nullptr && document_.find(at("edges")) != nullptr) {
      document_.complain(at("edges"), "expected position \"MANUAL\" with edges, found none");
    }
  }

  void check_id(const Document::Path& path, const std::string& id) const {
    if (find(id) == nullptr) {
      std::vector<std::string_view> ids;
      for (const OperatorSettings& op : operators_) {
        ids.push_back(op.id);
      }
      document_.complain(path, "expected the id of an operator of the job, found " + in_quotes(id) +
                                   suggestion(id, ids));
    }
  }

  // Section 7: a target that receives no records is refused.
  void check_target() const {
    if (gate_.before_uid.empty()) {
      return;
    }
    check_id(at("before-uid"), gate_.before_uid);
    const OperatorSettings* target = find(gate_.before_uid);
    if (target != nullptr && target->kind == OperatorKind::kSource) {
      document_.complain(
          at("before-uid"),
          "expected an operator that receives records, found the source " + in_quotes(target->id));
    }
  }

  void check_edges() const {
    for (std::size_t i = 0; i < gate_.edges.size(); ++i) {
      const GatePlacement::Edge& edge = gate_.edges[i];
      const Document::Path path{"deployment", "gate", "edges", std::to_string(i)};
      const auto below = [&](const char* key) {
        Document::Path longer = path;
        longer.emplace_back(key);
        return longer;
      };
      check_id(below("from"), edge.from);
      check_id(below("to"), edge.to);
      const OperatorSettings* to = find(edge.to);
      if (find(edge.from) != nullptr && to != nullptr &&
          std::none_of(to->inputs.begin(), to->inputs.end(),
                       [&](const model::Connection& input) { return input.from == edge.from; })) {
        document_.complain(path, "expected an edge of the job, found none from " +
                                     in_quotes(edge.from) + " to " + in_quotes(edge.to));
      }
    }
  }

  // Section 7: exactly one sink or source, else the job fails to start.
  void check_counts() const {
    const auto check = [&](GatePosition position, OperatorKind kind, std::string_view what) {
      const std::size_t found = count(kind);
      const bool may_be = found == 1 || (gate_.allows_several && found > 1);
      if (gate_.position == position && !may_be) {
        document_.complain({"job", "operators"}, "expected exactly one " + std::string{what} +
                                                     ", found " + std::to_string(found));
      }
    };
    check(GatePosition::kBeforeSink, OperatorKind::kSink,
          "sink for the gate to stand before (BEFORE_SINK)");
    check(GatePosition::kAfterSource, OperatorKind::kSource,
          "source for the gate to stand behind (AFTER_SOURCE)");
  }

  // Section 7: r2 knows no uid; r1 injects nothing (p2:R2.6).
  void check_uid_of(const model::Protocol& protocol) const {
    const bool knows_uids = protocol.injection == model::Injection::kByUid;
    if (!gate_.before_uid.empty() && !knows_uids) {
      document_.complain(at("before-uid"), "expected none with protocol " + in_quotes(protocol.id) +
                                               " (phase2.md section 7), found " +
                                               in_quotes(gate_.before_uid));
    }
  }

  const std::vector<OperatorSettings>& operators_;
  const model::DeploymentSettings& deployment_;
  const GatePlacement& gate_;
  const Document& document_;
};

}  // namespace

void check_placement(const Scenario& scenario, const Document& document) {
  PlacementChecks{scenario, document}.run();
}

void check_channels(const Scenario& scenario, const Document& document) {
  const auto protocol = model::effective_protocol(scenario.settings.deployment);
  if (!protocol || !protocol->has_gate) {
    return;
  }
  const model::JobGraph job = model::build_job_graph(scenario.settings.job);
  const std::uint64_t channels =
      model::counts_of(
          model::with_gates(job, scenario.settings.deployment.gate, protocol->partitioner))
          .channels;
  if (channels > model::limits::kChannels) {
    document.complain({"job", "operators"},
                      "expected at most " + std::to_string(model::limits::kChannels) +
                          " channels with its gates, found " + std::to_string(channels));
  }
}

}  // namespace scenarios
