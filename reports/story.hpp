// A counterexample as text: the story that travels in mails and pull requests.
//
// Runs nothing and judges nothing. Times: processing time in seconds, event time in epoch ms.
#pragma once

#include <string>

#include "scenarios/shrink/counterexample.hpp"

namespace reports {

// `where`: the folder to replay; empty if there is none.
std::string story(const scenarios::Counterexample& example, const std::string& where);

// What the replay of a counterexample showed.
std::string replayed(const scenarios::Scenario& scenario, const scenarios::Replay& replay);

}  // namespace reports
