// The claims that the harness exists to judge (docs/reference/claims.md), and what is known about
// them before anything is run: which speak of something that a protocol has not got. No verdict
// stands here.
#pragma once

#include <span>
#include <string_view>

#include "model/protocol.hpp"

namespace scenarios {

struct Claim {
  std::string_view id;
  std::string_view title;      // a clause
  bool is_comparison = false;  // with the same run without any change of the spec
};

// All of them, in the order of the document.
std::span<const Claim> claims();

// What a claim speaks of and a protocol has not got; empty: the claim has a meaning there.
std::string_view absent_from(const model::Protocol& protocol, std::string_view claim);

}  // namespace scenarios
