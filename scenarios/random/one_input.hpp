// What is left of an operator with two inputs when one of them goes.
#pragma once

#include "model/settings.hpp"

namespace scenarios {

// A window join becomes a window; what has no window, a map.
inline void leave_one_input(model::OperatorSettings& op) {
  using model::OperatorKind;
  op.kind = op.kind == OperatorKind::kWindowJoin ? OperatorKind::kWindow : OperatorKind::kMap;
  op.before = {};
  op.after = {};
}

}  // namespace scenarios
