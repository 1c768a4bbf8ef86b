// Replays recorded gate vectors (format: tests/vectors/README.md) against the model's gate.
//
// A case is done step by step against the fake API server of section 3 there; the first step whose
// answer differs ends it. Errors: a line that is no case is a problem of its own, never an
// exception.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/gate_rules.hpp"

namespace vectors {

enum class CaseResult : std::uint8_t {
  kAgrees,
  kDisagrees,
  kUnreadable,
};

struct CaseOutcome {
  CaseResult result = CaseResult::kAgrees;
  std::string id;        // empty if not even that could be read
  std::size_t step = 0;  // which one disagrees or could not be read, from 1; 0: none in particular
  std::string expected;  // what is on record, or was wanted
  std::string got;       // what the model did, or was found
};

// The gate to hold a case of that protocol against; none if it is not known.
using RulesOf = std::function<std::optional<model::GateRules>(std::string_view protocol)>;

// One line of a vector file.
CaseOutcome replay_case(std::string_view line, const RulesOf& rules_of);

struct FileOutcome {
  struct Failure {
    std::size_t line = 0;  // from 1
    CaseOutcome outcome;
  };
  std::size_t cases = 0;  // all lines but empty ones
  std::vector<Failure> failures;
};

FileOutcome replay_file(std::istream& lines, const RulesOf& rules_of);

// "r5-h050, step 3: expected ..., got ...".
std::string describe(const CaseOutcome& outcome);

}  // namespace vectors
