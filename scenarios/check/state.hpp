// A search written down, so that an interrupted one goes on: its state as JSON text and back.
//
// Bound to what it is the state of by a digest of the file, the options and the format. Errors:
// none; a text that is not such a state, or that of another search, is none.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/check/campaign.hpp"

namespace scenarios {

std::string write_search(const CampaignState& search, std::string_view digest);
std::optional<CampaignState> read_search(std::string_view text, std::string_view digest);

}  // namespace scenarios
