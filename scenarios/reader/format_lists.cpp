// The closed lists of values and the basic types of the format.
#include <algorithm>
#include <array>

#include "model/mutations.hpp"
#include "model/plan.hpp"
#include "model/properties.hpp"
#include "model/protocol.hpp"
#include "model/settings.hpp"
#include "scenarios/random/assumptions.hpp"
#include "scenarios/reader/format.hpp"

namespace scenarios {
namespace {

template <std::size_t kCount>
ChoiceList make_choices(std::string_view list, const std::array<std::string_view, kCount>& names) {
  ChoiceList made;
  made.name = list;
  for (std::size_t i = 0; i < kCount; ++i) {
    made.choices.push_back(Choice{names[i], i, true});
  }
  return made;
}

// Names of things that the model lists itself; a value is a position in its list.
template <class Listed>
ChoiceList make_ids(std::string_view list, const Listed& listed) {
  ChoiceList made;
  made.name = list;
  for (const auto& entry : listed) {
    made.choices.push_back(Choice{entry.id, made.choices.size(), true});
  }
  return made;
}

constexpr std::array<std::string_view, 13> kOperatorKinds{
    "source", "map",     "filter",        "sink",   "co_map",      "assign_timestamps", "flat_map",
    "re_key", "look_up", "keyed_process", "window", "window_join", "interval_join"};

// What the operators of a drawn job may be besides maps and filters.
ChoiceList make_drawn_kinds() {
  ChoiceList list = make_choices("drawn_kind", kOperatorKinds);
  std::erase_if(list.choices, [](const Choice& choice) {
    return choice.value < static_cast<std::size_t>(model::OperatorKind::kFlatMap);
  });
  return list;
}

// All actions but what the user does on purpose.
ChoiceList make_fault_actions() {
  ChoiceList list = make_choices("fault_action", model::kActionNames);
  std::erase_if(list.choices, [](const Choice& choice) {
    return choice.value == static_cast<std::size_t>(model::Action::kChangeSpec);
  });
  return list;
}

// Values are positions in the enumerations of model/settings.hpp, model/properties.hpp and
// sim/property.hpp.
std::vector<ChoiceList> make_lists() {
  return {
      make_choices("kind", kOperatorKinds),
      make_drawn_kinds(),
      make_choices("window_type",
                   std::array<std::string_view, 3>{"tumbling", "sliding", "session"}),
      make_choices("operator_output", std::array<std::string_view, 2>{"results", "late"}),
      make_choices("barriers",
                   std::array<std::string_view, 3>{"aligned", "at_least_once", "unaligned"}),
      make_choices("restart_kind",
                   std::array<std::string_view, 4>{"exponential_delay", "fixed_delay",
                                                   "failure_rate", "none"}),
      make_choices("failover_strategy", std::array<std::string_view, 2>{"region", "full"}),
      make_choices("delivery", std::array<std::string_view, 2>{"each", "competing"}),
      make_choices("silenced", std::array<std::string_view, 2>{"none", "later"}),
      make_choices("flink_version", model::kFlinkVersionNames),
      make_choices("flink_fix", model::kFlinkFixNames),
      make_choices("ship", std::array<std::string_view, 3>{"forward", "rebalance", "hash"}),
      make_choices("guarantee",
                   std::array<std::string_view, 3>{"at_least_once", "exactly_once", "upsert"}),
      make_choices("transaction_naming", model::kTransactionNamingNames),
      make_choices("strategy",
                   std::array<std::string_view, 4>{"none", "monotonous", "bounded_out_of_orderness",
                                                   "punctuated"}),
      make_ids("protocol", model::all_protocols()),
      make_ids("mutation", model::mutations()),
      make_ids("release", model::releases()),
      make_ids("fix", model::proposed_fixes()),
      make_choices("parent_ingress", std::array<std::string_view, 3>{"none", "valid", "invalid"}),
      make_choices("transition_mode", std::array<std::string_view, 2>{"BASIC", "ADVANCED"}),
      {"upgrade_mode", {{"savepoint", 0, true}, {"last-state", 1, true}, {"stateless", 2, true}}},
      make_choices("gate_position", std::array<std::string_view, 4>{"BEFORE_SINK", "AFTER_SOURCE",
                                                                    "MANUAL", "IN_SINK"}),
      {"savepoint_format", {{"CANONICAL", 0, true}, {"NATIVE", 1, false}}},  // p2:R5.3
      make_choices("action", model::kActionNames),
      make_fault_actions(),
      make_choices("color", std::array<std::string_view, 2>{"BLUE", "GREEN"}),
      make_choices("watcher", std::array<std::string_view, 4>{"gate", "config_map_cache",
                                                              "child_cache", "spec_cache"}),
      make_choices("writer", std::array<std::string_view, 2>{"gate", "controller"}),
      make_choices("direction", std::array<std::string_view, 2>{"ahead", "behind"}),
      make_choices("echo", std::array<std::string_view, 3>{"in_time", "late", "drawn"}),
      make_choices("change_kind", std::array<std::string_view, 6>{"upgrade", "patch", "suspend",
                                                                  "resume", "redeploy", "revert"}),
      make_choices("conflict_rule",
                   std::array<std::string_view, 3>{"first_cluster_wins", "last_writer_wins",
                                                   "merge_entries"}),
      make_choices("cut_way", std::array<std::string_view, 3>{"both", "to_first", "to_second"}),
      make_choices("dag_shape", std::array<std::string_view, 2>{"linear", "any"}),
      make_choices("assumption", kAssumptionNames),
      make_choices("milestone", model::kMilestoneNames),
      make_choices("property", model::kPropertyNames),
      make_choices("verdict", std::array<std::string_view, 3>{"holds", "refuted", "unknown"}),
      make_choices("record_class", std::array<std::string_view, 1>{"late_at_gate"}),
      make_choices("choice_kind", model::kChoiceKindNames)};
}

constexpr std::array kBasicTypes{
    BasicType{"any", "", "", "Anything."},
    BasicType{"string", "string", "", "Text."},
    BasicType{"boolean", "boolean", "", "true or false."},
    BasicType{"integer", "integer", "", "A whole number, written without a fraction."},
    BasicType{"duration", "string",
              "^ *[0-9]+ *([dD]([aA][yY][sS]?)?|[hH]([oO][uU][rR][sS]?)?"
              "|[mM]([iI][nN]([uU][tT][eE][sS]?)?)?|[sS]([eE][cC]([oO][nN][dD])?[sS]?)?"
              "|[mM][sS]|[mM][iI][lL][lL][iI]([sS][eE][cC][oO][nN][dD])?[sS]?)? *$",
              "A Flink duration: \"10 s\", \"500 ms\", \"5 min\", \"1 h\", \"2 d\"; no unit is ms. "
              "At most"
              " 30 days."},
    BasicType{"rate", "string", "^[0-9]+/(ms|s|min|h)$",
              "How many in which time: \"50/s\"; 1 to 1,000,000 per ms, s, min or h."},
    BasicType{"operator_id", "string", "^[a-z0-9_-]{1,64}$", "The name of an operator."},
    BasicType{"input_name", "string", "^[A-Za-z0-9._-]{1,64}$", "The name of an input."},
    BasicType{"resource_name", "string", "^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$",
              "The name of a Kubernetes resource."},
    BasicType{"template_value", "", "", "Text, a number, true or false; in a change also null."},
    BasicType{"prefix", "string", "^[A-Za-z0-9._-]{1,64}$", "What transactional ids begin with."},
    BasicType{"fingerprint", "string", "^[0-9a-f]{16}$", "Sixteen hexadecimal digits."},
    BasicType{"rule", "string", "^(p2|op|rt|cutover):[A-Z]+[0-9a-z.]*$",
              "The id of a rule: \"p2:R4.1\"."}};

}  // namespace

std::span<const ChoiceList> all_choices() {
  static const std::vector<ChoiceList> lists = make_lists();
  return lists;
}

const ChoiceList* find_choices(std::string_view name) {
  const auto lists = all_choices();
  const auto found = std::find_if(lists.begin(), lists.end(),
                                  [&](const ChoiceList& list) { return list.name == name; });
  return found == lists.end() ? nullptr : &*found;
}

std::span<const BasicType> basic_types() { return kBasicTypes; }

}  // namespace scenarios
