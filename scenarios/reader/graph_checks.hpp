// What must hold of the job's graph: no cycle, a source before every operator, a sink behind it,
// edges that Flink accepts.
//
// Works on what could be read; an operator with a broken edge is not blamed for what follows from
// it. Errors: problems with the pointer of the operator or edge.
#pragma once

#include <vector>

#include "model/settings.hpp"
#include "scenarios/reader/document.hpp"

namespace scenarios {

void check_graph(const std::vector<model::OperatorSettings>& operators,
                 const std::vector<model::InputSettings>& inputs, const Document& document);

}  // namespace scenarios
