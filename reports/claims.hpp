// The table of claims and protocols: as text, as Markdown, as JSON. The same bytes for the same
// cells; runs nothing and judges nothing.
//
// REQUIRES of all: the cells of scenarios::judge_claims, all protocols of a claim in a row.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "scenarios/claims/judge.hpp"

namespace reports {

// A line a claim with a mark for each protocol, then what each mark rests on.
std::string claims_text(const std::vector<scenarios::Cell>& cells);

// The same as a document; `command` is what makes it, after `cutover`.
std::string claims_markdown(const std::vector<scenarios::Cell>& cells, std::string_view command);

// [{"id", "protocol", "verdict", "evidence", "needs"}], empty strings where there is nothing to
// say.
std::string claims_json(const std::vector<scenarios::Cell>& cells);

}  // namespace reports
