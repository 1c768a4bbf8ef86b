#include "reports/claims.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <span>

#include "model/protocol.hpp"
#include "scenarios/claims/claims.hpp"

namespace reports {

namespace {

using Json = nlohmann::ordered_json;
using scenarios::Cell;
using scenarios::CellVerdict;

std::string_view mark_of(CellVerdict verdict) {
  switch (verdict) {
    case CellVerdict::kHolds: return "+";
    case CellVerdict::kRefuted: return "x";
    case CellVerdict::kHoldsOnlyIf: return "if";
    case CellVerdict::kNotJudged: return "?";
    case CellVerdict::kNoMeaning: return "-";
  }
  return "";
}

// "r5" of "flip504-r5"
std::string_view short_name(std::string_view protocol) {
  const std::size_t dash = protocol.rfind('-');
  return dash == std::string_view::npos ? protocol : protocol.substr(dash + 1);
}

std::span<const Cell> cells_of(const std::vector<Cell>& cells, const scenarios::Claim& claim) {
  const auto is_of = [&](const Cell& cell) { return cell.claim == claim.id; };
  const auto first = std::find_if(cells.begin(), cells.end(), is_of);
  const auto last = std::find_if_not(first, cells.end(), is_of);
  return {first, last};
}

// Protocols of one claim of which the same is to be said.
struct Entry {
  std::string protocols;  // "r1, r2"
  const Cell* cell;
};

std::vector<Entry> entries_of(std::span<const Cell> cells) {
  std::vector<Entry> entries;
  for (const Cell& cell : cells) {
    const auto same = std::find_if(entries.begin(), entries.end(), [&](const Entry& entry) {
      return entry.cell->verdict == cell.verdict && entry.cell->evidence == cell.evidence &&
             entry.cell->needs == cell.needs;
    });
    if (same == entries.end()) {
      entries.push_back(Entry{std::string{short_name(cell.protocol)}, &cell});
    } else {
      same->protocols += ", " + std::string{short_name(cell.protocol)};
    }
  }
  return entries;
}

// "holds only if no source is idle", "not judged: needs a second shape"
std::string verdict_text(const Cell& cell) {
  switch (cell.verdict) {
    case CellVerdict::kHoldsOnlyIf: return fmt::format("holds only if {}", cell.needs);
    case CellVerdict::kNotJudged: return fmt::format("not judged: needs {}", cell.needs);
    case CellVerdict::kNoMeaning: return fmt::format("no meaning: {}", cell.evidence);
    case CellVerdict::kHolds:
    case CellVerdict::kRefuted: break;
  }
  return std::string{scenarios::name_of(cell.verdict)};
}

std::string_view evidence_of(const Cell& cell) {
  return cell.verdict == CellVerdict::kNoMeaning ? std::string_view{} : cell.evidence;
}

// File names may hold anything.
std::string in_table(std::string_view text) {
  std::string out;
  for (const char c : text) {
    out += c == '|' ? "\\|" : c == '\n' ? " " : std::string{c};
  }
  return out;
}

}  // namespace

std::string claims_text(const std::vector<Cell>& cells) {
  constexpr int kTitle = 82;
  std::string text = fmt::format("{:<{}}", "", kTitle + 5);
  for (const model::Protocol& protocol : model::protocols()) {
    text += fmt::format(" {:>5}", short_name(protocol.id));
  }
  text += "\n";
  for (const scenarios::Claim& claim : scenarios::claims()) {
    text += fmt::format("{:<4} {:<{}}", claim.id, claim.title, kTitle);
    for (const Cell& cell : cells_of(cells, claim)) {
      text += fmt::format(" {:>5}", mark_of(cell.verdict));
    }
    text += "\n";
  }
  text +=
      "\n+ holds   x refuted   if holds only if   ? not judged   - no meaning\n"
      "A counterexample runs with `cutover run` in front of it.\n";
  for (const scenarios::Claim& claim : scenarios::claims()) {
    text += "\n";
    for (const Entry& entry : entries_of(cells_of(cells, claim))) {
      const bool is_first = entry.cell == cells_of(cells, claim).data();
      text += fmt::format("{:<4} {}: {}\n", is_first ? claim.id : "", entry.protocols,
                          verdict_text(*entry.cell));
      if (!evidence_of(*entry.cell).empty()) {
        text += fmt::format("       {}\n", evidence_of(*entry.cell));
      }
    }
  }
  return text;
}

std::string claims_markdown(const std::vector<Cell>& cells, std::string_view command) {
  std::string text = fmt::format(
      "<!-- Made by `cutover {}`; a test compares. Not to be edited by hand. -->\n"
      "# Claims\n\n"
      "What was found of each claim of [reference/claims.md](reference/claims.md) under each "
      "protocol. Every verdict is computed from the\nscenario files that judge the claim; below "
      "the table stands what it rests on.\n\n"
      "| | claim |",
      command);
  std::string rule = "|---|---|";
  for (const model::Protocol& protocol : model::protocols()) {
    text += fmt::format(" {} |", short_name(protocol.id));
    rule += "---|";
  }
  text += "\n" + rule + "\n";
  for (const scenarios::Claim& claim : scenarios::claims()) {
    text += fmt::format("| {} | {} |", claim.id, in_table(claim.title));
    for (const Cell& cell : cells_of(cells, claim)) {
      text += fmt::format(" {} |", scenarios::name_of(cell.verdict));
    }
    text += "\n";
  }
  text +=
      "\n`-`: the claim speaks of something that the protocol has not got.\n\n"
      "## Evidence\n\n"
      "A counterexample runs with `cutover run` in front of it.\n\n"
      "| | protocol | verdict | evidence |\n|---|---|---|---|\n";
  for (const scenarios::Claim& claim : scenarios::claims()) {
    for (const Entry& entry : entries_of(cells_of(cells, claim))) {
      text += fmt::format("| {} | {} | {} | {} |\n", claim.id, entry.protocols,
                          in_table(verdict_text(*entry.cell)), in_table(evidence_of(*entry.cell)));
    }
  }
  return text;
}

std::string claims_json(const std::vector<Cell>& cells) {
  Json json = Json::array();
  for (const Cell& cell : cells) {
    json.push_back(Json{{"id", cell.claim},
                        {"protocol", cell.protocol},
                        {"verdict", scenarios::name_of(cell.verdict)},
                        {"evidence", cell.evidence},
                        {"needs", cell.needs}});
  }
  // A file name may hold any bytes; the result is UTF-8 all the same.
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace reports
