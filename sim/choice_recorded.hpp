// Choices written down as they are taken, and a list of them played back.
//
// A replay that does not fit says at which position, what was asked, and what was on record there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "sim/choice.hpp"

namespace sim {

struct TakenChoice {
  ChoiceId what;
  std::uint64_t occurrence = 0;
  std::uint32_t count = 0;
  std::uint32_t chosen = 0;

  friend constexpr bool operator==(const TakenChoice&, const TakenChoice&) = default;
};

// Passes every question on to `source` and keeps the answers. `source` must outlive this object.
class RecordingChoices final : public ChoiceSource {
 public:
  explicit RecordingChoices(ChoiceSource& source) : source_(&source) {}

  std::uint32_t choose(ChoiceId what, std::uint64_t occurrence, std::uint32_t count) override {
    const std::uint32_t chosen = source_->choose(what, occurrence, count);
    taken_.push_back(TakenChoice{what, occurrence, count, chosen});
    return chosen;
  }

  [[nodiscard]] const std::vector<TakenChoice>& taken() const { return taken_; }

 private:
  ChoiceSource* source_;
  std::vector<TakenChoice> taken_;
};

// Plays a recorded list back in order. After the first misfit (another question, a bound that the
// answer exceeds, the end of the list) it answers 0, the uneventful alternative, and remembers
// where that was.
class ReplayChoices final : public ChoiceSource {
 public:
  struct Misfit {
    std::size_t position = 0;
    TakenChoice asked;                     // chosen is meaningless here
    std::optional<TakenChoice> on_record;  // absent at the end of the list
  };

  explicit ReplayChoices(std::span<const TakenChoice> list) : list_(list) {}

  std::uint32_t choose(ChoiceId what, std::uint64_t occurrence, std::uint32_t count) override;

  [[nodiscard]] const std::optional<Misfit>& misfit() const { return misfit_; }
  [[nodiscard]] std::size_t played() const { return next_; }

 private:
  std::span<const TakenChoice> list_;
  std::size_t next_ = 0;
  std::optional<Misfit> misfit_;
};

}  // namespace sim
