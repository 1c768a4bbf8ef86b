#include "scenarios/writer/write_scenario.hpp"

#include <fmt/format.h>

#include <utility>

#include "model/plan.hpp"
#include "model/properties.hpp"
#include "scenarios/writer/layout.hpp"
#include "scenarios/writer/write_settings.hpp"

namespace scenarios {

namespace {

using writer::choice;
using writer::duration;
using writer::Node;
using writer::Opening;

Node texts(const std::vector<std::string>& all) {
  Node list = Node::list();
  for (const std::string& text : all) {
    list.add(Node::text(text));
  }
  return list;
}

Node judges(const std::map<std::string, Judgement>& judges) {
  Node node = Node::object();
  for (const auto& [claim, judgement] : judges) {
    if (judgement.assuming.empty()) {
      node.add_line(claim, texts(judgement.properties));
    } else {
      node.add_line(claim, Node::object()
                               .add("properties", texts(judgement.properties))
                               .add("assuming", Node::text(judgement.assuming)));
    }
  }
  return node;
}

void add_verdicts(const Expectation& expectation, Node& node) {
  for (std::size_t i = 0; i < model::kPropertyCount; ++i) {
    const auto property = static_cast<model::Property>(i);
    if (property == model::Property::kOutputGap) {
      if (expectation.output_gap_at_most) {
        node.add("output_gap",
                 Node::object().add("at_most", duration(expectation.output_gap_at_most->ms())));
      }
    } else if (expectation.verdicts[i]) {
      node.add(model::name_of(property), Node::text(sim::name_of(*expectation.verdicts[i])));
    }
  }
}

Node expect(const Scenario& scenario) {
  Node node = Node::object();
  add_verdicts(scenario.expect, node);
  for (const auto& [protocol, expectation] : scenario.expect_by_protocol) {
    Node own = Node::object();
    add_verdicts(expectation, own);
    node.add_line(protocol, own);
  }
  return node;
}

Node exemptions(const std::vector<Exemption>& exemptions) {
  Node list = Node::list();
  for (const Exemption& exemption : exemptions) {
    Node properties = Node::list();
    for (const model::Property property : exemption.properties) {
      properties.add(Node::text(model::name_of(property)));
    }
    Node entry = Node::object()
                     .add("properties", properties)
                     .add("records", choice("record_class", exemption.records));
    if (exemption.within_ids) {
      entry.add("within_ids", Node::natural(*exemption.within_ids));
    }
    list.add(entry.add("at_most", Node::natural(exemption.at_most)));
  }
  return list;
}

Node choices(const std::vector<NamedChoice>& choices) {
  Node list = Node::list(Opening::kOnNewLine).each_on_a_line();
  for (const NamedChoice& choice : choices) {
    list.add(Node::object()
                 .add("what", Node::text(model::name_of(choice.what)))
                 .add("who", Node::text(choice.who))
                 .add("of", Node::natural(choice.of))
                 .add("is", Node::natural(choice.is)));
  }
  return list;
}

Node found(const Found& found) {
  Node node = Node::object(Opening::kOnNewLine)
                  .add("property", Node::text(model::name_of(found.property)))
                  .add("fingerprint", Node::text(fmt::format("{:016x}", found.fingerprint)));
  if (!found.steps.empty()) {
    Node steps = Node::list(Opening::kOnNewLine).each_on_a_line();
    for (const std::string& step : found.steps) {
      steps.add(Node::text(step));
    }
    node.add_line("steps", steps);
  }
  return node;
}

// Of a list or object: only if there is something in it.
void add_unless_empty(Node& root, std::string_view key, Node node) {
  if (!node.is_empty()) {
    root.add(key, std::move(node));
  }
}

void add_head(const Scenario& scenario, Node& root) {
  root.add("title", Node::text(scenario.title));
  add_unless_empty(root, "rules", texts(scenario.rules));
  add_unless_empty(root, "judges", judges(scenario.judges));
  if (scenario.seed) {
    root.add("seed", Node::natural(*scenario.seed));
  }
  add_unless_empty(root, "mutations", texts(scenario.settings.deployment.mutations));
  if (scenario.settings.clock_start) {
    root.add("clock_start", Node::integer(scenario.settings.clock_start->ms()));
  }
}

void add_system(const model::Settings& settings, Node& root) {
  root.add("input", writer::inputs(settings));
  root.add("job", writer::job(settings.job));
  root.add("deployment", writer::deployment(settings.deployment));
  add_unless_empty(root, "environment", writer::environment(settings.environment));
  add_unless_empty(root, "timeline", writer::timeline(settings.timeline));
}

void add_judging(const Scenario& scenario, Node& root) {
  Node reaches = Node::list();
  for (const model::Milestone milestone : scenario.reaches) {
    reaches.add(Node::text(model::name_of(milestone)));
  }
  add_unless_empty(root, "reaches", reaches);
  add_unless_empty(root, "expect", expect(scenario));
  add_unless_empty(root, "exempt", exemptions(scenario.exemptions));
}

Node explore(const model::GridSettings& grid) {
  Node node = Node::object().add("grid", duration(grid.step_ms));
  if (!grid.write_jitter_ms.empty()) {
    Node jitter = Node::list();
    for (const std::uint32_t ms : grid.write_jitter_ms) {
      jitter.add(duration(ms));
    }
    node.add_line("write_jitter", jitter);
  }
  return node;
}

void add_limits(const Scenario& scenario, Node& root) {
  const Scenario defaults;
  if (scenario.settings.grid) {
    root.add("explore", explore(*scenario.settings.grid));
  }
  if (scenario.horizon != defaults.horizon) {
    root.add("horizon", duration(scenario.horizon.ms()));
  }
  if (scenario.budget_events != defaults.budget_events) {
    root.add("budget", Node::object().add("events", Node::natural(scenario.budget_events)));
  }
}

}  // namespace

std::string write_scenario(const Scenario& scenario) {
  Node root = Node::object();
  add_head(scenario, root);
  add_system(scenario.settings, root);
  add_judging(scenario, root);
  add_limits(scenario, root);
  if (scenario.random) {
    add_unless_empty(root, "random", writer::random(*scenario.random));
  }
  Node assumptions = Node::list();
  for (const Assumption assumption : scenario.assumptions) {
    assumptions.add(choice("assumption", assumption));
  }
  add_unless_empty(root, "assume", assumptions);
  if (scenario.found) {
    root.add("counterexample", found(*scenario.found));
  }
  if (scenario.choices) {
    root.add("choices", choices(*scenario.choices));
  }
  return root.document();
}

}  // namespace scenarios
