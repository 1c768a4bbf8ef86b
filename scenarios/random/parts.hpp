// The sections that draw.hpp draws, one function each: from ranges into settings. Pure but for the
// dice. REQUIRES: ranges that the reader accepted.
#pragma once

#include <cstddef>
#include <vector>

#include "model/settings.hpp"
#include "scenarios/random/dice.hpp"
#include "scenarios/random/section.hpp"

namespace scenarios {

// The inputs, after the timeline: it decides how long they go on. `count`: as many as that, copies
// of the last one if need be; the surplus goes.
void draw_inputs(const RandomInput& ranges, std::size_t count, model::Settings& settings,
                 Dice& dice);

// What of a job its inputs depend on.
struct JobOutline {
  DagShape shape = DagShape::kLinear;
  std::size_t sources = 1;  // one input each
};
JobOutline draw_outline(const RandomJob& ranges, Dice& dice);
// A job with a source for each input, in place of that of the settings, which is asked for what has
// no range.
void draw_job(const RandomJob& ranges, JobOutline outline, model::Settings& settings, Dice& dice);

// What an operator of its kind has besides its inputs. `of`: which of those of the job.
void draw_particulars(const RandomJob& ranges, std::size_t of, model::OperatorSettings& op,
                      Dice& dice);

void draw_deployment(const RandomDeployment& ranges, model::DeploymentSettings& deployment,
                     Dice& dice);
// Where the gates go, after the job. `is_drawn`: that job takes the place of the file's.
void draw_placement(const std::vector<model::GatePosition>& positions, bool is_drawn,
                    model::Settings& settings, Dice& dice);
void draw_environment(const RandomEnvironment& ranges, model::EnvironmentSettings& environment,
                      Dice& dice);
// After the job and the timeline, whose parts it names.
void draw_faults(const RandomFaults& ranges, model::Settings& settings, Dice& dice);

}  // namespace scenarios
