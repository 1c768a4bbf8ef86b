// What a scenario keeps to whose runs are all looked at ("explore"): it is small, and all of its
// processing time lies on the grid.
//
// The protocol's own constants count where the protocol uses them; retry delays (op:5.3) and those
// of restarts (rt:F2) do not, nor does anything of event time. A scenario that lists its choices is
// one run and need not lie on the grid. Errors: problems, at the key that is to be changed or, of a
// default, to be given.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "model/settings.hpp"
#include "scenarios/reader/document.hpp"
#include "scenarios/scenario.hpp"

namespace scenarios {

// Documented maxima of a scenario that is explored.
namespace explored {
constexpr std::uint32_t kRecords = 64;     // over all inputs
constexpr std::uint32_t kSinkInputs = 4;   // over all sinks
constexpr std::uint32_t kSubtasks = 16;    // of one job, those of a chain counted once
constexpr std::size_t kHappenings = 8;     // timeline and faults
constexpr std::uint32_t kLeastGridMs = 1;  // the finest grid
}  // namespace explored

// Which sections could be read; of the others nothing is said.
struct ReadSections {
  bool explore = true;
  bool inputs = true;
  bool job = true;
  bool graph = true;       // it is a DAG that the model can build
  bool placement = true;   // gates can be put into it as the deployment says
  bool deployment = true;  // with its mutations
  bool environment = true;
  bool timeline = true;
};

// A quantity that is not a multiple of the grid.
struct OffGrid {
  std::vector<Document::Path> keys;  // where it can be given, the usual place last
  std::string end;                   // "0" or "1" of a delay or window, else empty
  std::string wanted;
  std::string found;   // empty: what the file says there
  std::string absent;  // found where the file says nothing
};

// Everything that is not on the grid of the settings; nothing if they have none.
std::vector<OffGrid> off_grid(const model::Settings& settings, const ReadSections& sections = {});

// REQUIRES: the scenario has a grid.
void check_grid(const Scenario& scenario, const ReadSections& sections, const Document& document);
// What assumptions made of a scenario that was on its grid.
void check_restricted_grid(const Scenario& scenario, const Document& document);

}  // namespace scenarios
