// The sections of a scenario that say what is run, as trees to be laid out.
//
// Keys that have their defaults are left out; a section without keys is empty. Errors: REQUIRES
// those of write_scenario.
#pragma once

#include <cstdint>
#include <string_view>

#include "model/settings.hpp"
#include "scenarios/random/section.hpp"
#include "scenarios/writer/layout.hpp"

namespace scenarios::writer {

Node inputs(const model::Settings& settings);
Node job(const model::JobSettings& job);
Node restart_strategy(const model::RestartStrategy& restart);
Node kafka(const model::KafkaSettings& settings);
Node deployment(const model::DeploymentSettings& deployment);
Node environment(const model::EnvironmentSettings& environment);
Node timeline(const std::vector<model::Happening>& timeline);

Node random(const RandomSection& section);

Node duration(std::int64_t ms);
Node rate(model::Rate rate);
// The value of a closed list of the format at a position.
Node choice(std::string_view list, std::size_t position);
template <class Enum>
Node choice(std::string_view list, Enum value) {
  return choice(list, static_cast<std::size_t>(value));
}

}  // namespace scenarios::writer
