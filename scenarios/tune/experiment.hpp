// What a value of a setting is tried with: runs, as far as a search for the smallest safe value
// needs to know of them.
//
// A value is given by its index on the grid. Deterministic: the same value and recipe give the same
// shot, whatever else was asked before.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "model/properties.hpp"
#include "scenarios/check/trial.hpp"

namespace scenarios {

// What one run, or many, say of a value.
enum class Safety : std::uint8_t {
  kSafe,     // nothing against it
  kRefuted,  // a property that counts is refuted
  kOpen,     // none is, but the run did not get where it must, or did not settle
};

struct Shot {
  Safety safety = Safety::kSafe;
  model::Property property = model::Property::kNoLoss;  // refuted
  std::uint64_t events = 0;
};

// A run that speaks against a value. Where runs were drawn `run` is the first that does, and the
// recipe that of one that fails alike.
struct Failure {
  Recipe recipe;
  Safety safety = Safety::kRefuted;
  model::Property property = model::Property::kNoLoss;
  std::optional<std::uint64_t> run;  // its number among the runs drawn; absent: varied from others
};

// The runs drawn at one value so far.
struct Survey {
  std::uint64_t runs = 0;
  std::uint64_t events = 0;
  std::optional<Failure> failure;  // the earliest
};

// One thread's way to carry out single runs.
class Lane {
 public:
  Lane() = default;
  Lane(const Lane&) = delete;
  Lane& operator=(const Lane&) = delete;
  Lane(Lane&&) = delete;
  Lane& operator=(Lane&&) = delete;
  virtual ~Lane() = default;

  virtual Shot run(std::int64_t index, const Recipe& recipe) = 0;
};

class Experiment {
 public:
  Experiment() = default;
  Experiment(const Experiment&) = delete;
  Experiment& operator=(const Experiment&) = delete;
  Experiment(Experiment&&) = delete;
  Experiment& operator=(Experiment&&) = delete;
  virtual ~Experiment() = default;

  // May be called from several threads; each uses its own.
  [[nodiscard]] virtual std::unique_ptr<Lane> lane() const = 0;
  // Draws some more runs at this value, up to `runs` in all; what was drawn there so far.
  virtual Survey survey(std::int64_t index, std::uint64_t runs) = 0;
};

}  // namespace scenarios
