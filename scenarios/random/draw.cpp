#include "scenarios/random/draw.hpp"

#include <algorithm>

#include "model/actions.hpp"
#include "scenarios/random/assumptions.hpp"
#include "scenarios/random/dice.hpp"
#include "scenarios/random/parts.hpp"

namespace scenarios {

namespace {

using model::Action;
using model::Happening;

// The i-th change of a spec.
model::SpecEdit draw_edit(const std::vector<ChangeKind>& kinds, std::uint32_t i, Dice& dice) {
  model::SpecEdit edit;
  if (kinds.empty()) {
    return edit;
  }
  const std::string number = std::to_string(i + 1);
  switch (dice.pick(Draw::kChange, kinds, i)) {
    case ChangeKind::kUpgrade: edit.fields = {{"job.args", number}}; break;
    case ChangeKind::kPatch:
      edit.fields = {{"flinkConfiguration.kubernetes.operator.reconcile.interval", number + " s"}};
      break;
    case ChangeKind::kSuspend: edit.fields = {{"job.state", "SUSPENDED"}}; break;
    case ChangeKind::kResume: edit.fields = {{"job.state", "RUNNING"}}; break;
    case ChangeKind::kRedeploy:
      edit.fields = {{"job.initialSavepointPath", "s3://given/" + number},
                     {"job.savepointRedeployNonce", number}};
      break;
    case ChangeKind::kRevert: edit.fields = {{"job.args", std::nullopt}}; break;
  }
  return edit;
}

void draw_timeline(const RandomTransitions& ranges, std::vector<Happening>& timeline, Dice& dice) {
  timeline.clear();
  const std::uint32_t count = dice.number(Draw::kTransitions, ranges.how_many);
  std::uint32_t at_ms = dice.number(Draw::kFirstChange, ranges.first_ms);
  for (std::uint32_t i = 0; i < count; ++i) {
    Happening change;
    change.action = Action::kChangeSpec;
    change.at = sim::ProcessingTime{sim::milliseconds{at_ms}};
    change.latest = change.at;
    change.edit = draw_edit(ranges.changes, i, dice);
    timeline.push_back(change);
    at_ms += dice.within(Draw::kApart, ranges.apart_ms, i);
  }
}

// What the file itself makes happen to operators or subtasks that the drawn job does not have.
void drop_misfits(model::Settings& settings) {
  const auto& operators = settings.job.operators;
  const auto is_source = [&](const std::string& id) {
    return std::any_of(operators.begin(), operators.end(), [&](const auto& op) {
      return op.id == id && op.kind == model::OperatorKind::kSource;
    });
  };
  const auto is_misfit = [&](const Happening& h) {
    const auto most = subtasks_meant(h, settings.job, settings.deployment.gate);
    const bool is_missing = needs(h.action, model::Detail::kOperator) && !most;
    return is_missing || (h.subtask && *h.subtask >= most.value_or(0)) ||
           (h.action == Action::kPauseSource && !is_source(h.operator_id));
  };
  std::erase_if(settings.timeline, is_misfit);
  std::erase_if(settings.environment.faults, is_misfit);
}

void draw_section(const RandomSection& section, model::Settings& settings, Dice& dice) {
  if (section.transitions) {
    draw_timeline(*section.transitions, settings.timeline, dice);
    if (section.transitions->starts_suspended && dice.rare_feature(Draw::kStartsSuspended)) {
      model::put_field(settings.deployment.spec_template,
                       model::SpecField{"job.state", "SUSPENDED"});
    }
  }
  const JobOutline outline = section.job ? draw_outline(*section.job, dice)
                                         : JobOutline{DagShape::kAny, settings.inputs.size()};
  draw_inputs(section.input.value_or(RandomInput{}), outline.sources, settings, dice);
  if (section.job) {
    draw_job(*section.job, outline, settings, dice);
  }
  const RandomDeployment& deployment = section.deployment.value_or(RandomDeployment{});
  draw_placement(deployment.gate_positions, section.job.has_value(), settings, dice);
  if (section.job) {
    drop_misfits(settings);
  }
  if (section.deployment) {
    draw_deployment(*section.deployment, settings.deployment, dice);
  }
  if (section.environment) {
    draw_environment(*section.environment, settings.environment, dice);
  }
  if (section.faults) {
    draw_faults(*section.faults, settings, dice);
  }
  if (section.clock_ahead_ms) {
    const std::uint32_t ahead_ms = dice.number(Draw::kClockAhead, *section.clock_ahead_ms);
    settings.clock_start =
        settings.inputs.front().event_start + model::EventSpan{sim::milliseconds{ahead_ms}};
  }
}

}  // namespace

Scenario draw_scenario(const Scenario& file, sim::ChoiceSource& choices) {
  Scenario drawn = file;
  drawn.random.reset();
  drawn.assumptions.clear();
  if (file.random) {
    Dice dice{choices};
    draw_section(*file.random, drawn.settings, dice);
  }
  restrict_to(drawn, file.assumptions);
  return drawn;
}

}  // namespace scenarios
