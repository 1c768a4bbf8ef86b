// The lanes of a job: what of it can change places without anybody noticing.
//
// Where every operator has the same parallelism and records never leave their subtask's number, the
// job is so many pipelines side by side that meet only in the cluster. Two lanes are alike if their
// partitions hold the same records, but for the numbers. A state with two such lanes exchanged, in
// both jobs and in what became of their records, has the same future but for the exchange.
//
// Not where something names an index: a rule (p2:R1.2; rt:T4, rt:T7 ship by index, so that there
// are no lanes), a fault on one subtask, a filter by record numbers; nor where transactions are
// numbered, or partitions differ (rt:K1 says who reads them). Errors: none.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/plan.hpp"
#include "sim/agenda.hpp"

namespace model {

// Everything is listed in an order that is the same for lanes that are alike.
struct Lane {
  std::vector<sim::Slot> slots;  // of both colors
  std::vector<std::uint32_t> subtasks;
  std::vector<std::uint32_t> sources;
  std::vector<std::uint32_t> assigners;
  std::vector<std::uint32_t> gates;
  std::vector<std::uint32_t> outputs;
  std::uint32_t kind = 0;  // lanes of one kind are alike
};

class Lanes {
 public:
  enum class Symmetry : std::uint8_t { kUsed, kLeftIn };

  // One lane with everything in it, where no two are alike or they must not be exchanged.
  Lanes(const Plan& plan, Symmetry symmetry);

  [[nodiscard]] const std::vector<Lane>& lanes() const { return lanes_; }
  [[nodiscard]] bool are_exchanged() const { return lanes_.size() > 1; }
  // Why lanes are told apart; empty if some are exchanged.
  [[nodiscard]] const std::string& why_told_apart() const { return why_; }
  // Slots of nobody's lane.
  [[nodiscard]] const std::vector<sim::Slot>& common_slots() const { return common_slots_; }
  // The place of a record, by its job-wide number, among those of its lane.
  [[nodiscard]] std::uint32_t place_of(std::uint32_t record) const { return places_[record]; }

 private:
  void gather(const Plan& plan, std::uint32_t count);

  std::vector<Lane> lanes_;
  std::vector<sim::Slot> common_slots_;
  std::vector<std::uint32_t> places_;
  std::string why_;
};

}  // namespace model
