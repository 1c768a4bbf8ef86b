#include "scenarios/vectors/check.hpp"

#include <algorithm>
#include <array>
#include <istream>
#include <map>
#include <utility>

#include "scenarios/reader/json_lines.hpp"
#include "scenarios/reader/problem.hpp"
#include "scenarios/vectors/describe.hpp"
#include "scenarios/vectors/read_case.hpp"
#include "scenarios/vectors/replay.hpp"
#include "sim/check.hpp"

namespace scenarios::vectors {

namespace {

bool is_blank(std::string_view line) {
  return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

enum class LineEnd : std::uint8_t {
  kRead,
  kNoMore,
  kTooLong,
  kBroken,  // the stream, or it was so from the start
};

// The next line, in pieces, so that one that never ends is left in time.
LineEnd read_line(std::istream& lines, std::string& line) {
  std::array<char, 4096> piece{};
  line.clear();
  while (line.size() <= JsonLimits::kBytes) {
    lines.getline(piece.data(), piece.size());
    const auto count = static_cast<std::size_t>(lines.gcount());
    if (lines.good()) {
      line.append(piece.data(), count - 1);  // the end of the line is counted too
      return LineEnd::kRead;
    }
    line.append(piece.data(), count);
    if (lines.bad() || (!lines.eof() && count == 0)) {
      return LineEnd::kBroken;
    }
    if (lines.eof()) {
      return line.empty() ? LineEnd::kNoMore : LineEnd::kRead;
    }
    lines.clear();  // the piece is full
  }
  return LineEnd::kTooLong;
}

class Checker {
 public:
  Checker(std::string_view file, const Against& against, const OnFinding& on_finding)
      : file_(file), against_(against), on_finding_(on_finding) {}

  void check_all(std::istream& lines) {
    std::string line;
    std::size_t number = 0;
    LineEnd end = read_line(lines, line);
    for (; end == LineEnd::kRead; end = read_line(lines, line)) {
      ++number;
      if (number > kMostLines) {
        add_problem(number,
                    "expected at most " + std::to_string(kMostLines) + " lines, found more");
        return;
      }
      check_line(number, line);
    }
    if (end == LineEnd::kBroken) {
      add_problem(0, "cannot be read");
    } else if (end == LineEnd::kTooLong) {
      ++counts_.cases;
      ++counts_.unreadable;
      add_problem(number + 1, "expected a line of at most " + std::to_string(JsonLimits::kBytes) +
                                  " bytes, found a longer one; the rest is not read");
    } else if (counts_.cases == 0) {
      add_problem(0, "expected a case in each line, found none");
    }
  }

  [[nodiscard]] const Counts& counts() const { return counts_; }

 private:
  void check_line(std::size_t number, std::string_view line) {
    if (is_blank(line)) {
      return;
    }
    ++counts_.cases;
    Problems problems{file_};
    const std::optional<GateCase> recorded = read_case(line, problems);
    if (!recorded) {
      ++counts_.unreadable;
      report(number, problems);
      return;
    }
    const auto [first, is_new] = first_line_.emplace(recorded->id, number);
    if (!is_new) {
      ++counts_.unreadable;
      add_problem(number,
                  "expected an id of its own, found " + in_quotes(recorded->id) +
                      " again, as in line " + std::to_string(first->second),
                  "/id");
      return;
    }
    const Replayed replayed = replay(*recorded, rules_for(recorded->protocol, against_));
    counts_.steps += replayed.steps;
    if (!replayed.got) {
      ++counts_.agree;
      return;
    }
    ++counts_.disagree;
    on_finding_(FindingKind::kDisagreement,
                file_ + ":" + std::to_string(number) + ": " + describe(*recorded, replayed));
  }

  // For the reader each line is a text of one line.
  void report(std::size_t number, const Problems& problems) {
    for (Problem& problem : problems.sorted()) {
      problem.line = static_cast<int>(number);
      problem.text.resize(
          std::min(problem.text.find("; it is first given in line"), problem.text.size()));
      ++counts_.problems;
      on_finding_(FindingKind::kProblem, to_string(problem));
    }
  }

  // `number` 0: of the file as a whole.
  void add_problem(std::size_t number, std::string text, std::string pointer = {}) {
    ++counts_.problems;
    on_finding_(FindingKind::kProblem, to_string(Problem{file_, static_cast<int>(number),
                                                         std::move(pointer), std::move(text)}));
  }

  std::string file_;
  const Against& against_;
  const OnFinding& on_finding_;
  Counts counts_;
  std::map<std::string, std::size_t> first_line_;  // by the id of a case
};

}  // namespace

model::GateRules rules_for(std::string_view protocol, const Against& against) {
  std::optional<model::Protocol> changed =
      against.protocol ? against.protocol : model::find_protocol(protocol);
  SIM_CHECK(changed && changed->has_gate, "a protocol with a gate");
  for (const model::Mutation* const mutation : against.mutations) {
    mutation->apply(*changed);
  }
  return changed->gate;
}

Counts& Counts::operator+=(const Counts& other) {
  cases += other.cases;
  steps += other.steps;
  agree += other.agree;
  disagree += other.disagree;
  unreadable += other.unreadable;
  problems += other.problems;
  return *this;
}

Counts check(std::string_view file, std::istream& lines, const Against& against,
             const OnFinding& on_finding) {
  Checker checker{file, against, on_finding};
  checker.check_all(lines);
  return checker.counts();
}

}  // namespace scenarios::vectors
