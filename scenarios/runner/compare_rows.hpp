// The rows that a run showed beside those of its two references: the same run undisturbed, and with
// a plain upgrade (design of what is owed).
//
// Runs number their rows each in its own way; rows are compared by the names of their identities
// and the digests of their contents. Errors: REQUIRES only.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "scenarios/runner/judge.hpp"

namespace scenarios {

struct RowDifference {
  enum class Kind : std::uint8_t {
    kNone,
    kLost,
    kAcross,      // the same content by each color
    kRedeployed,  // again by another deployment of a color
    kReplayed,    // again by the same one
    kTwice,       // another content by each color
    kPartial,     // a content that it has in no reference
    kSurplus,     // in no reference
  };
  Kind kind = Kind::kNone;
  bool depends_on_schedule = false;
  std::optional<std::uint32_t> output;  // of the judged run's ledger; none: it has none
  std::string what;                     // "w(key 3 [0, 1000))"
  std::optional<std::int64_t> event_time_ms;
  // A result, in all runs: the name of its identity and of the sink's input.
  std::pair<std::uint64_t, std::uint64_t> key;
};

// REQUIRES: what it compares outlives it.
class RowComparison {
 public:
  RowComparison(const PlannedRun& judged, const PlannedRun& undisturbed, const PlannedRun& plain);

  [[nodiscard]] std::uint32_t owed() const { return owed_; }  // that the undisturbed run showed
  [[nodiscard]] std::uint32_t committed() const { return committed_; }  // of those
  // Of keyed operators, in either.
  [[nodiscard]] std::uint32_t compared() const { return compared_; }
  // In the order of event time.
  [[nodiscard]] const std::vector<RowDifference>& differences() const { return differences_; }
  // What each job showed of it and what is wrong with that, a sentence each.
  [[nodiscard]] std::vector<std::string> explain(const RowDifference& difference) const;

 private:
  using Key = std::pair<std::uint64_t, std::uint64_t>;
  // What one run showed of it, in that order.
  using Shown = std::vector<model::Ledger::Shown>;
  using AllShown = std::map<Key, Shown>;

  static AllShown shown_in(const PlannedRun& of);
  void compare(const Key& key);
  [[nodiscard]] std::vector<std::string> names(const std::vector<std::uint32_t>& records) const;
  [[nodiscard]] bool has_late_parts(const PlannedRun& at, const Shown& shown) const;
  [[nodiscard]] RowDifference described(const PlannedRun& at, const Shown& shown) const;

  PlannedRun judged_;
  PlannedRun undisturbed_;
  PlannedRun plain_;
  AllShown own_;
  AllShown right_;
  AllShown upgraded_;
  std::uint32_t owed_ = 0;
  std::uint32_t committed_ = 0;
  std::uint32_t compared_ = 0;
  std::vector<RowDifference> differences_;
};

}  // namespace scenarios
