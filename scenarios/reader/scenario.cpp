#include "scenarios/reader/scenario.hpp"

#include <utility>

#include "scenarios/reader/check_grid.hpp"
#include "scenarios/reader/check_placement.hpp"
#include "scenarios/reader/check_random.hpp"
#include "scenarios/reader/counterexample.hpp"
#include "scenarios/reader/cross_checks.hpp"
#include "scenarios/reader/graph_checks.hpp"
#include "scenarios/reader/keyed_checks.hpp"
#include "scenarios/reader/sections.hpp"
#include "scenarios/reader/value.hpp"
#include "scenarios/reader/values.hpp"

namespace scenarios {
namespace {

std::string name_of_file(std::string_view file) {
  constexpr std::string_view kEnding = ".json";
  const std::size_t slash = file.rfind('/');
  std::string_view name = slash == std::string_view::npos ? file : file.substr(slash + 1);
  if (name.size() > kEnding.size() && name.substr(name.size() - kEnding.size()) == kEnding) {
    name.remove_suffix(kEnding.size());
  }
  return std::string(name);
}

void read_rules(const Value& value, std::vector<std::string>& rules) {
  value.each_item([&](const Value& item) {
    std::string rule;
    if (item.to_name(rule, is_rule_id, "a rule such as \"p2:R4.1\", \"op:T8\" or \"rt:W5\"")) {
      rules.push_back(rule);
    }
  });
}

void read_budget(const Value& value, Scenario& scenario) {
  read_object(value, find_shape("budget"), {into("events", scenario.budget_events)});
}

// The sections whose checks build on each other: which of them were read without a problem.
struct Sound {
  bool inputs = false;
  bool job = false;
  bool deployment = false;
  bool mutations = true;  // these may be absent
  bool environment = true;
  bool timeline = true;
  bool random = false;
  bool explore = false;
};

Sound read_sections(const Value& root, Scenario& scenario) {
  Sound sound;
  model::Settings& settings = scenario.settings;
  const auto soundly = [&](bool& flag, auto read) {
    const std::size_t before = root.problems().count();
    read();
    flag = root.problems().count() == before;
  };
  const auto inputs = [&](const Value& v) {
    soundly(sound.inputs, [&] { read_inputs(v, settings.inputs); });
  };
  const auto job = [&](const Value& v) { soundly(sound.job, [&] { read_job(v, settings.job); }); };
  const auto deployment = [&](const Value& v) {
    soundly(sound.deployment, [&] { read_deployment(v, settings.deployment, settings.job); });
  };
  const auto mutations = [&](const Value& v) {
    soundly(sound.mutations, [&] { read_mutations(v, settings.deployment.mutations); });
  };
  const auto environment = [&](const Value& v) {
    soundly(sound.environment, [&] { read_environment(v, settings.environment); });
  };
  const auto timeline = [&](const Value& v) {
    soundly(sound.timeline, [&] { read_timeline(v, settings.timeline); });
  };
  const auto explore = [&](const Value& v) {
    soundly(sound.explore, [&] { read_explore(v, settings.grid.emplace()); });
  };
  const auto random = [&](const Value& v) {
    soundly(sound.random, [&] { read_random(v, scenario.random.emplace()); });
  };
  read_object(root, root_shape(),
              {into("title", scenario.title),
               {"rules", [&](const Value& v) { read_rules(v, scenario.rules); }},
               {"judges", [&](const Value& v) { read_judges(v, scenario); }},
               {"input", inputs},
               {"job", job},
               {"deployment", deployment},
               {"mutations", mutations},
               {"environment", environment},
               into("clock_start", settings.clock_start),
               {"timeline", timeline},
               {"reaches", [&](const Value& v) { v.to_list(scenario.reaches); }},
               {"expect", [&](const Value& v) { read_expect(v, scenario); }},
               {"exempt", [&](const Value& v) { read_exemptions(v, scenario.exemptions); }},
               {"explore", explore},
               into("seed", scenario.seed),
               into("horizon", scenario.horizon),
               {"budget", [&](const Value& v) { read_budget(v, scenario); }},
               {"choices", [&](const Value& v) { read_choices(v, scenario.choices); }},
               {"counterexample", [&](const Value& v) { read_found(v, scenario.found); }},
               {"random", random},
               {"assume", [&](const Value& v) { v.to_list(scenario.assumptions); }}});
  return sound;
}

Scenario read_document(const Json& root, Problems& problems) {
  Scenario scenario;
  const Sound sound =
      read_sections(Value(root, {}, root_shape().name, Range{}, problems), scenario);
  const Document document(root, problems);
  if (sound.inputs) {
    check_inputs(scenario, document);
    check_event_time(scenario, document);
  }
  const std::size_t before_graph = problems.count();
  check_graph(scenario.settings.job.operators, scenario.settings.inputs, document);
  check_keyed(scenario.settings.job.operators, document);
  const bool is_graph_sound = sound.inputs && sound.job && problems.count() == before_graph;
  check_guarantees(scenario, document);
  check_upserts(scenario, document);
  check_prefixes(scenario, document);
  check_settings_given_twice(document);
  if (sound.deployment && sound.mutations) {
    check_mutations(scenario, document);
    check_deployment(scenario, document);
  }
  const std::size_t before_placement = problems.count();
  if (sound.deployment && sound.job) {
    check_placement(scenario, document);
  }
  const bool is_placement_sound = sound.deployment && problems.count() == before_placement;
  if (is_graph_sound && is_placement_sound && sound.mutations) {
    check_channels(scenario, document);
  }
  check_moments(scenario, document);
  if (sound.random && sound.inputs && sound.job && sound.deployment && sound.mutations) {
    check_random(scenario, document);
  }
  if (scenario.settings.grid) {
    check_grid(
        scenario,
        ReadSections{sound.explore, sound.inputs, sound.job, is_graph_sound, is_placement_sound,
                     sound.deployment && sound.mutations, sound.environment, sound.timeline},
        document);
  }
  if (sound.job) {
    check_subtasks(scenario, document);
  }
  if (problems.count() == 0) {
    check_choices(scenario, document);
  }
  // With ranges it is for what is drawn from them.
  if (problems.count() == 0 && !scenario.is_random()) {
    restrict_to(scenario, scenario.assumptions);
    check_restricted_grid(scenario, document);
    scenario.assumptions.clear();
  }
  return scenario;
}

}  // namespace

ReadResult read_scenario(std::string_view file_name, std::string_view text,
                         const Overrides& overrides) {
  ReadResult result;
  result.usage_problems = malformed(overrides);
  Problems problems(file_name);
  JsonResult json = parse_json(text, JsonComments::kAllowed, Origin{}, problems);
  if (json.root) {
    apply(overrides, *json.root, problems);
    Scenario scenario = read_document(*json.root, problems);
    scenario.name = name_of_file(file_name);
    if (problems.count() == 0 && result.usage_problems.empty()) {
      result.scenario = std::move(scenario);
    }
  }
  result.problems = problems.sorted();
  return result;
}

}  // namespace scenarios
