// `check`: a campaign whose failures are made small and grouped by cause.
//
// Step by step, so that its caller can show progress, stop, and keep what was found so far. No
// result depends on the number of workers. Errors: sim::Bug for ours.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/check/campaign.hpp"
#include "scenarios/shrink/counterexample.hpp"

namespace scenarios {

struct SearchOptions {
  CampaignOptions campaign;
  std::uint64_t shrink_events = kShrinkEvents;
  bool stop_at_first = false;  // at the first failure of any kind
};

// Failures with one cause, and the one that represents them.
struct Finding {
  Counterexample example;
  std::uint64_t first_run = 0;
  std::uint64_t runs = 0;
};

// What a search says of one file.
struct SearchResult {
  std::array<sim::Verdict, model::kPropertyCount> verdicts{};
  std::vector<std::string> differences;  // from what the file expects
  int exit_code = 0;                     // as of a run; 70: the same run was not the same
};

class Search {
 public:
  // REQUIRES: what `subject` points to outlives it.
  Search(const Subject& subject, const SearchOptions& options, CampaignState from = {});

  [[nodiscard]] bool is_done() const;
  // One round, and the counterexamples of the failures that it was first to see. REQUIRES:
  // !is_done().
  void step();

  [[nodiscard]] const Subject& subject() const { return subject_; }
  [[nodiscard]] const CampaignState& state() const { return campaign_.state(); }
  [[nodiscard]] const std::vector<Finding>& findings() const { return findings_; }
  // Runs that failed in ways nobody looked into, because enough were.
  [[nodiscard]] std::uint64_t not_looked_into() const { return not_looked_into_; }
  [[nodiscard]] SearchResult result() const;

 private:
  void look_into_new_sightings();
  void group();

  Subject subject_;
  SearchOptions options_;
  Campaign campaign_;
  // One a sighting, as far as they were looked into; none: it does not fail by name.
  std::vector<std::optional<Counterexample>> examples_;
  std::vector<Finding> findings_;
  std::uint64_t not_looked_into_ = 0;
};

}  // namespace scenarios
