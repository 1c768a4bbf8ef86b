// Holds a file of vector cases against the model's gate, line by line.
//
// Every disagreement and every problem is handed on as it is found, as a text of one line that
// begins with its place; how many of them anybody reads is not decided here. Nothing but its id is
// kept of a case once it is done. Limits: lines of 1 MiB, a million lines; the file is not read
// past them. Errors: problems.
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
#include "model/mutations.hpp"
#include "model/protocol.hpp"

namespace scenarios::vectors {

constexpr std::size_t kMostLines = 1'000'000;

// The gate to hold cases against: that of their own protocol, or of one for all; with some of its
// rules changed.
struct Against {
  std::optional<model::Protocol> protocol;
  std::vector<const model::Mutation*> mutations;
};

// REQUIRES: a protocol with a gate.
model::GateRules rules_for(std::string_view protocol, const Against& against);

struct Counts {
  std::size_t cases = 0;  // lines that are not blank: those that agree, disagree or are unreadable
  std::size_t steps = 0;  // carried out
  std::size_t agree = 0;
  std::size_t disagree = 0;
  std::size_t unreadable = 0;
  std::size_t problems = 0;  // of unreadable lines (which may have several) and of the file

  Counts& operator+=(const Counts& other);
};

enum class FindingKind : std::uint8_t {
  kDisagreement,
  kProblem,
};

// `text`: "file:12: r5-h050, step 3 (...): expected ..., got ..." or "file:12:/steps/3: ...".
using OnFinding = std::function<void(FindingKind kind, const std::string& text)>;

// A file that cannot be read, or holds no case, is a problem.
Counts check(std::string_view file, std::istream& lines, const Against& against,
             const OnFinding& on_finding);

}  // namespace scenarios::vectors
