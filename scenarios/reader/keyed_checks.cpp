#include "scenarios/reader/keyed_checks.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "scenarios/reader/format.hpp"
#include "scenarios/reader/problem.hpp"

namespace scenarios {
namespace {

using model::OperatorKind;
using model::OperatorSettings;

std::string name_of(OperatorKind kind) {
  for (const Choice& choice : find_choices("kind")->choices) {
    if (choice.value == static_cast<std::size_t>(kind)) {
      return std::string{choice.name};
    }
  }
  return {};
}

class KeyedChecks {
 public:
  KeyedChecks(const std::vector<OperatorSettings>& operators, const Document& document)
      : operators_(operators), document_(document) {}

  void run() const {
    check_copies();
    for (std::size_t v = 0; v < operators_.size(); ++v) {
      check_inputs(v);
    }
    check_what_is_behind();
  }

 private:
  [[nodiscard]] const OperatorSettings* find(std::string_view id) const {
    const auto found = std::find_if(operators_.begin(), operators_.end(),
                                    [&](const OperatorSettings& op) { return op.id == id; });
    return found == operators_.end() ? nullptr : &*found;
  }
  [[nodiscard]] static Document::Path path_of(std::size_t op, std::string_view key) {
    return {"job", "operators", std::to_string(op), std::string{key}};
  }
  [[nodiscard]] static Document::Path path_of(std::size_t op, std::size_t input,
                                              std::string_view key) {
    return {"job",    "operators",           std::to_string(op),
            "inputs", std::to_string(input), std::string{key}};
  }

  void check_copies() const {
    std::uint64_t copies = 1;
    for (const OperatorSettings& op : operators_) {
      copies = std::min<std::uint64_t>(copies * op.copies, UINT32_MAX);
    }
    if (copies > kMostCopiesInAll) {
      document_.complain({"job", "operators"},
                         "expected at most " + std::to_string(kMostCopiesInAll) +
                             " copies of a record by all flat_maps together, found " +
                             std::to_string(copies));
    }
  }

  void check_inputs(std::size_t v) const {
    const OperatorSettings& op = operators_[v];
    for (std::size_t i = 0; i < op.inputs.size(); ++i) {
      if (model::is_keyed(op.kind) && op.inputs[i].ship != model::Ship::kHash) {
        const auto path = path_of(v, i, "ship");
        const Json* given = document_.find(path);
        const std::string wanted =
            "expected \"hash\", which brings the records of one key together for " +
            a_kind(op.kind) + " (rt:T7), found ";
        if (given != nullptr) {
          document_.complain(path, wanted + given->described());
        } else {
          document_.miss(path, wanted + "none");
        }
      }
      const OperatorSettings* from = find(op.inputs[i].from);
      if (op.inputs[i].takes_late && from != nullptr && !has_late_records(from->kind)) {
        document_.complain(
            path_of(v, i, "output"),
            "expected a window, window_join or interval_join, which has late records "
            "(rt:L3, rt:L9), found the " +
                name_of(from->kind) + " " + in_quotes(from->id));
      }
    }
  }

  // Of several that stand ahead of an operator the first one of the file is to blame.
  void check_what_is_behind() const {
    std::vector<bool> is_blamed(operators_.size(), false);
    for (const OperatorSettings& maker : operators_) {
      if (!model::makes_rows(maker.kind)) {
        continue;
      }
      const std::vector<bool> behind =
          reached_from(static_cast<std::size_t>(&maker - operators_.data()));
      for (std::size_t v = 0; v < operators_.size(); ++v) {
        if (behind[v] && !is_blamed[v]) {
          is_blamed[v] = true;
          check_behind(v, maker);
        }
      }
    }
  }

  void check_behind(std::size_t v, const OperatorSettings& maker) const {
    const std::string makes =
        " behind " + in_quotes(maker.id) +
        ", which makes other records of those that it gets, is not modelled yet";
    if (operators_[v].kind == OperatorKind::kAssignTimestamps) {
      document_.complain(path_of(v, "kind"), "assigning timestamps" + makes);
    }
    if (operators_[v].kind == OperatorKind::kSink &&
        operators_[v].guarantee == model::Guarantee::kUpsert) {
      document_.complain(path_of(v, "guarantee"), "an upsert sink" + makes);
    }
  }

  [[nodiscard]] std::vector<bool> reached_from(std::size_t start) const {
    std::vector<bool> reached(operators_.size(), false);
    reached[start] = true;
    for (bool goes_on = true; goes_on;) {
      goes_on = false;
      for (std::size_t v = 0; v < operators_.size(); ++v) {
        const auto is_reached = [&](const model::Connection& input) {
          const OperatorSettings* from = find(input.from);
          return from != nullptr && reached[static_cast<std::size_t>(from - operators_.data())];
        };
        const auto& inputs = operators_[v].inputs;
        if (!reached[v] && std::any_of(inputs.begin(), inputs.end(), is_reached)) {
          reached[v] = true;
          goes_on = true;
        }
      }
    }
    return reached;
  }

  const std::vector<OperatorSettings>& operators_;
  const Document& document_;
};

}  // namespace

std::string a_kind(OperatorKind kind) {
  const std::string name = name_of(kind);
  return (name.front() == 'a' || name.front() == 'i' ? "an " : "a ") + name;
}

void check_keyed(const std::vector<OperatorSettings>& operators, const Document& document) {
  KeyedChecks{operators, document}.run();
}

}  // namespace scenarios
