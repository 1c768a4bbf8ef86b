// What the requests of the blue/green controller have fixed: how long they wait, and what a PUT of
// the status is answered (AnswerIs::kPut). Times: processing time, in ms.
#pragma once

#include <cstdint>

namespace model {

inline constexpr std::uint32_t kDeleteRetryMs = 500;  // op:2.1: until the delete is asked again
inline constexpr std::uint32_t kAnswerTimeoutMs = 10'000;  // op:2.2: of a call to a JobManager
inline constexpr std::uint32_t kAskAgainMs = 1'000;        // op:1.6: before the next attempt

// From kPutRight on: that, and the version of the resource's spec.
enum PutAnswer : std::uint32_t { kPutFailed, kPutConflict, kPutRight };

}  // namespace model
