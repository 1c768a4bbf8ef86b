// What an operator of the running job is: those its author drew, and the gates put among them.
#pragma once

#include <cstdint>

namespace model {

enum class NodeKind : std::uint8_t { kSource, kMap, kFilter, kGate, kSink, kCoMap, kAssigner };

}  // namespace model
