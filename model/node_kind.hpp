// What an operator of the running job is: those its author drew, and the gates put among them.
#pragma once

#include <cstdint>

namespace model {

enum class NodeKind : std::uint8_t {
  kSource,
  kMap,
  kFilter,
  kGate,
  kSink,
  kCoMap,
  kAssigner,
  kFlatMap,
  kReKey,
  kLookUp,
  kKeyedProcess,
  kWindow,
  kWindowJoin,
  kIntervalJoin,
};

// Keeps something for each key.
constexpr bool is_keyed(NodeKind kind) {
  return kind >= NodeKind::kKeyedProcess && kind <= NodeKind::kIntervalJoin;
}
// What comes out of these are other records than those that went in.
constexpr bool makes_rows(NodeKind kind) {
  return kind == NodeKind::kFlatMap || kind == NodeKind::kReKey || is_keyed(kind);
}
// A valve for each input, behind which they are combined (rt:V9, CW).
constexpr bool combines_inputs(NodeKind kind) {
  return kind == NodeKind::kCoMap || kind == NodeKind::kWindowJoin ||
         kind == NodeKind::kIntervalJoin;
}

}  // namespace model
