// What several keys of a scenario must agree on: limits over all inputs, what a protocol demands of
// its deployment, settings given twice.
//
// Errors: problems. A check whose keys could not be read is left out, so that one mistake is one
// problem.
#pragma once

#include "scenarios/reader/document.hpp"
#include "scenarios/scenario.hpp"

namespace scenarios {

// What event time and its operators must agree on: timestamps assigned within the limits, no
// alignment away from sources (rt:AL8), no partition that appears where jobs compete.
void check_event_time(const Scenario& scenario, const Document& document);
void check_inputs(const Scenario& scenario, const Document& document);
// Each mutation must make a difference, and no two may set the same. REQUIRES: `deployment` and
// `mutations` were read without problems.
void check_mutations(const Scenario& scenario, const Document& document);
// REQUIRES: the same.
void check_deployment(const Scenario& scenario, const Document& document);
void check_settings_given_twice(const Document& document);
void check_guarantees(const Scenario& scenario, const Document& document);
// An upsert sink: of keys whose order the way to it keeps. Kafka: prefixes that are its own.
void check_upserts(const Scenario& scenario, const Document& document);
void check_prefixes(const Scenario& scenario, const Document& document);
// Timeline and faults: within the horizon.
void check_moments(const Scenario& scenario, const Document& document);
// Timeline and faults: operators and subtasks that exist. REQUIRES: `job` was read without
// problems.
void check_subtasks(const Scenario& scenario, const Document& document);

}  // namespace scenarios
