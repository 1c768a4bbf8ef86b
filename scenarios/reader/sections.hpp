// The sections of a scenario, one reader each: from JSON into settings, key by key. What several
// keys must agree on is checked afterwards (cross_checks.hpp).
//
// Errors: problems, added to those of the value. What could not be read keeps its default.
#pragma once

#include <string>
#include <vector>

#include "model/settings.hpp"
#include "scenarios/reader/value.hpp"
#include "scenarios/scenario.hpp"

namespace scenarios {

void read_selection(const Value& value, model::Selection& selection);
void read_outliers(const Value& value, model::Outliers& outliers);
void read_inputs(const Value& value, std::vector<model::InputSettings>& inputs);
void read_kafka(const Value& value, model::KafkaSettings& kafka);
void read_restart_strategy(const Value& value, model::RestartStrategy& restart);
void read_job(const Value& value, model::JobSettings& job);
// `auto_watermark_interval` and checkpointing of the job may be given here too.
void read_deployment(const Value& value, model::DeploymentSettings& deployment,
                     model::JobSettings& job);
void read_mutations(const Value& value, std::vector<std::string>& mutations);
// Fields of template.spec, in the order of the file; null: it is removed.
void read_template(const Value& value, std::vector<model::SpecField>& fields);
void read_environment(const Value& value, model::EnvironmentSettings& environment);
void read_faults(const Value& value, std::vector<model::Happening>& faults);
void read_explore(const Value& value, model::GridSettings& grid);
void read_random(const Value& value, RandomSection& section);
void read_timeline(const Value& value, std::vector<model::Happening>& timeline);
void read_judges(const Value& value, Scenario& scenario);
void read_expect(const Value& value, Scenario& scenario);
void read_exemptions(const Value& value, std::vector<Exemption>& exemptions);

}  // namespace scenarios
